//! Lines in, the compiled registry out.

use std::collections::HashMap;

use jiff::civil::Date;
use music::{Problem, Territory};

use super::*;
use crate::registry::{Claim, Dispute, License, Mandate, Object, Recording, Statement};

/// Takes lines in any order.
#[derive(Debug, Default)]
pub struct Builder {
    parties: Names,
    works: Names,
    recordings: Names,
    projects: Names,
    ids: Names,
    party_rows: Vec<PartyRow>,
    recording_rows: Vec<Option<RecordingRow>>,
    isrcs: Vec<(u64, u32)>,
    file_hashes: Names,
    file_hash_of: Vec<u32>,
    isccs: Names,
    iscc_of: Vec<u32>,
    titles: Names,
    title_of: Vec<u32>,
    texts: super::Texts,
    claims: Vec<ClaimRow>,
    said: Vec<Said>,
    withdraws: HashMap<u32, u32>,
    mandates: Vec<MandateRow>,
    licenses: Vec<LicenseRow>,
    grants: Vec<(u32, Subject, u32)>,
    disputes: Vec<DisputeRow>,
    conditions: Interned<Conditions>,
    territories: Interned<Vec<Territory>>,
    licensees: Interned<Vec<u32>>,
    offers: HashMap<u32, String>,
    party_names: HashMap<u32, String>,
}

/// Values that repeat, each kept once; the first is the empty one.
#[derive(Debug)]
struct Interned<T> {
    list: Vec<T>,
    known: HashMap<T, u32>,
}

impl<T: Default + Clone + Eq + std::hash::Hash> Default for Interned<T> {
    fn default() -> Self {
        Interned { list: vec![T::default()], known: HashMap::new() }
    }
}

impl<T: Default + Clone + Eq + std::hash::Hash> Interned<T> {
    fn add(&mut self, value: T) -> u32 {
        if value == T::default() {
            return 0;
        }
        if let Some(known) = self.known.get(&value) {
            return *known;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(0);
        self.list.push(value.clone());
        self.known.insert(value, number);
        number
    }
}

type Told<T> = Result<T, (String, &'static str)>;

impl Builder {
    /// Adds one object; `line` is where it stands, for the problem.
    ///
    /// # Errors
    /// A [`Problem`] where a field cannot be understood. Nothing of the object is kept then.
    pub fn push(&mut self, line: u64, object: &Object) -> Result<(), Problem> {
        let done = match object {
            Object::Party(p) => self.party_line(p),
            Object::Work(w) => id(&w.id).map(|id| {
                self.works.add(id);
            }),
            Object::Recording(r) => self.recording_line(r),
            Object::Claim(c) => self.claim_line(c),
            Object::Mandate(m) => self.mandate_line(m),
            Object::Statement(s) => self.statement_line(s),
            Object::License(l) => self.license_line(l),
            Object::Dispute(d) => self.dispute_line(d),
        };
        done.map_err(|(message, hint)| Problem::new("registry-field", line, message, hint))
    }

    /// Sorts everything.
    pub fn finish(mut self) -> Index {
        let withdrawals = self.withdraw();
        let subject_count = [self.recordings.len(), self.works.len(), self.projects.len()];
        self.claims.sort_by_key(|c| (c.subject, c.party, c.role, c.span.log));
        let claim_starts = [Scope::Recording, Scope::Work, Scope::Project].map(|kind| {
            let of_kind = |c: &ClaimRow| c.subject.kind < kind;
            let base = self.claims.partition_point(of_kind);
            let inside = self.claims.iter().filter(|c| c.subject.kind == kind).map(|c| c.subject.number);
            starts(base, subject_count[kind as usize], inside) // three kinds, three counts
        });
        let holders = self.said.iter().map(|s| s.holder);
        let said_starts = starts(0, self.parties.len(), holders);
        self.mandates.sort_by_key(|m| (m.principal, m.agent));
        self.grants.sort_unstable();
        self.grants.dedup();
        self.disputes
            .sort_by(|a, b| (a.subject, self.ids.get(a.name)).cmp(&(b.subject, self.ids.get(b.name))));
        self.party_rows.resize(self.parties.len(), PartyRow::default());
        self.recording_rows.resize(self.recordings.len(), None);
        self.claims.shrink_to_fit();
        Index {
            parties: self.parties,
            recordings: self.recordings,
            ids: self.ids,
            party_rows: self.party_rows,
            recording_rows: self.recording_rows,
            isrcs: IsrcTable::new(self.isrcs),
            file_hashes: self.file_hashes,
            file_hash_of: self.file_hash_of,
            isccs: self.isccs,
            iscc_of: self.iscc_of,
            titles: self.titles,
            title_of: self.title_of,
            texts: self.texts,
            projects: self.projects,
            claims: self.claims,
            claim_starts,
            said: self.said,
            said_starts,
            withdrawals,
            mandates: self.mandates,
            licenses: self.licenses,
            grants: self.grants,
            disputes: self.disputes,
            conditions: self.conditions.list,
            territories: self.territories.list,
            licensees: self.licensees.list,
            offers: self.offers,
            party_names: self.party_names,
        }
    }

    /// Sorts the statements, takes the withdrawals out of them and hangs each on what it takes back.
    fn withdraw(&mut self) -> Vec<Ended> {
        let ids = &self.ids;
        let mut said = std::mem::take(&mut self.said);
        said.sort_by(|a, b| {
            let key =
                |s: &Said| (s.holder, s.subject, std::cmp::Reverse(s.span.log), std::cmp::Reverse(s.word));
            key(a).cmp(&key(b)).then_with(|| ids.get(a.name).cmp(ids.get(b.name)))
        });
        let (taken_back, mut kept): (Vec<Said>, Vec<Said>) =
            said.into_iter().partition(|s| s.word == Word::Withdraw);
        let mut list = Vec::new();
        if !taken_back.is_empty() {
            let mut by_holder: HashMap<u32, Vec<&Said>> = HashMap::new();
            for w in &taken_back {
                by_holder.entry(w.holder).or_default().push(w);
            }
            for s in &mut kept {
                let first = list.len() as u32;
                for w in by_holder.get(&s.holder).into_iter().flatten() {
                    let same = w.speaker == s.speaker && w.span.log >= s.span.log;
                    let meant = match self.withdraws.get(&w.name) {
                        Some(id) => *id == s.name,
                        None => w.subject == s.subject && w.uses == s.uses,
                    };
                    if same && meant {
                        list.push(Ended { log: w.span.log, at: w.span.at });
                    }
                }
                s.withdrawn = (first, list.len() as u32);
            }
        }
        kept.shrink_to_fit();
        self.said = kept;
        list
    }

    fn party(&mut self, text: &str) -> Told<u32> {
        Ok(self.parties.add(id(text)?))
    }

    fn party_line(&mut self, p: &crate::registry::Party) -> Told<()> {
        let number = self.party(&p.id)? as usize;
        if self.party_rows.len() <= number {
            self.party_rows.resize(number + 1, PartyRow::default());
        }
        let minor_until = p.minor_until.map(day).max(self.party_rows[number].minor_until);
        let level = self.party_rows[number].level.map_or(p.level, |l| l.min(p.level));
        self.party_rows[number] = PartyRow { minor_until, level: Some(level) };
        if !p.name.is_empty() {
            self.party_names.insert(number as u32, p.name.clone());
        }
        Ok(())
    }

    fn recording_line(&mut self, r: &Recording) -> Told<()> {
        let isrc = match r.isrc.as_str() {
            "" => None,
            text => Some(pack_isrc(text.as_bytes()).ok_or_else(|| {
                (
                    format!("`{}` is not an ISRC", shown(text)),
                    "two letters, three signs and seven digits, such as `DEA123400001`",
                )
            })?),
        };
        let works = r.works.iter().map(|w| Ok(self.works.add(id(w)?))).collect::<Told<Vec<u32>>>()?;
        let number = self.recordings.add(id(&r.id)?);
        let project = if r.project.is_empty() { None } else { Some(self.projects.add(&r.project)) };
        if self.recording_rows.len() <= number as usize {
            self.recording_rows.resize(number as usize + 1, None);
        }
        if self.recording_rows[number as usize].is_some() {
            return Err((
                format!("recording `{}` stands twice; the first is kept", shown(&r.id)),
                "give each recording one line",
            ));
        }
        let row = RecordingRow { works, project, tdm_reserved: r.tdm_reserved, log: r.log };
        self.recording_rows[number as usize] = Some(row);
        if let Some(code) = isrc {
            self.isrcs.push((code, number));
        }
        if !r.file_hash.is_empty() {
            note(&mut self.file_hashes, &mut self.file_hash_of, &r.file_hash.to_ascii_lowercase(), number);
        }
        if !r.iscc.is_empty() {
            for key in super::iscc_keys(&r.iscc) {
                note(&mut self.isccs, &mut self.iscc_of, &key, number);
            }
        }
        if !r.title.is_empty() {
            note(&mut self.titles, &mut self.title_of, &title_key(&r.artist, &r.title), number);
            self.texts.push(number, &r.artist, &r.title);
        }
        Ok(())
    }

    fn subject(&mut self, text: &str) -> Told<Subject> {
        const HINT: &str = "write `recording:ID`, `work:ID`, `project:ID`, `person:ID`, or in a statement `person` or `catalogue`";
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        let (kind, number) = match kind {
            "recording" => (Scope::Recording, self.recordings.add(id(rest)?)),
            "work" => (Scope::Work, self.works.add(id(rest)?)),
            "project" => (Scope::Project, self.projects.add(id(rest)?)),
            "person" if !rest.is_empty() => (Scope::Person, self.party(rest)?),
            "person" => (Scope::Person, u32::MAX),
            "catalogue" if rest.is_empty() => (Scope::Catalogue, 0),
            _ => return Err((format!("`{}` is not a subject", shown(text)), HINT)),
        };
        Ok(Subject { kind, number })
    }

    fn places(&mut self, list: &[String]) -> Told<u32> {
        let read =
            |t: &String| t.parse::<Territory>().map_err(|e| (e.to_string(), "leave it out for everywhere"));
        let mut list = list.iter().map(read).collect::<Told<Vec<_>>>()?;
        if list.iter().any(Territory::is_worldwide) {
            list.clear();
        }
        list.sort();
        list.dedup();
        Ok(self.territories.add(list))
    }

    fn claim_line(&mut self, c: &Claim) -> Told<()> {
        let subject = self.subject(&c.subject)?;
        if subject.kind >= Scope::Person {
            return Err((
                format!("a claim is not about `{}`", shown(&c.subject)),
                "write `recording:ID`, `work:ID` or `project:ID`",
            ));
        }
        let territories = self.places(&c.territories)?;
        let party = self.party(&c.party)?;
        let span = span(c.log, c.at, c.from, c.until)?;
        if c.share_ppm != Some(0) {
            let revoked = ended(c.revoked_at, c.revoked_log);
            let (role, level) = (c.role, c.level);
            self.claims.push(ClaimRow { subject, party, role, level, territories, span, revoked });
        }
        Ok(())
    }

    fn mandate_line(&mut self, m: &Mandate) -> Told<()> {
        let (uses, territories) = (named(&m.uses)?, self.places(&m.territories)?);
        let span = span(m.log, m.at, m.from, m.until)?;
        let (principal, agent) = (self.party(&m.principal)?, self.party(&m.agent)?);
        let revoked = ended(m.revoked_at, m.revoked_log);
        self.mandates.push(MandateRow {
            principal,
            agent,
            uses,
            territories,
            span,
            revoked,
            guardian: m.guardian,
            level: m.level,
        });
        Ok(())
    }

    fn statement_line(&mut self, s: &Statement) -> Told<()> {
        let mut subject = self.subject(&s.subject)?;
        let speaker = self.party(&s.speaker)?;
        let holder = s.for_party.as_deref().map_or(Ok(speaker), |p| self.party(p))?;
        if subject.kind == Scope::Person {
            if subject.number != u32::MAX && subject.number != holder {
                return Err((
                    "a statement about a person is that person's own, or an agent's for them".to_owned(),
                    "set `for` to that person",
                ));
            }
            subject.number = 0;
        }
        let uses = named(&s.uses)?;
        let territories = self.places(&s.territories)?;
        let span = span(s.log, s.at, s.from, s.until)?;
        let mut licensees =
            s.licensees.iter().filter(|l| *l != "*").map(|l| self.party(l)).collect::<Told<Vec<_>>>()?;
        if s.licensees.iter().any(|l| l == "*") {
            licensees.clear();
        }
        licensees.sort_unstable();
        licensees.dedup();
        let licensees = self.licensees.add(licensees);
        let conditions = self.conditions.add(s.conditions.clone());
        let name = self.ids.add(id(&s.id)?);
        if s.word_takes_back() {
            let back = self.ids.add(&s.withdraws);
            self.withdraws.insert(name, back);
        }
        if !s.offer.is_empty() {
            self.offers.insert(name, s.offer.clone());
        }
        self.said.push(Said {
            holder,
            subject,
            speaker,
            name,
            word: s.kind,
            level: s.level,
            uses,
            licensees,
            territories,
            conditions,
            span,
            withdrawn: (0, 0),
        });
        Ok(())
    }

    fn license_line(&mut self, l: &License) -> Told<()> {
        let uses = named(&l.uses)?;
        if uses.group.0 != 0 {
            return Err((
                "a licence names its uses one by one, not as a group".to_owned(),
                "write `train.gen` rather than `train`",
            ));
        }
        let territories = self.places(&l.territories)?;
        let span = span(l.log, l.at, l.from, l.until)?;
        let name = self.ids.add(id(&l.id)?);
        let licensee = self.party(&l.licensee)?;
        let subjects = l.subjects.iter().map(|s| self.subject(s)).collect::<Told<Vec<_>>>()?;
        let own = |s: Subject| if s.kind == Scope::Person { Subject { number: 0, ..s } } else { s };
        let mut signers = l.signed_by.iter().map(|p| self.party(p)).collect::<Told<Vec<_>>>()?;
        signers.sort_unstable();
        let conditions = self.conditions.add(l.conditions.clone());
        let number = u32::try_from(self.licenses.len()).unwrap_or(u32::MAX);
        self.grants.extend(subjects.into_iter().map(|s| (licensee, own(s), number)));
        self.licenses.push(LicenseRow {
            name,
            uses,
            territories,
            span,
            signers,
            conditions,
            notice_days: i32::try_from(l.notice_days).unwrap_or(i32::MAX),
            revoked: ended(l.revoked_at, l.revoked_log),
            level: l.level,
        });
        Ok(())
    }

    fn dispute_line(&mut self, d: &Dispute) -> Told<()> {
        let subject = self.subject(&d.subject)?;
        if subject.kind == Scope::Catalogue || subject.number == u32::MAX {
            return Err((
                format!("a dispute is not about `{}`", shown(&d.subject)),
                "name what is contested: `recording:ID`, `work:ID`, `project:ID` or `person:ID`",
            ));
        }
        let name = self.ids.add(id(&d.id)?);
        let at = d.at.map_or(i32::MIN, day);
        self.disputes.push(DisputeRow {
            subject,
            name,
            log: d.log,
            at,
            closed: ended(d.closed_at, d.closed_log),
        });
        Ok(())
    }
}

impl Statement {
    fn word_takes_back(&self) -> bool {
        self.kind == Word::Withdraw && !self.withdraws.is_empty()
    }
}

fn note(names: &mut Names, of: &mut Vec<u32>, text: &str, number: u32) {
    let at = names.add(text) as usize;
    match of.get_mut(at) {
        Some(known) if *known != number => *known = u32::MAX,
        Some(_) => {}
        None => of.push(number),
    }
}

fn id(text: &str) -> Told<&str> {
    if text.is_empty() || text.len() > 500 || text.chars().any(char::is_control) {
        return Err((
            format!("`{}` is not an id", shown(text)),
            "an id has 1 to 500 bytes and no control characters",
        ));
    }
    Ok(text)
}

fn named(list: &[String]) -> Told<Named> {
    let mut named = Named::default();
    for text in list {
        named.add(text).map_err(|e| (e.to_string(), "docs/consent.md lists the uses"))?;
    }
    if list.is_empty() {
        return Err(("`uses` is empty".to_owned(), "name at least one use, or `*`"));
    }
    Ok(named)
}

fn span(log: u64, at: Option<Date>, from: Option<Date>, until: Option<Date>) -> Told<Span> {
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        return Err((
            format!("`until` {until} is not after `from` {from}"),
            "`until` is the day after the last",
        ));
    }
    Ok(Span {
        log,
        at: at.map_or(i32::MIN, day),
        from: from.map_or(i32::MIN, day),
        until: until.map_or(i32::MAX, day),
    })
}

fn ended(at: Option<Date>, log: u64) -> Option<Ended> {
    at.map(|at| Ended { log, at: day(at) })
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// Where each of `count` numbers begins in a sorted row that itself begins at `base`.
fn starts(base: usize, count: usize, sorted: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut list = vec![0_u32; count + 1];
    for number in sorted {
        list[number as usize + 1] += 1; // every number was given by a table of `count` names
    }
    let mut sum = base as u32;
    for place in &mut list {
        sum += *place;
        *place = sum;
    }
    list
}

/// Days since 1970-01-01 in the Gregorian calendar (the algorithm of era, year of era and day of era).
pub(crate) fn day(date: Date) -> i32 {
    let (y, m, d) = (i32::from(date.year()), i32::from(date.month()), i32::from(date.day()));
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let year = y.rem_euclid(400);
    let of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    era * 146_097 + year * 365 + year / 4 - year / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970() {
        let of = |t: &str| day(t.parse().unwrap());
        assert_eq!((of("1970-01-01"), of("1969-12-31"), of("2000-03-01")), (0, -1, 11_017));
        assert_eq!(of("2024-03-01") - of("2024-02-28"), 2);
    }
}
