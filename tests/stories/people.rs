//! The address book: who is behind a pseudonym, and what forgetting somebody means.

use crate::kit::{Reply, School, Sink, TEAM, eventually, path_of, path_of_booking, willing};

const SOPHIE: &str = "sophie.martin@college.example";

fn requester(school: &School, id: &str) -> String {
    let text = school.tree().read(&path_of(id));
    text.lines().find_map(|line| line.strip_prefix("requester: ")).unwrap().to_owned()
}

#[test]
fn one_person_has_one_line_whatever_the_spelling() {
    let school = School::new();
    let one = school.declared("Un");
    let two =
        school.declare("Deux").set("email", "SOPHIE.Martin@college.example").set("name", "S. M.").post().accepted();
    school.skip_letters();
    assert_eq!(requester(&school, &one), requester(&school, &two));
    let list: serde_json::Value =
        serde_json::from_str(&school.guichet(&["people", "list", "--json"]).done().out).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(
        (list[0]["name"].as_str(), list[0]["email"].as_str()),
        (Some("Sophie Martin"), Some(SOPHIE)),
        "a form never overwrites a name"
    );
    let shown = school.guichet(&["people", "list"]).done().out;
    assert!(shown.contains(&requester(&school, &one)) && shown.contains("Sophie Martin"));
}

#[test]
fn people_are_added_corrected_and_brought_in() {
    let school = School::prepare().open();
    let added = school.guichet(&["people", "add", "--name", "Luc Petit", "--email", "luc@college.example"]).done().out;
    let pseudonym = added.trim();
    assert!(pseudonym.starts_with("p-"), "{added}");
    school.guichet(&["people", "set", "luc@college.example", "--email", "luc.petit@college.example"]).done();
    school.guichet(&["people", "set", pseudonym, "--name", "Luc PETIT"]).done();
    let list = school.guichet(&["people", "list"]).done().out;
    assert!(list.contains("Luc PETIT") && list.contains("luc.petit@college.example"), "{list}");
    let again = school.guichet(&["people", "add", "--name", "L", "--email", "luc.petit@college.example", "--json"]);
    assert_eq!(again.done().json()["id"], pseudonym);
    let set = school.guichet(&["people", "set", pseudonym, "--name", "Luc PETIT", "--json"]).done().json();
    assert_eq!((&set["id"], &set["letters"]), (&pseudonym.into(), &0.into()));
    school.guichet(&["people", "add", "--name", "x", "--email", "pas une adresse"]).wrong();
    school.guichet(&["people", "set", "inconnu@college.example", "--name", "x"]).wrong();
    let csv = school.beside("annuaire.csv");
    std::fs::write(
        &csv,
        "Id;Nom;Prénom;Discipline;Adresse\n7;Roux;Anne;Maths;anne.roux@college.example\n8;\"Blanc\";\"Éric\";EPS;eric.blanc@college.example\n",
    )
    .unwrap();
    school.guichet(&["people", "import", csv.to_str().unwrap()]).done();
    let list = school.guichet(&["people", "list"]).done().out;
    assert!(list.contains("Anne Roux") && list.contains("Éric Blanc") && !list.contains("Maths"), "{list}");
    // As a spreadsheet of Windows writes it; a row without an address is named and left out.
    std::fs::write(&csv, b"H\xe9l\xe8ne Noir,helene.noir@college.example\nPersonne,\n").unwrap();
    let run = school.guichet(&["people", "import", csv.to_str().unwrap()]).wrong();
    assert!(run.err.contains('2'), "{}", run.err);
    assert!(school.guichet(&["people", "list"]).done().out.contains("Hélène Noir"));
    assert_eq!(school.tree().git(&["status", "--porcelain"]), "", "nothing of it is in the tree");
}

#[test]
fn somebody_forgotten_hears_nothing_and_is_a_former_colleague() {
    let school = School::prepare().replace("[access]", "[privacy]\ntickets = \"full\"\n[access]").serve();
    let id = school.declared("Micro");
    let page = format!("/tickets/{id}/");
    assert!(school.shown(&page).contains("Sophie Martin"));
    let pseudonym = requester(&school, &id);
    let shown = school.guichet(&["ticket", "show", &path_of(&id)]).done().out;
    assert!(shown.contains("Sophie Martin"), "{shown}");
    let booking = |date: &str| {
        format!(
            "---\nresource: salle-info-1\ndate: {date}\nstart: \"10:30\"\nend: \"11:25\"\npurpose: 5eB, tableur\n\
             status: confirmee\nrequester: {pseudonym}\n---\n"
        )
    };
    for date in ["2026-11-20", "2026-11-24"] {
        school.tree().save(&path_of_booking(&format!("{date}-salle-info-1-1030")), booking(date));
    }
    school.tree().commit("Deux réservations [sans mail]");
    school.settled();
    let run = school.guichet(&["people", "forget", SOPHIE]).done();
    let (listed, forgotten) = run.out.split_once("est oublié").expect("what became of her");
    for what in [id.as_str(), "2026-11-24-salle-info-1-1030 5eB, tableur"] {
        assert!(listed.contains(what) && !forgotten.contains(what), "« {what} » is listed first: {}", run.out);
    }
    assert!(!listed.contains("2026-11-20"), "what is over is of no more concern: {listed}");
    school.shows(&page, "Ancien collègue");
    school.hides(&page, "Sophie Martin");
    let book = std::fs::read_to_string(school.state("people.toml")).unwrap();
    assert!(book.contains(&pseudonym) && !book.to_lowercase().contains("sophie"), "{book}");
    school.tree().set_status(&id, "ferme");
    school.tree().commit("Fermé");
    let letters = school.letters();
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [TEAM]);
    assert!(letters[0].text.contains("Ancien collègue") && !letters[0].raw.to_lowercase().contains("sophie"));
    // What the team was sent before stands in its own mailbox, the outbox of a school that sends nothing.
    let files = walkdir::WalkDir::new(school.site()).into_iter().filter_entry(|entry| entry.file_name() != "outbox");
    for entry in files.flatten().filter(|entry| entry.file_type().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("sophie"), "{} still knows her", entry.path().display());
    }
    // She comes back as somebody new.
    let again = school.declared("Autre chose");
    assert_ne!(requester(&school, &again), pseudonym);
    assert_eq!(school.problems(), 0);
}

#[test]
fn a_corrected_address_reaches_the_letters_that_wait_and_the_dead() {
    let new = "sophie.martin-roux@college.example";
    let refusing = |line: &str| {
        let gone = line == format!("RCPT TO:<{SOPHIE}>");
        if gone { Reply::Say("550 5.1.1 no such user") } else { willing(line) }
    };
    for served in [true, false] {
        let sink = Sink::scripted(refusing);
        let school = School::prepare().smtp(&sink).serve();
        let id = school.declare("Micro").post().accepted();
        let list = || school.guichet(&["mail", "list", "--json"]).done().out;
        eventually("the first letter is dead", || list().contains("\"dead\"").then_some(()));
        sink.now(|_| Reply::Cut);
        school.tree().set_status(&id, "ferme");
        school.tree().commit("Réparé");
        school.settled();
        if !served {
            school.stop();
        }
        sink.now(refusing);
        let run = school.guichet(&["people", "set", SOPHIE, "--email", new]).done();
        assert!(run.out.contains("2 messages"), "{}", run.out);
        school.guichet(&["mail", "retry"]).done();
        sink.wait_for(4);
        let letters = sink.taken_for(new);
        assert_eq!(letters.len(), 2, "the dead one and the one that waited");
        assert!(letters.iter().all(|letter| letter.to.contains(new)), "{letters:?}");
        eventually("nothing is left", || (list().trim() == "[]").then_some(()));
        if !served {
            school.serve();
        }
        eventually("nothing is complained about", || (school.problems() == 0).then_some(()));
    }
}

#[test]
fn letters_that_wait_for_somebody_forgotten_are_gone() {
    let sink = Sink::scripted(|_| Reply::Cut);
    let school = School::prepare().smtp(&sink).serve();
    school.declare("Micro").post().accepted();
    assert_eq!(school.health()["outbox_pending"], 2);
    let forgotten = school.guichet(&["people", "forget", SOPHIE, "--json"]).done().json();
    assert_eq!((&forgotten["letters"], &forgotten["open"][0]), (&1.into(), &"2026-0001".into()));
    let list = school.guichet(&["mail", "list", "--json"]).done().out;
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let readers: Vec<&str> =
        list.as_array().unwrap().iter().map(|letter| letter["recipient"].as_str().unwrap()).collect();
    assert_eq!(readers, ["team"]);
    sink.now(willing);
    school.guichet(&["mail", "retry"]).done();
    sink.wait_for(1);
    eventually("the outbox is empty", || (school.health()["outbox_pending"] == 0).then_some(()));
    assert!(sink.taken_for(SOPHIE).is_empty());
}

#[test]
fn a_pseudonym_that_nobody_knows_is_a_problem_and_its_mail_is_held() {
    let school = School::new();
    let id = school.declared("Micro");
    let pseudonym = requester(&school, &id);
    school.stop();
    std::fs::remove_file(school.state("people.toml")).unwrap();
    school.serve();
    school.shows("/problems/", &pseudonym);
    assert!(school.shown("/problems/").contains(&format!("guichet people set {pseudonym}")));
    school.tree().set_status(&id, "en-cours");
    school.tree().commit("Je regarde");
    let readers: Vec<String> = school.letters().into_iter().map(|letter| letter.to).collect();
    assert_eq!(readers, [TEAM]);
    let list = school.guichet(&["mail", "list", "--json"]).done().out;
    assert!(list.contains("\"held\"") && list.contains(&pseudonym), "{list}");
    school.guichet(&["people", "set", &pseudonym, "--name", "Sophie Martin", "--email", SOPHIE]).done();
    eventually("the problem is gone", || (school.problems() == 0).then_some(()));
    eventually("the letter is released", || {
        (!school.guichet(&["mail", "list", "--json"]).out.contains("\"held\"")).then_some(())
    });
    let letters = school.letters();
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [SOPHIE]);
    assert_eq!(letters[0].subject, format!("[{id}] En cours de résolution : Micro"));
    school.tree().set_status(&id, "ferme");
    school.tree().commit("Fini");
    assert_eq!(school.letters().len(), 2);
}

#[test]
fn what_pages_show_of_requesters_is_a_choice() {
    for (choice, shows, hides) in
        [("none", "", "Martin"), ("initials", "S. M.", "Martin"), ("full", "Sophie Martin", "sophie.martin@")]
    {
        let school =
            School::prepare().replace("[access]", &format!("[privacy]\ntickets = \"{choice}\"\n[access]")).serve();
        let id = school.declared("Micro");
        let shown = school.shown(&format!("/tickets/{id}/"));
        assert!(shown.contains(shows), "{choice}: {shown}");
        for page in ["/", "/tickets.json", "/feed.xml", &format!("/tickets/{id}/")] {
            assert!(!school.page(page).contains(hides), "{choice}: {page}");
        }
        assert!(!school.tree().git(&["log", "-p", "--all"]).contains("Martin"));
    }
}

#[test]
fn a_referent_writes_a_ticket_for_a_member_and_for_nobody() {
    let school = School::new();
    let tree = school.tree();
    let text = crate::kit::by_hand("Serveur", "nouveau").replace("status:", "requester: amina.benali\nstatus:");
    tree.save(&path_of("2026-0001"), text);
    tree.save(&path_of("2026-0002"), crate::kit::by_hand("Ronde", "nouveau"));
    tree.commit("Deux fiches");
    let readers: Vec<(String, String)> =
        school.letters().into_iter().map(|letter| (letter.to, letter.subject)).collect();
    assert_eq!(readers.len(), 3, "{readers:?}");
    assert!(readers.contains(&("amina.benali@college.example".into(), "[2026-0001] Nouveau : Serveur".into())));
    assert!(readers.contains(&(TEAM.into(), "[2026-0002] Nouveau : Ronde".into())));
}
