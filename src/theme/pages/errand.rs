//! The page behind a signed link: what its button will do, to which ticket or booking, in whose name; then what it did.
//! Made by a running server for one visitor, never written to disk.

mod of_booking;

use self::of_booking::OfBooking;
use crate::domain::act::Act;
use crate::domain::booking::BookingFields;
use crate::domain::errand::{self, Bearer, Deed, Errand, OnBooking, OnTicket};
use crate::domain::free::Offer;
use crate::domain::office::{Booked, Filed};
use crate::domain::person::Known;
use crate::domain::ticket::Ticket;
use crate::domain::vocabulary::{Status, Term as _};
use crate::phrase::Phrase;
use crate::theme::scene::Scene;
use crate::theme::view::{Detail, ErrandPage, FieldError, Link, Selectable, Typed};

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The button waits.
    Ask,
    /// It was pressed.
    Done,
    /// There was nothing left to do.
    Already,
}

impl Stage {
    /// When nothing is left to do, the button does not wait.
    fn unless_over(self, left: bool) -> Self {
        if self == Self::Ask && !left { Self::Already } else { self }
    }

    fn key(self) -> String {
        match self {
            Self::Ask => "ask",
            Self::Done => "done",
            Self::Already => "already",
        }
        .to_owned()
    }
}

/// What came with the press of a button, and goes into the page again when it is refused.
#[derive(Clone, Debug, Default)]
pub struct Pressed {
    /// The member who acts.
    pub member: String,
    /// The answer, or the reason.
    pub text: String,
    /// The status that goes with it.
    pub status: String,
    /// Tells two uses of one page apart.
    pub token: String,
    /// The signed link of the team's page that the button stood on.
    pub team: String,
    /// Which days of a booking were meant.
    pub part: String,
    /// The day that this was said of.
    pub day: String,
    /// What the booking was to become; empty: what it is.
    pub booking: BookingFields,
}

/// With what a page is shown again.
#[derive(Clone, Debug, Default)]
pub struct Again {
    /// What is wrong with what was typed.
    pub errors: Vec<FieldError>,
    /// What is free instead.
    pub offers: Vec<Offer>,
}

impl Again {
    /// Whether something was in the way: then it is not done, whatever the files show.
    fn is_refused(&self) -> bool {
        !self.errors.is_empty()
    }
}

/// What the errand is about, as it stands now.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// A ticket.
    Ticket(&'a Filed),
    /// A booking; `None`: it is gone, or it is another one by now.
    Booking(Option<&'a Booked>),
}

/// The page of `errand`, whose address ends with `signed`.
pub fn errand_page(
    scene: &Scene<'_>,
    errand: &Errand,
    signed: &str,
    about: About<'_>,
    stage: Stage,
    pressed: &Pressed,
    again: Again,
) -> ErrandPage {
    let locale = scene.locale();
    let page = match (&errand.deed, about) {
        (Deed::Ticket(_, deed), About::Ticket(filed)) => about_ticket(scene, deed, filed, stage, pressed, &again),
        (Deed::Booking(hold, deed), About::Booking(booked)) => {
            let of = OfBooking { scene, hold, deed: *deed, bearer: &errand.bearer, signed };
            of.page(booked.map(|booked| &*booked.reservation), stage, pressed, &again)
        }
        _ => ErrandPage::default(),
    };
    ErrandPage {
        by: by(scene, &errand.bearer),
        members: if errand.bearer == Bearer::Team { members(scene, &pressed.member) } else { Vec::new() },
        typed: Typed { text: pressed.text.clone(), ..Typed::default() },
        errors: again.errors,
        button: locale.word(name(&errand.deed).0),
        action: format!("do/{signed}"),
        token: pressed.token.clone(),
        team: pressed.team.clone(),
        ..page
    }
}

fn about_ticket(
    scene: &Scene<'_>,
    deed: &OnTicket,
    filed: &Filed,
    stage: Stage,
    pressed: &Pressed,
    again: &Again,
) -> ErrandPage {
    let ticket = &*filed.ticket;
    let locale = scene.locale();
    let row = scene.row(filed);
    let stage = stage.unless_over(deed.is_left(ticket, &scene.site.vocabulary) || again.is_refused());
    let act = deed.act(ticket, &scene.site.vocabulary, &Act::default());
    let becomes = act.and_then(|act| act.status).filter(|_| stage == Stage::Ask);
    let name = name(&Deed::Ticket(ticket.id, deed.clone()));
    let (heading, lead) = match stage {
        Stage::Ask => name,
        Stage::Done => ("errand-done", "errand-done-lead"),
        Stage::Already => ("errand-already", "errand-already-lead"),
    };
    let mut facts = vec![Detail { label: locale.word("theme-place"), value: row.resource.text }];
    if !row.assignee.is_empty() {
        facts.push(Detail { label: locale.word("theme-assignee"), value: row.assignee });
    }
    ErrandPage {
        stage: stage.key(),
        heading: locale.word(heading),
        lead: locale.word(lead),
        number: row.id,
        see: Link { text: locale.word("letter-see-ticket"), url: row.url.clone() },
        about: Link { text: row.title, url: row.url },
        facts,
        status: Some(row.status),
        becomes: becomes.map(|status| scene.badge_of(&status)),
        reply: *deed == OnTicket::Reply,
        statuses: reply_statuses(scene, ticket, &pressed.status),
        ..ErrandPage::default()
    }
}

/// Its name, which is also on its button, and what it does.
fn name(deed: &Deed) -> (&'static str, &'static str) {
    match deed {
        Deed::Ticket(_, OnTicket::Take) => ("errand-take", "errand-take-lead"),
        Deed::Ticket(_, OnTicket::Status(_)) => ("errand-status", "errand-status-lead"),
        Deed::Ticket(_, OnTicket::Reply) => ("errand-reply", "errand-reply-lead"),
        Deed::Ticket(_, OnTicket::StillBroken) => ("errand-still-broken", "errand-still-broken-lead"),
        Deed::Ticket(_, OnTicket::Repaired) => ("errand-repaired", "errand-repaired-lead"),
        Deed::Booking(_, OnBooking::Cancel) => ("errand-cancel", "errand-cancel-lead"),
        Deed::Booking(_, OnBooking::Change) => ("errand-change", "errand-change-lead"),
        Deed::Booking(_, OnBooking::Approve) => ("errand-approve", "errand-approve-lead"),
        Deed::Booking(_, OnBooking::Refuse) => ("errand-refuse", "errand-refuse-lead"),
        Deed::TeamPage => ("letter-act-team", "letter-act-team"),
        Deed::Agenda => ("letter-act-agenda", "letter-act-agenda"),
    }
}

/// In whose name a link acts; empty: that is yet to be said.
pub(in crate::theme) fn by(scene: &Scene<'_>, bearer: &Bearer) -> String {
    match bearer {
        Bearer::Team => String::new(),
        Bearer::Member(key) => scene.member(key),
        Bearer::Person(pseudonym) => match (scene.people)(pseudonym) {
            Known::Contact(contact) => contact.name,
            Known::Forgotten | Known::Unknown => scene.locale().word("person-forgotten"),
        },
    }
}

fn members(scene: &Scene<'_>, chosen: &str) -> Vec<Selectable> {
    let members = &scene.site.vocabulary.members;
    let found = members.find(chosen).filter(|_| !chosen.is_empty()).map(|member| &member.id);
    let team = Selectable { value: String::new(), label: scene.site.team.name.clone(), selected: found.is_none() };
    let member = |member: &crate::domain::person::Member| Selectable {
        value: member.id.to_string(),
        label: member.name.clone(),
        selected: Some(&member.id) == found,
    };
    members.current().map(member).chain([team]).collect()
}

/// The statuses that may go with an answer: first that it stays.
pub(in crate::theme) fn reply_statuses(scene: &Scene<'_>, ticket: &Ticket, chosen: &str) -> Vec<Selectable> {
    let present = scene.badge_of(&ticket.status).label;
    let stays = Selectable {
        value: String::new(),
        label: scene.locale().say(&Phrase::new("errand-status-stays").with("status", present.to_lowercase())),
        selected: chosen.is_empty(),
    };
    let choice = |status: &Status| Selectable {
        value: status.word.key.to_string(),
        label: status.label().to_owned(),
        selected: status.word.key.as_str() == chosen,
    };
    std::iter::once(stays).chain(other_statuses(scene, ticket).map(choice)).collect()
}

/// Where a ticket may go from where it is.
pub(in crate::theme) fn other_statuses<'a>(scene: &Scene<'a>, ticket: &'a Ticket) -> impl Iterator<Item = &'a Status> {
    errand::reachable(&scene.site.vocabulary).filter(|status| status.word.key != ticket.status)
}
