//! Plays in a bucket: found by pattern, and copied for the coordinator's own reading.
//!
//! Workers read a bucket themselves, a part each. The coordinator reads every file once, whole, to hash it and to
//! count it; for that it takes a copy, which goes with the folder that it lies in.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use datafusion::execution::object_store::ObjectStoreRegistry as _;
use futures::TryStreamExt as _;
use glob::{MatchOptions, Pattern};
use object_store::path::Path as Place;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt as _};
use url::Url;

use crate::refusal::Refusal;
use crate::stores::Stores;

/// Whether a pattern of plays means a bucket.
#[must_use]
pub fn is_bucket(pattern: &str) -> bool {
    pattern.starts_with("s3://")
}

/// Copies what `s3://BUCKET/PATTERN` names into a folder; the copies, and what each is a copy of.
///
/// # Errors
/// [`Refusal::Input`] where the bucket cannot be reached or nothing matches.
pub fn copy(pattern: &str, folder: &Path) -> Result<Vec<(PathBuf, Url)>, Refusal> {
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|why| Refusal::Input(format!("no thread could be started: {why}")))?;
        runtime.block_on(copy_all(pattern, folder))
    };
    // On a thread of its own, as whoever calls may itself be waited for.
    let copied = std::thread::scope(|scope| scope.spawn(work).join());
    copied.unwrap_or_else(|_| Err(Refusal::Input(format!("`{pattern}` could not be copied"))))
}

async fn copy_all(pattern: &str, folder: &Path) -> Result<Vec<(PathBuf, Url)>, Refusal> {
    let wrong = |why: &dyn std::fmt::Display| Refusal::Input(format!("`{pattern}` cannot be read: {why}"));
    let (bucket, wanted) = cut(pattern).ok_or_else(|| wrong(&"it is not s3://BUCKET/PATTERN"))?;
    let root = Url::parse(&format!("s3://{bucket}/")).map_err(|why| wrong(&why))?;
    let store = Stores::default().get_store(&root).map_err(|why| wrong(&why))?;
    let found = find(store.as_ref(), wanted).await.map_err(|why| wrong(&why))?;
    if found.is_empty() {
        return Err(Refusal::Input(format!("`{pattern}` matches nothing in the bucket")));
    }
    let mut copies = Vec::new();
    for (number, file) in found.iter().enumerate() {
        let own = folder.join(number.to_string());
        let copy = own.join(file.location.filename().unwrap_or("plays"));
        std::fs::create_dir_all(&own).map_err(|why| wrong(&why))?;
        save(store.as_ref(), &file.location, &copy).await.map_err(|why| wrong(&why))?;
        let mut url = root.clone();
        url.set_path(file.location.as_ref());
        copies.push((copy, url));
    }
    Ok(copies)
}

/// The bucket and the rest.
fn cut(pattern: &str) -> Option<(&str, &str)> {
    let (bucket, rest) = pattern.strip_prefix("s3://")?.split_once('/')?;
    (!bucket.is_empty() && !rest.is_empty()).then_some((bucket, rest))
}

/// What a pattern names; `*` stands for anything within one folder.
async fn find(store: &dyn ObjectStore, pattern: &str) -> Result<Vec<ObjectMeta>, Box<dyn std::error::Error>> {
    let wanted = Pattern::new(pattern)?;
    let fixed = pattern.find(['*', '?', '[']).map_or(pattern, |end| &pattern[..end]);
    let folder = fixed.rsplit_once('/').map(|(folder, _)| Place::parse(folder)).transpose()?;
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::default() };
    let mut found: Vec<ObjectMeta> = store.list(folder.as_ref()).try_collect().await?;
    found.retain(|file| file.size > 0 && wanted.matches_with(file.location.as_ref(), options));
    found.sort_by(|one, other| one.location.cmp(&other.location));
    Ok(found)
}

async fn save(store: &dyn ObjectStore, from: &Place, to: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let mut bytes = store.get(from).await?.into_stream();
    let mut file = std::io::BufWriter::new(std::fs::File::create(to)?);
    while let Some(some) = bytes.try_next().await? {
        file.write_all(&some)?;
    }
    Ok(file.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::memory::InMemory;

    #[test]
    fn a_pattern_names_a_bucket_and_what_is_in_it() {
        assert_eq!(cut("s3://plays/2026/09/*.parquet"), Some(("plays", "2026/09/*.parquet")));
        for text in ["s3://", "s3://bucket", "s3://bucket/", "s3:///x", "/plays/*.parquet"] {
            assert_eq!(cut(text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn a_star_stays_in_its_folder() {
        let store = InMemory::new();
        for name in [
            "2026/09/b.parquet",
            "2026/09/a.parquet",
            "2026/09/a.txt",
            "2026/09/more/c.parquet",
            "2026/10/d.parquet",
        ] {
            store.put(&Place::from(name), "plays".into()).await.unwrap();
        }
        let names = async |pattern| -> Vec<String> {
            find(&store, pattern).await.unwrap().into_iter().map(|f| f.location.to_string()).collect()
        };
        assert_eq!(names("2026/09/*.parquet").await, ["2026/09/a.parquet", "2026/09/b.parquet"]);
        assert_eq!(names("2026/*/d.parquet").await, ["2026/10/d.parquet"]);
        assert_eq!(names("2026/09/a.txt").await, ["2026/09/a.txt"]);
        assert_eq!(names("2027/*").await, Vec::<String>::new());
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy");
        save(&store, &Place::from("2026/09/a.txt"), &copy).await.unwrap();
        assert_eq!(std::fs::read_to_string(copy).unwrap(), "plays");
    }
}
