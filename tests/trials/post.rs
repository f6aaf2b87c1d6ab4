//! What should have been told, held against what the mail server took.

use std::collections::{BTreeMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::dice::Dice;
use crate::kit::{Letter, Reply, School, Sink, TEAM, eventually, willing};

/// Who declares.
pub const SOPHIE: &str = "sophie.martin@college.example";
/// The statuses that a ticket can come to, and what the subject of a letter calls them.
pub const STATUSES: [(&str, &str); 4] = [
    ("pris-en-charge", "Pris en charge"),
    ("en-cours", "En cours de résolution"),
    ("sans-suite", "Sans suite"),
    ("ferme", "Fermé"),
];
/// Longer than any letter waits for its next try.
const LONG_ENOUGH: SignedDuration = SignedDuration::from_mins(70);

/// For each ticket, what happened, in order: each is one letter to its requester and one to the team.
#[derive(Default)]
pub struct Told {
    expected: BTreeMap<String, Vec<String>>,
}

impl Told {
    pub fn expect(&mut self, ticket: &str, what: &str) {
        self.expected.entry(ticket.to_owned()).or_default().push(what.to_owned());
    }

    /// Everybody got everything once and in order. How many letters, and how many of them came again under the same
    /// id, which only the instant after the server's last word excuses.
    pub fn check(&self, sink: &Sink) -> (usize, usize) {
        let taken = sink.taken();
        let mut seen = HashSet::new();
        let first: Vec<&(String, Letter)> = taken.iter().filter(|(to, letter)| seen.insert((to, &letter.id))).collect();
        for (ticket, expected) in &self.expected {
            let about = format!("[{ticket}] ");
            for reader in [SOPHIE, TEAM] {
                let got: Vec<&str> = first
                    .iter()
                    .filter(|(to, _)| to == reader)
                    .filter_map(|(_, letter)| letter.subject.strip_prefix(&about)?.split(" : ").next())
                    .collect();
                assert_eq!(&got, expected, "{reader} is told of {ticket}");
            }
        }
        let wanted = 2 * self.expected.values().map(Vec::len).sum::<usize>();
        assert_eq!(first.len(), wanted, "letters that nobody asked for");
        (first.len(), taken.len() - first.len())
    }
}

/// A mail server in a bad mood: so many lines of a hundred go wrong.
pub fn moody(mut dice: Dice, percent: u64) -> impl FnMut(&str) -> Reply + Send + 'static {
    move |line| {
        if !dice.percent(percent) {
            return willing(line);
        }
        match line.split([' ', ':']).next() {
            Some("") => Reply::Say("421 too busy"),
            Some("MAIL") => Reply::Say("451 not now"),
            Some("RCPT") => Reply::Say("450 greylisted"),
            Some("DATA") => Reply::Cut,
            Some(".") if dice.percent(50) => Reply::TakeAndCut,
            Some(".") => Reply::Say("452 no space"),
            _ => willing(line),
        }
    }
}

/// The clock of the next server shows so much more.
pub fn later(school: &School, wait: SignedDuration) {
    let now: Timestamp = school.now().parse().unwrap();
    school.set_clock(&(now + wait).to_string());
}

/// The mail server is well again: all that waits leaves.
pub fn drain(school: &School, sink: &Sink) {
    sink.now(willing);
    later(school, LONG_ENOUGH);
    school.restart();
    school.settled();
    eventually("the outbox is empty", || (school.health()["outbox_pending"] == 0).then_some(()));
}
