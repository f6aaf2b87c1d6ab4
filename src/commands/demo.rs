//! `guichet demo`: a fictitious school, made from the sample site that is built in, with the history that its
//! files tell, dated relative to now; served, with a page that shows the mails.

mod bookings;
mod replay;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use clap::Args;
use jiff::Timestamp;
use mail_parser::MessageParser;

use super::{Context, Failure, serve};
use crate::desk::Desk;
use crate::mail::Outbox;
use crate::phrase::Phrase;
use crate::theme::Theme;
use crate::theme::scene::Scene;
use crate::theme::view::{Link, Mail, Mailbox};

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where to make the school (a new temporary folder by default)
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS", value_parser = serve::listening)]
    listen: String,
}

impl Demo {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let listener = serve::bind(&self.listen)?;
        let url = format!("http://{}", listener.local_addr().context("asking for the address")?);
        let folder = match self.dir {
            Some(folder) => empty(&folder)?,
            None => tempfile::Builder::new().prefix("guichet-demo-").tempdir().context("making a folder")?.keep(),
        };
        let newest = replay::school(&folder, &url, context.clock.now())?;
        let desk = Desk::open(&folder, context.clock).map_err(|error| match error {
            crate::desk::OpenError::Failed(error) => Failure::Environment(error),
            config @ crate::desk::OpenError::Config(_) => {
                Failure::Environment(anyhow::anyhow!("the sample site is wrong: {config:?}"))
            }
        })?;
        let said = Phrase::new("cli-demo-ready")
            .with("folder", super::shown(&folder))
            .with("url", &url)
            .with("file", folder.join(newest.path()).display());
        let said = desk.theme().locale().say(&said);
        serve::run(desk, listener, mailbox, move |_| say!("\n{said}\n"))
    }
}

fn empty(folder: &Path) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let mut entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    if entries.next().is_some() {
        let said = crate::theme::locale::Locale::builtin(super::language())
            .say(&Phrase::new("cli-demo-not-empty").with("folder", super::shown(folder)));
        return Err(Failure::Wrong(Some(said)));
    }
    folder.canonicalize().context("looking for the folder").map_err(Failure::from)
}

/// `/courrier/`: the mails as a person would read them.
fn mailbox(desk: &Desk) -> Router {
    let (outbox, theme, site) = (desk.outbox().clone(), desk.theme().clone(), desk.site().clone());
    let page = move || {
        let (outbox, theme, site) = (outbox.clone(), theme.clone(), site.clone());
        async move {
            let view = Mailbox { mails: mails(&outbox, &theme, &site).unwrap_or_default() };
            let office = crate::domain::office::Office::default();
            let scene = Scene {
                site: &site,
                office: &office,
                people: &crate::desk::nobody,
                theme: &theme,
                now: Timestamp::UNIX_EPOCH,
            };
            let frame = scene.frame("courrier/", "");
            match theme.page("mailbox.html", &frame, &view) {
                Ok(html) => ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
                Err(error) => {
                    tracing::error!("{error:#}");
                    Response::builder()
                        .status(StatusCode::INTERNAL_SERVER_ERROR)
                        .body(axum::body::Body::empty())
                        .unwrap_or_default()
                }
            }
        }
    };
    Router::new().route("/courrier/", get(page))
}

fn mails(outbox: &Outbox, theme: &Theme, site: &crate::config::Site) -> anyhow::Result<Vec<Mail>> {
    let home = format!("{}/", site.base_url);
    let line = |line: &str| {
        let url = if line.starts_with(&home) { line.to_owned() } else { String::new() };
        Link { text: line.to_owned(), url }
    };
    let mut mails = Vec::new();
    for entry in outbox.list()?.into_iter().rev() {
        let bytes = outbox.read(&entry.name)?;
        let Some(message) = MessageParser::default().parse(&bytes) else {
            continue;
        };
        let date = message.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
        mails.push(Mail {
            id: entry.id.to_string(),
            from: format!("{} <{}>", site.mail.from.name, site.mail.from.email),
            to: entry.to.map(|to| to.to_string()).unwrap_or_default(),
            subject: message.subject().unwrap_or_default().to_owned(),
            date: date.map(|at| theme.locale().moment(at, &site.timezone).text).unwrap_or_default(),
            lines: message.body_text(0).unwrap_or_default().lines().map(line).collect(),
        });
    }
    Ok(mails)
}

/// The files of the sample site.
#[derive(rust_embed::RustEmbed)]
#[folder = "."]
#[include = "site.toml"]
#[include = "tickets/**/*.md"]
#[include = "reservations/**/*.md"]
struct Sample;

fn sample(path: &str) -> Option<String> {
    String::from_utf8(<Sample as rust_embed::RustEmbed>::get(path)?.data.into_owned()).ok()
}

/// Whose pseudonyms the sample's tickets and bookings carry.
const PEOPLE: &str = include_str!("demo/people.toml");

/// The files below a folder of the sample: path and text.
fn samples(folder: &'static str) -> impl Iterator<Item = (String, String)> {
    <Sample as rust_embed::RustEmbed>::iter()
        .filter(move |path| Path::new(path.as_ref()).starts_with(folder))
        .filter_map(|path| Some((path.to_string(), sample(&path)?)))
}
