//! Edits of a file with front matter: they change the bytes of one value and no others, and are read back before anybody
//! else sees them.

use std::ops::Range;

use granit_parser::{Parser, ScalarStyle};

use super::{Document, Value, line_end};
use crate::phrase::Phrase;
use crate::problem::Problem;

impl Document<'_> {
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
}
