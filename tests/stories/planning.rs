//! Pages and feeds that say what is taken and what is free: right by the clock alone, and the same for everyone who asks.

use crate::kit::{Answer, Form, School};

/// A school with two rooms to book, a trolley out of order and periods that are not those of every day.
fn school() -> School {
    let calendar = r#"[calendar]
zone = "C"
week_a = 2026-08-31
slots = [
  { id = "M3", start = "10:30", end = "11:25" },
  { id = "M4", start = "11:25", end = "12:20" },
  { id = "S1", start = "13:30", end = "14:25", days = ["mon", "tue", "thu", "fri"] },
]

[[resources]]
id = "salle-info-2"
name = "Salle informatique 2"
group = "Salles"
[[resources]]
id = "chariot"
name = "Chariot de tablettes"
group = "Matériel mobile"
[[resources]]
id = "wifi""#;
    School::prepare().replace("[[resources]]\nid = \"wifi\"", calendar).serve()
}

fn booking(school: &School, date: &str) -> Form {
    Form::new(school.address(), "/reservations")
        .set("resource", "salle-info-1")
        .set("date", date)
        .set("slot", "M3")
        .set("purpose", "5eB, tableur")
        .set("name", "Sophie Martin")
        .set("email", "sophie.martin@college.example")
        .json()
}

/// The way to book a room at a slot, as a page has it.
fn way(resource: &str, date: &str, slot: &str) -> String {
    format!("reservations/new/index.html?resource={resource}&amp;date={date}&amp;slot={slot}\"")
}

#[test]
fn the_door_and_what_is_free_follow_the_clock_without_a_commit() {
    let school = school();
    booking(&school, "2026-11-24").post().accepted();
    school.leave_letters();
    school.stop();
    school.serve_at("2026-11-24T10:29:56+01:00");
    let (door, free) = ("/resources/salle-info-1/door/", "/reservations/free/");
    let head = school.tree().head();
    let shown = school.shown(door);
    assert!(shown.contains("Libre jusqu’à 10 h 30") && shown.contains("5eB, tableur"), "{shown}");
    let page = school.page(door);
    assert!(page.contains("http-equiv=\"refresh\"") && page.contains("noindex") && !page.contains("<script"), "{page}");
    assert!(school.page(free).contains(&way("salle-info-2", "2026-11-24", "M3")));
    school.shows(door, "Occupé jusqu’à 11 h 25");
    let page = school.page(free);
    // Of the slot that runs there is no row but that of this moment.
    let (_, now) = page.split_once("En ce moment").expect("what is free now");
    let m3 = way("salle-info-2", "2026-11-24", "M3");
    assert!(now.contains(&m3) && page.matches(&m3).count() == 1, "{page}");
    assert!(page.contains(&way("salle-info-1", "2026-11-24", "M4")), "{page}");
    assert_eq!(school.tree().head(), head);
    for (now, said) in
        [("2026-11-24T11:25:00+01:00", "Libre"), ("2026-11-25T08:00:00+01:00", "Rien d’autre aujourd’hui")]
    {
        school.stop();
        school.serve_at(now);
        assert!(school.shown(door).contains(said), "{now}");
    }
    assert!(!school.page(free).contains("slot=S1&"), "no afternoon on Wednesday");
}

#[test]
fn each_week_to_come_of_the_school_year_has_its_page_and_leads_to_the_next() {
    let school = school();
    let link = |page: &str, rel: &str| {
        let link = page.split("<a ").find(|link| link.contains(&format!("rel=\"{rel}\"")))?;
        let (_, below) = link.split_once("href=\"../../reservations/")?;
        below.split_once("/index.html").map(|(week, _)| week.to_owned())
    };
    let page = |week: &str| school.page(&format!("/reservations/{week}/"));
    let mut weeks = vec!["2026-W47".to_owned()];
    while let Some(next) = link(&page(&weeks[weeks.len() - 1]), "next") {
        assert_eq!(link(&page(&next), "prev").as_ref(), weeks.last());
        weeks.push(next);
    }
    let year = (47..=53).map(|week| format!("2026-W{week}")).chain((1..=35).map(|week| format!("2027-W{week:02}")));
    assert_eq!(weeks, year.collect::<Vec<_>>());
    assert!(page("2027-W20").contains(&way("salle-info-1", "2027-05-18", "M3")));
    assert!(
        !page("2027-W20").contains("/salles/index.html") && page("2026-W50").contains("2026-W50/salles/index.html")
    );
    // Nothing lies as far as this, until somebody books there; and when they do not come, links to it still lead there.
    let far = "/reservations/2027-W46/";
    assert_eq!(school.get(far).status, 404);
    let stem = booking(&school, "2027-11-16").post().accepted();
    assert!(page("2027-W46").contains(&format!("id=\"{stem}\"")) && page("2027-W40").contains("M3"));
    school.guichet(&["cancel", &stem]).done();
    school.hides(far, "5eB, tableur");
    school.leave_letters();
}

#[test]
fn what_is_out_of_service_is_not_free() {
    let school = school();
    assert!(school.page("/reservations/free/").contains(&way("chariot", "2026-11-24", "M3")));
    let ticket = "---\ntitle: Chariot en panne\nstatus: nouveau\nresource: chariot\nout_of_service: true\n---\n";
    school.tree().save("tickets/2026/00xx/2026-0001.md", ticket);
    school.tree().commit("Le chariot [sans mail]");
    school.settled();
    assert!(!school.page("/reservations/free/").contains("resource=chariot"));
    // It may work again by then: the planning says so, and books it.
    let week = school.page("/reservations/2026-W48/");
    assert!(week.contains("Chariot de tablettes</a><span class=\"flag\">hors service</span>"), "{week}");
    assert!(week.contains(&way("chariot", "2026-11-26", "M3")), "{week}");
    assert!(school.shown("/resources/chariot/door/").contains("Hors service"));
}

#[test]
fn who_finds_a_room_free_now_books_what_is_left_of_the_hour() {
    let school = school();
    school.stop();
    school.serve_at("2026-11-24T12:14:00+01:00");
    let page = school.page("/reservations/free/");
    let now = page.split("En ce moment").nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(now.contains(&way("salle-info-1", "2026-11-24", "M4")), "{now}");
    let week = school.page("/reservations/2026-W48/");
    assert!(week.contains(&way("salle-info-1", "2026-11-24", "M4")), "{week}");
    assert!(!week.contains(&way("salle-info-1", "2026-11-24", "M3")), "what is over leads nowhere: {week}");
    let at = |resource: &str, slot: &str| booking(&school, "2026-11-24").set("resource", resource).set("slot", slot);
    at("salle-info-1", "M4").post().accepted();
    let taken = school.unchanged(|| at("salle-info-1", "M4").post());
    assert!(taken.status == 409 && taken.json()["alternatives"][0]["resource"] == "salle-info-2", "{taken:?}");
    assert_eq!(school.unchanged(|| at("salle-info-2", "M3").post()).faults(), ["slot"]);
    school.leave_letters();
}

#[test]
fn no_way_leads_to_what_nobody_may_book() {
    let school = school();
    school.tree().edit("site.toml", |text| {
        text.replacen("name = \"Chariot de tablettes\"\n", "name = \"Chariot de tablettes\"\nbooked_by = \"team\"\n", 1)
            .replacen(
                "name = \"Salle informatique 2\"\n",
                "name = \"Salle informatique 2\"\nnotice = 2\nahead = 7\n",
                1,
            )
    });
    school.tree().commit("Des règles");
    school.settled();
    // Monday 23 November is today: two school days ahead at least, seven days at most.
    for (path, first) in [
        ("/reservations/2026-W48/", "2026-11-25"),
        ("/reservations/2026-W49/", "2026-11-30"),
        ("/resources/salle-info-2/", "2026-11-25"),
        ("/reservations/free/", "2026-11-25"),
    ] {
        let page = school.page(path);
        let shows = |day: &str| page.contains(&way("salle-info-2", day, "M3"));
        assert!(shows(first) && !["2026-11-23", "2026-11-24", "2026-12-01"].into_iter().any(shows), "{path}: {page}");
        assert!(!page.contains("resource=chariot"), "{path}: {page}");
    }
    assert!(
        school.shown("/reservations/2026-W48/").contains("Chariot de tablettes"),
        "what is booked there is of interest"
    );
    assert!(!school.page("/reservations/new/").contains("value=\"chariot\""));
    assert!(!school.page("/resources/chariot/").contains("reservations/new/index.html?"));
    assert!(!school.page("/resources/").contains("resource=chariot"));
    assert_eq!(school.get("/resources/chariot/door/").status, 200);
}

/// The names of what a calendar holds: of a booking, without the moment it was made.
fn events(feed: &Answer) -> Vec<String> {
    assert_eq!(feed.status, 200, "{}", feed.text());
    let text = feed.text();
    let unfolded = text.replace("\r\n ", "");
    unfolded
        .lines()
        .filter_map(|line| line.strip_prefix("UID:")?.split_once('@'))
        .map(|(id, _)| id.rsplit_once("-2026112").filter(|_| id.ends_with('Z')).map_or(id, |(stem, _)| stem).to_owned())
        .collect()
}

#[test]
fn a_group_and_the_week_letters_have_calendars_of_their_own() {
    let school = school();
    booking(&school, "2026-11-24").post().accepted();
    booking(&school, "2026-11-24").set("resource", "salle-info-2").post().accepted();
    booking(&school, "2026-11-24").set("resource", "chariot").post().accepted();
    school.leave_letters();
    let rooms = ["2026-11-24-salle-info-1-1030", "2026-11-24-salle-info-2-1030"];
    assert_eq!(events(&school.get("/reservations/salles.ics")), rooms);
    assert_eq!(events(&school.get("/reservations/materiel-mobile.ics")), ["2026-11-24-chariot-1030"]);
    let weeks = school.get("/reservations/weeks.ics");
    assert_eq!(events(&weeks).iter().find(|id| *id >= &"week-2026-12-14".to_owned()).unwrap(), "week-2026-12-14");
    assert!(!weeks.text().contains("20261221"), "no letter in the holidays");
    let week = school.page("/reservations/2026-W48/salles/");
    assert!(
        week.contains(&rooms[1].replace("2026-", "id=\"2026-")) && !week.contains("2026-11-24-chariot-1030"),
        "{week}"
    );
}

#[test]
fn who_booked_follows_their_own_bookings_by_a_link_that_nobody_guesses() {
    let school = school();
    booking(&school, "2026-11-24").post().accepted();
    booking(&school, "2026-11-26").post().accepted();
    booking(&school, "2026-11-27").set("email", "luc@college.example").set("name", "Luc Petit").post().accepted();
    let letters = school.letters();
    let link = |to: &str| {
        let letter = letters.iter().find(|letter| letter.to == to).unwrap();
        let (_, below) = letter.text.split_once("Mes réservations dans mon agenda :\n").unwrap();
        below.lines().next().unwrap().strip_prefix("http://guichet.college.example").unwrap().to_owned()
    };
    let confirmation = &letters.iter().find(|letter| letter.to == "luc@college.example").unwrap().raw;
    assert!(
        confirmation.contains("method=PUBLISH") && confirmation.contains("2026-11-27-salle-info-1-1030-"),
        "{confirmation}"
    );
    let sophie = link("sophie.martin@college.example");
    assert!(sophie.starts_with("/agenda/"), "{sophie}");
    let feed = school.get(&sophie);
    assert_eq!(events(&feed), ["2026-11-24-salle-info-1-1030", "2026-11-26-salle-info-1-1030"]);
    assert_eq!(feed.header("cache-control"), Some("no-store"));
    assert_eq!(events(&school.get(&link("luc@college.example"))), ["2026-11-27-salle-info-1-1030"]);
    assert_eq!(school.get(&sophie.replace("/agenda/", "/agenda/A")).status, 403);
    let on_disk =
        std::fs::read_dir(school.site().join("public")).unwrap().flatten().any(|entry| entry.file_name() == "agenda");
    assert!(!on_disk, "a private calendar lies among the pages");
}
