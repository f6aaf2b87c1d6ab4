//! A whole site in one file, and back: repository, local state, work that is not committed. A gzipped tar whose
//! order is part of its meaning; it holds names and addresses, so it is for its owner alone.
//!
//! ```text
//! guichet.json         what this is, and where every reference stood
//! objects.pack         every object that those references and the index need
//! git/config           and hooks, and what is under way
//! git/guichet/         the local state: address book, outbox, marks, key, numbers
//! work/                files of the working tree that no commit holds
//! git/index            what was staged
//! ```

mod restore;
mod save;

use std::path::{Component, Path};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use restore::{Restored, Unusable, restore};
pub use save::save;

use crate::repository::References;

/// The version of this format. A later program reads all earlier ones.
const FORMAT: u32 = 1;
const MANIFEST: &str = "guichet.json";
const PACK: &str = "objects.pack";
const INDEX: &str = "index";

/// The first entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the format.
    format: u32,
    /// Which Guichet made it.
    guichet: String,
    /// When.
    pub made: Timestamp,
    /// The site's folder below the repository's root: "" or ending in a slash.
    site: String,
    /// Where every reference stood.
    references: References,
    /// Files of the head that the working tree did not have.
    removed: Vec<String>,
}

/// Where an entry belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Manifest,
    Pack,
    /// Below the git folder.
    Git(String),
    Index,
    /// Below the repository's root.
    Work(String),
}

impl Place {
    /// `None`: nowhere that a backup has something to put.
    fn of(path: &Path) -> Option<Self> {
        let mut parts = Vec::new();
        for part in path.components() {
            let Component::Normal(part) = part else {
                return None;
            };
            parts.push(part.to_str()?);
        }
        let below = |parts: &[&str]| parts.join("/");
        match parts.as_slice() {
            [MANIFEST] => Some(Self::Manifest),
            [PACK] => Some(Self::Pack),
            ["git", INDEX] => Some(Self::Index),
            ["git", "config" | "description" | "shallow" | "MERGE_HEAD" | "MERGE_MSG" | "MERGE_MODE"]
            | ["git", "info" | "hooks", _]
            | ["git", "guichet", _, ..] => Some(Self::Git(below(&parts[1..]))),
            ["work", rest @ ..] if !rest.is_empty() && !rest.iter().any(|part| part.eq_ignore_ascii_case(".git")) => {
                Some(Self::Work(below(rest)))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_goes_where_a_backup_has_something_to_put_or_nowhere() {
        let of = |path: &str| Place::of(Path::new(path));
        assert_eq!(of("guichet.json"), Some(Place::Manifest));
        assert_eq!(of("git/index"), Some(Place::Index));
        assert_eq!(of("git/hooks/post-receive"), Some(Place::Git("hooks/post-receive".into())));
        assert_eq!(of("git/guichet/outbox/queue/a.eml"), Some(Place::Git("guichet/outbox/queue/a.eml".into())));
        assert_eq!(of("work/tickets/a.md"), Some(Place::Work("tickets/a.md".into())));
        for elsewhere in [
            "/etc/passwd",
            "../x",
            "work/../../x",
            "git/HEAD",
            "git/hooks/a/b",
            "work/.git/config",
            "work/a/.GIT/x",
            "work",
            "x",
        ] {
            assert_eq!(of(elsewhere), None, "{elsewhere}");
        }
    }
}
