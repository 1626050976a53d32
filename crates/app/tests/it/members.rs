//! Members of institutions: invitations, cards, links, back channels, on-site networks; who is known as what.

use std::sync::Mutex;

use app::member::link::{self, Link};
use app::member::{self, Browser, Door, card, cas, invitation, network};
use app::session::{self, Visitor};
use app::sign_in::{self, Add, Entered};
use app::{Failure, House};
use jiff::SignedDuration;
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
        assert_eq!(member::listening(house, &mira, None).await.unwrap().institution, TOWN);
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
        let all = member::export(house, &visitor(house, &again).await).await.unwrap().to_string();
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
        member::close_door(house, TOWN, "network", "staff").await.unwrap();
        assert_eq!(code(member::close_door(house, TOWN, "network", "staff").await), "door-none");
        let gone = member::of(house, &visitor).await.unwrap().pop().unwrap();
        member::leave(house, &visitor, gone.id.as_str()).await.unwrap();
        assert_eq!(code(member::leave(house, &visitor, gone.id.as_str()).await), "member-none");
    }
}
