//! A DJ's own edit of somebody's recording: who is paid for it is the house's stated policy.
//!
//! `Kora Lind - Low Tide (DJ Reef Edit)` in a list of DJ Reef, or `(My Edit)` in anybody's, is an edit of their own. It is a
//! version of its own, so the original does not match. By the policy `own-edit` it is paid to nobody unless it is
//! registered, or to the holders of the original. An edit by anybody else is that person's version, whatever the policy says.

use formats::set_list::Line;
use matching::parse::{self, Span};
use matching::version::Class;
use matching::{Query, corroboration};
use music::{PartyId, name_key};
use store::Tx;

use crate::catalogue::{self, Matching, Verdict};
use crate::{Failure, House, policy};

/// What a house makes of the own edits of one performer.
pub(crate) struct OwnEdits {
    names: Vec<String>,
    original: bool,
}

/// Versions that somebody makes of a finished recording for their own sets.
const EDITS: u32 = Class::Edit.bit() | Class::Rework.bit() | Class::Bootleg.bit();

impl OwnEdits {
    pub async fn of(house: &House, tx: &mut Tx, performer: &PartyId) -> Result<OwnEdits, Failure> {
        let party = tx.party(performer).await?.map(|p| p.party);
        let names = party.into_iter().flat_map(|p| std::iter::once(p.name).chain(p.aliases));
        let mut names: Vec<String> = names.map(|n| name_key(&n)).filter(|k| !k.is_empty()).collect();
        let bare: Vec<String> =
            names.iter().filter_map(|n| n.strip_prefix("dj ").map(str::to_owned)).collect();
        names.extend(bare);
        let original = policy::text(tx, "own-edit", house.now()).await? == "original";
        Ok(OwnEdits { names, original })
    }

    /// The verdict on a line, after the policy where it is an edit of the performer's own.
    pub fn consider(&self, matching: &Matching, line: &Line, mut verdict: Verdict) -> Verdict {
        if verdict.word == "matched" || verdict.codes().any(|code| code.starts_with("answered")) {
            return verdict;
        }
        let Some((artist, title)) = self.bare(line) else { return verdict };
        if !self.original {
            verdict.add("own-edit", "it is the DJ's own edit; it pays nobody until it is registered");
            return verdict;
        }
        let query = Query { artist: &artist, title: &title, duration_s: None, ..Query::default() };
        let mut original = matching.verdict(&query);
        if corroboration::spelling(&query).is_empty() || original.word != "matched" {
            return verdict;
        }
        original.add(
            "own-edit-original",
            "it is the DJ's own edit; by the house's policy the holders of the original are paid",
        );
        original
    }

    /// Artist and title without the version, where every version named is the performer's own edit.
    fn bare(&self, line: &Line) -> Option<(String, String)> {
        let query = catalogue::query(line);
        let (artist, title, mut versions) = if query.title.is_empty() {
            let read = parse::line(query.text);
            let texts: Vec<String> = read.versions.iter().map(|v| v.text.of(query.text).to_owned()).collect();
            (read.artist.of(query.text).to_owned(), read.title.of(query.text).to_owned(), texts)
        } else {
            let (base, versions, _) = parse::versions(query.title, Span { start: 0, end: query.title.len() });
            let texts: Vec<String> = versions.iter().map(|v| v.text.of(query.title).to_owned()).collect();
            (query.artist.to_owned(), base.of(query.title).to_owned(), texts)
        };
        versions.extend(Some(query.version.to_owned()).filter(|v| !v.trim().is_empty()));
        (!versions.is_empty() && !title.is_empty() && versions.iter().all(|v| self.own(v)))
            .then_some((artist, title))
    }

    /// Whether a version is an edit by the performer: `(DJ Reef Edit)`, `(my edit)`, `(own rework)`.
    fn own(&self, version: &str) -> bool {
        let key = name_key(version);
        let (mut author, mut edit) = (Vec::new(), false);
        for word in key.split(' ') {
            match matching::version::class_of(word.as_bytes()) {
                Some(class) => edit |= class.bit() & EDITS != 0,
                None => author.push(word),
            }
        }
        let author = author.join(" ");
        let author =
            author.strip_suffix('s').filter(|a| self.names.iter().any(|n| n == a)).unwrap_or(&author);
        edit && (matches!(author, "my" | "own" | "my own") || self.names.iter().any(|n| n == author))
    }
}
