//! Rows and columns of delimited text, and which column means what in the languages of DJ software.

use music::Mbid;
use music::problem::Problem;

use super::Line;
use super::fields::{duration, isrc, own_id, own_id_slip, tidy, year};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Number,
    Artist,
    Title,
    Version,
    Remixer,
    Album,
    Label,
    Year,
    Duration,
    Isrc,
    Mbid,
    Comment,
    Grouping,
    StartTime,
    EndTime,
    PlayTime,
    FileName,
    Played,
    Other,
}

/// The column a heading names. The headings are those of rekordbox, Serato, Engine DJ and VirtualDJ in the
/// languages they come in, and of tables people keep.
pub(crate) fn column(heading: &str) -> Column {
    let heading = tidy(heading).unwrap_or_default().to_lowercase().replace(['_', '-'], " ");
    let is = |words: &[&str]| words.contains(&heading.as_str());
    match () {
        _ if is(&["#", "no.", "no", "nr", "nr.", "nº", "n°", "pos", "position", "№", "序号"]) => {
            Column::Number
        }
        _ if is(&[
            "artist",
            "artists",
            "artist name",
            "track artist",
            "performer",
            "interpret",
            "künstler",
            "artiste",
            "artistes",
            "artista",
            "artiest",
            "artist(s)",
            "アーティスト",
            "아티스트",
            "艺术家",
            "藝術家",
            "演出者",
            "исполнитель",
            "sanatçı",
            "esittäjä",
            "kunstner",
            "καλλιτέχνης",
            "wykonawca",
            "interprete",
            "intérprete",
            "konstnär",
        ]) =>
        {
            Column::Artist
        }
        _ if is(&[
            "title",
            "track title",
            "name",
            "song",
            "song title",
            "track",
            "track name",
            "titel",
            "track titel",
            "tracktitel",
            "titre",
            "titre de la piste",
            "titre du morceau",
            "morceau",
            "título",
            "título de la pista",
            "título de pista",
            "título da faixa",
            "titolo",
            "titolo traccia",
            "titolo del brano",
            "トラックタイトル",
            "曲名",
            "タイトル",
            "트랙 제목",
            "트랙 타이틀",
            "곡명",
            "曲目标题",
            "曲目名称",
            "曲目標題",
            "音轨标题",
            "название",
            "название трека",
            "parça adı",
            "parça başlığı",
            "kappale",
            "kappaleen nimi",
            "tytuł",
            "τίτλος",
            "τίτλος κομματιού",
            "spoor titel",
            "nummer titel",
        ]) =>
        {
            Column::Title
        }
        _ if is(&["mix", "mix name", "version", "remix", "mixname"]) => Column::Version,
        _ if is(&[
            "remixer",
            "remixed by",
            "remixeur",
            "remezclador",
            "リミキサー",
            "리믹서",
            "混音师",
            "混音師",
        ]) =>
        {
            Column::Remixer
        }
        _ if is(&["album", "release", "álbum", "アルバム", "앨범", "专辑", "專輯", "альбом", "albüm"]) => {
            Column::Album
        }
        _ if is(&[
            "label",
            "record label",
            "publisher",
            "etichetta",
            "sello",
            "sello discográfico",
            "レーベル",
            "레이블",
            "厂牌",
            "лейбл",
        ]) =>
        {
            Column::Label
        }
        _ if is(&[
            "year", "jahr", "année", "año", "anno", "ano", "jaar", "年", "연도", "年份", "год", "vuosi",
            "yıl",
        ]) =>
        {
            Column::Year
        }
        _ if is(&[
            "time",
            "length",
            "duration",
            "duration s",
            "total time",
            "zeit",
            "dauer",
            "länge",
            "durée",
            "temps",
            "tiempo",
            "duración",
            "durata",
            "tempo",
            "tempo totale",
            "duração",
            "duur",
            "tijd",
            "時間",
            "시간",
            "时间",
            "時長",
            "время",
            "süre",
            "zaman",
        ]) =>
        {
            Column::Duration
        }
        _ if is(&["isrc"]) => Column::Isrc,
        _ if is(&["mbid", "musicbrainz id", "musicbrainz recording id", "recording mbid"]) => Column::Mbid,
        _ if is(&[
            "comment",
            "comments",
            "kommentar",
            "kommentare",
            "commentaire",
            "commentaires",
            "comentario",
            "comentarios",
            "commento",
            "コメント",
            "notes",
        ]) =>
        {
            Column::Comment
        }
        _ if is(&["grouping", "group", "gruppierung"]) => Column::Grouping,
        _ if is(&[
            "start time",
            "started at",
            "start",
            "played at",
            "timestamp",
            "starttime",
            "startzeit",
        ]) =>
        {
            Column::StartTime
        }
        _ if is(&["end time", "end", "endtime", "endzeit"]) => Column::EndTime,
        _ if is(&["playtime", "play time", "played s", "seconds played"]) => Column::PlayTime,
        _ if is(&["file name", "filename", "location", "path", "file path", "file"]) => Column::FileName,
        _ if is(&["played"]) => Column::Played,
        _ => Column::Other,
    }
}

/// The columns of a header row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header(pub Vec<Column>);

impl Header {
    /// The header, where the row names an artist or title column and more than one known column.
    pub fn of(row: &[String]) -> Option<Header> {
        let mut columns: Vec<Column> = Vec::with_capacity(row.len());
        for cell in row.iter().take(200) {
            let found = column(cell);
            // The first column of a kind counts.
            columns.push(if columns.contains(&found) { Column::Other } else { found });
        }
        let header = Header(columns);
        let known = header.0.iter().filter(|c| **c != Column::Other).count();
        (header.has(Column::Title) && (known > 1 || row.len() > 1)).then_some(header)
    }

    pub fn has(&self, column: Column) -> bool {
        self.0.contains(&column)
    }

    /// The text of a column in a row, where it is not empty.
    pub fn get<'a>(&self, row: &'a [String], column: Column) -> Option<&'a str> {
        let at = self.0.iter().position(|c| *c == column)?;
        row.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }

    /// The line a row tells of, without times of playing; `None` where it has neither artist nor title.
    pub fn line(&self, row: &[String], number: u64, problems: &mut Vec<Problem>) -> Option<Line> {
        let text = |column| self.get(row, column).and_then(tidy);
        let isrc = isrc(self.get(row, Column::Isrc).unwrap_or_default(), number).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let line = Line {
            line: number,
            artist: text(Column::Artist),
            title: text(Column::Title),
            version: text(Column::Version),
            remixer: text(Column::Remixer),
            album: text(Column::Album),
            label: text(Column::Label),
            year: self.get(row, Column::Year).and_then(year),
            duration_s: self.get(row, Column::Duration).and_then(duration),
            isrc,
            mbid: self.get(row, Column::Mbid).and_then(|id| id.parse::<Mbid>().ok()),
            own_id: own_id(&[self.get(row, Column::Comment), self.get(row, Column::Grouping)]),
            own_id_slip: own_id_slip(&[self.get(row, Column::Comment), self.get(row, Column::Grouping)]),
            played: !matches!(self.get(row, Column::Played), Some("0" | "false" | "no")),
            ..Line::default()
        };
        (line.artist.is_some() || line.title.is_some()).then_some(line)
    }
}

/// A row and the line it begins on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub line: u64,
    pub cells: Vec<String>,
}

/// Longest record that may run over line breaks inside quotes, in lines. A quote that is never closed
/// must not swallow the rest of the night.
const MAX_RECORD_LINES: usize = 8;

/// Splits delimited text into rows; empty lines are left out. A tab-separated text has no quoting.
pub(crate) fn rows(text: &str, delimiter: char) -> impl Iterator<Item = Row> + '_ {
    let lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let mut at = 0;
    std::iter::from_fn(move || {
        while lines.get(at).is_some_and(|line| line.trim().is_empty()) {
            at += 1;
        }
        let first = lines.get(at)?;
        let line = at as u64 + 1;
        if delimiter != '\t'
            && let Some((cells, used)) = quoted(&lines, at, delimiter)
        {
            at += used;
            return Some(Row { line, cells });
        }
        at += 1;
        Some(Row { line, cells: first.split(delimiter).map(unquoted).collect() })
    })
}

/// The cells of a record that may go over several lines; `None` where its quotes do not close in time.
fn quoted(lines: &[&str], at: usize, delimiter: char) -> Option<(Vec<String>, usize)> {
    let mut record = String::new();
    for used in 1..=MAX_RECORD_LINES {
        let line = lines.get(at + used - 1)?;
        if used > 1 {
            // A line that opens with a quote is a row of its own; the quote before it was never closed.
            if line.starts_with('"') {
                return None;
            }
            record.push('\n');
        }
        record.push_str(line);
        if let Some(cells) = cells(&record, delimiter) {
            return Some((cells, used));
        }
    }
    None
}

/// Splits a record; `None` while a quote is open. A quote within a cell that is not doubled and not
/// before a delimiter belongs to the text: `"Low Tide (12" Mix)"`.
fn cells(record: &str, delimiter: char) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut chars = record.chars().peekable();
    let (mut open, mut fresh) = (false, true);
    while let Some(c) = chars.next() {
        match c {
            '"' if fresh => open = true,
            '"' if open && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if open && chars.peek().is_none_or(|next| *next == delimiter) => open = false,
            c if c == delimiter && !open => {
                cells.push(std::mem::take(&mut cell));
                fresh = true;
                continue;
            }
            c => cell.push(c),
        }
        fresh = false;
    }
    cells.push(cell);
    (!open).then_some(cells)
}

fn unquoted(cell: &str) -> String {
    let inner = cell.strip_prefix('"').and_then(|c| c.strip_suffix('"'));
    inner.map_or_else(|| cell.to_owned(), |inner| inner.replace("\"\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_survive_odd_quotes() {
        let text = "a,b\r\n\r\n\"Low \"\"Tide\"\"\",\"x, y\"\n\"Low Tide (12\" Mix)\",z\n\"two\nlines\",q\n\"never closed,r\nlast,row\n";
        let rows: Vec<(u64, Vec<String>)> = rows(text, ',').map(|r| (r.line, r.cells)).collect();
        let want = [
            (1, vec!["a", "b"]),
            (3, vec!["Low \"Tide\"", "x, y"]),
            (4, vec!["Low Tide (12\" Mix)", "z"]),
            (5, vec!["two\nlines", "q"]),
            (7, vec!["\"never closed", "r"]),
            (8, vec!["last", "row"]),
        ];
        assert_eq!(
            rows,
            want.map(|(n, cells)| (n, cells.into_iter().map(str::to_owned).collect::<Vec<_>>()))
        );
    }

    #[test]
    fn headers_in_many_languages() {
        for row in [
            "#|Titel|Interpret|Zeit",
            "#|Titre|Artiste|Durée",
            "#|曲名|アーティスト|時間",
            "#|Track Title|Artist|Time",
        ] {
            let cells: Vec<String> = row.split('|').map(str::to_owned).collect();
            let header = Header::of(&cells).unwrap();
            assert_eq!(header.0, [Column::Number, Column::Title, Column::Artist, Column::Duration], "{row}");
        }
        assert!(Header::of(&["Night".into(), "Drive".into()]).is_none());
    }
}
