//! The files of a distributor's delivery: sound, film and pictures that a DDEX message names, beside it in its folder.
//!
//! The message itself is imported before, as every catalogue is; here its resources are joined to the recordings and
//! releases that came of it, by file name and check sum. A file that is missing, that differs from its check sum, or
//! whose path leads out of the delivery costs itself and nothing else.

use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use formats::catalogue::{Deal, Item, Kind, ResourceFile};
use md5::Md5;
use media::Flaw;
use music::{RecordingId, ReleaseId};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use store::CoverRow;

use super::{depot, fault, keep};
use crate::catalogue::id_bits;
use crate::failure::refuse;
use crate::{Failure, House};

/// A delivery: a message and the files beside it.
#[derive(Debug, Clone)]
pub struct Deliver {
    /// The message.
    pub message: PathBuf,
    /// Who brings it.
    pub by: String,
}

/// What came of a delivery's files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    /// Files that are masters now.
    pub files: u64,
    /// Releases that got their picture.
    pub pictures: u64,
    /// Recordings of the message that name no file.
    pub without: u64,
    /// Files of no use: their path, and why; at most 200.
    pub flaws: Vec<(String, Flaw)>,
    /// How many there were in all.
    pub flaw_count: u64,
}

/// What a message names.
#[derive(Default)]
struct Named {
    source: String,
    recordings: Vec<(String, Vec<ResourceFile>)>,
    releases: Vec<(String, Vec<ResourceFile>)>,
}

/// Takes the files of a message that was imported; `progress` is told how many were looked at.
pub async fn deliver(
    house: &House,
    ask: Deliver,
    progress: Arc<dyn Fn(u64) + Send + Sync>,
) -> Result<Taken, Failure> {
    let message = ask.message.clone();
    let named = tokio::task::spawn_blocking(move || read(&message))
        .await
        .map_err(|e| fault("the message could not be read", &e))??;
    let folder = ask.message.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut done = Taken::default();
    let mut looked = 0;
    for (source_id, files) in &named.recordings {
        let id = RecordingId::from_bits(id_bits(&named.source, source_id));
        if files.is_empty() {
            done.without += 1;
        }
        // The first file that is good is the master; others are the same in another form.
        for file in files {
            looked += 1;
            progress(looked);
            match sound(house, folder, &id, file, &ask.by).await? {
                Ok(()) => {
                    done.files += 1;
                    break;
                }
                Err(flaw) => done.flawed(&file.path, flaw),
            }
        }
    }
    for (source_id, images) in &named.releases {
        let id = ReleaseId::from_bits(id_bits(&named.source, &format!("release\u{0}{source_id}")));
        for file in images {
            looked += 1;
            progress(looked);
            match picture(house, folder, &id, file).await? {
                Ok(()) => {
                    done.pictures += 1;
                    break;
                }
                Err(flaw) => done.flawed(&file.path, flaw),
            }
        }
    }
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let detail = format!("{} files, {} pictures, {} of no use", done.files, done.pictures, done.flaw_count);
    tx.note(now, &ask.by, "audio deliver", &ask.message.display().to_string(), &detail).await?;
    tx.commit().await?;
    Ok(done)
}

impl Taken {
    fn flawed(&mut self, path: &str, flaw: Flaw) {
        self.flaw_count += 1;
        if self.flaws.len() < 200 {
            self.flaws.push((path.chars().filter(|c| !c.is_control()).collect(), flaw));
        }
    }
}

fn read(message: &Path) -> Result<Named, Failure> {
    let name = message.display().to_string();
    let (file, _) = ports::folder::open_named(message).map_err(|e| {
        refuse("file", format!("`{name}` cannot be read: {e}"), "name the message of the delivery")
    })?;
    let mut named = Named::default();
    let mut fatal = None;
    let mut input = BufReader::new(file);
    formats::catalogue::read(&mut input, Some(Kind::DdexErn), &name, &mut |item| {
        match item {
            Item::Message(info) => {
                let sender = if info.sender_id.is_empty() { info.sender_name } else { info.sender_id };
                named.source = format!("ddex:{sender}");
            }
            Item::Recording(item) => named.recordings.push((item.source_id, item.files)),
            Item::Release(item) => named.releases.push((item.source_id, item.images)),
            Item::Problem(problem) if problem.severity == music::Severity::Fatal => fatal = Some(problem),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    match fatal {
        Some(problem) => Err(refuse(problem.code, format!("`{name}`: {}", problem.message), problem.hint)),
        None => Ok(named),
    }
}

async fn sound(
    house: &House,
    folder: &Path,
    id: &RecordingId,
    file: &ResourceFile,
    by: &str,
) -> Result<Result<(), Flaw>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let Some(row) = tx.recording(id).await? else {
        let flaw = Flaw::new(
            "recording-unknown",
            "its recording is not in the catalogue",
            "import the message first",
        );
        return Ok(Err(flaw));
    };
    let answering = tx.survivor(id).await?;
    drop(tx);
    let (place, kind) = (depot(house)?, row.recording.kind);
    let (folder, named) = (folder.to_owned(), file.clone());
    let work = tokio::task::spawn_blocking(move || {
        let (open, bytes) = checked(&folder, &named)?;
        keep::take(&place, open, bytes, Some(kind))
    });
    let took = match work.await.map_err(|e| fault("a file could not be kept", &e))? {
        Ok(took) => took,
        Err(flaw) => return Ok(Err(flaw)),
    };
    let mut tx = house.store.begin().await?;
    keep::record(house, &mut tx, &took, &answering, &file.path, by).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

async fn picture(
    house: &House,
    folder: &Path,
    id: &ReleaseId,
    file: &ResourceFile,
) -> Result<Result<(), Flaw>, Failure> {
    let place = depot(house)?;
    let (folder, named, subject) = (folder.to_owned(), file.clone(), id.to_string());
    let work = tokio::task::spawn_blocking(move || -> Result<Vec<CoverRow>, Flaw> {
        let (mut open, bytes) = checked(&folder, &named)?;
        if bytes > media::picture::LARGEST_FILE as u64 {
            return Err(Flaw::new(
                "picture-too-large",
                "the picture is larger than 40 MB",
                "send a smaller one",
            ));
        }
        let mut picture = Vec::new();
        std::io::Read::read_to_end(&mut open, &mut picture).map_err(|e| Flaw::unread(&e))?;
        keep::covers(&place, &subject, &picture)
    });
    let rows = match work.await.map_err(|e| fault("a picture could not be kept", &e))? {
        Ok(rows) => rows,
        Err(flaw) => return Ok(Err(flaw)),
    };
    let mut tx = house.store.begin().await?;
    tx.put_covers(id.as_str(), &rows, house.now()).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

/// Opens a file of a delivery where its check sum is right. Blocks.
fn checked(folder: &Path, named: &ResourceFile) -> Result<(std::fs::File, u64), Flaw> {
    let path = media::web_build::inside(&named.path)?;
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    // Senders name the path from the message, or the name alone, whatever lies where.
    let tries = [path.clone(), name.clone(), format!("resources/{name}")];
    let opened = tries.iter().find_map(|p| ports::folder::open(folder, p).ok());
    let (file, bytes) = opened.ok_or_else(|| {
        Flaw::new("file-missing", "the file is not beside the message", "ask the sender to deliver it again")
    })?;
    let given: String = named.hash.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase();
    if given.is_empty() {
        return Ok((file, bytes));
    }
    let kind = named.hash_kind.replace('-', "").to_uppercase();
    let sum = match (kind.as_str(), given.len()) {
        ("SHA1", _) | ("", 40) => digest::<Sha1>(&file),
        ("SHA256", _) | ("", 64) => digest::<Sha256>(&file),
        ("SHA512", _) | ("", 128) => digest::<Sha512>(&file),
        ("MD5", _) | ("", 32) => digest::<Md5>(&file),
        // A check sum of a kind that is not known checks nothing.
        _ => return Ok((file, bytes)),
    };
    if sum.map_err(|e| Flaw::unread(&e))? != given {
        let words = format!("the file differs from its check sum `{}`", named.hash);
        return Err(Flaw::new("file-hash-wrong", words, "ask the sender to deliver it again"));
    }
    std::io::Seek::seek(&mut &file, std::io::SeekFrom::Start(0)).map_err(|e| Flaw::unread(&e))?;
    Ok((file, bytes))
}

fn digest<D: Digest>(mut file: &std::fs::File) -> std::io::Result<String> {
    let mut sum = D::new();
    let mut block = vec![0; 256 * 1024];
    loop {
        match std::io::Read::read(&mut file, &mut block)? {
            0 => break,
            count => sum.update(block.get(..count).unwrap_or_default()),
        }
    }
    Ok(sum.finalize().iter().map(|b| format!("{b:02x}")).collect())
}

/// A deal as the store keeps it, as a deal.
pub(crate) fn deal_of(row: &store::DealRow) -> Deal {
    let places = |text: &str| text.split(' ').filter_map(|t| t.parse().ok()).collect();
    let day = |text: &Option<String>| text.as_deref().and_then(|t| t.get(..10)).and_then(|t| t.parse().ok());
    Deal {
        territories: places(&row.territories),
        excluded: places(&row.excluded),
        period: music::Period { start: day(&row.start), end: day(&row.end) },
        take_down: row.terms.starts_with("take down: "),
        ..Deal::default()
    }
}
