//! What differs between two versions of a ticket, in the terms of the field.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::key::Key;
use super::ticket::{Named, Ticket, TicketId};

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// It was not there before.
    Created,
    /// It stands elsewhere.
    Status {
        /// Where it stood.
        from: Key,
        /// Where it stands.
        to: Key,
    },
    /// Text was added at the end of the body: Markdown, internal notes left out.
    Answer(String),
    /// Somebody else looks after it, or nobody does.
    Assigned(Option<Named>),
    /// It is about something else.
    Resource(Named),
    /// It has another title.
    Title(String),
    /// Somebody will come by that day, or not any more.
    Planned(Option<Date>),
    /// It was handed to somebody outside, or taken back.
    HandedTo(Option<String>),
    /// It repeats another ticket, or does not any more.
    DuplicateOf(Option<TicketId>),
    /// The resource was taken out of service, or given back.
    OutOfService(bool),
    /// More people said « moi aussi ».
    Watched,
    /// The body was changed in another way than by adding to it.
    Edited,
}

/// What makes `new` another ticket than `old`, in the order in which a person would tell it. Values
/// that only mean something to the requester's anonymity or to the desk (`requester`, `created`,
/// attachments, banner, category, severity) tell nothing.
pub fn changes(old: Option<&Ticket>, new: &Ticket) -> Vec<Change> {
    let Some(old) = old else {
        return vec![Change::Created];
    };
    let mut found = Vec::new();
    if old.status != new.status {
        found.push(Change::Status { from: old.status.clone(), to: new.status.clone() });
    }
    if old.assignee != new.assignee {
        found.push(Change::Assigned(new.assignee.clone()));
    }
    if old.planned != new.planned {
        found.push(Change::Planned(new.planned));
    }
    if old.handed_to != new.handed_to {
        found.push(Change::HandedTo(new.handed_to.clone()));
    }
    if old.duplicate_of != new.duplicate_of {
        found.push(Change::DuplicateOf(new.duplicate_of));
    }
    if old.out_of_service != new.out_of_service {
        found.push(Change::OutOfService(new.out_of_service));
    }
    if old.resource != new.resource {
        found.push(Change::Resource(new.resource.clone()));
    }
    if old.title != new.title {
        found.push(Change::Title(new.title.clone()));
    }
    if new.watchers.len() > old.watchers.len() {
        found.push(Change::Watched);
    }
    match added_text(&old.body, &new.body) {
        Added::Nothing | Added::Note => {}
        Added::Answer(text) => found.push(Change::Answer(text)),
        Added::Rewritten => found.push(Change::Edited),
    }
    found
}

enum Added {
    Nothing,
    Note,
    Answer(String),
    Rewritten,
}

/// What was added at the end, when the old body is a prefix of the new one. Line endings and blanks at
/// the very end do not count.
fn added_text(old: &str, new: &str) -> Added {
    let (old, new) = (unix(old), unix(new));
    let (old, new) = (old.trim_end(), new.trim_end());
    if old == new {
        return Added::Nothing;
    }
    match new.strip_prefix(old) {
        // An answer begins on a line of its own: "ok" after "ok" is not "okok". A note that the old text began may go
        // on in the new one, so both are read without their notes.
        Some(rest) if old.is_empty() || rest.starts_with('\n') => {
            let (before, after) = (without_notes(old), without_notes(new));
            match after.strip_prefix(before.trim_end()).unwrap_or_default().trim() {
                "" => Added::Note,
                text => Added::Answer(text.to_owned()),
            }
        }
        _ => Added::Rewritten,
    }
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// The text without its internal notes, the HTML comments. One that is never closed runs to the end:
/// what was meant to stay inside must not get out because of a slip. `\<!--` is literal text.
pub fn without_notes(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("<!--") {
        if rest[..start].ends_with('\\') {
            kept.push_str(&rest[..start + 4]);
            rest = &rest[start + 4..];
            continue;
        }
        kept.push_str(&rest[..start]);
        rest = rest[start + 4..].find("-->").map_or("", |end| &rest[start + 4 + end + 3..]);
    }
    kept.push_str(rest);
    kept
}

/// Whether a text ends inside an internal note.
pub fn is_open_note(text: &str) -> bool {
    !without_notes(&format!("{text}x")).ends_with('x')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(old: &str, new: &str) -> Option<String> {
        match added_text(old, new) {
            Added::Answer(text) => Some(text),
            _ => None,
        }
    }

    #[test]
    fn text_at_the_end_is_an_answer() {
        assert_eq!(answer("A\n", "A\n\nB\n").as_deref(), Some("B"));
        assert_eq!(answer("A\r\n", "A\n\nB").as_deref(), Some("B"));
        assert_eq!(answer("", "B").as_deref(), Some("B"));
        assert_eq!(answer("A", "A\n\n<!-- interne -->\n"), None);
        assert_eq!(answer("A", "A\n\n<!-- interne -->vu").as_deref(), Some("vu"));
        assert_eq!(answer("A\n<!-- interne", "A\n<!-- interne\nsuite -->"), None);
        assert!(matches!(added_text("ok", "okok"), Added::Rewritten));
        assert!(matches!(added_text("A", "A \n\n"), Added::Nothing));
    }

    #[test]
    fn notes_stay_inside() {
        assert_eq!(without_notes("a<!-- x -->b<!-- y"), "ab");
        assert_eq!(without_notes("a \\<!-- b"), "a \\<!-- b");
    }
}
