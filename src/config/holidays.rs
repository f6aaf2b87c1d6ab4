//! School holidays: those that are shipped, and a file of the site's own in the same form.

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::domain::calendar::{Holiday, HolidayName};
use crate::domain::figures::Period;
use crate::phrase::Phrase;
use crate::problem::Problem;

/// The file that stands in for what is shipped, beside `site.toml`.
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

/// The holidays of a zone, in their order: those of the site's own file, and those that are shipped for the school years
/// that it does not speak of. What is shipped only counts where a zone is named.
pub(super) fn of_zone(zone: Option<char>, own: Option<&str>) -> Result<Vec<Holiday>, Vec<Problem>> {
    let mut holidays = match own {
        Some(text) => read(zone, text)?,
        None => Vec::new(),
    };
    if zone.is_some() {
        let stands = |shipped: &Holiday| !holidays.iter().any(|own| replaces(own, shipped));
        let shipped: Vec<Holiday> = read(zone, SHIPPED)?.into_iter().filter(stands).collect();
        holidays.extend(shipped);
    }
    holidays.sort_by_key(|holiday| holiday.from);
    Ok(holidays)
}

/// Whether a holiday of the site's own speaks for the school year of one that is shipped. A summer by itself, such as one
/// whose end is published at last, only speaks for that summer.
fn replaces(own: &Holiday, shipped: &Holiday) -> bool {
    let summer = (7..=8).contains(&own.from.month());
    let same_year = Period::school_year(own.from) == Period::school_year(shipped.from);
    let meets = own.from < shipped.resume && shipped.from < own.resume;
    meets || (same_year && !summer)
}

/// What a file says of a zone.
fn read(zone: Option<char>, text: &str) -> Result<Vec<Holiday>, Vec<Problem>> {
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
    fn a_file_of_the_site_stands_in_for_the_years_that_it_speaks_of() {
        let own = "holidays = [\n  { name = \"Vacances de Pâques\", from = 2028-04-15, resume = 2028-05-02, zones = [\"A\"] },\n]\n";
        let with = |zone, own: &str| {
            let holidays = of_zone(zone, Some(own)).unwrap();
            let summer = holidays.iter().find(|holiday| holiday.from == date(2027, 7, 3)).map(|summer| summer.resume);
            (holidays.len(), holidays.last().unwrap().name.clone(), summer)
        };
        let (easter, presumed) = (HolidayName::Own("Vacances de Pâques".into()), Some(date(2027, 9, 1)));
        // A year that is not shipped is added, one that is shipped is replaced.
        assert_eq!(with(Some('A'), own), (14, easter.clone(), presumed));
        assert_eq!(with(Some('A'), &own.replace("2028", "2027")), (8, easter.clone(), None));
        assert_eq!(of_zone(Some('B'), Some(own)), of_zone(Some('B'), None));
        // The summer that ends a year leaves the rest of it; without a zone the file stands alone.
        let summer = "holidays = [{ name = \"summer\", from = 2027-07-03, resume = 2027-08-30 }]";
        assert_eq!(with(Some('A'), summer), (13, HolidayName::new("summer"), Some(date(2027, 8, 30))));
        assert_eq!(with(None, &own.replace(", zones = [\"A\"]", "")), (1, easter, None));
        let turned = own.replace("2028-05-02", "2028-04-02");
        assert_eq!(of_zone(Some('A'), Some(&turned)).unwrap_err()[0].place(), "holidays.toml:2:3");
        assert_eq!(of_zone(Some('A'), Some("holiday = 1")).unwrap_err()[0].message.key, "config-unreadable");
    }
}
