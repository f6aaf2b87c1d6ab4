//! `kill -9` at any moment, while it starts and under load, and right before each of its calls that the disk remembers:
//! nothing that was acknowledged is lost, nothing is there twice, no lock stays behind that stops anybody.

use std::time::Duration;

use crate::Order;
use crate::clients::{Clients, Notes};
use crate::dice::Dice;
use crate::kit::{School, eventually};
use crate::oracle;
use crate::strace::Fault;

const CLIENTS: usize = 4;
/// After so many cycles a new school opens: what is tried is the moment, not the size of the history.
const CYCLES_A_SCHOOL: u64 = 50;
/// What leaves a trace on disk, by kind.
const CALLS: [&str; 6] =
    ["link,linkat", "rename,renameat,renameat2", "unlink,unlinkat", "fsync,fdatasync", "mkdir,mkdirat", "write"];

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let mut left = order.size("cycles");
    let mut days = Vec::new();
    while left > 0 {
        let cycles = left.min(CYCLES_A_SCHOOL);
        days.push(school_days(cycles, &mut dice));
        left -= cycles;
    }
    let points = order.size("points");
    days.extend((0..points).map(|nth| killed_within(nth + 1, &mut dice)));
    format!(
        "{} kills, {} more right before a call, {} acknowledged, {} refused, 0 lost, 0 twice, fsck clean each time",
        order.size("cycles"),
        points * CALLS.len() as u64,
        days.iter().map(|notes| notes.accepted.len()).sum::<usize>(),
        days.iter().map(|notes| notes.refused.len()).sum::<usize>(),
    )
}

fn school_days(cycles: u64, dice: &mut Dice) -> Notes {
    let school = School::prepare().open();
    school.leave_letters();
    let clients = Clients::start(CLIENTS, dice);
    for _ in 0..cycles {
        school.launch();
        if dice.percent(75) {
            clients.open(school.ready());
            clients.wait_for(dice.between(1, 12));
        }
        std::thread::sleep(Duration::from_millis(dice.between(5, 80)));
        clients.close();
        school.kill();
        oracle::sound(school.tree());
    }
    ended_well(&school, clients)
}

/// One school, killed right before the `nth` call of each kind.
fn killed_within(nth: u64, dice: &mut Dice) -> Notes {
    let school = School::prepare().open();
    school.leave_letters();
    let folder = tempfile::tempdir().unwrap();
    let clients = Clients::start(CLIENTS, dice);
    for calls in CALLS {
        school.serve();
        clients.open(school.address());
        clients.wait_for(1);
        let fault = Fault::kill(school.pid(), calls, nth, folder.path());
        eventually("the server is killed", || school.has_ended().then_some(()));
        clients.close();
        fault.let_go();
        school.kill();
        oracle::sound(school.tree());
    }
    ended_well(&school, clients)
}

/// Whatever the last kill left behind stops nobody.
fn ended_well(school: &School, clients: Clients) -> Notes {
    school.serve();
    clients.open(school.address());
    clients.wait_for(8);
    let notes = clients.finish();
    school.settled();
    oracle::nothing_lost(school, &notes);
    notes
}
