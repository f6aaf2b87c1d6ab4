//! A référent commits in the server's own working tree and a colleague pushes, both without a pause, beside people
//! with forms: no file that was accepted leaves the branch, nobody is told of a cancellation that was none, and git
//! hardly ever refuses the référent.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::Order;
use crate::clients::Clients;
use crate::kit::{Letter, School, Tree, by_hand, path_of};
use crate::oracle;

const CLIENTS: usize = 4;
/// At the pace of a machine they would leave git no moment between the fetch and the push of a clone.
const PAUSE_MS: u64 = 800;
/// Of a hundred commits of the référent, git may refuse so many because we hold a lock at that moment.
const REFUSED_PERCENT: usize = 2;
/// A share of fewer commits than these says nothing.
const ENOUGH_COMMITS: usize = 200;
/// What the référent writes in between takes a person longer; with less, git lets no push through.
const BREATH: Duration = Duration::from_millis(150);
/// What a commit beside us took back is there again long before.
const PUT_BACK: Duration = Duration::from_secs(20);

pub fn run(order: &Order) -> String {
    let school = School::new();
    school.leave_letters();
    for (name, title) in [("2026-0901", "Le ticket de Paul"), ("2026-0902", "Le ticket d'Amina")] {
        school.tree().save(&path_of(name), by_hand(title, "nouveau"));
    }
    school.tree().commit("Deux tickets à la main");
    let amina = school.amina();
    let clients = Clients::with_pauses(CLIENTS, PAUSE_MS, &mut order.dice());
    clients.open(school.address());
    let (over, tree) = (AtomicBool::new(false), school.tree());
    let (paul, (pushes, stuck)) = std::thread::scope(|scope| {
        let paul = scope.spawn(|| commits_in_a_loop(tree, &over));
        let pushes = scope.spawn(|| pushes_in_a_loop(&amina, &over));
        std::thread::sleep(Duration::from_secs(order.size("seconds")));
        over.store(true, Ordering::SeqCst);
        (paul.join().unwrap(), pushes.join().unwrap())
    });
    let notes = clients.finish();
    school.settled();
    let figures = oracle::nothing_lost(&school, &notes);
    let subjects = school.tree().git(&["log", "--format=%s", "main"]);
    for (who, path, lines) in [("Paul", "2026-0901", paul.made), ("Amina", "2026-0902", pushes)] {
        let text = school.tree().git(&["show", &format!("main:{}", path_of(path))]);
        for line in 0..lines {
            let (subject, line) = (format!("{who} {line}"), format!("Ligne {line}"));
            assert!(subjects.lines().any(|found| found == subject), "lost: the commit « {subject} »");
            assert!(text.lines().any(|found| found == line), "lost: « {line} », committed by hand, from {path}");
        }
    }
    assert!(!stuck, "the branch could not be pulled any more");
    let cancelled: Vec<String> = Letter::all(&school.state("outbox/queue"))
        .into_iter()
        .map(|letter| letter.subject)
        .filter(|subject| subject.starts_with("[Réservation] Annulée") || subject.contains("Supprimé"))
        .collect();
    assert!(cancelled.is_empty(), "nobody cancelled anything: {cancelled:?}");
    let tried = paul.made + paul.refused + paul.crossed;
    let few = tried < ENOUGH_COMMITS || paul.refused * 100 <= tried * REFUSED_PERCENT;
    assert!(few, "git refused {} of {tried} commits", paul.refused);
    format!(
        "{figures}; of {tried} commits of the référent {} refused, {} more by the {pushes} pushes",
        paul.refused, paul.crossed
    )
}

struct Commits {
    made: usize,
    refused: usize,
    /// Refused because a push of a colleague's had come in between.
    crossed: usize,
}

fn commits_in_a_loop(tree: &Tree, over: &AtomicBool) -> Commits {
    let mut commits = Commits { made: 0, refused: 0, crossed: 0 };
    while !over.load(Ordering::SeqCst) {
        let (path, message) = (path_of("2026-0901"), format!("Paul {}", commits.made));
        tree.edit(&path, |text| format!("{text}\nLigne {}\n", commits.made));
        // By turns all at once, and staged for a while first.
        let staged = commits.made % 2 == 1;
        if staged {
            tree.git(&["add", &path]);
            std::thread::sleep(BREATH);
        }
        let all: &[&str] = if staged { &[] } else { &["--all"] };
        loop {
            let committed = tree.once(&[&["commit", "--quiet", "--message", &message], all].concat());
            if committed.status.success() {
                break;
            }
            let said = [committed.stdout, committed.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            assert!(!said.contains("nothing to commit"), "somebody else has committed what « {message} » had staged");
            let busy = ["index.lock': File exists", "cannot lock ref 'HEAD'"];
            let why = busy.iter().find(|why| said.contains(**why)).unwrap_or_else(|| panic!("git commit: {said}"));
            // Git itself makes pushes and commits cross; with that Guichet has nothing to do.
            let crossed = said.split("is at ").nth(1).and_then(|rest| rest.split_whitespace().next());
            if crossed.is_some_and(|commit| tree.git(&["log", "-1", "--format=%an", commit]).starts_with("Amina")) {
                commits.crossed += 1;
            } else {
                eprintln!("git commit: {why}");
                commits.refused += 1;
            }
        }
        commits.made += 1;
        std::thread::sleep(BREATH);
    }
    commits
}

/// How many pushes were accepted, and whether a conflict ended them.
fn pushes_in_a_loop(clone: &Tree, over: &AtomicBool) -> (usize, bool) {
    let mut pushes = 0;
    assert!(pull(clone));
    while !over.load(Ordering::SeqCst) {
        clone.edit(&path_of("2026-0902"), |text| format!("{text}\nLigne {pushes}\n"));
        clone.commit(&format!("Amina {pushes}"));
        while !clone.once(&["push", "--quiet", "origin", "HEAD:main"]).status.success() {
            if over.load(Ordering::SeqCst) {
                return (pushes, false);
            }
            // Somebody was faster.
            if !pull(clone) {
                return (pushes, true);
            }
        }
        pushes += 1;
        std::thread::sleep(BREATH);
    }
    (pushes, false)
}

/// In the moment between a commit that took a push back unseen and the one that puts it back, a pull meets a conflict that is
/// none a moment later. One that stays a conflict says that the branch has lost what was pushed; which, is looked at in the end.
fn pull(clone: &Tree) -> bool {
    let began = Instant::now();
    while !clone.once(&["pull", "--quiet", "--rebase", "origin", "main"]).status.success() {
        clone.once(&["rebase", "--abort"]);
        if began.elapsed() > PUT_BACK {
            return false;
        }
    }
    true
}
