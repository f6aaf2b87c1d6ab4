//! `guichet check`: the configuration and the files, for people, hooks and CI; of a folder, or of what a push brings.

mod push;

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::{Context, Failure, complain, opened, print_json};
use crate::config::{FILE, Site, Transport};
use crate::desk::Inspection;
use crate::domain::office::Office;
use crate::phrase::Phrase;
use crate::problem::{Problem, Severity};
use crate::repository::git_folder;
use crate::theme::Theme;
use crate::theme::locale::Locale;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// These files or folders only
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// What a push brings: in a pre-receive hook, which git tells on standard input
    #[arg(long, conflicts_with = "paths")]
    push: bool,
}

impl Check {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        if self.push {
            return push::run(context);
        }
        if git_folder(&context.folder).is_err() {
            return self.folder(context);
        }
        let mut desk = context.desk()?;
        desk.only_look()?;
        // A clone without the address book knows nobody, and that is as it should be.
        let people = desk.book().path().exists();
        let unknown = |problem: &Problem| problem.message.key == "problem-requester-missing" && !people;
        let found = desk.office().problems.iter().filter(|problem| !unknown(problem)).cloned().collect();
        let root = desk.repository().site_folder();
        self.report(context, &root, desk.site(), desk.office(), found, desk.theme().locale())
    }

    /// Of files that git does not know, such as `git archive` puts them down.
    fn folder(&self, context: &Context) -> Result<(), Failure> {
        let found = opened(Inspection::of_folder(&context.folder, context.clock.now()))?;
        let mut problems = found.office.problems.clone();
        let theme = match Theme::load(&context.folder, &found.site.theme, found.site.language) {
            Ok(theme) => theme,
            Err(problem) => {
                problems.push(*problem);
                Theme::builtin(found.site.language)
            }
        };
        self.report(context, &context.folder, &found.site, &found.office, problems, theme.locale())
    }

    /// Says what is wrong at the paths that were asked for.
    fn report(
        &self,
        context: &Context,
        root: &Path,
        site: &Site,
        office: &Office,
        found: Vec<Problem>,
        locale: &Locale,
    ) -> Result<(), Failure> {
        let mut problems = warnings(site);
        problems.extend(found);
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let mut asked: Vec<String> = Vec::new();
        for path in &self.paths {
            // Below where one stands, or below the site.
            let full = path.canonicalize().or_else(|_| root.join(path).canonicalize());
            let Some(inside) = full.as_ref().ok().and_then(|full| full.strip_prefix(&root).ok()) else {
                let said = Phrase::new("cli-no-such-path").with("path", super::shown(path));
                return Err(Failure::Wrong(Some(locale.say(&said))));
            };
            asked.push(inside.to_string_lossy().replace('\\', "/"));
        }
        problems.retain(|problem| {
            let below = |path: &String| {
                path.is_empty()
                    || problem.path == *path
                    || problem.path.starts_with(&format!("{}/", path.trim_end_matches('/')))
            };
            asked.is_empty() || problem.path == FILE || asked.iter().any(below)
        });
        let errors = errors(&problems);
        say(context, locale, &problems)?;
        if !context.json {
            let said = Phrase::new(if errors == 0 { "cli-checked" } else { "cli-checked-errors" })
                .with("tickets", office.tickets.len())
                .with("bookings", office.reservations.len())
                .with("errors", errors)
                .with("warnings", problems.len() - errors);
            say!("{}", locale.say(&said));
        }
        if errors > 0 { Err(Failure::Wrong(None)) } else { Ok(()) }
    }
}

/// What is wrong, for people or a machine.
fn say(context: &Context, locale: &Locale, problems: &[Problem]) -> Result<(), Failure> {
    if !context.json {
        complain(locale, problems);
        return Ok(());
    }
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
    print_json(&rows)
}

fn errors(problems: &[Problem]) -> usize {
    problems.iter().filter(|problem| problem.severity == Severity::Error).count()
}

/// What is not wrong but will surprise: mail that stays, links that lead nowhere.
pub(super) fn warnings(site: &Site) -> Vec<Problem> {
    let mut found = Vec::new();
    if site.mail.transport == Transport::Outbox {
        found.push(Problem::of_file(FILE, Phrase::new("config-sends-nothing")).warning());
    }
    if !site.is_reachable() {
        found.push(Problem::of_file(FILE, Phrase::new("config-loopback")).warning());
    }
    found
}
