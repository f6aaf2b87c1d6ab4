//! The page behind a signed link: what its button will do, to which ticket, in whose name; then what it did.
//! Made by a running server for one visitor, never written to disk.

use crate::domain::act::Act;
use crate::domain::errand::{self, Bearer, Deed, Errand};
use crate::domain::office::Filed;
use crate::domain::person::Known;
use crate::domain::ticket::Ticket;
use crate::domain::vocabulary::{Status, Term as _};
use crate::phrase::Phrase;
use crate::theme::scene::Scene;
use crate::theme::view::{ErrandPage, FieldError, Selectable, Typed};

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

/// What came with the press of a button, and goes into the page again when it is refused.
#[derive(Clone, Debug, Default)]
pub struct Pressed {
    /// The member who acts.
    pub member: String,
    /// The answer.
    pub text: String,
    /// The status that goes with it.
    pub status: String,
    /// Tells two uses of one page apart.
    pub token: String,
    /// The signed link of the team's page that the button stood on.
    pub team: String,
}

/// The page of `errand`, whose address ends with `signed`.
pub fn errand_page(
    scene: &Scene<'_>,
    errand: &Errand,
    signed: &str,
    filed: &Filed,
    stage: Stage,
    pressed: &Pressed,
    errors: Vec<FieldError>,
) -> ErrandPage {
    let ticket = &*filed.ticket;
    let locale = scene.locale();
    let act = errand.deed.act(ticket, &scene.site.vocabulary, &Act::default());
    let over = stage == Stage::Ask && !errand.deed.is_left(ticket, &scene.site.vocabulary);
    let stage = if over { Stage::Already } else { stage };
    let name = name(&errand.deed);
    let (heading, lead) = match stage {
        Stage::Ask => (locale.word(name.0), locale.word(name.1)),
        Stage::Done => (locale.word("errand-done"), locale.word("errand-done-lead")),
        Stage::Already => (locale.word("errand-already"), locale.word("errand-already-lead")),
    };
    let becomes = act.and_then(|act| act.status).filter(|_| stage == Stage::Ask);
    ErrandPage {
        stage: match stage {
            Stage::Ask => "ask",
            Stage::Done => "done",
            Stage::Already => "already",
        }
        .to_owned(),
        heading,
        lead,
        ticket: scene.row(filed),
        becomes: becomes.map(|status| scene.badge_of(&status)),
        by: by(scene, &errand.bearer),
        members: if errand.bearer == Bearer::Team { members(scene, &pressed.member) } else { Vec::new() },
        reply: matches!(errand.deed, Deed::Reply(_)),
        statuses: reply_statuses(scene, ticket, &pressed.status),
        typed: Typed { text: pressed.text.clone(), ..Typed::default() },
        errors,
        button: locale.word(name.0),
        action: format!("do/{signed}"),
        token: pressed.token.clone(),
        team: pressed.team.clone(),
    }
}

/// Its name, which is also on its button, and what it does.
fn name(deed: &Deed) -> (&'static str, &'static str) {
    match deed {
        Deed::Take(_) => ("errand-take", "errand-take-lead"),
        Deed::Status(..) => ("errand-status", "errand-status-lead"),
        Deed::Reply(_) => ("errand-reply", "errand-reply-lead"),
        Deed::StillBroken(_) => ("errand-still-broken", "errand-still-broken-lead"),
        Deed::Repaired(_) => ("errand-repaired", "errand-repaired-lead"),
        Deed::TeamPage => ("letter-act-team", "letter-act-team"),
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
