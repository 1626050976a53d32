//! Noting that a member opened a page, for what the institution is told in the end: how many, never who.

use app::counting::Page;
use music::RecordingId;

use crate::Web;
use crate::visit::Visit;

/// Notes that whoever visits opened a page, if they are a member or guest of an institution; anybody else leaves no
/// trace. The page is shown whatever becomes of it.
pub(crate) async fn looked(web: &Web, visit: &Visit, page: Page<'_>, recording: &RecordingId) {
    let Some(visitor) = &visit.who else { return };
    let Ok(at) = app::member::membership(web.house(), visitor).await else { return };
    // Whose seat is over is nobody's active member.
    if at.closed.is_none() {
        note(web, (&at.listener.institution, &at.listener.member), page, recording).await;
    }
}

/// The same of a member whose membership is known already: institution and member.
pub(crate) async fn note(web: &Web, who: (&str, &str), page: Page<'_>, recording: &RecordingId) {
    let (Some(recorder), Ok(institution)) = (web.players().recorder(), who.0.parse()) else { return };
    if let Err(failure) = recorder.look(&institution, who.1, page, recording).await {
        tracing::warn!(cause = %failure, "a page that was opened was not noted");
    }
}
