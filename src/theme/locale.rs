//! Sentences and dates in the site's language (Project Fluent, syntax 1.0), from the `.ftl` files of the theme.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::Builtin;
use super::view::{Complaint, When};
use crate::config::Language;
use crate::phrase::Phrase;
use crate::problem::{Problem, Severity};

/// What fills a sentence.
#[derive(Clone, Debug)]
pub enum Filling {
    /// Counts, for the plural.
    Number(i64),
    /// Anything else.
    Text(String),
}

/// The texts of one language.
pub struct Locale {
    bundle: FluentBundle<FluentResource>,
    language: Language,
}

impl Locale {
    /// The texts in `files` (path and contents); a later file replaces what an earlier one says.
    ///
    /// # Errors
    /// A file that is no Fluent.
    pub fn new(language: Language, files: &[(String, String)]) -> Result<Self, Box<Problem>> {
        let tag = language.tag().parse().expect("a language has a tag");
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        bundle.set_use_isolating(false);
        for (path, text) in files {
            let resource = FluentResource::try_new(text.clone()).map_err(|(_, errors)| {
                let at = errors.first().map_or(0..0, |error| error.pos.clone());
                Box::new(Problem::at(path, text, at.start, at.end, Phrase::new("problem-locale")))
            })?;
            bundle.add_resource_overriding(resource);
        }
        Ok(Self { bundle, language })
    }

    /// The built-in texts, for what has to be said before there is a theme.
    pub fn builtin(language: Language) -> Self {
        let prefix = format!("locales/{}/", language.tag());
        let files: Vec<(String, String)> = Builtin::iter()
            .filter(|path| path.starts_with(&prefix))
            .filter_map(|path| {
                Some((path.to_string(), String::from_utf8(Builtin::get(&path)?.data.into_owned()).ok()?))
            })
            .collect();
        Self::new(language, &files).unwrap_or_else(|problem| panic!("the built-in texts are sound: {problem:?}"))
    }

    /// Which language this is.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text `key`; `None`: there is no such text.
    pub fn text(&self, key: &str, fillings: &[(&str, Filling)]) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut arguments = FluentArgs::new();
        for (name, filling) in fillings {
            arguments.set(
                (*name).to_owned(),
                match filling {
                    Filling::Number(number) => FluentValue::from(*number),
                    Filling::Text(text) => FluentValue::from(text.clone()),
                },
            );
        }
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        for error in errors {
            tracing::warn!("the text {key}: {error}");
        }
        Some(text.into_owned())
    }

    /// A sentence; its key where the locale does not have it.
    pub fn say(&self, phrase: &Phrase) -> String {
        let fillings: Vec<_> = phrase
            .args
            .iter()
            .map(|(name, value)| {
                if let Some(day) = self.day_in_words(name, value) {
                    return (*name, Filling::Text(day));
                }
                // « 007 » is a text, 7 is a count.
                let number = value.parse::<i64>().ok().filter(|number| number.to_string() == *value);
                (*name, number.map_or_else(|| Filling::Text(value.clone()), Filling::Number))
            })
            .collect();
        self.text(phrase.key, &fillings).unwrap_or_else(|| phrase.key.to_owned())
    }

    /// A day that fills a sentence, as it is said; what a person typed stays as typed.
    fn day_in_words(&self, name: &str, value: &str) -> Option<String> {
        const DAYS: [&str; 4] = ["day", "date", "from", "to"];
        let day = DAYS.contains(&name).then(|| Date::strptime("%Y-%m-%d", value).ok())??;
        Some(self.day(day).text)
    }

    /// A text without arguments.
    pub fn word(&self, key: &'static str) -> String {
        self.say(&Phrase::new(key))
    }

    /// A moment in the site's zone.
    pub fn moment(&self, at: Timestamp, zone: &TimeZone) -> When {
        let at = at.to_zoned_datetime(zone.clone());
        When {
            iso: at.timestamp().display_with_offset(at.offset()).to_string(),
            text: self.dated("date-and-time", at.date(), Some(&at)),
            short: self.dated("date-short", at.date(), None),
        }
    }

    /// A day.
    pub fn day(&self, date: Date) -> When {
        When {
            iso: date.to_string(),
            text: self.dated("date-long", date, None),
            short: self.dated("date-short", date, None),
        }
    }

    /// « lundi 23 novembre », for a day that is near.
    pub fn weekday(&self, date: Date) -> String {
        self.dated("date-weekday", date, None)
    }

    /// « lun. 23 », for the head of a narrow column.
    pub fn short_weekday(&self, date: Date) -> String {
        self.dated("date-short-weekday", date, None)
    }

    /// « 8 h 05 »
    pub fn time(&self, time: Time) -> String {
        let fillings = [
            ("hour", Filling::Text(time.hour().to_string())),
            ("minute", Filling::Text(format!("{:02}", time.minute()))),
        ];
        self.text("time-of-day", &fillings).unwrap_or_default()
    }

    /// A day of a year that is known: « 23 nov. ».
    pub fn day_of_year(&self, date: Date) -> String {
        self.dated("date-of-year", date, None)
    }

    /// The month of a day: « septembre ».
    pub fn month(&self, day: Date) -> String {
        self.text(&format!("month-{}", day.month()), &[]).unwrap_or_default()
    }

    /// The same in few letters: « sept. ».
    pub fn month_short(&self, day: Date) -> String {
        self.text(&format!("month-short-{}", day.month()), &[]).unwrap_or_default()
    }

    /// A day of the week, Monday being 0.
    pub fn weekday_name(&self, from_monday: usize) -> String {
        self.text(&format!("weekday-{}", from_monday + 1), &[]).unwrap_or_default()
    }

    fn dated(&self, key: &str, date: Date, at: Option<&ZonedDateTime>) -> String {
        let named = |prefix: &str, number: i8| self.text(&format!("{prefix}-{number}"), &[]).unwrap_or_default();
        let mut fillings = vec![
            ("weekday", Filling::Text(named("weekday", date.weekday().to_monday_one_offset()))),
            ("short-weekday", Filling::Text(named("weekday-short", date.weekday().to_monday_one_offset()))),
            ("day", Filling::Number(i64::from(date.day()))),
            ("month", Filling::Text(named("month", date.month()))),
            ("short", Filling::Text(named("month-short", date.month()))),
            ("year", Filling::Text(date.year().to_string())),
        ];
        if let Some(at) = at {
            fillings.push(("hour", Filling::Text(at.hour().to_string())));
            fillings.push(("minute", Filling::Text(format!("{:02}", at.minute()))));
        }
        self.text(key, &fillings).unwrap_or_default()
    }

    /// What is wrong with a file, in words.
    pub fn complaint(&self, problem: &Problem) -> Complaint {
        Complaint {
            place: problem.place(),
            message: self.say(&problem.message),
            source: problem.source.clone(),
            caret: problem.caret(),
            hint: problem.hint.as_ref().map(|hint| self.say(hint)).unwrap_or_default(),
            severity: if problem.severity == Severity::Error { "error" } else { "warning" }.to_owned(),
            page: None,
        }
    }

    /// The same where everybody reads it, or in a mail: without the line where it may hold what is said to nobody, an
    /// internal note, an address, a person's name.
    pub fn public_complaint(&self, problem: &Problem) -> Complaint {
        let mut said = self.complaint(problem);
        let in_the_text = ["problem-encoding", "problem-conflict-markers"].contains(&problem.message.key);
        let a_person = problem.message.key == "problem-unknown-requester";
        if in_the_text || a_person || ["@", "<!--", "-->"].iter().any(|sign| problem.source.contains(sign)) {
            (said.source, said.caret) = (String::new(), String::new());
        }
        if a_person {
            said.message = self.say(&Phrase::new("problem-unknown-requester").with("typed", "…"));
        }
        let masked = said.message.split(' ').map(|word| if word.contains('@') { "…" } else { word });
        said.message = masked.collect::<Vec<_>>().join(" ");
        said
    }

    /// The same for a terminal: place and message, the line, the caret, the remedy.
    pub fn report(&self, problem: &Problem) -> String {
        self.written(problem, self.complaint(problem))
    }

    /// The same for a mail.
    pub fn public_report(&self, problem: &Problem) -> String {
        self.written(problem, self.public_complaint(problem))
    }

    fn written(&self, problem: &Problem, said: Complaint) -> String {
        let mut lines = vec![format!("{} {}", said.place, said.message)];
        if !said.source.is_empty() {
            let number = problem.line.to_string();
            lines.push(format!("  {number} | {}", said.source));
            if !said.caret.is_empty() {
                lines.push(format!("  {} | {}", " ".repeat(number.len()), said.caret));
            }
        }
        if !said.hint.is_empty() {
            lines.push(format!("  {}", self.say(&Phrase::new("report-hint").with("hint", said.hint))));
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_people_write_them() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let at: Timestamp = "2026-11-23T07:05:00Z".parse().unwrap();
        let french = Locale::builtin(Language::French).moment(at, &zone);
        assert_eq!(french.text, "lundi 23 novembre 2026 à 8\u{a0}h\u{a0}05");
        assert_eq!(french.short, "23 nov. 2026");
        assert_eq!(french.iso, "2026-11-23T08:05:00+01:00");
        let first = Locale::builtin(Language::French).day("2027-01-01".parse().unwrap());
        assert_eq!(first.text, "vendredi 1er janvier 2027");
        let latest = Phrase::new("hint-rrule-last").with("day", "2028-08-31");
        let said = Locale::builtin(Language::French).say(&latest);
        assert_eq!(said, "le dernier jour possible est le jeudi 31 août 2028");
        let english = Locale::builtin(Language::English).moment(at, &zone);
        assert_eq!(english.text, "Monday 23 November 2026 at 8:05");
    }
}
