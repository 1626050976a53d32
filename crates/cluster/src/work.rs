//! What a partition does with its rows in one pass, and everything it needs to know for it.

use std::sync::{Arc, OnceLock};

use allocation::Refusal as RuleRefusal;
use allocation::kernel::{
    Census, Control, Layout, Plan, PlayRow, Question, Recordings, Row, Settlement, Shared, Sorter, Width,
    tally,
};
use datafusion::arrow::array::RecordBatch;

use crate::answer::Answer;
use crate::kernel_wire as kernel;
use crate::keys::Keys;
use crate::rows::Columns;
use crate::shard::Shard;
use crate::totals::Totals;
use crate::wire::{Reader, Writer};

/// A pass over one shard.
#[derive(Debug)]
pub(crate) struct Work {
    /// Drawn anew for every run, and again where what workers keep of it is in doubt.
    pub(crate) run: u128,
    pub(crate) shard: Shard,
    pub(crate) job: Arc<Job>,
    /// The members of the shard.
    pub(crate) members: Arc<Keys>,
    pub(crate) pass: Pass,
}

/// What all passes over all shards have in common.
#[derive(Debug)]
pub(crate) struct Job {
    /// The text of the rule.
    pub(crate) rule: String,
    pub(crate) most: Most,
    pub(crate) recordings: Recordings,
    pub(crate) recording_keys: Keys,
    plan: OnceLock<Result<Plan, String>>,
    layout: OnceLock<Option<Layout>>,
}

/// The largest values of the input; they decide how rows are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Most {
    /// The largest number of a member.
    pub(crate) member: u64,
    /// The largest number of a recording.
    pub(crate) recording: u32,
    /// Whether rows tell what was sought, and the rule asks.
    pub(crate) sought: bool,
    /// Most plays of a row; `None` where every row is one.
    pub(crate) plays: Option<u32>,
    /// Most seconds of a row; `None` where the rule does not ask.
    pub(crate) seconds: Option<u32>,
}

/// Which pass.
#[derive(Debug)]
pub(crate) enum Pass {
    /// Rows are counted.
    Census,
    /// Tied members are counted, to find the key that ties end at.
    Tally(Arc<Settlement>, Question),
    /// Members' seats are divided over what they played.
    Share(Arc<Settlement>),
}

/// Sorted rows of one partition, and what they add up to.
#[derive(Debug)]
pub(crate) struct Held {
    control: Control,
    rows: Rows,
}

#[derive(Debug)]
enum Rows {
    Narrow(Vec<u64>),
    Wide(Vec<u128>),
}

/// Rows of one partition as they come in.
pub(crate) struct Taking {
    work: Arc<Work>,
    layout: Layout,
    held: Held,
}

impl Job {
    pub(crate) fn new(rule: String, most: Most, recordings: Recordings, recording_keys: Keys) -> Job {
        let (plan, layout) = (OnceLock::new(), OnceLock::new());
        Job { rule, most, recordings, recording_keys, plan, layout }
    }

    fn plan(&self) -> Result<&Plan, String> {
        let compile = || {
            let rule = allocation::rule::read("rule", &self.rule)
                .map_err(|_| "the rule cannot be read".to_owned())?;
            Plan::compile(&rule).map_err(|unfit| unfit.to_string())
        };
        self.plan.get_or_init(compile).as_ref().map_err(Clone::clone)
    }

    fn layout(&self) -> Result<Layout, String> {
        let Most { member, recording, sought, plays, seconds } = self.most;
        let layout =
            self.layout.get_or_init(|| Layout::for_largest(member, recording, sought, plays, seconds));
        layout.ok_or_else(|| "rows do not fit into 128 bits".to_owned())
    }
}

impl Work {
    /// What a person calls the pass.
    pub(crate) fn name(&self) -> &'static str {
        match self.pass {
            Pass::Census => "census",
            Pass::Tally(..) => "tally",
            Pass::Share(_) => "share",
        }
    }

    /// Starts taking rows.
    pub(crate) fn begin(self: &Arc<Self>) -> Result<Taking, String> {
        let layout = self.job.layout()?;
        let rows = match layout.width() {
            Width::Narrow => Rows::Narrow(Vec::new()),
            Width::Wide => Rows::Wide(Vec::new()),
        };
        Ok(Taking { work: Arc::clone(self), layout, held: Held { control: Control::default(), rows } })
    }

    /// Bytes that the pass takes beside its rows, at most.
    pub(crate) fn needs(&self) -> usize {
        let lists = 8 * self.job.recordings.count;
        // A pass keeps up to three lists by recording for each split, and writes them down once.
        lists * 6 + self.job.recording_keys.memory() + self.members.memory()
    }

    /// Runs the pass over sorted rows.
    pub(crate) fn run(&self, held: &Held) -> Result<Answer, String> {
        match &held.rows {
            Rows::Narrow(rows) => self.run_over(rows, held.control),
            Rows::Wide(rows) => self.run_over(rows, held.control),
        }
    }

    fn run_over<R: Row>(&self, rows: &[R], control: Control) -> Result<Answer, String> {
        let (plan, layout, recordings) = (self.job.plan()?, self.job.layout()?, &self.job.recordings);
        let say = |refusal: RuleRefusal| refusal.to_string();
        let mut totals = Totals { control, money: 0 };
        let mut writer = Writer::default();
        match &self.pass {
            Pass::Census => {
                let mut census = Census::new(plan, recordings);
                census.take(rows, &layout, plan, recordings).map_err(say)?;
                kernel::write_census(&mut writer, &census);
            }
            Pass::Tally(settlement, question) => {
                let mut counts = question.counts();
                tally(rows, &layout, plan, recordings, settlement, question, &mut counts);
                writer.numbers(&counts);
            }
            Pass::Share(settlement) => {
                let mut shared = Shared::new(plan, recordings);
                shared.take(rows, &layout, plan, recordings, settlement).map_err(say)?;
                totals.money = shared.parts.iter().map(|part| u128::from(part.money)).sum();
                kernel::write_shared(&mut writer, &shared);
            }
        }
        Ok(Answer { totals, bytes: writer.into_bytes() })
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.number(self.run);
        writer.bytes(&self.shard.to_bytes());
        writer.text(&self.job.rule);
        let most = self.job.most;
        writer.number(most.member);
        writer.number(most.recording);
        writer.flag(most.sought);
        writer.maybe(most.plays, |w, n| w.number(n));
        writer.maybe(most.seconds, |w, n| w.number(n));
        kernel::write_recordings(&mut writer, &self.job.recordings);
        self.job.recording_keys.write(&mut writer);
        self.members.write(&mut writer);
        match &self.pass {
            Pass::Census => writer.number(0_u8),
            Pass::Tally(settlement, question) => {
                writer.number(1_u8);
                kernel::write_settlement(&mut writer, settlement);
                kernel::write_question(&mut writer, question);
            }
            Pass::Share(settlement) => {
                writer.number(2_u8);
                kernel::write_settlement(&mut writer, settlement);
            }
        }
        writer.into_bytes()
    }

    /// Reads what [`Work::encode`] wrote.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Work, String> {
        let mut reader = Reader::new(bytes);
        let work = Work::read(&mut reader).filter(|_| reader.is_done());
        let work = work.ok_or_else(|| "a pass cannot be read".to_owned())?;
        // So that wrong numbers end here and not in a list that is too short.
        if u64::from(work.job.most.recording) >= work.job.recordings.count.max(1) as u64 {
            return Err("a pass numbers more recordings than there are".to_owned());
        }
        Ok(work)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Work> {
        let run = reader.wide()?;
        let shard = Shard::from_bytes(reader.bytes()?)?;
        let rule = reader.text()?.to_owned();
        let most = Most {
            member: reader.number()?,
            recording: reader.small()?,
            sought: reader.flag()?,
            plays: reader.maybe(Reader::small)?,
            seconds: reader.maybe(Reader::small)?,
        };
        let recordings = kernel::read_recordings(reader)?;
        let job = Arc::new(Job::new(rule, most, recordings, Keys::read(reader)?));
        let members = Arc::new(Keys::read(reader)?);
        let pass = match reader.number()? {
            0 => Pass::Census,
            1 => Pass::Tally(Arc::new(kernel::read_settlement(reader)?), kernel::read_question(reader)?),
            2 => Pass::Share(Arc::new(kernel::read_settlement(reader)?)),
            _ => return None,
        };
        Some(Work { run, shard, job, members, pass })
    }
}

impl Taking {
    /// Takes a batch; how many bytes it added.
    pub(crate) fn take(&mut self, batch: &RecordBatch) -> Result<usize, String> {
        let Taking { work, layout, held } = self;
        let columns = Columns::of(batch)?;
        let members = work.members.numbers_of(columns.member)?;
        let recordings = work.job.recording_keys.numbers_of(columns.recording)?;
        let most = work.job.most;
        let rows = (0..batch.num_rows()).zip(members).zip(recordings).map(|((at, member), recording)| {
            let row = PlayRow {
                member,
                recording: u32::try_from(recording).map_err(|_| too_large())?,
                sought: most.sought && columns.sought(at),
                plays: columns.plays(at),
                seconds: if most.seconds.is_some() { columns.seconds(at) } else { 0 },
            };
            if most.hold(&row) { Ok(row) } else { Err(too_large()) }
        });
        let Held { control, rows: held } = held;
        match held {
            Rows::Narrow(list) => pack(list, layout, control, rows),
            Rows::Wide(list) => pack(list, layout, control, rows),
        }
    }

    /// Sorts what was taken.
    pub(crate) fn finish(self) -> Held {
        let Taking { layout, mut held, .. } = self;
        match &mut held.rows {
            Rows::Narrow(rows) => Sorter::new().sort(rows, &layout),
            Rows::Wide(rows) => Sorter::new().sort(rows, &layout),
        }
        held
    }

    /// Bytes that [`Taking::finish`] takes for a while: the sort's second buffer.
    pub(crate) fn needs_to_finish(&self) -> usize {
        self.held.bytes()
    }
}

fn pack<R: Row>(
    list: &mut Vec<R>,
    layout: &Layout,
    control: &mut Control,
    rows: impl Iterator<Item = Result<PlayRow, String>>,
) -> Result<usize, String> {
    let before = list.capacity();
    for row in rows {
        let row = row?;
        let PlayRow { member, recording, sought, plays, seconds } = row;
        control.count(member, recording, sought, u64::from(plays), u64::from(seconds));
        list.push(layout.pack(row));
    }
    Ok((list.capacity() - before) * size_of::<R>())
}

fn too_large() -> String {
    "a row is larger than any that was counted".to_owned()
}

impl Most {
    /// Whether a row takes 64 bits and not 128.
    pub(crate) fn is_narrow(&self) -> bool {
        let Most { member, recording, sought, plays, seconds } = *self;
        let layout = Layout::for_largest(member, recording, sought, plays, seconds);
        layout.is_some_and(|layout| layout.width() == Width::Narrow)
    }

    /// Whether a row is within.
    fn hold(&self, row: &PlayRow) -> bool {
        row.member <= self.member
            && row.recording <= self.recording
            && row.plays <= self.plays.unwrap_or(1)
            && (self.plays.is_some() || row.plays == 1)
            && row.seconds <= self.seconds.unwrap_or(0)
    }
}

impl Held {
    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        match &self.rows {
            Rows::Narrow(rows) => rows.capacity() * size_of::<u64>(),
            Rows::Wide(rows) => rows.capacity() * size_of::<u128>(),
        }
    }
}
