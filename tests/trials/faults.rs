//! The disk refuses, once or for a while: the n-th call of a kind fails, or there is no space for n more pages. Nothing
//! is acknowledged that is not there, and the service goes on by itself as soon as the disk does.

use std::ops::Range;
use std::time::Duration;

use crate::Order;
use crate::clients::Clients;
use crate::dice::Dice;
use crate::disk::{Disk, Memory};
use crate::kit::School;
use crate::oracle;
use crate::strace::Fault;

const CLIENTS: usize = 3;
const DISK_MB: u64 = 256;
/// Then a new school opens: this one's own files would fill the disk for good.
const FULL_A_SCHOOL: usize = 25;
/// Calls by what they do, and how they may fail.
const FAULTS: [(&str, &str); 8] = [
    ("fsync,fdatasync", "EIO"),
    ("rename,renameat,renameat2", "EIO"),
    ("link,linkat", "EIO"),
    ("openat", "EIO"),
    ("openat", "EMFILE"),
    ("mkdir,mkdirat", "ENOSPC"),
    ("unlink,unlinkat", "EIO"),
    ("openat", "ENOSPC"),
];

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let failed = failing_calls(order.size("calls"), &mut dice);
    let full = full_disks(order.size("pages"), &mut dice);
    let lost = unsynced(order.size("unsynced"), &mut dice);
    format!("{failed}; {full}; {lost}")
}

/// Each kind of call fails once, the first, the second and so on: a running server gets over it.
fn failing_calls(most: u64, dice: &mut Dice) -> String {
    let school = School::prepare().serve();
    school.leave_letters();
    let folder = tempfile::tempdir().unwrap();
    let clients = Clients::start(CLIENTS, dice);
    clients.open(school.address());
    let mut injected = 0;
    for (calls, error) in FAULTS {
        for nth in 1..=most {
            let fault = Fault::inject(school.pid(), calls, error, nth, folder.path());
            clients.wait_for(4);
            injected += u64::from(fault.let_go().is_some());
            clients.wait_for(2);
        }
    }
    let notes = clients.finish();
    school.settled();
    oracle::nothing_lost(&school, &notes);
    school.restart();
    format!("{injected} failing calls, {}", oracle::nothing_lost(&school, &notes))
}

/// No more space but for so many pages, then space again.
fn full_disks(most: u64, dice: &mut Dice) -> String {
    for first in (0..most).step_by(FULL_A_SCHOOL) {
        let Some(memory) = Memory::new() else {
            return "no full disk: that needs root".to_owned();
        };
        let all = first..most.min(first + FULL_A_SCHOOL as u64);
        school_on_a_full_disk(&memory, all, dice);
    }
    format!("{most} times full")
}

fn school_on_a_full_disk(memory: &Memory, pages: Range<u64>, dice: &mut Dice) {
    let school = School::prepare().inside(memory.path()).serve();
    school.leave_letters();
    let clients = Clients::start(CLIENTS, dice);
    clients.open(school.address());
    clients.wait_for(1);
    for pages in pages {
        memory.fill(pages);
        std::thread::sleep(Duration::from_millis(dice.between(50, 400)));
        // Pages go on, whatever becomes of the forms.
        school.page("/");
        oracle::sound(school.tree());
        memory.empty();
        clients.wait_for(3);
    }
    let notes = clients.finish();
    school.settled();
    oracle::nothing_lost(&school, &notes);
    school.restart();
    oracle::nothing_lost(&school, &notes);
}

/// A sync that fails was none: with the power gone right after, what was acknowledged is there all the same.
fn unsynced(most: u64, dice: &mut Dice) -> String {
    if most == 0 {
        return "no failing sync before a power cut in short form".to_owned();
    }
    let disk = Disk::new(DISK_MB);
    let school = School::prepare().inside(&disk.path()).open();
    school.leave_letters();
    let folder = tempfile::tempdir().unwrap();
    let clients = Clients::start(CLIENTS, dice);
    for nth in 1..=most {
        school.serve();
        clients.open(school.address());
        clients.wait_for(2);
        let fault = Fault::inject(school.pid(), "fsync,fdatasync", "EIO", nth, folder.path());
        clients.wait_for(dice.between(1, 3));
        disk.cut();
        clients.close();
        fault.let_go();
        school.kill();
        disk.restore();
        oracle::sound(school.tree());
    }
    school.serve();
    clients.open(school.address());
    clients.wait_for(2);
    let notes = clients.finish();
    school.settled();
    oracle::nothing_lost(&school, &notes);
    format!("{most} failing syncs before a power cut")
}
