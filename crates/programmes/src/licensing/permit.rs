//! A permit for one project and a short time, which a tool maker's program checks without asking anybody.
//!
//! It is a signed note (C2SP) under the house's key: a title line and one line of canonical JSON. It says which tool may
//! do what with which recordings of which project, from when until when. It is not taken back: it runs out, at most
//! [`MINUTES_MOST`] minutes after it was made, and the next one is given only if the consent still stands.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use proof::note::{BadNote, Note, SigningKey, VerifierKey};
use serde::{Deserialize, Serialize};

const TITLE: &str = "tantieme permit v1";
/// The shortest permit, in minutes.
pub const MINUTES_LEAST: u32 = 1;
/// The longest permit, in minutes: a working day.
pub const MINUTES_MOST: u32 = 720;
/// How far the clocks of house and tool may be apart.
pub const SKEW: SignedDuration = SignedDuration::from_secs(120);
/// The most recordings in one permit.
pub const RECORDINGS_MOST: usize = 500;

/// What a permit says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permit {
    /// Its id.
    pub id: String,
    /// The project.
    pub project: String,
    /// Which tool: the id of its maker.
    pub tool: String,
    /// The maker's name.
    pub maker: String,
    /// What it may do, one by one.
    pub uses: Vec<String>,
    /// With which recordings: ids.
    pub recordings: Vec<String>,
    /// Their ISRCs, where they have one.
    pub isrcs: Vec<String>,
    /// What is asked in return, `key=value`.
    pub conditions: Vec<String>,
    /// From when.
    pub issued: Timestamp,
    /// Until when.
    pub expires: Timestamp,
    /// The size of the log that it rests on.
    pub log_size: u64,
}

/// What a program wants to do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask<'a> {
    /// The use.
    pub usage: Option<&'a str>,
    /// The project.
    pub project: Option<&'a str>,
    /// The recording: its id or ISRC.
    pub recording: Option<&'a str>,
    /// The tool's maker.
    pub tool: Option<&'a str>,
}

/// Why a permit does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadPermit {
    /// It is not signed by a known key, or was changed.
    Signature(String),
    /// It is no permit.
    Unreadable,
    /// It begins later.
    NotYet(Timestamp),
    /// It ran out.
    Expired(Timestamp),
    /// It is longer than any permit.
    TooLong,
    /// It does not say that.
    Scope(&'static str, String),
}

impl fmt::Display for BadPermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadPermit::Signature(why) => write!(f, "the permit is not signed as it should be: {why}"),
            BadPermit::Unreadable => f.write_str("this is no permit"),
            BadPermit::NotYet(at) => write!(f, "the permit begins at {at}"),
            BadPermit::Expired(at) => write!(f, "the permit ran out at {at}"),
            BadPermit::TooLong => write!(f, "the permit is longer than {MINUTES_MOST} minutes"),
            BadPermit::Scope(what, asked) => write!(f, "the permit does not cover the {what} `{asked}`"),
        }
    }
}

impl std::error::Error for BadPermit {}

impl Permit {
    /// The permit as a note signed by the house.
    ///
    /// # Errors
    /// Why it cannot be written, in words.
    pub fn sign(&self, key: &SigningKey) -> Result<String, String> {
        let json = serde_json_canonicalizer::to_string(self).map_err(|e| e.to_string())?;
        let note = Note::new(&format!("{TITLE}\n{json}\n")).map_err(|e| e.to_string())?;
        Ok(note.signed_by(key).to_string())
    }

    /// Checks a permit against what a program wants to do now; gives it back with its conditions.
    ///
    /// # Errors
    /// [`BadPermit`], in the order: signature, form, time, use, project, recording, tool.
    pub fn check(
        text: &str,
        known: &[VerifierKey],
        ask: Ask<'_>,
        now: Timestamp,
    ) -> Result<Permit, BadPermit> {
        let signature = |e: BadNote| BadPermit::Signature(e.to_string());
        let note: Note = text.parse().map_err(signature)?;
        let verified = note.verify(known).map_err(signature)?;
        let json = verified.text.strip_prefix(TITLE).and_then(|t| t.strip_prefix('\n'));
        let permit: Permit = json.and_then(|j| serde_json::from_str(j).ok()).ok_or(BadPermit::Unreadable)?;
        if permit.expires > permit.issued + SignedDuration::from_mins(i64::from(MINUTES_MOST)) {
            return Err(BadPermit::TooLong);
        }
        if now + SKEW < permit.issued {
            return Err(BadPermit::NotYet(permit.issued));
        }
        if now >= permit.expires {
            return Err(BadPermit::Expired(permit.expires));
        }
        let scope = |what: &'static str, asked: Option<&str>, fits: &dyn Fn(&str) -> bool| match asked {
            Some(asked) if !fits(asked) => {
                Err(BadPermit::Scope(what, asked.chars().filter(|c| !c.is_control()).take(80).collect()))
            }
            _ => Ok(()),
        };
        scope("use", ask.usage, &|u| permit.uses.iter().any(|x| x == u))?;
        scope("project", ask.project, &|p| permit.project == p)?;
        scope("recording", ask.recording, &|r| {
            permit.recordings.iter().chain(&permit.isrcs).any(|x| x == r)
        })?;
        scope("tool", ask.tool, &|t| permit.tool == t || permit.maker == t)?;
        Ok(permit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permit() -> Permit {
        let issued: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        Permit {
            id: "pmt-1".into(),
            project: "Night Drive".into(),
            tool: "pty-tool".into(),
            maker: "Mixwright".into(),
            uses: vec!["tool.mix".into()],
            recordings: vec!["rec-1".into()],
            isrcs: vec!["FRZ032600001".into()],
            conditions: vec!["attribution=yes".into()],
            issued,
            expires: issued + SignedDuration::from_mins(30),
            log_size: 12,
        }
    }

    #[test]
    fn a_permit_holds_for_its_time_and_its_scope_only() {
        let key = SigningKey::from_seed("house.example/log", &[2; 32]).unwrap();
        let known = [key.verifier().clone()];
        let text = permit().sign(&key).unwrap();
        let at = |minute: i64| permit().issued + SignedDuration::from_mins(minute);
        let all = Ask {
            usage: Some("tool.mix"),
            project: Some("Night Drive"),
            recording: Some("FRZ032600001"),
            tool: Some("Mixwright"),
        };
        assert_eq!(Permit::check(&text, &known, all, at(0)).unwrap(), permit());
        assert_eq!(Permit::check(&text, &known, Ask::default(), at(29)).unwrap().id, "pmt-1");
        assert_eq!(Permit::check(&text, &known, all, at(30)), Err(BadPermit::Expired(at(30))));
        assert_eq!(Permit::check(&text, &known, all, at(-3)), Err(BadPermit::NotYet(at(0))));
        assert!(Permit::check(&text, &known, all, at(-1)).is_ok(), "clocks differ a little");
        for (ask, what) in [
            (Ask { usage: Some("gen.voice"), ..all }, "use"),
            (Ask { project: Some("Other"), ..all }, "project"),
            (Ask { recording: Some("rec-2"), ..all }, "recording"),
            (Ask { tool: Some("Another"), ..all }, "tool"),
        ] {
            assert!(
                matches!(Permit::check(&text, &known, ask, at(1)), Err(BadPermit::Scope(w, _)) if w == what)
            );
        }
        let changed = text.replace("tool.mix", "gen.voice");
        assert!(matches!(Permit::check(&changed, &known, all, at(1)), Err(BadPermit::Signature(_))));
        let stranger = SigningKey::from_seed("house.example/log", &[3; 32]).unwrap();
        assert!(matches!(
            Permit::check(&text, &[stranger.verifier().clone()], all, at(1)),
            Err(BadPermit::Signature(_))
        ));
        let long = Permit { expires: at(1_000), ..permit() }.sign(&key).unwrap();
        assert_eq!(Permit::check(&long, &known, all, at(1)), Err(BadPermit::TooLong));
        let other = Note::new("tantieme permit v1\n{}\n").unwrap().signed_by(&key).to_string();
        assert_eq!(Permit::check(&other, &known, all, at(1)), Err(BadPermit::Unreadable));
        for bad in ["", "x", "tantieme permit v1\n", "{}"] {
            assert!(Permit::check(bad, &known, all, at(1)).is_err());
        }
    }
}
