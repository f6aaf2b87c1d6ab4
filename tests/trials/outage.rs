//! The mail server is away for a day: forms do not notice, and when it is back everybody gets everything, in order.

use std::time::{Duration, Instant};

use jiff::SignedDuration;

use crate::Order;
use crate::kit::{Reply, School, Sink};
use crate::post::{STATUSES, Told, drain, later};

const TICKETS: usize = 4;
/// A form takes this long at most, whatever the mail server does: even on a slow machine, far less than its timeouts.
const PATIENCE: Duration = Duration::from_secs(3);

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let hours = order.size("hours");
    let sink = Sink::scripted(|_| Reply::Cut);
    let school = School::prepare().smtp(&sink).serve();
    school.leave_letters();
    let mut told = Told::default();
    let mut slowest = Duration::ZERO;
    let mut tickets: Vec<(String, &str)> = Vec::new();
    for hour in 0..hours {
        let began = Instant::now();
        if tickets.len() < TICKETS {
            let id = school.declare(&format!("Panne {hour}")).post().accepted();
            told.expect(&id, "Nouveau");
            tickets.push((id, "nouveau"));
        } else {
            let id = &dice.pick(&tickets).0;
            school.speak(id, "answers").set("text", format!("À l'heure {hour}")).post().accepted();
            told.expect(id, "Réponse");
        }
        slowest = slowest.max(began.elapsed());
        let which = usize::try_from(dice.between(0, tickets.len() as u64 - 1)).unwrap();
        let (id, status) = &mut tickets[which];
        let others: Vec<_> = STATUSES.iter().filter(|(key, _)| key != status).collect();
        let (key, label) = dice.pick(&others);
        school.guichet(&["ticket", "status", id, key]).done();
        told.expect(id, label);
        *status = key;
        school.settled();
        later(&school, SignedDuration::from_hours(1));
        if dice.percent(50) {
            school.kill();
            school.serve();
        } else {
            school.restart();
        }
    }
    assert!(slowest < PATIENCE, "a form took {slowest:?} while the mail server was away");
    assert!(sink.taken().is_empty());
    assert_eq!(school.health()["status"], "degraded", "a monitor is told that nothing leaves");
    drain(&school, &sink);
    let (letters, again) = told.check(&sink);
    // Nor is anything left of it when the server looks again.
    school.restart();
    assert_eq!(again, 0, "nothing was interrupted, nothing comes twice");
    format!(
        "{hours} hours without a mail server, slowest form {} ms, then {letters} letters in order",
        slowest.as_millis()
    )
}
