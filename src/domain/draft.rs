//! What a person typed into a form, checked field by field, before it becomes anything.

use unicode_normalization::UnicodeNormalization;

use super::key::Key;
use super::person::{Contact, MailAddress};
use super::vocabulary::Vocabulary;
use crate::phrase::Phrase;

/// Characters in a title, at most: it has to fit a mail's subject.
pub const TITLE_CHARS: usize = 200;
/// Characters in a text, at most: about ten printed pages.
pub const TEXT_CHARS: usize = 20_000;
/// Characters in a name, at most.
const NAME_CHARS: usize = 100;
/// Characters of the first line that become the title.
const DERIVED_TITLE_CHARS: usize = 80;

/// What is wrong with one field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field's name.
    pub field: &'static str,
    /// One sentence for the person who typed.
    pub message: Phrase,
}

impl Fault {
    /// A fault of a field.
    pub fn new(field: &'static str, message: Phrase) -> Self {
        Self { field, message }
    }
}

/// The form of a new incident, as typed.
#[derive(Clone, Debug, Default)]
pub struct TicketFields {
    /// A resource's id or name.
    pub resource: String,
    /// What is the matter.
    pub description: String,
    /// One line; empty: taken from the description.
    pub title: String,
    /// A category's key or label; empty: the default.
    pub category: String,
    /// A severity's key or label; empty: the default.
    pub severity: String,
}

/// Who sends a form, as typed.
#[derive(Clone, Debug, Default)]
pub struct SenderFields {
    /// First and last name.
    pub name: String,
    /// Mail address.
    pub email: String,
}

/// A new incident that can be filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// One line.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// What is broken.
    pub resource: Key,
    /// What kind.
    pub category: Key,
    /// How bad.
    pub severity: Key,
}

impl TicketFields {
    /// The draft, or what is wrong with each field, in the order of the form.
    ///
    /// # Errors
    /// A field is missing, too long, unknown or retired, or holds control characters.
    pub fn check(&self, vocabulary: &Vocabulary) -> Result<Draft, Vec<Fault>> {
        let mut faults = Vec::new();
        let resource = match (self.resource.trim(), vocabulary.resources.find(&self.resource)) {
            ("", _) => Err(Fault::new("resource", Phrase::new("fault-resource-missing"))),
            (_, Some(resource)) if !resource.retired => Ok(resource.id.clone()),
            (_, Some(resource)) => {
                Err(Fault::new("resource", Phrase::new("fault-resource-retired").with("resource", &resource.name)))
            }
            (typed, None) => {
                Err(Fault::new("resource", Phrase::new("fault-resource-unknown").with("typed", shortened(typed))))
            }
        };
        let resource = resource.map_err(|fault| faults.push(fault));
        let description = required_text("description", "fault-description-missing", &self.description)
            .map_err(|fault| faults.push(fault));
        let category = chosen(&self.category, "category", &vocabulary.categories, vocabulary.default_category())
            .map_err(|fault| faults.push(fault));
        let severity = chosen(&self.severity, "severity", &vocabulary.severities, vocabulary.default_severity())
            .map_err(|fault| faults.push(fault));
        let title = line("title", &self.title, TITLE_CHARS).map_err(|fault| faults.push(fault));
        match (resource, description, category, severity, title) {
            (Ok(resource), Ok(description), Ok(category), Ok(severity), Ok(title)) => Ok(Draft {
                title: if title.is_empty() { first_line(&description) } else { title },
                description,
                resource,
                category,
                severity,
            }),
            _ => Err(faults),
        }
    }
}

impl SenderFields {
    /// Who sends it, or what is wrong with name and address.
    ///
    /// # Errors
    /// A field is missing, too long, or no mail can be sent to the address.
    pub fn check(&self) -> Result<Contact, Vec<Fault>> {
        let mut faults = Vec::new();
        let name = match line("name", &self.name, NAME_CHARS) {
            Ok(name) if name.is_empty() => Err(Fault::new("name", Phrase::new("fault-name-missing"))),
            Ok(name) if name.contains(['<', '>', '@']) => Err(Fault::new("name", Phrase::new("fault-name-odd"))),
            other => other,
        }
        .map_err(|fault| faults.push(fault));
        let email = match self.email.trim() {
            "" => Err(Fault::new("email", Phrase::new("fault-email-missing"))),
            typed => MailAddress::new(typed)
                .ok_or_else(|| Fault::new("email", Phrase::new("fault-email-odd").with("typed", shortened(typed)))),
        }
        .map_err(|fault| faults.push(fault));
        match (name, email) {
            (Ok(name), Ok(email)) => Ok(Contact { name, email }),
            _ => Err(faults),
        }
    }
}

/// The text of an answer.
///
/// # Errors
/// It is missing, too long, or holds control characters.
pub fn answer(text: &str) -> Result<String, Fault> {
    required_text("text", "fault-text-missing", text)
}

fn chosen<T: super::vocabulary::Term>(
    typed: &str,
    field: &'static str,
    terms: &super::vocabulary::Terms<T>,
    default: &T,
) -> Result<Key, Fault> {
    if typed.trim().is_empty() {
        return Ok(default.key().clone());
    }
    match terms.find(typed) {
        Some(term) if !term.retired() => Ok(term.key().clone()),
        _ => Err(Fault::new(
            field,
            Phrase::new("fault-choice-unknown").with("typed", shortened(typed)).with("choices", terms.labels()),
        )),
    }
}

fn required_text(field: &'static str, missing: &'static str, typed: &str) -> Result<String, Fault> {
    let text: String = typed.replace("\r\n", "\n").replace('\r', "\n");
    let text = cleaned(field, &text, |c| c == '\n' || c == '\t')?;
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n").trim_matches('\n').to_owned();
    if text.trim().is_empty() {
        return Err(Fault::new(field, Phrase::new(missing)));
    }
    bounded(field, &text, TEXT_CHARS)?;
    // What a person types is never an internal note, nor the mark of a conflict that would make the file unreadable.
    let text = format!("\n{text}").replace("<!--", "\\<!--").replace("\n<<<<<<< ", "\n\\<<<<<<< ");
    Ok(text[1..].to_owned())
}

pub(super) fn line(field: &'static str, typed: &str, most: usize) -> Result<String, Fault> {
    let text = cleaned(field, typed.trim(), |_| false)?;
    bounded(field, &text, most)?;
    Ok(text)
}

fn bounded(field: &'static str, text: &str, most: usize) -> Result<(), Fault> {
    let chars = text.chars().count();
    if chars > most {
        return Err(Fault::new(field, Phrase::new("fault-too-long").with("chars", chars).with("most", most)));
    }
    Ok(())
}

/// Composed (NFC), without what is invisible or turns text around; control characters are refused.
fn cleaned(field: &'static str, text: &str, allowed: impl Fn(char) -> bool) -> Result<String, Fault> {
    let invisible = |c: char| {
        matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'
            | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
    };
    if text.chars().any(|c| c.is_control() && !allowed(c)) {
        return Err(Fault::new(field, Phrase::new("fault-control-character")));
    }
    Ok(text.nfc().filter(|c| !invisible(*c)).collect())
}

/// The first line that says something, cut at a word; where none does, all of it.
fn first_line(text: &str) -> String {
    let said = |line: &str| line.trim_start_matches(['#', '>', '*', '-', ' ']).trim_end().to_owned();
    let line = text.lines().map(|line| said(line.trim())).find(|line| !line.is_empty());
    let line = line.unwrap_or_else(|| text.split_whitespace().collect::<Vec<_>>().join(" "));
    if line.chars().count() <= DERIVED_TITLE_CHARS {
        return line;
    }
    let cut: String = line.chars().take(DERIVED_TITLE_CHARS).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", cut.trim_end_matches([',', ';', ':', '.', ' ']))
}

pub(super) fn shortened(typed: &str) -> String {
    let shown: String = typed.chars().filter(|c| !c.is_control()).take(60).collect();
    if typed.chars().count() > 60 { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_the_first_line_cut_at_a_word() {
        assert_eq!(first_line("\n  Le tableau clignote\nDepuis hier"), "Le tableau clignote");
        let long = "Bonjour, depuis ce matin le vidéoprojecteur de la salle B204 affiche une image toute verte";
        assert_eq!(first_line(long), "Bonjour, depuis ce matin le vidéoprojecteur de la salle B204 affiche une image…");
        assert_eq!(first_line("-----\n# \n> L’écran est noir"), "L’écran est noir");
        assert_eq!(first_line("---\n*"), "--- *");
    }

    #[test]
    fn what_is_typed_is_never_a_note_nor_a_control_character() {
        assert_eq!(answer("a <!-- b").unwrap(), "a \\<!-- b");
        assert_eq!(answer("a\r\nb\u{202e}").unwrap(), "a\nb");
        assert!(answer("a\0b").is_err());
        assert!(answer(" \n ").is_err());
        assert!(answer(&"x".repeat(TEXT_CHARS + 1)).is_err());
        assert!(line("title", "a\nb", 200).is_err());
    }
}
