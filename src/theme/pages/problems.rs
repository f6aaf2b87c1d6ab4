//! Files that can not be read, with place and remedy.

use crate::domain::ticket::TicketId;
use crate::problem::Problem;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::{Complaint, Problems};

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let view = Problems { complaints: complaints(&scene) };
    pages.push(Page::of_view(scene, "problems/index.html", Kind::List, "problems", "problems.html", view));
}

/// All of them, in words: what keeps a file from being read first.
pub(super) fn complaints(scene: &Scene<'_>) -> Vec<Complaint> {
    let mut problems: Vec<_> = scene.office.problems.iter().collect();
    problems.sort_by(|a, b| (a.severity, &a.path, a.line).cmp(&(b.severity, &b.path, b.line)));
    let complaint = |problem: &Problem| {
        let filed = TicketId::from_path(&problem.path).and_then(|id| scene.office.tickets.get(&id));
        let mut complaint = scene.locale().public_complaint(problem);
        complaint.page = filed.map(|filed| scene.link(&filed.ticket));
        complaint
    };
    problems.into_iter().map(complaint).collect()
}
