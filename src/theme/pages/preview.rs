//! The days of a booking that repeats, before it is made: each with what is in its way.

use crate::domain::booking::BookingFields;
use crate::domain::diary::Occurrence;
use crate::domain::free::planned;
use crate::domain::reservation::Span;
use crate::theme::scene::Scene;
use crate::theme::view::{Preview, PreviewDay};

/// The days; none when it does not repeat, or something is wrong with what was typed.
pub(in crate::theme) fn preview(scene: &Scene<'_>, typed: &BookingFields) -> Option<Preview> {
    let now = scene.now.to_zoned_datetime(scene.site.timezone.clone()).datetime();
    let booking = typed.check(&scene.site.vocabulary, &scene.site.calendar, now).ok()?;
    let series = booking.series.as_ref()?;
    let planned = planned(&booking, &scene.site.vocabulary, &scene.site.calendar, &scene.office.diary);
    let day = |(span, others): &(Span, Vec<&Occurrence>)| PreviewDay {
        day: scene.locale().weekday(span.date),
        taken: others.first().map(|other| scene.taken(other)).unwrap_or_default(),
    };
    let (free, taken): (Vec<_>, Vec<_>) = planned.iter().partition(|(_, others)| others.is_empty());
    let mut skip: Vec<String> = taken.iter().map(|(span, _)| span.date.to_string()).collect();
    skip.extend(Some(typed.skip.clone()).filter(|before| !before.is_empty()));
    let without: Vec<String> = series.exdates.iter().map(|day| scene.locale().day_of_year(*day)).collect();
    Some(Preview {
        when: format!("{}, {}", scene.rhythm(booking.span.date, series), scene.times(&booking.span)),
        days: planned.iter().map(day).collect(),
        free: free.len(),
        without: without.join(", "),
        skip: skip.join(","),
        seen: match (free.first(), free.last()) {
            (Some((first, _)), Some((last, _))) => {
                format!("{} {} {} {}", booking.resource, first.begins(), last.ends(), free.len())
            }
            _ => booking.resource.to_string(),
        },
    })
}
