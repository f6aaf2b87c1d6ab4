//! `guichet mail …`: the outbox.

use clap::Subcommand;
use serde_json::json;

use super::{Context, Failure, complain, print_json, send_what_is_due, transport};
use crate::desk::damaged_letters;
use crate::domain::person::MailAddress;
use crate::mail::{Address, Entry, Letter, LetterId, State, Transport};
use crate::phrase::Phrase;

#[derive(Debug, Subcommand)]
pub(super) enum Mail {
    /// Lists the mails that wait, are held or could not leave
    List,
    /// Sends a mail, or all, again at once
    Retry {
        /// The mail (all by default)
        letter: Option<String>,
    },
    /// Gives up a mail
    Drop {
        /// The mail
        letter: String,
    },
    /// Sends a test mail, past the outbox
    Test {
        /// To whom
        address: String,
    },
}

impl Mail {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let desk = context.desk()?;
        let say = |phrase: Phrase| desk.theme().locale().say(&phrase);
        match self {
            Self::List => {
                let entries = desk.outbox().list()?;
                complain(desk.theme().locale(), damaged_letters(desk.outbox()).as_slice());
                if context.json {
                    return print_json(&entries.iter().map(row).collect::<Vec<_>>());
                }
                for entry in &entries {
                    let to = entry.to.as_ref().map_or_else(|| entry.recipient.clone(), ToString::to_string);
                    say!("{}  {:<10} {to}  {}", entry.id, say(Phrase::new(state_key(entry.state))), entry.subject);
                    if let Some(error) = &entry.last_error {
                        say!("    {error}");
                    }
                }
                say!("{}", say(Phrase::new("cli-mail-count").with("count", entries.len())));
                Ok(())
            }
            Self::Retry { letter } => {
                let count = desk.outbox().retry(letter.as_deref())?;
                if let (0, Some(letter)) = (count, letter)
                    && !desk.outbox().list()?.iter().any(|entry| entry.is(&letter))
                {
                    return Err(Failure::Wrong(Some(say(Phrase::new("cli-mail-unknown").with("letter", letter)))));
                }
                if context.json {
                    print_json(&json!({ "count": count }))?;
                } else {
                    say!("{}", say(Phrase::new("cli-mail-retry").with("count", count)));
                }
                // A running serve looks every few seconds; without one we send ourselves.
                let state = desk.repository().state_folder().to_owned();
                if let Some(_lock) = crate::desk::Lock::settle(&state)? {
                    send_what_is_due(&desk)?;
                }
                Ok(())
            }
            Self::Drop { letter } => {
                if desk.outbox().drop_letter(&letter)? {
                    return if context.json { print_json(&json!({ "dropped": letter })) } else { Ok(()) };
                }
                Err(Failure::Wrong(Some(say(Phrase::new("cli-mail-unknown").with("letter", letter)))))
            }
            Self::Test { address } => {
                let email = MailAddress::new(&address)
                    .ok_or_else(|| Failure::Wrong(Some(say(Phrase::new("fault-email-odd").with("typed", &address)))))?;
                let Transport::Smtp(smtp) = transport(&desk.site().mail, &desk.repository().site_folder())? else {
                    return Err(Failure::Wrong(Some(say(Phrase::new("config-sends-nothing")))));
                };
                let from = Address {
                    name: desk.site().mail.from.name.clone(),
                    email: desk.site().mail.from.email.to_string(),
                };
                let now = desk.clock().now();
                let words = say(Phrase::new("cli-mail-test-text").with("site", &desk.site().title));
                let letter = Letter {
                    id: LetterId::derive(&["test", &now.to_string()]),
                    item: "test".to_owned(),
                    recipient: "test".to_owned(),
                    thread: Vec::new(),
                    to: Some(Address { name: String::new(), email: email.to_string() }),
                    reply_to: None,
                    subject: say(Phrase::new("cli-mail-test-subject")),
                    html: format!("<p>{}</p>", ammonia::clean_text(&words)),
                    calendar: String::new(),
                    text: words,
                    date: now,
                };
                let host = desk.site().mail.from.email.domain();
                let message = letter.compose(&from, &host)?;
                smtp.send(email.as_str(), &message).map_err(|error| anyhow::anyhow!("{error}"))?;
                if context.json {
                    return print_json(
                        &json!({ "to": email.as_str(), "message_id": format!("<{}@{host}>", letter.id) }),
                    );
                }
                say!("{}", say(Phrase::new("cli-mail-tested").with("to", email)));
                Ok(())
            }
        }
    }
}

fn state_key(state: State) -> &'static str {
    match state {
        State::Waiting => "cli-mail-waiting",
        State::Held => "cli-mail-held",
        State::Dead => "cli-mail-dead",
    }
}

fn row(entry: &Entry) -> serde_json::Value {
    let state = match entry.state {
        State::Waiting => "waiting",
        State::Held => "held",
        State::Dead => "dead",
    };
    json!({
        "id": entry.id.to_string(), "state": state, "item": entry.item, "recipient": entry.recipient,
        "to": entry.to.as_ref().map(ToString::to_string), "subject": entry.subject, "attempts": entry.attempts,
        "next_due": entry.next_due.map(|at| at.to_string()), "last_error": entry.last_error,
    })
}
