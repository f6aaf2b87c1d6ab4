//! Keys, and how what a person typed is matched with them: without regard to case, accents, spaces,
//! hyphens or underscores.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The name of something configured: `[a-z0-9.-]+`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key(String);

impl Key {
    /// Keys become part of file names, which hold 255 bytes: that of a letter names a booking, so a resource, and a
    /// member.
    pub const MAX_BYTES: usize = 64;

    /// The key, when `text` is one.
    pub fn new(text: &str) -> Option<Self> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
        (!text.is_empty() && !text.starts_with('.') && text.chars().all(fits)).then(|| Self(text.to_owned()))
    }

    /// A key made from a name: in ASCII, with hyphens; `None` when nothing of the name is left.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut key = String::new();
        for c in simplified(name) {
            if c.is_ascii_alphanumeric() {
                key.push(c);
            } else if !key.is_empty() && !key.ends_with('-') {
                key.push('-');
            }
        }
        Self::new(key.trim_end_matches('-'))
    }

    /// The text of the key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is left of a text when case, accents, spaces, hyphens and underscores do not count: two texts
/// name the same thing when their foldings are equal.
pub fn fold(text: &str) -> String {
    simplified(text).filter(|c| !c.is_whitespace() && !is_dash(*c)).collect()
}

/// Lower case, without accents, ligatures taken apart.
fn simplified(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).flat_map(|c| match c {
        'œ' => ['o', 'e'].into_iter().take(2),
        'æ' => ['a', 'e'].into_iter().take(2),
        '’' => ['\'', ' '].into_iter().take(1),
        c => [c, ' '].into_iter().take(1),
    })
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{ad}')
}

/// The candidate that `typed` most likely stood for, if any is near enough.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(typed);
    let allowed = (folded.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &fold(candidate)), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_ignores_what_does_not_count() {
        for typed in ["fermé", "Ferme", "FERMÉ", " ferme ", "fer_mé"] {
            assert_eq!(fold(typed), "ferme");
        }
        assert_eq!(fold("pris en\u{a0}charge"), fold("pris-en-charge"));
        assert_eq!(fold("Cœur"), "coeur");
    }

    #[test]
    fn names_become_keys() {
        assert_eq!(Key::from_name("Salle informatique 1").unwrap().as_str(), "salle-informatique-1");
        assert_eq!(Key::from_name("  Labo SVT / É ").unwrap().as_str(), "labo-svt-e");
        assert!(Key::from_name("???").is_none());
        assert!(Key::new("Salle").is_none());
    }

    #[test]
    fn a_slip_finds_its_neighbour() {
        assert_eq!(nearest("stauts", ["title", "status"]), Some("status"));
        assert_eq!(nearest("couleur", ["title", "status"]), None);
    }
}
