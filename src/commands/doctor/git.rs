//! Checks of the repository: its form, what pushes need, what is under way, what a sudden end left.

use std::path::PathBuf;

use jiff::SignedDuration;

use super::examination::Examination;
use super::finding::{Cure, Finding, or_fine};
use crate::clock::Clock;
use crate::phrase::Phrase;
use crate::repository::{ABANDONED, Elsewhere, ForeignIndex, Format, Hook, MARK_REF, Repository, Unfit, git_processes};

/// Where Guichet commits.
const OURS: [&str; 2] = ["tickets", "reservations"];
/// Git holds its locks for moments; an editor that is open on a commit message, for longer.
const LOCK_AGE: SignedDuration = SignedDuration::from_secs(60);
/// From so many on git itself would pack them (gc.auto).
const LOOSE_OBJECTS: usize = 6_700;

pub(super) fn opens(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "repository";
    if let Some(format) = site.format.as_ref().filter(|format| !format.is_known()) {
        let [said, remedy] = unknown_format(format);
        return vec![Finding::environment(CHECK, said).remedy(remedy)];
    }
    match &site.repository {
        Ok(_) => vec![Finding::fine(CHECK, Phrase::new("doctor-format-fine"))],
        Err(error) => {
            let said = Phrase::new("doctor-repository-closed").with("detail", format!("{error:#}"));
            let closed = Finding::environment(CHECK, said);
            // Why a repository that is there does not open, its own words say, with what to do.
            vec![if site.format.is_none() { closed.remedy(Phrase::new("doctor-remedy-init")) } else { closed }]
        }
    }
}

/// What is said of a repository that we can not read, and how to make one that we can.
pub(in super::super) fn unknown_format(format: &Format) -> [Phrase; 2] {
    let said = Phrase::new("doctor-format-unknown").with("objects", &format.objects).with("refs", &format.references);
    [said, Phrase::new("doctor-remedy-format")]
}

pub(super) fn identity(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "identity";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    vec![match repository.identity() {
        Some(who) => Finding::fine(CHECK, Phrase::new("doctor-identity-fine").with("who", who.name)),
        None => {
            Finding::remark(CHECK, Phrase::new("doctor-identity-none")).remedy(Phrase::new("doctor-remedy-identity"))
        }
    }]
}

pub(super) fn pushes(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "pushes";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for Unfit { key, present, wanted } in repository.unfit_settings() {
        let said = Phrase::new("doctor-setting").with("key", key).with("present", present).with("wanted", wanted);
        found.push(Finding::environment(CHECK, said).cure(Cure::WelcomePushes));
    }
    if repository.setting("core.fsyncObjectFiles").is_some_and(|value| value.eq_ignore_ascii_case("false")) {
        let remedy = Phrase::new("doctor-remedy-unset").with("key", "core.fsyncObjectFiles");
        found.push(Finding::remark(CHECK, Phrase::new("doctor-fsync-objects")).remedy(remedy));
    }
    if repository.setting("core.autocrlf").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        let remedy = Phrase::new("doctor-remedy-autocrlf");
        found.push(Finding::environment(CHECK, Phrase::new("doctor-autocrlf")).remedy(remedy));
    }
    if let Some(folder) = repository.setting("core.hooksPath") {
        let said = Phrase::new("doctor-hooks-elsewhere").with("folder", folder);
        found.push(Finding::environment(CHECK, said).remedy(Phrase::new("doctor-remedy-hooks-elsewhere")));
    }
    for (name, hook) in repository.hooks() {
        let said = |key: &'static str| Phrase::new(key).with("hook", name);
        found.extend(match hook {
            Hook::Ours => None,
            Hook::Missing => Some(Finding::environment(CHECK, said("doctor-hook-missing")).cure(Cure::WelcomePushes)),
            Hook::Other => Some(Finding::environment(CHECK, said("doctor-hook-other")).cure(Cure::WelcomePushes)),
            Hook::NotExecutable => {
                Some(Finding::environment(CHECK, said("doctor-hook-idle")).cure(Cure::WelcomePushes))
            }
            Hook::Foreign => Some(
                Finding::environment(CHECK, said("doctor-hook-foreign")).remedy(said("doctor-remedy-hook-foreign")),
            ),
        });
    }
    found.extend(repository.idle_guard().map(|path| {
        let said = Phrase::new("doctor-hook-idle").with("hook", "pre-receive");
        Finding::environment(CHECK, said).at(path.display()).cure(Cure::Permissions(path, 0o755))
    }));
    or_fine(found, CHECK, "doctor-pushes-fine")
}

pub(super) fn branch(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "branch";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    let followed = repository.branch();
    let phrase = |key: &'static str| Phrase::new(key).with("followed", followed);
    let switch = phrase("doctor-remedy-switch");
    let mut found = match repository.elsewhere() {
        Ok(None) => Vec::new(),
        Ok(Some(Elsewhere::Branch(branch))) => {
            vec![Finding::environment(CHECK, phrase("doctor-branch-other").with("branch", branch)).remedy(switch)]
        }
        Ok(Some(Elsewhere::Detached)) => {
            vec![Finding::environment(CHECK, phrase("doctor-branch-detached")).remedy(switch)]
        }
        Ok(Some(Elsewhere::Rebase)) => {
            let remedy = Phrase::new("doctor-remedy-rebase");
            vec![Finding::environment(CHECK, Phrase::new("doctor-rebase")).remedy(remedy)]
        }
        Err(error) => vec![unreadable(CHECK, &error)],
    };
    if repository.branch_is_lost() {
        let lost = Finding::environment(CHECK, phrase("doctor-branch-lost"));
        found.push(match repository.branch_stood_at() {
            Some(at) => {
                let remedy = Phrase::new("doctor-remedy-branch-lost").with("commit", &at.to_string()[..10]);
                lost.remedy(remedy).cure(Cure::Branch)
            }
            None => lost.remedy(Phrase::new("doctor-remedy-branch-unknown")),
        });
    }
    if repository.is_merging() {
        let remedy = Phrase::new("doctor-remedy-merge");
        found.push(Finding::remark(CHECK, Phrase::new("doctor-merge")).remedy(remedy));
    }
    if found.is_empty() { vec![Finding::fine(CHECK, phrase("doctor-branch-fine"))] } else { found }
}

pub(super) fn locks(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "locks";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    let dead = repository.dead_locks().unwrap_or_default();
    let working = git_processes(repository.root());
    // The age of a file is one by the machine's clock, whatever ours was set to.
    let now = Clock::real().now();
    let mut found = Vec::new();
    for lock in repository.locks() {
        let place = lock.path.display();
        if dead.contains(&lock.path) {
            found.push(Finding::environment(CHECK, Phrase::new("doctor-lock-dead")).at(place).cure(Cure::Index));
            continue;
        }
        let age = lock.age(now).unwrap_or_default();
        if age < LOCK_AGE {
            continue;
        }
        let minutes = age.as_mins();
        found.push(
            if let Some(process) = working.first() {
                let said = Phrase::new("doctor-lock-held").with("minutes", minutes).with("process", process);
                Finding::remark(CHECK, said).remedy(Phrase::new("doctor-remedy-lock-held"))
            } else {
                let left = Finding::environment(CHECK, Phrase::new("doctor-lock-left").with("minutes", minutes));
                if age >= ABANDONED {
                    left.cure(Cure::AbandonedLocks)
                } else {
                    left.remedy(Phrase::new("doctor-remedy-lock-left").with("path", &place))
                }
            }
            .at(place),
        );
    }
    or_fine(found, CHECK, "doctor-locks-fine")
}

pub(super) fn empty_files(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "objects";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    // The check of the branch has spoken of its own; the mark is told below.
    let told = [format!("refs/heads/{}", repository.branch()), MARK_REF.to_owned()];
    let is_elsewhere = |path: &PathBuf| told.iter().all(|told| !path.ends_with(told));
    let mut found: Vec<Finding> = repository
        .empty_files()
        .into_iter()
        .filter(is_elsewhere)
        .map(|path| {
            let finding = Finding::environment(CHECK, Phrase::new("doctor-empty")).at(path.display());
            if path.starts_with(repository.git_folder().join("objects")) {
                finding.remedy(Phrase::new("doctor-remedy-empty-object")).cure(Cure::EmptyObjects)
            } else {
                finding.remedy(Phrase::new("doctor-remedy-empty").with("path", path.display()))
            }
        })
        .collect();
    if repository.mark_is_damaged() {
        let path = repository.mark_file();
        let lost = Finding::environment(CHECK, Phrase::new("doctor-mark-lost")).at(path.display());
        found.push(if repository.mark_is_known() {
            lost.cure(Cure::Mark)
        } else {
            lost.remedy(Phrase::new("doctor-remedy-mark-unknown").with("path", path.display()))
        });
    }
    let loose = repository.loose_objects();
    if loose >= LOOSE_OBJECTS {
        found.push(Finding::remark(CHECK, Phrase::new("doctor-loose").with("count", loose)).cure(Cure::Repack));
    }
    or_fine(found, CHECK, "doctor-objects-fine")
}

pub(super) fn index(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "index";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    if let Some(form) = repository.foreign_index() {
        return vec![match form {
            ForeignIndex::Split => Finding::remark(CHECK, Phrase::new("doctor-index-split")).cure(Cure::PlainIndex),
            ForeignIndex::Sparse => Finding::remark(CHECK, Phrase::new("doctor-index-sparse")).cure(Cure::PlainIndex),
            ForeignIndex::Damaged => Finding::environment(CHECK, Phrase::new("problem-index-damaged"))
                .remedy(Phrase::new("doctor-remedy-index-damaged"))
                .cure(Cure::NewIndex),
        }];
    }
    match repository.missed_entries(&OURS) {
        Ok(missed) if missed.is_empty() => vec![Finding::fine(CHECK, Phrase::new("doctor-index-fine"))],
        Ok(missed) => {
            let said = Phrase::new("doctor-index-missed").with("count", missed.len());
            let place = missed.into_iter().next().unwrap_or_default();
            vec![Finding::environment(CHECK, said).at(place).cure(Cure::Index)]
        }
        Err(error) => vec![unreadable(CHECK, &error)],
    }
}

/// The index is mended in these folders.
pub(super) fn mend_index(repository: &Repository) -> anyhow::Result<()> {
    repository.remove_dead_locks(Clock::real().now())?;
    if repository.index_is_damaged() {
        return Ok(());
    }
    repository.recover_index(&OURS)
}

fn unreadable(check: &'static str, error: &anyhow::Error) -> Finding {
    let said = Phrase::new("doctor-unreadable").with("detail", format!("{error:#}"));
    Finding::environment(check, said).remedy(Phrase::new("doctor-remedy-fsck"))
}
