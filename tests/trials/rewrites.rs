//! History is rewritten: amended, squashed, rebased, thrown back, pushed by force. What differs in the end is told once
//! for each ticket, what does not is not told again.

use std::collections::BTreeMap;

use crate::dice::Dice;
use crate::kit::{School, Tree, path_of};
use crate::post::STATUSES;

const TICKETS: usize = 5;
/// Of commits made by hand, the last so many may be rewritten.
const DEPTH: u64 = 3;

pub fn run(rewrites: u64, dice: &mut Dice) -> String {
    let school = School::new();
    school.leave_letters();
    let tickets: Vec<String> =
        (0..TICKETS).map(|number| school.declare(&format!("Panne {number}")).post().accepted()).collect();
    let amina = school.amina();
    let mut told: BTreeMap<&str, String> = tickets.iter().map(|id| (id.as_str(), "nouveau".to_owned())).collect();
    school.skip_letters();
    let mut letters = 0;
    for number in 0..rewrites {
        for _ in 0..DEPTH {
            let id = dice.pick(&tickets).clone();
            change(school.tree(), &id, dice);
            letters += compare(&school, &mut told, &format!("before rewrite {number}"));
        }
        let id = dice.pick(&tickets).clone();
        let how = rewrite(&school, &amina, &id, dice);
        letters += compare(&school, &mut told, &format!("rewrite {number}, {how}"));
    }
    format!("{rewrites} rewrites, {letters} letters: 0 again, 0 missed")
}

fn status_of(tree: &Tree, id: &str) -> String {
    let text = tree.git(&["show", &format!("main:{}", path_of(id))]);
    text.lines().find_map(|line| line.strip_prefix("status: ")).unwrap().to_owned()
}

fn edit(tree: &Tree, id: &str, dice: &mut Dice) {
    let now = tree.read(&path_of(id));
    let others: Vec<_> = STATUSES.iter().filter(|(key, _)| !now.contains(&format!("\nstatus: {key}\n"))).collect();
    tree.set_status(id, dice.pick(&others).0);
}

fn change(tree: &Tree, id: &str, dice: &mut Dice) {
    edit(tree, id, dice);
    tree.git(&["commit", "--quiet", "--all", "--message", "Suivi"]);
}

/// Rewrites the last commits, by hand in the server's tree or by a forced push; says how.
fn rewrite(school: &School, amina: &Tree, id: &str, dice: &mut Dice) -> &'static str {
    let tree = school.tree();
    let back = format!("HEAD~{}", dice.between(1, DEPTH));
    match dice.between(1, 6) {
        1 => {
            tree.git(&["commit", "--quiet", "--amend", "--allow-empty", "--message", "Autrement dit"]);
            "amend of the message"
        }
        2 => {
            edit(tree, id, dice);
            tree.git(&["commit", "--quiet", "--amend", "--all", "--allow-empty", "--no-edit"]);
            "amend of the content"
        }
        3 => {
            tree.git(&["reset", "--quiet", "--soft", &back]);
            tree.git(&["commit", "--quiet", "--allow-empty", "--message", "En un seul"]);
            "squash"
        }
        4 => {
            tree.git(&["rebase", "--quiet", "--force-rebase", &back]);
            "rebase"
        }
        5 => {
            tree.git(&["reset", "--quiet", "--hard", &back]);
            change(tree, id, dice);
            "reset and another commit"
        }
        _ => {
            amina.git(&["fetch", "--quiet", "origin"]);
            amina.git(&["reset", "--quiet", "--hard", "origin/main"]);
            amina.git(&["reset", "--quiet", "--hard", &back]);
            change(amina, id, dice);
            amina.git(&["push", "--quiet", "--force", "origin", "HEAD:main"]);
            "forced push"
        }
    }
}

/// The letters since last time are those of the tickets whose status is not what was told last: one to the requester
/// and one to the team.
fn compare(school: &School, told: &mut BTreeMap<&str, String>, when: &str) -> usize {
    let mut got: Vec<(String, String)> =
        school.letters().into_iter().map(|letter| (letter.subject, letter.to)).collect();
    let mut expected = Vec::new();
    for (id, last) in told.iter_mut() {
        let status = status_of(school.tree(), id);
        if status != *last {
            let label = STATUSES.iter().find(|(key, _)| *key == status).map_or("Nouveau", |(_, label)| label);
            let title = school.tree().git(&["show", &format!("main:{}", path_of(id))]);
            let title = title.lines().find_map(|line| line.strip_prefix("title: ")).unwrap();
            for reader in [crate::post::SOPHIE, crate::kit::TEAM] {
                expected.push((format!("[{id}] {label} : {title}"), reader.to_owned()));
            }
            *last = status;
        }
    }
    got.sort();
    expected.sort();
    assert_eq!(got, expected, "letters after {when}");
    got.len()
}
