//! What the search of `/tickets/` looks through: every ticket in few words. No person and no body is in it.

use serde::Serialize;

use crate::domain::ticket::TicketId;
use crate::theme::plan::{Inputs, Kind, Page};
use crate::theme::scene::Scene;

/// Where it is.
pub(super) const INDEX: &str = "tickets/index.json";

/// A ticket as a list shows it.
#[derive(Serialize)]
struct Entry {
    id: TicketId,
    title: String,
    status: String,
    /// The classes of the status: its tone and its key.
    state: String,
    resource: String,
    category: String,
    date: String,
}

/// Newest first, as the lists are.
pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let entries: Vec<Entry> = scene
        .office
        .tickets
        .values()
        .rev()
        .map(|filed| {
            let row = scene.row(filed);
            Entry {
                id: filed.ticket.id,
                title: row.title,
                state: format!("tone-{} is-{}", row.status.tone, row.status.key),
                status: row.status.label,
                resource: row.resource.text,
                category: row.category,
                date: row.created.short,
            }
        })
        .collect();
    let mut inputs = Inputs::of(&scene);
    inputs.add(&entries);
    pages.push(Page::new(INDEX.to_owned(), Kind::List, &inputs, move || Ok(serde_json::to_vec(&entries)?)));
}
