//! The order of things on disk, read from the system calls themselves: no power need be cut, and nothing is left to
//! chance. What is behind an acknowledgement is synced before it, letters before the mark, the mark before they leave.

use std::collections::HashMap;
use std::fs;

use crate::Order;
use crate::kit::{School, Tree};
use crate::strace::Watch;

pub fn run(order: &Order) -> String {
    let school = School::new();
    school.leave_letters();
    // The first of everything makes folders; what comes then is the rule.
    school.declare("La première panne").post().accepted();
    for number in 0..order.size("forms") {
        a_form(&school, number);
    }
    let amina = school.amina();
    for number in 0..order.size("pushes") {
        a_push(&school, &amina, number);
    }
    format!("{} forms and {} pushes, all in order", order.size("forms"), order.size("pushes"))
}

fn a_form(school: &School, number: u64) {
    let folder = tempfile::tempdir().unwrap();
    let watch = Watch::over(school.pid(), folder.path());
    school.declare(&format!("Panne {number}")).json().post().accepted();
    let steps = Steps::read(&watch.end());
    let moved = steps.at("the branch moves", |step| step.renames_to("/refs/heads/main"));
    let answered = steps.at("the answer", |step| matches!(step, Step::Answers));
    let objects = steps.at("objects are synced", |step| step.syncs("/objects/"));
    let name = steps.at("the branch's new place is synced", |step| step.syncs("refs~heads~main"));
    assert!(objects < moved && name < moved, "synced after the branch moved: {steps:?}");
    steps.between(moved, answered, "the folder of the branch is synced", |step| step.syncs("/refs/heads"));
    let marked = steps.at("the mark moves", |step| step.renames_to("/refs/guichet/settled"));
    let staged = steps.last("letters are synced", |step| step.syncs("/outbox/staged"));
    let queued = steps.at("letters may leave", |step| step.renames_to("/outbox/queue/"));
    assert!(staged < marked, "the mark passes letters that are not on disk: {steps:?}");
    assert!(marked < queued, "letters leave before the mark has passed them: {steps:?}");
}

fn a_push(school: &School, amina: &Tree, number: u64) {
    amina.git(&["pull", "--quiet", "--rebase", "origin", "main"]);
    amina.save("notes.txt", format!("{number}\n"));
    amina.commit("Notes");
    let folder = tempfile::tempdir().unwrap();
    let pushed = amina.under(&Watch::words(folder.path()), &["push", "--quiet", "origin", "HEAD:main"]);
    assert!(pushed.status.success(), "git push: {}", String::from_utf8_lossy(&pushed.stderr));
    let steps = Steps::read(&fs::read_to_string(folder.path().join("strace")).unwrap());
    let site = school.site().to_str().unwrap().to_owned();
    let moved = steps.at("the push moves the branch", |step| {
        step.renames_to("/refs/heads/main")
            && matches!(step, Step::Renames(to) if to.starts_with(&site) || to.starts_with("refs"))
    });
    steps.between(moved, usize::MAX, "the file system is synced", |step| matches!(step, Step::SyncsAll));
    school.settled();
}

#[derive(Debug)]
enum Step {
    /// What was renamed has this name now.
    Renames(String),
    /// This file or folder is on disk.
    Syncs(String),
    /// All there is is on disk.
    SyncsAll,
    /// Somebody is told that a form is accepted.
    Answers,
}

impl Step {
    fn renames_to(&self, name: &str) -> bool {
        matches!(self, Self::Renames(to) if if name.ends_with('/') { to.contains(name) } else { format!("/{to}").ends_with(name) })
    }

    fn syncs(&self, name: &str) -> bool {
        matches!(self, Self::Syncs(path) if path.ends_with(name) || path.contains(&format!("{}/", name.trim_end_matches('/'))))
    }
}

#[derive(Debug)]
struct Steps(Vec<Step>);

impl Steps {
    /// From what strace wrote. A rename and an answer count from when they begin, a sync when it has ended.
    fn read(report: &str) -> Self {
        let mut steps = Vec::new();
        let mut begun: HashMap<&str, &str> = HashMap::new();
        for line in report.lines() {
            let Some((process, call)) = line.trim_start().split_once(' ').map(|(process, call)| (process, call.trim()))
            else {
                continue;
            };
            let (first, ended) = if call.contains("<unfinished ...>") {
                begun.insert(process, call);
                (Some(call), None)
            } else if call.starts_with("<...") {
                (None, begun.remove(process).filter(|_| call.ends_with("= 0")))
            } else {
                (Some(call), Some(call).filter(|call| call.ends_with("= 0")))
            };
            if let Some(call) = first {
                if call.starts_with("rename") {
                    steps.extend(call.split('"').nth(3).map(|to| Step::Renames(to.to_owned())));
                } else if call.contains("HTTP/1.1 201") || call.contains("HTTP/1.1 303") {
                    steps.push(Step::Answers);
                }
            }
            if let Some(call) = ended {
                if call.starts_with("syncfs") || call.starts_with("sync()") {
                    steps.push(Step::SyncsAll);
                } else if call.starts_with("fsync") || call.starts_with("fdatasync") {
                    let path = call.split(['<', '>']).nth(1).unwrap_or_default();
                    steps.push(Step::Syncs(path.to_owned()));
                }
            }
        }
        Self(steps)
    }

    fn at(&self, what: &str, is: impl Fn(&Step) -> bool) -> usize {
        self.0.iter().position(is).unwrap_or_else(|| panic!("never: {what}; {self:?}"))
    }

    fn last(&self, what: &str, is: impl Fn(&Step) -> bool) -> usize {
        self.0.iter().rposition(is).unwrap_or_else(|| panic!("never: {what}; {self:?}"))
    }

    fn between(&self, from: usize, to: usize, what: &str, is: impl Fn(&Step) -> bool) {
        let to = to.min(self.0.len());
        assert!(from < to && self.0[from..to].iter().any(is), "not in time: {what}; {self:?}");
    }
}
