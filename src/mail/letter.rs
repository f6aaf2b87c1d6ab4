//! One message to one person, and its form on the wire. It must not know where letters are kept,
//! nor how they leave.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue, Headers, To,
};
use lettre::message::{Body, Mailboxes, MultiPart, MultiPartBuilder, SinglePart};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::address::{Address, one_line};

/// RFC 5322, 2.1.1: a line holds 998 octets, without its CRLF.
const MAX_LINE_BYTES: usize = 998;

/// A subject is read in a list; lettre does not fold a word, so this also keeps lines under the limit.
const MAX_SUBJECT_CHARS: usize = 250;

/// RFC 2047, 2: an encoded word has 75 characters, 12 of them around what is encoded, in base64.
const ENCODED_BYTES: usize = 45;

/// The identity of a letter: the left side of its Message-ID, and what makes queuing twice harmless.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LetterId([u8; 16]);

impl LetterId {
    /// The id that follows from these parts, the same today and after a restart. Each part is
    /// hashed with its length, so `["ab", "c"]` and `["a", "bc"]` differ.
    #[must_use]
    pub fn derive(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        Self(id)
    }
}

impl fmt::Display for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for LetterId {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        ensure!(
            text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
            "{text:?} is not a letter's id: 32 hexadecimal characters"
        );
        let value = u128::from_str_radix(text, 16)?;
        Ok(Self(value.to_be_bytes()))
    }
}

impl TryFrom<String> for LetterId {
    type Error = anyhow::Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<LetterId> for String {
    fn from(id: LetterId) -> Self {
        id.to_string()
    }
}

/// One message to one person, before it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// The letter's identity, derived by the caller from what the letter tells.
    pub id: LetterId,
    /// What it is about, e.g. `2026-0042`: letters of one item to one recipient leave in order.
    /// Of the characters `A-Z a-z 0-9 . _ -`.
    pub item: String,
    /// The key of the person, e.g. `p-7k2m9x`, `paul.durand`, `team`. Of the characters `a-z 0-9 . -`.
    pub recipient: String,
    /// The letters that came before in the conversation, oldest first (References); the last
    /// one is answered (In-Reply-To).
    pub thread: Vec<LetterId>,
    /// Where it goes; `None` when no address is known today: the letter is then held.
    pub to: Option<Address>,
    /// Who is answered, when it is not the sender.
    pub reply_to: Option<Address>,
    /// The subject, as people read it.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part, which says the same.
    pub html: String,
    /// An event for the reader's calendar (RFC 5545), as a file beside the text; empty: none.
    #[serde(default)]
    pub calendar: String,
    /// When what it tells came about; written in UTC.
    pub date: Timestamp,
}

impl Letter {
    /// The letter as a message (RFC 5322, MIME), every line ended by CRLF and in ASCII. The same
    /// letter gives the same bytes. `host` is the domain of the Message-IDs.
    ///
    /// Whatever the fields hold is inert: headers are one line each, and both parts are
    /// quoted-printable (RFC 2045), so no line of theirs can end the message or open a part.
    ///
    /// # Errors
    /// When the recipient has no address, or one that can not stand in a header. (Such a
    /// `reply_to` is left out: it is no reason to keep the letter back.)
    pub fn compose(&self, from: &Address, host: &str) -> Result<Vec<u8>> {
        ensure!(
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b)),
            "{host:?} is not a host name"
        );
        let to = self.to.as_ref().context("no address is known")?;
        let mut message = Message::builder().from(from.mailbox()?).to(to.mailbox()?);
        if let Some(Ok(reply_to)) = self.reply_to.as_ref().map(Address::mailbox) {
            message = message.reply_to(reply_to);
        }
        message = message
            .raw_header(subject(one_line(&self.subject, MAX_SUBJECT_CHARS)))
            .raw_header(verbatim(
                "Date",
                self.date.max(Timestamp::UNIX_EPOCH).strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
            ))
            .raw_header(verbatim("Message-ID", message_id(self.id, host)));
        if let Some(&answered) = self.thread.last() {
            let thread: Vec<_> = self.thread.iter().map(|&id| message_id(id, host)).collect();
            message = message
                .raw_header(verbatim("In-Reply-To", message_id(answered, host)))
                .raw_header(verbatim("References", thread.join("\r\n ")));
        }
        // RFC 3834: no vacation notice in return. The second header tells Exchange the same; not
        // `All`, which would also suppress the bounces that we want.
        let text = |parts: MultiPartBuilder| {
            let text = parts.singlepart(part(ContentType::TEXT_PLAIN, &self.text));
            text.singlepart(part(ContentType::TEXT_HTML, &self.html))
        };
        let body = if self.calendar.is_empty() {
            text(MultiPart::alternative().boundary(boundary(self.id)))
        } else {
            // Not one boundary may begin like the other (RFC 2046, 5.1.1); an id is hexadecimal.
            let text = text(MultiPart::alternative().boundary(format!("=_text-{}", self.id)));
            let event = event(&self.calendar)?;
            MultiPart::mixed().boundary(boundary(self.id)).multipart(text).singlepart(event)
        };
        let message = message
            .raw_header(verbatim("Auto-Submitted", "auto-generated".to_owned()))
            .raw_header(verbatim("X-Auto-Response-Suppress", "OOF, AutoReply".to_owned()))
            .multipart(body)?
            .formatted();
        check_wire(&message)?;
        Ok(message)
    }
}

fn message_id(id: LetterId, host: &str) -> String {
    format!("<{id}@{host}>")
}

/// `=_` never occurs in quoted-printable text (RFC 2045, 6.7), so no body can hold this line.
fn boundary(id: LetterId) -> String {
    format!("=_{id}")
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(quoted(text))
}

/// An event as a file that is offered to the reader's calendar, and asks for no answer; the part says for what, as the
/// calendar does (RFC 6047, 2.4).
fn event(calendar: &str) -> Result<SinglePart> {
    let method = calendar.lines().find_map(|line| line.strip_prefix("METHOD:")).unwrap_or("PUBLISH");
    let kind = ContentType::parse(&format!("text/calendar; method={method}; charset=utf-8"))?;
    let file = ContentDisposition::attachment("reservation.ics");
    Ok(SinglePart::builder().header(kind).header(file).body(quoted(&calendar.replace("\r\n", "\n"))))
}

fn quoted(text: &str) -> Body {
    Body::new_with_encoding(text.to_owned(), ContentTransferEncoding::QuotedPrintable)
        .expect("quoted-printable holds any text")
}

/// The subject as a header. What looks like an encoded word is one for its reader (RFC 2047, 6.1), and lettre lets it
/// stand: such a subject is encoded as a whole.
fn subject(text: String) -> HeaderValue {
    if !text.contains("=?") {
        return HeaderValue::new(HeaderName::new_from_ascii_str("Subject"), text);
    }
    let mut words = vec![String::new()];
    for c in text.chars() {
        if words.last().is_some_and(|word| word.len() + c.len_utf8() > ENCODED_BYTES) {
            words.push(String::new());
        }
        words.last_mut().expect("there is a first word").push(c);
    }
    let words: Vec<_> = words.iter().map(|word| format!("=?utf-8?b?{}?=", BASE64.encode(word))).collect();
    verbatim("Subject", words.join("\r\n "))
}

/// A header whose value already has its final form: ASCII, and folded where it is long.
fn verbatim(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

/// What a message must fulfil before its bytes go to a server: RFC 5321, 2.3.8 and 4.5.3.1.6, and
/// no octet beyond ASCII. A bare CR or LF would let a line of the text pass for the end of the message.
///
/// # Errors
/// Names the first line, counted from 1, that breaks a rule.
pub(super) fn check_wire(message: &[u8]) -> Result<&str> {
    ensure!(!message.is_empty(), "the message is empty");
    for (index, line) in message.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let number = index + 1;
        let line = line.strip_suffix(b"\r\n").with_context(|| format!("line {number} is not ended by CRLF"))?;
        ensure!(
            line.iter().all(|byte| byte.is_ascii() && !b"\r\0".contains(byte)),
            "line {number} holds a bare CR or is not ASCII"
        );
        ensure!(line.len() <= MAX_LINE_BYTES, "line {number} has {} bytes, {MAX_LINE_BYTES} at most", line.len());
    }
    Ok(std::str::from_utf8(message)?)
}

/// What a list shows of a message, and what its envelope needs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub to: Address,
    pub subject: String,
}

impl Head {
    /// Reads the head of a message that [`Letter::compose`] wrote; `None` when it was not, or not to its end.
    pub fn read(message: &[u8], id: LetterId) -> Option<Self> {
        message.ends_with(format!("--{}--\r\n", boundary(id)).as_bytes()).then_some(())?;
        let message = std::str::from_utf8(message).ok()?;
        let (head, _) = message.split_once("\r\n\r\n")?;
        let head = head.replace("\r\n ", " ");
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        Some(Self { to: Address::parse(&decode_words(header("To")?)).ok()?, subject: decode_words(header("Subject")?) })
    }
}

/// The message for another mailbox, everything else in it as it was; `None` when it is not one that
/// [`Letter::compose`] wrote.
///
/// # Errors
/// When the address can not stand in a header.
pub(super) fn readdressed(message: &[u8], id: LetterId, to: &Address) -> Result<Option<Vec<u8>>> {
    let mut header = Headers::new();
    header.set(To::from(Mailboxes::from(to.mailbox()?)));
    let old = Head::read(message, id).and_then(|_| {
        let text = std::str::from_utf8(message).ok()?;
        let start = text.find("\r\nTo: ")? + 2;
        let mut ends = text[start..].match_indices("\r\n").map(|(at, _)| start + at + 2);
        Some(start..ends.find(|end| !text[*end..].starts_with(' '))?)
    });
    let Some(old) = old else { return Ok(None) };
    let message = [&message[..old.start], header.to_string().as_bytes(), &message[old.end..]].concat();
    check_wire(&message)?;
    Ok(Some(message))
}

/// Undoes RFC 2047 for the form that lettre writes: `=?utf-8?b?…?=`, blanks between two such words dropped.
fn decode_words(value: &str) -> String {
    let mut text = String::new();
    let mut after_encoded = false;
    for word in value.split(' ').filter(|word| !word.is_empty()) {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?=")).and_then(decode_base64);
        if !(text.is_empty() || after_encoded && encoded.is_some()) {
            text.push(' ');
        }
        after_encoded = encoded.is_some();
        text.push_str(encoded.as_deref().unwrap_or(word));
    }
    text
}

fn decode_base64(text: &str) -> Option<String> {
    String::from_utf8(BASE64.decode(text).ok()?).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A letter that tells `what` of `item` to `recipient`, at `<recipient>@example.org`.
    pub fn letter(item: &str, recipient: &str, what: &str) -> Letter {
        Letter {
            id: LetterId::derive(&[item, recipient, what]),
            item: item.into(),
            recipient: recipient.into(),
            thread: vec![],
            to: Some(Address { name: "Chloé Petit".into(), email: format!("{recipient}@example.org") }),
            reply_to: None,
            subject: format!("[{item}] {what}"),
            text: "Bonjour,\n.\nà bientôt\n".into(),
            html: "<p>Bonjour</p>\n".into(),
            calendar: String::new(),
            date: "2026-11-23T07:12:00Z".parse().unwrap(),
        }
    }

    fn compose(letter: &Letter) -> String {
        let from = Address::parse("Service informatique <si@college.example>").unwrap();
        String::from_utf8(letter.compose(&from, "college.example").unwrap()).unwrap()
    }

    #[test]
    fn the_same_letter_gives_the_same_bytes() {
        let mut letter = letter("2026-0042", "p-1", "Pris en charge");
        letter.thread = vec![LetterId::derive(&["a"]), LetterId::derive(&["b"])];
        letter.reply_to = Some(Address::parse("equipe@college.example").unwrap());
        let message = compose(&letter);
        assert_eq!(message, compose(&letter));
        assert_eq!(message, include_str!("letter.eml").replace('\n', "\r\n"), "the message as it was, byte by byte");
    }

    #[test]
    fn an_event_stands_beside_the_text() {
        let mut letter = letter("2026-11-23-cdi-1030", "p-1", "Confirmée");
        letter.calendar = format!("BEGIN:VCALENDAR\r\nSUMMARY:{}é\r\nEND:VCALENDAR\r\n", "x".repeat(60));
        let message = compose(&letter);
        assert!(Head::read(message.as_bytes(), letter.id).is_some());
        let parsed = mail_parser::MessageParser::default().parse(message.as_bytes()).unwrap();
        assert_eq!(parsed.body_text(0).unwrap().lines().next(), Some("Bonjour,"));
        let event = parsed.attachment(0).unwrap();
        let said = String::from_utf8(event.contents().to_vec()).unwrap();
        assert_eq!((parsed.attachment_count(), said.trim_end()), (1, letter.calendar.trim_end()));
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(LetterId::derive(&["ab", "c"]), LetterId::derive(&["a", "bc"]));
        let id = LetterId::derive(&["ab", "c"]);
        assert_eq!(id.to_string().parse::<LetterId>().unwrap(), id);
        assert_eq!(serde_json::from_str::<LetterId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        assert!("../../etc/passwd".parse::<LetterId>().is_err());
    }

    #[test]
    fn a_header_can_not_be_injected() {
        let evils = [
            "a\r\nBcc: v@x.fr",
            "a\nBcc: v@x.fr",
            "a\rBcc: v@x.fr",
            "a\0b",
            "a\r\n\r\n.\r\nMAIL FROM:<x@y.fr>",
            "\u{85}\u{2028}Bcc: v@x.fr",
            "\"\\",
            "a, b <c@d.fr>;",
            "",
        ];
        for evil in evils {
            let mut letter = letter("2026-0042", "p-1", "x");
            letter.subject = evil.into();
            letter.to.as_mut().unwrap().name = evil.into();
            letter.reply_to = Some(Address { name: evil.into(), email: "r@example.org".into() });
            letter.text = format!("{evil}\r\n.\r\n.\n.\r..\n--=_{}--\n", letter.id);
            let message = compose(&letter);
            let (head, body) = message.split_once("\r\n\r\n").unwrap();
            let names: Vec<_> = head
                .split("\r\n")
                .filter(|line| !line.starts_with(' '))
                .map(|line| line.split_once(": ").unwrap().0)
                .collect();
            assert_eq!(
                names,
                [
                    "From",
                    "To",
                    "Reply-To",
                    "Subject",
                    "Date",
                    "Message-ID",
                    "Auto-Submitted",
                    "X-Auto-Response-Suppress",
                    "MIME-Version",
                    "Content-Type"
                ],
                "{evil:?}"
            );
            assert_eq!(body.matches(&boundary(letter.id)).count(), 3, "two parts and the end: {body}");
        }
        let mut letter = letter("2026-0042", "p-1", "x");
        letter.to.as_mut().unwrap().email = "a@b.fr>\r\nBcc: v@x.fr".into();
        assert!(letter.compose(&Address::parse("a@b.fr").unwrap(), "b.fr").is_err());
        assert!(self::letter("i", "p", "x").compose(&Address::parse("a@b.fr").unwrap(), "b.fr>\r\nX: y").is_err());
    }

    #[test]
    fn any_length_fits_the_lines_and_is_read_back() {
        let long = "x".repeat(5_000);
        let emoji = "💡🖨️".repeat(60);
        let sentence = "Le vidéoprojecteur de la salle B204 ne s'allume plus depuis ce matin, ".repeat(3);
        let ascii = "a word and another ".repeat(12);
        for text in
            [long.as_str(), &emoji, &sentence, &ascii, "  deux  blancs ", "=?utf-8?b?!?=", "", "é", "a é b", "é a b é"]
        {
            let mut letter = letter("2026-0042", "p-1", "x");
            letter.subject = text.into();
            letter.to.as_mut().unwrap().name = text.into();
            letter.text = text.into();
            letter.html = long.clone();
            letter.thread = (0..500).map(|n| LetterId::derive(&[&n.to_string()])).collect();
            let message = compose(&letter);
            let head = Head::read(message.as_bytes(), letter.id).unwrap();
            assert_eq!(head.subject, one_line(text, MAX_SUBJECT_CHARS));
            assert_eq!(head.to.email, "p-1@example.org");
            assert_eq!(Head::read(&message.as_bytes()[..message.len() - 1], letter.id), None, "a cut message");
        }
    }

    #[test]
    fn what_looks_encoded_is_read_as_it_was_typed() {
        let evil = "=?utf-8?b?QmNjOiB4QHkuZnI=?=";
        for typed in [evil.to_owned(), format!("[2026-0042] Nouveau : {evil}"), "=?é💡".repeat(60), format!("a{evil}")]
        {
            let mut letter = letter("2026-0042", "p-1", "x");
            letter.subject.clone_from(&typed);
            letter.to.as_mut().unwrap().name.clone_from(&typed);
            letter.reply_to = letter.to.clone();
            let message = compose(&letter);
            let subject = one_line(&typed, MAX_SUBJECT_CHARS);
            assert_eq!(Head::read(message.as_bytes(), letter.id).unwrap().subject, subject);
            let parsed = mail_parser::MessageParser::default().parse(message.as_bytes()).unwrap();
            assert_eq!(parsed.subject(), Some(subject.as_str()));
            for header in [parsed.to(), parsed.reply_to()] {
                let named = header.and_then(|list| list.first()?.name()).unwrap();
                assert!(named.contains("= ?"), "{named}");
            }
        }
    }

    #[test]
    fn another_address_changes_nothing_else() {
        let long = "Marie-Hélène de la Tour-du-Pin ".repeat(3);
        let names = ["Chloé Petit", "", &long, "x, y", "\r\nBcc: v@x.fr"];
        let with = |name: &str, email: &str| {
            let mut letter = letter("2026-0042", "p-1", "x");
            letter.subject = "To: nobody".into();
            letter.to = Some(Address { name: name.into(), email: email.into() });
            letter
        };
        for (old, new) in names.iter().flat_map(|old| names.map(|new| (*old, new))) {
            let (before, after) = (with(old, "old@example.org"), with(new, "new@example.org"));
            let moved = readdressed(compose(&before).as_bytes(), before.id, after.to.as_ref().unwrap());
            assert_eq!(String::from_utf8(moved.unwrap().unwrap()).unwrap(), compose(&after), "{old:?}, {new:?}");
        }
        let (letter, to) = (with("x", "old@example.org"), Address::parse("new@example.org").unwrap());
        assert_eq!(readdressed(&compose(&letter).as_bytes()[..300], letter.id, &to).unwrap(), None);
        let bad = Address { name: String::new(), email: "é@example.org".into() };
        assert!(readdressed(compose(&letter).as_bytes(), letter.id, &bad).is_err());
    }

    #[test]
    fn a_message_off_the_rules_does_not_reach_the_wire() {
        assert!(check_wire(b"a: b\r\n\r\n.\r\n").is_ok());
        for bad in [
            &b""[..],
            b"a",
            b"a\n",
            b"a\r\n\n",
            b"a\rb\r\n",
            b"a\r\n.\nb\r\n",
            b"\r\r\n",
            "é\r\n".as_bytes(),
            b"\0\r\n",
            b"a\n\nb\r\n",
        ] {
            assert!(check_wire(bad).is_err(), "{bad:?}");
        }
        let line = |len| [vec![b'x'; len], b"\r\n".to_vec()].concat();
        assert!(check_wire(&line(998)).is_ok());
        assert!(check_wire(&line(999)).is_err());
    }
}
