//! The demo's library: what it agrees, who its readers are, what they hear in September, and what became of its money.

use std::collections::BTreeSet;

use app::app_password;
use app::consent;
use app::counting::{Listener, PeriodKeys, Recorder, Seen};
use app::discovery::{self, Train};
use app::institution::{self, Agree, Billing, Note, Under, bill};
use app::member::{self, Browser, Door, invitation, link};
use app::session::Role;
use app::shelf::{self, ItemKind};
use app::sign_in::{self, Add};
use app::streaming::{Report, Unit, What};
use app::{
    Failure, House, allocation, api_key, listener, party, period, play_queue, playlist, policy, selection,
    session, territory,
};
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use money::Amount;
use music::{PartyId, RecordingId};
use serde_json::{Value, json};

use super::people;
use super::shelf::{Piece, recordings};
use super::world::DemoWorld;

/// The library's name.
pub const NAME: &str = "Médiathèque des Rives";
/// How many readers come by the library's own page; two more join by a code.
const READERS: usize = 24;
const PLACES: &str = "code;name\nFR-42;Loire\nFR-69;Rhône\nDE-HH;Hamburg\n";

/// What is kept of the library for the rest of the story.
pub struct Library {
    id: PartyId,
    /// What it owes, by which reference.
    pub owes: (String, Amount),
    members: Vec<Member>,
    /// Who may sign in as a reader.
    pub sign_ins: Vec<Value>,
}

struct Member {
    id: String,
    device: String,
}

/// What became of a month.
#[derive(Debug, Clone, Default)]
pub struct Month {
    /// Members who heard something.
    pub members: u64,
    /// Counted plays.
    pub plays: u64,
    /// Set aside, and why.
    pub set_aside: Vec<Vec<String>>,
    /// Where the pot went.
    pub shared: Vec<Vec<String>>,
    /// The name of the librarians' selection in addresses.
    pub selection: String,
}

/// The library subscribes, and its readers come in.
pub async fn open(house: &House, world: &DemoWorld) -> Result<Library, Failure> {
    territory::import(house, "places.csv", PLACES, "house").await?;
    territory::tag(house, "Ada Nwosu", "FR-42", false, "house").await?;
    policy::set(house, "house-registration", "30326504500011", "house").await?;
    let ask = party::Register {
        name: NAME.to_owned(),
        kind: "organisation".to_owned(),
        territory: Some("FR-42".to_owned()),
        by: "house".to_owned(),
        ..party::Register::default()
    };
    let id = party::register(house, ask).await?.party.id;
    let owes = agree(house).await?;
    let mut members = readers(house, world, &id).await?;
    let mut sign_ins = Vec::new();
    let until = house.now().checked_add(Span::new().hours(24 * 60)).unwrap_or(house.now());
    let (_, code) = invitation::create(house, id.as_str(), "welcome sheet", 50, until, NAME).await?;
    for (name, login) in [("Lea Marchal", "lea"), ("Omar Benali", "omar")] {
        let (member, door) = joins(house, &id, name, login, &code).await?;
        members.push(member);
        sign_ins.push(door);
    }
    sign_ins.push(people::person(house, "institution", NAME, Role::Staff).await?);
    Ok(Library { id, owes, members, sign_ins })
}

async fn agree(house: &House) -> Result<(String, Amount), Failure> {
    let note = Note {
        party: NAME.to_owned(),
        kind: "library".to_owned(),
        street: "3 quai des Mariniers".to_owned(),
        postcode: "42990".to_owned(),
        town: "Roc-Neuf".to_owned(),
        country: "FR".to_owned(),
        at: "45.9,4.1".to_owned(),
        listed: true,
        by: "house".to_owned(),
        ..Note::default()
    };
    institution::note(house, note).await?;
    let billing = Billing {
        name: "Commune de Roc-Neuf".to_owned(),
        siret: "73282932000074".to_owned(),
        address: vec!["2 place du Marché".to_owned()],
        postcode: "42990".to_owned(),
        town: "Roc-Neuf".to_owned(),
        country: "FR".to_owned(),
        service_code: "LECTURE".to_owned(),
        ..Billing::default()
    };
    institution::set_billing(house, NAME, billing, "house").await?;
    let start = Date::constant(2026, 9, 1);
    let ask = Agree {
        holder: NAME.to_owned(),
        members: vec![Under {
            institution: NAME.to_owned(),
            seats: Some(40),
            inhabitants: Some(12_000),
            weight: None,
        }],
        start,
        end: Date::constant(2027, 9, 1),
        price_kind: "flat".to_owned(),
        price: Amount::from_decimal("4800", money::Currency::EUR)?,
        key: "equal".to_owned(),
        rule: "territorial-contribution-by-member".to_owned(),
        subject: "Abonnement annuel à l'écoute".to_owned(),
        lang: "fr".to_owned(),
        closes: "month".to_owned(),
        on_site: true,
        home: true,
        vat: "S".to_owned(),
        vat_class: "standard".to_owned(),
        exemption: String::new(),
        exemption_code: String::new(),
        order: "EJ-2026-77".to_owned(),
        renews_months: Some(12),
        notice_days: 90,
        by: "house".to_owned(),
    };
    let agreed = institution::agree(house, ask).await?;
    let sale = bill::issue(house, agreed.row.id.as_str(), None, "house").await?;
    Ok((sale.row.reference, sale.row.gross))
}

/// Readers come from the library's own page by signed links: nameless, each with a listening player.
async fn readers(house: &House, world: &DemoWorld, id: &PartyId) -> Result<Vec<Member>, Failure> {
    let key = "6d65646961746865717565206465732072697665732021";
    let door = Door::SignedLink { key: key.to_owned() };
    member::set_door(house, id.as_str(), &door, "house").await?;
    let mut all = Vec::new();
    for number in 0..READERS {
        let uid = format!("reader-{number}");
        let time = house.now().as_second().to_string();
        let nonce = format!("{:016x}{:016x}", world.next(), world.next());
        let mut ask = link::Link { uid: &uid, time: &time, nonce: &nonce, dest: "/", sig: "" };
        let sig = link::signature(key, id.as_str(), &ask);
        ask.sig = &sig;
        let entered =
            link::enter(house, id.as_str(), ask, Browser { lang: "fr", ..Browser::default() }).await?;
        let Some(visitor) = session::visitor(house, &entered.token).await? else { continue };
        let row = member::listening(house, &visitor, Some(id.as_str())).await?.member;
        all.push(Member { id: row.id.to_string(), device: format!("web reader {number}") });
        world.wait(7);
    }
    Ok(all)
}

/// Somebody joins by a code, and gets what players ask for.
async fn joins(
    house: &House,
    id: &PartyId,
    name: &str,
    login: &str,
    code: &str,
) -> Result<(Member, Value), Failure> {
    let password = format!("{:016x}", ports::world::bits());
    let ask = Add {
        login: name.to_owned(),
        name: name.to_owned(),
        lang: "fr".to_owned(),
        password: Some(password.clone()),
        by: "demo".to_owned(),
        ..Add::default()
    };
    sign_in::add(house, ask).await?;
    let entered = sign_in::enter_by_password(house, name, &password, "demo", None).await?;
    let gone = || super::fault(&"a session of the demo is gone");
    let visitor = session::visitor(house, &entered.token).await?.ok_or_else(gone)?;
    invitation::join(house, &visitor, code).await?;
    let row = member::listening(house, &visitor, Some(id.as_str())).await?.member;
    let ask = listener::Register {
        member: row.id.to_string(),
        login: login.to_owned(),
        institution: id.to_string(),
        territory: "FR-42".to_owned(),
    };
    listener::register(house, ask).await?;
    let made = app_password::create(house, row.id.as_str(), "telephone").await?;
    let player_key = app_password::create_key(house, row.id.as_str(), "player").await?;
    let scopes = ["read", "listen"].map(str::to_owned);
    let key = api_key::create(house, &visitor, "demo", &scopes, None).await?.1;
    session::end(house, &visitor, entered.session.id.as_str()).await?;
    let door = json!({
        "role": "member", "name": name, "password": password, "api_key": key,
        "subsonic": { "user": login, "password": made.secret, "api_key": player_key.secret },
    });
    Ok((Member { id: row.id.to_string(), device: format!("{} Phone", made.id) }, door))
}

/// September: what the readers heard, through the same recorder as the server's, and what they keep of it.
pub async fn listen(
    house: &House,
    world: &DemoWorld,
    keys: PeriodKeys,
    library: &Library,
) -> Result<(), Failure> {
    let all = recordings(house).await?;
    let recorder = Recorder::new(house.clone(), keys);
    let begin = Date::constant(2026, 9, 2).at(17, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    let begin = begin.map_err(|e| super::fault(&e))?.timestamp();
    for (number, member) in library.members.iter().enumerate() {
        let who = Listener {
            institution: library.id.clone(),
            member: member.id.clone(),
            device: member.device.clone(),
        };
        let mut heard = Vec::new();
        for evening in 0..7 {
            let day = (number * 5 + evening * 4) % 28;
            let minutes = (day * 24 * 60) as i64 + (world.next() % 240) as i64;
            let start = begin.checked_add(Span::new().minutes(minutes)).unwrap_or(begin);
            heard.extend(evening_of(world, &all, number, start));
        }
        let seen = heard.iter().flat_map(|h| h.seen(&who)).collect();
        recorder.record(seen).await?;
        if number >= READERS {
            let plays: Vec<(String, Timestamp)> =
                heard.iter().filter(|h| h.said).map(|h| (h.recording.to_string(), h.at)).collect();
            shelf::played(house, &member.id, &plays).await?;
            keeps(house, &member.id, &all).await?;
        }
    }
    Ok(())
}

/// One piece that was fetched.
struct Heard {
    recording: RecordingId,
    at: Timestamp,
    seconds: u32,
    stream: u64,
    /// Whether the player said that it was heard.
    said: bool,
    /// Whether it said so at once, which nobody believes.
    hasty: bool,
}

impl Heard {
    fn after(&self, seconds: u32) -> Timestamp {
        self.at.checked_add(Span::new().seconds(i64::from(seconds))).unwrap_or(self.at)
    }

    fn seen<'a>(&self, who: &'a Listener) -> Vec<Seen<'a>> {
        let length_ms = self.seconds * 1_000;
        let whole = What::Delivered {
            stream: self.stream,
            from_ms: 0,
            to_ms: length_ms,
            length_ms,
            unit: Unit::Play,
        };
        let seen = |at, what| Seen { at, listener: who, recording: self.recording.clone(), what };
        let mut all = vec![seen(self.at, whole), seen(self.after(1), What::Said(Report::Opened))];
        if self.said {
            let report = What::Said(Report::Listened { at: Some(self.at.as_millisecond()) });
            let at = if self.hasty { self.after(3) } else { self.after(self.seconds - 1) };
            all.push(seen(at, report));
        }
        all
    }
}

/// Some pieces after one another: everybody has a taste, everybody meets the pieces that all know.
fn evening_of(
    world: &DemoWorld,
    all: &[(Piece, RecordingId)],
    reader: usize,
    start: Timestamp,
) -> Vec<Heard> {
    let mut at = start;
    let mut heard = Vec::new();
    let count = 4 + world.next() % 4;
    for _ in 0..count {
        let dice = (world.next() % 100) as usize;
        let place = match dice {
            0..45 => dice % 9 * 3,
            45..80 => (reader % 5) * 6 + dice % 7,
            _ => dice,
        };
        let Some((piece, recording)) = all.get(place % all.len().max(1)) else { continue };
        // Some play a piece again, which counts once; most do not.
        if !world.next().is_multiple_of(8) && heard.iter().any(|h: &Heard| h.recording == *recording) {
            continue;
        }
        let chance = world.next() % 40;
        heard.push(Heard {
            recording: recording.clone(),
            at,
            seconds: piece.seconds,
            stream: world.next() >> 1,
            said: chance != 0,
            hasty: chance == 1,
        });
        at = at.checked_add(Span::new().seconds(i64::from(piece.seconds) + 2)).unwrap_or(at);
    }
    heard
}

/// Stars, a rating, a list, a place to come back to, a queue.
async fn keeps(house: &House, member: &str, all: &[(Piece, RecordingId)]) -> Result<(), Failure> {
    let ids: Vec<String> = all.iter().map(|(_, id)| id.to_string()).collect();
    let some = |from: usize, count: usize| ids.iter().skip(from).take(count).cloned().collect::<Vec<_>>();
    let stars: Vec<_> = some(0, 3).into_iter().map(|id| (ItemKind::Song, id)).collect();
    shelf::star(house, member, &stars, true).await?;
    if let [first, second, ..] = ids.as_slice() {
        shelf::rate(house, member, ItemKind::Song, first, 5).await?;
        play_queue::mark(house, member, second, 12_000, "the bridge").await?;
    }
    if let Some((_, recording)) = all.first() {
        let release = house.store.begin_read().await?.release_of(recording).await?;
        if let Some(release) = release.map(|r| r.to_string()) {
            shelf::rate(house, member, ItemKind::Album, &release, 4).await?;
            shelf::star(house, member, &[(ItemKind::Album, release)], true).await?;
        }
    }
    playlist::create(house, member, "Au bord de l'eau", some(10, 6)).await?;
    let queue = play_queue::QueueRow {
        songs: some(4, 5),
        current: 1,
        position_ms: 9_000,
        changed: house.now(),
        changed_by: "Phone".to_owned(),
    };
    play_queue::save(house, member, &queue).await
}

/// September is counted, approved and shared; what the librarians chose is published; the recommender learns.
pub async fn close(house: &House) -> Result<Month, Failure> {
    let draft = period::draft(house, NAME, "2026-09", Some(40), "Ines").await?;
    let approved = period::approve(house, NAME, "2026-09", None, "Paul").await?;
    let ask =
        allocation::Allocate { pots: approved.pot.into_iter().collect(), rule: None, by: "Ines".to_owned() };
    let run = allocation::draft(house, ask).await?;
    let run = allocation::approve(house, &run.run.id, "Paul").await?;
    let chosen = choose(house).await?;
    learn(house, &chosen).await?;
    let set_aside = draft.totals.set_aside.iter().map(|(why, n)| vec![why.clone(), n.to_string()]).collect();
    let mut month = Month {
        members: draft.totals.members,
        plays: draft.totals.plays,
        set_aside,
        selection: chosen.row.slug.clone(),
        ..Month::default()
    };
    month.shared = shared(house, &run).await?;
    Ok(month)
}

/// Where the pot went: who got how much, and what was kept and for what.
async fn shared(house: &House, run: &allocation::Run) -> Result<Vec<Vec<String>>, Failure> {
    let mut tx = house.store.begin_read().await?;
    let mut sums: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
    for line in &run.lines {
        let name = match &line.party {
            Some(id) => tx.party(id).await?.map_or_else(|| id.to_string(), |p| p.party.name),
            None => line.account.clone(),
        };
        *sums.entry(name).or_default() += line.amount.micros();
    }
    let mut rows: Vec<(i64, String)> = sums.into_iter().map(|(name, micros)| (micros, name)).collect();
    rows.sort_by(|a, b| b.cmp(a));
    let amount = |micros| Amount::from_micros(micros, money::Currency::EUR).to_string();
    Ok(rows.into_iter().map(|(micros, name)| vec![name, amount(micros)]).collect())
}

async fn choose(house: &House) -> Result<selection::Selection, Failure> {
    let words = ["À écouter près de l'eau.", "Une voix du quartier.", "Pour la fin de la journée."];
    let local = recordings(house).await?.into_iter().filter(|(piece, _)| piece.local);
    let items = local.zip(words.iter().cycle()).take(6).map(|((_, id), w)| (id, (*w).to_owned())).collect();
    let ask = selection::Write {
        institution: NAME.to_owned(),
        selection: String::new(),
        title: "Au fil de la Loire".to_owned(),
        words: "Six pièces d'ici, choisies par l'équipe de la médiathèque.".to_owned(),
        lang: "fr".to_owned(),
        items,
        curators: vec!["Nadia Perrot".to_owned(), "Hugo Lantier".to_owned()],
        from: None,
        until: None,
        by: NAME.to_owned(),
    };
    let written = selection::write(house, ask).await?;
    let id = written.row.id.to_string();
    let picture = media::picture::drawn(1_942, 900).map_err(|e| super::fault(&e.words))?;
    selection::set_picture(house, NAME, &id, &picture, "Des vagues dessinées", "la médiathèque", NAME)
        .await?;
    selection::set_status(house, NAME, &id, "published", NAME).await
}

/// Holders who are here let the house recommend what they made, and the recommender learns from what they allow.
async fn learn(house: &House, chosen: &selection::Selection) -> Result<(), Failure> {
    for artist in shelf_artists() {
        let wrote = consent::roles::Declare {
            party: artist.clone(),
            roles: vec!["work".to_owned()],
            subjects: Vec::new(),
            by: artist.clone(),
        };
        let permits = consent::Say {
            speaker: artist.clone(),
            subject: "catalogue".to_owned(),
            word: "permit".to_owned(),
            uses: ["index.search", "train.nongen"].map(str::to_owned).to_vec(),
            by: artist,
            ..Default::default()
        };
        match consent::roles::declare(house, wrote).await.map(drop) {
            Ok(()) => drop(consent::say(house, &[permits]).await?),
            // who is not here yet, or holds nothing by themselves, says nothing
            Err(Failure::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
    }
    let selections = vec![discovery::Selection {
        id: chosen.row.id.to_string(),
        recordings: chosen.items.iter().map(|i| i.recording.clone()).collect(),
    }];
    let consent = discovery::decided_here(house).await?;
    let ask = Train { consent, plays: Vec::new(), selections, threads: 2, by: "house".to_owned() };
    discovery::train_registered(house, ask).await.map(drop)
}

fn shelf_artists() -> BTreeSet<String> {
    super::shelf::pieces().into_iter().map(|p| p.artist).collect()
}
