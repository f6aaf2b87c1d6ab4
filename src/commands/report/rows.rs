//! One row a ticket, for a spreadsheet (RFC 4180). What it holds is keys and times; no person is in it.

use std::io::Write;

use crate::domain::figures::{Dated, Life, Period};
use crate::domain::ticket::Named;
use crate::theme::report;
use crate::theme::scene::Scene;

const COLUMNS: [&str; 11] = [
    "id",
    "created",
    "taken_over",
    "closed",
    "status",
    "category",
    "severity",
    "resource",
    "handed_to",
    "taking_over_hours",
    "closing_hours",
];

/// The tickets that were declared in a period, as they are known today.
pub(super) fn write(scene: &Scene<'_>, period: Period, to: impl Write) -> csv::Result<()> {
    let today = report::today(scene);
    let moment = |when: Option<Dated>| scene.moment(when.map(|when| when.at)).iso;
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(COLUMNS)?;
    let lives = scene.office.lives(&scene.site.vocabulary, &scene.site.timezone);
    for life in lives.iter().filter(|life| period.contains(life.created.day)) {
        let (ticket, taken_over, closed) = (life.ticket, life.taken_over(today), life.closed(today));
        let row = [
            ticket.id.to_string(),
            moment(Some(life.created)),
            moment(taken_over),
            moment(closed),
            ticket.status.to_string(),
            written(&ticket.category),
            written(&ticket.severity),
            written(&ticket.resource),
            ticket.handed_to.clone().unwrap_or_default(),
            hours(life, taken_over),
            hours(life, closed),
        ];
        writer.write_record(row.map(harmless))?;
    }
    writer.flush()?;
    Ok(())
}

fn written(named: &Named) -> String {
    match named {
        Named::Known(key) => key.to_string(),
        Named::Unknown(typed) => typed.clone(),
    }
}

fn hours(life: &Life<'_>, then: Option<Dated>) -> String {
    let hundredths = |then| (life.delay_s(then) + 18) / 36;
    then.map(hundredths).map_or_else(String::new, |number| format!("{}.{:02}", number / 100, number % 100))
}

/// A cell that a spreadsheet would take for a formula is made a text (OWASP, CSV injection).
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1"] {
            assert_eq!(harmless(formula.to_owned()), format!("'{formula}"));
        }
        assert_eq!(harmless("INC-4412".to_owned()), "INC-4412");
    }
}
