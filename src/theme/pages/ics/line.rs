//! Content lines of a calendar (RFC 5545, section 3.1): text that stands for itself, lines of a length, their ends.

/// RFC 5545, section 3.1: a line holds 75 octets, without its line break.
const OCTETS: usize = 75;

/// The bytes of a calendar.
pub(super) fn written(lines: &[String]) -> String {
    lines.iter().map(|line| folded(line)).collect()
}

/// A value of type TEXT (section 3.3.11): no control characters but the line break, which has a name.
pub(super) fn escaped(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() && c != '\t' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// The value of a parameter, in quotes (section 3.2), which it can not hold itself.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.chars().filter(|c| *c != '"' && !c.is_control()).collect::<String>())
}

/// A content line, folded at a character boundary, with its line breaks.
fn folded(line: &str) -> String {
    let mut folded = String::new();
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > OCTETS {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(c);
        octets += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_and_text_is_escaped() {
        let line = folded(&format!("SUMMARY:{}", escaped(&"é,".repeat(60))));
        assert!(line.split("\r\n").all(|part| part.len() <= OCTETS));
        assert_eq!(line.replace("\r\n ", "").trim_end(), format!("SUMMARY:{}", "é\\,".repeat(60)));
        assert_eq!(escaped("a;b\r\nATTENDEE:x\u{7}\ty"), "a\\;b\\nATTENDEE:x\ty");
        assert_eq!(quoted("Le \"guichet\"\r\n, 2e étage"), "\"Le guichet, 2e étage\"");
    }
}
