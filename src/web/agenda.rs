//! `GET /agenda/<signed>.ics`: the bookings of who holds the link, for the calendar on their phone.

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Desk;
use super::errands::{Opened, secret};
use super::reply::Voice;
use crate::domain::errand::{Bearer, Deed};
use crate::domain::person::Known;
use crate::theme::plan;

pub(super) async fn feed(State(desk): State<Desk>, Path(file): Path<String>, request: Request) -> Response {
    let nothing = || secret(StatusCode::NOT_FOUND.into_response());
    let Some(signed) = file.strip_suffix(".ics") else {
        return nothing();
    };
    let opened = match Opened::of(&desk, signed, &request) {
        Ok(opened) => opened,
        Err(response) => return secret(response),
    };
    let published = &opened.published;
    let bearer = &opened.errand.bearer;
    let forgotten = matches!(bearer, Bearer::Person(pseudonym)
        if !matches!(published.people.find(pseudonym), Known::Contact(_)));
    if opened.errand.deed != Deed::Agenda || forgotten {
        return nothing();
    }
    let voice = Voice { published, now: opened.now };
    let text = plan::agenda(&voice.scene(), bearer);
    secret(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}
