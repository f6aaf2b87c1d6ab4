//! A Markdown file with YAML front matter (YAML 1.2.2, a mapping of scalars and lists of scalars):
//! where each value stands, and edits that change the bytes of one value and no others. Knows no ticket.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::fault;
use crate::phrase::Phrase;
use crate::problem::Problem;

/// Front matter is read by a person before it is read by us: more than this is a mistake or an attack.
pub const FRONT_BYTES: usize = 8 * 1024;
/// A body's bytes, at most.
pub const BODY_BYTES: usize = 256 * 1024;

/// A file taken apart. Every range is of bytes in `text`.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    path: &'a str,
    text: &'a str,
    front: Range<usize>,
    body: usize,
    entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key, unescaped.
    pub key: String,
    /// Where the key stands.
    pub key_at: Range<usize>,
    /// The value.
    pub value: Value,
}

/// What stands behind a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing: `status:`; the place where a value would stand.
    Empty(usize),
    /// One value.
    Scalar(Scalar),
    /// Several, `[a, b]` or one a line.
    List {
        /// The values.
        items: Vec<Scalar>,
        /// The whole list.
        at: Range<usize>,
        /// Written with brackets.
        flow: bool,
    },
    /// A mapping or deeper: only allowed below keys that begin with `x-`.
    Deep(Range<usize>),
}

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The value, unescaped.
    pub text: String,
    /// Where it stands, quotes included.
    pub at: Range<usize>,
    style: ScalarStyle,
}

impl<'a> Document<'a> {
    /// Takes a file apart.
    ///
    /// # Errors
    /// Not UTF-8, no front matter, too large, not YAML, aliases, anchors, tags, a key twice, conflict
    /// markers: each with its place and a remedy.
    pub fn parse(path: &'a str, bytes: &'a [u8]) -> Result<Self, Problem> {
        if bytes.len() > FRONT_BYTES + BODY_BYTES + 64 {
            let problem = Problem::of_file(path, Phrase::new("problem-body-too-large").with("most", BODY_BYTES / 1024));
            return Err(problem.hint(Phrase::new("hint-body-too-large")));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| fault::encoding(path, bytes, error))?;
        fault::conflict_markers(path, text)?;
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let opening = line_end(text, start);
        if text[start..opening].trim_end() != "---" {
            let problem = Problem::at(path, text, start, opening, Phrase::new("problem-no-opening-fence"));
            return Err(problem.hint(Phrase::new("hint-opening-fence")));
        }
        let front_start = (opening + 1).min(text.len());
        let mut at = front_start;
        let (front_end, body) = loop {
            if at >= text.len() {
                let end = (front_start + 1).min(text.len());
                let problem = Problem::at(path, text, front_start, end, Phrase::new("problem-no-closing-fence"));
                return Err(problem.hint(Phrase::new("hint-closing-fence")));
            }
            let end = line_end(text, at);
            if text[at..end].trim_end() == "---" {
                break (at, (end + 1).min(text.len()));
            }
            at = end + 1;
        };
        if front_end - front_start > FRONT_BYTES {
            let message = Phrase::new("problem-front-too-large").with("most", FRONT_BYTES / 1024);
            let problem = Problem::at(path, text, front_start, front_start, message);
            return Err(problem.hint(Phrase::new("hint-front-too-large")));
        }
        if text.len() - body > BODY_BYTES {
            let message = Phrase::new("problem-body-too-large").with("most", BODY_BYTES / 1024);
            return Err(Problem::at(path, text, body, body, message).hint(Phrase::new("hint-body-too-large")));
        }
        fault::tab_indent(path, text, front_start..front_end)?;
        let mut document = Self { path, text, front: front_start..front_end, body, entries: Vec::new() };
        document.entries = document.read_entries()?;
        Ok(document)
    }

    /// The whole file.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// What follows the front matter.
    pub fn body(&self) -> &'a str {
        &self.text[self.body..]
    }

    /// Keys and values, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The value behind a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// A complaint about a range of the file.
    pub fn problem(&self, at: &Range<usize>, message: Phrase) -> Problem {
        Problem::at(self.path, self.text, at.start, at.end, message)
    }

    fn read_entries(&self) -> Result<Vec<Entry>, Problem> {
        let front = &self.text[self.front.clone()];
        let mut events = Events { document: self, parser: Parser::new_from_str(front) };
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            match events.next()? {
                None => return Ok(entries),
                Some((Event::MappingStart(..), _)) => break,
                Some((event, at)) if event.is_node() => {
                    return Err(fault::not_keys(self.path, self.text, &at));
                }
                Some(_) => {}
            }
        }
        while let Some((event, key_at)) = events.next()? {
            let key = match event {
                Event::MappingEnd => break,
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err(fault::not_keys(self.path, self.text, &key_at)),
            };
            if entries.iter().any(|entry| entry.key == key) {
                let message = Phrase::new("problem-duplicate-key").with("key", &key);
                return Err(self.problem(&key_at, message).hint(Phrase::new("hint-duplicate-key")));
            }
            let value = events.value(&key, &key_at)?;
            entries.push(Entry { key, key_at, value });
        }
        Ok(entries)
    }

    /// The file with `value` behind `key`; every other byte is as it was. A key that is not there is added
    /// as the last one.
    ///
    /// # Errors
    /// The value stands in a form that is not edited (a list, a block scalar).
    pub fn with_value(&self, key: &str, value: &str) -> Result<String, Problem> {
        let edited = match self.entries.iter().find(|entry| entry.key == key).map(|entry| (&entry.value, &entry.key_at))
        {
            None => self.with_line(&format!("{key}: {}", plain_or_quoted(value))),
            Some((Value::Empty(at), _)) => {
                let blank = if self.text[..*at].ends_with([' ', '\t']) { "" } else { " " };
                self.spliced(&(*at..*at), &format!("{blank}{}", plain_or_quoted(value)))
            }
            Some((Value::Scalar(scalar), _)) if !is_block(scalar.style) => {
                self.spliced(&scalar.at, &in_style(value, scalar.style))
            }
            Some((_, key_at)) => {
                return Err(self.problem(key_at, Phrase::new("problem-not-editable").with("key", key)));
            }
        };
        self.checked(edited, key, |read| match read {
            Some(Value::Scalar(scalar)) => scalar.text == value,
            _ => false,
        })
    }

    /// The file with `item` added to the list behind `key`.
    ///
    /// # Errors
    /// What stands there is not a list.
    pub fn with_item(&self, key: &str, item: &str) -> Result<String, Problem> {
        let quoted = plain_or_quoted(item);
        let edited = match self.entries.iter().find(|entry| entry.key == key).map(|entry| (&entry.value, &entry.key_at))
        {
            None => self.with_line(&format!("{key}: [{quoted}]")),
            Some((Value::Empty(at), _)) => self.spliced(&(*at..*at), &format!(" [{quoted}]")),
            Some((Value::List { items, at, flow: true }, _)) => {
                let end = items.last().map_or(at.start + 1, |last| last.at.end);
                let comma = if items.is_empty() { "" } else { ", " };
                self.spliced(&(end..end), &format!("{comma}{quoted}"))
            }
            Some((Value::List { items, flow: false, .. }, key_at)) => {
                let Some(last) = items.last() else {
                    return Err(self.problem(key_at, Phrase::new("problem-not-editable").with("key", key)));
                };
                let line = self.text[..last.at.start].rfind('\n').map_or(0, |at| at + 1);
                let indent = self.text[line..last.at.start].split('-').next().unwrap_or_default();
                let end = line_end(self.text, last.at.end);
                let end = if self.text[..end].ends_with('\r') { end - 1 } else { end };
                self.spliced(&(end..end), &format!("{}{indent}- {quoted}", self.newline()))
            }
            Some((_, key_at)) => {
                return Err(self.problem(key_at, Phrase::new("problem-not-editable").with("key", key)));
            }
        };
        self.checked(edited, key, |read| match read {
            Some(Value::List { items, .. }) => items.last().is_some_and(|last| last.text == item),
            _ => false,
        })
    }

    /// The file without a key and what stands behind it; the same file when it is not there.
    ///
    /// # Errors
    /// The rest would not read as it did.
    pub fn without(&self, key: &str) -> Result<String, Problem> {
        let Some(entry) = self.entries.iter().find(|entry| entry.key == key) else {
            return Ok(self.text.to_owned());
        };
        let start = self.text[..entry.key_at.start].rfind('\n').map_or(0, |at| at + 1);
        let end = (line_end(self.text, entry.value.at().end) + 1).min(self.text.len());
        self.checked(self.spliced(&(start..end), ""), key, |read| read.is_none())
    }

    /// The file with `text` added at the end of the body, as a paragraph of its own.
    pub fn with_answer(&self, text: &str) -> String {
        let newline = self.newline();
        let mut file = self.text.to_owned();
        let body = self.body().trim_end();
        if !body.is_empty() {
            file.truncate(self.body + body.len());
            file.push_str(newline);
            // The blanks that a person left at the end stay part of the old body.
            file.push_str(self.body()[body.len()..].strip_prefix(newline).unwrap_or(""));
            file.push_str(newline);
        } else if !file.ends_with('\n') {
            file.push_str(newline);
        }
        // What a note that was never closed would swallow must not be lost.
        if crate::domain::change::is_open_note(self.body()) {
            file.push_str("-->");
            file.push_str(newline);
            file.push_str(newline);
        }
        for line in text.lines() {
            file.push_str(line);
            file.push_str(newline);
        }
        file
    }

    fn newline(&self) -> &'static str {
        let first = line_end(self.text, 0);
        if self.text[..first].ends_with('\r') { "\r\n" } else { "\n" }
    }

    fn with_line(&self, line: &str) -> String {
        self.spliced(&(self.front.end..self.front.end), &format!("{line}{}", self.newline()))
    }

    fn spliced(&self, at: &Range<usize>, with: &str) -> String {
        format!("{}{with}{}", &self.text[..at.start], &self.text[at.end..])
    }

    /// The edit, once it reads back as meant: the one value is the new one, all others are as they were.
    fn checked(&self, edited: String, key: &str, meant: impl Fn(Option<&Value>) -> bool) -> Result<String, Problem> {
        let same = {
            let read = Document::parse(self.path, edited.as_bytes())?;
            let others = |document: &Document<'_>| -> Vec<(String, Vec<String>)> {
                let entries = document.entries.iter().filter(|entry| entry.key != key);
                entries.map(|entry| (entry.key.clone(), entry.value.texts())).collect()
            };
            meant(read.get(key)) && others(self) == others(&read) && read.body() == self.body()
        };
        if same {
            Ok(edited)
        } else {
            let at = self.front.start..self.front.start;
            Err(self.problem(&at, Phrase::new("problem-not-editable").with("key", key)))
        }
    }
}

impl Value {
    fn texts(&self) -> Vec<String> {
        match self {
            Self::Empty(_) | Self::Deep(_) => Vec::new(),
            Self::Scalar(scalar) => vec![scalar.text.clone()],
            Self::List { items, .. } => items.iter().map(|item| item.text.clone()).collect(),
        }
    }

    /// Where the value stands.
    pub fn at(&self) -> Range<usize> {
        match self {
            Self::Empty(at) => *at..*at,
            Self::Scalar(scalar) => scalar.at.clone(),
            Self::List { at, .. } | Self::Deep(at) => at.clone(),
        }
    }
}

/// The parser's events, with ranges of the whole file, and without what front matter may not hold.
struct Events<'d, 'a> {
    document: &'d Document<'a>,
    parser: Parser<'a, granit_parser::StrInput<'a>>,
}

impl<'a> Events<'_, 'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Range<usize>)>, Problem> {
        let document = self.document;
        let base = document.front.start;
        loop {
            let Some(next) = self.parser.next() else {
                return Ok(None);
            };
            let (event, span) = next.map_err(|error| {
                let at = error.marker().byte_offset().unwrap_or_default();
                fault::yaml(document.path, document.text, &document.front, base + at)
            })?;
            let at = span.byte_range().map_or(base..base, |range| base + range.start..base + range.end);
            if event.is_alias() || event.anchor_id().is_some() || event.tag().is_some() {
                let problem = document.problem(&at, Phrase::new("problem-yaml-feature"));
                return Err(problem.hint(Phrase::new("hint-quote-value")));
            }
            if !matches!(event, Event::Comment(..)) {
                return Ok(Some((event, at)));
            }
        }
    }

    fn value(&mut self, key: &str, key_at: &Range<usize>) -> Result<Value, Problem> {
        let text = self.document.text;
        let Some((event, at)) = self.next()? else {
            return Ok(Value::Empty(key_at.end));
        };
        match event {
            Event::Scalar(_, ScalarStyle::Plain, ..) if at.is_empty() => {
                let colon = text[key_at.end..].find(':').map_or(key_at.end, |colon| key_at.end + colon + 1);
                Ok(Value::Empty(colon))
            }
            Event::Scalar(value, style, ..) => {
                let at = if style == ScalarStyle::Plain { trimmed(text, at) } else { at };
                Ok(Value::Scalar(Scalar { text: value.into_owned(), at, style }))
            }
            Event::SequenceStart(style, ..) => self.list(key, style == StructureStyle::Flow, at.start),
            _ => self.deep(key, at),
        }
    }

    fn list(&mut self, key: &str, flow: bool, start: usize) -> Result<Value, Problem> {
        let mut items = Vec::new();
        while let Some((event, at)) = self.next()? {
            match event {
                Event::Scalar(value, style, ..) => items.push(Scalar { text: value.into_owned(), at, style }),
                Event::SequenceEnd => {
                    let end = if flow { at.end } else { items.last().map_or(at.end, |last| last.at.end) };
                    return Ok(Value::List { items, at: start..end, flow });
                }
                _ => {
                    let deep = self.deep(key, at)?;
                    // The rest of the outer list, whatever it holds.
                    self.skip(1)?;
                    return Ok(deep);
                }
            }
        }
        Ok(Value::Deep(start..start))
    }

    /// Something nested: skipped below `x-…`, refused elsewhere.
    fn deep(&mut self, key: &str, at: Range<usize>) -> Result<Value, Problem> {
        if !key.starts_with("x-") {
            let problem = self.document.problem(&at, Phrase::new("problem-nested").with("key", key));
            return Err(problem.hint(Phrase::new("hint-quote-value")));
        }
        self.skip(1)?;
        Ok(Value::Deep(at))
    }

    /// Reads up to the end of `depth` open collections.
    fn skip(&mut self, mut depth: usize) -> Result<(), Problem> {
        while depth > 0 {
            match self.next()? {
                None => break,
                Some((Event::MappingStart(..) | Event::SequenceStart(..), _)) => depth += 1,
                Some((Event::MappingEnd | Event::SequenceEnd, _)) => depth -= 1,
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// A plain scalar's range without the blanks and comment that a parser may count to it.
fn trimmed(text: &str, at: Range<usize>) -> Range<usize> {
    at.start..at.start + text[at.clone()].trim_end().len()
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |at| from + at)
}

fn is_block(style: ScalarStyle) -> bool {
    matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
}

fn in_style(value: &str, style: ScalarStyle) -> String {
    match style {
        ScalarStyle::SingleQuoted if !value.contains('\n') => format!("'{}'", value.replace('\'', "''")),
        ScalarStyle::DoubleQuoted => double_quoted(value),
        _ => plain_or_quoted(value),
    }
}

/// A value as YAML: plain where every reader takes it for the same text, else in double quotes.
pub fn plain_or_quoted(value: &str) -> String {
    let line = format!("k: [{value}]\nk2: {value}\n");
    let texts: Vec<_> = Parser::new_from_str(&line)
        .map_while(Result::ok)
        .filter_map(|(event, _)| event.scalar().map(|(text, style)| (text.to_owned(), style)))
        .collect();
    let plain = [("k", 0), (value, 1), ("k2", 2), (value, 3)]
        .iter()
        .all(|(text, index)| texts.get(*index) == Some(&((*text).to_owned(), ScalarStyle::Plain)));
    if plain && texts.len() == 4 && !is_another_type(value) { value.to_owned() } else { double_quoted(value) }
}

/// JSON strings are YAML double-quoted scalars (YAML 1.2.2, section 1.2).
fn double_quoted(value: &str) -> String {
    serde_json::to_string(value).expect("a string has a JSON form")
}

/// What an ordinary YAML reader would take for a number, a truth or nothing. Dates stay plain, as the
/// format has them.
fn is_another_type(value: &str) -> bool {
    let words = ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let is_time = value.contains(':') && value.bytes().all(|b| b.is_ascii_digit() || b == b':');
    words.contains(&value.to_ascii_lowercase().as_str()) || value.replace('_', "").parse::<f64>().is_ok() || is_time
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str, key: &str, value: &str) -> String {
        Document::parse("t.md", text.as_bytes()).unwrap().with_value(key, value).unwrap()
    }

    #[test]
    fn an_edit_changes_its_own_bytes_only() {
        let cases = [
            ("---\nstatus: Nouveau  # vu avec Paul\na: 1\n---\nx", "---\nstatus: ferme  # vu avec Paul\na: 1\n---\nx"),
            ("---\r\nstatus:   \"en cours\"\r\n---\r\n", "---\r\nstatus:   \"ferme\"\r\n---\r\n"),
            ("\u{feff}---\nstatus: 'nouveau'\n---\n", "\u{feff}---\nstatus: 'ferme'\n---\n"),
            ("---\nstatus:\na: 1\n---\n", "---\nstatus: ferme\na: 1\n---\n"),
            ("---\nstatus: \na: 1\n---\n", "---\nstatus: ferme \na: 1\n---\n"),
            ("---\n{status: nouveau, a: [1, 2]}\n---\n", "---\n{status: ferme, a: [1, 2]}\n---\n"),
            (
                "---\na: |\n  status: nouveau\nstatus: nouveau\n---\n",
                "---\na: |\n  status: nouveau\nstatus: ferme\n---\n",
            ),
            ("---\n\"status\": nouveau\n---\nstatus: nouveau\n", "---\n\"status\": ferme\n---\nstatus: nouveau\n"),
            ("---\na: 1\n---\n", "---\na: 1\nstatus: ferme\n---\n"),
        ];
        for (before, after) in cases {
            assert_eq!(edit(before, "status", "ferme"), after);
        }
    }

    #[test]
    fn values_are_quoted_where_they_must_be() {
        assert_eq!(plain_or_quoted("Le TNI ne s'allume plus"), "Le TNI ne s'allume plus");
        for text in
            ["a: b", "# x", "@x", "- a", "---", "no", "12", "a #b", "[x", "\"", "é\u{2028}", "", " x", "10:30", "a, b]"]
        {
            let line = format!("---\nk: {}\nl: [{}]\n---\n", plain_or_quoted(text), plain_or_quoted(text));
            let document = Document::parse("t.md", line.as_bytes()).unwrap();
            assert!(matches!(document.get("k"), Some(Value::Scalar(scalar)) if scalar.text == text), "{line}");
        }
    }

    #[test]
    fn lists_grow_in_their_own_form() {
        let grow = |text: &str| Document::parse("t.md", text.as_bytes()).unwrap().with_item("w", "p-2").unwrap();
        assert_eq!(grow("---\na: 1\n---\n"), "---\na: 1\nw: [p-2]\n---\n");
        assert_eq!(grow("---\nw: [ p-1 ] # x\n---\n"), "---\nw: [ p-1, p-2 ] # x\n---\n");
        assert_eq!(grow("---\nw: []\n---\n"), "---\nw: [p-2]\n---\n");
        assert_eq!(
            grow("---\r\nw:\r\n  - p-1 # x\r\nb: 1\r\n---\r\n"),
            "---\r\nw:\r\n  - p-1 # x\r\n  - p-2\r\nb: 1\r\n---\r\n"
        );
    }

    #[test]
    fn a_key_goes_with_its_lines() {
        let without = |text: &str, key: &str| Document::parse("x.md", text.as_bytes()).unwrap().without(key).unwrap();
        let text = "---\na: 1 # one\nlist:\n  - x\n  - y\nflow: [x, y]\nb: 2\n---\nBody\n";
        assert_eq!(without(text, "list"), "---\na: 1 # one\nflow: [x, y]\nb: 2\n---\nBody\n");
        assert_eq!(without(text, "flow"), "---\na: 1 # one\nlist:\n  - x\n  - y\nb: 2\n---\nBody\n");
        assert_eq!(without(text, "b"), "---\na: 1 # one\nlist:\n  - x\n  - y\nflow: [x, y]\n---\nBody\n");
        assert_eq!(without(text, "c"), text);
    }

    #[test]
    fn answers_are_added_below() {
        let add = |text: &str| Document::parse("t.md", text.as_bytes()).unwrap().with_answer("Vu.");
        assert_eq!(add("---\na: 1\n---\nBody\n"), "---\na: 1\n---\nBody\n\nVu.\n");
        assert_eq!(add("---\na: 1\n---\nBody"), "---\na: 1\n---\nBody\n\nVu.\n");
        assert_eq!(add("---\r\na: 1\r\n---\r\nBody\r\n"), "---\r\na: 1\r\n---\r\nBody\r\n\r\nVu.\r\n");
        assert_eq!(add("---\na: 1\n---\n"), "---\na: 1\n---\nVu.\n");
    }

    #[test]
    fn hostile_front_matter_is_refused() {
        for front in [
            "a: &x 1\nb: *x",
            "a: !!str x",
            "a: 1\na: 2",
            "a: {b: {c: 1}}",
            "- a",
            "a: [b: c]",
            "<<: {a: 1}",
            "a: \"x",
            "a: b: c",
            "\ta: 1",
            "a:\n\t- b",
            "a: @x",
            "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> x",
        ] {
            let text = format!("---\n{front}\n---\n");
            assert!(Document::parse("t.md", text.as_bytes()).is_err(), "{front}");
        }
        let deep = format!("---\na: {}\n---\n", "[".repeat(8_000));
        assert!(Document::parse("t.md", deep.as_bytes()).is_err());
        assert!(Document::parse("t.md", b"---\na: \xe9\n---\n").is_err());
        assert!(Document::parse("t.md", b"a: 1\n").is_err());
        assert!(Document::parse("t.md", b"---\na: 1\n").is_err());
    }
}
