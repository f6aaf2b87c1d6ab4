//! A mail server on loopback that answers as its script says and keeps what it took.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{Letter, eventually};

/// What the server does after a line. The banner comes after an empty line, the end of a message is `.`.
pub enum Reply {
    Say(&'static str),
    /// Cuts the line without a word.
    Cut,
    /// After the end of a message: takes it, but the word that says so is lost.
    TakeAndCut,
}

type Script = Box<dyn FnMut(&str) -> Reply + Send>;

pub struct Sink {
    pub port: u16,
    taken: Arc<Mutex<Vec<(String, Letter)>>>,
    script: Arc<Mutex<Script>>,
}

/// What a willing server says.
pub fn willing(line: &str) -> Reply {
    Reply::Say(match line.split([' ', ':']).next() {
        Some("") => "220 sink",
        Some("EHLO") => "250-sink\r\n250 8BITMIME",
        Some("DATA") => "354 go on",
        Some("QUIT") => "221 bye",
        _ => "250 ok",
    })
}

impl Sink {
    pub fn new() -> Self {
        Self::scripted(willing)
    }

    pub fn scripted(script: impl FnMut(&str) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let sink = Self { port, taken: Arc::default(), script: Arc::new(Mutex::new(Box::new(script))) };
        let (taken, script) = (Arc::clone(&sink.taken), Arc::clone(&sink.script));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (taken, script) = (Arc::clone(&taken), Arc::clone(&script));
                thread::spawn(move || converse(&stream, &script, &taken));
            }
        });
        sink
    }

    /// From now on the server answers otherwise.
    pub fn now(&self, script: impl FnMut(&str) -> Reply + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    /// What the server took, in order: envelope recipient and letter.
    pub fn taken(&self) -> Vec<(String, Letter)> {
        self.taken.lock().unwrap().clone()
    }

    /// Waits until the server took so many letters.
    pub fn wait_for(&self, count: usize) -> Vec<(String, Letter)> {
        eventually(&format!("{count} letters arrive"), || (self.taken().len() >= count).then(|| self.taken()))
    }

    /// What the server took for somebody, in order.
    pub fn taken_for(&self, address: &str) -> Vec<Letter> {
        self.taken().into_iter().filter(|(to, _)| to == address).map(|(_, letter)| letter).collect()
    }
}

fn converse(stream: &TcpStream, script: &Mutex<Script>, taken: &Mutex<Vec<(String, Letter)>>) -> Option<()> {
    let mut lines = BufReader::new(stream);
    let mut out = stream;
    let mut say = |line: &str| {
        let reply = script.lock().unwrap()(line);
        match reply {
            Reply::Say(answer) => out.write_all(format!("{answer}\r\n").as_bytes()).ok().map(|()| answer),
            Reply::Cut => None,
            Reply::TakeAndCut => Some("250, but nobody hears it"),
        }
    };
    say("")?;
    // All whom the envelope names: an envelope for two is one for nobody.
    let mut to: Vec<String> = Vec::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        let answer = say(line)?;
        if line.starts_with("MAIL FROM:") {
            to.clear();
        } else if let Some(path) = line.strip_prefix("RCPT TO:")
            && answer.starts_with("250")
        {
            to.push(path.trim_matches(['<', '>']).to_owned());
        }
        if answer.starts_with("354") {
            let data = message(&mut lines)?;
            let mut taken = taken.lock().unwrap();
            let answer = say(".")?;
            if answer.starts_with("250") {
                taken.push((to.join(" and "), Letter::parse("", &data)));
            }
            if answer.ends_with("nobody hears it") {
                return None;
            }
        }
    }
}

/// The lines up to the dot; only CRLF ends a line (RFC 5321, 4.1.1.4).
fn message(lines: &mut impl std::io::BufRead) -> Option<Vec<u8>> {
    let mut data = Vec::new();
    loop {
        let start = data.len();
        if lines.read_until(b'\n', &mut data).ok()? == 0 {
            return None;
        }
        match &data[start..] {
            b".\r\n" => {
                data.truncate(start);
                return Some(data);
            }
            [b'.', ..] => drop(data.remove(start)),
            _ => {}
        }
    }
}
