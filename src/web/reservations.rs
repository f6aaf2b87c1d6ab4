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

/// What the form's field `preview` is when it asks for all days of a booking that repeats, before it is made.
const ALL_DAYS: &str = "new";

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
    let mut fields = fields(|name| form.get(name));
    let (sender, token, seen) = (sender(&form), asked.token(&form), form.filled("preview"));
    if seen.as_deref() == Some(ALL_DAYS) {
        fields.skip.clear();
    }
    let show = |voice: &Voice<'_>, refused: Refused| {
        let fresh = token.clone().unwrap_or_else(super::asked::token);
        let view = plan::booking_form(&voice.scene(), &fields, &sender, refused.errors, &refused.offers, &fresh);
        voice.page("/reservations", "book", "booking-form.html", &view, refused.status)
    };
    // Who asked to see the days first has not seen these: the form again, with them. What can not be is refused below.
    let days = plan::days_to_see(&asked.voice().scene(), &fields).filter(|_| sender.check().is_ok());
    if days.is_some_and(|days| seen.is_some_and(|seen| seen != days)) {
        return show(&asked.voice(), Refused { status: StatusCode::OK, errors: Vec::new(), offers: Vec::new() });
    }
    let submission = Submission::Book { fields: fields.clone(), sender: sender.clone(), token: token.clone() };
    asked.answer(&desk, &sender, submission, show).await
}

/// What the form of a booking says.
pub(super) fn fields(value: impl Fn(&str) -> String) -> BookingFields {
    BookingFields {
        resource: value("resource"),
        date: value("date"),
        slot: value("slot"),
        slot_to: value("slot_to"),
        start: value("start"),
        end: value("end"),
        purpose: value("purpose"),
        quantity: value("quantity"),
        repeat: value("repeat"),
        until: value("until"),
        skip: value("skip"),
    }
}
