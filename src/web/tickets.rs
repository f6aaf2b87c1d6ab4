//! The forms about incidents: declare one, answer, « moi aussi ».

use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::asked::{Asked, Refused, sender, token};
use super::reply::Voice;
use super::{Desk, photo};
use crate::desk::Submission;
use crate::domain::draft::{SenderFields, TicketFields};
use crate::domain::ticket::TicketId;
use crate::theme::plan;
use crate::theme::view::{AnswerForm, Link, Typed};

/// The form, filled in with what the address says.
pub(super) async fn form(
    State(desk): State<Desk>,
    Query(query): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let value =
        |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let typed = TicketFields {
        resource: value("resource"),
        description: value("description"),
        title: value("title"),
        category: value("category"),
        severity: value("severity"),
    };
    let sender = SenderFields { name: value("name"), email: value("email") };
    let published = desk.handle.published();
    let voice = Voice { published: &published, now: desk.clock.now() };
    let view = plan::ticket_form(&voice.scene(), &typed, &sender, Vec::new(), &token());
    voice.page(request.uri().path(), "new", "ticket-form.html", &view, StatusCode::OK)
}

/// `POST /tickets`
pub(super) async fn declare(State(desk): State<Desk>, request: Request) -> Response {
    let asked = Asked::of(&desk, &request);
    let form = match asked.form(&desk, request).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let fields = TicketFields {
        resource: form.get("resource"),
        description: form.get("description"),
        title: form.get("title"),
        category: form.get("category"),
        severity: form.get("severity"),
    };
    let sender = sender(&form);
    let token = asked.token(&form);
    let show = |voice: &Voice<'_>, refused: Refused| {
        let view = plan::ticket_form(
            &voice.scene(),
            &fields,
            &sender,
            refused.errors,
            token.as_deref().unwrap_or(&super::asked::token()),
        );
        voice.page("/tickets", "new", "ticket-form.html", &view, refused.status)
    };
    let picture = match form.photo {
        None => None,
        Some(bytes) => match photo::in_turn(bytes).await {
            Ok(photo) => Some(photo),
            Err(fault) => return asked.photo_fault(fault, show),
        },
    };
    let submission =
        Submission::Ticket { fields: fields.clone(), sender: sender.clone(), photo: picture, token: token.clone() };
    asked.answer(&desk, &sender, submission, show).await
}

/// `POST /tickets/<id>/answers`
pub(super) async fn answer(State(desk): State<Desk>, Path(id): Path<String>, request: Request) -> Response {
    speak(desk, &id, "answer", request).await
}

/// `POST /tickets/<id>/watchers`
pub(super) async fn watch(State(desk): State<Desk>, Path(id): Path<String>, request: Request) -> Response {
    speak(desk, &id, "watch", request).await
}

/// An answer or « moi aussi ».
async fn speak(desk: Desk, id: &str, kind: &'static str, request: Request) -> Response {
    let asked = Asked::of(&desk, &request);
    let Ok(ticket) = id.parse::<TicketId>() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let form = match asked.form(&desk, request).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let (sender, token, text) = (sender(&form), asked.token(&form), form.get("text"));
    let submission = match kind {
        "answer" => Submission::Answer { ticket, text: text.clone(), sender: sender.clone(), token: token.clone() },
        _ => Submission::Watch { ticket, sender: sender.clone(), token: token.clone() },
    };
    let path = asked.path.clone();
    let show = |voice: &Voice<'_>, refused: Refused| {
        let title = voice.published.office.tickets.get(&ticket).map(|filed| filed.ticket.title.clone());
        let view = AnswerForm {
            kind: kind.to_owned(),
            action: path.trim_start_matches('/').to_owned(),
            ticket: Link { text: title.unwrap_or_default(), url: format!("tickets/{ticket}/index.html") },
            id: ticket.to_string(),
            typed: Typed {
                text: text.clone(),
                name: sender.name.clone(),
                email: sender.email.clone(),
                ..Typed::default()
            },
            errors: refused.errors,
            token: token.clone().unwrap_or_else(super::asked::token),
        };
        voice.page(&path, "tickets", "answer-form.html", &view, refused.status)
    };
    asked.answer(&desk, &sender, submission, show).await
}
