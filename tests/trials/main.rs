//! The reliability trials: the real binary under kills, power cuts, full disks and other people's git, looked at
//! from outside only. Without arguments the short form of each; with a size, one at full length:
//!
//! ```text
//! cargo test --release --test trials -- kill --cycles 1000 --seed 42
//! ```
//!
//! The seed fixes what is asked for and when; how threads and processes interleave it cannot fix.

#![expect(clippy::unwrap_used, reason = "what a trial takes for granted and is not so fails the trial")]

#[expect(dead_code, unused_imports, reason = "the stories use more of it")]
#[path = "../kit/mod.rs"]
mod kit;

mod bookings;
mod clients;
mod dice;
mod disk;
mod faults;
mod kill;
mod mails;
mod model;
mod mutants;
mod oracle;
mod others;
mod outage;
mod post;
mod power;
mod readers;
mod rewrites;
mod sharing;
mod strace;
mod syncs;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use dice::Dice;

/// What can be tried.
struct Trial {
    name: &'static str,
    /// Options that say how long it goes on: in short form, at full length.
    sizes: &'static [(&'static str, u64, u64)],
    /// Tries it; the figures.
    run: fn(&Order) -> String,
}

const TRIALS: [Trial; 12] = [
    Trial { name: "kill", sizes: &[("cycles", 8, 1000), ("points", 1, 40)], run: kill::run },
    Trial { name: "power", sizes: &[("cuts", 0, 200)], run: power::run },
    Trial { name: "sharing", sizes: &[("seconds", 4, 60)], run: sharing::run },
    Trial { name: "faults", sizes: &[("calls", 1, 60), ("pages", 4, 200), ("unsynced", 0, 40)], run: faults::run },
    Trial { name: "mails", sizes: &[("changes", 12, 2000), ("rewrites", 6, 200)], run: mails::run },
    Trial { name: "outage", sizes: &[("hours", 4, 24)], run: outage::run },
    Trial { name: "readers", sizes: &[("rebuilds", 16, 1000), ("kills", 3, 100)], run: readers::run },
    Trial { name: "syncs", sizes: &[("forms", 3, 50), ("pushes", 1, 20)], run: syncs::run },
    Trial { name: "bookings", sizes: &[("rounds", 8, 10_000)], run: bookings::run },
    Trial { name: "others", sizes: &[("steps", 30, 3000)], run: others::run },
    Trial { name: "model", sizes: &[("stories", 1, 100), ("steps", 12, 40)], run: model::run },
    Trial { name: "mutants", sizes: &[("builds", 0, 100), ("first", 0, 0)], run: mutants::run },
];

/// A trial as it was asked for.
struct Order {
    seed: u64,
    sizes: HashMap<&'static str, u64>,
}

impl Order {
    fn dice(&self) -> Dice {
        Dice::new(self.seed)
    }

    fn size(&self, name: &str) -> u64 {
        self.sizes[name]
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match orders(&words) {
        Ok(orders) => {
            let passed = orders.iter().filter(|(trial, order)| tried(trial, order)).count();
            println!("{passed} of {} trials passed", orders.len());
            ExitCode::from(u8::from(passed < orders.len()))
        }
        Err(wrong) => {
            eprintln!("{wrong}\n\nusage: trials [NAME] [--long] [--seed N] [--SIZE N]");
            for trial in &TRIALS {
                let sizes = trial.sizes.iter().map(|(name, short, long)| format!(" --{name} {short} (--long: {long})"));
                eprintln!("  {}{}", trial.name, sizes.collect::<String>());
            }
            ExitCode::from(2)
        }
    }
}

/// What is to be tried: a name chooses one trial, `--long` or a size its full length.
fn orders(words: &[String]) -> Result<Vec<(&'static Trial, Order)>, String> {
    let mut names = Vec::new();
    let mut numbers = HashMap::new();
    let mut long = false;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.strip_prefix("--") {
            None => names.push(word.as_str()),
            Some("long") => long = true,
            // `cargo test -- --nocapture` says it to every test target.
            Some("nocapture") => {}
            Some(option) => {
                let number = words.next().and_then(|number| number.parse().ok());
                let number: u64 = number.ok_or_else(|| format!("--{option} needs a number"))?;
                numbers.insert(option, number);
            }
        }
    }
    let chosen: Vec<&Trial> = TRIALS.iter().filter(|trial| names.is_empty() || names.contains(&trial.name)).collect();
    if chosen.is_empty() && (long || !numbers.is_empty()) {
        return Err(format!("no trial is called {}", names.join(" or ")));
    }
    let clock = || SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| u64::from(since.subsec_nanos()));
    let seed = numbers.remove("seed").unwrap_or_else(clock);
    let known = |option: &str| chosen.iter().any(|trial| trial.sizes.iter().any(|(name, ..)| *name == option));
    if let Some(unknown) = numbers.keys().find(|option| !known(option)) {
        return Err(format!("--{unknown} is no size of what was chosen"));
    }
    let order = |trial: &'static Trial| {
        let size = |(name, short, full): &(&'static str, u64, u64)| {
            (*name, numbers.get(name).copied().unwrap_or(if long { *full } else { *short }))
        };
        (trial, Order { seed, sizes: trial.sizes.iter().map(size).collect() })
    };
    Ok(chosen.into_iter().map(order).collect())
}

fn tried(trial: &Trial, order: &Order) -> bool {
    let sizes: String = trial.sizes.iter().map(|(name, ..)| format!(" --{name} {}", order.size(name))).collect();
    let command = format!("cargo test --test trials -- {}{sizes} --seed {}", trial.name, order.seed);
    println!("{}: {command}", trial.name);
    let began = Instant::now();
    let figures = catch_unwind(AssertUnwindSafe(|| (trial.run)(order)));
    let seconds = began.elapsed().as_secs();
    match &figures {
        Ok(figures) => println!("{}: passed in {seconds} s: {figures}", trial.name),
        Err(_) => println!("{}: FAILED after {seconds} s; again with: {command}", trial.name),
    }
    figures.is_ok()
}
