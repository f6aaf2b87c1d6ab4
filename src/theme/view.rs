//! What a template is given: plain values, already in words. Knows no ticket, no clock and no git;
//! `plan` fills these from the office, the templates of `themes/` read them.

use serde::Serialize;

pub mod report;

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

/// `resources.html`, as `view`: every room and equipment, by group.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourceIndex {
    /// The groups in the configured order.
    pub groups: Vec<ResourceGroup>,
}

/// A group of resources.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourceGroup {
    /// « Salles ».
    pub name: String,
    /// Its resources.
    pub resources: Vec<ResourceRow>,
}

/// One resource in a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourceRow {
    /// Its name and page.
    pub link: Link,
    /// How many tickets are open.
    pub open: usize,
    /// The form of a booking, filled in with it; empty: it can not be booked.
    pub book: String,
}

/// `resource.html`, as `view`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourcePage {
    /// Its name.
    pub name: String,
    /// Its group.
    pub group: String,
    /// Incidents can be declared, it can not be booked.
    pub bookable: bool,
    /// No new tickets: it was retired.
    pub retired: bool,
    /// What is open.
    pub open: Vec<TicketRow>,
    /// What is closed, newest first; the first 50.
    pub past: Vec<TicketRow>,
    /// How many are closed in all.
    pub past_total: usize,
    /// The form, filled in with this resource.
    pub declare: String,
    /// The form of a booking, filled in with this resource; empty: it can not be booked.
    pub book: String,
    /// Its running week; none: it can not be booked.
    pub week: Option<ResourceWeek>,
    /// Its calendar to subscribe to; empty: it can not be booked.
    pub calendar: String,
    /// The picture of its code; empty: it has none.
    pub code: String,
}

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

/// `errand.html`, as `view`: what a signed link leads to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ErrandPage {
    /// `ask`, `done` or `already`.
    pub stage: String,
    /// « Je prends en charge », « C’est fait »…
    pub heading: String,
    /// What the button does, or did.
    pub lead: String,
    /// The ticket.
    pub ticket: TicketRow,
    /// The status that it will get, where the button changes it.
    pub becomes: Option<Badge>,
    /// In whose name; empty: the team's link, `members` has the choice.
    pub by: String,
    /// Who may act by this link: members, then the team; empty: `by`.
    pub members: Vec<Selectable>,
    /// An answer is to be written.
    pub reply: bool,
    /// The statuses that may go with an answer; the first one: it stays.
    pub statuses: Vec<Selectable>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
    /// What is written on the button.
    pub button: String,
    /// Where it posts, relative to the root: `do/…`.
    pub action: String,
    /// Tells two uses of one page apart; empty: the link is used once.
    pub token: String,
    /// The signed link of the team's page that it was pressed on; empty: it came by mail.
    pub team: String,
}

/// `team.html`, as `view`: what the team has to do.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TeamPage {
    /// Who acts from this page: a member, or the team.
    pub who: String,
    /// The same page for a member each, where the link is the team's; relative to the root.
    pub others: Vec<Link>,
    /// Until when the page and its buttons are good.
    pub until: When,
    /// How many tickets are open.
    pub open: usize,
    /// Open tickets by status, in the configured order.
    pub groups: Vec<TeamGroup>,
    /// Files that can not be read, and what is odd.
    pub complaints: Vec<Complaint>,
    /// Letters that could not be delivered.
    pub undelivered: Vec<UndeliveredLetter>,
    /// The signed link of this page, to come back to.
    pub team: String,
    /// Tells two uses of this page apart.
    pub token: String,
}

/// Open tickets of one status.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TeamGroup {
    /// Which.
    pub status: Badge,
    /// Oldest first.
    pub tickets: Vec<TeamTicket>,
}

/// An open ticket with all that a référent needs on the way to the room.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TeamTicket {
    /// As in a list.
    pub row: TicketRow,
    /// « 3 jours ».
    pub age: String,
    /// Who asked, then who said « moi aussi ».
    pub people: Vec<TeamContact>,
    /// « Département, INC-4412 »; empty: not handed to anyone.
    pub handed_to: String,
    /// What was answered last, if anything was.
    pub answer: Option<LastAnswer>,
    /// Where « Je prends en charge » posts; empty: somebody has it.
    pub take: String,
    /// The other statuses, and where each posts.
    pub statuses: Vec<Link>,
    /// Where an answer posts.
    pub reply: String,
    /// The statuses that may go with an answer; the first one: it stays.
    pub choices: Vec<Selectable>,
}

/// Somebody to call back.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TeamContact {
    /// « Sophie Martin ».
    pub name: String,
    /// Empty: none is known.
    pub email: String,
    /// `mailto:` with the subject filled in; empty: no address.
    pub mailto: String,
}

/// The end of a conversation.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LastAnswer {
    /// Who wrote.
    pub who: String,
    /// When.
    pub when: When,
    /// Plain text.
    pub text: String,
}

/// A letter that could not be delivered.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UndeliveredLetter {
    /// Name and address, else the key.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What the mail server said.
    pub error: String,
}

/// `message.html`, as `view`: one thing to say (404, 503…).
#[derive(Clone, Debug, Default, Serialize)]
pub struct Message {
    /// The title.
    pub heading: String,
    /// What happened and what to do.
    pub text: String,
}

/// `mail/letter.txt` and `mail/letter.html`, as `view`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LetterView {
    /// The subject again.
    pub subject: String,
    /// « Bonjour Sophie Martin, »; empty for the team.
    pub greeting: String,
    /// One or two sentences: what happened, by whom.
    pub lead: String,
    /// What changed: label, old, new (old is empty at a creation).
    pub changes: Vec<ChangeLine>,
    /// What was written, as plain text; empty: nothing.
    pub quote: String,
    /// The same as safe HTML.
    pub quote_html: String,
    /// Who wrote it.
    pub quote_by: String,
    /// What one needs to know: label and value (place, kind, who asked with address for the team…).
    pub details: Vec<Detail>,
    /// What `url` leads to: « Voir la demande ».
    pub link: String,
    /// The page that the letter is about, absolute.
    pub url: String,
    /// What the reader can do from the mail; absolute addresses.
    pub acts: Vec<Link>,
    /// For whom these links are.
    pub acts_note: String,
    /// Whether somebody else than this computer can open `url`.
    pub reachable: bool,
    /// Why this person gets it, and from whom it comes.
    pub footer: String,
    /// "fr" or "en".
    pub language: String,
}

/// One value that changed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChangeLine {
    /// « Statut ».
    pub label: String,
    /// « nouveau »; empty: there was none.
    pub old: String,
    /// « pris en charge ».
    pub new: String,
}

/// One fact.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Detail {
    /// « Lieu ».
    pub label: String,
    /// « Salle B204 ».
    pub value: String,
}

/// `mailbox.html`, as `view`: the demonstration's mails, newest first.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Mailbox {
    /// The mails.
    pub mails: Vec<Mail>,
}

/// One mail as a person would read it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Mail {
    /// An anchor.
    pub id: String,
    /// Sender.
    pub from: String,
    /// Receiver.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// When.
    pub date: String,
    /// The plain text part.
    pub text: String,
}

/// `booking-form.html`, as `view`; also what a refused booking is shown again with.
#[expect(clippy::struct_excessive_bools, reason = "a template asks for each of these on its own")]
#[derive(Clone, Debug, Default, Serialize)]
pub struct BookingForm {
    /// Where it posts, relative to the root: `reservations`.
    pub action: String,
    /// What can be booked, by group.
    pub groups: Vec<OptionGroup>,
    /// The school's periods, each with its times as label; none: only times can be typed.
    pub slots: Vec<Selectable>,
    /// What, which day and when, in words: « Salle informatique 1, lundi 23 novembre, M3 »; empty: not all of it is
    /// chosen, or something is wrong with it.
    pub chosen: String,
    /// What was typed.
    pub typed: TypedBooking,
    /// What is wrong with it, in the order of the fields.
    pub errors: Vec<FieldError>,
    /// What is free instead: each leads to the form, filled in with it.
    pub offers: Vec<Link>,
    /// What stands already that day on the chosen resource.
    pub already: Vec<BookingRow>,
    /// Open incidents of the chosen resource.
    pub incidents: Vec<TicketRow>,
    /// The chosen resource waits for a member of the team.
    pub approval: bool,
    /// Some resource has several: ask how many.
    pub several: bool,
    /// The chosen resource has.
    pub chosen_has_several: bool,
    /// The first day that can be chosen, `2026-11-24`.
    pub today: String,
    /// Makes a repeat harmless; empty in the static file.
    pub token: String,
    /// The domains that may submit; empty: any.
    pub domains: Vec<String>,
    /// The page is rendered by a running server; false in the static file.
    pub live: bool,
}

/// What was typed into the form of a booking.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TypedBooking {
    /// Form field `date`.
    pub date: String,
    /// Form field `start`.
    pub start: String,
    /// Form field `end`.
    pub end: String,
    /// Form field `purpose`.
    pub purpose: String,
    /// Form field `quantity`.
    pub quantity: String,
    /// Form field `name`.
    pub name: String,
    /// Form field `email`.
    pub email: String,
}

/// One booking in a planning or a list.
#[expect(clippy::struct_excessive_bools, reason = "a template asks for each of these on its own")]
#[derive(Clone, Debug, Default, Serialize)]
pub struct BookingRow {
    /// The file's stem: an anchor.
    pub stem: String,
    /// What is booked.
    pub resource: Link,
    /// « lundi 23 novembre ».
    pub day: String,
    /// « 10 h 30 – 11 h 25 ».
    pub times: String,
    /// « M3 », or empty.
    pub slot: String,
    /// What for.
    pub purpose: String,
    /// Who, as far as the site may say it.
    pub holder: String,
    /// More than one: « × 2 », else empty.
    pub quantity: String,
    /// It waits for a member of the team.
    pub pending: bool,
    /// The file is not (yet) what was committed.
    pub uncommitted: bool,
    /// The file can not be read; this is its last good version.
    pub broken: bool,
    /// In a planning: it began in a slot above.
    pub continued: bool,
    /// It is in conflict with one made before it.
    pub conflict: bool,
}

/// `planning.html`, as `view`: a week of everything that can be booked.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Planning {
    /// « Semaine 48 ».
    pub heading: String,
    /// « du lundi 23 novembre au vendredi 27 novembre 2026 ».
    pub dates: String,
    /// « A », « B » or empty.
    pub letter: String,
    /// The week before.
    pub previous: Option<Link>,
    /// The week after.
    pub next: Option<Link>,
    /// The week that runs; empty on its own page.
    pub current: Option<Link>,
    /// Days of the running week that are over, to be folded away.
    pub passed: Vec<PlanningDay>,
    /// One table a day.
    pub days: Vec<PlanningDay>,
    /// The form of a booking.
    pub book: String,
}

/// One day: slots as rows, resources as columns.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PlanningDay {
    /// An anchor: `2026-11-23`.
    pub id: String,
    /// « lundi 23 novembre ».
    pub name: String,
    /// « lun. 23 ».
    pub short: String,
    /// It is this day.
    pub today: bool,
    /// It is over.
    pub past: bool,
    /// Why there are no lessons; empty: there are.
    pub closed: String,
    /// What the columns stand under, in their order.
    pub groups: Vec<ColumnGroup>,
    /// What can be booked: its name and its week.
    pub columns: Vec<Link>,
    /// One row a slot.
    pub rows: Vec<PlanningRow>,
    /// Bookings that are no slot of the school.
    pub others: Vec<BookingRow>,
}

/// Neighbouring columns of one group of resources.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ColumnGroup {
    /// « Salles ».
    pub name: String,
    /// How many columns.
    pub columns: usize,
}

/// One slot of a day.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PlanningRow {
    /// « M3 ».
    pub slot: String,
    /// « 10 h 30 – 11 h 25 ».
    pub times: String,
    /// One cell a resource, in the order of the columns.
    pub cells: Vec<PlanningCell>,
}

/// One slot of one resource.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PlanningCell {
    /// What stands there.
    pub bookings: Vec<BookingRow>,
    /// Where a free place is booked, the form filled in; empty: full, past or closed.
    pub book: String,
    /// « Réserver Salle info 1, lundi 23 novembre, M3 »: what the link says to those who do not see the table.
    pub label: String,
}

/// A week of one resource; slots as rows, days as columns.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResourceWeek {
    /// « du lundi 23 novembre au vendredi 27 novembre 2026 ».
    pub dates: String,
    /// The days, in the order of the cells.
    pub days: Vec<WeekDay>,
    /// One row a slot.
    pub rows: Vec<PlanningRow>,
    /// Bookings that are no slot of the school.
    pub others: Vec<BookingRow>,
}

/// A day as the head of a column.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WeekDay {
    /// « lundi 23 novembre ».
    pub name: String,
    /// « lun. 23 ».
    pub short: String,
    /// The planning of the day.
    pub url: String,
    /// It is this day.
    pub today: bool,
    /// It is over.
    pub past: bool,
    /// Why there are no lessons; empty: there are.
    pub closed: String,
}
