//! What one person wants: a place at a time, once or each week; said as a form, as a command, or as a file. All who take
//! part in a round want one moment of the middle week, and nobody wants anything outside the round's stretch.

use std::net::SocketAddr;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::dice::Dice;
use crate::kit::{Form, path_of_booking};

/// A stretch of hours in three weeks that follow each other; nobody else ever asks for it.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    pub resource: &'static str,
    /// How many there are.
    pub stock: u64,
    /// A day of the middle week.
    pub day: Date,
    /// The minute of the day at which it begins.
    pub begins: u64,
}

impl Stretch {
    /// Minutes.
    pub const LENGTH: u64 = 120;
    const STEP: u64 = 5;

    fn in_week(&self, week: i64) -> Date {
        self.day.checked_add((7 * (week - 1)).days()).unwrap()
    }

    /// Whether a booking's file is about it, by its name.
    pub fn holds(&self, stem: &str) -> bool {
        let of_week = |week| {
            let rest = stem.strip_prefix(&format!("{}-{}-", self.in_week(week), self.resource));
            let minute = rest
                .and_then(|rest| Some(rest.get(..2)?.parse::<u64>().ok()? * 60 + rest.get(2..4)?.parse::<u64>().ok()?));
            minute.is_some_and(|minute| (self.begins..self.begins + Self::LENGTH).contains(&minute))
        };
        (0..3).any(of_week)
    }
}

#[derive(Clone, Debug)]
pub struct Wish {
    stretch: Stretch,
    /// Who.
    pub email: String,
    /// What for: nobody else says the same.
    pub purpose: String,
    start: u64,
    end: u64,
    first: Date,
    /// Each week until that day.
    until: Option<Date>,
    pub quantity: u64,
}

impl Wish {
    /// Something that contains the middle of the stretch in its middle week.
    pub fn of(stretch: Stretch, email: String, purpose: String, dice: &mut Dice) -> Self {
        let steps = Stretch::LENGTH / Stretch::STEP / 2;
        let middle = stretch.begins + Stretch::LENGTH / 2;
        let repeats = dice.percent(25);
        let (first, until) = if repeats { (dice.between(0, 1), dice.between(1, 2)) } else { (1, 1) };
        let week = |week: u64| stretch.in_week(i64::try_from(week).unwrap());
        Self {
            email,
            purpose,
            start: middle - Stretch::STEP * dice.between(1, steps),
            end: middle + Stretch::STEP * dice.between(1, steps),
            first: week(first),
            until: repeats.then(|| week(until)),
            quantity: dice.between(1, stretch.stock),
            stretch,
        }
    }

    pub fn form(&self, address: SocketAddr, token: &str) -> Form {
        let form = Form::new(address, "/reservations")
            .set("resource", self.stretch.resource)
            .set("date", self.first.to_string())
            .set("start", clock(self.start))
            .set("end", clock(self.end))
            .set("purpose", &self.purpose)
            .set("quantity", self.quantity.to_string())
            .set("name", "Professeur")
            .set("email", &self.email)
            .set("token", token)
            .json();
        match self.until {
            Some(until) => form.set("repeat", "weekly").set("until", until.to_string()),
            None => form,
        }
    }

    pub fn command(&self) -> Vec<String> {
        let mut words: Vec<String> = ["reserve", "--json", "--name", "Professeur"].map(str::to_owned).into();
        let mut say = |option: &str, value: &str| words.extend([format!("--{option}"), value.to_owned()]);
        say("resource", self.stretch.resource);
        say("date", &self.first.to_string());
        say("start", &clock(self.start));
        say("end", &clock(self.end));
        say("purpose", &self.purpose);
        say("quantity", &self.quantity.to_string());
        say("for", &self.email);
        if let Some(until) = self.until {
            say("repeat", "weekly");
            say("until", &until.to_string());
        }
        words
    }

    /// The path and the text of a file that says it, held by a member of the team.
    pub fn file(&self, member: &str) -> (String, String) {
        let stem = format!("{}-{}-{}", self.first, self.stretch.resource, clock(self.start).replace(':', ""));
        let rule = self.until.map_or_else(String::new, |until| {
            format!("rrule: FREQ=WEEKLY;UNTIL={}\n", until.to_string().replace('-', ""))
        });
        let text = format!(
            "---\nresource: {}\ndate: {}\nstart: \"{}\"\nend: \"{}\"\npurpose: {}\nquantity: {}\nrequester: {member}\n{rule}---\n",
            self.stretch.resource,
            self.first,
            clock(self.start),
            clock(self.end),
            self.purpose,
            self.quantity
        );
        (path_of_booking(&stem), text)
    }
}

fn clock(minute: u64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
