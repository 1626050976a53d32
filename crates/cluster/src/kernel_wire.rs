//! The kernel's values as bytes: what a partition is asked and what it answers.

use std::collections::BTreeMap;

use allocation::kernel::{
    Census, Control, MemberCensus, PartCensus, PartMoney, PartShared, Question, Recordings, SeatMoney, Seats,
    Settlement, Shared, SharedBy,
};
use money::{Amount, ClassPart, Currency, More};

use crate::wire::{Reader, Writer};

pub(crate) fn write_recordings(writer: &mut Writer, known: &Recordings) {
    writer.size(known.count);
    writer.numbers(&known.artist.iter().map(|a| u64::from(*a)).collect::<Vec<_>>());
    writer.size(known.artists);
    for flags in [&known.known, &known.in_catalogue, &known.local] {
        writer.flags(flags);
    }
    writer.size(known.threshold_plays.len());
    known.threshold_plays.iter().for_each(|plays| writer.maybe(*plays, |w, n| w.number(n)));
}

pub(crate) fn read_recordings(reader: &mut Reader<'_>) -> Option<Recordings> {
    Some(Recordings {
        count: reader.count()?,
        artist: reader.list(Reader::small)?,
        artists: reader.count()?,
        known: reader.flags()?,
        in_catalogue: reader.flags()?,
        local: reader.flags()?,
        threshold_plays: reader.list(|r| r.maybe(Reader::number))?,
    })
}

fn write_control(writer: &mut Writer, control: &Control) {
    writer.number(control.rows);
    writer.number(control.plays);
    writer.number(control.hash);
}

fn read_control(reader: &mut Reader<'_>) -> Option<Control> {
    Some(Control { rows: reader.number()?, plays: reader.number()?, hash: reader.number()? })
}

pub(crate) fn write_census(writer: &mut Writer, census: &Census) {
    write_control(writer, &census.control);
    writer.bytes(&census.marks);
    for list in [&census.plays, &census.sought, &census.seconds] {
        writer.numbers(list);
    }
    writer.size(census.parts.len());
    for part in &census.parts {
        match part {
            PartCensus::Nothing => writer.number(0_u8),
            PartCensus::Plays { plain, sought, listeners } => {
                writer.number(1_u8);
                [plain, sought, listeners].into_iter().for_each(|list| writer.numbers(list));
            }
            PartCensus::Members(members) => {
                writer.number(2_u8);
                writer.number(members.active);
                writer.number(members.least);
                writer.number(members.most);
                writer.size(members.by_plays.len());
                for (plays, count) in &members.by_plays {
                    writer.number(*plays);
                    writer.number(*count);
                }
            }
        }
    }
}

pub(crate) fn read_census(reader: &mut Reader<'_>) -> Option<Census> {
    Some(Census {
        control: read_control(reader)?,
        marks: reader.bytes()?.to_vec(),
        plays: reader.numbers()?,
        sought: reader.numbers()?,
        seconds: reader.numbers()?,
        parts: reader.list(|part| {
            Some(match part.number()? {
                0 => PartCensus::Nothing,
                1 => PartCensus::Plays {
                    plain: part.numbers()?,
                    sought: part.numbers()?,
                    listeners: part.numbers()?,
                },
                2 => PartCensus::Members(MemberCensus {
                    active: part.number()?,
                    least: part.number()?,
                    most: part.number()?,
                    by_plays: pairs(part, |count| count.number())?,
                }),
                _ => return None,
            })
        })?,
    })
}

/// What partitions need of a settlement: the pot and the seats.
pub(crate) fn write_settlement(writer: &mut Writer, settlement: &Settlement) {
    writer.text(settlement.pot.currency().code());
    writer.signed(i128::from(settlement.pot.micros()));
    writer.size(settlement.parts.len());
    for (place, part) in settlement.parts.iter().enumerate() {
        writer.signed(i128::from(part.amount.micros()));
        writer.maybe(settlement.seats_of(place), write_seats);
    }
}

pub(crate) fn read_settlement(reader: &mut Reader<'_>) -> Option<Settlement> {
    let currency: Currency = reader.text()?.parse().ok()?;
    let amount =
        |reader: &mut Reader<'_>| Some(Amount::from_micros(i64::try_from(reader.signed()?).ok()?, currency));
    let pot = amount(reader)?;
    let parts = reader.list(|part| {
        let amount = amount(part)?;
        let shared = part.maybe(read_seats)?.map_or(SharedBy::Nothing, SharedBy::Seats);
        Some(PartMoney { amount, shared })
    })?;
    Some(Settlement { pot, deducted: Vec::new(), parts, carried: Vec::new() })
}

fn write_seats(writer: &mut Writer, money: &SeatMoney) {
    writer.size(money.part);
    writer.number(money.pays);
    writer.number(money.members);
    match &money.seats {
        Seats::Alike(part) => {
            writer.flag(false);
            write_class(writer, part);
        }
        Seats::ByPlays(parts) => {
            writer.flag(true);
            writer.size(parts.len());
            for (plays, part) in parts {
                writer.number(*plays);
                write_class(writer, part);
            }
        }
    }
    writer.number(money.tied);
    writer.maybe(money.cut, |w, key| w.number(key));
    writer.number(money.keys.0);
    writer.number(money.keys.1);
}

fn read_seats(reader: &mut Reader<'_>) -> Option<SeatMoney> {
    Some(SeatMoney {
        part: reader.count()?,
        pays: reader.number()?,
        members: reader.number()?,
        seats: if reader.flag()? {
            Seats::ByPlays(pairs(reader, read_class)?)
        } else {
            Seats::Alike(read_class(reader)?)
        },
        tied: reader.number()?,
        cut: reader.maybe(Reader::number)?,
        keys: (reader.number()?, reader.number()?),
    })
}

fn write_class(writer: &mut Writer, part: &ClassPart) {
    writer.number(part.each);
    writer.number(match part.more {
        More::None => 0_u8,
        More::All => 1,
        More::Tied => 2,
    });
}

fn read_class(reader: &mut Reader<'_>) -> Option<ClassPart> {
    let each = reader.number()?;
    let more = match reader.number()? {
        0 => More::None,
        1 => More::All,
        2 => More::Tied,
        _ => return None,
    };
    Some(ClassPart { each, more })
}

pub(crate) fn write_question(writer: &mut Writer, question: &Question) {
    writer.size(question.part);
    [question.low, question.high, question.rank].into_iter().for_each(|number| writer.number(number));
}

pub(crate) fn read_question(reader: &mut Reader<'_>) -> Option<Question> {
    let question = Question {
        part: reader.count()?,
        low: reader.number()?,
        high: reader.number()?,
        rank: reader.number()?,
    };
    (question.low <= question.high).then_some(question)
}

pub(crate) fn write_shared(writer: &mut Writer, shared: &Shared) {
    write_control(writer, &shared.control);
    writer.size(shared.parts.len());
    for part in &shared.parts {
        writer.size(part.part);
        writer.number(part.members);
        writer.number(part.money);
        writer.numbers(&part.by_recording);
    }
}

pub(crate) fn read_shared(reader: &mut Reader<'_>) -> Option<Shared> {
    let control = read_control(reader)?;
    let parts = reader.list(|part| {
        Some(PartShared {
            part: part.count()?,
            members: part.number()?,
            money: part.number()?,
            by_recording: part.numbers()?,
        })
    })?;
    Some(Shared { control, parts })
}

fn pairs<T>(
    reader: &mut Reader<'_>,
    mut read: impl FnMut(&mut Reader<'_>) -> Option<T>,
) -> Option<BTreeMap<u64, T>> {
    Some(reader.list(|pair| Some((pair.number()?, read(pair)?)))?.into_iter().collect())
}
