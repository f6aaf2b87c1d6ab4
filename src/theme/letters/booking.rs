//! The words of a letter about a booking: made, confirmed, changed, cancelled or refused, its resource out of service or
//! back; of a series, every day.

use anyhow::Result;
use jiff::civil::Date;

use super::{Reader, Sign, Words, acts_note, author_name, envelope, greeting, links, requester_in_full, written};
use crate::content::markdown;
use crate::domain::booking::BookingFields;
use crate::domain::errand::{Deed, Hold, OnBooking};
use crate::domain::free::Offer;
use crate::domain::history::Author;
use crate::domain::lineage::Edition;
use crate::domain::notice::BookingNews;
use crate::domain::reservation::{Reservation, Standing};
use crate::domain::resource::Resource;
use crate::phrase::Phrase;
use crate::theme::pages::ics::{self, Method};
use crate::theme::pages::planning::link_to_form;
use crate::theme::scene::{Scene, booking_url, week_url};
use crate::theme::view::{ChangeLine, Detail, LetterView, Link};

/// The version of a booking that a piece of news tells of.
pub type Editions<'a> = dyn Fn(&Reservation) -> Edition + 'a;

/// A piece of news about a booking, for one reader.
///
/// # Errors
/// The theme's mail templates are wrong.
pub fn booking(
    scene: &Scene<'_>,
    booking: &Reservation,
    news: &BookingNews,
    editions: &Editions<'_>,
    author: &Author,
    reader: Reader<'_>,
    sign: &Sign<'_>,
) -> Result<Words> {
    let locale = scene.locale();
    let pending = booking.status == Standing::Pending;
    let own = matches!(reader, Reader::Person { own: true, .. });
    let (what, lead) = headline(news, pending, own);
    let resource = scene.resource(&booking.resource).text;
    let subject = Phrase::new("booking-subject")
        .with("what", locale.word(what))
        .with("resource", &resource)
        .with("day", locale.weekday(booking.span.date))
        .with("time", scene.slots_or_times(&booking.span));
    let who = author_name(scene, author);
    let mut view = LetterView {
        greeting: greeting(locale, reader),
        lead: locale.say(&Phrase::new(lead).with("who", &who).with("resource", &resource)),
        ..envelope(scene, locale.say(&subject), reader)
    };
    view.details = details(scene, booking, news, reader);
    match news {
        BookingNews::Changed(old) => view.changes = changes(scene, old, booking),
        BookingNews::Parted(series) => view.changes = parted(scene, &series.0, &series.1, booking),
        BookingNews::Cancelled(reason) | BookingNews::Refused(reason) if !reason.is_empty() => {
            view.quote.clone_from(reason);
            view.quote_html = markdown::to_html(reason);
            view.quote_by = who;
        }
        _ => {}
    }
    let gone = matches!(news, BookingNews::Cancelled(_) | BookingNews::Refused(_));
    if !gone {
        view.acts = acts(scene, booking, reader, sign);
        view.acts_note = acts_note(scene, reader);
    }
    if let BookingNews::OutOfService(..) | BookingNews::Conflict(_) = news {
        view.acts.extend(equivalents(scene, booking));
    }
    // What is gone has no place of its own in the week.
    let day = scene.day_to_see(booking);
    let (link, page) =
        if gone { ("letter-see-week", week_url(day)) } else { ("letter-see-booking", booking_url(&booking.stem, day)) };
    view.link = locale.word(link);
    view.url = format!("{}/{}", scene.site.base_url, page.replace("index.html", ""));
    let mut words = written(scene, &view)?;
    if let (Reader::Person { .. }, Some(method)) = (reader, entry(news, pending)) {
        let mut entries = vec![(booking, editions(booking))];
        if let BookingNews::Parted(series) = news {
            entries.push((&series.1, editions(&series.1)));
        }
        words.calendar = ics::attached(scene, method, &entries);
    }
    Ok(words)
}

/// What the news makes of the booking in its holder's calendar. What waits is not entered before it stands, but what is
/// there is kept true; what is gone goes.
fn entry(news: &BookingNews, pending: bool) -> Option<Method> {
    match news {
        BookingNews::Made if pending => None,
        BookingNews::Made | BookingNews::Confirmed | BookingNews::Changed(_) | BookingNews::Parted(_) => {
            Some(Method::Publish)
        }
        BookingNews::Cancelled(_) | BookingNews::Refused(_) => Some(Method::Cancel),
        BookingNews::Conflict(_)
        | BookingNews::Disputed(_)
        | BookingNews::OutOfService(..)
        | BookingNews::BackInService(..) => None,
    }
}

/// What the subject calls the news, and the sentence that tells it.
fn headline(news: &BookingNews, pending: bool, own: bool) -> (&'static str, &'static str) {
    match news {
        BookingNews::Made if pending && own => ("booking-pending", "booking-lead-pending-own"),
        BookingNews::Made if pending => ("booking-pending", "booking-lead-pending"),
        BookingNews::Made if own => ("booking-confirmed", "booking-lead-made-own"),
        BookingNews::Made => ("booking-confirmed", "booking-lead-made"),
        BookingNews::Confirmed => ("booking-confirmed", "booking-lead-confirmed"),
        BookingNews::Changed(_) | BookingNews::Parted(_) if own => ("booking-changed", "booking-lead-changed-own"),
        BookingNews::Changed(_) | BookingNews::Parted(_) => ("booking-changed", "booking-lead-changed"),
        BookingNews::Cancelled(_) if own => ("booking-cancelled", "booking-lead-cancelled-own"),
        BookingNews::Cancelled(_) => ("booking-cancelled", "booking-lead-cancelled"),
        BookingNews::Refused(_) => ("booking-refused", "booking-lead-refused"),
        BookingNews::Conflict(_) => ("booking-conflict", "booking-lead-conflict"),
        BookingNews::Disputed(_) => ("booking-disputed", "booking-lead-disputed"),
        BookingNews::OutOfService(..) => ("booking-out", "booking-lead-out"),
        BookingNews::BackInService(..) => ("booking-back", "booking-lead-back"),
    }
}

/// What one needs to know of the booking.
fn details(scene: &Scene<'_>, booking: &Reservation, news: &BookingNews, reader: Reader<'_>) -> Vec<Detail> {
    let locale = scene.locale();
    let mut details = Vec::new();
    let mut detail = |label: &'static str, value: String| {
        if !value.is_empty() {
            details.push(Detail { label: locale.word(label), value });
        }
    };
    detail("booking-what", scene.resource(&booking.resource).text);
    detail("booking-when", scene.when(booking));
    if booking.series.is_some() {
        let days = days(scene, booking);
        let count = Phrase::new("booking-count").with("n", days.len()).with("days", listed(scene, &days));
        detail("booking-dates", locale.say(&count));
    }
    detail("booking-purpose", booking.purpose.clone());
    if booking.quantity.get() > 1 {
        detail("booking-quantity", booking.quantity.to_string());
    }
    if let Reader::Team = reader {
        detail("booking-holder", requester_in_full(scene, &booking.requester));
    }
    if let BookingNews::Conflict(other) | BookingNews::Disputed(other) = news {
        detail("booking-other", format!("{}, {}", scene.when(other), other.purpose));
    }
    if let BookingNews::OutOfService(id, title) | BookingNews::BackInService(id, title) = news {
        detail("booking-ticket", format!("{id}, {title}"));
    }
    details
}

/// What the reader can do to a booking that stands or waits.
fn acts(scene: &Scene<'_>, booking: &Reservation, reader: Reader<'_>, sign: &Sign<'_>) -> Vec<Link> {
    let deed = |deed| Deed::Booking(Hold::of(booking), deed);
    let deeds = match reader {
        Reader::Person { .. } => {
            vec![
                ("letter-act-change", deed(OnBooking::Change)),
                ("letter-act-cancel", deed(OnBooking::Cancel)),
                ("letter-act-agenda", Deed::Agenda),
            ]
        }
        Reader::Team if booking.status == Standing::Pending => vec![
            ("letter-act-approve", deed(OnBooking::Approve)),
            ("letter-act-refuse", deed(OnBooking::Refuse)),
            ("letter-act-team", Deed::TeamPage),
        ],
        Reader::Team => Vec::new(),
    };
    links(scene, deeds, sign)
}

/// Resources of the same group that are free at the booking's time, each with the way to book it.
fn equivalents(scene: &Scene<'_>, booking: &Reservation) -> Vec<Link> {
    let vocabulary = &scene.site.vocabulary;
    let Some(resource) = booking.resource.key().and_then(|key| vocabulary.resources.get(key)) else {
        return Vec::new();
    };
    let (search, now) = (scene.search(), scene.wall_clock());
    let usable = |other: &&Resource| {
        other.id != resource.id && other.group == resource.group && search.is_open(other, &booking.span, now)
    };
    let typed = BookingFields { purpose: booking.purpose.clone(), ..BookingFields::default() };
    let free = search.free(booking.span, booking.quantity);
    free.filter(usable)
        .take(3)
        .map(|other| {
            let offer =
                Offer { resource: other.id.clone(), span: booking.span, quantity: booking.quantity, series: None };
            let form = link_to_form(scene, other.id.as_str(), &booking.span, &typed).replace("index.html", "");
            let text = scene.locale().say(&Phrase::new("letter-act-book").with("offer", scene.offer(&offer)));
            Link { text, url: format!("{}/{form}", scene.site.base_url) }
        })
        .collect()
}

fn days(scene: &Scene<'_>, booking: &Reservation) -> Vec<Date> {
    booking.occurrences(&scene.site.calendar).map(|span| span.date).collect()
}

fn listed(scene: &Scene<'_>, days: &[Date]) -> String {
    let days: Vec<String> = days.iter().map(|day| scene.locale().day_of_year(*day)).collect();
    days.join(", ")
}

/// What became of a booking: its place, its time or rhythm, what it is for; and of a series the days that went and came.
fn changes(scene: &Scene<'_>, old: &Reservation, new: &Reservation) -> Vec<ChangeLine> {
    let locale = scene.locale();
    let mut changes = place_and_purpose(scene, old, new);
    let (before, after) = (scene.when(old), scene.when(new));
    if before != after {
        changes.insert(0, ChangeLine { label: locale.word("booking-when"), old: before, new: after });
    }
    if old.series.is_some() && new.series.is_some() && old.span == new.span {
        let (before, after) = (days(scene, old), days(scene, new));
        let mut line = |key: &'static str, one: &[Date], other: &[Date]| {
            let only: Vec<Date> = one.iter().filter(|day| !other.contains(day)).copied().collect();
            if !only.is_empty() {
                let new = listed(scene, &only);
                changes.push(ChangeLine { label: locale.word(key), old: String::new(), new });
            }
        };
        line("booking-days-gone", &before, &after);
        line("booking-days-new", &after, &before);
    }
    changes
}

/// Which days of a series went where.
fn parted(scene: &Scene<'_>, before: &Reservation, after: &Reservation, new: &Reservation) -> Vec<ChangeLine> {
    let left = days(scene, after);
    let gone: Vec<Date> = days(scene, before).into_iter().filter(|day| !left.contains(day)).collect();
    let old = format!("{}, {}", listed(scene, &gone), scene.times(&before.span));
    let moved = ChangeLine { label: scene.locale().word("booking-days-moved"), old, new: scene.when(new) };
    std::iter::once(moved).chain(place_and_purpose(scene, before, new)).collect()
}

/// What of a booking changed besides its time.
fn place_and_purpose(scene: &Scene<'_>, old: &Reservation, new: &Reservation) -> Vec<ChangeLine> {
    let locale = scene.locale();
    let standing = |booking: &Reservation| match booking.status {
        Standing::Confirmed => locale.word("booking-confirmed").to_lowercase(),
        Standing::Pending => locale.word("booking-pending").to_lowercase(),
    };
    let place = |booking: &Reservation| scene.resource(&booking.resource).text;
    let lines = [
        ("booking-what", place(old), place(new)),
        ("booking-quantity", old.quantity.to_string(), new.quantity.to_string()),
        ("booking-purpose", old.purpose.clone(), new.purpose.clone()),
        ("booking-standing", standing(old), standing(new)),
    ];
    let changed = lines.into_iter().filter(|(_, old, new)| old != new);
    changed.map(|(key, old, new)| ChangeLine { label: locale.word(key), old, new }).collect()
}
