//! What is open now, by place and by status; what changed lately.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan as _};

use super::happenings::latest;
use super::tickets::status_url;
use crate::domain::office::Filed;
use crate::domain::reservation::Span;
use crate::domain::vocabulary::Term;
use crate::problem::Severity;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::{BookingRow, Dashboard, Place, StatusCount};

/// Closed tickets are counted this far back.
const DAYS: i64 = 30;
/// Happenings shown.
const RECENT: usize = 12;

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let vocabulary = &scene.site.vocabulary;
    let since = days_ago(&scene, DAYS);
    let open: Vec<&Filed> = scene.office.tickets.values().filter(|filed| filed.ticket.is_open(vocabulary)).collect();
    let mut by_status: Vec<StatusCount> = Vec::new();
    for closed in [false, true] {
        for status in vocabulary.statuses.iter().filter(|status| status.closed == closed) {
            let counted = scene.office.tickets.values().filter(|filed| {
                filed.ticket.status == *status.key()
                    && (!closed || scene.office.touched(&filed.ticket).is_some_and(|at| at >= since))
            });
            by_status.push(StatusCount {
                status: scene.badge(status),
                count: counted.count(),
                url: status_url(status.key()),
            });
        }
    }
    let mut places: Vec<Place> = Vec::new();
    for (group, resources) in super::resource::groups(&scene) {
        let of = |filed: &&&Filed| {
            filed.ticket.resource.key().is_some_and(|key| resources.iter().any(|resource| resource.id == *key))
        };
        let mut tickets: Vec<&Filed> = open.iter().filter(of).copied().collect();
        tickets.sort_by_key(|filed| {
            let key = filed.ticket.resource.key();
            (key.and_then(|key| vocabulary.resources.position(key)), std::cmp::Reverse(filed.ticket.id))
        });
        if !tickets.is_empty() {
            places.push(Place {
                name: group.to_owned(),
                tickets: tickets.into_iter().map(|filed| scene.row(filed)).collect(),
            });
        }
    }
    let problems = scene.office.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let broken = problems.map(|problem| problem.path.as_str());
    let bookable = vocabulary.resources.current().any(|resource| resource.bookable().is_some());
    let view = Dashboard {
        open: open.len(),
        by_status,
        places,
        recent: latest(&scene, RECENT).into_iter().map(|(_, _, happening)| happening).collect(),
        occupied: occupied(&scene),
        free: if bookable { super::free::PATH.to_owned() } else { String::new() },
        updated: scene.office.updated.map(|at| scene.moment(Some(at))),
        problems: broken.collect::<BTreeSet<_>>().len(),
    };
    pages.push(Page::of_view(scene, "index.html", Kind::List, "home", "dashboard.html", view));
}

/// What is occupied at this moment; the plan is made anew when that changes.
fn occupied(scene: &Scene<'_>) -> Vec<BookingRow> {
    let now = scene.wall_clock();
    let running = |span: &Span| span.begins() <= now && now < span.ends();
    let taken = scene.office.diary.on(now.date()).iter().filter(|taken| running(&taken.span));
    taken.map(|taken| super::planning::booking_row(scene, taken)).collect()
}

/// The beginning of the day, so many days before today.
fn days_ago(scene: &Scene<'_>, days: i64) -> Timestamp {
    let today = scene.now.to_zoned_datetime(scene.site.timezone.clone());
    let then = today.checked_sub(days.days()).and_then(|at| at.start_of_day());
    then.map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
}
