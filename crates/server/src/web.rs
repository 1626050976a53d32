//! What every page works with, and the table of addresses.

use std::sync::Arc;
use std::time::Duration;

use app::House;
use app::member::Fetch;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::get;
use hmac::Mac;
use tokio::sync::Semaphore;

use crate::access::Access;
use crate::flaw::Flaw;
use crate::pace::Pace;
use crate::recall::Recall;
use crate::squeeze::squeeze;
use crate::stash::{Stash, Upload};
use crate::subsonic::Players;
use crate::visit::{hex, mac, unhex};
use crate::watch::Meter;
use crate::{Config, access, api, frame, pace, pages, subsonic, watch, web_build};

/// How many uploads are read and matched at the same time; the others wait.
const UPLOADS_AT_ONCE: usize = 2;

/// What every page works with. Cheap to clone.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    house: House,
    access: Access,
    secret: [u8; 32],
    stash: Stash,
    pace: Pace,
    players: Players,
    recall: Recall,
    uploads: Arc<Semaphore>,
    upload_bytes: usize,
    request_time: Duration,
    fetch: Arc<dyn Fetch>,
    decided: pages::licence::credits::Figure,
    meter: Meter,
    metrics_token: Option<String>,
}

impl Web {
    /// Puts together what the pages need.
    pub fn new(house: House, config: &Config) -> Web {
        let secret = config.secret.unwrap_or_else(|| {
            let (a, b) = (house.world.nonce(), house.world.nonce());
            let mut secret = [0; 32];
            secret[..16].copy_from_slice(&a[..16]);
            secret[16..].copy_from_slice(&b[..16]);
            secret
        });
        Web(Arc::new(Inner {
            access: Access::new(config),
            house,
            secret,
            stash: Stash::default(),
            pace: Pace::default(),
            recall: Recall::default(),
            players: Players::new(config.recorder.clone()),
            uploads: Arc::new(Semaphore::new(UPLOADS_AT_ONCE)),
            upload_bytes: config.upload_bytes,
            request_time: config.request_time,
            fetch: config.fetch.clone(),
            decided: pages::licence::credits::Figure::default(),
            meter: Meter::default(),
            metrics_token: config.metrics_token.clone(),
        }))
    }

    pub(crate) fn house(&self) -> &House {
        &self.0.house
    }

    pub(crate) fn access(&self) -> &Access {
        &self.0.access
    }

    pub(crate) fn stash(&self) -> &Stash {
        &self.0.stash
    }

    /// An upload that waits for an answer, here or in another process.
    pub(crate) async fn waiting_upload(&self, key: &str) -> Result<Option<Upload>, Flaw> {
        if let Some(upload) = self.0.stash.upload(key) {
            return Ok(Some(upload));
        }
        let text = app::waiting::find(self.house(), key).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Keeps an upload that waits for an answer.
    pub(crate) async fn keep_upload(&self, key: &str, upload: Upload) -> Result<(), Flaw> {
        if app::waiting::is_shared(self.house()) && upload.bytes.len() < app::waiting::MOST {
            let text = serde_json::to_string(&upload).map_err(|e| Flaw::Fault(e.to_string()))?;
            app::waiting::keep(self.house(), key, &text).await?;
        }
        self.0.stash.keep_upload(key, upload);
        Ok(())
    }

    /// Forgets an upload that was answered.
    pub(crate) async fn forget_upload(&self, key: &str) -> Result<(), Flaw> {
        self.0.stash.forget(key);
        Ok(app::waiting::forget(self.house(), key).await?)
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.0.pace
    }

    pub(crate) fn recall(&self) -> &Recall {
        &self.0.recall
    }

    pub(crate) fn players(&self) -> &Players {
        &self.0.players
    }

    /// What is counted of requests.
    pub(crate) fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// The token that opens the metrics from elsewhere.
    pub(crate) fn metrics_token(&self) -> Option<&str> {
        self.0.metrics_token.as_deref()
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.0.secret
    }

    /// How many works have a decision, as it was counted last.
    pub(crate) fn decided(&self) -> &pages::licence::credits::Figure {
        &self.0.decided
    }

    /// What asks the systems of institutions.
    pub(crate) fn fetch(&self) -> &dyn Fetch {
        self.0.fetch.as_ref()
    }

    pub(crate) fn request_time(&self) -> Duration {
        self.0.request_time
    }

    /// A seat among those whose upload is worked on; waits for one.
    pub(crate) async fn upload_seat(&self) -> Result<tokio::sync::OwnedSemaphorePermit, Flaw> {
        self.0.uploads.clone().acquire_owned().await.map_err(|_| Flaw::Slow)
    }

    /// Thirty-two unforeseeable hexadecimal digits.
    pub(crate) fn random_name(&self) -> String {
        hex(&self.0.house.world.nonce()[..16])
    }

    /// The form token of a visit: another text each time, since it is masked with fresh bits that stand before it.
    pub(crate) fn token(&self, name: &str) -> String {
        let plain = mac(&self.0.secret, "form", name.as_bytes()).finalize().into_bytes();
        let mut mask = self.0.house.world.nonce().to_vec();
        mask.resize(plain.len(), 0);
        mask[24..].copy_from_slice(&self.0.house.world.nonce()[..8]);
        let masked = plain.iter().zip(&mask).map(|(p, m)| p ^ m);
        hex(&mask.iter().copied().chain(masked).collect::<Vec<u8>>())
    }

    /// Whether a token is that of a visit; takes the same time whatever it is.
    pub(crate) fn token_fits(&self, name: &str, token: &str) -> bool {
        unhex(token).filter(|bytes| bytes.len() == 64).is_some_and(|bytes| {
            let (mask, masked) = bytes.split_at(32);
            let plain: Vec<u8> = mask.iter().zip(masked).map(|(m, p)| m ^ p).collect();
            mac(&self.0.secret, "form", name.as_bytes()).verify_slice(&plain).is_ok()
        })
    }
}

impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Web(…)")
    }
}

/// Every address, inside the frame that gives each answer its headers, its language and its limits.
pub fn router(web: Web) -> Router {
    let uploads = DefaultBodyLimit::max(web.0.upload_bytes);
    let uploads_too = DefaultBodyLimit::max(web.0.upload_bytes);
    let house_only = Router::new()
        .route("/set-list", get(pages::set_list::form).post(pages::set_list::submit).layer(uploads))
        .route(
            "/set-list/shared",
            get(pages::set_list::form).post(pages::set_list::shared).layer(uploads_too),
        )
        .route("/set-list/answer", get(pages::set_list::form).post(pages::set_list::answer))
        .route("/set-list/{id}", get(pages::review::show))
        .route("/set-list/{id}/settle", get(pages::review::back).post(pages::review::settle))
        .route("/compare/{pot}", get(pages::compare::show))
        .route("/territory", get(pages::territory::all))
        .route("/territory/{*code}", get(pages::territory::show))
        .route("/statement", get(pages::statement::find))
        .route("/statement/{party}", get(pages::statement::show))
        .route("/statement/{party}/pdf", get(pages::statement::pdf))
        .route("/heard/{party}", get(pages::heard::page))
        .route("/jobs", get(pages::job::page).post(pages::job::again))
        .route("/webhooks", get(pages::webhook::of_house).post(pages::webhook::act_of_house))
        .route("/guards", get(pages::guard::page).post(pages::guard::decide))
        .route("/institution/{party}", get(pages::institution::show))
        .route("/institution/{party}/money", get(pages::institution::money))
        .route("/institution/{party}/use", get(pages::institution::usage))
        .route("/institution/{party}/use/csv", get(pages::institution::usage_csv))
        .route("/institution/{party}/use/json", get(pages::institution::usage_json))
        .route("/institution/{party}/invoice/{number}", get(pages::institution::invoice))
        .route("/institution/{party}/invoice/{number}/pdf", get(pages::institution::invoice_pdf))
        .route("/institution/{party}/invoice/{number}/xml", get(pages::institution::invoice_xml))
        .route("/invoice/{party}", get(pages::invoice::list))
        .route("/invoice/{party}/{number}", get(pages::invoice::one))
        .route("/invoice/{party}/{number}/pdf", get(pages::invoice::pdf))
        .route("/invoice/{party}/{number}/json", get(pages::invoice::json))
        .route("/consent/of/{party}", get(pages::consent::of).post(pages::consent::set_of))
        .layer(from_fn_with_state(web.clone(), access::guard));
    let acting = Router::new()
        .route("/heard/{party}/appeal", get(pages::heard::page).post(pages::heard::appeal))
        .route(
            "/institution/{party}/invitations",
            get(pages::institution::invitations).post(pages::institution::invite),
        )
        .route(
            "/institution/{party}/invitations/end",
            get(pages::institution::invitations).post(pages::institution::end_invitation),
        )
        .route("/briefs/{party}", get(pages::brief::list))
        .route("/briefs/{party}/answer/{brief}", axum::routing::post(pages::brief::answered))
        .route("/briefs/{party}/new", get(pages::brief::sheet::begin).post(pages::brief::sheet::write))
        .route(
            "/briefs/{party}/terms",
            get(pages::brief::own::terms_form).post(pages::brief::own::keep_terms),
        )
        .route(
            "/briefs/{party}/contact",
            get(pages::brief::own::contact_form).post(pages::brief::own::keep_contact),
        )
        .route("/briefs/{party}/brief/{brief}", get(pages::brief::one).post(pages::brief::acted))
        .route(
            "/briefs/{party}/brief/{brief}/edit",
            get(pages::brief::sheet::edit).post(pages::brief::sheet::rewrite),
        )
        .route(
            "/briefs/{party}/contract/{deal}",
            get(pages::brief::contract::page).post(pages::brief::contract::stepped),
        )
        .route("/briefs/{party}/contract/{deal}/text", get(pages::brief::contract::text))
        .route("/briefs/{party}/invoices", get(pages::brief::invoice::list))
        .route("/briefs/{party}/session/{grant}", get(pages::brief::drawn))
        .route("/briefs/{party}/contract/{deal}/invoice/{number}", get(pages::brief::invoice::one))
        .route("/briefs/{party}/contract/{deal}/invoice/{number}/pdf", get(pages::brief::invoice::pdf))
        .route("/briefs/{party}/contract/{deal}/invoice/{number}/xml", get(pages::brief::invoice::xml))
        .route(
            "/institution/{party}/selections",
            get(pages::selection_editor::list).post(pages::selection_editor::write),
        )
        .route("/institution/{party}/selections/{selection}", get(pages::selection_editor::form))
        .route(
            "/institution/{party}/selections/{selection}/status",
            get(pages::selection_editor::back).post(pages::selection_editor::status),
        )
        .route(
            "/institution/{party}/selections/{selection}/picture",
            get(pages::selection_editor::back)
                .post(pages::selection_editor::picture)
                .layer(DefaultBodyLimit::max(app::selection::MOST_PICTURE_BYTES + 64 * 1024)),
        )
        .route(
            "/institution/{party}/agenda",
            get(pages::selection_editor::back_all).post(pages::selection_editor::add_event),
        )
        .route(
            "/institution/{party}/agenda/remove",
            get(pages::selection_editor::back_all).post(pages::selection_editor::remove_event),
        )
        .route("/sets/{party}", get(pages::sets::page).post(pages::sets::prove))
        .route("/sets/{party}/mail", get(pages::sets::page).post(pages::sets::mail))
        .route("/sets/{party}/mailed/{draft}", get(pages::set_list::mailed))
        .route("/shares/{party}", get(pages::share_offer::page).post(pages::share_offer::act))
        .route("/tracks/{party}", get(pages::track::page).post(pages::track::act))
        .route("/thanks/{party}", get(pages::thanks::page).post(pages::thanks::say))
        .route("/bank/{party}", get(pages::bank_details::page).post(pages::bank_details::set))
        .route("/webhooks/{party}", get(pages::webhook::of_party).post(pages::webhook::act_of_party))
        .route("/licence/{party}", get(pages::licence::holder::page).post(pages::licence::holder::act))
        .route(
            "/licensee/{party}/audit",
            get(pages::licence::audit::page).post(pages::licence::audit::answer),
        )
        .route("/licensee/{party}", get(pages::licence::licensee::page).post(pages::licence::licensee::act))
        .layer(from_fn_with_state(web.clone(), access::acting));
    let inside = Router::new()
        .route("/house", get(pages::house::show))
        .route("/house/runs", get(pages::house::run::list).post(pages::house::run::draft))
        .route("/house/run/{run}", get(pages::house::run::one).post(pages::house::run::decide))
        .route("/house/payouts", get(pages::house::payout::list).post(pages::house::payout::act))
        .route("/house/suspense", get(pages::house::suspense::list).post(pages::house::suspense::end_due))
        .route("/house/disputes", get(pages::house::dispute::list).post(pages::house::dispute::act))
        .route("/house/work", get(pages::house::work::list).post(pages::house::work::act))
        .route("/house/grants", get(pages::house::grant::list).post(pages::house::grant::give))
        .route("/house/grants/{grant}/log", get(pages::house::grant::log))
        .route("/house/doctor", get(pages::house::doctor))
        .route("/house/visits", get(pages::house::visits))
        .route("/rules/announce", get(pages::policy::back).post(pages::policy::announce))
        .route("/rules/withdraw", get(pages::policy::back).post(pages::policy::withdraw))
        .layer(from_fn_with_state(web.clone(), access::inside));
    let wishes = Router::new()
        .route("/places/wish", get(pages::place::back).post(pages::place::wish))
        .layer(from_fn_with_state(web.clone(), pace::guard));
    let paced = Router::new()
        .route("/search", get(pages::claim::search))
        .route("/discover", get(pages::discover::search))
        .route("/recording/{id}", get(pages::discover::recording))
        .route("/game/{id}", get(pages::game::show).post(pages::game::open))
        .route("/game/{id}/beat", axum::routing::post(pages::game::beat))
        .route("/recording/{id}/radio", get(pages::discover::radio))
        .route("/recording/{id}/path", get(pages::discover::path))
        .route("/claim", get(pages::claim::form).post(pages::claim::send))
        .route("/claim/{token}", get(pages::claim::invited))
        .route("/consent/mine/{token}", get(pages::consent::mine).post(pages::consent::set_mine))
        .route("/credits", get(pages::licence::credits::page))
        .route("/permit", axum::routing::post(pages::licence::permit::give))
        .route("/consent/recording/{name}", get(pages::consent::recording))
        .route("/consent/check", get(pages::consent::check_form).post(pages::consent::check))
        .layer(from_fn_with_state(web.clone(), pace::guard));
    let doors = Router::new()
        .route("/sign-in", get(pages::sign_in::form).post(pages::sign_in::ask))
        .route("/sign-in/password", get(pages::sign_in::form).post(pages::sign_in::password))
        .route("/sign-in/sent", get(pages::sign_in::sent))
        .route("/sign-in/link/{token}", get(pages::sign_in::link).post(pages::sign_in::follow))
        .route("/sign-out", get(pages::account::back).post(pages::sign_in::out))
        .route("/second-factor", get(pages::second_factor::ask).post(pages::second_factor::show))
        .route("/account", get(pages::account::show))
        .route("/account/name", get(pages::account::back).post(pages::account::rename))
        .route("/account/password", get(pages::account::back).post(pages::account::password))
        .route("/account/sessions", get(pages::account::back).post(pages::account::end_sessions))
        .route("/account/webhooks", get(pages::webhook::of_person).post(pages::webhook::act_of_person))
        .route("/account/keys", get(pages::account::back).post(pages::account::make_key))
        .route("/account/keys/end", get(pages::account::back).post(pages::account::end_key))
        .route(
            "/account/second-factor",
            get(pages::second_factor::set_up).post(pages::second_factor::confirm),
        )
        .route("/account/second-factor/remove", get(pages::account::back).post(pages::second_factor::remove))
        .route("/account/passkey", get(pages::passkey::make_form).post(pages::passkey::make))
        .route("/account/passkeys", get(pages::account::back).post(pages::passkey::rename))
        .route("/account/passkeys/end", get(pages::account::back).post(pages::passkey::end))
        .route("/second-factor/passkey", get(pages::account::back).post(pages::passkey::show))
        .route("/sign-in/passkey", get(pages::passkey::door).post(pages::passkey::enter))
        .route("/account/export", get(pages::account::export))
        .route("/account/leave", get(pages::account::back).post(pages::account::leave))
        .route("/account/erase", get(pages::account::back).post(pages::account::erase))
        .route("/join", get(pages::enter::join_form).post(pages::enter::join))
        .route("/enter/{institution}", get(pages::enter::show))
        .route("/enter/{institution}/card", get(pages::enter::show).post(pages::enter::by_card))
        .route("/enter/{institution}/network", get(pages::enter::show).post(pages::enter::on_site))
        .route("/enter/{institution}/link", get(pages::enter::by_link))
        .route("/enter/{institution}/oidc", get(pages::enter::to_oidc))
        .route("/enter/{institution}/cas", get(pages::enter::to_cas))
        .route("/enter/oidc/back", get(pages::enter::from_oidc))
        .route("/enter/cas/back", get(pages::enter::from_cas))
        .route("/users/auth/pmb", get(pages::enter::by_pmb))
        .layer(from_fn_with_state(web.clone(), pace::guard));
    let listen = Router::new()
        .route("/listen", get(pages::listen::home::show))
        .route("/listen/search", get(pages::listen::home::search))
        .route("/listen/albums", get(pages::listen::home::albums))
        .route("/listen/favourites", get(pages::listen::home::favourites))
        .route("/listen/selection/{slug}", get(pages::listen::home::chosen))
        .route("/listen/album/{id}", get(pages::listen::things::album))
        .route("/listen/artist/{id}", get(pages::listen::things::artist))
        .route("/listen/song/{id}", get(pages::listen::things::song))
        .route("/listen/star", get(pages::listen::back).post(pages::listen::keep::star))
        .route("/listen/lists", get(pages::listen::lists::list).post(pages::listen::lists::make))
        .route("/listen/lists/add", get(pages::listen::lists::list).post(pages::listen::lists::add))
        .route("/listen/list/{id}", get(pages::listen::lists::one))
        .route("/listen/list/{id}/out", get(pages::listen::back).post(pages::listen::lists::out))
        .route("/listen/list/{id}/name", get(pages::listen::back).post(pages::listen::lists::name))
        .route("/listen/list/{id}/drop", get(pages::listen::back).post(pages::listen::lists::drop))
        .route("/listen/list/{id}/{format}", get(pages::listen::lists::file))
        .route("/listen/history", get(pages::listen::history::show).post(pages::listen::history::forget))
        .route("/listen/history/training", get(pages::listen::back).post(pages::listen::history::train))
        .route("/listen/players", get(pages::listen::players::show).post(pages::listen::players::make))
        .route("/listen/players/end", get(pages::listen::players::back).post(pages::listen::players::end))
        .route("/listen/money", get(pages::listen::money::show))
        .route("/listen/stream/{id}", get(pages::listen::say::stream))
        .route("/listen/cover/{id}", get(pages::listen::say::cover))
        .route("/listen/wave/{id}", get(pages::listen::say::wave))
        .route("/listen/said", get(pages::listen::back).post(pages::listen::say::said))
        .route("/listen/queue", get(pages::listen::say::queue).post(pages::listen::say::keep));
    let pages = Router::new()
        .route("/oai", get(pages::oai::get).post(pages::oai::post))
        .route("/", get(pages::home::show))
        .route("/figures", get(pages::figures::show))
        .route("/places", get(pages::place::directory))
        .route("/places/{slug}", get(pages::place::one))
        .route("/selections", get(pages::selection::list))
        .route("/selection/{slug}", get(pages::selection::one))
        .route("/selection/{slug}/picture/{hash}", get(pages::selection::image))
        .route("/embed/selection/{slug}", get(pages::selection::embed))
        .route("/kiosk/{slug}", get(pages::selection::kiosk_first))
        .route("/kiosk/{slug}/{turn}", get(pages::selection::kiosk))
        .route("/rules", get(pages::policy::page))
        .route("/rules/comment", get(pages::policy::back).post(pages::policy::comment))
        .route("/briefs", get(pages::brief::mine))
        .route("/field", get(pages::brief::field::page))
        .route("/field.json", get(pages::brief::field::json))
        .route("/field/session/{grant}", get(pages::brief::field::session))
        .route("/health", get(pages::health::show))
        .route("/consent", get(pages::consent::about))
        .route("/log", get(pages::log::show))
        .route("/log/{*path}", get(pages::log::file))
        .route("/static/{file}", get(pages::assets::show))
        .route("/favicon.ico", get(pages::assets::icon))
        .route("/app.webmanifest", get(pages::assets::manifest))
        .merge(house_only)
        .merge(acting)
        .merge(inside)
        .merge(wishes)
        .merge(paced)
        .merge(doors)
        .merge(listen)
        .fallback(async || Flaw::NotFound)
        .layer(from_fn(access::same_site))
        .layer(from_fn_with_state(web.clone(), frame::frame));
    // Asked by programs many times a minute: no session, no language, no page.
    let bare = Router::new()
        .route("/health/live", get(pages::health::live))
        .route("/health/ready", get(pages::health::ready))
        .route("/metrics", get(watch::metrics))
        .layer(map_response(frame::bare));
    Router::new()
        .merge(api::routes())
        .merge(subsonic::routes())
        .merge(web_build::routes())
        .merge(pages)
        .layer(from_fn(squeeze))
        .merge(bare)
        .layer(from_fn_with_state(web.clone(), watch::watch))
        .with_state(web)
}
