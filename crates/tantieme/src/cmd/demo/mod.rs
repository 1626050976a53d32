//! `tantieme demo`: a small invented world through the whole loop, then where each euro went.

mod campaign;
mod library;
mod people;
mod play;
mod shelf;
mod world;

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use app::Failure;
use app::session::Role;
use clap::Args;
use serde_json::{Value, json};

use crate::input::{cannot_write, refuse};
use crate::wiring::Place;

/// A small invented world through the whole loop
#[derive(Debug, Args)]
#[command(after_help = "Example: tantieme demo\n         tantieme demo --serve 127.0.0.1:8080")]
pub struct Demo {
    /// Serve the pages afterwards, at this address
    #[arg(long, value_name = "ADDR")]
    serve: Option<SocketAddr>,
}

/// Who asks for licences.
const LICENSEE: &str = "Atelier Voix";

/// The file that says that a data folder is a demo's and may be made anew.
const MARK: &str = "demo.txt";

impl Demo {
    /// Runs it.
    pub async fn run(&self, place: &Place) -> Result<ExitCode, Failure> {
        clear(place)?;
        let world = Arc::new(world::DemoWorld::new());
        let house = place.open_in(world.clone()).await?;
        let mark = place.data.join(MARK);
        std::fs::write(&mark, "made by `tantieme demo`; the next demo in this folder makes it anew\n")
            .map_err(|e| cannot_write(&mark, &e))?;
        let files = place.data.join("files");
        std::fs::create_dir_all(&files).map_err(|e| cannot_write(&files, &e))?;
        let keys = app::counting::PeriodKeys::at(&place.key_folder());
        let story = play::play(&house, &world, &files, keys).await?;
        consents(&house, &story.producer).await?;
        let campaign = campaign::play(&house, &world).await?;
        if !place.json {
            campaign.print();
            story.print(place);
        }
        let Some(listen) = self.serve.map(free) else {
            if place.json {
                println!("{}", ready(&house, None, &story).await?);
            }
            return Ok(ExitCode::SUCCESS);
        };
        let url = format!("http://{listen}");
        app::policy::set(&house, "house-url", &url, "house").await?;
        let json = place.json;
        let line = ready(&house, Some("URL"), &story).await?;
        let sign_ins = line["sign_ins"].clone();
        let line = line.to_string();
        let say = |at: SocketAddr| {
            if json {
                println!("{}", line.replace("\"URL\"", &format!("\"http://{at}\"")));
            } else {
                println!("\nPages at http://{at} until interrupted. Sign in by name and password:");
                for one in sign_ins.as_array().into_iter().flatten() {
                    let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
                    println!("  {:12} {:22} {}", word("role"), word("name"), word("password"));
                }
                println!("\nPlayers (OpenSubsonic) at the same address, by user and app password:");
                for one in sign_ins.as_array().into_iter().flatten().filter(|o| o["subsonic"].is_object()) {
                    let word = |key: &str| one["subsonic"][key].as_str().unwrap_or_default().to_owned();
                    println!("  {:12} {}", word("user"), word("password"));
                }
            }
        };
        world.run();
        let outbox = ports::mail::Outbox::new(place.data.join("outbox"), "house@localhost".to_owned());
        super::serve::until_interrupted(house, listen, None, Some(Arc::new(outbox)), &place.key_folder(), say)
            .await
    }
}

/// The address with a free port in place of 0, since pages and mails name it before it is listened at.
fn free(asked: SocketAddr) -> SocketAddr {
    if asked.port() != 0 {
        return asked;
    }
    TcpListener::bind(asked).and_then(|l| l.local_addr()).unwrap_or(asked)
}

/// What went wrong inside the demo itself.
fn fault(what: &dyn std::fmt::Display) -> Failure {
    Failure::Fault(store::Fault::new(what.to_string()))
}

/// What the producer says of AI, and the public log with everything the demo decided.
async fn consents(house: &app::House, producer: &str) -> Result<(), Failure> {
    let says = |word: &str, uses: &[&str]| app::consent::Say {
        speaker: producer.to_owned(),
        subject: "catalogue".to_owned(),
        word: word.to_owned(),
        uses: uses.iter().map(|u| (*u).to_owned()).collect(),
        by: producer.to_owned(),
        ..Default::default()
    };
    let things = [
        says("permit", &["index.search", "train.nongen"]),
        says("ask", &["gen.remix"]),
        says("refuse", &["train.gen", "train.voice", "gen.voice"]),
    ];
    app::consent::say(house, &things).await?;
    app::log::publish(house).await?;
    Ok(())
}

fn clear(place: &Place) -> Result<(), Failure> {
    let held = place.data.join("tantieme.db").exists();
    if held && !place.data.join(MARK).exists() {
        return Err(refuse(
            "demo-over-data",
            format!("`{}` holds data that no demo made", place.data.display()),
            "choose another folder: `--data DIR`",
        ));
    }
    if held {
        std::fs::remove_dir_all(&place.data).map_err(|e| cannot_write(&place.data, &e))?;
    }
    Ok(())
}

/// The line that programs read: where the pages are and who may sign in.
async fn ready(house: &app::House, url: Option<&str>, story: &play::Story) -> Result<Value, Failure> {
    let fault = |e: proof::note::BadKey| Failure::Fault(store::Fault::new(e.to_string()));
    let key = proof::note::SigningKey::from_seed(&house.origin, &house.log_seed).map_err(fault)?;
    let mut people = story.library.sign_ins.clone();
    let licensee =
        app::party::Register { name: LICENSEE.to_owned(), by: "demo".to_owned(), ..Default::default() };
    app::party::register(house, licensee).await?;
    people.extend([
        people::person(house, "licensee", LICENSEE, Role::Owner).await?,
        people::person(house, "approver", "Approver", Role::Approver).await?,
        people::person(house, "auditor", "Auditor", Role::Auditor).await?,
        people::person(house, "dj", &story.dj, Role::Owner).await?,
        people::person(house, "producer", &story.producer, Role::Owner).await?,
        people::person(house, "brand", campaign::BRAND, Role::Owner).await?,
        people::person(house, "house", "Tantième", Role::Operator).await?,
    ]);
    Ok(json!({
        "url": url,
        "sign_ins": people,
        "log": { "origin": house.origin, "verifier_key": key.verifier().to_string(), "dir": log_folder(&house.folder) },
    }))
}

fn log_folder(folder: &Path) -> String {
    folder.join("log").display().to_string()
}
