//! Members: what they keep for themselves, and where the money of their seat went.

use app::app_password;
use app::discovery::refuse;
use app::member::{self, money};
use app::playlist::{self, Change};
use app::shelf::{self, ItemKind};

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::{ask, choice, tell};
use super::value::{Money, read};

tell! {
    /// A membership.
    Membership {
        /// The member's random id.
        id: String,
        /// The institution.
        institution: String,
        /// The name in players.
        login: String,
        /// Since when.
        since: jiff::Timestamp,
        /// Why nothing may be heard now; null where it may.
        closed: Option<String>,
    }
    /// Something a member likes.
    Favourite {
        /// Our id of it.
        item: String,
        /// `song`, `album` or `artist`.
        kind: String,
        /// Since when.
        at: jiff::Timestamp,
    }
    /// A playlist.
    Playlist {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// A comment.
        comment: String,
        /// Its recordings, in order.
        songs: Vec<String>,
        /// When it was made.
        created: jiff::Timestamp,
        /// When it was changed last.
        changed: jiff::Timestamp,
    }
    /// What a member heard; only they see it.
    HeardRecording {
        /// The recording.
        recording: String,
        /// How often.
        plays: i64,
        /// When last.
        last: jiff::Timestamp,
    }
    /// Where the money of a seat went.
    SeatMoney {
        /// The period.
        period: String,
        /// The institution.
        institution: String,
        /// The rule.
        rule: String,
        /// What the seat had, where it is told.
        seat: Option<Money>,
        /// To which recordings it went.
        moved: Vec<SeatMoved>,
    }
    /// What a recording got of a seat.
    SeatMoved {
        /// The recording.
        recording: String,
        /// The artist.
        artist: String,
        /// The title.
        title: String,
        /// How much, where it is told.
        amount: Option<Money>,
        /// The part of the seat, in millionths.
        part_ppm: u64,
    }
    /// Where the money of a seat went, period by period.
    SeatMonies {
        /// The periods.
        periods: Vec<SeatMoney>,
    }
    /// Everything that is known of a person.
    PersonalExport {
        /// The whole of it.
        export: serde_json::Value,
    }
}

tell! {
    /// A password or key by which a player signs in.
    PlayerKey {
        /// Its id.
        id: String,
        /// What its owner calls it.
        name: String,
        /// Whether it is a key rather than a password.
        is_key: bool,
        /// When it was made.
        created: jiff::Timestamp,
        /// When it was revoked.
        revoked: Option<jiff::Timestamp>,
    }
    /// A password or key that was made; its secret is told once.
    PlayerKeyMade {
        /// Its id.
        id: String,
        /// The name to sign in with.
        login: String,
        /// What to enter in the player.
        secret: String,
    }
}

choice! {
    /// How a player signs in.
    PlayerDoor { Password = "password", Key = "key", }
}

choice! {
    /// What is liked.
    Kind { Song = "song", Album = "album", Artist = "artist", }
}

ask! {
    /// Something to like, or to like no more.
    NewFavourite {
        /// Our id of it.
        item: String,
        /// What it is.
        kind: Kind,
        /// Whether it is liked.
        on: bool,
    }
    /// A playlist to make.
    NewPlaylist {
        /// Its name.
        name: String,
        /// Its recordings, in order.
        songs: Option<Vec<String>>,
    }
    /// What changes of a playlist.
    PlaylistChange {
        /// Its name.
        name: Option<String>,
        /// A comment.
        comment: Option<String>,
        /// All its recordings anew.
        songs: Option<Vec<String>>,
        /// Recordings to put at its end.
        add: Option<Vec<String>>,
    }
    /// What is forgotten.
    Forget {
        /// The recording; all of them where it is left out.
        recording: Option<String>,
    }
    /// A code.
    Code {
        /// As it was given.
        code: String,
    }
    /// A password or key to make.
    NewPlayerKey {
        /// The device or player it is for.
        name: String,
        /// Which of the two.
        kind: PlayerDoor,
    }
    /// Whether what is heard may train the house's programs.
    NewTraining {
        /// Whether it may.
        allowed: bool,
    }
    /// Which membership.
    WhichMember {
        /// The member's id.
        member: String,
    }
}

/// The member who calls.
async fn own<Q, B>(ask: &Ask<Q, B>) -> Result<member::Membership, Wrong> {
    Ok(member::membership(&ask.house, ask.person()?).await?)
}

pub(crate) async fn membership(ask: Ask<(), ()>) -> Result<Membership, Wrong> {
    let m = own(&ask).await?;
    Ok(Membership {
        id: m.member.id.to_string(),
        institution: m.member.institution,
        login: m.listener.login,
        since: m.member.created,
        closed: m.closed.map(|r| r.message),
    })
}

pub(crate) async fn favourites(ask: Ask<Page, ()>) -> Result<Listed<Favourite>, Wrong> {
    let m = own(&ask).await?;
    let shelf = shelf::load(&ask.house, &m.listener.member).await?;
    let stars = shelf.stars.into_iter().map(|(item, (kind, at))| Favourite {
        item,
        kind: match kind {
            ItemKind::Song => "song",
            ItemKind::Album => "album",
            ItemKind::Artist => "artist",
        }
        .to_owned(),
        at,
    });
    let q = &ask.query;
    page::cut(stars, (q.after.as_deref(), q.limit), |f| page::by_time(f.at, &f.item), |f| f)
}

pub(crate) async fn favour(ask: Ask<(), NewFavourite>) -> Result<Done, Wrong> {
    let m = own(&ask).await?;
    let kind = match ask.body.kind {
        Kind::Song => ItemKind::Song,
        Kind::Album => ItemKind::Album,
        Kind::Artist => ItemKind::Artist,
    };
    if ask.body.item.is_empty() || ask.body.item.len() > 100 {
        return Err(Wrong::unfit("item", "this is no id of anything", "use an id of the catalogue"));
    }
    shelf::star(&ask.house, &m.listener.member, &[(kind, ask.body.item.clone())], ask.body.on).await?;
    Ok(Done::with(&ask.body.item))
}

impl Playlist {
    fn of(p: playlist::Playlist) -> Playlist {
        Playlist {
            id: p.row.id,
            name: p.row.name,
            comment: p.row.comment,
            songs: p.songs,
            created: p.row.created,
            changed: p.row.changed,
        }
    }
}

pub(crate) async fn playlists(ask: Ask<Page, ()>) -> Result<Listed<Playlist>, Wrong> {
    let m = own(&ask).await?;
    let all = playlist::list(&ask.house, &m.listener.member).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |p| page::by_time(p.row.created, &p.row.id), Playlist::of)
}

pub(crate) async fn playlist(ask: Ask<(), ()>) -> Result<Playlist, Wrong> {
    let m = own(&ask).await?;
    Ok(Playlist::of(playlist::one(&ask.house, &m.listener.member, ask.at("playlist")).await?))
}

pub(crate) async fn make_playlist(ask: Ask<(), NewPlaylist>) -> Result<Playlist, Wrong> {
    let m = own(&ask).await?;
    let songs = ask.body.songs.clone().unwrap_or_default();
    Ok(Playlist::of(playlist::create(&ask.house, &m.listener.member, &ask.body.name, songs).await?))
}

pub(crate) async fn change_playlist(ask: Ask<(), PlaylistChange>) -> Result<Playlist, Wrong> {
    let m = own(&ask).await?;
    let b = &ask.body;
    let change = Change {
        name: b.name.clone(),
        comment: b.comment.clone(),
        songs: b.songs.clone(),
        out: Vec::new(),
        add: b.add.clone().unwrap_or_default(),
    };
    Ok(Playlist::of(playlist::change(&ask.house, &m.listener.member, ask.at("playlist"), change).await?))
}

pub(crate) async fn drop_playlist(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    let m = own(&ask).await?;
    playlist::delete(&ask.house, &m.listener.member, ask.at("playlist")).await?;
    Ok(Done::with(ask.at("playlist")))
}

pub(crate) async fn history(ask: Ask<Page, ()>) -> Result<Listed<HeardRecording>, Wrong> {
    let m = own(&ask).await?;
    let shelf = shelf::load(&ask.house, &m.listener.member).await?;
    let heard =
        shelf.plays.into_iter().map(|(recording, (plays, last))| HeardRecording { recording, plays, last });
    let q = &ask.query;
    page::cut(heard, (q.after.as_deref(), q.limit), |h| h.recording.clone(), |h| h)
}

pub(crate) async fn forget(ask: Ask<(), Forget>) -> Result<Done, Wrong> {
    let m = own(&ask).await?;
    shelf::forget_played(&ask.house, &m.listener.member, ask.body.recording.as_deref()).await?;
    Ok(Done::with(ask.body.recording.as_deref().unwrap_or("all")))
}

pub(crate) async fn seat_money(ask: Ask<(), ()>) -> Result<SeatMonies, Wrong> {
    let m = own(&ask).await?;
    let all = match ask.web.players().recorder() {
        Some(recorder) => money::seat(&ask.house, recorder.keys(), &m.member).await?,
        None => Vec::new(),
    };
    let told = all.into_iter().map(|s| SeatMoney {
        period: s.period.label.clone(),
        institution: s.period.institution.to_string(),
        rule: format!("{}@{}", s.rule.name, s.rule.version),
        seat: s.seat.map(Into::into),
        moved: s
            .lines
            .iter()
            .flat_map(|l| l.moved.iter().flatten())
            .map(|m| SeatMoved {
                recording: m.recording.to_string(),
                artist: m.artist.clone(),
                title: m.title.clone(),
                amount: m.amount.map(Into::into),
                part_ppm: m.part_ppm,
            })
            .collect(),
    });
    Ok(SeatMonies { periods: told.collect() })
}

pub(crate) async fn export(ask: Ask<(), ()>) -> Result<PersonalExport, Wrong> {
    let keys = ask.web.players().recorder().map(|r| r.keys());
    let named = |_: &str| None;
    Ok(PersonalExport { export: member::export(&ask.house, ask.person()?, keys, &named).await? })
}

pub(crate) async fn join(ask: Ask<(), Code>) -> Result<Done, Wrong> {
    let row = member::invitation::join(&ask.house, ask.person()?, &ask.body.code).await?;
    Ok(Done::with(row.institution))
}

pub(crate) async fn leave(ask: Ask<(), WhichMember>) -> Result<Done, Wrong> {
    let row = member::leave(&ask.house, ask.person()?, &ask.body.member).await?;
    Ok(Done::with(row.id))
}

pub(crate) async fn erase(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    let id = ask.by().to_owned();
    member::erase(&ask.house, ask.person()?).await?;
    Ok(Done::with(id))
}

pub(crate) async fn player_keys(ask: Ask<Page, ()>) -> Result<Listed<PlayerKey>, Wrong> {
    let m = own(&ask).await?;
    let all = app_password::list(&ask.house, &m.listener.member).await?;
    let q = &ask.query;
    let tell = |row: store::AppPasswordRow| PlayerKey {
        id: row.id,
        name: row.name,
        is_key: row.is_key,
        created: row.created,
        revoked: row.revoked,
    };
    page::cut(all, (q.after.as_deref(), q.limit), |k| page::by_time(k.created, &k.id), tell)
}

pub(crate) async fn make_player_key(ask: Ask<(), NewPlayerKey>) -> Result<PlayerKeyMade, Wrong> {
    let m = own(&ask).await?;
    let made = match ask.body.kind {
        PlayerDoor::Key => app_password::create_key(&ask.house, &m.listener.member, &ask.body.name).await?,
        PlayerDoor::Password => app_password::create(&ask.house, &m.listener.member, &ask.body.name).await?,
    };
    Ok(PlayerKeyMade { id: made.id, login: made.login, secret: made.secret })
}

pub(crate) async fn end_player_key(ask: Ask<(), ()>) -> Result<Done, Wrong> {
    let m = own(&ask).await?;
    app_password::revoke(&ask.house, &m.listener.member, ask.at("player_key")).await?;
    Ok(Done::with(ask.at("player_key")))
}

pub(crate) async fn set_training(ask: Ask<(), NewTraining>) -> Result<Done, Wrong> {
    let m = own(&ask).await?;
    let institution = read("institution-unknown", &m.member.institution)?;
    if let Some(recorder) = ask.web.players().recorder() {
        let refuses = !ask.body.allowed;
        let member = &m.listener.member;
        refuse::set_member(&ask.house, recorder.keys(), &institution, member, refuses).await?;
    }
    Ok(Done::with(&m.member.id))
}
