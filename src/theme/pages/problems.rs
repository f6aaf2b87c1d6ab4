//! Files that can not be read, with place and remedy.

use crate::domain::ticket::TicketId;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::Problems;

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let mut problems: Vec<_> = scene.office.problems.iter().collect();
    problems.sort_by(|a, b| (a.severity, &a.path, a.line).cmp(&(b.severity, &b.path, b.line)));
    let complaints = problems.into_iter().map(|problem| {
        let filed = TicketId::from_path(&problem.path).and_then(|id| scene.office.tickets.get(&id));
        let mut complaint = scene.locale().public_complaint(problem);
        complaint.page = filed.map(|filed| scene.link(&filed.ticket));
        complaint
    });
    let view = Problems { complaints: complaints.collect() };
    pages.push(Page::of_view(scene, "problems/index.html", Kind::List, "problems", "problems.html", view));
}
