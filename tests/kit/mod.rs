//! A school to tell stories about: a site in a folder of its own, the real `guichet` serving it, people who post
//! forms, référents who commit and push. When it is dropped, everything must be in order.

mod http;
mod letters;
mod sink;
mod tree;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use http::{Answer, Form, Request, encoded};
pub use letters::Letter;
pub use sink::{Reply, Sink, willing};
pub use tree::Tree;

/// What the clock of every school shows at first.
pub const NOW: &str = "2026-11-23T08:12:00+01:00";
/// The team's shared address.
pub const TEAM: &str = "service.informatique@college.example";
/// Long enough for any machine; nothing waits so long unless something is wrong.
const PATIENCE: Duration = Duration::from_secs(20);

const SITE: &str = r#"[site]
title = "Guichet de Jean-Moulin"
base_url = "http://guichet.college.example"

[team]
name = "Service informatique"
email = "service.informatique@college.example"
[[team.members]]
id = "paul.durand"
name = "Paul Durand"
email = "paul.durand@college.example"
[[team.members]]
id = "amina.benali"
name = "Amina Benali"
email = "amina.benali@college.example"

[mail]
from = "Service informatique <service.informatique@college.example>"
transport = "outbox"

[access]
domains = []

[limits]
posts_per_minute = 0
posts_per_hour_and_address = 0

[[resources]]
id = "salle-b204"
name = "Salle B204"
group = "Salles"
bookable = false
[[resources]]
id = "salle-info-1"
name = "Salle informatique 1"
group = "Salles"
[[resources]]
id = "wifi"
name = "Wifi"
group = "Services"
bookable = false
[[resources]]
id = "valise-netbooks"
name = "Valise de netbooks"
group = "Matériel mobile"
retired = true
"#;

/// Asks again and again until there is an answer.
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(15));
    }
}

/// The program under test: the one built with these tests, or another one that the environment names.
pub fn binary() -> PathBuf {
    std::env::var_os("GUICHET").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_guichet")), PathBuf::from)
}

/// French text with plain blanks, as a story is written: the no-break ones are the typographer's business.
pub fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

/// The file of a ticket.
pub fn path_of(id: &str) -> String {
    let (year, number) = id.split_once('-').expect("a ticket's number has a hyphen");
    format!("tickets/{year}/{}xx/{id}.md", &number[..number.len() - 2])
}

/// The file of a booking.
pub fn path_of_booking(stem: &str) -> String {
    format!("reservations/{}/{}/{stem}.md", &stem[..4], &stem[5..7])
}

/// A ticket as somebody writes it by hand.
pub fn by_hand(title: &str, status: &str) -> String {
    format!("---\ntitle: {title}\nstatus: {status}\nresource: salle-b204\n---\nÉcrit à la main.\n")
}

/// What a command said.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// What it said to a machine.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// It did what it was asked for.
    pub fn done(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.out, self.err);
        self
    }

    /// It says that the content or the request is wrong.
    pub fn wrong(self) -> Self {
        assert_eq!(self.code, 1, "{}\n{}", self.out, self.err);
        self
    }
}

struct Server {
    child: Child,
    /// What it says on standard output, line by line.
    lines: mpsc::Receiver<String>,
    /// Known once it has said that it answers.
    address: Option<SocketAddr>,
    log: PathBuf,
}

impl Server {
    fn ready(&mut self) -> SocketAddr {
        let line = self.lines.recv_timeout(PATIENCE);
        let address = line.as_deref().ok().and_then(|line| line.strip_prefix("listening on http://")?.parse().ok());
        let Some(address) = address else {
            let _ = self.child.kill();
            panic!("the server does not start: {line:?}\n{}", fs::read_to_string(&self.log).unwrap_or_default());
        };
        self.address = Some(address);
        address
    }
}

type Life = Box<dyn FnOnce(&Tree)>;

/// A school before it opens.
pub struct Setup {
    site: String,
    now: String,
    before: Vec<Life>,
    git: bool,
    inside: PathBuf,
}

impl Setup {
    /// The school's folder is made in this one.
    pub fn inside(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.inside);
        self
    }

    /// Another line in site.toml.
    pub fn replace(mut self, old: &str, new: &str) -> Self {
        assert!(self.site.contains(old), "site.toml has no {old}");
        self.site = self.site.replace(old, new);
        self
    }

    /// Letters leave through this server.
    pub fn smtp(self, sink: &Sink) -> Self {
        let way = format!("transport = \"smtp\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = {}", sink.port);
        self.replace("transport = \"outbox\"", &way)
    }

    /// What the clock shows.
    pub fn at(mut self, now: &str) -> Self {
        now.clone_into(&mut self.now);
        self
    }

    /// A repository that has a life already before Guichet comes.
    pub fn before(mut self, live: impl FnOnce(&Tree) + 'static) -> Self {
        self.before.push(Box::new(live));
        self
    }

    /// The site is written, but nothing is committed: the branch is not born yet.
    pub fn without_a_commit(mut self) -> Self {
        self.git = false;
        self
    }

    /// The site is there; nobody serves it.
    pub fn open(self) -> School {
        let folder = tempfile::Builder::new().prefix("guichet-story-").tempdir_in(&self.inside).unwrap();
        let home = folder.path().join("home");
        let site = folder.path().join("site");
        fs::create_dir_all(&home).unwrap();
        let tree = Tree::new(site.clone(), home.clone(), "Paul Durand", "paul.durand@college.example");
        let school = School {
            folder,
            tree,
            now: RefCell::new(self.now),
            server: RefCell::default(),
            read: RefCell::default(),
            expects_problems: Cell::new(false),
            leaves_work: Cell::new(false),
            leaves_letters: Cell::new(false),
        };
        if !self.before.is_empty() || !self.git {
            fs::create_dir_all(&site).unwrap();
            school.tree.git(&["init", "--quiet", "--initial-branch=main"]);
        }
        for live in self.before {
            live(&school.tree);
        }
        if self.git {
            school.command(&["init", site.to_str().unwrap()]).done();
            school.tree.save("site.toml", &self.site);
            school.tree.git(&["add", "site.toml"]);
            school.tree.git(&["commit", "--quiet", "--message", "Réglages"]);
        } else {
            school.tree.save("site.toml", &self.site);
            school.tree.save(".gitignore", "/public/\n/site.toml\n/.gitignore\n");
        }
        school
    }

    /// The site is there and served.
    pub fn serve(self) -> School {
        let school = self.open();
        school.serve();
        school
    }
}

/// A school, its site and whoever serves it.
pub struct School {
    folder: TempDir,
    tree: Tree,
    now: RefCell<String>,
    server: RefCell<Option<Server>>,
    /// Letters that a story has looked at.
    read: RefCell<HashSet<String>>,
    expects_problems: Cell<bool>,
    leaves_work: Cell<bool>,
    leaves_letters: Cell<bool>,
}

impl School {
    /// A school with a served site.
    pub fn new() -> Self {
        Self::prepare().serve()
    }

    /// A school that is about to open.
    pub fn prepare() -> Setup {
        Setup {
            site: SITE.to_owned(),
            now: NOW.to_owned(),
            before: Vec::new(),
            git: true,
            inside: std::env::temp_dir(),
        }
    }

    /// The story ends with problems on the page that lists them.
    pub fn expect_problems(&self) {
        self.expects_problems.set(true);
    }

    /// The story ends with unfinished work in the server's working tree.
    pub fn leave_work(&self) {
        self.leaves_work.set(true);
    }

    /// The story does not look at every letter.
    pub fn leave_letters(&self) {
        self.leaves_letters.set(true);
    }

    /// The server's own working tree, where Paul Durand sits.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The folder of the site.
    pub fn site(&self) -> &Path {
        self.tree.dir()
    }

    /// A folder beside the site.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of the local state.
    pub fn state(&self, name: &str) -> PathBuf {
        self.site().join(".git/guichet").join(name)
    }

    /// Somebody's clone.
    pub fn clone_of(&self, name: &str, email: &str) -> Tree {
        let dir = self.folder.path().join(format!("clone-{email}"));
        let tree = Tree::new(dir, self.folder.path().join("home"), name, email);
        tree.clone_from(self.site());
        tree
    }

    /// Amina's clone.
    pub fn amina(&self) -> Tree {
        self.clone_of("Amina Benali", "amina.benali@college.example")
    }

    fn program(&self) -> Command {
        let mut command = Command::new(binary());
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path().join("home"))
            .env("LANG", "fr_FR.UTF-8")
            .env("NO_COLOR", "1")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs `guichet` with these words.
    pub fn command(&self, words: &[&str]) -> Run {
        self.command_to(words, Stdio::piped())
    }

    /// The same, with its standard output elsewhere.
    pub fn command_to(&self, words: &[&str], out: impl Into<Stdio>) -> Run {
        let mut program = self.program();
        program.args(["--now", &self.now()]).args(words).stdout(out).stderr(Stdio::piped());
        let output = program.spawn().unwrap().wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap_or(-1),
            out: plain(&String::from_utf8(output.stdout).unwrap()),
            err: plain(&String::from_utf8(output.stderr).unwrap()),
        }
    }

    /// Runs `guichet` on this site.
    pub fn guichet(&self, words: &[&str]) -> Run {
        let mut all = vec!["--site", self.site().to_str().unwrap()];
        all.extend(words);
        self.command(&all)
    }

    /// What the clock of the next process shows at first.
    pub fn now(&self) -> String {
        self.now.borrow().clone()
    }

    /// The clock of processes that start from now on.
    pub fn set_clock(&self, now: &str) {
        now.clone_into(&mut self.now.borrow_mut());
    }

    /// Starts a server and waits until it answers.
    pub fn serve(&self) {
        self.launch();
        self.ready();
    }

    /// Starts a server.
    pub fn launch(&self) {
        assert!(self.server.borrow().is_none(), "the site is served already");
        *self.server.borrow_mut() = Some(self.start(self.site()));
    }

    /// The same when the clock shows another time.
    pub fn serve_at(&self, now: &str) {
        self.set_clock(now);
        self.serve();
    }

    /// Waits until the server that was launched answers; where.
    pub fn ready(&self) -> SocketAddr {
        self.server.borrow_mut().as_mut().expect("the site is served").ready()
    }

    /// Serves another site until all that had to be settled there is settled.
    pub fn serve_once(&self, site: &Path) {
        let mut server = self.start(site);
        server.ready();
        signal("-TERM", server.child.id());
        let status = eventually("the server ends", || server.child.try_wait().unwrap());
        assert_eq!(status.code(), Some(0), "{}", self.log());
    }

    fn start(&self, site: &Path) -> Server {
        let log = self.folder.path().join("serve.log");
        let written = fs::File::options().create(true).append(true).open(&log).unwrap();
        let mut child = self
            .program()
            .args(["--now", &self.now(), "--site", site.to_str().unwrap(), "serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(written)
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Server { child, lines, address: None, log }
    }

    /// Stops the server as systemd does; it must end in order.
    pub fn stop(&self) {
        self.end_by("-TERM");
    }

    /// Ends the server by a signal; it must end in order.
    pub fn end_by(&self, which: &str) {
        let mut server = self.server.borrow_mut().take().expect("the site is served");
        signal(which, server.child.id());
        let status = eventually("the server ends", || server.child.try_wait().unwrap());
        assert_eq!(status.code(), Some(0), "{}", fs::read_to_string(&server.log).unwrap_or_default());
    }

    /// Whether the server is no more.
    pub fn has_ended(&self) -> bool {
        self.server.borrow_mut().as_mut().expect("the site is served").child.try_wait().unwrap().is_some()
    }

    /// The machine kills the server.
    pub fn kill(&self) {
        let mut server = self.server.borrow_mut().take().expect("the site is served");
        server.child.kill().unwrap();
        server.child.wait().unwrap();
    }

    /// Stops and starts again.
    pub fn restart(&self) {
        self.stop();
        self.serve();
    }

    /// The server's process.
    pub fn pid(&self) -> u32 {
        self.server.borrow().as_ref().expect("the site is served").child.id()
    }

    /// Where the server answers.
    pub fn address(&self) -> SocketAddr {
        self.server.borrow().as_ref().and_then(|server| server.address).expect("the site is served")
    }

    /// What the servers of this school have written down.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("serve.log")).unwrap_or_default()
    }

    /// Asks for an address.
    pub fn get(&self, path: &str) -> Answer {
        Request::new("GET", path).send(self.address())
    }

    /// A page that is there.
    pub fn page(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    /// What a reader sees of a page that is there.
    pub fn shown(&self, path: &str) -> String {
        http::text_of(&self.page(path))
    }

    /// Waits until a reader sees this on a page.
    pub fn shows(&self, path: &str, what: &str) {
        eventually(&format!("{path} shows « {what} »"), || {
            let answer = self.get(path);
            (answer.status == 200 && http::text_of(&answer.text()).contains(what)).then_some(())
        });
    }

    /// Waits until a reader does not see this any more.
    pub fn hides(&self, path: &str, what: &str) {
        eventually(&format!("{path} does not show « {what} »"), || {
            (!http::text_of(&self.get(path).text()).contains(what)).then_some(())
        });
    }

    /// The form of a new incident, filled in by Sophie Martin.
    pub fn declare(&self, description: &str) -> Form {
        Form::new(self.address(), "/tickets")
            .set("resource", "salle-b204")
            .set("description", description)
            .set("name", "Sophie Martin")
            .set("email", "sophie.martin@college.example")
    }

    /// A form about a ticket: `answers` or `watchers`, filled in by Luc Petit.
    pub fn speak(&self, id: &str, what: &str) -> Form {
        Form::new(self.address(), &format!("/tickets/{id}/{what}"))
            .set("name", "Luc Petit")
            .set("email", "luc.petit@college.example")
    }

    /// What a monitor is told.
    pub fn health(&self) -> serde_json::Value {
        serde_json::from_str(&self.page("/healthz")).unwrap()
    }

    /// How many problems a monitor is told of.
    pub fn problems(&self) -> u64 {
        self.health()["problems"].as_u64().unwrap()
    }

    /// Waits until the server has taken in where the branch stands.
    pub fn settled(&self) {
        // The server itself may move the branch on, when it puts back what was dropped.
        eventually("the server has seen the branch's head", || {
            (self.health()["head"] == self.tree.head().as_str()).then_some(())
        });
    }

    /// The letters of the outbox that this story has not read yet, oldest first; reads them.
    pub fn letters(&self) -> Vec<Letter> {
        if self.server.borrow().is_some() && !self.tree.head().is_empty() {
            self.settled();
        }
        self.unread()
    }

    fn unread(&self) -> Vec<Letter> {
        let all = Letter::all(&self.state("outbox/queue"));
        let mut read = self.read.borrow_mut();
        all.into_iter().filter(|letter| read.insert(letter.file.clone())).collect()
    }

    /// Reads letters that are of no interest.
    pub fn skip_letters(&self) {
        self.letters();
    }

    /// A form is posted and accepted; its letters are read. The number.
    pub fn declared(&self, description: &str) -> String {
        let id = self.declare(description).post().accepted();
        assert_eq!(self.letters().len(), 2, "one letter to Sophie, one to the team");
        id
    }

    /// Nothing was written: the branch, the files and the outbox are what they were before `act`.
    pub fn unchanged<T>(&self, act: impl FnOnce() -> T) -> T {
        let picture = || {
            let letters: Vec<String> = ["queue", "held", "dead", "staged"]
                .iter()
                .flat_map(|name| letters::names(&self.state("outbox").join(name)))
                .collect();
            let people = fs::read_to_string(self.state("people.toml")).unwrap_or_default();
            (self.tree.head(), self.tree.git(&["status", "--porcelain", "--untracked-files=all"]), letters, people)
        };
        let before = picture();
        let result = act();
        let after = picture();
        assert_eq!(before, after, "something was written");
        result
    }

    fn everything_in_order(&self) {
        if self.server.borrow().is_some() {
            if !self.expects_problems.get() {
                // What ended a moment ago is no problem any more when the server has looked again.
                let start = Instant::now();
                while self.problems() > 0 {
                    let problems = self.shown("/problems/");
                    assert!(start.elapsed() < PATIENCE, "problems nobody asked for: {problems}");
                    std::thread::sleep(Duration::from_millis(15));
                }
            }
            self.stop();
        }
        let name = self.folder.path().to_str().unwrap().to_owned();
        let left: Vec<_> = fs::read_dir("/proc")
            .unwrap()
            .flatten()
            .filter_map(|entry| fs::read(entry.path().join("cmdline")).ok())
            .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
            .filter(|line| line.contains(&name))
            .collect();
        assert!(left.is_empty(), "processes left: {left:?}");
        let fsck = self.tree.try_git(&["fsck", "--full", "--strict", "--no-dangling"]);
        assert!(fsck.status.success(), "{}", String::from_utf8_lossy(&fsck.stderr));
        if !self.leaves_work.get() {
            assert_eq!(self.tree.git(&["status", "--porcelain"]), "", "the working tree is not clean");
        }
        if !self.leaves_letters.get() {
            let unread: Vec<String> =
                self.unread().iter().map(|letter| format!("{} {}", letter.to, letter.subject)).collect();
            assert!(unread.is_empty(), "letters that nobody expected: {unread:#?}");
        }
        assert!(!self.log().contains("panicked"), "{}", self.log());
    }
}

impl Drop for School {
    fn drop(&mut self) {
        if std::thread::panicking() {
            if let Some(mut server) = self.server.borrow_mut().take() {
                let _ = server.child.kill();
                let _ = server.child.wait();
            }
            eprintln!("--- the server's log ---\n{}", self.log());
        } else {
            self.everything_in_order();
        }
    }
}

/// Sends a signal to a process.
pub fn signal(which: &str, process: u32) {
    assert!(Command::new("kill").args([which, &process.to_string()]).status().unwrap().success());
}
