//! Lists of tickets: all, by status, by category, by group. Pages are cut from the oldest on, so that a new
//! ticket changes the newest page and no other.

use std::collections::BTreeSet;

use crate::domain::key::Key;
use crate::domain::office::Filed;
use crate::domain::ticket::Ticket;
use crate::domain::vocabulary::Term;
use crate::phrase::Phrase;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::{Choice, Filter, Link, TicketList};

/// Tickets on a page.
const PAGE: usize = 50;

struct List<'a> {
    folder: String,
    /// What the filter calls it.
    label: String,
    heading: String,
    tickets: Vec<&'a Filed>,
}

/// Where the list of a status is.
pub(super) fn status_url(key: &Key) -> String {
    format!("tickets/status/{key}/index.html")
}

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let all: Vec<&Filed> = scene.office.tickets.values().collect();
    let families = families(&scene, &all);
    let filters: Vec<Filter> = families
        .iter()
        .map(|(name, lists)| Filter {
            name: name.clone(),
            choices: lists
                .iter()
                .map(|list| Choice {
                    link: Link { text: list.label.clone(), url: format!("{}/index.html", list.folder) },
                    count: list.tickets.len(),
                    current: false,
                })
                .collect(),
        })
        .collect();
    let heading = scene.locale().word("list-all");
    let whole = List { folder: "tickets".to_owned(), label: heading.clone(), heading, tickets: all };
    list(scene, &whole, &filters, pages);
    for one in families.iter().flat_map(|(_, lists)| lists) {
        list(scene, one, &filters, pages);
    }
}

/// The lists by status, by category and by group, each family under its name.
fn families<'a>(scene: &Scene<'a>, all: &[&'a Filed]) -> Vec<(String, Vec<List<'a>>)> {
    let vocabulary = &scene.site.vocabulary;
    let select = |holds: &dyn Fn(&Ticket) -> bool| all.iter().copied().filter(|filed| holds(&filed.ticket)).collect();
    let named = |family: &'static str, folder: String, label: &str, tickets: Vec<&'a Filed>| {
        let heading = Phrase::new("list-heading").with("name", scene.locale().word(family)).with("value", label);
        List { folder, label: label.to_owned(), heading: scene.locale().say(&heading), tickets }
    };
    let statuses = vocabulary.statuses.iter().map(|status| {
        let tickets = select(&|ticket| ticket.status == *status.key());
        named("filter-status", format!("tickets/status/{}", status.key()), status.label(), tickets)
    });
    let categories = vocabulary.categories.iter().map(|category| {
        let tickets = select(&|ticket| ticket.category.key() == Some(category.key()));
        named("filter-category", format!("tickets/category/{}", category.key()), category.label(), tickets)
    });
    let mut taken = BTreeSet::new();
    let groups = super::resource::groups(scene).into_iter().map(|(group, resources)| {
        let tickets = select(&|ticket| {
            ticket.resource.key().is_some_and(|key| resources.iter().any(|resource| resource.id == *key))
        });
        named("filter-group", group_folder(group, &mut taken), group, tickets)
    });
    let (statuses, categories, groups) = (statuses.collect(), categories.collect(), groups.collect());
    let name = |family| scene.locale().word(family);
    vec![(name("filter-status"), statuses), (name("filter-category"), categories), (name("filter-group"), groups)]
}

/// The folder of a group: groups have names, not keys, and two names may make the same key.
fn group_folder(group: &str, taken: &mut BTreeSet<String>) -> String {
    let key = Key::from_name(group).map_or_else(|| "autres".to_owned(), |key| key.to_string());
    let mut folder = format!("tickets/group/{key}");
    while !taken.insert(folder.clone()) {
        folder.push('.');
        folder.push_str(&taken.len().to_string());
    }
    folder
}

fn list<'a>(scene: Scene<'a>, list: &List<'a>, filters: &[Filter], pages: &mut Vec<Page<'a>>) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_that_make_the_same_key_have_folders_of_their_own() {
        let mut taken = BTreeSet::new();
        let folders: BTreeSet<String> = ["Salles", "salles !", "SALLES", "???", "Autres"]
            .iter()
            .map(|group| group_folder(group, &mut taken))
            .collect();
        assert_eq!(folders.len(), 5);
        assert!(folders.contains("tickets/group/salles"));
    }
}
