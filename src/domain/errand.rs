//! What a signed link lets its holder do: a deed, in somebody's name, until a moment. Links follow from commits
//! and are never stored; what they do is decided on the ticket as it is when the button is pressed.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::act::Act;
use super::key::Key;
use super::person::Pseudonym;
use super::ticket::{Ticket, TicketId};
use super::vocabulary::{Status, Vocabulary};
use crate::seal::Seal;

/// A link that acts on one ticket is good for this long.
const DEED_LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// A link to the team's page, which shows names and addresses, is good for this long.
const TEAM_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a link allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// What may be done.
    pub deed: Deed,
    /// In whose name.
    pub bearer: Bearer,
    /// From this moment on, nothing any more.
    pub until: Timestamp,
}

/// What may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// « Je prends en charge ».
    Take(TicketId),
    /// It stands elsewhere.
    Status(TicketId, Key),
    /// An answer of the team, with a status or without.
    Reply(TicketId),
    /// « Toujours en panne »: said by who asked; what was closed is open again.
    StillBroken(TicketId),
    /// « C’est réparé »: said by who asked; it is closed.
    Repaired(TicketId),
    /// The team's page.
    TeamPage,
}

/// In whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// The team's: whoever reads the shared mailbox says who acts.
    Team,
    /// A member of the team.
    Member(Key),
    /// Somebody of the address book.
    Person(Pseudonym),
}

impl Deed {
    /// How long a link to it is good.
    pub fn life(&self) -> SignedDuration {
        if *self == Self::TeamPage { TEAM_LIFE } else { DEED_LIFE }
    }

    /// The ticket that it is about.
    pub fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::Take(id) | Self::Status(id, _) | Self::Reply(id) | Self::StillBroken(id) | Self::Repaired(id) => {
                Some(*id)
            }
            Self::TeamPage => None,
        }
    }

    /// Whether there may be something left to do, as far as the ticket tells: before its doer has added anything.
    pub fn is_left(&self, ticket: &Ticket, vocabulary: &Vocabulary) -> bool {
        match self {
            Self::Take(_) => is_free(ticket, vocabulary),
            Self::Status(..) | Self::Repaired(_) => self.act(ticket, vocabulary, &Act::default()).is_some(),
            Self::Reply(_) | Self::StillBroken(_) | Self::TeamPage => true,
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
            Self::Take(_) => {
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
            Self::Status(_, status) => {
                let current = reachable(vocabulary).map(|status| &status.word.key).find(|key| *key == status);
                Act { status: current.cloned().filter(other), ..Act::default() }
            }
            Self::Reply(_) => Act { status: wish.status.clone().filter(other), assignee: None, ..wish.clone() },
            Self::StillBroken(_) => Act {
                status: first_open(vocabulary).filter(|_| !open).map(|status| status.word.key.clone()),
                assignee: None,
                answer: wish.answer.clone(),
            },
            Self::Repaired(_) => Act {
                status: repaired(vocabulary).filter(|_| open).map(|status| status.word.key.clone()),
                ..Act::default()
            },
            Self::TeamPage => Act::default(),
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

impl Errand {
    /// An errand from a moment on.
    pub fn from(at: Timestamp, deed: Deed, bearer: Bearer) -> Self {
        Self { until: at + deed.life(), deed, bearer }
    }

    /// As it stands in an address.
    pub fn sealed(&self, seal: &Seal) -> String {
        seal.sign(&self.to_string())
    }

    /// Its address on the site at `base_url`, which has no slash at its end.
    pub fn url(&self, base_url: &str, seal: &Seal) -> String {
        let way = if self.deed == Deed::TeamPage { "team/?k=" } else { "do/" };
        format!("{base_url}/{way}{}", self.sealed(seal))
    }

    /// What an address allows; `None`: it is none of ours.
    pub fn unsealed(seal: &Seal, signed: &str) -> Option<Self> {
        let text = seal.read(signed)?;
        let words: Vec<&str> = text.split(' ').collect();
        let [verb, item, bearer, value, until] = words[..] else {
            return None;
        };
        let ticket = || item.parse::<TicketId>().ok();
        let deed = match verb {
            "take" => Deed::Take(ticket()?),
            "status" => Deed::Status(ticket()?, Key::new(value)?),
            "reply" => Deed::Reply(ticket()?),
            "still-broken" => Deed::StillBroken(ticket()?),
            "repaired" => Deed::Repaired(ticket()?),
            "team-page" => Deed::TeamPage,
            _ => return None,
        };
        let bearer = match bearer.split_once(':') {
            None if bearer == "team" => Bearer::Team,
            Some(("member", key)) => Bearer::Member(Key::new(key)?),
            Some(("person", pseudonym)) => Bearer::Person(Pseudonym::new(pseudonym)?),
            _ => return None,
        };
        Some(Self { deed, bearer, until: Timestamp::from_second(until.parse().ok()?).ok()? })
    }

    /// Its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.until
    }
}

/// Five words: verb, item, bearer, value, the second at which it ends.
impl fmt::Display for Errand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, value) = match &self.deed {
            Deed::Take(_) => ("take", "-"),
            Deed::Status(_, status) => ("status", status.as_str()),
            Deed::Reply(_) => ("reply", "-"),
            Deed::StillBroken(_) => ("still-broken", "-"),
            Deed::Repaired(_) => ("repaired", "-"),
            Deed::TeamPage => ("team-page", "-"),
        };
        let item = self.deed.ticket().map_or_else(|| "-".to_owned(), |ticket| ticket.to_string());
        let bearer = match &self.bearer {
            Bearer::Team => "team".to_owned(),
            Bearer::Member(key) => format!("member:{key}"),
            Bearer::Person(pseudonym) => format!("person:{pseudonym}"),
        };
        write!(f, "{verb} {item} {bearer} {value} {}", self.until.as_second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::person::Requester;
    use crate::domain::ticket::Named;
    use crate::domain::vocabulary::{Terms, Word};

    fn id() -> TicketId {
        TicketId { year: 2026, number: 42 }
    }

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
            id: id(),
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
    fn an_errand_survives_its_way_through_an_address() {
        let folder = tempfile::tempdir().unwrap();
        let seal = Seal::open(folder.path()).unwrap();
        let until = Timestamp::from_second(1_800_000_000).unwrap();
        let deeds = [
            Deed::Take(id()),
            Deed::Status(id(), key("en-cours")),
            Deed::Reply(id()),
            Deed::StillBroken(id()),
            Deed::Repaired(id()),
            Deed::TeamPage,
        ];
        let bearers = [
            Bearer::Team,
            Bearer::Member(key("team")),
            Bearer::Member(key("paul.durand")),
            Bearer::Person(Pseudonym::new("p-7k2m9x").unwrap()),
        ];
        for deed in deeds {
            for bearer in bearers.clone() {
                let errand = Errand { deed: deed.clone(), bearer, until };
                assert_eq!(Errand::unsealed(&seal, &errand.sealed(&seal)), Some(errand.clone()));
                assert!(!errand.is_over(until - SignedDuration::from_secs(1)) && errand.is_over(until));
            }
        }
        for text in
            ["", "take 2026-0042 team - 1", "take 2026-0042 root - 1", "open 2026-0042 team - 1", "take x team - 1"]
        {
            let known = text.starts_with("take 2026-0042 team");
            assert_eq!(Errand::unsealed(&seal, &seal.sign(text)).is_some(), known, "{text}");
        }
    }

    #[test]
    fn taking_over_is_done_once_and_takes_nothing_from_a_colleague() {
        let words = default_words();
        let take = Deed::Take(id());
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
        let (broken, repaired) = (Deed::StillBroken(id()), Deed::Repaired(id()));
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
        assert_eq!(Deed::Take(id()).act(&new, &words, &Act::default()), Some(status("arbeit")));
        assert_eq!(Deed::Repaired(id()).act(&new, &words, &Act::default()), Some(status("fertig")));
        let gone = ticket("weg", None);
        assert_eq!(Deed::StillBroken(id()).act(&gone, &words, &Act::default()), Some(status("arbeit")));
    }
}
