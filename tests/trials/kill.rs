//! `kill -9` at any moment, while it starts and under load: nothing that was acknowledged is lost, nothing is there
//! twice, no lock stays behind that stops anybody.

use std::time::Duration;

use crate::Order;
use crate::clients::{Clients, Notes};
use crate::dice::Dice;
use crate::kit::School;
use crate::oracle;

const CLIENTS: usize = 4;
/// After so many cycles a new school opens: what is tried is the moment, not the size of the history.
const CYCLES_A_SCHOOL: u64 = 50;

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let mut left = order.size("cycles");
    let (mut acknowledged, mut refused) = (0, 0);
    while left > 0 {
        let cycles = left.min(CYCLES_A_SCHOOL);
        let notes = school_days(cycles, &mut dice);
        acknowledged += notes.accepted.len();
        refused += notes.refused.len();
        left -= cycles;
    }
    format!(
        "{} kills, {acknowledged} acknowledged, {refused} refused, 0 lost, 0 twice, fsck clean each time",
        order.size("cycles")
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
    school.serve();
    clients.open(school.address());
    // Whatever the last kill left behind stops nobody.
    clients.wait_for(8);
    let notes = clients.finish();
    school.settled();
    oracle::nothing_lost(&school, &notes);
    notes
}
