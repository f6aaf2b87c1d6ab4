//! The power fails under load, forms and pushes alike: what was acknowledged is there when it is back, the repository
//! is sound, and the service starts by itself. Needs root and loop devices, and says so where they are missing.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use crate::Order;
use crate::clients::Clients;
use crate::dice::Dice;
use crate::disk::Disk;
use crate::kit::{School, Tree, by_hand, path_of};
use crate::oracle;

const CLIENTS: usize = 4;
const DISK_MB: u64 = 256;
/// So many cuts of a hundred come late: ext4 has written out its journal by then (every 5 s), but not all data.
const LATE_PERCENT: u64 = 10;
/// After so many cuts a new school opens on a new disk.
const CUTS_A_SCHOOL: u64 = 20;

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let mut left = order.size("cuts");
    if left == 0 {
        return "not in short form: it takes over loop devices, as root".to_owned();
    }
    let (mut acknowledged, mut pushed) = (0, 0);
    while left > 0 {
        let cuts = left.min(CUTS_A_SCHOOL);
        let (forms, pushes) = school_days(cuts, &mut dice);
        acknowledged += forms;
        pushed += pushes;
        left -= cuts;
    }
    format!("{} cuts, {acknowledged} forms and {pushed} pushes acknowledged, 0 lost, 0 corrupt", order.size("cuts"))
}

fn school_days(cuts: u64, dice: &mut Dice) -> (usize, usize) {
    let disk = Disk::new(DISK_MB);
    let school = School::prepare().inside(&disk.path()).open();
    school.leave_letters();
    school.leave_work();
    school.tree().save(&path_of("2026-0901"), by_hand("Le ticket d'Amina", "nouveau"));
    school.tree().commit("Un ticket à la main");
    let elsewhere = tempfile::tempdir().unwrap();
    let clients = Clients::start(CLIENTS, dice);
    let mut pushes = 0;
    for cut in 0..cuts {
        let amina = clone(school.site(), elsewhere.path(), cut);
        disk.sync();
        school.serve();
        clients.open(school.address());
        let over = AtomicBool::new(false);
        let late = dice.percent(LATE_PERCENT);
        let load = if late { dice.between(6_000, 14_000) } else { dice.between(300, 3_000) };
        pushes = std::thread::scope(|scope| {
            let pushed = scope.spawn(|| push_until(&amina, pushes, &over));
            std::thread::sleep(Duration::from_millis(load));
            // What is acknowledged later comes from a machine that has no power any more.
            over.store(true, Ordering::SeqCst);
            disk.cut();
            pushed.join().unwrap()
        });
        clients.close();
        school.kill();
        disk.restore();
        machine_starts(school.site());
        oracle::sound(school.tree());
        let text = school.tree().git(&["show", &format!("main:{}", path_of("2026-0901"))]);
        for push in 0..pushes {
            let line = format!("Ligne {push}");
            assert!(text.lines().any(|found| found == line), "cut {cut}: push {push} was acknowledged and is lost");
        }
    }
    school.serve();
    clients.open(school.address());
    clients.wait_for(4);
    let notes = clients.finish();
    school.settled();
    oracle::nothing_lost(&school, &notes);
    (notes.accepted.len(), pushes)
}

/// Where power is cut, the machine starts anew: a lock that is left is older than that.
fn machine_starts(site: &Path) {
    let locks = walkdir::WalkDir::new(site.join(".git")).into_iter().flatten();
    for lock in locks.filter(|entry| entry.path().extension().is_some_and(|end| end == "lock")) {
        let file = std::fs::File::options().write(true).open(lock.path()).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    }
}

/// On a disk that keeps its power.
fn clone(site: &Path, folder: &Path, cut: u64) -> Tree {
    let dir = folder.join(format!("amina-{cut}"));
    let tree = Tree::new(dir, folder.to_owned(), "Amina Benali", "amina.benali@college.example");
    tree.clone_from(site);
    tree
}

/// Pushes a line at a time; the number of the first that was not acknowledged before it was over.
fn push_until(clone: &Tree, first: usize, over: &AtomicBool) -> usize {
    let mut line = first;
    loop {
        clone.save(&path_of("2026-0901"), with_line(clone, line));
        clone.git(&["commit", "--quiet", "--all", "--allow-empty", "--message", &format!("Amina {line}")]);
        loop {
            // Where the power is gone there is nobody left to wait for.
            let patience = ["timeout", "--kill-after=1", "4"].map(str::to_owned);
            let pushed = clone.under(&patience, &["push", "--quiet", "origin", "HEAD:main"]).status.success();
            if over.load(Ordering::SeqCst) {
                return line;
            }
            if pushed {
                break;
            }
            // Somebody else was faster: again on top of theirs.
            let _ = clone.once(&["pull", "--quiet", "--rebase", "origin", "main"]);
        }
        line += 1;
    }
}

/// The file with this line, which may be there already, unacknowledged.
fn with_line(clone: &Tree, line: usize) -> String {
    let text = clone.read(&path_of("2026-0901"));
    let line = format!("Ligne {line}\n");
    if text.contains(&line) { text } else { text + "\n" + &line }
}
