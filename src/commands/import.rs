//! `guichet import`: brings in what other tools hold; a second time changes nothing.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::json;

use super::output::put;
use super::{Context, Failure, print_json, refused};
use crate::config::FILE;
use crate::config::rooms::Rooms;
use crate::desk::Refusal;
use crate::phrase::Phrase;
use crate::repository::{CommitError, Write};
use crate::table::{self, Row};

#[derive(Debug, Args)]
pub(super) struct Import {
    /// What the file holds
    #[arg(value_enum, value_name = "FORMAT")]
    format: Format,
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Shows what would be written, and writes nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Rooms and equipment, a line each (CSV: name, group, bookable, quantity, approval, id)
    Rooms,
}

impl Import {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self.format {
            Format::Rooms => self.rooms(context),
        }
    }

    fn rooms(&self, context: &Context) -> Result<(), Failure> {
        let rows = table(&self.file)?;
        context.at_the_desk(|desk| {
            let locale = desk.theme().locale();
            let rooms = Rooms::of(&rows, desk.site());
            for (line, fault) in &rooms.faults {
                let said = Phrase::new("cli-import-fault").with("row", *line).with("fault", locale.say(fault));
                eprintln!("{}", locale.say(&said));
            }
            let repository = desk.repository();
            let (head, full) = (repository.head()?, repository.site_folder().join(FILE));
            let mut commit = None;
            if self.dry_run {
                put(format_args!("{}", rooms.blocks.trim_start()));
            } else if rooms.added > 0 {
                if !repository.is_clean(head, FILE)? {
                    return Err(refused(desk, &Refusal::Busy(Phrase::new("busy-uncommitted").with("path", FILE))));
                }
                let text = std::fs::read_to_string(&full).with_context(|| format!("reading {}", full.display()))?;
                let text = rooms.added_to(&text).map_err(|problems| {
                    super::complain(locale, &problems);
                    Failure::Wrong(None)
                })?;
                let writes = [Write { path: FILE.to_owned(), bytes: Some(text.into_bytes()) }];
                let message = format!("{}\n", locale.say(&Phrase::new("commit-rooms").with("count", rooms.added)));
                let (author, zone) = (desk.actor().signature, &desk.site().timezone);
                let placed = repository.commit(head, &writes, &message, &author, desk.clock().now(), zone);
                commit = Some(placed.map_err(|error| match error {
                    CommitError::Moved | CommitError::Locked => {
                        refused(desk, &Refusal::Busy(Phrase::new("busy-locked")))
                    }
                    CommitError::Failed(error) => Failure::Environment(error),
                })?);
            }
            let wrong = rooms.faults.len();
            if context.json {
                let commit = commit.map(|commit| commit.to_string());
                print_json(
                    &json!({ "added": rooms.added, "present": rooms.present, "wrong": wrong, "commit": commit }),
                )?;
            } else if !self.dry_run {
                let said = Phrase::new("cli-rooms-imported").with("added", rooms.added);
                say!("{}", locale.say(&said.with("present", rooms.present).with("wrong", wrong)));
            }
            if wrong > 0 { Err(Failure::Wrong(None)) } else { Ok(()) }
        })
    }
}

/// The rows of a file.
pub(super) fn table(path: &Path) -> Result<Vec<Row>, Failure> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    table::rows(&bytes).map_err(|error| Failure::Wrong(Some(format!("{}: {error}", path.display()))))
}
