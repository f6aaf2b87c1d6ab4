//! The one desk of a site: a single thread that owns the repository and takes events in turn. Effects are
//! ordered here and nowhere else: commit, then settle (mails), then publish (pages), then answer.

mod acts;
mod arrivals;
mod book;
mod chronicle;
mod cross_check;
mod errands;
mod inspection;
mod line;
mod lock;
mod office;
mod problems;
mod proposal;
mod rebook;
mod receipts;
mod settle;
mod site_files;
mod submit;
mod survey;
mod verdict;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::address_book::{AddressBook, People};
use crate::clock::Clock;
use crate::config::Site;
use crate::domain::diary::Occurrence;
use crate::domain::draft::Fault;
use crate::domain::free::Offer;
use crate::domain::item::Item;
use crate::domain::office::Office;
use crate::domain::person::{Known, Pseudonym};
use crate::mail::{Address, Outbox, State};
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::repository::{BlobId, CommitError, CommitId, CommitInfo, Repository};
use crate::seal::Seal;
use crate::theme::Theme;
use crate::theme::output::Output;
use crate::theme::plan;
use crate::theme::scene::Scene;

pub use acts::Actor;
pub use chronicle::{ACTOR, TOKEN};
pub use errands::Order;
pub use inspection::Inspection;
pub use line::{Event, Handle};
pub use lock::Lock;
pub use problems::{damaged_letters, index_problem, state_problem};
pub use site_files::{OpenError, read_site};
pub use submit::{Photo, Submission};
pub use verdict::Verdict;

use arrivals::Arrivals;
use chronicle::{Chronicle, FOLDERS};
use receipts::Receipts;
use settle::LastTold;
use site_files::{read_plain, stamp, theme_signature};
use survey::{Reader, Reservations, Survey, Tickets};

/// A submission that is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What it made or spoke to.
    pub item: Item,
    /// The commit that holds it.
    pub commit: String,
    /// An earlier form with the same token got this answer already.
    pub again: bool,
}

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Something that was typed.
    Faults(Vec<Fault>),
    /// A booking that can not be: what was typed, and what is free instead.
    Unfit(Vec<Fault>, Vec<Offer>),
    /// The sender may not submit.
    Forbidden(Vec<Fault>),
    /// There is no such ticket or booking.
    Unknown(Item),
    /// The time is taken: by these; these are free instead.
    Taken(Vec<Occurrence>, Vec<Offer>),
    /// It is done already: by this very link, or by somebody else.
    Done(Item),
    /// The repository can not be written now.
    Busy(Phrase),
}

/// What is published: everything a form needs to be shown, checked and answered.
#[derive(Clone)]
pub struct Published {
    /// The configuration in force.
    pub site: Arc<Site>,
    /// The theme in force.
    pub theme: Arc<Theme>,
    /// Tickets and problems.
    pub office: Arc<Office>,
    /// Where the branch stands.
    pub head: Option<String>,
    /// Recognises our links.
    pub seal: Arc<Seal>,
    /// Names and addresses: for pages behind a signed link, never for a public one.
    pub people: People,
    outbox: Outbox,
}

/// A letter that could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Name and address; the recipient's key where none is known.
    pub to: String,
    /// What it was to say.
    pub subject: String,
    /// What the mail server said.
    pub error: String,
}

impl Published {
    /// Letters that wait: they leave, or fail, without the desk.
    pub fn outbox_pending(&self) -> usize {
        self.outbox.pending().unwrap_or_default()
    }

    /// Letters that nobody will get: for the team's page, never for a public one.
    pub fn undelivered(&self) -> Vec<Undelivered> {
        let entries = self.outbox.list().unwrap_or_default();
        let dead = entries.into_iter().filter(|entry| entry.state == State::Dead);
        dead.map(|entry| Undelivered {
            to: entry.to.map_or(entry.recipient, |to| to.to_string()),
            subject: entry.subject,
            error: entry.last_error.unwrap_or_default(),
        })
        .collect()
    }
}

/// The desk.
pub struct Desk {
    folder: PathBuf,
    clock: Clock,
    repository: Repository,
    site: Arc<Site>,
    site_text: String,
    theme: Arc<Theme>,
    theme_signature: Vec<(PathBuf, Option<std::time::SystemTime>, u64)>,
    book: AddressBook,
    seal: Arc<Seal>,
    outbox: Outbox,
    chronicle: Chronicle,
    arrivals: Arrivals,
    receipts: Receipts,
    last_told: LastTold,
    tickets: Survey<Tickets>,
    reservations: Survey<Reservations>,
    /// What the followed branch holds below the content folders, and where it stood then.
    tip_files: (Option<CommitId>, HashMap<String, BlobId>),
    office: Arc<Office>,
    /// What is wrong besides the tickets' files, by where it comes from.
    site_problems: Vec<Problem>,
    theme_problems: Vec<Problem>,
    settle_problem: Option<Problem>,
    publish_problem: Option<Problem>,
    receipts_problem: Option<Problem>,
    /// Files of the local state that could not be understood when they were read last.
    state_problems: Vec<Problem>,
    /// Why the repository can not be written, as tried last.
    unwritable: Option<Problem>,
    /// The last form could not be committed, and nothing else says why.
    refused: Option<Problem>,
    /// Whether letters may lie between queue and mark: at start, and when the last settling failed.
    half_told: bool,
    locked: Locked,
    /// Whether another process serves this site, and so settles and follows.
    beside_a_serve: bool,
}

impl Desk {
    /// Opens the desk of the site in `folder`.
    ///
    /// # Errors
    /// [`OpenError`]: the configuration is wrong, or the machine or the repository fails.
    pub fn open(folder: &Path, clock: Clock) -> Result<Self, OpenError> {
        let (site, site_text) = read_site(folder)?;
        let repository = Repository::open(folder, &site.branch)?;
        let folder = repository.site_folder();
        let (theme, theme_problems) = match Theme::load(&folder, &site.theme, site.language) {
            Ok(theme) => (theme, Vec::new()),
            Err(problem) => (Theme::builtin(site.language), vec![*problem]),
        };
        let book = AddressBook::open(repository.state_folder())?;
        let seal = Arc::new(Seal::open(repository.state_folder())?);
        let outbox = Outbox::open(&repository.state_folder().join("outbox"), address(&site.mail.from))?;
        let mut chronicle = Chronicle::open(repository.state_folder());
        let arrivals = Arrivals::open(repository.state_folder());
        let receipts = Receipts::open(repository.state_folder())?;
        if receipts.are_damaged() {
            chronicle.forget();
        }
        let last_told = LastTold::open(repository.state_folder());
        let theme_signature = theme_signature(&folder, &site.theme);
        Ok(Self {
            folder,
            clock,
            repository,
            site: Arc::new(site),
            site_text,
            theme: Arc::new(theme),
            theme_signature,
            book,
            seal,
            outbox,
            chronicle,
            arrivals,
            receipts,
            last_told,
            tickets: Survey::default(),
            reservations: Survey::default(),
            tip_files: (None, HashMap::new()),
            office: Arc::default(),
            site_problems: Vec::new(),
            theme_problems,
            settle_problem: None,
            publish_problem: None,
            receipts_problem: None,
            state_problems: Vec::new(),
            unwritable: None,
            refused: None,
            half_told: true,
            locked: Locked::default(),
            beside_a_serve: false,
        })
    }

    /// Says that another process serves this site: it follows pushes and sends mails, we only commit.
    pub fn beside_a_serve(&mut self) {
        self.beside_a_serve = true;
    }

    /// The configuration in force.
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// The theme in force.
    pub fn theme(&self) -> &Arc<Theme> {
        &self.theme
    }

    /// The address book, for reading.
    pub fn people(&self) -> &AddressBook {
        &self.book
    }

    /// The address book, for writing.
    pub fn book(&mut self) -> &mut AddressBook {
        &mut self.book
    }

    /// The keys that sign links.
    pub fn seal(&self) -> &Seal {
        &self.seal
    }

    /// The outbox.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The repository.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The desk's clock.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Tickets and problems, as read last.
    pub fn office(&self) -> &Arc<Office> {
        &self.office
    }

    /// The wall-clock time at the school.
    pub fn wall_clock(&self) -> DateTime {
        self.clock.now().to_zoned_datetime(self.site.timezone.clone()).datetime()
    }

    /// What reading a file depends on, besides its bytes.
    fn reader(&self) -> Reader<'_> {
        Reader { vocabulary: &self.site.vocabulary, now: self.wall_clock() }
    }

    /// Repairs what a sudden end left: locks, index entries; letters between queue and mark are the next settling's.
    ///
    /// # Errors
    /// The repository or the local state can not be read or written.
    pub fn recover(&mut self) -> Result<()> {
        self.repository.remove_dead_locks(Clock::real().now())?;
        self.repository.recover_tree(FOLDERS, is_ours)?;
        // That history is to be read anew is noted before the torn receipts go, which say why.
        let staging = self.repository.staging_folder();
        if let Err(error) = self.chronicle.save(&staging).and_then(|()| self.receipts.prune(&staging)) {
            tracing::warn!("the oldest receipts are not forgotten: {error:#}");
        }
        if let Err(error) = self.last_told.prune(&staging) {
            tracing::warn!("the oldest of what was told last is not forgotten: {error:#}");
        }
        Ok(())
    }

    /// All that follows from what is on disk now: look, settle. Never fails: what goes wrong is a problem that
    /// the site shows, tried again at the next event.
    pub fn catch_up(&mut self) {
        // What went wrong last time is said again only if it goes wrong again.
        self.settle_problem = None;
        if let Err(error) = self.look() {
            tracing::error!("looking at the site: {error:#}");
            self.settle_problem = Some(failure("problem-mail-failed", &error));
        } else if !self.beside_a_serve {
            let settled = self.settle();
            let locked = |error: &anyhow::Error| matches!(error.downcast_ref(), Some(CommitError::Locked));
            self.locked.mark = settled.as_ref().is_err_and(locked);
            if let Err(error) = settled {
                tracing::error!("preparing the mails: {error:#}");
                // A lock is waited for, and named when it stays.
                self.settle_problem = (!self.locked.mark).then(|| failure("problem-mail-failed", &error));
            }
        }
        self.gather_problems();
    }

    /// Writes the site; until when time alone changes nothing.
    ///
    /// # Errors
    /// A page can not be rendered or written.
    pub fn publish(&mut self, output: &mut Output) -> Result<(Timestamp, crate::theme::output::Report)> {
        let folder = self.folder.clone();
        let read = |path: &str| read_plain(&folder, path);
        let stamp = |path: &str| stamp(&folder, path);
        let files = plan::Files { read: &read, stamp: &stamp };
        let book = &self.book;
        let people = |pseudonym: &Pseudonym| book.find(pseudonym);
        let scene = Scene {
            site: &self.site,
            office: &self.office,
            people: &people,
            theme: &self.theme,
            now: self.clock.now(),
        };
        let plan = plan::plan(scene, files);
        let report = output.publish(&plan.pages)?;
        Ok((plan.until, report))
    }

    fn snapshot(&self) -> Published {
        Published {
            site: Arc::clone(&self.site),
            theme: Arc::clone(&self.theme),
            office: Arc::clone(&self.office),
            // The head that was looked at: a push that came since is not on the pages yet.
            head: self.tip_files.0.map(|head| head.to_string()),
            outbox: self.outbox.clone(),
            seal: Arc::clone(&self.seal),
            people: self.book.snapshot(),
        }
    }

    /// Whether the site is no longer where it was opened: what would be written now would make another one there.
    pub fn is_gone(&self) -> bool {
        self.repository.git_folder().join("HEAD").try_exists().is_ok_and(|there| !there)
    }

    /// Says so, to the log and to a monitor.
    fn say_gone(&mut self) {
        tracing::error!("{} is gone: nothing is written or sent", self.repository.git_folder().display());
        let gone = Problem::of_file("", Phrase::new("problem-site-gone")).hint(Phrase::new("hint-site-gone"));
        if !self.office.problems.contains(&gone) {
            Arc::make_mut(&mut self.office).problems.push(gone);
        }
    }

    /// Writes what may be lost without harm.
    pub fn close(&mut self) {
        if self.is_gone() {
            return;
        }
        self.save_chronicle();
        if let Err(error) = self.arrivals.save(&self.repository.staging_folder()) {
            tracing::warn!("the order of bookings is not saved: {error:#}");
        }
    }

    /// Saves what was read of history, but not ahead of its receipts: those are read from it again while they are not on disk.
    fn save_chronicle(&mut self) {
        if !self.receipts.are_written() {
            return;
        }
        if let Err(error) = self.chronicle.save(&self.repository.staging_folder()) {
            tracing::warn!("the cache of the history is not saved: {error:#}");
        }
    }
}

/// What another program held locked when we needed it last.
#[derive(Clone, Copy, Debug, Default)]
struct Locked {
    /// The branch, for a form.
    branch: bool,
    /// The mark, for a settling.
    mark: bool,
}

impl Locked {
    fn any(self) -> bool {
        self.branch || self.mark
    }
}

fn address(contact: &crate::domain::person::Contact) -> Address {
    Address { name: contact.name.clone(), email: contact.email.to_string() }
}

fn failure(key: &'static str, error: &anyhow::Error) -> Problem {
    Problem::of_file("", Phrase::new(key).with("detail", format!("{error:#}")))
}

/// A commit that a Guichet made.
fn is_ours(info: &CommitInfo) -> bool {
    info.trailer(ACTOR).is_some() || info.trailer(chronicle::PUT_BACK).is_some()
}

/// What is known of a pseudonym when there is no address book at hand.
pub fn nobody(_: &Pseudonym) -> Known {
    Known::Unknown
}
