//! `guichet check`: the configuration and the files, for people, hooks and CI.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Context, Failure, complain, print_json};
use crate::config::{FILE, Transport};
use crate::desk::Desk;
use crate::phrase::Phrase;
use crate::problem::{Problem, Severity};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// These files or folders only
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

impl Check {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let mut desk = context.desk()?;
        desk.only_look()?;
        // A clone without the address book knows nobody, and that is as it should be.
        let people = desk.book().path().exists();
        let unknown = |problem: &Problem| problem.message.key == "problem-requester-missing" && !people;
        let mut problems: Vec<Problem> = warnings(&desk);
        problems.extend(desk.office().problems.iter().filter(|problem| !unknown(problem)).cloned());
        let root = desk.repository().site_folder();
        let asked: Vec<String> = self
            .paths
            .iter()
            .map(|path| {
                let full = path.canonicalize().unwrap_or_else(|_| root.join(path));
                full.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/")
            })
            .collect();
        problems.retain(|problem| {
            let below = |path: &String| {
                path.is_empty()
                    || problem.path == *path
                    || problem.path.starts_with(&format!("{}/", path.trim_end_matches('/')))
            };
            asked.is_empty() || problem.path == FILE || asked.iter().any(below)
        });
        let locale = desk.theme().locale();
        let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
        if context.json {
            let rows: Vec<_> = problems
                .iter()
                .map(|problem| {
                    let said = locale.complaint(problem);
                    json!({
                        "path": problem.path, "line": problem.line, "column": problem.column,
                        "severity": said.severity, "message": said.message, "hint": said.hint,
                    })
                })
                .collect();
            print_json(&rows)?;
        } else {
            complain(locale, &problems);
            let said = Phrase::new(if errors == 0 { "cli-checked" } else { "cli-checked-errors" })
                .with("tickets", desk.office().tickets.len())
                .with("bookings", desk.office().reservations.len())
                .with("errors", errors)
                .with("warnings", problems.len() - errors);
            println!("{}", locale.say(&said));
        }
        if errors > 0 { Err(Failure::Wrong(None)) } else { Ok(()) }
    }
}

/// What is not wrong but will surprise: mail that stays, links that lead nowhere.
pub(super) fn warnings(desk: &Desk) -> Vec<Problem> {
    let site = desk.site();
    let mut found = Vec::new();
    if site.mail.transport == Transport::Outbox {
        found.push(Problem::of_file(FILE, Phrase::new("config-sends-nothing")).warning());
    }
    if !site.is_reachable() {
        found.push(Problem::of_file(FILE, Phrase::new("config-loopback")).warning());
    }
    found
}
