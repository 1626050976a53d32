//! `tantieme demo`: a small invented world through the whole loop, then where each euro went.

mod play;
mod world;

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use app::Failure;
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
        let story = play::play(&house, &world, &files).await?;
        if !place.json {
            story.print(place);
        }
        let Some(listen) = self.serve else {
            if place.json {
                println!("{}", ready(&house, None, &story)?);
            }
            return Ok(ExitCode::SUCCESS);
        };
        let json = place.json;
        let line = ready(&house, Some("URL"), &story)?.to_string();
        let say = |at: SocketAddr| {
            if json {
                println!("{}", line.replace("\"URL\"", &format!("\"http://{at}\"")));
            } else {
                println!("\nPages at http://{at} until interrupted");
            }
        };
        super::serve::until_interrupted(house, listen, None, &place.key_folder(), say).await
    }
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
fn ready(house: &app::House, url: Option<&str>, story: &play::Story) -> Result<Value, Failure> {
    let fault = |e: proof::note::BadKey| Failure::Fault(store::Fault::new(e.to_string()));
    let key = proof::note::SigningKey::from_seed(&house.origin, &house.log_seed).map_err(fault)?;
    // On this machine the pages ask for no password until there is a sign-in.
    let person =
        |role: &str, name: &str| json!({ "role": role, "name": name, "password": null, "api_key": null });
    let people =
        vec![person("dj", &story.dj), person("producer", &story.producer), person("house", "Tantième")];
    Ok(json!({
        "url": url,
        "sign_ins": people,
        "log": { "origin": house.origin, "verifier_key": key.verifier().to_string(), "dir": log_folder(&house.folder) },
    }))
}

fn log_folder(folder: &Path) -> String {
    folder.join("log").display().to_string()
}
