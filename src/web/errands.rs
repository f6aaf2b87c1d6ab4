//! What signed links lead to: a page that says what will happen, with one button, and the button. Looking changes
//! nothing, however often a scanner looks.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Desk;
use super::asked::{Asked, RETRY_S, Refused, address, taken, token};
use super::reply::{self, Voice};
use crate::desk::{Order, Published, Receipt, Refusal, Submission};
use crate::domain::draft::Fault;
use crate::domain::errand::{Deed, Errand, Hold, OnBooking};
use crate::domain::item::Item;
use crate::domain::person::Pseudonym;
use crate::phrase::Phrase;
use crate::theme::view::FieldError;
use crate::theme::{About, Again, Pressed, Stage, errand_page};

/// Neither stored, nor told to another site, nor indexed: the address is the right to act.
const SECRET: [(HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

const FORM: &str = "application/x-www-form-urlencoded";

/// A signed link that was opened.
pub(super) struct Opened {
    pub(super) errand: Errand,
    pub(super) published: Arc<Published>,
    pub(super) now: jiff::Timestamp,
    /// The request's path, for the frame.
    path: String,
    signed: String,
    json: bool,
}

/// `GET /do/<signed>`; what the address says fills in the form of a change.
pub(super) async fn ask(
    State(desk): State<Desk>,
    Path(signed): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let opened = match Opened::of(&desk, &signed, &request) {
        Ok(opened) => opened,
        Err(response) => return secret(response),
    };
    let mut pressed = Pressed::default();
    if let Deed::Booking(_, OnBooking::Change) = opened.errand.deed {
        let find = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let value = |name: &str| find(name).unwrap_or_default();
        pressed = Pressed {
            token: token(),
            part: value("part"),
            day: value("day"),
            booking: super::reservations::fields(value),
            ..pressed
        };
    }
    opened.show(StatusCode::OK, Stage::Ask, &pressed, Again::default())
}

/// `POST /do/<signed>`
pub(super) async fn act(State(desk): State<Desk>, Path(signed): Path<String>, request: Request) -> Response {
    let opened = match Opened::of(&desk, &signed, &request) {
        Ok(opened) => opened,
        Err(response) => return secret(response),
    };
    // A button without fields may post nothing at all.
    let mut request = request;
    request.headers_mut().entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(FORM));
    let form = match Asked::of(&desk, &request).form(&desk, request).await {
        Ok(form) => form,
        Err(response) => return secret(response),
    };
    let pressed = Pressed {
        member: form.get("member"),
        text: form.get("text"),
        status: form.get("status"),
        token: form.get("token"),
        team: form.get("team"),
        part: form.get("part"),
        day: form.get("day"),
        booking: super::reservations::fields(|name| form.get(name)),
    };
    let order = Order {
        errand: opened.errand.clone(),
        member: pressed.member.clone(),
        text: pressed.text.clone(),
        status: pressed.status.clone(),
        token: pressed.token.clone(),
        part: pressed.part.clone(),
        day: pressed.day.clone(),
        booking: pressed.booking.clone(),
    };
    let answer = desk.handle.submit(Submission::Errand(order)).await;
    // The page shows what the ticket or booking has become.
    let opened = Opened { published: desk.handle.published(), ..opened };
    let again = |status, faults: &[Fault], offers| {
        opened.show(status, Stage::Ask, &pressed, Again { errors: opened.errors(faults), offers })
    };
    match answer {
        Ok(receipt) => opened.done(&pressed, Some(&receipt)),
        // Of a booking that is gone there is nothing left to do, whoever it was.
        Err(Refusal::Done(_) | Refusal::Unknown(Item::Reservation(_))) => opened.done(&pressed, None),
        Err(Refusal::Faults(faults)) => again(StatusCode::UNPROCESSABLE_ENTITY, &faults, Vec::new()),
        Err(Refusal::Unfit(faults, offers)) => again(StatusCode::UNPROCESSABLE_ENTITY, &faults, offers),
        Err(Refusal::Forbidden(faults)) => again(StatusCode::FORBIDDEN, &faults, Vec::new()),
        Err(Refusal::Taken(by, offers)) => {
            let voice = opened.voice();
            let errors = taken(&voice, &by);
            opened.show(StatusCode::CONFLICT, Stage::Ask, &pressed, Again { errors, offers })
        }
        Err(Refusal::Unknown(Item::Ticket(_))) => secret(StatusCode::NOT_FOUND.into_response()),
        Err(Refusal::Busy(phrase)) => {
            let response = again(StatusCode::SERVICE_UNAVAILABLE, &[Fault::new("", phrase)], Vec::new());
            ([(header::RETRY_AFTER, RETRY_S.to_string())], response).into_response()
        }
    }
}

impl Opened {
    /// What `signed` allows now.
    ///
    /// # Errors
    /// 403 in words: it is none of ours, or its time is over.
    pub(super) fn of(desk: &Desk, signed: &str, request: &Request) -> Result<Self, Response> {
        let (published, now) = (desk.handle.published(), desk.clock.now());
        let path = request.uri().path().to_owned();
        let json = super::client::wants_json(request.headers());
        let refused = |text: &'static str| {
            let voice = Voice { published: &published, now };
            let heading = voice.say(&Phrase::new("message-link"));
            let text = voice.say(&Phrase::new(text).with("team", &published.site.team.email));
            if json {
                return reply::simple_problem(StatusCode::FORBIDDEN, &heading, &text);
            }
            voice.message(&path, StatusCode::FORBIDDEN, heading, text)
        };
        let errand = Errand::unsealed(&published.seal, signed).ok_or_else(|| refused("message-link-altered"))?;
        if errand.is_over(now) {
            return Err(refused(if errand.deed == Deed::TeamPage { "message-team-over" } else { "message-link-over" }));
        }
        Ok(Self { errand, published, now, path, signed: signed.to_owned(), json })
    }

    fn voice(&self) -> Voice<'_> {
        Voice { published: &self.published, now: self.now }
    }

    fn errors(&self, faults: &[Fault]) -> Vec<FieldError> {
        let voice = self.voice();
        let error = |fault: &Fault| FieldError { field: fault.field.to_owned(), message: voice.say(&fault.message) };
        faults.iter().map(error).collect()
    }

    /// The page of the link.
    fn show(&self, status: StatusCode, stage: Stage, pressed: &Pressed, again: Again) -> Response {
        if self.errand.deed.item().is_none() {
            // It acts on nothing: it only shows.
            let url = self.errand.deed.address(self.published.site.base_path(), &self.signed);
            return secret((StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response());
        }
        let voice = self.voice();
        if self.json && !again.errors.is_empty() {
            return secret(reply::problem(&voice, &Refused { status, errors: again.errors, offers: again.offers }));
        }
        let Some(about) = self.about() else {
            return secret(StatusCode::NOT_FOUND.into_response());
        };
        let people = |pseudonym: &Pseudonym| self.published.people.find(pseudonym);
        let scene = voice.scene_with(&people);
        let pressed =
            Pressed { team: self.team_page(pressed).map(str::to_owned).unwrap_or_default(), ..pressed.clone() };
        let view = errand_page(&scene, &self.errand, &self.signed, about, stage, &pressed, again);
        secret(voice.page(&self.path, "", "errand.html", &view, status))
    }

    /// What it is about, as the site shows it; `None`: there is no such ticket.
    fn about(&self) -> Option<About<'_>> {
        let office = &self.published.office;
        match &self.errand.deed {
            Deed::Ticket(id, _) => office.tickets.get(id).map(About::Ticket),
            Deed::Booking(hold, _) => {
                let booked = office.reservations.get(&hold.stem);
                Some(About::Booking(booked.filter(|booked| Hold::of(&booked.reservation) == *hold)))
            }
            Deed::TeamPage | Deed::Agenda => None,
        }
    }

    /// It is done: as the receipt says, or it was before.
    fn done(&self, pressed: &Pressed, receipt: Option<&Receipt>) -> Response {
        let Some(item) = self.errand.deed.item() else {
            return self.show(StatusCode::OK, Stage::Already, pressed, Again::default());
        };
        // What was moved has another name now.
        let item = receipt.map_or(item, |receipt| receipt.item.clone());
        let url = address(&self.published.site, &item);
        if self.json {
            let status = if receipt.is_some() { StatusCode::CREATED } else { StatusCode::OK };
            let commit = receipt.map(|receipt| &receipt.commit);
            let body = json!({ "id": item.to_string(), "url": url, "commit": commit });
            return secret((status, [(header::LOCATION, url)], Json(body)).into_response());
        }
        let elsewhere = |url: String| secret((StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response());
        match (receipt, self.team_page(pressed), &self.errand.deed) {
            (Some(_), Some(team), _) => {
                elsewhere(format!("{}/team/?k={team}#t{item}", self.published.site.base_path()))
            }
            (Some(_), None, Deed::Booking(_, OnBooking::Change)) => elsewhere(url),
            (Some(_), None, _) => self.show(StatusCode::OK, Stage::Done, pressed, Again::default()),
            (None, _, _) => self.show(StatusCode::OK, Stage::Already, pressed, Again::default()),
        }
    }

    /// The team's page that the button stood on, when that is where it stood.
    fn team_page<'a>(&self, pressed: &'a Pressed) -> Option<&'a str> {
        let errand = Errand::unsealed(&self.published.seal, &pressed.team)?;
        (errand.deed == Deed::TeamPage).then_some(pressed.team.as_str())
    }
}

/// An answer that belongs to a signed link.
pub(super) fn secret(mut response: Response) -> Response {
    for (name, value) in SECRET {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A page without a referrer posts with the origin `null` (Fetch standard, section 3.1), also to its own site. For
/// a signed link that is harmless: who knows the address may act, and no cookie acts for somebody who does not.
pub(super) async fn without_null_origin(mut request: Request, next: Next) -> Response {
    let null = |headers: &HeaderMap| headers.get(header::ORIGIN).is_some_and(|origin| origin == "null");
    if request.method() == Method::POST && request.uri().path().starts_with("/do/") && null(request.headers()) {
        request.headers_mut().remove(header::ORIGIN);
    }
    next.run(request).await
}
