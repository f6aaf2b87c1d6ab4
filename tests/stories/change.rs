//! A booking given another time, place or purpose by who holds it, from the link in the letter, or by the team, by command:
//! one commit, one letter, the same event in calendars; a series for one day, a day and the rest, or all.

use crate::kit::{Answer, Form, Letter, School, TEAM, path_of_booking, plain};

const SITE: &str = "http://guichet.college.example";
const SOPHIE: &str = "sophie.martin@college.example";
const STEM: &str = "2026-11-24-salle-info-1-1030";

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
per_person = 1
[[resources]]
id = "amphi"
name = "Amphithéâtre"
group = "Salles"
approval = true
[[resources]]
id = "wifi""#;
    School::prepare().replace("[[resources]]\nid = \"wifi\"", calendar).serve()
}

fn booking(school: &School) -> Form {
    Form::new(school.address(), "/reservations")
        .set("resource", "salle-info-1")
        .set("date", "2026-11-24")
        .set("slot", "M3")
        .set("purpose", "5eB, tableur")
        .set("name", "Sophie Martin")
        .set("email", SOPHIE)
        .json()
}

/// Tuesdays at M3, four of them.
fn series(school: &School) -> Form {
    booking(school).set("repeat", "weekly").set("until", "2026-12-15")
}

/// The one letter that there is, to Sophie.
fn letter(school: &School) -> Letter {
    let letters = school.letters();
    let told: Vec<String> = letters.iter().map(|letter| format!("{} {}", letter.to, letter.subject)).collect();
    assert_eq!(letters.len(), 1, "{told:#?}");
    assert_eq!(letters[0].to, SOPHIE);
    letters.into_iter().next().unwrap()
}

/// The path behind the words of a link in a letter.
fn link(letter: &Letter, words: &str) -> String {
    let below = letter.text.split(words).nth(1).unwrap_or_else(|| panic!("no « {words} » in {}", letter.text));
    below.lines().nth(1).and_then(|url| url.strip_prefix(SITE)).expect("an address of this site").to_owned()
}

const CHANGE: &str = "Modifier ma réservation";
const CANCEL: &str = "Annuler ma réservation";

/// The form behind a link as its page has it, for one more use.
fn change(school: &School, path: &str) -> Form {
    let page = school.page(path);
    let value = |name: &str| {
        let field = page.split("<input").find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap_or_default();
        field.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    };
    let checked = page.split("<input").find(|tag| tag.contains("name=\"slot\"") && tag.contains(" checked"));
    let slot = checked.and_then(|tag| tag.split("value=\"").nth(1)?.split('"').next()).unwrap_or_default();
    let picked = |name: &str| {
        let menu = page.split(&format!("<select id=\"{name}\"")).nth(1).and_then(|rest| rest.split("</select>").next());
        let chosen = menu.unwrap_or_default().split("<option").find(|option| option.contains(" selected"));
        chosen.and_then(|option| option.split('"').nth(1)).unwrap_or_default()
    };
    let action = path.split('?').next().unwrap();
    let mut form = Form::new(school.address(), action).set("slot", slot);
    for name in ["resource", "slot_to"] {
        form = form.set(name, picked(name));
    }
    for name in ["date", "start", "end", "purpose", "quantity", "day", "token"] {
        form = form.set(name, value(name));
    }
    form
}

fn commits_one(school: &School, act: impl FnOnce() -> Answer) -> Answer {
    let before = school.tree().commits();
    let answer = act();
    assert_eq!(school.tree().commits(), before + 1, "{}", answer.text());
    answer
}

/// What the last commit did to which files.
fn done_by_the_last(school: &School) -> Vec<String> {
    let said = school.tree().git(&["show", "--name-status", "--no-renames", "--format=", "HEAD"]);
    said.lines().map(|line| line.replace('\t', " ")).collect()
}

#[test]
fn a_letter_leads_to_where_the_booking_is_to_be_seen_and_when_it_is_gone_to_its_week() {
    let school = school();
    series(&school).post().accepted();
    letter(&school);
    school.guichet(&["cancel", STEM, "--date", "2026-11-24"]).done();
    let shown = link(&letter(&school), "Voir la réservation");
    assert_eq!(shown, format!("/reservations/2026-W49/#{STEM}"));
    assert!(school.page("/reservations/2026-W49/").contains(&format!("id=\"{STEM}\"")));
    school.guichet(&["cancel", STEM]).done();
    assert_eq!(link(&letter(&school), "Voir le planning de la semaine"), "/reservations/2026-W49/");
}

#[test]
fn who_booked_moves_it_from_the_letter_and_every_link_and_calendar_follows() {
    let school = school();
    booking(&school).post().accepted();
    let made = letter(&school);
    let text = school.tree().read(&path_of_booking(STEM));
    let path = link(&made, CHANGE);
    let page = school.unchanged(|| school.get(&path));
    assert!(page.status == 200 && page.header("cache-control") == Some("no-store"), "{page:?}");
    assert!(page.shown().contains("mardi 24 novembre 2026") && page.text().contains("value=\"5eB, tableur\""));

    let moved = commits_one(&school, || change(&school, &path).set("date", "2026-11-26").set("slot", "M4").post());
    let there = "2026-11-26-salle-info-1-1125";
    assert_eq!((moved.status, moved.header("location")), (303, Some(&*format!("/reservations/2026-W48/#{there}"))));
    assert_eq!(
        done_by_the_last(&school),
        [format!("D {}", path_of_booking(STEM)), format!("A {}", path_of_booking(there))]
    );
    let expected =
        text.replace("2026-11-24", "2026-11-26").replace("\"11:25\"", "\"12:20\"").replace("\"10:30\"", "\"11:25\"");
    assert_eq!(school.tree().read(&path_of_booking(there)), expected, "made then, by her, now elsewhere");
    let author = school.tree().git(&["log", "-1", "--format=%an%n%B"]);
    assert!(
        author.starts_with("Service informatique\nRéservation modifiée") && author.contains("Guichet-Actor: p-"),
        "{author}"
    );

    let told = letter(&school);
    assert_eq!(told.subject, "[Réservation] Modifiée : Salle informatique 1, jeudi 26 novembre, M4");
    let said = plain(&told.text);
    for what in
        ["Vous avez modifié", "mardi 24 novembre 2026, 10 h 30 – 11 h 25 → jeudi 26 novembre 2026, 11 h 25 – 12 h 20"]
    {
        assert!(said.contains(what), "« {what} » in {said}");
    }
    assert_eq!(told.references, std::slice::from_ref(&made.id), "one thread");
    let line =
        |letter: &Letter, name: &str| attached(letter).lines().find(|line| line.starts_with(name)).map(str::to_owned);
    assert_eq!(line(&told, "UID:"), line(&made, "UID:"), "calendars move it");
    assert_eq!(
        (line(&made, "SEQUENCE:"), line(&told, "SEQUENCE:")),
        (Some("SEQUENCE:0".into()), Some("SEQUENCE:1".into()))
    );
    // The old links are over, the new ones go on.
    for old in [link(&made, CHANGE), link(&made, CANCEL)] {
        assert!(school.unchanged(|| Form::new(school.address(), &old).post()).shown().contains("Déjà fait"));
    }
    let back = commits_one(&school, || {
        change(&school, &link(&told, CHANGE)).set("date", "2026-11-24").set("slot", "M3").post()
    });
    assert_eq!(back.status, 303, "{}", back.shown());
    assert_eq!(school.tree().read(&path_of_booking(STEM)), text);
    let cancel = link(&letter(&school), CANCEL);
    assert_eq!(Form::new(school.address(), &cancel).post().status, 200);
    assert!(letter(&school).subject.starts_with("[Réservation] Annulée"));
}

#[test]
fn another_purpose_or_end_keeps_the_file_and_the_link() {
    let school = school();
    booking(&school).post().accepted();
    let path = link(&letter(&school), CHANGE);
    let form = change(&school, &path).set("purpose", "5eB, exposés");
    assert_eq!(commits_one(&school, || form.post()).status, 303);
    assert_eq!(done_by_the_last(&school), [format!("M {}", path_of_booking(STEM))]);
    assert!(plain(&letter(&school).text).contains("Pour : 5eB, tableur → 5eB, exposés"));
    assert_eq!(school.unchanged(|| form.post()).status, 303, "sent twice");
    let longer = change(&school, &path).set("slot", "").set("start", "10:30").set("end", "12:20").json();
    assert_eq!(commits_one(&school, || longer.post()).accepted(), STEM);
    assert!(school.tree().read(&path_of_booking(STEM)).contains("end: \"12:20\"\npurpose: \"5eB, exposés\"\n"));
    letter(&school);
    let same = school.unchanged(|| change(&school, &path).post());
    assert!(same.status == 422 && same.shown().contains("Rien ne change"), "{}", same.shown());

    // Two slots it is since then, and both go to another day.
    let moved = commits_one(&school, || change(&school, &path).set("date", "2026-11-26").post());
    assert_eq!(moved.status, 303, "{}", moved.shown());
    let there = school.tree().read(&path_of_booking("2026-11-26-salle-info-1-1030"));
    assert!(there.contains("start: \"10:30\"\nend: \"12:20\"\n"), "{there}");
    let told = letter(&school);
    assert_eq!(told.subject, "[Réservation] Modifiée : Salle informatique 1, jeudi 26 novembre, M3 à M4");
    school.guichet(&["move", "2026-11-26-salle-info-1-1030", "--slot", "M4"]).done();
    assert!(school.tree().read(&path_of_booking("2026-11-26-salle-info-1-1125")).contains("end: \"12:20\"\n"));
    school.guichet(&["move", "2026-11-26-salle-info-1-1125", "--slot", "M3", "--to", "M4"]).done();
    assert_eq!(school.tree().read(&path_of_booking("2026-11-26-salle-info-1-1030")), there);
    school.leave_letters();
}

#[test]
fn what_can_not_be_leaves_the_booking_as_it_was() {
    let school = school();
    booking(&school).post().accepted();
    let path = link(&letter(&school), CHANGE);
    let luc =
        |form: Form| form.set("name", "Luc Petit").set("email", "luc@college.example").set("purpose", "3eA, oral");
    let his = luc(booking(&school).set("slot", "M4")).post().accepted();
    let his_text = school.tree().read(&path_of_booking(&his));
    school.skip_letters();
    let taken = school.unchanged(|| change(&school, &path).set("slot", "M4").post());
    assert_eq!(taken.status, 409);
    assert!(
        taken.shown().contains("3eA, oral") && taken.text().contains("value=\"5eB, tableur\""),
        "{}",
        taken.shown()
    );
    // What is free instead leads back to this form.
    let offer = taken
        .text()
        .split("<a class=\"button\" href=\"")
        .find(|text| text.contains("salle-info-2"))
        .unwrap()
        .to_owned();
    let offer = offer.split('"').next().unwrap().replace("&amp;", "&").replace("&#x2F;", "/");
    let offer = offer.trim_start_matches("../");
    assert!(
        offer.starts_with("do/") && school.page(&format!("/{offer}")).contains("value=\"5eB, tableur\""),
        "{offer}"
    );
    let taken = school.unchanged(|| change(&school, &path).set("slot", "M4").json().post());
    assert!(taken.status == 409 && !taken.json()["alternatives"].as_array().unwrap().is_empty(), "{taken:?}");
    for (field, form) in [
        ("date", change(&school, &path).set("date", "2026-11-20")),
        ("date", change(&school, &path).set("date", "2026-12-25")),
        ("slot", change(&school, &path).set("slot", "M9")),
        ("resource", change(&school, &path).set("resource", "wifi")),
        ("purpose", change(&school, &path).set("purpose", " ")),
        ("quantity", change(&school, &path).set("quantity", "2")),
    ] {
        let answer = school.unchanged(|| form.json().post());
        assert_eq!((answer.status, answer.faults()), (422, vec![field.to_owned()]), "{answer:?}");
    }
    assert_eq!(school.tree().read(&path_of_booking(&his)), his_text);
    // Her own hour is not in her way: from 10 h 30 to 11 h 25 she may begin earlier.
    let earlier = change(&school, &path).set("slot", "").set("start", "10:00").set("end", "11:25");
    assert_eq!(commits_one(&school, || earlier.post()).status, 303);
    letter(&school);
}

#[test]
fn where_approval_is_needed_it_waits_anew_and_a_share_is_not_used_twice() {
    let school = school();
    booking(&school).set("resource", "salle-info-2").post().accepted();
    let path = link(&letter(&school), CHANGE);
    // One coming booking of this room a person: moved, it is still the same one.
    assert_eq!(commits_one(&school, || change(&school, &path).set("slot", "M4").post()).status, 303);
    let path = link(&letter(&school), CHANGE);
    assert_eq!(commits_one(&school, || change(&school, &path).set("resource", "amphi").post()).status, 303);
    let told = school.letters();
    let of =
        |to: &str| plain(&told.iter().find(|letter| letter.to == to).unwrap_or_else(|| panic!("none to {to}")).text);
    assert_eq!(told.len(), 2);
    for what in ["Réservation : Salle informatique 2 → Amphithéâtre", "État : confirmée → en attente"] {
        assert!(of(SOPHIE).contains(what), "« {what} » in {}", of(SOPHIE));
    }
    assert!(of(TEAM).contains("Accepter la réservation"));
    assert!(school.tree().read(&path_of_booking("2026-11-24-amphi-1125")).contains("status: en-attente"));
}

#[test]
fn nobody_changes_a_booking_that_is_not_theirs_and_a_get_changes_nothing() {
    let school = school();
    booking(&school).post().accepted();
    let path = link(&letter(&school), CHANGE);
    let forged = path.replacen("/do/", "/do/A", 1);
    assert_eq!(school.unchanged(|| Form::new(school.address(), &forged).post()).status, 403);
    for query in ["?date=2026-11-26&slot=M4&resource=salle-info-1&purpose=x", "?day=2026-11-24&part=all", "?day=x"] {
        assert_eq!(school.unchanged(|| school.get(&format!("{path}{query}"))).status, 200, "{query}");
    }
    // Given back and booked by Luc: her link is not for his.
    school.guichet(&["cancel", STEM]).done();
    school.settled();
    let luc = booking(&school).set("name", "Luc Petit").set("email", "luc@college.example");
    assert_eq!(luc.post().accepted(), STEM);
    let late = school.unchanged(|| {
        let form = Form::new(school.address(), &path).set("resource", "salle-info-1").set("date", "2026-11-26");
        form.set("slot", "M4").set("purpose", "x").post()
    });
    assert!(late.shown().contains("Déjà fait"), "{}", late.shown());
    school.leave_letters();
}

#[test]
fn work_that_somebody_has_begun_in_the_file_is_not_swept_away() {
    let school = school();
    booking(&school).post().accepted();
    let path = link(&letter(&school), CHANGE);
    let form = change(&school, &path).set("slot", "M4");
    school.tree().edit(&path_of_booking(STEM), |text| text.replace("tableur", "tableur et texteur"));
    let busy = school.unchanged(|| form.post());
    assert!(busy.status == 503 && busy.shown().contains(&path_of_booking(STEM)), "{}", busy.shown());
    school.leave_work();
}

#[test]
fn of_a_series_the_letter_gives_back_one_day_the_rest_or_all() {
    let school = school();
    series(&school).post().accepted();
    let path = link(&letter(&school), CANCEL);
    let page = school.page(&path);
    for what in ["value=\"one\"", "value=\"rest\"", "value=\"all\"", "<option value=\"2026-12-08\">"] {
        assert!(page.contains(what), "« {what} » in {page}");
    }
    let press =
        |part: &str, day: &str| Form::new(school.address(), &path).set("part", part).set("day", day).set("token", "");
    let text = || school.tree().read(&path_of_booking(STEM));
    for (part, day) in
        [("one", "2026-12-09"), ("one", ""), ("rest", "x"), ("some", "2026-12-08"), ("one", "2026-11-17")]
    {
        assert_eq!(school.unchanged(|| press(part, day).post()).status, 422, "{part} {day}");
    }
    let one = commits_one(&school, || press("one", "2026-12-01").post());
    assert!(one.status == 200 && one.shown().contains("Ces dates sont rendues"), "{}", one.shown());
    assert!(text().contains("exdate: [2026-12-01]"));
    let told = letter(&school);
    assert!(
        plain(&told.text).contains("Dates retirées : 1er déc.") && told.subject.contains("Modifiée"),
        "{}",
        told.text
    );
    assert!(school.unchanged(|| press("one", "2026-12-01").post()).shown().contains("Déjà fait"));
    commits_one(&school, || press("rest", "2026-12-08").post());
    assert!(text().contains("rrule: FREQ=WEEKLY;UNTIL=20261207"), "{}", text());
    letter(&school);
    let all = commits_one(&school, || press("all", "2026-11-24").post());
    assert!(all.shown().contains("La réservation est annulée"), "{}", all.shown());
    assert!(!school.tree().has(&path_of_booking(STEM)));
    assert!(letter(&school).subject.starts_with("[Réservation] Annulée"));
}

#[test]
fn one_day_of_a_series_goes_elsewhere_in_one_commit_and_one_letter() {
    let school = school();
    series(&school).post().accepted();
    let made = letter(&school);
    let path = link(&made, CHANGE);
    let which = school.page(&path);
    assert!(which.contains("?day=2026-12-01\"") && !which.contains("<form method=\"post\" action=\"../do"), "{which}");
    let of_a_day = format!("{path}?day=2026-12-01");
    let form = change(&school, &of_a_day).set("part", "one").set("date", "2026-12-03").set("slot", "M4");
    assert_eq!(commits_one(&school, || form.post()).status, 303);
    let there = "2026-12-03-salle-info-1-1125";
    assert_eq!(
        done_by_the_last(&school),
        [format!("M {}", path_of_booking(STEM)), format!("A {}", path_of_booking(there))]
    );
    let (rest, one) = (school.tree().read(&path_of_booking(STEM)), school.tree().read(&path_of_booking(there)));
    assert!(
        rest.contains("exdate: [2026-12-01]") && !one.contains("rrule") && one.contains("date: 2026-12-03"),
        "{rest}{one}"
    );
    let told = letter(&school);
    assert_eq!(told.subject, "[Réservation] Modifiée : Salle informatique 1, jeudi 3 décembre, M4");
    let said = plain(&told.text);
    let moved = "Dates déplacées : 1er déc., 10 h 30 – 11 h 25 → jeudi 3 décembre 2026, 11 h 25 – 12 h 20";
    assert!(said.contains(moved), "{said}");
    assert_eq!(told.references, [made.id]);
    // The event of the series without that day, and that of the day.
    let calendar = attached(&told);
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 2);
    assert!(
        calendar.contains("EXDATE;TZID=Europe/Paris:20261201T103000") && calendar.contains("SEQUENCE:1"),
        "{calendar}"
    );
    // Each of them has a link: the day's is in the new letter, that of the series in the old one.
    assert!(school.shown(&link(&told, CHANGE)).contains("jeudi 3 décembre 2026"));
    let late = change(&school, &of_a_day.replace("12-01", "12-15")).set("part", "one").set("slot", "M4");
    assert_eq!(commits_one(&school, || late.post()).status, 303);
    letter(&school);
    assert_eq!(school.problems(), 0);
}

#[test]
fn a_day_of_a_series_and_the_rest_go_elsewhere() {
    let school = school();
    series(&school).post().accepted();
    let made = letter(&school);
    let of_a_day = format!("{}?day=2026-12-08", link(&made, CHANGE));
    let taken = booking(&school).set("date", "2026-12-15").set("slot", "M4").set("email", "luc@college.example");
    taken.set("purpose", "3eA, oral").post().accepted();
    school.skip_letters();
    let form = || change(&school, &of_a_day).set("part", "rest");
    let refused = school.unchanged(|| form().set("slot", "M4").post());
    assert!(refused.status == 409 && refused.shown().contains("3eA, oral"), "the second day: {}", refused.shown());
    assert_eq!(commits_one(&school, || form().set("date", "2026-12-10").post()).status, 303);
    let rest = school.tree().read(&path_of_booking("2026-12-10-salle-info-1-1030"));
    assert!(rest.contains("rrule: FREQ=WEEKLY;UNTIL=20261217\n"), "{rest}");
    assert!(school.tree().read(&path_of_booking(STEM)).contains("rrule: FREQ=WEEKLY;UNTIL=20261207\n"));
    let said = plain(&letter(&school).text);
    assert!(
        said.contains("Dates déplacées : 8 déc., 15 déc., 10 h 30 – 11 h 25 → chaque semaine du jeudi 10 décembre"),
        "{said}"
    );
    assert!(said.contains("10 déc., 17 déc. (2 dates)"), "{said}");
}

#[test]
fn the_team_moves_by_command_in_its_own_name() {
    let school = school();
    let stem = series(&school).post().accepted();
    school.skip_letters();
    school.tree().git(&["config", "user.name", "Paul Durand"]);
    school.tree().git(&["config", "user.email", "paul.durand@college.example"]);
    let moving = |stem: &str, words: &[&str]| school.guichet(&[&["move", stem], words].concat());
    let one = moving(&stem, &["--only", "2026-12-01", "--resource", "salle-info-2"]).done().out;
    assert_eq!(one.trim(), "2026-12-01-salle-info-2-1030");
    assert_eq!(school.tree().git(&["log", "-1", "--format=%an"]).trim(), "Paul Durand");
    assert!(plain(&letter(&school).text).contains("Paul Durand a modifié la réservation"));
    let all = moving(&stem, &["--slot", "M4", "--purpose", "Club"]).done().out;
    assert_eq!(all.trim(), "2026-11-24-salle-info-1-1125");
    let text = school.tree().read(&path_of_booking(all.trim()));
    assert!(text.contains("exdate: [2026-12-01]") && text.contains("purpose: \"Club\""), "{text}");
    letter(&school);
    for (stem, words, said) in [
        (all.trim(), ["--date", "2026-12-25"], "Noël"),
        (all.trim(), ["--only", "2026-12-02"], "2026-12-08"),
        ("2026-11-24-salle-info-1-0800", ["--slot", "M3"], "n’existe pas"),
    ] {
        let wrong = school.unchanged(|| moving(stem, &words).wrong());
        assert!(wrong.err.contains(said), "{words:?}: {}", wrong.err);
    }
    assert_eq!(school.unchanged(|| moving(all.trim(), &["--start", "10:00"]).code), 2);
}

/// The event beside a letter's text, unfolded.
fn attached(letter: &Letter) -> String {
    let message = mail_parser::MessageParser::default().parse(letter.raw.as_bytes()).unwrap();
    message.attachment(0).unwrap().text_contents().unwrap().replace("\r\n ", "")
}
