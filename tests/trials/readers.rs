//! Readers go through all pages while the site is written anew and its server is killed: no page is torn, and whatever a
//! page links to is there, over HTTP and in the folder that a static host would serve.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::Order;
use crate::clients::Clients;
use crate::kit::{Request, School};
use crate::oracle;

const CLIENTS: usize = 2;
const READERS: usize = 2;

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let (rebuilds, kills) = (order.size("rebuilds"), order.size("kills"));
    let school = School::new();
    school.leave_letters();
    let clients = Clients::start(CLIENTS, &mut dice);
    let door = Mutex::new(None);
    let (over, read) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| read_on(&door, &over, &read));
        }
        // However this ends, readers go home.
        let _close = Closing(&over);
        for kill in 0..kills {
            clients.open(school.address());
            *door.lock().unwrap() = Some(school.address());
            // Each form that is acknowledged is on the pages by then: at least one writing for every two of them.
            clients.wait_for(1 + 2 * rebuilds / kills);
            std::thread::sleep(Duration::from_millis(dice.between(0, 60)));
            *door.lock().unwrap() = None;
            clients.close();
            school.kill();
            whole(&school.site().join("public"), kill);
            school.serve();
        }
    });
    clients.open(school.address());
    let notes = clients.finish();
    school.settled();
    oracle::nothing_lost(&school, &notes);
    format!(
        "{kills} kills, {} acknowledged, {} pages read: none torn, no link to nothing",
        notes.accepted.len(),
        read.into_inner()
    )
}

struct Closing<'a>(&'a AtomicBool);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Loops over all that can be reached from the first page.
fn read_on(door: &Mutex<Option<SocketAddr>>, over: &AtomicBool, read: &AtomicU64) {
    while !over.load(Ordering::SeqCst) {
        let mut known = BTreeSet::from(["/".to_owned()]);
        let mut todo = vec![("/".to_owned(), "/".to_owned())];
        while let Some((page, from)) = todo.pop() {
            let Some(address) = *door.lock().unwrap() else {
                std::thread::sleep(Duration::from_millis(5));
                break;
            };
            let Some(answer) = Request::new("GET", &page).try_send(address) else {
                break;
            };
            let announced = answer.header("content-length").and_then(|length| length.parse().ok());
            if announced.is_none_or(|length: usize| length != answer.body.len()) {
                // The server was killed while it spoke; a browser sees that too.
                assert!(door.lock().unwrap().is_none_or(|now| now != address), "{page} comes in part");
                break;
            }
            // What has just vanished from its page is no broken link.
            let still_linked = || {
                let answer = Request::new("GET", &from).try_send(address);
                answer.is_some_and(|answer| links(&from, &answer.text()).contains(&page))
            };
            assert!(answer.status == 200 || !still_linked(), "{from} links to {page}: {}", answer.status);
            read.fetch_add(1, Ordering::Relaxed);
            let html = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
            if html && answer.status == 200 {
                assert!(answer.text().trim_end().ends_with("</html>"), "{page} is torn");
                for link in links(&page, &answer.text()) {
                    if known.insert(link.clone()) {
                        todo.push((link, page.clone()));
                    }
                }
            }
        }
    }
}

/// The folder as a kill left it, which a static host may be serving.
fn whole(public: &Path, kill: u64) {
    for entry in walk(public) {
        let path = format!("/{}", entry.strip_prefix(public).unwrap().to_string_lossy());
        let Some(page) = path.strip_suffix("index.html") else {
            continue;
        };
        let html = fs::read_to_string(&entry).unwrap();
        assert!(html.trim_end().ends_with("</html>"), "kill {kill} left {path} torn");
        for link in links(page, &html) {
            let file = public.join(link.trim_start_matches('/'));
            let file = if link.ends_with('/') { file.join("index.html") } else { file };
            assert!(file.is_file() || dynamic(&link), "kill {kill} left {path} with a link to nothing: {link}");
        }
    }
}

/// Pages that only a server has.
fn dynamic(link: &str) -> bool {
    ["/tickets/new/", "/reservations/new/", "/healthz"].contains(&link)
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() { files.extend(walk(&entry.path())) } else { files.push(entry.path()) }
    }
    files
}

/// Where a page's links and assets lead within the site.
fn links(page: &str, html: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for attribute in ["href=\"", "src=\"", "href='", "src='"] {
        for (at, _) in html.match_indices(attribute) {
            let value = &html[at + attribute.len()..];
            let value = &value[..value.find(['"', '\'']).unwrap_or(0)];
            let target = value.split(['#', '?']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains(':') && !target.starts_with("//") {
                found.insert(resolved(page, target));
            }
        }
    }
    found
}

/// A relative address, seen from a page.
fn resolved(page: &str, target: &str) -> String {
    let base = if target.starts_with('/') { "" } else { page.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let folder = target.ends_with('/') || target.ends_with("..") || target.ends_with('.');
    let path = parts.join("/");
    if path.is_empty() { "/".to_owned() } else { format!("/{path}{}", if folder { "/" } else { "" }) }
}
