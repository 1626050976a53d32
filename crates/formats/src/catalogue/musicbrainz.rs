//! Lines of the MusicBrainz JSON dumps: recordings, releases, works, artists, one object a line, each told by its keys.
//!
//! The dumps come as tar archives; their headers and padding are stepped over without unpacking.

use std::io::BufRead;
use std::ops::ControlFlow;

use music::problem::{Origin, Problem};
use music::{MediaKind, PartyKind};
use serde::{Deserialize, Deserializer};

use super::Out;
use super::cell::{gtin_id, identifier, short, year};
use super::item::{Credit, Item, PartyItem, PartyRef, RecordingItem, ReleaseItem, TrackItem, WorkItem};
use super::lines::{Got, Lines};
use super::table::read_failed;

/// Bytes one line may have; the largest release has some five million.
const LINE_BYTES: usize = 32 << 20;

/// Reads a dump to its end.
pub(super) fn read(input: &mut dyn BufRead, tar: bool, out: &mut Out<'_>) -> ControlFlow<()> {
    let mut lines = Lines::new(input, LINE_BYTES);
    let mut buf = Vec::new();
    loop {
        match lines.next(&mut buf) {
            Got::Line => line(&buf, lines.line, tar, out)?,
            Got::TooLong => {
                let message = format!("the line has more than {} MiB", LINE_BYTES >> 20);
                out.problem(Problem::new("line-too-long", lines.line, message, "the line was skipped"))?;
            }
            Got::End => return ControlFlow::Continue(()),
            Got::Failed(failure) => {
                out.incomplete = true;
                return out.problem(read_failed(lines.line, &failure));
            }
        }
    }
}

fn line(bytes: &[u8], line: u64, tar: bool, out: &mut Out<'_>) -> ControlFlow<()> {
    let mut bytes = bytes;
    if tar {
        bytes = memchr::memrchr(0, bytes).map_or(bytes, |at| &bytes[at + 1..]);
        if bytes.first() != Some(&b'{') {
            return ControlFlow::Continue(());
        }
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii();
    if bytes.is_empty() {
        return ControlFlow::Continue(());
    }
    out.report.rows += 1;
    match serde_json::from_slice::<Entity>(bytes) {
        Ok(entity) => entity.pass_on(line, out),
        Err(bad) => {
            let message = format!("the line is no entity of a MusicBrainz dump: {}", short(&bad.to_string()));
            out.problem(Problem::new(
                "json-invalid",
                line,
                message,
                "the line was skipped; fetch the dump again",
            ))
        }
    }
}

/// Any entity of any dump; unknown keys are stepped over.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Entity {
    #[serde(default, deserialize_with = "or_default")]
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    title: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    sort_name: String,
    #[serde(default, deserialize_with = "or_default")]
    r#type: String,
    #[serde(default, deserialize_with = "or_default")]
    disambiguation: String,
    #[serde(default)]
    length: Option<f64>,
    #[serde(default)]
    video: Option<bool>,
    #[serde(default)]
    isrcs: Option<Vec<String>>,
    #[serde(default)]
    iswcs: Option<Vec<String>>,
    #[serde(default, deserialize_with = "or_default")]
    artist_credit: Vec<ArtistCredit>,
    #[serde(default, deserialize_with = "or_default")]
    first_release_date: String,
    #[serde(default, deserialize_with = "or_default")]
    date: String,
    #[serde(default, deserialize_with = "or_default")]
    relations: Vec<Relation>,
    #[serde(default, deserialize_with = "or_default")]
    releases: Vec<Entity>,
    #[serde(default)]
    media: Option<Vec<Medium>>,
    #[serde(default)]
    label_info: Option<Vec<LabelInfo>>,
    #[serde(default, deserialize_with = "or_default")]
    barcode: String,
    #[serde(default, deserialize_with = "or_default")]
    release_group: Option<ReleaseGroup>,
    #[serde(default)]
    isnis: Option<Vec<String>>,
    #[serde(default)]
    ipis: Option<Vec<String>>,
    #[serde(default, deserialize_with = "or_default")]
    aliases: Vec<Named>,
    #[serde(default, deserialize_with = "or_default")]
    country: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ArtistCredit {
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    joinphrase: String,
    #[serde(default)]
    artist: Option<Artist>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
struct Artist {
    #[serde(default, deserialize_with = "or_default")]
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    isnis: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    ipis: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Relation {
    #[serde(default, deserialize_with = "or_default")]
    r#type: String,
    #[serde(default)]
    artist: Option<Artist>,
    #[serde(default)]
    work: Option<Box<Entity>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Medium {
    #[serde(default, deserialize_with = "or_default")]
    tracks: Vec<Track>,
    #[serde(default)]
    pregap: Option<Track>,
}

#[derive(Deserialize)]
struct Track {
    #[serde(default)]
    recording: Option<Entity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct LabelInfo {
    #[serde(default, deserialize_with = "or_default")]
    catalog_number: String,
    #[serde(default)]
    label: Option<Named>,
}

#[derive(Deserialize, Default)]
struct Named {
    #[serde(default, deserialize_with = "or_default")]
    name: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
struct ReleaseGroup {
    #[serde(default, deserialize_with = "or_default")]
    primary_type: String,
    #[serde(default, deserialize_with = "or_default")]
    first_release_date: String,
}

/// `null` as the default, as the dumps write what is not known.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(from).map(Option::unwrap_or_default)
}

impl Entity {
    fn pass_on(self, line: u64, out: &mut Out<'_>) -> ControlFlow<()> {
        let (origin, mut problems) = (out.origin(line), Vec::new());
        let items = if self.media.is_some() || self.label_info.is_some() {
            self.release(&origin, &mut problems)
        } else if self.isrcs.is_some()
            || self.video.is_some()
            || (!self.title.is_empty() && !self.artist_credit.is_empty())
        {
            vec![Item::Recording(self.recording(&origin, &mut problems))]
        } else if self.iswcs.is_some() {
            vec![Item::Work(self.work(&origin, &mut problems))]
        } else if !self.name.is_empty()
            && (self.isnis.is_some() || self.ipis.is_some() || !self.sort_name.is_empty())
        {
            vec![Item::Party(self.party(&origin, &mut problems))]
        } else {
            let hint = "the line was skipped; recordings, releases, works and artists are read";
            problems.push(
                Problem::new("entity-unknown", line, "the line is no entity that a catalogue needs", hint)
                    .notice(),
            );
            Vec::new()
        };
        out.problems(problems)?;
        items.into_iter().try_for_each(|item| out.put(item))
    }

    fn recording(self, origin: &Origin, problems: &mut Vec<Problem>) -> RecordingItem {
        let mut item = RecordingItem::new(origin.clone());
        item.mbid = identifier(&self.id, origin.line, problems);
        item.source_id = self.id;
        if self.video == Some(true) {
            item.kind = MediaKind::Video;
        }
        item.artist = credit_text(&self.artist_credit);
        item.artists = credits(&self.artist_credit, &self.relations, origin.line, problems);
        item.title = self.title;
        item.version = self.disambiguation;
        item.duration_s = self.length.filter(|l| (500.0..1e9).contains(l)).map(|ms| (ms / 1000.0) as u32);
        item.year = year(&self.first_release_date);
        let isrcs = self.isrcs.unwrap_or_default();
        let mut isrcs = isrcs
            .iter()
            .take(1000)
            .filter_map(|i| identifier(i, origin.line, problems))
            .collect::<Vec<_>>()
            .into_iter();
        item.isrc = isrcs.next();
        item.other_isrcs = isrcs.collect();
        let works = self.relations.into_iter().filter_map(|r| r.work).take(100);
        item.works = works.map(|w| w.work(origin, problems)).collect();
        if let Some(release) = self.releases.into_iter().min_by_key(|r| year(&r.date).unwrap_or(u16::MAX)) {
            item.year = item.year.or(year(&release.date));
            item.album = release.title;
            item.label = first_label(release.label_info.as_deref()).0;
        }
        item
    }

    fn release(mut self, origin: &Origin, problems: &mut Vec<Problem>) -> Vec<Item> {
        let mut release = ReleaseItem { origin: origin.clone(), ..ReleaseItem::default() };
        let mbid: Option<music::Mbid> = identifier(&self.id, origin.line, problems);
        release.gtin = identifier(&self.barcode, origin.line, problems);
        (release.label, release.catalogue_number) = first_label(self.label_info.as_deref());
        release.ids.extend(mbid.map(|m| format!("mbid:{m}")));
        release.ids.extend(release.gtin.as_ref().map(gtin_id));
        if !release.catalogue_number.is_empty() {
            release.ids.push(format!("catalogue:{}", release.catalogue_number.to_uppercase()));
        }
        release.source_id = std::mem::take(&mut self.id);
        release.artist = credit_text(&self.artist_credit);
        release.artists = credits(&self.artist_credit, &[], origin.line, problems);
        release.title = std::mem::take(&mut self.title);
        let group = self.release_group.take().unwrap_or_default();
        release.release_type = group.primary_type;
        release.year = year(&self.date).or(year(&group.first_release_date));
        let mut items = Vec::new();
        let tracks = self.media.into_iter().flatten().flat_map(|m| m.pregap.into_iter().chain(m.tracks));
        for (position, recording) in
            tracks.enumerate().filter_map(|(n, t)| Some((n as u32 + 1, t.recording?)))
        {
            let mut item = recording.recording(origin, problems);
            item.album.clone_from(&release.title);
            item.label.clone_from(&release.label);
            item.year = item.year.or(release.year);
            if item.artist.is_empty() {
                item.artist.clone_from(&release.artist);
            }
            release.tracks.push(TrackItem { recording: item.source_id.clone(), position });
            items.push(Item::Recording(item));
        }
        items.push(Item::Release(release));
        items
    }

    fn work(self, origin: &Origin, problems: &mut Vec<Problem>) -> WorkItem {
        let iswcs = self.iswcs.unwrap_or_default();
        WorkItem {
            origin: origin.clone(),
            mbid: identifier(&self.id, origin.line, problems),
            iswc: iswcs.first().and_then(|i| identifier(i, origin.line, problems)),
            credits: related(&self.relations, origin.line, problems),
            title: self.title,
            shares: Vec::new(),
        }
    }

    fn party(self, origin: &Origin, problems: &mut Vec<Problem>) -> PartyItem {
        let ids = Artist {
            id: self.id,
            name: self.name,
            isnis: self.isnis.unwrap_or_default(),
            ipis: self.ipis.unwrap_or_default(),
        };
        let mut aliases: Vec<String> =
            self.aliases.into_iter().map(|a| a.name).filter(|n| !n.is_empty()).collect();
        if !self.sort_name.is_empty() && self.sort_name != ids.name {
            aliases.insert(0, self.sort_name);
        }
        let kind = match self.r#type.as_str() {
            "Person" | "Character" => Some(PartyKind::Person),
            "Group" | "Orchestra" | "Choir" => Some(PartyKind::Group),
            "" | "Other" => None,
            // The label dump: `Original Production`, `Imprint`, `Publisher` …
            _ => Some(PartyKind::Organisation),
        };
        // Historic and artificial codes (`XW`, `XE`, `SU`) are no home; not worth a problem each.
        let territory = self.country.parse().ok();
        PartyItem {
            origin: origin.clone(),
            party: party(&ids, origin.line, problems),
            aliases,
            kind,
            territory,
        }
    }
}

fn party(artist: &Artist, line: u64, problems: &mut Vec<Problem>) -> PartyRef {
    PartyRef {
        name: artist.name.clone(),
        isni: artist.isnis.first().and_then(|i| identifier(i, line, problems)),
        ipi: artist.ipis.first().and_then(|i| identifier(i, line, problems)),
        mbid: identifier(&artist.id, line, problems),
        source_id: artist.id.clone(),
    }
}

/// The credit as printed: names with the words that join them.
fn credit_text(credits: &[ArtistCredit]) -> String {
    let name = |c: &ArtistCredit| match c.name.as_str() {
        "" => c.artist.as_ref().map(|a| a.name.clone()).unwrap_or_default(),
        name => name.to_owned(),
    };
    credits.iter().map(|c| name(c) + &c.joinphrase).collect::<String>().trim().to_owned()
}

/// The artists of the credit, those after a "feat." as featured, then those related to it as remixer, producer and so on.
fn credits(
    credit: &[ArtistCredit],
    relations: &[Relation],
    line: u64,
    problems: &mut Vec<Problem>,
) -> Vec<Credit> {
    let mut role = "MainArtist";
    let mut credits = Vec::new();
    for part in credit {
        if let Some(artist) = &part.artist {
            credits.push(Credit { party: party(artist, line, problems), role: role.to_owned() });
        }
        if part.joinphrase.to_lowercase().contains("feat") {
            role = "FeaturedArtist";
        }
    }
    credits.extend(related(relations, line, problems));
    credits
}

fn related(relations: &[Relation], line: u64, problems: &mut Vec<Problem>) -> Vec<Credit> {
    let artists = relations.iter().filter_map(|r| Some((r.artist.as_ref()?, &r.r#type))).take(1000);
    artists
        .map(|(artist, role)| Credit { party: party(artist, line, problems), role: role.clone() })
        .collect()
}

fn first_label(infos: Option<&[LabelInfo]>) -> (String, String) {
    let infos = infos.unwrap_or_default();
    let label = infos.iter().filter_map(|i| i.label.as_ref()).map(|l| &l.name).find(|n| !n.is_empty());
    let number =
        infos.iter().map(|i| &i.catalog_number).find(|n| !n.is_empty() && !n.eq_ignore_ascii_case("[none]"));
    (label.cloned().unwrap_or_default(), number.cloned().unwrap_or_default())
}
