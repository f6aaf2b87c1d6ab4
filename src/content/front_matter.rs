//! A Markdown file with YAML front matter (YAML 1.2.2, a mapping of scalars and lists of scalars):
//! where each value stands. Knows no ticket.

mod edit;

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

pub use self::edit::plain_or_quoted;
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
}

impl Value {
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

#[cfg(test)]
mod tests {
    use super::*;

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
