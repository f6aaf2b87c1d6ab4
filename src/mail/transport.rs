//! The way out: one conversation with one SMTP server, as configured. It must not know the
//! outbox: it is given bytes, and answers the one question about a failure, later or never.

use std::error::Error as _;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, CertificateStore, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use thiserror::Error;

use super::address::envelope;
use super::letter::check_wire;

/// How long an answer may take. A dead server must not hold the sender for long.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long the answer to the message itself may take, while the server scans it. RFC 5321,
/// 4.5.3.2.6 asks for ten minutes: who hangs up earlier sends duplicates.
const DELIVERY_TIMEOUT: Duration = Duration::from_mins(2);

/// Some servers close a connection after a hundred letters or so; we are faster.
const LETTERS_PER_CONNECTION: u32 = 50;

/// Where letters go.
#[derive(Debug)]
pub enum Transport {
    /// Nowhere: they stay in the outbox, as `.eml` files.
    Outbox,
    /// To an SMTP server.
    Smtp(Box<Smtp>),
}

/// How the conversation is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not at all: for a relay on the same machine or a trusted network.
    None,
    /// Begun in clear, then TLS; never without (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
}

/// What the configuration says of the server.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Name or address of the server; the name that its certificate must bear.
    pub host: String,
    /// Its port: 25, 465 or 587.
    pub port: u16,
    /// How the conversation is protected.
    pub tls: Tls,
    /// How we call ourselves (EHLO); the machine's name when `None`.
    pub helo: Option<String>,
    /// PEM file with the authorities to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// The account, if the server wants one; never in clear.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// The address that bounces go to (MAIL FROM).
    pub envelope_from: String,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpSettings({}:{}, {:?}, the rest not shown)", self.host, self.port, self.tls)
    }
}

/// Why a letter has not left.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SendError {
    /// No conversation came about: network, TLS, a wrong password, or a sender that the server refuses. No letter's
    /// fault; it is tried again later, and so are all others.
    #[error("{0}")]
    Unreachable(String),
    /// This letter not now (4xx, or the connection was cut): try it again later.
    #[error("{0}")]
    Later(String),
    /// This letter never (5xx, or its bytes break the rules).
    #[error("{0}")]
    Never(String),
}

/// An SMTP server, and the conversation with it that is open, if any.
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    helo: ClientId,
    credentials: Option<Credentials>,
    envelope_from: lettre::Address,
    connection: Mutex<Option<Connection>>,
}

enum Security {
    None,
    StartTls(TlsParameters),
    Tls(TlsParameters),
}

struct Connection {
    smtp: SmtpConnection,
    letters: u32,
}

impl Connection {
    /// The connection, if it can take one more letter.
    fn if_alive(mut self) -> Option<Self> {
        (self.letters < LETTERS_PER_CONNECTION && self.smtp.test_connected()).then_some(self)
    }
}

impl Smtp {
    /// Prepares conversations with this server; does not speak to it yet.
    ///
    /// # Errors
    /// When credentials would go in clear, one half of them is missing, the CA file can not be
    /// read, or the envelope sender is not an address.
    pub fn new(settings: SmtpSettings) -> Result<Self> {
        let SmtpSettings { host, port, tls, helo, ca_file, username, password, envelope_from } = settings;
        ensure!(
            username.is_none() || tls != Tls::None,
            "a username needs tls = \"starttls\" or \"tls\": without, the password would cross the network in clear"
        );
        let credentials = match (username, password) {
            (Some(username), Some(password)) => Some(Credentials::new(username, password)),
            (Some(username), None) => anyhow::bail!("the username {username:?} needs a password"),
            (None, _) => None,
        };
        let security = match tls {
            Tls::None => Security::None,
            Tls::StartTls => Security::StartTls(tls_parameters(&host, ca_file.as_deref())?),
            Tls::Tls => Security::Tls(tls_parameters(&host, ca_file.as_deref())?),
        };
        let envelope_from = envelope(&envelope_from).context("the envelope sender")?;
        let helo = helo.map_or_else(ClientId::default, ClientId::Domain);
        Ok(Self { host, port, security, helo, credentials, envelope_from, connection: Mutex::default() })
    }

    /// Gives the message `eml` to the server, for the one address `to`, in the conversation that
    /// is open or in a new one. `Ok` is the server's final 250: the letter is its now.
    pub fn send(&self, to: &str, eml: &[u8]) -> Result<(), SendError> {
        let never = |error: anyhow::Error| SendError::Never(format!("{error:#}"));
        let to = envelope(to).map_err(never)?;
        let message = check_wire(eml).map_err(never)?;
        let mut slot = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = match slot.take().and_then(Connection::if_alive) {
            Some(open) => open,
            None => self.connect().map_err(|error| SendError::Unreachable(self.explain(&error)))?,
        };
        // After an error the conversation is dropped: whatever the server thinks of it, the next letter begins anew.
        let refused = |error: &smtp::Error| {
            error.is_permanent() && error.status().is_some_and(|code| !asks_for_login(&code.to_string()))
        };
        let sender = Mail::new(Some(self.envelope_from.clone()), vec![]);
        ask(&mut connection.smtp, sender, DONE).map_err(|no| {
            // No recipient is named yet: what is refused for good here is refused to every letter.
            let said = format!("MAIL FROM:<{}>: {}", self.envelope_from, self.why(&no));
            if no.error().is_some_and(smtp::Error::is_permanent) {
                SendError::Unreachable(said)
            } else {
                SendError::Later(said)
            }
        })?;
        converse(&mut connection.smtp, to, message).map_err(|no| {
            let said = self.why(&no);
            if no.error().is_some_and(refused) { SendError::Never(said) } else { SendError::Later(said) }
        })?;
        connection.letters += 1;
        *slot = Some(connection);
        Ok(())
    }

    /// Greets the server, logs in, names our sender and takes leave: no letter is sent. A sender whom it refuses is not
    /// [`SendError::Unreachable`].
    pub fn greet(&self) -> Result<(), SendError> {
        let mut connection = self.connect().map_err(|error| SendError::Unreachable(self.explain(&error)))?;
        connection.smtp.command(Mail::new(Some(self.envelope_from.clone()), vec![])).map_err(|error| {
            let detail = self.explain(&error);
            match error.status() {
                Some(code) if asks_for_login(&code.to_string()) => SendError::Unreachable(detail),
                Some(_) if error.is_permanent() => SendError::Never(detail),
                Some(_) => SendError::Later(detail),
                None => SendError::Unreachable(detail),
            }
        })?;
        let _ = connection.smtp.command(Rset); // what is not begun need not be taken back
        let _ = connection.smtp.quit();
        Ok(())
    }

    /// Ends the open conversation, if any: nothing more to say for now.
    pub fn hang_up(&self) {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut connection) = connection {
            let _ = connection.smtp.quit(); // a server that does not say goodbye is no matter
        }
    }

    fn connect(&self) -> Result<Connection, smtp::Error> {
        let wrapper = match &self.security {
            Security::Tls(tls) => Some(tls),
            Security::None | Security::StartTls(_) => None,
        };
        let mut smtp =
            SmtpConnection::connect((self.host.as_str(), self.port), Some(TIMEOUT), &self.helo, wrapper, None)?;
        if let Security::StartTls(tls) = &self.security {
            smtp.starttls(tls, &self.helo)?;
        }
        if let Some(credentials) = &self.credentials {
            smtp.auth(&[Mechanism::Plain, Mechanism::Login], credentials)?;
        }
        Ok(Connection { smtp, letters: 0 })
    }

    fn why(&self, no: &No) -> String {
        match no {
            No::Failed(error) => self.explain(error),
            No::OutOfTurn(answer) => format!("{}:{}: an answer out of turn: {answer}", self.host, self.port),
        }
    }

    /// What went wrong, in words that help whoever reads the configuration.
    fn explain(&self, error: &smtp::Error) -> String {
        let Self { host, port, .. } = self;
        let io = error.source().and_then(|source| source.downcast_ref::<io::Error>());
        if io.is_some_and(|io| matches!(io.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)) {
            return format!("{host}:{port}: no answer in time");
        }
        let hint = match error.to_string() {
            text if text.contains("CaUsedAsEndEntity") => {
                " (its certificate is that of an authority, CA:TRUE: let the authority sign one for the server)"
            }
            _ => "",
        };
        format!("{host}:{port}: {error}{hint}")
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({}:{})", self.host, self.port)
    }
}

/// How the server says that it has done what it was asked, and that it waits for the message (RFC 5321, 4.3.2).
const DONE: &str = "2";
const GO_ON: &str = "354";

/// What came instead of yes.
enum No {
    /// A refusal, or no answer.
    Failed(smtp::Error),
    /// A yes to something else: who misunderstands us has not taken the letter.
    OutOfTurn(String),
}

impl No {
    fn error(&self) -> Option<&smtp::Error> {
        match self {
            Self::Failed(error) => Some(error),
            Self::OutOfTurn(_) => None,
        }
    }
}

/// One command; the code of the answer must begin like `yes`. For lettre any 2xx and 3xx will do.
fn ask(smtp: &mut SmtpConnection, command: impl fmt::Display, yes: &str) -> Result<(), No> {
    let answer = smtp.command(command).map_err(No::Failed)?;
    let code = answer.code().to_string();
    if code.starts_with(yes) {
        return Ok(());
    }
    Err(No::OutOfTurn(format!("{code} {}", answer.first_line().unwrap_or_default())))
}

/// One letter of a conversation (RFC 5321, 3.3), once its sender is said.
fn converse(smtp: &mut SmtpConnection, to: lettre::Address, message: &str) -> Result<(), No> {
    ask(smtp, Rcpt::new(to, vec![]), DONE)?;
    ask(smtp, Data, GO_ON)?;
    // The socket's timeouts can be set as long as it is open; if it is not, the next call tells.
    let _ = smtp.set_timeout(Some(DELIVERY_TIMEOUT));
    ask(smtp, with_final_dot(message), DONE)?;
    let _ = smtp.set_timeout(Some(TIMEOUT));
    Ok(())
}

/// The message as it follows DATA: dots at the start of a line are doubled, and a lone dot ends it
/// (RFC 5321, 4.5.2). Every line ends with CRLF. Done here and sent in one write: lettre writes
/// the dot apart, and then waits 40 ms for the acknowledgement that the other side delays.
fn with_final_dot(message: &str) -> String {
    let first = if message.starts_with('.') { "." } else { "" };
    format!("{first}{}.\r\n", message.replace("\r\n.", "\r\n.."))
}

/// RFC 4954, 6, and RFC 3207, 4: 530, 534, 535 and 538 speak of the session, not of the letter. A wrong
/// configuration is mended by a human, and letters wait for it.
fn asks_for_login(code: &str) -> bool {
    matches!(code, "530" | "534" | "535" | "538")
}

fn tls_parameters(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca_file {
        let pem = std::fs::read(path).with_context(|| format!("cannot read the CA file {}", path.display()))?;
        let authorities =
            Certificate::from_pem(&pem).with_context(|| format!("{} holds no PEM certificates", path.display()))?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(authorities);
    }
    builder.build().with_context(|| format!("cannot prepare TLS for {host}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::address::Address;
    use crate::mail::letter::tests::letter;
    use crate::mail::sink::{Answer, Sink, willing};

    fn settings(port: u16) -> SmtpSettings {
        SmtpSettings {
            host: "127.0.0.1".into(),
            port,
            tls: Tls::None,
            helo: None,
            ca_file: None,
            username: None,
            password: None,
            envelope_from: "retours@college.example".into(),
        }
    }

    fn message(text: &str) -> Vec<u8> {
        let mut letter = letter("2026-0042", "p-1", "Nouveau");
        letter.text = text.into();
        letter.compose(&Address::parse("si@college.example").unwrap(), "college.example").unwrap()
    }

    /// What becomes of a letter when the server gives `answer` to `verb`.
    fn outcome(verb: &'static str, answer: fn() -> Answer) -> Result<(), SendError> {
        let sink =
            Sink::start(move |line| if line.split([' ', ':']).next() == Some(verb) { answer() } else { willing(line) });
        let outcome = Smtp::new(settings(sink.port)).unwrap().send("p-1@example.org", &message("x"));
        assert_eq!(outcome.is_ok(), !sink.taken().is_empty());
        outcome
    }

    #[test]
    fn a_message_arrives_byte_by_byte_once_and_connections_are_used_again() {
        let sink = Sink::start(willing);
        let smtp = Smtp::new(settings(sink.port)).unwrap();
        let texts =
            [".", "\r\n.\r\nMAIL FROM:<x@y.fr>\r\n", "\n.\n", "\r.\r", "..\n..", "é\u{0}💡", &"x".repeat(3_000), ""];
        for text in texts {
            smtp.send("p-1@example.org", &message(text)).unwrap();
        }
        smtp.hang_up();
        let taken = sink.taken();
        assert_eq!(taken.len(), texts.len());
        for (taken, text) in taken.iter().zip(texts) {
            assert_eq!(String::from_utf8_lossy(&taken.data), String::from_utf8_lossy(&message(text)));
            assert_eq!((taken.to.as_str(), taken.connection), ("p-1@example.org", 1));
        }
        smtp.send("p-1@example.org", &message("x")).unwrap();
        assert_eq!(sink.taken().last().unwrap().connection, 2);
    }

    #[test]
    fn a_greeting_sends_nothing() {
        let sink = Sink::start(|line| match line {
            line if line.starts_with("RCPT") => panic!("a letter"),
            line => willing(line),
        });
        Smtp::new(settings(sink.port)).unwrap().greet().unwrap();
        assert!(sink.taken().is_empty());
        assert!(matches!(Smtp::new(settings(1)).unwrap().greet(), Err(SendError::Unreachable(_))));
        let sink = Sink::start(|line| match line {
            line if line.starts_with("MAIL") => Answer::Say("550 not from there"),
            line => willing(line),
        });
        assert!(matches!(Smtp::new(settings(sink.port)).unwrap().greet(), Err(SendError::Never(_))));
    }

    #[test]
    fn later_or_never() {
        use SendError::{Later, Never, Unreachable};
        assert_eq!(outcome("DATA", || Answer::Say("354 go on")), Ok(()));
        let refused = outcome("MAIL", || Answer::Say("550 5.7.1 sender rejected"));
        let Err(Unreachable(said)) = refused else { panic!("the sender is no letter's fault: {refused:?}") };
        assert!(said.contains("retours@college.example") && said.contains("sender rejected"), "{said}");
        for verb in ["RCPT", "DATA", "."] {
            assert!(matches!(outcome(verb, || Answer::Say("550 no such user")), Err(Never(_))), "{verb}");
        }
        for verb in ["MAIL", "RCPT", "DATA", "."] {
            assert!(matches!(outcome(verb, || Answer::Say("451 greylisted")), Err(Later(_))), "{verb}");
            assert!(matches!(outcome(verb, || Answer::Cut), Err(Later(_))), "{verb}");
            assert!(matches!(outcome(verb, || Answer::Say("?")), Err(Later(_))), "{verb}");
        }
        for verb in ["RCPT", "DATA", "."] {
            assert!(matches!(outcome(verb, || Answer::Say("530 log in first")), Err(Later(_))), "{verb}");
        }
        assert!(matches!(outcome("MAIL", || Answer::Say("530 log in first")), Err(Unreachable(_))));
        assert!(
            matches!(outcome("DATA", || Answer::Say("250 taken, so to say")), Err(Later(said)) if said.contains("250 taken"))
        );
        for verb in ["MAIL", "RCPT", "."] {
            assert!(matches!(outcome(verb, || Answer::Say("354 go on")), Err(Later(_))), "{verb}");
        }
        for verb in ["", "EHLO"] {
            assert!(matches!(outcome(verb, || Answer::Say("554 go away")), Err(Unreachable(_))), "{verb}");
            assert!(matches!(outcome(verb, || Answer::Cut), Err(Unreachable(_))), "{verb}");
        }
        let nobody = Smtp::new(settings(1)).unwrap();
        assert!(matches!(nobody.send("p-1@example.org", &message("x")), Err(Unreachable(_))));
        assert!(matches!(nobody.send("p-1@example.org\r\nRCPT TO:<x@y.fr>", &message("x")), Err(Never(_))));
        assert!(matches!(nobody.send("p-1@example.org", b"a\n.\n"), Err(Never(_))));
    }

    #[test]
    fn nothing_is_said_in_clear_to_a_server_whose_tls_does_not_come_about() {
        for offer in ["250 sink", "250-sink\r\n250 STARTTLS"] {
            let sink = Sink::start(move |line| match line {
                line if line.starts_with("EHLO") => Answer::Say(offer),
                line if line.starts_with("AUTH") || line.starts_with("MAIL") => panic!("{line} in clear"),
                "STARTTLS" => Answer::Say("220 and now something that is not TLS"),
                line => willing(line),
            });
            let settings = SmtpSettings {
                tls: Tls::StartTls,
                username: Some("u".into()),
                password: Some("p".into()),
                ..settings(sink.port)
            };
            let outcome = Smtp::new(settings).unwrap().send("p-1@example.org", &message("x"));
            assert!(matches!(outcome, Err(SendError::Unreachable(_))), "{outcome:?}");
        }
    }

    #[test]
    fn settings_that_can_not_be_meant_are_refused() {
        let with = |change: fn(&mut SmtpSettings)| {
            let mut settings = settings(25);
            change(&mut settings);
            Smtp::new(settings).map(drop).unwrap_err().to_string()
        };
        assert!(with(|s| s.username = Some("u".into())).contains("in clear"));
        assert!(with(|s| (s.tls, s.username) = (Tls::Tls, Some("u".into()))).contains("needs a password"));
        assert!(with(|s| (s.tls, s.ca_file) = (Tls::StartTls, Some("/nowhere.pem".into()))).contains("/nowhere.pem"));
        assert!(with(|s| s.envelope_from = "nobody".into()).contains("envelope sender"));
        assert!(!format!("{:?}", SmtpSettings { password: Some("secret".into()), ..settings(25) }).contains("secret"));
    }
}
