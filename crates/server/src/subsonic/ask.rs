//! What a player asks: its parameters, from the address and from a form, read once.

use axum::http::Uri;

use super::out::Format;

/// Why an answer is an error: a code of the protocol and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) code: u16,
    pub(crate) message: String,
}

impl Wrong {
    pub(crate) fn new(code: u16, message: impl Into<String>) -> Wrong {
        Wrong { code, message: message.into() }
    }

    pub(crate) fn missing(name: &str) -> Wrong {
        Wrong::new(10, format!("required parameter is missing: `{name}`"))
    }

    pub(crate) fn not_found(what: &str) -> Wrong {
        Wrong::new(70, format!("{what} was not found"))
    }

    pub(crate) fn forbidden() -> Wrong {
        Wrong::new(50, "an app password listens only: this operation is not allowed")
    }
}

impl From<app::Failure> for Wrong {
    fn from(failure: app::Failure) -> Wrong {
        match failure {
            app::Failure::Refused(refusal) if refusal.code.ends_with("-unknown") => {
                Wrong::new(70, refusal.message)
            }
            // Why nothing may be heard now: words for the listener, not for the player.
            app::Failure::Refused(refusal)
                if refusal.code.starts_with("seat-") || refusal.code == "member-none" =>
            {
                Wrong::new(50, refusal.message)
            }
            app::Failure::Refused(refusal) => Wrong::new(0, refusal.message),
            app::Failure::Fault(fault) => {
                tracing::error!(cause = %fault, "a player's request failed");
                Wrong::new(0, "something failed here; try again later")
            }
        }
    }
}

impl From<Wrong> for crate::flaw::Flaw {
    fn from(wrong: Wrong) -> Self {
        match wrong.code {
            70 => crate::flaw::Flaw::NotFound,
            _ => crate::flaw::Flaw::Fault(wrong.message),
        }
    }
}

/// The parameters of a request, in order; an empty value counts as none.
#[derive(Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

/// Parameters of one request past which the rest is ignored: a long playlist is some ten thousand.
const MOST: usize = 50_000;

impl Params {
    pub(crate) fn read(uri: &Uri, form: &[u8]) -> Params {
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let both = query.chain(form_urlencoded::parse(form));
        Params(both.take(MOST).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
    }

    /// The first value of a name that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// Whether a name is there, even with nothing behind it.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(n, _)| n == name)
    }

    /// All values of a name that are not empty.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0.iter().filter(move |(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    pub(crate) fn need(&self, name: &str) -> Result<&str, Wrong> {
        self.get(name).ok_or_else(|| Wrong::missing(name))
    }

    /// A whole number; a wrong one is an error, so that no page is silently another.
    pub(crate) fn number<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Wrong> {
        match self.get(name) {
            None => Ok(None),
            Some(text) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|_| Wrong::new(10, format!("`{text}` is no number that fits `{name}`"))),
        }
    }

    /// How many of something: within what is usual where nothing is said, and never past `most`.
    pub(crate) fn count(&self, name: &str, usual: usize, most: usize) -> Result<usize, Wrong> {
        // Some players write -1 for all.
        let asked: Option<i64> = self.number(name)?;
        Ok(asked.map_or(usual, |n| usize::try_from(n).unwrap_or(most)).min(most))
    }

    pub(crate) fn flag(&self, name: &str, usual: bool) -> bool {
        self.get(name).map_or(usual, |v| v.eq_ignore_ascii_case("true") || v == "1")
    }

    /// The format to answer in; a function name that is none is XML, in which the error is told.
    pub(crate) fn format(&self) -> Result<Format, Wrong> {
        match self.get("f") {
            Some("json") => Ok(Format::Json),
            Some("jsonp") => {
                let name = self.get("callback").unwrap_or("callback");
                let fine = |b: u8| b.is_ascii_alphanumeric() || b"_$.".contains(&b);
                if name.len() > 100 || !name.bytes().all(fine) {
                    return Err(Wrong::new(10, "`callback` is no name of a function"));
                }
                Ok(Format::Jsonp(name.to_owned()))
            }
            _ => Ok(Format::Xml),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_values_count_as_absent() {
        let uri: Uri = "/rest/ping?u=ada&s=&t=&p=x%20y&id=1&id=&id=2&size=-1&n=a".parse().unwrap();
        let params = Params::read(&uri, b"f=json&name=a+b");
        assert_eq!((params.get("s"), params.get("p"), params.get("name")), (None, Some("x y"), Some("a b")));
        assert_eq!(params.all("id").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(params.count("size", 10, 500), Ok(500));
        assert_eq!(params.count("other", 10, 500), Ok(10));
        assert_eq!(params.number::<i64>("n").map_err(|w| w.code), Err(10));
        assert_eq!(params.format(), Ok(Format::Json));
    }
}
