//! Bookings: made by form or command, refused with what is free instead, approved, changed, cancelled by file, command or
//! link; each told to whom it concerns.

use crate::kit::{Answer, Form, School, TEAM, path_of, path_of_booking};

const SITE: &str = "http://guichet.college.example";
const SOPHIE: &str = "sophie.martin@college.example";

/// A school with the periods of one, a room of its own for approval and a stock of microphones.
fn school() -> School {
    school_with("approval = true", "approval = true")
}

/// The same with other words in site.toml.
fn school_with(old: &str, new: &str) -> School {
    let calendar = r#"[calendar]
zone = "C"
slots = [
  { id = "M3", start = "10:30", end = "11:25" },
  { id = "M4", start = "11:25", end = "12:20" },
  { id = "S1", start = "13:30", end = "14:25", days = ["mon", "tue", "thu", "fri"] },
]
closed = [{ from = 2026-12-07, to = 2026-12-07, label = "Journée pédagogique" }]

[[resources]]
id = "amphi"
name = "Amphithéâtre"
group = "Salles"
approval = true
[[resources]]
id = "micros"
name = "Micros"
group = "Matériel mobile"
quantity = 2
[[resources]]
id = "wifi""#;
    School::prepare().replace("[[resources]]\nid = \"wifi\"", calendar).replace(old, new).serve()
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

/// The path behind the words of a link in the last letter to somebody.
fn link(school: &School, to: &str, words: &str) -> String {
    let letters = school.letters();
    let letter = letters.iter().rfind(|letter| letter.to == to).unwrap_or_else(|| panic!("no letter to {to}"));
    let below = letter.text.split(words).nth(1).unwrap_or_else(|| panic!("no « {words} » in {}", letter.text));
    below.lines().nth(1).and_then(|url| url.strip_prefix(SITE)).expect("an address of this site").to_owned()
}

fn press(school: &School, path: &str) -> Form {
    Form::new(school.address(), path).set("token", "")
}

#[test]
fn a_booking_that_somebody_has_staged_is_not_overwritten() {
    let school = school();
    let tree = school.tree();
    let path = path_of_booking("2026-11-24-salle-info-1-1030");
    tree.save(
        &path,
        "---\nresource: salle-info-1\ndate: 2026-11-24\nstart: \"10:30\"\nend: \"11:25\"\npurpose: Paul\n---\n",
    );
    tree.git(&["add", &path]);
    std::fs::remove_file(tree.dir().join(&path)).unwrap();
    let index = tree.git(&["diff", "--cached"]);
    let refused = booking(&school).post();
    refused.refused(503);
    assert!(refused.text().contains(&path), "{}", refused.text());
    assert_eq!(tree.git(&["diff", "--cached"]), index);
    tree.git(&["reset", "--quiet"]);
    booking(&school).post().accepted();
    school.leave_letters();
}

/// What is free instead, as the answer says it.
fn offers(answer: &Answer) -> usize {
    answer.json()["alternatives"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_booking_is_a_file_a_commit_a_place_in_the_planning_and_a_letter() {
    let school = school();
    let answer = booking(&school).set("token", "0123456789abcdef").post();
    let stem = answer.accepted();
    assert_eq!(stem, "2026-11-24-salle-info-1-1030");
    assert_eq!(answer.header("location"), Some("/reservations/2026-W48/#2026-11-24-salle-info-1-1030"));
    let tree = school.tree();
    let text = tree.read(&path_of_booking(&stem));
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    let (pseudonym, created) = (value("requester: "), value("created: "));
    assert_eq!(
        text,
        format!(
            "---\nresource: salle-info-1\ndate: 2026-11-24\nstart: \"10:30\"\nend: \"11:25\"\npurpose: \"5eB, tableur\"\n\
             status: confirmee\ncreated: {created}\nrequester: {pseudonym}\n---\n"
        )
    );
    assert!(created.starts_with("2026-11-23T08:1") && created.ends_with("+01:00"), "{created}");
    assert_eq!(tree.paths("HEAD"), [path_of_booking(&stem)]);
    assert!(!tree.git(&["log", "--patch", "--all"]).contains("Sophie"));
    assert!(school.page("/reservations/2026-W48/").contains(&format!("id=\"{stem}\"")));
    let letters = school.letters();
    let told: Vec<(&str, &str)> = letters.iter().map(|letter| (letter.to.as_str(), letter.subject.as_str())).collect();
    assert_eq!(told, [(SOPHIE, "[Réservation] Confirmée : Salle informatique 1, mardi 24 novembre, M3")]);
    let again = school.unchanged(|| booking(&school).set("token", "0123456789abcdef").post());
    assert_eq!(again.accepted(), stem, "the same form again is the same booking");
    assert_eq!(school.letters().len(), 0);
}

#[test]
fn fifty_want_the_same_hour_and_one_gets_it() {
    let school = school();
    let before = school.tree().commits();
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let post = |number: usize| {
            let form = booking(&school).set("email", format!("prof{number}@college.example"));
            scope.spawn(move || form.post())
        };
        let posts: Vec<_> = (0..50).map(post).collect();
        posts.into_iter().map(|post| post.join().unwrap()).collect()
    });
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(201), count(409)), (1, 49));
    assert_eq!(school.tree().commits(), before + 1);
    assert!(answers.iter().filter(|answer| answer.status == 409).all(|answer| offers(answer) > 0));
    assert_eq!(school.letters().len(), 1);
}

#[test]
fn what_can_not_be_is_refused_with_its_field_and_nothing_is_written() {
    let school = school();
    let form = || booking(&school);
    for (field, form) in [
        ("resource", form().set("resource", "salle-b204")),
        ("resource", form().set("resource", "valise-netbooks")),
        ("resource", form().set("resource", "salle-z999")),
        ("date", form().set("date", "2026-11-20")),
        ("date", form().set("date", "2026-12-07")),
        ("date", form().set("date", "2026-12-25")),
        ("date", form().set("date", "2026-11-28")),
        ("date", form().set("date", "2027-02-29")),
        ("slot", form().set("date", "2026-11-25").set("slot", "S1")),
        ("slot", form().set("slot", "M9")),
        ("end", form().without("slot").set("start", "11:00").set("end", "10:00")),
        ("end", form().without("slot").set("start", "11:00").set("end", "11:00")),
        ("start", form().without("slot").set("start", "25:00").set("end", "26:00")),
        ("quantity", form().set("quantity", "2")),
        ("quantity", form().set("resource", "micros").set("quantity", "3")),
        ("purpose", form().set("purpose", " ")),
        ("email", form().set("email", "sophie")),
    ] {
        let answer = school.unchanged(|| form.post());
        assert_eq!((answer.status, answer.faults().contains(&field.to_owned())), (422, true), "{field}: {answer:?}");
        // Something else is offered, but where what is asked for is free as it was asked for.
        let offered = !["purpose", "email"].contains(&field);
        assert_eq!(offers(&answer) > 0, offered, "{field}: {answer:?}");
    }
    assert_eq!(school.letters().len(), 0);
}

#[test]
fn nobody_is_offered_more_than_their_share() {
    let rules = "approval = true\nper_person = 1\n[[resources]]\nid = \"studio\"\nname = \"Studio\"\ngroup = \"Salles\"\nbooked_by = \"team\"";
    let school = school_with("approval = true", rules);
    booking(&school).set("email", "luc@college.example").post().accepted();
    let offered = || {
        let refused = school.unchanged(|| booking(&school).post());
        let rooms = refused.json()["alternatives"].as_array().unwrap().clone();
        rooms.iter().map(|offer| offer["resource"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(offered()[0], "amphi");
    booking(&school).set("resource", "amphi").set("slot", "M4").post().accepted();
    assert!(!offered().is_empty() && offered().iter().all(|room| room == "salle-info-1"), "{:?}", offered());
    school.leave_letters();
}

#[test]
fn a_stock_is_shared_until_it_is_used_up() {
    let school = school();
    let micros = || booking(&school).set("resource", "micros");
    assert_eq!(micros().post().accepted(), "2026-11-24-micros-1030");
    let second = micros().set("slot", "").set("start", "10:30").set("end", "12:20").post();
    assert_eq!(second.accepted(), "2026-11-24-micros-1030-2");
    let third = school.unchanged(|| micros().post());
    assert!(third.status == 409 && offers(&third) > 0, "{third:?}");
    assert_eq!(micros().set("slot", "M4").post().accepted(), "2026-11-24-micros-1125", "one is back by then");
    school.leave_letters();
}

#[test]
fn what_waits_holds_the_hour_until_the_team_decides() {
    let school = school();
    let amphi = || booking(&school).set("resource", "amphi");
    let stem = amphi().post().accepted();
    assert!(school.tree().read(&path_of_booking(&stem)).contains("\nstatus: en-attente\n"));
    assert_eq!(school.unchanged(|| amphi().set("email", "luc@college.example").post()).status, 409);
    let approve = link(&school, TEAM, "Accepter la réservation");
    assert!(school.unchanged(|| school.get(&approve)).shown().contains("Sophie Martin"));
    let done = press(&school, &approve).set("member", "paul.durand").post();
    assert!(done.status == 200 && done.shown().contains("La réservation est confirmée"), "{}", done.shown());
    let text = school.tree().read(&path_of_booking(&stem));
    assert!(text.contains("\nstatus: confirmee\n"), "{text}");
    assert_eq!(school.tree().git(&["log", "-1", "--format=%an"]).trim(), "Paul Durand");
    let told = school.letters();
    assert_eq!(told.len(), 1, "the team is told only of what waits");
    assert!(told[0].to == SOPHIE && told[0].subject.starts_with("[Réservation] Confirmée"), "{}", told[0].subject);
    assert!(school.unchanged(|| press(&school, &approve).post()).shown().contains("Déjà fait"));

    let stem = amphi().set("slot", "M4").post().accepted();
    let refuse = link(&school, TEAM, "Refuser la réservation");
    let page = school.get(&refuse);
    assert!(page.text().contains("<textarea"), "it can be said why");
    assert_eq!(press(&school, &refuse).set("text", "Le conseil d’administration y siège.").post().status, 200);
    assert!(!school.tree().has(&path_of_booking(&stem)));
    let told = school.letters();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|letter| letter.subject.starts_with("[Réservation] Refusée")), "{}", told[0].subject);
    assert!(told.iter().all(|letter| letter.text.contains("> Le conseil d’administration y siège.")));
    assert_eq!(amphi().set("slot", "M4").post().accepted(), stem, "the hour is free again");
    assert!(school.unchanged(|| press(&school, &refuse).post()).shown().contains("Déjà fait"), "not the new booking");
    school.leave_letters();
}

#[test]
fn the_teams_page_lists_what_waits() {
    let school = school();
    booking(&school).set("resource", "amphi").post().accepted();
    let said = school.guichet(&["team-link"]).done().out;
    let path = said.trim().strip_prefix(SITE).unwrap().to_owned();
    let shown = school.shown(&path);
    for what in ["Réservations à valider", "Amphithéâtre", "mardi 24 novembre", "Sophie Martin", SOPHIE] {
        assert!(shown.contains(what), "« {what} » in {shown}");
    }
    school.leave_letters();
}

#[test]
fn who_booked_cancels_from_the_letter_and_only_this_booking() {
    let school = school();
    let stem = booking(&school).post().accepted();
    let cancel = link(&school, SOPHIE, "Annuler ma réservation");
    for _ in 0..3 {
        let page = school.unchanged(|| school.get(&cancel));
        assert!(page.status == 200 && page.shown().contains("mardi 24 novembre"), "{}", page.shown());
    }
    let done = press(&school, &cancel).post();
    assert!(done.status == 200 && done.shown().contains("La réservation est annulée"), "{}", done.shown());
    assert!(!school.tree().has(&path_of_booking(&stem)));
    let author = school.tree().git(&["log", "-1", "--format=%an <%ae>%n%b"]);
    assert!(author.starts_with(&format!("Service informatique <{TEAM}>")) && author.contains("Guichet-Actor: p-"));
    let told = school.letters();
    assert_eq!(told.len(), 1);
    assert!(told[0].subject.starts_with("[Réservation] Annulée") && told[0].text.contains("Vous avez annulé"));
    assert!(!told[0].text.contains("Annuler ma réservation"));
    assert!(school.unchanged(|| press(&school, &cancel).post()).shown().contains("Déjà fait"));
    // The hour goes to somebody else: the old link is not theirs to use.
    assert_eq!(booking(&school).set("email", "luc@college.example").set("name", "Luc Petit").post().accepted(), stem);
    assert!(school.unchanged(|| press(&school, &cancel).post()).shown().contains("Déjà fait"));
    assert!(school.shown(&cancel).contains("Déjà fait"));
    // The team takes it back, too: the page of the link says so, and so does its button.
    let theirs = link(&school, "luc@college.example", "Annuler ma réservation");
    school.guichet(&["cancel", &stem]).done();
    school.settled();
    assert!(school.unchanged(|| press(&school, &theirs).post()).shown().contains("Déjà fait"));
    school.leave_letters();
}

#[test]
fn the_link_ends_with_the_booking() {
    let school = school();
    let soon = booking(&school).set("date", "2026-11-23").set("slot", "").set("start", "08:20").set("end", "08:30");
    soon.post().accepted();
    let cancel = link(&school, SOPHIE, "Annuler ma réservation");
    assert_eq!(school.get(&cancel).status, 200);
    school.stop();
    school.serve_at("2026-11-23T08:30:00+01:00");
    let over = school.unchanged(|| press(&school, &cancel).post());
    assert_eq!(over.status, 403);
}

#[test]
fn a_hand_edit_moves_a_booking_and_a_deleted_file_cancels_it() {
    let school = school();
    let stem = booking(&school).post().accepted();
    school.skip_letters();
    let tree = school.tree();
    let later = "2026-11-24-salle-info-1-1125";
    let text = tree.read(&path_of_booking(&stem)).replace("10:30", "11:25").replace("\"11:25\"\np", "\"12:20\"\np");
    let text = text.replacen("end: \"11:25\"", "end: \"12:20\"", 1);
    tree.git(&["rm", "--quiet", &path_of_booking(&stem)]);
    tree.save(&path_of_booking(later), text);
    tree.commit("Une heure plus tard");
    let told = school.letters();
    assert_eq!(told.len(), 1, "a change is one letter");
    assert!(told[0].subject.starts_with("[Réservation] Modifiée"), "{}", told[0].subject);
    assert!(told[0].text.contains("10 h 30") && told[0].text.contains("11 h 25"), "{}", told[0].text);
    assert!(told[0].text.contains("Annuler ma réservation"), "the new hour has a link of its own");

    tree.git(&["rm", "--quiet", &path_of_booking(later)]);
    tree.git(&["commit", "--quiet", "--message", "Salle en travaux"]);
    let told = school.letters();
    assert_eq!(told.len(), 1);
    assert!(told[0].subject.starts_with("[Réservation] Annulée") && told[0].text.contains("> Salle en travaux"));
}

#[test]
fn the_command_line_books_and_cancels_by_the_same_rules() {
    let school = school();
    let reserve = |slot: &str| {
        school.guichet(&[
            "reserve",
            "--resource",
            "salle-info-1",
            "--date",
            "2026-11-24",
            "--slot",
            slot,
            "--purpose",
            "Certification",
        ])
    };
    let stem = reserve("M3").done().out.trim().to_owned();
    assert_eq!(stem, "2026-11-24-salle-info-1-1030");
    assert!(reserve("M3").wrong().err.contains("M4"), "says what is free instead");
    assert!(reserve("S9").wrong().err.contains("S9"));
    let taken = school.unchanged(|| booking(&school).post());
    assert_eq!((taken.status, &taken.json()["title"]), (409, &"Déjà réservé".into()));
    school.guichet(&["cancel", &path_of_booking(&stem), "-m", "Reportée"]).done();
    assert!(!school.tree().has(&path_of_booking(&stem)));
    assert!(school.guichet(&["cancel", &stem]).wrong().err.contains(&stem));
    assert_eq!(booking(&school).post().accepted(), stem);
    let waiting = booking(&school).set("resource", "amphi").post().accepted();
    school.guichet(&["approve", &waiting]).done();
    assert!(school.tree().read(&path_of_booking(&waiting)).contains("\nstatus: confirmee\n"));
    school.skip_letters();
    for done in [&waiting, &stem] {
        school.unchanged(|| school.guichet(&["approve", done]).wrong());
    }
    school.leave_letters();
}

#[test]
fn the_rules_of_a_resource_hold_for_form_and_command() {
    let rules = "approval = true\nnotice = 2\nahead = 14\nper_person = 1\n[[resources]]\nid = \"studio\"\nname = \"Studio\"\nbooked_by = \"team\"";
    let school = school_with("approval = true", rules);
    let amphi = |date: &str| booking(&school).set("resource", "amphi").set("date", date);
    for (form, field, what) in [
        (amphi("2026-11-24"), "date", "2 jours de cours"),
        (amphi("2026-12-11"), "date", "14 jours"),
        (booking(&school).set("resource", "studio"), "resource", "Seule l’équipe"),
    ] {
        let answer = school.unchanged(|| form.post());
        assert_eq!((answer.status, answer.faults()), (422, vec![field.to_owned()]), "{answer:?}");
        assert!(answer.text().contains(what), "{}", answer.text());
    }
    amphi("2026-11-26").post().accepted();
    let second = school.unchanged(|| amphi("2026-11-27").post());
    assert!(second.status == 422 && second.text().contains("une réservation à venir"), "{}", second.text());
    amphi("2026-11-27").set("email", "luc@college.example").post().accepted();
    let by_the_team = ["reserve", "--resource", "studio", "--date", "2026-11-24", "--slot", "M3", "--purpose", "Radio"];
    school.guichet(&by_the_team).done();
    // By hand it is a remark: a référent may have meant it.
    let tree = school.tree();
    let text_of_booking = tree.read(&path_of_booking("2026-11-26-amphi-1030"));
    let text = text_of_booking.replace("2026-11-26", "2026-11-24");
    tree.save(&path_of_booking("2026-11-24-amphi-1030"), text);
    tree.commit("Exception");
    let made = text_of_booking.lines().find(|line| line.starts_with("created: ")).unwrap();
    let text = text_of_booking.replace("2026-11-26", "2026-11-30").replace(made, "created: 2026-11-23T08:40:00+01:00");
    tree.save(&path_of_booking("2026-11-30-amphi-1030"), text);
    tree.commit("Une de plus");
    let said = school.guichet(&["check"]).done().err;
    for what in ["jours de cours", "cette personne a déjà une réservation à venir de"] {
        assert!(said.contains(what), "« {what} » in {said}");
    }
    school.leave_letters();
    school.expect_problems();
}

#[test]
fn a_broken_room_tells_who_has_booked_it_once_and_once_more_when_it_works() {
    let school = school();
    let room = |email: &str, slot: &str| booking(&school).set("email", email).set("slot", slot).post().accepted();
    let stem = room(SOPHIE, "M3");
    room("luc@college.example", "M4");
    let past = booking(&school).set("date", "2026-11-23").set("slot", "").set("start", "08:13").set("end", "08:14");
    past.set("email", "tot@college.example").post().accepted();
    let id = school.declare("Le plafond fuit").set("resource", "salle-info-1").post().accepted();
    school.skip_letters();
    school.stop();
    school.serve_at("2026-11-23T08:31:00+01:00");
    let tree = school.tree();
    let flag = |on: bool| {
        let (old, new) = ("status:", "out_of_service: true\nstatus:");
        let (old, new) = if on { (old, new) } else { (new, old) };
        tree.edit(&path_of(&id), |text| text.replacen(old, new, 1));
        tree.git_with(
            &["commit", "--quiet", "--all", "--message", "x"],
            &[("GIT_COMMITTER_DATE", "2026-11-23T08:30:00+01:00")],
        );
        let told = school.letters();
        let mut readers: Vec<String> = told.iter().map(|letter| letter.to.clone()).collect();
        readers.sort();
        assert_eq!(readers, ["luc@college.example", SOPHIE], "each holder once, nobody whose hour is over");
        told.into_iter().find(|letter| letter.to == SOPHIE).unwrap()
    };
    let out = flag(true);
    assert_eq!(out.subject, "[Réservation] Hors service : Salle informatique 1, mardi 24 novembre, M3");
    assert!(out.text.contains("Le plafond fuit") && out.text.contains("Annuler ma réservation"), "{}", out.text);
    assert!(out.text.contains("Amphithéâtre, mardi 24 novembre, M3"), "what is free instead: {}", out.text);
    school.shows("/reservations/2026-W48/", "hors service");
    assert!(flag(false).subject.starts_with("[Réservation] De nouveau utilisable"));
    school.hides("/reservations/2026-W48/", "hors service");
    flag(true);
    tree.set_status(&id, "ferme");
    tree.git(&["commit", "--quiet", "--all", "--message", "Réparé"]);
    let told = school.letters();
    assert_eq!(told.len(), 4, "the requester and the team of the ticket, two holders of bookings");
    assert!(tree.has(&path_of_booking(&stem)), "a booking stands until its holder gives it back");
}

#[test]
fn of_two_bookings_that_meet_by_push_the_first_on_the_branch_stands_and_both_hear_of_it() {
    let school = school();
    let paul = school.clone_of("paul", "paul.durand@college.example");
    let stem = booking(&school).post().accepted();
    school.skip_letters();
    // Written in the clone before the form's, as its file says, for a longer time, and pushed after it.
    let text = school.tree().read(&path_of_booking(&stem));
    let early = "2026-11-24-salle-info-1-1000";
    let created = text.lines().find(|line| line.starts_with("created: ")).unwrap();
    let requester = text.lines().find(|line| line.starts_with("requester: ")).unwrap();
    let text = text
        .replace("start: \"10:30\"", "start: \"10:00\"")
        .replace(created, "created: 2026-11-20T08:00:00+01:00")
        .replace(requester, "requester: amina.benali")
        .replace("5eB, tableur", "Brevet blanc");
    paul.save(&path_of_booking(early), text);
    paul.commit("Brevet blanc");
    paul.git(&["pull", "--quiet", "--rebase"]);
    paul.push();
    let mut told: Vec<(String, String)> =
        school.letters().into_iter().map(|letter| (letter.to, letter.subject)).collect();
    told.sort();
    let at = |what: &str, time: &str| format!("[Réservation] {what} : Salle informatique 1, mardi 24 novembre, {time}");
    let late = at("En conflit", "10 h 00 – 11 h 25");
    assert_eq!(
        told,
        [
            ("amina.benali@college.example".to_owned(), late.clone()),
            (TEAM.to_owned(), late),
            (SOPHIE.to_owned(), at("Maintenue", "M3")),
        ]
        .into_iter()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
    );
    let page = school.page("/problems/");
    assert!(page.contains(&path_of_booking(early)) && !page.contains(&path_of_booking(&stem)), "the late one is named");
    let feed = school.page("/reservations/salle-info-1.ics");
    let status = |stem: &str| {
        let event = feed.split("BEGIN:VEVENT").find(|event| event.contains(&format!("UID:{stem}")))?;
        event.lines().find_map(|line| line.strip_prefix("STATUS:"))
    };
    assert_eq!((status(&stem), status(early)), (Some("CONFIRMED"), Some("TENTATIVE")));
    school.restart();
    assert!(school.page("/problems/").contains(&path_of_booking(early)));
    assert!(school.letters().is_empty());
    // When the first one goes, the other has the hour, and hears of it.
    school.guichet(&["cancel", &stem]).done();
    school.hides("/problems/", &path_of_booking(early));
    let told: Vec<(String, String)> = school.letters().into_iter().map(|letter| (letter.to, letter.subject)).collect();
    assert_eq!(
        told,
        [
            (SOPHIE.to_owned(), at("Annulée", "M3")),
            ("amina.benali@college.example".to_owned(), at("Confirmée", "10 h 00 – 11 h 25"))
        ]
    );
}

#[test]
fn a_booking_given_to_somebody_else_by_hand_is_told_to_both() {
    let school = school();
    let stem = booking(&school).post().accepted();
    school.skip_letters();
    let tree = school.tree();
    let requester = |text: &str| text.lines().find(|line| line.starts_with("requester: ")).unwrap().to_owned();
    tree.edit(&path_of_booking(&stem), |text| text.replace(&requester(&text), "requester: amina.benali"));
    tree.commit("Amina prend le cours");
    let told: Vec<(String, String)> = school.letters().into_iter().map(|letter| (letter.to, letter.subject)).collect();
    let at = |what: &str| format!("[Réservation] {what} : Salle informatique 1, mardi 24 novembre, M3");
    assert_eq!(
        told,
        [("amina.benali@college.example".to_owned(), at("Confirmée")), (SOPHIE.to_owned(), at("Annulée"))]
    );
}

#[test]
fn a_file_that_asks_for_more_than_there_is_or_for_a_day_off_is_named() {
    let school = school();
    school.expect_problems();
    let stem = booking(&school).set("resource", "micros").post().accepted();
    let path = path_of_booking(&stem);
    school.tree().edit(&path, |text| text.replace("requester:", "quantity: 3\nrequester:"));
    let sunday = "reservations/2026/11/2026-11-29-micros-1030.md";
    let text = school.tree().read(&path).replace("2026-11-24", "2026-11-29").replace("quantity: 3\n", "");
    school.tree().save(sunday, text);
    school.tree().commit("Trois micros");
    let said = school.guichet(&["check"]).wrong().err;
    assert!(said.contains(&path) && said.contains("demande 3, et il n’y en a que 2"), "{said}");
    assert!(said.contains(sunday) && said.contains("pas cours ce jour de la semaine"), "{said}");
    school.leave_letters();
}

#[test]
fn the_first_on_the_branch_stands_also_for_who_only_sees_them_together() {
    let school = school();
    school.expect_problems();
    let stem = booking(&school).post().accepted();
    let text = school.tree().read(&path_of_booking(&stem));
    let created = text.lines().find(|line| line.starts_with("created: ")).unwrap();
    let made = |day: &str, start: &str, moment: &str| {
        let stem = format!("2026-{day}-salle-info-1-{}", start.replace(':', ""));
        let text = text
            .replace("2026-11-24", &format!("2026-{day}"))
            .replace("\"10:30\"", &format!("\"{start}\""))
            .replace(created, &format!("created: 2026-11-{moment}T08:00:00+01:00"));
        school.tree().save(&path_of_booking(&stem), text);
        path_of_booking(&stem)
    };
    school.stop();
    let first = made("12-01", "10:30", "22");
    school.tree().commit("Le cours");
    let second = made("12-01", "10:00", "20");
    school.tree().commit("Le brevet blanc");
    // Not committed yet, and of all made first.
    let third = made("12-01", "10:15", "18");
    let sees = || {
        let told = school.guichet(&["check"]);
        let told = told.out + &told.err;
        [&first, &second, &third].map(|path| told.contains(path.as_str()))
    };
    assert_eq!(sees(), [false, true, true]);
    std::fs::remove_dir_all(school.state("cache")).unwrap();
    assert_eq!(sees(), [false, true, true], "by git alone");
    school.serve();
    let page = school.page("/problems/");
    assert!(!page.contains(&first) && page.contains(&second) && page.contains(&third), "{page}");
    school.leave_work();
    school.leave_letters();
}

#[test]
fn no_two_bookings_of_a_person_are_made_at_the_same_moment() {
    let school = school_with("quantity = 2", "quantity = 2\nper_person = 5");
    let mut made = std::collections::HashSet::new();
    for slot in 0..5 {
        let date = format!("2026-12-{:02}", 8 + slot / 2);
        let micros = booking(&school).set("resource", "micros").set("date", &date);
        let stem = micros.set("slot", ["M3", "M4"][slot % 2]).post().accepted();
        let text = school.tree().read(&path_of_booking(&stem));
        assert!(made.insert(text.lines().find(|line| line.starts_with("created: ")).unwrap().to_owned()));
    }
    let sixth = school.unchanged(|| booking(&school).set("resource", "micros").post());
    assert!(sixth.status == 422 && sixth.text().contains("5 réservations à venir"), "{}", sixth.text());
    school.leave_letters();
}
