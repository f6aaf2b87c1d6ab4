//! A working tree and who sits in front of it; git is the real one, without the machine's configuration.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

use super::eventually;

/// 23 November 2026, 9 o'clock in Paris; each commit of a test run is made a second later than the one before.
static CLOCK: AtomicI64 = AtomicI64::new(1_795_420_800);

pub struct Tree {
    dir: PathBuf,
    home: PathBuf,
    name: String,
    email: String,
}

impl Tree {
    pub fn new(dir: PathBuf, home: PathBuf, name: &str, email: &str) -> Self {
        Self { dir, home, name: name.to_owned(), email: email.to_owned() }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn clone_from(&self, origin: &Path) {
        let (from, to) = (origin.to_str().unwrap(), self.dir.to_str().unwrap());
        let output = self.run(&self.home, &["clone", "--quiet", from, to], &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn run(&self, folder: &Path, words: &[&str], more: &[(&str, &str)]) -> Output {
        self.run_under(&[], folder, words, more)
    }

    fn run_under(&self, before: &[String], folder: &Path, words: &[&str], more: &[(&str, &str)]) -> Output {
        let date = format!("@{} +0100", CLOCK.fetch_add(1, Ordering::Relaxed));
        let (program, rest) = before.split_first().map_or(("git", &[] as &[String]), |(first, rest)| (first, rest));
        let mut command = Command::new(program);
        command.args(rest);
        if !before.is_empty() {
            command.arg("git");
        }
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"] {
            command.env_remove(name);
        }
        command
            .current_dir(folder)
            .env("HOME", &self.home)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_EDITOR", "true")
            .env("LC_ALL", "C")
            .env("GIT_AUTHOR_NAME", &self.name)
            .env("GIT_AUTHOR_EMAIL", &self.email)
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_NAME", &self.name)
            .env("GIT_COMMITTER_EMAIL", &self.email)
            .env("GIT_COMMITTER_DATE", &date)
            .envs(more.iter().copied())
            .args(["-c", "core.quotePath=false", "-c", "advice.detachedHead=false"])
            .args(words)
            .stdin(Stdio::null());
        command.output().unwrap()
    }

    /// Runs git under another program, whose words come first.
    pub fn under(&self, before: &[String], words: &[&str]) -> Output {
        self.run_under(before, &self.dir, words, &[])
    }

    /// Runs git, once.
    pub fn once(&self, words: &[&str]) -> Output {
        self.run(&self.dir, words, &[])
    }

    /// Runs git; like a person, tries again while somebody else holds the index for a moment.
    pub fn try_git(&self, words: &[&str]) -> Output {
        eventually("nobody else writes", || {
            let output = self.run(&self.dir, words, &[]);
            let said = String::from_utf8_lossy(&output.stderr);
            let busy = ["index.lock': File exists", "cannot lock ref 'HEAD'"].iter().any(|why| said.contains(why));
            (output.status.success() || !busy).then_some(output)
        })
    }

    /// Runs git, which succeeds; what it says.
    pub fn git(&self, words: &[&str]) -> String {
        let output = self.try_git(words);
        assert!(
            output.status.success(),
            "git {words:?}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Runs git as somebody else, or at another time.
    pub fn git_with(&self, words: &[&str], environment: &[(&str, &str)]) -> String {
        let output = self.run(&self.dir, words, environment);
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Where `main` stands; empty when it is not born yet.
    pub fn head(&self) -> String {
        let output = self.run(&self.dir, &["rev-parse", "--quiet", "--verify", "refs/heads/main"], &[]);
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// How many commits `main` has.
    pub fn commits(&self) -> usize {
        self.git(&["rev-list", "--count", "refs/heads/main"]).parse().unwrap()
    }

    /// The paths of a commit.
    pub fn paths(&self, commit: &str) -> Vec<String> {
        let said = self.git(&["diff-tree", "-r", "--root", "--no-commit-id", "--name-only", commit]);
        said.lines().map(str::to_owned).collect()
    }

    pub fn save(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let full = self.dir.join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, bytes).unwrap();
    }

    /// A file was saved then: git tells a change from the next one by the time.
    pub fn touch(&self, path: &str, at: SystemTime) {
        fs::File::options().write(true).open(self.dir.join(path)).unwrap().set_modified(at).unwrap();
    }

    pub fn bytes(&self, path: &str) -> Vec<u8> {
        fs::read(self.dir.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub fn read(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).unwrap()
    }

    pub fn has(&self, path: &str) -> bool {
        self.dir.join(path).exists()
    }

    /// Edits a file as an editor does: the whole file is written anew.
    pub fn edit(&self, path: &str, edit: impl FnOnce(String) -> String) {
        let (old, path_) = (self.read(path), path);
        let new = edit(old.clone());
        assert_ne!(old, new, "the edit of {path_} changes nothing");
        self.save(path, new);
    }

    /// Commits everything that was changed; the commit.
    pub fn commit(&self, subject: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", subject]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Takes in what others did and pushes; tries again when somebody was faster.
    pub fn push(&self) {
        eventually("the push is accepted", || {
            self.git(&["pull", "--quiet", "--rebase", "origin", "main"]);
            let output = self.try_git(&["push", "--quiet", "origin", "HEAD:main"]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            let raced =
                ["non-fast-forward", "fetch first", "cannot lock ref", "failed to update ref", "incorrect old value"];
            assert!(output.status.success() || raced.iter().any(|why| said.contains(why)), "{said}");
            output.status.success().then_some(())
        });
    }

    /// Changes the status line of a ticket's file.
    pub fn set_status(&self, id: &str, status: &str) {
        self.edit(&super::path_of(id), |text| {
            let line = text.lines().find(|line| line.starts_with("status:")).expect("a status line").to_owned();
            text.replacen(&line, &format!("status: {status}"), 1)
        });
    }
}
