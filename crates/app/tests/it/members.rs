//! Members of institutions: invitations, cards, links, back channels, on-site networks; who is known as what.

use std::sync::Mutex;

use app::institution::{self, Agree, Note, Under};
use app::member::link::{self, Link};
use app::member::{self, Browser, Door, card, cas, invitation, network};
use app::session::{self, Visitor};
use app::sign_in::{self, Add, Entered};
use app::{Failure, House, app_password, play_queue, playlist, shelf};
use jiff::SignedDuration;
use music::{Party, PartyKind};
use ports::http::{Answer, Ask, Asking, Fetch};
use store::MemberRow;
use testkit::house::{self, Fresh};

const TOWN: &str = "pty-TOWNLIBRARY1";
const KEY: &str = "9f2c4d7a1b3e5f60718293a4b5c6d7e8";

fn code<T>(done: Result<T, Failure>) -> &'static str {
    match done {
        Ok(_) => "",
        Err(Failure::Refused(refusal)) => refusal.code,
        Err(Failure::Fault(fault)) => panic!("{fault}"),
    }
}

/// An outside that answers what it was told to, and remembers what it was asked.
#[derive(Default)]
struct Told {
    says: Mutex<(u16, String)>,
    asked: Mutex<Vec<String>>,
}

impl Told {
    fn say(&self, status: u16, body: &str) {
        *self.says.lock().unwrap() = (status, body.to_owned());
    }
}

impl Fetch for Told {
    fn ask(&self, ask: Ask) -> Asking<'_> {
        self.asked.lock().unwrap().push(ask.url.to_string());
        let (status, body) = self.says.lock().unwrap().clone();
        Box::pin(async move { Ok(Answer { status, body: body.into_bytes() }) })
    }
}

/// A town's library, whose id is the one that doors are told.
async fn library(house: &House) {
    let party = Party {
        id: TOWN.parse().unwrap(),
        name: "Médiathèque du Port".to_owned(),
        aliases: Vec::new(),
        kind: PartyKind::Organisation,
        territory: Some("FR".parse().unwrap()),
        isni: None,
        ipi: None,
        mbid: None,
    };
    let mut tx = house.store.begin().await.unwrap();
    tx.insert_party(&party, store::Standing::Here, house.now()).await.unwrap();
    tx.commit().await.unwrap();
    let note = Note {
        party: TOWN.to_owned(),
        kind: "library".to_owned(),
        town: "Roc-Neuf".to_owned(),
        country: "FR".to_owned(),
        by: "ada".to_owned(),
        ..Note::default()
    };
    institution::note(house, note).await.unwrap();
}

/// The same under a contract for a year, from the first of the month on.
async fn subscribed(house: &House, on_site: bool, seats: Option<u64>) {
    library(house).await;
    let start = house.now().to_zoned(jiff::tz::TimeZone::UTC).date().first_of_month();
    let agree = Agree {
        holder: TOWN.to_owned(),
        members: vec![Under { institution: TOWN.to_owned(), seats, ..Under::default() }],
        start,
        end: start.checked_add(jiff::Span::new().years(1)).unwrap(),
        price_kind: "flat".to_owned(),
        price: "EUR 1200".parse().unwrap(),
        key: "equal".to_owned(),
        rule: "territorial-contribution-by-member".to_owned(),
        subject: "Abonnement".to_owned(),
        lang: "fr".to_owned(),
        closes: "month".to_owned(),
        on_site,
        home: true,
        vat: "S".to_owned(),
        vat_class: "standard".to_owned(),
        exemption: String::new(),
        exemption_code: String::new(),
        order: String::new(),
        renews_months: None,
        notice_days: 90,
        by: "ada".to_owned(),
    };
    institution::agree(house, agree).await.unwrap();
}

async fn visitor(house: &House, entered: &Entered) -> Visitor {
    session::visitor(house, &entered.token).await.unwrap().unwrap()
}

async fn only_member(house: &House, entered: &Entered) -> MemberRow {
    let visitor = visitor(house, entered).await;
    let all = member::of(house, &visitor).await.unwrap();
    assert_eq!(all.len(), 1);
    all.into_iter().next().unwrap()
}

async fn by_mail(fresh: &Fresh, mail: &str) -> Visitor {
    let house = &fresh.house;
    let ask = Add {
        mail: mail.to_owned(),
        password: Some("four quiet tides".to_owned()),
        by: "ada".to_owned(),
        ..Add::default()
    };
    sign_in::add(house, ask).await.unwrap();
    let entered = sign_in::enter_by_password(house, mail, "four quiet tides", "", None).await.unwrap();
    visitor(house, &entered).await
}

#[tokio::test]
async fn an_invitation_lets_in_so_many_until_a_day() {
    for fresh in house::each(31).await {
        let house = &fresh.house;
        subscribed(house, false, None).await;
        let until = house.now() + SignedDuration::from_hours(48);
        for (uses, until, want) in [
            (0, until, "invitation-uses"),
            (200_000, until, "invitation-uses"),
            (2, house.now(), "invitation-until"),
        ] {
            assert_eq!(code(invitation::create(house, TOWN, "", uses, until, "staff").await), want);
        }
        let (row, text) = invitation::create(house, TOWN, "Leaflet", 2, until, "staff").await.unwrap();
        let mira = by_mail(&fresh, "mira@example.org").await;
        assert_eq!(code(member::listening(house, &mira, None).await), "member-none");
        assert_eq!(code(invitation::join(house, &mira, "0000-0000-0000").await), "invitation-unknown");
        invitation::join(house, &mira, &text.to_lowercase().replace('-', " ")).await.unwrap();
        assert_eq!(member::listening(house, &mira, None).await.unwrap().member.institution, TOWN);
        assert_eq!(code(invitation::join(house, &mira, &text).await), "member-here");
        let nils = by_mail(&fresh, "nils@example.org").await;
        invitation::join(house, &nils, &text).await.unwrap();
        let ona = by_mail(&fresh, "ona@example.org").await;
        assert_eq!(
            code(invitation::join(house, &ona, &text).await),
            "invitation-used-up",
            "{}",
            fresh.engine
        );
        let all = invitation::list(house, TOWN).await.unwrap();
        assert_eq!((all[0].uses, all[0].note.as_str()), (2, "Leaflet"));
        assert_eq!(code(invitation::end(house, "pty-OTHER", &row.id, "x").await), "invitation-unknown");
        invitation::end(house, TOWN, &row.id, "staff").await.unwrap();
        assert_eq!(code(invitation::join(house, &ona, &text).await), "invitation-over");
        // Two members of one institution have nothing in common, and nothing says who they are.
        let mut tx = house.store.begin_read().await.unwrap();
        for row in tx.rows("select id, institution, sign_in from member", Vec::new()).await.unwrap() {
            assert!(!row.text(0).unwrap().contains("mira") && row.text(1).unwrap() == TOWN);
        }
    }
}

#[tokio::test]
async fn cards_open_until_their_day_and_their_holder_is_the_same_member_again() {
    for fresh in house::each(32).await {
        let house = &fresh.house;
        subscribed(house, false, None).await;
        let list =
            "Nom;Carte;Code;Fin\nFeld;00 42;1234;2026-12-31\nAster;00 43;1234;2026-09-30\nVeld;00 44;;\n";
        let done = card::hand_in(house, TOWN, list.as_bytes(), true, "staff").await.unwrap();
        assert_eq!((done.cards, done.over, done.problems.len()), (2, 0, 1));
        assert_eq!(code(card::hand_in(house, TOWN, b"a;b\n1;2\n", true, "staff").await), "cards-none");
        let b = Browser::default();
        for (number, pin) in [("0042", "9999"), ("0099", "1234"), ("0044", ""), ("", "")] {
            assert_eq!(code(card::enter(house, TOWN, number, pin, b).await), "card-wrong", "{number}");
        }
        assert_eq!(code(card::enter(house, "pty-OTHER", "0042", "1234", b).await), "card-wrong");
        let first = only_member(house, &card::enter(house, TOWN, "0042", "1234", b).await.unwrap()).await;
        let again = only_member(house, &card::enter(house, TOWN, "00 42", "1234", b).await.unwrap()).await;
        assert_eq!(first.id, again.id);
        let other = card::enter(house, TOWN, "0043", "1234", b).await.unwrap();
        assert_ne!(only_member(house, &other).await.id, first.id);
        for _ in 0..5 {
            assert_eq!(code(card::enter(house, TOWN, "0042", "0000", b).await), "card-wrong");
        }
        assert_eq!(code(card::enter(house, TOWN, "0042", "1234", b).await), "sign-in-often");
        // The seat of the second card is over: at the door, and for whoever is still signed in.
        let still = visitor(house, &other).await;
        member::listening(house, &still, Some(TOWN)).await.unwrap();
        fresh.world.pass_days(12);
        assert_eq!(code(member::listening(house, &still, Some(TOWN)).await), "seat-over", "{}", fresh.engine);
        assert_eq!(code(card::enter(house, TOWN, "0043", "1234", b).await), "seat-over");
        card::enter(house, TOWN, "0042", "1234", b).await.unwrap();
        // A whole list that leaves a card out ends it; the next one brings it back, and its member with it.
        let less = card::hand_in(house, TOWN, b"card,pin\n0043,1234\n", true, "staff").await.unwrap();
        assert_eq!(less.over, 1);
        assert_eq!(code(card::enter(house, TOWN, "0042", "1234", b).await), "seat-over");
        card::hand_in(house, TOWN, b"card,pin\n0042,77\n", false, "staff").await.unwrap();
        let back = only_member(house, &card::enter(house, TOWN, "0042", "77", b).await.unwrap()).await;
        assert_eq!(back.id, first.id);
        // Neither number nor PIN nor name lies in the database.
        let mut tx = house.store.begin_read().await.unwrap();
        for row in tx.rows("select mark, pin_mark from card", Vec::new()).await.unwrap() {
            assert!(row.text(0).unwrap().len() == 64 && row.text(1).unwrap().len() == 64);
        }
    }
}

#[tokio::test]
async fn a_signed_link_works_once_and_soon() {
    for fresh in house::each(33).await {
        let house = &fresh.house;
        let b = Browser::default();
        let time = house.now().as_second().to_string();
        let mut good = Link { uid: "4711", time: &time, nonce: "0123456789abcdef", dest: "/music", sig: "" };
        let sig = link::signature(KEY, TOWN, &good);
        good.sig = &sig;
        assert_eq!(code(link::enter(house, TOWN, good, b).await), "door-none");
        let short = Door::SignedLink { key: "short".to_owned() };
        assert_eq!(code(member::set_door(house, TOWN, &short, "staff").await), "door-config");
        member::set_door(house, TOWN, &Door::SignedLink { key: KEY.to_owned() }, "staff").await.unwrap();
        for odd in [
            Link { uid: "4712", ..good },
            Link { dest: "/other", ..good },
            Link { nonce: "0123456789abcdeg", ..good },
            Link { sig: "", ..good },
            Link { sig: &sig[..62], ..good },
        ] {
            assert_eq!(code(link::enter(house, TOWN, odd, b).await), "door-signature", "{odd:?}");
        }
        let entered = link::enter(house, TOWN, good, b).await.unwrap();
        assert_eq!(entered.next, "/music");
        let first = only_member(house, &entered).await;
        assert_eq!(code(link::enter(house, TOWN, good, b).await), "door-replayed", "{}", fresh.engine);
        let mut next = Link { nonce: "another-nonce-of-16", sig: "", ..good };
        let sig = link::signature(KEY, TOWN, &next);
        next.sig = &sig;
        fresh.world.pass_seconds(4 * 60);
        assert_eq!(only_member(house, &link::enter(house, TOWN, next, b).await.unwrap()).await.id, first.id);
        fresh.world.pass_seconds(60);
        assert_eq!(code(link::enter(house, TOWN, next, b).await), "door-late", "late before replayed");
        // The key does not lie open in the database.
        let mut tx = house.store.begin_read().await.unwrap();
        let rows = tx.rows("select sealed from door", Vec::new()).await.unwrap();
        assert!(!String::from_utf8_lossy(&rows[0].blob(0).unwrap()).contains(KEY));
    }
}

#[tokio::test]
async fn the_old_link_is_taken_only_with_the_library_s_word() {
    for fresh in house::each(34).await {
        let house = &fresh.house;
        let (told, b) = (Told::default(), Browser::default());
        // md5("42" + key + "biblio7"), as the library's system makes it.
        let (uid, station) = ("42", "biblio7");
        let token = {
            use std::fmt::Write as _;
            let mut text = String::new();
            for byte in md5_of(&format!("{uid}{KEY}{station}")) {
                write!(text, "{byte:02x}").unwrap();
            }
            text
        };
        assert_eq!(code(link::enter_by_pmb(house, &told, station, uid, &token, b).await), "door-none");
        let door = |back_channel: &str| Door::Pmb {
            key: KEY.to_owned(),
            station: station.to_owned(),
            back_channel: back_channel.to_owned(),
        };
        assert_eq!(
            code(member::set_door(house, TOWN, &door("http://opac.example/x"), "staff").await),
            "door-config"
        );
        let address = "https://opac.example/ws/connector_out.php?source_id=3";
        member::set_door(house, TOWN, &door(address), "staff").await.unwrap();
        for (uid, token) in [("43", token.as_str()), ("42x", &token), (uid, "00"), (uid, "")] {
            assert_eq!(
                code(link::enter_by_pmb(house, &told, station, uid, token, b).await),
                "door-signature"
            );
        }
        assert!(told.asked.lock().unwrap().is_empty(), "nothing is asked for a wrong token");
        for (status, body, want) in [
            (500, "", "door-away"),
            (200, "<html>", "door-away"),
            (200, r#"{"state":"KO","msg":"expired"}"#, "seat-over"),
        ] {
            told.say(status, body);
            assert_eq!(code(link::enter_by_pmb(house, &told, station, uid, &token, b).await), want);
        }
        told.say(200, r#"{"state":"OK","msg":"","userinfos":{"lastname":"Feld","firstname":"Mira","mail":"mira@example.org"}}"#);
        let first = link::enter_by_pmb(house, &told, station, uid, &token, b).await.unwrap();
        let member = only_member(house, &first).await;
        let asked = told.asked.lock().unwrap().last().unwrap().clone();
        assert_eq!(asked, format!("{address}&uid=42&token={token}"));
        let again = link::enter_by_pmb(house, &told, station, uid, &token, b).await.unwrap();
        assert_eq!(only_member(house, &again).await.id, member.id, "{}", fresh.engine);
        // Names and mail that came along are nowhere.
        let all =
            member::export(house, &visitor(house, &again).await, None, &|_| None).await.unwrap().to_string();
        assert!(
            !all.contains("Feld") && !all.contains("mira") && all.contains("\"known_by\":[\"pmb\"]"),
            "{all}"
        );
        assert!(!all.contains(member.id.as_str()), "the stable id is told to nobody");
    }
}

fn md5_of(text: &str) -> [u8; 16] {
    use md5::Digest;
    md5::Md5::digest(text.as_bytes()).into()
}

#[tokio::test]
async fn a_cas_server_says_whose_a_ticket_is() {
    for fresh in house::each(35).await {
        let house = &fresh.house;
        let (told, b) = (Told::default(), Browser::default());
        let back = "https://house.example/enter/cas/back";
        assert_eq!(code(cas::depart(house, TOWN, back, "").await), "door-none");
        let door = Door::Cas { server: "https://cas.example/cas/login".to_owned() };
        member::set_door(house, TOWN, &door, "staff").await.unwrap();
        let go = cas::depart(house, TOWN, back, "/figures").await.unwrap();
        let state = go.to.split("way%3D").nth(1).unwrap().to_owned();
        assert!(
            go.to.starts_with("https://cas.example/cas/login?service=https%3A%2F%2Fhouse.example"),
            "{}",
            go.to
        );
        // The way is used up by whoever comes, so another browser ends it.
        assert_eq!(code(cas::come_back(house, &told, &state, "ST-1", "other", b).await), "door-replayed");
        let go = cas::depart(house, TOWN, back, "/figures").await.unwrap();
        let state = go.to.split("way%3D").nth(1).unwrap().to_owned();
        let answer = |inside: &str| {
            format!(
                "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>{inside}</cas:serviceResponse>"
            )
        };
        told.say(
            200,
            &answer("<cas:authenticationSuccess><cas:user>reader-7</cas:user></cas:authenticationSuccess>"),
        );
        let entered = cas::come_back(house, &told, &state, "ST-2", &go.ticket, b).await.unwrap();
        assert_eq!(entered.next, "/figures");
        let asked = told.asked.lock().unwrap().last().unwrap().clone();
        assert!(
            asked.starts_with("https://cas.example/cas/p3/serviceValidate?service=")
                && asked.ends_with("&ticket=ST-2")
        );
        assert_eq!(code(cas::come_back(house, &told, &state, "ST-2", &go.ticket, b).await), "door-replayed");
        let go = cas::depart(house, TOWN, back, "").await.unwrap();
        let state = go.to.split("way%3D").nth(1).unwrap().to_owned();
        told.say(
            200,
            &answer("<cas:authenticationFailure code='INVALID_TICKET'>no</cas:authenticationFailure>"),
        );
        assert_eq!(code(cas::come_back(house, &told, &state, "ST-3", &go.ticket, b).await), "door-refused");
        let go = cas::depart(house, TOWN, back, "").await.unwrap();
        let state = go.to.split("way%3D").nth(1).unwrap().to_owned();
        fresh.world.pass_seconds(15 * 60);
        assert_eq!(
            code(cas::come_back(house, &told, &state, "ST-4", &go.ticket, b).await),
            "door-late",
            "{}",
            fresh.engine
        );
    }
}

#[tokio::test]
async fn on_site_each_visit_is_somebody_new_for_a_day() {
    for fresh in house::each(36).await {
        let house = &fresh.house;
        subscribed(house, true, Some(1)).await;
        let b = Browser::default();
        let here = "192.0.2.44".parse().unwrap();
        assert_eq!(code(network::enter(house, TOWN, here, b).await), "door-none");
        for odd in [vec![], vec!["0.0.0.0/0".to_owned()], vec!["library".to_owned()]] {
            let door = Door::Network { networks: odd };
            assert_eq!(code(member::set_door(house, TOWN, &door, "staff").await), "door-config");
        }
        let door = Door::Network { networks: vec!["192.0.2.0/24".to_owned(), "2001:db8::/48".to_owned()] };
        member::set_door(house, TOWN, &door, "staff").await.unwrap();
        assert_eq!(
            code(network::enter(house, TOWN, "198.51.100.7".parse().unwrap(), b).await),
            "network-elsewhere"
        );
        let one = network::enter(house, TOWN, here, b).await.unwrap();
        let two = network::enter(house, TOWN, here, b).await.unwrap();
        assert_ne!(only_member(house, &one).await.id, only_member(house, &two).await.id);
        let visitor = visitor(house, &one).await;
        member::listening(house, &visitor, None).await.unwrap();
        fresh.world.pass_seconds(12 * 3_600);
        assert_eq!(code(member::listening(house, &visitor, None).await), "seat-over", "{}", fresh.engine);
        assert_eq!(member::count(house, TOWN).await.unwrap(), 2);
        fresh.world.pass_days(2);
        network::enter(house, TOWN, here, b).await.unwrap();
        assert_eq!(member::count(house, TOWN).await.unwrap(), 1, "past visits are forgotten");
        assert!(session::visitor(house, &one.token).await.unwrap().is_none());
        let visitor = self::visitor(house, &network::enter(house, TOWN, here, b).await.unwrap()).await;
        member::close_door(house, TOWN, "network", "staff").await.unwrap();
        assert_eq!(code(member::close_door(house, TOWN, "network", "staff").await), "door-none");
        let gone = member::of(house, &visitor).await.unwrap().pop().unwrap();
        member::leave(house, &visitor, gone.id.as_str()).await.unwrap();
        assert_eq!(code(member::leave(house, &visitor, gone.id.as_str()).await), "member-none");
    }
}

/// Every row of a table, its texts and bytes together.
async fn rows_of(tx: &mut store::Tx, table: &str) -> Vec<String> {
    let columns = tx.columns(table).await.unwrap();
    let rows = tx.table_page(table, &columns, 0, 100_000).await.unwrap();
    rows.iter().map(|row| format!("{row:?}")).collect()
}

/// Somebody comes in by card, uses all that a member has, takes it along and erases it.
#[tokio::test]
async fn what_a_member_keeps_is_theirs_to_take_along_and_to_erase() {
    for fresh in house::each(37).await {
        let house = &fresh.house;
        subscribed(house, false, Some(3)).await;
        card::hand_in(house, TOWN, b"card;pin\n0042;1234\n", true, "staff").await.unwrap();
        let entered = card::enter(house, TOWN, "0042", "1234", Browser::default()).await.unwrap();
        let visitor = visitor(house, &entered).await;
        let at = member::membership(house, &visitor).await.unwrap();
        let id = at.member.id.as_str();
        assert_eq!((at.listener.member.as_str(), at.listener.territory.as_str()), (id, "FR"));
        assert!(
            at.closed.is_none() && !at.listener.login.contains(&id[4..]),
            "the login says nothing of the id"
        );
        assert_eq!(institution::seats(house, TOWN).await.unwrap().unwrap().taken, 0, "looking takes no seat");
        member::listening(house, &visitor, None).await.unwrap();
        member::may_hear(house, &at.listener, member::access(&visitor)).await.unwrap();
        assert_eq!(institution::seats(house, TOWN).await.unwrap().unwrap().taken, 1);
        app_password::create(house, id, "telephone").await.unwrap();
        let list =
            playlist::create(house, id, "Évening", vec!["rec-A1".into(), "rec-A1".into()]).await.unwrap();
        shelf::star(house, id, &[(shelf::ItemKind::Song, "rec-A1".into())], true).await.unwrap();
        shelf::star(house, id, &[(shelf::ItemKind::Album, "alb-1".into())], true).await.unwrap();
        shelf::rate(house, id, shelf::ItemKind::Song, "rec-A1", 4).await.unwrap();
        shelf::played(house, id, &[("rec-A1".into(), house.now())]).await.unwrap();
        play_queue::mark(house, id, "rec-A1", 1_500, "here").await.unwrap();
        let queue = play_queue::QueueRow {
            songs: vec!["rec-A1".into()],
            current: 0,
            position_ms: 7,
            changed: house.now(),
            changed_by: "pages".into(),
        };
        play_queue::save(house, id, &queue).await.unwrap();
        let names = |id: &str| (id == "alb-1").then(|| "Harbour".to_owned());
        let told = member::export(house, &visitor, None, &names).await.unwrap();
        let mine = &told["memberships"][0];
        assert_eq!(mine["playlists"][0]["playlist"]["track"].as_array().unwrap().len(), 2);
        assert_eq!(mine["playlists"][0]["playlist"]["title"], "Évening");
        assert_eq!(
            (mine["favourites"][0]["what"].as_str(), mine["heard"][0]["times"].as_i64()),
            (Some("Harbour"), Some(1))
        );
        assert_eq!(
            (mine["queue"]["position_ms"].as_i64(), mine["ratings"][0]["stars"].as_i64()),
            (Some(7), Some(4))
        );
        assert_eq!(mine["players"][0]["name"], "telephone");
        assert!(!told.to_string().contains(id), "the stable id is told to nobody: {told}");
        shelf::forget_played(house, id, Some("rec-B1")).await.unwrap();
        assert_eq!(shelf::load(house, id).await.unwrap().plays.len(), 1);
        shelf::forget_played(house, id, None).await.unwrap();
        assert!(shelf::load(house, id).await.unwrap().plays.is_empty());
        member::erase(house, &visitor).await.unwrap();
        assert_eq!(code(playlist::one(house, id, &list.row.id).await), "playlist-unknown");
        assert_eq!(
            code(member::may_hear(house, &at.listener, member::access(&visitor)).await),
            "member-none"
        );
        // Nowhere but in the row of who is gone does the id stand, in any table.
        let mut tx = house.store.begin_read().await.unwrap();
        for table in store::audit::TABLES {
            let rows = rows_of(&mut tx, table).await;
            let found = rows.iter().filter(|row| row.contains(id)).count();
            assert_eq!(found, usize::from(*table == "member"), "{}: {table}", fresh.engine);
        }
        drop(tx);
        assert_eq!(institution::seats(house, TOWN).await.unwrap().unwrap().taken, 1, "the seat stays taken");
    }
}

/// Everything that an institution may ask for, and what it knows of its readers itself, leads to neither id.
#[tokio::test]
async fn an_institution_learns_nothing_of_either_id() {
    for fresh in house::each(38).await {
        let house = &fresh.house;
        subscribed(house, false, None).await;
        let cards: String = (0..12).map(|n| format!("10{n:02};1234\n")).collect();
        card::hand_in(house, TOWN, format!("card;pin\n{cards}").as_bytes(), true, "staff").await.unwrap();
        let (mut ids, mut logins) = (Vec::new(), Vec::new());
        for n in 0..12 {
            let entered =
                card::enter(house, TOWN, &format!("10{n:02}"), "1234", Browser::default()).await.unwrap();
            let visitor = visitor(house, &entered).await;
            let at = member::listening(house, &visitor, None).await.unwrap();
            app_password::create(house, at.member.id.as_str(), "telephone").await.unwrap();
            ids.push(at.member.id.to_string());
            logins.push(at.listener.login);
        }
        let day = house.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let year = (day.first_of_year(), day.last_of_year());
        let told = [
            format!("{:?}", member::entrances(house, TOWN).await.unwrap()),
            member::count(house, TOWN).await.unwrap().to_string(),
            format!("{:?}", invitation::list(house, TOWN).await.unwrap()),
            format!("{:?}", institution::seats(house, TOWN).await.unwrap()),
            format!("{:?}", institution::one(house, TOWN).await.unwrap()),
            format!("{:?}", institution::contracts(house, Some(TOWN)).await.unwrap()),
            format!("{:?}", institution::stayed::report(house, TOWN, year.0, year.1).await.unwrap()),
        ]
        .join("\n");
        for secret in ids.iter().chain(&logins) {
            assert!(!told.contains(secret.as_str()), "{secret} in {told}");
        }
        // An id is no function of what the institution knows: the same reader who comes again after erasing is another,
        // and a second house with the same cards and another key has other marks.
        let again = card::enter(house, TOWN, "1000", "1234", Browser::default()).await.unwrap();
        let again = visitor(house, &again).await;
        member::erase(house, &again).await.unwrap();
        let anew = card::enter(house, TOWN, "1000", "1234", Browser::default()).await.unwrap();
        let anew = only_member(house, &anew).await.id.to_string();
        assert!(!ids.contains(&anew));
        // Whoever has the journal, which names who did what, finds no member in it.
        let mut tx = house.store.begin_read().await.unwrap();
        let journal = rows_of(&mut tx, "journal").await.join("\n");
        for id in ids.iter().chain([&anew]) {
            assert!(!journal.contains(id.as_str()), "{id}");
        }
    }
}

/// Why somebody may not listen is said, and what they keep stays; the last seat goes to one of those who ask at once.
#[tokio::test]
async fn seats_and_contracts_are_asked_before_anything_plays() {
    for fresh in house::each(39).await {
        let house = &fresh.house;
        library(house).await;
        card::hand_in(house, TOWN, b"card;pin\n1;11\n2;22\n", true, "staff").await.unwrap();
        let b = Browser::default();
        let one = visitor(house, &card::enter(house, TOWN, "1", "11", b).await.unwrap()).await;
        let two = visitor(house, &card::enter(house, TOWN, "2", "22", b).await.unwrap()).await;
        assert_eq!(code(member::listening(house, &one, None).await), "seat-none");
        let closed = member::membership(house, &one).await.unwrap().closed.unwrap();
        assert_eq!(closed.code, "seat-none");
        let fresh_house = house::sqlite(40).await;
        let house = &fresh_house.house;
        subscribed(house, false, Some(1)).await;
        card::hand_in(house, TOWN, b"card;pin\n1;11\n2;22\n", true, "staff").await.unwrap();
        drop((one, two));
        let one = visitor(house, &card::enter(house, TOWN, "1", "11", b).await.unwrap()).await;
        let two = visitor(house, &card::enter(house, TOWN, "2", "22", b).await.unwrap()).await;
        member::listening(house, &one, None).await.unwrap();
        assert_eq!(code(member::listening(house, &two, None).await), "seat-full");
        let listener = member::membership(house, &two).await.unwrap().listener;
        assert_eq!(code(member::may_hear(house, &listener, member::access(&two)).await), "seat-full");
        fresh_house.world.pass_days(400);
        let first = member::membership(house, &one).await.unwrap();
        assert_eq!(first.closed.unwrap().code, "seat-expired");
        assert_eq!(code(member::listening(house, &one, None).await), "seat-expired");
    }
}

/// A poster with an old name leads on; nobody else gets a name that was somebody's.
#[tokio::test]
async fn a_name_in_addresses_changes_and_old_ones_lead_on() {
    for fresh in house::each(40).await {
        let house = &fresh.house;
        library(house).await;
        let before = institution::one(house, TOWN).await.unwrap().row.slug;
        for bad in ["", "a", "Roc Neuf", "roc_neuf", "oidc", "cas", "pty-TOWNLIBRARY1", &"x".repeat(61)] {
            assert_eq!(code(institution::set_slug(house, TOWN, bad, "ada").await), "slug", "{bad}");
        }
        assert_eq!(institution::set_slug(house, TOWN, "roc-neuf", "ada").await.unwrap().row.slug, "roc-neuf");
        institution::set_slug(house, TOWN, "le-port", "ada").await.unwrap();
        for name in [before.as_str(), "roc-neuf", "le-port", TOWN] {
            assert_eq!(institution::one(house, name).await.unwrap().row.slug, "le-port", "{name}");
        }
        let other = app::party::Register { name: "Roc Neuf".into(), ..Default::default() };
        let other = app::party::register(house, other).await.unwrap().party.id;
        let note = Note {
            party: other.to_string(),
            kind: "library".into(),
            country: "FR".into(),
            ..Note::default()
        };
        let other = institution::note(house, note).await.unwrap();
        assert_ne!(other.row.slug, "roc-neuf", "{}", fresh.engine);
        let taken = institution::set_slug(house, other.row.party.as_str(), "roc-neuf", "ada").await;
        assert_eq!(code(taken), "slug-taken");
        assert_eq!(institution::set_slug(house, TOWN, "roc-neuf", "ada").await.unwrap().row.slug, "roc-neuf");
        assert_eq!(institution::one(house, "le-port").await.unwrap().row.slug, "roc-neuf");
    }
}
