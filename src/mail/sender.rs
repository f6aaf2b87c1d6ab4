//! The thread that sends what is due, letter by letter. It must not know what letters tell, and
//! keeps nothing: the outbox's files are its only memory.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::entry::Entry;
use super::outbox::Outbox;
use super::transport::{SendError, Smtp, Transport};

/// How often the outbox is looked at without being told: what another process did there
/// (`guichet mail retry`) takes effect within this time.
const POLL: Duration = Duration::from_secs(5);

/// How long a stop waits for a conversation under way: a serve ends within five seconds, with all that it has to do.
const PATIENCE: Duration = Duration::from_secs(4);

/// The running sender. Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Sender {
    shared: Arc<Shared>,
    /// Closed when the thread ends.
    ended: mpsc::Receiver<()>,
    /// Since when it is to end.
    ending: Option<Instant>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<Signals>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Signals {
    woken: bool,
    held: bool,
    stopped: bool,
    last_error: Option<String>,
}

impl Sender {
    /// Starts sending. With [`Transport::Outbox`] letters stay where they are. A new start asks a server
    /// that could not be reached at once: someone may have mended it.
    ///
    /// # Panics
    /// When the system has no thread left, at start.
    #[must_use]
    pub fn start(outbox: Outbox, transport: Transport, now: impl Fn() -> Timestamp + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let (guard, ended) = mpsc::channel();
        thread::Builder::new()
            .name("mail".to_owned())
            .spawn({
                let shared = Arc::clone(&shared);
                move || {
                    let _guard = guard; // dropped at the end, also by a panic
                    if let Transport::Smtp(smtp) = transport {
                        Round { outbox, smtp: *smtp, now, shared }.run();
                    }
                }
            })
            .expect("a thread can be started");
        Self { shared, ended, ending: None }
    }

    /// Letters were released: look at once.
    pub fn wake(&self) {
        self.shared.signal(|signals| signals.woken = true);
    }

    /// Lets no letter leave until told otherwise: what is done with could not be noted.
    pub fn hold(&self, held: bool) {
        self.shared.signal(|signals| signals.held = held);
    }

    /// What went wrong last; `None` since a letter has left.
    #[must_use]
    pub fn last_error(&self) -> Option<String> {
        self.shared.lock().last_error.clone()
    }

    /// No letter leaves after the one under way; what else has to end may end meanwhile.
    pub fn end(&mut self) {
        self.ending.get_or_insert_with(Instant::now);
        self.shared.signal(|signals| signals.stopped = true);
    }

    /// Stops after the letter under way, or leaves it four seconds after it was to end: it then counts as not
    /// sent, and the server may get it a second time under the same Message-ID.
    pub fn stop(mut self) {
        self.end();
        let waited = self.ending.map(|since| since.elapsed()).unwrap_or_default();
        if self.ended.recv_timeout(PATIENCE.saturating_sub(waited)) == Err(RecvTimeoutError::Timeout) {
            tracing::warn!("the mail server does not answer: a letter under way was left");
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.shared.signal(|signals| signals.stopped = true);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Signals> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn signal(&self, change: impl FnOnce(&mut Signals)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}

/// What the thread holds.
struct Round<N> {
    outbox: Outbox,
    smtp: Smtp,
    now: N,
    shared: Arc<Shared>,
}

impl<N: Fn() -> Timestamp> Round<N> {
    fn run(&self) {
        self.check(self.outbox.ask_again());
        while !self.shared.lock().stopped {
            let held = self.shared.lock().held;
            let progress = match self.outbox.due((self.now)()) {
                Ok(Some(entry)) if !held => self.deliver(&entry),
                Ok(_) => false,
                Err(error) => self.check(Err(error)),
            };
            if !progress {
                self.smtp.hang_up();
                self.rest();
            }
        }
        self.smtp.hang_up();
    }

    /// Tries one letter and notes what became of it; `false` when it is better to rest now.
    fn deliver(&self, entry: &Entry) -> bool {
        let (Some(to), Ok(message)) = (&entry.to, self.outbox.read(&entry.name)) else {
            return false; // dropped or forgotten meanwhile; or the disk, which the next round tells
        };
        let outcome = self.smtp.send(&to.email, &message);
        let now = (self.now)();
        if let Err(error) = &outcome {
            tracing::warn!(letter = entry.name, %error, "a letter has not left");
            self.shared.lock().last_error = Some(error.to_string());
        }
        let noted = match &outcome {
            Err(SendError::Unreachable(error)) => self.outbox.pause(now, error),
            Err(SendError::Later(error)) => self.outbox.resume().and_then(|()| self.outbox.deferred(entry, now, error)),
            Err(SendError::Never(error)) => self.outbox.resume().and_then(|()| self.outbox.refused(entry, now, error)),
            Ok(()) => {
                self.shared.lock().last_error = None;
                self.outbox.resume().and(self.outbox.sent(entry))
            }
        };
        self.check(noted)
    }

    /// The disk refused: said once, here; the letters are still there, and so is the next round.
    fn check(&self, done: anyhow::Result<()>) -> bool {
        let Err(error) = done else { return true };
        tracing::error!("outbox: {error:#}");
        self.shared.lock().last_error = Some(format!("{error:#}"));
        false
    }

    fn rest(&self) {
        let idle = |signals: &mut Signals| !signals.woken && !signals.stopped;
        let (mut signals, _) = self
            .shared
            .changed
            .wait_timeout_while(self.shared.lock(), POLL, idle)
            .unwrap_or_else(PoisonError::into_inner);
        signals.woken = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::address::Address;
    use crate::mail::entry::State;
    use crate::mail::letter::tests::letter;
    use crate::mail::sink::{Answer, Sink, eventually, willing};
    use crate::mail::transport::{SmtpSettings, Tls};
    use std::sync::atomic::{AtomicBool, Ordering};

    fn now() -> Timestamp {
        "2026-11-23T08:00:00Z".parse().unwrap()
    }

    fn smtp(port: u16) -> Transport {
        let settings = SmtpSettings {
            host: "127.0.0.1".into(),
            port,
            tls: Tls::None,
            helo: Some("guichet.example".into()),
            ca_file: None,
            username: None,
            password: None,
            envelope_from: "si@college.example".into(),
        };
        Transport::Smtp(Box::new(Smtp::new(settings).unwrap()))
    }

    fn outbox(dir: &std::path::Path, letters: &[(&str, &str, &str)]) -> Outbox {
        let outbox = Outbox::open(dir, Address::parse("si@college.example").unwrap()).unwrap();
        let letters: Vec<_> = letters.iter().map(|(item, recipient, what)| letter(item, recipient, what)).collect();
        outbox.stage("1", &letters).unwrap();
        outbox.release("1").unwrap();
        outbox
    }

    #[test]
    fn one_refused_one_deferred_and_all_others_leave_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let sink = Sink::start(|line| match line {
            "RCPT TO:<p-gone@example.org>" => Answer::Say("550 5.1.1 unknown"),
            "RCPT TO:<p-grey@example.org>" => Answer::Say("451 4.7.1 greylisted"),
            line => willing(line),
        });
        let outbox = outbox(
            dir.path(),
            &[
                ("1", "p-gone", "a"),
                ("1", "p-grey", "a"),
                ("1", "p-1", "a"),
                ("1", "p-gone", "b"),
                ("1", "p-grey", "b"),
                ("1", "p-1", "b"),
                ("2", "p-2", "a"),
            ],
        );
        let sender = Sender::start(outbox.clone(), smtp(sink.port), now);
        let taken = sink.wait_for(3);
        assert_eq!(
            taken.iter().map(|taken| taken.to.as_str()).collect::<Vec<_>>(),
            ["p-1@example.org", "p-1@example.org", "p-2@example.org"]
        );
        let list = eventually(|| outbox.list().ok().filter(|list| list.len() == 4));
        let states: Vec<_> = list.iter().map(|entry| (entry.recipient.as_str(), entry.state, entry.attempts)).collect();
        assert_eq!(
            states,
            [
                ("p-gone", State::Dead, 1),
                ("p-grey", State::Waiting, 1),
                ("p-gone", State::Dead, 1),
                ("p-grey", State::Waiting, 0)
            ]
        );
        assert!(list[1].last_error.as_ref().unwrap().contains("greylisted"));
        assert_eq!(list[1].next_due, Some("2026-11-23T08:05:00Z".parse().unwrap()));
        assert_eq!(sender.last_error(), None, "the last letter left");
        sender.stop();
    }

    #[test]
    fn a_server_that_is_down_is_asked_once_and_a_retry_by_hand_takes_effect() {
        let dir = tempfile::tempdir().unwrap();
        let letters: Vec<_> = (0..40).map(|n| format!("p-{n}")).collect();
        let letters: Vec<_> = letters.iter().map(|recipient| ("1", recipient.as_str(), "a")).collect();
        let up = Arc::new(AtomicBool::new(false));
        let asked = Arc::new(Mutex::new(0));
        let sink = Sink::start({
            let (up, asked) = (Arc::clone(&up), Arc::clone(&asked));
            move |line| {
                *asked.lock().unwrap() += usize::from(line.is_empty());
                if up.load(Ordering::Relaxed) { willing(line) } else { Answer::Cut }
            }
        });
        let outbox = outbox(dir.path(), &letters);
        let sender = Sender::start(outbox.clone(), smtp(sink.port), now);
        let error = eventually(|| sender.last_error());
        let entry = eventually(|| outbox.list().unwrap().pop().filter(|entry| entry.last_error.is_some()));
        assert_eq!(
            (entry.last_error, entry.attempts, entry.next_due),
            (Some(error), 0, Some("2026-11-23T08:00:30Z".parse().unwrap()))
        );
        sender.wake();
        up.store(true, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(100));
        assert_eq!(*asked.lock().unwrap(), 1);

        let elsewhere = Outbox::open(dir.path(), Address::parse("si@college.example").unwrap()).unwrap();
        elsewhere.retry(None).unwrap();
        assert_eq!(sink.wait_for(40).len(), 40);
        assert_eq!(eventually(|| outbox.list().ok().filter(Vec::is_empty)), []);
        sender.stop();
    }

    #[test]
    fn a_cut_after_the_message_repeats_it_under_the_same_id() {
        let dir = tempfile::tempdir().unwrap();
        let cut = AtomicBool::new(true);
        let sink = Sink::start(move |line| match line {
            "." if cut.swap(false, Ordering::Relaxed) => Answer::Cut,
            line => willing(line),
        });
        let outbox = outbox(dir.path(), &[("1", "p-1", "a")]);
        let message = outbox.read(&outbox.list().unwrap()[0].name).unwrap();
        let sender = Sender::start(outbox.clone(), smtp(sink.port), now);
        eventually(|| (outbox.list().unwrap()[0].attempts == 1).then_some(()));
        outbox.retry(None).unwrap();
        sender.wake();
        assert_eq!(sink.wait_for(1)[0].data, message);
        sender.stop();
    }

    #[test]
    fn a_stop_does_not_wait_for_a_server_that_hangs() {
        let dir = tempfile::tempdir().unwrap();
        let sink = Sink::start(|line| if line.starts_with("RCPT") { Answer::Hang } else { willing(line) });
        let mut sender = Sender::start(outbox(dir.path(), &[("1", "p-1", "a")]), smtp(sink.port), now);
        thread::sleep(Duration::from_millis(200));
        let start = Instant::now();
        sender.end();
        // What else a serve ends takes its time.
        thread::sleep(PATIENCE);
        sender.stop();
        assert!(start.elapsed() < PATIENCE + Duration::from_secs(1));
    }

    #[test]
    fn while_held_nothing_leaves() {
        let dir = tempfile::tempdir().unwrap();
        let sink = Sink::start(willing);
        let outbox = outbox(dir.path(), &[]);
        let sender = Sender::start(outbox.clone(), smtp(sink.port), now);
        sender.hold(true);
        outbox.stage("2", &[letter("1", "p-1", "a")]).unwrap();
        outbox.release("2").unwrap();
        sender.wake();
        thread::sleep(Duration::from_millis(200));
        assert_eq!((sink.taken().len(), outbox.pending().unwrap()), (0, 1));
        sender.hold(false);
        sender.wake();
        sink.wait_for(1);
        sender.stop();
    }

    #[test]
    fn without_a_server_letters_stay_as_files() {
        let dir = tempfile::tempdir().unwrap();
        let outbox = outbox(dir.path(), &[("1", "p-1", "a")]);
        let sender = Sender::start(outbox.clone(), Transport::Outbox, now);
        sender.wake();
        sender.stop();
        assert_eq!(outbox.list().unwrap()[0].state, State::Waiting);
        assert!(!dir.path().join("told").exists());
    }
}
