//! The words of a letter about a ticket: subject, text and HTML, for the team or for somebody else. Where it
//! is kept and how it leaves is not its business.

mod booking;

use anyhow::Result;

pub use self::booking::booking;
use super::locale::Locale;
use super::scene::{Scene, ticket_url};
use super::view::{ChangeLine, Detail, LetterView, Link};
use crate::content::markdown;
use crate::domain::errand::{Deed, OnTicket};
use crate::domain::history::Author;
use crate::domain::notice::Notice;
use crate::domain::person::{Contact, Known, Requester};
use crate::domain::ticket::{Moment, Ticket};
use crate::domain::vocabulary::Term;
use crate::phrase::Phrase;

/// To whom a letter is written.
#[derive(Clone, Copy, Debug)]
pub enum Reader<'a> {
    /// The shared mailbox: sees who asked, with name and address.
    Team,
    /// A requester or somebody who said « moi aussi ».
    Person {
        /// Where it is known.
        name: Option<&'a str>,
        /// It is their own doing that the letter tells.
        own: bool,
    },
}

/// The address of a link that does something in the reader's name.
pub type Sign<'a> = dyn Fn(Deed) -> String + 'a;

/// A letter's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// One line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// An event for the reader's calendar (RFC 5545); empty: none.
    pub calendar: String,
}

/// A piece of news about a ticket, for one reader.
///
/// # Errors
/// The theme's mail templates are wrong.
pub fn news(
    scene: &Scene<'_>,
    ticket: &Ticket,
    notice: &Notice,
    author: &Author,
    reader: Reader<'_>,
    sign: &Sign<'_>,
) -> Result<Words> {
    let vocabulary = &scene.site.vocabulary;
    let locale = scene.locale();
    let status = ticket.status(vocabulary);
    let what = match (notice.created || notice.status.is_some(), &notice.answer) {
        (false, Some(_)) => locale.word("letter-answer"),
        _ => status.label().to_owned(),
    };
    let who = author_name(scene, author);
    let own = matches!(reader, Reader::Person { own: true, .. });
    let lead = Phrase::new(match (notice.created, notice.status.is_some()) {
        (true, _) if own => "letter-lead-created-own",
        (true, _) => "letter-lead-created",
        (false, true) if own => "letter-lead-status-own",
        (false, true) => "letter-lead-status",
        (false, false) if own => "letter-lead-answer-own",
        (false, false) => "letter-lead-answer",
    });
    let mut view = LetterView {
        greeting: greeting(locale, reader),
        lead: locale.say(&lead.with("who", &who).with("id", ticket.id).with("title", &ticket.title)),
        ..envelope(
            scene,
            locale.say(
                &Phrase::new("letter-subject").with("id", ticket.id).with("what", what).with("title", &ticket.title),
            ),
            reader,
        )
    };
    if let Some((from, to)) = &notice.status {
        view.changes.push(ChangeLine {
            label: locale.word("letter-status"),
            old: scene.badge_of(from).label.to_lowercase(),
            new: scene.badge_of(to).label.to_lowercase(),
        });
    } else if notice.created {
        view.changes.push(ChangeLine {
            label: locale.word("letter-status"),
            old: String::new(),
            new: status.label().to_lowercase(),
        });
    }
    let quoted = if notice.created { Some(&ticket.body) } else { notice.answer.as_ref() };
    if let Some(text) = quoted {
        view.quote = markdown::to_plain(text);
        view.quote_html = markdown::to_html(text);
        view.quote_by = if view.quote.is_empty() { String::new() } else { who };
    }
    view.details = details(scene, ticket, reader);
    view.acts = acts(scene, ticket, reader, sign);
    view.acts_note = acts_note(scene, reader);
    view.link = locale.word("letter-see-ticket");
    let page = ticket_url(ticket.id);
    view.url = format!("{}/{}", scene.site.base_url, page.trim_end_matches("index.html"));
    written(scene, &view)
}

/// An alert to the team: `subject` and `text` are ready.
///
/// # Errors
/// The theme's mail templates are wrong.
pub fn alert(scene: &Scene<'_>, subject: String, lead: String, detail: String) -> Result<Words> {
    let footer = scene.locale().say(&Phrase::new("letter-footer-alert").with("site", &scene.site.title));
    let mut view = LetterView { lead, footer, ..envelope(scene, subject, Reader::Team) };
    if !detail.is_empty() {
        view.quote_html = format!("<pre>{}</pre>", ammonia::clean_text(&detail));
        view.quote = detail;
    }
    view.link = scene.locale().word("letter-see-problems");
    view.url = format!("{}/problems/", scene.site.base_url);
    written(scene, &view)
}

fn envelope(scene: &Scene<'_>, subject: String, reader: Reader<'_>) -> LetterView {
    let key = match reader {
        Reader::Team => "letter-footer-team",
        Reader::Person { .. } => "letter-footer-person",
    };
    let footer = Phrase::new(key).with("team", &scene.site.team.name).with("site", &scene.site.title);
    LetterView {
        subject,
        reachable: scene.site.letters_may_link(),
        footer: scene.locale().say(&footer),
        language: scene.site.language.tag().to_owned(),
        ..LetterView::default()
    }
}

fn written(scene: &Scene<'_>, view: &LetterView) -> Result<Words> {
    let frame = scene.frame("", "");
    Ok(Words {
        subject: view.subject.clone(),
        text: scene.theme.page("mail/letter.txt", &frame, view)?,
        html: scene.theme.page("mail/letter.html", &frame, view)?,
        calendar: String::new(),
    })
}

fn greeting(locale: &Locale, reader: Reader<'_>) -> String {
    match reader {
        Reader::Team => String::new(),
        Reader::Person { name: Some(name), .. } => locale.say(&Phrase::new("letter-greeting").with("name", name)),
        Reader::Person { name: None, .. } => locale.word("letter-greeting-nobody"),
    }
}

/// In a mail between colleagues people have names, whatever the public pages show.
pub(super) fn author_name(scene: &Scene<'_>, author: &Author) -> String {
    match author {
        Author::Person(pseudonym) => match (scene.people)(pseudonym) {
            Known::Contact(contact) => contact.name,
            Known::Forgotten => scene.locale().word("person-forgotten"),
            Known::Unknown => scene.locale().word("person-colleague"),
        },
        Author::Member(key) => scene.member(key),
        Author::Team => scene.site.team.name.clone(),
        Author::Stranger(name) if name.contains('@') => scene.locale().word("person-stranger"),
        Author::Stranger(name) => name.clone(),
    }
}

/// What the reader can do from the mail, as far as there is something left to do.
fn acts(scene: &Scene<'_>, ticket: &Ticket, reader: Reader<'_>, sign: &Sign<'_>) -> Vec<Link> {
    let offered = match reader {
        Reader::Team => [("letter-act-take", OnTicket::Take)].as_slice(),
        Reader::Person { .. } => {
            &[("letter-act-broken", OnTicket::StillBroken), ("letter-act-repaired", OnTicket::Repaired)]
        }
    };
    let left = offered.iter().filter(|(_, deed)| deed.is_left(ticket, &scene.site.vocabulary));
    let mut deeds: Vec<_> = left.map(|(key, deed)| (*key, Deed::Ticket(ticket.id, deed.clone()))).collect();
    if let Reader::Team = reader {
        deeds.push(("letter-act-team", Deed::TeamPage));
    }
    links(scene, deeds, sign)
}

fn links(scene: &Scene<'_>, deeds: Vec<(&'static str, Deed)>, sign: &Sign<'_>) -> Vec<Link> {
    deeds.into_iter().map(|(key, deed)| Link { text: scene.locale().word(key), url: sign(deed) }).collect()
}

/// For whom the links of a letter are.
fn acts_note(scene: &Scene<'_>, reader: Reader<'_>) -> String {
    scene.locale().word(match reader {
        Reader::Team => "letter-acts-team",
        Reader::Person { .. } => "letter-acts-person",
    })
}

fn details(scene: &Scene<'_>, ticket: &Ticket, reader: Reader<'_>) -> Vec<Detail> {
    let vocabulary = &scene.site.vocabulary;
    let locale = scene.locale();
    let mut details = Vec::new();
    let mut add = |label: &'static str, value: String| {
        if !value.is_empty() {
            details.push(Detail { label: locale.word(label), value });
        }
    };
    add("letter-place", ticket.resource.label(&vocabulary.resources).to_owned());
    add("letter-category", ticket.category.label(&vocabulary.categories).to_owned());
    add("letter-severity", ticket.severity.label(&vocabulary.severities).to_owned());
    add("letter-created", scene.moment(ticket.created.map(|Moment { at, .. }| at)).text);
    add(
        "letter-assignee",
        ticket.assignee.as_ref().map(|named| named.label(&vocabulary.members).to_owned()).unwrap_or_default(),
    );
    add("letter-planned", ticket.planned.map(|day| locale.day(day).text).unwrap_or_default());
    if let Reader::Team = reader {
        add("letter-requester", requester_in_full(scene, &ticket.requester));
        if !ticket.watchers.is_empty() {
            let names: Vec<String> = ticket.watchers.iter().map(|watcher| requester_in_full(scene, watcher)).collect();
            add("letter-watchers", names.join(", "));
        }
    }
    details
}

/// Name and address, for the team's eyes.
pub fn requester_in_full(scene: &Scene<'_>, requester: &Requester) -> String {
    match requester {
        Requester::Nobody => String::new(),
        Requester::Member(key) => scene.member(key),
        Requester::Person(pseudonym) => match (scene.people)(pseudonym) {
            Known::Contact(Contact { name, email }) => format!("{name} <{email}>"),
            Known::Forgotten => scene.locale().word("person-forgotten"),
            Known::Unknown => pseudonym.to_string(),
        },
    }
}
