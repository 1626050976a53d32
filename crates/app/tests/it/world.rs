//! The simulated world: everything that happens to a house, in a random order that a seed repeats, beside an
//! auditor who predicts every balance after each step from a second, simpler model.
//!
//! `TANTIEME_WORLD_ROUNDS` plays more worlds, `TANTIEME_WORLD_SEED` begins at another seed.

mod giving;
mod paying;
mod sharing;

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
        for (name, value) in [
            ("house-iban", HOUSE_IBAN),
            ("house-bic", "BYLADEM1001"),
            ("house-address", "Am Hafen; 1; 20457; Hamburg; DE"),
        ] {
            policy::set(h, name, value, "ines").await.unwrap();
        }
        let mut auditor = Auditor::default();
        auditor.minimum = 5 * EURO;
        let mut ids = BTreeMap::new();
        let people = HERE.iter().map(|h| h.0).chain(DJS.iter().copied()).chain(["Club Kessel"]);
        for name in people {
            let ask = party::Register {
                name: name.to_owned(),
                by: "ines".to_owned(),
                ..party::Register::default()
            };
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
        catalogue::import(h, "world.tsv", Box::new(std::io::Cursor::new(table)), None, "ines", &|_| {})
            .await
            .unwrap();
        let mut music = BTreeMap::new();
        for (id, artist, _, shares) in MUSIC {
            let recording = catalogue::find(h, id).await.unwrap().to_string();
            let shares = shares.iter().map(|(who, part)| ((*who).to_owned(), *part)).collect();
            music.insert(recording, ((*artist).to_owned(), shares));
        }
        // The fund's money was there before anything else.
        let grant = 60 * EURO;
        let fund: Account = "fund:start".parse().unwrap();
        let draft = Draft::posted("grant", "grant", "grant")
            .memo("opening")
            .debit(Account::bank(), eur(grant))
            .credit(fund, eur(grant));
        let mut tx = h.store.begin().await.unwrap();
        tx.post_one(h.now(), draft).await.unwrap();
        tx.commit().await.unwrap();
        auditor.post(&[("bank".to_owned(), grant), ("fund:start".to_owned(), -grant)]);
        let matching = catalogue::open_matching(h).await.unwrap();
        let mut sim = Sim {
            fresh,
            matching,
            chance: Chance::of(seed),
            auditor,
            bank: Bank::new(eur(grant)),
            grant,
            ids,
            music,
            pots: vec![],
            runs: vec![],
            sent: vec![],
            booked: vec![],
            sanctioned: None,
            number: 0,
            log: vec![],
        };
        for (name, country, account) in HERE.iter().filter(|h| !h.2.is_empty()) {
            sim.details(name, country, account).await;
        }
        sim
    }

    fn today(&self) -> Date {
        self.fresh.world.today()
    }

    fn cents(&mut self, from: i128, to: i128) -> i128 {
        (from * 100 + self.chance.below(((to - from) * 100) as usize) as i128) * CENT
    }

    async fn step(&mut self) {
        let kind = self.chance.below(100);
        let word = match kind {
            0..=15 => {
                self.play().await;
                "play"
            }
            16..=19 => {
                self.venue_reports().await;
                "venue reports"
            }
            20..=23 => {
                self.contribute().await;
                "contribute"
            }
            24..=37 => {
                self.pay_in().await;
                "pay in"
            }
            38..=41 => {
                self.assign().await;
                "assign"
            }
            42..=46 => {
                self.refund().await;
                "refund"
            }
            47..=57 => {
                self.share().await;
                "share"
            }
            58..=63 => {
                self.settle().await;
                "settle"
            }
            64..=67 => {
                self.change_share().await;
                "change share"
            }
            68..=74 => {
                self.adjust().await;
                "adjust"
            }
            75..=78 => {
                self.reverse().await;
                "reverse"
            }
            79..=83 => {
                self.pay_out().await;
                "pay out"
            }
            84..=89 => {
                self.bank_answers().await;
                "bank answers"
            }
            90..=91 => {
                self.advance().await;
                "advance"
            }
            92 => {
                self.withhold().await;
                "withhold"
            }
            93 => {
                self.sanction().await;
                "sanction"
            }
            94..=95 => {
                self.claim().await;
                "claim"
            }
            96..=97 => {
                self.statement().await;
                "statement"
            }
            _ => {
                self.fresh.world.pass_days(9);
                "days pass"
            }
        };
        self.log.push(word.to_owned());
    }

    async fn books(&self) -> BTreeMap<String, Held> {
        let mut tx = self.fresh.house.store.begin_read().await.unwrap();
        let of = |b: &ledger::Balance| Held {
            posted: micros(b.posted),
            pending_debits: micros(b.pending_debits),
            pending_credits: micros(b.pending_credits),
        };
        tx.balances("").await.unwrap().iter().map(|(account, b)| (account.to_string(), of(b))).collect()
    }

    async fn compare(&self) {
        let off = self.auditor.compare(&self.books().await);
        assert!(
            off.is_empty(),
            "after {:?} ({}):\n{}",
            self.log.iter().rev().take(6).collect::<Vec<_>>(),
            self.log.len(),
            off.join("\n")
        );
    }

    async fn sound(&self) {
        let report = doctor::examine(&self.fresh.house).await.unwrap();
        let book = &report.books[0];
        assert!(book.covered(), "{book:?}");
        let faults = report.faults();
        let told: Vec<String> =
            faults.map(|(check, f)| format!("{check}: {}: {}", f.place, f.what)).collect();
        assert!(
            told.is_empty(),
            "after {} steps, the last {:?}:\n{}",
            self.log.len(),
            self.log.last(),
            told.join("\n")
        );
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
    assert_eq!(
        micros(sim.bank.balance()),
        sim.auditor.posted("bank"),
        "{engine}: the bank and the books part"
    );
    sim.sound().await;
}

#[tokio::test]
async fn every_balance_is_as_the_auditor_predicts() {
    let number =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default);
    let first = number("TANTIEME_WORLD_SEED", 1);
    for seed in first..first + number("TANTIEME_WORLD_ROUNDS", 3) {
        for fresh in house::each(seed).await {
            eprintln!("world {seed} on {}", fresh.engine);
            live(fresh, seed, 120).await;
        }
    }
}
