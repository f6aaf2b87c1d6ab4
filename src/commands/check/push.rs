//! `guichet check --push`: what a push brings, before git lets it in; an exit status other than 0 keeps all of it out.

use std::io::{IsTerminal as _, Read as _};

use anyhow::Context as _;

use super::{errors, say};
use crate::commands::{Context, Failure, language};
use crate::desk::Verdict;
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::{Incoming, Update};
use crate::theme::locale::Locale;

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let mut spoken = language();
    let mut problems: Vec<Problem> = Vec::new();
    let Some(updates) = updates()? else {
        let said = Locale::builtin(spoken).say(&Phrase::new("cli-push-usage"));
        return Err(Failure::Wrong(Some(said)));
    };
    let incoming = Incoming::open(&context.folder)?;
    for update in &updates {
        let verdict = Verdict::of(&incoming, update, context.clock.now())?;
        spoken = verdict.language.unwrap_or(spoken);
        problems.extend(verdict.problems);
    }
    let locale = Locale::builtin(spoken);
    say(context, &locale, &problems)?;
    match errors(&problems) {
        0 => Ok(()),
        errors => Err(Failure::Wrong(Some(locale.say(&Phrase::new("cli-push-refused").with("errors", errors))))),
    }
}

/// What git tells the hook; `None`: it is not git who speaks.
fn updates() -> Result<Option<Vec<Update>>, Failure> {
    let mut input = std::io::stdin();
    let mut told = String::new();
    if !input.is_terminal() {
        input.read_to_string(&mut told).context("reading what is pushed from standard input")?;
    }
    let updates: Option<Vec<Update>> = told.lines().map(|line| line.parse().ok()).collect();
    Ok(updates.filter(|updates| !updates.is_empty()))
}
