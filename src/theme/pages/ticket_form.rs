//! The form of a new incident: the static file, and the one that a running server fills in.

use crate::domain::draft::{SenderFields, TicketFields};
use crate::domain::vocabulary::{Term, Terms};
use crate::theme::plan::{Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::{FieldError, OptionGroup, Selectable, TicketForm, Typed};

/// Where the form's page is.
pub(in crate::theme) const PATH: &str = "tickets/new/index.html";

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let view = filled(&scene, &TicketFields::default(), &SenderFields::default(), Vec::new(), "", false);
    pages.push(Page::of_view(scene, PATH, Kind::Page, "new", "ticket-form.html", view));
}

/// The form with what was typed and what is wrong with it.
pub(in crate::theme) fn filled(
    scene: &Scene<'_>,
    typed: &TicketFields,
    sender: &SenderFields,
    errors: Vec<FieldError>,
    token: &str,
    live: bool,
) -> TicketForm {
    let vocabulary = &scene.site.vocabulary;
    let resource = vocabulary.resources.find(&typed.resource).filter(|_| !typed.resource.trim().is_empty());
    let groups = super::resource::groups(scene).into_iter().map(|(name, resources)| OptionGroup {
        name: name.to_owned(),
        options: resources
            .into_iter()
            .filter(|candidate| !candidate.retired)
            .map(|candidate| Selectable {
                value: candidate.id.to_string(),
                label: candidate.name.clone(),
                selected: resource.is_some_and(|resource| resource.id == candidate.id),
            })
            .collect(),
    });
    let already = scene.office.tickets.values().rev().filter(|filed| {
        let ticket = &filed.ticket;
        resource.is_some_and(|resource| ticket.resource.key() == Some(&resource.id)) && ticket.is_open(vocabulary)
    });
    TicketForm {
        action: "tickets".to_owned(),
        groups: groups.filter(|group| !group.options.is_empty()).collect(),
        categories: choices(&vocabulary.categories, &typed.category, vocabulary.default_category().key()),
        severities: choices(&vocabulary.severities, &typed.severity, vocabulary.default_severity().key()),
        typed: Typed {
            title: typed.title.clone(),
            description: typed.description.clone(),
            name: sender.name.clone(),
            email: sender.email.clone(),
            text: String::new(),
        },
        errors,
        token: token.to_owned(),
        already: already.take(5).map(|filed| scene.row(filed)).collect(),
        domains: scene.site.domains.clone(),
        live,
    }
}

fn choices<T: Term>(terms: &Terms<T>, typed: &str, default: &crate::domain::key::Key) -> Vec<Selectable> {
    let chosen = terms.find(typed).map_or(default, Term::key);
    terms
        .current()
        .map(|term| Selectable {
            value: term.key().to_string(),
            label: term.label().to_owned(),
            selected: term.key() == chosen,
        })
        .collect()
}
