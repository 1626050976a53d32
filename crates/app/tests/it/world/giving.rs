//! Promises, what the bank shows, money without a name, money sent back.

use super::*;

impl Sim {
    pub(super) async fn play(&mut self) {
        self.fresh.world.pass_days(1);
        self.number += 1;
        let mut text = String::new();
        for n in 0..3 + self.chance.below(9) {
            let (_, artist, title, _) = MUSIC[self.chance.below(MUSIC.len())];
            match self.chance.percent(85) {
                true => text.push_str(&format!("{artist} - {title}\n")),
                false => text.push_str(&format!("Zyx Qwert{} - Unheard {n}{}\n", self.number, self.number)),
            }
        }
        let dj = DJS[self.chance.below(DJS.len())];
        let (gift, pledged) = if self.chance.percent(50) {
            let fee = self.cents(200, 2_000);
            let part = [5, 10, 15][self.chance.below(3)];
            (
                Gift::Share { fee: eur(fee), share: Ratio::new(part, 100).unwrap() },
                fee * i128::from(part) / 100 / CENT * CENT,
            )
        } else {
            let amount = self.cents(10, 120);
            (Gift::Amount(eur(amount)), amount)
        };
        let day = self.today();
        let ask = Submit {
            document: format!("set-{}.txt", self.number),
            bytes: text.clone().into_bytes(),
            performer: dj.to_owned(),
            gift: Some(gift),
            event: format!("Night {}", self.number),
            date: Some(day),
            ..Submit::default()
        };
        let done = set_list::submit(&self.fresh.house, &self.matching, ask.clone()).await.unwrap();
        assert!(!done.before, "a new list was taken for an old one:\n{text}");
        let payment = done.payment.unwrap();
        let pot = payment.contribution.pot.clone();
        let played = done.lines.iter().filter(|l| l.played).map(|l| {
            let recording = l.recording.as_ref().filter(|_| l.verdict == "matched").map(ToString::to_string);
            Played { line: l.id.to_string(), place: (done.list.document.clone(), l.position), recording }
        });
        self.auditor.played.insert(pot.to_string(), played.collect());
        self.auditor.promised(&payment.contribution.reference, pot.as_str(), pledged);
        self.pots.push(PotFact { id: pot, list: done.list.id, dj, day, text, open: true });
        // The same bytes again: nothing moves.
        let again = set_list::submit(&self.fresh.house, &self.matching, ask).await.unwrap();
        assert!(again.before && again.payment.is_none());
    }

    /// The venue reports the same night in other words, is asked, and adds to the same pot.
    pub(super) async fn venue_reports(&mut self) {
        let place = self.chance.below(self.pots.len());
        let Some(fact) = self.pots.get(place).filter(|p| p.open) else { return };
        let amount = 20 * EURO;
        let mut ask = Submit {
            document: format!("venue-{}.txt", self.number),
            bytes: format!("{}Someone - Extra {}\n", fact.text, self.chance.bits()).into_bytes(),
            performer: fact.dj.to_owned(),
            payer: Some("Club Kessel".to_owned()),
            role: PayerRole::Venue,
            gift: Some(Gift::Amount(eur(amount))),
            date: Some(fact.day),
            ..Submit::default()
        };
        let asked = set_list::submit(&self.fresh.house, &self.matching, ask.clone()).await;
        assert_eq!(code(&asked), "same-performance");
        ask.same = Some(Same::As(fact.list.clone()));
        let done = set_list::submit(&self.fresh.house, &self.matching, ask).await.unwrap();
        let contribution = done.payment.unwrap().contribution;
        assert_eq!(contribution.pot, fact.id, "one performance, one pot");
        self.auditor.promised(&contribution.reference, fact.id.as_str(), amount);
    }

    pub(super) async fn contribute(&mut self) {
        let amount = self.cents(10, 60);
        let place = self.chance.below(self.pots.len());
        let Some(fact) = self.pots.get(place) else { return };
        let ask = Contribute {
            pot: fact.id.clone(),
            payer: "Club Kessel".to_owned(),
            role: PayerRole::Venue,
            gift: Gift::Amount(eur(amount)),
            venue_attests: true,
            by: "ines".to_owned(),
        };
        let done = pot::contribute(&self.fresh.house, ask).await;
        if !fact.open {
            assert_eq!(code(&done), "pot-closed");
            return;
        }
        self.auditor.promised(&done.unwrap().contribution.reference, fact.id.as_str(), amount);
    }

    /// Payers pay: exactly, too little, too much, in parts, or without a reference.
    pub(super) async fn pay_in(&mut self) {
        let day = self.today();
        let open: Vec<(String, i128)> = self
            .auditor
            .promises
            .iter()
            .filter(|(_, p)| p.received < p.pledged)
            .map(|(r, p)| (r.clone(), p.pledged - p.received))
            .collect();
        for (reference, missing) in open {
            if !self.chance.percent(60) {
                continue;
            }
            let amount = match self.chance.below(5) {
                0 => (missing / 2 / CENT * CENT).max(CENT),
                1 => missing + self.cents(1, 20),
                _ => missing,
            };
            if self.chance.percent(15) {
                self.bank.credit(day, "Somebody", "for the music", eur(amount));
                self.booked.push(Box::new(move |a| {
                    a.post(&[("bank".into(), amount), ("suspense:unreferenced".into(), -amount)])
                }));
            } else {
                self.bank.credit(day, "A payer", &reference, eur(amount));
                self.booked.push(Box::new(move |a| {
                    a.received(&reference, amount);
                }));
            }
        }
        self.hear().await;
    }

    /// The bank's notification is imported, twice now and then.
    pub(super) async fn hear(&mut self) {
        let Some(bytes) = self.bank.notification(self.fresh.house.now()) else { return };
        let done = bank::import(&self.fresh.house, "camt054.xml", &bytes, "ines").await.unwrap();
        assert!(!done.before && done.problems.is_empty(), "{:?}", done.problems);
        if self.chance.percent(40) {
            assert!(bank::import(&self.fresh.house, "again.xml", &bytes, "ines").await.unwrap().before);
        }
        for fact in std::mem::take(&mut self.booked) {
            fact(&mut self.auditor);
        }
    }

    /// The statement tells all of it once more, with other bytes: nothing moves.
    pub(super) async fn statement(&mut self) {
        self.hear().await;
        let bytes = self.bank.statement(self.fresh.house.now(), self.today());
        let done = bank::import(&self.fresh.house, "camt053.xml", &bytes, "ines").await.unwrap();
        assert!(
            done.received.is_empty()
                && done.paid.is_empty()
                && done.undone.is_empty()
                && done.unreferenced.is_empty()
        );
    }

    pub(super) async fn assign(&mut self) {
        let lines = bank::unreferenced_lines(&self.fresh.house).await.unwrap();
        let credits: Vec<_> = lines.into_iter().filter(|l| l.credit).collect();
        let references: Vec<String> = self.auditor.promises.keys().cloned().collect();
        let (Some(line), Some(reference)) =
            (self.chance.one(&credits).cloned(), self.chance.one(&references).cloned())
        else {
            return;
        };
        let sent_back = self
            .waiting("unreferenced")
            .await
            .iter()
            .all(|i| i.3.as_deref() != Some(line.id.as_str()) || i.2 != micros(line.amount));
        if sent_back {
            return;
        }
        bank::assign(&self.fresh.house, &line.id, &reference, "ines").await.unwrap();
        let amount = micros(line.amount);
        self.auditor.post(&[("suspense:unreferenced".into(), amount), ("bank".into(), -amount)]);
        self.auditor.received(&reference, amount);
    }

    pub(super) async fn waiting(&self, reason: &str) -> Vec<(SuspenseId, String, i128, Option<String>)> {
        let mut tx = self.fresh.house.store.begin_read().await.unwrap();
        let items = tx.open_suspense(reason).await.unwrap();
        items.into_iter().map(|i| (i.id, i.account, micros(i.amount), i.bank_line)).collect()
    }

    /// Money goes back to who sent it: known by its reference, or told by a person afterwards.
    pub(super) async fn refund(&mut self) {
        let mut items = self.waiting("overpaid").await;
        items.extend(self.waiting("unreferenced").await);
        items.retain(|i| i.2 > 0);
        let Some((id, account, most, _)) = self.chance.one(&items).cloned() else { return };
        let refund = bank::refund(&self.fresh.house, &id, "ines").await.unwrap();
        let amount =
            if self.chance.percent(25) { (most / 2 / CENT * CENT).max(CENT).min(most) } else { most };
        let day = self.today();
        if self.chance.percent(50) {
            self.bank.debit(day, &refund.to, None, &refund.reference, eur(amount));
            self.booked.push(Box::new(move |a| a.post(&[(account, amount), ("bank".into(), -amount)])));
            return self.hear().await;
        }
        self.bank.debit(day, &refund.to, None, "sent back", eur(amount));
        self.booked.push(Box::new(move |a| {
            a.post(&[("suspense:unreferenced".into(), amount), ("bank".into(), -amount)])
        }));
        self.hear().await;
        let lines = bank::unreferenced_lines(&self.fresh.house).await.unwrap();
        let line = lines.iter().find(|l| !l.credit && l.amount == eur(amount)).unwrap();
        bank::refunded(&self.fresh.house, &line.id, &id, "ines").await.unwrap();
        self.auditor.post(&[(account, amount), ("suspense:unreferenced".into(), -amount)]);
    }
}
