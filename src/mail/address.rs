//! A mailbox: a display name and an address. It knows which ones can stand in a header
//! and in an envelope, not whose they are.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, ensure};
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};

/// RFC 5321, 4.5.3.1.3: a path holds 256 octets, two of them the angle brackets.
const MAX_EMAIL_BYTES: usize = 254;

/// A display name keeps a header readable and its lines short; longer ones are cut.
const MAX_NAME_CHARS: usize = 100;

/// A person or a service as a mail header names it (RFC 5322, 3.4). The fields are as they came;
/// what can not be written in a header is found when a letter is composed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The display name; may be empty.
    pub name: String,
    /// `local@domain`, in ASCII.
    pub email: String,
}

impl Address {
    /// Reads `Name <local@domain>`, `"Name" <local@domain>` or `local@domain`.
    ///
    /// # Errors
    /// When the address is not one that every server understands: beyond ASCII (RFC 6531 is
    /// rarely spoken), quoted, a list, or over 254 octets.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let (name, email) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, email)) => (name.trim(), email),
            None => ("", text),
        };
        let name = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(name);
        let address = Self { name: one_line(name, MAX_NAME_CHARS), email: email.trim().to_owned() };
        address.envelope()?;
        Ok(address)
    }

    /// What follows the last `@`: the right side of our Message-IDs.
    pub(super) fn domain(&self) -> &str {
        self.email.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address as SMTP takes it.
    pub(super) fn envelope(&self) -> Result<lettre::Address> {
        envelope(&self.email)
    }

    /// The address as a header takes it: lettre panics on a name with CR, LF or NUL, takes an empty one for a name, and
    /// lets stand what a reader would decode (RFC 2047).
    pub(super) fn mailbox(&self) -> Result<Mailbox> {
        let name = one_line(&self.name, MAX_NAME_CHARS).replace("=?", "= ?");
        Ok(Mailbox::new((!name.is_empty()).then_some(name), self.envelope()?))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => write!(f, "{}", self.email),
            name => write!(f, "{name} <{}>", self.email),
        }
    }
}

impl FromStr for Address {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

/// A bare address as SMTP takes it.
pub(super) fn envelope(email: &str) -> Result<lettre::Address> {
    ensure!(email.len() <= MAX_EMAIL_BYTES, "address of {} bytes, {MAX_EMAIL_BYTES} at most", email.len());
    ensure!(email.is_ascii() && !email.contains('"'), "address {email:?} has characters that mail servers refuse");
    email.parse().with_context(|| format!("{email:?} is not a mail address"))
}

/// The text on one line, without control characters and runs of blanks, cut at `max_chars`:
/// what goes into a header can not open another one.
pub(super) fn one_line(text: &str, max_chars: usize) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_forms_are_read_and_written() {
        for (text, name, email) in [
            ("a@b.fr", "", "a@b.fr"),
            ("<a@b.fr>", "", "a@b.fr"),
            ("Service informatique <a@b.fr>", "Service informatique", "a@b.fr"),
            ("\"Durand, Paul\" <a@b.fr>", "Durand, Paul", "a@b.fr"),
            ("Éloïse\r\nBcc: x@y.fr <a@b.fr>", "Éloïse Bcc: x@y.fr", "a@b.fr"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.name.as_str(), address.email.as_str()), (name, email));
            assert_eq!(Address::parse(&address.to_string()).unwrap(), address);
        }
    }

    #[test]
    fn what_no_server_takes_is_refused() {
        let long = format!("{}@b.fr", "a".repeat(320));
        for text in [
            "",
            "a",
            "a@",
            "@b.fr",
            "a@b.fr, c@d.fr",
            "a@b.fr\r\nBcc: c@d.fr",
            "é@d.fr",
            "\"a b\"@c.fr",
            "a b@c.fr",
            "x <a@b>c.fr>",
            &long,
        ] {
            assert!(Address::parse(text).is_err(), "{text:?} was accepted");
        }
    }
}
