//! Lists of tickets: all, by status, by category, by group. Pages are cut from the oldest on, so that a new
//! ticket changes the newest page and no other.

use std::sync::Arc;

use crate::domain::key::Key;
use crate::domain::office::Filed;
use crate::domain::vocabulary::Term;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::{Choice, Filter, Link, TicketList};

/// Tickets on a page.
const PAGE: usize = 50;

struct List<'a> {
    folder: String,
    heading: String,
    tickets: Vec<&'a Filed>,
}

/// Where the list of a status is.
pub(super) fn status_url(key: &Key) -> String {
    format!("tickets/status/{key}/index.html")
}

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let locale = scene.locale();
    let all: Vec<&Filed> = scene.office.tickets.values().collect();
    let vocabulary = &scene.site.vocabulary;
    let headed = |name: &str, value: &str| {
        locale.say(&crate::phrase::Phrase::new("list-heading").with("name", name).with("value", value))
    };
    let status_name = locale.word("filter-status");
    let category_name = locale.word("filter-category");
    let group_name = locale.word("filter-group");
    let mut families: Vec<(String, Vec<List<'a>>)> = Vec::new();
    families.push((
        status_name.clone(),
        vocabulary
            .statuses
            .iter()
            .map(|status| List {
                folder: format!("tickets/status/{}", status.key()),
                heading: headed(&status_name, status.label()),
                tickets: all.iter().copied().filter(|filed| filed.ticket.status == *status.key()).collect(),
            })
            .collect(),
    ));
    families.push((
        category_name.clone(),
        vocabulary
            .categories
            .iter()
            .map(|category| List {
                folder: format!("tickets/category/{}", category.key()),
                heading: headed(&category_name, category.label()),
                tickets: all
                    .iter()
                    .copied()
                    .filter(|filed| filed.ticket.category.key() == Some(category.key()))
                    .collect(),
            })
            .collect(),
    ));
    families.push((
        group_name.clone(),
        super::resource::groups(&scene)
            .into_iter()
            .map(|(group, resources)| List {
                folder: format!(
                    "tickets/group/{}",
                    Key::from_name(group).map_or_else(|| "autres".to_owned(), |key| key.to_string())
                ),
                heading: headed(&group_name, group),
                tickets: all
                    .iter()
                    .copied()
                    .filter(|filed| {
                        filed
                            .ticket
                            .resource
                            .key()
                            .is_some_and(|key| resources.iter().any(|resource| resource.id == *key))
                    })
                    .collect(),
            })
            .collect(),
    ));
    let labels: Vec<Vec<String>> = vec![
        vocabulary.statuses.iter().map(|status| status.label().to_owned()).collect(),
        vocabulary.categories.iter().map(|category| category.label().to_owned()).collect(),
        super::resource::groups(&scene).into_iter().map(|(group, _)| group.to_owned()).collect(),
    ];
    let filters: Vec<Filter> = families
        .iter()
        .zip(labels)
        .map(|((name, lists), labels)| Filter {
            name: name.clone(),
            choices: lists
                .iter()
                .zip(labels)
                .map(|(list, label)| Choice {
                    link: Link { text: label, url: format!("{}/index.html", list.folder) },
                    count: list.tickets.len(),
                    current: false,
                })
                .collect(),
        })
        .collect();
    let filters = Arc::new(filters);
    let whole = List { folder: "tickets".to_owned(), heading: locale.word("list-all"), tickets: all };
    list(scene, &whole, &filters, pages);
    for (_, lists) in &families {
        for one in lists {
            list(scene, one, &filters, pages);
        }
    }
}

fn list<'a>(scene: Scene<'a>, list: &List<'a>, filters: &Arc<Vec<Filter>>, pages: &mut Vec<Page<'a>>) {
    let total = list.tickets.len();
    // The newest page takes what does not fill a page of its own, so it is never nearly empty.
    let full = (total / PAGE).saturating_sub(1);
    let count = full + 1;
    let url = |chunk: usize| match chunk {
        chunk if chunk == full => format!("{}/index.html", list.folder),
        chunk => format!("{}/page-{}/index.html", list.folder, chunk + 1),
    };
    for chunk in 0..count {
        let newest = chunk == full;
        let tickets =
            if newest { &list.tickets[chunk * PAGE..] } else { &list.tickets[chunk * PAGE..(chunk + 1) * PAGE] };
        let own = url(full);
        let mut filters = if newest { filters.to_vec() } else { Vec::new() };
        for choice in filters.iter_mut().flat_map(|filter| &mut filter.choices) {
            choice.current = choice.link.url == own;
        }
        let view = TicketList {
            heading: list.heading.clone(),
            total,
            tickets: tickets.iter().rev().map(|filed| scene.row(filed)).collect(),
            filters,
            page_number: count - chunk,
            pages: count,
            search: if newest && list.folder == "tickets" { super::search::INDEX.to_owned() } else { String::new() },
            previous: (!newest).then(|| url(chunk + 1)),
            next: (chunk > 0).then(|| url(chunk - 1)),
        };
        pages.push(Page::of_view(scene, &url(chunk), Kind::List, "tickets", "tickets.html", view));
    }
}
