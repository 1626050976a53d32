//! Handing in a set list: the form, what it is read as, and the questions it may raise.

use app::catalogue;
use app::pot::Gift;
use app::set_list::{self, Same, Submit, Submitted};
use app::{Failure, House, Refusal};
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use money::Currency;
use music::pot::PayerRole;
use serde::Deserialize;

use crate::access::{self, Asker};
use crate::flaw::{Flaw, speak};
use crate::pages::question::{self, Question};
use crate::stash::Upload;
use crate::visit::Visit;
use crate::{Lang, Web, adapters, form, layout, show};

/// Most bytes of one field that is not the file.
const FIELD_BYTES: usize = 2_000;
/// The name of a list that was pasted rather than chosen.
const PASTED: &str = "pasted.txt";
/// How the id of a list that came by mail begins.
const DRAFT: &str = "mdr-";

/// The form as somebody filled it in, in their words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Sheet {
    pub(crate) performer: String,
    event: String,
    date: String,
    venue: String,
    city: String,
    territory: String,
    time_zone: String,
    gift: String,
    fee: String,
    share: String,
    amount: String,
    currency: String,
    visibility: String,
    role: String,
    payer: String,
    attests: bool,
    kept: String,
    /// Answers to what the file left open.
    pub(crate) set: Option<u32>,
    pub(crate) same: Option<String>,
    pub(crate) register: bool,
}

impl Default for Sheet {
    fn default() -> Self {
        let empty = String::new;
        Sheet {
            performer: empty(),
            event: empty(),
            date: empty(),
            venue: empty(),
            city: empty(),
            territory: empty(),
            time_zone: empty(),
            gift: "share".to_owned(),
            fee: empty(),
            share: empty(),
            amount: empty(),
            currency: "EUR".to_owned(),
            visibility: "track-only".to_owned(),
            role: "dj".to_owned(),
            payer: empty(),
            attests: false,
            kept: empty(),
            set: None,
            same: None,
            register: false,
        }
    }
}

impl Sheet {
    fn put(&mut self, name: &str, value: String) {
        match name {
            "performer" => self.performer = value,
            "event" => self.event = value,
            "date" => self.date = value,
            "venue" => self.venue = value,
            "city" => self.city = value,
            "territory" => self.territory = value,
            "time_zone" => self.time_zone = value,
            "gift" => self.gift = value,
            "fee" => self.fee = value,
            "share" => self.share = value,
            "amount" => self.amount = value,
            "currency" => self.currency = value,
            "visibility" => self.visibility = value,
            "role" => self.role = value,
            "payer" => self.payer = value,
            "attests" => self.attests = value == "yes",
            "kept" => self.kept = value,
            _ => {}
        }
    }

    /// What the form asks of the use case; the first field that cannot be read refuses.
    fn ask(&self, document: &str, bytes: Vec<u8>) -> Result<Submit, Refusal> {
        if self.performer.trim().is_empty() {
            return Err(Refusal::new(
                "performer-missing",
                "a set list needs the name of who played",
                "give the name as it is announced",
            ));
        }
        let unreadable =
            |code, text: &str| Refusal::new(code, format!("`{}` cannot be read", form::short(text)), "");
        let currency: Currency = self.currency.parse().map_err(|_| unreadable("currency", &self.currency))?;
        let gift = match self.gift.as_str() {
            "share" if !self.fee.trim().is_empty() => Some(Gift::Share {
                fee: form::amount(&self.fee, currency)?,
                share: form::share(&self.share)?,
            }),
            "share" => return Err(Refusal::new("fee-missing", "a share needs the fee it is taken of", "")),
            "amount" if !self.amount.trim().is_empty() => {
                Some(Gift::Amount(form::amount(&self.amount, currency)?))
            }
            "amount" => return Err(Refusal::new("gift-missing", "the amount is empty", "")),
            _ => None,
        };
        let date = match self.date.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| unreadable("date", text))?),
        };
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        Ok(Submit {
            document: document.to_owned(),
            bytes,
            set: self.set,
            performer: self.performer.trim().to_owned(),
            payer: filled(&self.payer),
            role: PayerRole::from_word(&self.role).unwrap_or(PayerRole::Dj),
            gift,
            event: self.event.trim().to_owned(),
            date,
            venue: self.venue.trim().to_owned(),
            city: self.city.trim().to_owned(),
            territory: filled(&self.territory).map(|t| t.to_uppercase()),
            time_zone: self.time_zone.trim().to_owned(),
            visibility: self.visibility.clone(),
            venue_attests: self.attests,
            same: match self.same.as_deref() {
                Some("another") => Some(Same::Another),
                Some(id) => Some(Same::As(id.parse().map_err(|_| unreadable("set-list-unknown", id))?)),
                None => None,
            },
            ..Submit::default()
        })
    }
}

/// A list whose settings are taken again.
#[derive(Debug, Deserialize)]
pub(crate) struct Like {
    like: Option<String>,
    /// A file that waits already.
    kept: Option<String>,
}

/// The form as it was for an earlier list: who, where, what is given and shown; never the fee, which is not kept.
async fn again(web: &Web, asker: &Asker, id: &str) -> Result<Sheet, Flaw> {
    let id = id.parse().map_err(|_| Flaw::NotFound)?;
    let (list, event, _) = set_list::show(web.house(), &id).await?;
    asker.require(app::session::Need::Act(list.submitted_by.as_str()))?;
    let mut tx = web.house().store.begin_read().await?;
    let performer = tx.party(&list.performer).await?.map(|p| p.party.name).unwrap_or_default();
    let mut sheet = Sheet {
        performer,
        venue: event.venue,
        city: event.city,
        territory: event.territory.map(|t| t.to_string()).unwrap_or_default(),
        time_zone: event.time_zone,
        visibility: list.visibility,
        gift: "none".to_owned(),
        ..Sheet::default()
    };
    for given in tx.contributions_by(&list.submitted_by).await? {
        let same = tx.pot(&given.pot).await?.is_some_and(|p| p.event.as_ref() == Some(&list.event));
        if !same {
            continue;
        }
        sheet.currency = given.pledged.currency().code().to_owned();
        sheet.role = given.role.word().to_owned();
        match given.share {
            Some(share) => {
                sheet.gift = "share".to_owned();
                sheet.share = share.to_string().trim_end_matches(" %").to_owned();
            }
            None => {
                sheet.gift = "amount".to_owned();
                sheet.amount = given.pledged.to_minor_decimal();
            }
        }
    }
    Ok(sheet)
}

/// The empty form.
pub(crate) async fn form(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Query(like): Query<Like>,
) -> Result<Html<String>, Flaw> {
    let mut sheet = Sheet::default();
    let waiting = match &like.kept {
        Some(kept) => web.waiting_upload(&stash_key(&visit, kept)).await?.map(|u| (kept.clone(), u.document)),
        None => None,
    };
    if let Some(id) = like.like {
        sheet = again(&web, &asker, &id).await?;
        return page(&web, &visit, &sheet, "", None).await;
    }
    if let Asker::Person(visitor) = &asker
        && let [(_, name)] = access::own_parties(&web, visitor).await?.as_slice()
    {
        sheet.performer.clone_from(name);
    }
    let (kept, document) = waiting.unwrap_or_default();
    sheet.kept = kept;
    page(&web, &visit, &sheet, &document, None).await
}

/// Takes the form with its file or pasted lines.
pub(crate) async fn submit(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    multipart: Multipart,
) -> Result<Response, Flaw> {
    let _seat = web.upload_seat().await?;
    let (sheet, file) = read(&web, &visit, multipart).await?;
    let key = stash_key(&visit, &sheet.kept);
    let upload = match file {
        Some((document, bytes)) => Upload { sheet, document, bytes: bytes.into() },
        None => match web.waiting_upload(&key).await? {
            Some(kept) => Upload { sheet, ..kept },
            None => {
                let refusal = Refusal::new("file-missing", "no file was chosen and no line pasted", "");
                let html = page(&web, &visit, &sheet, "", Some(&refusal)).await?;
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response());
            }
        },
    };
    hand_in(&web, &visit, &asker, upload).await
}

/// An answer to a question that a list raised.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    csrf: String,
    kept: String,
    set: Option<u32>,
    same: Option<String>,
    performer: Option<String>,
    register: Option<String>,
}

/// Goes on with a list that raised a question.
pub(crate) async fn answer(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Form(answer): Form<Answer>,
) -> Result<Response, Flaw> {
    visit.check(&web, &answer.csrf)?;
    let _seat = web.upload_seat().await?;
    let Some(mut upload) = web.waiting_upload(&stash_key(&visit, &answer.kept)).await? else {
        let refusal = Refusal::new("upload-gone", "the list that waited for this answer is gone", "");
        let html = page(&web, &visit, &Sheet::default(), "", Some(&refusal)).await?;
        return Ok((StatusCode::GONE, html).into_response());
    };
    let sheet = &mut upload.sheet;
    sheet.kept = answer.kept;
    sheet.set = answer.set.or(sheet.set);
    sheet.same = answer.same.or_else(|| sheet.same.take());
    sheet.performer = answer.performer.unwrap_or_else(|| std::mem::take(&mut sheet.performer));
    sheet.register |= answer.register.is_some();
    hand_in(&web, &visit, &asker, upload).await
}

async fn hand_in(web: &Web, visit: &Visit, asker: &Asker, mut upload: Upload) -> Result<Response, Flaw> {
    let house = web.house();
    if !upload.sheet.performer.trim().is_empty() {
        upload.sheet.performer = access::own_party(web, asker, &upload.sheet.performer).await?;
    }
    if !upload.sheet.payer.trim().is_empty() {
        upload.sheet.payer = access::own_party(web, asker, &upload.sheet.payer).await?;
    }
    if upload.sheet.register && adapters::namesakes(house, &upload.sheet.performer).await?.is_empty() {
        adapters::register(house, upload.sheet.performer.trim()).await?;
    }
    let refusal = match upload.sheet.ask(&upload.document, upload.bytes.to_vec()) {
        Err(refusal) => refusal,
        Ok(ask) => match work(web, ask).await {
            Ok(done) => {
                web.forget_upload(&stash_key(visit, &upload.sheet.kept)).await?;
                drop_draft(web, done.list.performer.as_str(), &upload.sheet.kept).await?;
                web.stash().keep_problems(done.list.id.as_str(), done.problems);
                let mark = if done.before { "?before=1" } else { "" };
                return Ok(Redirect::to(&format!("/set-list/{}{mark}", done.list.id)).into_response());
            }
            Err(Failure::Refused(refusal)) => refusal,
            Err(fault) => return Err(fault.into()),
        },
    };
    if upload.sheet.kept.is_empty() {
        upload.sheet.kept = web.random_name();
    }
    let key = upload.sheet.kept.clone();
    web.keep_upload(&stash_key(visit, &key), upload.clone()).await?;
    let html = match Question::of(house, &refusal, &upload).await? {
        Some(asked) => question::page(visit, &asked, &key),
        None => page(web, visit, &upload.sheet, &upload.document, Some(&refusal)).await?,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html).into_response())
}

/// A list that came by mail is no draft any more once it is handed in.
async fn drop_draft(web: &Web, party: &str, kept: &str) -> Result<(), Flaw> {
    if !kept.starts_with(DRAFT) {
        return Ok(());
    }
    match app::mail_in::drop_draft(web.house(), party, kept).await {
        Err(Failure::Fault(fault)) => Err(fault.into()),
        _ => Ok(()),
    }
}

/// The form for a list that came by mail: with its file, and with the settings of the last time.
pub(crate) async fn mailed(
    State(web): State<Web>,
    visit: Visit,
    asker: Asker,
    Path((party, draft)): Path<(String, String)>,
) -> Result<Html<String>, Flaw> {
    let draft = app::mail_in::draft(web.house(), &party, &draft).await?;
    let mut tx = web.house().store.begin_read().await?;
    let record = app::party::find(&mut tx, &party).await?.party;
    let last = tx.set_lists_by(&record.id, 1).await?.into_iter().next();
    drop(tx);
    let mut sheet = match last {
        Some(list) => again(&web, &asker, list.id.as_str()).await.unwrap_or_default(),
        None => Sheet::default(),
    };
    sheet.performer = record.name;
    sheet.event.clone_from(&draft.event);
    sheet.date = draft.date.map(|d| d.to_string()).unwrap_or_default();
    (sheet.venue, sheet.city, sheet.territory) = Default::default();
    sheet.kept.clone_from(&draft.id);
    let key = stash_key(&visit, &draft.id);
    let document = draft.document.clone();
    let upload = Upload { sheet: sheet.clone(), document: draft.document, bytes: draft.bytes.into() };
    web.keep_upload(&key, upload).await?;
    page(&web, &visit, &sheet, &document, None).await
}

/// What a telephone shares with the house: kept, and the form shown with it. It comes without our token, since the
/// telephone made it; nothing is handed in before somebody sends the form.
pub(crate) async fn shared(
    State(web): State<Web>,
    visit: Visit,
    _: Asker,
    mut multipart: Multipart,
) -> Result<Response, Flaw> {
    let _seat = web.upload_seat().await?;
    let (mut file, mut text) = (None, String::new());
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "file" => {
                let document = field.file_name().map(file_name).unwrap_or_default();
                let bytes = field.bytes().await.map_err(broken)?;
                if !bytes.is_empty() && file.is_none() {
                    file = Some((document, bytes.to_vec()));
                }
            }
            "text" | "title" => {
                let words = field.text().await.map_err(broken)?;
                if words.trim().len() > text.trim().len() {
                    text = words;
                }
            }
            _ => {}
        }
    }
    if file.is_none() && !text.trim().is_empty() {
        file = Some((PASTED.to_owned(), text.into_bytes()));
    }
    let Some((document, bytes)) = file else { return Ok(Redirect::to("/set-list").into_response()) };
    let kept = web.random_name();
    let upload = Upload { sheet: Sheet::default(), document, bytes: bytes.into() };
    web.keep_upload(&stash_key(&visit, &kept), upload).await?;
    // A visit that begins here keeps its name, under which the file waits.
    let _ = visit.token();
    Ok(Redirect::to(&format!("/set-list?kept={kept}")).into_response())
}

/// Reads and matches on a thread that may take its time, against the catalogue as it is now.
async fn work(web: &Web, ask: Submit) -> Result<Submitted, Failure> {
    let house: House = web.house().clone();
    let runtime = tokio::runtime::Handle::current();
    let done = tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            let matching = catalogue::open_matching(&house).await?;
            set_list::submit(&house, &matching, ask).await
        })
    });
    done.await.map_err(|e| Failure::Fault(store::Fault::new(format!("reading a set list broke off: {e}"))))?
}

/// What one visit hands in is nobody else's to go on with.
fn stash_key(visit: &Visit, kept: &str) -> String {
    format!("{}:{kept}", visit.name)
}

async fn read(
    web: &Web,
    visit: &Visit,
    mut multipart: Multipart,
) -> Result<(Sheet, Option<(String, Vec<u8>)>), Flaw> {
    let mut sheet = Sheet::default();
    let (mut file, mut pasted) = (None, String::new());
    let mut checked = false;
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "csrf" => {
                visit.check(web, &words(field, FIELD_BYTES).await?)?;
                checked = true;
            }
            // The token stands first in our forms: nothing of a forged one is kept in memory.
            _ if !checked => return Err(Flaw::Forgery),
            "file" => {
                let document = field.file_name().map(file_name).unwrap_or_default();
                let bytes = field.bytes().await.map_err(broken)?;
                if !bytes.is_empty() {
                    file = Some((document, bytes.to_vec()));
                }
            }
            "lines" => pasted = field.text().await.map_err(broken)?,
            _ => sheet.put(&name, words(field, FIELD_BYTES).await?),
        }
    }
    if !checked {
        return Err(Flaw::Forgery);
    }
    if file.is_none() && !pasted.trim().is_empty() {
        file = Some((PASTED.to_owned(), pasted.into_bytes()));
    }
    Ok((sheet, file))
}

pub(crate) fn broken(error: MultipartError) -> Flaw {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Flaw::TooLarge } else { Flaw::BadForm }
}

async fn words(mut field: Field<'_>, most: usize) -> Result<String, Flaw> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > most {
            return Err(Flaw::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// The last part of a file's name, without what a terminal or a path could trip over.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    if clean.is_empty() { "set-list".to_owned() } else { clean }
}

async fn page(
    web: &Web,
    visit: &Visit,
    sheet: &Sheet,
    document: &str,
    refusal: Option<&Refusal>,
) -> Result<Html<String>, Flaw> {
    let lang = visit.lang;
    let (suggested, least) =
        adapters::suggestion(web.house(), sheet.currency.parse().unwrap_or(Currency::EUR)).await?;
    let share =
        if sheet.share.is_empty() { plain_percent(suggested.ppm_floor(), lang) } else { sheet.share.clone() };
    let content = html! {
        h1 { (lang.t("submit-title")) }
        @if let Some(refusal) = refusal {
            @let said = speak(refusal, lang);
            (layout::alert(&said.message, &said.hint, said.lang))
        }
        p.lead { (lang.t("submit-what")) }
        form.sheet method="post" action="/set-list" enctype="multipart/form-data" {
            input type="hidden" name="csrf" value=(visit.token());
            input type="hidden" name="kept" value=(sheet.kept);
            (the_list(document, lang))
            (the_night(sheet, lang))
            (the_gift(sheet, &share, &show::money(least, lang), lang))
            (the_view(sheet, lang))
            (the_rest(sheet, lang))
            p.send { button type="submit" { (lang.t("submit-send")) } }
            p.note { (lang.t("submit-after")) }
        }
    };
    Ok(layout::page(visit, &lang.t("submit-title"), &content))
}

fn the_list(document: &str, lang: Lang) -> Markup {
    html! {
        fieldset {
            legend { (lang.t("part-list")) }
            @if !document.is_empty() { p.kept { (lang.with("file-kept", &[("name", document.into())])) } }
            div.field {
                label for="file" { (lang.t("field-file")) }
                p.hint #file-hint { (lang.t("field-file-hint")) }
                input #file type="file" name="file" aria-describedby="file-hint";
            }
            div.field {
                label for="lines" { (lang.t("field-lines")) }
                p.hint #lines-hint { (lang.t("field-lines-hint")) }
                textarea #lines name="lines" rows="6" aria-describedby="lines-hint" spellcheck="false" autocapitalize="off" {}
            }
        }
    }
}

fn the_night(sheet: &Sheet, lang: Lang) -> Markup {
    let zone = if sheet.time_zone.is_empty() && lang == Lang::Fr { "Europe/Paris" } else { &sheet.time_zone };
    html! {
        fieldset {
            legend { (lang.t("part-night")) }
            div.field {
                label for="performer" { (lang.t("field-performer")) }
                input #performer name="performer" value=(sheet.performer) required maxlength="200" autocomplete="nickname";
            }
            div.pair {
                (text("event", "field-event", &sheet.event, lang))
                div.field { label for="date" { (lang.t("field-date")) } input #date type="date" name="date" value=(sheet.date); }
            }
            div.pair {
                (text("venue", "field-venue", &sheet.venue, lang))
                (text("city", "field-city", &sheet.city, lang))
            }
            div.field {
                label for="time_zone" { (lang.t("field-zone")) }
                p.hint #zone-hint { (lang.t("field-zone-hint")) }
                input #time_zone name="time_zone" value=(zone) list="zones" aria-describedby="zone-hint" autocapitalize="off" spellcheck="false";
                datalist #zones { @for zone in ZONES { option value=(zone) {} } }
            }
        }
    }
}

fn text(name: &str, key: &str, value: &str, lang: Lang) -> Markup {
    html! {
        div.field { label for=(name) { (lang.t(key)) } input id=(name) name=(name) value=(value) maxlength="200"; }
    }
}

fn the_gift(sheet: &Sheet, share: &str, least: &str, lang: Lang) -> Markup {
    html! {
        fieldset.gift {
            legend { (lang.t("part-gift")) }
            p.hint { (lang.with("gift-hint", &[("least", least.into())])) }
            (choice("gift", "share", &sheet.gift, "gift-share", lang))
            div.pair.under {
                div.field { label for="fee" { (lang.t("field-fee")) } input #fee name="fee" value=(sheet.fee) inputmode="decimal" autocomplete="off"; }
                div.field { label for="share" { (lang.t("field-share")) } input #share name="share" value=(share) inputmode="decimal" autocomplete="off"; }
            }
            p.hint.under { (lang.t("fee-hint")) }
            (choice("gift", "amount", &sheet.gift, "gift-amount", lang))
            div.pair.under {
                div.field { label for="amount" { (lang.t("field-amount")) } input #amount name="amount" value=(sheet.amount) inputmode="decimal" autocomplete="off"; }
                div.field {
                    label for="currency" { (lang.t("field-currency")) }
                    select #currency name="currency" {
                        @for code in CURRENCIES { option value=(code) selected[sheet.currency == *code] { (code) } }
                    }
                }
            }
            (choice("gift", "none", &sheet.gift, "gift-none", lang))
        }
    }
}

fn the_view(sheet: &Sheet, lang: Lang) -> Markup {
    html! {
        fieldset {
            legend { (lang.t("part-view")) }
            p.hint { (lang.t("view-hint")) }
            @for (value, key) in [("track-only", "view-track"), ("city-and-date", "view-place"), ("everything", "view-everything")] {
                (choice("visibility", value, &sheet.visibility, key, lang))
            }
        }
    }
}

fn the_rest(sheet: &Sheet, lang: Lang) -> Markup {
    let special =
        sheet.role != "dj" || !sheet.payer.is_empty() || sheet.attests || !sheet.territory.is_empty();
    html! {
        details.more open[special] {
            summary { (lang.t("part-rest")) }
            div.pair {
                div.field {
                    label for="role" { (lang.t("field-role")) }
                    select #role name="role" {
                        @for role in PayerRole::ALL {
                            option value=(role.word()) selected[sheet.role == role.word()] { (lang.t(&format!("role-{}", role.word()))) }
                        }
                    }
                }
                (text("payer", "field-payer", &sheet.payer, lang))
            }
            div.pair {
                (text("territory", "field-territory", &sheet.territory, lang))
                label.choice { input type="checkbox" name="attests" value="yes" checked[sheet.attests]; span { (lang.t("field-attests")) } }
            }
        }
    }
}

fn choice(name: &str, value: &str, chosen: &str, key: &str, lang: Lang) -> Markup {
    html! {
        label.choice { input type="radio" name=(name) value=(value) checked[chosen == value]; span { (lang.t(key)) } }
    }
}

fn plain_percent(ppm: u32, lang: Lang) -> String {
    show::percent(u64::from(ppm), lang).trim_end_matches(['%', '\u{a0}']).to_owned()
}

/// Currencies that are offered; any other can be written into the amount.
const CURRENCIES: &[&str] =
    &["EUR", "GBP", "CHF", "USD", "SEK", "DKK", "NOK", "PLN", "CZK", "CAD", "AUD", "JPY"];

/// Time zones that are offered; any other of the IANA list can be written.
const ZONES: &[&str] = &[
    "Europe/Paris",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Amsterdam",
    "Europe/Brussels",
    "Europe/Madrid",
    "Europe/Lisbon",
    "Europe/Rome",
    "Europe/Zurich",
    "Europe/Vienna",
    "Europe/Prague",
    "Europe/Warsaw",
    "Europe/Budapest",
    "Europe/Copenhagen",
    "Europe/Stockholm",
    "Europe/Oslo",
    "Europe/Helsinki",
    "Europe/Dublin",
    "Europe/Athens",
    "Europe/Istanbul",
    "Europe/Kyiv",
    "Europe/Bucharest",
    "Europe/Belgrade",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Africa/Dakar",
    "Asia/Tbilisi",
    "Asia/Beirut",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Bangkok",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Seoul",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Australia/Melbourne",
    "Pacific/Auckland",
    "America/New_York",
    "America/Toronto",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Bogota",
    "America/Sao_Paulo",
    "America/Buenos_Aires",
    "America/Montreal",
];
