//! A complaint about a place in a file, with its remedy. Knows neither the file system nor a language.

use crate::phrase::Phrase;

/// Characters of a line that are shown: what a person writes is shorter, what is longer is no help.
const SHOWN: usize = 160;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file can not be used as it is.
    Error,
    /// The file is used, something in it is odd.
    Warning,
}

/// What is wrong with a file of the site, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Relative to the site, with forward slashes.
    pub path: String,
    /// Counted from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// Counted in characters from 1; 0 when the line as a whole is meant.
    pub column: usize,
    /// How many characters are meant.
    pub width: usize,
    /// The line as it stands in the file; of a very long one, the part around the fault.
    pub source: String,
    /// Characters of `source` before the fault.
    pub indent: usize,
    /// What is wrong.
    pub message: Phrase,
    /// What to do.
    pub hint: Option<Phrase>,
    /// How bad it is.
    pub severity: Severity,
}

impl Problem {
    /// A complaint about a file as a whole.
    pub fn of_file(path: &str, message: Phrase) -> Self {
        Self {
            path: path.to_owned(),
            line: 0,
            column: 0,
            width: 0,
            source: String::new(),
            indent: 0,
            message,
            hint: None,
            severity: Severity::Error,
        }
    }

    /// A complaint about the bytes `start..end` of `text`, the contents of the file.
    pub fn at(path: &str, text: &str, start: usize, end: usize, message: Phrase) -> Self {
        let start = floor(text, start);
        let end = floor(text, end.max(start));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let source = text[line_start..line_end].trim_end_matches('\r');
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let before = text[line_start..start].trim_start_matches('\u{feff}').chars().count();
        let (source, indent) = excerpt(source, before);
        let width = text[start..end.min(line_end)].chars().count();
        Self {
            line: text[..line_start].matches('\n').count() + 1,
            column: before + 1,
            width: width.min(source.chars().count().saturating_sub(indent)).max(1),
            source,
            indent,
            ..Self::of_file(path, message)
        }
    }

    /// The same complaint with a remedy.
    #[must_use]
    pub fn hint(mut self, hint: Phrase) -> Self {
        self.hint = Some(hint);
        self
    }

    /// The same complaint, about something that is merely odd.
    #[must_use]
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// `path:line:column`, as compilers write it.
    pub fn place(&self) -> String {
        match (self.line, self.column) {
            (0, _) => self.path.clone(),
            (line, 0) => format!("{}:{line}", self.path),
            (line, column) => format!("{}:{line}:{column}", self.path),
        }
    }

    /// What stands below the source line: blanks up to the fault, then carets.
    pub fn caret(&self) -> String {
        if self.column == 0 {
            return String::new();
        }
        let blanks: String =
            self.source.chars().take(self.indent).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        blanks + &"^".repeat(self.width)
    }
}

/// A line, or the part of a very long one around the character `at`; and how many characters stand before it then.
fn excerpt(line: &str, at: usize) -> (String, usize) {
    if line.chars().count() <= SHOWN {
        return (line.to_owned(), at);
    }
    let cut = at.saturating_sub(SHOWN / 2);
    let mut shown = String::from(if cut > 0 { "…" } else { "" });
    let indent = at - cut + shown.chars().count();
    shown.extend(line.chars().skip(cut).take(SHOWN));
    if line.chars().count() > cut + SHOWN {
        shown.push('…');
    }
    (shown, indent)
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let text = "é: 1\r\nstatus: résolu\r\n";
        let start = text.find("résolu").unwrap();
        let problem = Problem::at("a.md", text, start, start + "résolu".len(), Phrase::new("x"));
        assert_eq!(problem.place(), "a.md:2:9");
        assert_eq!(problem.source, "status: résolu");
        assert_eq!(problem.caret(), "        ^^^^^^");
    }

    #[test]
    fn of_an_endless_line_the_part_around_the_fault_is_shown() {
        let text = format!("x: {}!{}", "é".repeat(1000), "a".repeat(100_000));
        let start = text.find('!').unwrap();
        let problem = Problem::at("a.md", &text, start, text.len(), Phrase::new("x"));
        assert_eq!((problem.column, problem.source.chars().count()), (1004, 162));
        let caret = problem.caret();
        assert_eq!(problem.source.chars().nth(caret.find('^').unwrap()), Some('!'));
        assert_eq!(caret.chars().count(), 162);
    }
}
