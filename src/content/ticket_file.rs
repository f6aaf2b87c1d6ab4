//! The file of an incident: read into a ticket, or written for a new one. Every fault has a place and a
//! remedy; values are matched with the school's own words.

use jiff::{Timestamp, tz::TimeZone};

use super::fields::Fields;
use super::front_matter::{Document, Scalar, plain_or_quoted};
use crate::domain::draft::Draft;
use crate::domain::key::fold;
use crate::domain::person::Requester;
use crate::domain::ticket::{Named, Ticket, TicketId};
use crate::domain::vocabulary::{Term, Vocabulary};
use crate::phrase::Phrase;
use crate::problem::Problem;

const KEYS: [&str; 15] = [
    "title",
    "status",
    "resource",
    "category",
    "severity",
    "created",
    "requester",
    "assignee",
    "attachments",
    "watchers",
    "duplicate_of",
    "out_of_service",
    "planned",
    "handed_to",
    "banner",
];

/// A ticket and what is odd about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What the file says.
    pub ticket: Ticket,
    /// What is odd: values no longer configured in a closed ticket.
    pub warnings: Vec<Problem>,
}

/// Reads the file of an incident.
///
/// # Errors
/// Everything that keeps it from being used, first things first.
pub fn read(path: &str, bytes: &[u8], vocabulary: &Vocabulary) -> Result<Reading, Vec<Problem>> {
    let Some(id) = TicketId::from_path(path) else {
        let problem = Problem::of_file(path, Phrase::new("problem-file-name"));
        return Err(vec![problem.hint(Phrase::new("hint-file-name"))]);
    };
    let document = Document::parse(path, bytes).map_err(|problem| vec![problem])?;
    let mut fields = Fields::new(&document, vocabulary);
    let ticket = fields.ticket(id);
    let (ticket, warnings) = fields.judged(ticket, |ticket| !ticket.is_open(vocabulary))?;
    Ok(Reading { ticket, warnings })
}

impl Fields<'_> {
    fn ticket(&mut self, id: TicketId) -> Option<Ticket> {
        self.unknown_keys(&KEYS);
        let vocabulary = self.vocabulary;
        let title = self.title();
        let status = self.status();
        let resource = self.required("resource").map(|scalar| self.named(&scalar, &vocabulary.resources, "resource"));
        let category = self.optional("category").map_or_else(
            || Named::Known(vocabulary.default_category().key.clone()),
            |scalar| self.named(&scalar, &vocabulary.categories, "category"),
        );
        let severity = self.optional("severity").map_or_else(
            || Named::Known(vocabulary.default_severity().key.clone()),
            |scalar| self.named(&scalar, &vocabulary.severities, "severity"),
        );
        let ticket = Ticket {
            id,
            created: self.optional("created").and_then(|scalar| self.moment(&scalar)),
            requester: self.optional("requester").map_or(Requester::Nobody, |scalar| self.requester(&scalar)),
            assignee: self.optional("assignee").map(|scalar| self.named(&scalar, &vocabulary.members, "assignee")),
            attachments: self.attachments(),
            watchers: self.list("watchers").iter().map(|scalar| self.requester(scalar)).collect(),
            duplicate_of: self.optional("duplicate_of").and_then(|scalar| self.duplicate_of(&scalar, id)),
            out_of_service: self.truth("out_of_service"),
            planned: self.optional("planned").and_then(|scalar| self.date(&scalar)),
            handed_to: self.optional("handed_to").map(|scalar| scalar.text),
            banner: self.truth("banner"),
            body: self.document.body().to_owned(),
            category,
            severity,
            title: title?,
            status: status?,
            resource: resource?,
        };
        Some(ticket)
    }

    fn title(&mut self) -> Option<String> {
        let scalar = self.required("title")?;
        let one_line: Vec<&str> = scalar.text.split_whitespace().collect();
        let title = one_line.join(" ");
        if title.chars().any(char::is_control) {
            self.fault(&scalar.at, Phrase::new("problem-control-character"), None);
        }
        Some(title)
    }

    fn status(&mut self) -> Option<crate::domain::key::Key> {
        let scalar = self.required("status")?;
        let statuses = &self.vocabulary.statuses;
        if let Some(status) = statuses.find(&scalar.text) {
            return Some(status.word.key.clone());
        }
        let folded = fold(&scalar.text);
        let meant = self.vocabulary.status_slips.iter().find(|(slip, _)| *slip == folded);
        let near =
            meant.and_then(|(_, key)| statuses.get(key)).map(Term::label).or_else(|| statuses.nearest(&scalar.text));
        let hint = match near {
            Some(near) => Phrase::new("hint-did-you-mean-or")
                .with("near", near.to_lowercase())
                .with("choices", statuses.labels().to_lowercase()),
            None => Phrase::new("hint-choices").with("choices", statuses.labels().to_lowercase()),
        };
        let message = Phrase::new("problem-unknown-status").with("typed", &scalar.text);
        self.fault(&scalar.at, message, Some(hint));
        None
    }

    fn attachments(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        for scalar in self.list("attachments") {
            let name = &scalar.text;
            let odd = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
            // The ticket's page is `index.html` beside them.
            if name.is_empty() || name.starts_with('.') || name.contains(odd) || name == "index.html" {
                self.fault(&scalar.at, Phrase::new("problem-attachment-name").with("typed", name), None);
            } else {
                names.push(name.clone());
            }
        }
        names
    }

    fn duplicate_of(&mut self, scalar: &Scalar, own: TicketId) -> Option<TicketId> {
        let id: Option<TicketId> = scalar.text.trim().parse().ok().filter(|id| *id != own);
        if id.is_none() {
            self.fault(
                &scalar.at,
                Phrase::new("problem-not-a-ticket").with("typed", &scalar.text),
                Some(Phrase::new("hint-example").with("example", "2026-0040")),
            );
        }
        id
    }
}

/// The file of a new incident.
pub fn write(
    draft: &Draft,
    vocabulary: &Vocabulary,
    created: Timestamp,
    timezone: &TimeZone,
    requester: &Requester,
    attachments: &[String],
) -> String {
    let offset = timezone.to_offset(created);
    let created = Timestamp::from_second(created.as_second()).unwrap_or(created);
    let mut file = String::from("---\n");
    let mut line = |key: &str, value: &str| {
        file.push_str(key);
        file.push_str(": ");
        file.push_str(value);
        file.push('\n');
    };
    line("title", &plain_or_quoted(&draft.title));
    line("status", vocabulary.initial_status().word.key.as_str());
    line("resource", draft.resource.as_str());
    line("category", draft.category.as_str());
    line("severity", draft.severity.as_str());
    line("created", &created.display_with_offset(offset).to_string());
    if *requester != Requester::Nobody {
        line("requester", &requester.to_string());
    }
    if !attachments.is_empty() {
        let names: Vec<String> = attachments.iter().map(|name| plain_or_quoted(name)).collect();
        line("attachments", &format!("[{}]", names.join(", ")));
    }
    file.push_str("---\n");
    file.push_str(&draft.description);
    file.push('\n');
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Site;
    use crate::domain::draft::TicketFields;

    const PATH: &str = "tickets/2026/00xx/2026-0042.md";

    fn vocabulary() -> std::sync::Arc<Vocabulary> {
        Site::parse("[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle B204\"\n[[team.members]]\nid = \"paul.durand\"\nname = \"Paul\"\nemail = \"p@d.fr\"\n")
            .unwrap()
            .vocabulary
    }

    fn faults(front: &str) -> Vec<&'static str> {
        let text = format!("---\n{front}\n---\nx\n");
        let problems = read(PATH, text.as_bytes(), &vocabulary()).unwrap_err();
        problems.iter().map(|problem| problem.message.key).collect()
    }

    #[test]
    fn three_keys_are_enough() {
        let text = "\u{feff}---\r\ntitle: TNI\r\nstatus:  \"en cours de résolution\"  # vu avec Paul\r\nresource: SALLE b204\r\n---\r\nx\r\n";
        let ticket = read(PATH, text.as_bytes(), &vocabulary()).unwrap().ticket;
        assert_eq!(ticket.status.as_str(), "en-cours");
        assert_eq!(ticket.resource.key().unwrap().as_str(), "salle-b204");
        assert_eq!(ticket.category.key().unwrap().as_str(), "autre");
        assert_eq!(ticket.requester, Requester::Nobody);
        assert_eq!(ticket.created, None);
    }

    #[test]
    fn faults_have_names() {
        let good = "title: x\nstatus: nouveau\nresource: salle b204";
        assert_eq!(faults("title: x\nstatus: résolu\nresource: salle b204"), ["problem-unknown-status"]);
        assert_eq!(faults("title: x\nstauts: nouveau\nresource: salle b204"), ["problem-unknown-key"]);
        assert_eq!(faults(&format!("{good}\nrequester: a@b.fr")), ["problem-address-in-file"]);
        assert_eq!(faults(&format!("{good}\ncreated: hier")), ["problem-not-a-moment"]);
        assert_eq!(faults(&format!("{good}\nplanned: 2026-02-30")), ["problem-not-a-date"]);
        assert_eq!(faults(&format!("{good}\nattachments: [../x]")), ["problem-attachment-name"]);
        assert_eq!(faults("title: x\nstatus: nouveau\nresource: salle z"), ["problem-unknown-value"]);
    }

    #[test]
    fn a_word_that_is_gone_is_only_odd_in_what_is_closed() {
        let text = "---\ntitle: x\nstatus: fermé\nresource: Chariot 3\n---\n";
        let reading = read(PATH, text.as_bytes(), &vocabulary()).unwrap();
        assert_eq!(reading.warnings.len(), 1);
        assert_eq!(reading.ticket.resource, Named::Unknown("Chariot 3".into()));
    }

    #[test]
    fn what_is_written_reads_back() {
        let vocabulary = vocabulary();
        for title in ["---", "status: fermé", "a\"b", "# x", "[2026-0001] é", "no"] {
            let fields = TicketFields {
                resource: "salle-b204".into(),
                description: "---\nstatus: fermé\n---".into(),
                title: title.into(),
                ..TicketFields::default()
            };
            let draft = fields.check(&vocabulary).unwrap();
            let created: Timestamp = "2026-11-23T07:12:00.5Z".parse().unwrap();
            let zone = TimeZone::get("Europe/Paris").unwrap();
            let text = write(&draft, &vocabulary, created, &zone, &Requester::Nobody, &["a b.jpg".into()]);
            let ticket = read(PATH, text.as_bytes(), &vocabulary).unwrap().ticket;
            assert_eq!(ticket.title, title);
            assert_eq!(ticket.status.as_str(), "nouveau");
            assert!(text.contains("created: 2026-11-23T08:12:00+01:00\n"), "{text}");
            assert_eq!(ticket.body, "---\nstatus: fermé\n---\n");
        }
    }
}
