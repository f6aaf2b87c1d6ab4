//! The page of one ticket, with the timeline that git holds.

use super::happenings::told;
use crate::content::markdown;
use crate::domain::change::{Change, without_notes};
use crate::domain::history::Step;
use crate::domain::office::{Filed, Standing};
use crate::domain::person::Requester;
use crate::domain::ticket::Ticket;
use crate::theme::plan::{Files, Inputs, Kind, Page};
use crate::theme::scene::{Scene, ticket_url};
use crate::theme::view::{self, Attachment, Link, TicketPage};

const IMAGES: [&str; 5] = ["jpg", "jpeg", "png", "webp", "gif"];

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, files: Files<'a>, pages: &mut Vec<Page<'a>>) {
    for filed in scene.office.tickets.values() {
        let ticket = &*filed.ticket;
        for name in &ticket.attachments {
            let source = format!("{}/{name}", ticket.id.folder());
            let stamp = (files.stamp)(&source);
            if stamp.is_empty() {
                continue;
            }
            let mut inputs = Inputs::of(&scene);
            inputs.add(&stamp);
            let path = format!("tickets/{}/{name}", ticket.id);
            pages.push(Page::new(path, Kind::Asset, &inputs, move || {
                // Through a link nothing is copied; one file that can not be read does not take the site down.
                (files.read)(&source).or_else(|error| {
                    tracing::error!("{error:#}");
                    Ok(Vec::new())
                })
            }));
        }
        let path = ticket_url(ticket.id);
        let frame = scene.frame(&path, "tickets");
        let view = view(&scene, filed);
        let mut inputs = Inputs::of(&scene);
        inputs.add(&frame);
        inputs.add(&view);
        // Markdown is by far the dearest part of a page, so it is made only when the page is.
        inputs.add(&ticket.body);
        let answers: Vec<&str> = answers(scene.office.timeline(ticket.id)).collect();
        inputs.add(&answers);
        pages.push(Page::new(path, Kind::Page, &inputs, move || {
            let mut view = view.clone();
            fill_texts(&scene, ticket, &mut view);
            Ok(scene.theme.page("ticket.html", &frame, &view)?.into_bytes())
        }));
    }
}

fn view(scene: &Scene<'_>, filed: &Filed) -> TicketPage {
    let ticket = &*filed.ticket;
    let vocabulary = &scene.site.vocabulary;
    let status = ticket.status(vocabulary);
    let locale = scene.locale();
    TicketPage {
        ticket: scene.row(filed),
        requester: scene.requester(&ticket.requester),
        watchers: ticket.watchers.len(),
        description: String::new(),
        timeline: scene.office.timeline(ticket.id).iter().map(|step| self::step(scene, ticket, step)).collect(),
        attachments: ticket.attachments.iter().map(|name| attachment(ticket, name)).collect(),
        duplicate_of: ticket.duplicate_of.map(|id| {
            let other = scene.office.tickets.get(&id);
            let title = other.map(|filed| filed.ticket.title.as_str()).unwrap_or_default();
            Link {
                text: format!("{id} {title}").trim_end().to_owned(),
                url: other.map(|_| ticket_url(id)).unwrap_or_default(),
            }
        }),
        duplicates: scene
            .office
            .repeats(ticket.id)
            .map(|other| Link { text: format!("{} {}", other.id, other.title), url: ticket_url(other.id) })
            .collect(),
        handed_to: ticket.handed_to.clone().unwrap_or_default(),
        out_of_service: ticket.out_of_service,
        fresh: status.word.key == vocabulary.initial_status().word.key,
        closed: status.closed,
        problem: match &filed.standing {
            Standing::LastGood(problem) => Some(locale.public_complaint(problem)),
            _ => None,
        },
        warnings: filed.warnings.iter().map(|problem| locale.say(&problem.message)).collect(),
        answers: format!("tickets/{}/answers", ticket.id),
        watch: format!("tickets/{}/watchers", ticket.id),
    }
}

fn attachment(ticket: &Ticket, name: &str) -> Attachment {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    Attachment {
        link: Link { text: name.to_owned(), url: format!("tickets/{}/{name}", ticket.id) },
        image: IMAGES.contains(&extension.as_str()),
    }
}

fn step(scene: &Scene<'_>, ticket: &Ticket, step: &Step) -> view::Step {
    use crate::domain::history::Author;
    let author = step.signed.author(&scene.site.vocabulary, scene.site.team.email.as_str());
    let (_, status) = told(scene, &step.changes);
    // The badge tells the status, the text itself the answer.
    let rest = step.changes.iter().filter(|change| !matches!(change, Change::Status { .. } | Change::Answer(_)));
    let (mut what, _) = told(scene, &rest.cloned().collect::<Vec<_>>());
    if step.changes.is_empty() {
        what.push(scene.locale().word("step-other"));
    }
    view::Step {
        when: scene.moment(Some(step.at)),
        who: match (&author, &ticket.requester) {
            // A form's commit carries the team's account; the requester is who declared it.
            (Author::Team, Requester::Person(pseudonym)) if step.changes.contains(&Change::Created) => {
                scene.author(&Author::Person(pseudonym.clone()), ticket)
            }
            _ => scene.author(&author, ticket),
        },
        what,
        status,
        answer: String::new(),
        by_team: matches!(author, Author::Member(_) | Author::Team),
    }
}

fn answers(timeline: &[Step]) -> impl DoubleEndedIterator<Item = &str> {
    timeline.iter().flat_map(|step| {
        step.changes.iter().filter_map(|change| match change {
            Change::Answer(text) => Some(text.as_str()),
            _ => None,
        })
    })
}

/// Description and answers as HTML. An answer is shown in its step as long as the file still ends with it and
/// those after it, and then not in the description too: what somebody took out of the file is gone from the page.
fn fill_texts(scene: &Scene<'_>, ticket: &Ticket, view: &mut TicketPage) {
    let body = without_notes(&ticket.body.replace("\r\n", "\n"));
    let mut description = body.trim_end();
    let timeline = scene.office.timeline(ticket.id);
    let mut standing = 0;
    for answer in answers(timeline).rev() {
        match description.strip_suffix(answer.trim()) {
            Some(rest) => description = rest.trim_end(),
            None => break,
        }
        standing += 1;
    }
    view.description = markdown::to_html(description);
    let mut gone = answers(timeline).count() - standing;
    for (step, shown) in timeline.iter().zip(&mut view.timeline) {
        for change in &step.changes {
            let Change::Answer(text) = change else { continue };
            if gone > 0 {
                gone -= 1;
                shown.what.push(scene.locale().word("step-answer-gone"));
            } else {
                shown.answer = markdown::to_html(text);
            }
        }
    }
}
