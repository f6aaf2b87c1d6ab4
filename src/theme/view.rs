//! What a template is given: plain values, already in words. Knows no ticket, no clock and no git;
//! `plan` fills these from the office, the templates of `themes/` read them.

mod booking;
mod door;
mod form;
mod free;
mod letter;
pub mod report;
mod resource;
mod team;
mod ticket;

use serde::Serialize;

pub use booking::{
    BookingForm, BookingRow, ColumnGroup, DayColumn, DayPage, GroupLink, Planning, PlanningCell, PlanningDay,
    PlanningRow, Preview, PreviewDay, ResourceWeek, TypedBooking, WeekDay, WeekTable,
};
pub use door::Door;
pub use form::{AnswerForm, FieldError, OptionGroup, Selectable, TicketForm, Typed};
pub use free::{FreeDay, FreePage, FreePlace, FreeRow};
pub use letter::{ChangeLine, Detail, LetterView, Mail, Mailbox};
pub use resource::{ResourceGroup, ResourceIndex, ResourcePage, ResourceRow};
pub use team::{ErrandPage, LastAnswer, TeamBooking, TeamContact, TeamGroup, TeamPage, TeamTicket, UndeliveredLetter};
pub use ticket::{
    Attachment, Choice, Complaint, Dashboard, Filter, Happening, Place, Problems, StatusCount, Step, TicketList,
    TicketPage,
};

/// On every page, as `page`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Frame {
    /// The way up to the site's root, "" or "../" or "../../"; every address below is relative to that root.
    pub root: String,
    /// "fr" or "en".
    pub language: String,
    /// `site.title`.
    pub site: String,
    /// Which entry of the navigation this page stands under: `home`, `tickets`, `resources`,
    /// `planning`, `new`, `book`, `problems`, `report` or "".
    pub section: String,
    /// Who runs the desk: `team.name`.
    pub team: String,
    /// The shared mailbox.
    pub team_email: String,
    /// Open tickets that concern everyone (`banner: true`), shown on top of every page.
    pub banners: Vec<Link>,
}

/// A text that leads somewhere; `url` is relative to the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Link {
    /// What is written.
    pub text: String,
    /// Where it leads, for example `tickets/2026-0042/index.html`.
    pub url: String,
}

/// A moment, for `<time datetime="{iso}">{text}</time>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct When {
    /// RFC 3339, or a plain date.
    pub iso: String,
    /// « lundi 23 novembre 2026 à 8 h 12 ».
    pub text: String,
    /// « 23 nov. 2026 ».
    pub short: String,
}

/// A status as a badge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Badge {
    /// The key, for a class: `nouveau`.
    pub key: String,
    /// What a person reads.
    pub label: String,
    /// `new` (the initial one), `open` or `closed`: colours for statuses that the theme does not know by key.
    pub tone: String,
}

/// One ticket in a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TicketRow {
    /// 2026-0042
    pub id: String,
    /// Its page.
    pub url: String,
    /// As typed.
    pub title: String,
    /// Where it stands.
    pub status: Badge,
    /// The room or equipment; `url` is empty when it is no longer configured.
    pub resource: Link,
    /// In words.
    pub category: String,
    /// In words.
    pub severity: String,
    /// When it was declared.
    pub created: When,
    /// When something last happened.
    pub updated: When,
    /// Who looks after it; empty: nobody yet.
    pub assignee: String,
    /// « passage prévu », when a day was named.
    pub planned: Option<When>,
    /// The file on disk is not (yet) what was committed.
    pub uncommitted: bool,
    /// The file can not be read; this is its last good version.
    pub broken: bool,
}

/// `message.html`, as `view`: one thing to say (404, 503…).
#[derive(Clone, Debug, Default, Serialize)]
pub struct Message {
    /// The title.
    pub heading: String,
    /// What happened and what to do.
    pub text: String,
}
