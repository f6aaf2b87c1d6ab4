//! The periods of the school day: some weeks have their own, a booking may go over several, some rooms have no other hours.

use crate::kit::{Answer, Form, School, path_of_booking, plain};

const SOPHIE: &str = "sophie.martin@college.example";

/// A school whose times of day change for a Wednesday and a Thursday, with a room that is booked by whole slots.
fn school() -> School {
    let calendar = r#"[calendar]
zone = "C"
slots = [
  { id = "M2", start = "09:25", end = "10:20" },
  { id = "M3", start = "10:30", end = "11:25" },
  { id = "M4", start = "11:25", end = "12:20" },
  { id = "S1", start = "13:30", end = "14:25", days = ["mon", "tue", "thu", "fri"] },
]
[[calendar.grids]]
from = 2026-12-02
to = 2026-12-03
label = "Brevet blanc"
slots = [
  { id = "E1", start = "09:00", end = "11:00" },
  { id = "E2", start = "11:15", end = "12:15" },
]

[[resources]]
id = "atelier"
name = "Atelier"
group = "Salles"
free_times = false
[[resources]]
id = "wifi""#;
    School::prepare().replace("[[resources]]\nid = \"wifi\"", calendar).serve()
}

fn booking(school: &School, date: &str, slot: &str) -> Form {
    Form::new(school.address(), "/reservations")
        .set("resource", "salle-info-1")
        .set("date", date)
        .set("slot", slot)
        .set("purpose", "5eB, tableur")
        .set("name", "Sophie Martin")
        .set("email", SOPHIE)
        .json()
}

/// What is offered instead: « salle-info-1 2026-11-24 M2 M3 ».
fn offers(answer: &Answer) -> Vec<String> {
    let answer = answer.json();
    let word = |offer: &serde_json::Value, name: &str| offer[name].as_str().unwrap_or("-").to_owned();
    let said =
        |offer: &serde_json::Value| ["resource", "date", "slot", "slot_to"].map(|name| word(offer, name)).join(" ");
    answer["alternatives"].as_array().unwrap().iter().map(said).collect()
}

/// The hours that a booking's file holds.
fn hours(school: &School, stem: &str) -> String {
    let text = school.tree().read(&path_of_booking(stem));
    let value =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim_matches('"').to_owned();
    format!("{}–{}", value("start: "), value("end: "))
}

/// What a page shows of one day.
fn day<'a>(page: &'a str, date: &str) -> &'a str {
    let start = page.find(&format!("id=\"{date}\"")).unwrap_or_else(|| panic!("no {date} in {page}"));
    page[start..].split("</section>").next().unwrap()
}

#[test]
fn a_day_with_slots_of_its_own_has_them_everywhere() {
    let school = school();
    let week = school.page("/reservations/2026-W49/");
    let (tuesday, wednesday) = (day(&week, "2026-12-01"), day(&week, "2026-12-02"));
    assert!(tuesday.contains("<b>M3</b>") && !tuesday.contains("Brevet blanc"), "{tuesday}");
    assert!(wednesday.contains("<b>E1</b>") && !wednesday.contains("<b>M3</b>"), "{wednesday}");
    assert!(
        wednesday.contains("Horaires\u{a0}: Brevet blanc") && wednesday.contains("9\u{a0}h\u{a0}00"),
        "{wednesday}"
    );

    let form = school.page("/reservations/new/?resource=salle-info-1&date=2026-12-02");
    assert!(form.contains("value=\"E2\"") && !form.contains("value=\"M3\""), "{form}");
    let form = school.page("/reservations/new/?resource=salle-info-1");
    assert!(form.contains("value=\"E2\"") && form.contains("value=\"M3\""), "any day may be chosen still: {form}");

    for (date, slot, known) in [("2026-12-02", "M3", "E1, E2"), ("2026-12-01", "E1", "M2, M3, M4, S1")] {
        let refused = school.unchanged(|| booking(&school, date, slot).post());
        assert_eq!((refused.status, refused.faults()), (422, vec!["slot".to_owned()]), "{refused:?}");
        assert!(
            refused.text().contains(&format!("«\u{a0}{slot}\u{a0}» n’est pas un créneau de ce jour-là")),
            "{}",
            refused.text()
        );
        assert!(refused.text().contains(known) && offers(&refused)[0].contains(date), "{}", refused.text());
    }
    let stem = booking(&school, "2026-12-02", "e1").post().accepted();
    assert_eq!((stem.as_str(), hours(&school, &stem).as_str()), ("2026-12-02-salle-info-1-0900", "09:00–11:00"));
    assert_eq!(school.letters()[0].subject, "[Réservation] Confirmée : Salle informatique 1, mercredi 2 décembre, E1");
    let by_command =
        ["reserve", "--resource", "salle-info-1", "--date", "2026-12-03", "--purpose", "Oral", "--slot", "M3"];
    assert!(school.guichet(&by_command).wrong().err.contains("E1, E2"));
    school.guichet(&[&by_command[..8], &["E2"]].concat()).done();
    school.leave_letters();
}

#[test]
fn the_week_of_a_room_has_a_table_for_each_grid_and_the_free_places_of_each() {
    let school = school();
    school.stop();
    school.serve_at("2026-12-01T08:00:00+01:00");
    let page = plain(&school.page("/resources/salle-info-1/"));
    let tables: Vec<&str> = page.split("<table>").skip(1).map(|rest| rest.split("</table>").next().unwrap()).collect();
    let shows = |table: &str, what: &[&str], not: &[&str]| {
        assert!(what.iter().all(|what| table.contains(what)) && !not.iter().any(|not| table.contains(not)), "{table}");
    };
    assert_eq!(tables.len(), 3);
    shows(tables[0], &["Horaires habituels", "lun. 30", "mar. 1er", "<b>M2</b>"], &["mer. 2", "<b>E1</b>"]);
    shows(tables[1], &["Brevet blanc", "mer. 2", "jeu. 3", "<b>E2</b>", "slot=E1"], &["ven. 4", "<b>M2</b>"]);
    shows(tables[2], &["Horaires habituels", "ven. 4", "<b>S1</b>"], &["<b>E1</b>"]);

    let free = school.page("/reservations/free/");
    assert!(day(&free, "2026-12-02").contains("date=2026-12-02&amp;slot=E2\""));
    assert!(!day(&free, "2026-12-02").contains("slot=M") && day(&free, "2026-12-04").contains("slot=M2\""));
    // Between two slots there is a break, which is nothing to book.
    assert_eq!(day(&free, "2026-12-04").matches("<tr><th scope=\"row\">").count(), 4);
}

#[test]
fn a_series_keeps_its_hours_when_the_grid_changes() {
    let school = school();
    let series = booking(&school, "2026-11-25", "M3").set("repeat", "weekly").set("until", "2026-12-09");
    let stem = series.post().accepted();
    assert_eq!(hours(&school, &stem), "10:30–11:25");
    school.leave_letters();
    let week = school.page("/reservations/2026-W49/");
    assert!(day(&week, "2026-12-02").contains("5eB, tableur"));
    // Its hour takes both slots of the other grid.
    for slot in ["E1", "E2"] {
        let refused = school.unchanged(|| booking(&school, "2026-12-02", slot).post());
        assert!(refused.status == 409 && refused.text().contains("10\u{a0}h\u{a0}30"), "{refused:?}");
    }
    assert!(school.page("/reservations/2026-W50/").contains("5eB, tableur"));
    assert_eq!(school.problems(), 0);
}

#[test]
fn a_booking_goes_over_slots_and_the_break_between_them() {
    let school = school();
    let over = |slot: &str, slot_to: &str| booking(&school, "2026-11-24", slot).set("slot_to", slot_to);
    let stem = over("M2", "M4").post().accepted();
    assert_eq!((stem.as_str(), hours(&school, &stem).as_str()), ("2026-11-24-salle-info-1-0925", "09:25–12:20"));
    assert_eq!(
        school.letters()[0].subject,
        "[Réservation] Confirmée : Salle informatique 1, mardi 24 novembre, M2 à M4"
    );
    let week = school.page("/reservations/2026-W48/");
    let tuesday = day(&week, "2026-11-24");
    assert!(
        tuesday.contains("<td rowspan=\"3\"><p class=\"booking\" id=\"2026-11-24-salle-info-1-0925\">"),
        "{tuesday}"
    );
    assert_eq!(tuesday.matches("5eB, tableur").count(), 1, "{tuesday}");

    let break_alone = over("", "").set("start", "10:20").set("end", "10:30");
    for form in [over("M2", ""), over("M3", "M3"), over("M4", "S1"), break_alone] {
        assert_eq!(school.unchanged(|| form.set("email", "luc@college.example").post()).status, 409);
    }
    // As many slots, one after the other, but not the ones around lunch.
    let taken = school.unchanged(|| over("M2", "M3").post());
    let elsewhere: Vec<String> = offers(&taken).into_iter().filter(|offer| offer.starts_with("salle-info-1")).collect();
    assert!(offers(&taken)[0].starts_with("atelier 2026-11-24 M2 M3"), "{:?}", offers(&taken));
    assert_eq!(elsewhere[..2], ["salle-info-1 2026-11-25 M2 M3", "salle-info-1 2026-11-25 M3 M4"]);

    for (form, status, field) in [
        (over("S1", "M2"), 422, "slot_to"),
        (over("S1", "S9"), 422, "slot_to"),
        (booking(&school, "2026-11-25", "M4").set("slot_to", "S1"), 422, "slot_to"),
        (over("", "M4"), 422, "slot"),
    ] {
        let refused = school.unchanged(|| form.post());
        assert_eq!((refused.status, refused.faults()), (status, vec![field.to_owned()]), "{refused:?}");
    }
    assert_eq!(school.unchanged(|| over("M2", "M3").also("slot", "M3").post()).status, 400);

    let form = school.page("/reservations/new/?resource=salle-info-1&date=2026-11-26&slot=M3&slot_to=S1");
    assert!(form.contains("<b>Salle informatique 1, jeudi 26 novembre, M3</b>"), "{form}");
    assert!(form.contains("<option value=\"S1\" selected>"), "{form}");
    let command = |to: &str| {
        let words =
            ["reserve", "--resource", "salle-info-1", "--date", "2026-11-26", "--slot", "M2", "--purpose", "Oral"];
        school.guichet(&[&words[..], &["--to", to]].concat())
    };
    let stem = command("M3").done().out.trim().to_owned();
    assert_eq!(hours(&school, &stem), "09:25–11:25");
    assert!(command("M4").wrong().err.contains("M2 à M4"), "says what is free instead");
    school.leave_letters();
}

#[test]
fn a_room_of_whole_slots_has_no_other_hours() {
    let school = school();
    let atelier = |start: &str, end: &str| {
        let form = booking(&school, "2026-11-24", "").set("resource", "atelier");
        form.set("start", start).set("end", end)
    };
    let refused = school.unchanged(|| atelier("10:00", "11:00").post());
    assert_eq!((refused.status, refused.faults()), (422, vec!["slot".to_owned()]), "{refused:?}");
    assert!(refused.text().contains("créneaux entiers") && refused.text().contains("M2, M3, M4, S1"));
    let own: Vec<String> = offers(&refused).into_iter().filter(|offer| offer.starts_with("atelier")).collect();
    assert!(!own.is_empty() && own.iter().all(|offer| !offer.contains(" - ")), "{own:?}");
    let words = ["reserve", "--resource", "atelier", "--date", "2026-11-24", "--purpose", "Bois"];
    let command = school.unchanged(|| school.guichet(&[&words[..], &["--start", "10:00", "--end", "11:00"]].concat()));
    assert!(command.wrong().err.contains("créneaux entiers"));
    assert_eq!(booking(&school, "2026-11-24", "").set("start", "10:00").set("end", "11:00").post().status, 201);

    let form = school.page("/reservations/new/?resource=atelier&date=2026-11-24");
    assert!(!form.contains("name=\"start\"") && !form.contains("Autres heures"), "{form}");
    assert!(school.page("/reservations/new/?resource=salle-info-1").contains("name=\"start\""));
    let stem = atelier("10:30", "12:20").post().accepted();
    // By hand it is a remark: a référent may have meant it.
    let tree = school.tree();
    tree.edit(&path_of_booking(&stem), |text| text.replace("end: \"12:20\"", "end: \"12:00\""));
    tree.commit("Plus court");
    let said = school.guichet(&["check"]).done().err;
    assert!(said.contains(&stem) && said.contains("créneaux entiers"), "{said}");
    school.leave_letters();
    school.expect_problems();
}

#[test]
fn grids_that_contradict_each_other_are_named_with_their_line() {
    let school = school();
    let other = "[[calendar.grids]]\nfrom = 2026-12-03\nslots = [{ id = \"X\", start = \"08:00\", end = \"09:00\" }]\n\n[[resources]]\nid = \"atelier\"";
    school.tree().edit("site.toml", |text| text.replacen("[[resources]]\nid = \"atelier\"", other, 1));
    let said = school.guichet(&["check"]).wrong().err;
    let text = school.tree().read("site.toml");
    let line = 1 + text[..text.rfind("[[calendar.grids]]").unwrap()].matches('\n').count();
    assert!(
        said.contains(&format!("site.toml:{line}:"))
            && said.contains("du jeudi 3 décembre 2026 au jeudi 3 décembre 2026"),
        "{said}"
    );
    assert!(said.contains("changez from ou to"), "{said}");
    school.leave_work();
    school.expect_problems();
}

#[test]
fn the_printed_year_names_the_grids() {
    let school = school();
    let said = plain(&school.guichet(&["calendar", "2026"]).done().out);
    let week = said.lines().find(|line| line.starts_with("2026-W49")).unwrap_or_default().to_owned();
    assert!(week.ends_with("mer. 2–jeu. 3 Brevet blanc"), "{week}");
    let year: serde_json::Value =
        serde_json::from_str(&school.guichet(&["calendar", "2026", "--json"]).done().out).unwrap();
    let with_grids: Vec<_> =
        year["weeks"].as_array().unwrap().iter().filter(|week| week["grids"][0].is_object()).collect();
    assert_eq!(with_grids.len(), 1);
    assert_eq!(with_grids[0]["grids"][0]["label"], "Brevet blanc");
}
