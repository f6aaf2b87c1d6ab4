//! Bookings that repeat: one file whose days follow the school's calendar, the same for everyone who asks: planning,
//! form, calendar feed, `check` and mails.

use crate::kit::{Answer, Form, School, path_of_booking};

/// A school of zone C whose first week A began on 31 August.
fn school() -> School {
    let calendar = r#"[calendar]
zone = "C"
week_a = 2026-08-31
slots = [
  { id = "M3", start = "10:30", end = "11:25" },
  { id = "M4", start = "11:25", end = "12:20" },
]

[[resources]]
id = "salle-info-2"
name = "Salle informatique 2"
group = "Salles"
[[resources]]
id = "wifi""#;
    School::prepare().replace("[[resources]]\nid = \"wifi\"", calendar).serve()
}

fn booking(school: &School, date: &str) -> Form {
    on_a_page(school, date).json()
}

/// The same as a browser posts it.
fn on_a_page(school: &School, date: &str) -> Form {
    Form::new(school.address(), "/reservations")
        .set("resource", "salle-info-1")
        .set("date", date)
        .set("slot", "M3")
        .set("purpose", "5eB, tableur")
        .set("name", "Sophie Martin")
        .set("email", "sophie.martin@college.example")
}

const STEM: &str = "2026-11-24-salle-info-1-1030";

/// A file of weeks A on Tuesdays, M3, until the end of March, without 8 December.
fn by_hand() -> String {
    "---\nresource: salle-info-1\ndate: 2026-11-24\nstart: \"10:30\"\nend: \"11:25\"\npurpose: Club robotique\n\
     rrule: FREQ=WEEKLY;UNTIL=20270331\nweeks: A\nexdate: [2026-12-08]\n---\n"
        .to_owned()
}

#[test]
fn a_series_takes_its_room_on_its_days_and_on_no_other() {
    let school = school();
    school.tree().save(&path_of_booking(STEM), by_hand());
    school.tree().commit("Le club de robotique");
    school.settled();
    // Weeks A from the Christmas holidays on: 4 and 18 January, 1 February, then 1 March (two weeks of winter holidays).
    let anchor = format!("id=\"{STEM}\"");
    for (week, stands) in [
        ("2026-W48", true),
        ("2026-W49", false),
        ("2026-W50", false),
        ("2027-W01", true),
        ("2027-W02", false),
        ("2027-W03", true),
        ("2027-W05", true),
        ("2027-W09", true),
    ] {
        let page = school.page(&format!("/reservations/{week}/"));
        assert_eq!(page.contains(&anchor), stands, "{week}");
    }
    for (date, status) in [
        ("2026-11-24", 409),
        ("2026-12-01", 201),
        ("2026-12-08", 201),
        ("2027-01-05", 409),
        ("2027-01-12", 201),
        ("2027-03-02", 409),
        ("2027-03-30", 409),
    ] {
        let answer = booking(&school, date).post();
        assert_eq!(answer.status, status, "{date}: {answer:?}");
    }
    let refused = school.unchanged(|| booking(&school, "2027-01-05").post());
    assert!(refused.shown().contains("Club robotique") && refused.shown().contains("5 janvier"), "{}", refused.shown());
    school.leave_letters();
}

#[test]
fn what_is_occupied_now_and_the_planning_of_a_room_follow_the_series() {
    let school = school();
    school.tree().save(&path_of_booking(STEM), by_hand());
    school.tree().commit("Le club de robotique");
    school.settled();
    school.stop();
    school.serve_at("2027-01-05T10:45:00+01:00");
    assert!(school.shown("/").contains("Club robotique"));
    assert!(school.shown("/resources/salle-info-1/").contains("Club robotique"));
    school.stop();
    school.serve_at("2027-01-12T10:45:00+01:00");
    assert!(!school.shown("/").contains("Club robotique"), "a week B");
}

#[test]
fn a_corrected_calendar_moves_the_series() {
    let school = school();
    school.tree().save(&path_of_booking(STEM), by_hand());
    school.tree().commit("Le club de robotique");
    school.settled();
    let shown = |week: &str| school.page(&format!("/reservations/{week}/")).contains(STEM);
    assert!(shown("2027-W01") && !shown("2027-W02"));
    school.tree().edit("site.toml", |text| {
        text.replace("week_a = 2026-08-31\n", "week_a = 2026-08-31\nweek_letters = { \"2027-01-04\" = \"B\" }\n")
    });
    school.tree().commit("Janvier commence par une semaine B");
    school.settled();
    school.shows("/reservations/2027-W02/", "Club robotique");
    assert!(!shown("2027-W01") && shown("2027-W02"));
    assert!(school.shown("/reservations/2027-W02/").contains("Semaine 2 A"));
    school
        .tree()
        .save("holidays.toml", "holidays = [{ name = \"Pont du collège\", from = 2027-01-11, resume = 2027-01-18 }]\n");
    school.tree().commit("Nos propres vacances");
    school.settled();
    school.shows("/reservations/2027-W02/", "Pont du collège");
    assert!(!shown("2027-W02"));
    assert_eq!(school.letters().len(), 0, "nobody booked anything");
}

#[test]
fn the_calendar_says_which_days_a_changed_letter_moves_before_it_is_committed() {
    let school = school();
    school.tree().save(&path_of_booking(STEM), by_hand().replace("UNTIL=20270331", "UNTIL=20270120"));
    school.tree().commit("Le club de robotique");
    school.settled();
    let said = || crate::kit::plain(&school.guichet(&["calendar"]).done().out);
    assert!(!said().contains("déplace"));
    school.tree().edit("site.toml", |text| {
        text.replace("week_a = 2026-08-31\n", "week_a = 2026-08-31\nweek_letters = { \"2027-01-04\" = \"B\" }\n")
    });
    let text = said();
    for line in [STEM, "retire : 5 janv., 19 janv.", "ajoute : 12 janv."] {
        assert!(text.contains(line), "« {line} » in {text}");
    }
    let year: serde_json::Value = serde_json::from_str(&school.guichet(&["calendar", "--json"]).done().out).unwrap();
    assert_eq!(year["moved"][0]["new"][0], "2027-01-12");
    school.tree().commit("Janvier commence par une semaine B");
    school.settled();
    assert!(!said().contains("déplace"));
}

#[test]
fn a_rule_that_guichet_does_not_know_is_refused_by_name() {
    let school = school();
    let tree = school.clone_of("essai", "paul.durand@college.example");
    let check = |text: String| {
        tree.save(&path_of_booking(STEM), text);
        let run = school.command(&["check", "--site", tree.dir().to_str().unwrap()]);
        (run.code, run.err)
    };
    let (code, said) = check(by_hand().replace("UNTIL=20270331", "UNTIL=20270331;BYDAY=MO,TH"));
    assert_eq!(code, 1);
    for what in [&format!("{}:7:8", path_of_booking(STEM)), "BYDAY=MO,TH", "un fichier par jour"] {
        assert!(said.contains(what), "« {what} » in {said}");
    }
    for (rule, what) in [
        ("FREQ=DAILY;UNTIL=20270331", "FREQ=DAILY"),
        ("FREQ=WEEKLY", "UNTIL"),
        ("FREQ=WEEKLY;COUNT=4", "COUNT=4"),
        ("FREQ=WEEKLY;UNTIL=20290331", "deux années"),
    ] {
        let (code, said) = check(by_hand().replace("FREQ=WEEKLY;UNTIL=20270331", rule));
        assert!(code == 1 && said.contains(what), "{rule}: {said}");
    }
    // What never happens is said, and refuses nothing.
    let (code, said) = check(by_hand().replace("20270331", "20261208").replace("weeks: A", "weeks: B"));
    assert!(code == 0 && !said.contains("aucun jour"), "1 December: {said}");
    let (code, said) = check(by_hand().replace("20270331", "20261130").replace("weeks: A", "weeks: B"));
    assert!(code == 0 && said.contains("aucun jour"), "{said}");
    assert_eq!(check(by_hand()).0, 0);
    // Two files that collide in three months are found today.
    tree.save(
        &path_of_booking("2027-03-02-salle-info-1-1100"),
        by_hand().replace("2026-11-24", "2027-03-02").replace("10:30", "11:00").replace("2026-12-08", "2027-03-16"),
    );
    let run = school.command(&["check", "--site", tree.dir().to_str().unwrap()]);
    assert!(run.code == 1 && run.err.contains("2027-03-02"), "{}", run.err);
}

#[test]
fn a_feed_says_a_series_as_one_event_without_the_days_it_skips() {
    let school = school();
    school.tree().save(&path_of_booking(STEM), by_hand());
    school.tree().commit("Le club de robotique");
    school.settled();
    let feed = school.page("/reservations/salle-info-1.ics").replace("\r\n ", "");
    assert_eq!(feed.matches("BEGIN:VEVENT").count(), 1);
    for line in [
        "DTSTART;TZID=Europe/Paris:20261124T103000\r\n",
        // 30 March is the last day, in summer time already.
        "RRULE:FREQ=WEEKLY;INTERVAL=1;UNTIL=20270330T083000Z\r\n",
        "EXDATE;TZID=Europe/Paris:20261201T103000,20261208T103000,20261215T103000,",
    ] {
        assert!(feed.contains(line), "« {line} » in {feed}");
    }
    let skipped = feed.split("EXDATE").nth(1).unwrap().lines().next().unwrap().matches("T1030").count();
    // 19 Tuesdays, of which 24 November, 5 and 19 January, 2 February, 2, 16 and 30 March are the series.
    assert_eq!(skipped, 19 - 7, "{feed}");
}

#[test]
fn who_holds_a_series_is_told_its_days_and_which_one_went() {
    let school = school();
    let stem = booking(&school, "2026-11-24").post().accepted();
    school.skip_letters();
    let tree = school.tree();
    tree.edit(&path_of_booking(&stem), |text| {
        text.replace("status: confirmee\n", "status: confirmee\nrrule: FREQ=WEEKLY;UNTIL=20261215\n")
    });
    tree.commit("Chaque semaine jusqu’à Noël");
    let told = school.letters();
    assert_eq!(told.len(), 1);
    let text = crate::kit::plain(&told[0].text);
    for what in [
        "chaque semaine du mardi 24 novembre 2026 au mardi 15 décembre 2026",
        "24 nov., 1er déc., 8 déc., 15 déc. (4 dates)",
    ] {
        assert!(text.contains(what), "« {what} » in {text}");
    }
    tree.edit(&path_of_booking(&stem), |text| text.replace("20261215\n", "20261215\nexdate: [2026-12-08]\n"));
    tree.commit("Pas le 8");
    let told = school.letters();
    assert_eq!(told.len(), 1);
    let text = crate::kit::plain(&told[0].text);
    assert!(told[0].subject.starts_with("[Réservation] Modifiée"), "{}", told[0].subject);
    assert!(
        text.contains("Dates retirées : 8 déc.") && text.contains("Dates : 24 nov., 1er déc., 15 déc. (3 dates)"),
        "{text}"
    );
}

fn repeated(school: &School) -> Form {
    booking(school, "2026-11-24").set("repeat", "weekly").set("until", "2026-12-15")
}

/// Luc holds one Tuesday, in the middle of what Sophie is going to ask for.
fn taken_by_luc(school: &School) -> String {
    let luc = booking(school, "2026-12-08").set("name", "Luc Petit").set("email", "luc@college.example");
    luc.set("purpose", "3eA, oral").post().accepted()
}

#[test]
fn a_form_books_a_series_in_one_file_and_one_commit() {
    let school = school();
    let before = school.tree().commits();
    assert_eq!(repeated(&school).post().accepted(), STEM);
    assert_eq!(school.tree().commits(), before + 1);
    let text = school.tree().read(&path_of_booking(STEM));
    assert!(text.contains("\nrrule: FREQ=WEEKLY;UNTIL=20261215\n---\n"), "{text}");
    assert_eq!(school.letters().len(), 1);
    // Weeks B from a week A on begin a week later.
    let b = booking(&school, "2026-11-24").set("slot", "M4").set("repeat", "week-b").set("until", "2027-01-15");
    assert_eq!(b.post().accepted(), "2026-12-01-salle-info-1-1125");
    let text = school.tree().read(&path_of_booking("2026-12-01-salle-info-1-1125"));
    assert!(text.contains("\nrrule: FREQ=WEEKLY;UNTIL=20270115\nweeks: B\n---\n"), "{text}");
    school.leave_letters();
}

#[test]
fn a_series_that_collides_says_where_and_can_leave_these_days_out() {
    let school = school();
    let luc = taken_by_luc(&school);
    let his = school.tree().read(&path_of_booking(&luc));
    let refused = school.unchanged(|| repeated(&school).post());
    assert_eq!(refused.status, 409);
    assert!(
        refused.shown().contains("mardi 8 décembre") && refused.shown().contains("3eA, oral"),
        "{}",
        refused.shown()
    );
    assert!(!refused.json()["alternatives"].as_array().unwrap().is_empty(), "the other room is free all along");
    let stem = repeated(&school).set("skip", "2026-12-08").post().accepted();
    let text = school.tree().read(&path_of_booking(&stem));
    assert!(text.contains("\nexdate: [2026-12-08]\n"), "{text}");
    assert_eq!(school.tree().read(&path_of_booking(&luc)), his);
    assert_eq!(school.problems(), 0);
    school.leave_letters();
}

/// The first alternative of an answer, taken with all else that was typed.
fn takes(refused: &Answer, form: &dyn Fn() -> Form) -> Form {
    let offer = refused.json()["alternatives"][0].clone();
    let word = |name: &str| offer[name].as_str().unwrap_or_default().to_owned();
    let names = ["resource", "date", "slot", "slot_to", "repeat", "until"];
    names.into_iter().fold(form(), |form, name| form.set(name, word(name)))
}

#[test]
fn an_alternative_to_a_series_is_one_that_can_be_booked_as_it_was_asked_for() {
    let school = school();
    // One day of it is taken all day in the one room, and in the other one at the same hour.
    let luc = |date: &str| booking(&school, date).set("name", "Luc Petit").set("email", "luc@college.example");
    luc("2026-12-08").set("slot", "").set("start", "08:00").set("end", "18:00").post().accepted();
    luc("2026-12-01").set("resource", "salle-info-2").post().accepted();
    let form = || repeated(&school);
    let refused = school.unchanged(|| form().post());
    assert_eq!(refused.status, 409);
    let offer = &refused.json()["alternatives"][0];
    let said = ["resource", "date", "slot", "repeat", "until"].map(|name| offer[name].as_str().unwrap().to_owned());
    assert_eq!(said, ["salle-info-2", "2026-11-24", "M4", "weekly", "2026-12-15"]);
    takes(&refused, &form).post().accepted();
    // The first day is in the holidays, and the first one after them is taken on its second week.
    luc("2027-01-11").post().accepted();
    let form = || booking(&school, "2026-12-31").set("repeat", "weekly").set("until", "2027-01-22");
    let refused = school.unchanged(|| form().post());
    assert_eq!(refused.status, 422);
    takes(&refused, &form).post().accepted();
    school.leave_letters();
}

#[test]
fn without_a_script_the_same_form_shows_every_day_before_anything_is_booked() {
    let school = school();
    let form = || on_a_page(&school, "2026-11-24").set("repeat", "weekly").set("until", "2026-12-15");
    let seen = |text: &str| {
        let button = text.split("name=\"preview\" value=\"").nth(1).expect("a button that books these days");
        button.split('"').next().unwrap().to_owned()
    };
    let first = school.unchanged(|| form().set("preview", "new").post());
    assert_eq!(first.status, 200);
    for what in ["4 dates, toutes libres", "mardi 24 novembre", "mardi 15 décembre", "Réserver ces 4 dates"] {
        assert!(first.shown().contains(what), "« {what} » in {}", first.shown());
    }
    // Luc is faster: what Sophie has seen is no longer so.
    taken_by_luc(&school);
    let second = school.unchanged(|| form().set("preview", seen(&first.text())).post());
    assert_eq!(second.status, 409);
    for what in ["3 libres sur 4", "3eA, oral", "Réserver les 3 dates libres"] {
        assert!(second.shown().contains(what), "« {what} » in {}", second.shown());
    }
    assert!(second.text().contains("name=\"skip\" value=\"2026-12-08\""), "{}", second.text());
    // Another end than the one that was shown is shown first.
    let other = form().set("until", "2026-12-18").set("slot", "M4");
    assert_eq!(school.unchanged(|| other.set("preview", seen(&second.text())).post()).status, 200);
    let third = form().set("preview", seen(&second.text())).set("skip", "2026-12-08").post();
    assert_eq!(third.status, 303, "{}", third.shown());
    assert!(school.tree().read(&path_of_booking(STEM)).contains("exdate: [2026-12-08]"));
    school.leave_letters();
}

#[test]
fn what_is_no_series_is_refused_with_its_field() {
    let school = school();
    for (field, form) in [
        ("repeat", repeated(&school).set("repeat", "daily")),
        ("until", repeated(&school).without("until")),
        ("until", repeated(&school).set("until", "2026-11-23")),
        ("until", repeated(&school).set("until", "2028-09-01")),
        ("until", repeated(&school).set("until", "toujours")),
        ("date", repeated(&school).set("date", "2026-12-22")),
    ] {
        let answer = school.unchanged(|| form.post());
        assert_eq!((answer.status, answer.faults().contains(&field.to_owned())), (422, true), "{field}: {answer:?}");
        assert!(!answer.json()["alternatives"].as_array().unwrap().is_empty(), "{field}: {answer:?}");
    }
}

fn reserve(school: &School, more: &[&str]) -> crate::kit::Run {
    let words = ["reserve", "--resource", "salle-info-1", "--date", "2026-11-24", "--slot", "M3", "--purpose", "Club"];
    school.guichet(&[&words, more].concat())
}

#[test]
fn the_command_line_shows_the_days_skips_what_is_taken_and_gives_back() {
    let school = school();
    taken_by_luc(&school);
    let series = ["--repeat", "weekly", "--until", "2026-12-15"];
    let said = school.unchanged(|| reserve(&school, &[&series[..], &["--dry-run"]].concat()).done().out);
    assert!(said.contains("2026-12-01  libre") && said.contains("3eA, oral"), "{said}");
    assert!(school.unchanged(|| reserve(&school, &series).wrong().err).contains("3eA, oral"));
    for half in [["--repeat", "weekly"], ["--until", "2026-12-15"]] {
        assert_eq!(school.unchanged(|| reserve(&school, &half).code), 2, "{half:?}");
    }
    assert_eq!(reserve(&school, &[&series[..], &["--skip-conflicts"]].concat()).done().out.trim(), STEM);
    let text = || school.tree().read(&path_of_booking(STEM));
    assert!(text().contains("exdate: [2026-12-08]"), "{}", text());

    let cancel = |more: &[&str]| school.guichet(&[&["cancel", STEM], more].concat());
    assert!(school.unchanged(|| cancel(&["--date", "2026-12-08"]).wrong().err).contains("2026-12-15"));
    cancel(&["--date", "2026-12-01", "-m", "Conseil de classe"]).done();
    assert!(text().contains("exdate: [2026-12-08, 2026-12-01]"), "{}", text());
    cancel(&["--from", "2026-12-02"]).done();
    assert!(text().contains("rrule: FREQ=WEEKLY;UNTIL=20261201\n"), "{}", text());
    assert_eq!(booking(&school, "2026-12-15").post().status, 201, "given back");
    // What takes the last day cancels the booking.
    cancel(&["--date", "2026-11-24"]).done();
    assert!(!school.tree().has(&path_of_booking(STEM)));
    school.leave_letters();
}

#[test]
fn each_day_given_back_is_told_once() {
    let school = school();
    repeated(&school).post().accepted();
    school.skip_letters();
    let told = |words: &[&str]| {
        school.guichet(&[&["cancel", STEM], words].concat()).done();
        school
            .letters()
            .iter()
            .map(|letter| (letter.subject.clone(), crate::kit::plain(&letter.text)))
            .collect::<Vec<_>>()
    };
    let one = told(&["--date", "2026-12-01"]);
    assert!(one.len() == 1 && one[0].1.contains("Dates retirées : 1er déc."), "{one:?}");
    let rest = told(&["--from", "2026-12-08"]);
    assert!(rest.len() == 1 && rest[0].1.contains("Dates retirées : 8 déc., 15 déc."), "{rest:?}");
    let all = told(&["-m", "Club annulé"]);
    assert!(all.len() == 1 && all[0].0.contains("Annulée") && all[0].1.contains("> Club annulé"), "{all:?}");
}

#[test]
fn the_year_is_printed_with_letters_and_days_off() {
    let school = school();
    let said = school.guichet(&["calendar"]).done().out;
    for line in [
        "2026-W42  A  12 oct. – 18 oct.",
        "2026-W44     26 oct. – 1er nov.   Vacances de la Toussaint",
        "mer. 11 Armistice",
    ] {
        assert!(crate::kit::plain(&said).contains(line), "« {line} » in {said}");
    }
    let year: serde_json::Value =
        serde_json::from_str(&school.guichet(&["calendar", "2026", "--json"]).done().out).unwrap();
    let week = |name: &str| {
        year["weeks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|week| week["week"] == name)
            .unwrap_or_else(|| panic!("no {name}"))
    };
    assert_eq!((&week("2026-W53")["letter"], &week("2027-W01")["letter"]), (&serde_json::Value::Null, &"A".into()));
    assert_eq!(week("2027-W13")["off"][0]["from"], "2027-03-29");
}
