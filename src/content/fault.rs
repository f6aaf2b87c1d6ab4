//! The mistakes that people really make in a front matter, told from the bytes around them, each with a
//! remedy. Knows what YAML refuses, not what a ticket needs.

use std::ops::Range;

use crate::phrase::Phrase;
use crate::problem::Problem;

/// A file that is not UTF-8: most often saved by an old editor in Windows-1252.
pub(super) fn encoding(path: &str, bytes: &[u8], error: std::str::Utf8Error) -> Problem {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Problem::of_file(path, Phrase::new("problem-utf16")).hint(Phrase::new("hint-save-utf8"));
    }
    let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
    let line_end = bytes[error.valid_up_to()..].iter().position(|b| *b == b'\n');
    let rest = &bytes[error.valid_up_to()..line_end.map_or(bytes.len(), |at| error.valid_up_to() + at)];
    // Each byte of Windows-1252 is a character: enough to show the line.
    let shown: String = rest.iter().map(|b| char::from(*b)).collect();
    let text = format!("{good}{shown}");
    Problem::at(path, &text, good.len(), good.len() + 1, Phrase::new("problem-encoding"))
        .hint(Phrase::new("hint-save-utf8"))
}

/// A merge that nobody finished.
pub(super) fn conflict_markers(path: &str, text: &str) -> Result<(), Problem> {
    let starts = |marker: &str| {
        let mut at = 0;
        text.split_inclusive('\n').find_map(|line| {
            let here = at;
            at += line.len();
            line.starts_with(marker).then_some(here)
        })
    };
    match (starts("<<<<<<< "), starts("=======\n").or(starts("=======\r\n")), starts(">>>>>>> ")) {
        (Some(ours), Some(_), Some(_)) => {
            let problem = Problem::at(path, text, ours, ours + 7, Phrase::new("problem-conflict-markers"));
            Err(problem.hint(Phrase::new("hint-conflict-markers")))
        }
        _ => Ok(()),
    }
}

/// A line that begins with a tab: some readers take it for a blank, others refuse it.
pub(super) fn tab_indent(path: &str, text: &str, front: Range<usize>) -> Result<(), Problem> {
    let mut start = front.start;
    for line in text[front].split_inclusive('\n') {
        let indent = &line[..line.len() - line.trim_start().len()];
        if let Some(tab) = indent.find('\t').filter(|_| !line.trim().is_empty()) {
            let at = start + tab;
            return Err(Problem::at(path, text, at, at + 1, Phrase::new("problem-tab")).hint(Phrase::new("hint-tab")));
        }
        start += line.len();
    }
    Ok(())
}

/// A front matter that is a list or a sentence instead of keys and values.
pub(super) fn not_keys(path: &str, text: &str, at: &Range<usize>) -> Problem {
    if let Some((column, width, message, hint)) = known(text[at.start..].lines().next().unwrap_or_default()) {
        let place = at.start + column;
        return Problem::at(path, text, place, place + width, Phrase::new(message)).hint(hint);
    }
    Problem::at(path, text, at.start, at.end.min(at.start + 40), Phrase::new("problem-not-keys"))
        .hint(Phrase::new("hint-key-value"))
}

/// Why YAML refuses the front matter near `at`: the first line that shows a mistake we know, looking
/// backwards from there; else the place itself.
pub(super) fn yaml(path: &str, text: &str, front: &Range<usize>, at: usize) -> Problem {
    let at = at.clamp(front.start, front.end.max(front.start + 1) - 1);
    let mut starts: Vec<usize> = std::iter::once(front.start)
        .chain(text[front.clone()].match_indices('\n').map(|(index, _)| front.start + index + 1))
        .filter(|start| *start <= at)
        .collect();
    starts.reverse();
    for start in starts {
        let line = text[start..].lines().next().unwrap_or_default();
        if let Some((column, width, message, hint)) = known(line) {
            let place = start + column;
            return Problem::at(path, text, place, place + width, Phrase::new(message)).hint(hint);
        }
    }
    Problem::at(path, text, at, at + 1, Phrase::new("problem-yaml")).hint(Phrase::new("hint-key-value"))
}

/// A mistake of one line: its column and width in bytes, what it is and the remedy.
fn known(line: &str) -> Option<(usize, usize, &'static str, Phrase)> {
    let trimmed = line.trim_start();
    if trimmed.is_empty() || trimmed.starts_with('#') {
        return None;
    }
    if let Some(tab) =
        line.find('\t').filter(|tab| line[..*tab].trim().is_empty() || line[..*tab].trim_end().ends_with(':'))
    {
        return Some((tab, 1, "problem-tab", Phrase::new("hint-tab")));
    }
    let (key, value) = match line.split_once(':') {
        Some((key, value)) => (key, value),
        None if trimmed.starts_with('-') => return None,
        None => {
            return Some((
                line.len() - trimmed.len(),
                trimmed.len(),
                "problem-no-colon",
                Phrase::new("hint-key-value"),
            ));
        }
    };
    let value_at = key.len() + 1 + (value.len() - value.trim_start_matches(' ').len());
    let value = value.trim_start_matches(' ');
    if value.starts_with('\u{a0}') || value.starts_with('\u{202f}') {
        return Some((
            value_at,
            value.chars().next().map_or(1, char::len_utf8),
            "problem-nbsp",
            Phrase::new("hint-nbsp"),
        ));
    }
    let quoted = || {
        Phrase::new("hint-quote")
            .with("line", format!("{}: {}", key.trim(), super::front_matter::plain_or_quoted(value.trim())))
    };
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) if value[1..].matches(quote).count() == 0 => {
            Some((value_at, value.len(), "problem-open-quote", Phrase::new("hint-open-quote")))
        }
        Some('@' | '`' | '%' | '*' | '&' | '!' | '|' | '>' | '{' | '}' | ']' | ',') => {
            Some((value_at, 1, "problem-special-start", quoted()))
        }
        Some('[') if !value.contains(']') => Some((value_at, value.len(), "problem-open-bracket", quoted())),
        Some('"' | '\'' | '[') | None => None,
        Some(_) => value
            .find(": ")
            .or_else(|| value.ends_with(':').then(|| value.len() - 1))
            .map(|colon| (value_at + colon, 1, "problem-colon-in-value", quoted())),
    }
}

#[cfg(test)]
mod tests {
    use crate::content::front_matter::Document;

    #[test]
    fn each_mistake_is_told_by_its_own_name() {
        let cases = [
            ("title: a: b: c", "problem-colon-in-value"),
            ("title: @x", "problem-special-start"),
            ("title: \"x", "problem-open-quote"),
            ("\ttitle: x", "problem-tab"),
            ("watchers: [a", "problem-open-bracket"),
            ("title x\nstatus: y", "problem-no-colon"),
            ("status:\u{a0}nouveau\ntitle: x", "problem-nbsp"),
            ("status:\u{a0}nouveau", "problem-nbsp"),
        ];
        for (front, key) in cases {
            let text = format!("---\n{front}\n---\n");
            let problem = Document::parse("t.md", text.as_bytes()).unwrap_err();
            assert_eq!(problem.message.key, key, "{front}");
            assert_eq!(problem.line, 2, "{front}");
        }
    }
}
