//! The serial loop: events in, one turn of the desk after the other, answers out; and the other threads' hold of it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::Timestamp;

use super::{Desk, Published, Receipt, Refusal, Submission, failure};
use crate::config::Site;
use crate::phrase::Phrase;
use crate::theme::output::Output;

/// Submissions and wake-ups that may wait for the desk.
const QUEUE: usize = 256;
/// Submissions that share one publication.
const BATCH: usize = 64;
/// Without any event the desk looks again after this long: file events can be lost.
const RECONCILE: Duration = Duration::from_secs(30);

/// What the desk reacts to.
pub enum Event {
    /// A form was posted.
    Submit(Box<Submission>, tokio::sync::oneshot::Sender<Result<Receipt, Refusal>>),
    /// A form was posted that may not be filed any more: a repeat gets its answer all the same.
    Recall(Box<Submission>, tokio::sync::oneshot::Sender<Option<Result<Receipt, Refusal>>>),
    /// Something moved on disk: a reference, a file, the theme, the configuration, the address book.
    Woke,
    /// No more events.
    Stop,
}

/// The other threads' hold of the desk.
#[derive(Clone)]
pub struct Handle {
    events: SyncSender<Event>,
    published: Arc<RwLock<Arc<Published>>>,
}

impl Handle {
    /// Hands in a form and waits for its answer.
    ///
    /// # Errors
    /// The refusal; busy when the desk has closed or too many wait.
    pub async fn submit(&self, submission: Submission) -> Result<Receipt, Refusal> {
        self.ask(|reply| Event::Submit(Box::new(submission), reply)).await?
    }

    /// What a form got as its answer when it was posted before; `None`: it was not accepted yet, and is not now.
    pub async fn recall(&self, submission: Submission) -> Option<Result<Receipt, Refusal>> {
        let answer = self.ask(|reply| Event::Recall(Box::new(submission), reply)).await;
        answer.unwrap_or_else(|busy| Some(Err(busy)))
    }

    async fn ask<T>(&self, event: impl FnOnce(tokio::sync::oneshot::Sender<T>) -> Event) -> Result<T, Refusal> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        match self.events.try_send(event(reply)) {
            Ok(()) => answer.await.map_err(|_| Refusal::Busy(Phrase::new("busy-stopping"))),
            Err(TrySendError::Full(_)) => Err(Refusal::Busy(Phrase::new("busy-locked"))),
            Err(TrySendError::Disconnected(_)) => Err(Refusal::Busy(Phrase::new("busy-stopping"))),
        }
    }

    /// Says that something moved on disk. A full queue means that the desk is about to look anyway.
    pub fn wake(&self) {
        let _ = self.events.try_send(Event::Woke);
    }

    /// Closes the desk when it has worked off what waits.
    pub fn stop(&self) {
        let _ = self.events.send(Event::Stop);
    }

    /// What is published now.
    pub fn published(&self) -> Arc<Published> {
        Arc::clone(&self.published.read().expect("nobody panics while publishing"))
    }
}

impl Desk {
    /// Starts the desk's thread. It ends at [`Handle::stop`]; join it to be sure that all is written. `alive` is dropped
    /// when it ends, also by a fault of its own.
    ///
    /// # Errors
    /// The thread can not be started.
    pub fn start(
        self,
        output: Output,
        mailed: impl Fn(&Site, bool) + Send + 'static,
        alive: tokio::sync::oneshot::Sender<()>,
    ) -> Result<(Handle, std::thread::JoinHandle<Self>)> {
        let (events, queue) = sync_channel(QUEUE);
        let published = Arc::new(RwLock::new(Arc::new(self.snapshot())));
        let handle = Handle { events, published: Arc::clone(&published) };
        let line = Line {
            desk: self,
            output,
            published,
            mailed: Box::new(mailed),
            until: None,
            thrown_away: false,
            tried: Instant::now(),
        };
        let thread = std::thread::Builder::new()
            .name("desk".to_owned())
            .spawn(move || {
                let _alive = alive;
                line.run(&queue)
            })
            .context("starting the desk")?;
        Ok((handle, thread))
    }
}

type Mailed = Box<dyn Fn(&Site, bool) + Send>;

/// The serial loop.
struct Line {
    desk: Desk,
    output: Output,
    published: Arc<RwLock<Arc<Published>>>,
    /// Called after each settling: letters may wait. And whether none may leave now.
    mailed: Mailed,
    /// When time alone changes a page.
    until: Option<Timestamp>,
    /// Somebody is at work among the pages.
    thrown_away: bool,
    /// When it was tried last whether the repository can be written.
    tried: Instant,
}

/// What is to be answered once the pages show it.
type Answers = Vec<Box<dyn FnOnce()>>;

impl Line {
    fn run(mut self, queue: &Receiver<Event>) -> Desk {
        loop {
            let first = match queue.recv_timeout(self.patience()) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let began = Instant::now();
            let mut answers = Answers::new();
            let mut stop = false;
            if first.is_none() && self.tried.elapsed() >= RECONCILE && !self.desk.is_gone() {
                self.tried = Instant::now();
                self.desk.try_writing();
            }
            let mut next = first;
            while let Some(event) = next {
                match event {
                    Event::Submit(submission, reply) => {
                        let answer = self.desk.submit(&submission);
                        self.desk.heed(&answer);
                        answers.push(when_shown(reply, answer));
                    }
                    Event::Recall(submission, reply) => {
                        answers.push(when_shown(reply, self.desk.recall(&submission)));
                    }
                    Event::Woke => {}
                    Event::Stop => stop = true,
                }
                next = (answers.len() < BATCH).then(|| queue.try_recv().ok()).flatten();
            }
            self.turn();
            for answer in answers {
                answer();
            }
            tracing::debug!("one turn of the desk: {} ms", began.elapsed().as_millis());
            if stop {
                break;
            }
        }
        self.desk.close();
        self.desk
    }

    /// Settle, publish, show.
    fn turn(&mut self) {
        // Nothing is made anew where the site was.
        let gone = self.desk.is_gone();
        if gone {
            self.desk.say_gone();
            self.until = None;
        } else {
            self.desk.publish_problem = None;
            self.desk.catch_up();
        }
        (self.mailed)(&self.desk.site, gone || self.desk.repository.in_doubt().is_some());
        if !self.desk.is_gone() {
            self.publish();
        }
        *self.published.write().expect("nobody panics while publishing") = Arc::new(self.desk.snapshot());
    }

    fn publish(&mut self) {
        match self.desk.publish(&mut self.output) {
            Ok((until, report)) => (self.until, self.thrown_away) = (Some(until), report.thrown_away),
            Err(error) => {
                tracing::error!("writing the site: {error:#}");
                self.until = None;
                self.desk.publish_problem = Some(failure("problem-publish-failed", &error));
                self.desk.gather_problems();
            }
        }
        *self.published.write().expect("nobody panics while publishing") = Arc::new(self.desk.snapshot());
    }

    fn patience(&self) -> Duration {
        let boundary = self.until.map(|until| until.duration_since(self.desk.clock.now()));
        let boundary =
            boundary.map(|wait| Duration::try_from(wait).unwrap_or(Duration::ZERO) + Duration::from_millis(20));
        // An index that is busy is tried again soon, and so are a disk, the lock of the mark and pages that go while we
        // write them.
        let repository = &self.desk.repository;
        let most = if repository.has_unrecorded() && !repository.index_is_damaged() {
            Duration::from_millis(250)
        } else if self.thrown_away || repository.in_doubt().is_some() || self.desk.locked.mark {
            Duration::from_secs(1)
        } else {
            RECONCILE
        };
        boundary.map_or(most, |boundary| boundary.min(most))
    }
}

fn when_shown<T: 'static>(reply: tokio::sync::oneshot::Sender<T>, answer: T) -> Box<dyn FnOnce()> {
    Box::new(move || {
        // Somebody who hung up finds the ticket on the site; the token makes a repeat harmless.
        let _ = reply.send(answer);
    })
}
