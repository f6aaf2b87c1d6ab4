//! The site under examination: what could be opened of it, and why the rest could not. Opened so that nothing
//! of it changes.

use std::path::{Path, PathBuf};

use crate::config::Site;
use crate::desk::{Desk, OpenError, read_site};
use crate::disk;
use crate::problem::Problem;
use crate::repository::{self, Format, Repository};

use super::super::Context;

/// What every check looks at.
pub(super) struct Examination<'a> {
    pub(super) context: &'a Context,
    /// How the repository keeps its objects; `None`: there is no repository.
    pub(super) format: Option<Format>,
    /// The permissions of private files, as they were before anything was opened: opening closes the folder.
    pub(super) permissions: Vec<(PathBuf, u32)>,
    pub(super) site: Result<Site, Vec<Problem>>,
    pub(super) repository: anyhow::Result<Repository>,
    /// `None`: the site or the repository is broken, or, if it is said so, the rest.
    pub(super) desk: Option<Desk>,
    /// Why there is no desk where site and repository are sound, or why it can not look.
    pub(super) failure: Option<anyhow::Error>,
}

impl<'a> Examination<'a> {
    pub(super) fn of(context: &'a Context) -> Self {
        let folder = &context.folder;
        let git = repository::git_folder(folder).ok();
        let permissions = git.as_deref().map(private_files).unwrap_or_default();
        let mut failure = None;
        let site = match read_site(folder) {
            Ok((site, _)) => Ok(site),
            Err(OpenError::Config(problems)) => Err(problems),
            Err(OpenError::Failed(error)) => {
                failure = Some(error);
                Err(Vec::new())
            }
        };
        let repository = Repository::open(folder, site.as_ref().map_or("main", |site| &site.branch));
        let mut desk = None;
        if site.is_ok() && repository.is_ok() {
            match Desk::open(folder, context.clock) {
                Ok(mut opened) => {
                    // Pushes are followed and mails prepared by a serve, not by us.
                    failure = opened.only_look().err();
                    desk = Some(opened);
                }
                Err(OpenError::Failed(error)) => failure = Some(error),
                Err(OpenError::Config(_)) => {}
            }
        }
        Self { context, format: git.as_deref().map(repository::format), permissions, site, repository, desk, failure }
    }

    pub(super) fn repository(&self) -> Option<&Repository> {
        self.repository.as_ref().ok()
    }

    pub(super) fn site(&self) -> Option<&Site> {
        self.site.as_ref().ok()
    }
}

/// What only the account that runs Guichet may read.
fn private_files(git: &Path) -> Vec<(PathBuf, u32)> {
    let state = git.join("guichet");
    let inside = ["people.toml", "outbox", "key", "receipts", "seen"].map(|name| state.join(name));
    let mut found = vec![state];
    found.extend(inside);
    found.into_iter().filter_map(|path| Some((path.clone(), disk::permissions(&path).ok()?))).collect()
}
