//! `guichet people …`: the address book.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::{Context, Failure, print_json};
use crate::desk::Desk;
use crate::domain::person::{Contact, Known, MailAddress, Pseudonym, Requester};
use crate::mail::Address;
use crate::phrase::Phrase;

#[derive(Debug, Subcommand)]
pub(super) enum People {
    /// Lists the address book
    List,
    /// Adds somebody, and says their pseudonym
    Add {
        /// First and last name
        #[arg(long)]
        name: String,
        /// Their address
        #[arg(long)]
        email: String,
    },
    /// Corrects a name or an address
    Set {
        /// The pseudonym (p-…) or the present address
        who: String,
        /// First and last name
        #[arg(long)]
        name: Option<String>,
        /// The address
        #[arg(long)]
        email: Option<String>,
    },
    /// Adds the people of a CSV file (columns name and address)
    Import {
        /// The file
        csv: PathBuf,
    },
    /// Forgets somebody: name and address are gone, no mail reaches them any more
    Forget {
        /// The pseudonym (p-…) or the address
        who: String,
    },
}

impl People {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List => list(context),
            Self::Add { name, email } => {
                let mut desk = context.desk()?;
                let contact = contact(&desk, &name, &email)?;
                let id = desk.book().enter(&contact)?;
                if context.json {
                    return print_json(&json!({ "id": id.as_str() }));
                }
                say!("{id}");
                Ok(())
            }
            Self::Set { who, name, email } => context.at_the_desk(|desk| {
                let pseudonym = whom(desk, &who)?;
                let present = match desk.book().find(&pseudonym) {
                    Known::Contact(contact) => Some(contact),
                    _ => None,
                };
                let name = name.or_else(|| present.as_ref().map(|contact| contact.name.clone())).unwrap_or_default();
                let email = email.or_else(|| present.map(|contact| contact.email.to_string())).unwrap_or_default();
                let contact = contact(desk, &name, &email)?;
                desk.book().set(&pseudonym, &contact).map_err(|error| Failure::Wrong(Some(format!("{error:#}"))))?;
                let to = Address { name: contact.name, email: contact.email.to_string() };
                let letters = desk.outbox().readdress(pseudonym.as_str(), &to)?;
                if context.json {
                    return print_json(&json!({ "id": pseudonym.as_str(), "letters": letters }));
                }
                if letters > 0 {
                    say!("{}", desk.theme().locale().say(&Phrase::new("cli-readdressed").with("letters", letters)));
                }
                Ok(())
            }),
            Self::Import { csv } => import(context, &csv),
            Self::Forget { who } => forget(context, &who),
        }
    }
}

fn list(context: &Context) -> Result<(), Failure> {
    let mut desk = context.desk()?;
    let forgotten = desk.theme().locale().word("person-forgotten");
    let rows: Vec<(String, String, String)> = desk
        .book()
        .everybody()
        .map(|(pseudonym, known)| match known {
            Known::Contact(contact) => (pseudonym.to_string(), contact.name, contact.email.to_string()),
            _ => (pseudonym.to_string(), forgotten.clone(), String::new()),
        })
        .collect();
    if context.json {
        let rows: Vec<_> =
            rows.into_iter().map(|(id, name, email)| json!({ "id": id, "name": name, "email": email })).collect();
        return print_json(&rows);
    }
    for (id, name, email) in rows {
        say!("{id}  {name:<28} {email}");
    }
    Ok(())
}

/// A heading is recognised by the absence of an at sign.
fn import(context: &Context, path: &std::path::Path) -> Result<(), Failure> {
    let mut desk = context.desk()?;
    let (mut added, mut wrong) = (0, 0);
    let mut named = Vec::new();
    for row in super::import::table(path)? {
        let email = row.cells.iter().find(|cell| cell.contains('@'));
        if email.is_none() && row.line == 1 {
            named = columns_of_names(&row.cells);
            continue;
        }
        let says = |cell: &&String| !cell.contains('@') && !cell.is_empty();
        let name: Vec<&str> = if named.is_empty() {
            row.cells.iter().filter(says).map(String::as_str).take(2).collect()
        } else {
            named.iter().filter_map(|column| row.cells.get(*column)).filter(says).map(String::as_str).collect()
        };
        if let Some(Ok(contact)) = email.map(|email| contact(&desk, &name.join(" "), email)) {
            desk.book().enter(&contact)?;
            added += 1;
        } else {
            wrong += 1;
            eprintln!("{}", desk.theme().locale().say(&Phrase::new("cli-import-row").with("row", row.line)));
        }
    }
    if context.json {
        print_json(&json!({ "added": added, "wrong": wrong }))?;
    } else {
        say!("{}", desk.theme().locale().say(&Phrase::new("cli-imported").with("added", added).with("wrong", wrong)));
    }
    if wrong > 0 { Err(Failure::Wrong(None)) } else { Ok(()) }
}

/// Which columns make a name, as their headings say: the first name first. None: no heading says so.
fn columns_of_names(headings: &[String]) -> Vec<usize> {
    let headings: Vec<String> = headings.iter().map(|heading| heading.to_lowercase()).collect();
    let has = |heading: &String, words: &[&str]| words.iter().any(|word| heading.contains(word));
    let first = |heading: &String| has(heading, &["prénom", "prenom", "first", "given"]);
    let is_name = |heading: &String| has(heading, &["nom", "name"]) && !has(heading, &["utilisateur", "user"]);
    let mut columns: Vec<usize> = (0..headings.len()).filter(|column| is_name(&headings[*column])).collect();
    columns.sort_by_key(|column| !first(&headings[*column]));
    columns
}

fn forget(context: &Context, who: &str) -> Result<(), Failure> {
    context.at_the_desk(|desk| {
        let pseudonym = whom(desk, who)?;
        let requester = Requester::Person(pseudonym.clone());
        let say = |desk: &Desk, said: Phrase| {
            if !context.json {
                say!("{}", desk.theme().locale().say(&said));
            }
        };
        let (mut open, mut coming) = (Vec::new(), Vec::new());
        for filed in desk.office().tickets.values() {
            let concerned = filed.ticket.audience().any(|person| *person == requester);
            if concerned && filed.ticket.is_open(&desk.site().vocabulary) {
                let said = Phrase::new("cli-forget-open").with("id", filed.ticket.id);
                say(desk, said.with("title", &filed.ticket.title));
                open.push(filed.ticket.id.to_string());
            }
        }
        let (calendar, now) = (&desk.site().calendar, desk.wall_clock());
        for booked in desk.office().reservations.values() {
            let booking = &booked.reservation;
            if booking.requester == requester && booking.occurrences(calendar).any(|span| now < span.ends()) {
                let said = Phrase::new("cli-forget-coming").with("id", &booking.stem);
                say(desk, said.with("purpose", &booking.purpose));
                coming.push(booking.stem.to_string());
            }
        }
        desk.book().forget(&pseudonym)?;
        let letters = desk.outbox().forget(pseudonym.as_str())?;
        say(desk, Phrase::new("cli-forgotten").with("who", &pseudonym).with("letters", letters));
        if context.json {
            let id = pseudonym.as_str();
            return print_json(&json!({ "id": id, "letters": letters, "open": open, "coming": coming }));
        }
        Ok(())
    })
}

fn contact(desk: &Desk, name: &str, email: &str) -> Result<Contact, Failure> {
    let typed = crate::domain::draft::SenderFields { name: name.to_owned(), email: email.to_owned() };
    typed.check().map_err(|faults| super::refused(desk, &crate::desk::Refusal::Faults(faults)))
}

/// Enters the colleague met in the corridor. Who has no name here yet is called by what stands before the at sign.
pub(super) fn enter(desk: &mut Desk, address: &str, name: &str) -> Result<Pseudonym, Failure> {
    let odd = Phrase::new("fault-email-odd").with("typed", address);
    let email = MailAddress::new(address).ok_or_else(|| Failure::Wrong(Some(desk.theme().locale().say(&odd))))?;
    let local = email.as_str().split('@').next().unwrap_or_default().to_owned();
    let name = if name.trim().is_empty() { local } else { name.trim().to_owned() };
    Ok(desk.book().enter(&Contact { name, email })?)
}

/// The member whose git identity this is; else nobody.
pub(super) fn oneself(desk: &Desk) -> Requester {
    let identity = desk.repository().identity();
    let member = identity.and_then(|identity| desk.site().vocabulary.member_by_email(&identity.email));
    member.map_or(Requester::Nobody, |member| Requester::Member(member.id.clone()))
}

/// Somebody named by pseudonym or address.
fn whom(desk: &mut Desk, who: &str) -> Result<Pseudonym, Failure> {
    if let Some(pseudonym) = Pseudonym::new(who) {
        return Ok(pseudonym);
    }
    let found = MailAddress::new(who).and_then(|email| desk.book().by_address(&email).cloned());
    found.ok_or_else(|| Failure::Wrong(Some(desk.theme().locale().say(&Phrase::new("cli-nobody").with("who", who)))))
}
