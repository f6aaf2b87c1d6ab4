//! Just enough HTTP/1.1 to ask, to post, and to misbehave.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A request, as it goes over the wire.
#[derive(Clone)]
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    announced: bool,
}

impl Request {
    pub fn new(method: &str, path: &str) -> Self {
        Self { method: method.into(), path: path.into(), headers: Vec::new(), body: Vec::new(), announced: true }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self
    }

    /// The body comes in one piece of unknown length (chunked).
    pub fn unannounced(mut self) -> Self {
        self.announced = false;
        self
    }

    fn head(&self, address: SocketAddr) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        let mut add = |name: &str, value: &str| {
            if !self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
        };
        add("Host", &address.to_string());
        add("Connection", "close");
        if !self.announced {
            add("Transfer-Encoding", "chunked");
        } else if !self.body.is_empty() || self.method == "POST" {
            add("Content-Length", &self.body.len().to_string());
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head + "\r\n"
    }

    /// Sends it; the answer, if one comes.
    pub fn try_send(&self, address: SocketAddr) -> Option<Answer> {
        let mut stream = TcpStream::connect(address).ok()?;
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let mut bytes = self.head(address).into_bytes();
        if self.announced {
            bytes.extend(&self.body);
        } else {
            for piece in self.body.chunks(16 * 1024) {
                bytes.extend(format!("{:x}\r\n", piece.len()).bytes());
                bytes.extend(piece);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
        }
        // A server may answer and close before it has read all.
        let _ = stream.write_all(&bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Answer::parse(&answer)
    }

    pub fn send(&self, address: SocketAddr) -> Answer {
        self.try_send(address).unwrap_or_else(|| panic!("{} {} has no answer", self.method, self.path))
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(a, b)| (a.to_lowercase(), b.trim().to_owned()))
            .collect();
        let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let raw = &bytes[end + 4..];
        let body = if chunked { unchunked(raw)? } else { raw.to_vec() };
        Some(Self { status, headers, body })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What a reader sees of it.
    pub fn shown(&self) -> String {
        text_of(&self.text())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The form was accepted; the ticket's number, or the booking's stem.
    pub fn accepted(&self) -> String {
        assert!([201, 303].contains(&self.status), "{}: {}", self.status, self.shown());
        let place = self.header("location").expect("an accepted form has a place");
        if let Some((week, stem)) = place.split_once('#') {
            assert!(week.contains("/reservations/") && week.ends_with('/'), "{place}");
            return stem.to_owned();
        }
        let id = place.trim_end_matches('/').rsplit('/').next().unwrap();
        assert!(place.ends_with(&format!("/tickets/{id}/")), "{place}");
        id.to_owned()
    }

    /// The form was refused, with this status.
    pub fn refused(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.shown());
        assert_eq!(self.header("location"), None);
        self
    }

    /// The fields that are complained about (RFC 9457).
    pub fn faults(&self) -> Vec<String> {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        let errors = self.json()["errors"].as_array().expect("a list of errors").clone();
        for error in &errors {
            assert!(!error["message"].as_str().unwrap().is_empty());
        }
        errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
    }
}

fn unchunked(mut raw: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = raw.windows(2).position(|two| two == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&raw[..end]).ok()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend(raw.get(end + 2..end + 2 + size)?);
        raw = raw.get(end + 4 + size..)?;
    }
}

/// A form that somebody fills in.
#[derive(Clone)]
pub struct Form {
    address: SocketAddr,
    request: Request,
    fields: Vec<(String, Vec<u8>)>,
    file: Option<(String, Vec<u8>)>,
}

impl Form {
    pub fn new(address: SocketAddr, path: &str) -> Self {
        Self { address, request: Request::new("POST", path), fields: Vec::new(), file: None }
    }

    /// Fills in a field; what stood there is gone.
    pub fn set(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let mut form = self.without(name);
        form.fields.push((name.to_owned(), value.as_ref().to_vec()));
        form
    }

    /// A field once more.
    pub fn also(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.fields.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(own, _)| own != name);
        self
    }

    /// A picture; the form is then multipart/form-data.
    pub fn photo(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.file = Some((name.to_owned(), bytes.into()));
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// A program posts it and wants JSON.
    pub fn json(self) -> Self {
        self.header("Accept", "application/json")
    }

    pub fn post(&self) -> Answer {
        self.request().send(self.address)
    }

    pub fn request(&self) -> Request {
        const BOUNDARY: &str = "----story";
        let Some((name, bytes)) = &self.file else {
            let pairs: Vec<String> = self
                .fields
                .iter()
                .map(|(name, value)| format!("{}={}", encoded(name.as_bytes()), encoded(value)))
                .collect();
            return self
                .request
                .clone()
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(pairs.join("&"));
        };
        let mut body = Vec::new();
        for (field, value) in &self.fields {
            body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n").bytes());
            body.extend(value);
            body.extend(b"\r\n");
        }
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
        let media_type = format!("multipart/form-data; boundary={BOUNDARY}");
        self.request.clone().header("Content-Type", &media_type).body(body)
    }
}

/// Percent-encoding as forms have it.
pub fn encoded(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(*byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// What a reader sees of a page: no tags, no entities, blanks as one.
pub fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                text.push(' ');
            }
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#39;", "'"), ("&#x2F;", "/"), ("&amp;", "&")]
        .iter()
        .fold(text, |text, (entity, c)| text.replace(entity, c))
}
