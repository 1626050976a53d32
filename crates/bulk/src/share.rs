//! The whole job: files to partitions, partitions to the kernel, sums to a report.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};

use allocation::kernel::{
    Census, Control, Layout, NO_ARTIST, Outcome, Plan, PlayRow, Recordings, Seats, Settlement, Shared,
    SharedBy, Sorter, Sought, Width, finish, hold, partition_of, settle, tally,
};
use allocation::{Refusal, RuleSet};
use money::Amount;
use music::Territory;

use crate::files::digest;
use crate::keys::Keys;
use crate::plays::{Batch, Numbering, PlaysFile, RowGroup, Wanted, open, read, survey};
use crate::report::{Held, InputFile, Report};
use crate::spill::{CHUNK, Partitions, Spill};
use crate::tables::{Catalogue, Holders};
use crate::{Failure, Watch};

/// Bytes of a partition that sorts well: it and its second buffer stay near the processor.
const PARTITION_BYTES: u64 = 4 << 20;
/// Most partitions; each may hold an open file.
const MOST_PARTITIONS: u64 = 256;
/// What decoding takes for each thread, beside the rows.
const DECODING_BYTES: u64 = 24 << 20;

/// What is to be shared, and how much machine it may take.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The rule.
    pub rule: RuleSet,
    /// The pot.
    pub pot: Amount,
    /// Files of plays.
    pub plays: Vec<PathBuf>,
    /// Paid seats; the active members where not told.
    pub seats: Option<u64>,
    /// Who holds each recording.
    pub holders: Option<Holders>,
    /// What is known of recordings.
    pub catalogue: Option<Catalogue>,
    /// The territory of the institution that pays.
    pub here: Option<Territory>,
    /// Whether the plays are those of all months a threshold asks for.
    pub covers_threshold: bool,
    /// Threads, at least 1.
    pub threads: usize,
    /// Bytes to use, as near as can be; past them rows go to disk.
    pub memory: u64,
    /// Where rows go on disk.
    pub folder: PathBuf,
}

/// Shares a pot by plays in files. The report holds the lines; nothing is written but spilled rows.
///
/// # Errors
/// [`Failure::Problem`] where the input or the rule does not allow it, [`Failure::Fault`] where the machine
/// failed or control totals do not agree.
pub fn share(ask: &Ask, watch: &Watch<'_>) -> Result<Report, Failure> {
    let plan = compile(ask)?;
    let input = Input::open(ask, &plan)?;
    let numbering = input.number(ask, watch)?;
    let recordings = input.recordings(ask, &plan, &numbering)?;
    let layout = input.layout(&numbering)?;
    let job = Job { ask, plan: &plan, input: &input, numbering: &numbering, layout, watch };
    let outcome = match layout.width() {
        Width::Narrow => job.run::<u64>(recordings)?,
        Width::Wide => job.run::<u128>(recordings)?,
    };
    let held = ask.holders.as_ref().map(|holders| held(holders, &plan, &outcome, &numbering)).transpose()?;
    let files = input.digests(ask.threads)?;
    Ok(Report::new(ask, outcome, numbering.recordings, held, files))
}

/// The rule as the kernel runs it.
pub(crate) fn compile(ask: &Ask) -> Result<Plan, Failure> {
    Plan::compile(&ask.rule).map_err(|unfit| {
        let hint = "for plays take `user-centric`, `pro-rata` or another rule by `member`, `play`, `artist` or `recording`";
        Failure::problem("rule-unfit", "", 0, unfit.to_string(), hint)
    })
}

/// The plays as they lie there.
pub(crate) struct Input {
    pub files: Vec<PlaysFile>,
    pub groups: Vec<RowGroup>,
    pub wanted: Wanted,
    pub rows: u64,
}

impl Input {
    pub fn open(ask: &Ask, plan: &Plan) -> Result<Input, Failure> {
        let files: Vec<PlaysFile> = ask.plays.iter().map(|path| open(path)).collect::<Result<_, _>>()?;
        let wanted = wanted(ask, plan, &files)?;
        let mut groups = Vec::new();
        for (place, file) in files.iter().enumerate() {
            let mut before = 0;
            for (group, rows) in file.groups() {
                groups.push(RowGroup { file: place, group, rows, before });
                before += rows;
            }
        }
        groups.retain(|group| group.rows > 0);
        let rows: u64 = groups.iter().map(|group| group.rows).sum();
        if rows == 0 {
            let hint =
                "check the period and the pattern; where really nobody played, nothing is to be shared";
            return Err(Failure::problem("plays-empty", "", 0, "the files hold no plays", hint));
        }
        Ok(Input { files, groups, wanted, rows })
    }

    pub fn number(&self, ask: &Ask, watch: &Watch<'_>) -> Result<Numbering, Failure> {
        watch("numbering", 0, self.rows);
        let (mut recordings, mut artists) = (Vec::new(), Vec::new());
        if let Some(catalogue) = &ask.catalogue {
            let kind = self.files.first().map(|file| file.key_kinds().1);
            recordings = catalogue.recordings(kind.unwrap_or(crate::keys::KeyKind::Texts))?;
            artists = catalogue.artists();
        }
        survey(&self.files, &self.groups, self.wanted, (&recordings, &artists), ask.threads)
    }

    /// What the catalogue says, by number; artists of plays are filled in while these are read.
    pub fn recordings(&self, ask: &Ask, plan: &Plan, numbering: &Numbering) -> Result<Recordings, Failure> {
        let count = usize::try_from(numbering.recordings.count()).unwrap_or(usize::MAX);
        let mut known = Recordings::numbered(count);
        let needs = plan.needs();
        if needs.artist {
            known.artist = vec![NO_ARTIST; count];
            known.artists = numbering.artists.as_ref().map_or(0, |keys| keys.count() as usize);
        }
        let Some(catalogue) = &ask.catalogue else { return Ok(known) };
        known.known = vec![false; count];
        (known.in_catalogue, known.local) = (vec![false; count], vec![false; count]);
        known.threshold_plays = if needs.threshold { vec![None; count] } else { Vec::new() };
        for fact in catalogue.facts(&numbering.recordings, ask.here.as_ref()) {
            let place = fact.number as usize;
            let contradicts = || catalogue.contradicts(fact.line, &numbering.recordings.shown(fact.number));
            let artist = fact.artist.zip(numbering.artists.as_ref());
            let artist =
                artist.and_then(|(artist, keys)| keys.of_written(artist)).map_or(NO_ARTIST, |n| n as u32);
            let before = known.artist.get(place).copied();
            if known.known[place]
                && (before.is_some_and(|before| before != artist) || known.local[place] != fact.local)
            {
                return Err(contradicts());
            }
            known.known[place] = true;
            known.in_catalogue[place] = true;
            known.local[place] = fact.local;
            if let Some(place) = known.artist.get_mut(place) {
                *place = artist;
            }
            if let Some(place) = known.threshold_plays.get_mut(place) {
                *place = fact.threshold_plays;
            }
        }
        Ok(known)
    }

    pub fn layout(&self, numbering: &Numbering) -> Result<Layout, Failure> {
        let (member, recording) = (numbering.members.largest(), numbering.recordings.largest());
        let recording = u32::try_from(recording).unwrap_or(u32::MAX);
        let layout = Layout::for_largest(
            member,
            recording,
            self.wanted.sought,
            numbering.most_plays,
            numbering.most_seconds,
        );
        layout.ok_or_else(|| {
            let message = "members, recordings, plays and seconds together need more than 128 bits a row";
            Failure::problem(
                "plays-too-many",
                "",
                0,
                message,
                "number the members from 0, or write them as strings",
            )
        })
    }

    pub fn digests(&self, threads: usize) -> Result<Vec<InputFile>, Failure> {
        let all = Mutex::new(Vec::new());
        parallel(threads, self.files.len(), |tasks| {
            for task in tasks {
                let file = &self.files[task];
                let digest = digest(&file.path)?;
                if let Ok(mut all) = all.lock() {
                    all.push(InputFile { digest, rows: file.rows() });
                }
            }
            Ok(())
        })?;
        let mut all = all.into_inner().unwrap_or_default();
        all.sort();
        Ok(all)
    }
}

/// Which columns a rule needs; a problem where one is not there.
fn wanted(ask: &Ask, plan: &Plan, files: &[PlaysFile]) -> Result<Wanted, Failure> {
    let (needs, rule) = (plan.needs(), ask.rule.label());
    let lacks = |which: usize| files.iter().find(|file| !file.has()[which]);
    let need = |name: &str, which: usize, hint: &str| match lacks(which) {
        None => Ok(()),
        Some(file) => {
            let message = format!("the rule `{rule}` needs the column `{name}`, and this file has none");
            Err(Failure::problem("plays-need", &file.document, 0, message, hint))
        }
    };
    let refuse = |message: String, hint: &str| Err(Failure::problem("plays-need", "", 0, message, hint));
    if needs.seconds {
        need("played_s", 1, "write how many seconds of each row were heard, or take a rule by `play`")?;
    }
    if needs.sought == Sought::Needed {
        need(
            "sought",
            2,
            "write for each row whether the member sought it, or take a rule without that boost",
        )?;
    }
    let from_catalogue = ask.catalogue.as_ref().map_or([false; 3], Catalogue::has);
    if needs.artist && !from_catalogue[0] {
        need(
            "artist",
            3,
            "name the artist in each row, or give `--catalogue FILE` with `recording` and `artist`",
        )?;
    }
    if needs.catalogue && ask.catalogue.is_none() {
        let message = format!("the rule `{rule}` shares a part over the catalogue, and none is given");
        return refuse(message, "give `--catalogue FILE` with the recordings that members can play");
    }
    if needs.local
        && !(from_catalogue[1]
            && (ask.here.is_some() || ask.catalogue.as_ref().is_some_and(Catalogue::tags_local)))
    {
        let message = format!("the rule `{rule}` has a part for what is local, and nothing says what is");
        let hint =
            "give `--catalogue FILE` with `territory` and `--territory` of who pays, or the tag `local`";
        return refuse(message, hint);
    }
    if needs.threshold && !from_catalogue[2] && !ask.covers_threshold {
        let message = format!(
            "the rule `{rule}` has a threshold over several months, and the plays in them are not known"
        );
        let hint = "give `--catalogue FILE` with `threshold_plays`, or say with `--plays-cover-threshold` that these files are all plays of those months";
        return refuse(message, hint);
    }
    let sought = needs.sought != Sought::Never && files.iter().any(|file| file.has()[2]);
    Ok(Wanted { seconds: needs.seconds, sought, artist: needs.artist && !from_catalogue[0] })
}

/// One run over rows of one width.
struct Job<'a> {
    ask: &'a Ask,
    plan: &'a Plan,
    input: &'a Input,
    numbering: &'a Numbering,
    layout: Layout,
    watch: &'a Watch<'a>,
}

impl Job<'_> {
    fn run<R: Spill>(&self, mut recordings: Recordings) -> Result<Outcome, Failure> {
        let artists: Vec<AtomicU32> = if self.input.wanted.artist {
            recordings.artist.iter().map(|_| AtomicU32::new(NO_ARTIST)).collect()
        } else {
            Vec::new()
        };
        let members = self.plan.needs().members;
        let partitions = self.partitions::<R>(&recordings);
        let counted = Mutex::new((Control::default(), Census::new(self.plan, &recordings)));
        let done = AtomicU64::new(0);
        parallel(self.ask.threads, self.input.groups.len(), |tasks| {
            let mut into = Into::new(self, &partitions, &recordings, &artists);
            for task in tasks {
                let group = self.input.groups[task];
                let file = &self.input.files[group.file];
                read(file, group, self.numbering, self.input.wanted, &mut |batch| {
                    let rows = into.take(batch, file)?;
                    (self.watch)("reading", done.fetch_add(rows, Ordering::Relaxed) + rows, self.input.rows);
                    Ok(())
                })?;
            }
            let (control, census) = into.end()?;
            let mut counted = counted.lock().map_err(|_| stopped())?;
            counted.0.add(&control);
            counted.1.add(&census).map_err(|refusal| self.refused(refusal))
        })?;
        let (read, mut census) = counted.into_inner().map_err(|_| stopped())?;
        if !artists.is_empty() {
            recordings.artist = artists.into_iter().map(AtomicU32::into_inner).collect();
        }
        if members {
            census = self.census(&partitions, &recordings)?;
        }
        if read != census.control {
            return Err(Failure::Fault(
                "control totals do not agree: rows read and rows counted differ".to_owned(),
            ));
        }
        if self.plan.needs().threshold && recordings.threshold_plays.is_empty()
            || self.ask.covers_threshold && self.plan.needs().threshold
        {
            recordings.threshold_plays = census.all_plays().into_iter().map(Some).collect();
        }
        let settlement = self.settle(&partitions, &recordings, &census)?;
        let shared = self.shared(&partitions, &recordings, &settlement)?;
        finish(self.plan, &recordings, &census, settlement, shared)
            .map_err(|mismatch| Failure::Fault(format!("control totals do not agree: {mismatch}")))
    }

    fn partitions<R: Spill>(&self, recordings: &Recordings) -> Partitions<R> {
        let (threads, memory) = (self.ask.threads as u64, self.ask.memory);
        // Sums by recording: two lists for each thread and one for all.
        let sums = recordings.count as u64 * 8 * (2 * threads + 1);
        let bytes = self.input.rows.saturating_mul(R::SIZE as u64);
        let size = PARTITION_BYTES.min(memory / (16 * threads)).max(1 << 16);
        let count = bytes.div_ceil(size).clamp(1, MOST_PARTITIONS).next_power_of_two();
        let sorting = threads * 3 * (bytes / count).max(size);
        let gathering = threads * count * (CHUNK * R::SIZE) as u64;
        let other = sums + sorting + gathering + threads * DECODING_BYTES;
        // A quarter stays free for what the allocator cannot join again.
        let budget = (memory.saturating_sub(other) / 4 * 3).max(memory / 8);
        let count = if self.plan.needs().members { count as usize } else { 1 };
        Partitions::new(count, budget, bytes.saturating_mul(2) <= budget, self.ask.folder.clone())
    }

    fn census<R: Spill>(
        &self,
        partitions: &Partitions<R>,
        recordings: &Recordings,
    ) -> Result<Census, Failure> {
        let all = Mutex::new(Census::new(self.plan, recordings));
        let done = AtomicU64::new(0);
        parallel(self.ask.threads, partitions.len(), |tasks| {
            let mut census = Census::new(self.plan, recordings);
            let (mut sorter, mut rows) = (Sorter::new(), Vec::new());
            for part in tasks {
                partitions.take(part, &mut rows)?;
                sorter.sort(&mut rows, &self.layout);
                census
                    .take(&rows, &self.layout, self.plan, recordings)
                    .map_err(|refusal| self.refused(refusal))?;
                let count = rows.len() as u64;
                partitions.put_back(part, &mut rows)?;
                (self.watch)("sorting", done.fetch_add(count, Ordering::Relaxed) + count, self.input.rows);
            }
            let mut all = all.lock().map_err(|_| stopped())?;
            all.add(&census).map_err(|refusal| self.refused(refusal))
        })?;
        all.into_inner().map_err(|_| stopped())
    }

    fn settle<R: Spill>(
        &self,
        partitions: &Partitions<R>,
        recordings: &Recordings,
        census: &Census,
    ) -> Result<Settlement, Failure> {
        let settlement = settle(self.plan, self.ask.pot, self.ask.seats, recordings, census);
        let mut settlement = settlement.map_err(|refusal| self.refused(refusal))?;
        seats_carry_money(&settlement)?;
        let mut asked = settlement.question();
        while let Some(question) = asked {
            let counts = Mutex::new(question.counts());
            parallel(self.ask.threads, partitions.len(), |tasks| {
                let (mut mine, mut room) = (question.counts(), Vec::new());
                for part in tasks {
                    partitions.look(part, &mut room, |rows| {
                        tally(rows, &self.layout, self.plan, recordings, &settlement, &question, &mut mine);
                    })?;
                }
                let mut counts = counts.lock().map_err(|_| stopped())?;
                counts.iter_mut().zip(&mine).for_each(|(sum, count)| *sum += count);
                Ok(())
            })?;
            let counts = counts.into_inner().map_err(|_| stopped())?;
            asked = settlement.answer(&question, &counts).or_else(|| settlement.question());
        }
        Ok(settlement)
    }

    fn shared<R: Spill>(
        &self,
        partitions: &Partitions<R>,
        recordings: &Recordings,
        settlement: &Settlement,
    ) -> Result<Shared, Failure> {
        let all = Mutex::new(Shared::new(self.plan, recordings));
        if !self.plan.shares_by_member() {
            return all.into_inner().map_err(|_| stopped());
        }
        let done = AtomicU64::new(0);
        parallel(self.ask.threads, partitions.len(), |tasks| {
            let (mut shared, mut room) = (Shared::new(self.plan, recordings), Vec::new());
            for part in tasks {
                let took = partitions.look(part, &mut room, |rows| {
                    let took = shared.take(rows, &self.layout, self.plan, recordings, settlement);
                    let count = rows.len() as u64;
                    (self.watch)(
                        "sharing",
                        done.fetch_add(count, Ordering::Relaxed) + count,
                        self.input.rows,
                    );
                    took
                })?;
                took.map_err(|refusal| self.refused(refusal))?;
            }
            all.lock().map_err(|_| stopped())?.add(&shared);
            Ok(())
        })?;
        all.into_inner().map_err(|_| stopped())
    }

    fn refused(&self, refusal: Refusal) -> Failure {
        refused(refusal, &self.numbering.recordings)
    }
}

/// A refusal of the kernel, with recordings by their keys.
pub(crate) fn refused(refusal: Refusal, recordings: &Keys) -> Failure {
    let named = |number: String| number.parse().map_or(number, |number| recordings.shown(number));
    let refusal = match refusal {
        Refusal::NoArtist { split, recording } => Refusal::NoArtist { split, recording: named(recording) },
        Refusal::NoEarlierPlays { split, recording } => {
            Refusal::NoEarlierPlays { split, recording: named(recording) }
        }
        other => other,
    };
    refusal.problem().into()
}

/// Refuses a pot that is too small for its seats: some would carry nothing.
pub(crate) fn seats_carry_money(settlement: &Settlement) -> Result<(), Failure> {
    for part in &settlement.parts {
        let SharedBy::Seats(money) = &part.shared else { continue };
        let empty = match &money.seats {
            Seats::Alike(class) => class.each == 0,
            Seats::ByPlays(_) => money.pays < money.members,
        };
        if empty {
            let message =
                format!("{} over {} members leaves seats without a millionth", part.amount, money.members);
            return Err(Failure::problem(
                "seat-without-money",
                "",
                0,
                message,
                "check the pot; it is what all seats pay together",
            ));
        }
    }
    Ok(())
}

pub(crate) fn held(
    holders: &Holders,
    plan: &Plan,
    outcome: &Outcome,
    numbering: &Numbering,
) -> Result<Held, Failure> {
    let (shares, parties) = holders.numbered(&numbering.recordings, plan.rule().pays)?;
    let lines = hold(plan, outcome, &shares).map_err(|refusal| refused(refusal, &numbering.recordings))?;
    Ok(Held { lines, parties })
}

pub(crate) fn stopped() -> Failure {
    Failure::Fault("another thread stopped".to_owned())
}

/// Where one thread puts the rows it reads.
struct Into<'a, R> {
    job: &'a Job<'a>,
    partitions: &'a Partitions<R>,
    recordings: &'a Recordings,
    artists: &'a [AtomicU32],
    log2: u32,
    chunks: Vec<Vec<R>>,
    control: Control,
    census: Census,
    members: bool,
}

impl<'a, R: Spill> Into<'a, R> {
    fn new(
        job: &'a Job<'a>,
        partitions: &'a Partitions<R>,
        recordings: &'a Recordings,
        artists: &'a [AtomicU32],
    ) -> Into<'a, R> {
        let chunks = std::iter::repeat_with(|| Vec::with_capacity(CHUNK)).take(partitions.len()).collect();
        Into {
            job,
            partitions,
            recordings,
            artists,
            log2: partitions.len().ilog2(),
            chunks,
            control: Control::default(),
            census: Census::new(job.plan, recordings),
            members: job.plan.needs().members,
        }
    }

    fn take(&mut self, batch: &Batch, file: &PlaysFile) -> Result<u64, Failure> {
        let layout = self.job.layout;
        for (place, member) in batch.members.iter().enumerate() {
            // Keys and counts were held to 32 bits when they were numbered.
            let recording = batch.recordings[place] as u32;
            let plays = if batch.plays.is_empty() { 1 } else { batch.plays[place] };
            let seconds = if batch.seconds.is_empty() { 0 } else { batch.seconds[place] };
            let sought = !batch.sought.is_empty() && batch.sought[place];
            self.control.count(*member, recording, sought, plays, seconds);
            let row =
                PlayRow { member: *member, recording, sought, plays: plays as u32, seconds: seconds as u32 };
            let part = partition_of(*member, self.log2);
            let chunk = &mut self.chunks[part];
            chunk.push(layout.pack(row));
            if chunk.len() == CHUNK {
                self.hand_over(part)?;
            }
        }
        name_artists(self.artists, &self.job.numbering.recordings, batch, file)?;
        Ok(batch.members.len() as u64)
    }

    fn hand_over(&mut self, part: usize) -> Result<(), Failure> {
        let chunk = &mut self.chunks[part];
        if self.members {
            return self.partitions.push(part, chunk);
        }
        let job = self.job;
        let counted = self.census.take(chunk, &job.layout, job.plan, self.recordings);
        chunk.clear();
        counted.map_err(|refusal| job.refused(refusal))
    }

    fn end(mut self) -> Result<(Control, Census), Failure> {
        for part in 0..self.chunks.len() {
            self.hand_over(part)?;
        }
        Ok((self.control, self.census))
    }
}

/// Notes the artist of each recording; two artists of one recording are refused.
pub(crate) fn name_artists(
    artists: &[AtomicU32],
    recordings: &Keys,
    batch: &Batch,
    file: &PlaysFile,
) -> Result<(), Failure> {
    for (recording, artist) in batch.recordings.iter().zip(&batch.artists) {
        let (Some(place), Ok(artist)) = (artists.get(*recording as usize), u32::try_from(*artist)) else {
            continue;
        };
        let set = place.compare_exchange(NO_ARTIST, artist, Ordering::Relaxed, Ordering::Relaxed);
        if set.is_err_and(|before| before != artist) {
            let recording = recordings.shown(*recording);
            let message = format!("recording `{recording}` has two artists");
            let hint = "name one artist for each recording, or give `--catalogue FILE`";
            return Err(Failure::problem("rows-contradict", &file.document, 0, message, hint));
        }
    }
    Ok(())
}

/// Tasks that threads take one after the other.
pub(crate) struct Tasks<'a> {
    next: &'a AtomicUsize,
    stop: &'a AtomicBool,
    at: &'a AtomicUsize,
    count: usize,
}

impl Iterator for Tasks<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let task = self.next.fetch_add(1, Ordering::Relaxed);
        if task >= self.count || self.stop.load(Ordering::Relaxed) {
            return None;
        }
        self.at.store(task, Ordering::Relaxed);
        Some(task)
    }
}

/// Works on so many tasks with so many threads; of several failures that of the earliest task is told.
pub(crate) fn parallel(
    threads: usize,
    count: usize,
    work: impl Fn(Tasks<'_>) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let first: Mutex<Option<(usize, Failure)>> = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, count.max(1)) {
            scope.spawn(|| {
                let at = AtomicUsize::new(0);
                let tasks = Tasks { next: &next, stop: &stop, at: &at, count };
                let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(tasks)));
                let failure = match done {
                    Ok(Ok(())) => return,
                    Ok(Err(failure)) => failure,
                    Err(_) => Failure::Fault("a thread stopped".to_owned()),
                };
                stop.store(true, Ordering::Relaxed);
                let task = at.load(Ordering::Relaxed);
                if let Ok(mut first) = first.lock()
                    && first.as_ref().is_none_or(|(earlier, _)| task < *earlier)
                {
                    *first = Some((task, failure));
                }
            });
        }
    });
    match first.into_inner() {
        Ok(Some((_, failure))) => Err(failure),
        Ok(None) => Ok(()),
        Err(_) => Err(stopped()),
    }
}
