//! Says when something moved on disk; what, the desk finds out by looking. The only file that names notify.
//! An event is a wake-up and nothing more, so lost, doubled or reordered events do no harm.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use notify::event::{AccessKind, AccessMode, ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// A burst is over when nothing moved for this long…
const QUIET: Duration = Duration::from_millis(40);
/// …but the desk never waits longer than this.
const STARVATION: Duration = Duration::from_millis(400);
/// How often to look where the system can not tell us (too many watches, a network file system).
const POLL: Duration = Duration::from_secs(2);

/// What comes and goes without saying anything about the site.
const PASSING: [&str; 8] = ["tmp", "locks", "pushed", "cache", "outbox", "seen", "receipts", "target"];
/// What we write ourselves, and people may throw away.
const PAGES: &str = "public";

/// What people work in. Such a folder may come, go and be made anew at any time.
const CONTENT: [&str; 3] = ["tickets", "reservations", "themes"];

/// Where git and we keep what matters: in a linked worktree not all in one folder.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// HEAD and the index.
    pub folder: &'a Path,
    /// The branches.
    pub branches: &'a Path,
    /// Our local state.
    pub state: &'a Path,
}

/// Watches a site until it is dropped.
pub struct Watch(Arc<Mutex<Option<Folders>>>);

impl Drop for Watch {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// What is watched: a folder that was made anew under an old name is another one, which nobody watches yet.
struct Folders {
    watcher: RecommendedWatcher,
    content: HashMap<PathBuf, (RecursiveMode, Option<u64>)>,
}

impl Folders {
    /// Watches the folders of content that were not there when we looked last.
    fn follow(&mut self) {
        for (folder, (mode, known)) in &mut self.content {
            let present = std::fs::metadata(folder).ok().filter(std::fs::Metadata::is_dir).map(|found| found.ino());
            if present == *known {
                continue;
            }
            if known.is_some() {
                let _ = self.watcher.unwatch(folder);
            }
            let watched = present.is_some() && self.watcher.watch(folder, *mode).is_ok();
            *known = present.filter(|_| watched);
        }
    }
}

impl Watch {
    /// Calls `wake` after each burst of changes: in the site's content, theme and configuration, in the folder of git's
    /// that holds HEAD and the index, in that of its branches and in the local state.
    ///
    /// # Errors
    /// The thread can not be started. A system that can not tell of changes is asked every two seconds.
    pub fn start(site: &Path, git: Places<'_>, wake: impl Fn() + Send + 'static) -> Result<Self> {
        let (sender, events) = channel();
        let pages = site.join(PAGES);
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.map_or(true, |event| matters(&event, &pages)) {
                let _ = sender.send(());
            }
        });
        let folders = watcher.and_then(|mut watcher| {
            for (path, mode) in places(site, git) {
                watcher.watch(&path, mode)?;
            }
            let mut content: HashMap<_, _> =
                CONTENT.map(|name| (site.join(name), (RecursiveMode::Recursive, None))).into();
            content.insert(site.join(PAGES), (RecursiveMode::NonRecursive, None));
            let mut folders = Folders { watcher, content };
            folders.follow();
            Ok(folders)
        });
        let (folders, events) = match folders {
            Ok(folders) => (Some(folders), Some(events)),
            Err(error) => {
                tracing::warn!("the system can not tell of changes ({error}): looking every {} s", POLL.as_secs());
                (None, None)
            }
        };
        let watch = Self(Arc::new(Mutex::new(folders)));
        let shared = Arc::clone(&watch.0);
        let moved = move || {
            if let Some(folders) = shared.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                folders.follow();
            }
            wake();
        };
        std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || match events {
                Some(events) => debounce(&events, &moved),
                None => loop {
                    std::thread::sleep(POLL);
                    moved();
                },
            })
            .context("starting the watcher")?;
        Ok(watch)
    }
}

/// How many folders a watch of this site needs, and how many the system lets one account watch.
pub fn demand(site: &Path, git: Places<'_>) -> (usize, Option<usize>) {
    let below = |path: &Path| {
        walkdir::WalkDir::new(path).into_iter().flatten().filter(|entry| entry.file_type().is_dir()).count()
    };
    let content = CONTENT.map(|name| (site.join(name), RecursiveMode::Recursive));
    let needed = places(site, git)
        .iter()
        .chain(&content)
        .map(|(path, mode)| if *mode == RecursiveMode::Recursive { below(path) } else { 1 })
        .sum();
    // A namespace may allow less than the system.
    let limits = ["/proc/sys/fs/inotify/max_user_watches", "/proc/sys/user/max_inotify_watches"];
    let read = |path: &&str| std::fs::read_to_string(path).ok()?.trim().parse().ok();
    (needed, limits.iter().filter_map(read).min())
}

/// What matters beside the content, and nothing else: objects move all the time.
fn places(site: &Path, git: Places<'_>) -> [(PathBuf, RecursiveMode); 5] {
    [
        (site.to_owned(), RecursiveMode::NonRecursive),
        (git.folder.to_owned(), RecursiveMode::NonRecursive),
        (git.branches.to_owned(), RecursiveMode::Recursive),
        (git.state.to_owned(), RecursiveMode::NonRecursive),
        // A letter that was refused for good is a problem that the site shows.
        (git.state.join("outbox").join("dead"), RecursiveMode::NonRecursive),
    ]
}

/// Our own reads do not wake us; locks and staging files of git and of ourselves do not either.
fn matters(event: &Event, pages: &Path) -> bool {
    // Of the pages it matters that somebody took some away: what comes is what we write ourselves.
    let moved = matches!(event.kind, EventKind::Modify(ModifyKind::Name(_)));
    let went = matches!(event.kind, EventKind::Modify(ModifyKind::Name(RenameMode::From)));
    let (gone, came) = (event.kind.is_remove(), event.kind.is_create());
    let read = matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write));
    let said = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path == pages {
            return gone || came || moved;
        }
        if path.parent() == Some(pages) {
            return (gone || went) && !name.starts_with('.');
        }
        let lock = path.extension().is_some_and(|extension| extension == "lock");
        !lock && !PASSING.contains(&name)
    };
    event.need_rescan() || (!read && (event.paths.is_empty() || event.paths.iter().any(said)))
}

fn debounce(events: &Receiver<()>, wake: &impl Fn()) {
    while events.recv().is_ok() {
        let began = Instant::now();
        loop {
            match events.recv_timeout(QUIET) {
                Ok(()) if began.elapsed() < STARVATION => {}
                Err(RecvTimeoutError::Disconnected) => return,
                _ => break,
            }
        }
        wake();
    }
}
