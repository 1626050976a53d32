//! Policies that change money or privacy: versioned data in the store, never configuration.

use formats::bank::Iban;
use jiff::Timestamp;
use money::{Amount, Ratio};
use store::Tx;

use crate::failure::refuse;
use crate::{Failure, House};

/// One policy: its name, what it means, and what holds until somebody sets it.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The name on the command line and in the store.
    pub name: &'static str,
    /// What it means, with its unit.
    pub help: &'static str,
    /// What holds until it is set.
    pub default: &'static str,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Count,
    Share,
    Money,
    Text,
    Iban,
    Word(&'static [&'static str]),
}

/// Every policy, in the order of the reference page.
pub const POLICIES: &[Policy] = &[
    Policy {
        name: "giver-threshold",
        help: "how many different givers a run needs before its amounts are shown line by line",
        default: "10",
        kind: Kind::Count,
    },
    Policy {
        name: "giver-wait-months",
        help: "months for which a producer's money waits at most until that many givers stand behind it; 0 releases it at once, as a total alone",
        default: "0",
        kind: Kind::Count,
    },
    Policy {
        name: "suggested-share",
        help: "the part of a fee that is suggested to DJs",
        default: "5 %",
        kind: Kind::Share,
    },
    Policy {
        name: "minimum-gift",
        help: "the smallest contribution, in the currency's unit",
        default: "5",
        kind: Kind::Money,
    },
    Policy {
        name: "payout-minimum",
        help: "the smallest payout, in the currency's unit; smaller balances are carried over",
        default: "5",
        kind: Kind::Money,
    },
    Policy {
        name: "bank-change-days",
        help: "days before money goes to changed bank details",
        default: "7",
        kind: Kind::Count,
    },
    Policy { name: "fee-sepa", help: "what a SEPA payout costs the payee", default: "0", kind: Kind::Money },
    Policy {
        name: "fee-cross-border",
        help: "what a payout outside SEPA costs the payee",
        default: "4",
        kind: Kind::Money,
    },
    Policy {
        name: "fee-provider",
        help: "what a payout through a provider costs the payee",
        default: "1",
        kind: Kind::Money,
    },
    Policy {
        name: "recoup-rate",
        help: "the part of a payout that repays an advance",
        default: "50 %",
        kind: Kind::Share,
    },
    Policy {
        name: "repay-rate",
        help: "the part of later credits that repays what a payee was paid before a correction",
        default: "100 %",
        kind: Kind::Share,
    },
    Policy {
        name: "repay-limit",
        help: "the part of the house's own money that may stand in for what payees owe back",
        default: "100 %",
        kind: Kind::Share,
    },
    Policy {
        name: "reminder-days",
        help: "days between reminders to somebody who was invited to claim",
        default: "30",
        kind: Kind::Count,
    },
    Policy { name: "reminders", help: "how many reminders at most", default: "3", kind: Kind::Count },
    Policy {
        name: "corroboration-voices",
        help: "how many independent DJs who paid must agree on a spelling before it settles a line of somebody else, 2 at least",
        default: "3",
        kind: Kind::Count,
    },
    Policy {
        name: "curators",
        help: "parties whose answers to doubtful lines hold for everybody, separated by `;`; nobody where empty",
        default: "",
        kind: Kind::Text,
    },
    Policy {
        name: "own-edit",
        help: "who is paid for a DJ's own edit of a recording: `nobody`, or the holders of the `original`",
        default: "nobody",
        kind: Kind::Word(&["nobody", "original"]),
    },
    Policy {
        name: "same-set-overlap",
        help: "the part of common lines from which two lists of one event count as the same performance",
        default: "50 %",
        kind: Kind::Share,
    },
    Policy {
        name: "guard-days",
        help: "days that a person has to decide what a guard flagged; after that it counts as released",
        default: "60",
        kind: Kind::Count,
    },
    Policy {
        name: "discovery-threshold",
        help: "how many different people must stand behind a neighbour, a name and a reason of the recommender, 2 at least",
        default: "10",
        kind: Kind::Count,
    },
    Policy {
        name: "play-seconds",
        help: "seconds that have to be heard for a play; of a shorter recording the whole",
        default: "30",
        kind: Kind::Count,
    },
    Policy {
        name: "play-session-minutes",
        help: "minutes without any sign after which the same recording can count again",
        default: "30",
        kind: Kind::Count,
    },
    Policy {
        name: "play-shelf-days",
        help: "days for which a device that fetched a recording is believed to have played it later, offline",
        default: "90",
        kind: Kind::Count,
    },
    Policy {
        name: "silent-players",
        help: "what becomes of players that fetch and never report: `set-aside`, or counted `by-pace`",
        default: "set-aside",
        kind: Kind::Word(&["set-aside", "by-pace"]),
    },
    Policy {
        name: "listener-threshold",
        help: "how many members stand at least behind a number that anybody is told about listening",
        default: "10",
        kind: Kind::Count,
    },
    Policy {
        name: "appeal-days",
        help: "days after a period's close in which an artist may appeal; then its key is destroyed",
        default: "60",
        kind: Kind::Count,
    },
    Policy {
        name: "usage-zone",
        help: "the time zone in which months of listening begin and end",
        default: "Europe/Paris",
        kind: Kind::Text,
    },
    Policy {
        name: "discovery-beta",
        help: "the recommender's dial between what many play (0) and the long tail (100 %)",
        default: "40 %",
        kind: Kind::Share,
    },
    Policy {
        name: "rate-days",
        help: "how many days old a rate of exchange may be on the day money arrives",
        default: "7",
        kind: Kind::Count,
    },
    Policy {
        name: "sign-up",
        help: "who may open an access by a link to their mail address: everybody (`open`), or only who was added before (`invited`)",
        default: "open",
        kind: Kind::Word(&["open", "invited"]),
    },
    Policy {
        name: "log-witnesses",
        help: "who cosigns the log's checkpoints: `name+id+key https://witness.example`, separated by `;`; nobody is asked where empty",
        default: "",
        kind: Kind::Text,
    },
    Policy {
        name: "consent-wait-days",
        help: "days before a refusal is lifted, an agent added or a catalogue handed over without the code that was mailed to the holder",
        default: "7",
        kind: Kind::Count,
    },
    Policy {
        name: "report-contest-days",
        help: "days in which a holder may contest what a licensee reports; its money waits until then",
        default: "30",
        kind: Kind::Count,
    },
    Policy {
        name: "imitation-days",
        help: "days in which a report of imitation may be answered, and as many again in which an answered one is decided",
        default: "14",
        kind: Kind::Count,
    },
    Policy { name: "house-name", help: "the house's legal name", default: "Tantième", kind: Kind::Text },
    Policy {
        name: "house-url",
        help: "where the house's pages are, as written into mails",
        default: "http://127.0.0.1:8080",
        kind: Kind::Text,
    },
    Policy {
        name: "mail-in-domain",
        help: "the domain whose mail is handed to the house, for the private addresses to which DJs send set lists; nobody gets one where empty",
        default: "",
        kind: Kind::Text,
    },
    Policy {
        name: "house-iban",
        help: "the house's account; empty until set",
        default: "",
        kind: Kind::Iban,
    },
    Policy { name: "house-bic", help: "the house's bank", default: "", kind: Kind::Text },
    Policy {
        name: "house-address",
        help: "the house's address: `street; number; postcode; town; country`",
        default: "",
        kind: Kind::Text,
    },
    Policy {
        name: "house-vat-id",
        help: "the house's VAT id, as on self-billed invoices; empty where it has none",
        default: "",
        kind: Kind::Text,
    },
    Policy {
        name: "house-registration",
        help: "the house's number in its trade register, as on self-billed invoices",
        default: "",
        kind: Kind::Text,
    },
    Policy {
        name: "invoice-contest-days",
        help: "days in which a payee may contest a self-billed invoice before it counts as accepted",
        default: "30",
        kind: Kind::Count,
    },
    Policy {
        name: "member-threshold",
        help: "how many members stand at least behind each figure of use that an institution is told, 2 at least",
        default: "10",
        kind: Kind::Count,
    },
    Policy {
        name: "carry-months",
        help: "months for which money of seats that nobody used waits for the same payer's next pot, where the rule carries it over; then it goes to `fund:solidarity`",
        default: "12",
        kind: Kind::Count,
    },
    Policy {
        name: "sale-ahead-days",
        help: "days before the next term of a contract that went on by itself in which it is billed, where the term before was billed as a whole; 0 leaves it to a person",
        default: "30",
        kind: Kind::Count,
    },
    Policy {
        name: "discovery-days",
        help: "days after which the recommender is trained anew by the terms of its last training; 0 leaves it to a person",
        default: "7",
        kind: Kind::Count,
    },
    Policy {
        name: "sale-series",
        help: "how the numbers of invoices to institutions begin; the year follows",
        default: "TM",
        kind: Kind::Text,
    },
    Policy {
        name: "sale-due-days",
        help: "days in which an institution pays an invoice",
        default: "30",
        kind: Kind::Count,
    },
    Policy {
        name: "sale-notes",
        help: "what stands on every invoice to an institution, such as terms of late payment; several separated by ` | `; `PMT:`, `PMD:` and `AAB:` before those that French law wants on costs of recovery, late payment and discounts",
        default: "",
        kind: Kind::Text,
    },
    Policy {
        name: "yearly-cost",
        help: "what the house costs a year, in EUR, for the cost per paid line",
        default: "0",
        kind: Kind::Money,
    },
    Policy {
        name: "income-levels",
        help: "the yearly incomes above which parties are counted, in EUR, separated by spaces",
        default: "10 100 1000",
        kind: Kind::Text,
    },
];

/// The text of a policy in force, or its default.
pub async fn text(tx: &mut Tx, name: &str, now: Timestamp) -> Result<String, Failure> {
    let policy = find(name)?;
    Ok(tx.policy(name, now).await?.unwrap_or_else(|| policy.default.to_owned()))
}

/// A policy that counts something.
pub async fn count(tx: &mut Tx, name: &str, now: Timestamp) -> Result<u32, Failure> {
    let value = text(tx, name, now).await?;
    value.trim().parse().map_err(|_| unreadable(name, &value))
}

/// A policy that is a part of a whole.
pub async fn share(tx: &mut Tx, name: &str, now: Timestamp) -> Result<Ratio, Failure> {
    let value = text(tx, name, now).await?;
    value.parse().map_err(|_| unreadable(name, &value))
}

/// A policy that is money, in a currency.
pub async fn money(
    tx: &mut Tx,
    name: &str,
    currency: money::Currency,
    now: Timestamp,
) -> Result<Amount, Failure> {
    let value = text(tx, name, now).await?;
    Amount::from_decimal(&value, currency).map_err(|_| unreadable(name, &value))
}

/// Whether a policy may have a value.
/// Whether a text is a value for a policy.
///
/// # Errors
/// `policy-unknown`, `policy-value`.
pub fn check(name: &str, value: &str) -> Result<(), Failure> {
    let policy = find(name)?;
    if policy.kind == Kind::Iban && !value.trim().is_empty() {
        value
            .parse::<Iban>()
            .map_err(|e| refuse("policy-value", format!("the policy `{name}` is not set: {e}"), e.hint()))?;
    }
    if name == "log-witnesses" {
        // One that cannot be read would keep the log from being published.
        crate::log::read_witnesses(value)?;
    }
    let fine = match policy.kind {
        Kind::Count => value.trim().parse::<u32>().is_ok(),
        Kind::Share => value.parse::<Ratio>().is_ok(),
        Kind::Money => Amount::from_decimal(value, money::Currency::EUR).is_ok_and(|a| !a.is_negative()),
        Kind::Text | Kind::Iban => true,
        Kind::Word(words) => words.contains(&value.trim()),
    };
    if !fine {
        return Err(refuse(
            "policy-value",
            format!("`{value}` is no value for the policy `{name}`"),
            format!("it is {}", policy.help),
        ));
    }
    Ok(())
}

/// Sets a new version of a policy, from now on.
///
/// # Errors
/// As [`check`], `log-witness`.
pub async fn set(house: &House, name: &str, value: &str, by: &str) -> Result<i64, Failure> {
    check(name, value)?;
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let version = tx.set_policy(name, value.trim(), now, by).await?;
    tx.note(now, by, "policy set", name, value).await?;
    tx.commit().await?;
    Ok(version)
}

/// All policies with what is in force now.
pub async fn list(house: &House) -> Result<Vec<(Policy, String)>, Failure> {
    let now = house.now();
    let mut tx = house.store.begin_read().await?;
    let mut all = Vec::new();
    for policy in POLICIES {
        all.push((*policy, text(&mut tx, policy.name, now).await?));
    }
    Ok(all)
}

fn find(name: &str) -> Result<Policy, Failure> {
    POLICIES.iter().find(|p| p.name == name).copied().ok_or_else(|| {
        refuse("policy-unknown", format!("there is no policy `{name}`"), "`tantieme policy` lists them")
    })
}

fn unreadable(name: &str, value: &str) -> Failure {
    Failure::Fault(store::Fault::new(format!("the stored policy `{name}` cannot be read: `{value}`")))
}
