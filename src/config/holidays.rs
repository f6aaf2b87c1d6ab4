//! School holidays: those that are shipped, or a file of the site's own in the same form.

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::domain::calendar::{Holiday, HolidayName};
use crate::phrase::Phrase;
use crate::problem::Problem;

/// The file that stands in for the shipped one, beside `site.toml`.
pub const HOLIDAYS_FILE: &str = "holidays.toml";

/// What is shipped; how to read it is written on top.
const SHIPPED: &str = include_str!("holidays.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    holidays: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    from: Datetime,
    resume: Option<Datetime>,
    zones: Option<Vec<char>>,
}

/// The holidays of a zone, in their order: of the site's own file, else of the shipped one, which only counts where a
/// zone is named.
pub(super) fn of_zone(zone: Option<char>, own: Option<&str>) -> Result<Vec<Holiday>, Vec<Problem>> {
    let Some(text) = own.or(zone.map(|_| SHIPPED)) else {
        return Ok(Vec::new());
    };
    let at = |span: std::ops::Range<usize>, message| Problem::at(HOLIDAYS_FILE, text, span.start, span.end, message);
    let written: Written = toml::from_str(text).map_err(|error| {
        let message = Phrase::new("config-unreadable").with("detail", error.message());
        vec![at(error.span().unwrap_or(0..0), message).hint(Phrase::new("hint-holidays"))]
    })?;
    let mut holidays = Vec::new();
    let mut problems = Vec::new();
    for row in &written.holidays {
        match holiday(row.get_ref()) {
            Some(holiday) => {
                let everywhere = row.get_ref().zones.as_ref();
                if everywhere.is_none_or(|zones| zone.is_some_and(|zone| zones.contains(&zone))) {
                    holidays.push(holiday);
                }
            }
            None => problems.push(at(row.span(), Phrase::new("config-holiday")).hint(Phrase::new("hint-holidays"))),
        }
    }
    holidays.sort_by_key(|holiday| holiday.from);
    if problems.is_empty() { Ok(holidays) } else { Err(problems) }
}

fn holiday(row: &Row) -> Option<Holiday> {
    let date = |written: &Datetime| written.to_string().parse::<Date>().ok();
    let from = date(&row.from)?;
    let resume = match &row.resume {
        Some(resume) => date(resume)?,
        None => Date::new(from.year(), 9, 1).ok()?,
    };
    (from < resume).then(|| Holiday { name: HolidayName::new(&row.name), from, resume, presumed: row.resume.is_none() })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_is_shipped_reads() {
        let of = |zone| of_zone(Some(zone), None).unwrap();
        assert_eq!([of('A').len(), of('B').len(), of('C').len()], [13, 13, 13]);
        assert_eq!(of_zone(None, None), Ok(Vec::new()));
        let last = of('C').pop().unwrap();
        assert_eq!((last.from, last.resume, last.presumed), (date(2027, 7, 3), date(2027, 9, 1), true));
    }

    #[test]
    fn a_file_of_the_site_stands_in_for_it() {
        let own = "holidays = [\n  { name = \"Vacances de Pâques\", from = 2028-04-15, resume = 2028-05-02, zones = [\"A\"] },\n]\n";
        let holidays = of_zone(Some('A'), Some(own)).unwrap();
        assert_eq!(holidays[0].name, HolidayName::Own("Vacances de Pâques".into()));
        assert_eq!(of_zone(Some('B'), Some(own)), Ok(Vec::new()));
        let turned = own.replace("2028-05-02", "2028-04-02");
        assert_eq!(of_zone(Some('A'), Some(&turned)).unwrap_err()[0].place(), "holidays.toml:2:3");
        assert_eq!(of_zone(Some('A'), Some("holiday = 1")).unwrap_err()[0].message.key, "config-unreadable");
    }
}
