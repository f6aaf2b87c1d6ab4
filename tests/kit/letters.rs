//! A letter as its reader gets it.

use std::fs;
use std::path::Path;

use mail_parser::MessageParser;

#[derive(Clone, Debug)]
pub struct Letter {
    /// The name of its file in the outbox; empty for a letter that came by SMTP.
    pub file: String,
    pub to: String,
    pub from: String,
    pub reply_to: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Message-ID.
    pub id: String,
    pub references: Vec<String>,
    pub in_reply_to: Option<String>,
    /// As it goes over the wire.
    pub raw: String,
}

impl Letter {
    pub fn parse(file: &str, raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw).expect("a letter is a message");
        let address = |found: Option<&mail_parser::Address<'_>>| {
            found.and_then(|list| list.first()).and_then(|one| one.address()).map(str::to_owned)
        };
        let ids = |value: &mail_parser::HeaderValue<'_>| {
            value.as_text_list().unwrap_or_default().iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        Self {
            file: file.to_owned(),
            to: address(message.to()).expect("a letter has a reader"),
            from: address(message.from()).expect("a letter has a sender"),
            reply_to: address(message.reply_to()),
            subject: super::plain(message.subject().unwrap_or_default()),
            text: super::plain(&message.body_text(0).unwrap_or_default()).replace("\r\n", "\n"),
            html: message.body_html(0).unwrap_or_default().into_owned(),
            id: message.message_id().expect("a letter has an id").to_owned(),
            references: ids(message.references()),
            in_reply_to: ids(message.in_reply_to()).first().cloned(),
            raw: String::from_utf8(raw.to_vec()).expect("a letter is ASCII"),
        }
    }

    /// The letters of a folder, oldest first.
    pub fn all(folder: &Path) -> Vec<Self> {
        let names = names(folder).into_iter().filter(|name| Path::new(name).extension().is_some_and(|e| e == "eml"));
        names.filter_map(|name| Some(Self::parse(&name, &fs::read(folder.join(&name)).ok()?))).collect()
    }
}

/// What a folder holds, in order; nothing when it is not there.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    names.sort();
    names
}
