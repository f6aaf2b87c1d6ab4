//! What happened lately, over all tickets: for the dashboard and the feed.

use crate::domain::change::Change;
use crate::domain::history::Step;
use crate::domain::ticket::Ticket;
use crate::phrase::Phrase;
use crate::theme::scene::Scene;
use crate::theme::view::{Badge, Happening, Link};

/// What changed, one line each, and the status that it got.
pub(super) fn told(scene: &Scene<'_>, changes: &[Change]) -> (Vec<String>, Option<Badge>) {
    let vocabulary = &scene.site.vocabulary;
    let locale = scene.locale();
    let mut lines = Vec::new();
    let mut status = None;
    for change in changes {
        let phrase = match change {
            Change::Created => Phrase::new("step-created"),
            Change::Status { to, .. } => {
                let badge = scene.badge_of(to);
                let phrase = Phrase::new("step-status").with("status", badge.label.to_lowercase());
                status = Some(badge);
                phrase
            }
            Change::Answer(_) => Phrase::new("step-answered"),
            Change::Assigned(Some(member)) => {
                Phrase::new("step-assigned").with("member", member.label(&vocabulary.members))
            }
            Change::Assigned(None) => Phrase::new("step-unassigned"),
            Change::Resource(to) => Phrase::new("step-resource").with("resource", to.label(&vocabulary.resources)),
            Change::Title(_) => Phrase::new("step-title"),
            Change::Planned(Some(day)) => Phrase::new("step-planned").with("day", locale.day(*day).text),
            Change::Planned(None) => Phrase::new("step-not-planned"),
            Change::HandedTo(Some(to)) => Phrase::new("step-handed-to").with("to", to),
            Change::HandedTo(None) => Phrase::new("step-taken-back"),
            Change::DuplicateOf(Some(id)) => Phrase::new("step-duplicate").with("id", id),
            Change::DuplicateOf(None) => Phrase::new("step-no-duplicate"),
            Change::OutOfService(true) => Phrase::new("step-out-of-service"),
            Change::OutOfService(false) => Phrase::new("step-in-service"),
            Change::Watched => Phrase::new("step-watched"),
            Change::Edited => Phrase::new("step-edited"),
        };
        lines.push(locale.say(&phrase));
    }
    (lines, status)
}

/// The newest steps over all tickets that tell something to everybody, newest first.
pub(super) fn latest<'a>(scene: &Scene<'a>, most: usize) -> Vec<(&'a Ticket, &'a Step, Happening)> {
    let tells = |change: &Change| matches!(change, Change::Created | Change::Status { .. } | Change::Answer(_));
    let mut steps: Vec<(&Ticket, &Step)> = scene
        .office
        .tickets
        .values()
        .flat_map(|filed| {
            let ticket = &*filed.ticket;
            // Only the last few steps of one ticket can be among the newest of all.
            let steps = scene.office.timeline(ticket.id).iter().rev().take(most);
            steps.filter(|step| step.changes.iter().any(tells)).map(move |step| (ticket, step))
        })
        .collect();
    steps.sort_by(|(a, s), (b, t)| (t.at, b.id, &t.commit).cmp(&(s.at, a.id, &s.commit)));
    steps.truncate(most);
    steps.into_iter().map(|(ticket, step)| (ticket, step, happening(scene, ticket, step))).collect()
}

fn happening(scene: &Scene<'_>, ticket: &Ticket, step: &Step) -> Happening {
    let tells = |change: &&Change| matches!(change, Change::Created | Change::Status { .. } | Change::Answer(_));
    let telling: Vec<Change> = step.changes.iter().filter(tells).cloned().collect();
    let (lines, status) = told(scene, &telling);
    let author = step.signed.author(&scene.site.vocabulary, scene.site.team.email.as_str());
    let who = scene.author(&author, ticket);
    let text = Phrase::new("happening").with("who", who).with("what", lines.join(", "));
    Happening {
        when: scene.moment(Some(step.at)),
        text: scene.locale().say(&text),
        ticket: Link { text: ticket.title.clone(), url: crate::theme::scene::ticket_url(ticket.id) },
        id: ticket.id.to_string(),
        status,
    }
}
