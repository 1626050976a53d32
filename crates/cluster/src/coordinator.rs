//! A pot shared by several machines: shards out, answers in, nothing believed that was not counted.
//!
//! 1. The workers are greeted, and the members are cut into shards that fit into their memory.
//! 2. **Count**: while the workers work, the coordinator's process reads the inputs itself, by other code than
//!    theirs, and adds up what each shard must hold (`bulk::share_elsewhere`).
//! 3. **Census**, **settle**, **share**: the kernel's passes, each over every shard
//!    (`allocation::kernel`). A shard's answer is taken only when its rows, plays and hash are those that were
//!    counted, and its second pass saw the same rows and members as its first and gave out what it says.
//! 4. **Finish**: sums of all shards against the pot.
//!
//! Until the last step has agreed nothing leaves this module, so nothing wrong can be written or posted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use allocation::kernel::{Census, Control, PartCensus, Plan, Question, Settlement, Shared};
use bulk::keys::{KeyKind, Keys as Numbered};
use bulk::{Bucket, Elsewhere, Failure, Passes, Setup};
use datafusion::execution::object_store::{ObjectStoreRegistry as _, ObjectStoreUrl};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use futures::FutureExt as _;
use object_store::{ObjectMeta, ObjectStoreExt as _};
use tokio::runtime::Runtime;
use tokio::time::Instant;
use url::Url;

use crate::answer::Answer;
use crate::channel::Channels;
use crate::kernel_wire;
use crate::key::Key;
use crate::keys::{Keys, Names};
use crate::query::Scan;
use crate::refusal::Refusal;
use crate::rows;
use crate::shard::{self, Shard};
use crate::stores::Stores;
use crate::team::{Limits, Outcome, Team};
use crate::totals::Totals;
use crate::wire::Reader;
use crate::work::{Job, Most, Pass, Work};

/// Most shards of a run; totals are counted for so many, and added up where there are fewer.
const MOST_SHARDS: u32 = 4096;
/// Most rows of a shard, so that a failure never costs more than their work.
const MOST_ROWS: u64 = 1 << 26;

/// Who shares, and how patiently.
#[derive(Debug, Clone)]
pub struct Options {
    /// The text of the rule that is shared by; workers read it themselves.
    pub rule: String,
    /// Where workers are called.
    pub workers: Vec<Url>,
    /// What they must be told.
    pub key: Key,
    /// How long is waited, and how often tried.
    pub limits: Limits,
    /// Shards; as many as memory asks for where not told. Rounded up to a power of two.
    pub shards: Option<u32>,
    /// Where workers read what the coordinator reads as a file, where that is another place: a bucket's
    /// address in place of a copy.
    pub places: Vec<(PathBuf, Url)>,
}

/// How a run went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course {
    /// Shards.
    pub shards: u32,
    /// Workers that answered at the end.
    pub workers: usize,
    /// What a person may want to know: failures, retries, workers lost. One line each.
    pub events: Vec<String>,
}

/// Workers, as somewhere else to run the kernel's passes.
#[derive(Debug)]
pub struct Cluster {
    options: Options,
    runtime: Threads,
    course: Course,
}

/// Threads that end behind the back of who drops them, who may itself be waited for.
#[derive(Debug)]
struct Threads(Option<Runtime>);

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Cluster {
    /// Prepares; nobody is called yet.
    ///
    /// # Errors
    /// [`Refusal::Input`] where this machine gives no thread for it.
    pub fn new(options: Options) -> Result<Cluster, Refusal> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|why| Refusal::Input(format!("no thread could be started: {why}")))?;
        Ok(Cluster { options, runtime: Threads(Some(runtime)), course: Course::default() })
    }

    /// How the run went, so far.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
    }
}

impl Elsewhere for Cluster {
    fn bucket(&self, members: &Numbered) -> Bucket {
        let buckets = MOST_SHARDS as usize;
        match Names::from(members).shards(MOST_SHARDS) {
            None => Bucket::new(buckets, |member| shard::shard_of(shard::mix(member), MOST_SHARDS) as usize),
            Some(of_numbers) => Bucket::new(buckets, move |member| {
                let place = usize::try_from(member).unwrap_or(usize::MAX);
                of_numbers.get(place).map_or(0, |shard| *shard as usize)
            }),
        }
    }

    fn begin<'a>(&'a mut self, setup: Setup<'a>) -> Result<Box<dyn Passes + 'a>, Failure> {
        let Cluster { options, runtime: Threads(runtime), course } = self;
        let runtime = runtime.as_ref().ok_or_else(|| Refusal::Totals("the coordinator ended".to_owned()))?;
        let run = wait(runtime, || Run::begin(setup, options, runtime, course))?;
        Ok(Box::new(run))
    }
}

/// Waits on a thread of its own, so that it does not matter whether the caller is itself waited for.
fn wait<T: Send, F>(runtime: &Runtime, work: impl FnOnce() -> F + Send) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Refusal>>,
{
    let done = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(work())).join());
    done.unwrap_or_else(|_| Err(Refusal::Totals("the coordinator stopped".to_owned()))).map_err(Failure::from)
}

/// A run that goes on.
struct Run<'a> {
    runtime: &'a Runtime,
    course: &'a mut Course,
    team: Team,
    scan: Scan,
    plan: Plan,
    job: Arc<Job>,
    members: Keys,
    rows: u64,
    shards: Option<u32>,
    nonce: u128,
    census: Option<Census>,
    seen: Vec<Seen>,
    deadline: Instant,
    limit: u64,
}

/// A shard after its census.
struct Seen {
    shard: Shard,
    /// The name under which workers keep its rows.
    run: u128,
    control: Control,
    /// Active members by split.
    active: Vec<u64>,
}

impl<'a> Run<'a> {
    async fn begin(
        setup: Setup<'a>,
        options: &Options,
        runtime: &'a Runtime,
        course: &'a mut Course,
    ) -> Result<Run<'a>, Refusal> {
        let rule =
            allocation::rule::read("rule", &options.rule).ok().filter(|rule| rule == setup.plan.rule());
        let rule = rule.ok_or_else(|| Refusal::Input("the rule's text is another rule".to_owned()))?;
        let plan = Plan::compile(&rule).map_err(|unfit| Refusal::Input(unfit.to_string()))?;
        let stores = Arc::new(Stores::default());
        let scan = scan(&setup, &options.places, &stores).await?;
        let engine = RuntimeEnvBuilder::new().with_object_store_registry(stores).build_arc();
        let engine = engine.map_err(|why| Refusal::Input(why.to_string()))?;
        let channels = Channels::new(&options.key);
        let team = Team::gather(options.workers.clone(), channels, engine, options.limits).await?;
        let recording_keys = Keys::new(Names::from(&setup.numbering.recordings));
        let job = Job::new(options.rule.clone(), most(&setup), setup.recordings.clone(), recording_keys);
        Ok(Run {
            runtime,
            course,
            team,
            scan,
            plan,
            job: Arc::new(job),
            members: Keys::new(Names::from(&setup.numbering.members)),
            rows: setup.rows,
            shards: options.shards,
            nonce: nonce()?,
            census: None,
            seen: Vec::new(),
            deadline: Instant::now() + options.limits.whole,
            limit: options.limits.whole.as_secs(),
        })
    }

    /// As many as let rows, sorted and kept, take half of the workers' memory.
    fn shards_that_fit(&self) -> u32 {
        let row = if self.job.most.is_narrow() { 8 } else { 16 };
        let by_memory = self.rows.saturating_mul(row * 4).div_ceil(self.team.memory().max(1));
        let by_rows = self.rows.div_ceil(MOST_ROWS);
        u32::try_from(by_memory.max(by_rows).max(1)).unwrap_or(MOST_SHARDS).min(MOST_SHARDS)
    }

    /// The census of all shards, in as many as fit.
    async fn census_of_all(&mut self) -> Result<Census, Refusal> {
        let wanted = self.shards.unwrap_or_else(|| self.shards_that_fit());
        self.course.shards = wanted.clamp(1, MOST_SHARDS).next_power_of_two();
        loop {
            match self.census_in(self.course.shards).await? {
                Outcome::Done(census) => {
                    self.census = Some(census.clone());
                    return Ok(census);
                }
                Outcome::TooLarge(why) => self.cut_smaller(&why)?,
            }
        }
    }

    /// More shards the next time, where there can be more.
    fn cut_smaller(&mut self, why: &str) -> Result<(), Refusal> {
        let shards = self.course.shards;
        if shards >= MOST_SHARDS {
            return Err(Refusal::Memory(why.to_owned()));
        }
        self.team.events.push(format!("{shards} shards do not fit ({why}); four times as many are tried"));
        self.course.shards = (shards * 4).min(MOST_SHARDS);
        self.nonce = nonce()?;
        Ok(())
    }

    /// Cuts smaller after a census, which must come to the same in smaller shards.
    async fn count_anew(&mut self, why: &str) -> Result<(), Refusal> {
        self.cut_smaller(why)?;
        let before = self.census.take();
        self.shards = Some(self.course.shards);
        let again = self.census_of_all().await?;
        if before.is_none_or(|before| before != again) {
            return Err(Refusal::Totals("a second census came to something else".to_owned()));
        }
        Ok(())
    }

    async fn census_in(&mut self, shards: u32) -> Result<Outcome<Census>, Refusal> {
        let mut census = Census::new(&self.plan, &self.job.recordings);
        self.seen.clear();
        for shard in Shard::all(shards) {
            match self.census_of(shard).await? {
                Outcome::TooLarge(why) => return Ok(Outcome::TooLarge(why)),
                Outcome::Done((of_shard, run)) => {
                    census.add(&of_shard).map_err(rule)?;
                    let active = of_shard.parts.iter().map(active).collect();
                    self.seen.push(Seen { shard, run, control: of_shard.control, active });
                }
            }
        }
        Ok(Outcome::Done(census))
    }

    /// Counts a shard; also under which name its rows are kept.
    async fn census_of(&mut self, shard: Shard) -> Result<Outcome<(Census, u128)>, Refusal> {
        let (plan, job, nonce) = (self.plan.clone(), Arc::clone(&self.job), self.nonce);
        let work = self.work(shard, || Pass::Census);
        // What a doubtful attempt left with the workers is never asked for again.
        let name = move |attempt: usize| nonce.wrapping_add(attempt as u128);
        let judge = move |answers: &[Answer], totals: Totals| {
            let mut all = Census::new(&plan, &job.recordings);
            for answer in answers {
                let some = whole(answer, kernel_wire::read_census)?;
                if !is_alike(&all, &some) {
                    return Err("a census has another shape than was asked for".to_owned());
                }
                all.add(&some).map_err(|why| why.to_string())?;
            }
            if all.control == totals.control {
                Ok(all)
            } else {
                Err("the kernel counted other rows".to_owned())
            }
        };
        let done = self.team.run(&self.scan, shard, move |attempt| work(name(attempt)), judge).await?;
        Ok(match done {
            Outcome::Done((census, attempt)) => Outcome::Done((census, name(attempt))),
            Outcome::TooLarge(why) => Outcome::TooLarge(why),
        })
    }

    async fn tally_of_all(
        &mut self,
        settlement: &Settlement,
        question: &Question,
    ) -> Result<Vec<u64>, Refusal> {
        let settlement = Arc::new(settlement.clone());
        let counts = loop {
            match self.tally_in_shards(&settlement, *question).await? {
                Outcome::Done(counts) => break counts,
                Outcome::TooLarge(why) => self.count_anew(&why).await?,
            }
        };
        let tied = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        if tied < question.rank {
            return Err(Refusal::Totals(format!(
                "{tied} members are tied where {} were counted",
                question.rank
            )));
        }
        Ok(counts)
    }

    async fn tally_in_shards(
        &mut self,
        settlement: &Arc<Settlement>,
        question: Question,
    ) -> Result<Outcome<Vec<u64>>, Refusal> {
        let mut counts = question.counts();
        for seen in std::mem::take(&mut self.seen) {
            match self.tally_of(&seen, settlement, question).await? {
                Outcome::TooLarge(why) => return Ok(Outcome::TooLarge(why)),
                Outcome::Done((some, _)) => {
                    counts.iter_mut().zip(some).for_each(|(all, some)| *all = all.saturating_add(some));
                }
            }
            self.seen.push(seen);
        }
        Ok(Outcome::Done(counts))
    }

    /// Counts a shard's tied members.
    async fn tally_of(
        &mut self,
        seen: &Seen,
        settlement: &Arc<Settlement>,
        question: Question,
    ) -> Result<Outcome<(Vec<u64>, usize)>, Refusal> {
        let work = self.work(seen.shard, || Pass::Tally(Arc::clone(settlement), question));
        let active = seen.active.get(question.part).copied().unwrap_or(0);
        let judge = move |answers: &[Answer], _: Totals| {
            let mut all = question.counts();
            for answer in answers {
                let some = whole(answer, |reader| reader.numbers())?;
                same("buckets", some.len(), all.len())?;
                for (all, some) in all.iter_mut().zip(some) {
                    *all = all.checked_add(some).ok_or("more tied members than can be counted")?;
                }
            }
            let tied = all.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
            if tied > active { Err(format!("{tied} tied members of {active}")) } else { Ok(all) }
        };
        self.team.run(&self.scan, seen.shard, again(seen.run, work), judge).await
    }

    async fn shared_of_all(&mut self, settlement: &Settlement) -> Result<Shared, Refusal> {
        let settlement = Arc::new(settlement.clone());
        loop {
            match self.share_in_shards(&settlement).await? {
                Outcome::Done(shared) => return Ok(shared),
                Outcome::TooLarge(why) => self.count_anew(&why).await?,
            }
        }
    }

    async fn share_in_shards(&mut self, settlement: &Arc<Settlement>) -> Result<Outcome<Shared>, Refusal> {
        let mut shared = Shared::new(&self.plan, &self.job.recordings);
        if !self.plan.shares_by_member() {
            return Ok(Outcome::Done(shared));
        }
        for seen in std::mem::take(&mut self.seen) {
            match self.shared_of(&seen, settlement).await? {
                Outcome::TooLarge(why) => return Ok(Outcome::TooLarge(why)),
                Outcome::Done((of_shard, _)) => shared.add(&of_shard),
            }
            self.seen.push(seen);
        }
        Ok(Outcome::Done(shared))
    }

    /// Shares a shard.
    async fn shared_of(
        &mut self,
        seen: &Seen,
        settlement: &Arc<Settlement>,
    ) -> Result<Outcome<(Shared, usize)>, Refusal> {
        let work = self.work(seen.shard, || Pass::Share(Arc::clone(settlement)));
        let (plan, job, settled) = (self.plan.clone(), Arc::clone(&self.job), Arc::clone(settlement));
        let (control, active) = (seen.control, seen.active.clone());
        let judge = move |answers: &[Answer], totals: Totals| {
            let mut all = Shared::new(&plan, &job.recordings);
            let shape = |shared: &Shared| {
                let parts = shared.parts.iter().map(|part| (part.part, part.by_recording.len()));
                parts.collect::<Vec<_>>()
            };
            for answer in answers {
                let some = whole(answer, kernel_wire::read_shared)?;
                if shape(&some) != shape(&all) {
                    return Err("sums have another shape than was asked for".to_owned());
                }
                all.add(&some);
            }
            if all.control != totals.control || all.control != control {
                return Err("the second pass saw other rows than the first".to_owned());
            }
            let mut given = 0_u128;
            for part in &all.parts {
                let sum: u128 = part.by_recording.iter().map(|micros| u128::from(*micros)).sum();
                same("micros by recording", sum, u128::from(part.money))?;
                if settled.seats_of(part.part).is_some() {
                    same("members", part.members, active.get(part.part).copied().unwrap_or(0))?;
                }
                given += u128::from(part.money);
            }
            same("micros", totals.money, given)?;
            Ok(all)
        };
        self.team.run(&self.scan, seen.shard, again(seen.run, work), judge).await
    }

    /// Makes the work of a pass over a shard, under a name.
    fn work<'p>(
        &self,
        shard: Shard,
        pass: impl Fn() -> Pass + Send + 'p,
    ) -> impl Fn(u128) -> Arc<Work> + Send + 'p {
        let (job, members) = (Arc::clone(&self.job), Arc::new(self.members.of_shard(shard)));
        move |run| {
            Arc::new(Work { run, shard, job: Arc::clone(&job), members: Arc::clone(&members), pass: pass() })
        }
    }
}

impl Passes for Run<'_> {
    fn census(&mut self, counted: Receiver<Result<Vec<Control>, Failure>>) -> Result<Census, Failure> {
        let count =
            move || counted.recv().unwrap_or_else(|_| Err(Failure::Fault("the count stopped".to_owned())));
        let count = self.runtime.spawn_blocking(count).map(|counted| match counted {
            Ok(counted) => counted.map(Arc::new).map_err(Refusal::Failed),
            Err(why) => Err(Refusal::Totals(why.to_string())),
        });
        self.team.counted = Some(count.boxed().shared());
        self.go(async |run| run.census_of_all().await)
    }

    fn tally(&mut self, settlement: &Settlement, question: &Question) -> Result<Vec<u64>, Failure> {
        self.go(async |run| run.tally_of_all(settlement, question).await)
    }

    fn shared(&mut self, settlement: &Settlement) -> Result<Shared, Failure> {
        self.go(async |run| run.shared_of_all(settlement).await)
    }
}

impl Run<'_> {
    /// Waits for a pass, within the time of the whole.
    fn go<T: Send>(
        &mut self,
        pass: impl AsyncFnOnce(&mut Self) -> Result<T, Refusal> + Send,
    ) -> Result<T, Failure> {
        let (runtime, deadline, limit) = (self.runtime, self.deadline, self.limit);
        wait(runtime, move || async move {
            let done = tokio::time::timeout_at(deadline, pass(self)).await;
            let done = done.unwrap_or(Err(Refusal::TooLong { seconds: limit }));
            self.course.workers = self.team.size();
            self.course.events.append(&mut self.team.events);
            done
        })
    }
}

/// The first attempt asks for rows that are kept; the others read them again.
fn again(run: u128, work: impl Fn(u128) -> Arc<Work>) -> impl Fn(usize) -> Arc<Work> {
    // Attempts at the census count in ones, so those of later passes count in steps beyond them.
    move |attempt| work(run.wrapping_add((attempt as u128) << 32))
}

fn whole<T>(answer: &Answer, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Result<T, String> {
    let mut reader = Reader::new(&answer.bytes);
    let value = read(&mut reader).filter(|_| reader.is_done());
    value.ok_or_else(|| "an answer cannot be read".to_owned())
}

fn same<T: PartialEq + std::fmt::Display>(what: &str, here: T, there: T) -> Result<(), String> {
    if here == there { Ok(()) } else { Err(format!("{here} {what} where {there} were expected")) }
}

/// Whether two counts have lists of the same length, so that nothing is cut off when they are added.
fn is_alike(one: &Census, other: &Census) -> bool {
    let lists = |census: &Census| {
        let own = [census.marks.len(), census.plays.len(), census.sought.len(), census.seconds.len()];
        let parts = census.parts.iter().map(|part| match part {
            PartCensus::Nothing => [0; 4],
            PartCensus::Plays { plain, sought, listeners } => [1, plain.len(), sought.len(), listeners.len()],
            PartCensus::Members(_) => [2, 0, 0, 0],
        });
        std::iter::once(own).chain(parts).collect::<Vec<_>>()
    };
    lists(one) == lists(other)
}

fn active(part: &PartCensus) -> u64 {
    match part {
        PartCensus::Members(members) => members.active,
        _ => 0,
    }
}

fn rule(refusal: allocation::Refusal) -> Refusal {
    Refusal::Failed(refusal.problem().into())
}

fn nonce() -> Result<u128, Refusal> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits)
        .map_err(|why| Refusal::Input(format!("no random number could be drawn: {why}")))?;
    Ok(u128::from_le_bytes(bits))
}

fn most(setup: &Setup<'_>) -> Most {
    let numbering = setup.numbering;
    Most {
        member: numbering.members.largest(),
        recording: u32::try_from(numbering.recordings.largest()).unwrap_or(u32::MAX),
        sought: setup.wanted.sought,
        plays: numbering.most_plays,
        seconds: numbering.most_seconds,
    }
}

/// What workers read.
async fn scan(setup: &Setup<'_>, places: &[(PathBuf, Url)], stores: &Stores) -> Result<Scan, Refusal> {
    let urls = setup.files.iter().map(|file| url_of(file, places)).collect::<Result<Vec<Url>, Refusal>>()?;
    let first = urls.first().ok_or_else(|| Refusal::Input("there is no input".to_owned()))?;
    let root = |url: &Url| format!("{}://{}/", url.scheme(), url.host_str().unwrap_or_default());
    if let Some(other) = urls.iter().find(|url| root(url) != root(first)) {
        return Err(Refusal::Input(format!("`{first}` and `{other}` lie in different stores")));
    }
    let store = stores.get_store(first).map_err(|why| Refusal::Input(why.to_string()))?;
    let mut files: Vec<ObjectMeta> = Vec::new();
    for url in &urls {
        let path = object_store::path::Path::from_url_path(url.path());
        let path = path.map_err(|why| Refusal::Input(format!("`{url}` is no place of a file: {why}")))?;
        let file = store.head(&path).await;
        files.push(file.map_err(|why| Refusal::Input(format!("`{url}` cannot be read: {why}")))?);
    }
    let others = [
        (rows::PLAYS, setup.has_plays),
        (rows::SECONDS, setup.wanted.seconds),
        (rows::SOUGHT, setup.wanted.sought),
    ];
    let others: Vec<&str> = others.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect();
    let texts = (setup.kinds.0 == KeyKind::Texts, setup.kinds.1 == KeyKind::Texts);
    let store = ObjectStoreUrl::parse(root(first)).map_err(|why| Refusal::Input(why.to_string()))?;
    Ok(Scan { store, files, columns: rows::schema(texts, &others) })
}

/// Where workers find a file.
fn url_of(file: &Path, places: &[(PathBuf, Url)]) -> Result<Url, Refusal> {
    if let Some((_, url)) = places.iter().find(|(copy, _)| copy == file) {
        return Ok(url.clone());
    }
    let unreadable =
        |why: std::io::Error| Refusal::Input(format!("`{}` cannot be read: {why}", file.display()));
    let path = std::fs::canonicalize(file).map_err(unreadable)?;
    Url::from_file_path(&path).map_err(|()| Refusal::Input(format!("`{}` has no address", path.display())))
}
