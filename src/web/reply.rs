//! Answers in words: what a person or a program is told, for each status of the contract. Refusals are
//! `application/problem+json` (RFC 9457) for programs, a page for people.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use jiff::civil::Time;
use serde_json::json;

use super::asked::Refused;
use super::form::Form;
use super::{Desk, client, photo};
use crate::desk::{Published, nobody};
use crate::domain::booking::REPEATS;
use crate::domain::free::Offer;
use crate::domain::series::Series;
use crate::phrase::Phrase;
use crate::theme::scene::{People, Scene};
use crate::theme::view::{FieldError, Frame, Message};

/// What is published, and how to say things with it.
pub(super) struct Voice<'a> {
    pub(super) published: &'a Published,
    pub(super) now: jiff::Timestamp,
}

impl Voice<'_> {
    /// A scene without people: forms show none.
    pub(super) fn scene(&self) -> Scene<'_> {
        self.scene_with(&nobody)
    }

    /// A scene with people: for pages behind a signed link.
    pub(super) fn scene_with<'a>(&'a self, people: &'a People<'a>) -> Scene<'a> {
        let published = self.published;
        Scene { site: &published.site, office: &published.office, people, theme: &published.theme, now: self.now }
    }

    /// The frame of a page that is shown at the request path `path`.
    pub(super) fn frame(&self, path: &str, section: &str) -> Frame {
        self.scene().frame(path.trim_start_matches('/'), section)
    }

    pub(super) fn say(&self, phrase: &Phrase) -> String {
        self.published.theme.locale().say(phrase)
    }

    /// A page with one thing to say.
    pub(super) fn message(&self, path: &str, status: StatusCode, heading: String, text: String) -> Response {
        let view = Message { heading, text };
        self.page(path, "", "message.html", &view, status)
    }

    /// A page of the theme.
    pub(super) fn page<V: serde::Serialize>(
        &self,
        path: &str,
        section: &str,
        template: &str,
        view: &V,
        status: StatusCode,
    ) -> Response {
        match self.published.theme.page(template, &self.frame(path, section), view) {
            Ok(html) => (status, [(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
            Err(error) => {
                tracing::error!("{error:#}");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// A refusal of a form, for a program; what is free instead is an extension member (RFC 9457, section 3.2).
pub(super) fn problem(voice: &Voice<'_>, refused: &Refused) -> Response {
    let detail: Vec<&str> = refused.errors.iter().map(|error| error.message.as_str()).collect();
    let calendar = &voice.published.site.calendar;
    let hour = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
    let alternative = |offer: &Offer| {
        let run = calendar.run_at(&offer.span);
        json!({
            "resource": offer.resource.as_str(),
            "date": offer.span.date.to_string(),
            "start": hour(offer.span.start),
            "end": hour(offer.span.end),
            "slot": run.map(|run| &run.first.id),
            "slot_to": run.and_then(|run| run.goes_on_to()).map(|slot| &slot.id),
            "quantity": offer.quantity,
            "repeat": offer.series.as_ref().map_or(REPEATS[0], Series::repeat),
            "until": offer.series.as_ref().map(|series| series.rule.until),
        })
    };
    let alternatives: Vec<_> = refused.offers.iter().map(alternative).collect();
    let title = voice.published.theme.locale().word(match refused.status {
        StatusCode::FORBIDDEN => "message-forbidden",
        StatusCode::CONFLICT => "message-taken",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "message-media-type",
        StatusCode::TOO_MANY_REQUESTS => "message-too-many",
        StatusCode::SERVICE_UNAVAILABLE => "message-busy",
        _ => "message-refused",
    });
    sent(
        refused.status,
        json!({
            "type": "about:blank",
            "title": title,
            "status": refused.status.as_u16(),
            "detail": detail.join(" "),
            "errors": refused.errors,
            "alternatives": alternatives,
        }),
    )
}

/// A refusal that concerns no field, for a program.
pub(super) fn simple_problem(status: StatusCode, title: &str, detail: &str) -> Response {
    let errors: [FieldError; 0] = [];
    let body =
        json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail, "errors": errors });
    sent(status, body)
}

fn sent(status: StatusCode, body: serde_json::Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// Heading and text for a status that needs no more than that.
fn said(status: StatusCode, most_bytes: usize) -> Option<(Phrase, Phrase)> {
    let phrases = |heading, text| Some((Phrase::new(heading), Phrase::new(text)));
    match status {
        StatusCode::NOT_FOUND => phrases("message-not-found", "message-not-found-text"),
        StatusCode::METHOD_NOT_ALLOWED => phrases("message-not-allowed", "message-not-allowed-text"),
        StatusCode::FORBIDDEN => phrases("message-forbidden", "message-forbidden-text"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => phrases("message-media-type", "message-media-type-text"),
        StatusCode::BAD_REQUEST => phrases("message-bad-form", "message-bad-form-text"),
        StatusCode::REQUEST_TIMEOUT => phrases("message-slow", "message-slow-text"),
        StatusCode::PAYLOAD_TOO_LARGE => {
            let text = if most_bytes < photo::BYTES {
                Phrase::new("message-too-large-form-text").with("most", most_bytes / 1024)
            } else {
                Phrase::new("message-too-large-text").with("most", photo::BYTES / 1024 / 1024)
            };
            Some((Phrase::new("message-too-large"), text))
        }
        StatusCode::INTERNAL_SERVER_ERROR => phrases("message-failure", "message-failure-text"),
        _ => None,
    }
}

/// Gives words to an answer that has none: those of the libraries and of missing pages.
pub(super) async fn in_words(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let json = client::wants_json(request.headers());
    let most = Form::most_bytes(request.headers(), photo::BYTES).unwrap_or(photo::BYTES);
    let response = next.run(request).await;
    let (status, worded) = (response.status(), has_words(response.headers()));
    let Some((heading, text)) = said(status, most).filter(|_| !worded) else {
        return response;
    };
    let published = desk.handle.published();
    let voice = Voice { published: &published, now: desk.clock.now() };
    let (heading, text) = (voice.say(&heading), voice.say(&text));
    let mut worded =
        if json { simple_problem(status, &heading, &text) } else { voice.message(&path, status, heading, text) };
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        worded.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    worded
}

fn has_words(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media_type.starts_with("text/html") || media_type.starts_with("application/problem+json")
}
