//! Rooms and equipment from a table, as blocks to be added to `site.toml`. What is configured already is left as it is.

use std::collections::BTreeSet;

use super::Site;
use super::meaning::key_too_long;
use crate::domain::key::{Key, fold};
use crate::phrase::Phrase;
use crate::problem::Problem;
use crate::table::Row;

/// The columns: what each is called, folded, in French and English. Without a heading they stand in this order.
const COLUMNS: [(Column, &[&str]); 6] = [
    (Column::Name, &["nom", "name", "salle", "room", "ressource", "resource"]),
    (Column::Group, &["groupe", "group", "batiment", "building", "type"]),
    (Column::Bookable, &["reservable", "bookable"]),
    (Column::Quantity, &["quantite", "quantity", "nombre"]),
    (Column::Approval, &["validation", "approval"]),
    (Column::Id, &["id", "identifiant"]),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Group,
    Bookable,
    Quantity,
    Approval,
    Id,
}

/// What a table brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rooms {
    /// The blocks, ready to stand at the end of `site.toml`; empty: nothing is new.
    pub blocks: String,
    /// How many blocks these are.
    pub added: usize,
    /// How many rows name what is there already.
    pub present: usize,
    /// Rows that were left out, each with its line and the reason.
    pub faults: Vec<(u64, Phrase)>,
}

impl Rooms {
    /// What `rows` bring to a site.
    pub fn of(rows: &[Row], site: &Site) -> Self {
        let heading = rows.first().and_then(|row| columns(&row.cells));
        let (columns, rows) = match heading {
            Some(columns) => (columns, &rows[1..]),
            None => (COLUMNS.iter().map(|(column, _)| Some(*column)).collect(), rows),
        };
        let mut seen = BTreeSet::new();
        let mut rooms = Self::default();
        for Row { line, cells } in rows {
            let cell = |wanted: Column| {
                let found = columns.iter().zip(cells).find(|(column, _)| **column == Some(wanted));
                found.map_or("", |(_, cell)| cell.as_str())
            };
            match block(cell) {
                Err(fault) => rooms.faults.push((*line, fault)),
                Ok((id, name, block)) => {
                    let known = |typed: &str| site.vocabulary.resources.find(typed).is_some();
                    let names = BTreeSet::from([fold(id.as_str()), fold(&name)]);
                    if known(id.as_str()) || known(&name) || !seen.is_disjoint(&names) {
                        rooms.present += 1;
                    } else {
                        rooms.blocks.push_str(&block);
                        rooms.added += 1;
                    }
                    seen.extend(names);
                }
            }
        }
        rooms
    }

    /// `site.toml` with the blocks.
    ///
    /// # Errors
    /// It would not be right any more: it names its resources in another way than by blocks.
    pub fn added_to(&self, text: &str) -> Result<String, Vec<Problem>> {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let gap = if text.ends_with('\n') || text.is_empty() { "" } else { newline };
        let text = format!("{text}{gap}{}", self.blocks.replace('\n', newline));
        Site::parse(&text).map(|_| text)
    }
}

/// What the first row names; `None`: it names no column.
fn columns(cells: &[String]) -> Option<Vec<Option<Column>>> {
    let known = |cell: &String| {
        let called = fold(cell);
        COLUMNS.iter().find(|(_, names)| names.contains(&called.as_str())).map(|(column, _)| *column)
    };
    let columns: Vec<Option<Column>> = cells.iter().map(known).collect();
    columns.contains(&Some(Column::Name)).then_some(columns)
}

/// The id, the name and the block of a row.
fn block<'c>(cell: impl Fn(Column) -> &'c str) -> Result<(Key, String, String), Phrase> {
    let name = cell(Column::Name);
    if name.is_empty() {
        return Err(Phrase::new("rooms-no-name"));
    }
    let odd = |typed: &str| Phrase::new("config-not-a-key").with("typed", typed);
    let id = match cell(Column::Id) {
        "" => Key::from_name(name).ok_or_else(|| odd(name))?,
        typed => Key::new(typed).ok_or_else(|| odd(typed))?,
    };
    if id.as_str().len() > Key::MAX_BYTES {
        return Err(key_too_long(&id));
    }
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut block = format!("\n[[resources]]\nid = \"{id}\"\nname = {}\n", quoted(name));
    if !cell(Column::Group).is_empty() {
        block.push_str(&format!("group = {}\n", quoted(cell(Column::Group))));
    }
    if let Some(bookable) = yes_or_no(cell(Column::Bookable))? {
        block.push_str(&format!("bookable = {bookable}\n"));
    }
    match cell(Column::Quantity) {
        "" | "1" => {}
        typed => {
            let quantity: Option<std::num::NonZeroU32> = typed.parse().ok();
            let quantity = quantity.ok_or_else(|| Phrase::new("rooms-quantity").with("typed", typed))?;
            block.push_str(&format!("quantity = {quantity}\n"));
        }
    }
    if yes_or_no(cell(Column::Approval))? == Some(true) {
        block.push_str("approval = true\n");
    }
    Ok((id, name.to_owned(), block))
}

fn yes_or_no(typed: &str) -> Result<Option<bool>, Phrase> {
    match fold(typed).as_str() {
        "" => Ok(None),
        "oui" | "o" | "x" | "vrai" | "yes" | "y" | "true" | "1" => Ok(Some(true)),
        "non" | "n" | "faux" | "no" | "false" | "0" => Ok(Some(false)),
        _ => Err(Phrase::new("rooms-yes-or-no").with("typed", typed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vocabulary::Term;
    use crate::table;

    const SITE: &str = "[site]\ntitle = \"Guichet\"\n\n[[resources]]\nname = \"Salle B204\"\naliases = [\"labo\"]\n";

    fn rooms(table: &str) -> Rooms {
        Rooms::of(&table::rows(table.as_bytes()).unwrap(), &Site::parse(SITE).unwrap())
    }

    #[test]
    fn a_table_becomes_blocks_once() {
        let brought = rooms(
            "Nom;Réservable;Groupe;Quantité;Validation\nSalle « B205 »;oui;Salles;;\nLabo;non;;;\nMicros;oui;Mobile;3;x\nsalle b204;;;;\n",
        );
        assert_eq!((brought.added, brought.present, brought.faults.len()), (2, 2, 0), "{brought:?}");
        let text = brought.added_to(SITE).unwrap();
        assert!(text.starts_with(SITE), "{text}");
        let site = Site::parse(&text).unwrap();
        let labels: Vec<&str> = site.vocabulary.resources.iter().map(Term::label).collect();
        assert_eq!(labels, ["Salle B204", "Salle « B205 »", "Micros"]);
        let again = Rooms::of(&table::rows(b"Micros\n").unwrap(), &site);
        assert_eq!((again.added, again.present, again.blocks.as_str()), (0, 1, ""));
        assert_eq!(rooms("B206;Salles;non\nB206;Salles;non\n").added, 1, "a table without a heading, a row twice");
    }

    #[test]
    fn a_row_that_is_wrong_is_left_out_with_its_line() {
        let brought = rooms("nom;réservable;quantité\nA;peut-être;\n;oui;\nB;oui;0\nC;;\n");
        let faults: Vec<(u64, &str)> = brought.faults.iter().map(|(line, phrase)| (*line, phrase.key)).collect();
        assert_eq!(faults, [(2, "rooms-yes-or-no"), (3, "rooms-no-name"), (4, "rooms-quantity")]);
        assert_eq!(brought.added, 1);
        assert_eq!(rooms(&format!("{}\n", "A".repeat(65))).faults[0].1.key, "config-key-too-long");
    }
}
