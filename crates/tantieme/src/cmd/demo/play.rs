//! What happens in the demo, in order.

use std::path::Path;

use app::bank;
use app::invoice::{self, Mandate, Side, Treatment};
use app::party::Register;
use app::payout::Details;
use app::pot::{Contribute, Gift};
use app::set_list::Submit;
use app::{Failure, House, allocation, catalogue, claim, party, payout, policy, pot, set_list, statement};
use formats::bank::account::AccountId;
use formats::bank::camt::{Report, write_camt053, write_camt054};
use formats::bank::{CreditorReference, Direction, Entry, Statement, Transaction};
use formats::set_list::{Line, write, write_db};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use money::{Amount, Currency};
use music::Period;
use music::pot::PayerRole;
use music::usage::Moment;

use super::library::{self, Library, Month};
use super::shelf;
use super::world::{self, CATALOGUE, DJS, DemoWorld, PRODUCERS};
use crate::cmd::statement::as_text;
use crate::input::{cannot_write, parse};
use crate::output;
use crate::wiring::Place;

const IBAN: &str = "FR7630001007941234567890185";

/// What there is to tell afterwards.
pub struct Story {
    /// A performer.
    pub dj: String,
    /// A producer.
    pub producer: String,
    lists: Vec<Vec<String>>,
    where_it_went: Vec<Vec<String>>,
    statement: String,
    payouts: Vec<Vec<String>>,
    explain: String,
    run: String,
    waiting: Vec<Vec<String>>,
    claim: String,
    proof: String,
    /// The demo's library.
    pub library: Library,
    month: Month,
}

/// Plays two months: September is shared and paid; October, with what a library's readers heard in September, is shared
/// and its batch waits for the bank.
pub async fn play(
    house: &House,
    world: &DemoWorld,
    files: &Path,
    keys: app::counting::PeriodKeys,
) -> Result<Story, Failure> {
    settle_in(house, world).await?;
    shelf::register(house).await?;
    shelf::fill(house, files).await?;
    let library = library::open(house, world).await?;
    let matching = catalogue::open_matching(house).await?;
    let mut bank = Bank::default();
    let mut lists = Vec::new();
    for (place, dj) in DJS.iter().enumerate() {
        lists.push(night(house, world, &matching, files, place, dj, &mut bank).await?);
        world.pass(2);
    }
    venue_joins(house, &mut bank).await?;
    bank.credits.push(("A listener without a reference".to_owned(), String::new(), eur("12")?));
    bank.report(house, world, files, "bank-september.xml").await?;
    let run = share(house).await?;
    world.pass(5);
    let claim = somebody_answers(house, world).await?;
    let batch = pay(house, &mut bank, files, world, 1, true).await?;
    world.pass(3);
    let first = DJS[0];
    let mut second = Bank { opening: bank.closing(), period: "10", ..Bank::default() };
    for (place, dj) in DJS.iter().enumerate().filter(|(place, _)| place % 4 != 3) {
        night(house, world, &matching, files, 100 + place, dj, &mut second).await?;
        world.pass(1);
    }
    library::listen(house, world, keys, &library).await?;
    let (reference, amount) = library.owes.clone();
    second.credits.push((library::NAME.to_owned(), reference, amount));
    second.report(house, world, files, "bank-october.xml").await?;
    share(house).await?;
    let month = library::close(house).await?;
    world.pass(2);
    pay(house, &mut second, files, world, 2, false).await?;
    let mut story = tell(house, first[0], lists, batch, run, (library, month)).await?;
    story.claim = claim;
    story.proof = proven(house, first[0]).await?;
    Ok(story)
}

/// A name that was credited before anybody answered is claimed, and its money released.
async fn somebody_answers(house: &House, world: &DemoWorld) -> Result<String, Failure> {
    let invite = claim::Invite {
        party: "Saltmarsh Trio".to_owned(),
        relay: claim::Relay::Label,
        to: "office@fen.example".to_owned(),
        by: "Fen Records".to_owned(),
    };
    let (_, token) = claim::invite(house, invite).await?;
    world.pass(2);
    let ask = claim::Open {
        claimant: "Wren Hale, for Saltmarsh Trio".to_owned(),
        contact: "wren@saltmarsh.example".to_owned(),
        evidence: "https://saltmarsh.example, our release page".to_owned(),
        first_payment: Some(true),
        token: Some(token),
        ..claim::Open::default()
    };
    let opened = claim::open(house, ask).await?;
    claim::accept(house, &opened.id, "Paul").await?;
    let details = Details {
        holder: "Wren Hale".to_owned(),
        iban: "GB33BUKB20201555555555".to_owned(),
        town: "Ely".to_owned(),
        ..Details::default()
    };
    payout::set_details(house, "Saltmarsh Trio", details, "Saltmarsh Trio").await?;
    app::mail::receipts(house).await?;
    app::mail::deliver(
        house,
        &ports::mail::Outbox::new(house.folder.join("outbox"), "Tantième <house@tantieme.example>"),
    )
    .await?;
    Ok("Saltmarsh Trio was credited without having signed up; its label passed the invitation on, Wren Hale claimed the name, the money is released".to_owned())
}

/// The first DJ's proof of participation, which shows neither fee nor list.
async fn proven(house: &House, dj: &str) -> Result<String, Failure> {
    let lists = set_list::list(house).await?;
    let Some((list, _, _)) = lists.iter().rfind(|(_, name, _)| name == dj) else { return Ok(String::new()) };
    let ask =
        app::proof::Issue { set_list: list.id.clone(), at_least: None, show_event: true, by: dj.to_owned() };
    Ok(app::proof::issue(house, ask).await?.note)
}

/// The house's account, the catalogue, the people.
async fn settle_in(house: &House, world: &DemoWorld) -> Result<(), Failure> {
    for (name, value) in [
        ("house-iban", IBAN),
        ("house-bic", "BDFEFRPP"),
        ("house-address", "rue de la Part; 12; 42000; Saint-Etienne; FR"),
        ("house-vat-id", "FR40303265045"),
        ("yearly-cost", "12000"),
    ] {
        policy::set(house, name, value, "house").await?;
    }
    for [name, country, account, street, building, postcode, town] in PRODUCERS {
        let mail = format!("{}@example.org", music::name_key(name).replace(' ', "."));
        register(house, name, "person", country, Some(mail)).await?;
        let (iban, number, bic) = match account.split_once('|') {
            Some((number, bic)) => ("", number, bic),
            None => (*account, "", ""),
        };
        if account.is_empty() {
            continue;
        }
        let text = |t: &str| t.to_owned();
        let details = Details {
            holder: text(name),
            iban: text(iban),
            account: text(number),
            bic: text(bic),
            country: text(country),
            street: text(street),
            building: text(building),
            postcode: text(postcode),
            town: text(town),
            ..Details::default()
        };
        payout::set_details(house, name, details, name).await?;
    }
    for [name, _, country, _] in DJS {
        register(house, name, "person", country, None).await?;
    }
    mandates(house, world).await?;
    register(house, "Club Speicher", "organisation", "DE", None).await?;
    register(house, "Fen Records", "organisation", "GB", None).await?;
    let input = Box::new(std::io::Cursor::new(CATALOGUE.as_bytes()));
    catalogue::import(house, "demo-catalogue.tsv", input, None, "house", &|_| {}).await?;
    Ok(())
}

/// Two producers ask the house to write their invoices: one below the threshold of VAT, one in another country.
async fn mandates(house: &House, world: &DemoWorld) -> Result<(), Failure> {
    let given = app::World::now(world).to_zoned(TimeZone::UTC).date();
    for (name, treatment, vat_id) in
        [("Ada Nwosu", Treatment::NotLiable, ""), ("Mira Feld", Treatment::ReverseCharge, "DE123456789")]
    {
        let Some([_, country, _, street, building, postcode, town]) =
            PRODUCERS.iter().find(|p| p[0] == name).copied()
        else {
            continue;
        };
        let supplier = Side {
            name: name.to_owned(),
            address: invoice::address_lines(street, building, postcode, town, country),
            country: country.to_owned(),
            vat_id: vat_id.to_owned(),
            registration: String::new(),
        };
        let mandate = Mandate { supplier, treatment, rate: String::new() };
        let ask = invoice::Give { party: name.to_owned(), mandate, given, by: name.to_owned() };
        invoice::give_mandate(house, ask).await?;
    }
    Ok(())
}

async fn register(
    house: &House,
    name: &str,
    kind: &str,
    country: &str,
    mail: Option<String>,
) -> Result<(), Failure> {
    // A name that the catalogue credited first is here now.
    let ask = Register {
        name: name.to_owned(),
        kind: kind.to_owned(),
        territory: Some(country.to_owned()),
        mail,
        by: "house".to_owned(),
        ..Register::default()
    };
    party::register(house, ask).await.map(drop)
}

/// One night: a list in the format of that DJ's software, and a promise.
async fn night(
    house: &House,
    world: &DemoWorld,
    matching: &catalogue::Matching,
    files: &Path,
    place: usize,
    dj: &[&str; 4],
    bank: &mut Bank,
) -> Result<Vec<String>, Failure> {
    let [name, city, country, zone] = *dj;
    let now = house.now();
    let day = now.to_zoned(TimeZone::UTC).date();
    let start = day.at(22, 0, 0, 0);
    let rows: Vec<&str> = CATALOGUE.lines().skip(1).collect();
    let mut lines: Vec<Line> = (0..14)
        .map(|n| {
            let row = rows[(world.next() % rows.len() as u64) as usize];
            let at = start.checked_add(jiff::Span::new().minutes(i64::from(n) * 6)).unwrap_or(start);
            world::line(row, n + 1, Some(Moment::Local(at)))
        })
        .collect();
    lines.push(Line {
        artist: Some("ID".to_owned()),
        title: Some("ID".to_owned()),
        ..world::line(rows[0], 15, None)
    });
    let (document, bytes) = written(place, name, start, zone, &lines);
    let file = files.join(&document);
    std::fs::write(&file, &bytes).map_err(|e| cannot_write(&file, &e))?;
    let gift = match place % 3 {
        0 => Gift::Share {
            fee: eur(["1000", "600", "1500", "400"][place / 3 % 4])?,
            share: parse("share", "5 %")?,
        },
        1 => Gift::Amount(eur(["40", "25", "60", "35"][place / 3 % 4])?),
        _ => Gift::Share {
            fee: eur(["800", "350", "900", "500"][place / 3 % 4])?,
            share: parse("share", "10 %")?,
        },
    };
    let ask = Submit {
        document: document.clone(),
        bytes,
        performer: name.to_owned(),
        gift: Some(gift),
        event: format!("{city}, {day}"),
        date: Some(day),
        venue: if place == 0 { "Club Speicher".to_owned() } else { format!("Room {city}") },
        city: city.to_owned(),
        territory: Some(country.to_owned()),
        time_zone: zone.to_owned(),
        visibility: ["track-only", "city-and-date", "everything"][place % 3].to_owned(),
        venue_attests: place == 0,
        ..Submit::default()
    };
    let done = set_list::submit(house, matching, ask).await?;
    let mut pledged = String::new();
    if let Some(payment) = &done.payment {
        let c = &payment.contribution;
        pledged = c.pledged.to_string();
        bank.credits.push((name.to_owned(), c.reference.clone(), c.pledged));
    }
    Ok(vec![
        name.to_owned(),
        document,
        done.list.format.clone(),
        done.count("matched").to_string(),
        done.count("ambiguous").to_string(),
        done.count("unmatched").to_string(),
        pledged,
    ])
}

fn written(place: usize, name: &str, start: DateTime, zone: &str, lines: &[Line]) -> (String, Vec<u8>) {
    let stem = music::name_key(name).replace(' ', "-");
    let instants: Vec<i64> = lines
        .iter()
        .filter_map(|l| match l.started_at? {
            Moment::Local(at) => at.in_tz(zone).ok().map(|z| z.timestamp().as_second()),
            Moment::Instant(at) => Some(at.as_second()),
        })
        .collect();
    let timed: Vec<Line> = lines
        .iter()
        .zip(instants.iter().map(Some).chain(std::iter::repeat(None)))
        .map(|(l, at)| Line {
            started_at: at.and_then(|s| jiff::Timestamp::from_second(*s).ok()).map(Moment::Instant),
            ..l.clone()
        })
        .collect();
    match place % 6 {
        0 => (format!("{stem}-{place}.txt"), write::rekordbox_txt(lines)),
        1 => (
            format!("{stem}-{place}.nml"),
            write::traktor_nml(&format!("HISTORY {}", start.date()), start, lines),
        ),
        2 => (format!("{stem}-{place}.csv"), write::serato_csv(start, lines)),
        3 => (format!("{stem}-{place}.session"), write_db::serato_session(&timed)),
        4 => (format!("{stem}-{place}.m3u"), write::virtualdj_m3u(&instants, lines)),
        _ => (
            format!("{stem}-{place}-pasted.txt"),
            write::plain_text(&format!("{name}, {}", start.date()), lines),
        ),
    }
}

/// The club adds to the first night's pot: several payers, one pot.
async fn venue_joins(house: &House, bank: &mut Bank) -> Result<(), Failure> {
    let pots = pot::list(house).await?;
    let Some(first) = pots.first() else { return Ok(()) };
    let ask = Contribute {
        pot: first.pot.id.clone(),
        payer: "Club Speicher".to_owned(),
        role: PayerRole::Venue,
        gift: Gift::Amount(eur("30")?),
        venue_attests: true,
        by: "Club Speicher".to_owned(),
    };
    let payment = pot::contribute(house, ask).await?;
    // It sends five more than it promised.
    bank.credits.push(("Club Speicher".to_owned(), payment.contribution.reference, eur("35")?));
    Ok(())
}

/// The invented bank: what it will report.
#[derive(Debug, Clone)]
struct Bank {
    opening: Amount,
    credits: Vec<(String, String, Amount)>,
    debits: Vec<(String, Amount)>,
    /// Distinguishes this period's bank references from the next one's.
    period: &'static str,
}

impl Default for Bank {
    fn default() -> Self {
        Bank { opening: Amount::zero(Currency::EUR), credits: Vec::new(), debits: Vec::new(), period: "09" }
    }
}

impl Bank {
    fn closing(&self) -> Amount {
        let plus: i64 = self.credits.iter().map(|c| c.2.micros()).sum();
        let minus: i64 = self.debits.iter().map(|d| d.1.micros()).sum();
        Amount::from_micros(self.opening.micros() + plus - minus, Currency::EUR)
    }

    /// A message of the bank with all credits of the period.
    fn told(&self, house: &House, report: Report, name: &str) -> Statement {
        let day = house.now().to_zoned(TimeZone::UTC).date();
        let now = Moment::Instant(house.now());
        let mut statement = Statement::new(report, &format!("MSG-{name}"), name, now, AccountId::of(IBAN));
        statement.currency = Some(Currency::EUR);
        for (number, (who, reference, amount)) in self.credits.iter().enumerate() {
            let own = format!("C{}{number:05}", self.period);
            statement.entries.push(credit(&own, who, reference, *amount, day));
        }
        statement
    }

    /// Writes a camt.054 of all credits and imports it, twice: the second time nothing moves.
    async fn report(
        &mut self,
        house: &House,
        world: &DemoWorld,
        files: &Path,
        name: &str,
    ) -> Result<(), Failure> {
        world.pass(1);
        let statement = self.told(house, Report::Notification, name);
        let file = files.join(name);
        std::fs::write(&file, write_camt054(&statement)).map_err(|e| cannot_write(&file, &e))?;
        let bytes = std::fs::read(&file).map_err(|e| cannot_write(&file, &e))?;
        bank::import(house, name, &bytes, "house").await?;
        let again = bank::import(house, name, &bytes, "house").await?;
        debug_assert!(again.before, "a message imported twice moves nothing");
        Ok(())
    }

    /// Writes the camt.053 of the period, with the payouts it carried out and the closing balance.
    async fn close(&mut self, house: &House, files: &Path, name: &str) -> Result<(), Failure> {
        let day = house.now().to_zoned(TimeZone::UTC).date();
        let mut statement = self.told(house, Report::Statement, name);
        for (number, (id, amount)) in self.debits.iter().enumerate() {
            let mut transaction = Transaction::new(Direction::Debit, *amount);
            transaction.end_to_end_id = Some(id.clone());
            statement.entries.push(
                Entry::new(Direction::Debit, *amount, day, &format!("D{}{number:05}", self.period))
                    .with(vec![transaction]),
            );
        }
        statement.balance(self.opening, day, day).map_err(Failure::from)?;
        let file = files.join(name);
        std::fs::write(&file, write_camt053(&statement)).map_err(|e| cannot_write(&file, &e))?;
        let bytes = std::fs::read(&file).map_err(|e| cannot_write(&file, &e))?;
        bank::import(house, name, &bytes, "house").await.map(drop)
    }
}

fn credit(bank_reference: &str, who: &str, reference: &str, amount: Amount, day: Date) -> Entry {
    let mut transaction = Transaction::new(Direction::Credit, amount);
    transaction.debtor.name = Some(who.to_owned());
    match reference.parse::<CreditorReference>() {
        Ok(reference) => transaction.creditor_reference = Some(reference),
        Err(_) => transaction.unstructured = vec!["for the music".to_owned()],
    }
    Entry::new(Direction::Credit, amount, day, bank_reference).with(vec![transaction])
}

/// Everything the bank has shown is shared in one run.
async fn share(house: &House) -> Result<String, Failure> {
    let draft = allocation::draft(
        house,
        allocation::Allocate { pots: Vec::new(), rule: None, by: "Ines".to_owned() },
    )
    .await?;
    allocation::approve(house, &draft.run.id, "Paul").await?;
    Ok(draft.run.id.to_string())
}

/// Prepares and approves a batch; the first one goes to the bank and is carried out.
async fn pay(
    house: &House,
    bank: &mut Bank,
    files: &Path,
    world: &DemoWorld,
    number: usize,
    carry_out: bool,
) -> Result<Vec<Vec<String>>, Failure> {
    let batch = payout::prepare(house, Currency::EUR, "Ines").await?;
    payout::approve(house, &batch.batch.id, "Paul").await?;
    let mut rows = Vec::new();
    for (p, name, account) in &batch.payouts {
        rows.push(vec![
            name.clone(),
            account.clone(),
            p.rail.clone(),
            p.net.to_string(),
            p.end_to_end.clone(),
        ]);
    }
    if !carry_out {
        return Ok(rows);
    }
    for rail in ["sepa", "cross-border"] {
        let export = payout::export(house, Some(&batch.batch.id), rail, "Ines").await?;
        let file = files.join(format!("payout-{number}-{rail}.xml"));
        std::fs::write(&file, &export.bytes).map_err(|e| cannot_write(&file, &e))?;
    }
    for (p, _, _) in &batch.payouts {
        bank.debits.push((p.end_to_end.clone(), p.net));
    }
    world.pass(1);
    bank.close(house, files, "statement-september.xml").await?;
    Ok(rows)
}

/// Collects what is worth telling.
async fn tell(
    house: &House,
    dj: &str,
    lists: Vec<Vec<String>>,
    payouts: Vec<Vec<String>>,
    run: String,
    (library, month): (Library, Month),
) -> Result<Story, Failure> {
    let producer = "Ada Nwosu";
    let issued = statement::make(house, producer, Period::parse("2026-10").unwrap_or_default()).await?;
    let text = issued.first().map(|i| as_text(&i.statement)).unwrap_or_default();
    for payee in ["Ada Nwosu", "Mira Feld"] {
        let september = Period::parse("2026-09").unwrap_or_default();
        invoice::issue(house, payee, september, "house").await?;
    }
    let mut tx = house.store.begin_read().await?;
    let mut where_it_went = Vec::new();
    for (account, balance) in tx.balances("").await? {
        if balance.posted.is_zero() && balance.pending_debits.is_zero() {
            continue;
        }
        let name = match account.detail().parse() {
            Ok(id) => tx
                .party(&id)
                .await?
                .map_or_else(|| account.to_string(), |p| format!("{}: {}", account.kind(), p.party.name)),
            Err(_) => account.to_string(),
        };
        let held = if account.class() == ledger::AccountClass::Asset {
            balance.posted
        } else {
            balance.posted.negated()?
        };
        let reserved = if balance.pending_debits.is_zero() {
            String::new()
        } else {
            format!("{} on its way", balance.pending_debits)
        };
        where_it_went.push(vec![name, held.to_string(), reserved]);
    }
    let mut waiting = Vec::new();
    for item in tx.open_suspense("").await? {
        let due = item.due.map(|t| t.to_zoned(TimeZone::UTC).date().to_string()).unwrap_or_default();
        waiting.push((item.reason.clone(), due, item.destination.clone(), item.amount));
    }
    let explain = payouts.first().and_then(|row| row.last().cloned()).unwrap_or_default();
    Ok(Story {
        dj: dj.to_owned(),
        producer: producer.to_owned(),
        lists,
        where_it_went,
        statement: text,
        payouts,
        explain,
        run,
        waiting: sum_waiting(waiting),
        claim: String::new(),
        proof: String::new(),
        library,
        month,
    })
}

fn sum_waiting(items: Vec<(String, String, String, Amount)>) -> Vec<Vec<String>> {
    let mut sums: std::collections::BTreeMap<(String, String, String), (usize, i64)> =
        std::collections::BTreeMap::new();
    for (reason, due, to, amount) in items {
        let slot = sums.entry((reason, due, to)).or_default();
        slot.0 += 1;
        slot.1 += amount.micros();
    }
    let row = |((reason, due, to), (count, micros)): ((String, String, String), (usize, i64))| {
        vec![reason, count.to_string(), Amount::from_micros(micros, Currency::EUR).to_string(), due, to]
    };
    sums.into_iter().map(row).collect()
}

impl Story {
    /// Prints it for a person.
    pub fn print(&self, place: &Place) {
        println!("Twelve DJs report what they played and set something aside\n");
        output::table(
            &["DJ", "file", "format", ">matched", ">to settle", ">unknown", ">promised"],
            self.lists.clone(),
        );
        println!("\nThe bank shows the money; one run shares it; the first batch is paid\n");
        output::table(&["payee", "account", "rail", ">arrives", "end-to-end id"], self.payouts.clone());
        println!("\n{}.", self.claim);
        println!(
            "\n{}: {} of its readers heard {} pieces in September; of the subscription's part for that month\n",
            library::NAME,
            self.month.members,
            self.month.plays
        );
        output::table(&["to", ">amount"], self.month.shared.clone());
        println!("\nIts librarians publish a selection: /selection/{}", self.month.selection);
        println!("\nSet aside, and why\n");
        output::table(&["reason", ">sessions"], self.month.set_aside.clone());
        println!(
            "\nA producer reads why, set lists and listening on one page\n\n{}",
            indent(&self.statement)
        );
        println!("The club asks for a proof, and sees neither fee nor list\n\n{}", indent(&self.proof));
        println!("What waits, why, until when, and where it goes then\n");
        output::table(&["reason", ">items", ">amount", "until", "then"], self.waiting.clone());
        println!("\nWhere each euro is now\n");
        output::table(&["account", ">holds", ""], self.where_it_went.clone());
        let data = if place.data == Path::new("tantieme-data") {
            String::new()
        } else {
            format!(" --data {}", place.data.display())
        };
        println!("\nGo on from here:");
        println!(
            "  tantieme{data} explain {}          a payout back to the lines of the files",
            self.explain
        );
        println!("  tantieme{data} run show {}", self.run);
        println!("  tantieme{data} statement \"{}\" --period 2026-10", self.producer);
        println!("  tantieme{data} period list");
        println!("  tantieme{data} invoice show \"{}\" 1 --pdf --out invoice.pdf", self.producer);
        println!("  tantieme{data} payout export --out sepa.xml      the second batch is approved and waits");
        println!("  tantieme{data} doctor");
    }
}

fn indent(text: &str) -> String {
    text.lines().map(|l| format!("    {l}\n")).collect()
}

fn eur(text: &str) -> Result<Amount, Failure> {
    Ok(Amount::from_decimal(text, Currency::EUR)?)
}
