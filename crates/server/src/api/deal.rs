//! The rest of what brands, agencies and artists do: mandates, contacts, invitations, and the turns that a contract may take.

use app::brief::deal::{self, Terms};
use app::brief::domain::WrittenStep;
use app::brief::mandate::{self, Give};
use app::brief::terms::Contact as Kept;
use app::brief::{answer, terms, wall};
use jiff::Timestamp;
use jiff::civil::Date;

use super::brief::{Deal, own_brief, own_deal};
use super::caller::Ask;
use super::page::{self, Listed, Page};
use super::party::Done;
use super::problem::Wrong;
use super::shape::{ask, tell};

tell! {
    /// A mandate by which an agency acts for a brand.
    BrandMandate {
        /// Its id.
        id: String,
        /// The brand.
        brand: String,
        /// The agency.
        agency: String,
        /// The paper it stands on.
        evidence: String,
        /// Since when.
        from: Timestamp,
        /// Until when; open where null.
        until: Option<Timestamp>,
        /// Whether it holds now.
        lives: bool,
    }
    /// How a party can be reached for a contract; the party's own to read.
    Contact {
        /// The postal address.
        contact: String,
        /// The country of residence for tax.
        country: String,
        /// The mail address for contracts; may be empty.
        mail: String,
        /// The VAT id; may be empty.
        vat_id: String,
        /// The number in a trade register; may be empty.
        registration: String,
    }
}

ask! {
    /// A mandate to give.
    NewBrandMandate {
        /// The agency: a party's id or unique name.
        agency: String,
        /// The first day on which it no longer holds; open where it is left out.
        until: Option<Date>,
        /// The paper it stands on.
        evidence: String,
    }
    /// How a party can be reached for a contract.
    NewContact {
        /// The postal address.
        contact: String,
        /// The country of residence for tax.
        country: String,
        /// The mail address for contracts; the party's own where it is left out.
        mail: Option<String>,
        /// The VAT id.
        vat_id: Option<String>,
        /// The number in a trade register.
        registration: Option<String>,
    }
    /// An artist to ask.
    NewArtist {
        /// A party's id or unique name.
        artist: String,
    }
    /// What an artist says before they are asked.
    NewPitch {
        /// In words.
        words: String,
    }
    /// A part of a contract's money.
    NewCut {
        /// Whose.
        who: String,
        /// Which part, such as `25 %`.
        part: String,
    }
    /// A step of a contract.
    NewStep {
        /// What is delivered.
        title: String,
        /// What is paid for it, such as `EUR 500`.
        pays: String,
        /// When it is due.
        due: Date,
    }
    /// What is agreed otherwise.
    NewDealTerms {
        /// How the artist's side divides it; the artist alone where it is left out.
        split: Option<Vec<NewCut>>,
        /// A recording whose shares say how it is divided instead.
        split_of: Option<String>,
        /// Who gets the solidarity slice.
        scene: Option<Vec<NewCut>>,
        /// Other steps than the brief's.
        milestones: Option<Vec<NewStep>>,
    }
    /// A selection that carries a brand's name.
    NewLabel {
        /// The selection.
        selection: String,
    }
}

impl BrandMandate {
    fn of(m: mandate::Shown) -> BrandMandate {
        BrandMandate {
            id: m.row.id.to_string(),
            brand: m.row.brand.to_string(),
            agency: m.row.agency.to_string(),
            evidence: m.row.evidence,
            from: m.row.from,
            until: m.row.until,
            lives: m.lives,
        }
    }
}

impl NewDealTerms {
    fn read(&self) -> Terms {
        let pairs = |cuts: &Option<Vec<NewCut>>| {
            cuts.iter().flatten().map(|c| [c.who.clone(), c.part.clone()]).collect()
        };
        let steps = self.milestones.iter().flatten().map(|s| WrittenStep {
            title: s.title.clone(),
            pays: s.pays.clone(),
            due: s.due.to_string(),
        });
        Terms {
            split: pairs(&self.split),
            split_of: self.split_of.clone().unwrap_or_default(),
            scene: pairs(&self.scene),
            milestones: steps.collect(),
        }
    }
}

pub(crate) async fn mandates(ask: Ask<Page, ()>) -> Result<Listed<BrandMandate>, Wrong> {
    let party = ask.see()?;
    let all = mandate::list(&ask.house, &party).await?;
    let q = &ask.query;
    page::cut(all, (q.after.as_deref(), q.limit), |m| page::by_time(m.row.from, &m.row.id), BrandMandate::of)
}

pub(crate) async fn give_mandate(ask: Ask<(), NewBrandMandate>) -> Result<BrandMandate, Wrong> {
    let party = ask.act()?;
    let b = &ask.body;
    let give = Give {
        brand: party.clone(),
        agency: b.agency.clone(),
        until: b.until.map(|d| d.to_string()).unwrap_or_default(),
        evidence: b.evidence.clone(),
        by: party,
    };
    Ok(BrandMandate::of(mandate::give(&ask.house, give).await?))
}

pub(crate) async fn end_mandate(ask: Ask<(), ()>) -> Result<BrandMandate, Wrong> {
    let party = ask.act()?;
    Ok(BrandMandate::of(mandate::end(&ask.house, ask.at("brand_mandate"), &party).await?))
}

pub(crate) async fn contact(ask: Ask<(), ()>) -> Result<Contact, Wrong> {
    let party = ask.act()?;
    let kept = terms::contact(&ask.house, &party).await?;
    Ok(Contact {
        contact: kept.contact,
        country: kept.country,
        mail: kept.mail,
        vat_id: kept.vat_id,
        registration: kept.registration,
    })
}

pub(crate) async fn set_contact(ask: Ask<(), NewContact>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    let b = &ask.body;
    let kept = Kept {
        contact: b.contact.clone(),
        country: b.country.clone(),
        mail: b.mail.clone().unwrap_or_default(),
        vat_id: b.vat_id.clone().unwrap_or_default(),
        registration: b.registration.clone().unwrap_or_default(),
    };
    terms::set_contact(&ask.house, &party, kept, &party).await?;
    Ok(Done::with(party))
}

pub(crate) async fn invite(ask: Ask<(), NewArtist>) -> Result<Done, Wrong> {
    let (party, one) = own_brief(&ask).await?;
    answer::invite(&ask.house, one.row.id.as_str(), &ask.body.artist, &party).await?;
    Ok(Done::with(one.row.id))
}

pub(crate) async fn pitch(ask: Ask<(), NewPitch>) -> Result<Done, Wrong> {
    let party = ask.act()?;
    answer::pitch(&ask.house, ask.at("brief"), &party, &ask.body.words).await?;
    Ok(Done::with(ask.at("brief")))
}

pub(crate) async fn revise(ask: Ask<(), NewDealTerms>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    Ok(Deal::of(&deal::revise(&ask.house, one.row.id.as_str(), ask.body.read(), &party).await?, &party))
}

pub(crate) async fn order(ask: Ask<(), NewDealTerms>) -> Result<Deal, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    Ok(Deal::of(&deal::order(&ask.house, one.row.id.as_str(), ask.body.read(), &party).await?, &party))
}

pub(crate) async fn label(ask: Ask<(), NewLabel>) -> Result<Done, Wrong> {
    let (party, one) = own_deal(&ask, true).await?;
    wall::label_selection(&ask.house, one.row.id.as_str(), &ask.body.selection, &party).await?;
    Ok(Done::with(&ask.body.selection))
}
