//! Everybody wants the same hour, by the form, by the command beside the server, and by pushing a file: whoever is accepted
//! has it, and nobody else. Looked at from outside: the answers, a fresh clone, the list of problems, the letters.

mod round;
mod wish;

use std::collections::{BTreeMap, HashMap};

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use crate::Order;
use crate::kit::{Letter, School, TEAM, Tree};
use round::{Bid, Road, Round};
use wish::Stretch;

/// Who pushes; a member of the team.
const PUSHES: &str = "amina.benali";
const PUSHES_ADDRESS: &str = "amina.benali@college.example";
/// What can be had, and how many of each.
const RESOURCES: [(&str, u64); 4] = [("salle-info-1", 1), ("micros", 2), ("salle-info-2", 1), ("amphi", 1)];
/// The Monday of the first middle week; the next one is three weeks later.
const FIRST: Date = date(2026, 12, 7);
const DAYS: i64 = 5;
const FIRST_MINUTE: u64 = 8 * 60;
const STRETCHES_A_DAY: u64 = 6;
/// In a school whose year is full everything takes longer.
const ROUNDS_OF_A_SCHOOL: usize = 240;

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let rounds = order.size("rounds");
    let (mut number, mut figures) = (0, Figures::default());
    while number < rounds {
        let school = school();
        let clone = school.clone_of("Amina Benali", PUSHES_ADDRESS);
        let mut held = Vec::new();
        for stretch in stretches().take(ROUNDS_OF_A_SCHOOL).take(usize::try_from(rounds - number).unwrap()) {
            let round = round::held(&school, &clone, stretch, number, &mut dice);
            counted(&round);
            held.push(round);
            number += 1;
        }
        judged(&school, &held, &mut figures);
    }
    let Figures { by_form, by_command, by_push, in_conflict, given_up, refused } = figures;
    format!(
        "{rounds} rounds, no hour twice: {by_form} by form, {by_command} by command, {by_push} by push, {refused} refused; of those who \
         pushed, {in_conflict} in conflict with who came first, {given_up} gave up"
    )
}

#[derive(Default)]
struct Figures {
    by_form: usize,
    by_command: usize,
    by_push: usize,
    in_conflict: usize,
    given_up: usize,
    refused: usize,
}

fn school() -> School {
    let more = "[[resources]]\nid = \"salle-info-2\"\nname = \"Salle informatique 2\"\n\
         [[resources]]\nid = \"amphi\"\nname = \"Amphithéâtre\"\napproval = true\n\
         [[resources]]\nid = \"micros\"\nname = \"Micros\"\nquantity = 2\n[[resources]]\nid = \"wifi\"";
    let school = School::prepare().replace("[[resources]]\nid = \"wifi\"", more).serve();
    school.leave_letters();
    school.expect_problems();
    school
}

/// Every stretch of a year that a round can be about.
fn stretches() -> impl Iterator<Item = Stretch> {
    let days =
        (0..).flat_map(|weeks: i64| (0..DAYS).map(move |day| FIRST.checked_add((21 * weeks + day).days()).unwrap()));
    let begins = |day| (0..STRETCHES_A_DAY).map(move |nth| (day, FIRST_MINUTE + nth * Stretch::LENGTH));
    days.flat_map(begins)
        .flat_map(|(day, begins)| RESOURCES.map(|(resource, stock)| Stretch { resource, stock, day, begins }))
}

/// Right after a round: of what form and command were told that they have it, there is enough.
fn counted(round: &Round) {
    let asked = round.bids.iter().filter(|bid| bid.road != Road::Push);
    let got: u64 = asked.filter(|bid| bid.accepted).map(|bid| bid.wish.quantity).sum();
    assert!(got <= round.stretch.stock, "{got} got the same hour: {round:#?}");
}

/// A file on the branch.
struct Entry<'a> {
    path: String,
    bid: &'a Bid,
}

/// At the end of a school: what the branch holds, in the order in which it came, is what people were told, and who came too
/// late is named, and told, and nobody else.
fn judged(school: &School, rounds: &[Round], figures: &mut Figures) {
    school.settled();
    let folder = tempfile::tempdir().unwrap();
    let clone = Tree::new(folder.path().join("clone"), folder.path().to_owned(), "Oracle", "oracle@college.example");
    clone.clone_from(school.site());
    let mut paths = by_purpose(&clone);
    let problems = school.page("/problems/");
    let letters = Letter::all(&school.state("outbox/queue"));
    let mut late_ones = 0;
    for round in rounds {
        let stock = round.stretch.stock;
        let mut came: Vec<(usize, Entry<'_>)> = Vec::new();
        for bid in &round.bids {
            let found = paths.remove(&bid.wish.purpose);
            assert_eq!(found.is_some(), bid.accepted, "{bid:?} and the branch disagree");
            came.extend(found.map(|(order, path)| (order, Entry { path, bid })));
        }
        came.sort_by_key(|(order, _)| *order);
        let (mut taken, mut standing) = (0, Vec::new());
        for (_, entry) in &came {
            taken += entry.bid.wish.quantity;
            let late = taken > stock;
            let said = problems.contains(&entry.path);
            assert_eq!(
                said,
                late,
                "{} is {}named as a problem: {round:#?}",
                entry.path,
                if said { "" } else { "not " }
            );
            if !late {
                standing.push(entry.bid);
                continue;
            }
            late_ones += 1;
            let blindly = entry.bid.road == Road::Push && !round.careful;
            assert!(blindly, "{} came too late, and was not pushed blindly: {round:#?}", entry.path);
            told(&letters, entry.bid, &standing);
        }
        assert!(!standing.is_empty(), "nobody has it: {round:#?}");
        for bid in round.bids.iter().filter(|bid| !bid.accepted && bid.road != Road::Push) {
            assert!(taken + bid.wish.quantity > stock, "refused, and there was room: {bid:?} in {round:#?}");
        }
        for bid in &round.bids {
            let stands = standing.iter().any(|other| std::ptr::eq(*other, bid));
            *match (bid.road, bid.accepted) {
                (Road::Form, true) => &mut figures.by_form,
                (Road::Command, true) => &mut figures.by_command,
                (Road::Push, true) if stands => &mut figures.by_push,
                (Road::Push, true) => &mut figures.in_conflict,
                (Road::Push, false) => &mut figures.given_up,
                (Road::Form | Road::Command, false) => &mut figures.refused,
            } += 1;
        }
    }
    assert!(paths.is_empty(), "bookings that nobody asked for: {paths:?}");
    assert_eq!(school.problems(), late_ones, "{problems}");
    let disputes = letters.iter().filter(|letter| letter.subject.contains("] Maintenue") && letter.to != TEAM);
    assert_eq!(disputes.count() as u64, late_ones, "letters to who came first");
}

/// Who came too late and the team know it, and so does somebody who stands in the way.
fn told(letters: &[Letter], late: &Bid, standing: &[&Bid]) {
    let about = |what: &str| -> Vec<&str> {
        let about =
            letters.iter().filter(|letter| letter.subject.contains(what) && letter.text.contains(&late.wish.purpose));
        about.map(|letter| letter.to.as_str()).collect()
    };
    let mut readers = about("] En conflit");
    readers.sort_unstable();
    assert_eq!(readers, [PUSHES_ADDRESS, TEAM], "who hears that {late:?} is in conflict");
    let mut readers = about("] Maintenue");
    // The team hears of what still waits for it.
    readers.retain(|reader| *reader != TEAM);
    let holder = |reader: &str| standing.iter().any(|bid| bid.wish.email == reader);
    assert!(readers.len() == 1 && holder(readers[0]), "{readers:?} hear of {late:?}, not one of {standing:?}");
}

/// Each booking's path and when it came, by what it is for.
fn by_purpose(clone: &Tree) -> HashMap<String, (usize, String)> {
    let log = clone.git(&[
        "log",
        "--reverse",
        "--diff-filter=A",
        "--no-renames",
        "--name-only",
        "--format=",
        "--",
        "reservations",
    ]);
    let order: BTreeMap<&str, usize> = log.lines().filter(|line| !line.is_empty()).zip(0..).collect();
    let files = clone.git(&["ls-files", "reservations/2*"]);
    files
        .lines()
        .map(|path| {
            let text = clone.read(path);
            let purpose = text.lines().find_map(|line| line.strip_prefix("purpose: ")).expect("what it is for");
            (purpose.trim_matches('"').to_owned(), (order[path], path.to_owned()))
        })
        .collect()
}
