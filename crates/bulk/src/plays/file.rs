//! A Parquet file of plays: opened, its columns found and checked.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescriptor;

use super::column::ColumnKind;
use super::source::Source;
use crate::Failure;
use crate::files::{cannot_read, document};
use crate::keys::KeyKind;

/// A file of plays.
pub struct PlaysFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name, for messages.
    pub document: String,
    pub(super) reader: SerializedFileReader<Source>,
    pub(super) member: Place,
    pub(super) recording: Place,
    pub(super) plays: Option<Place>,
    pub(super) seconds: Option<Place>,
    pub(super) sought: Option<Place>,
    pub(super) artist: Option<Place>,
}

/// A row group of a file: the unit of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowGroup {
    /// The file's place in the list.
    pub file: usize,
    /// The group's place in the file.
    pub group: usize,
    /// How many rows the file says it has.
    pub rows: u64,
    /// Rows of the file before it.
    pub before: u64,
}

/// Where a column stands and how it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub index: usize,
    pub kind: ColumnKind,
    pub optional: bool,
}

/// What is known of the values of an integer column without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The largest value, as far as the file says; what the type can hold where it does not.
    pub largest: u64,
    /// Whether the file says it.
    pub told: bool,
}

/// Opens a file of plays and checks its columns.
///
/// # Errors
/// A problem where it is no Parquet file, is cut off, or lacks a column.
pub fn open(path: &Path) -> Result<PlaysFile, Failure> {
    let document = document(path);
    let mut file = File::open(path).map_err(|error| cannot_read(path, &error))?;
    look(&mut file, &document).map_err(|error| cannot_read(path, &error))??;
    let source = Source::new(file).map_err(|error| cannot_read(path, &error))?;
    let reader = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| SerializedFileReader::new(source)));
    let reader = reader.map_err(|_| damaged(&document, "its footer cannot be read"))?;
    let reader = reader.map_err(|error| damaged(&document, &error.to_string()))?;
    let columns = Columns::of(reader.metadata(), &document);
    Ok(PlaysFile {
        path: path.to_owned(),
        member: columns.needed("member", &[Kind::Key])?,
        recording: columns.needed("recording", &[Kind::Key])?,
        plays: columns.optional("plays", &[Kind::Integer])?,
        seconds: columns.optional("played_s", &[Kind::Integer])?,
        sought: columns.optional("sought", &[Kind::Bool])?,
        artist: columns.optional("artist", &[Kind::Key])?,
        document,
        reader,
    })
}

/// Says what a file is that has no Parquet footer.
fn look(file: &mut File, document: &str) -> std::io::Result<Result<(), Failure>> {
    let size = file.metadata()?.len();
    if size == 0 {
        let hint = "a file without plays still has its columns; write it anew";
        return Ok(Err(Failure::problem("parquet-unreadable", document, 0, "the file is empty", hint)));
    }
    let mut start = [0; 4];
    let read = file.read(&mut start)?;
    let mut end = [0; 4];
    if size >= 12 {
        file.seek(SeekFrom::End(-4))?;
        file.read_exact(&mut end)?;
    }
    file.rewind()?;
    Ok(match (&start[..read] == b"PAR1", &end == b"PAR1") {
        (true, true) => Ok(()),
        (true, false) => {
            let message = format!("the file is cut off after {size} bytes: its end is missing");
            Err(Failure::problem("parquet-unreadable", document, 0, message, "copy it again, whole"))
        }
        _ if &start[..read] == b"PARE" => Err(Failure::problem(
            "parquet-unreadable",
            document,
            0,
            "the file is encrypted",
            "write it without encryption",
        )),
        _ => {
            let hint = "plays come as Parquet with the columns `member` and `recording`; most tools that read CSV can write it";
            Err(Failure::problem("parquet-unreadable", document, 0, "the file is not Parquet", hint))
        }
    })
}

/// A file that starts well and cannot be read to its end.
pub(super) fn damaged(document: &str, why: &str) -> Failure {
    let why = why.trim_end_matches('.').trim_start_matches("Parquet error: ");
    let mut chars = why.chars();
    let why: String =
        chars.next().map(|c| c.to_ascii_lowercase()).into_iter().chain(chars).take(200).collect();
    let message = format!("the file is damaged: {why}");
    Failure::problem("parquet-unreadable", document, 0, message, "copy it again, or write it anew")
}

/// What a column is used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Key,
    Integer,
    Bool,
}

struct Columns<'a> {
    meta: &'a ParquetMetaData,
    document: &'a str,
}

impl<'a> Columns<'a> {
    fn of(meta: &'a ParquetMetaData, document: &'a str) -> Columns<'a> {
        Columns { meta, document }
    }

    fn needed(&self, name: &str, kinds: &[Kind]) -> Result<Place, Failure> {
        self.optional(name, kinds)?.ok_or_else(|| {
            let there: Vec<String> = self.names().take(12).map(|name| format!("`{name}`")).collect();
            let there = if there.is_empty() { "nothing".to_owned() } else { there.join(", ") };
            let message = format!("the column `{name}` is missing; the file has {there}");
            let hint =
                "plays have the columns `member` and `recording`, and where one row is several plays `plays`";
            Failure::problem("plays-column", self.document, 0, message, hint)
        })
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.meta.file_metadata().schema_descr().columns().iter().map(|column| column.name())
    }

    fn optional(&self, name: &str, kinds: &[Kind]) -> Result<Option<Place>, Failure> {
        let columns = self.meta.file_metadata().schema_descr().columns();
        let found = columns.iter().enumerate().find(|(_, c)| c.path().parts() == [name]);
        let Some((index, column)) = found else { return Ok(None) };
        match kind_of(column) {
            Some(kind) if column.max_rep_level() == 0 && kinds.iter().any(|want| want.takes(kind)) => {
                Ok(Some(Place { index, kind, optional: column.max_def_level() > 0 }))
            }
            _ => {
                let wanted = kinds.first().map_or("", |kind| kind.words());
                let found = format!("{:?}", column.physical_type()).to_lowercase();
                let message = format!("the column `{name}` holds {found}, not {wanted}");
                Err(Failure::problem(
                    "plays-column",
                    self.document,
                    0,
                    message,
                    format!("write it as {wanted}"),
                ))
            }
        }
    }
}

impl Kind {
    fn takes(self, kind: ColumnKind) -> bool {
        match self {
            Kind::Key => kind != ColumnKind::Bool,
            Kind::Integer => matches!(kind, ColumnKind::Int32 { .. } | ColumnKind::Int64 { .. }),
            Kind::Bool => kind == ColumnKind::Bool,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Kind::Key => "integers or strings",
            Kind::Integer => "integers",
            Kind::Bool => "booleans",
        }
    }
}

fn kind_of(column: &ColumnDescriptor) -> Option<ColumnKind> {
    use ConvertedType::{INT_8, INT_16, INT_32, INT_64, NONE, UINT_8, UINT_16, UINT_32, UINT_64};
    let converted = column.converted_type();
    let unsigned = match column.logical_type_ref() {
        Some(LogicalType::Integer(integer)) => !integer.is_signed,
        _ => matches!(converted, UINT_8 | UINT_16 | UINT_32 | UINT_64),
    };
    // Dates, times and decimals are stored as integers too, but are none.
    let integer =
        matches!(converted, NONE | INT_8 | INT_16 | INT_32 | INT_64 | UINT_8 | UINT_16 | UINT_32 | UINT_64)
            && matches!(column.logical_type_ref(), None | Some(LogicalType::Integer(_)));
    match column.physical_type() {
        Type::INT32 if integer => Some(ColumnKind::Int32 { unsigned }),
        Type::INT64 if integer => Some(ColumnKind::Int64 { unsigned }),
        Type::BYTE_ARRAY => Some(ColumnKind::Bytes),
        Type::BOOLEAN => Some(ColumnKind::Bool),
        _ => None,
    }
}

impl Place {
    pub fn key_kind(&self) -> KeyKind {
        if self.kind == ColumnKind::Bytes { KeyKind::Texts } else { KeyKind::Numbers }
    }
}

impl PlaysFile {
    /// Rows, as the file says.
    pub fn rows(&self) -> u64 {
        self.groups().map(|(_, rows)| rows).sum()
    }

    /// Kinds of the keys of members and recordings.
    pub fn key_kinds(&self) -> (KeyKind, KeyKind) {
        (self.member.key_kind(), self.recording.key_kind())
    }

    /// Whether it has each of the columns `plays`, `played_s`, `sought` and `artist`.
    pub fn has(&self) -> [bool; 4] {
        [self.plays.is_some(), self.seconds.is_some(), self.sought.is_some(), self.artist.is_some()]
    }

    /// The row groups with their rows.
    pub(crate) fn groups(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let groups = self.reader.metadata().row_groups().iter().enumerate();
        groups.map(|(place, group)| (place, u64::try_from(group.num_rows()).unwrap_or(0)))
    }

    /// The largest member, recording, plays and seconds, as far as the file says.
    pub fn bounds(&self) -> [Option<Bounds>; 4] {
        let bounds = |place: Option<Place>| place.and_then(|place| self.bounds_of(place));
        [bounds(Some(self.member)), bounds(Some(self.recording)), bounds(self.plays), bounds(self.seconds)]
    }

    fn bounds_of(&self, place: Place) -> Option<Bounds> {
        let all = match place.kind {
            ColumnKind::Int32 { unsigned: true } => u64::from(u32::MAX),
            ColumnKind::Int32 { unsigned: false } => i32::MAX as u64,
            ColumnKind::Int64 { unsigned: true } => u64::MAX,
            ColumnKind::Int64 { unsigned: false } => i64::MAX as u64,
            ColumnKind::Bytes | ColumnKind::Bool => return None,
        };
        let unsigned =
            matches!(place.kind, ColumnKind::Int32 { unsigned: true } | ColumnKind::Int64 { unsigned: true });
        let mut largest = 0;
        for group in self.reader.metadata().row_groups().iter().filter(|group| group.num_rows() > 0) {
            let told = group.columns().get(place.index).and_then(|column| column.statistics());
            let most = match told {
                Some(Statistics::Int32(stats)) => stats
                    .max_opt()
                    .map(|max| if unsigned { u64::from(*max as u32) } else { (*max).max(0) as u64 }),
                Some(Statistics::Int64(stats)) => {
                    stats.max_opt().map(|max| if unsigned { *max as u64 } else { (*max).max(0) as u64 })
                }
                _ => None,
            };
            match most {
                Some(most) => largest = largest.max(most),
                None => return Some(Bounds { largest: all, told: false }),
            }
        }
        Some(Bounds { largest, told: true })
    }
}
