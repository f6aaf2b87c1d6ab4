//! A mail server for tests: it listens on loopback, answers as its script says and keeps what it took.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What the server does after a line: the banner comes after `""`, the end of a message is `"."`.
pub enum Answer {
    Say(&'static str),
    Cut,
    Hang,
}

/// One message that the server answered with 250.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub to: String,
    pub data: Vec<u8>,
    /// Which connection it came by, counted from 1.
    pub connection: usize,
}

pub struct Sink {
    pub port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// What a willing server says.
pub fn willing(line: &str) -> Answer {
    Answer::Say(match line.split([' ', ':']).next() {
        Some("") => "220 sink",
        Some("EHLO") => "250-sink\r\n250 8BITMIME",
        Some("DATA") => "354 go on",
        Some("QUIT") => "221 bye",
        _ => "250 ok",
    })
}

impl Sink {
    pub fn start(script: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::default();
        let sink = Self { port, taken: Arc::clone(&taken) };
        let script = Arc::new(script);
        thread::spawn(move || {
            for (index, stream) in listener.incoming().enumerate() {
                let (script, taken) = (Arc::clone(&script), Arc::clone(&taken));
                thread::spawn(move || serve(&stream.unwrap(), index + 1, &*script, &taken));
            }
        });
        sink
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// Waits until the server has taken so many messages.
    pub fn wait_for(&self, count: usize) -> Vec<Taken> {
        eventually(|| (self.taken().len() >= count).then(|| self.taken()))
    }
}

/// Polls until there is an answer; ten seconds are a failure.
pub fn eventually<T>(ask: impl Fn() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "waited in vain");
        thread::sleep(Duration::from_millis(5));
    }
}

fn serve(
    stream: &TcpStream,
    connection: usize,
    script: &dyn Fn(&str) -> Answer,
    taken: &Mutex<Vec<Taken>>,
) -> Option<()> {
    let mut lines = BufReader::new(stream);
    let mut out = stream;
    let mut say = |line: &str| match script(line) {
        Answer::Say(answer) => out.write_all(format!("{answer}\r\n").as_bytes()).ok().map(|()| answer),
        Answer::Cut => None,
        Answer::Hang => {
            thread::sleep(Duration::from_mins(1));
            None
        }
    };
    say("")?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        let answer = say(line)?;
        if let Some(path) = line.strip_prefix("RCPT TO:") {
            to = path.trim_matches(['<', '>']).to_owned();
        }
        if answer.starts_with("354") {
            let data = read_message(&mut lines)?;
            let mut taken = taken.lock().unwrap();
            if say(".")?.starts_with("250") {
                taken.push(Taken { to: to.clone(), data, connection });
            }
        }
    }
}

/// The lines up to the dot, as a strict server reads them: only CRLF ends a line (RFC 5321, 4.1.1.4).
fn read_message(lines: &mut impl BufRead) -> Option<Vec<u8>> {
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
