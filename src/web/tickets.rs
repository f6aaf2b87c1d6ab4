//! The forms about incidents: declare one, answer, « moi aussi ».

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::form::Form;
use super::reply::{self, Voice};
use super::{Desk, client, peer, photo};
use crate::desk::{Published, Receipt, Refusal, Submission};
use crate::domain::draft::{Fault, SenderFields, TicketFields};
use crate::domain::ticket::TicketId;
use crate::phrase::Phrase;
use crate::theme::plan;
use crate::theme::view::{AnswerForm, FieldError, Link, Typed};

/// Seconds after which a busy repository is worth another try.
const RETRY_S: u64 = 5;

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
    let show = |voice: &Voice<'_>, status, errors| {
        let view =
            plan::ticket_form(&voice.scene(), &fields, &sender, errors, token.as_deref().unwrap_or(&self::token()));
        voice.page("/tickets", "new", "ticket-form.html", &view, status)
    };
    let picture = match form.photo {
        None => None,
        Some(bytes) => match tokio::task::spawn_blocking(move || photo::harmless(&bytes)).await {
            Ok(Ok(photo)) => Some(photo),
            Ok(Err(fault)) => return asked.photo_fault(fault, show),
            Err(_) => return asked.photo_fault(photo::Fault::Broken, show),
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
    let show = |voice: &Voice<'_>, status, errors| {
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
            errors,
            token: token.clone().unwrap_or_else(self::token),
        };
        voice.page(&path, "tickets", "answer-form.html", &view, status)
    };
    asked.answer(&desk, &sender, submission, show).await
}

fn sender(form: &Form) -> SenderFields {
    SenderFields { name: form.get("name"), email: form.get("email") }
}

/// 24 random characters of `[A-Za-z0-9_-]`.
fn token() -> String {
    let mut random = [0; 18];
    let _ = getrandom::fill(&mut random);
    URL_SAFE_NO_PAD.encode(random)
}

/// A post, as far as its answer depends on how it was asked.
struct Asked {
    json: bool,
    path: String,
    source: std::net::IpAddr,
    key: Option<String>,
    published: std::sync::Arc<Published>,
    now: jiff::Timestamp,
}

impl Asked {
    fn of(desk: &Desk, request: &Request) -> Self {
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

    fn voice(&self) -> Voice<'_> {
        Voice { published: &self.published, now: self.now }
    }

    fn token(&self, form: &Form) -> Option<String> {
        form.filled("token").or_else(|| self.key.clone())
    }

    /// The form, when this source may post and it can be read.
    async fn form(&self, desk: &Desk, request: Request) -> Result<Form, Response> {
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
            reply::problem(status, &heading, &text, &[])
        } else {
            voice.message(&self.path, status, heading, text)
        };
        ([(header::RETRY_AFTER, seconds.to_string())], response).into_response()
    }

    fn photo_fault(
        &self,
        fault: photo::Fault,
        show: impl Fn(&Voice<'_>, StatusCode, Vec<FieldError>) -> Response,
    ) -> Response {
        let (status, key) = match fault {
            photo::Fault::Type => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "fault-photo-type"),
            photo::Fault::Broken => (StatusCode::UNPROCESSABLE_ENTITY, "fault-photo-broken"),
            photo::Fault::Large => (StatusCode::UNPROCESSABLE_ENTITY, "fault-photo-large"),
        };
        self.refuse(status, &[Fault::new("photo", Phrase::new(key))], show)
    }

    /// Hands the submission in and answers.
    async fn answer(
        &self,
        desk: &Desk,
        sender: &SenderFields,
        submission: Submission,
        show: impl Fn(&Voice<'_>, StatusCode, Vec<FieldError>) -> Response,
    ) -> Response {
        if sender.check().is_ok()
            && let Err(seconds) = desk.limiter.address(self.published.site.limits, &sender.email)
        {
            let fault = Fault::new("email", Phrase::new("fault-too-many-for-address"));
            let response = self.refuse(StatusCode::TOO_MANY_REQUESTS, &[fault], show);
            return ([(header::RETRY_AFTER, seconds.to_string())], response).into_response();
        }
        match desk.handle.submit(submission).await {
            Ok(receipt) => self.accepted(&receipt),
            Err(Refusal::Faults(faults)) => self.refuse(StatusCode::UNPROCESSABLE_ENTITY, &faults, show),
            Err(Refusal::Forbidden(faults)) => self.refuse(StatusCode::FORBIDDEN, &faults, show),
            Err(Refusal::Unknown(_)) => StatusCode::NOT_FOUND.into_response(),
            Err(Refusal::Busy(phrase)) => {
                let response = self.refuse(StatusCode::SERVICE_UNAVAILABLE, &[Fault::new("", phrase)], show);
                ([(header::RETRY_AFTER, RETRY_S.to_string())], response).into_response()
            }
        }
    }

    fn accepted(&self, receipt: &Receipt) -> Response {
        let url = format!("{}/tickets/{}/", self.published.site.base_path(), receipt.ticket);
        if self.json {
            let body = json!({ "id": receipt.ticket.to_string(), "url": url, "commit": receipt.commit });
            return (StatusCode::CREATED, [(header::LOCATION, url)], Json(body)).into_response();
        }
        (StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response()
    }

    /// The form again, with what was typed and what is wrong.
    fn refuse(
        &self,
        status: StatusCode,
        faults: &[Fault],
        show: impl Fn(&Voice<'_>, StatusCode, Vec<FieldError>) -> Response,
    ) -> Response {
        let voice = self.voice();
        let errors: Vec<FieldError> = faults
            .iter()
            .map(|fault| FieldError { field: fault.field.to_owned(), message: voice.say(&fault.message) })
            .collect();
        if self.json {
            let detail: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
            let title = status.canonical_reason().unwrap_or_default();
            return reply::problem(status, title, &detail.join(" "), &errors);
        }
        show(&voice, status, errors)
    }
}
