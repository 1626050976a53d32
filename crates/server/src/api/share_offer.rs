//! Shares offered to collaborators, and thanks to whoever played.

use app::share_offer::{self, Answer, Named, Offer};
use app::thanks;
use jiff::Timestamp;
use music::PartyId;
use store::ShareOfferRow;

use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::{ask, choice, tell};
use super::value::{part, read};

tell! {
    /// A part of a share that is offered to a collaborator.
    ShareOffer {
        /// Its id.
        id: String,
        /// The recording.
        recording: String,
        /// Who offers.
        from: String,
        /// To whom.
        to: String,
        /// The part of the whole.
        part: String,
        /// What is said with it.
        words: String,
        /// Where it stands.
        status: String,
        /// When it was offered.
        offered: Timestamp,
    }
    /// A set in which a party's recordings were played.
    PlayedSet {
        /// The set list.
        set_list: String,
        /// Who played, where they show it.
        performer: Option<String>,
        /// What of the party's was played.
        titles: Vec<String>,
        /// What was said in thanks.
        thanked: Option<String>,
    }
}

choice! {
    /// What is answered to an offer of a share.
    ShareAnswer { Confirm = "confirm", Refuse = "refuse", Withdraw = "withdraw", }
}

ask! {
    /// A part of a share to offer.
    NewShareOffer {
        /// The recording.
        recording: String,
        /// To whom: a party's id or unique name.
        to: String,
        /// The part of the whole, such as `25 %`.
        part: String,
        /// What is said with it.
        words: Option<String>,
    }
    /// An answer to an offer.
    NewShareAnswer {
        /// `withdraw` is for who made it, the others for whom it was made to.
        answer: ShareAnswer,
    }
    /// Thanks.
    NewThanks {
        /// The set list.
        set_list: String,
        /// In words, 280 letters at most.
        words: String,
    }
}

impl ShareOffer {
    fn of(row: &ShareOfferRow) -> ShareOffer {
        ShareOffer {
            id: row.id.to_string(),
            recording: row.recording.to_string(),
            from: row.from.to_string(),
            to: row.to.to_string(),
            part: row.ratio.to_string(),
            words: row.words.clone(),
            status: row.status.clone(),
            offered: row.offered,
        }
    }
}

pub(crate) async fn list(ask: Ask<Page, ()>) -> Result<Listed<ShareOffer>, Wrong> {
    let party: PartyId = read("party-unknown", &ask.see()?)?;
    let all = share_offer::list(&ask.house, &party).await?;
    let q = &ask.query;
    let key = |n: &Named| page::by_time(n.offer.offered, &n.offer.id);
    page::cut(all, (q.after.as_deref(), q.limit), key, |n| ShareOffer::of(&n.offer))
}

pub(crate) async fn offer(ask: Ask<(), NewShareOffer>) -> Result<ShareOffer, Wrong> {
    let party = ask.act()?;
    let offer = Offer {
        from: party,
        recording: ask.body.recording.clone(),
        to: ask.body.to.clone(),
        ratio: part(&ask.body.part)?,
        words: ask.body.words.clone().unwrap_or_default(),
        by: ask.by().to_owned(),
    };
    Ok(ShareOffer::of(&share_offer::offer(&ask.house, offer).await?))
}

pub(crate) async fn answer(ask: Ask<(), NewShareAnswer>) -> Result<Done, Wrong> {
    let party: PartyId = read("party-unknown", &ask.act()?)?;
    let answer = match ask.body.answer {
        ShareAnswer::Confirm => Answer::Confirm,
        ShareAnswer::Refuse => Answer::Refuse,
        ShareAnswer::Withdraw => Answer::Withdraw,
    };
    share_offer::answer(&ask.house, &party, ask.at("share_offer"), answer, ask.by()).await?;
    Ok(Done::with(ask.at("share_offer")))
}

pub(crate) async fn played(ask: Ask<Page, ()>) -> Result<Listed<PlayedSet>, Wrong> {
    let party: PartyId = read("party-unknown", &ask.see()?)?;
    let all = thanks::played(&ask.house, &party).await?;
    let q = &ask.query;
    let tell = |p: thanks::Played| PlayedSet {
        set_list: p.set_list.to_string(),
        performer: p.performer,
        titles: p.titles,
        thanked: p.thanked.map(|t| t.words),
    };
    page::cut(all, (q.after.as_deref(), q.limit), |p| p.set_list.to_string(), tell)
}

pub(crate) async fn thank(ask: Ask<(), NewThanks>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    let say = thanks::Say {
        from: party,
        set_list: ask.body.set_list.clone(),
        words: ask.body.words.clone(),
        by: ask.by().to_owned(),
    };
    Ok(Done::with(thanks::say(&ask.house, say).await?.id))
}
