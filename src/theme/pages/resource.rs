//! Rooms and equipment: the index, and a page for each with its open and past tickets.

use std::collections::{HashMap, HashSet};

use super::door::door_url;
use super::labels::code_url;
use crate::domain::key::Key;
use crate::domain::office::Filed;
use crate::domain::resource::{Resource, Usage};
use crate::domain::ticket::Named;
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::{Scene, resource_url};
use crate::theme::view::{Link, ResourceGroup, ResourceIndex, ResourcePage, ResourceRow};

/// Closed tickets that a resource's page shows.
const PAST: usize = 50;

/// Names of other feeds beside those of groups.
const TAKEN: [&str; 1] = [super::ics::WEEKS];
/// A group of whose title no letter can stand in an address.
const UNNAMED: &str = "group";

/// The groups in their configured order, each with its resources.
pub(super) fn groups<'a>(scene: &Scene<'a>) -> Vec<(&'a str, Vec<&'a Resource>)> {
    let mut groups: Vec<(&str, Vec<&Resource>)> = Vec::new();
    for resource in scene.site.vocabulary.resources.iter() {
        match groups.iter_mut().find(|(name, _)| *name == resource.group) {
            Some((_, resources)) => resources.push(resource),
            None => groups.push((&resource.group, vec![resource])),
        }
    }
    groups
}

/// A group that has something to book.
pub(super) struct Group<'a> {
    /// As addresses have it: the name of no resource, and of no other page or feed beside it.
    pub name: String,
    /// « Matériel mobile ».
    pub title: &'a str,
    /// What can be booked.
    pub resources: Vec<&'a Resource>,
}

impl Group<'_> {
    /// Whether something that a booking names belongs to it.
    pub fn holds(&self, named: &Named) -> bool {
        self.resources.iter().any(|resource| named.key() == Some(&resource.id))
    }
}

/// The groups that have something to book, in their configured order.
pub(super) fn bookable_groups<'a>(scene: &Scene<'a>) -> Vec<Group<'a>> {
    let mut used: HashSet<String> = TAKEN.map(str::to_owned).into();
    used.extend(scene.site.vocabulary.resources.iter().map(|resource| resource.id.to_string()));
    let mut named = Vec::new();
    for (title, mut resources) in groups(scene) {
        resources.retain(|resource| resource.bookable().is_some());
        if resources.is_empty() {
            continue;
        }
        let plain = Key::from_name(title).map_or_else(|| UNNAMED.to_owned(), |key| key.to_string());
        let numbered = (2_u32..).map(|number| format!("{plain}-{number}"));
        let mut names = std::iter::once(plain.clone()).chain(numbered);
        let name = names.find(|name| used.insert(name.clone())).expect("there are more numbers than groups");
        named.push(Group { name, title, resources });
    }
    named
}

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let mut tickets: HashMap<&Key, (Vec<&Filed>, Vec<&Filed>)> = HashMap::new();
    for filed in scene.office.tickets.values().rev() {
        if let Some(key) = filed.ticket.resource.key() {
            let (open, past) = tickets.entry(key).or_default();
            let open_now = filed.ticket.is_open(&scene.site.vocabulary);
            if open_now { open.push(filed) } else { past.push(filed) }
        }
    }
    let mut index = ResourceIndex::default();
    for (group, resources) in groups(&scene) {
        let mut rows = Vec::new();
        for resource in resources {
            let url = resource_url(&resource.id);
            let (open, past) = tickets.remove(&resource.id).unwrap_or_default();
            let bookable = matches!(resource.usage, Usage::Bookable(_));
            let book = if resource.is_for_everybody() && !resource.retired {
                format!("reservations/new/index.html?resource={}", resource.id)
            } else {
                String::new()
            };
            if !resource.retired {
                let link = Link { text: resource.name.clone(), url: url.clone() };
                rows.push(ResourceRow { link, open: open.len(), book: book.clone() });
            }
            let view = ResourcePage {
                name: resource.name.clone(),
                group: group.to_owned(),
                bookable,
                retired: resource.retired,
                open: open.iter().map(|filed| scene.row(filed)).collect(),
                past: past.iter().take(PAST).map(|filed| scene.row(filed)).collect(),
                past_total: past.len(),
                declare: format!("tickets/new/index.html?resource={}", resource.id),
                week: super::planning::of_resource(&scene, resource),
                calendar: if bookable { super::ics::feed_url(resource.id.as_str()) } else { String::new() },
                door: if bookable && !resource.retired { door_url(&resource.id) } else { String::new() },
                book,
                code: if resource.retired { String::new() } else { code_url(&resource.id) },
            };
            pages.push(Page::of_view(scene, &url, Kind::Page, "resources", "resource.html", view));
        }
        if !rows.is_empty() {
            index.groups.push(ResourceGroup { name: group.to_owned(), resources: rows });
        }
    }
    pages.push(Page::of_view(scene, "resources/index.html", Kind::List, "resources", "resources.html", index));
}
