//! `guichet report`: the figures of a period, for people, spreadsheets and programs.

mod rows;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::output::put;
use super::{Context, Failure, print_json};
use crate::domain::figures::Period;
use crate::phrase::Phrase;
use crate::theme::report;
use crate::theme::scene::Scene;

#[derive(Debug, Args)]
pub(super) struct Report {
    /// The first day, such as 2026-09-01 (by default, the start of the school year)
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The last day, included (by default, the end of the school year; with --from, today)
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// html: a whole page; csv: one row a ticket; json and md: the totals
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Html,
    Csv,
    Json,
    Md,
}

impl Report {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let mut desk = context.desk()?;
        desk.look()?;
        let scene = Scene {
            site: desk.site(),
            office: desk.office(),
            people: &crate::desk::nobody,
            theme: desk.theme(),
            now: context.clock.now(),
        };
        let period =
            self.period(report::today(&scene)).map_err(|phrase| Failure::Wrong(Some(scene.locale().say(&phrase))))?;
        let format = self.format.unwrap_or(if context.json { Format::Json } else { Format::Md });
        match format {
            Format::Html => put(format_args!("{}", report::standalone(&scene, &report::counted(&scene, period))?)),
            Format::Md => put(format_args!("{}", report::markdown(&scene, &report::counted(&scene, period))?)),
            Format::Json => print_json(&report::counted(&scene, period))?,
            Format::Csv => rows::write(&scene, period, std::io::stdout().lock())?,
        }
        desk.close();
        Ok(())
    }

    /// The days that are asked for: the school year; from a day until today; until a day, from the beginning of its
    /// school year.
    fn period(&self, today: Date) -> Result<Period, Phrase> {
        let (from, to) = match (self.from, self.to) {
            (None, None) => return Ok(Period::school_year(today)),
            (Some(from), to) => (from, to.unwrap_or(today)),
            (None, Some(to)) => (Period::school_year(to).from, to),
        };
        Period::new(from, to).ok_or_else(|| Phrase::new("cli-report-period").with("from", from).with("to", to))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_not_said_is_the_school_year_or_today() {
        let today = date(2026, 11, 24);
        let period = |from, to| Report { from, to, format: None }.period(today).map(|found| (found.from, found.to));
        assert_eq!(period(None, None), Ok((date(2026, 9, 1), date(2027, 8, 31))));
        assert_eq!(period(Some(date(2026, 1, 1)), None), Ok((date(2026, 1, 1), today)));
        assert_eq!(period(None, Some(date(2026, 3, 31))), Ok((date(2025, 9, 1), date(2026, 3, 31))));
        assert!(period(Some(date(2027, 1, 1)), None).is_err());
    }
}
