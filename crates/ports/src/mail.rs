//! Mail goes through one port: a folder of files by default, SMTP where it is configured.

use std::fmt;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport};

/// A plain-text mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its id; the same id is the same mail however often it is handed over.
    pub id: String,
    /// To whom: an address.
    pub to: String,
    /// Subject, one line.
    pub subject: String,
    /// Body, plain text.
    pub body: String,
    /// When it was written.
    pub written: Timestamp,
}

/// Why a mail did not go out.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address or header cannot be written.
    #[error("the mail to `{to}` cannot be written: {why}")]
    Shape {
        /// To whom.
        to: String,
        /// What is wrong with it.
        why: String,
    },
    /// The folder cannot be written.
    #[error("the outbox `{folder}` cannot be written: {cause}")]
    Outbox {
        /// The folder.
        folder: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The server refused it or cannot be reached.
    #[error("the mail server did not take it: {0}")]
    Server(String),
    /// The configuration would send passwords or mail in clear text over a network.
    #[error("`{0}` is not this machine; mail there needs TLS (`tls` or `starttls`)")]
    ClearText(String),
}

/// What comes of handing a mail over.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), MailError>> + Send + 'a>>;

/// Whoever carries mail.
pub trait Mailer: Send + Sync {
    /// Hands one mail over; done means that somebody else answers for it now.
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a>;
}

/// A folder into which each mail is written as an `.eml` file, whole or not at all, readable only by
/// its owner. A mail program or a person takes them from there.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: PathBuf,
    from: String,
}

impl Outbox {
    /// An outbox; the folder is made with the first mail. `from` is an address, with a name or without.
    pub fn new(folder: impl Into<PathBuf>, from: impl Into<String>) -> Outbox {
        Outbox { folder: folder.into(), from: from.into() }
    }

    /// Where the mails lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn put(&self, mail: &Mail) -> Result<(), MailError> {
        let bytes = message(&self.from, mail)?.formatted();
        let failed = |cause| MailError::Outbox { folder: self.folder.clone(), cause };
        make_folder(&self.folder).map_err(failed)?;
        let name = file_name(&mail.id);
        let draft = self.folder.join(format!(".{name}.{}", std::process::id()));
        // A draft that an earlier process with the same number left behind.
        let _ = fs::remove_file(&draft);
        crate::keys::write_private(&draft, &bytes).map_err(failed)?;
        fs::rename(&draft, self.folder.join(format!("{name}.eml"))).map_err(failed)
    }
}

impl Mailer for Outbox {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a> {
        Box::pin(async move { self.put(mail) })
    }
}

/// How the connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (port 465).
    Implicit,
    /// TLS after `STARTTLS`, required (port 587).
    StartTls,
    /// None; only for a relay on this machine (port 25).
    None,
}

/// How to reach a mail server.
#[derive(Clone)]
pub struct SmtpConfig {
    /// Its name.
    pub host: String,
    /// Its port; the usual one of the protection where `None`.
    pub port: Option<u16>,
    /// How the connection is protected.
    pub tls: Tls,
    /// User and password.
    pub user: Option<(String, String)>,
    /// The sender's address, with a name or without.
    pub from: String,
}

impl fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpConfig({}, {:?}, {:?}, from {})", self.host, self.port, self.tls, self.from)
    }
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct Smtp {
    transport: SmtpTransport,
    from: String,
}

impl Smtp {
    /// A mail server by its configuration; nothing is sent yet.
    ///
    /// # Errors
    /// [`MailError::ClearText`] for an unprotected server elsewhere, [`MailError::Shape`] for a sender
    /// that is no address, [`MailError::Server`] for a host whose name TLS cannot check.
    pub fn new(config: &SmtpConfig) -> Result<Smtp, MailError> {
        address(&config.from)?;
        let server = |e: lettre::transport::smtp::Error| MailError::Server(e.to_string());
        let mut builder = match config.tls {
            Tls::Implicit => SmtpTransport::relay(&config.host).map_err(server)?,
            Tls::StartTls => SmtpTransport::starttls_relay(&config.host).map_err(server)?,
            Tls::None if is_here(&config.host) => SmtpTransport::builder_dangerous(&config.host),
            Tls::None => return Err(MailError::ClearText(config.host.clone())),
        };
        builder = builder.timeout(Some(Duration::from_secs(30)));
        if let Some(port) = config.port {
            builder = builder.port(port);
        }
        if let Some((user, password)) = &config.user {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Smtp { transport: builder.build(), from: config.from.clone() })
    }
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a> {
        Box::pin(async move {
            let message = message(&self.from, mail)?;
            let transport = self.transport.clone();
            let sent = tokio::task::spawn_blocking(move || transport.send(&message)).await;
            match sent {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(e)) => Err(MailError::Server(e.to_string())),
                Err(e) => Err(MailError::Server(e.to_string())),
            }
        })
    }
}

fn message(from: &str, mail: &Mail) -> Result<Message, MailError> {
    let sender = address(from)?;
    let host = sender.email.domain().to_owned();
    let subject: String = mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Message::builder()
        .from(sender)
        .to(address(&mail.to)?)
        .subject(subject)
        .date(SystemTime::from(mail.written))
        .message_id(Some(format!("<{}@{host}>", file_name(&mail.id))))
        .header(ContentType::TEXT_PLAIN)
        // A program wrote it: whoever is away need not say so to us (RFC 3834).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .body(mail.body.clone())
        .map_err(|e| MailError::Shape { to: mail.to.clone(), why: e.to_string() })
}

fn address(text: &str) -> Result<Mailbox, MailError> {
    text.parse().map_err(|e: lettre::address::AddressError| MailError::Shape {
        to: text.to_owned(),
        why: e.to_string(),
    })
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// An id as the name of a file: letters, digits, hyphen and underscore.
fn file_name(id: &str) -> String {
    id.chars()
        .take(150)
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' })
        .collect()
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(id: &str, to: &str) -> Mail {
        let written = Timestamp::from_second(1_790_000_000).unwrap();
        Mail {
            id: id.into(),
            to: to.into(),
            subject: "Votre nom est crédité".into(),
            body: "Bonjour,\néà\n".into(),
            written,
        }
    }

    #[tokio::test]
    async fn a_mail_becomes_one_private_file_however_often_it_is_handed_over() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::new(folder.path().join("outbox"), "Tantième <house@example.org>");
        outbox.send(&mail("invite-1", "ada@example.org")).await.unwrap();
        outbox.send(&mail("invite-1", "ada@example.org")).await.unwrap();
        outbox.send(&mail("../../etc/x", "ada@example.org")).await.unwrap();
        let mut names: Vec<String> = fs::read_dir(outbox.folder())
            .unwrap()
            .map(|f| f.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["______etc_x.eml", "invite-1.eml"]);
        let text = fs::read_to_string(outbox.folder().join("invite-1.eml")).unwrap();
        assert!(
            text.contains("To: ada@example.org\r\n") && text.contains("Message-ID: <invite-1@example.org>"),
            "{text}"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(outbox.folder().join("invite-1.eml")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn an_address_cannot_smuggle_a_header() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::new(folder.path(), "house@example.org");
        for to in ["", "ada", "ada@example.org\r\nBcc: all@example.org", "ada@example.org, eve@example.org"] {
            assert!(matches!(outbox.send(&mail("a", to)).await, Err(MailError::Shape { .. })), "{to}");
        }
        let split = Mail { subject: "hello\r\nBcc: eve@example.org".into(), ..mail("b", "ada@example.org") };
        outbox.send(&split).await.unwrap();
        assert!(!fs::read_to_string(folder.path().join("b.eml")).unwrap().contains("\r\nBcc:"));
    }

    #[test]
    fn a_server_elsewhere_needs_tls() {
        let config = |host: &str, tls| SmtpConfig {
            host: host.into(),
            port: None,
            tls,
            user: Some(("u".into(), "secret".into())),
            from: "house@example.org".into(),
        };
        assert!(matches!(Smtp::new(&config("mail.example.org", Tls::None)), Err(MailError::ClearText(_))));
        assert!(Smtp::new(&config("127.0.0.1", Tls::None)).is_ok());
        assert!(Smtp::new(&config("mail.example.org", Tls::Implicit)).is_ok());
        assert!(Smtp::new(&config("mail.example.org", Tls::StartTls)).is_ok());
        assert!(!format!("{:?}", config("mail.example.org", Tls::Implicit)).contains("secret"));
    }
}
