//! A message that came for a DJ's private address: its files become drafts, or lists where a standing promise says the
//! rest, and its owner is answered in their language with what came of it.
//!
//! Files are read and refused by the same use cases as those handed in on the page.

use std::sync::Arc;

use app::catalogue::{self, Matching};
use app::mail_in::{self, Door, NewDraft, Outcome};
use app::set_list::{self, Look, Submit, Submitted};
use app::{Failure, House, Refusal};
use formats::mail::{Enclosure, Letter};
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::Lang;
use crate::flaw::speak;
use crate::visit::hex;

/// The name of a list that was written into the message.
const PASTED: &str = "mail.txt";

/// What came of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// `draft`, `list`, `refused` or `automatic`.
    pub outcome: String,
    /// Whether it had come before, and nothing was done.
    pub again: bool,
    /// The drafts and lists that were made: their ids.
    pub made: Vec<String>,
}

/// What came of one file.
enum Came {
    Draft(NewDraft, Look),
    List(String, Box<Submitted>),
    Not(String, Refusal),
}

/// Where a night is listed by default: as the last list of the same DJ was.
#[derive(Debug, Clone, Default)]
struct Settings {
    visibility: String,
    time_zone: String,
    event: String,
    date: Option<Date>,
}

/// Takes a message for the private address with this local part; `None` where nobody has it.
///
/// # Errors
/// `mail-often`, and faults of the world: the message may be sent again, and is taken once.
pub async fn take(house: &House, local: &str, bytes: Arc<[u8]>) -> Result<Option<Taken>, Failure> {
    let Some(door) = mail_in::door(house, local).await? else { return Ok(None) };
    let house = house.clone();
    let runtime = tokio::runtime::Handle::current();
    // Reading and matching take their time: on a thread that may.
    let done = tokio::task::spawn_blocking(move || runtime.block_on(taken(&house, &door, &bytes)));
    let broke = |e: tokio::task::JoinError| store::Fault::new(format!("reading a message broke off: {e}"));
    done.await.map_err(|e| Failure::Fault(broke(e)))?.map(Some)
}

async fn taken(house: &House, door: &Door, bytes: &[u8]) -> Result<Taken, Failure> {
    let (letter, problems) = formats::mail::read(bytes);
    let unread = || Letter { text: hex(&Sha256::digest(bytes)), ..Letter::default() };
    let refusal = match (&letter, problems.into_iter().next()) {
        (None, Some(p)) => Some(Refusal::new(p.code, p.message, p.hint)),
        _ => None,
    };
    let letter = letter.unwrap_or_else(unread);
    let mark = mail_in::mark(house, door, &letter);
    if let Some(outcome) = mail_in::known(house, &mark).await? {
        return Ok(Taken { outcome, again: true, made: Vec::new() });
    }
    mail_in::admit(house, door).await?;
    let came = match refusal {
        Some(refusal) => vec![Came::Not(String::new(), refusal)],
        None if letter.automatic => Vec::new(),
        None => read_all(house, door, &letter).await?,
    };
    let outcome = if letter.automatic {
        Outcome::Automatic
    } else if came.iter().any(|c| matches!(c, Came::Draft(..))) {
        Outcome::Draft
    } else if came.iter().any(|c| matches!(c, Came::List(..))) {
        Outcome::List
    } else {
        Outcome::Refused
    };
    let drafts: Vec<NewDraft> =
        came.iter().filter_map(|c| if let Came::Draft(d, _) = c { Some(d.clone()) } else { None }).collect();
    let (name, url) = {
        let mut tx = house.store.begin_read().await?;
        let now = house.now();
        let name = app::policy::text(&mut tx, "house-name", now).await?;
        (name, app::policy::text(&mut tx, "house-url", now).await?)
    };
    let words = |lang: &str| {
        let lang = if lang == "fr" { Lang::Fr } else { Lang::En };
        answer(lang, &name, url.trim_end_matches('/'), door, outcome, &came)
    };
    let fresh = mail_in::take(house, door, &mark, outcome, &drafts, &words).await?;
    let id = |c: &Came| match c {
        Came::Draft(draft, _) => Some(draft.id.clone()),
        Came::List(_, done) => Some(done.list.id.to_string()),
        Came::Not(..) => None,
    };
    Ok(Taken {
        outcome: outcome.word().to_owned(),
        again: !fresh,
        made: came.iter().filter_map(id).collect(),
    })
}

/// What comes of each file; of the words in the message where no file is a list.
async fn read_all(house: &House, door: &Door, letter: &Letter) -> Result<Vec<Came>, Failure> {
    let matching = catalogue::open_matching(house).await?;
    let settings = settings(house, door, &letter.subject).await?;
    let mut came = Vec::new();
    for file in &letter.files {
        came.push(one(house, &matching, door, &settings, file).await?);
    }
    if came.iter().all(|c| matches!(c, Came::Not(..))) && !letter.text.trim().is_empty() {
        let pasted = Enclosure { name: PASTED.to_owned(), bytes: letter.text.clone().into_bytes() };
        let of_words = one(house, &matching, door, &settings, &pasted).await?;
        // What is wrong with a file says more than that a greeting is no list.
        if came.is_empty() || !matches!(of_words, Came::Not(..)) {
            came.push(of_words);
        }
    }
    if came.is_empty() {
        let hint = "attach the file that your DJ software exports, or write one track a line";
        came.push(Came::Not(
            String::new(),
            Refusal::new("mail-empty", "the message brings no set list", hint),
        ));
    }
    Ok(came)
}

async fn settings(house: &House, door: &Door, subject: &str) -> Result<Settings, Failure> {
    let (event, date) = mail_in::night(subject);
    let mut tx = house.store.begin_read().await?;
    let mut settings = Settings { visibility: "track-only".to_owned(), event, date, ..Settings::default() };
    if let Some(last) = tx.set_lists_by(&door.party, 1).await?.into_iter().next() {
        settings.time_zone = tx.event(&last.event).await?.map(|e| e.time_zone).unwrap_or_default();
        settings.visibility = last.visibility;
    }
    Ok(settings)
}

async fn one(
    house: &House,
    matching: &Matching,
    door: &Door,
    settings: &Settings,
    file: &Enclosure,
) -> Result<Came, Failure> {
    let document = file.name.clone();
    let look = match set_list::look(matching, &document, &file.bytes) {
        Ok(look) => look,
        Err(Failure::Refused(refusal)) => return Ok(Came::Not(document, refusal)),
        Err(fault) => return Err(fault),
    };
    if door.has_plan && look.sets == 1 {
        let ask = Submit {
            document: document.clone(),
            bytes: file.bytes.clone(),
            performer: door.party.to_string(),
            event: settings.event.clone(),
            date: settings.date,
            time_zone: settings.time_zone.clone(),
            visibility: settings.visibility.clone(),
            ..Submit::default()
        };
        match set_list::submit(house, matching, ask).await {
            Ok(done) => return Ok(Came::List(document, Box::new(done))),
            // Whether it is the same night again is for a person to say, on the page.
            Err(Failure::Refused(refusal)) if refusal.code == "same-performance" => {}
            Err(Failure::Refused(refusal)) => return Ok(Came::Not(document, refusal)),
            Err(fault) => return Err(fault),
        }
    }
    if file.bytes.len() > mail_in::DRAFT_MOST {
        let message = format!("`{document}` has more than {} bytes", mail_in::DRAFT_MOST);
        let hint = "hand it in on the page, which takes larger files";
        return Ok(Came::Not(document, Refusal::new("mail-file-large", message, hint)));
    }
    let draft = NewDraft {
        id: mail_in::draft_id(house),
        document,
        event: settings.event.clone(),
        date: settings.date,
        bytes: file.bytes.clone(),
    };
    Ok(Came::Draft(draft, look))
}

/// Subject and body of the answer.
fn answer(
    lang: Lang,
    house: &str,
    url: &str,
    door: &Door,
    outcome: Outcome,
    came: &[Came],
) -> (String, String) {
    let subject = lang.with(&format!("mail-in-subject-{}", outcome.word()), &[("house", house.into())]);
    let mut body = lang.t("mail-in-hello");
    for one in came {
        body.push_str("\n\n");
        body.push_str(&words_of(lang, url, door, one));
    }
    if outcome == Outcome::Refused {
        body.push_str("\n\n");
        body.push_str(&lang.with("mail-in-ways", &[("url", format!("{url}/set-list").into())]));
    }
    let own = format!("{url}/sets/{}", door.party);
    body.push_str("\n\n");
    body.push_str(&lang.with("mail-in-foot", &[("url", own.into())]));
    body.push('\n');
    (subject, body)
}

fn words_of(lang: Lang, url: &str, door: &Door, came: &Came) -> String {
    match came {
        Came::Draft(draft, look) => {
            let key = if look.sets > 1 { "mail-in-draft-sets" } else { "mail-in-draft" };
            let values = [
                ("name", draft.document.as_str().into()),
                ("sets", look.sets.into()),
                ("count", look.played.into()),
                ("matched", look.matched.into()),
                ("doubtful", look.doubtful.into()),
            ];
            let link = format!("{url}/sets/{}/mailed/{}", door.party, draft.id);
            let lost = lost(lang, look.problems);
            format!("{}{lost}\n{}\n{link}", lang.with(key, &values), lang.t("mail-in-draft-open"))
        }
        Came::List(document, done) => {
            let key = if done.before { "mail-in-list-before" } else { "mail-in-list" };
            let values = [
                ("name", document.as_str().into()),
                ("count", done.lines.iter().filter(|l| l.played).count().into()),
                ("matched", done.count("matched").into()),
                ("doubtful", done.count("ambiguous").into()),
            ];
            let link = format!("{url}/set-list/{}", done.list.id);
            let lost = lost(lang, done.problems.len());
            format!("{}{lost}\n{}\n{link}", lang.with(key, &values), lang.t("mail-in-list-open"))
        }
        Came::Not(document, refusal) => {
            let said = speak(refusal, lang);
            let named = document.is_empty() || said.message.contains(document.as_str());
            let which = if named {
                String::new()
            } else {
                lang.with("mail-in-not", &[("name", document.as_str().into())])
            };
            let end = if said.hint.is_empty() { String::new() } else { format!("\n{}", said.hint) };
            format!("{which}{}{end}", said.message)
        }
    }
}

fn lost(lang: Lang, problems: usize) -> String {
    if problems == 0 {
        return String::new();
    }
    format!("\n{}", lang.with("mail-in-lost", &[("count", problems.into())]))
}
