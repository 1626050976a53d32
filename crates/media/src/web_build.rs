//! A game's web build: a zip that is unpacked and served, so every path and every size in it is checked first.

use std::collections::HashSet;
use std::io::{Read, Seek, Write};

use crate::flaw::Flaw;
use crate::pack::Pack;

/// Largest build unpacked, and largest file in it, in bytes.
pub const LARGEST: u64 = 2 * 1024 * 1024 * 1024;
/// Largest file in a build, in bytes.
pub const LARGEST_FILE: u64 = 512 * 1024 * 1024;

/// A build whose paths were checked.
pub struct WebBuild<'a> {
    pack: Pack<'a>,
    files: Vec<BuildFile>,
}

impl std::fmt::Debug for WebBuild<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WebBuild {{ {} files }}", self.files.len())
    }
}

/// One file of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildFile {
    /// Its path below the build, with `/`; never leads out, never empty.
    pub path: String,
    /// Its media type, by its ending.
    pub content_type: &'static str,
    index: usize,
    bytes: u64,
}

impl<'a> WebBuild<'a> {
    /// Checks a build; a single folder around everything is left out.
    ///
    /// # Errors
    /// A [`Flaw`]: paths that lead out, links, locks, sizes, no `index.html`.
    pub fn open(input: impl Read + Seek + 'a) -> Result<WebBuild<'a>, Flaw> {
        WebBuild::check(Pack::open(input)?)
    }

    fn check(mut pack: Pack<'a>) -> Result<WebBuild<'a>, Flaw> {
        let mut files = Vec::new();
        let (mut seen, mut total) = (HashSet::new(), 0_u64);
        for entry in pack.entries()? {
            let path = inside(&entry.name)?;
            if entry.is_link {
                let words = format!("`{}` is a link", short(&entry.name));
                return Err(Flaw::new("build-link", words, "pack the file itself"));
            }
            if entry.is_locked {
                let words = format!("`{}` is locked by a password", short(&entry.name));
                return Err(Flaw::new("build-locked", words, "pack it without a password"));
            }
            if !entry.is_file {
                continue;
            }
            if !seen.insert(path.to_lowercase()) {
                let words = format!("`{}` is there twice", short(&path));
                return Err(Flaw::new(
                    "build-twice",
                    words,
                    "pack each file once, also where capitals differ",
                ));
            }
            total = total.saturating_add(entry.bytes);
            let folded = entry.packed.max(1);
            if entry.bytes > LARGEST_FILE || total > LARGEST || entry.bytes / folded > 1_100 {
                let words = format!("`{}` unfolds to {} MB", short(&path), entry.bytes / 1_000_000);
                return Err(Flaw::new("build-too-large", words, "send a build of at most 2 GB"));
            }
            let content_type = content_type(&path);
            files.push(BuildFile { path, content_type, index: entry.index, bytes: entry.bytes });
        }
        strip_folder(&mut files);
        if !files.iter().any(|f| f.path == "index.html") {
            let hint = "put `index.html` at the top of the zip";
            return Err(Flaw::new("build-no-index", "the build has no `index.html`", hint));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(WebBuild { pack, files })
    }

    /// Its files, by path.
    pub fn files(&self) -> &[BuildFile] {
        &self.files
    }

    /// Unpacks one file.
    ///
    /// # Errors
    /// A [`Flaw`] where it is larger than it says, or damaged.
    pub fn unpack(&mut self, file: &BuildFile, out: &mut dyn Write) -> Result<u64, Flaw> {
        self.pack.unpack(file.index, file.bytes, out)
    }
}

/// A path that stays below where it is put, with `/`.
///
/// # Errors
/// A [`Flaw`] for paths that are absolute, go up, name a drive, or hold signs that paths of the web do not.
pub fn inside(path: &str) -> Result<String, Flaw> {
    let bad = |why: &str| {
        let words = format!("the path `{}` {why}", short(path));
        Flaw::new("path-leads-out", words, "use plain paths below the folder")
    };
    let trimmed = path.strip_prefix("./").unwrap_or(path).trim_end_matches('/');
    if trimmed.is_empty() || trimmed.len() > 500 {
        return Err(bad("is empty or too long"));
    }
    if trimmed.starts_with('/') || trimmed.contains('\\') || trimmed.contains(':') {
        return Err(bad("is not below the folder"));
    }
    if trimmed.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(bad("leads out of the folder"));
    }
    if trimmed.chars().any(char::is_control) {
        return Err(bad("holds a sign that cannot be seen"));
    }
    Ok(trimmed.to_owned())
}

fn short(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}

fn strip_folder(files: &mut [BuildFile]) {
    let folder = files.first().and_then(|f| f.path.split_once('/')).map(|(folder, _)| format!("{folder}/"));
    let Some(folder) = folder else { return };
    if files.iter().all(|f| f.path.starts_with(&folder)) {
        for file in files {
            file.path.drain(..folder.len());
        }
    }
}

/// The media type of a file in a build or stream, by its ending; bytes without meaning where it is not known.
pub fn content_type(path: &str) -> &'static str {
    const TYPES: [(&str, &str); 24] = [
        ("html", "text/html; charset=utf-8"),
        ("js", "text/javascript"),
        ("mjs", "text/javascript"),
        ("css", "text/css"),
        ("json", "application/json"),
        ("wasm", "application/wasm"),
        ("png", "image/png"),
        ("jpg", "image/jpeg"),
        ("jpeg", "image/jpeg"),
        ("webp", "image/webp"),
        ("gif", "image/gif"),
        ("ico", "image/x-icon"),
        ("mp3", "audio/mpeg"),
        ("ogg", "audio/ogg"),
        ("wav", "audio/wav"),
        ("mp4", "video/mp4"),
        ("m4s", "video/iso.segment"),
        ("webm", "video/webm"),
        ("woff2", "font/woff2"),
        ("ttf", "font/ttf"),
        ("txt", "text/plain; charset=utf-8"),
        ("m3u8", "application/vnd.apple.mpegurl"),
        ("ts", "video/mp2t"),
        ("vtt", "text/vtt"),
    ];
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    TYPES.iter().find(|(known, _)| *known == ending).map_or("application/octet-stream", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out() {
        for fine in ["index.html", "./a/b.js", "a..b/c", "ä/ö.png"] {
            assert!(inside(fine).is_ok(), "{fine}");
        }
        let bad =
            ["", "..", "../x", "a/../../x", "/etc/passwd", "C:\\x", "a\\..\\x", "a//b", "a\0b", "c:x", "./"];
        for bad in bad {
            assert_eq!(inside(bad).unwrap_err().code, "path-leads-out", "{bad:?}");
        }
        assert_eq!(content_type("a/B.WASM"), "application/wasm");
        assert_eq!(content_type("x"), "application/octet-stream");
    }
}
