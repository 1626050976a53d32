//! The workers of a run: who is there, who is believed, and what is done when one fails.
//!
//! A shard that fails or answers with doubtful totals is run again, whole, by others: first whoever no
//! longer answers is left out, then, where all answer, one worker after the other. A worker whose absence
//! makes the totals right is not asked again in this run. Attempts are counted and timed, so a run ends.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use allocation::kernel::Control;
use datafusion::common::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion_distributed::{ChannelResolver as _, GetWorkerInfoRequest};
use futures::future::{BoxFuture, Shared as SharedFuture, join_all};
use url::Url;

use crate::address;
use crate::answer::Answer;
use crate::channel::Channels;
use crate::greeting::Greeting;
use crate::query::{Query, Scan};
use crate::refusal::Refusal;
use crate::shard::Shard;
use crate::totals::Totals;
use crate::work::Work;

/// Longest wait for a worker's greeting.
const GREETING: Duration = Duration::from_secs(5);

/// How long is waited, and how often tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest time one shard may take on all workers together.
    pub shard: Duration,
    /// Longest time of all.
    pub whole: Duration,
    /// Attempts at one shard beyond one for each worker.
    pub attempts: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { shard: Duration::from_secs(15 * 60), whole: Duration::from_secs(6 * 60 * 60), attempts: 3 }
    }
}

/// The count of every finest shard, when it is there.
pub(crate) type Counted = SharedFuture<BoxFuture<'static, Result<Arc<Vec<Control>>, Refusal>>>;

/// Workers, and what this run learned about them.
pub(crate) struct Team {
    named: Vec<Url>,
    channels: Channels,
    runtime: Arc<RuntimeEnv>,
    limits: Limits,
    /// The coordinator's own count; where it fails, no worker is to blame.
    pub(crate) counted: Option<Counted>,
    here: Vec<(Url, Greeting)>,
    distrusted: BTreeSet<Url>,
    /// What happened that a person may want to know, one line each.
    pub(crate) events: Vec<String>,
}

/// Why an attempt gave nothing.
enum Trouble {
    /// In words.
    Failed(String),
    /// The rows do not fit into a worker's memory.
    TooLarge(String),
}

/// What came of a shard.
pub(crate) enum Outcome<T> {
    /// It was computed and its totals agree.
    Done(T),
    /// It does not fit; smaller shards would.
    TooLarge(String),
}

impl Team {
    /// Greets all workers; those that do not answer are left out.
    pub(crate) async fn gather(
        named: Vec<Url>,
        channels: Channels,
        runtime: Arc<RuntimeEnv>,
        limits: Limits,
    ) -> Result<Team, Refusal> {
        let (here, distrusted, events) = (Vec::new(), BTreeSet::new(), Vec::new());
        let mut team = Team { named, channels, runtime, limits, counted: None, here, distrusted, events };
        team.greet().await?;
        Ok(team)
    }

    /// Bytes of memory of all that are here, each as small as the smallest.
    pub(crate) fn memory(&self) -> u64 {
        let memory = self.here.iter().map(|(_, greeting)| greeting.memory).min().unwrap_or(0);
        memory.saturating_mul(self.here.len() as u64)
    }

    /// How many are here.
    pub(crate) fn size(&self) -> usize {
        self.here.len()
    }

    /// Runs a shard until `judge` agrees with its answers; also at which attempt it did.
    pub(crate) async fn run<T>(
        &mut self,
        scan: &Scan,
        shard: Shard,
        work: impl Fn(usize) -> Arc<Work>,
        judge: impl Fn(&[Answer], Totals) -> Result<T, String>,
    ) -> Result<Outcome<(T, usize)>, Refusal> {
        let mut told = Vec::new();
        let mut left_out = None;
        for attempt in 0..self.named.len() + self.limits.attempts {
            let asked = self.asked(left_out);
            let trouble = match self.attempt(scan, shard, &work(attempt), &asked).await {
                Err(Trouble::TooLarge(why)) => return Ok(Outcome::TooLarge(why)),
                Err(Trouble::Failed(why)) => {
                    self.count().await?;
                    why
                }
                Ok(answers) => match self.judged(shard, answers, &judge).await? {
                    Ok(done) => {
                        self.learn(left_out, &told);
                        return Ok(Outcome::Done((done, attempt)));
                    }
                    Err(doubt) => {
                        self.doubt(&asked);
                        format!("doubtful: {doubt}")
                    }
                },
            };
            let by: Vec<String> = asked.iter().map(|(url, _)| address::show(url)).collect();
            let line = format!("attempt {} by {}: {trouble}", attempt + 1, by.join(" and "));
            self.events.push(format!("{shard}: {line}"));
            told.push(line);
            let before = self.here.len();
            self.greet().await?;
            // Who is gone explains the failure; otherwise each is left out in turn.
            left_out =
                (self.here.len() >= before && self.here.len() > 1).then_some(attempt % self.here.len());
        }
        Err(Refusal::Shard { shard: shard.index() + 1, of: shard.of(), attempts: told })
    }

    /// Compares a shard's totals with what was counted, and reads its answers.
    async fn judged<T>(
        &self,
        shard: Shard,
        answers: Vec<Answer>,
        judge: impl Fn(&[Answer], Totals) -> Result<T, String>,
    ) -> Result<Result<T, String>, Refusal> {
        let totals = Totals::sum(answers.iter().map(|answer| answer.totals));
        let counted = self.count().await?;
        Ok(match totals.differ_from(&of_shard(&counted, shard)) {
            Some(difference) => Err(difference),
            None => judge(&answers, totals),
        })
    }

    /// What each of the finest shards holds, by the coordinator's own count.
    async fn count(&self) -> Result<Arc<Vec<Control>>, Refusal> {
        match &self.counted {
            Some(counted) => counted.clone().await,
            None => Err(Refusal::Totals("nothing was counted".to_owned())),
        }
    }

    /// Those who are here, without the one that is left out.
    fn asked(&self, left_out: Option<usize>) -> Vec<(Url, Greeting)> {
        let all = self.here.iter().enumerate();
        all.filter(|(at, _)| Some(*at) != left_out).map(|(_, worker)| worker.clone()).collect()
    }

    async fn attempt(
        &self,
        scan: &Scan,
        shard: Shard,
        work: &Arc<Work>,
        asked: &[(Url, Greeting)],
    ) -> Result<Vec<Answer>, Trouble> {
        let workers: Vec<Url> = asked.iter().map(|(url, _)| url.clone()).collect();
        let partitions = asked.iter().map(|(_, greeting)| greeting.cores).max().unwrap_or(1);
        let (channels, runtime) = (&self.channels, &self.runtime);
        let query = Query { scan, shard, work, workers: &workers, partitions, channels, runtime };
        match tokio::time::timeout(self.limits.shard, query.run()).await {
            Ok(Ok(answers)) => Ok(answers),
            Ok(Err(why)) if is_too_large(&why) => Err(Trouble::TooLarge(short(&why))),
            Ok(Err(why)) => Err(Trouble::Failed(short(&why))),
            Err(_) => Err(Trouble::Failed(format!("no answer in {} s", self.limits.shard.as_secs()))),
        }
    }

    /// A worker that alone gave doubtful totals is not asked again.
    fn doubt(&mut self, asked: &[(Url, Greeting)]) {
        if let [(alone, _)] = asked {
            self.distrust(alone.clone());
        }
    }

    /// Without the one left out it went well, after it did not with all.
    fn learn(&mut self, left_out: Option<usize>, told: &[String]) {
        let doubted = told.iter().any(|line| line.contains("doubtful"));
        if let Some((url, _)) = left_out.filter(|_| doubted).and_then(|at| self.here.get(at)) {
            self.distrust(url.clone());
        }
    }

    fn distrust(&mut self, url: Url) {
        self.events.push(format!("{} is not asked again in this run", address::show(&url)));
        self.here.retain(|(here, _)| *here != url);
        self.distrusted.insert(url);
    }

    /// Asks everyone who is believed for a sign of life.
    async fn greet(&mut self) -> Result<(), Refusal> {
        let believed: Vec<&Url> = self.named.iter().filter(|url| !self.distrusted.contains(*url)).collect();
        let greetings = join_all(believed.iter().map(|url| greeting(&self.channels, url))).await;
        let (mut here, mut why) = (Vec::new(), Vec::new());
        for (url, greeting) in believed.into_iter().zip(greetings) {
            match greeting {
                Ok(greeting) => here.push((url.clone(), greeting)),
                Err(silent) => {
                    if self.here.is_empty() || self.here.iter().any(|(was, _)| was == url) {
                        self.events.push(format!("{} does not answer: {silent}", address::show(url)));
                    }
                    why.push(format!("{}: {silent}", address::show(url)));
                }
            }
        }
        why.extend(self.distrusted.iter().map(|url| format!("{}: gave doubtful totals", address::show(url))));
        let ours = Greeting::ours(1, 0).version;
        if let Some((url, other)) = here.iter().find(|(_, greeting)| greeting.version != ours) {
            return Err(Refusal::Version { worker: address::show(url), theirs: other.version.clone(), ours });
        }
        self.here = here;
        if self.here.is_empty() { Err(Refusal::NoWorker { why }) } else { Ok(()) }
    }
}

async fn greeting(channels: &Channels, url: &Url) -> Result<Greeting, String> {
    let ask = async {
        let mut channel = channels.get_worker_client_for_url(url).await?;
        channel.get_worker_info(GetWorkerInfoRequest {}).await
    };
    match tokio::time::timeout(GREETING, ask).await {
        Ok(Ok(info)) => info.version.parse().map_err(|()| "is no worker of this program".to_owned()),
        Ok(Err(why)) => Err(short(&why)),
        Err(_) => Err(format!("no answer in {} s", GREETING.as_secs())),
    }
}

/// The innermost reason, on one line of bearable length.
fn short(why: &DataFusionError) -> String {
    let text = why.find_root().to_string();
    // What calls report is wrapped for programmers; a person needs the sentence in it.
    let said = text.split_once("message: \"").and_then(|(_, rest)| rest.split_once('"'));
    let text = said.map_or(text.as_str(), |(said, _)| said);
    if text.contains("tcp connect error") {
        return "nobody listens there".to_owned();
    }
    text.lines().next().unwrap_or_default().chars().take(200).collect()
}

fn is_too_large(why: &DataFusionError) -> bool {
    matches!(why.find_root(), DataFusionError::ResourcesExhausted(_))
        || why.to_string().contains("Resources exhausted")
}

/// What a shard must hold: the finest shards that fall into it, added.
fn of_shard(counted: &[Control], shard: Shard) -> Control {
    let each = counted.len() / shard.of().max(1) as usize;
    let mut all = Control::default();
    counted.iter().skip(shard.index() as usize * each).take(each).for_each(|some| all.add(some));
    all
}
