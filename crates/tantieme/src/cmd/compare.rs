//! `tantieme compare`: one pot under several rules. Nothing is posted.

use std::path::PathBuf;
use std::process::ExitCode;

use allocation::compare::Movement;
use allocation::comparison::{self, Comparison, Moved, Outcome};
use app::Failure;
use app::compare::Ask;
use clap::Args;
use money::Amount;
use music::{Level, PotId};
use serde_json::{Value, json};
use server::Lang;

use crate::input::{self, parse, refuse};
use crate::output;
use crate::wiring::Place;

/// One pot under several rules, side by side
#[derive(Debug, Args)]
#[command(
    after_help = "Example: tantieme compare pot-… --rules pro-rata,user-centric,equal-per-listener --svg picture.svg\n         tantieme compare --plays plays.csv --amount \"EUR 1000\" --rules pro-rata,user-centric"
)]
pub struct Compare {
    /// The pot
    #[arg(required_unless_present = "plays")]
    pot: Option<PotId>,
    /// The rules, separated by commas; the others are measured against the first
    #[arg(long, value_delimiter = ',')]
    rules: Vec<String>,
    /// Count parties paid this much or more; may be given several times
    #[arg(long = "at-least", value_name = "AMOUNT")]
    at_least: Vec<String>,
    /// How finely places are told apart: `country`, `subdivision` or `locality`
    #[arg(long, default_value = "subdivision")]
    level: String,
    /// Another sum than the pot's
    #[arg(long, allow_hyphen_values = true)]
    amount: Option<String>,
    /// Instead of a pot, a table of plays; touches no data directory
    #[arg(long, conflicts_with = "pot", requires = "amount")]
    plays: Option<PathBuf>,
    /// With `--plays`: how many seats are paid
    #[arg(long, requires = "plays")]
    seats: Option<u64>,
    /// Write the picture to this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// The picture's language: `en` or `fr`
    #[arg(long, default_value = "en")]
    lang: String,
}

impl Compare {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        let amount: Option<Amount> = self.amount.as_deref().map(|t| parse("amount", t)).transpose()?;
        let levels: Vec<Amount> =
            self.at_least.iter().map(|t| parse("amount", t)).collect::<Result<_, _>>()?;
        let level = Level::from_word(&self.level).ok_or_else(|| {
            let message = format!("`{}` is no level of places", self.level);
            refuse("level", message, "`country`, `subdivision` or `locality`")
        })?;
        let (name, about, comparison) = match (&self.plays, &self.pot, amount) {
            (Some(file), _, Some(amount)) => self.of_file(file, amount, &levels)?,
            (None, Some(pot), amount) => {
                let house = place.open().await?;
                let ask = Ask { pot: pot.clone(), rules: self.rules.clone(), levels, level, amount };
                let compared = app::compare::compare(&house, &ask).await?;
                let about = format!("{}, {}", compared.pot.purpose, compared.basis);
                (compared.pot.id.to_string(), about, compared.comparison)
            }
            _ => return Err(refuse("amount", "a table of plays needs a sum", "`--amount \"EUR 1000\"`")),
        };
        if let Some(file) = &self.svg {
            let lang = Lang::from_tag(&self.lang).unwrap_or_default();
            let title = format!("{} · {}", about.split(", ").next().unwrap_or_default(), comparison.amount);
            input::write_whole(file, server::comparison::svg(&title, &comparison, lang).as_bytes())?;
        }
        if place.json {
            output::json(&as_json(&name, &comparison));
        } else {
            println!("{} of {about}; nothing is posted\n", comparison.amount);
            print(&comparison);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn of_file(
        &self,
        file: &std::path::Path,
        amount: Amount,
        levels: &[Amount],
    ) -> Result<(String, String, Comparison), Failure> {
        let document = input::document_name(file);
        let plays = app::compare::stateless(&input::read_whole(file)?, self.seats).map_err(|problems| {
            output::problems(&document, &problems);
            refuse(
                "plays",
                format!("`{document}` cannot be compared"),
                "every row counts for somebody; correct them all",
            )
        })?;
        let names = if self.rules.is_empty() {
            ["pro-rata", "user-centric", "equal-per-listener"].map(str::to_owned).to_vec()
        } else {
            self.rules.clone()
        };
        let rules = app::compare::named(&names)?;
        let told = comparison::comparison(
            amount,
            &plays.input,
            &rules,
            allocation::compare::party,
            &plays.payees,
            levels,
        )?;
        Ok((document.clone(), format!("{document}, as asked"), told))
    }
}

/// Parts per million as a percentage: `28.4 %`.
fn percent(ppm: u32) -> String {
    format!("{}.{} %", (ppm + 500) / 10_000, (ppm + 500) % 10_000 / 1_000)
}

fn gini(ppm: u32) -> String {
    format!("0.{:03}", (ppm.min(999_499) + 500) / 1_000)
}

fn change(m: &Movement) -> String {
    if m.before_micros <= 0 {
        return String::new();
    }
    let tenths = (m.after_micros - m.before_micros) * 1_000 / m.before_micros;
    let sign = if tenths < 0 { "-" } else { "+" };
    format!("{sign}{}.{} %", tenths.abs() / 10, tenths.abs() % 10)
}

fn print(comparison: &Comparison) {
    let mut heads = vec!["figure".to_owned()];
    let outcomes: Vec<_> = comparison.outcomes().collect();
    heads.extend(outcomes.iter().map(|(rule, _)| format!(">{}@{}", rule.name, rule.version)));
    let row = |name: &str, value: &dyn Fn(&Outcome) -> String| {
        std::iter::once(name.to_owned()).chain(outcomes.iter().map(|(_, o)| value(o))).collect::<Vec<_>>()
    };
    let mut rows = vec![
        row("parties paid", &|o| o.figures.paid.to_string()),
        row("top 10", &|o| percent(o.figures.top_10)),
        row("top 1 %", &|o| percent(o.figures.top_1_percent)),
        row("top 10 %", &|o| percent(o.figures.top_10_percent)),
        row("Gini", &|o| gini(o.figures.gini)),
        row("waits", &|o| o.waits.to_string()),
        row("taken or carried", &|o| o.taken.to_string()),
    ];
    let levels = outcomes.first().map(|(_, o)| o.figures.at_least.clone()).unwrap_or_default();
    for (n, (level, _)) in levels.iter().enumerate() {
        rows.push(row(&format!("paid {level} or more"), &|o| {
            o.figures.at_least.get(n).map(|(_, c)| c.to_string()).unwrap_or_default()
        }));
    }
    let against = |of: fn(&Movement) -> u64| {
        move |o: &Outcome| o.against.as_ref().map(|a| of(&a.all).to_string()).unwrap_or_default()
    };
    rows.push(row("gain", &against(|m| m.gain)));
    rows.push(row("lose", &against(|m| m.lose)));
    rows.push(row("get the same", &against(|m| m.same)));
    output::table(&heads.iter().map(String::as_str).collect::<Vec<_>>(), rows);
    for (rule, outcome) in &outcomes {
        let Some(a) = &outcome.against else { continue };
        println!("\n{}@{}, who gains and loses", rule.name, rule.version);
        let mut rows = Vec::new();
        let mut add = |what: &str, name: &str, m: &Movement| {
            let name = if name.is_empty() { "not known" } else { name };
            rows.push(vec![
                what.to_owned(),
                name.to_owned(),
                m.gain.to_string(),
                m.lose.to_string(),
                m.same.to_string(),
                change(m),
            ]);
        };
        a.by_rank.iter().for_each(|(rank, m)| add("rank", rank, m));
        a.by_place.iter().for_each(|(place, m)| add("territory", place, m));
        a.by_tier.iter().for_each(|(tier, m)| add("earned in a year", tier, m));
        output::table(&["by", "group", ">gain", ">lose", ">same", ">change"], rows);
        for (what, moved) in [("gains most", &a.gainers), ("loses most", &a.losers)] {
            for m in moved {
                println!("{what}: {} {} → {}", m.name, m.before, m.after);
            }
        }
    }
    for column in &comparison.columns {
        if let Err(problem) = &column.outcome {
            eprintln!(
                "note: {}@{} cannot share this: {}",
                column.rule.name, column.rule.version, problem.message
            );
        }
    }
}

fn movement(m: &Movement) -> Value {
    json!({ "gain": m.gain, "lose": m.lose, "same": m.same, "before_micros": m.before_micros.to_string(), "after_micros": m.after_micros.to_string() })
}

fn moved(all: &[Moved]) -> Value {
    all.iter()
        .map(
            |m| json!({ "name": m.name, "before": output::money(m.before), "after": output::money(m.after) }),
        )
        .collect::<Vec<_>>()
        .into()
}

fn as_json(name: &str, comparison: &Comparison) -> Value {
    let groups = |all: &std::collections::BTreeMap<String, Movement>| -> Value {
        all.iter().map(|(k, m)| (k.clone(), movement(m))).collect::<serde_json::Map<_, _>>().into()
    };
    let rules: Vec<Value> = comparison
        .columns
        .iter()
        .map(|c| {
            let rule = format!("{}@{}", c.rule.name, c.rule.version);
            let o = match &c.outcome {
                Err(p) => return json!({ "rule": rule, "hash": c.rule.hash, "refused": { "code": p.code, "message": p.message, "hint": p.hint } }),
                Ok(o) => o,
            };
            let f = &o.figures;
            json!({
                "rule": rule, "hash": c.rule.hash, "paid_total": output::money(f.total), "parties_paid": f.paid,
                "top_10_ppm": f.top_10, "top_1_percent_ppm": f.top_1_percent, "top_10_percent_ppm": f.top_10_percent, "gini_ppm": f.gini,
                "at_least": f.at_least.iter().map(|(a, n)| json!({ "amount": output::money(*a), "parties": n })).collect::<Vec<_>>(),
                "waits": output::money(o.waits), "taken": output::money(o.taken),
                "lorenz": o.curve.iter().map(|p| json!([p.payees, p.money])).collect::<Vec<_>>(),
                "against_first": o.against.as_ref().map(|a| json!({
                    "all": movement(&a.all), "by_rank": a.by_rank.iter().map(|(r, m)| json!({ "ranks": r, "movement": movement(m) })).collect::<Vec<_>>(),
                    "by_territory": groups(&a.by_place), "by_tier": groups(&a.by_tier), "gainers": moved(&a.gainers), "losers": moved(&a.losers),
                })),
            })
        })
        .collect();
    json!({ "pot": name, "amount": output::money(comparison.amount), "posted": false, "rules": rules })
}
