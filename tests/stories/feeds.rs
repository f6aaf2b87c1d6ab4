//! Calendars to subscribe to, as other programs read them: RFC 5545, checked on the bytes; every occurrence, expanded by
//! a library that knows nothing of Guichet and compared with what the planning shows; the same event under the same
//! identity, whatever becomes of its booking.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mail_parser::MimeHeaders as _;

use crate::kit::{Form, Letter, NOW, School, path_of_booking};

/// The distribution's own, which its packages of `tests/run` are for.
const PYTHON: &str = "/usr/bin/python3";

/// Date, start, end, place, what for.
type Times = Vec<[String; 5]>;

fn python(script: &str, files: &[PathBuf]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/calendars").join(script);
    let run = Command::new(PYTHON).arg(script).args(files).env("PYTHONDONTWRITEBYTECODE", "1").output();
    run.unwrap_or_else(|error| panic!("{PYTHON} does not run ({error}): tests/run installs it"))
}

fn times(script: &str, files: &[PathBuf]) -> Times {
    let output = python(script, files);
    assert!(output.status.success(), "{script} {files:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What RFC 5545 has against a calendar.
fn faults(file: &Path) -> String {
    let output = python("rfc5545.py", &[file.to_owned()]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.success(), said.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn assert_valid(file: &Path) {
    let said = faults(file);
    assert!(said.is_empty(), "{said}\n{}", fs::read_to_string(file).unwrap());
}

/// The static site, built at the school's time.
fn build(school: &School) -> PathBuf {
    let public = school.beside("public");
    school.guichet(&["build", "--output", public.to_str().unwrap()]).done();
    public
}

fn files(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| wanted(name)).collect();
    names.sort();
    names.into_iter().map(|name| folder.join(name)).collect()
}

/// Every time of every booking, as the planning shows it.
fn planned(public: &Path) -> Times {
    let weeks = files(&public.join("reservations"), |name| name.contains("-W"));
    times("planning.py", &weeks.into_iter().map(|week| week.join("index.html")).collect::<Vec<_>>())
}

/// The places of each group, as site.toml has them.
fn groups(school: &School) -> HashMap<String, Vec<String>> {
    let site: toml::Table = fs::read_to_string(school.site().join("site.toml")).unwrap().parse().unwrap();
    let mut groups: HashMap<String, Vec<String>> = HashMap::new();
    for resource in site["resources"].as_array().unwrap() {
        let word = |key: &str| resource.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        groups.entry(word("group")).or_default().push(word("name"));
    }
    groups
}

/// Builds the site; every calendar in it is valid and says what the planning says of its resource or of all resources of
/// its group. How many times were compared.
fn compare(school: &School) -> usize {
    let (public, groups) = (build(school), groups(school));
    let planned = planned(&public);
    let mut places: BTreeSet<&String> = planned.iter().map(|time| &time[3]).collect();
    let mut compared = 0;
    for feed in files(&public.join("reservations"), |name| name.rsplit('.').next() == Some("ics")) {
        assert_valid(&feed);
        if feed.ends_with("weeks.ics") {
            continue;
        }
        let text = fs::read_to_string(&feed).unwrap().replace("\r\n ", "");
        let title = text.lines().find_map(|line| line.strip_prefix("X-WR-CALNAME:")).unwrap().replace("\\,", ",");
        let of = |place: &String| groups.get(&title).map_or(*place == title, |places| places.contains(place));
        let expected: Times = planned.iter().filter(|time| of(&time[3])).cloned().collect();
        assert_eq!(times("occurrences.py", std::slice::from_ref(&feed)), expected, "{title}");
        places.retain(|place| **place != title);
        compared += expected.len();
    }
    assert!(places.is_empty(), "no calendar for {places:?}");
    compared
}

#[test]
fn the_calendars_of_the_sample_say_what_its_planning_shows() {
    let school = School::prepare().at("2026-11-24T10:00:00+01:00").open();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = |path: &Path| fs::read_to_string(path).unwrap();
    school.tree().save("site.toml", text(&root.join("site.toml")));
    for file in files(&root.join("reservations/2026/11"), |_| true) {
        school.tree().save(file.strip_prefix(root).unwrap().to_str().unwrap(), text(&file));
    }
    school.tree().commit("L’exemple [sans mail]");
    let compared = compare(&school);
    assert!(compared > 100, "{compared}");
    assert!(school.beside("public/reservations/weeks.ics").is_file());
}

/// A school of zone C with bookings that repeat in every way there is, in two rooms; its holidays are France's.
fn with_series(zone: &str) -> School {
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
    let school = School::prepare()
        .replace("[[resources]]\nid = \"wifi\"", calendar)
        .replace("base_url", &format!("timezone = \"{zone}\"\nbase_url"))
        .open();
    let booking = |stem: &str, [start, end]: [&str; 2], purpose: &str, more: &str| {
        let (date, rest) = stem.split_at(10);
        let resource = &rest[1..rest.len() - 5];
        school.tree().save(
            &path_of_booking(stem),
            format!(
                "---\nresource: {resource}\ndate: {date}\nstart: \"{start}\"\nend: \"{end}\"\npurpose: {purpose}\n\
                 created: 2026-09-01T08:00:00+02:00\nrequester: paul.durand\n{more}---\n"
            ),
        );
    };
    let (m3, m4, early) = (["10:30", "11:25"], ["11:25", "12:20"], ["00:30", "03:15"]);
    // Over both clock changes, over All Saints' and Christmas.
    booking("2026-09-07-salle-info-1-1030", m3, "Chaque lundi", "rrule: FREQ=WEEKLY;UNTIL=20270702\n");
    booking("2026-09-08-salle-info-1-1030", m3, "Mardis A", "rrule: FREQ=WEEKLY;UNTIL=20270702\nweeks: A\n");
    booking("2026-09-09-salle-info-1-1030", m3, "Mercredis B", "rrule: FREQ=WEEKLY;UNTIL=20270702\nweeks: B\n");
    // Every three weeks, two of them taken out, one of these in the holidays.
    booking(
        "2026-09-10-salle-info-1-1030",
        m3,
        "Un jeudi sur trois",
        "rrule: FREQ=WEEKLY;INTERVAL=3;UNTIL=20270624\nexdate: [2026-10-22, 2026-12-03]\n",
    );
    // Through a year of 53 weeks, and to 29 February 2028, a Tuesday.
    booking(
        "2026-12-15-salle-info-2-1125",
        m4,
        "Tous les quinze jours",
        "rrule: FREQ=WEEKLY;INTERVAL=2;UNTIL=20280229\n",
    );
    booking("2028-02-22-salle-info-1-1125", m4, "Mardis de février", "rrule: FREQ=WEEKLY;UNTIL=20280307\n");
    booking("2028-02-29-salle-info-2-1030", m3, "Le 29 février", "");
    // Its first day is taken out, its second is a public holiday; in the night, on Sundays when clocks change.
    booking(
        "2026-11-04-salle-info-2-1030",
        m3,
        "Pas le premier",
        "rrule: FREQ=WEEKLY;UNTIL=20261118\nexdate: [2026-11-04]\n",
    );
    booking("2026-10-28-salle-info-2-1125", m4, "Jamais, en vacances", "rrule: FREQ=WEEKLY;UNTIL=20261028\n");
    booking("2026-10-25-salle-info-1-0030", early, "La nuit la plus longue", "");
    booking("2027-03-28-salle-info-2-0030", early, "La nuit la plus courte", "");
    let long = "\"Réunion ; ordre du jour : budget, \\\\ voyages, évaluation des élèves de 5e, très très longue ligne 🎒🎒🎒🎒\"";
    booking("2026-11-24-salle-info-2-1030", m3, long, "quantity: 1\n");
    school.tree().commit("Une année de réservations [sans mail]");
    school
}

#[test]
fn series_expand_to_the_days_of_the_planning() {
    let school = with_series("Europe/Paris");
    let compared = compare(&school);
    assert!(compared > 150, "{compared}");
    let feed = fs::read_to_string(school.beside("public/reservations/salles.ics")).unwrap();
    assert_eq!(feed.matches("BEGIN:VEVENT").count(), 11, "one event a booking, none for what never occurs");
}

#[test]
fn overseas_the_calendar_brings_its_own_zone() {
    for zone in ["America/Martinique", "Indian/Reunion", "Pacific/Noumea", "America/Miquelon"] {
        let school = with_series(zone);
        let compared = compare(&school);
        assert!(compared > 150, "{zone}: {compared}");
    }
}

#[test]
fn the_same_commit_gives_the_same_calendars() {
    let school = with_series("Europe/Paris");
    school.tree().edit(&path_of_booking("2026-09-07-salle-info-1-1030"), |text| text.replace("20270702", "20270624"));
    school.tree().commit("Une semaine de moins [sans mail]");
    let feed = || fs::read(build(&school).join("reservations/salles.ics")).unwrap();
    let before = feed();
    fs::remove_dir_all(school.state("cache")).unwrap();
    fs::remove_dir_all(school.beside("public")).unwrap();
    assert_eq!(before, feed(), "history is read anew");
    school.set_clock("2026-11-24T09:00:00+01:00");
    assert_eq!(before, feed(), "time changes nothing");
}

#[test]
fn what_rfc_5545_forbids_is_found() {
    let school = with_series("Europe/Paris");
    let good = fs::read_to_string(build(&school).join("reservations/salles.ics")).unwrap();
    let file = school.beside("broken.ics");
    for (old, new, what) in [
        ("\r\n", "\n", "CRLF"),
        ("END:VCALENDAR\r\n", "END:VCALENDAR", "ended by CRLF"),
        ("\r\n ", "", "octets"),
        ("🎒", "\u{7}", "control character"),
        ("VERSION:2.0", "VERSION:1.0", "VERSION"),
        ("PRODID", "X-PRODID", "PRODID"),
        ("BEGIN:VEVENT\r\nUID", "BEGIN:VEVENT\r\nX-UID", "no UID"),
        ("DTSTAMP", "X-STAMP", "no DTSTAMP"),
        ("SEQUENCE:0", "UID:x", "2 times UID"),
        ("SEQUENCE:0", "SEQUENCE:-1", "SEQUENCE"),
        ("DTEND;TZID=Europe/Paris", "DTEND", "DTEND is"),
        ("T112500\r\n", "T102500\r\n", "ends before"),
        ("TZID:Europe/Paris\r\n", "TZID:Europe/Rome\r\n", "0 VTIMEZONE for Europe/Paris"),
        ("BYMONTH=10;BYDAY=-1SU", "BYMONTH=10;BYDAY=1SU", "is wrong at"),
        ("TZOFFSETTO:+0200", "TZOFFSETTO:+0100", "is wrong at"),
        ("EXDATE;TZID=Europe/Paris", "EXDATE", "EXDATE is"),
        ("EXDATE;TZID=Europe/Paris:2026", "EXDATE;TZID=Europe/Paris:2025", "is no day of"),
        ("T083000Z\r\n", "T083000\r\n", "UNTIL is not in UTC"),
        ("\\;", ";", "not escaped"),
        ("STATUS:CONFIRMED", "STATUS:CONFIRMEE", "STATUS"),
        ("END:VEVENT", "END:EVENT", "ends VEVENT"),
    ] {
        assert!(good.contains(old), "{old}");
        fs::write(&file, good.replace(old, new)).unwrap();
        let said = faults(&file);
        assert!(said.contains(what), "« {what} » for {old:?} → {new:?}: {said}");
    }
    // A character torn in two.
    let at = good.find('🎒').unwrap() + 1;
    let torn = [&good.as_bytes()[..at], b"\r\n ", &good.as_bytes()[at..]].concat();
    fs::write(&file, torn).unwrap();
    assert!(faults(&file).contains("folded inside a character"));
}

/// The event beside a letter's text.
fn attached(letter: &Letter) -> String {
    let message = mail_parser::MessageParser::default().parse(letter.raw.as_bytes()).unwrap();
    let part = message.attachment(0).unwrap_or_else(|| panic!("nothing is attached to {}", letter.subject));
    let text = part.text_contents().unwrap().to_owned();
    let method = part.content_type().unwrap().attribute("method").unwrap();
    assert!(text.contains(&format!("\r\nMETHOD:{method}\r\n")), "{text}");
    text
}

/// The value of a property of the only event that has it.
fn value(calendar: &str, name: &str) -> String {
    let unfolded = calendar.replace("\r\n ", "");
    let event = unfolded.split("BEGIN:VEVENT").nth(1).expect("an event");
    event
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{name}:")))
        .unwrap_or_else(|| panic!("no {name}"))
        .to_owned()
}

fn sequence(calendar: &str) -> u32 {
    value(calendar, "SEQUENCE").parse().unwrap()
}

#[test]
fn an_event_keeps_its_identity_and_its_number_grows_until_it_is_cancelled() {
    let slots =
        "[calendar]\nslots = [{ id = \"M3\", start = \"10:30\", end = \"11:25\" }]\n\n[[resources]]\nid = \"wifi\"";
    let school = School::prepare().replace("[[resources]]\nid = \"wifi\"", slots).serve();
    let form = || {
        let form =
            Form::new(school.address(), "/reservations").set("resource", "salle-info-1").set("date", "2026-11-24");
        form.set("slot", "M3")
            .set("purpose", "5eB, tableur")
            .set("name", "Sophie Martin")
            .set("email", "sophie@college.example")
            .json()
    };
    let feed = || school.page("/reservations/salle-info-1.ics");
    let sent = || {
        let [letter] = &school.letters()[..] else { panic!("one letter") };
        let event = attached(letter);
        let file = school.beside("attached.ics");
        fs::write(&file, &event).unwrap();
        assert_valid(&file);
        event
    };
    let tree = school.tree();
    let stem = form().post().accepted();
    let made = sent();
    let uid = value(&made, "UID");
    assert!(uid.starts_with(&format!("{stem}-20261123T")) && uid.ends_with("Z@guichet.college.example"), "{uid}");
    assert!(value(&feed(), "UID") == uid && sequence(&made) == 0 && sequence(&feed()) == 0);
    let requester =
        tree.read(&path_of_booking(&stem)).lines().find_map(|line| line.strip_prefix("requester: ").map(str::to_owned));
    assert!(!feed().contains(&requester.unwrap()) && !feed().contains("ATTENDEE"), "who booked is nobody's business");

    tree.edit(&path_of_booking(&stem), |text| text.replace("end: \"11:25\"", "end: \"12:20\""));
    tree.commit("Une heure de plus");
    let longer = sent();
    assert_eq!((value(&longer, "UID"), sequence(&longer), sequence(&feed())), (uid.clone(), 1, 1));

    let later = "2026-11-26-salle-info-1-1030";
    let text = tree.read(&path_of_booking(&stem)).replace("2026-11-24", "2026-11-26");
    tree.git(&["rm", "--quiet", &path_of_booking(&stem)]);
    tree.save(&path_of_booking(later), text);
    tree.commit("Jeudi");
    let moved = sent();
    assert_eq!((value(&moved, "UID"), sequence(&moved)), (uid.clone(), 2), "moved, not made");
    assert!(moved.contains("DTSTART;TZID=Europe/Paris:20261126T103000") && moved.contains("METHOD:PUBLISH"));
    assert_eq!((value(&feed(), "UID"), sequence(&feed())), (uid.clone(), 2));

    // A restart reads the same from history, whatever became of the cache.
    school.stop();
    fs::remove_dir_all(school.state("cache")).unwrap();
    school.serve_at(NOW);
    assert_eq!((value(&feed(), "UID"), sequence(&feed())), (uid.clone(), 2));

    school.guichet(&["cancel", later, "-m", "Reportée"]).done();
    let gone = sent();
    assert_eq!(
        (value(&gone, "UID"), sequence(&gone), value(&gone, "STATUS")),
        (uid.clone(), 3, "CANCELLED".to_owned())
    );
    assert!(gone.contains("METHOD:CANCEL") && !feed().contains("BEGIN:VEVENT"));

    // The same hour again is another event.
    assert_eq!(form().set("date", "2026-11-26").post().accepted(), later);
    assert_ne!(value(&sent(), "UID"), uid);
}

#[test]
fn ones_own_bookings_are_a_valid_calendar_of_the_days_of_the_planning() {
    let school = with_series("Europe/Paris");
    // One of them is on the Sunday on which the clock changes.
    school.expect_problems();
    school.serve();
    let booked = Form::new(school.address(), "/reservations").set("resource", "salle-info-2").set("date", "2026-11-27");
    let booked =
        booked.set("slot", "M3").set("repeat", "weekly").set("until", "2027-04-02").set("purpose", "Club échecs");
    booked.set("name", "Sophie Martin").set("email", "sophie@college.example").json().post().accepted();
    let letters = school.letters();
    let (_, below) = letters[0].text.split_once("Mes réservations dans mon agenda :\n").unwrap();
    let path = below.lines().next().unwrap().strip_prefix("http://guichet.college.example").unwrap();
    let file = school.beside("agenda.ics");
    fs::write(&file, school.page(path)).unwrap();
    assert_valid(&file);
    let planned: Times =
        planned(&school.site().join("public")).into_iter().filter(|time| time[4] == "Club échecs").collect();
    assert_eq!(times("occurrences.py", &[file]), planned);
    assert!(planned.len() > 12, "{planned:?}");
}
