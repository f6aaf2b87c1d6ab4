//! Signed links: looking changes nothing, pressing the button acts once and in somebody's name, what was altered or is
//! too old is refused in words; the team's page is for who holds its link.

use crate::kit::{Form, Letter, Request, School, TEAM, eventually, path_of};

const SITE: &str = "http://guichet.college.example";
const SOPHIE: &str = "sophie.martin@college.example";

/// The path of a link in a letter, below its words.
fn link(letters: &[Letter], to: &str, words: &str) -> String {
    let letter = letters.iter().find(|letter| letter.to == to).unwrap_or_else(|| panic!("no letter to {to}"));
    let below = letter.text.split(words).nth(1).unwrap_or_else(|| panic!("no « {words} » in {}", letter.text));
    let url = below.lines().nth(1).expect("an address below the words");
    assert!(letter.html.contains(&format!("href=\"{url}\"")), "{}", letter.html);
    url.strip_prefix(SITE).expect("an address of this site").to_owned()
}

/// A ticket, and the letters of its creation.
fn declared(school: &School) -> (String, Vec<Letter>) {
    let id = school.declare("Imprimante").post().accepted();
    (id, school.letters())
}

fn press(school: &School, path: &str) -> Form {
    Form::new(school.address(), path).set("token", "")
}

fn last_commit(school: &School) -> (String, String) {
    let tree = school.tree();
    let trailers = tree.git(&["log", "-1", "--format=%(trailers)"]);
    let actor = trailers.lines().find_map(|line| line.strip_prefix("Guichet-Actor: ")).unwrap_or_default().to_owned();
    (tree.git(&["log", "-1", "--format=%an <%ae>"]), actor)
}

#[test]
fn looking_changes_nothing_and_the_button_acts_once() {
    let school = School::new();
    let (id, letters) = declared(&school);
    let take = link(&letters, TEAM, "Je prends en charge");
    school.unchanged(|| {
        for _ in 0..20 {
            let page = school.get(&take);
            assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
            assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
            assert!(page.header("x-robots-tag").unwrap().contains("noindex"));
            assert!(page.shown().contains(&id) && page.text().matches("<button").count() == 1, "{}", page.shown());
        }
        assert_eq!(Request::new("HEAD", &take).send(school.address()).status, 200);
        for method in ["OPTIONS", "PUT", "DELETE"] {
            assert_eq!(Request::new(method, &take).send(school.address()).status, 405, "{method}");
        }
    });
    // What somebody has begun to write in the file is not done yet.
    let (path, file) = (path_of(&id), school.tree().read(&path_of(&id)));
    school.tree().edit(&path, |text| text.replace("status: nouveau", "status: pris-en-charge"));
    school.shows(&format!("/tickets/{id}/"), "n cours de modification");
    let busy = school.unchanged(|| press(&school, &take).set("member", "paul.durand").post());
    assert!(busy.status == 503 && !busy.shown().contains("Déjà fait"), "{}", busy.shown());
    school.tree().save(&path, file);
    school.hides(&format!("/tickets/{id}/"), "n cours de modification");
    // A page without a referrer posts with the origin null.
    let answer = press(&school, &take).set("member", "paul.durand").header("Origin", "null").post();
    assert_eq!(answer.status, 200);
    assert!(answer.shown().contains("C’est fait"), "{}", answer.shown());
    let by = ("Paul Durand <paul.durand@college.example>".to_owned(), "paul.durand".to_owned());
    assert_eq!(last_commit(&school), by);
    let text = school.tree().read(&path_of(&id));
    assert!(text.contains("status: pris-en-charge\n") && text.contains("assignee: paul.durand\n"), "{text}");
    let told = school.letters();
    let subjects: Vec<&str> = told.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(subjects, vec![format!("[{id}] Pris en charge : Imprimante"); 2]);
    assert!(told.iter().all(|letter| letter.text.contains("Paul Durand a changé")), "{}", told[0].text);
    for member in ["paul.durand", "amina.benali", ""] {
        let again = school.unchanged(|| press(&school, &take).set("member", member).post());
        assert_eq!(again.status, 200);
        assert!(again.shown().contains("Déjà fait"), "{}", again.shown());
    }
    assert!(school.get(&take).shown().contains("Déjà fait"));
}

#[test]
fn who_asked_says_that_it_works_again_or_does_not() {
    let school = School::new();
    let (id, letters) = declared(&school);
    let (repaired, broken) = (link(&letters, SOPHIE, "C’est réparé"), link(&letters, SOPHIE, "Toujours en panne"));
    let status = || {
        let text = school.tree().read(&path_of(&id));
        text.lines().find_map(|line| line.strip_prefix("status: ")).unwrap().to_owned()
    };
    // A button may post nothing at all.
    let answer = Request::new("POST", &repaired).header("Accept", "application/json").send(school.address());
    assert_eq!((answer.status, answer.json()["id"].as_str()), (201, Some(id.as_str())));
    assert_eq!(status(), "ferme");
    let text = school.tree().read(&path_of(&id));
    let pseudonym = text.lines().find_map(|line| line.strip_prefix("requester: ")).unwrap();
    assert_eq!(last_commit(&school), (format!("Service informatique <{TEAM}>"), pseudonym.to_owned()));
    let told = school.letters();
    assert_eq!(told.len(), 2);
    for (letter, lead) in told.iter().zip(["Vous avez changé le statut", "Sophie Martin a changé le statut"]) {
        assert!(letter.text.contains(lead), "{}", letter.text);
    }
    assert!(!told.iter().any(|letter| letter.text.contains("C’est réparé") || letter.text.contains("Je prends")));

    assert!(press(&school, &broken).post().shown().contains("C’est fait"));
    assert_eq!(status(), "pris-en-charge");
    assert!(school.tree().read(&path_of(&id)).ends_with("\n\nToujours en panne.\n"));
    let told = school.letters();
    assert_eq!(told.len(), 2, "a status and an answer are one letter each");
    assert!(told.iter().all(|letter| letter.text.contains("> Toujours en panne.")), "{}", told[0].text);
    for path in [&broken, &repaired] {
        let again = school.unchanged(|| press(&school, path).post());
        assert!(again.status == 200 && again.shown().contains("Déjà fait"), "{}", again.shown());
    }
    school.restart();
    assert!(school.unchanged(|| press(&school, &broken).post()).shown().contains("Déjà fait"), "after a restart too");
}

#[test]
fn what_was_altered_or_is_too_old_is_refused_in_words() {
    let school = School::new();
    let (_, letters) = declared(&school);
    let take = link(&letters, TEAM, "Je prends en charge");
    let team = link(&letters, TEAM, "La page de l’équipe");
    let signed = take.strip_prefix("/do/").unwrap();
    let other = |c: char| if c == 'A' { 'B' } else { 'A' };
    let altered: Vec<String> = [0, signed.find('.').unwrap() - 1, signed.len() - 2]
        .iter()
        .map(|at| signed.char_indices().map(|(here, c)| if here == *at { other(c) } else { c }).collect())
        .collect();
    for signed in altered.iter().map(String::as_str).chain(["x", "a.b", "%00", &signed[..signed.len() - 1]]) {
        for method in ["GET", "POST"] {
            let path = format!("/do/{signed}");
            let answer = school.unchanged(|| Request::new(method, &path).send(school.address()));
            assert_eq!((answer.status, answer.header("cache-control")), (403, Some("no-store")), "{method} {path}");
            assert!(answer.shown().contains("Ce lien ne marche pas") && answer.shown().contains(TEAM));
        }
    }
    assert_eq!(school.unchanged(|| press(&school, &take).header("Origin", "http://evil.example").post()).status, 403);
    // A link is for one thing: that of an act opens no page of the team, that of the page does nothing.
    assert_eq!(school.get(&format!("/team/?k={signed}")).status, 403);
    let page = team.strip_prefix("/team/?k=").unwrap();
    assert_eq!(school.unchanged(|| press(&school, &format!("/do/{page}")).post()).status, 303);
}

#[test]
fn a_link_is_good_for_a_while() {
    let school = School::new();
    // The school's clock shows 23 November, 8:12.
    let (_, letters) = declared(&school);
    let paths = ["Je prends en charge", "La page de l’équipe"].map(|words| link(&letters, TEAM, words));
    for (now, statuses) in [
        ("2026-11-30T08:10:00+01:00", [200, 200]),
        ("2026-11-30T09:00:00+01:00", [200, 403]),
        ("2026-12-07T08:10:00+01:00", [200, 403]),
        ("2026-12-07T09:00:00+01:00", [403, 403]),
    ] {
        school.stop();
        school.serve_at(now);
        for (path, status) in paths.iter().zip(statuses) {
            let answer = school.unchanged(|| school.get(path));
            assert_eq!(answer.status, status, "{now}");
            let ways_out = ["Ouvrez le dernier courriel", "guichet team-link"];
            assert!(status == 200 || ways_out.iter().any(|way| answer.shown().contains(way)), "{}", answer.shown());
        }
    }
}

#[test]
fn the_teams_page_shows_who_asked_and_acts() {
    let school = School::new();
    let (id, _) = declared(&school);
    let closed = school.get("/team/");
    assert!(closed.status == 403 && !closed.text().contains(SOPHIE));
    let said = school.guichet(&["team-link", "amina benali"]).done().out;
    let path = said.trim().strip_prefix(SITE).unwrap().to_owned();
    let page = school.unchanged(|| school.get(&path));
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    assert!(page.header("x-robots-tag").unwrap().contains("noindex") && page.text().contains("name=\"robots\""));
    let shown = page.shown();
    for what in [&id, "Sophie Martin", SOPHIE, "aujourd’hui", "Amina Benali", "Salle B204"] {
        assert!(shown.contains(what), "« {what} » in {shown}");
    }
    assert!(page.text().contains(&format!("mailto:{SOPHIE}?subject=")));
    assert!(!school.site().join("public/team").exists(), "the page is never on disk");

    let value = |page: &str, name: &str| {
        let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let text = page.text();
    let (token, team) = (value(&text, "token"), value(&text, "team"));
    let actions: Vec<&str> = text.split("action=\"../").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    // Take over, answer, then one button for each other status.
    assert_eq!(actions.len(), 6);
    let form =
        |action: &str| Form::new(school.address(), &format!("/{action}")).set("token", &token).set("team", &team);
    let answer = form(actions[1]).set("text", "Toner commandé.").set("status", "en-cours").post();
    assert_eq!(answer.status, 303);
    assert!(answer.header("location").unwrap().starts_with(&path), "{answer:?}");
    assert_eq!(last_commit(&school).1, "amina.benali");
    let told = school.letters();
    assert_eq!(told.len(), 2, "a status and an answer are one letter each");
    assert!(told.iter().all(|letter| letter.text.contains("> Toner commandé.")));
    assert!(school.shown(&path).contains("Toner commandé."));
    let again = school.unchanged(|| form(actions[1]).set("text", "Toner commandé.").set("status", "en-cours").post());
    assert!(again.status == 200 && again.shown().contains("Déjà fait"));
    let empty = school.unchanged(|| form(actions[1]).set("token", "autre").json().post());
    assert_eq!((empty.status, empty.faults()), (422, vec!["text".to_owned()]));
    let back = school.unchanged(|| form(actions[1]).set("token", "autre").set("status", "nouveau").json().post());
    assert_eq!((back.status, back.faults()), (422, vec!["status".to_owned()]));

    assert_eq!(form(actions[5]).post().status, 303);
    assert!(school.shown(&path).contains("Aucune demande ouverte"));
    assert_eq!(school.letters().len(), 2);
    assert_eq!(school.guichet(&["team-link", "personne"]).wrong().out, "");
}

#[test]
fn a_key_can_be_replaced_and_a_person_forgotten() {
    let school = School::new();
    let (_, letters) = declared(&school);
    let (take, broken) = (link(&letters, TEAM, "Je prends en charge"), link(&letters, SOPHIE, "Toujours en panne"));
    let key = std::fs::read_to_string(school.state("key")).unwrap();
    std::fs::write(school.state("key"), format!("{}\n{key}", "A".repeat(43))).unwrap();
    school.guichet(&["ticket", "answer", "2026-0001", "-m", "Bonjour."]).done();
    let newer = link(&school.letters(), TEAM, "Je prends en charge");
    assert_eq!(school.get(&take).status, 200, "the old key still opens");
    assert_eq!(school.get(&newer).status, 200);
    std::fs::write(school.state("key"), format!("{}\n", "A".repeat(43))).unwrap();
    eventually("the old key is gone", || (school.get(&take).status == 403).then_some(()));
    assert_eq!(school.get(&newer).status, 200);
    std::fs::write(school.state("key"), &key).unwrap();
    eventually("the old key is back", || (school.get(&broken).status == 200).then_some(()));
    school.guichet(&["people", "forget", SOPHIE]).done();
    let gone = school.unchanged(|| press(&school, &broken).post());
    assert!(gone.status == 403 && gone.shown().contains("plus connue"), "{}", gone.shown());
    school.leave_letters();
}
