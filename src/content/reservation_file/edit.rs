//! The file of a booking that changes, or that loses days: every other byte stays as somebody wrote it.

use jiff::civil::Time;

use crate::content::front_matter::Document;
use crate::domain::booking::Booking;
use crate::domain::part::Part;
use crate::domain::reservation::Reservation;
use crate::domain::series::Series;
use crate::problem::Problem;

/// The file of `old` as `booking`, which it is from now on: what did not change stays as somebody wrote it.
///
/// # Errors
/// A value stands in a form that is not edited.
pub fn rewrite(document: &Document<'_>, old: &Reservation, booking: &Booking) -> Result<String, Problem> {
    let time = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
    let (was, is) = (old.span, booking.span);
    let values = [
        ("resource", old.resource.key() != Some(&booking.resource), booking.resource.to_string()),
        ("date", was.date != is.date, is.date.to_string()),
        ("start", was.start != is.start, time(is.start)),
        ("end", was.end != is.end, time(is.end)),
        ("purpose", old.purpose != booking.purpose, booking.purpose.clone()),
        ("status", old.status != booking.status, booking.status.key().to_owned()),
        ("quantity", old.quantity != booking.quantity, booking.quantity.to_string()),
    ];
    let mut text = document.text().to_owned();
    for (key, _, value) in values.into_iter().filter(|(_, changed, _)| *changed) {
        text = Document::parse("", text.as_bytes())?.with_value(key, &value)?;
    }
    with_series(text, old.series.as_ref(), booking.series.as_ref())
}

fn with_series(mut text: String, was: Option<&Series>, is: Option<&Series>) -> Result<String, Problem> {
    let gone: &[&str] = match (was, is) {
        (Some(_), None) => &["rrule", "weeks", "exdate"],
        (Some(was), Some(is)) if was.exdates != is.exdates => &["exdate"],
        _ => &[],
    };
    for key in gone {
        text = Document::parse("", text.as_bytes())?.without(key)?;
    }
    if let (Some(was), Some(is)) = (was, is) {
        if was.rule != is.rule {
            text = Document::parse("", text.as_bytes())?.with_value("rrule", &is.rule.to_string())?;
        }
        for day in is.exdates.iter().filter(|_| was.exdates != is.exdates) {
            text = Document::parse("", text.as_bytes())?.with_item("exdate", &day.to_string())?;
        }
    }
    Ok(text)
}

/// The file of a series without some of its days.
///
/// # Errors
/// A value stands in a form that is not edited.
pub fn shorten(document: &Document<'_>, series: &Series, part: Part) -> Result<String, Problem> {
    match part {
        Part::All => Ok(document.text().to_owned()),
        Part::On(date) => document.with_item("exdate", &date.to_string()),
        Part::From(date) => document.with_value("rrule", &Part::before(date, series.rule).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::reservation_file::read;
    use crate::domain::reservation::Span;

    const PATH: &str = "reservations/2026/11/2026-11-24-salle-b204-0800.md";
    const TEXT: &str = "---\nresource: Salle B204 # au fond\ndate: 2026-11-24\nstart: \"08:00\"\nend: '08:55'\npurpose: Club\n\
        # le club de robotique\nrrule: FREQ=WEEKLY;UNTIL=20261215\nexdate: [2026-12-08]\nx-clef: 3\n---\nApporter les piles.\n";

    fn with(change: impl Fn(&mut Booking)) -> String {
        let site = crate::config::Site::parse("[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle B204\"\n").unwrap();
        let now = "2026-11-23T10:00".parse().unwrap();
        let old = read(PATH, TEXT.as_bytes(), &site.vocabulary, now).unwrap().reservation;
        let mut booking = Booking {
            resource: old.resource.key().unwrap().clone(),
            span: old.span,
            purpose: old.purpose.clone(),
            quantity: old.quantity,
            series: old.series.clone(),
            status: old.status,
        };
        change(&mut booking);
        let document = Document::parse(PATH, TEXT.as_bytes()).unwrap();
        rewrite(&document, &old, &booking).unwrap()
    }

    #[test]
    fn only_what_changes_is_written() {
        assert_eq!(with(|_| {}), TEXT);
        let later = with(|booking| {
            let [start, end] = ["09:00", "09:55"].map(|time| time.parse().unwrap());
            booking.span = Span { start, end, ..booking.span };
        });
        assert_eq!(later, TEXT.replace("08:00", "09:00").replace("08:55", "09:55"));
        let once = with(|booking| booking.series = None);
        assert_eq!(once, TEXT.replace("rrule: FREQ=WEEKLY;UNTIL=20261215\nexdate: [2026-12-08]\n", ""));
        let moved = with(|booking| {
            let series = booking.series.as_mut().unwrap();
            series.rule.until = "2026-12-17".parse().unwrap();
            series.exdates = ["2026-12-10".parse().unwrap()].into();
        });
        let expected =
            TEXT.replace("1215\nexdate: [2026-12-08]\nx-clef: 3\n", "1217\nx-clef: 3\nexdate: [2026-12-10]\n");
        assert_eq!(moved, expected);
    }
}
