//! The decision once more, as plainly as it can be told: no index, no numbers, lists and texts only.

use consent::registry::*;
use consent::{Asked, Named, Question, Reason, Role, Use};
use jiff::civil::Date;
use music::Territory;
use std::collections::BTreeSet;

type Why = BTreeSet<Reason>;
/// Outcome's code, reasons, whether a licence is needed, weakest level, and each (role, party) with how it stands.
pub type Told = (&'static str, Why, bool, Level, BTreeSet<(Role, String, &'static str)>);

pub fn decide(world: &[Object], q: &Question<'_>) -> Told {
    let w = World { all: world, q };
    let r = world.iter().find_map(|o| match o {
        Object::Recording(r) if q.subject == Asked::Recording(&r.id) && r.log < q.log_size => Some(r),
        _ => None,
    });
    let mut places: Vec<String> = vec![];
    if let Some(r) = r {
        places.push(format!("recording:{}", r.id));
        places.extend(r.works.iter().map(|w| format!("work:{w}")));
    }
    let project = r.map(|r| r.project.as_str()).filter(|p| !p.is_empty()).or(q.project);
    if r.is_some() || matches!(q.subject, Asked::Person(_)) {
        places.extend(project.map(|p| format!("project:{p}")));
    }
    let (mut holders, mut why): (Vec<(Role, bool, String, Level)>, Why) = (vec![], Why::new());
    for need in q.usage.row().needs {
        let groups: Vec<Vec<(String, Level)>> = match (q.subject, need.role, r) {
            (Asked::Person(p), Role::Person | Role::Artist | Role::Featured, _) if w.exists(p) => {
                vec![vec![(p.to_owned(), Level::Qualified)]]
            }
            (Asked::Recording(_), Role::Work | Role::Lyrics, Some(r)) => r
                .works
                .iter()
                .map(|work| {
                    let near = [format!("work:{work}"), places[0].clone()];
                    let lyrics = w.claims(&near, &[ClaimRole::Lyrics]);
                    if need.role == Role::Lyrics && !lyrics.is_empty() {
                        lyrics
                    } else {
                        w.claims(&near, &[ClaimRole::Work, ClaimRole::Lyrics])
                    }
                })
                .collect(),
            (Asked::Recording(_), role, Some(_)) => vec![w.claims(
                &places,
                match role {
                    Role::Master => &[ClaimRole::Master],
                    Role::Owner => &[ClaimRole::Owner],
                    Role::Person => &[ClaimRole::Featured, ClaimRole::Voice],
                    Role::Performer => &[ClaimRole::Featured, ClaimRole::Voice, ClaimRole::Performer],
                    _ => &[ClaimRole::Featured],
                },
            )],
            _ => vec![],
        };
        if groups.is_empty() || groups.iter().any(Vec::is_empty) {
            why.insert(Reason::UnknownSubject);
        }
        for (party, level) in groups.into_iter().flatten() {
            match holders.iter_mut().find(|h| h.0 == need.role && h.2 == party) {
                Some(known) => known.3 = known.3.min(level),
                None => holders.push((need.role, need.in_person, party, level)),
            }
        }
    }
    let persons: Vec<String> = holders.iter().map(|h| format!("person:{}", h.2)).collect();
    if world.iter().any(|o| matches!(o, Object::Dispute(d) if (places.contains(&d.subject) || persons.contains(&d.subject)) && w.on(d.log, d.at) && !w.over(d.closed_at, d.closed_log, 0))) {
        why.insert(Reason::Disputed);
    }
    places.extend(["person".to_owned(), "catalogue".to_owned()]);
    let (mut asks, mut open, mut weakest, mut stands) = (false, false, Level::Qualified, BTreeSet::new());
    for (role, in_person, party, level) in &holders {
        let minor = w.party(party).is_some_and(|p| p.minor_until.is_some_and(|d| q.on < d));
        let (mut pool, mut near) = (vec![], Why::new());
        for s in world.iter().filter_map(|o| if let Object::Statement(s) = o { Some(s) } else { None }) {
            if s.for_party.as_ref().unwrap_or(&s.speaker) != party || !places.contains(&s.subject) {
                continue;
            }
            match w.counts(s, party, *in_person, minor, *level) {
                Some(no) if no.is_empty() => pool.push(s),
                Some(no) if s.kind == Word::Permit => near.extend(no),
                _ => {}
            }
        }
        pool.sort_by(|a, b| w.rank(a).cmp(&w.rank(b)));
        let special: Vec<_> =
            pool.iter().copied().filter(|s| s.kind != Word::Refuse || !s.licensees.is_empty()).collect();
        let refusal = |pool: &[&Statement]| -> Option<Statement> {
            let own = pool.iter().find(|s| s.speaker == *party);
            own.into_iter().chain(pool.first()).find(|s| s.kind == Word::Refuse).map(|s| (*s).clone())
        };
        let refused = refusal(&pool);
        let mut licenses: Vec<&License> =
            w.licenses(&places).filter(|l| w.fits(&l.conditions, l.until).is_empty()).collect();
        licenses.sort_by_key(|l| (w.open(&l.conditions), std::cmp::Reverse(l.level), &l.id));
        let all = |l: &License| holders.iter().all(|h| l.signed_by.contains(&h.2));
        let wanted = if refused.is_some() {
            refusal(&special).is_none()
        } else {
            pool.first().is_none_or(|s| s.kind != Word::Permit)
        };
        let license = licenses
            .into_iter()
            .find(|l| wanted && !minor && l.signed_by.contains(party) && (refused.is_none() || all(l)));
        let base = (*level).min(w.level(party));
        let said = refused.clone().or(pool.first().map(|s| (*s).clone()));
        let stand = match (license, &said) {
            (Some(_), _) => "licensed",
            (_, None) => "silent",
            (_, Some(s)) => match s.kind {
                Word::Refuse => "refuses",
                Word::Ask => "asks",
                _ => "agrees",
            },
        };
        match stand {
            "refuses" => {
                why.insert(Reason::Prohibited);
            }
            "asks" => {
                asks = true;
                why.extend(
                    w.licenses(&places)
                        .filter(|l| l.signed_by.contains(party))
                        .flat_map(|l| w.fits(&l.conditions, l.until)),
                );
            }
            "silent" if near.is_empty() => {
                why.insert(Reason::Silent);
                if *in_person
                    || (q.usage.is_personal() && matches!(role, Role::Artist | Role::Featured | Role::Person))
                {
                    why.insert(Reason::PersonConsentMissing);
                }
            }
            "silent" => why.extend(near),
            _ => {}
        }
        if minor && !matches!(stand, "agrees" | "licensed") {
            why.insert(Reason::Minor);
        }
        weakest = weakest.min(match (license, &said) {
            (Some(l), _) => base.min(l.level),
            (None, Some(s)) => base.min(w.rests(s, party)),
            (None, None) => base,
        });
        open |= match (license, &said) {
            (Some(l), _) => w.open(&l.conditions),
            (None, Some(s)) => stand == "agrees" && w.open(&s.conditions),
            _ => false,
        };
        stands.insert((*role, party.clone(), stand));
    }
    let outcome = if !why.is_empty() {
        "DENY"
    } else if asks {
        "NEEDS_LICENSE"
    } else if open {
        "PERMIT_IF"
    } else {
        "PERMIT"
    };
    (outcome, why, asks, if holders.is_empty() { Level::Asserted } else { weakest }, stands)
}

struct World<'a> {
    all: &'a [Object],
    q: &'a Question<'a>,
}

impl<'a> World<'a> {
    fn party(&self, id: &str) -> Option<&'a Party> {
        self.all.iter().find_map(|o| if let Object::Party(p) = o { (p.id == id).then_some(p) } else { None })
    }
    fn level(&self, id: &str) -> Level {
        self.party(id).map_or(Level::Asserted, |p| p.level)
    }
    fn exists(&self, id: &str) -> bool {
        self.party(id).is_some()
    }
    fn on(&self, log: u64, at: Option<Date>) -> bool {
        log < self.q.log_size && at.is_none_or(|d| d <= self.q.on)
    }
    fn over(&self, at: Option<Date>, log: u64, notice: i64) -> bool {
        at.is_some_and(|d| log < self.q.log_size && d + jiff::Span::new().days(notice) <= self.q.on)
    }
    fn time(&self, at: Option<Date>, from: Option<Date>, until: Option<Date>) -> Option<Reason> {
        if at.is_some_and(|d| self.q.on < d) || from.is_some_and(|d| self.q.on < d) {
            Some(Reason::NotYet)
        } else if until.is_some_and(|d| self.q.on >= d) {
            Some(Reason::Expired)
        } else {
            None
        }
    }
    fn here(&self, list: &[String], whole: bool) -> bool {
        let t = &self.q.territory;
        list.is_empty()
            || list
                .iter()
                .map(|x| x.parse::<Territory>().unwrap())
                .any(|x| if whole { x.contains(t) } else { x.overlaps(t) })
    }
    fn claims(&self, places: &[String], roles: &[ClaimRole]) -> Vec<(String, Level)> {
        self.all
            .iter()
            .filter_map(|o| match o {
                Object::Claim(c)
                    if places.contains(&c.subject)
                        && roles.contains(&c.role)
                        && c.share_ppm != Some(0)
                        && c.log < self.q.log_size
                        && self.time(c.at, c.from, c.until).is_none()
                        && !self.over(c.revoked_at, c.revoked_log, 0)
                        && self.here(&c.territories, false) =>
                {
                    Some((c.party.clone(), c.level))
                }
                _ => None,
            })
            .collect()
    }
    fn rank<'s>(
        &self,
        s: &'s Statement,
    ) -> (usize, std::cmp::Reverse<u64>, std::cmp::Reverse<Word>, &'s str) {
        let scope = ["recording:", "work:", "project:", "person", "catalogue"]
            .iter()
            .position(|p| s.subject.starts_with(p))
            .unwrap();
        (scope, std::cmp::Reverse(s.log), std::cmp::Reverse(s.kind), &s.id)
    }
    fn fits(&self, c: &Conditions, until: Option<Date>) -> Why {
        let (q, mut why) = (self.q, Why::new());
        let differs = |a: &str, b: Option<&str>| !a.is_empty() && b.is_some_and(|b| a != b);
        if differs(&c.model, q.model) || differs(&c.version, q.version) {
            why.insert(Reason::ModelVersion);
        }
        if differs(&c.purpose, q.purpose) || differs(&c.project, q.project) {
            why.insert(Reason::Licensee);
        }
        let end = c.max_days.map(|n| q.on + jiff::Span::new().days(i64::from(n)));
        if q.until.is_some_and(|u| until.is_some_and(|e| u > e) || end.is_some_and(|e| u > e)) {
            why.insert(Reason::TermTooLong);
        }
        why
    }
    fn open(&self, c: &Conditions) -> bool {
        let q = self.q;
        c.attribution
            || c.detection
            || !c.output.is_empty()
            || !c.fee.is_empty()
            || (c.max_days.is_some() && q.until.is_none())
            || [
                (&c.model, q.model),
                (&c.version, q.version),
                (&c.purpose, q.purpose),
                (&c.project, q.project),
            ]
            .iter()
            .any(|(a, b)| !a.is_empty() && b.is_none())
    }
    fn mandate(&self, s: &Statement, party: &str) -> Result<&'a Mandate, Why> {
        let mut why = Why::new();
        let mut live: Vec<&Mandate> = vec![];
        for m in self.all.iter().filter_map(|o| if let Object::Mandate(m) = o { Some(m) } else { None }) {
            let covers = speaks(&m.uses, self.q.usage, s.kind == Word::Permit)
                && self.here(&m.territories, s.kind != Word::Refuse);
            if m.principal != party || m.agent != s.speaker || !covers || m.log >= self.q.log_size {
                continue;
            }
            if self.over(m.revoked_at, m.revoked_log, 0) {
                why.insert(Reason::MandateRevoked);
            } else if let Some(no) = self.time(m.at, m.from, m.until) {
                why.insert(no);
            } else {
                live.push(m);
            }
        }
        if !why.contains(&Reason::MandateRevoked) {
            why.insert(Reason::NoMandate);
        }
        live.into_iter().max_by_key(|m| (m.guardian, m.level)).ok_or(why)
    }
    fn rests(&self, s: &Statement, party: &str) -> Level {
        if s.speaker == party {
            s.level
        } else {
            s.level
                .min(self.level(&s.speaker))
                .min(self.mandate(s, party).map_or(Level::Asserted, |m| m.level))
        }
    }
    fn project(&self, c: &Conditions, subject: &str) -> bool {
        self.q.usage != Use::GenVoice
            || self.q.project.is_some_and(|p| c.project == p || subject == format!("project:{p}"))
    }
    /// None: not about this. An empty set: it counts. Else why a permit does not.
    fn counts(&self, s: &Statement, party: &str, in_person: bool, minor: bool, claim: Level) -> Option<Why> {
        let (q, permit, agent) = (self.q, s.kind == Word::Permit, s.speaker != party);
        let back = |o: &Object| {
            matches!(o, Object::Statement(w) if w.kind == Word::Withdraw && w.speaker == s.speaker && w.for_party.as_ref().unwrap_or(&w.speaker) == party
            && w.log >= s.log && self.on(w.log, w.at) && if w.withdraws.is_empty() { w.subject == s.subject && same(&w.uses, &s.uses) } else { w.withdraws == s.id })
        };
        if s.kind == Word::Withdraw
            || s.log >= q.log_size
            || !speaks(&s.uses, q.usage, permit)
            || self.all.iter().any(back)
        {
            return None;
        }
        let mut why = Why::new();
        if !s.licensees.is_empty() && !s.licensees.iter().any(|l| l == q.licensee) {
            why.insert(Reason::Licensee);
        }
        if !self.here(&s.territories, s.kind != Word::Refuse) {
            why.insert(Reason::Territory);
        }
        why.extend(self.time(s.at, s.from, s.until));
        let mandate = if agent { self.mandate(s, party).map(Some) } else { Ok(None) };
        if permit {
            if minor && (in_person || !agent || matches!(mandate, Ok(Some(m)) if !m.guardian)) {
                why.insert(Reason::Minor);
            }
            if (in_person && agent) || !self.project(&s.conditions, &s.subject) {
                why.insert(Reason::PersonConsentMissing);
            }
            why.extend(self.fits(&s.conditions, s.until));
        }
        if let Err(no) = mandate {
            why.extend(no);
        }
        if permit && why.is_empty() && self.rests(s, party).min(self.level(party)).min(claim) < q.min_level {
            why.insert(Reason::Silent);
        }
        Some(why)
    }
    fn licenses<'p>(&'p self, places: &'p [String]) -> impl Iterator<Item = &'a License> + 'p {
        let q = self.q;
        self.all.iter().filter_map(move |o| match o {
            Object::License(l)
                if l.licensee == q.licensee
                    && l.uses.iter().any(|u| u == q.usage.code())
                    && l.log < q.log_size
                    && self.time(l.at, l.from, l.until).is_none()
                    && self.here(&l.territories, true)
                    && l.level >= q.min_level
                    && l.subjects.iter().any(|s| places.contains(s) && self.project(&l.conditions, s))
                    && !self.over(
                        l.revoked_at,
                        l.revoked_log,
                        if q.usage.is_output() { i64::from(l.notice_days) } else { 0 },
                    ) =>
            {
                Some(l)
            }
            _ => None,
        })
    }
}

fn named(uses: &[String]) -> Named {
    let mut named = Named::default();
    uses.iter().for_each(|u| named.add(u).unwrap());
    named
}
fn same(a: &[String], b: &[String]) -> bool {
    named(a) == named(b)
}
fn speaks(uses: &[String], usage: Use, grant: bool) -> bool {
    let group = usage.code().split('.').next();
    uses.iter().any(|u| {
        u == usage.code() || ((u == "*" || Some(u.as_str()) == group) && !(grant && usage.is_personal()))
    })
}
