//! `ffmpeg` as a program, where it is: for MP3, whose encoders may not be linked here.

use std::io::{self, Read as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::depot::{Depot, Kept};

/// The program, as found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ffmpeg {
    /// Where it lies.
    pub path: PathBuf,
    /// The version it tells.
    pub version: String,
}

/// Longest time for one encoding.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// Looks for the program in the folders of `PATH`.
pub fn find() -> Option<Ffmpeg> {
    let folders = std::env::var_os("PATH")?;
    let path = std::env::split_paths(&folders).map(|f| f.join("ffmpeg")).find(|p| p.is_file())?;
    let told = Command::new(&path).arg("-version").stdin(Stdio::null()).output().ok()?;
    let words = String::from_utf8_lossy(&told.stdout).into_owned();
    let version = words.split_whitespace().nth(2).unwrap_or_default().to_owned();
    Some(Ffmpeg { path, version })
}

impl Ffmpeg {
    /// Encodes an Ogg file as MP3 into the depot. It reads standard input and nothing else, whatever the file names.
    /// Blocks the thread.
    pub fn mp3(&self, input: std::fs::File, kbps: u32, depot: &Depot) -> io::Result<Kept> {
        let mut child = Command::new(&self.path)
            .args(["-v", "error", "-nostdin", "-protocol_whitelist", "pipe,fd", "-f", "ogg", "-i", "pipe:0"])
            .args(["-vn", "-map_metadata", "-1", "-fflags", "+bitexact", "-c:a", "libmp3lame", "-b:a"])
            .arg(format!("{kbps}k"))
            .args(["-f", "mp3", "pipe:1"])
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let taken = take(&mut child, depot);
        // Whatever came of it, nothing is left running.
        let _ = child.kill();
        let _ = child.wait();
        taken?.finish()
    }
}

fn take(child: &mut std::process::Child, depot: &Depot) -> io::Result<crate::depot::Incoming> {
    let mut out = child.stdout.take().ok_or_else(|| io::Error::other("ffmpeg has no output"))?;
    let mut incoming = depot.begin()?;
    let mut block = vec![0; 64 * 1024];
    let (begun, mut any) = (Instant::now(), false);
    loop {
        let count = out.read(&mut block)?;
        if count == 0 {
            break;
        }
        any = true;
        io::Write::write_all(&mut incoming, block.get(..count).unwrap_or_default())?;
        if begun.elapsed() > PATIENCE {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "ffmpeg took too long"));
        }
    }
    let status = child.wait()?;
    if any && status.success() { Ok(incoming) } else { Err(io::Error::other("ffmpeg could not encode it")) }
}
