//! The form of a booking.

use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::Desk;
use super::asked::{Asked, Refused, sender, token};
use super::reply::Voice;
use crate::desk::Submission;
use crate::domain::booking::BookingFields;
use crate::domain::draft::SenderFields;
use crate::theme::plan;

/// The form, filled in with what the address says.
pub(super) async fn form(
    State(desk): State<Desk>,
    Query(query): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let find = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let value = |name: &str| find(name).unwrap_or_default();
    let sender = SenderFields { name: value("name"), email: value("email") };
    let published = desk.handle.published();
    let voice = Voice { published: &published, now: desk.clock.now() };
    let view = plan::booking_form(&voice.scene(), &fields(value), &sender, Vec::new(), &[], &token());
    voice.page(request.uri().path(), "book", "booking-form.html", &view, StatusCode::OK)
}

/// `POST /reservations`
pub(super) async fn book(State(desk): State<Desk>, request: Request) -> Response {
    let asked = Asked::of(&desk, &request);
    let form = match asked.form(&desk, request).await {
        Ok(form) => form,
        Err(response) => return response,
    };
    let fields = fields(|name| form.get(name));
    let (sender, token) = (sender(&form), asked.token(&form));
    let show = |voice: &Voice<'_>, refused: Refused| {
        let fresh = token.clone().unwrap_or_else(super::asked::token);
        let view = plan::booking_form(&voice.scene(), &fields, &sender, refused.errors, &refused.offers, &fresh);
        voice.page("/reservations", "book", "booking-form.html", &view, refused.status)
    };
    let submission = Submission::Book { fields: fields.clone(), sender: sender.clone(), token: token.clone() };
    asked.answer(&desk, &sender, submission, show).await
}

fn fields(value: impl Fn(&str) -> String) -> BookingFields {
    BookingFields {
        resource: value("resource"),
        date: value("date"),
        slot: value("slot"),
        start: value("start"),
        end: value("end"),
        purpose: value("purpose"),
        quantity: value("quantity"),
        repeat: value("repeat"),
    }
}
