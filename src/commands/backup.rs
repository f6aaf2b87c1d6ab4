//! `guichet backup` and `guichet restore`: a whole site in one file, and back.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;

use super::{Context, Failure, language, print_json};
use crate::archive::{self, Unusable};
use crate::desk::{Desk, read_site};
use crate::durable;
use crate::phrase::Phrase;
use crate::repository::Repository;
use crate::theme::locale::Locale;

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to write, outside the repository: it holds names and addresses
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replaces the file if it is there
    #[arg(long)]
    force: bool,
}

impl Backup {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        // A site whose configuration is broken is saved all the same.
        let site = read_site(&context.folder).ok().map(|(site, _)| site);
        let locale = Locale::builtin(site.as_ref().map_or_else(language, |site| site.language));
        let refuse = |key: &'static str| {
            Err(Failure::Wrong(Some(locale.say(&Phrase::new(key).with("file", super::shown(&self.file))))))
        };
        let repository = Repository::open(&context.folder, site.as_ref().map_or("main", |site| &site.branch))?;
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().with_context(|| format!("looking for the folder {}", folder.display()))?;
        if folder.starts_with(repository.root()) {
            return refuse("backup-inside");
        }
        if !self.force && self.file.exists() {
            return refuse("backup-exists");
        }
        // Mode 0600 from the first byte on.
        let mut aside = tempfile::Builder::new()
            .prefix(".guichet-")
            .tempfile_in(&folder)
            .with_context(|| format!("writing into {}", folder.display()))?;
        archive::save(&repository, context.clock.now(), aside.as_file_mut())?;
        let said = || format!("writing {}", self.file.display());
        aside.as_file().sync_all().with_context(said)?;
        let size_bytes = aside.as_file().metadata().with_context(said)?.len();
        if self.force {
            aside.persist(&self.file).map_err(|error| error.error).with_context(said)?;
        } else if let Err(error) = aside.persist_noclobber(&self.file) {
            return match error.error.kind() {
                std::io::ErrorKind::AlreadyExists => refuse("backup-exists"),
                _ => Err(anyhow::Error::new(error.error).context(said()).into()),
            };
        }
        durable::sync_folder(&folder)?;
        if context.json {
            return print_json(&json!({ "file": self.file, "size_bytes": size_bytes }));
        }
        let said = Phrase::new("backup-done").with("file", super::shown(&self.file)).with("size", size(size_bytes));
        say!("{}", locale.say(&said));
        Ok(())
    }
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where to put the site: a folder that is empty or not there yet
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Restore {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let locale = Locale::builtin(language());
        let (file, folder) = (super::shown(&self.file), super::shown(&self.folder));
        std::fs::create_dir_all(&self.folder).with_context(|| format!("making {folder}"))?;
        let mut present = std::fs::read_dir(&self.folder).with_context(|| format!("reading {folder}"))?;
        if present.next().is_some() {
            return Err(Failure::Wrong(Some(locale.say(&Phrase::new("restore-not-empty").with("folder", folder)))));
        }
        let backup = File::open(&self.file).with_context(|| format!("opening {file}"))?;
        let root = self.folder.canonicalize().with_context(|| format!("looking for {folder}"))?;
        let restored = match archive::restore(BufReader::new(backup), &root) {
            Ok(restored) => restored,
            Err(error) => {
                let key = match error.downcast_ref() {
                    Some(Unusable::Foreign) => "restore-foreign",
                    Some(Unusable::TooNew) => "restore-too-new",
                    None => return Err(error.context(format!("restoring {file}")).into()),
                };
                return Err(Failure::Wrong(Some(locale.say(&Phrase::new(key).with("file", file)))));
            }
        };
        let desk = Desk::open(&restored.folder, context.clock).ok();
        let waiting = desk.as_ref().map_or(Ok(0), |desk| desk.outbox().pending())?;
        if context.json {
            return print_json(&json!({
                "folder": restored.folder, "made": restored.made.to_string(), "commits": restored.sound.commits,
                "files": restored.sound.files, "letters_waiting": waiting,
            }));
        }
        let locale = desk.as_ref().map_or(locale, |desk| Locale::builtin(desk.site().language));
        let folder = super::shown(&restored.folder);
        let made = match &desk {
            Some(desk) => locale.moment(restored.made, &desk.site().timezone).text,
            None => restored.made.to_string(),
        };
        let done = Phrase::new("restore-done")
            .with("folder", &folder)
            .with("made", made)
            .with("commits", restored.sound.commits)
            .with("files", restored.sound.files);
        say!("{}", locale.say(&done));
        if waiting > 0 {
            say!("{}", locale.say(&Phrase::new("restore-waiting").with("count", waiting).with("folder", &folder)));
        }
        say!("{}", locale.say(&Phrase::new("restore-next").with("folder", folder)));
        Ok(())
    }
}

/// A size as a person reads it.
fn size(size_bytes: u64) -> String {
    match size_bytes {
        0..1_000_000 => format!("{} ko", size_bytes.div_ceil(1_000)),
        1_000_000.. => format!("{} Mo", size_bytes.div_ceil(1_000_000)),
    }
}
