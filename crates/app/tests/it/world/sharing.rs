//! Runs: drafts, approvals, late matches, changed shares, reversals.

use super::*;

impl Sim {
    /// Everybody who is known by name, and what each recording's holders are now.
    pub(super) async fn learn(&mut self) {
        for record in party::list(&self.fresh.house, "").await.unwrap() {
            self.ids.insert(record.party.name.clone(), record.party.id.to_string());
        }
        for (recording, (artist, shares)) in &self.music {
            let mut holders: Vec<(String, i128, i128)> =
                shares.iter().map(|(who, part)| (self.ids[who].clone(), *part, 100)).collect();
            // Nobody stated a share: the artist as credited, once the house knows them.
            if holders.is_empty()
                && let Some(id) = self.ids.get(artist)
            {
                holders.push((id.clone(), 1, 1));
            }
            self.auditor.holders.insert(recording.clone(), holders);
        }
    }

    pub(super) async fn share(&mut self) {
        let mut expected: Vec<PotId> =
            self.pots.iter().map(|p| p.id.clone()).filter(|p| self.auditor.in_pot(p.as_str()) > 0).collect();
        expected.sort();
        let mut pots = Vec::new();
        if self.chance.percent(40)
            && let Some(one) = self.chance.one(&expected).cloned()
        {
            (pots, expected) = (vec![one.clone()], vec![one]);
        }
        let draft = allocation::draft(
            &self.fresh.house,
            allocation::Allocate { pots, rule: None, by: "ines".into() },
        )
        .await;
        if expected.is_empty() {
            assert_eq!(code(&draft), "nothing-to-share");
            return;
        }
        let draft = draft.unwrap();
        let mut named: Vec<PotId> = draft.pots.iter().map(|p| p.0.clone()).collect();
        named.sort();
        assert_eq!(named, expected);
        self.learn().await;
        allocation::approve(&self.fresh.house, &draft.run.id, "paul").await.unwrap();
        assert_eq!(
            code(&allocation::approve(&self.fresh.house, &draft.run.id, "paul").await),
            "run-not-draft"
        );
        let names: Vec<String> = expected.iter().map(ToString::to_string).collect();
        self.auditor.shared(draft.run.id.as_str(), &names);
        for fact in self.pots.iter_mut().filter(|p| expected.contains(&p.id)) {
            fact.open = false;
        }
        self.runs.push(draft.run.id);
    }

    pub(super) async fn settle(&mut self) {
        let pots: Vec<String> = self.auditor.played.keys().cloned().collect();
        let Some(pot) = self.chance.one(&pots).cloned() else { return };
        let recordings: Vec<String> = self.music.keys().cloned().collect();
        let recording = if self.chance.percent(85) { self.chance.one(&recordings).cloned() } else { None };
        let place = self.chance.below(self.auditor.played[&pot].len());
        let line = self.auditor.played[&pot][place].line.clone();
        let id = recording.as_ref().map(|r| r.parse().unwrap());
        set_list::settle(&self.fresh.house, &line.parse().unwrap(), id.as_ref(), "DJ Lantern").await.unwrap();
        self.auditor.played.get_mut(&pot).unwrap()[place].recording = recording;
    }

    pub(super) async fn change_share(&mut self) {
        let recordings: Vec<String> = self.music.keys().cloned().collect();
        let names: Vec<String> =
            ["Mira Feld", "Ada Nwosu", "Orrin Vale", "Tidal Room", "Echo Tallis"].map(str::to_owned).to_vec();
        let (recording, name) =
            (self.chance.one(&recordings).unwrap().clone(), self.chance.one(&names).unwrap().clone());
        let part = [0, 10, 25, 50, 100][self.chance.below(5)];
        let ask = party::SetShare {
            recording: recording.parse().unwrap(),
            party: name.clone(),
            ratio: Ratio::new(part, 100).unwrap(),
            territory: None,
            period: Period::ALWAYS,
            use_type: None,
            by: "ines".into(),
        };
        party::set_share(&self.fresh.house, ask).await.unwrap();
        let shares = &mut self.music.get_mut(&recording).unwrap().1;
        shares.retain(|s| s.0 != name);
        if part > 0 {
            shares.push((name, i128::from(part)));
        }
    }

    pub(super) async fn adjust(&mut self) {
        let place = self.chance.below(self.pots.len());
        let Some(pot) =
            self.pots.get(place).map(|p| p.id.clone()).filter(|p| self.auditor.is_shared(p.as_str()))
        else {
            return;
        };
        let draft = allocation::adjust(&self.fresh.house, &pot, "ines").await;
        self.learn().await;
        let Ok(draft) = draft else {
            assert_eq!(code(&draft), "nothing-changed");
            assert!(
                !self.auditor.clone().adjusted("none", pot.as_str()),
                "the auditor sees a change in {pot}"
            );
            return;
        };
        let mut after = self.auditor.clone();
        after.adjusted(draft.run.id.as_str(), pot.as_str());
        if !self.approve(&draft.run.id, after).await {
            return;
        }
        self.close(&[pot]);
        self.runs.push(draft.run.id);
    }

    /// Approves a correction, or drops it where payees would owe back more than the house's own money can stand for;
    /// tells whether it was approved.
    async fn approve(&mut self, run: &RunId, after: Auditor) -> bool {
        let done = allocation::approve(&self.fresh.house, run, "paul").await;
        if after.beyond_own_money() > self.auditor.beyond_own_money() {
            assert_eq!(code(&done), "beyond-own-money");
            allocation::drop_draft(&self.fresh.house, run, "paul").await.unwrap();
            return false;
        }
        done.unwrap();
        self.auditor = after;
        true
    }

    pub(super) fn close(&mut self, pots: &[PotId]) {
        for fact in self.pots.iter_mut().filter(|p| pots.contains(&p.id)) {
            fact.open = false;
        }
    }

    pub(super) async fn reverse(&mut self) {
        let Some(run) = self.chance.one(&self.runs).cloned() else { return };
        let draft = match allocation::reverse(&self.fresh.house, &run, "ines").await {
            Ok(draft) => draft,
            Err(Failure::Refused(r)) if ["run-adjusted", "run-reversed"].contains(&r.code) => return,
            Err(other) => panic!("{other}"),
        };
        let mut after = self.auditor.clone();
        after.reversed(draft.run.id.as_str(), run.as_str());
        if !self.approve(&draft.run.id, after).await {
            return;
        }
        assert_eq!(code(&allocation::reverse(&self.fresh.house, &run, "ines").await), "run-reversed");
        for (pot, amount) in &draft.pots {
            for fact in self.pots.iter_mut().filter(|p| p.id == *pot) {
                fact.open = !amount.is_zero();
            }
        }
    }
}
