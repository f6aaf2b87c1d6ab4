//! What people are told is the difference to what they were told before: whatever became of a file in between, whichever
//! way history took, and whatever a clock said.

use crate::kit::{Form, Letter, School, path_of, path_of_booking};

const SOPHIE: &str = "sophie.martin@college.example";
const SITE: &str = "http://guichet.college.example";
const STEM: &str = "2026-11-24-salle-info-1-1030";

/// What the new letters to Sophie say, by their subjects.
fn heard(school: &School) -> Vec<String> {
    let letters = school.letters();
    let hers = letters.into_iter().filter(|letter| letter.to == SOPHIE);
    hers.map(|letter| letter.subject.split("] ").last().unwrap().split(" : ").next().unwrap().to_owned()).collect()
}

fn booked(school: &School) -> Letter {
    let form = Form::new(school.address(), "/reservations")
        .set("resource", "salle-info-1")
        .set("date", "2026-11-24")
        .set("start", "10:30")
        .set("end", "11:25")
        .set("purpose", "5eB, tableur")
        .set("name", "Sophie Martin")
        .set("email", SOPHIE);
    assert_eq!(form.post().status, 303);
    school.letters().pop().unwrap()
}

#[test]
fn a_conflict_that_was_committed_and_mended_is_compared_with_what_was_told() {
    for (mended, told) in [("en-cours", vec!["En cours de résolution"]), ("ferme", vec![])] {
        let school = School::new();
        let id = school.declared("Imprimante");
        let amina = school.amina();
        amina.set_status(&id, "en-cours");
        amina.commit("En cours");
        school.tree().set_status(&id, "ferme");
        school.tree().commit("Fermé");
        assert_eq!(heard(&school), ["Fermé"]);
        assert!(!amina.once(&["pull", "--quiet", "--no-rebase", "origin", "main"]).status.success());
        amina.commit("Fusion");
        amina.git(&["push", "--quiet", "origin", "HEAD:main"]);
        assert_eq!(heard(&school), [""; 0]);
        school.restart();
        let text = amina.read(&path_of(&id));
        let (before, rest) = text.split_once("<<<<<<<").unwrap();
        let after = rest.split_once(">>>>>>>").unwrap().1.split_once('\n').unwrap().1;
        amina.save(&path_of(&id), format!("{before}status: {mended}\n{after}"));
        amina.commit("Réparé");
        amina.git(&["push", "--quiet", "origin", "HEAD:main"]);
        assert_eq!(heard(&school), told);
    }
}

#[test]
fn a_change_amended_into_a_broken_file_is_not_told_twice() {
    let school = School::new();
    let id = school.declared("Imprimante");
    let tree = school.tree();
    tree.set_status(&id, "ferme");
    tree.commit("Fermé");
    assert_eq!(heard(&school), ["Fermé"]);
    tree.edit(&path_of(&id), |text| text.replace("title: ", "title: a: b: "));
    tree.git(&["commit", "--quiet", "--all", "--amend", "--no-edit"]);
    assert_eq!(heard(&school), [""; 0]);
    tree.edit(&path_of(&id), |text| text.replace("title: a: b: ", "title: "));
    tree.commit("Réparé");
    assert_eq!(heard(&school), [""; 0]);
}

#[test]
fn a_deleted_ticket_that_comes_back_otherwise_is_told_so() {
    let school = School::new();
    let id = school.declared("Imprimante");
    let (tree, path) = (school.tree(), path_of(&id));
    let text = tree.read(&path);
    for (status, told) in [("nouveau", vec![]), ("ferme", vec!["Fermé"]), ("ferme", vec![])] {
        tree.git(&["rm", "--quiet", &path]);
        tree.commit("Retiré");
        school.settled();
        school.restart();
        tree.save(&path, text.replace("status: nouveau", &format!("status: {status}")));
        tree.commit("Remis");
        assert_eq!(heard(&school), told);
    }
}

#[test]
fn a_cancelled_booking_that_comes_back_is_told_each_time() {
    let school = School::new();
    let made = booked(&school);
    for _ in 0..2 {
        school.tree().git(&["rm", "--quiet", &path_of_booking(STEM)]);
        school.tree().commit("M. Petit est absent");
        assert_eq!(heard(&school), ["Annulée"]);
        school.tree().git(&["revert", "--no-edit", "HEAD"]);
        let letters = school.letters();
        assert_eq!(letters.len(), 1);
        assert!(letters[0].subject.contains("Confirmée") && letters[0].to == SOPHIE, "{}", letters[0].subject);
        assert!(letters[0].id != made.id && letters[0].references == [made.id.clone()], "one thread");
    }
}

#[test]
fn letters_about_a_moved_booking_keep_their_order() {
    let school = School::new();
    let made = booked(&school);
    school.guichet(&["move", STEM, "--date", "2026-11-26"]).done();
    let moved = school.letters().pop().unwrap();
    let item = |letter: &Letter| letter.file.split('~').nth(1).unwrap().to_owned();
    assert_eq!((item(&moved), moved.references), (item(&made), vec![made.id]));
}

#[test]
fn silence_outlasts_a_merge_and_a_rewriting() {
    let school = School::new();
    let (a, b) = (school.declared("Imprimante"), school.declared("Écran"));
    let (amina, tree) = (school.amina(), school.tree());
    // A pull makes a merge of what was committed silently.
    amina.set_status(&a, "ferme");
    amina.commit("Ménage [sans mail]");
    tree.set_status(&b, "en-cours");
    tree.commit("Commencé");
    assert_eq!(heard(&school), ["En cours de résolution"]);
    amina.git(&["pull", "--quiet", "--no-rebase", "origin", "main"]);
    amina.git(&["push", "--quiet", "origin", "HEAD:main"]);
    assert_eq!(heard(&school), [""; 0]);
    // A silent commit on top does not hush what was amended, nor does one that speaks tell what was silent.
    tree.set_status(&b, "ferme");
    tree.git(&["commit", "--quiet", "--all", "--amend", "--message", "Fermé"]);
    tree.save("notes.txt", "rien\n");
    tree.commit("Coquille [sans mail]");
    school.settled();
    assert_eq!(heard(&school), ["Fermé"]);
    tree.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    tree.set_status(&a, "sans-suite");
    tree.commit("Autre ménage [sans mail]");
    tree.save("notes.txt", "presque rien\n");
    tree.commit("Notes");
    assert_eq!(heard(&school), [""; 0]);
}

#[test]
fn tips_thrown_back_and_forth_are_told_each_time() {
    let school = School::new();
    let id = school.declared("Imprimante");
    let amina = school.amina();
    let tip = |status: &str| {
        amina.git(&["reset", "--quiet", "--hard", "origin/main"]);
        amina.set_status(&id, status);
        amina.commit(status)
    };
    let tips = [tip("en-cours"), tip("ferme")];
    for turn in 0..6 {
        amina.git(&["push", "--quiet", "--force", "origin", &format!("{}:main", tips[turn % 2])]);
        assert_eq!(heard(&school), [["En cours de résolution", "Fermé"][turn % 2]], "turn {turn}");
    }
}

#[test]
fn six_bookings_moved_in_another_history_are_six_items() {
    let school = School::new();
    let tree = school.tree();
    tree.save("notes.txt", "rien\n");
    tree.commit("Notes");
    for day in ["01", "02", "03", "04", "07", "08"] {
        tree.save(
            &path_of_booking(&format!("2026-12-{day}-salle-info-1-1030")),
            format!(
                "---\nresource: salle-info-1\ndate: 2026-12-{day}\nstart: \"10:30\"\nend: \"11:25\"\ncreated: 2026-11-20T17:03:{day}+01:00\nrequester: paul.durand\n---\n"
            ),
        );
    }
    tree.commit("Réservations");
    assert_eq!(school.letters().len(), 6);
    for day in ["01", "02", "03", "04", "07", "08"] {
        let path = |start: &str| path_of_booking(&format!("2026-12-{day}-salle-info-1-{start}"));
        tree.git(&["mv", &path("1030"), &path("0930")]);
        tree.edit(&path("0930"), |text| text.replace("10:30", "09:30"));
    }
    tree.git(&["commit", "--quiet", "--all", "--amend", "--no-edit"]);
    let letters = school.letters();
    assert_eq!(letters.len(), 6);
    assert!(letters.iter().all(|letter| letter.subject.contains("Modifiée")), "{}", letters[0].subject);
}

#[test]
fn what_is_told_late_has_links_that_work_and_a_wrong_clock_hushes_nobody() {
    let school = School::new();
    booked(&school);
    let id = school.declared("Imprimante");
    school.stop();
    let tree = school.tree();
    tree.set_status(&id, "ferme");
    tree.commit("Fermé");
    let when = "2036-01-01T00:00:00+01:00";
    tree.git(&["rm", "--quiet", &path_of_booking(STEM)]);
    let dates = [("GIT_AUTHOR_DATE", when), ("GIT_COMMITTER_DATE", when)];
    tree.git_with(&["commit", "--quiet", "--message", "Travaux"], &dates);
    school.serve();
    assert_eq!(heard(&school), ["Fermé", "Annulée"]);
    // The next one is told five weeks after it was committed.
    school.stop();
    tree.set_status(&id, "en-cours");
    tree.commit("Repris");
    tree.set_status(&id, "ferme");
    tree.commit("Fermé");
    school.serve_at("2027-01-04T08:00:00+01:00");
    let letters = school.letters();
    let last = letters.iter().rfind(|letter| letter.to == SOPHIE).unwrap();
    let link = last.text.lines().find(|line| line.contains("/do/")).unwrap();
    assert_eq!(school.get(link.strip_prefix(SITE).unwrap()).status, 200);
}

#[test]
fn a_message_in_another_encoding_is_read_as_it_says() {
    let school = School::new();
    booked(&school);
    let tree = school.tree();
    tree.git(&["rm", "--quiet", &path_of_booking(STEM)]);
    let message = tree.dir().join("../message");
    std::fs::write(&message, b"Salle r\xe9serv\xe9e au brevet\n").unwrap();
    tree.git(&["-c", "i18n.commitEncoding=ISO-8859-1", "commit", "--quiet", "--file", message.to_str().unwrap()]);
    let letter = school.letters().pop().unwrap();
    assert!(letter.text.contains("Salle réservée au brevet"), "{}", letter.text);
}

#[test]
fn a_push_that_was_brought_in_is_not_put_back_over_what_came_after_it() {
    let school = School::new();
    let id = school.declared("Imprimante");
    school.guichet(&["ticket", "status", &id, "en-cours"]).done();
    let amina = school.amina();
    let old = amina.head();
    amina.set_status(&id, "ferme");
    let new = amina.commit("Fermé");
    amina.push();
    assert_eq!(heard(&school), ["En cours de résolution", "Fermé"]);
    // The machine dies before the note of the push is forgotten.
    school.kill();
    std::fs::create_dir_all(school.state("pushed")).unwrap();
    std::fs::write(school.state("pushed/1"), format!("{old} {new}\n")).unwrap();
    school.guichet(&["ticket", "status", &id, "en-cours"]).done();
    assert!(school.tree().read(&path_of(&id)).contains("status: en-cours"));
    school.serve();
    assert_eq!(heard(&school), ["En cours de résolution"]);
    assert_eq!(std::fs::read_dir(school.state("pushed")).unwrap().count(), 0);
}
