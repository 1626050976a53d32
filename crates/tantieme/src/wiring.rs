//! From options to a house: folders, keys, database, clock.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::{Failure, House, Refusal, World, identity};
use clap::Args;
use jiff::Timestamp;
use store::{FieldKey, Store};

/// Where the state lives.
#[derive(Debug, Args)]
pub struct Place {
    /// Folder of the embedded database and the files beside it
    #[arg(long, global = true, default_value = "tantieme-data", value_name = "DIR")]
    pub data: PathBuf,
    /// A PostgreSQL server instead of the embedded database
    #[arg(long, global = true, value_name = "postgres://…")]
    pub database: Option<String>,
    /// Folder of the keys, apart from data and backups [default: the data folder's name with `-keys`]
    #[arg(long, global = true, value_name = "DIR")]
    pub keys: Option<PathBuf>,
    /// Most connections of this process to PostgreSQL
    #[arg(long, global = true, default_value_t = 8, value_name = "N", hide_short_help = true)]
    pub connections: u32,
    /// The file with the settings [default: `tantieme.toml` in the data folder, else in this one]
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    pub config: Option<PathBuf>,
    /// How log lines are written: `text` or `json`
    #[arg(long, global = true, default_value = "text", value_name = "FORMAT", hide_short_help = true, value_parser = ["text", "json"])]
    pub log_format: String,
    /// What is logged, such as `info` or `debug,sqlx=warn`
    #[arg(
        long,
        global = true,
        default_value = "",
        value_name = "FILTER",
        hide_short_help = true,
        hide_default_value = true
    )]
    pub log_filter: String,
    /// Print results as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What file and environment say.
    #[arg(skip)]
    pub settings: Arc<crate::config::Resolved>,
}

impl Place {
    /// The folder of the keys.
    pub fn key_folder(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| {
            let mut name = self.data.file_name().unwrap_or_default().to_owned();
            name.push("-keys");
            self.data.with_file_name(name)
        })
    }

    /// Opens the house: creates folder, keys and database where they are missing.
    pub async fn open(&self) -> Result<House, Failure> {
        self.open_in(Arc::new(Real)).await
    }

    /// Opens the house in another data folder, with the keys beside it unless some were named; makes none.
    pub async fn beside(&self, data: &Path) -> Result<House, Failure> {
        let place = self.at(data);
        ports::keys::load(&place.key_folder())
            .map_err(|e| Failure::Refused(Refusal::new("keys", e.to_string(), "")))?;
        place.open().await
    }

    /// The same with another data folder on the embedded database.
    pub fn at(&self, data: &Path) -> Place {
        Place {
            data: data.to_owned(),
            database: None,
            keys: self.keys.clone(),
            connections: self.connections,
            config: self.config.clone(),
            log_format: self.log_format.clone(),
            log_filter: self.log_filter.clone(),
            json: self.json,
            settings: self.settings.clone(),
        }
    }

    /// Opens the house under a name for its log, where it has none yet.
    pub async fn open_as(&self, origin: Option<&str>) -> Result<House, Failure> {
        self.open_with(Arc::new(Real), origin).await
    }

    /// Opens the house with another clock and chance, as the demo does.
    pub async fn open_in(&self, world: Arc<dyn World>) -> Result<House, Failure> {
        self.open_with(world, None).await
    }

    async fn open_with(&self, world: Arc<dyn World>, origin: Option<&str>) -> Result<House, Failure> {
        make_folder(&self.data)?;
        let keys = ports::keys::load_or_create(&self.key_folder(), ports::world::bytes::<32>)
            .map_err(|e| Failure::Refused(Refusal::new("keys", e.to_string(), "")))?;
        let fields = FieldKey::new(keys.fields);
        let store = match &self.database {
            Some(url) => Store::connect_with(url, fields, self.connections).await?,
            None => Store::open(&self.data, fields).await?,
        };
        let marks = identity::Marks::of(&store, &keys.commitments);
        let own = identity::settle(&store, &marks, origin, world.bits()).await?;
        Ok(House {
            store,
            world,
            folder: self.data.clone(),
            log_seed: keys.log,
            commitment_key: keys.commitments,
            origin: own.origin,
        })
    }
}

fn make_folder(folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|e| {
        let message = format!("the folder `{}` cannot be made: {e}", folder.display());
        Failure::Refused(Refusal::new("data-folder", message, "choose another with `--data DIR`"))
    })
}

/// The clock and the chance of the machine.
#[derive(Debug, Clone, Copy)]
pub struct Real;

impl World for Real {
    fn now(&self) -> Timestamp {
        ports::world::now()
    }

    fn bits(&self) -> u64 {
        ports::world::bits()
    }

    fn nonce(&self) -> [u8; 24] {
        ports::world::nonce()
    }
}
