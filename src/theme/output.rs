//! The site on disk. What differs is rendered and written aside first; only when all of it is there are the
//! files renamed into place, what is linked to before what links to it, so that a failure leaves the old site
//! and no reader meets a dead link. Knows no ticket.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use walkdir::WalkDir;

use super::plan::{Kind, Page};

/// Says that a folder holds nothing but a generated site, so that what is not planned may be removed from it.
const SIGN: &str = ".guichet";

/// A folder with a generated site.
pub struct Output {
    folder: PathBuf,
    /// What was written last, by path.
    written: HashMap<String, [u8; 32]>,
    /// Whether the folder was compared with a plan before.
    known: bool,
}

/// What a publication did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Pages of the site.
    pub pages: usize,
    /// Files that got other bytes.
    pub written: usize,
    /// Files that are gone.
    pub removed: usize,
    /// Somebody threw pages away, and may be at it still.
    pub thrown_away: bool,
}

impl Output {
    /// A folder for a site: new, empty, or one that holds a generated site.
    ///
    /// # Errors
    /// It holds something else.
    pub fn open(folder: &Path) -> Result<Self> {
        let empty = fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
        if !empty && !folder.join(SIGN).exists() {
            bail!("{} holds other files: name an empty folder, or remove them", folder.display());
        }
        Ok(Self { folder: folder.to_owned(), written: HashMap::new(), known: false })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Brings the folder to what is planned.
    ///
    /// # Errors
    /// A page can not be rendered or written; the site on disk is then what it was.
    pub fn publish(&mut self, pages: &[Page<'_>]) -> Result<Report> {
        let staging = self.folder.join(format!(".staging-{}", std::process::id()));
        let _ = fs::remove_dir_all(&staging);
        fs::create_dir_all(&staging).with_context(|| format!("making {}", staging.display()))?;
        let result = self.publish_through(&staging, pages);
        let _ = fs::remove_dir_all(&staging);
        result
    }

    fn publish_through(&mut self, staging: &Path, pages: &[Page<'_>]) -> Result<Report> {
        let mut thrown_away = false;
        if !self.folder.join(SIGN).exists() {
            thrown_away = !self.written.is_empty();
            // Somebody threw the folder away: nothing is known to be there.
            self.written.clear();
            self.known = false;
            fs::write(self.folder.join(SIGN), "").with_context(|| format!("writing into {}", self.folder.display()))?;
        }
        // Somebody may have thrown away a part of it.
        let differing: Vec<(usize, &Page<'_>)> = pages
            .par_iter()
            .enumerate()
            .filter(|(_, page)| {
                self.written.get(&page.path) != Some(&page.fingerprint)
                    || fs::symlink_metadata(self.folder.join(&page.path)).is_err()
            })
            .collect();
        thrown_away |= differing.iter().any(|(_, page)| self.written.get(&page.path) == Some(&page.fingerprint));
        // A folder that is not there yet is put in place whole, which spares most of a new site's renames.
        let tops: BTreeSet<&str> = differing.iter().filter_map(|(_, page)| top(&page.path)).collect();
        let fresh: BTreeSet<&str> = tops.into_iter().filter(|top| !self.folder.join(top).exists()).collect();
        let is_fresh = |path: &str| top(path).is_some_and(|top| fresh.contains(top));
        let aside = |index: usize, path: &str| {
            if is_fresh(path) { staging.join("fresh").join(path) } else { staging.join(index.to_string()) }
        };
        let mut staged: Vec<(Kind, usize)> = differing
            .par_iter()
            .map(|(index, page)| {
                let bytes = page.render()?;
                let said = || format!("writing {}", page.path);
                let aside = aside(*index, &page.path);
                if is_fresh(&page.path) {
                    fs::create_dir_all(aside.parent().unwrap_or(staging)).with_context(said)?;
                } else if fs::read(self.folder.join(&page.path)).is_ok_and(|present| present == bytes) {
                    return Ok(None);
                }
                fs::write(&aside, &bytes).with_context(said)?;
                Ok(Some((page.kind, *index)))
            })
            .filter_map(Result::transpose)
            .collect::<Result<_>>()?;
        staged.sort_unstable();
        for top in &fresh {
            let said = || format!("putting {top}/ in place");
            fs::rename(staging.join("fresh").join(top), self.folder.join(top)).with_context(said)?;
        }
        for (_, index) in staged.iter().filter(|(_, index)| !is_fresh(&pages[*index].path)) {
            let path = self.folder.join(&pages[*index].path);
            let said = || format!("putting {} in place", path.display());
            if let Some(parent) = path.parent().filter(|parent| !parent.is_dir()) {
                fs::create_dir_all(parent).with_context(said)?;
            }
            fs::rename(staging.join(index.to_string()), &path).with_context(said)?;
        }
        for (_, page) in &differing {
            self.written.insert(page.path.clone(), page.fingerprint);
        }
        let planned: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
        let removed = self.remove_orphans(&planned)?;
        Ok(Report { pages: pages.len(), written: staged.len(), removed, thrown_away })
    }

    /// Removes what is not planned: at first by looking at the folder, later from memory.
    fn remove_orphans(&mut self, planned: &BTreeSet<&str>) -> Result<usize> {
        let mut orphans: Vec<String> =
            self.written.keys().filter(|path| !planned.contains(path.as_str())).cloned().collect();
        if !self.known {
            for entry in WalkDir::new(&self.folder)
                .min_depth(1)
                .into_iter()
                .filter_entry(|entry| !entry.file_name().to_string_lossy().starts_with(".staging-"))
            {
                let entry = entry.context("looking at the site on disk")?;
                let path = entry
                    .path()
                    .strip_prefix(&self.folder)
                    .unwrap_or(entry.path())
                    .to_string_lossy()
                    .replace('\\', "/");
                if !entry.file_type().is_dir() && path != SIGN && !planned.contains(path.as_str()) {
                    orphans.push(path);
                }
            }
            self.known = true;
        }
        for orphan in &orphans {
            let path = self.folder.join(orphan);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("removing {}", path.display()));
                }
                _ => {}
            }
            let mut folder = path.parent();
            while let Some(empty) = folder.filter(|folder| **folder != self.folder && fs::remove_dir(folder).is_ok()) {
                folder = empty.parent();
            }
            self.written.remove(orphan);
        }
        Ok(orphans.len())
    }
}

/// The first folder of a path; `None`: the file stands at the root.
fn top(path: &str) -> Option<&str> {
    path.split_once('/').map(|(top, _)| top)
}
