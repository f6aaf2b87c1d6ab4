//! Status changes by every road, under kills, restarts and a moody mail server: each is told once to everybody, in
//! order. Then history is rewritten.

use jiff::SignedDuration;

use crate::Order;
use crate::dice::Dice;
use crate::kit::{School, Sink, Tree, eventually, path_of};
use crate::post::{STATUSES, Told, drain, later, moody};
use crate::rewrites;

const TICKETS: u64 = 12;
/// After so many changes all must have been told, and a new school opens.
const CHANGES_A_SCHOOL: u64 = 200;
/// Of a hundred changes, so many are followed by a kill, by a restart; of a hundred lines of SMTP, so many go wrong.
const KILLS: u64 = 15;
const RESTARTS: u64 = 10;
const MOODS: u64 = 4;

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let mut figures = Figures::default();
    let mut left = order.size("changes");
    while left > 0 {
        let changes = left.min(CHANGES_A_SCHOOL);
        school_days(changes, &mut dice, &mut figures);
        left -= changes;
    }
    let Figures { letters, again, kills } = figures;
    let told =
        format!("{} changes, {kills} kills: {letters} letters, {again} again under the same id", order.size("changes"));
    format!("{told}; {}", rewrites::run(order.size("rewrites"), &mut dice))
}

#[derive(Default)]
struct Figures {
    letters: usize,
    again: usize,
    kills: u64,
}

fn school_days(changes: u64, dice: &mut Dice, figures: &mut Figures) {
    let sink = Sink::scripted(moody(dice.split(), MOODS));
    let school = School::prepare().smtp(&sink).serve();
    school.leave_letters();
    let mut told = Told::default();
    let mut tickets: Vec<(String, &str)> = Vec::new();
    for number in 0..TICKETS {
        let id = school.declare(&format!("Panne {number}")).post().accepted();
        told.expect(&id, "Nouveau");
        tickets.push((id, "nouveau"));
    }
    let amina = school.amina();
    for _ in 0..changes {
        let which = usize::try_from(dice.between(0, TICKETS - 1)).unwrap();
        let (id, status) = &mut tickets[which];
        if dice.percent(20) {
            // A push that is not in the working tree yet makes the form wait.
            let form = school.speak(id, "answers").set("text", format!("Toujours pas {}", dice.next()));
            eventually("the answer is accepted", || (form.post().status == 303).then_some(()));
            told.expect(id, "Réponse");
        } else {
            let others: Vec<_> = STATUSES.iter().filter(|(key, _)| key != status).collect();
            let (key, label) = dice.pick(&others);
            change(&school, &amina, id, key, dice.between(1, 3));
            told.expect(id, label);
            *status = key;
        }
        let throw = dice.between(1, 100);
        if throw <= KILLS {
            school.kill();
            figures.kills += 1;
        } else if throw <= KILLS + RESTARTS {
            school.stop();
        }
        if throw <= KILLS + RESTARTS {
            if dice.percent(30) {
                // Nobody serves the site: a command mends what a kill left behind in the working tree, and settles by itself.
                // A commit there would meet what is half written, a push is refused until somebody serves again.
                let (id, status) = &mut tickets[which];
                let others: Vec<_> = STATUSES.iter().filter(|(key, _)| key != status).collect();
                let (key, label) = dice.pick(&others);
                change(&school, &amina, id, key, 1);
                told.expect(id, label);
                *status = key;
            }
            later(&school, SignedDuration::from_mins(10));
            school.serve();
        }
    }
    drain(&school, &sink);
    let (letters, again) = told.check(&sink);
    figures.letters += letters;
    figures.again += again;
}

/// Changes the status of a ticket by one of three roads: a command, a commit beside the server, a push.
fn change(school: &School, amina: &Tree, id: &str, status: &str, road: u64) {
    match road {
        1 => {
            // A command beside a server that is just writing says so, and a person tries again.
            eventually("the command is done", || {
                (school.guichet(&["ticket", "status", id, status]).code == 0).then_some(())
            });
        }
        2 => {
            let (tree, path) = (school.tree(), path_of(id));
            eventually("the file is what the branch holds", || {
                tree.git(&["diff", "--stat", "HEAD", "--", &path]).is_empty().then_some(())
            });
            tree.set_status(id, status);
            tree.git(&["commit", "--quiet", "--message", status, "--", &path]);
        }
        _ => {
            amina.git(&["pull", "--quiet", "--rebase", "origin", "main"]);
            amina.set_status(id, status);
            amina.commit(status);
            amina.push();
        }
    }
}
