//! Everybody wants the same hour of the same room, by the form and by the command beside the server: exactly one gets it.

use std::time::Duration;

use crate::Order;
use crate::kit::{Form, School};
use crate::oracle;

const FORMS: usize = 3;
/// The first day that is asked for is a Tuesday; then the days that follow, a few hours each.
const DAYS: [&str; 4] = ["2026-11-24", "2026-11-26", "2026-11-27", "2026-12-01"];
const FIRST_HOUR: u64 = 8;
const HOURS: u64 = 9;
/// The command takes some time to start.
const DELAY_MS: u64 = 150;

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let rounds = order.size("rounds");
    let (mut by_form, mut left) = (0, rounds);
    while left > 0 {
        let school = School::new();
        school.leave_letters();
        let all: Vec<(&str, u64)> = DAYS.iter().flat_map(|day| (0..HOURS).map(|hour| (*day, hour))).collect();
        for (day, hour) in all.into_iter().take(usize::try_from(left).unwrap()) {
            by_form += round(&school, day, FIRST_HOUR + hour, Duration::from_millis(dice.between(0, DELAY_MS)));
            left -= 1;
        }
        school.settled();
        oracle::no_overlap(school.tree());
    }
    format!("{rounds} rounds, one winner each: {by_form} by form, {} by command", rounds - by_form)
}

/// One hour, and who wants it; 1: a form won, 0: the command.
fn round(school: &School, day: &str, hour: u64, delay: Duration) -> u64 {
    let (start, end) = (format!("{hour:02}:00"), format!("{hour:02}:55"));
    let form = |number: usize| {
        Form::new(school.address(), "/reservations")
            .set("resource", "salle-info-1")
            .set("date", day)
            .set("start", &start)
            .set("end", &end)
            .set("purpose", format!("Classe {number}"))
            .set("name", "Sophie Martin")
            .set("email", format!("sophie.{number}@college.example"))
            .json()
    };
    let forms: Vec<Form> = (0..FORMS).map(form).collect();
    let (answers, command) = std::thread::scope(|scope| {
        let posts: Vec<_> = forms
            .iter()
            .map(|form| {
                scope.spawn(move || {
                    std::thread::sleep(delay);
                    form.post().status
                })
            })
            .collect();
        let command = school
            .guichet(&[
                "reserve",
                "--resource",
                "salle-info-1",
                "--date",
                day,
                "--start",
                &start,
                "--end",
                &end,
                "--purpose",
                "Ici",
            ])
            .code;
        (posts.into_iter().map(|post| post.join().unwrap()).collect::<Vec<u16>>(), command)
    });
    let won = answers.iter().filter(|status| **status == 201).count();
    assert!(answers.iter().all(|status| [201, 409].contains(status)), "{day} {start}: {answers:?}");
    assert!(command == 0 || command == 1, "{day} {start}: the command ends with {command}");
    let winners = won + usize::from(command == 0);
    assert_eq!(winners, 1, "{day} {start}: {winners} got the same hour; forms {answers:?}, command {command}");
    u64::try_from(won).unwrap()
}
