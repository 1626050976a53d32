//! A small story to begin from: a house with its account, a few people, a short catalogue.

use app::pot::Gift;
use app::set_list::{Submit, Submitted};
use app::{Failure, House, allocation, bank, catalogue, party, payout, policy, set_list};
use money::{Amount, Currency};
use music::RunId;
use testkit::bank::Bank;
use testkit::house::{self, Fresh, HOUSE_IBAN};

pub const CATALOGUE: &str = "id\tartist\ttitle\tshares
S01\tMira Feld\tLow Tide\tMira Feld 100 %
S02\tOrrin Vale\tBackroom Ledger\tOrrin Vale 50 %; Mira Feld 50 %
S03\tPalo Verdin\tDesert Clock\tPalo Verdin 60 %
S04\tSaltmarsh Trio\tReed Song\t
";

pub struct Story {
    pub fresh: Fresh,
    pub matching: catalogue::Matching,
    pub bank: Bank,
}

pub fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

/// The code of a refusal; `done` where there was none.
pub fn code<T>(result: Result<T, Failure>) -> &'static str {
    match result {
        Err(Failure::Refused(refusal)) => {
            assert!(!refusal.message.ends_with('.') && !refusal.message.is_empty(), "{refusal}");
            refusal.code
        }
        Err(Failure::Fault(fault)) => panic!("{fault}"),
        Ok(_) => "done",
    }
}

/// The story on each engine that is there.
pub async fn each() -> Vec<Story> {
    let mut all = Vec::new();
    for fresh in house::each(7).await {
        all.push(begin(fresh).await);
    }
    all
}

/// The story in one house.
pub async fn begin(fresh: Fresh) -> Story {
    let h = &fresh.house;
    for (name, value) in [
        ("house-iban", HOUSE_IBAN),
        ("house-bic", "BYLADEM1001"),
        ("house-address", "Am Hafen; 1; 20457; Hamburg; DE"),
    ] {
        policy::set(h, name, value, "ines").await.unwrap();
    }
    for name in ["DJ Lantern", "Sable Quist", "Club Kessel", "Mira Feld", "Orrin Vale"] {
        let ask = party::Register {
            name: name.to_owned(),
            mail: Some(format!("{}@example.org", name.len())),
            by: "ines".to_owned(),
            ..Default::default()
        };
        party::register(h, ask).await.unwrap();
    }
    let table = Box::new(std::io::Cursor::new(CATALOGUE.as_bytes()));
    catalogue::import(h, "story.tsv", table, None, "ines", &|_| {}).await.unwrap();
    let matching = catalogue::open_matching(h).await.unwrap();
    Story { fresh, matching, bank: Bank::new(amount("EUR 0")) }
}

impl Story {
    pub fn house(&self) -> &House {
        &self.fresh.house
    }

    /// A night of a DJ: the lines, and what is set aside.
    pub fn night(&self, dj: &str, lines: &str, gift: Gift) -> Submit {
        Submit {
            document: "night.txt".to_owned(),
            bytes: lines.as_bytes().to_vec(),
            performer: dj.to_owned(),
            gift: Some(gift),
            date: Some(self.fresh.world.today()),
            ..Submit::default()
        }
    }

    pub async fn submit(&self, ask: Submit) -> Result<Submitted, Failure> {
        set_list::submit(self.house(), &self.matching, ask).await
    }

    /// The bank shows money for a reference.
    pub async fn receive(&mut self, reference: &str, amount: Amount) {
        self.bank.credit(self.fresh.world.today(), "A payer", reference, amount);
        self.hear().await;
    }

    pub async fn hear(&mut self) -> bank::Imported {
        let bytes = self.bank.notification(self.fresh.house.now()).unwrap();
        bank::import(self.house(), "camt054.xml", &bytes, "ines").await.unwrap()
    }

    /// A night that is given, received and shared in one go.
    pub async fn shared(&mut self, dj: &str, lines: &str, gift: Amount) -> RunId {
        let done = self.submit(self.night(dj, lines, Gift::Amount(gift))).await.unwrap();
        self.receive(&done.payment.unwrap().contribution.reference, gift).await;
        self.share().await
    }

    pub async fn share(&self) -> RunId {
        let draft = allocation::draft(
            self.house(),
            allocation::Allocate { pots: vec![], rule: None, by: "ines".into() },
        )
        .await
        .unwrap();
        allocation::approve(self.house(), &draft.run.id, "paul").await.unwrap();
        draft.run.id
    }

    /// How much an account holds, as owed.
    pub async fn holds(&self, account: &str, currency: Currency) -> Amount {
        let mut tx = self.house().store.begin_read().await.unwrap();
        tx.balance(&account.parse().unwrap(), currency).await.unwrap().posted.negated().unwrap()
    }

    pub async fn entries(&self) -> usize {
        let mut tx = self.house().store.begin_read().await.unwrap();
        tx.entries(1, 100_000).await.unwrap().len()
    }

    pub async fn id(&self, name: &str) -> String {
        party::one(self.house(), name).await.unwrap().party.id.to_string()
    }

    pub async fn details(&self, name: &str, iban: &str) -> Result<store::DetailsRow, Failure> {
        let details =
            payout::Details { holder: name.to_owned(), iban: iban.to_owned(), ..Default::default() };
        payout::set_details(self.house(), name, details, name).await
    }
}
