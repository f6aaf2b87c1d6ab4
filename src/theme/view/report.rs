//! What the templates of the report and of the labels are given.

use serde::Serialize;

use super::{Link, When};

/// `report.html` and `report.md`, as `view`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// « Bilan de l’année scolaire 2026-2027 ».
    pub heading: String,
    /// The first day.
    pub from: When,
    /// The last day that is counted.
    pub until: When,
    /// Before that day nothing is known, so the year before is not a whole one.
    pub known_since: Option<When>,
    /// What the columns of every table are: this period first.
    pub columns: Vec<Column>,
    /// The figures on top.
    pub key_figures: Vec<KeyFigure>,
    /// Declared, by month.
    pub months: Tally,
    /// Declared, by day of the week.
    pub weekdays: Tally,
    /// Declared, by category.
    pub categories: Tally,
    /// Declared, by severity.
    pub severities: Tally,
    /// Declared, by room or equipment: the most frequent ones, and the rest.
    pub places: Tally,
    /// Declared, by the status of today.
    pub statuses: Tally,
    /// How long taking over and closing took.
    pub delays: Vec<Tally>,
    /// The styles themselves, for a page that stands alone; empty on the site.
    pub styles: String,
}

/// A period as the heading of a column.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Column {
    /// « 2026-2027 ».
    pub name: String,
    /// « au 24 nov. 2026 »; empty: nothing to add.
    pub note: String,
}

/// One figure on top of the page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct KeyFigure {
    /// What is counted.
    pub label: String,
    /// How many, or how long.
    pub value: String,
    /// The same a year before; empty: nothing to compare with.
    pub before: String,
}

/// A table of counts, with bars in it or a chart beside it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Tally {
    /// An anchor.
    pub id: String,
    /// What is counted.
    pub heading: String,
    /// One row a value.
    pub rows: Vec<TallyRow>,
    /// Columns standing side by side; `None`: the bars stand in the table.
    pub chart: Option<Chart>,
    /// Only the first column says something.
    pub single: bool,
}

/// One row of a table.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TallyRow {
    /// The value; `url` is empty where there is no page.
    pub label: Link,
    /// One text a column; empty: not known.
    pub values: Vec<String>,
    /// The bar.
    pub bar: Option<Bar>,
}

/// A bar across, in percent of the width.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Bar {
    /// This period.
    pub width: String,
    /// A year before; empty: nothing to compare with.
    pub before: String,
    /// « 42 % des demandes ».
    pub text: String,
}

/// Columns side by side; places and sizes in percent of the drawing.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Chart {
    /// What it shows, in one sentence.
    pub title: String,
    /// One group a value.
    pub groups: Vec<ChartGroup>,
}

/// The columns of one value.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChartGroup {
    /// « sept. ».
    pub label: String,
    /// « S », where there is no room.
    pub initial: String,
    /// The middle of the group.
    pub middle: String,
    /// A year before, behind.
    pub before: Option<ChartColumn>,
    /// This period; `None`: still to come.
    pub now: Option<ChartColumn>,
}

/// One column.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChartColumn {
    /// Its left side.
    pub x: String,
    /// Its middle.
    pub middle: String,
    /// Its upper side.
    pub y: String,
    /// Its width.
    pub width: String,
    /// Its height.
    pub height: String,
    /// How many.
    pub value: usize,
}

/// `labels.html`, as `view`: labels to print and stick on doors and equipment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Labels {
    /// Sheets of paper.
    pub sheets: Vec<Vec<Label>>,
    /// The site, as a person would type it.
    pub address: String,
    /// Whether a telephone can open `address`.
    pub reachable: bool,
}

/// One label.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Label {
    /// The resource and its page.
    pub resource: Link,
    /// Its group.
    pub group: String,
    /// The picture of its code.
    pub code: String,
}
