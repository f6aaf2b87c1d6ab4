//! The site over HTTP: static pages, forms, answers. Holds a handle of the desk; knows no git and no mail.

mod agenda;
mod asked;
mod client;
mod errands;
mod form;
mod headers;
mod limits;
mod photo;
mod reply;
mod reservations;
mod team;
mod tickets;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::ALLOW;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::services::ServeDir;
use tower_http::timeout::TimeoutLayer;

use crate::clock::Clock;
use crate::desk::Handle;
use limits::Limiter;

/// Connections at the same time; more wait in the system's queue.
const CONNECTIONS: usize = 512;
/// A request's head has to arrive within this.
const HEAD: Duration = Duration::from_secs(10);
/// A whole request, photo and answer included.
const REQUEST: Duration = Duration::from_mins(1);
/// After a signal, requests that are under way have this long.
const DRAIN: Duration = Duration::from_secs(4);

/// What the handlers share.
#[derive(Clone)]
pub struct Desk {
    handle: Handle,
    clock: Clock,
    limiter: Arc<Limiter>,
    folder: Arc<PathBuf>,
}

/// The routes of a site whose pages are in `folder`. `more` are routes of the caller, such as the demonstration's.
pub fn router(handle: Handle, clock: Clock, folder: &Path, more: Router) -> Router {
    let origin = origin_of(&handle.published().site.base_url);
    let csrf = CsrfLayer::new();
    let csrf = csrf.clone().add_trusted_origin(&origin).unwrap_or(csrf);
    let desk = Desk { handle, clock, limiter: Arc::default(), folder: Arc::new(folder.to_owned()) };
    Router::new()
        .route("/tickets/new/", get(tickets::form))
        .route("/tickets/new/index.html", get(tickets::form))
        .route("/tickets", post(tickets::declare).get(to_the_list))
        .route("/tickets/{id}/answers", post(tickets::answer))
        .route("/tickets/{id}/watchers", post(tickets::watch))
        .route("/reservations/new/", get(reservations::form))
        .route("/reservations/new/index.html", get(reservations::form))
        .route("/reservations", post(reservations::book).get(to_the_planning))
        .route("/do/{signed}", get(errands::ask).post(errands::act))
        .route("/team/", get(team::page))
        .route("/agenda/{file}", get(agenda::feed))
        .route("/healthz", get(health))
        .fallback(pages)
        .with_state(desk.clone())
        .merge(more)
        .layer(csrf)
        .layer(from_fn(errands::without_null_origin))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(desk, reply::in_words))
        .layer(from_fn(headers::protect))
        .layer(CompressionLayer::new())
}

/// Answers on `listener` until `stop` ends; then what is under way may finish.
///
/// # Errors
/// None today; a connection that fails concerns nobody else.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) -> Result<()> {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_headers(64);
    tokio::pin!(stop);
    loop {
        let slot = Arc::clone(&slots).acquire_owned();
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = async { (slot.await, listener.accept().await) } => accepted,
        };
        let (slot, (stream, peer)) = match accepted {
            (Ok(slot), Ok(accepted)) => (slot, accepted),
            (_, Err(error)) => {
                // No more file handles: wait until some come back.
                tracing::warn!("accepting a connection: {error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
            (Err(_), _) => break,
        };
        let _ = stream.set_nodelay(true);
        let router = router.clone().map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(peer);
            request
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
        tokio::spawn(async move {
            let _ = connection.await;
            drop(slot);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}

/// `http://host:port` of an address.
fn origin_of(url: &str) -> String {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find('/').map_or(url.len(), |at| host + at);
    url[..end].to_owned()
}

async fn pages(State(desk): State<Desk>, request: Request) -> Response {
    // What begins with a dot is ours, not the site's.
    if request
        .uri()
        .path()
        .split('/')
        .any(|part| part.starts_with('.') || part.starts_with("%2e") || part.starts_with("%2E"))
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    // No file bears such a name (POSIX, NAME_MAX); the system would call it a failure.
    if request.uri().path().split('/').any(|part| percent_decode_str(part).count() > 255) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = match ServeDir::new(&*desk.folder).oneshot(request).await {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        // RFC 9110, section 15.5.6.
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

async fn to_the_list() -> Response {
    (StatusCode::SEE_OTHER, [("location", "tickets/")]).into_response()
}

async fn to_the_planning() -> Response {
    (StatusCode::SEE_OTHER, [("location", "reservations/")]).into_response()
}

/// For a monitor: how the desk is.
async fn health(State(desk): State<Desk>) -> Response {
    let published = desk.handle.published();
    let problems = published.office.problems.len();
    let errors = published.office.problems.iter().any(|problem| problem.severity == crate::problem::Severity::Error);
    axum::Json(serde_json::json!({
        "status": if errors { "degraded" } else { "ok" },
        "head": published.head,
        "outbox_pending": published.outbox_pending(),
        "problems": problems,
    }))
    .into_response()
}

/// The address at the other end of the connection.
fn peer(request: &axum::http::Extensions) -> Option<SocketAddr> {
    request.get::<SocketAddr>().copied()
}
