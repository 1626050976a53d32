//! CAS 3: the institution's server hands out a ticket, and tells us whose it is.

use ledger::Hash;
use ports::http::{Ask, Fetch};
use store::WayRow;
use url::Url;

use super::oidc::Departure;
use super::{Browser, Door, Known, arrive, away, door};
use crate::failure::refuse;
use crate::sign_in::{Entered, hex};
use crate::{Failure, House};

/// How long somebody may take at the institution's page.
const WAY: jiff::SignedDuration = jiff::SignedDuration::from_mins(15);

/// Sends somebody to an institution's CAS server; `back` is our address to come back to, to which a word is added that
/// tells the way.
///
/// # Errors
/// `door-none`.
pub async fn depart(house: &House, institution: &str, back: &str, next: &str) -> Result<Departure, Failure> {
    let server = server(house, institution).await?;
    let (state, ticket) = (hex(&house.world.nonce()), hex(&house.world.nonce()));
    let service = format!("{back}?way={state}");
    let mut to = login(&server)?;
    to.query_pairs_mut().append_pair("service", &service);
    let held = serde_json::json!({ "service": service, "ticket": Hash::of(ticket.as_bytes()).to_string(), "next": next });
    let way = WayRow {
        institution: institution.to_owned(),
        kind: "cas".to_owned(),
        held: held.to_string(),
        until: house.now() + WAY,
    };
    let mut tx = house.store.begin().await?;
    tx.insert_way(house.store.fields(), &Hash::of(state.as_bytes()).to_string(), &way, house.world.nonce())
        .await?;
    tx.commit().await?;
    Ok(Departure { to: to.into(), ticket })
}

/// Lets somebody in who comes back from an institution's CAS server.
///
/// # Errors
/// In this order: `door-replayed`, `door-late`, `door-none`, `door-away`, `door-refused`.
pub async fn come_back(
    house: &House,
    fetch: &dyn Fetch,
    state: &str,
    given: &str,
    kept: &str,
    browser: Browser<'_>,
) -> Result<Entered, Failure> {
    let mut tx = house.store.begin().await?;
    let way = tx.take_way(house.store.fields(), &Hash::of(state.as_bytes()).to_string()).await?;
    tx.commit().await?;
    let replayed = || {
        refuse(
            "door-replayed",
            "this way in was used already, or by another browser",
            "begin once more at your institution's page",
        )
    };
    let way = way.filter(|w| w.kind == "cas").ok_or_else(replayed)?;
    let held: serde_json::Value =
        serde_json::from_str(&way.held).map_err(|e| store::Fault::new(e.to_string()))?;
    let word = |key: &str| held.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
    if Hash::of(kept.as_bytes()).to_string() != word("ticket") {
        return Err(replayed());
    }
    if way.until <= house.now() {
        return Err(refuse("door-late", "you were away for more than 15 minutes", "begin once more"));
    }
    let mut url = Url::parse(&format!("{}/p3/serviceValidate", server(house, &way.institution).await?))
        .map_err(|_| away("its address is none"))?;
    url.query_pairs_mut().append_pair("service", &word("service")).append_pair("ticket", given);
    let answer = fetch.ask(Ask::get(url)).await.map_err(|e| away(&e.to_string()))?;
    if answer.status != 200 {
        return Err(away(&format!("it answered with status {}", answer.status)));
    }
    let user = formats::door::cas_user(&answer.body).map_err(|code| match code.as_str() {
        "unreadable" => away("its answer cannot be read"),
        code => refuse(
            "door-refused",
            format!("your institution's system did not confirm who you are: `{code}`"),
            "begin once more",
        ),
    })?;
    let mut tx = house.store.begin().await?;
    let known = Known { institution: &way.institution, door: "cas", subject: &user, until: None };
    let mut entered = arrive(house, &mut tx, known, browser).await?;
    entered.next = word("next");
    tx.commit().await?;
    Ok(entered)
}

async fn server(house: &House, institution: &str) -> Result<String, Failure> {
    match door(house, institution, "cas").await? {
        Door::Cas { server } => {
            let plain = server.trim_end_matches('/');
            Ok(plain.strip_suffix("/login").unwrap_or(plain).to_owned())
        }
        _ => Err(super::no_door("cas")),
    }
}

fn login(server: &str) -> Result<Url, Failure> {
    Url::parse(&format!("{server}/login")).map_err(|_| away("its address is none"))
}
