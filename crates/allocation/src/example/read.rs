//! Reading the lines of a worked example.

use money::{Amount, Ratio};
use music::{Origin, PartyId, RecordingId};

use super::{Example, party_id, recording_id};
use crate::rule::Pays;
use crate::{Attribution, Deliverable, Facts, Play, SelectedRelease, SharesOf, Usage};

impl Example {
    pub(super) fn line(&mut self, word: &str, rest: &str, number: u64) -> Option<()> {
        match word {
            "pot" => self.pot = Some(rest.parse().ok()?),
            "share" => self.share(rest)?,
            "disputed" => self.disputed.push(titled(rest)?.0),
            "played" => self.played(rest, number)?,
            "performer" => self.input.performer = Some(self.party(rest)),
            "member" => self.member(rest)?,
            "members" => self.members(rest)?,
            "seats" => self.input.seats = Some(rest.parse().ok()?),
            "catalogue" => self.facts(rest, |f| f.in_catalogue = true)?,
            "local" => self.facts(rest, |f| f.local = true)?,
            "licensed" => self.facts(rest, |f| f.licensed = true)?,
            "artist" => {
                let (name, titles) = rest.split_once(':')?;
                self.facts(titles, |f| f.artist = Some(name.trim().to_owned()))?;
            }
            "earlier" => {
                let (plays, title) = rest.split_once(' ')?;
                let (recording, months) = titled(title)?;
                let months = months.trim().strip_prefix("in ")?.strip_suffix(" months")?;
                self.months = Some(months.parse().ok()?);
                self.input.facts.entry(recording).or_default().threshold_plays = Some(plays.parse().ok()?);
            }
            "attributed" => {
                let (weight, what) = rest.split_once(' ')?;
                let recording = if what.trim() == "?" { None } else { Some(titled(what)?.0) };
                let key = format!("row-{number:04}");
                self.input.attributions.push(Attribution { key, recording, weight: weight.parse().ok()? });
            }
            "delivered" | "offered" => self.delivered(rest, word == "delivered")?,
            "release" => {
                let (key, parties) = quoted(rest)?;
                let shares = SharesOf::new(self.parties(parties)?);
                self.input.releases.push(SelectedRelease { key: key.to_owned(), shares });
            }
            "pays" => self.expect("pay", rest)?,
            "deducts" => self.expect("deduct", rest)?,
            "waits" => self.expect("suspense", rest)?,
            "carries" => self.expect("carry", rest)?,
            "weighs" => {
                for item in list(rest) {
                    let (weight, title) = item.split_once(' ')?;
                    self.weights.push((weight.to_owned(), titled(title)?.0));
                }
            }
            "refused" => self.refused = Some(rest.to_owned()),
            _ => return None,
        }
        Some(())
    }

    fn share(&mut self, rest: &str) -> Option<()> {
        let (side, rest) = match rest.split_once(char::is_whitespace) {
            Some(("master", rest)) => (Some(Pays::Master), rest),
            Some(("composition", rest)) => (Some(Pays::Composition), rest),
            _ => (None, rest),
        };
        let (recording, parties) = titled(rest)?;
        let holders = self.parties(parties)?;
        self.held.push((side, recording, holders));
        Some(())
    }

    pub(super) fn settle(&mut self) {
        for (side, recording, holders) in std::mem::take(&mut self.held) {
            let disputed = self.disputed.contains(&recording);
            let shares = if disputed { SharesOf::disputed(holders) } else { SharesOf::new(holders) };
            let sides = match side {
                Some(side) => vec![side],
                None => vec![Pays::CreditedArtist, Pays::Master, Pays::Composition],
            };
            for side in sides {
                self.input.shares.set(recording.clone(), side, shares.clone());
            }
        }
    }

    fn played(&mut self, rest: &str, number: u64) -> Option<()> {
        let (place, rest) = rest.split_once(char::is_whitespace)?;
        let (first, last) = span(place)?;
        let rest = rest.trim();
        let (recording, rest) = match rest.strip_prefix('?') {
            Some(rest) => (None, rest),
            None => titled(rest).map(|(recording, rest)| (Some(recording), rest))?,
        };
        let played_s = seconds(rest)?;
        for position in first..=last {
            let usage =
                Usage::line(format!("line-{position:04}"), Origin::new("", number), recording.clone());
            self.input.usages.push(Usage { played_s, ..usage });
        }
        Some(())
    }

    fn member(&mut self, rest: &str) -> Option<()> {
        let (member, plays) = rest.split_once(':')?;
        for play in list(plays) {
            self.input.plays.push(one_play(member.trim(), play)?);
        }
        Some(())
    }

    fn members(&mut self, rest: &str) -> Option<()> {
        let (place, plays) = rest.split_once(':')?;
        let (first, last) = span(place.trim())?;
        for number in first..=last {
            for play in list(plays) {
                self.input.plays.push(one_play(&format!("member-{number:06}"), play)?);
            }
        }
        Some(())
    }

    fn facts(&mut self, titles: &str, set: impl Fn(&mut Facts)) -> Option<()> {
        for title in list(titles) {
            let (recording, _) = titled(title)?;
            set(self.input.facts.entry(recording).or_default());
        }
        Some(())
    }

    fn delivered(&mut self, rest: &str, accepted: bool) -> Option<()> {
        let (key, rest) = quoted(rest)?;
        let mut words = rest.trim().splitn(3, ' ');
        let agreed = format!("{} {}", words.next()?, words.next()?).parse().ok()?;
        let shares = SharesOf::new(self.parties(words.next()?)?);
        self.input.deliverables.push(Deliverable { key: key.to_owned(), agreed, accepted, shares });
        Some(())
    }

    fn expect(&mut self, kind: &str, rest: &str) -> Option<()> {
        for item in list(rest) {
            let mut words = item.rsplitn(3, ' ');
            let (number, code, target) = (words.next()?, words.next()?, words.next()?);
            let amount: Amount = format!("{code} {number}").parse().ok()?;
            if kind == "pay" {
                self.party(target);
            }
            let twice = self.expected.insert((kind.to_owned(), target.trim().to_owned()), amount);
            if twice.is_some() {
                return None;
            }
        }
        Some(())
    }

    fn parties(&mut self, text: &str) -> Option<Vec<(PartyId, Ratio)>> {
        let mut holders = Vec::new();
        for item in list(text) {
            // A share is the last word, or the last two where a blank stands before the percent sign.
            let words: Vec<&str> = item.split_whitespace().collect();
            let at = if *words.last()? == "%" {
                words.len().checked_sub(2)?
            } else {
                words.len().checked_sub(1)?
            };
            let ratio: Ratio = words.get(at..)?.join(" ").parse().ok()?;
            holders.push((self.party(&words.get(..at)?.join(" ")), ratio));
        }
        Some(holders)
    }

    fn party(&mut self, name: &str) -> PartyId {
        let id = party_id(name.trim());
        self.names.insert(id.clone(), name.trim().to_owned());
        id
    }
}

fn one_play(member: &str, text: &str) -> Option<Play> {
    let (plays, rest) = text.split_once(' ')?;
    let (sought, rest) = match rest.trim().strip_prefix("sought ") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (recording, rest) = titled(rest)?;
    let (before, rest) = match rest.trim().strip_prefix("after ") {
        Some(before) => (before.trim().parse().ok()?, ""),
        None => (0, rest),
    };
    let (member, plays) = (member.to_owned(), plays.parse().ok()?);
    Some(Play { member, recording, plays, played_s: seconds(rest)?, sought, before })
}

/// Items between commas, without those in quotes.
pub(super) fn list(text: &str) -> Vec<&str> {
    let mut inside = false;
    let cut = |c: char| {
        inside ^= c == '"';
        c == ',' && !inside
    };
    text.split(cut).map(str::trim).filter(|t| !t.is_empty()).collect()
}

/// A text in quotes and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    text.trim().strip_prefix('"')?.split_once('"')
}

fn titled(text: &str) -> Option<(RecordingId, &str)> {
    let (title, rest) = quoted(text)?;
    Some((recording_id(title), rest))
}

/// `7` or `3..20`, both ends within; at most ten thousand.
fn span(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last && last - first < 10_000).then_some((first, last))
}

/// `240 s`, or nothing.
fn seconds(text: &str) -> Option<Option<u32>> {
    match text.trim() {
        "" => Some(None),
        text => text.strip_suffix('s')?.trim().parse().ok().map(Some),
    }
}
