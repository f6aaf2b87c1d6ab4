//! What the forms are given: choices, what was typed, what is wrong with it.

use serde::Serialize;

use super::{Link, TicketRow};

/// `ticket-form.html`, as `view`; also what a refused form is shown again with.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TicketForm {
    /// Where it posts, relative to the root: `tickets`.
    pub action: String,
    /// The resources, by group.
    pub groups: Vec<OptionGroup>,
    /// What kind.
    pub categories: Vec<Selectable>,
    /// How bad.
    pub severities: Vec<Selectable>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it, in the order of the fields; empty: nothing (yet).
    pub errors: Vec<FieldError>,
    /// Makes a repeat harmless; empty in the static file.
    pub token: String,
    /// Open tickets of the chosen resource, to prevent a duplicate.
    pub already: Vec<TicketRow>,
    /// The domains that may submit, « college.example »; empty: any.
    pub domains: Vec<String>,
    /// The page is rendered by a running server; false in the static file.
    pub live: bool,
}

/// What was typed into a form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Typed {
    /// Form field `title`.
    pub title: String,
    /// Form field `description`.
    pub description: String,
    /// Form field `name`.
    pub name: String,
    /// Form field `email`.
    pub email: String,
    /// Form field `text`, of an answer.
    pub text: String,
}

/// Resources under a heading.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OptionGroup {
    /// « Salles ».
    pub name: String,
    /// The choices.
    pub options: Vec<Selectable>,
}

/// One choice of a menu.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Selectable {
    /// What is posted.
    pub value: String,
    /// What is read.
    pub label: String,
    /// It is the one chosen.
    pub selected: bool,
}

/// One fault of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name; empty: the form as a whole.
    pub field: String,
    /// One sentence.
    pub message: String,
}

/// `answer-form.html`, as `view`: an answer or « moi aussi » that was refused, shown again.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AnswerForm {
    /// `answer` or `watch`.
    pub kind: String,
    /// Where it posts, relative to the root.
    pub action: String,
    /// The ticket.
    pub ticket: Link,
    /// 2026-0042
    pub id: String,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
    /// Makes a repeat harmless.
    pub token: String,
}
