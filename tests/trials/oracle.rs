//! What must be true whatever happened: a fresh clone of the repository, held against what was acknowledged.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::clients::{Act, Notes};
use crate::kit::{School, Tree, path_of};

const LOOKS: u32 = 3;

/// The repository is sound, byte by byte. While somebody writes, fsck meets what points to an object that it has not
/// seen, because that came after it had looked there, and says that it is missing: what really is, is so each time.
pub fn sound(tree: &Tree) {
    let mut always: Option<HashSet<String>> = None;
    for _ in 0..LOOKS {
        let fsck = tree.once(&["fsck", "--full", "--strict", "--no-dangling", "--no-progress"]);
        if fsck.status.success() {
            return;
        }
        let said = String::from_utf8_lossy(&[fsck.stdout, fsck.stderr].concat()).into_owned();
        let said: HashSet<String> = said.lines().map(str::to_owned).collect();
        assert!(!said.is_empty(), "git fsck ended with {}", fsck.status);
        always = Some(match always {
            Some(always) => always.intersection(&said).cloned().collect(),
            None => said,
        });
    }
    let always = always.unwrap_or_default();
    assert!(always.is_empty(), "git fsck, each time: {always:?}");
}

/// Everything that was acknowledged is on the branch once, whole, and nothing is there twice. Says it in figures.
pub fn nothing_lost(school: &School, notes: &Notes) -> String {
    sound(school.tree());
    let folder = tempfile::tempdir().unwrap();
    let clone = Tree::new(folder.path().join("clone"), folder.path().to_owned(), "Oracle", "oracle@college.example");
    clone.clone_from(school.site());
    let commits: HashSet<String> = clone.git(&["rev-list", "HEAD"]).lines().map(str::to_owned).collect();
    let tokens = tokens(&clone);
    for accepted in &notes.accepted {
        let path = match &accepted.act {
            Act::Ticket => path_of(&accepted.id),
            Act::Answer(ticket) => path_of(ticket),
            Act::Booking => booking_path(&accepted.id),
        };
        assert!(clone.has(&path), "lost: {path} is not on the branch, though acknowledged: {accepted:?}");
        let times = clone.read(&path).matches(&accepted.text).count();
        // A ticket's first line is its title too.
        let wanted = if accepted.act == Act::Ticket { 2 } else { 1 };
        assert_eq!(times, wanted, "{path} holds what was acknowledged {times} times: {accepted:?}");
        assert_eq!(tokens.get(&accepted.token).map(Vec::len), Some(1), "commits of {accepted:?}: {tokens:?}");
        assert!(commits.contains(&accepted.commit), "the branch has lost the commit of {accepted:?}");
    }
    for token in &notes.refused {
        assert!(!tokens.contains_key(token), "{token} was refused, and is on the branch");
    }
    if let Some((token, twice)) = tokens.iter().find(|(_, commits)| commits.len() > 1) {
        panic!("the form {token} was committed more than once: {twice:?}");
    }
    numbers_used_once(&clone);
    no_overlap(&clone);
    let count = |is: fn(&Act) -> bool| notes.accepted.iter().filter(|accepted| is(&accepted.act)).count();
    format!(
        "{} acknowledged ({} tickets, {} answers, {} bookings), {} refused; 0 lost, 0 twice",
        notes.accepted.len(),
        count(|act| *act == Act::Ticket),
        count(|act| matches!(act, Act::Answer(_))),
        count(|act| *act == Act::Booking),
        notes.refused.len()
    )
}

/// The file of a booking.
pub fn booking_path(stem: &str) -> String {
    format!("reservations/{}/{}/{stem}.md", &stem[..4], &stem[5..7])
}

/// Each form's token and the commits that carry it.
fn tokens(clone: &Tree) -> HashMap<String, Vec<String>> {
    let log = clone.git(&["log", "--format=%H %(trailers:key=Guichet-Token,valueonly,separator=%x20)"]);
    let mut tokens: HashMap<String, Vec<String>> = HashMap::new();
    for line in log.lines() {
        let mut words = line.split_whitespace();
        if let (Some(commit), Some(token)) = (words.next(), words.next()) {
            tokens.entry(token.to_owned()).or_default().push(commit.to_owned());
        }
    }
    tokens
}

/// No two forms ever made the same ticket, deleted ones included.
fn numbers_used_once(clone: &Tree) {
    let format = "--format=%x00%(trailers:key=Guichet-Token,valueonly,separator=%x20)";
    let log = clone.git(&["log", "--diff-filter=A", "--no-renames", "--name-only", format, "--", "tickets"]);
    let mut makers: HashMap<&str, HashSet<&str>> = HashMap::new();
    for commit in log.split('\0') {
        let (token, paths) = commit.split_once('\n').unwrap_or((commit, ""));
        for path in paths.lines().filter(|path| !path.is_empty() && !token.is_empty()) {
            makers.entry(path).or_default().insert(token);
        }
    }
    for (path, makers) in makers {
        assert_eq!(makers.len(), 1, "{path} was given to several: {makers:?}");
    }
}

/// From, until, and the file that says so.
type Taken = (String, String, String);

/// No two bookings of a room at the same time.
pub fn no_overlap(clone: &Tree) {
    let mut days: BTreeMap<(String, String), Vec<Taken>> = BTreeMap::new();
    for path in clone.git(&["ls-files", "reservations"]).lines() {
        let text = clone.read(path);
        let value = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key}: ")));
            line.unwrap_or_else(|| panic!("{path} has no {key}")).trim_matches('"').to_owned()
        };
        let day = days.entry((value("resource"), value("date"))).or_default();
        day.push((value("start"), value("end"), path.to_owned()));
    }
    for times in days.values_mut() {
        times.sort();
        for two in times.windows(2) {
            assert!(two[0].1 <= two[1].0, "two bookings at the same time: {} and {}", two[0].2, two[1].2);
        }
    }
}
