//! What banks and providers report: credits to pots, payouts that arrived or came back, closing balances.

use formats::bank::camt::{Direction, EntryStatus, Report};
use formats::bank::pain002::PaymentStatus;
use formats::bank::{
    BankMessage, CreditorReference, Entry, ProviderResult, Statement, StatusReport, Transaction,
};
use ledger::{Account, Draft, Hash, Suspense};
use money::Amount;
use music::{Problem, Severity, SuspenseId};
use store::{BankLine, ContributionRow, PayoutRow, SuspenseRow, Tx};

use crate::failure::refuse;
use crate::{Failure, House, institution, payout, policy, pot, rate};

/// What came of importing one message.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// What it was.
    pub kind: String,
    /// The same bytes were imported before: nothing moved.
    pub before: bool,
    /// Contributions that money arrived for, with how much.
    pub received: Vec<(ContributionRow, Amount)>,
    /// Invoices to institutions that money arrived for, by number.
    pub invoiced: Vec<(String, Amount)>,
    /// Payouts that arrived, by end-to-end id.
    pub paid: Vec<String>,
    /// Payouts that were refused or came back, with the reason.
    pub undone: Vec<(String, String)>,
    /// Money without a reference we know, by who sent it.
    pub unreferenced: Vec<(String, Amount)>,
    /// Money that was sent back to who sent it, by whom the bank names.
    pub refunded: Vec<(String, Amount)>,
    /// Lines that were known from another message.
    pub known: usize,
    /// What was wrong.
    pub problems: Vec<Problem>,
}

/// Imports a camt.053, camt.054, pain.002 or provider result; twice moves nothing.
pub async fn import(house: &House, document: &str, bytes: &[u8], by: &str) -> Result<Imported, Failure> {
    let now = house.now();
    let (message, problems) = formats::bank::read(bytes);
    let Some(message) = message else {
        let problem = problems.into_iter().find(|p| p.severity == Severity::Fatal);
        return Err(match problem {
            Some(p) => refuse(p.code, format!("`{document}`: {}", p.message), p.hint),
            None => refuse("not-a-bank-message", format!("`{document}` is no bank message"), ""),
        });
    };
    if let BankMessage::PaymentOrder(_) = message {
        let hint = "confirm with what the bank answered: pain.002, camt.053 or camt.054";
        return Err(refuse(
            "own-order",
            format!("`{document}` is a payment order, not an answer to one"),
            hint,
        ));
    }
    let kind = formats::bank::sniff(bytes).map(|k| k.to_string()).unwrap_or_default();
    let hash = Hash::of(bytes).to_string();
    let mut tx = house.store.begin().await?;
    let mut done = Imported { kind: kind.clone(), problems, ..Imported::default() };
    if !tx.insert_bank_message(&hash, &kind, document, by, now).await? {
        return Ok(Imported { before: true, ..done });
    }
    match &message {
        BankMessage::Statements(statements) => {
            let mut ours = 0;
            for statement in statements {
                ours += usize::from(take_statement(house, &mut tx, statement, &hash, &mut done).await?);
            }
            // Nothing is remembered of it, so that it can be imported once the account is set right.
            if let (0, Some(problem)) = (ours, done.problems.iter().find(|p| p.code == "other-account")) {
                return Err(refuse(
                    "other-account",
                    format!("`{document}`: {}", problem.message),
                    problem.hint.clone(),
                ));
            }
        }
        BankMessage::StatusReport(report) => take_report(house, &mut tx, report, &mut done).await?,
        BankMessage::ProviderResults(results) => take_results(house, &mut tx, results, &mut done).await?,
        BankMessage::PaymentOrder(_) => {}
    }
    let detail =
        format!("{} received, {} paid, {} undone", done.received.len(), done.paid.len(), done.undone.len());
    tx.note(now, by, "bank import", document, &detail).await?;
    tx.commit().await?;
    Ok(done)
}

async fn take_statement(
    house: &House,
    tx: &mut Tx,
    s: &Statement,
    hash: &str,
    done: &mut Imported,
) -> Result<bool, Failure> {
    let ours = policy::text(tx, "house-iban", house.now()).await?.replace(' ', "");
    let account = s.account.as_ref().map(|a| a.as_str().to_owned()).unwrap_or_default();
    if !ours.is_empty() && !account.is_empty() && account != ours {
        let message = format!("the statement `{}` is of another account than the house's", s.id);
        let hint = "import only what the house's own bank sends, or set the policy `house-iban` right";
        done.problems.push(Problem::new("other-account", s.line, message, hint));
        return Ok(false);
    }
    for entry in s.entries.iter().filter(|e| e.status == EntryStatus::Booked) {
        if entry.adds_up {
            for transaction in &entry.transactions {
                take_transaction(house, tx, entry, transaction, hash, done).await?;
            }
        } else if let Some(first) = entry.transactions.first() {
            let whole = Transaction {
                amount: entry.amount,
                direction: entry.direction,
                identity: entry.identity.clone(),
                end_to_end_id: None,
                creditor_reference: None,
                unstructured: Vec::new(),
                ..first.clone()
            };
            take_transaction(house, tx, entry, &whole, hash, done).await?;
        }
    }
    if s.report == Report::Statement {
        for balance in s.balances.iter().filter(|b| b.code == "CLBD") {
            if let Some(day) = balance.date {
                tx.put_bank_balance(&account, &day.to_string(), balance.amount, hash).await?;
            }
        }
    }
    Ok(true)
}

async fn take_transaction(
    house: &House,
    tx: &mut Tx,
    entry: &Entry,
    t: &Transaction,
    hash: &str,
    done: &mut Imported,
) -> Result<(), Failure> {
    if tx.knows_bank_line(&t.identity).await? {
        done.known += 1;
        return Ok(());
    }
    let now = house.now();
    let credit = t.direction == Direction::Credit;
    let payout = match &t.end_to_end_id {
        Some(id) => tx.payout_by_end_to_end(id).await?,
        None => None,
    };
    let other = if credit { &t.debtor } else { &t.creditor };
    let reference = t
        .creditor_reference
        .clone()
        .or_else(|| t.unstructured.iter().find_map(|text| CreditorReference::find(text)));
    let mut line = BankLine {
        id: t.identity.clone(),
        message: hash.to_owned(),
        credit,
        amount: t.amount,
        booked: entry.booked_on.map(|d| d.to_string()),
        reference: reference.as_ref().map(ToString::to_string).unwrap_or_default(),
        end_to_end: t.end_to_end_id.clone().unwrap_or_default(),
        counterparty: other.name.clone().unwrap_or_default(),
        remittance: t.unstructured.join(" "),
        entry: None,
        matched: "unreferenced".to_owned(),
        contribution: None,
        payout: None,
    };
    let contribution = match &reference {
        Some(reference) if credit => tx.contribution_by_reference(&reference.to_string()).await?,
        _ => None,
    };
    let sale = match &reference {
        Some(reference) if credit && contribution.is_none() => {
            tx.sale_by_reference(house.store.fields(), &reference.to_string()).await?
        }
        _ => None,
    };
    let sale = sale.filter(|s| s.kind == "invoice" && s.gross.currency() == t.amount.currency());
    let refund = if credit { None } else { refund_meant(tx, t).await? };
    match (payout, contribution) {
        (Some(payout), _) => {
            if !of_payout(house, tx, t, payout, &mut line, done).await? {
                unreferenced(house, tx, t, &mut line, done).await?;
            }
        }
        _ if let Some(item) = refund => {
            line.matched = "refund".to_owned();
            line.entry = send_back(house, tx, &item, t.amount, Account::bank(), &line.id, "bank").await?;
            done.refunded.push((line.counterparty.clone(), t.amount));
        }
        (None, Some(contribution))
            if convertible(house, tx, &contribution, t.amount, entry.booked_on).await? =>
        {
            line.matched = "contribution".to_owned();
            line.contribution = Some(contribution.id.clone());
            let key = format!("receive:bank:{}", t.identity);
            let row =
                pot::receive_in(house, tx, &contribution, t.amount, &key, Some(&t.identity), entry.booked_on)
                    .await?;
            done.received.push((row, t.amount));
        }
        (None, None) if let Some(sale) = sale => {
            line.matched = "invoice".to_owned();
            let key = format!("receive:bank:{}", t.identity);
            let booked =
                institution::bill::receive_in(house, tx, &sale, t.amount, &key, Some(&t.identity)).await?;
            line.entry = Some(booked);
            done.invoiced.push((sale.printed, t.amount));
        }
        _ if !credit && whole_batch(tx, entry, t, &mut line, done, now).await? => {}
        _ => unreferenced(house, tx, t, &mut line, done).await?,
    }
    tx.insert_bank_line(&line).await?;
    Ok(())
}

/// Whether money can become a contribution's: it is of its currency, or a rate of its day is known. Without one it
/// waits as unreferenced until somebody notes a rate and assigns it.
async fn convertible(
    house: &House,
    tx: &mut Tx,
    contribution: &ContributionRow,
    amount: Amount,
    day: Option<jiff::civil::Date>,
) -> Result<bool, Failure> {
    let (from, to) = (amount.currency(), contribution.pledged.currency());
    let day = day.unwrap_or_else(|| house.now().to_zoned(jiff::tz::TimeZone::UTC).date());
    Ok(from == to || rate::on(house, tx, from, to, day).await?.is_some())
}

/// A line that names a payout: at most one debit settles it and one credit brings it back. Whatever else
/// carries its name (a second debit, a debit for what was refused) is money of its own: `false`.
async fn of_payout(
    house: &House,
    tx: &mut Tx,
    t: &Transaction,
    payout: PayoutRow,
    line: &mut BankLine,
    done: &mut Imported,
) -> Result<bool, Failure> {
    let now = house.now();
    let matched = if line.credit { "returned" } else { "payout" };
    let seen = tx.bank_lines_of_payout(payout.id.as_str()).await?.iter().any(|l| l.matched == matched);
    if seen
        || matches!(payout.status.as_str(), "rejected" | "dropped")
        || payout.net.currency() != t.amount.currency()
    {
        return Ok(false);
    }
    (line.matched, line.payout) = (matched.to_owned(), Some(payout.id.to_string()));
    // Money can only come back after it left: a debit that was never reported is booked first.
    let confirmed = payout::confirm_in(tx, &payout, now).await?;
    if !line.credit && confirmed {
        done.paid.push(payout.end_to_end.clone());
    }
    if line.credit {
        let reason =
            t.return_reason.as_ref().map_or_else(|| "the payment came back".to_owned(), |r| r.explained());
        let payout = tx.payout(&payout.id).await?.unwrap_or_else(|| payout.clone());
        if payout::undo_in(tx, &payout, &reason, now).await? {
            done.undone.push((payout.end_to_end.clone(), reason));
        }
    }
    if payout.net != t.amount {
        let verb = if line.credit { "returned" } else { "debited" };
        let message =
            format!("the bank {verb} {} for the payout `{}` of {}", t.amount, payout.end_to_end, payout.net);
        done.problems.push(
            Problem::new(
                "payout-amount",
                t.line,
                message,
                "ask the bank what it took; the difference waits in `suspense:unreferenced`",
            )
            .notice(),
        );
        let beyond = t.amount.checked_sub(payout.net)?;
        let beyond = if line.credit { beyond } else { beyond.negated()? };
        into_unreferenced(house, tx, beyond, line, "what the bank moved beyond a payout").await?;
    }
    Ok(true)
}

/// A single debit for a whole file, as banks book it that do not list its payments.
async fn whole_batch(
    tx: &mut Tx,
    entry: &Entry,
    t: &Transaction,
    line: &mut BankLine,
    done: &mut Imported,
    now: jiff::Timestamp,
) -> Result<bool, Failure> {
    let Some(message) = entry.batch_message_id.as_ref().or(t.message_id.as_ref()) else { return Ok(false) };
    let Some((number, rail)) = message.strip_prefix("TNT").and_then(|m| m.split_once('-')) else {
        return Ok(false);
    };
    let rail = if rail == "S" { "sepa" } else { "cross-border" };
    let Some(batch) = tx.batches("").await?.into_iter().find(|b| number.parse() == Ok(b.number)) else {
        return Ok(false);
    };
    let payouts: Vec<_> = tx
        .payouts_of_batch(&batch.id)
        .await?
        .into_iter()
        .filter(|p| p.rail == rail && matches!(p.status.as_str(), "reserved" | "sent" | "paid"))
        .collect();
    let seen = tx.bank_lines_of_payout(batch.id.as_str()).await?.iter().any(|l| l.reference == *message);
    if seen || payouts.is_empty() || money::sum(payouts.iter().map(|p| p.net), batch.currency)? != t.amount {
        return Ok(false);
    }
    for payout in payouts {
        if payout::confirm_in(tx, &payout, now).await? {
            done.paid.push(payout.end_to_end);
        }
    }
    line.matched = "payout".to_owned();
    line.payout = Some(batch.id.to_string());
    line.reference.clone_from(message);
    Ok(true)
}

/// Money that names nothing we know: booked at once, in an account of its own, until a person says what it is.
async fn unreferenced(
    house: &House,
    tx: &mut Tx,
    t: &Transaction,
    line: &mut BankLine,
    done: &mut Imported,
) -> Result<(), Failure> {
    let amount = if line.credit { t.amount } else { t.amount.negated()? };
    into_unreferenced(
        house,
        tx,
        amount,
        line,
        if line.credit { "a credit without a reference we know" } else { "a debit we did not order" },
    )
    .await?;
    done.unreferenced.push((line.counterparty.clone(), amount));
    Ok(())
}

/// Books money that came (above zero) or left (below) into `suspense:unreferenced`, with an item of its own.
async fn into_unreferenced(
    house: &House,
    tx: &mut Tx,
    amount: Amount,
    line: &mut BankLine,
    memo: &str,
) -> Result<(), Failure> {
    let now = house.now();
    let account = Account::suspense(Suspense::Unreferenced);
    let draft = Draft::posted("bank-unreferenced", &line.id, format!("unreferenced:{}", line.id))
        .memo(memo)
        .inputs(amount.to_string())
        .debit(Account::bank(), amount)
        .credit(account.clone(), amount);
    line.entry = Some(tx.post_one(now, draft).await?.seq());
    let item = SuspenseRow {
        id: house.suspense_id(),
        account: account.to_string(),
        amount,
        reason: Suspense::Unreferenced.word().to_owned(),
        party: None,
        recording: None,
        set_line: None,
        run: None,
        bank_line: Some(line.id.clone()),
        opened: now,
        due: None,
        destination: "back to the sender".to_owned(),
        closed: None,
        closed_by: None,
    };
    tx.insert_suspense(&[item]).await?;
    Ok(())
}

async fn take_report(
    house: &House,
    tx: &mut Tx,
    report: &StatusReport,
    done: &mut Imported,
) -> Result<(), Failure> {
    let now = house.now();
    for t in &report.transactions {
        let Some(id) = &t.end_to_end_id else { continue };
        let Some(payout) = tx.payout_by_end_to_end(id).await? else {
            let message = format!("no payout has the end-to-end id `{id}`");
            done.problems.push(Problem::new(
                "payout-unknown",
                t.line,
                message,
                "is it another house's file?",
            ));
            continue;
        };
        let reason = t.reasons.iter().map(|r| r.explained()).collect::<Vec<_>>().join("; ");
        settle(tx, &payout, &t.status, &reason, done, now).await?;
    }
    // A file of ours is one block; some banks answer for the block and leave the file without a status.
    let block = match report.blocks.as_slice() {
        [only] => only.status.as_ref(),
        _ => None,
    };
    let ends = |s: &&PaymentStatus| s.is_settled() || s.is_refused();
    let Some(status) = report.group_status.as_ref().filter(ends).or(block) else { return Ok(()) };
    if !report.transactions.is_empty() {
        return Ok(());
    }
    let number = report.original_message_id.strip_prefix("TNT").and_then(|m| m.split_once('-'));
    let Some((number, rail)) = number else { return Ok(()) };
    let rail = if rail == "S" { "sepa" } else { "cross-border" };
    let reasons = report.reasons.iter().chain(report.blocks.iter().flat_map(|b| &b.reasons));
    let reason = reasons.map(|r| r.explained()).collect::<Vec<_>>().join("; ");
    for batch in tx.batches("").await?.into_iter().filter(|b| number.parse() == Ok(b.number)) {
        for payout in tx.payouts_of_batch(&batch.id).await?.into_iter().filter(|p| p.rail == rail) {
            settle(tx, &payout, status, &reason, done, now).await?;
        }
    }
    Ok(())
}

async fn take_results(
    house: &House,
    tx: &mut Tx,
    results: &[ProviderResult],
    done: &mut Imported,
) -> Result<(), Failure> {
    let now = house.now();
    for result in results {
        let Some(payout) = tx.payout_by_end_to_end(&result.reference).await? else {
            let message = format!("no payout has the reference `{}`", result.reference);
            done.problems.push(Problem::new(
                "payout-unknown",
                result.line,
                message,
                "is it another house's file?",
            ));
            continue;
        };
        let reason = result.reason.clone();
        settle(tx, &payout, &result.status, &reason, done, now).await?;
    }
    Ok(())
}

async fn settle(
    tx: &mut Tx,
    payout: &store::PayoutRow,
    status: &PaymentStatus,
    reason: &str,
    done: &mut Imported,
    now: jiff::Timestamp,
) -> Result<(), Failure> {
    if status.is_settled() && payout::confirm_in(tx, payout, now).await? {
        done.paid.push(payout.end_to_end.clone());
    }
    if status.is_refused() && payout::undo_in(tx, payout, reason, now).await? {
        done.undone.push((payout.end_to_end.clone(), reason.to_owned()));
    }
    Ok(())
}

/// Gives money without a reference to the contribution it was meant for.
pub async fn assign(
    house: &House,
    bank_line: &str,
    reference: &str,
    by: &str,
) -> Result<ContributionRow, Failure> {
    let now = house.now();
    let mut tx = house.store.begin().await?;
    let line = tx.bank_lines("unreferenced").await?.into_iter().find(|l| l.id == bank_line && l.credit);
    let unknown = || {
        refuse(
            "bank-line-unknown",
            format!("no unreferenced credit has the id `{bank_line}`"),
            "`tantieme bank list` shows them",
        )
    };
    let line = line.ok_or_else(unknown)?;
    let contribution = pot::contribution_in(&mut tx, reference).await?;
    let booked = line.booked.as_deref().and_then(|d| d.parse().ok());
    if !convertible(house, &mut tx, &contribution, line.amount, booked).await? {
        let message = format!(
            "`{}` expects {}, and the bank line is of {}",
            contribution.reference,
            contribution.pledged.currency(),
            line.amount
        );
        return Err(refuse(
            "assign-currency",
            message,
            "note the rate of its day (`tantieme rate set`), send it back, or open a pot of that currency",
        ));
    }
    // Out of suspense as if it had come that way, in two entries that both name the line.
    let back = Draft::posted("bank-assigned", &line.id, format!("assigned:{}", line.id))
        .memo(format!("meant for {}", contribution.reference))
        .debit(Account::suspense(Suspense::Unreferenced), line.amount)
        .credit(Account::bank(), line.amount);
    tx.post_one(now, back).await?;
    let row = pot::receive_in(
        house,
        &mut tx,
        &contribution,
        line.amount,
        &format!("receive:bank:{}", line.id),
        Some(&line.id),
        booked,
    )
    .await?;
    tx.assign_bank_line(&line.id, &contribution.id).await?;
    for item in tx.open_suspense(Suspense::Unreferenced.word()).await? {
        if item.bank_line.as_deref() == Some(line.id.as_str()) {
            tx.close_suspense(&item.id, by, now).await?;
        }
    }
    tx.note(now, by, "bank assign", &line.id, &contribution.reference).await?;
    tx.commit().await?;
    Ok(row)
}

/// Money to be sent back, as the transfer has to say it.
#[derive(Debug, Clone)]
pub struct Refund {
    /// What waits: an overpayment, or a credit without a reference.
    pub item: SuspenseRow,
    /// Who sent it, as the bank named them.
    pub to: String,
    /// The end-to-end id or message of the transfer; by it the bank's debit is recognised.
    pub reference: String,
}

/// Prepares money that came too much, or for nothing we know, to go back to its sender. Nothing moves until
/// the bank shows the debit: by its reference, or given to the item with [`refunded`].
pub async fn refund(house: &House, item: &SuspenseId, by: &str) -> Result<Refund, Failure> {
    let mut tx = house.store.begin().await?;
    let item = refundable(&mut tx, item).await?;
    let from = item.bank_line.clone().unwrap_or_default();
    let sender = tx.bank_line(&from).await?.map(|l| l.counterparty).unwrap_or_default();
    let payer = match &item.party {
        Some(party) => tx.party(party).await?.map(|p| p.party.name),
        None => None,
    };
    let to = if sender.is_empty() { payer.unwrap_or_default() } else { sender };
    tx.note(house.now(), by, "bank refund", item.id.as_str(), &item.amount.to_string()).await?;
    tx.commit().await?;
    Ok(Refund { reference: refund_reference(&item.id), to, item })
}

/// Says that a debit without a reference sent this money back. Both items end; what it did not send back waits on.
pub async fn refunded(
    house: &House,
    bank_line: &str,
    item: &SuspenseId,
    by: &str,
) -> Result<Amount, Failure> {
    let mut tx = house.store.begin().await?;
    let line = tx.bank_line(bank_line).await?.filter(|l| !l.credit && l.matched == "unreferenced");
    let unknown = || {
        refuse(
            "bank-line-unknown",
            format!("no unreferenced debit has the id `{bank_line}`"),
            "`tantieme bank list` shows them",
        )
    };
    let line = line.ok_or_else(unknown)?;
    let item = refundable(&mut tx, item).await?;
    if line.amount.currency() != item.amount.currency() || line.amount.micros() > item.amount.micros() {
        let message = format!("the debit of {} is more than the {} that wait", line.amount, item.amount);
        return Err(refuse("refund-amount", message, "look for the item it belongs to: `tantieme suspense`"));
    }
    send_back(house, &mut tx, &item, line.amount, Account::suspense(Suspense::Unreferenced), &line.id, by)
        .await?;
    for debit in tx.open_suspense(Suspense::Unreferenced.word()).await? {
        if debit.bank_line.as_deref() == Some(line.id.as_str()) {
            tx.close_suspense(&debit.id, by, house.now()).await?;
        }
    }
    tx.settle_bank_line(&line.id, "refund").await?;
    tx.note(house.now(), by, "bank refunded", &line.id, item.id.as_str()).await?;
    tx.commit().await?;
    Ok(line.amount)
}

fn refund_reference(item: &SuspenseId) -> String {
    format!("REFUND {item}")
}

async fn refundable(tx: &mut Tx, id: &SuspenseId) -> Result<SuspenseRow, Failure> {
    let waits = [Suspense::Overpaid.word(), Suspense::Unreferenced.word()];
    let fits = |i: &SuspenseRow| i.id == *id && waits.contains(&i.reason.as_str()) && i.amount.is_positive();
    let unknown = || {
        refuse(
            "suspense-unknown",
            format!("no money that could be sent back waits as `{id}`"),
            "overpaid and unreferenced money can: `tantieme suspense` shows it",
        )
    };
    tx.open_suspense("").await?.into_iter().find(fits).ok_or_else(unknown)
}

/// The open item that a debit names as what it sends back.
async fn refund_meant(tx: &mut Tx, t: &Transaction) -> Result<Option<SuspenseRow>, Failure> {
    let texts = || t.unstructured.iter().chain(&t.end_to_end_id);
    let Some(id) = texts()
        .find_map(|text| text.split_once("REFUND ")?.1.split_whitespace().next()?.parse::<SuspenseId>().ok())
    else {
        return Ok(None);
    };
    let item = match refundable(tx, &id).await {
        Ok(item) => item,
        Err(Failure::Refused(_)) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let fits = item.amount.currency() == t.amount.currency() && t.amount.micros() <= item.amount.micros();
    Ok(fits.then_some(item))
}

/// Takes money out of an item that goes back to its sender; `from` is where it left: the bank, or the account
/// that took the debit in before anybody knew what it was. Gives the entry, where one was needed.
async fn send_back(
    house: &House,
    tx: &mut Tx,
    item: &SuspenseRow,
    amount: Amount,
    from: Account,
    line: &str,
    by: &str,
) -> Result<Option<i64>, Failure> {
    let now = house.now();
    let account: Account =
        item.account.parse().map_err(|e: ledger::BadAccount| refuse("account", e.to_string(), ""))?;
    let mut entry = None;
    // Between a credit and a debit of one account nothing moves: the two items end each other.
    if account != from {
        let draft = Draft::posted("refund", item.id.as_str(), format!("refund:{line}"))
            .memo("back to the sender")
            .inputs(amount.to_string());
        entry = Some(tx.post_one(now, draft.debit(account, amount).credit(from, amount)).await?.seq());
    }
    tx.close_suspense(&item.id, by, now).await?;
    let rest = item.amount.checked_sub(amount)?;
    if rest.is_positive() {
        tx.insert_suspense(&[SuspenseRow { id: house.suspense_id(), amount: rest, ..item.clone() }]).await?;
    }
    Ok(entry)
}

/// Credits and debits without a reference we know, oldest first.
pub async fn unreferenced_lines(house: &House) -> Result<Vec<BankLine>, Failure> {
    Ok(house.store.begin_read().await?.bank_lines("unreferenced").await?)
}
