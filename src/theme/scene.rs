//! All that a page or a letter is made from, and how values are shown: statuses, places, people.

use std::num::NonZeroU32;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};

use super::Theme;
use super::locale::Locale;
use super::view::{Badge, Frame, Link, TicketRow, When};
use crate::config::{Shown, Site};
use crate::domain::calendar::Why;
use crate::domain::diary::Occurrence;
use crate::domain::free::{Offer, Search};
use crate::domain::history::Author;
use crate::domain::key::Key;
use crate::domain::office::{Filed, Office, Standing};
use crate::domain::person::{Known, Pseudonym, Requester};
use crate::domain::reservation::{Reservation, Span, Stem};
use crate::domain::resource::Resource;
use crate::domain::series::Series;
use crate::domain::ticket::{Named, Ticket, TicketId};
use crate::domain::vocabulary::Status;
use crate::phrase::Phrase;

/// What is known of somebody, asked by pseudonym.
pub type People<'a> = dyn Fn(&Pseudonym) -> Known + Sync + 'a;

/// The inputs of every page.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The configuration.
    pub site: &'a Site,
    /// Tickets, timelines, problems.
    pub office: &'a Office,
    /// The address book.
    pub people: &'a People<'a>,
    /// Templates and texts.
    pub theme: &'a Theme,
    /// The present.
    pub now: Timestamp,
}

impl<'a> Scene<'a> {
    /// The texts.
    pub fn locale(&self) -> &'a Locale {
        self.theme.locale()
    }

    /// A moment in the site's zone.
    pub fn moment(&self, at: Option<Timestamp>) -> When {
        at.map(|at| self.locale().moment(at, &self.site.timezone)).unwrap_or_default()
    }

    /// The frame of a page at `path`, relative to the root.
    pub fn frame(&self, path: &str, section: &str) -> Frame {
        let vocabulary = &self.site.vocabulary;
        let banners =
            self.office.tickets.values().filter(|filed| filed.ticket.banner && filed.ticket.is_open(vocabulary));
        Frame {
            root: "../".repeat(path.matches('/').count()),
            language: self.site.language.tag().to_owned(),
            site: self.site.title.clone(),
            section: section.to_owned(),
            team: self.site.team.name.clone(),
            team_email: self.site.team.email.to_string(),
            banners: banners.map(|filed| self.link(&filed.ticket)).collect(),
        }
    }

    /// A status as a badge.
    pub fn badge(&self, status: &Status) -> Badge {
        let initial = status.word.key == self.site.vocabulary.initial_status().word.key;
        Badge {
            key: status.word.key.to_string(),
            label: status.word.label.clone(),
            tone: match (status.closed, initial) {
                (true, _) => "closed",
                (_, true) => "new",
                _ => "open",
            }
            .to_owned(),
        }
    }

    /// The badge of a status named by key, as history names it.
    pub fn badge_of(&self, key: &Key) -> Badge {
        match self.site.vocabulary.statuses.get(key) {
            Some(status) => self.badge(status),
            None => Badge { key: key.to_string(), label: key.to_string(), tone: "open".to_owned() },
        }
    }

    /// A ticket's title and page.
    pub fn link(&self, ticket: &Ticket) -> Link {
        Link { text: ticket.title.clone(), url: ticket_url(ticket.id) }
    }

    /// A resource's name and page.
    pub fn resource(&self, resource: &Named) -> Link {
        let resources = &self.site.vocabulary.resources;
        Link {
            text: resource.label(resources).to_owned(),
            url: resource.key().filter(|key| resources.get(key).is_some()).map(resource_url).unwrap_or_default(),
        }
    }

    /// Where what is free is looked for.
    pub fn search(&self) -> Search<'a> {
        Search {
            vocabulary: &self.site.vocabulary,
            calendar: &self.site.calendar,
            diary: &self.office.diary,
            out_of_service: &self.office.out_of_service,
        }
    }

    /// The wall-clock time at the school.
    pub fn wall_clock(&self) -> DateTime {
        self.now.to_zoned_datetime(self.site.timezone.clone()).datetime()
    }

    /// The day, at the school.
    pub fn today(&self) -> Date {
        self.wall_clock().date()
    }

    /// A ticket as a line of a list.
    pub fn row(&self, filed: &Filed) -> TicketRow {
        let ticket = &*filed.ticket;
        let vocabulary = &self.site.vocabulary;
        TicketRow {
            id: ticket.id.to_string(),
            url: ticket_url(ticket.id),
            title: ticket.title.clone(),
            status: self.badge(ticket.status(vocabulary)),
            resource: self.resource(&ticket.resource),
            category: ticket.category.label(&vocabulary.categories).to_owned(),
            severity: ticket.severity.label(&vocabulary.severities).to_owned(),
            created: self.moment(self.office.created(ticket)),
            updated: self.moment(self.office.touched(ticket)),
            assignee: ticket
                .assignee
                .as_ref()
                .map(|named| named.label(&vocabulary.members).to_owned())
                .unwrap_or_default(),
            planned: ticket.planned.map(|day| self.locale().day(day)),
            uncommitted: filed.standing == Standing::Uncommitted,
            broken: matches!(filed.standing, Standing::LastGood(_)),
        }
    }

    /// Why there are no lessons.
    pub fn why(&self, why: &Why) -> String {
        match why {
            Why::Own(label) if label.is_empty() => self.locale().word("planning-closed"),
            Why::Own(label) => label.clone(),
            Why::Known(key) => self.locale().word(key),
            Why::NotTaught => self.locale().word("planning-not-taught"),
        }
    }

    /// The letter of a day's week; empty: it has none.
    pub fn letter(&self, date: Date) -> String {
        self.site.calendar.letter(date).map(|letter| letter.to_string()).unwrap_or_default()
    }

    /// The day on which a booking is looked for in the planning: its first to come; when it is over, its last.
    pub fn day_to_see(&self, booking: &Reservation) -> Date {
        let now = self.wall_clock();
        let mut last = booking.span.date;
        let mut days = booking.occurrences(&self.site.calendar).inspect(|day| last = day.date);
        let coming = days.find(|day| now < day.ends()).map(|day| day.date);
        drop(days);
        coming.unwrap_or(last)
    }

    /// « M3 », « M1 à M3 »; `None`: a time is no slot of its day, nor several.
    pub fn slots(&self, span: &Span) -> Option<String> {
        let run = self.site.calendar.run_at(span)?;
        let first = &run.first.id;
        Some(run.goes_on_to().map_or_else(
            || first.clone(),
            |last| self.locale().say(&Phrase::new("slot-run").with("from", first).with("to", &last.id)),
        ))
    }

    /// The same, else « 10 h 30 – 11 h 25 ».
    pub fn slots_or_times(&self, span: &Span) -> String {
        self.slots(span).unwrap_or_else(|| self.times(span))
    }

    /// « 10 h 30 – 11 h 25 ».
    pub fn times(&self, span: &Span) -> String {
        let locale = self.locale();
        locale.say(&Phrase::new("time-span").with("start", locale.time(span.start)).with("end", locale.time(span.end)))
    }

    /// « lundi 23 novembre 2026, 10 h 30 – 11 h 25 », or how it repeats.
    pub fn when(&self, booking: &Reservation) -> String {
        let day = match &booking.series {
            Some(series) => self.rhythm(booking.span.date, series),
            None => self.locale().day(booking.span.date).text,
        };
        format!("{day}, {}", self.times(&booking.span))
    }

    /// « chaque semaine A du lundi 23 novembre 2026 au vendredi 2 juillet 2027 ».
    pub fn rhythm(&self, first: Date, series: &Series) -> String {
        let locale = self.locale();
        let phrase = Phrase::new(match (series.weeks, series.rule.interval) {
            (Some(_), 1) => "booking-when-letter",
            (None, 1) => "booking-when-weekly",
            (Some(_), _) => "booking-when-weeks-letter",
            (None, _) => "booking-when-weeks",
        });
        let letter = series.weeks.map(|letter| letter.to_string()).unwrap_or_default();
        let phrase = phrase.with("n", series.rule.interval).with("letter", letter);
        locale.say(&phrase.with("day", locale.day(first).text).with("until", locale.day(series.rule.until).text))
    }

    /// By what a time is taken, in a sentence.
    pub fn taken(&self, by: &Occurrence) -> String {
        let booking = &by.reservation;
        let resource = booking.resource.key().and_then(|key| self.site.vocabulary.resources.get(key));
        let stock = resource.and_then(Resource::quantity).map_or(1, NonZeroU32::get);
        let phrase = Phrase::new(match (stock, booking.purpose.as_str()) {
            (2.., _) => "fault-taken-some",
            (_, "") => "fault-taken-plain",
            (_, _) => "fault-taken",
        });
        let phrase = phrase.with("quantity", booking.quantity).with("stock", stock);
        let phrase = phrase.with("resource", self.resource(&booking.resource).text).with("purpose", &booking.purpose);
        self.locale().say(&phrase.with("day", self.locale().weekday(by.span.date)).with("time", self.times(&by.span)))
    }

    /// Something that is free, in words.
    pub fn offer(&self, offer: &Offer) -> String {
        let resource = Named::Known(offer.resource.clone());
        let phrase = Phrase::new("offer").with("resource", self.resource(&resource).text);
        let day = match &offer.series {
            Some(series) => self.rhythm(offer.span.date, series),
            None => self.locale().weekday(offer.span.date),
        };
        self.locale().say(&phrase.with("day", day).with("time", self.slots_or_times(&offer.span)))
    }

    /// How a requester shows on a public page.
    pub fn requester(&self, requester: &Requester) -> String {
        match requester {
            Requester::Nobody => String::new(),
            Requester::Member(key) => self.member(key),
            Requester::Person(pseudonym) => self.shown(pseudonym, self.site.requesters_shown).unwrap_or_default(),
        }
    }

    /// How the holder of a booking shows on the planning.
    pub fn holder(&self, requester: &Requester) -> String {
        match requester {
            Requester::Person(pseudonym) => self.shown(pseudonym, self.site.holders_shown).unwrap_or_default(),
            other => self.requester(other),
        }
    }

    /// How the author of a step shows on a public page.
    pub fn author(&self, author: &Author, ticket: &Ticket) -> String {
        match author {
            Author::Member(key) => self.member(key),
            Author::Team => self.site.team.name.clone(),
            // A name that is an address is shown to nobody.
            Author::Stranger(name) if name.contains('@') => self.locale().word("person-stranger"),
            Author::Stranger(name) => name.clone(),
            Author::Person(pseudonym) => self.shown(pseudonym, self.site.requesters_shown).unwrap_or_else(|| {
                let key = if author.is(&ticket.requester) { "person-requester" } else { "person-colleague" };
                self.locale().word(key)
            }),
        }
    }

    /// A member's name.
    pub fn member(&self, key: &Key) -> String {
        self.site.vocabulary.members.get(key).map_or_else(|| key.to_string(), |member| member.name.clone())
    }

    fn shown(&self, pseudonym: &Pseudonym, how: Shown) -> Option<String> {
        let contact = match (how, (self.people)(pseudonym)) {
            (Shown::None, _) | (_, Known::Unknown) => return None,
            (_, Known::Forgotten) => return Some(self.locale().word("person-forgotten")),
            (_, Known::Contact(contact)) => contact,
        };
        if how == Shown::Full {
            return Some(contact.name);
        }
        let initials = contact.name.split([' ', '-']).filter_map(|part| part.chars().next());
        Some(initials.map(|c| format!("{}.", c.to_uppercase())).collect::<Vec<_>>().join("\u{a0}"))
    }
}

/// A ticket's page.
pub fn ticket_url(id: TicketId) -> String {
    format!("tickets/{id}/index.html")
}

/// Where a booking stands in the planning of a day's week.
pub fn booking_url(stem: &Stem, day: Date) -> String {
    format!("{}#{stem}", week_url(day))
}

/// The planning of a day's week (ISO 8601).
pub fn week_url(date: Date) -> String {
    let week = date.iso_week_date();
    format!("reservations/{:04}-W{:02}/index.html", week.year(), week.week())
}

/// A resource's page.
pub fn resource_url(id: &Key) -> String {
    format!("resources/{id}/index.html")
}
