//! One stretch of time, and all who want it at once: sixteen forms, sometimes the command beside the server, sometimes a
//! colleague who pushes a file.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use super::wish::{Stretch, Wish};
use crate::dice::Dice;
use crate::kit::{Request, School, Tree, eventually};

const FORMS: u64 = 16;
/// Of a hundred rounds, so many have the command in them, and so many the clone: both take a while to start.
const COMMAND_PERCENT: u64 = 40;
const CLONE_PERCENT: u64 = 25;
/// So that each road comes first sometimes.
const HEAD_START_MS: u64 = 200;

/// By which road somebody asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    Form,
    Command,
    Push,
}

/// Somebody who took part, and what they were told.
#[derive(Debug)]
pub struct Bid {
    pub wish: Wish,
    pub road: Road,
    /// Whether it was accepted; of a push, whether it got in.
    pub accepted: bool,
}

#[derive(Debug)]
pub struct Round {
    pub stretch: Stretch,
    pub bids: Vec<Bid>,
    /// Whether who pushed looked first whether the time is free, each time.
    pub careful: bool,
}

/// Everybody asks.
pub fn held(school: &School, clone: &Tree, stretch: Stretch, number: u64, dice: &mut Dice) -> Round {
    let wish = |who: u64, dice: &mut Dice| {
        Wish::of(stretch, format!("professeur.{who}@college.example"), format!("Tour {number} de {who}"), dice)
    };
    let mut bids: Vec<(Wish, Road)> = (0..FORMS).map(|who| (wish(who, dice), Road::Form)).collect();
    if dice.percent(COMMAND_PERCENT) {
        bids.push((wish(FORMS, dice), Road::Command));
    }
    if dice.percent(CLONE_PERCENT) {
        bids.push((wish(FORMS + 1, dice), Road::Push));
    }
    let careful = dice.percent(40);
    let alone = bids.len() == usize::try_from(FORMS).unwrap();
    let mut wait = || Duration::from_millis(if alone { 0 } else { dice.between(0, HEAD_START_MS) });
    let (forms_wait, clone_waits) = (wait(), wait());
    if let Some((wish, _)) = bids.iter().find(|(_, road)| *road == Road::Push) {
        let (path, text) = wish.file(super::PUSHES);
        clone.git(&["pull", "--quiet", "--rebase", "origin", "main"]);
        clone.save(&path, text);
        clone.commit(&wish.purpose);
    }
    let address = school.address();
    let accepted: Vec<bool> = thread::scope(|scope| {
        let elsewhere: Vec<_> = bids
            .iter()
            .map(|(wish, road)| match road {
                Road::Form => {
                    let token = format!("tour-{number:08}-{}", wish.email.replace(['.', '@'], "-"));
                    let form = wish.form(address, &token).request();
                    Some(scope.spawn(move || {
                        thread::sleep(forms_wait);
                        posted(&form, address)
                    }))
                }
                Road::Push => Some(scope.spawn(move || {
                    thread::sleep(clone_waits);
                    pushed(clone, &stretch, wish, careful)
                })),
                Road::Command => None,
            })
            .collect();
        let here = bids.iter().find(|(_, road)| *road == Road::Command).map(|(wish, _)| commanded(school, wish));
        elsewhere.into_iter().map(|asked| asked.map_or_else(|| here.unwrap(), |asked| asked.join().unwrap())).collect()
    });
    let bids = bids.into_iter().zip(accepted).map(|((wish, road), accepted)| Bid { wish, road, accepted }).collect();
    Round { stretch, bids, careful }
}

/// Posts a form until there is an answer that is one.
fn posted(form: &Request, address: SocketAddr) -> bool {
    let answer = eventually("the form is answered", || Some(form.send(address)).filter(|answer| answer.status != 503));
    match answer.status {
        201 => true,
        409 => false,
        _ => panic!("neither accepted nor taken: {} {}", answer.status, answer.text()),
    }
}

fn commanded(school: &School, wish: &Wish) -> bool {
    let words = wish.command();
    let run = school.guichet(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert!([0, 1].contains(&run.code), "{words:?}: {} {}{}", run.code, run.out, run.err);
    run.code == 0
}

/// Pushes a commit that is made already, as a person does: when somebody was faster, what they did is taken in, and looked
/// at by whoever is careful. Whether it got in.
fn pushed(clone: &Tree, stretch: &Stretch, wish: &Wish, careful: bool) -> bool {
    let (path, _) = wish.file(super::PUSHES);
    eventually("the push gets in or is given up", || {
        let pushed = clone.once(&["push", "--quiet", "origin", "HEAD:main"]);
        if pushed.status.success() {
            return Some(true);
        }
        let said = String::from_utf8_lossy(&pushed.stderr).into_owned();
        assert!(RACED.iter().any(|why| said.contains(why)), "git push: {said}");
        clone.git(&["fetch", "--quiet", "origin"]);
        let there = clone.git(&["ls-tree", "-r", "--name-only", "origin/main", "reservations"]);
        let taken = there.lines().filter_map(|path| path.rsplit('/').next()).any(|stem| stretch.holds(stem));
        let gives_up = careful && taken;
        if !gives_up && clone.once(&["rebase", "--quiet", "origin/main"]).status.success() {
            return None;
        }
        // The same name: git itself keeps the two apart.
        assert!(gives_up || there.lines().any(|other| other == path), "a rebase that meets nothing fails");
        clone.once(&["rebase", "--abort"]);
        clone.git(&["reset", "--quiet", "--hard", "origin/main"]);
        Some(false)
    })
}

/// How git says that somebody was faster.
const RACED: [&str; 5] =
    ["non-fast-forward", "fetch first", "cannot lock ref", "failed to update ref", "incorrect old value"];
