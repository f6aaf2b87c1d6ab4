//! The figures, the labels and what the search looks through, as a school gets them from its files.

use std::collections::BTreeSet;

use crate::kit::{School, by_hand, path_of};

/// Four tickets of this school year and one of the last, declared by form or by hand.
fn a_year() -> School {
    let school = School::prepare().at("2026-11-24T10:00:00+01:00").serve();
    school.declared("Le tableau clignote");
    school.stop();
    let tree = school.tree();
    let written = |id: &str, created: &str, more: &str| {
        let text = by_hand(&format!("Fiche {id}"), "nouveau");
        tree.save(
            &path_of(id),
            text.replace("---\nÉcrit", &format!("created: {created}T08:00:00+02:00\n{more}---\nÉcrit")),
        );
    };
    written("2026-0101", "2026-09-01", "");
    written("2026-0102", "2026-09-02", "handed_to: \"=1+1\"\n");
    written("2026-0103", "2026-10-05", "");
    written("2026-0104", "2025-10-06", "");
    tree.commit("Fiches de papier [sans mail]");
    tree.set_status("2026-0101", "ferme");
    tree.commit("Une fermée [sans mail]");
    school.skip_letters();
    school
}

#[test]
fn what_is_counted_is_what_is_listed() {
    let school = a_year();
    let rows = school.guichet(&["report", "--format", "csv"]).done().out;
    let mut reader = csv::Reader::from_reader(rows.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let json: serde_json::Value =
        serde_json::from_str(&school.guichet(&["report", "--format", "json"]).done().out).unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(json["figures"]["declared"], 4);
    assert_eq!(json["figures"]["closed"], 1);
    assert_eq!(json["figures"]["open_at_end"], 4);
    assert_eq!(json["year_before"]["declared"], 1);
    let closed: Vec<&str> = rows.iter().filter(|row| !row[3].is_empty()).map(|row| &row[0]).collect();
    assert_eq!(closed, ["2026-0101"]);
    assert_eq!(&rows.iter().find(|row| &row[0] == "2026-0102").unwrap()[8], "'=1+1");
    let autumn =
        school.guichet(&["report", "--from", "2026-09-01", "--to", "2026-09-01", "--format", "csv"]).done().out;
    assert_eq!(autumn.lines().count(), 2, "{autumn}");
    let said = school.guichet(&["report", "--from", "2026-09-02", "--to", "2026-09-01"]).wrong().err;
    assert!(said.contains("mercredi 2 septembre 2026") && said.contains("--from"), "{said}");
}

#[test]
fn nobody_is_named_and_nothing_is_missing() {
    let school = a_year();
    for format in ["html", "csv", "json", "md"] {
        let said = school.guichet(&["report", "--format", format]).done().out;
        let said = said.rsplit("</style>").next().unwrap();
        for name in ["Durand", "Martin", "@", "requester", "assignee"] {
            assert!(!said.contains(name), "{format} says {name}");
        }
    }
    let alone = school.guichet(&["report", "--format", "html"]).done().out;
    assert!(alone.contains("<style>") && !alone.contains("rel=\"stylesheet\"") && !alone.contains("<script"));
    for drawing in alone.split("<svg").skip(1) {
        let drawing = drawing.split("</svg>").next().unwrap();
        assert!(drawing.contains("role=\"img\"") && drawing.contains("<title"), "{drawing}");
        assert!(!drawing.contains("style="), "{drawing}");
    }
}

#[test]
fn every_current_resource_has_a_label_and_the_search_knows_words_only() {
    let school = a_year();
    let folder = school.beside("built");
    school.guichet(&["build", "--output", folder.to_str().unwrap()]).done();
    let labels = std::fs::read_to_string(folder.join("resources/labels/index.html")).unwrap();
    for id in ["salle-b204", "salle-info-1", "wifi"] {
        assert!(labels.contains(&format!("resources/{id}.svg")), "{id}");
        assert!(folder.join(format!("resources/{id}.svg")).exists());
    }
    assert!(!labels.contains("Valise de netbooks"));
    let index = std::fs::read(folder.join("tickets/index.json")).unwrap();
    let index: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_slice(&index).unwrap();
    assert_eq!(index.len(), 5);
    let fields: BTreeSet<&str> = index[0].keys().map(String::as_str).collect();
    assert_eq!(fields, BTreeSet::from(["category", "date", "id", "resource", "state", "status", "title"]));
}
