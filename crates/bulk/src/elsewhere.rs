//! The same job with the kernel's passes run somewhere else: by other machines, over the same files.
//!
//! Files are opened, keys numbered and lines made here, as in [`crate::share`]; only the passes are asked for.
//! Meanwhile every row is read and counted here too, so that whoever runs the passes can be checked against a
//! count that is not theirs.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};

use allocation::kernel::{
    Census, Control, NO_ARTIST, Outcome, Plan, Question, Recordings, Settlement, Shared, finish, settle,
};

use crate::keys::{KeyKind, Keys};
use crate::plays::{Numbering, Wanted, read};
use crate::share::{Input, compile, held, name_artists, parallel, refused, seats_carry_money, stopped};
use crate::{Ask, Failure, Report, Watch};

/// Somewhere else than this process.
pub trait Elsewhere {
    /// How members are cut into buckets for the count.
    fn bucket(&self, members: &Keys) -> Bucket;

    /// Takes on a job.
    ///
    /// # Errors
    /// A failure where it cannot be done there.
    fn begin<'a>(&'a mut self, setup: Setup<'a>) -> Result<Box<dyn Passes + 'a>, Failure>;
}

/// The kernel's passes over all rows, in their order.
pub trait Passes {
    /// Counts all rows. `counted` will tell, once, what each bucket of [`Elsewhere::bucket`] holds.
    ///
    /// # Errors
    /// A failure where that cannot be done, or is not what was counted.
    fn census(&mut self, counted: Receiver<Result<Vec<Control>, Failure>>) -> Result<Census, Failure>;

    /// Counts tied members by the buckets of a question.
    ///
    /// # Errors
    /// As [`Passes::census`].
    fn tally(&mut self, settlement: &Settlement, question: &Question) -> Result<Vec<u64>, Failure>;

    /// Divides all members' seats over what they played.
    ///
    /// # Errors
    /// As [`Passes::census`].
    fn shared(&mut self, settlement: &Settlement) -> Result<Shared, Failure>;
}

/// What is shared, before its rows are read.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    /// The rule.
    pub plan: &'a Plan,
    /// How keys are numbered, and how large counts are.
    pub numbering: &'a Numbering,
    /// What is known of recordings.
    pub recordings: &'a Recordings,
    /// Kinds of the keys of members and recordings.
    pub kinds: (KeyKind, KeyKind),
    /// Which columns are read beside member, recording and plays.
    pub wanted: Wanted,
    /// Whether some file has the column `plays`.
    pub has_plays: bool,
    /// The files.
    pub files: &'a [PathBuf],
    /// Their rows.
    pub rows: u64,
}

/// Which of several buckets a member's number falls to.
pub struct Bucket {
    count: usize,
    of: Box<dyn Fn(u64) -> usize + Send + Sync>,
}

impl Bucket {
    /// So many buckets; what falls to none of them counts in the first.
    pub fn new(count: usize, of: impl Fn(u64) -> usize + Send + Sync + 'static) -> Bucket {
        Bucket { count: count.max(1), of: Box::new(of) }
    }

    fn of(&self, member: u64) -> usize {
        let bucket = (self.of)(member);
        if bucket < self.count { bucket } else { 0 }
    }
}

/// As [`crate::share`], with the passes run by others; the same report to the byte.
///
/// # Errors
/// As [`crate::share`], and what `elsewhere` refuses. Nothing was decided then.
pub fn share_elsewhere(
    ask: &Ask,
    elsewhere: &mut dyn Elsewhere,
    watch: &Watch<'_>,
) -> Result<Report, Failure> {
    let plan = compile(ask)?;
    let input = Input::open(ask, &plan)?;
    let numbering = input.number(ask, watch)?;
    let recordings = input.recordings(ask, &plan, &numbering)?;
    input.layout(&numbering)?;
    let job = Job { ask, plan: &plan, input: &input, numbering: &numbering, watch };
    let outcome = job.run(recordings, elsewhere)?;
    let held = ask.holders.as_ref().map(|holders| held(holders, &plan, &outcome, &numbering)).transpose()?;
    let files = input.digests(ask.threads)?;
    Ok(Report::new(ask, outcome, numbering.recordings, held, files))
}

struct Job<'a> {
    ask: &'a Ask,
    plan: &'a Plan,
    input: &'a Input,
    numbering: &'a Numbering,
    watch: &'a Watch<'a>,
}

impl Job<'_> {
    fn run(&self, mut recordings: Recordings, elsewhere: &mut dyn Elsewhere) -> Result<Outcome, Failure> {
        let bucket = elsewhere.bucket(&self.numbering.members);
        let (tell, counted) = channel();
        if self.input.wanted.artist {
            // The passes need the artists that only the rows name.
            let artists: Vec<AtomicU32> =
                recordings.artist.iter().map(|_| AtomicU32::new(NO_ARTIST)).collect();
            let count = self.count(&bucket, &artists)?;
            recordings.artist = artists.into_iter().map(AtomicU32::into_inner).collect();
            tell.send(Ok(count)).map_err(|_| stopped())?;
            return self.passes(recordings, elsewhere, counted);
        }
        std::thread::scope(|scope| {
            // Who does not listen any more has failed already.
            scope.spawn(move || tell.send(self.count(&bucket, &[])).ok());
            self.passes(recordings, elsewhere, counted)
        })
    }

    fn passes(
        &self,
        mut recordings: Recordings,
        elsewhere: &mut dyn Elsewhere,
        counted: Receiver<Result<Vec<Control>, Failure>>,
    ) -> Result<Outcome, Failure> {
        let known = recordings.clone();
        let mut passes = elsewhere.begin(self.setup(&known))?;
        let census = passes.census(counted)?;
        if self.plan.needs().threshold && (recordings.threshold_plays.is_empty() || self.ask.covers_threshold)
        {
            recordings.threshold_plays = census.all_plays().into_iter().map(Some).collect();
        }
        let settlement = settle(self.plan, self.ask.pot, self.ask.seats, &recordings, &census);
        let mut settlement = settlement.map_err(|refusal| refused(refusal, &self.numbering.recordings))?;
        seats_carry_money(&settlement)?;
        let mut asked = settlement.question();
        while let Some(question) = asked {
            let counts = passes.tally(&settlement, &question)?;
            asked = settlement.answer(&question, &counts).or_else(|| settlement.question());
        }
        let shared = passes.shared(&settlement)?;
        finish(self.plan, &recordings, &census, settlement, shared)
            .map_err(|mismatch| Failure::Fault(format!("control totals do not agree: {mismatch}")))
    }

    fn setup<'a>(&'a self, recordings: &'a Recordings) -> Setup<'a> {
        let kinds =
            self.input.files.first().map_or((KeyKind::Numbers, KeyKind::Numbers), |file| file.key_kinds());
        Setup {
            plan: self.plan,
            numbering: self.numbering,
            recordings,
            kinds,
            wanted: self.input.wanted,
            has_plays: self.input.files.iter().any(|file| file.has()[0]),
            files: &self.ask.plays,
            rows: self.input.rows,
        }
    }

    /// Reads every row and adds it to its bucket.
    fn count(&self, bucket: &Bucket, artists: &[AtomicU32]) -> Result<Vec<Control>, Failure> {
        let all = Mutex::new(vec![Control::default(); bucket.count]);
        let done = AtomicU64::new(0);
        parallel(self.ask.threads, self.input.groups.len(), |tasks| {
            let mut mine = vec![Control::default(); bucket.count];
            for task in tasks {
                let group = self.input.groups[task];
                let file = &self.input.files[group.file];
                read(file, group, self.numbering, self.input.wanted, &mut |batch| {
                    for (place, member) in batch.members.iter().enumerate() {
                        let plays = batch.plays.get(place).copied().unwrap_or(1);
                        let seconds = batch.seconds.get(place).copied().unwrap_or(0);
                        let sought = batch.sought.get(place).copied().unwrap_or(false);
                        // Keys were held to 32 bits when they were numbered.
                        let recording = batch.recordings[place] as u32;
                        mine[bucket.of(*member)].count(*member, recording, sought, plays, seconds);
                    }
                    name_artists(artists, &self.numbering.recordings, batch, file)?;
                    let rows = batch.members.len() as u64;
                    (self.watch)("counting", done.fetch_add(rows, Ordering::Relaxed) + rows, self.input.rows);
                    Ok(())
                })?;
            }
            let mut all = all.lock().map_err(|_| stopped())?;
            all.iter_mut().zip(&mine).for_each(|(all, mine)| all.add(mine));
            Ok(())
        })?;
        all.into_inner().map_err(|_| stopped())
    }
}
