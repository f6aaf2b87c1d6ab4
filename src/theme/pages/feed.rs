//! The site for programs: an Atom feed (RFC 4287) of what happened, and all tickets as JSON.

use serde::Serialize;

use super::happenings::latest;
use crate::domain::office::Standing;
use crate::theme::plan::{Inputs, Kind, Page};
use crate::theme::scene::{Scene, ticket_url};

/// Entries of the feed.
const ENTRIES: usize = 40;

#[derive(Serialize)]
struct Feed {
    title: String,
    home: String,
    own: String,
    updated: String,
    author: String,
    entries: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    id: String,
    title: String,
    url: String,
    updated: String,
    summary: String,
}

/// A ticket for programs; names of people are not in it.
#[derive(Serialize)]
struct Record<'a> {
    id: String,
    title: &'a str,
    status: &'a str,
    closed: bool,
    resource: &'a str,
    category: &'a str,
    severity: &'a str,
    created: Option<String>,
    updated: Option<String>,
    assignee: Option<&'a str>,
    planned: Option<String>,
    duplicate_of: Option<String>,
    out_of_service: bool,
    broken: bool,
    url: String,
}

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let base = &scene.site.base_url;
    let latest = latest(&scene, ENTRIES);
    let feed = Feed {
        title: scene.site.title.clone(),
        home: format!("{base}/"),
        own: format!("{base}/feed.xml"),
        updated: latest.first().map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |(_, step, _)| step.at.to_string()),
        author: scene.site.team.name.clone(),
        entries: latest
            .into_iter()
            .map(|(ticket, step, happening)| Entry {
                id: format!("{base}/tickets/{}/#{}", ticket.id, step.commit),
                title: format!("[{}] {}", ticket.id, ticket.title),
                url: format!("{base}/tickets/{}/", ticket.id),
                updated: step.at.to_string(),
                summary: happening.text,
            })
            .collect(),
    };
    pages.push(Page::of_view(scene, "feed.xml", Kind::List, "", "feed.xml", feed));
    let vocabulary = &scene.site.vocabulary;
    let records: Vec<Record<'_>> = scene
        .office
        .tickets
        .values()
        .map(|filed| {
            let ticket = &*filed.ticket;
            Record {
                id: ticket.id.to_string(),
                title: &ticket.title,
                status: ticket.status.as_str(),
                closed: !ticket.is_open(vocabulary),
                resource: named(&ticket.resource),
                category: named(&ticket.category),
                severity: named(&ticket.severity),
                created: scene.office.created(ticket).map(|at| scene.locale().moment(at, &scene.site.timezone).iso),
                updated: scene.office.touched(ticket).map(|at| scene.locale().moment(at, &scene.site.timezone).iso),
                assignee: ticket.assignee.as_ref().map(named),
                planned: ticket.planned.map(|day| day.to_string()),
                duplicate_of: ticket.duplicate_of.map(|id| id.to_string()),
                out_of_service: ticket.out_of_service,
                broken: matches!(filed.standing, Standing::LastGood(_)),
                url: ticket_url(ticket.id).trim_end_matches("index.html").to_owned(),
            }
        })
        .collect();
    let mut inputs = Inputs::of(&scene);
    inputs.add(&records);
    pages.push(Page::new("tickets.json".to_owned(), Kind::List, &inputs, move || {
        let mut bytes = serde_json::to_vec_pretty(&records)?;
        bytes.push(b'\n');
        Ok(bytes)
    }));
}

fn named(named: &crate::domain::ticket::Named) -> &str {
    match named {
        crate::domain::ticket::Named::Known(key) => key.as_str(),
        crate::domain::ticket::Named::Unknown(typed) => typed,
    }
}
