//! A month of listening as browsers meet it: the reader who opens pages, the library that is told how many, the producer
//! who reads what counts and contests what does not, and the house that decides.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use app::counting::{Listener, Page, PeriodKeys, Recorder};
use app::institution::{Access, bill, seat};
use app::member::card;
use app::streaming::{Report, TimeMap, Unit};
use app::{World, allocation, catalogue, party, period};
use jiff::Timestamp;
use music::{PartyId, RecordingId};
use server::{Web, router};

use crate::browser::{Browser, Fixed, Place, open, place_in};
use crate::institutions::{contract, enter, library, staff};

/// 1 September 2026, 8:00 in Paris.
const BEGIN: i64 = 1_788_242_400;
const DAY: i64 = 86_400;

struct Clock(AtomicI64, Fixed);

impl World for Clock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Relaxed)).unwrap()
    }

    fn bits(&self) -> u64 {
        self.1.bits()
    }

    fn nonce(&self) -> [u8; 24] {
        self.1.nonce()
    }
}

struct Month {
    place: Place,
    clock: Arc<Clock>,
    library: String,
    recording: RecordingId,
    other: RecordingId,
    recorder: Recorder,
    _keys: tempfile::TempDir,
}

async fn month() -> Month {
    let clock = Arc::new(Clock(AtomicI64::new(BEGIN), Fixed::new()));
    let mut place = place_in(open(), clock.clone()).await;
    let keys = tempfile::tempdir().unwrap();
    let recorder = Recorder::new(place.house.clone(), PeriodKeys::at(keys.path()));
    let mut config = open();
    config.recorder = Some(recorder.clone());
    place.app = router(Web::new(place.house.clone(), &config));
    let rows = "id\tartist\ttitle\tshares\n7\tMira Feld\tHarbour Light\tMira Feld 100 %\n8\tOna Veld\tTin Roof\tOna Veld 100 %\n";
    let table = Box::new(std::io::Cursor::new(rows.as_bytes()));
    catalogue::import(&place.house, "more.tsv", table, None, "ada", &|_| {}).await.unwrap();
    let recording = catalogue::find(&place.house, "7").await.unwrap();
    let other = catalogue::find(&place.house, "8").await.unwrap();
    let library = library(&place, "Médiathèque du Port", &[]).await;
    let number = contract(&place, "Médiathèque du Port").await;
    bill::receive(&place.house, &number, None, "statement 7", "ada").await.unwrap();
    Month { place, clock, library, recording, other, recorder, _keys: keys }
}

impl Month {
    /// So many members listen once and let it run again at once; twelve open the page of something else.
    async fn listen(&self, members: i64) {
        let institution: PartyId = self.library.parse().unwrap();
        for m in 0..members {
            self.clock.0.store(BEGIN + DAY + m * 600, Relaxed);
            let member = format!("member-{m}");
            seat(&self.place.house, &institution, &member, Access::Home).await.unwrap();
            if m < 12 {
                let (recorder, other) = (&self.recorder, &self.other);
                recorder.look(&institution, &member, Page::Recording, other).await.unwrap();
            }
            let who = Listener { institution: institution.clone(), member, device: "a phone".to_owned() };
            let map = TimeMap::even(0, 200_000, 200_000);
            let mut out = self.recorder.stream(&who, &self.recording, map, Unit::Play);
            let mut sent = 0;
            while sent < 200_000 {
                sent = out.grant(sent).await.unwrap();
            }
            for after in [100, 250] {
                self.clock.0.store(BEGIN + DAY + m * 600 + after, Relaxed);
                let said = [(self.recording.clone(), Report::Listened { at: None })];
                self.recorder.say(&who, &said).await.unwrap();
            }
        }
    }

    async fn close(&self) {
        let house = &self.place.house;
        self.clock.0.store(BEGIN + 31 * DAY, Relaxed);
        period::draft(house, &self.library, "2026-09", None, "ines").await.unwrap();
        let closed = period::approve(house, &self.library, "2026-09", None, "paul").await.unwrap();
        let pots = vec![closed.pot.unwrap()];
        let run = allocation::draft(house, allocation::Allocate { pots, rule: None, by: "ines".into() });
        let run = run.await.unwrap().run.id;
        allocation::approve(house, &run, "paul").await.unwrap();
    }
}

fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}', '\u{2068}', '\u{2069}'], " ")
}

/// Where `TANTIEME_PAGES` names a folder, the page is left there to be looked at.
fn keep(name: &str, body: &str) {
    let Some(folder) = std::env::var_os("TANTIEME_PAGES") else { return };
    let style = include_str!("../../../../web/tantieme.css");
    let body = body.replacen("</head>", &format!("<style>{style}</style></head>"), 1);
    std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), body).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_is_read_by_everybody_it_concerns() {
    let month = month().await;
    let (place, id) = (&month.place, &month.library);
    // A reader comes in by card and opens two pages; a stranger opens one, which leaves no trace.
    card::hand_in(&place.house, id, b"carte;code;fin\n0042;1234;2026-12-31\n", true, "ada").await.unwrap();
    let page = format!("/recording/{}", month.recording);
    assert_eq!(Browser::new(place, "en").get(&page).await.status, 200);
    let mut reader = Browser::new(place, "fr");
    let csrf = reader.get(&format!("/enter/{id}")).await.hidden("csrf");
    let fields = [("csrf", csrf.as_str()), ("card", "0042"), ("pin", "1234")];
    assert_eq!(reader.post(&format!("/enter/{id}/card"), &fields).await.status, 303);
    month.clock.0.store(BEGIN + 60, Relaxed);
    assert_eq!(reader.get(&page).await.status, 200);
    let mut tx = place.house.store.begin_read().await.unwrap();
    let periods = tx.usage_periods(None).await.unwrap();
    let looks = tx.looks(&periods[0].id).await.unwrap();
    assert_eq!(looks.len(), 1, "{looks:?}");
    assert!(looks[0].member.starts_with("usg") && !format!("{looks:?}").contains("mbr-"), "{looks:?}");
    drop(tx);
    month.listen(14).await;
    month.close().await;

    // The library: how many, what its money did, the feed's address; never who.
    staff(place, "luc@example.org", id).await;
    for (language, told, feed, carried) in [
        ("en", "15 active members", "Catalogue feed", "Solidarity fund: advances to small producers"),
        (
            "fr",
            "15 membres actifs",
            "Flux du catalogue",
            "Fonds de solidarité : avances aux petits producteurs",
        ),
    ] {
        let mut luc = Browser::new(place, language);
        enter(&mut luc, "luc@example.org").await;
        let overview = luc.get(&format!("/institution/{id}")).await;
        let said = plain(&overview.body);
        assert!(overview.status == 200 && said.contains(told) && said.contains(feed), "{said}");
        assert!(said.contains("/oai</code>") && !said.contains("mbr-") && !said.contains("usg-"), "{said}");
        keep(&format!("institution-{language}"), &overview.body);
        let money = luc.get(&format!("/institution/{id}/money")).await;
        assert!(money.status == 200 && plain(&money.body).contains(carried), "{}", money.body);
        keep(&format!("money-{language}"), &money.body);
        let usage = luc.get(&format!("/institution/{id}/use")).await;
        keep(&format!("use-{language}"), &usage.body);
        let csv = luc.get(&format!("/institution/{id}/use/csv")).await.body;
        assert!(
            csv.contains("Total_Item_Requests,14,14") && csv.contains("Total_Item_Investigations,27,27"),
            "{csv}"
        );
        let invitations = luc.get(&format!("/institution/{id}/invitations")).await;
        let csrf = invitations.hidden("csrf");
        let fields = [("csrf", csrf.as_str()), ("note", "Comptoir"), ("uses", "30"), ("until", "2026-12-31")];
        let made = luc.post(&format!("/institution/{id}/invitations"), &fields).await;
        assert!(made.status == 200 && made.body.contains("Comptoir"), "{}", made.body);
        keep(&format!("invitations-{language}"), &made.body);
        let past = [("csrf", csrf.as_str()), ("uses", "30"), ("until", "2026-01-01")];
        let refused = luc.post(&format!("/institution/{id}/invitations"), &past).await;
        assert!(refused.body.contains("role=\"alert\""), "{}", refused.body);
        assert_eq!(luc.get("/guards").await.status, 403, "not the library's to see");
    }

    // The producer: what counts, what was set aside and why, and an appeal.
    let mira = party::one(&place.house, "Mira Feld").await.unwrap().party.id;
    staff(place, "mira@example.org", mira.as_str()).await;
    let mut browser = Browser::new(place, "fr");
    enter(&mut browser, "mira@example.org").await;
    let heard = browser.get(&format!("/heard/{mira}")).await;
    let said = plain(&heard.body);
    assert!(
        heard.status == 200 && said.contains("comptées") && said.contains("dans une même séance"),
        "{said}"
    );
    keep("heard-fr", &heard.body);
    browser.language = "en";
    keep("heard-en", &browser.get(&format!("/heard/{mira}")).await.body);
    let csrf = heard.hidden("csrf");
    let period = periods[0].id.as_str();
    let recording = month.recording.to_string();
    let fields = |words: &'static str| {
        [
            ("csrf", csrf.clone()),
            ("period", period.to_owned()),
            ("recording", recording.clone()),
            ("why", "repeat".to_owned()),
            ("words", words.to_owned()),
        ]
    };
    let appeal = format!("/heard/{mira}/appeal");
    let send = |words: &'static str| fields(words).map(|(k, v)| (k, v));
    let empty = send(" ");
    let refused = browser.post(&appeal, &empty.each_ref().map(|(k, v)| (*k, v.as_str()))).await;
    assert!(refused.body.contains("role=\"alert\""), "{}", refused.body);
    let full = send("played twice in class");
    let sent = browser.post(&appeal, &full.each_ref().map(|(k, v)| (*k, v.as_str()))).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let again = browser.post(&appeal, &full.each_ref().map(|(k, v)| (*k, v.as_str()))).await;
    assert!(again.body.contains("role=\"alert\""), "once");
    let listed = browser.get(&format!("/heard/{mira}?sent=1")).await;
    assert!(listed.body.contains("Your appeal is noted") && listed.body.contains("played twice in class"));
    keep("heard-appeal-en", &listed.body);
    // Somebody else's page is not hers.
    assert_eq!(browser.get(&format!("/institution/{id}")).await.status, 403);
    let mut stranger = Browser::new(place, "en");
    stranger.headers.push(("x-forwarded-for", "192.0.2.7".to_owned()));
    assert_ne!(stranger.get(&format!("/heard/{mira}")).await.status, 200);

    // The house, at its own machine: the evidence, and a decision with its reason.
    let mut house = Browser::new(place, "en");
    let guards = house.get("/guards").await;
    let said = plain(&guards.body);
    assert!(
        guards.status == 200 && said.contains("14 plays set aside, of 14 members, 1 at most of one"),
        "{said}"
    );
    keep("guards-en", &guards.body);
    house.language = "fr";
    keep("guards-fr", &house.get("/guards").await.body);
    let (csrf, apl) = (guards.hidden("csrf"), guards.hidden("id"));
    let fields =
        [("csrf", csrf.as_str()), ("id", apl.as_str()), ("decision", "grant"), ("reason", "a class")];
    assert_eq!(house.post("/guards", &fields).await.header("location"), "/guards?done=1");
    let told = browser.get(&format!("/heard/{mira}")).await;
    assert!(told.body.contains("granted") && told.body.contains("a class"), "{}", told.body);
}
