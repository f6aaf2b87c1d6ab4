//! What the pages behind signed links are given.

use serde::Serialize;

use super::{Badge, BookingForm, BookingRow, Complaint, Detail, FieldError, Link, Selectable, TicketRow, Typed, When};

/// `errand.html`, as `view`: what a signed link leads to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ErrandPage {
    /// `ask`, `done` or `already`.
    pub stage: String,
    /// « Je prends en charge », « C’est fait »…
    pub heading: String,
    /// What the button does, or did.
    pub lead: String,
    /// Its number; a booking has none.
    pub number: String,
    /// What it is about.
    pub about: Link,
    /// What one needs to know of it.
    pub facts: Vec<Detail>,
    /// Where it stands; a booking has no such word.
    pub status: Option<Badge>,
    /// The status that it will get, where the button changes it.
    pub becomes: Option<Badge>,
    /// In whose name; empty: the team's link, `members` has the choice.
    pub by: String,
    /// Who may act by this link: members, then the team; empty: `by`.
    pub members: Vec<Selectable>,
    /// An answer is to be written.
    pub reply: bool,
    /// It may be said why.
    pub reason: bool,
    /// The statuses that may go with an answer; the first one: it stays.
    pub statuses: Vec<Selectable>,
    /// Which days of a booking that repeats are meant; empty: it does not, or that is not asked.
    pub parts: Vec<Selectable>,
    /// Its days to come, of which one is chosen; empty: that is not asked.
    pub days: Vec<Selectable>,
    /// The same where each leads to a form of its own, before anything else is asked.
    pub each_day: Vec<Link>,
    /// The day that the form is about; empty: no series.
    pub day: String,
    /// What a booking is to become.
    pub form: Option<BookingForm>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: Vec<FieldError>,
    /// What is written on the button.
    pub button: String,
    /// Where one goes when it is done.
    pub see: Link,
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
    /// Coming bookings that wait for a member of the team, the next one first.
    pub waiting: Vec<TeamBooking>,
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

/// A booking that waits.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TeamBooking {
    /// As in a list.
    pub row: BookingRow,
    /// Who asked.
    pub holder: TeamContact,
    /// Where « Accepter » posts.
    pub approve: String,
    /// Where « Refuser » posts, with the reason.
    pub refuse: String,
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
