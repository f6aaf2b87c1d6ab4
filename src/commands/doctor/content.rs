//! Checks of what the site holds: files that can not be read, secrets and addresses where everybody can read
//! them, people of the address book and of the files who do not know each other.

use std::collections::BTreeSet;

use super::examination::Examination;
use super::finding::{Finding, Verdict, or_fine};
use super::privacy::{Secret, addresses, pseudonyms, secret_keys, secrets};
use crate::config::FILE;
use crate::desk::{Desk, state_problem};
use crate::domain::history::Author;
use crate::domain::person::{Known, MailAddress};
use crate::phrase::Phrase;

/// A remark that is made a hundred times is read by nobody.
const MOST_PLACES: usize = 5;
/// Photos and such hold no text of ours.
const TEXT_BYTES: usize = 512 << 10;
/// Of history, so many files outside the content are looked at, the newest first.
const PAST_FILES: usize = 20_000;
/// What requesters write.
const CONTENT: [&str; 2] = ["tickets", "reservations"];

pub(super) fn configuration(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "configuration";
    if let Some(problem) = site.failure.as_ref().and_then(state_problem) {
        return vec![Finding { verdict: Verdict::Environment, ..Finding::of_problem(CHECK, &problem) }];
    }
    if let Some(error) = &site.failure {
        let said = Phrase::new("doctor-unreadable").with("detail", format!("{error:#}"));
        return vec![Finding::environment(CHECK, said).remedy(Phrase::new("doctor-remedy-foreign-state"))];
    }
    match &site.site {
        Ok(site) if site.is_reachable() => vec![Finding::fine(CHECK, Phrase::new("doctor-config-fine"))],
        Ok(_) => {
            let remedy = Phrase::new("doctor-remedy-loopback");
            vec![Finding::remark(CHECK, Phrase::new("config-loopback")).at(FILE).remedy(remedy)]
        }
        Err(problems) => problems.iter().map(|problem| Finding::of_problem(CHECK, problem)).collect(),
    }
}

pub(super) fn files(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "files";
    let Some(desk) = &site.desk else {
        return Vec::new();
    };
    let problems = desk.office().problems.iter();
    // The outbox has a check of its own.
    let of_the_outbox = ["problem-mail-dead", "problem-mail-outage", "problem-mail-damaged"];
    let found = problems.filter(|problem| !of_the_outbox.contains(&problem.message.key));
    let found = found.map(|problem| Finding::of_problem(CHECK, problem)).collect();
    or_fine(found, CHECK, "doctor-files-fine")
}

pub(super) fn privacy(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "privacy";
    let Some(desk) = &site.desk else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let text = std::fs::read_to_string(desk.repository().site_folder().join(FILE)).unwrap_or_default();
    for line in secret_keys(&text) {
        let remedy = Phrase::new("hint-password");
        found.push(Finding::content(CHECK, Phrase::new("doctor-secret")).at(format!("{FILE}:{line}")).remedy(remedy));
    }
    match tracked(desk) {
        Ok(files) => {
            found.extend(secrets_in(desk, &files));
            found.extend(addresses_in(desk, &files));
        }
        Err(error) => {
            let said = Phrase::new("doctor-unreadable").with("detail", format!("{error:#}"));
            found.push(Finding::environment(CHECK, said).remedy(Phrase::new("doctor-remedy-fsck")));
        }
    }
    or_fine(found, CHECK, "doctor-privacy-fine")
}

/// Keys anywhere; passwords and tokens where no requester writes. What history still holds of them is told apart: to take
/// a file away is not enough.
fn secrets_in(desk: &Desk, files: &[(String, String)]) -> Vec<Finding> {
    let repository = desk.repository();
    let full = |name: &str| format!("{}{name}", repository.prefix());
    let content = CONTENT.map(|folder| full(folder) + "/");
    let written_by_requesters = |path: &str| content.iter().any(|folder| path.starts_with(folder));
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for (path, text) in files {
        for (line, kind) in secrets(path, text) {
            let (message, remedy) = match kind {
                Secret::Key => ("doctor-private-key", "doctor-remedy-private-key"),
                _ if written_by_requesters(path) => continue,
                // The configuration is looked at as it is on disk, comments and all.
                Secret::Password if *path == full(FILE) => continue,
                Secret::Password => ("doctor-secret", "doctor-remedy-secret"),
                Secret::Token => ("doctor-token", "doctor-remedy-secret"),
            };
            told.insert(path.clone());
            let place = if kind == Secret::Key { path.clone() } else { format!("{path}:{line}") };
            found.push(
                Finding::content("privacy", Phrase::new(message))
                    .at(place)
                    .remedy(Phrase::new(remedy).with("path", path)),
            );
        }
    }
    let past = match repository.head() {
        Ok(Some(head)) => repository.past_files(head, &CONTENT, PAST_FILES, TEXT_BYTES),
        _ => return found,
    };
    let mut past_told = 0;
    for (file, commit) in past.unwrap_or_default() {
        let text = repository.bytes(file.blob).unwrap_or_default();
        if past_told < MOST_PLACES
            && !secrets(&file.path, &String::from_utf8_lossy(&text)).is_empty()
            && told.insert(file.path.clone())
        {
            past_told += 1;
            let commit = commit.to_string().chars().take(10).collect::<String>();
            let said = Phrase::new("doctor-secret-past").with("commit", commit);
            found.push(Finding::remark("privacy", said).at(file.path).remedy(Phrase::new("doctor-remedy-secret-past")));
        }
    }
    found
}

/// The small files of the head, with what they say.
fn tracked(desk: &Desk) -> anyhow::Result<Vec<(String, String)>> {
    let repository = desk.repository();
    let Some(head) = repository.head()? else {
        return Ok(Vec::new());
    };
    let mut files = Vec::new();
    for file in repository.every_file(head)? {
        if repository.size_bytes(file.blob)? <= TEXT_BYTES {
            files.push((file.path, String::from_utf8_lossy(&repository.bytes(file.blob)?).into_owned()));
        }
    }
    Ok(files)
}

/// Addresses of people in tickets and reservations: those of the team are public by function.
fn addresses_in(desk: &Desk, files: &[(String, String)]) -> Vec<Finding> {
    let site = desk.site();
    let mut public: BTreeSet<String> = [&site.team.email, &site.mail.from.email].map(MailAddress::folded).into();
    for member in site.vocabulary.members.iter() {
        public.insert(member.email.folded());
        public.extend(member.emails.iter().cloned());
    }
    let prefix = desk.repository().prefix();
    let content = CONTENT.map(|folder| format!("{prefix}{folder}/"));
    let mut found = Vec::new();
    let mut more = 0;
    for (path, text) in files.iter().filter(|(path, _)| content.iter().any(|folder| path.starts_with(folder))) {
        for (line, address) in addresses(text) {
            if public.contains(&address.folded()) {
                continue;
            }
            if found.len() == MOST_PLACES {
                more += 1;
                continue;
            }
            let remedy = Phrase::new("doctor-remedy-address");
            // Somebody of the address book is somebody whose address must not be there; another may be a mail quoted.
            let said = Phrase::new("doctor-address");
            found.push(
                match desk.people().by_address(&address) {
                    Some(_) => Finding::content("privacy", Phrase::new("doctor-address-requester")),
                    None => Finding::remark("privacy", said),
                }
                .at(format!("{path}:{line}"))
                .remedy(remedy),
            );
        }
    }
    if more > 0 {
        found.push(Finding::remark("privacy", Phrase::new("doctor-addresses-more").with("count", more)));
    }
    found
}

pub(super) fn people(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "people";
    let Some(desk) = &site.desk else {
        return Vec::new();
    };
    let mut named = BTreeSet::new();
    for folder in ["tickets", "reservations"] {
        for entry in walkdir::WalkDir::new(desk.repository().site_folder().join(folder)).into_iter().flatten() {
            if entry.path().extension().is_some_and(|extension| extension == "md") {
                named.extend(pseudonyms(&String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap_or_default())));
            }
        }
    }
    for step in desk.office().timelines.values().flatten() {
        if let Author::Person(pseudonym) = step.signed.author(&desk.site().vocabulary, desk.site().team.email.as_str())
        {
            named.insert(pseudonym);
        }
    }
    let known = desk.people().everybody().filter(|(_, known)| matches!(known, Known::Contact(_)));
    let orphans: Vec<String> =
        known.map(|(pseudonym, _)| pseudonym).filter(|who| !named.contains(who)).map(ToString::to_string).collect();
    let Some(first) = orphans.first() else {
        return vec![Finding::fine(CHECK, Phrase::new("doctor-people-fine"))];
    };
    let said = Phrase::new("doctor-people-orphans").with("count", orphans.len()).with("who", orphans.join(", "));
    vec![Finding::remark(CHECK, said).remedy(Phrase::new("doctor-remedy-orphans").with("who", first))]
}
