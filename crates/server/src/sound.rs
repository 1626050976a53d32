//! The sound of recordings for whoever may hear it: seats are asked for, and bytes are written down before they leave.
//!
//! Players and pages are served here alike. What was delivered is no play yet; neither is what is said about it
//! (`app::counting`).

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use app::audio::{self, Blob, Choice, Want};
use app::counting::{self, Listener};
use app::institution::Access;
use app::streaming::{TimeMap, Unit};
use app::{Failure, House, Refusal, member};
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use music::RecordingId;
use store::ListenerRow;
use tokio::sync::{OnceCell, Semaphore};

use crate::Web;
use crate::stream::{BLOCK, Content, respond};

/// For how long a seat that was found is believed; one that is over plays on for so long at most.
const BELIEVED: Duration = Duration::from_secs(20);
/// Seats remembered; past them all are forgotten.
const SEATS_MOST: usize = 20_000;

/// Who hears, on what, and from where.
#[derive(Debug, Clone)]
pub(crate) struct Hearer<'a> {
    /// The listener.
    pub(crate) listener: &'a ListenerRow,
    /// From home, or in the institution's rooms.
    pub(crate) from: Access,
    /// What tells their devices apart.
    pub(crate) device: String,
}

/// The seats that were found a moment ago.
#[derive(Debug, Default)]
pub(crate) struct Seats(Mutex<HashMap<String, Instant>>);

impl Seats {
    /// Refuses where the listener may not hear anything now.
    pub(crate) async fn ask(
        &self,
        house: &House,
        listener: &ListenerRow,
        from: Access,
    ) -> Result<(), Failure> {
        let key = format!("{} {from:?}", listener.member);
        let found = |seats: &Self| seats.table().get(&key).is_some_and(|at| at.elapsed() < BELIEVED);
        if found(self) {
            return Ok(());
        }
        member::may_hear(house, listener, from).await?;
        let mut table = self.table();
        if table.len() >= SEATS_MOST {
            table.clear();
        }
        table.insert(key, Instant::now());
        Ok(())
    }

    fn table(&self) -> std::sync::MutexGuard<'_, HashMap<String, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hearer<'_> {
    /// As counting knows them.
    pub(crate) fn counted(&self) -> Result<Listener, Failure> {
        let institution = self.listener.institution.parse().map_err(|_| {
            let message = "no institution offers this listener a seat, so nothing can be played";
            Failure::Refused(Refusal::new(
                "seat-none",
                message,
                "ask it to subscribe: `/places` shows who does",
            ))
        })?;
        Ok(Listener { institution, member: self.listener.member.clone(), device: self.device.clone() })
    }
}

/// What is asked for of a recording's sound.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The format and how much a second.
    pub(crate) want: Want<'a>,
    /// Whether the file as it came is to be saved.
    pub(crate) save: bool,
}

/// The bytes of a recording, or the part that is asked for.
///
/// # Errors
/// What a seat is refused for, then `sound-unknown`, `sound-uncounted` in a house that does not count.
pub(crate) async fn serve(
    web: &Web,
    (method, headers): (&Method, &HeaderMap),
    hearer: &Hearer<'_>,
    recording: &RecordingId,
    asked: Asked<'_>,
) -> Result<Response, Failure> {
    web.players().seats().ask(web.house(), hearer.listener, hearer.from).await?;
    let unknown = || Failure::Refused(Refusal::new("sound-unknown", "this song's file was not found", ""));
    let playable = audio::playable(web.house(), recording).await?.ok_or_else(unknown)?;
    let mut choice = playable.pick(asked.want).ok_or_else(unknown)?;
    if asked.want.format == Some("mp3") && choice.format.word() != "mp3" {
        choice = mp3(web, recording, asked.want).await.unwrap_or(choice);
    }
    let blob = audio::open(web.house(), &choice.address).await?;
    let name = || playable.master.origin.rsplit('/').next().unwrap_or_default().to_owned();
    let heard = match *method == Method::HEAD {
        true => None,
        false => Some(begin(web, hearer, recording, &choice)?),
    };
    let content = Content {
        blob: blob.clone(),
        tag: choice.address.to_string(),
        content_type: choice.format.content_type(),
        save_as: asked.save.then(name),
    };
    let response = respond(method, headers, content, None);
    Ok(match heard {
        Some(heard) => metered(response, blob, heard),
        None => response,
    })
}

/// An MP3, made once where there is none yet and this machine can; a player gets another format where not.
async fn mp3(web: &Web, recording: &RecordingId, want: Want<'_>) -> Option<Choice> {
    /// Encodings at a time; the others wait.
    static TURNS: Semaphore = Semaphore::const_new(2);
    static FFMPEG: OnceCell<Option<audio::mp3::Ffmpeg>> = OnceCell::const_new();
    let found = FFMPEG
        .get_or_init(|| async { tokio::task::spawn_blocking(audio::mp3::find).await.ok().flatten() })
        .await;
    let _turn = TURNS.acquire().await.ok()?;
    match audio::mp3::of(web.house(), recording, want.most_kbps, found.as_ref()).await {
        Ok(made) => made,
        Err(failure) => {
            tracing::warn!(%recording, cause = %failure, "no MP3 was made");
            None
        }
    }
}

fn begin(
    web: &Web,
    hearer: &Hearer<'_>,
    recording: &RecordingId,
    choice: &Choice,
) -> Result<counting::Stream, Failure> {
    let recorder = web.players().recorder().ok_or_else(|| {
        let message = "this house does not count plays yet, so none are served";
        Failure::Refused(Refusal::new("sound-uncounted", message, ""))
    })?;
    let length = choice.duration_ms.and_then(|ms| u32::try_from(ms).ok()).unwrap_or(0);
    let map = TimeMap::even(0, choice.bytes, length);
    Ok(recorder.stream(&hearer.counted()?, recording, map, Unit::Play))
}

/// The same answer, whose bytes are written down before they leave.
fn metered(response: Response, blob: Blob, heard: counting::Stream) -> Response {
    let (parts, body) = response.into_parts();
    let length = body.size_hint().exact().unwrap_or(0);
    if !parts.status.is_success() || length == 0 {
        return Response::from_parts(parts, body);
    }
    let range = parts.headers.get("content-range").and_then(|r| r.to_str().ok());
    let from = range.and_then(|r| r.strip_prefix("bytes ")?.split('-').next()?.parse().ok()).unwrap_or(0);
    let outgoing =
        Outgoing { blob, next: from, end: from + length, may: from, heard: Some(heard), work: None };
    Response::from_parts(parts, Body::new(outgoing))
}

type Read = (counting::Stream, u64, std::io::Result<Vec<u8>>);

/// Bytes on their way out, a block at a time, each written down first.
struct Outgoing {
    blob: Blob,
    /// The next byte to hand out.
    next: u64,
    end: u64,
    /// Up to where bytes may leave.
    may: u64,
    /// Away while a block is read.
    heard: Option<counting::Stream>,
    work: Option<Pin<Box<dyn Future<Output = Read> + Send>>>,
}

async fn read(mut heard: counting::Stream, blob: Blob, from: u64, mut may: u64, end: u64) -> Read {
    if from >= may {
        match heard.grant(from).await {
            Ok(to) => may = to,
            Err(failure) => {
                tracing::error!(cause = %failure, "a delivery could not be written down, so it ends");
                return (heard, may, Err(std::io::Error::other("not written down")));
            }
        }
    }
    let count = usize::try_from(may.min(end).saturating_sub(from)).unwrap_or(BLOCK).min(BLOCK);
    let bytes = blob.read_at(from, count).await;
    (heard, may, bytes)
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        if this.work.is_none() {
            let Some(heard) = (this.next < this.end).then(|| this.heard.take()).flatten() else {
                return Poll::Ready(None);
            };
            this.work = Some(Box::pin(read(heard, this.blob.clone(), this.next, this.may, this.end)));
        }
        let Some(work) = &mut this.work else { return Poll::Ready(None) };
        let (heard, may, bytes) = ready!(work.as_mut().poll(cx));
        (this.work, this.may, this.heard) = (None, may, Some(heard));
        Poll::Ready(Some(match bytes {
            Ok(bytes) if !bytes.is_empty() => {
                this.next += bytes.len() as u64;
                Ok(Frame::data(Bytes::from(bytes)))
            }
            Ok(_) => {
                this.end = this.next;
                Err(std::io::ErrorKind::UnexpectedEof.into())
            }
            Err(error) => {
                this.end = this.next;
                Err(error)
            }
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.next >= self.end && self.work.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.end.saturating_sub(self.next))
    }
}

impl Drop for Outgoing {
    /// Says where the answer ended, as far as somebody is there to write it down.
    fn drop(&mut self) {
        let Some(heard) = self.heard.take().filter(|_| self.next < self.may) else { return };
        let at = self.next;
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(failure) = heard.ended(at).await {
                    tracing::error!(cause = %failure, "the end of a delivery could not be written down");
                }
            });
        }
    }
}
