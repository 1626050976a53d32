//! What can be wrong with a visit, and the page that says so.

use app::{Failure, Refusal};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::{Lang, show};

/// Why a visit does not get what it asked for. The frame turns it into a page in the visitor's language.
#[derive(Debug, Clone)]
pub(crate) enum Flaw {
    /// Nothing is at this address.
    NotFound,
    /// Something is here, but not for this method.
    Method,
    /// The use case refused.
    Refused(Refusal),
    /// The world failed; the cause is for the log, never for the page.
    Fault(String),
    /// A form came without the token that this house gave out.
    Forgery,
    /// Somebody has to sign in first, to come back to this address.
    SignIn(String),
    /// The house password is needed.
    Locked,
    /// The house listens for this machine only, and the visit comes through somebody else.
    Foreign,
    /// More was sent than is taken.
    TooLarge,
    /// It took too long.
    Slow,
    /// It was asked for too often; in how many seconds it may be asked again.
    TooFast(u64),
    /// The form cannot be read.
    BadForm,
}

impl Flaw {
    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Flaw::NotFound => StatusCode::NOT_FOUND,
            Flaw::Method => StatusCode::METHOD_NOT_ALLOWED,
            Flaw::Refused(refusal) if refusal.code.ends_with("-unknown") => StatusCode::NOT_FOUND,
            Flaw::Refused(refusal) if refusal.code == "not-yours" => StatusCode::FORBIDDEN,
            Flaw::Refused(refusal) if refusal.code.starts_with("second-factor-") => StatusCode::FORBIDDEN,
            Flaw::Refused(refusal) if refusal.code == "sign-in-often" => StatusCode::TOO_MANY_REQUESTS,
            Flaw::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Flaw::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Flaw::Forgery | Flaw::Foreign => StatusCode::FORBIDDEN,
            Flaw::Locked | Flaw::SignIn(_) => StatusCode::UNAUTHORIZED,
            Flaw::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Flaw::Slow => StatusCode::SERVICE_UNAVAILABLE,
            Flaw::TooFast(_) => StatusCode::TOO_MANY_REQUESTS,
            Flaw::BadForm => StatusCode::BAD_REQUEST,
        }
    }

    /// The flaw behind a status that the router answered by itself.
    pub(crate) fn of_status(status: StatusCode) -> Option<Flaw> {
        match status {
            StatusCode::NOT_FOUND => Some(Flaw::NotFound),
            StatusCode::METHOD_NOT_ALLOWED => Some(Flaw::Method),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Flaw::TooLarge),
            status if status.is_client_error() => Some(Flaw::BadForm),
            status if status.is_server_error() => Some(Flaw::Fault(status.to_string())),
            _ => None,
        }
    }

    /// Heading and explanation.
    pub(crate) fn words(&self, lang: Lang) -> (String, String) {
        let key = match self {
            Flaw::NotFound => "flaw-not-found",
            Flaw::Method => "flaw-method",
            Flaw::Refused(refusal) => {
                let Spoken { message, hint, .. } = speak(refusal, lang);
                return (message, hint);
            }
            Flaw::Fault(_) => "flaw-fault",
            Flaw::Forgery => "flaw-forgery",
            Flaw::Locked => "flaw-locked",
            Flaw::SignIn(_) => "flaw-sign-in",
            Flaw::Foreign => "flaw-foreign",
            Flaw::TooLarge => "flaw-too-large",
            Flaw::Slow => "flaw-slow",
            Flaw::TooFast(seconds) => {
                let wait = [("count", usize::try_from(*seconds).unwrap_or(usize::MAX).into())];
                return (lang.t("flaw-too-fast"), lang.with("flaw-too-fast-hint", &wait));
            }
            Flaw::BadForm => "flaw-bad-form",
        };
        (lang.t(key), lang.t(&format!("{key}-hint")))
    }
}

impl From<Failure> for Flaw {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Flaw::Refused(refusal),
            Failure::Fault(fault) => Flaw::Fault(fault.to_string()),
        }
    }
}

impl From<store::Fault> for Flaw {
    fn from(fault: store::Fault) -> Self {
        Flaw::Fault(fault.to_string())
    }
}

impl From<Refusal> for Flaw {
    fn from(refusal: Refusal) -> Self {
        Flaw::Refused(refusal)
    }
}

impl IntoResponse for Flaw {
    fn into_response(self) -> Response {
        if let Flaw::SignIn(next) = &self {
            return Redirect::to(&format!("/sign-in?next={}", show::query_word(next))).into_response();
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A refusal in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spoken {
    /// What stands in the way.
    pub(crate) message: String,
    /// What to try; may be empty.
    pub(crate) hint: String,
    /// The language it is in.
    pub(crate) lang: Lang,
}

/// Says a refusal in the reader's language, for a page rather than a command line.
///
/// The texts `refusal-CODE` and `refusal-CODE-hint` may use the values of [`said::values`]. Where there is no such
/// text, an English page shows the message as it is, and a French one says in French that it was refused.
pub(crate) fn speak(refusal: &Refusal, lang: Lang) -> Spoken {
    let values = said::values(&refusal.message);
    let key = format!("refusal-{}", refusal.code);
    match (lang.maybe(&key, &values), lang) {
        (Some(message), _) => {
            Spoken { message, hint: lang.maybe(&format!("{key}-hint"), &values).unwrap_or_default(), lang }
        }
        (None, Lang::En) => {
            Spoken { message: sentence(&refusal.message), hint: sentence(&refusal.hint), lang }
        }
        (None, Lang::Fr) => Spoken {
            message: lang.t("refusal-other"),
            hint: lang.with("refusal-other-hint", &[("code", refusal.code.into())]),
            lang,
        },
    }
}

/// What a message in English holds besides its words: the values that a text in another language needs too.
pub(crate) mod said {
    use crate::lang::Text;

    /// What stands in backticks as `$a` and `$b`, and the whole numbers outside of them as `$n` and `$m`.
    pub(crate) fn values(message: &str) -> Vec<(&'static str, Text)> {
        let mut quoted = message.split('`').skip(1).step_by(2);
        let bare: String = message.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        let mut numbers =
            bare.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<usize>().ok());
        let mut next = || Text::from(quoted.next().unwrap_or("…"));
        let (a, b) = (next(), next());
        let mut number = || Text::from(numbers.next().unwrap_or(0));
        vec![("a", a), ("b", b), ("n", number()), ("m", number())]
    }
}

/// A message as a sentence: a capital first, a full stop last, no backticks.
pub(crate) fn sentence(message: &str) -> String {
    let text = show::quoted(message.trim(), Lang::En);
    let mut letters = text.chars();
    let mut out: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if !out.is_empty() && !out.ends_with(['.', '?', '!']) {
        out.push('.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_spoken_in_the_language_of_the_page() {
        let refusal = Refusal::new("time-zone", "`Paris` is not a time zone", "use an IANA name");
        let fr = speak(&refusal, Lang::Fr);
        assert!(fr.message.contains("Paris") && fr.lang == Lang::Fr, "{fr:?}");
        let unknown = Refusal::new("never-heard-of", "the `x` is not `y`", "try `z`");
        let said = speak(&unknown, Lang::Fr);
        assert_eq!(
            (said.message.as_str(), said.hint.as_str(), said.lang),
            ("Cela n’est pas possible ainsi.", "Code pour la maison\u{a0}: never-heard-of.", Lang::Fr)
        );
        let said = speak(&unknown, Lang::En);
        assert_eq!((said.message.as_str(), said.hint.as_str()), ("The “x” is not “y”.", "Try “z”."));
    }
}
