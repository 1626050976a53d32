//! The decision.
//!
//! 1. Recording, works, project and performers are resolved from the claims live on the day. A link that
//!    leads nowhere is `UNKNOWN_SUBJECT`.
//! 2. The table of [`crate::uses`] gives the roles; everybody with a share in one of them must agree.
//! 3. Of everything said for a holder, only what **counts** is looked at: it is in the log, not withdrawn,
//!    about this subject and use, to this licensee, for this territory and day; an agent's word only under a
//!    live mandate; a permit only if person, model, version and term fit. Of that the narrowest holds, then the
//!    newest, then the strictest. A principal's own refusal beats an agent's permit.
//! 4. A matching licence that a holder signed counts as that holder's word where it would otherwise have to be
//!    asked for; signed by all who must agree, it also overrides their refusals that name no licensee.
//! 5. Any refusal, dispute or silence is a no, with its reasons; nobody's order matters.
//!
//! Worked case: Ada holds the master and permits `train.gen` to everybody; Ben is featured and said nothing.
//! The answer is `DENY(SILENT)`, and Ben is listed as asked.

use crate::answer::{Answer, Asked, Finding, Outcome, Question, Reason, Reasons, Stand};
use crate::index::{ClaimRow, Index, LicenseRow, MandateRow, Said, Scope, Span, Subject, day};
use crate::registry::{ClaimRole, Conditions, Level, Word};
use crate::uses::{Need, Role, Use};

/// Space that decisions use again and again; keep one per thread.
#[derive(Debug, Default)]
pub struct Session {
    holders: Vec<Holder>,
    /// Licences that match the question, and whether all who must agree have signed.
    licenses: Vec<(u32, bool)>,
    /// Reasons why licences of this licensee do not match, with the licence.
    missed: Vec<(u32, Reasons)>,
}

/// A question with its texts looked up; everything but the subject.
#[derive(Debug, Clone)]
pub struct Prepared<'a> {
    question: &'a Question<'a>,
    licensee: Option<u32>,
    on: i32,
    until: Option<i32>,
    project: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Holder {
    role: Role,
    party: u32,
    in_person: bool,
    level: Level,
}

/// What is asked about: where claims, statements, licences and disputes may hang.
#[derive(Debug, Clone, Copy)]
struct Place<'i> {
    recording: Option<u32>,
    works: &'i [u32],
    project: Option<u32>,
}

/// The best of what counts, among a kind of statements.
#[derive(Debug, Clone, Copy, Default)]
struct Best<'i> {
    all: Option<&'i Said>,
    own: Option<&'i Said>,
}

impl Best<'_> {
    fn refuses(&self) -> bool {
        [self.own, self.all].into_iter().flatten().any(|s| s.word == Word::Refuse)
    }
}

impl Index {
    /// Answers one question. See [`Index::prepare`] for many of one kind.
    pub fn decide(&self, question: &Question<'_>, session: &mut Session, answer: &mut Answer) {
        let prepared = self.prepare(question);
        match question.subject {
            Asked::Recording(text) => self.decide_recording(&prepared, self.recording(text), session, answer),
            Asked::Person(text) => self.decide_person(&prepared, self.parties.find(text), session, answer),
        }
    }

    /// Looks up everything in a question that does not depend on its subject.
    pub fn prepare<'a>(&self, question: &'a Question<'a>) -> Prepared<'a> {
        Prepared {
            licensee: self.parties.find(question.licensee),
            on: day(question.on),
            until: question.until.map(day),
            project: question.project.and_then(|p| self.projects.find(p)),
            question,
        }
    }

    /// Answers for a recording by its number.
    pub fn decide_recording(
        &self,
        q: &Prepared<'_>,
        recording: Option<u32>,
        session: &mut Session,
        answer: &mut Answer,
    ) {
        let row = recording.and_then(|r| self.recording_rows.get(r as usize)?.as_ref());
        let row = row.filter(|r| r.log < q.question.log_size);
        let place = Place {
            recording: recording.filter(|_| row.is_some()),
            works: row.map_or(&[], |r| &r.works),
            project: row.and_then(|r| r.project).or(q.project.filter(|_| row.is_some())),
        };
        session.holders.clear();
        let known = row.is_some() && self.gather(q, place, &mut session.holders);
        self.conclude(q, place, known, session, answer);
        answer.tdm_reserved = row.and_then(|r| r.tdm_reserved);
    }

    fn decide_person(
        &self,
        q: &Prepared<'_>,
        person: Option<u32>,
        session: &mut Session,
        answer: &mut Answer,
    ) {
        let place = Place { recording: None, works: &[], project: q.project };
        session.holders.clear();
        // Only a line of its own makes a person known: what somebody said later must not change earlier answers.
        let person = person.filter(|p| self.party_rows.get(*p as usize).is_some_and(|r| r.level.is_some()));
        let mut known = person.is_some();
        for need in q.question.usage.row().needs {
            match (need.role, person) {
                (Role::Person | Role::Artist | Role::Featured, Some(party)) => session.holders.push(Holder {
                    role: need.role,
                    party,
                    in_person: need.in_person,
                    level: Level::Qualified,
                }),
                _ => known = false,
            }
        }
        self.conclude(q, place, known, session, answer);
        answer.tdm_reserved = None;
    }

    /// Everybody who must agree; whether every link was found.
    fn gather(&self, q: &Prepared<'_>, place: Place<'_>, holders: &mut Vec<Holder>) -> bool {
        let needs = q.question.usage.row().needs;
        let mut known = true;
        for need in needs {
            let before = holders.len();
            match need.role {
                Role::Work | Role::Lyrics => {
                    known &= !place.works.is_empty();
                    for work in place.works {
                        known &= self.gather_work(q, *need, place, *work, holders);
                    }
                }
                _ => {
                    for subject in place.subjects() {
                        self.gather_claims(q, *need, subject, roles_of(need.role), holders);
                    }
                    known &= holders.len() > before;
                }
            }
        }
        // One party in one role is asked once, at its weakest claim.
        holders.sort_unstable();
        holders.dedup_by_key(|h| (h.role, h.party));
        known
    }

    fn gather_work(
        &self,
        q: &Prepared<'_>,
        need: Need,
        place: Place<'_>,
        work: u32,
        holders: &mut Vec<Holder>,
    ) -> bool {
        let before = holders.len();
        let mut all = |roles: u8| {
            let recording = place.recording.map(|number| Subject { kind: Scope::Recording, number });
            for subject in std::iter::once(Subject { kind: Scope::Work, number: work }).chain(recording) {
                self.gather_claims(q, need, subject, roles, holders);
            }
            holders.len() > before
        };
        if need.role == Role::Lyrics && all(bit(ClaimRole::Lyrics)) {
            return true;
        }
        all(bit(ClaimRole::Work) | bit(ClaimRole::Lyrics))
    }

    fn gather_claims(
        &self,
        q: &Prepared<'_>,
        need: Need,
        subject: Subject,
        roles: u8,
        holders: &mut Vec<Holder>,
    ) {
        for claim in self.claims_of(subject) {
            if roles & bit(claim.role) != 0 && self.claim_lives(q, claim) {
                let level = claim.level;
                holders.push(Holder {
                    role: need.role,
                    party: claim.party,
                    in_person: need.in_person,
                    level,
                });
            }
        }
    }

    fn claim_lives(&self, q: &Prepared<'_>, claim: &ClaimRow) -> bool {
        q.sees(claim.span.log)
            && q.timing(&claim.span).is_none()
            && !claim.revoked.is_some_and(|r| q.sees(r.log) && r.at <= q.on)
            && self.overlaps(q, claim.territories)
    }

    /// Hears everybody and puts the answer together.
    fn conclude(
        &self,
        q: &Prepared<'_>,
        place: Place<'_>,
        known: bool,
        session: &mut Session,
        answer: &mut Answer,
    ) {
        let Answer { findings, disputes, .. } = answer;
        findings.clear();
        disputes.clear();
        let mut reasons = Reasons::default();
        if !known {
            reasons.add(Reason::UnknownSubject);
        }
        self.find_disputes(q, place, &session.holders, disputes);
        if !disputes.is_empty() {
            reasons.add(Reason::Disputed);
        }
        self.find_licenses(q, place, session);
        let (mut needs_license, mut conditional, mut weakest) = (false, false, Level::Qualified);
        for holder in &session.holders {
            let (finding, level, conditions) = self.hear(q, place, *holder, session);
            reasons.add_all(finding.reasons);
            needs_license |= finding.stand == Stand::Asks;
            conditional |= matches!(finding.stand, Stand::Agrees | Stand::Licensed)
                && q.leaves_open(self.condition(conditions));
            weakest = weakest.min(level);
            findings.push(finding);
        }
        answer.outcome = match reasons.first() {
            Some(reason) => Outcome::Deny(reason),
            None if needs_license => Outcome::NeedsLicense,
            None if conditional => Outcome::PermitIf,
            None => Outcome::Permit,
        };
        answer.reasons = reasons;
        answer.needs_license = needs_license;
        answer.weakest = if session.holders.is_empty() { Level::Asserted } else { weakest };
    }

    /// How one holder stands, the weakest level that rests on, and the conditions.
    fn hear(
        &self,
        q: &Prepared<'_>,
        place: Place<'_>,
        holder: Holder,
        session: &Session,
    ) -> (Finding, Level, u32) {
        let (first, said) = self.said_by(holder.party);
        let minor = self.is_minor(q, holder.party);
        let (mut best, mut special, mut near) = (Best::default(), Best::default(), Reasons::default());
        for subject in place.scopes() {
            for s in about(said, subject) {
                match self.counts(q, holder, minor, s) {
                    Ok(false) => {}
                    Err(why) => near.add_all(why),
                    Ok(true) => {
                        self.take(&mut best, s);
                        if s.word != Word::Refuse || s.licensees != 0 {
                            self.take(&mut special, s);
                        }
                    }
                }
            }
        }
        let base = holder.level.min(self.level_of(holder.party));
        // The place of a statement in its row, from its address: the row may be long.
        let number = |s: &Said| {
            first + ((std::ptr::from_ref(s) as usize - said.as_ptr() as usize) / size_of::<Said>()) as u32
        };
        let mut finding = Finding {
            role: holder.role,
            party: holder.party,
            stand: Stand::Silent,
            by: None,
            reasons: Reasons::default(),
        };
        let signed = |all: bool| {
            let holds = |l: &&(u32, bool)| {
                (l.1 || !all)
                    && !minor
                    && self.licenses[l.0 as usize].signers.binary_search(&holder.party).is_ok()
            };
            session.licenses.iter().find(holds).map(|l| l.0)
        };
        let word = best.all.map(|s| s.word);
        let license = if best.refuses() {
            if special.refuses() { None } else { signed(true) }
        } else if word == Some(Word::Permit) {
            None
        } else {
            signed(false)
        };
        if let Some(number) = license {
            let row = &self.licenses[number as usize]; // numbers of licences come from the index
            finding.stand = Stand::Licensed;
            finding.by = Some(number);
            return (finding, base.min(row.level), row.conditions);
        }
        let refusal = [best.own, best.all].into_iter().flatten().find(|s| s.word == Word::Refuse);
        let (stand, by) = match (refusal, best.all) {
            (Some(s), _) => (Stand::Refuses, Some(s)),
            (None, Some(s)) if s.word == Word::Ask => (Stand::Asks, Some(s)),
            (None, Some(s)) => (Stand::Agrees, Some(s)),
            (None, None) => (Stand::Silent, None),
        };
        finding.stand = stand;
        finding.by = by.map(number);
        match stand {
            Stand::Refuses => finding.reasons.add(Reason::Prohibited),
            Stand::Asks => finding.reasons.add_all(session.missed_by(self, holder.party)),
            Stand::Silent if near.is_empty() => {
                finding.reasons.add(Reason::Silent);
                if holder.in_person || is_personal(q.question.usage, holder.role) {
                    finding.reasons.add(Reason::PersonConsentMissing);
                }
            }
            Stand::Silent => finding.reasons.add_all(near),
            Stand::Agrees | Stand::Licensed => {}
        }
        if minor && stand != Stand::Agrees {
            finding.reasons.add(Reason::Minor);
        }
        let level = by.map_or(base, |s| base.min(self.level_of_word(q, holder, s)));
        (finding, level, by.map_or(0, |s| s.conditions))
    }

    fn take<'i>(&self, best: &mut Best<'i>, s: &'i Said) {
        // Statements come sorted: wide scopes after narrow ones, in each the newest and the strictest first.
        let better = |old: Option<&'i Said>| match old {
            Some(old) if self.rank(old) <= self.rank(s) => Some(old),
            _ => Some(s),
        };
        best.all = better(best.all);
        if s.speaker == s.holder {
            best.own = better(best.own);
        }
    }

    fn rank(&self, s: &Said) -> (Scope, std::cmp::Reverse<u64>, std::cmp::Reverse<Word>, &str) {
        (s.subject.kind, std::cmp::Reverse(s.span.log), std::cmp::Reverse(s.word), self.ids.get(s.name))
    }

    /// Whether a statement counts; why a permit that nearly counts does not.
    fn counts(&self, q: &Prepared<'_>, holder: Holder, minor: bool, s: &Said) -> Result<bool, Reasons> {
        let usage = q.question.usage;
        let permit = s.word == Word::Permit;
        let speaks = if permit { s.uses.grants(usage) } else { s.uses.speaks_of(usage) };
        if !speaks || !q.sees(s.span.log) || self.is_withdrawn(q, s) {
            return Ok(false);
        }
        let mut why = Reasons::default();
        let to = self.licensees.get(s.licensees as usize);
        if s.licensees != 0 && to.is_none_or(|l| q.licensee.is_none_or(|x| l.binary_search(&x).is_err())) {
            why.add(Reason::Licensee);
        }
        let here = if s.word == Word::Refuse {
            self.overlaps(q, s.territories)
        } else {
            self.contains(q, s.territories)
        };
        if !here {
            why.add(Reason::Territory);
        }
        if let Some(reason) = q.timing(&s.span) {
            why.add(reason);
        }
        let mut level = s.level.min(self.level_of(s.holder)).min(holder.level);
        if s.speaker != s.holder {
            match self.mandate(q, s) {
                Err(reasons) => why.add_all(reasons),
                Ok(mandate) => {
                    level = level.min(mandate.level).min(self.level_of(s.speaker));
                    if permit && minor && !mandate.guardian {
                        why.add(Reason::Minor);
                    }
                }
            }
        }
        if permit {
            if minor && (s.speaker == s.holder || holder.in_person) {
                why.add(Reason::Minor);
            }
            if holder.in_person && s.speaker != s.holder {
                why.add(Reason::PersonConsentMissing);
            }
            why.add_all(q.fits(self.condition(s.conditions), &s.span));
            if usage == Use::GenVoice && !self.names_project(q, s.conditions, s.subject) {
                why.add(Reason::PersonConsentMissing);
            }
            if why.is_empty() && level < q.question.min_level {
                why.add(Reason::Silent);
            }
            return if why.is_empty() { Ok(true) } else { Err(why) };
        }
        Ok(why.is_empty())
    }

    fn is_withdrawn(&self, q: &Prepared<'_>, s: &Said) -> bool {
        let (a, b) = s.withdrawn;
        let list = self.withdrawals.get(a as usize..b as usize).unwrap_or_default();
        list.iter().any(|w| q.sees(w.log) && w.at <= q.on)
    }

    /// The live mandate behind an agent's word, the best verified one; or why there is none.
    fn mandate(&self, q: &Prepared<'_>, s: &Said) -> Result<&MandateRow, Reasons> {
        let key = (s.holder, s.speaker);
        let start = self.mandates.partition_point(|m| (m.principal, m.agent) < key);
        let list = self.mandates.get(start..).unwrap_or_default();
        let (mut best, mut why) = (None::<&MandateRow>, Reasons::default());
        for m in list.iter().take_while(|m| (m.principal, m.agent) == key) {
            let (covers, here) = match s.word {
                Word::Permit => (m.uses.grants(q.question.usage), self.contains(q, m.territories)),
                Word::Refuse => (m.uses.speaks_of(q.question.usage), self.overlaps(q, m.territories)),
                _ => (m.uses.speaks_of(q.question.usage), self.contains(q, m.territories)),
            };
            if !covers || !here || !q.sees(m.span.log) {
                continue;
            }
            if m.revoked.is_some_and(|r| q.sees(r.log) && r.at <= q.on) {
                why.add(Reason::MandateRevoked);
            } else if let Some(reason) = q.timing(&m.span) {
                why.add(reason);
            } else if best.is_none_or(|b| (b.guardian, b.level) < (m.guardian, m.level)) {
                best = Some(m);
            }
        }
        if !why.has(Reason::MandateRevoked) {
            why.add(Reason::NoMandate);
        }
        best.ok_or(why)
    }

    fn level_of_word(&self, q: &Prepared<'_>, holder: Holder, s: &Said) -> Level {
        let own = s.level.min(holder.level);
        if s.speaker == s.holder {
            return own;
        }
        let mandate = self.mandate(q, s).map_or(Level::Asserted, |m| m.level);
        own.min(mandate).min(self.level_of(s.speaker))
    }

    fn find_licenses(&self, q: &Prepared<'_>, place: Place<'_>, session: &mut Session) {
        let Session { holders, licenses, missed } = session;
        licenses.clear();
        missed.clear();
        let Some(licensee) = q.licensee else { return };
        for subject in place.scopes() {
            let key = (licensee, subject);
            let start = self.grants.partition_point(|g| (g.0, g.1) < key);
            let list = self.grants.get(start..).unwrap_or_default();
            for grant in list.iter().take_while(|g| (g.0, g.1) == key) {
                let row = &self.licenses[grant.2 as usize]; // numbers of licences come from the index
                if !self.license_lives(q, row, subject) {
                    continue;
                }
                let why = q.fits(self.condition(row.conditions), &row.span);
                if why.is_empty() {
                    let all = holders.iter().all(|h| row.signers.binary_search(&h.party).is_ok());
                    licenses.push((grant.2, all));
                } else {
                    missed.push((grant.2, why));
                }
            }
        }
        // The best verified first, so that the answer rests on as much as it can; then by id.
        let rank = |l: &(u32, bool)| {
            let row = &self.licenses[l.0 as usize];
            (
                q.leaves_open(self.condition(row.conditions)),
                std::cmp::Reverse(row.level),
                self.ids.get(row.name),
            )
        };
        licenses.sort_unstable_by(|a, b| rank(a).cmp(&rank(b)));
    }

    fn license_lives(&self, q: &Prepared<'_>, row: &LicenseRow, subject: Subject) -> bool {
        let usage = q.question.usage;
        let ended = row.revoked.is_some_and(|r| {
            let notice = if usage.is_output() { row.notice_days } else { 0 };
            q.sees(r.log) && r.at.saturating_add(notice) <= q.on
        });
        row.uses.single.has(usage)
            && q.sees(row.span.log)
            && !ended
            && q.timing(&row.span).is_none()
            && self.contains(q, row.territories)
            && row.level >= q.question.min_level
            && (usage != Use::GenVoice || self.names_project(q, row.conditions, subject))
    }

    /// Whether consent to a voice was given for the very project that is asked about.
    fn names_project(&self, q: &Prepared<'_>, conditions: u32, subject: Subject) -> bool {
        let Some(asked) = q.question.project else { return false };
        let condition = self.condition(conditions).is_some_and(|c| c.project == asked);
        condition || (subject.kind == Scope::Project && q.project == Some(subject.number))
    }

    fn find_disputes(&self, q: &Prepared<'_>, place: Place<'_>, holders: &[Holder], found: &mut Vec<u32>) {
        if self.disputes.is_empty() {
            return;
        }
        let persons = holders.iter().map(|h| Subject { kind: Scope::Person, number: h.party });
        for subject in place.subjects().chain(persons) {
            let start = self.disputes.partition_point(|d| d.subject < subject);
            let list = self.disputes.iter().enumerate().skip(start);
            for (number, d) in list.take_while(|(_, d)| d.subject == subject) {
                let closed = d.closed.is_some_and(|c| q.sees(c.log) && c.at <= q.on);
                if q.sees(d.log) && d.at <= q.on && !closed {
                    found.push(number as u32);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
    }

    fn is_minor(&self, q: &Prepared<'_>, party: u32) -> bool {
        self.party_rows.get(party as usize).and_then(|p| p.minor_until).is_some_and(|until| q.on < until)
    }

    fn level_of(&self, party: u32) -> Level {
        self.party_rows.get(party as usize).and_then(|p| p.level).unwrap_or_default()
    }

    pub(crate) fn condition(&self, number: u32) -> Option<&Conditions> {
        if number == 0 { None } else { self.conditions.get(number as usize) }
    }

    fn contains(&self, q: &Prepared<'_>, territories: u32) -> bool {
        territories == 0
            || self.territories[territories as usize].iter().any(|t| t.contains(&q.question.territory))
    }

    fn overlaps(&self, q: &Prepared<'_>, territories: u32) -> bool {
        territories == 0
            || self.territories[territories as usize].iter().any(|t| t.overlaps(&q.question.territory))
    }
}

impl Session {
    fn missed_by(&self, index: &Index, party: u32) -> Reasons {
        let mut reasons = Reasons::default();
        for (number, why) in &self.missed {
            if index.licenses[*number as usize].signers.binary_search(&party).is_ok() {
                reasons.add_all(*why);
            }
        }
        reasons
    }
}

impl Prepared<'_> {
    /// Whether the log of the question's size holds the leaf.
    const fn sees(&self, log: u64) -> bool {
        log < self.question.log_size
    }

    fn timing(&self, span: &Span) -> Option<Reason> {
        if self.on < span.from.max(span.at) {
            Some(Reason::NotYet)
        } else if self.on >= span.until {
            Some(Reason::Expired)
        } else {
            None
        }
    }

    /// Why the conditions cannot be met by what the question tells.
    fn fits(&self, conditions: Option<&Conditions>, span: &Span) -> Reasons {
        let mut why = Reasons::default();
        let too_long = |end: i32| self.until.is_some_and(|u| u > end);
        if span.until != i32::MAX && too_long(span.until) {
            why.add(Reason::TermTooLong);
        }
        let Some(c) = conditions else { return why };
        let differs = |want: &str, told: Option<&str>| !want.is_empty() && told.is_some_and(|t| t != want);
        let q = self.question;
        if differs(&c.model, q.model) || differs(&c.version, q.version) {
            why.add(Reason::ModelVersion);
        }
        if differs(&c.purpose, q.purpose) || differs(&c.project, q.project) {
            why.add(Reason::Licensee);
        }
        if c.max_days.is_some_and(|n| too_long(self.on.saturating_add(i32::try_from(n).unwrap_or(i32::MAX))))
        {
            why.add(Reason::TermTooLong);
        }
        why
    }

    /// Whether conditions remain that the question did not answer.
    fn leaves_open(&self, conditions: Option<&Conditions>) -> bool {
        let Some(c) = conditions else { return false };
        let open = |want: &str, told: Option<&str>| !want.is_empty() && told.is_none();
        let q = self.question;
        !c.output.is_empty()
            || c.attribution
            || c.detection
            || !c.fee.is_empty()
            || open(&c.model, q.model)
            || open(&c.version, q.version)
            || open(&c.purpose, q.purpose)
            || open(&c.project, q.project)
            || (c.max_days.is_some() && q.until.is_none())
    }
}

impl Prepared<'_> {
    /// The conditions that remain, in words a program can read: `key=value`.
    pub(crate) fn open_conditions(&self, c: &Conditions, into: &mut Vec<String>) {
        let q = self.question;
        let mut open = |key: &str, want: &str, told: Option<&str>| {
            if !want.is_empty() && told.is_none() {
                into.push(format!("{key}={want}"));
            }
        };
        open("output", &c.output.join("|"), None);
        open("model", &c.model, q.model);
        open("version", &c.version, q.version);
        open("purpose", &c.purpose, q.purpose);
        open("project", &c.project, q.project);
        open("max_days", &c.max_days.map_or_else(String::new, |n| n.to_string()), self.until.map(|_| ""));
        open("attribution", if c.attribution { "yes" } else { "" }, None);
        open("detection", if c.detection { "yes" } else { "" }, None);
        open("fee", &c.fee, None);
    }
}

impl<'i> Place<'i> {
    /// Where claims and disputes hang.
    fn subjects(self) -> impl Iterator<Item = Subject> + use<'i> {
        let recording = self.recording.map(|number| Subject { kind: Scope::Recording, number });
        let works = self.works.iter().map(|w| Subject { kind: Scope::Work, number: *w });
        let project = self.project.map(|number| Subject { kind: Scope::Project, number });
        recording.into_iter().chain(works).chain(project)
    }

    /// Where statements and licences hang, from narrow to wide.
    fn scopes(self) -> impl Iterator<Item = Subject> + use<'i> {
        let wide = [Scope::Person, Scope::Catalogue].map(|kind| Subject { kind, number: 0 });
        self.subjects().chain(wide)
    }
}

/// The statements about a subject, of one holder's sorted row.
fn about(said: &[Said], subject: Subject) -> &[Said] {
    let start = said.partition_point(|s| s.subject < subject);
    let rest = said.get(start..).unwrap_or_default();
    let many = rest.iter().take_while(|s| s.subject == subject).count();
    rest.get(..many).unwrap_or_default()
}

const fn bit(role: ClaimRole) -> u8 {
    1 << role as u8
}

/// The roles in claims that answer to a role in the table.
const fn roles_of(role: Role) -> u8 {
    match role {
        Role::Master => bit(ClaimRole::Master),
        Role::Work | Role::Lyrics => bit(ClaimRole::Work) | bit(ClaimRole::Lyrics),
        Role::Featured | Role::Artist => bit(ClaimRole::Featured),
        Role::Performer => bit(ClaimRole::Featured) | bit(ClaimRole::Voice) | bit(ClaimRole::Performer),
        Role::Person => bit(ClaimRole::Featured) | bit(ClaimRole::Voice),
        Role::Owner => bit(ClaimRole::Owner),
    }
}

/// Whether the role is that of the person whom a personal use is about.
fn is_personal(usage: Use, role: Role) -> bool {
    usage.is_personal() && matches!(role, Role::Person | Role::Artist | Role::Featured)
}
