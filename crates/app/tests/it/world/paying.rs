//! Payouts and what the bank answers; advances, tax, sanctions, claims.

use super::*;

impl Sim {
    pub(super) async fn details(&mut self, name: &str, country: &str, account: &str) {
        let (iban, number, bic) =
            account.split_once('|').map_or((account, "", ""), |(number, bic)| ("", number, bic));
        let text = |t: &str| t.to_owned();
        let details = Details {
            holder: text(name),
            iban: text(iban),
            account: text(number),
            bic: text(bic),
            country: text(country),
            street: text("Main Street"),
            building: text("7"),
            postcode: text("10000"),
            town: text("Townsend"),
            ..Details::default()
        };
        payout::set_details(&self.fresh.house, name, details, name).await.unwrap();
        let terms = self.auditor.terms.get_mut(&self.ids[name]).unwrap();
        terms.fee = Some(if number.is_empty() { 0 } else { 4 * EURO });
        terms.country = country.to_owned();
    }

    pub(super) async fn pay_out(&mut self) {
        let due = self.auditor.due();
        let batch = payout::prepare(&self.fresh.house, Currency::EUR, "ines").await;
        if due.is_empty() {
            assert_eq!(code(&batch), "nothing-due");
            return;
        }
        let mut batch = batch.unwrap();
        // The batch lists the largest first; the auditor goes by party.
        batch.payouts.sort_by(|a, b| a.0.party.cmp(&b.0.party));
        let told: Vec<testkit::auditor::Pay> = batch
            .payouts
            .iter()
            .map(|(p, _, _)| testkit::auditor::Pay {
                party: p.party.to_string(),
                gross: micros(p.gross),
                recouped: micros(p.recouped),
                withheld: micros(p.withheld),
                fee: micros(p.fee),
                net: micros(p.net),
            })
            .collect();
        assert_eq!(told, due, "the batch is not what is due");
        for ((p, _, _), pay) in batch.payouts.iter().zip(&due) {
            self.auditor.reserved(&p.end_to_end, pay);
        }
        let h = &self.fresh.house;
        let id = batch.batch.id.clone();
        assert_eq!(code(&payout::approve(h, &id, "ines").await), "same-person");
        assert_eq!(code(&payout::export(h, Some(&id), "sepa", "ines").await), "batch-not-approved");
        payout::approve(h, &id, "paul").await.unwrap();
        if self.chance.percent(10) {
            payout::drop_batch(h, &id, "paul").await.unwrap();
            batch.payouts.iter().for_each(|(p, _, _)| self.auditor.lifted(&p.end_to_end));
            return;
        }
        for rail in ["sepa", "cross-border"] {
            if batch.payouts.iter().any(|(p, _, _)| p.rail == rail) {
                let first = payout::export(h, Some(&id), rail, "ines").await.unwrap();
                let again = payout::export(h, Some(&id), rail, "paul").await.unwrap();
                assert_eq!(first.bytes, again.bytes);
            }
        }
        for (p, _, _) in &batch.payouts {
            self.sent.push(Sent { end_to_end: p.end_to_end.clone(), net: p.net, paid: false });
        }
        let sepa: Vec<_> = batch.payouts.iter().filter(|(p, _, _)| p.rail == "sepa").collect();
        if !sepa.is_empty() && self.chance.percent(30) {
            let sum = money::sum(sepa.iter().map(|(p, _, _)| p.net), Currency::EUR).unwrap();
            let day = self.today();
            self.bank.debit_file(day, &format!("TNT{:06}-S", batch.batch.number), sum);
            let names: Vec<String> = sepa.iter().map(|(p, _, _)| p.end_to_end.clone()).collect();
            self.sent.iter_mut().filter(|s| names.contains(&s.end_to_end)).for_each(|s| s.paid = true);
            self.booked.push(Box::new(move |a| names.iter().for_each(|n| a.paid(n))));
            self.hear().await;
        }
    }

    /// The bank carries payouts out, rejects some, and some come back.
    pub(super) async fn bank_answers(&mut self) {
        let day = self.today();
        let (mut rejected, mut left) = (Vec::new(), Vec::new());
        for mut one in std::mem::take(&mut self.sent) {
            let name = one.end_to_end.clone();
            match (one.paid, self.chance.below(10)) {
                (false, 0) => rejected.push(name),
                (false, 1..=7) => {
                    self.bank.debit(day, "payee", Some(&name), "", one.net);
                    self.booked.push(Box::new(move |a| a.paid(&name)));
                    one.paid = true;
                    left.push(one);
                }
                (false, 8) => {
                    // It comes back before anybody was told that it had left.
                    self.bank.debit(day, "payee", Some(&name), "", one.net);
                    self.bank.give_back(day, &name, one.net);
                    self.booked.push(Box::new(move |a| {
                        a.paid(&name);
                        a.returned(&name);
                    }));
                }
                (true, 0) => {
                    self.bank.give_back(day, &name, one.net);
                    self.booked.push(Box::new(move |a| a.returned(&name)));
                }
                _ => left.push(one),
            }
        }
        self.sent = left;
        self.hear().await;
        if rejected.is_empty() {
            return;
        }
        let transactions = rejected.iter().map(|name| TransactionStatus {
            line: 0,
            payment_id: Some("B".to_owned()),
            end_to_end_id: Some(name.clone()),
            instruction_id: None,
            status: PaymentStatus::Rejected,
            reasons: vec![Reason { code: "AC04".to_owned(), text: String::new() }],
            servicer_reference: None,
            amount: None,
        });
        let report = StatusReport {
            message_id: format!("R{}", self.chance.bits()),
            original_message_id: "ANY".to_owned(),
            original_message_name: "pain.001.001.09".to_owned(),
            blocks: vec![BlockStatus { line: 0, payment_id: "B".to_owned(), status: None, reasons: vec![] }],
            transactions: transactions.collect(),
            is_complete: true,
            ..StatusReport::default()
        };
        let done = bank::import(&self.fresh.house, "pain002.xml", write_pain002(&report).as_bytes(), "ines")
            .await
            .unwrap();
        assert_eq!(done.undone.len(), rejected.len(), "{rejected:?} {done:?}");
        rejected.iter().for_each(|name| self.auditor.lifted(name));
    }

    pub(super) async fn advance(&mut self) {
        let (name, _, _) = HERE[self.chance.below(4)];
        let amount = self.cents(5, 30);
        let lent: i128 =
            HERE.iter().map(|h| self.auditor.posted(&format!("advance:{}", self.ids[h.0])).max(0)).sum();
        let done = payout::advance(&self.fresh.house, name, eur(amount), "start", "ines").await;
        if lent + amount > self.grant {
            assert_eq!(code(&done), "fund-empty");
            return;
        }
        done.unwrap();
        self.auditor.advanced(&self.ids[name], amount);
    }

    pub(super) async fn withhold(&mut self) {
        let (name, _, _) = HERE[self.chance.below(4)];
        let part = [0, 5, 15, 30][self.chance.below(4)];
        party::withhold(&self.fresh.house, name, Ratio::new(part, 100).unwrap(), "ines").await.unwrap();
        self.auditor.terms.get_mut(&self.ids[name]).unwrap().withholding = i128::from(part);
    }

    pub(super) async fn sanction(&mut self) {
        let name =
            if self.chance.percent(50) { HERE[self.chance.below(4)].0 } else { "Nobody In Particular" };
        payout::import_sanctions(
            &self.fresh.house,
            "list",
            &format!("{}\tXX\n", name.to_uppercase()),
            "ines",
        )
        .await
        .unwrap();
        for (held, name) in [(false, self.sanctioned.replace(name.to_owned())), (true, Some(name.to_owned()))]
        {
            if let Some(terms) =
                name.and_then(|n| self.ids.get(&n)).and_then(|id| self.auditor.terms.get_mut(id))
            {
                terms.held = held;
            }
        }
    }

    /// Somebody who was credited claims the name, and gives bank details or not yet.
    pub(super) async fn claim(&mut self) {
        let all = party::list(&self.fresh.house, "").await.unwrap();
        let absent: Vec<_> = all.into_iter().filter(|p| p.standing == Standing::Unclaimed).collect();
        let Some(record) = self.chance.one(&absent) else { return };
        let (id, name) = (record.party.id.to_string(), record.party.name.clone());
        let ask = claim::Open {
            party: id.clone(),
            claimant: name.clone(),
            contact: "who@example.org".into(),
            evidence: "https://example.org".into(),
            ..Default::default()
        };
        let claim = claim::open(&self.fresh.house, ask).await.unwrap();
        claim::accept(&self.fresh.house, &claim.id, "paul").await.unwrap();
        self.auditor.claimed(&id);
        self.auditor.terms.insert(id.clone(), Terms::default());
        self.ids.insert(name.clone(), id);
        if self.chance.percent(60) {
            self.details(&name, "ES", "ES9121000418450200051332").await;
        }
    }
}
