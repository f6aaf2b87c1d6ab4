//! `guichet doctor`: what is wrong with this installation, and how to mend it. Checks are functions from the
//! site under examination to findings; here they are put in order, printed, and what is safe to mend is mended.

mod content;
mod examination;
mod finding;
mod git;
mod machine;
mod mail;
mod privacy;

use clap::Args;
use serde_json::json;

use super::{Context, Failure, language, print_json};
use crate::clock::Clock;
use crate::disk;
use crate::phrase::Phrase;
use crate::theme::locale::Locale;

use examination::Examination;
use finding::{Cure, Finding, Verdict};
pub(super) use git::unknown_format;

/// From the ground up: what a check needs was looked at by one before it.
const CHECKS: [fn(&Examination<'_>) -> Vec<Finding>; 21] = [
    machine::room,
    machine::owners,
    machine::writing,
    machine::permissions,
    git::opens,
    git::branch,
    git::pushes,
    git::identity,
    git::locks,
    git::empty_files,
    git::index,
    machine::clock,
    machine::watches,
    machine::server,
    content::configuration,
    content::files,
    content::people,
    content::privacy,
    mail::sender,
    mail::server,
    mail::outbox,
];

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Mends what is safe to mend
    #[arg(long)]
    fix: bool,
}

impl Doctor {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let mut site = Examination::of(context);
        let mut findings = examine(&site);
        let mut mended = Vec::new();
        if self.fix {
            mended = mend(&site, &findings)?;
            if !mended.is_empty() {
                site = Examination::of(context);
                findings = examine(&site);
            }
        }
        let locale = Locale::builtin(site.site().map_or_else(language, |site| site.language));
        let shown = Shown { locale: &locale, folder: super::shown(&context.folder) };
        if context.json {
            shown.json(&mended, &findings)?;
        } else {
            shown.text(&mended, &findings);
        }
        match findings.iter().map(|finding| finding.verdict).max() {
            Some(Verdict::Environment) => Err(Failure::Unwell),
            Some(Verdict::Content) => Err(Failure::Wrong(None)),
            _ => Ok(()),
        }
    }
}

fn examine(site: &Examination<'_>) -> Vec<Finding> {
    CHECKS.iter().flat_map(|check| check(site)).collect()
}

/// Does what is safe, each thing once; what was mended.
fn mend(site: &Examination<'_>, findings: &[Finding]) -> anyhow::Result<Vec<Finding>> {
    let mut done: Vec<&Cure> = Vec::new();
    let mut mended = Vec::new();
    for finding in findings {
        let Some(cure) = &finding.cure else {
            continue;
        };
        if !done.contains(&cure) {
            match (cure, site.repository()) {
                (Cure::Permissions(path, bits), _) => disk::set_permissions(path, *bits)?,
                (_, None) => continue,
                (Cure::WelcomePushes, Some(repository)) => drop(repository.welcome_pushes()?),
                (Cure::Index, Some(repository)) => git::mend_index(repository)?,
                (Cure::PlainIndex, Some(repository)) => {
                    repository.make_index_plain()?;
                    // What could not be recorded until now.
                    git::mend_index(repository)?;
                }
                (Cure::NewIndex, Some(repository)) => {
                    if !repository.rebuild_index()? {
                        continue;
                    }
                    git::mend_index(repository)?;
                }
                (Cure::AbandonedLocks, Some(repository)) => {
                    // The age of a file is one by the machine's clock, whatever ours was set to.
                    drop(repository.remove_abandoned_locks(Clock::real().now())?);
                }
                (Cure::Branch, Some(repository)) => repository.restore_branch()?,
                (Cure::Mark, Some(repository)) => repository.keep_mark()?,
                (Cure::EmptyObjects, Some(repository)) => drop(repository.set_empty_objects_aside()?),
                (Cure::Repack, Some(repository)) => repository.repack()?,
            }
            done.push(cure);
        }
        mended.push(finding.clone());
    }
    Ok(mended)
}

/// How findings are told.
struct Shown<'a> {
    locale: &'a Locale,
    /// As it was typed: remedies are commands to copy.
    folder: String,
}

impl Shown<'_> {
    fn said(&self, finding: &Finding) -> String {
        let said = self.locale.say(&finding.said);
        if finding.place.is_empty() { said } else { format!("{} {said}", finding.place) }
    }

    fn remedy(&self, finding: &Finding) -> Option<String> {
        Some(self.locale.say(&finding.remedy.clone()?.with("site", &self.folder)))
    }

    fn text(&self, mended: &[Finding], findings: &[Finding]) {
        for finding in mended {
            say!("{}", self.locale.say(&Phrase::new("doctor-mended").with("what", self.said(finding))));
        }
        if !mended.is_empty() {
            say!("");
        }
        for finding in findings {
            say!("{} {}", finding.verdict.sign(), self.said(finding));
            if let Some(remedy) = self.remedy(finding) {
                say!("    → {}", remedy.replace('\n', "\n      "));
            }
        }
        let count = |tag: &str| findings.iter().filter(|finding| finding.verdict.tag() == tag).count();
        let said = Phrase::new("doctor-summary")
            .with("faults", count("fault"))
            .with("remarks", count("remark"))
            .with("fine", count("ok"));
        say!("\n{}", self.locale.say(&said));
    }

    fn json(&self, mended: &[Finding], findings: &[Finding]) -> Result<(), Failure> {
        let row = |finding: &Finding| {
            json!({
                "check": finding.check, "verdict": finding.verdict.tag(), "place": finding.place,
                "message": self.locale.say(&finding.said), "remedy": self.remedy(finding),
                "fixable": finding.cure.is_some(),
            })
        };
        print_json(&json!({
            "findings": findings.iter().map(row).collect::<Vec<_>>(),
            "fixed": mended.iter().map(row).collect::<Vec<_>>(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;
    use std::process::ExitCode;

    use clap::Parser as _;

    use super::*;
    use crate::commands::{Cli, run};

    fn site() -> (tempfile::TempDir, Context) {
        let folder = tempfile::tempdir().unwrap();
        let word = folder.path().to_str().unwrap();
        assert_eq!(run(Cli::parse_from(["guichet", "init", word])), ExitCode::SUCCESS);
        let new = ["ticket", "new", "--resource", "wifi", "-m", "x", "--for", "s@d.fr", "--name", "Sophie"];
        assert_eq!(run(Cli::parse_from(["guichet", "--site", word].iter().chain(&new))), ExitCode::SUCCESS);
        let context = Context { folder: folder.path().to_owned(), clock: Clock::real(), json: false };
        (folder, context)
    }

    fn wrong(context: &Context) -> Vec<(&'static str, &'static str)> {
        let findings = examine(&Examination::of(context));
        let faults = findings.into_iter().filter(|finding| finding.verdict >= Verdict::Content);
        faults.map(|finding| (finding.check, finding.said.key)).collect()
    }

    fn set_mode(path: &Path, bits: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(bits)).unwrap();
    }

    #[test]
    fn every_check_answers_on_a_sound_site() {
        let (_folder, context) = site();
        let examination = Examination::of(&context);
        for (index, check) in CHECKS.iter().enumerate() {
            assert!(!check(&examination).is_empty(), "check {index} says nothing");
        }
        assert_eq!(wrong(&context), []);
    }

    #[test]
    fn what_is_safe_to_mend_is_mended() {
        let (folder, context) = site();
        let git = folder.path().join(".git");
        set_mode(&git.join("guichet/people.toml"), 0o644);
        set_mode(&git.join("hooks/post-receive"), 0o644);
        fs::remove_file(git.join("hooks/push-to-checkout")).unwrap();
        fs::create_dir_all(git.join("guichet/locks")).unwrap();
        fs::write(git.join("guichet/locks/4194305"), "").unwrap();
        empty_index(&git);
        fs::hard_link(git.join("guichet/locks/4194305"), git.join("index.lock")).unwrap();
        let expected = [
            ("permissions", "doctor-open"),
            ("pushes", "doctor-hook-missing"),
            ("pushes", "doctor-hook-idle"),
            ("locks", "doctor-lock-dead"),
            ("index", "doctor-index-missed"),
        ];
        assert_eq!(wrong(&context), expected);
        assert_eq!(wrong(&context), expected, "looking changes nothing");
        let examination = Examination::of(&context);
        let mended = mend(&examination, &examine(&examination)).unwrap();
        assert_eq!(mended.len(), expected.len());
        assert_eq!(wrong(&context), []);
    }

    #[test]
    fn a_repository_that_can_not_be_written_is_a_fault() {
        let (folder, context) = site();
        let examination = Examination::of(&context);
        let heads = folder.path().join(".git/refs/heads");
        fs::rename(folder.path().join(".git/objects"), folder.path().join("elsewhere")).unwrap();
        assert_eq!(machine::writing(&examination)[0].verdict, Verdict::Environment);
        fs::rename(folder.path().join("elsewhere"), folder.path().join(".git/objects")).unwrap();
        assert_eq!(machine::writing(&examination)[0].verdict, Verdict::Fine);
        assert_eq!(fs::read_dir(heads).unwrap().count(), 1, "nothing is left behind");
    }

    #[test]
    fn what_is_wrong_with_the_local_state_is_told_by_its_cause() {
        let (folder, context) = site();
        let state = folder.path().join(".git/guichet");
        let sound = fs::read_to_string(state.join("people.toml")).unwrap();
        fs::write(state.join("people.toml"), format!("{sound}oops\n")).unwrap();
        assert_eq!(wrong(&context), [("configuration", "problem-book-damaged")]);
        fs::remove_file(state.join("people.toml")).unwrap();
        let strangers = examine(&Examination::of(&context));
        let said: Vec<_> = strangers.iter().filter(|finding| finding.check == "files").map(|f| f.said.key).collect();
        assert_eq!(said, ["problem-requester-missing"]);
        fs::write(state.join("people.toml"), sound).unwrap();
        set_mode(&state.join("people.toml"), 0o600);
        fs::write(state.join("key"), "").unwrap();
        assert_eq!(wrong(&context), [("configuration", "problem-key-damaged")]);
    }

    fn in_git(folder: &Path, words: &[&str]) -> String {
        let git = std::process::Command::new("git").arg("-C").arg(folder).args(words).output().unwrap();
        assert!(git.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&git.stderr));
        String::from_utf8(git.stdout).unwrap()
    }

    #[test]
    fn what_git_left_behind_is_mended_and_twice_is_once() {
        let (folder, context) = site();
        let dot_git = folder.path().join(".git");
        in_git(folder.path(), &["config", "--unset", "extensions.preciousObjects"]);
        fs::create_dir_all(dot_git.join("objects/ab")).unwrap();
        fs::write(dot_git.join(format!("objects/ab/{}", "0".repeat(38))), "").unwrap();
        let lock = fs::File::create(dot_git.join("index.lock")).unwrap();
        lock.set_modified(std::time::SystemTime::now() - std::time::Duration::from_hours(1)).unwrap();
        drop(lock);
        let expected = [("pushes", "doctor-setting"), ("locks", "doctor-lock-left"), ("objects", "doctor-empty")];
        assert_eq!(wrong(&context), expected);
        for _ in 0..2 {
            let examination = Examination::of(&context);
            mend(&examination, &examine(&examination)).unwrap();
            assert_eq!(wrong(&context), []);
        }
        assert_eq!(fs::read_dir(dot_git.join("guichet/empty-objects")).unwrap().count(), 1);
    }

    #[test]
    fn an_index_of_another_form_is_written_plainly_and_what_is_staged_stays_staged() {
        let forms: [(&str, &[&[&str]]); 2] = [
            ("doctor-index-split", &[&["update-index", "--split-index"]]),
            ("doctor-index-sparse", &[&["sparse-checkout", "set", "--cone", "--sparse-index", "tickets"]]),
        ];
        for (key, ways) in forms {
            let (folder, context) = site();
            fs::create_dir(folder.path().join("docs")).unwrap();
            fs::write(folder.path().join("docs/guide.md"), "x").unwrap();
            in_git(folder.path(), &["add", "docs"]);
            in_git(folder.path(), &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]);
            for words in ways {
                in_git(folder.path(), words);
            }
            fs::write(folder.path().join("tickets/note.txt"), "x").unwrap();
            in_git(folder.path(), &["add", "tickets/note.txt"]);
            let examination = Examination::of(&context);
            assert_eq!(git::index(&examination)[0].said.key, key);
            mend(&examination, &examine(&examination)).unwrap();
            assert_eq!(git::index(&Examination::of(&context))[0].said.key, "doctor-index-fine");
            assert_eq!(in_git(folder.path(), &["diff", "--cached", "--name-only"]), "tickets/note.txt\n");
        }
    }

    #[test]
    fn an_index_that_nobody_can_read_is_set_aside_and_made_anew() {
        for bytes in ["", "garbage"] {
            let (folder, context) = site();
            let state = folder.path().join(".git/guichet");
            fs::write(folder.path().join(".git/index"), bytes).unwrap();
            assert_eq!(wrong(&context), [("index", "problem-index-damaged")]);
            let examination = Examination::of(&context);
            mend(&examination, &examine(&examination)).unwrap();
            assert_eq!(wrong(&context), []);
            assert_eq!(in_git(folder.path(), &["status", "--porcelain"]), "");
            let mut aside = fs::read_dir(state).unwrap().flatten().map(|entry| entry.path());
            let aside = aside.find(|path| path.to_str().unwrap().contains("damaged-index-")).unwrap();
            assert_eq!(fs::read_to_string(aside).unwrap(), bytes);
        }
    }

    #[test]
    fn an_index_that_was_taken_away_and_began_anew_with_our_paths_is_completed() {
        let (folder, context) = site();
        let status = || in_git(folder.path(), &["status", "--porcelain"]);
        fs::remove_file(folder.path().join(".git/index")).unwrap();
        assert_eq!(wrong(&context), [("index", "doctor-index-missed")]);
        let word = folder.path().to_str().unwrap();
        let new = ["guichet", "--site", word, "ticket", "new", "--resource", "wifi", "-m", "y", "--for", "s@d.fr"];
        assert_eq!(run(Cli::parse_from(new)), ExitCode::SUCCESS);
        fs::write(folder.path().join("note.txt"), "x").unwrap();
        in_git(folder.path(), &["rm", "--quiet", "--cached", "--ignore-unmatch", "site.toml"]);
        assert!(status().contains("D  site.toml"), "{}", status());
        assert_eq!(wrong(&context), [("index", "doctor-index-missed")]);
        let examination = Examination::of(&context);
        mend(&examination, &examine(&examination)).unwrap();
        assert_eq!((wrong(&context), status().as_str()), (vec![], "?? note.txt\n"));
        // What somebody takes out of git on purpose is theirs.
        in_git(folder.path(), &["rm", "--quiet", "--cached", "site.toml"]);
        assert_eq!(wrong(&context), []);
    }

    #[test]
    fn packing_removes_only_what_is_packed() {
        let (folder, _context) = site();
        let repository = crate::repository::Repository::open(folder.path(), "main").unwrap();
        let loose = |what: &str| {
            let counted = in_git(folder.path(), &["count-objects", "-v"]);
            counted.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(": ")?.parse::<u32>().ok()).unwrap()
        };
        let all = loose("count");
        in_git(folder.path(), &["gc", "--quiet", "--prune=now"]);
        assert_eq!(loose("count"), all, "git itself deletes nothing here");
        repository.repack().unwrap();
        assert!(loose("count") < all && loose("in-pack") > 0);
        in_git(folder.path(), &["fsck", "--full", "--strict"]);
    }

    /// As if nothing had been recorded yet.
    fn empty_index(git: &Path) {
        let status =
            std::process::Command::new("git").arg("--git-dir").arg(git).args(["read-tree", "--empty"]).status();
        assert!(status.unwrap().success());
    }

    #[test]
    fn a_secret_is_found_in_any_small_file_and_in_what_history_keeps() {
        let (folder, context) = site();
        let commit = |words: &[&str]| {
            in_git(folder.path(), words);
            in_git(folder.path(), &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]);
        };
        fs::write(folder.path().join(".env"), "GUICHET_SMTP_PASSWORD=hunter22secret\n").unwrap();
        fs::write(folder.path().join("jeton.txt"), format!("ghp_{}\n", "a1B2".repeat(9))).unwrap();
        commit(&["add", "-f", ".env", "jeton.txt"]);
        assert_eq!(wrong(&context), [("privacy", "doctor-secret"), ("privacy", "doctor-token")]);
        commit(&["rm", "-q", ".env", "jeton.txt"]);
        let privacy = content::privacy(&Examination::of(&context));
        let said: Vec<_> = privacy.iter().map(|finding| (finding.said.key, finding.place.as_str())).collect();
        assert_eq!(said, [("doctor-secret-past", ".env"), ("doctor-secret-past", "jeton.txt")]);
        assert_eq!(wrong(&context), []);
    }

    #[test]
    fn settings_that_undo_ours_are_told() {
        let (folder, context) = site();
        for (key, value) in [("core.fsyncMethod", "writeout-only"), ("core.autocrlf", "true")] {
            in_git(folder.path(), &["config", key, value]);
        }
        let state = folder.path().join(".git/guichet");
        for name in ["key", "receipts"] {
            set_mode(&state.join(name), 0o666);
        }
        let open = ("permissions", "doctor-open");
        let expected = [open, open, ("pushes", "doctor-setting"), ("pushes", "doctor-autocrlf")];
        assert_eq!(wrong(&context), expected);
        let examination = Examination::of(&context);
        mend(&examination, &examine(&examination)).unwrap();
        assert_eq!(wrong(&context), [("pushes", "doctor-autocrlf")]);
    }

    #[test]
    fn what_is_wrong_with_the_content_is_told_from_the_machine() {
        let (folder, context) = site();
        let ticket = fs::read_dir(folder.path().join("tickets")).unwrap().next().unwrap().unwrap().path();
        let ticket = walkdir::WalkDir::new(ticket).into_iter().flatten().find(|e| e.file_type().is_file()).unwrap();
        let text = fs::read_to_string(ticket.path()).unwrap();
        fs::write(ticket.path(), format!("{text}\nÉcrire à s@d.fr\n")).unwrap();
        fs::write(folder.path().join("id_rsa"), "-----BEGIN RSA PRIVATE KEY-----\nx\n").unwrap();
        for words in [&["add", "."][..], &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]] {
            let git = std::process::Command::new("git").arg("-C").arg(folder.path()).args(words).status();
            assert!(git.unwrap().success());
        }
        fs::write(ticket.path(), "no front matter\n").unwrap();
        let expected = [
            ("files", "problem-no-opening-fence"),
            ("privacy", "doctor-private-key"),
            ("privacy", "doctor-address-requester"),
        ];
        assert_eq!(wrong(&context), expected);
        let doctor = Doctor { fix: false };
        assert!(matches!(doctor.run(&context), Err(Failure::Wrong(None))));
        fs::write(folder.path().join(".git/refs/heads/other"), "").unwrap();
        assert!(matches!(Doctor { fix: false }.run(&context), Err(Failure::Unwell)));
    }
}
