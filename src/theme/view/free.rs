//! What the page of all that is free is given.

use serde::Serialize;

use super::Link;

/// `free.html`, as `view`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FreePage {
    /// The school days that come, the present one first as long as there are lessons.
    pub days: Vec<FreeDay>,
}

/// One school day: slots as rows, groups of resources as columns.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FreeDay {
    /// An anchor: `2026-11-23`.
    pub id: String,
    /// « lundi 23 novembre ».
    pub name: String,
    /// « lun. 23 ».
    pub short: String,
    /// It is this day.
    pub today: bool,
    /// The heads of the columns.
    pub groups: Vec<String>,
    /// One row a slot that is to come, before them that of this moment.
    pub rows: Vec<FreeRow>,
}

/// One slot of a day, or this moment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FreeRow {
    /// « M3 », « En ce moment ».
    pub slot: String,
    /// « 10 h 30 – 11 h 25 »; empty for this moment.
    pub times: String,
    /// What is free, by group in the order of the columns.
    pub cells: Vec<Vec<FreePlace>>,
}

/// Something that is free.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FreePlace {
    /// Its name; leads to the form, filled in with it.
    pub place: Link,
    /// Of this moment: « jusqu’à 11 h 25 »; empty: to the end of the day.
    pub until: String,
}
