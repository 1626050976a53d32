//! Contracts between brands and artists: their texts, signatures, milestones, and all that happened.

use jiff::Timestamp;
use money::{Amount, Currency};
use music::{ContributionId, PartyId, PotId, SelectionId};

use crate::db::{Row, Tx};
use crate::set_list::instant;
use crate::{BrandDealId, BriefId, Fault, GrantId, MilestoneId, args};

/// A contract between a brand and an artist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandDealRow {
    /// Our id.
    pub id: BrandDealId,
    /// The brief it comes from.
    pub brief: BriefId,
    /// The framework an order belongs to.
    pub framework: Option<BrandDealId>,
    /// `single`, `framework` or `order`.
    pub form: String,
    /// The brand.
    pub brand: PartyId,
    /// The agency that signs for it.
    pub agency: Option<PartyId>,
    /// The artist.
    pub artist: PartyId,
    /// A word of the deal's states.
    pub state: String,
    /// The newest version of the text.
    pub version: i64,
    /// What is paid, before commission and slice.
    pub fee: Amount,
    /// The value of the benefits in kind.
    pub benefits: Amount,
    /// What for.
    pub kind: String,
    /// The promotional objective.
    pub objective: String,
    /// The artist's tier when it was drafted.
    pub tier: String,
    /// Territories, separated by spaces.
    pub places: String,
    /// The rule's label.
    pub rule: String,
    /// Where the budget lies.
    pub pot: Option<PotId>,
    /// What the brand was asked to pay, with its reference.
    pub contribution: Option<ContributionId>,
    /// When it was drafted.
    pub created: Timestamp,
    /// Until when it can be signed.
    pub sign: Timestamp,
    /// When both had signed.
    pub signed: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

/// A version of a contract's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandTextRow {
    /// From 1.
    pub version: i64,
    /// What it says, as JSON.
    pub body: String,
    /// The text that is signed.
    pub words: String,
    /// SHA-256 of the text.
    pub hash: String,
    /// When it was written.
    pub at: Timestamp,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureRow {
    /// `brand` or `artist`.
    pub side: String,
    /// The version signed.
    pub version: i64,
    /// The hash signed.
    pub hash: String,
    /// Who signed.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A milestone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneRow {
    /// Our id.
    pub id: MilestoneId,
    /// Its contract.
    pub deal: BrandDealId,
    /// From 1.
    pub place: i64,
    /// What is delivered.
    pub title: String,
    /// What was agreed for it.
    pub amount: Amount,
    /// When it is due: a day.
    pub due: String,
    /// A word of the milestone's states.
    pub state: String,
    /// Where its money lies once it is to be paid.
    pub pot: Option<PotId>,
    /// The pending entry that holds its money.
    pub hold: Option<i64>,
    /// When silence accepts it.
    pub silence: Option<Timestamp>,
    /// What of it was paid, once it is over.
    pub awarded: Option<Amount>,
    /// Where the solidarity slice lay on its way to whom the artist named.
    pub slice: Option<PotId>,
}

/// Something that happened to a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandEventRow {
    /// To which milestone, where to one.
    pub milestone: Option<MilestoneId>,
    /// What.
    pub what: String,
    /// In whose words, with what evidence.
    pub words: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A raw figure of what was agreed to be measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureRow {
    /// What was measured.
    pub indicator: String,
    /// How much.
    pub value: i64,
    /// Of which day.
    pub day: String,
    /// Where it comes from.
    pub source: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A session given to an emerging artist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Our id.
    pub id: GrantId,
    /// To whom.
    pub artist: PartyId,
    /// From which fund.
    pub fund: String,
    /// How much.
    pub amount: Amount,
    /// The entry.
    pub entry: i64,
    /// How it was chosen, as JSON.
    pub choice: String,
    /// Who gave it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

const DEAL: &str = "id, brief, framework, form, brand, agency, artist, state, version, currency, fee, benefits, kind, objective, tier, places, rule, \
                    pot, contribution, created_us, sign_us, signed_us, ended_us";
const MILESTONE: &str =
    "id, deal, place, title, currency, amount, due, state, pot, hold_entry, silence_us, awarded, slice";

fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(|t| t.as_microsecond())
}

impl Tx {
    /// Writes a new contract.
    pub async fn insert_brand_deal(&mut self, d: &BrandDealRow) -> Result<(), Fault> {
        let places = (1..=23).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
        let sql = format!("insert into brand_deal ({DEAL}) values ({places})");
        let values = args![
            d.id.as_str(),
            d.brief.as_str(),
            d.framework.as_ref().map(|f| f.as_str().to_owned()),
            &d.form,
            d.brand.as_str(),
            d.agency.as_ref().map(|a| a.as_str().to_owned()),
            d.artist.as_str(),
            &d.state,
            d.version,
            d.fee.currency().code(),
            d.fee.micros(),
            d.benefits.micros(),
            &d.kind,
            &d.objective,
            &d.tier,
            &d.places,
            &d.rule,
            d.pot.as_ref().map(|p| p.as_str().to_owned()),
            d.contribution.as_ref().map(|c| c.as_str().to_owned()),
            d.created.as_microsecond(),
            d.sign.as_microsecond(),
            micros(d.signed),
            micros(d.ended),
        ];
        self.run(&sql, values).await.map(drop)
    }

    /// A contract.
    pub async fn brand_deal(&mut self, id: &BrandDealId) -> Result<Option<BrandDealRow>, Fault> {
        let sql = format!("select {DEAL} from brand_deal where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(deal_row).transpose()
    }

    /// All contracts, oldest first.
    pub async fn brand_deals(&mut self) -> Result<Vec<BrandDealRow>, Fault> {
        let sql = format!("select {DEAL} from brand_deal order by created_us, id");
        self.rows(&sql, args![]).await?.iter().map(deal_row).collect()
    }

    /// The contracts of a party on either side, oldest first.
    pub async fn brand_deals_of(&mut self, party: &PartyId) -> Result<Vec<BrandDealRow>, Fault> {
        let sql = format!(
            "select {DEAL} from brand_deal where artist = $1 or brand = $1 or agency = $1 order by created_us, id"
        );
        self.rows(&sql, args![party.as_str()]).await?.iter().map(deal_row).collect()
    }

    /// The contracts of a brief, oldest first.
    pub async fn brand_deals_of_brief(&mut self, brief: &BriefId) -> Result<Vec<BrandDealRow>, Fault> {
        let sql = format!("select {DEAL} from brand_deal where brief = $1 order by created_us, id");
        self.rows(&sql, args![brief.as_str()]).await?.iter().map(deal_row).collect()
    }

    /// Moves a contract from one state to another; false where it is not in the first. Of two at once one wins.
    pub async fn move_brand_deal(&mut self, id: &BrandDealId, from: &str, to: &str) -> Result<bool, Fault> {
        let sql = "update brand_deal set state = $3 where id = $1 and state = $2";
        Ok(self.run(sql, args![id.as_str(), from, to]).await? > 0)
    }

    /// Changes what a contract agrees, before anybody has signed.
    pub async fn revise_brand_deal(&mut self, d: &BrandDealRow) -> Result<(), Fault> {
        let sql = "update brand_deal set version = $2, fee = $3, benefits = $4 where id = $1";
        let values = args![d.id.as_str(), d.version, d.fee.micros(), d.benefits.micros()];
        self.run(sql, values).await.map(drop)
    }

    /// Notes that both signed, and where the budget will lie.
    pub async fn set_brand_deal_signed(
        &mut self,
        id: &BrandDealId,
        pot: Option<&PotId>,
        contribution: Option<&ContributionId>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let sql = "update brand_deal set pot = $2, contribution = $3, signed_us = $4 where id = $1";
        let values = args![
            id.as_str(),
            pot.map(|p| p.as_str().to_owned()),
            contribution.map(|c| c.as_str().to_owned()),
            now.as_microsecond()
        ];
        self.run(sql, values).await.map(drop)
    }

    /// Notes that a contract ended.
    pub async fn end_brand_deal(&mut self, id: &BrandDealId, now: Timestamp) -> Result<(), Fault> {
        let sql = "update brand_deal set ended_us = $2 where id = $1";
        self.run(sql, args![id.as_str(), now.as_microsecond()]).await.map(drop)
    }

    /// Writes a version of a contract's text.
    pub async fn insert_brand_text(
        &mut self,
        deal: &BrandDealId,
        text: &BrandTextRow,
        by: &str,
    ) -> Result<(), Fault> {
        let sql = "insert into brand_text (deal, version, body, words, hash, at_us, by_party) values ($1, $2, $3, $4, $5, $6, $7)";
        let values = args![
            deal.as_str(),
            text.version,
            &text.body,
            &text.words,
            &text.hash,
            text.at.as_microsecond(),
            by
        ];
        self.run(sql, values).await.map(drop)
    }

    /// A version of a contract's text.
    pub async fn brand_text(
        &mut self,
        deal: &BrandDealId,
        version: i64,
    ) -> Result<Option<BrandTextRow>, Fault> {
        let sql = "select version, body, words, hash, at_us from brand_text where deal = $1 and version = $2";
        let row = self.row(sql, args![deal.as_str(), version]).await?;
        row.map(|r| {
            Ok(BrandTextRow {
                version: r.int(0)?,
                body: r.text(1)?,
                words: r.text(2)?,
                hash: r.text(3)?,
                at: instant(r.int(4)?)?,
            })
        })
        .transpose()
    }

    /// Writes a signature; false where that side signed already.
    pub async fn insert_brand_signature(
        &mut self,
        deal: &BrandDealId,
        s: &SignatureRow,
    ) -> Result<bool, Fault> {
        let sql = "insert into brand_signature (deal, side, version, hash, by_party, at_us) values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
        let values = args![deal.as_str(), &s.side, s.version, &s.hash, &s.by, s.at.as_microsecond()];
        Ok(self.run(sql, values).await? > 0)
    }

    /// The signatures of a contract, oldest first.
    pub async fn brand_signatures(&mut self, deal: &BrandDealId) -> Result<Vec<SignatureRow>, Fault> {
        let sql = "select side, version, hash, by_party, at_us from brand_signature where deal = $1 order by at_us, side";
        let rows = self.rows(sql, args![deal.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(SignatureRow {
                    side: r.text(0)?,
                    version: r.int(1)?,
                    hash: r.text(2)?,
                    by: r.text(3)?,
                    at: instant(r.int(4)?)?,
                })
            })
            .collect()
    }

    /// Writes the milestones of a contract, in place of those it had before anybody signed.
    pub async fn put_milestones(&mut self, deal: &BrandDealId, all: &[MilestoneRow]) -> Result<(), Fault> {
        self.run("delete from brand_milestone where deal = $1", args![deal.as_str()]).await?;
        let rows = all.iter().map(|m| {
            args![
                m.id.as_str(),
                deal.as_str(),
                m.place,
                &m.title,
                m.amount.currency().code(),
                m.amount.micros(),
                &m.due,
                &m.state
            ]
        });
        let head = "insert into brand_milestone (id, deal, place, title, currency, amount, due, state)";
        self.insert_many(head, rows.collect(), "").await
    }

    /// The milestones of a contract, in order.
    pub async fn milestones(&mut self, deal: &BrandDealId) -> Result<Vec<MilestoneRow>, Fault> {
        let sql = format!("select {MILESTONE} from brand_milestone where deal = $1 order by place");
        self.rows(&sql, args![deal.as_str()]).await?.iter().map(milestone_row).collect()
    }

    /// A milestone.
    pub async fn milestone(&mut self, id: &MilestoneId) -> Result<Option<MilestoneRow>, Fault> {
        let sql = format!("select {MILESTONE} from brand_milestone where id = $1");
        self.row(&sql, args![id.as_str()]).await?.as_ref().map(milestone_row).transpose()
    }

    /// The milestone whose money lies in a pot.
    pub async fn milestone_of_pot(&mut self, pot: &PotId) -> Result<Option<MilestoneRow>, Fault> {
        let sql = format!("select {MILESTONE} from brand_milestone where pot = $1");
        self.row(&sql, args![pot.as_str()]).await?.as_ref().map(milestone_row).transpose()
    }

    /// The milestone whose solidarity slice lay in a pot.
    pub async fn milestone_of_slice(&mut self, pot: &PotId) -> Result<Option<MilestoneRow>, Fault> {
        let sql = format!("select {MILESTONE} from brand_milestone where slice = $1");
        self.row(&sql, args![pot.as_str()]).await?.as_ref().map(milestone_row).transpose()
    }

    /// Notes where a milestone's solidarity slice lies.
    pub async fn set_milestone_slice(&mut self, id: &MilestoneId, pot: &PotId) -> Result<(), Fault> {
        let sql = "update brand_milestone set slice = $2 where id = $1";
        self.run(sql, args![id.as_str(), pot.as_str()]).await.map(drop)
    }

    /// Moves a milestone from one state to another, with what goes with it; false where it is not in the first. Of two at
    /// once one wins: the other finds the condition no longer true.
    pub async fn move_milestone(&mut self, from: &str, m: &MilestoneRow) -> Result<bool, Fault> {
        let sql = "update brand_milestone set state = $3, pot = $4, hold_entry = $5, silence_us = $6, awarded = $7, slice = $8 \
                   where id = $1 and state = $2";
        let values = args![
            m.id.as_str(),
            from,
            &m.state,
            m.pot.as_ref().map(|p| p.as_str().to_owned()),
            m.hold,
            micros(m.silence),
            m.awarded.map(|a| a.micros()),
            m.slice.as_ref().map(|p| p.as_str().to_owned()),
        ];
        Ok(self.run(sql, values).await? > 0)
    }

    /// Milestones that silence accepts by now.
    pub async fn silent_milestones(&mut self, now: Timestamp) -> Result<Vec<MilestoneRow>, Fault> {
        let sql = format!(
            "select {MILESTONE} from brand_milestone where state = 'submitted' and silence_us <= $1 order by silence_us, id"
        );
        self.rows(&sql, args![now.as_microsecond()]).await?.iter().map(milestone_row).collect()
    }

    /// Contracts that nobody signed in time.
    pub async fn unsigned_brand_deals(&mut self, now: Timestamp) -> Result<Vec<BrandDealRow>, Fault> {
        let sql = format!(
            "select {DEAL} from brand_deal where state in ('drafted', 'half-signed') and sign_us <= $1 order by sign_us, id"
        );
        self.rows(&sql, args![now.as_microsecond()]).await?.iter().map(deal_row).collect()
    }

    /// Signed contracts whose money is awaited.
    pub async fn awaited_brand_deals(&mut self) -> Result<Vec<BrandDealRow>, Fault> {
        let sql = format!(
            "select {DEAL} from brand_deal where state = 'signed' and contribution is not null order by created_us, id"
        );
        self.rows(&sql, args![]).await?.iter().map(deal_row).collect()
    }

    /// Writes down what happened to a contract.
    pub async fn insert_brand_event(&mut self, deal: &BrandDealId, e: &BrandEventRow) -> Result<(), Fault> {
        let sql = "insert into brand_event (deal, milestone, what, words, by_party, at_us) values ($1, $2, $3, $4, $5, $6)";
        let values = args![
            deal.as_str(),
            e.milestone.as_ref().map(|m| m.as_str().to_owned()),
            &e.what,
            &e.words,
            &e.by,
            e.at.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// What happened to a contract, in order.
    pub async fn brand_events(&mut self, deal: &BrandDealId) -> Result<Vec<BrandEventRow>, Fault> {
        let sql =
            "select milestone, what, words, by_party, at_us from brand_event where deal = $1 order by seq";
        let rows = self.rows(sql, args![deal.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(BrandEventRow {
                    milestone: r.opt_parse(0)?,
                    what: r.text(1)?,
                    words: r.text(2)?,
                    by: r.text(3)?,
                    at: instant(r.int(4)?)?,
                })
            })
            .collect()
    }

    /// Contracts of which a milestone is or was disputed, newest first.
    pub async fn disputed_brand_deals(&mut self) -> Result<Vec<BrandDealRow>, Fault> {
        let sql = format!(
            "select {DEAL} from brand_deal where id in (select deal from brand_event where what = 'disputed') order by created_us desc, id"
        );
        self.rows(&sql, args![]).await?.iter().map(deal_row).collect()
    }

    /// Writes a figure.
    pub async fn insert_figure(&mut self, deal: &BrandDealId, f: &FigureRow) -> Result<(), Fault> {
        let sql = "insert into brand_figure (deal, indicator, value, day, source, by_party, at_us) values ($1, $2, $3, $4, $5, $6, $7)";
        let values =
            args![deal.as_str(), &f.indicator, f.value, &f.day, &f.source, &f.by, f.at.as_microsecond()];
        self.run(sql, values).await.map(drop)
    }

    /// The figures of a contract, in order.
    pub async fn figures_of_deal(&mut self, deal: &BrandDealId) -> Result<Vec<FigureRow>, Fault> {
        let sql = "select indicator, value, day, source, by_party, at_us from brand_figure where deal = $1 order by seq";
        let rows = self.rows(sql, args![deal.as_str()]).await?;
        rows.iter()
            .map(|r| {
                Ok(FigureRow {
                    indicator: r.text(0)?,
                    value: r.int(1)?,
                    day: r.text(2)?,
                    source: r.text(3)?,
                    by: r.text(4)?,
                    at: instant(r.int(5)?)?,
                })
            })
            .collect()
    }

    /// Says that a brand paid for a selection, under which label; false where it is said already.
    pub async fn brand_selection(
        &mut self,
        selection: &SelectionId,
        deal: &BrandDealId,
        label: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = "insert into branded_selection (selection, deal, label, at_us) values ($1, $2, $3, $4) on conflict do nothing";
        let values = args![selection.as_str(), deal.as_str(), label, now.as_microsecond()];
        Ok(self.run(sql, values).await? > 0)
    }

    /// The label of a selection that a brand paid for, with the brand's name.
    pub async fn brand_label(&mut self, selection: &SelectionId) -> Result<Option<(String, String)>, Fault> {
        let sql = "select s.label, p.name from branded_selection s join brand_deal d on d.id = s.deal join party p on p.id = d.brand where s.selection = $1";
        let row = self.row(sql, args![selection.as_str()]).await?;
        row.map(|r| Ok((r.text(0)?, r.text(1)?))).transpose()
    }

    /// The selections that brands paid for.
    pub async fn branded_selections(&mut self) -> Result<Vec<SelectionId>, Fault> {
        let rows = self.rows("select selection from branded_selection order by selection", args![]).await?;
        rows.iter().map(|r| r.parse(0)).collect()
    }

    /// Writes a session grant.
    pub async fn insert_grant(&mut self, g: &GrantRow) -> Result<(), Fault> {
        let sql = "insert into session_grant (id, artist, fund, currency, amount, entry, choice, by_party, at_us) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let values = args![
            g.id.as_str(),
            g.artist.as_str(),
            &g.fund,
            g.amount.currency().code(),
            g.amount.micros(),
            g.entry,
            &g.choice,
            &g.by,
            g.at.as_microsecond(),
        ];
        self.run(sql, values).await.map(drop)
    }

    /// All session grants, newest first.
    pub async fn grants(&mut self) -> Result<Vec<GrantRow>, Fault> {
        let sql = "select id, artist, fund, currency, amount, entry, choice, by_party, at_us from session_grant order by at_us desc, id";
        let rows = self.rows(sql, args![]).await?;
        rows.iter()
            .map(|r| {
                let currency: Currency = r.parse(3)?;
                Ok(GrantRow {
                    id: r.parse(0)?,
                    artist: r.parse(1)?,
                    fund: r.text(2)?,
                    amount: Amount::from_micros(r.int(4)?, currency),
                    entry: r.int(5)?,
                    choice: r.text(6)?,
                    by: r.text(7)?,
                    at: instant(r.int(8)?)?,
                })
            })
            .collect()
    }
}

fn deal_row(r: &Row) -> Result<BrandDealRow, Fault> {
    let currency: Currency = r.parse(9)?;
    Ok(BrandDealRow {
        id: r.parse(0)?,
        brief: r.parse(1)?,
        framework: r.opt_parse(2)?,
        form: r.text(3)?,
        brand: r.parse(4)?,
        agency: r.opt_parse(5)?,
        artist: r.parse(6)?,
        state: r.text(7)?,
        version: r.int(8)?,
        fee: Amount::from_micros(r.int(10)?, currency),
        benefits: Amount::from_micros(r.int(11)?, currency),
        kind: r.text(12)?,
        objective: r.text(13)?,
        tier: r.text(14)?,
        places: r.text(15)?,
        rule: r.text(16)?,
        pot: r.opt_parse(17)?,
        contribution: r.opt_parse(18)?,
        created: instant(r.int(19)?)?,
        sign: instant(r.int(20)?)?,
        signed: r.opt_int(21)?.map(instant).transpose()?,
        ended: r.opt_int(22)?.map(instant).transpose()?,
    })
}

fn milestone_row(r: &Row) -> Result<MilestoneRow, Fault> {
    let currency: Currency = r.parse(4)?;
    Ok(MilestoneRow {
        id: r.parse(0)?,
        deal: r.parse(1)?,
        place: r.int(2)?,
        title: r.text(3)?,
        amount: Amount::from_micros(r.int(5)?, currency),
        due: r.text(6)?,
        state: r.text(7)?,
        pot: r.opt_parse(8)?,
        hold: r.opt_int(9)?,
        silence: r.opt_int(10)?.map(instant).transpose()?,
        awarded: r.opt_int(11)?.map(|m| Amount::from_micros(m, currency)),
        slice: r.opt_parse(12)?,
    })
}
