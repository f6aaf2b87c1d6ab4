//! What the templates of mails are given, and the demonstration's mailbox.

use serde::Serialize;

use super::Link;

/// `mail/letter.txt` and `mail/letter.html`, as `view`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LetterView {
    /// The subject again.
    pub subject: String,
    /// « Bonjour Sophie Martin, »; empty for the team.
    pub greeting: String,
    /// One or two sentences: what happened, by whom.
    pub lead: String,
    /// What changed: label, old, new (old is empty at a creation).
    pub changes: Vec<ChangeLine>,
    /// What was written, as plain text; empty: nothing.
    pub quote: String,
    /// The same as safe HTML.
    pub quote_html: String,
    /// Who wrote it.
    pub quote_by: String,
    /// What one needs to know: label and value (place, kind, who asked with address for the team…).
    pub details: Vec<Detail>,
    /// What `url` leads to: « Voir la demande ».
    pub link: String,
    /// The page that the letter is about, absolute.
    pub url: String,
    /// What the reader can do from the mail; absolute addresses.
    pub acts: Vec<Link>,
    /// For whom these links are.
    pub acts_note: String,
    /// Whether its reader can open `url`.
    pub reachable: bool,
    /// Why this person gets it, and from whom it comes.
    pub footer: String,
    /// "fr" or "en".
    pub language: String,
}

/// One value that changed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChangeLine {
    /// « Statut ».
    pub label: String,
    /// « nouveau »; empty: there was none.
    pub old: String,
    /// « pris en charge ».
    pub new: String,
}

/// One fact.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Detail {
    /// « Lieu ».
    pub label: String,
    /// « Salle B204 ».
    pub value: String,
}

/// `mailbox.html`, as `view`: the demonstration's mails, newest first.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Mailbox {
    /// The mails.
    pub mails: Vec<Mail>,
}

/// One mail as a person would read it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Mail {
    /// An anchor.
    pub id: String,
    /// Sender.
    pub from: String,
    /// Receiver.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// When.
    pub date: String,
    /// The lines of the plain text part; those that are an address of the site lead there.
    pub lines: Vec<Link>,
}
