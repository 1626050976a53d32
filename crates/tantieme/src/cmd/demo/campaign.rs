//! A brand's campaign in the demo: from the brief to two artists who are paid, one of them still at work.

use app::brief::{self, HOUSE, answer, deal, field, terms, work};
use app::party::Register;
use app::{Failure, House, party, pot};
use jiff::tz::TimeZone;
use jiff::{Span, civil::Date};

use super::world::DemoWorld;
use crate::input::refuse;
use crate::output;

/// The brand.
pub const BRAND: &str = "Mutuelle des Rives";

/// Artists with what they never want: name, terms.
const TERMS: &[(&str, &str)] = &[
    (
        "Ada Nwosu",
        "never_sectors = [\"alcohol\", \"gambling\"]\nminimum = { any = \"EUR 400\" }\ntags = [\"electronic\"]\n",
    ),
    (
        "Teodor Lask",
        "never_uses = [\"television\"]\ntags = [\"jazz\"]\nscene = [[\"Tidal Room\", \"100 %\"]]\n",
    ),
    ("Lune Carmin", "minimum = { any = \"EUR 2500\" }\ntags = [\"electronic\"]\n"),
    ("Mira Feld", "never_sectors = [\"insurance\"]\n"),
];

/// What came of it: for each contract its artist, what was agreed, held and paid, and how it stands.
pub struct Campaign {
    rows: Vec<Vec<String>>,
}

impl Campaign {
    /// Prints it.
    pub fn print(&self) {
        println!("\nA brand pays artists: {BRAND}");
        output::table(&["artist", ">agreed", ">held", ">paid", "state"], self.rows.clone());
    }
}

/// Plays it.
pub async fn play(house: &House, world: &DemoWorld) -> Result<Campaign, Failure> {
    for name in [BRAND, "Tidal Room"] {
        if party::one(house, name).await.is_err() {
            let kind = "organisation".to_owned();
            let ask = Register {
                name: name.to_owned(),
                kind,
                territory: Some("FR".to_owned()),
                mail: Some("presse@rives.example".to_owned()),
                by: "demo".to_owned(),
                ..Register::default()
            };
            party::register(house, ask).await?;
        }
    }
    let contact = |postal: &str, mail: &str| terms::Contact {
        contact: postal.to_owned(),
        country: "FR".to_owned(),
        mail: mail.to_owned(),
        ..terms::Contact::default()
    };
    let brand = contact("1 rue Haute, 42000 Saint-Etienne", "presse@rives.example");
    terms::set_contact(house, BRAND, brand, BRAND).await?;
    for (name, text) in TERMS {
        terms::set(house, name, text, name).await?;
        let own = contact("by its label, Tidal Room, 69001 Lyon", "artists@tidal.example");
        terms::set_contact(house, name, own, name).await?;
    }
    let text = document(world);
    let ask = brief::Write { brand: BRAND.to_owned(), text, by: BRAND.to_owned(), ..brief::Write::default() };
    let id = brief::write(house, ask).await?.row.id.to_string();
    brief::publish(house, &id, BRAND).await?;
    world.pass(2);
    for (artist, words) in [
        ("Ada Nwosu", "the forge by night, with what it sounds like"),
        ("Teodor Lask", "brass on the quay, at six in the morning"),
    ] {
        answer::answer(house, &id, artist, true, words).await?;
    }
    let mut rows = Vec::new();
    for artist in ["Ada Nwosu", "Teodor Lask"] {
        let deal = deal::choose(house, &id, artist, "single", deal::Terms::default(), BRAND)
            .await?
            .row
            .id
            .to_string();
        deal::sign(house, &deal, None, artist).await?;
        let signed = deal::sign(house, &deal, None, BRAND).await?;
        let payment =
            signed.payment.ok_or_else(|| refuse("demo", "a signed contract asks for no budget", ""))?;
        let evidence = format!("transfer of {BRAND} for {deal}");
        let receive = pot::Receive {
            reference: payment.contribution.reference,
            amount: None,
            evidence,
            by: "Ines".to_owned(),
        };
        pot::receive(house, receive).await?;
        deliver(house, &deal, 1, artist).await?;
        work::accept(house, &deal, 1, BRAND).await?;
        if artist == "Ada Nwosu" {
            world.pass(3);
            deliver(house, &deal, 2, artist).await?;
            work::send_back(house, &deal, 2, "the last minute is cut off", BRAND).await?;
            deliver(house, &deal, 2, artist).await?;
            // The brand says nothing more: silence accepts.
            world.pass(6);
            brief::due(house, HOUSE).await?;
            work::measure(house, &deal, "views", 18_240, "the platform's own report", artist).await?;
        }
        let shown = deal::one(house, &deal, HOUSE).await?;
        rows.push(vec![
            artist.to_owned(),
            shown.row.fee.to_string(),
            shown.held.to_string(),
            shown.paid.to_string(),
            shown.row.state.clone(),
        ]);
    }
    field::field(house).await?;
    Ok(Campaign { rows })
}

async fn deliver(house: &House, deal: &str, milestone: i64, by: &str) -> Result<(), Failure> {
    let ask = work::Submit {
        deal: deal.to_owned(),
        milestone,
        evidence: format!("https://video.example/{}/{milestone}", deal.to_lowercase()),
        labels: vec!["Publicité".to_owned()],
        by: by.to_owned(),
    };
    work::submit(house, ask).await.map(drop)
}

fn document(world: &DemoWorld) -> String {
    let today = app::World::now(world).to_zoned(TimeZone::UTC).date();
    let day = |n: i64| -> Date { today.saturating_add(Span::new().days(n)) };
    format!(
        "title = \"La rive, la nuit\"\nkind = \"social-content\"\nwanted = \"Deux films courts d'une répétition, là où la ville travaille la nuit\"\n\
         sector = \"insurance\"\nbudget = \"EUR 4000\"\nartists = 2\nterritories = [\"FR\"]\nstarts = \"{}\"\nends = \"{}\"\n\
         uses = [\"own-channels\", \"brand-channels\"]\nmonths = 12\naudience = [\"FR-42\"]\ntags = [\"electronic\", \"jazz\"]\nindicators = [\"views\"]\n\
         values = \"une mutuelle de salariés, sans actionnaires\"\nlang = \"fr\"\nmilestones = [\n\
         {{ title = \"Premier film\", pays = \"EUR 600\", due = \"{}\" }},\n{{ title = \"Second film\", pays = \"EUR 900\", due = \"{}\" }},\n]\n",
        day(10),
        day(60),
        day(20),
        day(40)
    )
}
