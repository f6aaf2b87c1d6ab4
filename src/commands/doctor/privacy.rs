//! Finds in a text what should not be there for everybody to read: passwords, private keys, mail addresses.

use crate::domain::person::{MailAddress, Pseudonym};

/// What a key that holds a secret is called, or ends with.
const SECRETS: [&str; 8] =
    ["password", "passwd", "passwort", "mot_de_passe", "motdepasse", "secret", "token", "api_key"];

/// The lines of a configuration, counted from 1, that give a secret a value, commented out or not.
pub(super) fn secret_keys(toml: &str) -> Vec<usize> {
    let names_a_secret = |line: &&str| {
        let line = line.trim_start_matches(['#', ' ', '\t']);
        let Some((key, value)) = line.split_once('=') else {
            return false;
        };
        let key = key.trim().trim_matches('"').replace('-', "_").to_lowercase();
        let word = key.rsplit('.').next().unwrap_or_default();
        let value = value.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        !word.contains(' ') && !value.is_empty() && SECRETS.iter().any(|secret| word.ends_with(secret))
    };
    toml.lines().enumerate().filter(|(_, line)| names_a_secret(line)).map(|(number, _)| number + 1).collect()
}

/// Whether a text holds a private key (RFC 7468, OpenSSH, `PuTTY`).
pub(super) fn has_private_key(text: &str) -> bool {
    let pem = |line: &str| line.starts_with("-----BEGIN ") && line.trim_end().ends_with("PRIVATE KEY-----");
    text.lines().any(|line| pem(line) || line.starts_with("PuTTY-User-Key-File-"))
}

/// The mail addresses in a text, with their line, counted from 1.
pub(super) fn addresses(text: &str) -> Vec<(usize, MailAddress)> {
    let word_ends = |c: char| c.is_whitespace() || "<>()[]{}\"',;:|«»*`!?".contains(c);
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| line.contains('@')) {
        for word in line.split(word_ends).filter(|word| word.contains('@')) {
            let address = MailAddress::new(word.trim_matches(['.', '_']));
            // A domain in a text has a dot: « git@serveur » and « @paul » are no addresses.
            found.extend(address.filter(|address| address.domain().contains('.')).map(|address| (number + 1, address)));
        }
    }
    found
}

/// Every pseudonym that a text names.
pub(super) fn pseudonyms(text: &str) -> impl Iterator<Item = Pseudonym> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter_map(Pseudonym::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_when_it_has_a_value() {
        let toml = "[mail.smtp]\nusername = \"u\"\npassword = \"hunter2\"\n# x-api-key: none\n  # smtp-password='a'\n\
                    x-token = \"\"\n# the password comes from GUICHET_SMTP_PASSWORD = nowhere\n";
        assert_eq!(secret_keys(toml), [3, 5]);
    }

    #[test]
    fn private_keys_are_told_from_public_ones() {
        assert!(has_private_key("x\n-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n"));
        assert!(has_private_key("-----BEGIN PRIVATE KEY-----\r\n"));
        assert!(!has_private_key("-----BEGIN PUBLIC KEY-----\n"));
        assert!(!has_private_key("on écrit -----BEGIN PRIVATE KEY----- au début\n"));
    }

    #[test]
    fn addresses_are_found_where_people_write_them() {
        let text = "---\nrequester: p-7k2m9x\n---\nÉcrivez à « luc.petit@ac-lyon.fr ».\n<mailto:a@b.fr>, @paul, git@serveur.\n";
        let found: Vec<_> = addresses(text).into_iter().map(|(line, at)| (line, at.to_string())).collect();
        assert_eq!(found, [(4, "luc.petit@ac-lyon.fr".to_owned()), (5, "a@b.fr".to_owned())]);
        assert_eq!(pseudonyms(text).map(|who| who.to_string()).collect::<Vec<_>>(), ["p-7k2m9x"]);
    }
}
