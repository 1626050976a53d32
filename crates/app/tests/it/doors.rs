//! Coming in: links, passwords, the second factor, sessions, roles, keys.

use app::session::{Need, Role, Visitor};
use app::sign_in::{self, Add, Grant, totp};
use app::{Failure, House, api_key, job, second_factor, session};
use jiff::SignedDuration;
use testkit::house::{self, Fresh};

const MAIL: &str = "mira@example.org";
const PHRASE: &str = "four quiet tides";

fn code(failure: Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code,
        Failure::Fault(fault) => panic!("{fault}"),
    }
}

async fn work(house: &House) {
    while job::run_one(house, &job::handlers(None), "w").await.unwrap().is_some() {}
}

/// The newest mail's subject and the token in its link.
async fn newest_link(house: &House) -> Option<(String, String, String)> {
    work(house).await;
    let mut tx = house.store.begin_read().await.unwrap();
    let mail =
        tx.waiting_mail(house.store.fields()).await.unwrap().into_iter().rfind(|m| m.reason == "sign-in")?;
    let token = mail.body.split("/sign-in/link/").nth(1)?.split_whitespace().next()?.to_owned();
    Some((mail.to, mail.subject, token))
}

async fn enter(fresh: &Fresh, mail: &str) -> (String, Visitor) {
    let house = &fresh.house;
    sign_in::ask_link(house, mail, "fr", "").await.unwrap();
    let (_, _, token) = newest_link(house).await.unwrap();
    fresh.world.pass_seconds(1);
    let entered = sign_in::enter_by_link(house, &token, "test", None).await.unwrap();
    let visitor = session::visitor(house, &entered.token).await.unwrap().unwrap();
    (entered.token, visitor)
}

async fn add(house: &House, mail: &str, password: Option<&str>) -> store::SignInRow {
    let ask = Add {
        mail: mail.to_owned(),
        lang: "fr".to_owned(),
        password: password.map(str::to_owned),
        by: "ada".to_owned(),
        ..Add::default()
    };
    sign_in::add(house, ask).await.unwrap()
}

#[tokio::test]
async fn a_link_lets_in_once_and_not_for_long() {
    for fresh in house::each(21).await {
        let house = &fresh.house;
        let known = add(house, MAIL, None).await;
        sign_in::ask_link(house, " Mira@Example.org ", "en", "/set-list").await.unwrap();
        let (to, subject, token) = newest_link(house).await.unwrap();
        assert_eq!(
            (to.as_str(), subject.as_str()),
            ("Mira@Example.org", "Tantième : votre lien pour entrer")
        );
        assert_eq!(sign_in::link_shown(house, &token).await.unwrap(), "M…@Example.org");
        assert_eq!(
            sign_in::link_shown(house, &token).await.unwrap(),
            "M…@Example.org",
            "looking uses nothing up"
        );
        let entered = sign_in::enter_by_link(house, &token, "Browser", None).await.unwrap();
        assert_eq!((&entered.session.sign_in, entered.next.as_str()), (&known.id, "/set-list"));
        assert_eq!(code(sign_in::enter_by_link(house, &token, "", None).await.unwrap_err()), "link-used");
        assert_eq!(code(sign_in::link_shown(house, "0123").await.unwrap_err()), "link-unknown");
        fresh.world.pass_seconds(60);
        sign_in::ask_link(house, MAIL, "en", "").await.unwrap();
        let (_, _, late) = newest_link(house).await.unwrap();
        fresh.world.pass_seconds(sign_in::LINK_MINUTES * 60);
        assert_eq!(code(sign_in::enter_by_link(house, &late, "", None).await.unwrap_err()), "link-late");
        // Nothing that opens the door lies in the database.
        let mut tx = house.store.begin_read().await.unwrap();
        for (column, table) in [("hash", "session"), ("hash", "sign_in_link"), ("payload", "job")] {
            for row in tx.rows(&format!("select {column} from {table}"), Vec::new()).await.unwrap() {
                let text = row.text(0).unwrap();
                assert!(
                    !text.contains(&token)
                        && !text.contains(&entered.token)
                        && !text.to_lowercase().contains(MAIL)
                );
            }
        }
        let noted: Vec<String> = tx.journal(20).await.unwrap().into_iter().map(|j| j.action).collect();
        assert_eq!(noted, ["sign-in", "sign-in add"]);
    }
}

#[tokio::test]
async fn nobody_learns_which_addresses_are_known() {
    for fresh in house::each(22).await {
        let house = &fresh.house;
        add(house, MAIL, Some(PHRASE)).await;
        app::policy::set(house, "sign-up", "invited", "ada").await.unwrap();
        for mail in [MAIL, "stranger@example.org"] {
            let wrong = sign_in::enter_by_password(house, mail, "not this one", "", None).await.unwrap_err();
            let Failure::Refused(refusal) = wrong else { panic!() };
            assert_eq!(refusal.code, "sign-in-wrong");
            assert_eq!(refusal.message, "this address and this password do not belong together");
            for _ in 0..5 {
                sign_in::ask_link(house, mail, "en", "").await.unwrap();
            }
            assert_eq!(code(sign_in::ask_link(house, mail, "en", "").await.unwrap_err()), "sign-in-often");
            for _ in 0..9 {
                sign_in::enter_by_password(house, mail, "x", "", None).await.unwrap_err();
            }
            let often = sign_in::enter_by_password(house, mail, PHRASE, "", None).await.unwrap_err();
            assert_eq!(code(often), "sign-in-often", "{mail}");
        }
        work(house).await;
        let mut tx = house.store.begin_read().await.unwrap();
        let to: Vec<String> =
            tx.waiting_mail(house.store.fields()).await.unwrap().into_iter().map(|m| m.to).collect();
        assert_eq!(to, vec![MAIL; 5], "a stranger gets no mail where people are invited");
        drop(tx);
        fresh.world.pass_seconds(15 * 60);
        sign_in::enter_by_password(house, MAIL, PHRASE, "", None).await.unwrap();
        app::policy::set(house, "sign-up", "open", "ada").await.unwrap();
        fresh.world.pass_seconds(60 * 60);
        let (_, visitor) = enter(&fresh, "stranger@example.org").await;
        assert!(visitor.rights.parties().next().is_none() && !visitor.rights.of_house());
    }
}

#[tokio::test]
async fn sessions_end_by_themselves_and_by_hand() {
    for fresh in house::each(23).await {
        let house = &fresh.house;
        let known = add(house, MAIL, Some(PHRASE)).await;
        let first = sign_in::enter_by_password(house, MAIL, PHRASE, "one", None).await.unwrap();
        let second = sign_in::enter_by_password(house, MAIL, PHRASE, "two", None).await.unwrap();
        let visitor = session::visitor(house, &second.token).await.unwrap().unwrap();
        assert_eq!(session::list(house, &visitor).await.unwrap().len(), 2);
        // Signing in again in the same browser ends what it had.
        let third =
            sign_in::enter_by_password(house, MAIL, PHRASE, "two", Some(&second.token)).await.unwrap();
        assert!(session::visitor(house, &second.token).await.unwrap().is_none());
        let visitor = session::visitor(house, &third.token).await.unwrap().unwrap();
        session::end(house, &visitor, first.session.id.as_str()).await.unwrap();
        assert!(session::visitor(house, &first.token).await.unwrap().is_none(), "{}", fresh.engine);
        let other = add(house, "nils@example.org", Some(PHRASE)).await;
        let theirs = sign_in::enter_by_password(house, "nils@example.org", PHRASE, "", None).await.unwrap();
        assert_eq!(theirs.session.sign_in, other.id);
        let refused = session::end(house, &visitor, theirs.session.id.as_str()).await.unwrap_err();
        assert_eq!(code(refused), "session-unknown", "only one's own");
        // Used each week it lives, but no longer than ninety days.
        for week in 1..=12 {
            fresh.world.pass_days(7);
            assert!(session::visitor(house, &third.token).await.unwrap().is_some(), "week {week}");
        }
        assert!(session::visitor(house, &theirs.token).await.unwrap().is_none(), "idle for too long");
        fresh.world.pass_days(7);
        assert!(session::visitor(house, &third.token).await.unwrap().is_none(), "too old");
        // A role of the house shortens it; giving one ends what was opened under less.
        let before = sign_in::enter_by_password(house, MAIL, PHRASE, "", None).await.unwrap();
        let grant = Grant {
            who: MAIL.to_owned(),
            role: Role::Operator,
            party: String::new(),
            until: None,
            by: "ada".to_owned(),
        };
        sign_in::grant(house, grant).await.unwrap();
        assert!(session::visitor(house, &before.token).await.unwrap().is_none());
        let house_session = sign_in::enter_by_password(house, MAIL, PHRASE, "", None).await.unwrap();
        fresh.world.pass_seconds(29 * 60);
        let visitor = session::visitor(house, &house_session.token).await.unwrap().unwrap();
        visitor.require(Need::Operate).unwrap();
        fresh.world.pass_seconds(30 * 60);
        assert!(session::visitor(house, &house_session.token).await.unwrap().is_none());
        sign_in::erase(house, &known.id, "ada").await.unwrap();
        assert_eq!(
            code(sign_in::enter_by_password(house, MAIL, PHRASE, "", None).await.unwrap_err()),
            "sign-in-wrong"
        );
    }
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_moves_this_one() {
    for fresh in house::each(24).await {
        let house = &fresh.house;
        add(house, MAIL, Some(PHRASE)).await;
        let elsewhere = sign_in::enter_by_password(house, MAIL, PHRASE, "", None).await.unwrap();
        let here = sign_in::enter_by_password(house, MAIL, PHRASE, "", None).await.unwrap();
        let visitor = session::visitor(house, &here.token).await.unwrap().unwrap();
        let wrong = sign_in::set_password(house, &visitor, "not it", Some("a new quiet phrase")).await;
        assert_eq!(code(wrong.unwrap_err()), "sign-in-wrong");
        let weak = sign_in::set_password(house, &visitor, PHRASE, Some("short")).await;
        assert_eq!(code(weak.unwrap_err()), "password-weak");
        let token = sign_in::set_password(house, &visitor, PHRASE, Some("a new quiet phrase")).await.unwrap();
        for gone in [&elsewhere.token, &here.token] {
            assert!(session::visitor(house, gone).await.unwrap().is_none());
        }
        assert!(session::visitor(house, &token).await.unwrap().is_some());
        assert!(sign_in::enter_by_password(house, MAIL, PHRASE, "", None).await.is_err());
        // Whoever has the mailbox sets a new one without the old.
        let (_, by_link) = enter(&fresh, MAIL).await;
        sign_in::set_password(house, &by_link, "", Some("the third quiet phrase")).await.unwrap();
        sign_in::enter_by_password(house, MAIL, "the third quiet phrase", "", None).await.unwrap();
    }
}

#[tokio::test]
async fn the_second_factor_is_shown_for_what_matters_and_no_code_twice() {
    for fresh in house::each(25).await {
        let house = &fresh.house;
        add(house, MAIL, Some(PHRASE)).await;
        let (_, visitor) = enter(&fresh, MAIL).await;
        assert_eq!(visitor.require_fresh_second_factor(house.now()).unwrap_err().code, "second-factor-none");
        let offer = second_factor::offer(house, &visitor).await.unwrap();
        assert_eq!(second_factor::offer(house, &visitor).await.unwrap(), offer, "the same until it counts");
        let mut tx = house.store.begin_read().await.unwrap();
        let secret =
            tx.sign_in(house.store.fields(), &visitor.sign_in.id).await.unwrap().unwrap().totp.unwrap();
        drop(tx);
        let bytes: Vec<u8> = (0..secret.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&secret[at..at + 2], 16).unwrap())
            .collect();
        let shown = |ahead: i64| format!("{:06}", totp::code(&bytes, house.now().as_second() / 30 + ahead));
        assert_eq!(code(second_factor::confirm(house, &visitor, "000000").await.unwrap_err()), "code-wrong");
        let (token, papers) = second_factor::confirm(house, &visitor, &shown(0)).await.unwrap();
        assert!(session::visitor(house, "").await.unwrap().is_none());
        let visitor = session::visitor(house, &token).await.unwrap().unwrap();
        visitor.require_fresh_second_factor(house.now()).unwrap();
        fresh.world.pass_seconds(10 * 60);
        assert_eq!(visitor.require_fresh_second_factor(house.now()).unwrap_err().code, "second-factor-stale");
        assert!(second_factor::remove(house, &visitor).await.is_err(), "not without showing it");
        let now = shown(0);
        let token = second_factor::show(house, &visitor, &now).await.unwrap();
        let visitor = session::visitor(house, &token).await.unwrap().unwrap();
        visitor.require_fresh_second_factor(house.now()).unwrap();
        for replay in [now.clone(), shown(-1)] {
            assert_eq!(code(second_factor::show(house, &visitor, &replay).await.unwrap_err()), "code-used");
        }
        assert_eq!(second_factor::recovery_left(house, &visitor).await.unwrap(), 10);
        let paper = papers[3].to_lowercase().replace('-', " ");
        let token = second_factor::show(house, &visitor, &paper).await.unwrap();
        let visitor = session::visitor(house, &token).await.unwrap().unwrap();
        assert_eq!(code(second_factor::show(house, &visitor, &paper).await.unwrap_err()), "code-wrong");
        for _ in 0..5 {
            assert_eq!(code(second_factor::show(house, &visitor, "123456").await.unwrap_err()), "code-wrong");
        }
        assert_eq!(code(second_factor::show(house, &visitor, &shown(1)).await.unwrap_err()), "sign-in-often");
        let token = second_factor::remove(house, &visitor).await.unwrap();
        let visitor = session::visitor(house, &token).await.unwrap().unwrap();
        assert_eq!(visitor.second_factor(house.now()), session::Second::None, "{}", fresh.engine);
    }
}

#[tokio::test]
async fn roles_are_refused_in_their_order() {
    for fresh in house::each(26).await {
        let house = &fresh.house;
        add(house, MAIL, None).await;
        let grant = |who: &str, role, party: &str, until| Grant {
            who: who.to_owned(),
            role,
            party: party.to_owned(),
            until,
            by: "ada".to_owned(),
        };
        let later = house.now() + SignedDuration::from_hours(24);
        for (ask, want) in [
            (grant("nobody", Role::Owner, "", None), "sign-in-unknown"),
            (grant(MAIL, Role::Owner, "", None), "role-party"),
            (grant(MAIL, Role::Auditor, "pty-1", None), "role-party"),
            (grant(MAIL, Role::Auditor, "", None), "role-until"),
            (grant(MAIL, Role::Auditor, "", Some(house.now())), "role-until"),
        ] {
            assert_eq!(code(sign_in::grant(house, ask).await.unwrap_err()), want);
        }
        sign_in::grant(house, grant(MAIL, Role::Auditor, "", Some(later))).await.unwrap();
        sign_in::grant(house, grant(MAIL, Role::Member, "pty-1", None)).await.unwrap();
        let (token, visitor) = enter(&fresh, MAIL).await;
        visitor.require(Need::SeeHouse).unwrap();
        visitor.require(Need::Act("pty-1")).unwrap();
        assert_eq!(visitor.require(Need::Operate).unwrap_err().code, "not-yours");
        sign_in::revoke(house, MAIL, Role::Member, "pty-1", "ada").await.unwrap();
        assert!(session::visitor(house, &token).await.unwrap().is_none());
        assert_eq!(
            code(sign_in::revoke(house, MAIL, Role::Member, "pty-1", "ada").await.unwrap_err()),
            "role-unknown"
        );
        fresh.world.pass_days(2);
        let (_, visitor) = enter(&fresh, MAIL).await;
        assert!(visitor.require(Need::SeeHouse).is_err(), "an auditor's time is over");
    }
}

#[tokio::test]
async fn keys_do_what_they_are_for_until_they_end() {
    for fresh in house::each(27).await {
        let house = &fresh.house;
        add(house, MAIL, None).await;
        let ask = Grant {
            who: MAIL.to_owned(),
            role: Role::Owner,
            party: "pty-1".to_owned(),
            until: None,
            by: "ada".to_owned(),
        };
        sign_in::grant(house, ask).await.unwrap();
        let (_, visitor) = enter(&fresh, MAIL).await;
        let words = |w: &[&str]| w.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        for (name, scopes, want) in [
            (" ", words(&["read"]), "key-name"),
            ("backup", words(&[]), "scope-unknown"),
            ("backup", words(&["read", "everything"]), "scope-unknown"),
            ("backup", words(&["money"]), "second-factor-none"),
        ] {
            assert_eq!(code(api_key::create(house, &visitor, name, &scopes, None).await.unwrap_err()), want);
        }
        let later = house.now() + SignedDuration::from_hours(24);
        let (row, secret) =
            api_key::create(house, &visitor, "backup", &words(&["set-lists", "read"]), Some(later))
                .await
                .unwrap();
        assert_eq!(row.scopes, "read set-lists");
        let caller = api_key::caller(house, &secret).await.unwrap().unwrap();
        caller.require("read", Need::See("pty-1")).unwrap();
        assert_eq!(caller.require("read", Need::See("pty-2")).unwrap_err().code, "not-yours");
        assert_eq!(caller.require("money", Need::Own("pty-1")).unwrap_err().code, "scope-missing");
        for odd in ["", "ttk_", &secret[..secret.len() - 1], &secret.to_uppercase()] {
            assert!(api_key::caller(house, odd).await.unwrap().is_none());
        }
        let (passing, until_then) = (secret.clone(), row.id.clone());
        fresh.world.pass_days(1);
        assert!(api_key::caller(house, &passing).await.unwrap().is_none(), "its time is over");
        api_key::end(house, &visitor, until_then.as_str()).await.unwrap();
        assert_eq!(
            code(api_key::end(house, &visitor, until_then.as_str()).await.unwrap_err()),
            "key-unknown"
        );
        let (_, endless) = api_key::create(house, &visitor, "x", &words(&["read"]), None).await.unwrap();
        let mine = api_key::list(house, &visitor).await.unwrap();
        api_key::end(house, &visitor, mine[0].id.as_str()).await.unwrap();
        assert!(api_key::caller(house, &endless).await.unwrap().is_none(), "{}", fresh.engine);
    }
}
