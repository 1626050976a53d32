//! The invented bank of the stories: movements as sentences become a camt.054, or with a line
//! `closing EUR 10.00` a camt.053.

use formats::bank::account::AccountId;
use formats::bank::camt::{Report, write_camt053, write_camt054};
use formats::bank::{Direction, Entry, Statement, Transaction};
use jiff::civil::date;
use money::{Amount, Currency};
use music::usage::Moment;

use crate::script::words;

/// Writes what the bank reports. Each movement has a bank reference of its own, made of its text and place.
///
/// `credit EUR 50.00 from "DJ Low Tide" for RF…`, `credit EUR 5 from "Ida" saying "for the music"`,
/// `debit EUR 42.50 for TNT000001-00001`, `returned EUR 42.50 for TNT000001-00001`, `#17` at the end gives the
/// bank's own reference where it matters.
pub fn report(name: &str, text: &str) -> Vec<u8> {
    let day = date(2026, 9, 10);
    let now = Moment::Local(day.at(18, 0, 0, 0));
    let closing = text
        .lines()
        .find_map(|l| l.strip_prefix("closing "))
        .map(|t| t.parse::<Amount>().expect("an amount"));
    let kind = if closing.is_some() { Report::Statement } else { Report::Notification };
    let mut statement =
        Statement::new(kind, &format!("MSG-{name}"), name, now, AccountId::of("FR7630001007941234567890185"));
    for (place, line) in
        text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with("closing ")).enumerate()
    {
        statement.currency.get_or_insert(Currency::EUR);
        statement.entries.push(movement(name, place, line, day));
    }
    match closing {
        Some(closing) => {
            let moved: i64 = statement.entries.iter().map(|e| e.direction.signed(e.amount).micros()).sum();
            let opening = Amount::from_micros(closing.micros() - moved, closing.currency());
            statement.balance(opening, day, day).expect("one currency");
            write_camt053(&statement).into()
        }
        None => write_camt054(&statement).into(),
    }
}

fn movement(name: &str, place: usize, line: &str, day: jiff::civil::Date) -> Entry {
    let words = words(line);
    let amount: Amount = format!("{} {}", words[1], words[2]).parse().expect("an amount");
    let direction = if words[0] == "debit" { Direction::Debit } else { Direction::Credit };
    let mut t = Transaction::new(direction, amount);
    let mut own = format!("{name}-{place}");
    let mut rest = words[3..].iter();
    while let Some(word) = rest.next() {
        match word.as_str() {
            "from" => t.debtor.name = rest.next().cloned(),
            "for" => {
                let what = rest.next().expect("a reference").replace(' ', "");
                match what.parse() {
                    Ok(reference) => t.creditor_reference = Some(reference),
                    Err(_) => t.end_to_end_id = Some(what),
                }
            }
            "saying" => t.unstructured = vec![rest.next().expect("words").clone()],
            word => own = word.trim_start_matches('#').to_owned(),
        }
    }
    Entry::new(direction, amount, day, &own).with(vec![t])
}
