//! The command line: one file a command, each thin. Says what was done on standard output, what is wrong on
//! standard error.

#[macro_use]
mod output;

mod backup;
mod build;
mod calendar;
mod check;
mod demo;
mod doctor;
mod import;
mod init;
mod mail;
mod manual;
mod people;
mod rebook;
mod report;
mod reserve;
mod serve;
mod team_link;
mod ticket;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use jiff::Timestamp;

use crate::clock::Clock;
use crate::config::{self, Language};
use crate::desk::{Desk, Lock, OpenError, Refusal, state_problem};
use crate::domain::item::Item;
use crate::mail::{Sender, SmtpSettings, Tls, Transport};
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::UnknownFormat;
use crate::theme::locale::Locale;

/// A school’s IT help desk and room bookings, on plain files in git
#[derive(Debug, Parser)]
#[command(name = "guichet", version, max_term_width = 100)]
pub struct Cli {
    /// The folder of the site (the current folder by default)
    #[arg(long, global = true, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Sets the clock to this time (RFC 3339), such as 2027-01-04T08:00:00+01:00
    #[arg(long, global = true, value_name = "TIME")]
    now: Option<Timestamp>,
    /// Answers in JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a fictitious school and shows it
    Demo(demo::Demo),
    /// Makes a site and its git repository
    Init(init::Init),
    /// Serves the site, the forms and the mails
    Serve(serve::Serve),
    /// Writes the static site, once
    Build(build::Build),
    /// Checks the configuration and the files
    Check(check::Check),
    /// Works on tickets
    #[command(subcommand)]
    Ticket(ticket::Ticket),
    /// Books a room or equipment
    Reserve(reserve::Reserve),
    /// Accepts a booking that waits
    Approve(reserve::Approve),
    /// Moves a booking: to another time, another place, for something else
    Move(rebook::Move),
    /// Cancels or refuses a booking
    Cancel(reserve::Cancel),
    /// Shows the school year: weeks, letters, days without lessons
    Calendar(calendar::Calendar),
    /// Gives the link to the team’s page
    TeamLink(team_link::TeamLink),
    /// Keeps the address book
    #[command(subcommand)]
    People(people::People),
    /// Brings in what other tools hold
    Import(import::Import),
    /// Shows the mails and makes them leave
    #[command(subcommand)]
    Mail(mail::Mail),
    /// Gives the figures of a period
    Report(report::Report),
    /// Says what is wrong with the installation, and how to mend it
    Doctor(doctor::Doctor),
    /// Puts the whole site into one file: repository, address book, waiting mails
    Backup(backup::Backup),
    /// Puts a saved site back into an empty folder
    Restore(backup::Restore),
    /// Writes what completes the commands in bash, zsh or fish
    Completions(manual::Completions),
    /// Writes the manual page
    Man(manual::Man),
}

/// The command line, its help in the terminal's language.
pub fn command_line() -> clap::Command {
    spoken(Cli::command(), &Locale::builtin(language()), "help")
}

/// Says a command's help with the texts of the locale, and that of all below it. What stands in the code is English.
fn spoken(command: clap::Command, locale: &Locale, key: &str) -> clap::Command {
    let said = |key: &str| locale.text(key, &[]);
    let command = match said(key) {
        Some(about) => command.about(about),
        None => command,
    };
    let command = command.mut_args(|argument| {
        let help = said(&format!("{key}-{}", argument.get_id()));
        let value = argument.get_value_names().and_then(|names| names.first()).and_then(|name| {
            let name = name.to_lowercase().replace("… ", "s-");
            said(&format!("help-value-{name}"))
        });
        let argument = match value {
            Some(value) if argument.get_action().takes_values() => argument.value_name(value),
            _ => argument,
        };
        match help {
            Some(help) => argument.help(help),
            None => argument,
        }
    });
    command.mut_subcommands(|below| {
        let key = format!("{key}-{}", below.get_name());
        spoken(below, locale, &key)
    })
}

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub enum Failure {
    /// The content or the request is wrong; said already, or in these words.
    Wrong(Option<String>),
    /// Disk, network or git.
    Environment(anyhow::Error),
    /// The same, said already.
    Unwell,
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Environment(error.into())
    }
}

/// Runs the command line; the exit status of the contract.
pub fn run(cli: Cli) -> ExitCode {
    let context = Context {
        folder: cli.site.clone().unwrap_or_else(|| PathBuf::from(".")),
        clock: cli.now.map_or_else(Clock::real, Clock::starting_at),
        json: cli.json,
    };
    let result = match cli.command {
        Command::Demo(demo) => demo.run(&context),
        Command::Init(init) => init.run(&context),
        Command::Serve(serve) => serve.run(&context),
        Command::Build(build) => build.run(&context),
        Command::Check(check) => check.run(&context),
        Command::Ticket(ticket) => ticket.run(&context),
        Command::Reserve(reserve) => reserve.run(&context),
        Command::Approve(approve) => approve.run(&context),
        Command::Move(rebook) => rebook.run(&context),
        Command::Cancel(cancel) => cancel.run(&context),
        Command::Calendar(calendar) => calendar.run(&context),
        Command::TeamLink(link) => link.run(&context),
        Command::People(people) => people.run(&context),
        Command::Import(import) => import.run(&context),
        Command::Mail(mail) => mail.run(&context),
        Command::Report(report) => report.run(&context),
        Command::Doctor(doctor) => doctor.run(&context),
        Command::Backup(backup) => backup.run(&context),
        Command::Restore(restore) => restore.run(&context),
        Command::Completions(completions) => completions.run(&context),
        Command::Man(man) => man.run(&context),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Wrong(said)) => {
            if let Some(said) = said {
                eprintln!("guichet: {said}");
            }
            ExitCode::from(1)
        }
        Err(Failure::Environment(error)) => {
            match error.downcast_ref::<UnknownFormat>() {
                Some(unknown) => {
                    let locale = Locale::builtin(language());
                    let [said, remedy] = doctor::unknown_format(&unknown.format);
                    let remedy = locale.say(&remedy.with("site", shown(&unknown.site)));
                    eprintln!("guichet: {}\n    → {}", locale.say(&said), remedy.replace('\n', "\n      "));
                }
                None => eprintln!("guichet: {error:#}"),
            }
            ExitCode::from(3)
        }
        Err(Failure::Unwell) => ExitCode::from(3),
    }
}

/// What every command is told.
struct Context {
    folder: PathBuf,
    clock: Clock,
    json: bool,
}

impl Context {
    /// The desk of the site; what is wrong with the configuration is said.
    fn desk(&self) -> Result<Desk, Failure> {
        opened(Desk::open(&self.folder, self.clock))
    }

    /// Opens the desk, lets `work` commit, and settles, unless a serve does: then it is left to that one.
    fn at_the_desk<T>(&self, work: impl FnOnce(&mut Desk) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut desk = self.desk()?;
        let state = desk.repository().state_folder().to_owned();
        let lock = match Lock::settle(&state)? {
            Some(lock) => Some(lock),
            // A serve holds the lock all its life, another command for moments.
            None if Lock::serve(&state, "")?.is_err() => None,
            None => Some(Lock::settle_patiently(&state)?),
        };
        if lock.is_none() {
            desk.beside_a_serve();
        } else {
            desk.recover()?;
        }
        desk.catch_up();
        let result = work(&mut desk);
        desk.catch_up();
        if lock.is_some() {
            send_what_is_due(&desk)?;
        }
        desk.close();
        result
    }
}

/// What was opened; what is wrong with the configuration is said.
fn opened<T>(opened: Result<T, OpenError>) -> Result<T, Failure> {
    opened.map_err(|error| match error {
        OpenError::Config(problems) => {
            let locale = Locale::builtin(language());
            for problem in &problems {
                eprintln!("{}", locale.report(problem));
            }
            Failure::Wrong(None)
        }
        OpenError::Failed(error) => match state_problem(&error) {
            Some(problem) => {
                eprintln!("{}", Locale::builtin(language()).report(&problem));
                Failure::Unwell
            }
            None => Failure::Environment(error),
        },
    })
}

/// Sends what is due now, for ten seconds at most; the rest waits for the next command or serve.
fn send_what_is_due(desk: &Desk) -> anyhow::Result<()> {
    let clock = desk.clock();
    let transport = transport(&desk.site().mail, &desk.repository().site_folder())?;
    if matches!(transport, Transport::Outbox) || desk.outbox().due(clock.now())?.is_none() {
        return Ok(());
    }
    let sender = Sender::start(desk.outbox().clone(), transport, move || clock.now());
    sender.wake();
    for _ in 0..200 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        if desk.outbox().due(clock.now())?.is_none() {
            break;
        }
    }
    if let Some(error) = sender.last_error() {
        tracing::warn!("{error}");
    }
    sender.stop();
    Ok(())
}

/// How the mail of a site in `folder` leaves.
fn transport(mail: &config::Mail, folder: &Path) -> anyhow::Result<Transport> {
    let config::Transport::Smtp(smtp) = &mail.transport else {
        return Ok(Transport::Outbox);
    };
    let settings = SmtpSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        tls: match smtp.tls {
            config::Tls::None => Tls::None,
            config::Tls::StartTls => Tls::StartTls,
            config::Tls::Implicit => Tls::Tls,
        },
        helo: smtp.helo.clone(),
        ca_file: smtp.ca_file.as_ref().map(|path| folder.join(path)),
        username: smtp.username.clone(),
        password: password(),
        envelope_from: mail.envelope_from.to_string(),
    };
    Ok(Transport::Smtp(Box::new(crate::mail::Smtp::new(settings)?)))
}

/// The password of the mail account: from the environment, or a systemd credential (systemd.exec, `LoadCredential`).
fn password() -> Option<String> {
    const NAME: &str = "GUICHET_SMTP_PASSWORD";
    std::env::var(NAME).ok().or_else(|| {
        let folder = PathBuf::from(std::env::var_os("CREDENTIALS_DIRECTORY")?);
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
        let text = read(NAME).or_else(|| read("smtp-password"))?;
        Some(text.trim_end_matches(['\r', '\n']).to_owned())
    })
}

/// The language of a terminal that has no site yet: French, unless it asks for English.
fn language() -> Language {
    let asked = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    match asked {
        Some(value) if value.starts_with("en") => Language::English,
        _ => Language::French,
    }
}

/// A refusal in the site's words.
fn refused(desk: &Desk, refusal: &Refusal) -> Failure {
    let locale = desk.theme().locale();
    match refusal {
        Refusal::Faults(faults) | Refusal::Unfit(faults, _) | Refusal::Forbidden(faults) => {
            let said: Vec<String> = faults.iter().map(|fault| locale.say(&fault.message)).collect();
            Failure::Wrong(Some(said.join("\n")))
        }
        Refusal::Taken(by, offers) => Failure::Wrong(Some(reserve::taken(desk, by, offers))),
        Refusal::Unknown(Item::Reservation(stem)) => {
            Failure::Wrong(Some(locale.say(&Phrase::new("fault-booking-unknown").with("id", stem))))
        }
        Refusal::Unknown(ticket) => {
            Failure::Wrong(Some(locale.say(&Phrase::new("fault-ticket-unknown").with("id", ticket))))
        }
        Refusal::Done(item) => Failure::Wrong(Some(locale.say(&Phrase::new("fault-done-already").with("id", item)))),
        // Somebody's unfinished work is a matter of the request; a locked repository is one of the machine.
        Refusal::Busy(phrase) if phrase.key == "busy-uncommitted" => Failure::Wrong(Some(locale.say(phrase))),
        Refusal::Busy(phrase) => Failure::Environment(anyhow::anyhow!(locale.say(phrase))),
    }
}

/// Prints complaints on standard error; whether one of them is an error.
fn complain(locale: &Locale, problems: &[Problem]) -> bool {
    for problem in problems {
        eprintln!("{}\n", locale.report(problem));
    }
    problems.iter().any(|problem| problem.severity == crate::problem::Severity::Error)
}

/// Prints a value for a machine.
fn print_json<T: serde::Serialize>(value: &T) -> Result<(), Failure> {
    say!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// The name in what was typed: that itself, or the path of its file, as the terminal completes it.
fn named(typed: &str) -> &str {
    let name = typed.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".md").unwrap_or(name)
}

/// A path as a person would type it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silent(command: &clap::Command, locale: &Locale, key: &str) -> Vec<String> {
        let arguments = command.get_arguments().map(|argument| format!("{key}-{}", argument.get_id()));
        let mut keys: Vec<String> = std::iter::once(key.to_owned()).chain(arguments).collect();
        keys.retain(|key| locale.text(key, &[]).is_none());
        for below in command.get_subcommands() {
            keys.extend(silent(below, locale, &format!("{key}-{}", below.get_name())));
        }
        keys
    }

    #[test]
    fn help_is_said_in_both_languages() {
        Cli::command().debug_assert();
        for language in [Language::French, Language::English] {
            let locale = Locale::builtin(language);
            assert_eq!(silent(&Cli::command(), &locale, "help"), Vec::<String>::new());
        }
    }
}
