//! `guichet ticket …`: what a member of the team does to tickets at a terminal.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Read as _};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Context, Failure, print_json, refused};
use crate::desk::{Desk, Refusal};
use crate::domain::act::Act;
use crate::domain::draft::TicketFields;
use crate::domain::office::{Filed, Standing};
use crate::domain::person::Requester;
use crate::domain::ticket::TicketId;
use crate::phrase::Phrase;
use crate::theme::letters::requester_in_full;
use crate::theme::scene::Scene;

#[derive(Debug, Subcommand)]
pub(super) enum Ticket {
    /// Files a ticket, for oneself or for a colleague met in the corridor
    New(New),
    /// Lists open tickets, or all
    List {
        /// Closed ones too
        #[arg(long)]
        all: bool,
        /// This status only
        #[arg(long, value_name = "STATUS")]
        status: Option<String>,
    },
    /// Shows a ticket, with who asked
    Show {
        /// Its number
        #[arg(value_parser = number)]
        id: TicketId,
    },
    /// Changes the status of one ticket or several: guichet ticket status 2026-0042 closed -m "New lamp."
    Status {
        /// The numbers, then the status
        #[arg(required = true, num_args = 2.., value_name = "NUMBER… STATUS")]
        words: Vec<String>,
        /// An answer, added to the ticket
        #[arg(short, long, value_name = "TEXT")]
        message: Option<String>,
    },
    /// Gives a ticket to a member of the team
    Assign {
        /// Its number
        #[arg(value_parser = number)]
        id: TicketId,
        /// The member’s id
        member: String,
    },
    /// Answers a ticket
    Answer {
        /// Its number
        #[arg(value_parser = number)]
        id: TicketId,
        /// The answer; without it, read from standard input
        #[arg(short, long, value_name = "TEXT")]
        message: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct New {
    /// The room or equipment
    #[arg(long)]
    resource: String,
    /// What is wrong; without it, read from standard input
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// The title (by default, the first line of the text)
    #[arg(long, default_value = "")]
    title: String,
    /// What kind
    #[arg(long, default_value = "")]
    category: String,
    /// How bad
    #[arg(long, default_value = "")]
    severity: String,
    /// For whom: their address
    #[arg(long = "for", value_name = "ADDRESS")]
    requester: Option<String>,
    /// Their name, if the address book does not know it
    #[arg(long, default_value = "")]
    name: String,
}

/// A ticket by its number or the path of its file.
fn number(typed: &str) -> Result<TicketId, &'static str> {
    super::named(typed).parse()
}

impl Ticket {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::New(new) => new.run(context),
            Self::List { all, status } => list(context, all, status.as_deref()),
            Self::Show { id } => show(context, id),
            Self::Status { mut words, message } => {
                let typed = words.pop().unwrap_or_default();
                // Said twice, it is one.
                let ids = words.iter().map(|word| number(word)).collect::<Result<BTreeSet<TicketId>, _>>();
                act(context, |desk| {
                    let locale = desk.theme().locale();
                    let bad = |word: &String| number(word).is_err();
                    let ids = ids.map_err(|_| {
                        let word = words.iter().find(|word| bad(word)).cloned().unwrap_or_default();
                        Failure::Wrong(Some(locale.say(&Phrase::new("cli-not-a-ticket").with("typed", word))))
                    })?;
                    let statuses = &desk.site().vocabulary.statuses;
                    let status = statuses.find(&typed).filter(|status| !status.word.retired).ok_or_else(|| {
                        let message = Phrase::new("fault-choice-unknown")
                            .with("typed", &typed)
                            .with("choices", statuses.labels());
                        Failure::Wrong(Some(locale.say(&message)))
                    })?;
                    if status.word.key == desk.site().vocabulary.initial_status().word.key {
                        return Err(Failure::Wrong(Some(locale.word("cli-not-back"))));
                    }
                    Ok((
                        ids.into_iter().collect(),
                        Act { status: Some(status.word.key.clone()), answer: message, ..Act::default() },
                    ))
                })
            }
            Self::Assign { id, member } => act(context, |desk| {
                let members = &desk.site().vocabulary.members;
                let found = members.find(&member).filter(|member| !member.retired).ok_or_else(|| {
                    let message =
                        Phrase::new("fault-choice-unknown").with("typed", &member).with("choices", members.labels());
                    Failure::Wrong(Some(desk.theme().locale().say(&message)))
                })?;
                Ok((vec![id], Act { assignee: Some(found.id.clone()), ..Act::default() }))
            }),
            Self::Answer { id, message } => {
                let text = text(message)?;
                act(context, |desk| match crate::domain::draft::answer(&text) {
                    Ok(text) => Ok((vec![id], Act { answer: Some(text), ..Act::default() })),
                    Err(fault) => Err(Failure::Wrong(Some(desk.theme().locale().say(&fault.message)))),
                })
            }
        }
    }
}

impl New {
    fn run(self, context: &Context) -> Result<(), Failure> {
        let description = text(self.message)?;
        context.at_the_desk(|desk| {
            let fields = TicketFields {
                resource: self.resource,
                description,
                title: self.title,
                category: self.category,
                severity: self.severity,
            };
            let draft =
                fields.check(&desk.site().vocabulary).map_err(|faults| refused(desk, &Refusal::Faults(faults)))?;
            let requester = match self.requester {
                Some(typed) => Requester::Person(super::people::enter(desk, &typed, &self.name)?),
                None => super::people::oneself(desk),
            };
            let receipt =
                desk.file(&draft, None, &requester, &desk.actor(), None).map_err(|refusal| refused(desk, &refusal))?;
            if context.json {
                return print_json(
                    &json!({ "id": receipt.item.to_string(), "commit": receipt.commit, "path": receipt.item.path() }),
                );
            }
            say!("{}", receipt.item);
            Ok(())
        })
    }
}

/// Works out what to do at the desk, and does it.
fn act(context: &Context, what: impl FnOnce(&Desk) -> Result<(Vec<TicketId>, Act), Failure>) -> Result<(), Failure> {
    context.at_the_desk(|desk| {
        let (ids, act) = what(desk)?;
        let actor = desk.actor();
        let receipt = match desk.act(&ids, &act, &actor) {
            Err(Refusal::Done(_)) => None,
            receipt => Some(receipt.map_err(|refusal| refused(desk, &refusal))?),
        };
        if context.json {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            return print_json(&json!({ "ids": ids, "commit": receipt.map(|receipt| receipt.commit) }));
        }
        let Some(receipt) = receipt else {
            say!("{}", desk.theme().locale().word("cli-already-so"));
            return Ok(());
        };
        say!("{}", desk.theme().locale().say(&Phrase::new("cli-committed").with("commit", &receipt.commit[..10])));
        Ok(())
    })
}

fn list(context: &Context, all: bool, status: Option<&str>) -> Result<(), Failure> {
    with_scene(context, |scene, _| {
        let vocabulary = &scene.site.vocabulary;
        let wanted = match status {
            Some(typed) => Some(vocabulary.statuses.find(typed).ok_or_else(|| {
                let message = Phrase::new("fault-choice-unknown")
                    .with("typed", typed)
                    .with("choices", vocabulary.statuses.labels());
                Failure::Wrong(Some(scene.locale().say(&message)))
            })?),
            None => None,
        };
        let shown = scene.office.tickets.values().filter(|filed| match wanted {
            Some(status) => filed.ticket.status == status.word.key,
            None => all || filed.ticket.is_open(vocabulary),
        });
        if context.json {
            return print_json(&shown.map(|filed| record(&scene, filed)).collect::<Vec<_>>());
        }
        for filed in shown {
            let row = scene.row(filed);
            let who = requester_in_full(&scene, &filed.ticket.requester);
            say!("{}  {:<24} {:<26} {}  {who}", row.id, row.status.label, row.resource.text, row.title);
        }
        Ok(())
    })
}

fn show(context: &Context, id: TicketId) -> Result<(), Failure> {
    with_scene(context, |scene, _| {
        let Some(filed) = scene.office.tickets.get(&id) else {
            return Err(Failure::Wrong(Some(scene.locale().say(&Phrase::new("fault-ticket-unknown").with("id", id)))));
        };
        if context.json {
            return print_json(&record(&scene, filed));
        }
        let row = scene.row(filed);
        let locale = scene.locale();
        say!("{} {}\n", row.id, row.title);
        let who = requester_in_full(&scene, &filed.ticket.requester);
        let rows = [
            ("letter-status", &row.status.label),
            ("letter-place", &row.resource.text),
            ("letter-category", &row.category),
            ("letter-severity", &row.severity),
            ("letter-created", &row.created.text),
            ("letter-assignee", &row.assignee),
            ("letter-requester", &who),
        ];
        for (label, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
            say!("{} {value}", locale.say(&Phrase::new("theme-letter-label").with("label", locale.word(label))));
        }
        say!("\n{}", filed.ticket.body.trim());
        Ok(())
    })
}

/// A ticket for a machine, with its requester: this is the team's own terminal.
fn record(scene: &Scene<'_>, filed: &Filed) -> serde_json::Value {
    let ticket = &*filed.ticket;
    let row = scene.row(filed);
    json!({
        "id": row.id, "title": row.title, "status": ticket.status.as_str(), "resource": row.resource.text,
        "category": row.category, "severity": row.severity, "created": row.created.iso, "assignee": row.assignee,
        "requester": ticket.requester.to_string(), "requester_contact": requester_in_full(scene, &ticket.requester),
        "path": ticket.id.path(), "body": ticket.body,
        "broken": matches!(filed.standing, Standing::LastGood(_)), "uncommitted": filed.standing == Standing::Uncommitted,
    })
}

fn with_scene(context: &Context, show: impl FnOnce(Scene<'_>, &Desk) -> Result<(), Failure>) -> Result<(), Failure> {
    let mut desk = context.desk()?;
    desk.only_look()?;
    let now = desk.clock().now();
    let book = desk.people();
    let find = |pseudonym: &_| book.find(pseudonym);
    let scene = Scene { site: desk.site(), office: desk.office(), people: &find, theme: desk.theme(), now };
    show(scene, &desk)
}

/// A text from the command line, else from standard input.
fn text(given: Option<String>) -> Result<String, Failure> {
    if let Some(text) = given {
        return Ok(text);
    }
    let mut text = String::new();
    if !std::io::stdin().is_terminal() {
        std::io::stdin().read_to_string(&mut text)?;
    }
    Ok(text)
}
