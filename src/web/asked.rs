//! A post, as far as its answer depends on how it was asked: who posts, what they can read, and the answer for each
//! outcome at the desk.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::form::Form;
use super::reply::{self, Voice};
use super::{Desk, client, peer, photo};
use crate::config::Site;
use crate::desk::{Published, Receipt, Refusal, Submission};
use crate::domain::diary::Occurrence;
use crate::domain::draft::{Fault, SenderFields};
use crate::domain::free::Offer;
use crate::domain::item::Item;
use crate::phrase::Phrase;
use crate::theme::scene::booking_url;
use crate::theme::view::FieldError;

/// Seconds after which a busy repository is worth another try.
pub(super) const RETRY_S: u64 = 5;

/// What a form is shown again with.
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) errors: Vec<FieldError>,
    /// What is free instead.
    pub(super) offers: Vec<Offer>,
}

/// A post, as far as its answer depends on how it was asked.
pub(super) struct Asked {
    json: bool,
    pub(super) path: String,
    source: std::net::IpAddr,
    key: Option<String>,
    published: std::sync::Arc<Published>,
    now: jiff::Timestamp,
}

impl Asked {
    pub(super) fn of(desk: &Desk, request: &Request) -> Self {
        let published = desk.handle.published();
        let headers: &HeaderMap = request.headers();
        let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        Self {
            json: client::wants_json(headers),
            path: request.uri().path().to_owned(),
            source: client::source(peer(request.extensions()), headers, &published.site.trusted_proxies),
            key: key.map(|key| key.trim_matches('"').to_owned()),
            now: desk.clock.now(),
            published,
        }
    }

    pub(super) fn voice(&self) -> Voice<'_> {
        Voice { published: &self.published, now: self.now }
    }

    pub(super) fn token(&self, form: &Form) -> Option<String> {
        form.filled("token").or_else(|| self.key.clone())
    }

    /// The form, when this source may post and it can be read.
    pub(super) async fn form(&self, desk: &Desk, request: Request) -> Result<Form, Response> {
        let limits = self.published.site.limits;
        desk.limiter.source(limits, self.source).map_err(|seconds| self.too_many(seconds))?;
        Form::read(request, photo::BYTES).await.map_err(IntoResponse::into_response)
    }

    fn too_many(&self, seconds: u64) -> Response {
        let voice = self.voice();
        let heading = voice.say(&Phrase::new("message-too-many"));
        let text = voice.say(&Phrase::new("message-too-many-text").with("seconds", seconds));
        let status = StatusCode::TOO_MANY_REQUESTS;
        let response = if self.json {
            reply::simple_problem(status, &heading, &text)
        } else {
            voice.message(&self.path, status, heading, text)
        };
        ([(header::RETRY_AFTER, seconds.to_string())], response).into_response()
    }

    pub(super) fn photo_fault(&self, fault: photo::Fault, show: impl Fn(&Voice<'_>, Refused) -> Response) -> Response {
        let (status, key) = match fault {
            photo::Fault::Type => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "fault-photo-type"),
            photo::Fault::Broken => (StatusCode::UNPROCESSABLE_ENTITY, "fault-photo-broken"),
            photo::Fault::Large => (StatusCode::UNPROCESSABLE_ENTITY, "fault-photo-large"),
        };
        self.refuse(status, &[Fault::new("photo", Phrase::new(key))], show)
    }

    /// Hands the submission in and answers.
    pub(super) async fn answer(
        &self,
        desk: &Desk,
        sender: &SenderFields,
        submission: Submission,
        show: impl Fn(&Voice<'_>, Refused) -> Response,
    ) -> Response {
        let limits = self.published.site.limits;
        let counted = sender.check().is_ok();
        let outcome = match if counted { desk.limiter.address(limits, &sender.email) } else { Ok(()) } {
            Ok(()) => {
                let outcome = desk.handle.submit(submission).await;
                if counted && outcome.as_ref().map_or(true, |receipt| receipt.again) {
                    desk.limiter.give_back(limits, &sender.email);
                }
                outcome
            }
            // What was accepted gets the same answer again, however many came since.
            Err(seconds) => match desk.handle.recall(submission).await {
                Some(outcome) => outcome,
                None => return self.too_many_for_address(seconds, show),
            },
        };
        match outcome {
            Ok(receipt) => self.accepted(&receipt),
            Err(Refusal::Faults(faults)) => self.refuse(StatusCode::UNPROCESSABLE_ENTITY, &faults, show),
            Err(Refusal::Unfit(faults, offers)) => self.unfit(&faults, offers, show),
            Err(Refusal::Forbidden(faults)) => self.refuse(StatusCode::FORBIDDEN, &faults, show),
            Err(Refusal::Taken(by, offers)) => self.taken(&by, offers, show),
            Err(Refusal::Unknown(_) | Refusal::Done(_)) => StatusCode::NOT_FOUND.into_response(),
            Err(Refusal::Busy(phrase)) => {
                let response = self.refuse(StatusCode::SERVICE_UNAVAILABLE, &[Fault::new("", phrase)], show);
                ([(header::RETRY_AFTER, RETRY_S.to_string())], response).into_response()
            }
        }
    }

    fn too_many_for_address(&self, seconds: u64, show: impl Fn(&Voice<'_>, Refused) -> Response) -> Response {
        let fault = Fault::new("email", Phrase::new("fault-too-many-for-address"));
        let response = self.refuse(StatusCode::TOO_MANY_REQUESTS, &[fault], show);
        ([(header::RETRY_AFTER, seconds.to_string())], response).into_response()
    }

    fn accepted(&self, receipt: &Receipt) -> Response {
        let url = address(&self.published.site, &receipt.item);
        if self.json {
            let body = json!({ "id": receipt.item.to_string(), "url": url, "commit": receipt.commit });
            return (StatusCode::CREATED, [(header::LOCATION, url)], Json(body)).into_response();
        }
        (StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response()
    }

    /// The form again, with what was typed and what is wrong.
    fn refuse(&self, status: StatusCode, faults: &[Fault], show: impl Fn(&Voice<'_>, Refused) -> Response) -> Response {
        self.say_again(Refused { status, errors: self.errors(faults), offers: Vec::new() }, show)
    }

    /// The same for a booking, with what is free instead.
    fn unfit(&self, faults: &[Fault], offers: Vec<Offer>, show: impl Fn(&Voice<'_>, Refused) -> Response) -> Response {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        self.say_again(Refused { status, errors: self.errors(faults), offers }, show)
    }

    fn errors(&self, faults: &[Fault]) -> Vec<FieldError> {
        let voice = self.voice();
        let error = |fault: &Fault| FieldError { field: fault.field.to_owned(), message: voice.say(&fault.message) };
        faults.iter().map(error).collect()
    }

    /// The time is taken: by what, and what is free instead.
    fn taken(&self, by: &[Occurrence], offers: Vec<Offer>, show: impl Fn(&Voice<'_>, Refused) -> Response) -> Response {
        let errors = taken(&self.voice(), by);
        self.say_again(Refused { status: StatusCode::CONFLICT, errors, offers }, show)
    }

    fn say_again(&self, refused: Refused, show: impl Fn(&Voice<'_>, Refused) -> Response) -> Response {
        let voice = self.voice();
        if self.json {
            return reply::problem(&voice, &refused);
        }
        show(&voice, refused)
    }
}

pub(super) fn sender(form: &Form) -> SenderFields {
    SenderFields { name: form.get("name"), email: form.get("email") }
}

/// By what a time is taken: the first few, at the field of the time.
pub(super) fn taken(voice: &Voice<'_>, by: &[Occurrence]) -> Vec<FieldError> {
    let mut messages: Vec<String> = by.iter().take(3).map(|booking| voice.scene().taken(booking)).collect();
    // Of a stock, several may have taken as many at the same time.
    messages.dedup();
    messages.into_iter().map(|message| FieldError { field: "slot".to_owned(), message }).collect()
}

/// 24 random characters of `[A-Za-z0-9_-]`.
pub(super) fn token() -> String {
    let mut random = [0; 18];
    let _ = getrandom::fill(&mut random);
    URL_SAFE_NO_PAD.encode(random)
}

/// Where the page of a ticket or booking is, as an absolute path.
pub(super) fn address(site: &Site, item: &Item) -> String {
    let base = site.base_path();
    match item {
        Item::Ticket(id) => format!("{base}/tickets/{id}/"),
        Item::Reservation(stem) => format!("{base}/{}", booking_url(stem, stem.date).replace("index.html", "")),
    }
}
