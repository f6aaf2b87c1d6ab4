//! What a signed link lets its holder do to a ticket, decided on the ticket as it is when the button is pressed.

use crate::domain::act::Act;
use crate::domain::key::Key;
use crate::domain::ticket::Ticket;
use crate::domain::vocabulary::{Status, Vocabulary};

/// What may be done to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnTicket {
    /// « Je prends en charge ».
    Take,
    /// It stands elsewhere.
    Status(Key),
    /// An answer of the team, with a status or without.
    Reply,
    /// « Toujours en panne »: said by who asked; what was closed is open again.
    StillBroken,
    /// « C’est réparé »: said by who asked; it is closed.
    Repaired,
}

impl OnTicket {
    /// Whether there may be something left to do, as far as the ticket tells: before its doer has added anything.
    pub fn is_left(&self, ticket: &Ticket, vocabulary: &Vocabulary) -> bool {
        match self {
            Self::Take => is_free(ticket, vocabulary),
            Self::Status(_) | Self::Repaired => self.act(ticket, vocabulary, &Act::default()).is_some(),
            Self::Reply | Self::StillBroken => true,
        }
    }

    /// What has to change in `ticket` for the deed to be done; `None`: it is done already, or overtaken. `wish` is
    /// what its doer adds: who takes over, what is answered, the status that goes with an answer.
    pub fn act(&self, ticket: &Ticket, vocabulary: &Vocabulary, wish: &Act) -> Option<Act> {
        let initial = &vocabulary.initial_status().word.key;
        let open = ticket.is_open(vocabulary);
        let other = |status: &Key| *status != ticket.status;
        let act = match self {
            // Who has it keeps it: a second click, or a colleague's, takes nothing away.
            Self::Take => {
                let fresh = ticket.status == *initial;
                let free = is_free(ticket, vocabulary);
                let holds = |member: &Key| ticket.assignee.as_ref().and_then(|named| named.key()) == Some(member);
                Act {
                    status: taken(vocabulary).filter(|_| fresh).map(|status| status.word.key.clone()),
                    assignee: wish.assignee.clone().filter(|member| free && !holds(member)),
                    answer: None,
                }
            }
            // A status that was retired since the link was made is not set any more.
            Self::Status(status) => {
                let current = reachable(vocabulary).map(|status| &status.word.key).find(|key| *key == status);
                Act { status: current.cloned().filter(other), ..Act::default() }
            }
            Self::Reply => Act { status: wish.status.clone().filter(other), assignee: None, ..wish.clone() },
            Self::StillBroken => Act {
                status: first_open(vocabulary).filter(|_| !open).map(|status| status.word.key.clone()),
                assignee: None,
                answer: wish.answer.clone(),
            },
            Self::Repaired => Act {
                status: repaired(vocabulary).filter(|_| open).map(|status| status.word.key.clone()),
                ..Act::default()
            },
        };
        Some(act).filter(|act| !act.is_empty())
    }
}

/// Nobody has it yet.
fn is_free(ticket: &Ticket, vocabulary: &Vocabulary) -> bool {
    let fresh = ticket.status == vocabulary.initial_status().word.key;
    fresh || ticket.is_open(vocabulary) && ticket.assignee.is_none()
}

/// The statuses that a link or a command may set: any but the initial one.
pub fn reachable(vocabulary: &Vocabulary) -> impl Iterator<Item = &Status> {
    let initial = &vocabulary.initial_status().word.key;
    vocabulary.statuses.current().filter(move |status| status.word.key != *initial)
}

/// What a ticket becomes that somebody takes over.
fn taken(vocabulary: &Vocabulary) -> Option<&Status> {
    reachable(vocabulary).find(|status| status.word.key.as_str() == "pris-en-charge").or_else(|| first_open(vocabulary))
}

/// What a closed ticket becomes that is open again.
fn first_open(vocabulary: &Vocabulary) -> Option<&Status> {
    reachable(vocabulary).find(|status| !status.closed)
}

/// What a ticket becomes that is repaired.
fn repaired(vocabulary: &Vocabulary) -> Option<&Status> {
    let closed = || reachable(vocabulary).filter(|status| status.closed);
    closed().find(|status| status.word.key.as_str() == "ferme").or_else(|| closed().last())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::person::Requester;
    use crate::domain::ticket::{Named, TicketId};
    use crate::domain::vocabulary::{Terms, Word};

    fn key(text: &str) -> Key {
        Key::new(text).unwrap()
    }

    fn word(key: &Key) -> Word {
        Word { key: key.clone(), label: key.to_string(), aliases: Vec::new(), retired: false }
    }

    /// A school whose statuses are called so; the last two are closed.
    fn vocabulary(statuses: &[&str]) -> Vocabulary {
        let status = |(at, name): (usize, &&str)| Status { word: word(&key(name)), closed: at + 2 >= statuses.len() };
        Vocabulary {
            statuses: Terms::new(statuses.iter().enumerate().map(status).collect()).unwrap(),
            categories: Terms::new(vec![word(&key("autre"))]).unwrap(),
            severities: Terms::new(vec![word(&key("panne"))]).unwrap(),
            resources: Terms::new(Vec::new()).unwrap(),
            members: Terms::new(Vec::new()).unwrap(),
            status_slips: Vec::new(),
        }
    }

    fn default_words() -> Vocabulary {
        vocabulary(&["nouveau", "pris-en-charge", "en-cours", "sans-suite", "ferme"])
    }

    fn ticket(status: &str, assignee: Option<&str>) -> Ticket {
        Ticket {
            id: TicketId { year: 2026, number: 42 },
            title: "x".to_owned(),
            status: key(status),
            resource: Named::Unknown("x".to_owned()),
            category: Named::Known(key("autre")),
            severity: Named::Known(key("panne")),
            created: None,
            requester: Requester::Nobody,
            assignee: assignee.map(|member| Named::Known(key(member))),
            attachments: Vec::new(),
            watchers: Vec::new(),
            duplicate_of: None,
            out_of_service: false,
            planned: None,
            handed_to: None,
            banner: false,
            body: String::new(),
        }
    }

    fn status(status: &str) -> Act {
        Act { status: Some(key(status)), ..Act::default() }
    }

    #[test]
    fn taking_over_is_done_once_and_takes_nothing_from_a_colleague() {
        let words = default_words();
        let take = OnTicket::Take;
        let wish = |member: &str| Act { assignee: Some(key(member)), ..Act::default() };
        let new = ticket("nouveau", None);
        let both = Act { status: Some(key("pris-en-charge")), ..wish("paul") };
        assert_eq!(take.act(&new, &words, &wish("paul")), Some(both));
        assert_eq!(take.act(&new, &words, &Act::default()), Some(status("pris-en-charge")));
        let taken = ticket("pris-en-charge", Some("paul"));
        assert_eq!(take.act(&taken, &words, &wish("paul")), None);
        assert_eq!(take.act(&taken, &words, &wish("amina")), None);
        let nobodys = ticket("en-cours", None);
        assert_eq!(take.act(&nobodys, &words, &wish("paul")), Some(wish("paul")));
        assert_eq!(take.act(&nobodys, &words, &Act::default()), None);
        assert_eq!(take.act(&ticket("ferme", None), &words, &wish("paul")), None);
    }

    #[test]
    fn who_asked_closes_and_opens_again() {
        let words = default_words();
        let said = Act { answer: Some("Toujours en panne.".to_owned()), ..Act::default() };
        let (broken, repaired) = (OnTicket::StillBroken, OnTicket::Repaired);
        let open = ticket("en-cours", None);
        let closed = ticket("sans-suite", None);
        assert_eq!(broken.act(&open, &words, &said), Some(said.clone()));
        assert_eq!(broken.act(&closed, &words, &said), Some(Act { status: Some(key("pris-en-charge")), ..said }));
        assert_eq!(repaired.act(&open, &words, &Act::default()), Some(status("ferme")));
        assert_eq!(repaired.act(&closed, &words, &Act::default()), None);
    }

    #[test]
    fn a_school_with_its_own_statuses_is_understood() {
        let words = vocabulary(&["neu", "arbeit", "weg", "fertig"]);
        let new = ticket("neu", None);
        assert_eq!(OnTicket::Take.act(&new, &words, &Act::default()), Some(status("arbeit")));
        assert_eq!(OnTicket::Repaired.act(&new, &words, &Act::default()), Some(status("fertig")));
        let gone = ticket("weg", None);
        assert_eq!(OnTicket::StillBroken.act(&gone, &words, &Act::default()), Some(status("arbeit")));
    }
}
