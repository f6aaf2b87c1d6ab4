//! `guichet serve`: the site, the forms, the watcher and the mails, until a signal.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use axum::Router;
use clap::Args;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Context, Failure, complain, transport};
use crate::clock::Clock;
use crate::config::{Mail, Site};
use crate::desk::{Desk, Lock, index_problem};
use crate::mail::{Outbox, Sender};
use crate::phrase::Phrase;
use crate::theme::output::Output;
use crate::watch::{Places, Watch};
use crate::web;

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS", value_parser = listening)]
    listen: String,
}

impl Serve {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let desk = context.desk()?;
        let locale = desk.theme().locale();
        complain(locale, &super::check::warnings(desk.site()));
        if desk.repository().index_is_damaged() {
            complain(locale, &[index_problem()]);
        }
        if desk.repository().welcomes_pushes() {
            // Hooks of ours may be those of an older version.
            desk.repository().welcome_pushes()?;
        } else {
            tracing::warn!("{}", locale.word("cli-no-hook"));
        }
        let listener = bind(&self.listen)?;
        run(desk, listener, |_| Router::new(), |_| {})
    }
}

/// An address to listen at, `HOST:PORT`; whether there is such a host, the machine says later.
pub(super) fn listening(typed: &str) -> Result<String, String> {
    let port = typed.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port.parse::<u16>());
    match port {
        Some(Ok(_)) => Ok(typed.to_owned()),
        _ => Err("HOST:PORT is wanted, such as 127.0.0.1:8080".to_owned()),
    }
}

/// Listens at an address.
pub(super) fn bind(listen: &str) -> Result<std::net::TcpListener, Failure> {
    let listener = std::net::TcpListener::bind(listen).with_context(|| format!("listening on {listen}"))?;
    listener.set_nonblocking(true).context("preparing the socket")?;
    Ok(listener)
}

/// Serves a site. `more` are further routes, `ready` is called when it answers.
pub(super) fn run(
    mut desk: Desk,
    listener: std::net::TcpListener,
    more: impl FnOnce(&Desk) -> Router,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Failure> {
    let address = listener.local_addr().context("asking for the address")?;
    let state = desk.repository().state_folder().to_owned();
    let who = format!("http://{address} (pid {})", std::process::id());
    let lock = match Lock::serve(&state, &who)? {
        Ok(lock) => lock,
        Err(holder) => {
            let said = Phrase::new("cli-already-served").with("holder", holder.trim());
            return Err(Failure::Environment(anyhow::anyhow!(desk.theme().locale().say(&said))));
        }
    };
    let settling = Lock::settle_patiently(&state)?;
    let site = desk.repository().site_folder();
    for folder in ["tickets", "reservations"] {
        std::fs::create_dir_all(site.join(folder)).with_context(|| format!("making {folder}/"))?;
    }
    let mut output = Output::open(&site.join("public"))?;
    desk.recover()?;
    desk.catch_up();
    desk.publish(&mut output)?;
    let more = more(&desk);
    let clock = desk.clock();
    let post = Arc::new(Mutex::new(Post::open(&desk)?));
    let (git, branches) = (desk.repository().git_folder().to_owned(), desk.repository().branches_folder());
    let mailed = {
        let post = Arc::clone(&post);
        move |site: &Site, held| post.lock().expect("nobody panics at the post").look(site, held)
    };
    let (alive, ended) = tokio::sync::oneshot::channel();
    let (handle, thread) = desk.start(output, mailed, alive)?;
    let watch = Watch::start(&site, Places { folder: &git, branches: &branches, state: &state }, {
        let handle = handle.clone();
        move || handle.wake()
    })?;
    // Something may have moved between our look and the watch.
    handle.wake();
    let router = web::router(handle.clone(), clock, &site.join("public"), more);
    let ending = Arc::clone(&post);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting the server")?;
    runtime.block_on(async {
        let listener = TcpListener::from_std(listener).context("starting the server")?;
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        say!("listening on http://{address}");
        ready(address);
        let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
        web::serve(listener, router, async move {
            tokio::select! { _ = term.recv() => {}, _ = int.recv() => {}, _ = ended => {} }
            ending.lock().expect("nobody panics at the post").end();
        })
        .await
    })?;
    drop(watch);
    // A push from now on is checked out by git itself; one that came just before is brought in by the last turn.
    drop(lock);
    handle.wake();
    handle.stop();
    let ended = thread.join();
    post.lock().expect("nobody panics at the post").close();
    runtime.shutdown_background();
    drop(settling);
    match ended {
        Ok(_) => Ok(()),
        // Whoever watches over us starts us again; a site without its desk is of no use.
        Err(_) => Err(Failure::Environment(anyhow::anyhow!("the desk ended by a fault of its own"))),
    }
}

/// The sender, and the settings that it was started with: it starts anew when they change.
struct Post {
    outbox: Outbox,
    clock: Clock,
    folder: PathBuf,
    mail: Mail,
    sender: Option<Sender>,
}

impl Post {
    fn open(desk: &Desk) -> anyhow::Result<Self> {
        let (outbox, clock, mail) = (desk.outbox().clone(), desk.clock(), desk.site().mail.clone());
        let folder = desk.repository().site_folder();
        let way = transport(&mail, &folder)?;
        let sender = Some(Sender::start(outbox.clone(), way, move || clock.now()));
        Ok(Self { outbox, clock, folder, mail, sender })
    }

    /// Letters may wait, and the settings may be new. `held`: none may leave now.
    fn look(&mut self, site: &Site, held: bool) {
        if site.mail != self.mail {
            match transport(&site.mail, &self.folder) {
                Ok(way) => {
                    tracing::info!("the mail settings have changed");
                    let clock = self.clock;
                    self.close();
                    self.sender = Some(Sender::start(self.outbox.clone(), way, move || clock.now()));
                    self.mail = site.mail.clone();
                }
                Err(error) => tracing::error!("the mail settings stay as they were: {error:#}"),
            }
        }
        if let Some(sender) = &self.sender {
            sender.hold(held);
            sender.wake();
        }
    }

    /// No letter leaves from now on: those of the last forms wait for the next start.
    fn end(&mut self) {
        if let Some(sender) = &mut self.sender {
            sender.end();
        }
    }

    fn close(&mut self) {
        if let Some(sender) = self.sender.take() {
            sender.stop();
        }
    }
}
