//! What the pages of tickets, the dashboard and the problems are given.

use serde::Serialize;

use super::{Badge, BookingRow, Link, TicketRow, When};

/// `dashboard.html`, as `view`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Dashboard {
    /// How many tickets are open.
    pub open: usize,
    /// One entry a status, in the configured order, closed ones last with what was closed in the last 30 days.
    pub by_status: Vec<StatusCount>,
    /// Open tickets by place; only places with something open.
    pub places: Vec<Place>,
    /// What happened lately, newest first, a dozen at most.
    pub recent: Vec<Happening>,
    /// When the branch last moved.
    pub updated: Option<When>,
    /// How many files can not be read.
    pub problems: usize,
    /// What is occupied at this moment.
    pub occupied: Vec<BookingRow>,
    /// The page of what is free; empty: nothing can be booked.
    pub free: String,
}

/// How many tickets have a status.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StatusCount {
    /// Which.
    pub status: Badge,
    /// How many.
    pub count: usize,
    /// The filtered list.
    pub url: String,
}

/// A group of resources and what is open there.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Place {
    /// The group, « Salles ».
    pub name: String,
    /// What is open there, by resource.
    pub tickets: Vec<TicketRow>,
}

/// One line of « dernières nouvelles ».
#[derive(Clone, Debug, Default, Serialize)]
pub struct Happening {
    /// When.
    pub when: When,
    /// A whole sentence, « Paul Durand : en cours de résolution ».
    pub text: String,
    /// The ticket.
    pub ticket: Link,
    /// 2026-0042
    pub id: String,
    /// The status it got, when it got one.
    pub status: Option<Badge>,
}

/// `tickets.html`, as `view`: one page of a list of tickets.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TicketList {
    /// « Toutes les demandes », « Statut : nouveau »…
    pub heading: String,
    /// How many there are on all pages.
    pub total: usize,
    /// Those of this page, newest first.
    pub tickets: Vec<TicketRow>,
    /// The lists by status, by category, by group: (what kind of choice, its links).
    pub filters: Vec<Filter>,
    /// 1, 2, 3…
    pub page_number: usize,
    /// How many pages.
    pub pages: usize,
    /// Where the index of all tickets is; empty: this list can not be searched.
    pub search: String,
    /// The page before (newer), if any.
    pub previous: Option<String>,
    /// The page after (older), if any.
    pub next: Option<String>,
}

/// One way of narrowing a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Filter {
    /// « Statut », « Nature », « Lieu ».
    pub name: String,
    /// The choices.
    pub choices: Vec<Choice>,
}

/// One choice of a filter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Choice {
    /// What and where.
    pub link: Link,
    /// How many.
    pub count: usize,
    /// This is the list that is shown.
    pub current: bool,
}

/// `ticket.html`, as `view`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TicketPage {
    /// As in a list.
    pub ticket: TicketRow,
    /// Who asked, as far as the site may say it (`privacy.tickets`); empty: not shown.
    pub requester: String,
    /// How many said « moi aussi ».
    pub watchers: usize,
    /// What was first written, as safe HTML.
    pub description: String,
    /// What happened since, oldest first.
    pub timeline: Vec<Step>,
    /// The files that came with it.
    pub attachments: Vec<Attachment>,
    /// The ticket that this one repeats.
    pub duplicate_of: Option<Link>,
    /// The tickets that repeat this one.
    pub duplicates: Vec<Link>,
    /// « Département, INC-4412 »; empty: not handed to anyone.
    pub handed_to: String,
    /// The resource is out of service while this is open.
    pub out_of_service: bool,
    /// It still has the initial status: nobody took it yet.
    pub fresh: bool,
    /// It is closed.
    pub closed: bool,
    /// What is wrong with the file, when this is the last good version.
    pub problem: Option<Complaint>,
    /// Values no longer configured, in words.
    pub warnings: Vec<String>,
    /// Where the answer form posts, relative to the root: `tickets/2026-0042/answers`.
    pub answers: String,
    /// Where « moi aussi » posts.
    pub watch: String,
}

/// One step of a ticket's life.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Step {
    /// When.
    pub when: When,
    /// Who, as far as the site may say it.
    pub who: String,
    /// What, in words: « a déclaré l’incident », « a répondu », « pris en charge ». One line each.
    pub what: Vec<String>,
    /// The status it got, when it got one.
    pub status: Option<Badge>,
    /// The answer, as safe HTML; empty: none.
    pub answer: String,
    /// By a member of the team.
    pub by_team: bool,
}

/// A file that came with a ticket.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Attachment {
    /// Its name and address.
    pub link: Link,
    /// A picture that may be shown in the page.
    pub image: bool,
}

/// What is wrong with a file, in words.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Complaint {
    /// `tickets/2026/00xx/2026-0042.md:4:9`
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// The line of the file; empty: none to show.
    pub source: String,
    /// As many blanks as stand before the fault, then carets.
    pub caret: String,
    /// What to do; empty: nothing to add.
    pub hint: String,
    /// `error` or `warning`.
    pub severity: String,
    /// The page of the ticket, when there is one.
    pub page: Option<Link>,
}

/// `problems.html`, as `view`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Problems {
    /// What keeps a file from being read, then what is merely odd.
    pub complaints: Vec<Complaint>,
}
