//! The simulated world: everything that happens to a house, in a random order that a seed repeats, beside an
//! auditor who predicts every balance after each step from a second, simpler model.
//!
//! `TANTIEME_WORLD_ROUNDS` plays more worlds, `TANTIEME_WORLD_SEED` begins at another seed.

use std::collections::BTreeMap;

use app::claim;
use app::payout::Details;
use app::pot::{Contribute, Gift};
use app::set_list::{Same, Submit};
use app::{Failure, allocation, bank, catalogue, doctor, party, payout, policy, pot, set_list};
use formats::bank::pain002::{BlockStatus, PaymentStatus, StatusReport, TransactionStatus, write_pain002};
use formats::bank::reason::Reason;
use jiff::civil::Date;
use ledger::{Account, Draft};
use money::{Amount, Currency, Ratio};
use music::pot::PayerRole;
use music::{Period, PotId, RunId, SetListId, SuspenseId};
use store::Standing;
use testkit::auditor::{Auditor, Held, Played, Terms};
use testkit::bank::Bank;
use testkit::chance::Chance;
use testkit::house::{self, Fresh, HOUSE_IBAN};

/// Own id, artist, title, and the stated shares in per cent.
const MUSIC: &[(&str, &str, &str, &[(&str, i128)])] = &[
    ("W01", "Mira Feld", "Low Tide", &[("Mira Feld", 100)]),
    ("W02", "Orrin Vale", "Backroom Ledger", &[("Orrin Vale", 50), ("Mira Feld", 50)]),
    ("W03", "Kollektiv Nord", "Night Drive", &[("Ada Nwosu", 40), ("Kollektiv Nord", 35), ("Mira Feld", 25)]),
    ("W04", "Ada Nwosu", "Copper Rain", &[("Ada Nwosu", 100)]),
    ("W05", "Teodor Lask", "Hollow Brass", &[("Teodor Lask", 80), ("Tidal Room", 20)]),
    ("W06", "Vesper Okoro", "Glass Ferry", &[("Vesper Okoro", 100)]),
    ("W07", "Saltmarsh Trio", "Reed Song", &[]),
    ("W08", "Ingrid Solveig", "Aurora Minor", &[]),
    ("W09", "Palo Verdin", "Desert Clock", &[("Palo Verdin", 60)]),
    ("W10", "Lune Carmin", "Velours Noir", &[("Lune Carmin", 70), ("Teodor Lask", 30)]),
    ("W11", "Echo Tallis", "Warehouse Psalm", &[("Echo Tallis", 33), ("Palo Verdin", 33), ("Ada Nwosu", 33)]),
    ("W12", "Halden Reve", "Quiet Motor", &[]),
];

/// Who is here from the beginning, with IBAN, or account and BIC outside SEPA.
const HERE: &[(&str, &str, &str)] = &[
    ("Mira Feld", "DE", "DE02500105170137075030"),
    ("Ada Nwosu", "FR", "FR1420041010050500013M02606"),
    ("Kollektiv Nord", "AT", "AT611904300234573201"),
    ("Vesper Okoro", "US", "000123456789|LAGOUS33XXX"),
    ("Tidal Room", "FR", "FR7630006000011234567890189"),
    ("Teodor Lask", "DE", ""),
];

const DJS: &[&str] = &["DJ Lantern", "Sable Quist", "Marlo Dane"];
const CENT: i128 = 10_000;
const EURO: i128 = 1_000_000;

fn eur(micros: i128) -> Amount {
    Amount::from_micros(i64::try_from(micros).unwrap(), Currency::EUR)
}

fn micros(amount: Amount) -> i128 {
    i128::from(amount.micros())
}

fn code<T>(result: &Result<T, Failure>) -> &'static str {
    match result {
        Err(Failure::Refused(refusal)) => refusal.code,
        Err(Failure::Fault(fault)) => panic!("{fault}"),
        Ok(_) => "done",
    }
}

struct PotFact {
    id: PotId,
    list: SetListId,
    dj: &'static str,
    day: Date,
    text: String,
    open: bool,
}

/// A payout on its way or paid.
struct Sent {
    end_to_end: String,
    net: Amount,
    paid: bool,
}

struct Sim {
    fresh: Fresh,
    matching: catalogue::Matching,
    chance: Chance,
    auditor: Auditor,
    bank: Bank,
    grant: i128,
    ids: BTreeMap<String, String>,
    /// Per recording's id: artist, and the stated shares in per cent.
    music: BTreeMap<String, (String, Vec<(String, i128)>)>,
    pots: Vec<PotFact>,
    runs: Vec<RunId>,
    sent: Vec<Sent>,
    /// What the bank booked since its last message.
    booked: Vec<Box<dyn FnOnce(&mut Auditor)>>,
    sanctioned: Option<String>,
    number: usize,
    log: Vec<String>,
}

impl Sim {
    async fn new(fresh: Fresh, seed: u64) -> Sim {
        let h = &fresh.house;
        for (name, value) in [("house-iban", HOUSE_IBAN), ("house-bic", "BYLADEM1001"), ("house-address", "Am Hafen; 1; 20457; Hamburg; DE")] {
            policy::set(h, name, value, "ines").await.unwrap();
        }
        let mut auditor = Auditor::default();
        auditor.minimum = 5 * EURO;
        let mut ids = BTreeMap::new();
        let people = HERE.iter().map(|h| h.0).chain(DJS.iter().copied()).chain(["Club Kessel"]);
        for name in people {
            let ask = party::Register { name: name.to_owned(), by: "ines".to_owned(), ..party::Register::default() };
            let id = party::register(h, ask).await.unwrap().party.id.to_string();
            auditor.here.insert(id.clone());
            auditor.terms.insert(id.clone(), Terms::default());
            ids.insert(name.to_owned(), id);
        }
        let mut table = String::from("id\tartist\ttitle\tshares\n");
        for (id, artist, title, shares) in MUSIC {
            let shares: Vec<String> = shares.iter().map(|(who, part)| format!("{who} {part} %")).collect();
            table.push_str(&format!("{id}\t{artist}\t{title}\t{}\n", shares.join("; ")));
        }
        catalogue::import(h, "world.tsv", Box::new(std::io::Cursor::new(table)), None, "ines", &|_| {}).await.unwrap();
        let mut music = BTreeMap::new();
        for (id, artist, _, shares) in MUSIC {
            let recording = catalogue::find(h, id).await.unwrap().to_string();
            let shares = shares.iter().map(|(who, part)| ((*who).to_owned(), *part)).collect();
            music.insert(recording, ((*artist).to_owned(), shares));
        }
        // The fund's money was there before anything else.
        let grant = 60 * EURO;
        let fund: Account = "fund:start".parse().unwrap();
        let draft = Draft::posted("grant", "grant", "grant").memo("opening").debit(Account::bank(), eur(grant)).credit(fund, eur(grant));
        let mut tx = h.store.begin().await.unwrap();
        tx.post_one(h.now(), draft).await.unwrap();
        tx.commit().await.unwrap();
        auditor.post(&[("bank".to_owned(), grant), ("fund:start".to_owned(), -grant)]);
        let matching = catalogue::open_matching(h).await.unwrap();
        let mut sim = Sim {
            fresh, matching, chance: Chance::of(seed), auditor, bank: Bank::new(eur(grant)), grant, ids, music, pots: vec![], runs: vec![], sent: vec![],
            booked: vec![], sanctioned: None, number: 0, log: vec![],
        };
        for (name, country, account) in HERE.iter().filter(|h| !h.2.is_empty()) {
            sim.details(name, country, account).await;
        }
        sim
    }

    async fn details(&mut self, name: &str, country: &str, account: &str) {
        let (iban, number, bic) = account.split_once('|').map_or((account, "", ""), |(number, bic)| ("", number, bic));
        let text = |t: &str| t.to_owned();
        let details = Details {
            holder: text(name), iban: text(iban), account: text(number), bic: text(bic), country: text(country), street: text("Main Street"),
            building: text("7"), postcode: text("10000"), town: text("Townsend"), ..Details::default()
        };
        payout::set_details(&self.fresh.house, name, details, name).await.unwrap();
        let terms = self.auditor.terms.get_mut(&self.ids[name]).unwrap();
        terms.fee = Some(if number.is_empty() { 0 } else { 4 * EURO });
        terms.country = country.to_owned();
    }

    fn today(&self) -> Date {
        self.fresh.world.today()
    }

    fn cents(&mut self, from: i128, to: i128) -> i128 {
        (from * 100 + self.chance.below(((to - from) * 100) as usize) as i128) * CENT
    }

    /// Everybody who is known by name, and what each recording's holders are now.
    async fn learn(&mut self) {
        for record in party::list(&self.fresh.house, "").await.unwrap() {
            self.ids.insert(record.party.name.clone(), record.party.id.to_string());
        }
        for (recording, (artist, shares)) in &self.music {
            let mut holders: Vec<(String, i128, i128)> = shares.iter().map(|(who, part)| (self.ids[who].clone(), *part, 100)).collect();
            // Nobody stated a share: the artist as credited, once the house knows them.
            if holders.is_empty()
                && let Some(id) = self.ids.get(artist)
            {
                holders.push((id.clone(), 1, 1));
            }
            self.auditor.holders.insert(recording.clone(), holders);
        }
    }

    async fn play(&mut self) {
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
            (Gift::Share { fee: eur(fee), share: Ratio::new(part, 100).unwrap() }, fee * i128::from(part) / 100 / CENT * CENT)
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
            Played { line: l.id.to_string(), recording }
        });
        self.auditor.played.insert(pot.to_string(), played.collect());
        self.auditor.promised(&payment.contribution.reference, pot.as_str(), pledged);
        self.pots.push(PotFact { id: pot, list: done.list.id, dj, day, text, open: true });
        // The same bytes again: nothing moves.
        let again = set_list::submit(&self.fresh.house, &self.matching, ask).await.unwrap();
        assert!(again.before && again.payment.is_none());
    }

    /// The venue reports the same night in other words, is asked, and adds to the same pot.
    async fn venue_reports(&mut self) {
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

    async fn contribute(&mut self) {
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
    async fn pay_in(&mut self) {
        let day = self.today();
        let open: Vec<(String, i128)> =
            self.auditor.promises.iter().filter(|(_, p)| p.received < p.pledged).map(|(r, p)| (r.clone(), p.pledged - p.received)).collect();
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
                self.booked.push(Box::new(move |a| a.post(&[("bank".into(), amount), ("suspense:unreferenced".into(), -amount)])));
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
    async fn hear(&mut self) {
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
    async fn statement(&mut self) {
        self.hear().await;
        let bytes = self.bank.statement(self.fresh.house.now(), self.today());
        let done = bank::import(&self.fresh.house, "camt053.xml", &bytes, "ines").await.unwrap();
        assert!(done.received.is_empty() && done.paid.is_empty() && done.undone.is_empty() && done.unreferenced.is_empty());
    }

    async fn assign(&mut self) {
        let lines = bank::unreferenced_lines(&self.fresh.house).await.unwrap();
        let credits: Vec<_> = lines.into_iter().filter(|l| l.credit).collect();
        let references: Vec<String> = self.auditor.promises.keys().cloned().collect();
        let (Some(line), Some(reference)) = (self.chance.one(&credits).cloned(), self.chance.one(&references).cloned()) else { return };
        let sent_back = self.waiting("unreferenced").await.iter().all(|i| i.3.as_deref() != Some(line.id.as_str()) || i.2 != micros(line.amount));
        if sent_back {
            return;
        }
        bank::assign(&self.fresh.house, &line.id, &reference, "ines").await.unwrap();
        let amount = micros(line.amount);
        self.auditor.post(&[("suspense:unreferenced".into(), amount), ("bank".into(), -amount)]);
        self.auditor.received(&reference, amount);
    }

    async fn waiting(&self, reason: &str) -> Vec<(SuspenseId, String, i128, Option<String>)> {
        let mut tx = self.fresh.house.store.begin_read().await.unwrap();
        let items = tx.open_suspense(reason).await.unwrap();
        items.into_iter().map(|i| (i.id, i.account, micros(i.amount), i.bank_line)).collect()
    }

    /// Money goes back to who sent it: known by its reference, or told by a person afterwards.
    async fn refund(&mut self) {
        let mut items = self.waiting("overpaid").await;
        items.extend(self.waiting("unreferenced").await);
        items.retain(|i| i.2 > 0);
        let Some((id, account, most, _)) = self.chance.one(&items).cloned() else { return };
        let refund = bank::refund(&self.fresh.house, &id, "ines").await.unwrap();
        let amount = if self.chance.percent(25) { (most / 2 / CENT * CENT).max(CENT).min(most) } else { most };
        let day = self.today();
        if self.chance.percent(50) {
            self.bank.debit(day, &refund.to, None, &refund.reference, eur(amount));
            self.booked.push(Box::new(move |a| a.post(&[(account, amount), ("bank".into(), -amount)])));
            return self.hear().await;
        }
        self.bank.debit(day, &refund.to, None, "sent back", eur(amount));
        self.booked.push(Box::new(move |a| a.post(&[("suspense:unreferenced".into(), amount), ("bank".into(), -amount)])));
        self.hear().await;
        let lines = bank::unreferenced_lines(&self.fresh.house).await.unwrap();
        let line = lines.iter().find(|l| !l.credit && l.amount == eur(amount)).unwrap();
        bank::refunded(&self.fresh.house, &line.id, &id, "ines").await.unwrap();
        self.auditor.post(&[(account, amount), ("suspense:unreferenced".into(), -amount)]);
    }

    async fn share(&mut self) {
        let mut expected: Vec<PotId> = self.pots.iter().map(|p| p.id.clone()).filter(|p| self.auditor.in_pot(p.as_str()) > 0).collect();
        expected.sort();
        let mut pots = Vec::new();
        if self.chance.percent(40)
            && let Some(one) = self.chance.one(&expected).cloned()
        {
            (pots, expected) = (vec![one.clone()], vec![one]);
        }
        let draft = allocation::draft(&self.fresh.house, allocation::Allocate { pots, rule: None, by: "ines".into() }).await;
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
        assert_eq!(code(&allocation::approve(&self.fresh.house, &draft.run.id, "paul").await), "run-not-draft");
        let names: Vec<String> = expected.iter().map(ToString::to_string).collect();
        self.auditor.shared(draft.run.id.as_str(), &names);
        for fact in self.pots.iter_mut().filter(|p| expected.contains(&p.id)) {
            fact.open = false;
        }
        self.runs.push(draft.run.id);
    }

    async fn settle(&mut self) {
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

    async fn change_share(&mut self) {
        let recordings: Vec<String> = self.music.keys().cloned().collect();
        let names: Vec<String> = ["Mira Feld", "Ada Nwosu", "Orrin Vale", "Tidal Room", "Echo Tallis"].map(str::to_owned).to_vec();
        let (recording, name) = (self.chance.one(&recordings).unwrap().clone(), self.chance.one(&names).unwrap().clone());
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

    async fn adjust(&mut self) {
        let place = self.chance.below(self.pots.len());
        let Some(pot) = self.pots.get(place).map(|p| p.id.clone()).filter(|p| self.auditor.is_shared(p.as_str())) else { return };
        let draft = allocation::adjust(&self.fresh.house, &pot, "ines").await;
        self.learn().await;
        let Ok(draft) = draft else {
            assert_eq!(code(&draft), "nothing-changed");
            assert!(!self.auditor.clone().adjusted("none", pot.as_str()), "the auditor sees a change in {pot}");
            return;
        };
        allocation::approve(&self.fresh.house, &draft.run.id, "paul").await.unwrap();
        self.auditor.adjusted(draft.run.id.as_str(), pot.as_str());
        self.close(&[pot]);
        self.runs.push(draft.run.id);
    }

    fn close(&mut self, pots: &[PotId]) {
        for fact in self.pots.iter_mut().filter(|p| pots.contains(&p.id)) {
            fact.open = false;
        }
    }

    async fn reverse(&mut self) {
        let Some(run) = self.chance.one(&self.runs).cloned() else { return };
        let draft = match allocation::reverse(&self.fresh.house, &run, "ines").await {
            Ok(draft) => draft,
            Err(Failure::Refused(r)) if ["run-adjusted", "run-reversed"].contains(&r.code) => return,
            Err(other) => panic!("{other}"),
        };
        allocation::approve(&self.fresh.house, &draft.run.id, "paul").await.unwrap();
        assert_eq!(code(&allocation::reverse(&self.fresh.house, &run, "ines").await), "run-reversed");
        self.auditor.reversed(draft.run.id.as_str(), run.as_str());
        for (pot, amount) in &draft.pots {
            for fact in self.pots.iter_mut().filter(|p| p.id == *pot) {
                fact.open = !amount.is_zero();
            }
        }
    }

    async fn pay_out(&mut self) {
        let due = self.auditor.due();
        let batch = payout::prepare(&self.fresh.house, Currency::EUR, "ines").await;
        if due.is_empty() {
            assert_eq!(code(&batch), "nothing-due");
            return;
        }
        let batch = batch.unwrap();
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
    async fn bank_answers(&mut self) {
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
        let done = bank::import(&self.fresh.house, "pain002.xml", write_pain002(&report).as_bytes(), "ines").await.unwrap();
        assert_eq!(done.undone.len(), rejected.len(), "{rejected:?} {done:?}");
        rejected.iter().for_each(|name| self.auditor.lifted(name));
    }

    async fn advance(&mut self) {
        let (name, _, _) = HERE[self.chance.below(4)];
        let amount = self.cents(5, 30);
        let lent: i128 = HERE.iter().map(|h| self.auditor.posted(&format!("advance:{}", self.ids[h.0])).max(0)).sum();
        let done = payout::advance(&self.fresh.house, name, eur(amount), "start", "ines").await;
        if lent + amount > self.grant {
            assert_eq!(code(&done), "fund-empty");
            return;
        }
        done.unwrap();
        self.auditor.advanced(&self.ids[name], amount);
    }

    async fn withhold(&mut self) {
        let (name, _, _) = HERE[self.chance.below(4)];
        let part = [0, 5, 15, 30][self.chance.below(4)];
        party::withhold(&self.fresh.house, name, Ratio::new(part, 100).unwrap(), "ines").await.unwrap();
        self.auditor.terms.get_mut(&self.ids[name]).unwrap().withholding = i128::from(part);
    }

    async fn sanction(&mut self) {
        let name = if self.chance.percent(50) { HERE[self.chance.below(4)].0 } else { "Nobody In Particular" };
        payout::import_sanctions(&self.fresh.house, "list", &format!("{}\tXX\n", name.to_uppercase()), "ines").await.unwrap();
        for (held, name) in [(false, self.sanctioned.replace(name.to_owned())), (true, Some(name.to_owned()))] {
            if let Some(terms) = name.and_then(|n| self.ids.get(&n)).and_then(|id| self.auditor.terms.get_mut(id)) {
                terms.held = held;
            }
        }
    }

    /// Somebody who was credited claims the name, and gives bank details or not yet.
    async fn claim(&mut self) {
        let all = party::list(&self.fresh.house, "").await.unwrap();
        let absent: Vec<_> = all.into_iter().filter(|p| p.standing == Standing::Unclaimed).collect();
        let Some(record) = self.chance.one(&absent) else { return };
        let (id, name) = (record.party.id.to_string(), record.party.name.clone());
        let ask = claim::Open { party: id.clone(), claimant: name.clone(), contact: "who@example.org".into(), evidence: "https://example.org".into(), ..Default::default() };
        let claim = claim::open(&self.fresh.house, ask).await.unwrap();
        claim::accept(&self.fresh.house, &claim.id, "paul").await.unwrap();
        self.auditor.claimed(&id);
        self.auditor.terms.insert(id.clone(), Terms::default());
        self.ids.insert(name.clone(), id);
        if self.chance.percent(60) {
            self.details(&name, "ES", "ES9121000418450200051332").await;
        }
    }

    async fn step(&mut self) {
        let kind = self.chance.below(100);
        let word = match kind {
            0..=15 => { self.play().await; "play" }
            16..=19 => { self.venue_reports().await; "venue reports" }
            20..=23 => { self.contribute().await; "contribute" }
            24..=37 => { self.pay_in().await; "pay in" }
            38..=41 => { self.assign().await; "assign" }
            42..=46 => { self.refund().await; "refund" }
            47..=57 => { self.share().await; "share" }
            58..=63 => { self.settle().await; "settle" }
            64..=67 => { self.change_share().await; "change share" }
            68..=74 => { self.adjust().await; "adjust" }
            75..=78 => { self.reverse().await; "reverse" }
            79..=83 => { self.pay_out().await; "pay out" }
            84..=89 => { self.bank_answers().await; "bank answers" }
            90..=91 => { self.advance().await; "advance" }
            92 => { self.withhold().await; "withhold" }
            93 => { self.sanction().await; "sanction" }
            94..=95 => { self.claim().await; "claim" }
            96..=97 => { self.statement().await; "statement" }
            _ => { self.fresh.world.pass_days(9); "days pass" }
        };
        self.log.push(word.to_owned());
    }

    async fn books(&self) -> BTreeMap<String, Held> {
        let mut tx = self.fresh.house.store.begin_read().await.unwrap();
        let of = |b: &ledger::Balance| Held { posted: micros(b.posted), pending_debits: micros(b.pending_debits), pending_credits: micros(b.pending_credits) };
        tx.balances("").await.unwrap().iter().map(|(account, b)| (account.to_string(), of(b))).collect()
    }

    async fn compare(&self) {
        let off = self.auditor.compare(&self.books().await);
        assert!(off.is_empty(), "after {:?} ({}):\n{}", self.log.iter().rev().take(6).collect::<Vec<_>>(), self.log.len(), off.join("\n"));
    }

    async fn sound(&self) {
        let report = doctor::examine(&self.fresh.house).await.unwrap();
        let told: Vec<String> = report.faults().map(|(check, f)| format!("{check}: {}: {}", f.place, f.what)).collect();
        assert!(told.is_empty(), "after {} steps, the last {:?}:\n{}", self.log.len(), self.log.last(), told.join("\n"));
    }
}

async fn live(fresh: Fresh, seed: u64, steps: usize) {
    let engine = fresh.engine;
    let mut sim = Sim::new(fresh, seed).await;
    sim.play().await;
    sim.compare().await;
    for _ in 0..steps {
        sim.step().await;
        sim.compare().await;
    }
    sim.statement().await;
    sim.compare().await;
    assert_eq!(micros(sim.bank.balance()), sim.auditor.posted("bank"), "{engine}: the bank and the books part");
    sim.sound().await;
}

#[tokio::test]
async fn every_balance_is_as_the_auditor_predicts() {
    let number = |name: &str, default: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default);
    let first = number("TANTIEME_WORLD_SEED", 1);
    for seed in first..first + number("TANTIEME_WORLD_ROUNDS", 3) {
        for fresh in house::each(seed).await {
            eprintln!("world {seed} on {}", fresh.engine);
            live(fresh, seed, 120).await;
        }
    }
}
