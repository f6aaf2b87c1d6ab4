//! The team's page: what is open, oldest first, who asked and how to reach them, with buttons. It holds names and
//! addresses, so it is made by a running server for one visitor and never written to disk.

use std::sync::Arc;

use jiff::civil::Date;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::errand::{by, other_statuses, reply_statuses};
use super::planning::booking_row;
use super::problems::complaints;
use crate::content::markdown;
use crate::domain::act::Act;
use crate::domain::change::{Change, without_notes};
use crate::domain::diary::Occurrence;
use crate::domain::errand::{Bearer, Deed, Errand, Hold, OnBooking, OnTicket};
use crate::domain::office::{Booked, Filed};
use crate::domain::person::{Contact, Known, Requester};
use crate::domain::reservation::Standing;
use crate::domain::ticket::Ticket;
use crate::domain::vocabulary::Term as _;
use crate::phrase::Phrase;
use crate::theme::letters::author_name;
use crate::theme::scene::Scene;
use crate::theme::view::{
    LastAnswer, Link, TeamBooking, TeamContact, TeamGroup, TeamPage, TeamTicket, UndeliveredLetter,
};

/// Characters of an answer that are shown: what was said last, not the whole of it.
const ANSWER_CHARS: usize = 280;

/// A letter that could not be delivered, for the page.
pub type Undelivered = UndeliveredLetter;

/// The page that `errand` opens. `sign` makes links that are good as long as the page is; `token` tells two uses
/// of the page apart.
pub fn team_page(
    scene: &Scene<'_>,
    errand: &Errand,
    sign: &dyn Fn(Deed, Bearer) -> String,
    undelivered: Vec<Undelivered>,
    token: String,
) -> TeamPage {
    let vocabulary = &scene.site.vocabulary;
    let mut open: Vec<&Filed> =
        scene.office.tickets.values().filter(|filed| filed.ticket.is_open(vocabulary)).collect();
    open.sort_by_key(|filed| (scene.office.created(&filed.ticket), filed.ticket.id));
    let act = |deed: Deed| format!("do/{}", sign(deed, errand.bearer.clone()));
    let groups = vocabulary.statuses.iter().map(|status| TeamGroup {
        status: scene.badge(status),
        tickets: open
            .iter()
            .filter(|filed| filed.ticket.status == status.word.key)
            .map(|filed| ticket(scene, filed, &errand.bearer, &act))
            .collect(),
    });
    let page = |bearer: Bearer| format!("team/?k={}", sign(Deed::TeamPage, bearer));
    let members = vocabulary.members.current().filter(|_| errand.bearer == Bearer::Team);
    let who = by(scene, &errand.bearer);
    TeamPage {
        who: if who.is_empty() { scene.site.team.name.clone() } else { who },
        others: members
            .map(|member| Link { text: member.label().to_owned(), url: page(Bearer::Member(member.id.clone())) })
            .collect(),
        until: scene.moment(Some(errand.until)),
        open: open.len(),
        groups: groups.filter(|group| !group.tickets.is_empty()).collect(),
        waiting: waiting(scene, &act),
        complaints: complaints(scene),
        undelivered,
        team: sign(Deed::TeamPage, errand.bearer.clone()),
        token,
    }
}

fn ticket(scene: &Scene<'_>, filed: &Filed, bearer: &Bearer, act: &dyn Fn(Deed) -> String) -> TeamTicket {
    let ticket = &*filed.ticket;
    let id = ticket.id;
    let assignee = match bearer {
        Bearer::Member(key) => Some(key.clone()),
        Bearer::Team | Bearer::Person(_) => None,
    };
    let deed = |deed: OnTicket| act(Deed::Ticket(id, deed));
    let free = OnTicket::Take.act(ticket, &scene.site.vocabulary, &Act { assignee, ..Act::default() }).is_some();
    let status = |status: &crate::domain::vocabulary::Status| Link {
        text: status.label().to_owned(),
        url: deed(OnTicket::Status(status.word.key.clone())),
    };
    let subject = format!("[{id}] {}", ticket.title);
    TeamTicket {
        row: scene.row(filed),
        age: age(scene, ticket),
        people: ticket.audience().map(|requester| contact(scene, &subject, requester)).collect(),
        handed_to: ticket.handed_to.clone().unwrap_or_default(),
        answer: last_answer(scene, ticket),
        take: if free { deed(OnTicket::Take) } else { String::new() },
        statuses: other_statuses(scene, ticket).map(status).collect(),
        reply: deed(OnTicket::Reply),
        choices: reply_statuses(scene, ticket, ""),
    }
}

fn waiting(scene: &Scene<'_>, act: &dyn Fn(Deed) -> String) -> Vec<TeamBooking> {
    let now = scene.now.to_zoned_datetime(scene.site.timezone.clone()).datetime();
    let bookings = scene.office.reservations.values().filter(|booked| {
        let booking = &booked.reservation;
        booking.status == Standing::Pending && now < booking.over()
    });
    let booking = |booked: &Booked| {
        let hold = Hold::of(&booked.reservation);
        let reservation = &booked.reservation;
        let first = Occurrence { reservation: Arc::clone(reservation), span: reservation.span };
        let row = booking_row(scene, &first);
        let subject = format!("{}, {}", row.resource.text, row.day);
        TeamBooking {
            holder: contact(scene, &subject, &booked.reservation.requester),
            row,
            approve: act(Deed::Booking(hold.clone(), OnBooking::Approve)),
            refuse: act(Deed::Booking(hold, OnBooking::Refuse)),
        }
    };
    bookings.map(booking).collect()
}

/// In whole days of the site's calendar, as people count them.
fn age(scene: &Scene<'_>, ticket: &Ticket) -> String {
    let day = |at: jiff::Timestamp| -> Date { at.to_zoned_datetime(scene.site.timezone.clone()).date() };
    let Some(created) = scene.office.created(ticket) else {
        return String::new();
    };
    let days = day(created).until(day(scene.now)).map_or(0, |span| span.get_days().max(0));
    scene.locale().say(&Phrase::new("team-age").with("days", days))
}

/// Somebody, with the beginning of a mail about `subject`.
fn contact(scene: &Scene<'_>, subject: &str, requester: &Requester) -> TeamContact {
    let known = match requester {
        Requester::Nobody => None,
        Requester::Member(key) => scene
            .site
            .vocabulary
            .members
            .get(key)
            .map(|member| Contact { name: member.name.clone(), email: member.email.clone() }),
        Requester::Person(pseudonym) => match (scene.people)(pseudonym) {
            Known::Contact(contact) => Some(contact),
            Known::Forgotten => {
                return TeamContact { name: scene.locale().word("person-forgotten"), ..TeamContact::default() };
            }
            Known::Unknown => None,
        },
    };
    let Some(Contact { name, email }) = known else {
        return TeamContact { name: requester.to_string(), ..TeamContact::default() };
    };
    let mailto = format!("mailto:{email}?subject={}", utf8_percent_encode(subject, NON_ALPHANUMERIC));
    TeamContact { name, email: email.to_string(), mailto }
}

/// What was said last, as long as the file still holds it.
fn last_answer(scene: &Scene<'_>, ticket: &Ticket) -> Option<LastAnswer> {
    let body = without_notes(&ticket.body.replace("\r\n", "\n"));
    scene.office.timeline(ticket.id).iter().rev().find_map(|step| {
        let text = step.changes.iter().find_map(|change| match change {
            Change::Answer(text) if body.contains(text.as_str()) => Some(markdown::to_plain(text)),
            _ => None,
        })?;
        let author = step.signed.author(&scene.site.vocabulary, scene.site.team.email.as_str());
        let cut: String = text.trim().chars().take(ANSWER_CHARS).collect();
        let text = if cut.len() < text.trim().len() { format!("{}…", cut.trim_end()) } else { cut };
        Some(LastAnswer { who: author_name(scene, &author), when: scene.moment(Some(step.at)), text })
    })
}
