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

/// What should be nowhere in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Secret {
    /// A key that is called so has a value.
    Password,
    /// What a service gives to whoever may speak in somebody's name.
    Token,
    /// A private key.
    Key,
}

/// Code and texts of pages, where a password is a field of a form.
const SPEAKING_OF_IT: [&str; 7] = [".html", ".js", ".css", ".svg", ".ftl", ".ics", ".rs"];

/// The first secret of each kind in a file, with its line, counted from 1.
pub(super) fn secrets(path: &str, text: &str) -> Vec<(usize, Secret)> {
    let line = |is: &dyn Fn(&str) -> bool| text.lines().position(is).map(|at| at + 1);
    let code = SPEAKING_OF_IT.iter().any(|end| path.ends_with(end));
    let key = if has_private_key(text) { line(&has_private_key) } else { None };
    let token = line(&|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c))).any(is_token));
    let password = if code { None } else { line(&gives_a_secret) };
    let found = [(key, Secret::Key), (token, Secret::Token), (password, Secret::Password)];
    found.into_iter().filter_map(|(line, kind)| Some((line?, kind))).collect()
}

/// The forms of tokens that their makers document: prefix, and the least length of all of it.
const TOKENS: [(&str, usize); 11] = [
    ("ghp_", 36),
    ("gho_", 36),
    ("ghu_", 36),
    ("ghs_", 36),
    ("ghr_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("xoxb-", 24),
    ("xoxp-", 24),
    ("sk_live_", 24),
    ("AKIA", 20),
];

fn is_token(word: &str) -> bool {
    let varied =
        |rest: &str| rest.bytes().any(|byte| byte.is_ascii_digit()) && rest.bytes().any(|b| b != rest.as_bytes()[0]);
    TOKENS.iter().any(|(prefix, least)| {
        word.len() >= *least && word.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && varied(rest))
    })
}

/// Whether a line of a configuration or script gives a secret a value: `key=value`, `key: value`, with `export` or without.
fn gives_a_secret(line: &str) -> bool {
    let mut line = line.trim();
    for before in ["- ", "export ", "set ", "Environment="] {
        line = line.strip_prefix(before).unwrap_or(line).trim_start_matches([' ', '"', '\'']);
    }
    let Some((key, value)) = line.split_once([':', '=']).filter(|_| !line.starts_with(['#', ';', '/'])) else {
        return false;
    };
    let key = key.trim().trim_end_matches(['"', '\'']).replace('-', "_").to_lowercase();
    let word = key.rsplit('.').next().unwrap_or_default();
    if word.contains(char::is_whitespace) || !SECRETS.iter().any(|secret| word.ends_with(secret)) {
        return false;
    }
    let value = value.trim().trim_end_matches([',', ';']).trim_end();
    let quote = value.chars().next().filter(|first| "\"'".contains(*first));
    let value = match quote {
        Some(quote) => value[1..].split(quote).next().unwrap_or_default(),
        None => value.split(" #").next().unwrap_or_default().trim().trim_end_matches(['"', '\'']),
    };
    // A name of something, a variable, an example or a piece of code is none.
    let stands_for_it = value.starts_with(|c: char| "$<{[(%*&|!:=.@/".contains(c))
        || value.contains(['(', '{', '[', '…'])
        || value.to_lowercase().trim_matches(['x', '*', '-', '.', '_']).is_empty()
        || ["none", "null", "true", "false", "string", "changeme", "change_me"].contains(&&*value.to_lowercase())
        || SECRETS.contains(&&*value.to_lowercase());
    value.chars().count() >= 4 && !stands_for_it && (quote.is_some() || !value.contains(char::is_whitespace))
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
    fn secrets_are_told_from_what_speaks_of_them() {
        let token = format!("ghp_{}", "a1B2".repeat(9));
        for text in [
            "GUICHET_SMTP_PASSWORD=hunter22secret",
            "a: b\npassword: s3cretValue99",
            "export SMTP_PASSWORD=\"Xy7kdf82\"",
            "  \"client_secret\": \"abcd1234\",",
            "Environment=\"GUICHET_SMTP_PASSWORD=hunter22\"",
            "api-key = 'deux mots'",
        ] {
            assert!(matches!(secrets("conf", text)[..], [(_, Secret::Password)]), "{text}");
            assert_eq!(secrets("form.html", text), []);
        }
        assert_eq!(secrets("a", &format!("x\ngit clone https://u:{token}@github.com/x")), [(2, Secret::Token)]);
        assert_eq!(secrets("a", "key AKIAIOSFODNN7EXAMPLE"), [(1, Secret::Token)]);
        for text in [
            "# password=hunter22",
            "Password: voir le coffre",
            "password_file = /run/secret",
            "SMTP_PASSWORD=$SECRET",
            "password: ${{ secrets.SMTP }}",
            "token = os.environ['TOKEN']",
            "let token = csrf(request);",
            "SMTP_PASSWORD=…",
            "password = \"\"",
            "LoadCredential=smtp-password:/etc/guichet/smtp-password",
            "un jeton ghp_ commence ainsi, et AKIA aussi",
        ] {
            assert_eq!(secrets("conf", text), [], "{text}");
        }
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
