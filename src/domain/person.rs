//! Who asks and who answers. Names and addresses of requesters are met here as values; where they are
//! kept is the address book's business.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::key::Key;

/// Stands for the team's shared account where a member's id could stand.
pub const TEAM: &str = "team";

/// Stands for a requester in versioned files: `p-` and six characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pseudonym(String);

/// What pseudonyms are made of: no letter that is easily taken for another.
pub const PSEUDONYM_ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

impl Pseudonym {
    /// The pseudonym, when `text` is one: `p-` and 4 to 20 of `[a-z0-9]`.
    pub fn new(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("p-")?;
        let fits = (4..=20).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        fits.then(|| Self(text.to_owned()))
    }

    /// A pseudonym from six random bytes.
    pub fn from_random(bytes: [u8; 6]) -> Self {
        let letters = bytes.map(|byte| char::from(PSEUDONYM_ALPHABET[usize::from(byte) % 32]));
        Self(format!("p-{}", String::from_iter(letters)))
    }

    /// The text of the pseudonym.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who asked, as a ticket names them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Requester {
    /// A ticket written by hand that names nobody.
    #[default]
    Nobody,
    /// Somebody of the address book.
    Person(Pseudonym),
    /// A member of the team.
    Member(Key),
}

impl fmt::Display for Requester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => Ok(()),
            Self::Person(pseudonym) => pseudonym.fmt(f),
            Self::Member(key) => key.fmt(f),
        }
    }
}

/// What machines are called that send and do not read, without hyphens, dots and underscores; another word may stand
/// before or after.
const AUTOMATIC: [&str; 8] =
    ["noreply", "donotreply", "nepasrepondre", "sansreponse", "mailerdaemon", "bounce", "bounces", "devnull"];
/// How a return path begins that a mail server made of another address (BATV, SRS).
const RETURN_PATHS: [&str; 3] = ["prvs=", "srs0", "srs1"];
/// How a mailing list calls its machines; with a hyphen, so that nobody's name is taken for one.
const LIST: (&str, [&str; 2]) = ("owner-", ["-request", "-owner"]);

/// A mail address that mail can be sent to: the `addr-spec` of RFC 5322 section 3.4.1 without quoted
/// strings, comments and address literals, within the lengths of RFC 5321 section 4.5.3.1.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MailAddress(String);

impl MailAddress {
    /// The address, when `text` is one.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
        let local_fits = (1..=64).contains(&local.len())
            && !local.starts_with('-')
            && local.split('.').all(|part| !part.is_empty() && part.chars().all(atom));
        let label = |part: &str| {
            (1..=63).contains(&part.len())
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        (local_fits && text.len() <= 254 && domain.split('.').all(label)).then(|| Self(text.to_owned()))
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the at sign, in lower case.
    pub fn domain(&self) -> String {
        self.0.rsplit('@').next().unwrap_or_default().to_ascii_lowercase()
    }

    /// Whether a machine is behind it that reads nothing, and may answer on its own: mail there is lost at best, and a
    /// loop at worst. `postmaster` is a person (RFC 5321, section 4.5.1).
    pub fn is_automatic(&self) -> bool {
        let local = self.0.rsplit_once('@').map_or("", |(local, _)| local).to_lowercase();
        let name = local.split('+').next().unwrap_or_default();
        let words: Vec<&str> = name.split(['.', '-', '_', '=']).filter(|word| !word.is_empty()).collect();
        let called = |words: &[&str]| AUTOMATIC.contains(&words.concat().as_str());
        let (owner, machines) = LIST;
        (0..words.len()).any(|at| called(&words[at..]) || called(&words[..=at]))
            || RETURN_PATHS.iter().any(|start| name.starts_with(start) && words.len() > 1 || name == *start)
            || name.starts_with(owner)
            || machines.iter().any(|end| name.ends_with(end))
    }

    /// Two addresses with the same folding are the same mailbox for us.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name and a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// As the person wrote it.
    pub name: String,
    /// Where mail reaches them.
    pub email: MailAddress,
}

/// One who stands behind the team's account; public by function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Names the member in `assignee` and `requester`.
    pub id: Key,
    /// Shown on pages and in mails.
    pub name: String,
    /// Their own mailbox.
    pub email: MailAddress,
    /// Other addresses that their commits may carry, folded.
    pub emails: Vec<String>,
    /// Other spellings of the id.
    pub aliases: Vec<String>,
    /// Left the team: old files stay good, nothing new.
    pub retired: bool,
}

/// What the address book holds of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Name and address.
    Contact(Contact),
    /// Asked to be forgotten: « ancien collègue », receives nothing.
    Forgotten,
    /// No such line: the address book is not complete.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_mail_can_be_sent_to() {
        for good in ["Sophie.Martin@ac-versailles.fr", "a+b@college.example", " x@localhost "] {
            assert!(MailAddress::new(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "x",
            "@d.fr",
            "é@d.fr",
            "a@b@c",
            "a b@c.fr",
            "-oQ/x@d.fr",
            "a@d..fr",
            "a,b@d.fr",
            "a@d.fr\r\nBcc: v@x",
            "<a@d.fr>",
            "\"a\"@d.fr",
            "a@[127.0.0.1]",
        ] {
            assert!(MailAddress::new(bad).is_none(), "{bad:?}");
        }
        assert!(MailAddress::new(&format!("{}@d.fr", "a".repeat(320))).is_none());
    }

    #[test]
    fn machines_are_told_from_people() {
        let automatic = |text: &str| MailAddress::new(text).unwrap().is_automatic();
        for machine in [
            "No-Reply@d.fr",
            "ne_pas.repondre@d.fr",
            "MAILER-DAEMON@d.fr",
            "bounces+x=y@d.fr",
            "noreply-ent@d.fr",
            "ent.no-reply@d.fr",
            "notifications-noreply@d.fr",
            "listes-bounces@d.fr",
            "double-bounce@d.fr",
            "prvs=4217a1b2c3=sophie@d.fr",
            "SRS0=HHH=TT=d.fr=sophie@d.fr",
            "srs1+HHH=d.fr==HHH=TT=e.fr=sophie@d.fr",
            "profs-request@d.fr",
            "owner-profs@d.fr",
            "profs-owner@d.fr",
        ] {
            assert!(automatic(machine), "{machine}");
        }
        for person in [
            "postmaster@d.fr",
            "noreen.reply@d.fr",
            "x@noreply.fr",
            "sophie+noreply@d.fr",
            "jean.request@d.fr",
            "marie.owner@d.fr",
            "owner@d.fr",
            "bruno.reply-martin@d.fr",
            "prvs@d.fr",
        ] {
            assert!(!automatic(person), "{person}");
        }
    }

    #[test]
    fn pseudonyms_are_told_from_addresses() {
        assert!(Pseudonym::new("p-7k2m9x").is_some());
        assert!(Pseudonym::new("sophie@college.example").is_none());
        assert!(Pseudonym::new("p-../..").is_none());
    }
}
