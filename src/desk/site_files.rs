//! The files of a site that are no ticket and no booking: what they say, and whether they have changed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::config::{self, Site};
use crate::phrase::Phrase;
use crate::problem::Problem;

/// Why a desk can not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// `site.toml` is wrong.
    #[error("the configuration is wrong")]
    Config(Vec<Problem>),
    /// The machine or the repository.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

/// Reads `site.toml`, and the site's own holidays; the text is that of both.
///
/// # Errors
/// It is missing or wrong.
pub fn read_site(folder: &Path) -> Result<(Site, String), OpenError> {
    let path = folder.join(config::FILE);
    let missing = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => config_unusable(Phrase::new("config-missing-file")),
        _ => config_unusable(Phrase::new("problem-unreadable-file").with("detail", error)),
    };
    let mut text = std::fs::read_to_string(path).map_err(missing)?;
    let holidays = match std::fs::read_to_string(folder.join(config::HOLIDAYS_FILE)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        read => Some(read.with_context(|| format!("reading {}", config::HOLIDAYS_FILE))?),
    };
    let site = Site::parse_with(&text, holidays.as_deref()).map_err(OpenError::Config)?;
    text.extend(holidays);
    Ok((site, text))
}

/// There is no `site.toml` that could be read.
pub(super) fn config_unusable(why: Phrase) -> OpenError {
    let problem = Problem::of_file(config::FILE, why);
    OpenError::Config(vec![problem.hint(Phrase::new("hint-config-missing-file"))])
}

/// A plain file of the site, through no link: neither the file nor a folder on the way to it is one.
pub(super) fn read_plain(folder: &Path, path: &str) -> Result<Vec<u8>> {
    let mut full = folder.to_owned();
    for part in Path::new(path).components() {
        full.push(part);
        let found = std::fs::symlink_metadata(&full).with_context(|| format!("reading {path}"))?;
        anyhow::ensure!(!found.is_symlink(), "{path} leads through a link");
    }
    anyhow::ensure!(full.is_file(), "{path} is not a plain file");
    std::fs::read(&full).with_context(|| format!("reading {path}"))
}

/// Changes when the file does, without reading it; empty when it is not there.
pub(super) fn stamp(folder: &Path, path: &str) -> String {
    let found = std::fs::symlink_metadata(folder.join(path)).ok().filter(std::fs::Metadata::is_file);
    found.map(|found| format!("{} {:?}", found.len(), found.modified().ok())).unwrap_or_default()
}

/// Changes when a file of a theme of the site's own does.
pub(super) fn theme_signature(folder: &Path, name: &str) -> Vec<(PathBuf, Option<std::time::SystemTime>, u64)> {
    let files = walkdir::WalkDir::new(folder.join("themes").join(name)).sort_by_file_name().into_iter().flatten();
    files
        .filter(|entry| entry.file_type().is_file())
        .filter_map(|entry| {
            let metadata = entry.metadata().ok()?;
            Some((entry.into_path(), metadata.modified().ok(), metadata.len()))
        })
        .collect()
}
