//! Listening, and ending well.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::House;
use app::mail::Mailer;
use app::member::{Fetch, Outside};
use argon2::password_hash::PasswordHash;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

use crate::{Web, router, work};

/// How the pages are served.
#[derive(Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The Argon2 hash (PHC text) of the house password, without which only this machine is answered.
    pub password_hash: Option<String>,
    /// The key under which form tokens are made, from the key folder; a new one for each start where `None`, so that
    /// forms open during a restart have to be loaded again.
    pub secret: Option<[u8; 32]>,
    /// Through what mail goes out; without one it waits for `tantieme mail send`.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// What asks the systems of institutions whether somebody is their reader.
    pub fetch: Arc<dyn Fetch>,
    /// Through what webhooks are told.
    pub webhooks: app::webhook::Outlets,
    /// Most bytes of an uploaded set list with its form; 64 MiB.
    pub upload_bytes: usize,
    /// Longest time for one answer; 120 seconds.
    pub request_time: Duration,
    /// How long open answers may take once the end was asked for; 10 seconds.
    pub farewell: Duration,
    /// Who writes down what members' players fetch and say; without one players get no sound.
    pub recorder: Option<app::counting::Recorder>,
    /// What opens `/metrics` from elsewhere; without it only this machine is answered.
    pub metrics_token: Option<String>,
    /// Where the mail server of the house hands over set lists; nowhere where `None`.
    pub lmtp: Option<SocketAddr>,
}

impl Config {
    /// The usual limits, at an address.
    pub fn at(listen: SocketAddr) -> Config {
        Config {
            listen,
            password_hash: None,
            secret: None,
            mailer: None,
            fetch: Arc::new(Outside::new(false)),
            webhooks: app::webhook::Outlets::default(),
            upload_bytes: 64 * 1024 * 1024,
            request_time: Duration::from_secs(120),
            farewell: Duration::from_secs(10),
            recorder: None,
            metrics_token: None,
            lmtp: None,
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("password", &self.password_hash.is_some())
            .finish_non_exhaustive()
    }
}

/// Why the pages are not served.
#[derive(Debug)]
pub enum ServeError {
    /// The address is open to others, no password guards the house, and nobody could sign in to run it.
    PasswordNeeded(SocketAddr),
    /// The password file holds no Argon2 hash.
    PasswordHash,
    /// The address cannot be listened at.
    Listen(SocketAddr, std::io::Error),
    /// Listening broke off.
    Broken(std::io::Error),
    /// Mail would be listened for in the open.
    LmtpOpen(SocketAddr),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServeError::PasswordNeeded(at) => write!(
                f,
                "`{at}` can be reached from other machines and nobody of the house can sign in; add an operator with `tantieme sign-in add`, set a house password with `--password-file`, or listen at 127.0.0.1"
            ),
            ServeError::PasswordHash => {
                f.write_str("the password file holds no Argon2 hash; it starts with `$argon2id$`")
            }
            ServeError::Listen(at, error) => write!(f, "cannot listen at `{at}`: {error}"),
            ServeError::Broken(error) => write!(f, "the pages broke off: {error}"),
            ServeError::LmtpOpen(at) => write!(
                f,
                "`{at}` can be reached from anywhere, and whoever reaches it may try addresses; listen for mail at 127.0.0.1 or in a private network, behind a mail server"
            ),
        }
    }
}

impl std::error::Error for ServeError {}

/// Serves the pages until `shutdown` is done; open answers get [`Config::farewell`] to end.
///
/// `ready` is told the address once connections are taken.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(
    house: House,
    config: Config,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    match &config.password_hash {
        // In the open somebody of the house has to be able to sign in, or nobody could run it.
        None if !config.listen.ip().is_loopback()
            && !app::sign_in::house_has_a_door(&house).await.unwrap_or(false) =>
        {
            return Err(ServeError::PasswordNeeded(config.listen));
        }
        Some(hash) if !hash.starts_with("$argon2") || PasswordHash::new(hash).is_err() => {
            return Err(ServeError::PasswordHash);
        }
        _ => {}
    }
    let listener =
        TcpListener::bind(config.listen).await.map_err(|e| ServeError::Listen(config.listen, e))?;
    let mail = match config.lmtp {
        Some(at) if !crate::lmtp::may_listen(at) => return Err(ServeError::LmtpOpen(at)),
        Some(at) => Some(TcpListener::bind(at).await.map_err(|e| ServeError::Listen(at, e))?),
        None => None,
    };
    let at = listener.local_addr().map_err(|e| ServeError::Listen(config.listen, e))?;
    let publishing = tokio::spawn(publish(house.clone()));
    let web = Web::new(house.clone(), &config);
    let app = router(web.clone());
    ready(at);
    let (tell, told) = tokio::sync::oneshot::channel();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let periods = config.recorder.as_ref().map(|recorder| recorder.keys().clone());
    let handlers = app::job::handlers_with(config.mailer.clone(), periods);
    let tellers: Vec<_> = (0..TELLERS)
        .map(|_| {
            let told = app::job::webhook_handlers(config.webhooks.clone());
            tokio::spawn(work::tell(house.clone(), told, stopped.clone()))
        })
        .collect();
    if let Some(mail) = mail {
        let most = config.upload_bytes.min(formats::mail::MOST_BYTES);
        if let Ok(at) = mail.local_addr() {
            tracing::info!(%at, "set lists are taken by mail");
        }
        tokio::spawn(crate::lmtp::listen(house.clone(), mail, most, stopped.clone()));
    }
    let working = tokio::spawn(work::work(house, handlers, stopped, config.farewell / 2));
    let ending = async move {
        shutdown.await;
        tracing::info!("the end was asked for");
        web.meter().end();
        let _ = stop.send(true);
        let _ = tell.send(());
    };
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    // Answers are written whole; waiting to fill a packet would only delay them.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let serving = axum::serve(listener, app).with_graceful_shutdown(ending);
    let patience = async move {
        if told.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(config.farewell).await;
    };
    let both = async {
        let done = serving.await.map_err(ServeError::Broken);
        // A job that is at work may end; one that takes longer is given back, and the next worker takes it.
        let _ = working.await;
        for teller in tellers {
            let _ = teller.await;
        }
        done
    };
    let done = tokio::select! {
        done = both => done,
        () = patience => Ok(()),
    };
    publishing.abort();
    done
}

/// How many webhooks are told at the same time; a receiver may take ten seconds.
const TELLERS: usize = 2;

/// How often what is new in the log is published, in seconds.
const PUBLISHED_EVERY: u64 = 5;

/// Publishes the log and does what waited for its time, again and again. What fails is tried the next time.
async fn publish(house: House) {
    let mut clock = tokio::time::interval(std::time::Duration::from_secs(PUBLISHED_EVERY));
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        let settled = app::consent::wait::settle_due(&house).await.map(drop);
        let settled = settled.and(app::license::imitation::settle_due(&house).await.map(drop));
        match settled.and(publish_or_follow(&house).await) {
            Ok(()) => {}
            // Another process is at it: one writer at a time is how it should be.
            Err(app::Failure::Refused(refusal)) if refusal.code == "log-busy" => {
                tracing::debug!("another process publishes the log");
            }
            Err(failure) => tracing::warn!(%failure, "the log was not published"),
        }
    }
}

/// Publishes what is new; where nothing is, the folder of this machine follows what another one published.
async fn publish_or_follow(house: &House) -> Result<(), app::Failure> {
    if app::log::publish_new(house).await?.is_none() {
        app::log::catch_up(house).await?;
    }
    Ok(())
}
