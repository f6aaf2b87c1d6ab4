//! Checks of the machine: room, ownership, permissions, what the system lets us watch, the clock, a running serve.

use jiff::SignedDuration;

use super::examination::Examination;
use super::finding::{Cure, Finding, or_fine};
use crate::desk::Lock;
use crate::phrase::Phrase;
use crate::{disk, watch};

/// What must be left: below the first it is a fault, below the second a remark.
struct Limits {
    fault: u64,
    remark: u64,
}

/// Bytes: one push with photos may fill the first; the second is weeks ahead, a site writes some megabytes a day.
const ROOM_BYTES: Limits = Limits { fault: 100_000_000, remark: 1_000_000_000 };
/// Files: a site of ten thousand tickets has as many pages, each written aside before it is put in place.
const ROOM_FILES: Limits = Limits { fault: 1_000, remark: 20_000 };
/// What others may do with a file.
const OTHERS: u32 = 0o077;
/// Clocks of two machines may differ by this much.
const CLOCK_REMARK: SignedDuration = SignedDuration::from_mins(5);
/// The clock of whoever committed may be wrong by hours; by days, a machine's own that lost its battery.
const CLOCK_FAULT: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn room(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "disk";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    let public = repository.site_folder().join("public");
    let places = [repository.git_folder().to_owned(), if public.exists() { public } else { repository.site_folder() }];
    let rooms: Vec<_> = places.iter().filter_map(|place| Some((place, disk::room(place).ok()?))).collect();
    let mut found = Vec::new();
    for (place, room) in &rooms {
        let judged = [
            (room.bytes, ROOM_BYTES, Phrase::new("doctor-room-low").with("megabytes", room.bytes / 1_000_000)),
            (
                room.files.unwrap_or(u64::MAX),
                ROOM_FILES,
                Phrase::new("doctor-files-low").with("files", room.files.unwrap_or_default()),
            ),
        ];
        for (left, limits, said) in judged {
            let finding = if left < limits.fault {
                Finding::environment(CHECK, said)
            } else if left < limits.remark {
                Finding::remark(CHECK, said)
            } else {
                continue;
            };
            // Both places are on the same disk as a rule: once is enough.
            if !found.iter().any(|other: &Finding| other.said == finding.said) {
                found.push(finding.at(place.display()).remedy(Phrase::new("doctor-remedy-room")));
            }
        }
    }
    let least = rooms.iter().map(|(_, room)| room.bytes).min().unwrap_or_default();
    if found.is_empty() {
        found.push(Finding::fine(CHECK, Phrase::new("doctor-room-fine").with("gigabytes", least / 1_000_000_000)));
    }
    found
}

pub(super) fn owners(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "owners";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    let Ok(owner) = disk::owner(repository.git_folder()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if owner != disk::account() {
        let said = Phrase::new("doctor-account").with("account", disk::account()).with("owner", owner);
        let remedy = Phrase::new("doctor-remedy-account").with("owner", owner);
        found.push(Finding::remark(CHECK, said).remedy(remedy));
    }
    let root = repository.root();
    let foreign = disk::foreign(root, owner);
    if let Some(first) = foreign.first() {
        let said = Phrase::new("doctor-foreign").with("count", foreign.len());
        let remedy = Phrase::new("doctor-remedy-foreign").with("owner", owner).with("folder", root.display());
        found.push(Finding::environment(CHECK, said).at(first.display()).remedy(remedy));
    }
    or_fine(found, CHECK, "doctor-owners-fine")
}

/// Whether a form could be written now.
pub(super) fn writing(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "writing";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    vec![match repository.try_writing() {
        Ok(()) => Finding::fine(CHECK, Phrase::new("doctor-writing-fine")),
        Err(error) => {
            let said = Phrase::new("problem-unwritable").with("detail", format!("{error:#}"));
            Finding::environment(CHECK, said).remedy(Phrase::new("doctor-remedy-foreign-state"))
        }
    }]
}

pub(super) fn permissions(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "permissions";
    if site.repository().is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (path, bits) in &site.permissions {
        if bits & OTHERS == 0 {
            continue;
        }
        let wanted = if path.is_dir() { 0o700 } else { 0o600 };
        let place = path.display();
        // Opening the site closes the folder itself.
        if disk::permissions(path).is_ok_and(|now| now == wanted) {
            let said = Phrase::new("doctor-closed").with("before", format!("{bits:04o}"));
            found.push(Finding::remark(CHECK, said).at(place));
        } else {
            let said = Phrase::new("doctor-open").with("present", format!("{bits:04o}"));
            let said = said.with("wanted", format!("{wanted:04o}"));
            let cure = Cure::Permissions(path.clone(), wanted);
            found.push(Finding::environment(CHECK, said).at(place).cure(cure));
        }
    }
    or_fine(found, CHECK, "doctor-permissions-fine")
}

pub(super) fn watches(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "watches";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    let folder = repository.site_folder();
    let branches = repository.branches_folder();
    let git = watch::Places { folder: repository.git_folder(), branches: &branches, state: repository.state_folder() };
    let (needed, allowed) = watch::demand(&folder, git);
    let said = |key: &'static str| Phrase::new(key).with("needed", needed).with("allowed", allowed.unwrap_or_default());
    let remedy = || Phrase::new("doctor-remedy-watches").with("wanted", (needed * 4).max(65_536));
    vec![match allowed {
        Some(allowed) if needed > allowed => Finding::environment(CHECK, said("doctor-watches-short")).remedy(remedy()),
        // Other programs of the account watch as well.
        Some(allowed) if needed > allowed / 2 => Finding::remark(CHECK, said("doctor-watches-near")).remedy(remedy()),
        _ => Finding::fine(CHECK, Phrase::new("doctor-watches-fine").with("needed", needed)),
    }]
}

pub(super) fn clock(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "clock";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    let Some(head) = repository.head().ok().flatten().and_then(|head| repository.info(head).ok()) else {
        return Vec::new();
    };
    let ahead = head.at.duration_since(site.context.clock.now());
    let said = Phrase::new("doctor-clock-behind").with("minutes", ahead.as_mins()).with("commit", head.at);
    let remedy = Phrase::new("doctor-remedy-clock");
    vec![match ahead {
        ahead if ahead > CLOCK_FAULT => Finding::environment(CHECK, said).remedy(remedy),
        ahead if ahead > CLOCK_REMARK => Finding::remark(CHECK, said).remedy(remedy),
        _ => Finding::fine(CHECK, Phrase::new("doctor-clock-fine")),
    }]
}

pub(super) fn server(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "serve";
    let Some(repository) = site.repository() else {
        return Vec::new();
    };
    match Lock::server(repository.state_folder()) {
        Ok(Some(who)) => vec![Finding::fine(CHECK, Phrase::new("doctor-served").with("who", who))],
        Ok(None) => {
            vec![Finding::remark(CHECK, Phrase::new("doctor-not-served")).remedy(Phrase::new("doctor-remedy-serve"))]
        }
        Err(error) => {
            let said = Phrase::new("doctor-unreadable").with("detail", format!("{error:#}"));
            vec![Finding::environment(CHECK, said).remedy(Phrase::new("doctor-remedy-foreign-state"))]
        }
    }
}
