//! Who may sign in to the demo, with a password and a key for programs each.

use app::session::{self, Role};
use app::sign_in::{self, Add, Grant};
use app::{Failure, House, api_key};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// What a demo's key may do: everything that does not ask for a second factor.
const SCOPES: [&str; 4] = ["read", "listen", "set-lists", "catalogue"];

/// Lets somebody in under a name of the demo; with the password and the key, which are new each time.
pub async fn person(house: &House, word: &str, name: &str, role: Role) -> Result<Value, Failure> {
    let password = format!("{:016x}", ports::world::bits());
    let ask = Add {
        login: name.to_owned(),
        name: name.to_owned(),
        lang: "fr".to_owned(),
        password: Some(password.clone()),
        by: "demo".to_owned(),
        ..Add::default()
    };
    let row = sign_in::add(house, ask).await?;
    let party = if role.of_house() {
        String::new()
    } else {
        let mut tx = house.store.begin_read().await?;
        app::party::find(&mut tx, name).await?.party.id.to_string()
    };
    // Whoever only looks does so for a year.
    let until = (role == Role::Auditor).then(|| house.now() + SignedDuration::from_hours(24 * 365));
    let ask = Grant { who: row.id.to_string(), role, party, until, by: "demo".to_owned() };
    sign_in::grant(house, ask).await?;
    let entered = sign_in::enter_by_password(house, name, &password, "demo", None).await?;
    let mut key = Value::Null;
    if let Some(visitor) = session::visitor(house, &entered.token).await? {
        let scopes = SCOPES.map(str::to_owned);
        key = api_key::create(house, &visitor, "demo", &scopes, None).await?.1.into();
        session::end(house, &visitor, entered.session.id.as_str()).await?;
    }
    Ok(json!({ "role": word, "name": name, "password": password, "api_key": key }))
}
