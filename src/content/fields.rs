//! The values of a front matter, one by one, with a complaint for each that is missing or means nothing. Knows
//! the school's words, not which keys make a ticket or a booking.

use std::ops::Range;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::front_matter::{Document, Scalar, Value};
use crate::domain::key::{fold, nearest};
use crate::domain::person::{Pseudonym, Requester};
use crate::domain::ticket::{Moment, Named};
use crate::domain::vocabulary::{Term, Terms, Vocabulary};
use crate::phrase::Phrase;
use crate::problem::Problem;

/// Reads values, collecting complaints.
pub(super) struct Fields<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) vocabulary: &'d Vocabulary,
    pub(super) problems: Vec<Problem>,
    /// Complaints about words that are no longer configured.
    lost: Vec<Problem>,
}

impl<'d> Fields<'d> {
    pub(super) fn new(document: &'d Document<'d>, vocabulary: &'d Vocabulary) -> Self {
        Self { document, vocabulary, problems: Vec::new(), lost: Vec::new() }
    }

    /// The value, if nothing keeps it from being used, and what is odd about it. A word that is gone from the
    /// configuration is odd in what is `settled` (closed, past), and wrong in what is open or to come.
    pub(super) fn judged<T>(
        self,
        value: Option<T>,
        settled: impl Fn(&T) -> bool,
    ) -> Result<(T, Vec<Problem>), Vec<Problem>> {
        let Self { mut problems, lost, .. } = self;
        let mut warnings = Vec::new();
        if value.as_ref().is_some_and(settled) {
            warnings.extend(lost.into_iter().map(Problem::warning));
        } else {
            problems.extend(lost);
        }
        match value {
            Some(value) if problems.is_empty() => Ok((value, warnings)),
            _ => {
                problems.sort_by_key(|problem| (problem.line, problem.column));
                Err(problems)
            }
        }
    }

    pub(super) fn fault(&mut self, at: &Range<usize>, message: Phrase, hint: Option<Phrase>) {
        let problem = self.document.problem(at, message);
        self.problems.push(match hint {
            Some(hint) => problem.hint(hint),
            None => problem,
        });
    }

    pub(super) fn unknown_keys(&mut self, known: &[&'static str]) {
        for entry in self.document.entries() {
            if known.contains(&entry.key.as_str()) || entry.key.starts_with("x-") {
                continue;
            }
            let hint = match nearest(&entry.key, known.iter().copied()) {
                Some(near) => Phrase::new("hint-did-you-mean").with("near", near),
                None => Phrase::new("hint-own-key").with("key", format!("x-{}", entry.key)),
            };
            self.fault(&entry.key_at, Phrase::new("problem-unknown-key").with("key", &entry.key), Some(hint));
        }
    }

    /// The value behind a key; a list or something deeper is a fault.
    pub(super) fn optional(&mut self, key: &'static str) -> Option<Scalar> {
        match self.document.get(key)? {
            Value::Empty(_) => None,
            Value::Scalar(scalar) if scalar.text.trim().is_empty() => None,
            Value::Scalar(scalar) => Some(scalar.clone()),
            other => {
                self.fault(&other.at(), Phrase::new("problem-not-one-value").with("key", key), None);
                None
            }
        }
    }

    pub(super) fn required(&mut self, key: &'static str) -> Option<Scalar> {
        let faults = self.problems.len();
        let scalar = self.optional(key);
        // A key that is misspelt is complained about as such: it is not missing too.
        let keys = self.document.entries().iter().map(|entry| entry.key.as_str());
        let misspelt = keys.into_iter().any(|typed| typed != key && nearest(typed, [key]).is_some());
        if scalar.is_none() && self.problems.len() == faults && !misspelt {
            let at = self.document.get(key).map(Value::at);
            let at = at.unwrap_or_else(|| {
                let fence = self.document.text().find("---").unwrap_or_default();
                fence..fence + 3
            });
            self.fault(
                &at,
                Phrase::new("problem-missing-key").with("key", key),
                Some(Phrase::new("hint-missing-key").with("key", key)),
            );
        }
        scalar
    }

    pub(super) fn list(&mut self, key: &'static str) -> Vec<Scalar> {
        match self.document.get(key) {
            None | Some(Value::Empty(_)) => Vec::new(),
            Some(Value::List { items, .. }) => items.clone(),
            Some(Value::Scalar(scalar)) => vec![scalar.clone()],
            Some(Value::Deep(at)) => {
                self.fault(&at.clone(), Phrase::new("problem-not-a-list").with("key", key), None);
                Vec::new()
            }
        }
    }

    pub(super) fn named<T: Term>(&mut self, scalar: &Scalar, terms: &Terms<T>, key: &'static str) -> Named {
        if let Some(term) = terms.find(&scalar.text) {
            return Named::Known(term.key().clone());
        }
        let message = Phrase::new("problem-unknown-value").with("key", key).with("typed", &scalar.text);
        let problem = self.document.problem(&scalar.at, message);
        let hint = match terms.nearest(&scalar.text) {
            Some(near) => Phrase::new("hint-did-you-mean").with("near", near),
            None if terms.current().count() <= 8 => Phrase::new("hint-choices").with("choices", terms.labels()),
            None => Phrase::new("hint-see-config").with("key", key),
        };
        self.lost.push(problem.hint(hint));
        Named::Unknown(scalar.text.clone())
    }

    pub(super) fn requester(&mut self, scalar: &Scalar) -> Requester {
        let typed = scalar.text.trim();
        if let Some(pseudonym) = Pseudonym::new(typed) {
            return Requester::Person(pseudonym);
        }
        if typed.contains('@') {
            self.fault(&scalar.at, Phrase::new("problem-address-in-file"), Some(Phrase::new("hint-address-in-file")));
            return Requester::Nobody;
        }
        if let Some(member) = self.vocabulary.members.find(typed) {
            return Requester::Member(member.id.clone());
        }
        let message = Phrase::new("problem-unknown-requester").with("typed", typed);
        let problem = self.document.problem(&scalar.at, message);
        self.lost.push(problem.hint(Phrase::new("hint-address-in-file")));
        Requester::Nobody
    }

    pub(super) fn moment(&mut self, scalar: &Scalar) -> Option<Moment> {
        let text = scalar.text.trim();
        // RFC 3339, section 5.6; a blank in place of the T as its note allows.
        let pieces = jiff::fmt::temporal::DateTimeParser::new().parse_pieces(text).ok();
        let moment = pieces.and_then(|pieces| {
            let offset = pieces.to_numeric_offset()?;
            let datetime = pieces.date().to_datetime(pieces.time()?);
            let at = datetime.to_zoned_datetime(TimeZone::fixed(offset)).ok()?.timestamp();
            Some(Moment { at, offset })
        });
        if moment.is_none() {
            let example = "2026-11-23T08:12:00+01:00";
            self.fault(
                &scalar.at,
                Phrase::new("problem-not-a-moment").with("typed", text),
                Some(Phrase::new("hint-example").with("example", example)),
            );
        }
        moment
    }

    pub(super) fn date(&mut self, scalar: &Scalar) -> Option<Date> {
        let date = scalar.text.trim().parse().ok();
        if date.is_none() {
            self.fault(
                &scalar.at,
                Phrase::new("problem-not-a-date").with("typed", &scalar.text),
                Some(Phrase::new("hint-example").with("example", "2026-11-23")),
            );
        }
        date
    }

    pub(super) fn truth(&mut self, key: &'static str) -> bool {
        let Some(scalar) = self.optional(key) else {
            return false;
        };
        match fold(&scalar.text).as_str() {
            "true" | "yes" | "oui" => true,
            "false" | "no" | "non" => false,
            _ => {
                self.fault(
                    &scalar.at,
                    Phrase::new("problem-not-a-truth").with("typed", &scalar.text),
                    Some(Phrase::new("hint-choices").with("choices", "true, false")),
                );
                false
            }
        }
    }

    pub(super) fn time(&mut self, scalar: &Scalar) -> Option<Time> {
        let time = Time::strptime("%H:%M", scalar.text.trim()).ok();
        if time.is_none() {
            let hint = Phrase::new("hint-example").with("example", "\"10:30\"");
            self.fault(&scalar.at, Phrase::new("problem-not-a-time").with("typed", &scalar.text), Some(hint));
        }
        time
    }
}
