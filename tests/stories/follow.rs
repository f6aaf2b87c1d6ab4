//! A référent takes a ticket through its life, by plain git or by command, and everybody hears of it once.

use crate::kit::{Letter, School, TEAM, by_hand, path_of};

const SOPHIE: &str = "sophie.martin@college.example";

fn only<'a>(letters: &'a [Letter], to: &str) -> Vec<&'a Letter> {
    letters.iter().filter(|letter| letter.to == to).collect()
}

/// Both heard once, about this.
fn both_heard(letters: &[Letter], subject: &str) {
    assert_eq!(letters.len(), 2, "{:?}", letters.iter().map(|l| (&l.to, &l.subject)).collect::<Vec<_>>());
    for reader in [SOPHIE, TEAM] {
        assert_eq!(only(letters, reader).iter().map(|letter| letter.subject.as_str()).collect::<Vec<_>>(), [subject]);
    }
}

#[test]
fn four_plain_commits_pushed_from_a_clone_are_four_mails_each_in_one_thread() {
    let school = School::new();
    let id = school.declare("Le TNI clignote").post().accepted();
    let mut letters = school.letters();
    let paul = school.clone_of("Paul Durand", "paul.durand@college.example");
    for status in ["pris-en-charge", "en-cours", "sans-suite", "ferme"] {
        paul.set_status(&id, status);
        paul.commit(&format!("Avancement : {status}"));
    }
    paul.push();
    letters.extend(school.letters());
    let subjects = ["Nouveau", "Pris en charge", "En cours de résolution", "Sans suite", "Fermé"]
        .map(|status| format!("[{id}] {status} : Le TNI clignote"));
    for reader in [SOPHIE, TEAM] {
        let heard = only(&letters, reader);
        assert_eq!(heard.iter().map(|letter| letter.subject.clone()).collect::<Vec<_>>(), subjects, "{reader}");
        for letter in &heard[1..] {
            assert_eq!(letter.references.first(), Some(&heard[0].id), "one thread");
            assert!(letter.in_reply_to.is_some());
            assert!(letter.text.contains("Paul Durand"), "by whom: {}", letter.text);
        }
        assert!(heard[1].text.contains("nouveau → pris en charge"), "{}", heard[1].text);
        assert!(heard[4].text.contains("sans suite → fermé"), "{}", heard[4].text);
    }
    let ids: std::collections::HashSet<_> = letters.iter().map(|letter| &letter.id).collect();
    assert_eq!(ids.len(), 10, "each letter has an id of its own");
    let page = school.shown(&format!("/tickets/{id}/"));
    for status in ["Pris en charge", "En cours de résolution", "Sans suite", "Fermé"] {
        assert!(page.contains(status), "{page}");
    }
    assert!(school.tree().read(&path_of(&id)).contains("status: ferme"), "the push is checked out");
    school.restart();
    assert!(school.letters().is_empty(), "a restart tells nothing again");
}

#[test]
fn message_ids_follow_from_what_is_told() {
    let tell = || {
        let school = School::new();
        // The same history, byte for byte, so the same commits.
        let tree = school.tree();
        let fixed = [("GIT_AUTHOR_DATE", "@1795420000 +0100"), ("GIT_COMMITTER_DATE", "@1795420000 +0100")];
        tree.save(&path_of("2026-0001"), by_hand("Câble", "nouveau"));
        tree.git(&["add", "--all"]);
        tree.git_with(&["commit", "--quiet", "--message", "Câble"], &fixed);
        school.letters().into_iter().map(|letter| (letter.to, letter.id)).collect::<Vec<_>>()
    };
    assert_eq!(tell(), tell());
}

#[test]
fn a_status_and_an_answer_in_one_commit_are_one_mail_that_quotes() {
    let school = School::new();
    let id = school.declared("Souris");
    school.tree().set_status(&id, "en-cours");
    school
        .tree()
        .edit(&path_of(&id), |text| text + "\nUne souris neuve arrive **jeudi**.\n\n<!-- la dernière du stock -->\n");
    school.tree().commit("Ce message de commit n’est cité nulle part");
    let letters = school.letters();
    both_heard(&letters, &format!("[{id}] En cours de résolution : Souris"));
    for letter in &letters {
        assert!(letter.text.contains("nouveau → en cours de résolution"), "{}", letter.text);
        assert!(letter.text.contains("> Une souris neuve arrive"), "{}", letter.text);
        assert!(letter.html.contains("<strong>jeudi</strong>"), "{}", letter.html);
        assert!(
            !letter.raw.contains("dernière du stock")
                && !letter.text.contains("stock")
                && !letter.html.contains("stock")
        );
        assert!(!letter.text.contains("Ce message de commit"));
    }
    let page = school.page(&format!("/tickets/{id}/"));
    assert!(page.contains("<strong>jeudi</strong>") && !page.contains("Ce message de commit"));
}

#[test]
fn internal_notes_are_shown_nowhere() {
    let school = School::new();
    let id = school.declared("Bourrage papier");
    school.tree().edit(&path_of(&id), |text| text + "\nVu.\n\n<!-- ZIBELINE : c’est encore la 5eB -->\n");
    school.tree().commit("Vu");
    assert_eq!(school.letters().len(), 2);
    school.tree().edit(&path_of(&id), |text| text + "\n<!-- ZIBELINE bis\njamais fermée");
    school.tree().commit("Note");
    assert!(school.letters().is_empty(), "a note tells nobody");
    for path in [&format!("/tickets/{id}/"), "/", "/feed.xml", "/tickets.json", "/tickets/", "/resources/salle-b204/"] {
        assert!(!school.page(path).contains("ZIBELINE"), "{path}");
    }
    for file in walkdir::WalkDir::new(school.site().join("public")).into_iter().flatten() {
        let bytes = std::fs::read(file.path()).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&bytes).contains("ZIBELINE"), "{}", file.path().display());
    }
}

#[test]
fn other_edits_of_the_text_tell_nobody() {
    let school = School::new();
    let id = school.declared("Ecran de la salle");
    let path = path_of(&id);
    school.tree().edit(&path, |text| text.replace("---\nEcran", "---\nÉcran"));
    school.tree().commit("Orthographe");
    school.tree().edit(&path, |text| text.replace("title: Ecran", "title: Écran"));
    school.tree().edit(&path, |text| text.replace("status:", "assignee: paul.durand\nplanned: 2026-11-26\nstatus:"));
    school.tree().commit("Titre, suivi, passage");
    school.tree().save("notes.txt", "rien à voir");
    school.tree().commit("Notes");
    assert!(school.letters().is_empty());
    let page = school.shown(&format!("/tickets/{id}/"));
    for what in ["Paul Durand", "jeudi 26 novembre 2026", "Écran de la salle"] {
        assert!(page.contains(what), "{what}: {page}");
    }
}

#[test]
fn a_status_is_read_as_people_type_it() {
    let school = School::new();
    let mut typed = vec![("nouveau", "Nouveau")];
    typed.extend([
        ("Pris en charge", "Pris en charge"),
        ("EN COURS", "En cours de résolution"),
        ("\"fermé\"", "Fermé"),
        ("'Sans suite'   # vu avec la direction", "Sans suite"),
        ("prisencharge", "Pris en charge"),
        ("En_cours-de résolution", "En cours de résolution"),
        ("FERMÉ # \"oui\"", "Fermé"),
        ("pris\u{a0}en\u{202f}charge", "Pris en charge"),
        ("Ferme", "Fermé"),
    ]);
    let path = path_of("2026-0001");
    let mut shown = Vec::new();
    for (n, (status, label)) in typed.iter().enumerate() {
        school.tree().save(&path, by_hand("Réglage", status));
        school.tree().commit(&format!("{n}"));
        let letters = school.letters();
        assert_eq!(letters.len(), 1, "{status}: {letters:?}");
        shown.push((letters[0].subject.clone(), format!("[2026-0001] {label} : Réglage")));
        assert!(school.shown("/tickets/2026-0001/").contains(label));
        assert!(school.tree().read(&path).contains(status), "what a person typed stays as typed");
    }
    for (subject, expected) in shown {
        assert_eq!(subject, expected);
    }
    // Another spelling of the same status is no change.
    school.tree().save(&path, by_hand("Réglage", "fermé"));
    school.tree().commit("accents");
    assert!(school.letters().is_empty());
}

#[test]
fn back_to_the_first_status_by_hand_is_told_too() {
    let school = School::new();
    let id = school.declared("Casque");
    for status in ["ferme", "nouveau"] {
        school.tree().set_status(&id, status);
        school.tree().commit(status);
        assert_eq!(school.letters().len(), 2);
    }
    assert!(school.guichet(&["ticket", "status", &id, "nouveau"]).wrong().err.contains("ne redevient pas nouvelle"));
}

#[test]
fn the_commands_do_the_same_beside_a_server_and_without() {
    for served in [true, false] {
        let school = School::new();
        let (id, other) = (school.declared("Casque"), school.declared("Micro"));
        if !served {
            school.stop();
        }
        let tree = school.tree();
        tree.git(&["config", "user.name", "Amina Benali"]);
        tree.git(&["config", "user.email", "amina.benali@college.example"]);
        school.guichet(&["ticket", "status", &id, &other, &id, "pris en charge", "-m", "On s’en occupe."]).done();
        assert_eq!(tree.paths("HEAD"), [path_of(&id), path_of(&other)], "one commit for both");
        assert_eq!(tree.git(&["log", "-1", "--format=%an <%ae>"]), "Amina Benali <amina.benali@college.example>");
        let letters = school.letters();
        assert_eq!(letters.len(), 4, "{letters:?}");
        for letter in &letters {
            assert!(
                letter.text.contains("> On s’en occupe.") && letter.text.contains("Amina Benali"),
                "{}",
                letter.text
            );
        }
        school.guichet(&["ticket", "assign", &id, "paul.durand"]).done();
        assert!(school.letters().is_empty());
        school.guichet(&["ticket", "answer", &id, "-m", "Fait."]).done();
        both_heard(&school.letters(), &format!("[{id}] Réponse : Casque"));
        let shown = school.guichet(&["ticket", "show", &id]).done().out;
        assert!(
            shown.contains("Sophie Martin <sophie.martin@college.example>") && shown.contains("Paul Durand"),
            "{shown}"
        );
        let list = school.guichet(&["ticket", "list", "--json"]).done().out;
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        assert_eq!(list.as_array().unwrap().len(), 2);
        school.guichet(&["ticket", "status", &id, "fermé"]).done();
        both_heard(&school.letters(), &format!("[{id}] Fermé : Casque"));
        let open = school.guichet(&["ticket", "list", "--json"]).done().out;
        assert_eq!(serde_json::from_str::<serde_json::Value>(&open).unwrap().as_array().unwrap().len(), 1);
        if !served {
            school.serve();
            assert!(school.letters().is_empty(), "the command has told it");
        }
    }
}

#[test]
fn a_ticket_is_taken_down_for_somebody_met_in_the_corridor() {
    let school = School::new();
    let new =
        ["ticket", "new", "--resource", "Wifi", "-m", "Plus de réseau au CDI", "--for", "luc.petit@college.example"];
    let id = school.guichet(&[&new[..], &["--name", "Luc Petit"]].concat()).done().out.trim().to_owned();
    assert_eq!(id, "2026-0001");
    let letters = school.letters();
    assert_eq!(only(&letters, "luc.petit@college.example").len(), 1);
    assert_eq!(only(&letters, TEAM)[0].reply_to.as_deref(), Some("luc.petit@college.example"));
    assert!(!school.tree().git(&["log", "-p", "--all"]).to_lowercase().contains("petit"));
    assert!(school.guichet(&["ticket", "new", "--resource", "salle-z", "-m", "x"]).wrong().err.contains("salle-z"));
}

#[test]
fn a_command_changes_the_bytes_of_its_own_value_and_no_others() {
    let fixed = "title: Tablette\nresource: salle-b204\ncategory: materiel\n";
    let files: [(&str, String, &str, &str); 8] = [
        ("plain", format!("---\n{fixed}status: nouveau\n---\nTexte.\n"), "status: nouveau", "status: ferme"),
        (
            "a comment",
            format!("---\n# fiche\nstatus: nouveau   # depuis lundi\n{fixed}---\nTexte.\n"),
            "nouveau ",
            "ferme ",
        ),
        ("CRLF", format!("---\nstatus: nouveau\n{fixed}---\nTexte.\n").replace('\n', "\r\n"), "nouveau", "ferme"),
        ("BOM", format!("\u{feff}---\nstatus: nouveau\n{fixed}---\nTexte.\n"), "nouveau", "ferme"),
        ("double quotes", format!("---\nstatus: \"nouveau\" # x\n{fixed}---\nTexte.\n"), "nouveau", "ferme"),
        (
            "single quotes",
            format!("---\n{fixed}status:    'Nouveau'\n---\nTexte sans fin de ligne"),
            "Nouveau",
            "ferme",
        ),
        (
            "an own key and odd blanks",
            format!(
                "---\nx-inventaire:   {{ no: 12, statut: nouveau }}\n{fixed}status:\t nouveau  \n---\n\n\nstatus: nouveau\n"
            ),
            "status:\t nouveau",
            "status:\t ferme",
        ),
        (
            "a list and a title that says the same",
            "---\nstatus: nouveau\ntitle: \"status: nouveau\"\nresource: salle-b204\nwatchers:\n  - paul.durand # oui\n---\nstatus: nouveau\n".to_owned(),
            "status: nouveau\ntitle",
            "status: ferme\ntitle",
        ),
    ];
    let school = School::prepare().open();
    for (n, (_, text, ..)) in files.iter().enumerate() {
        school.tree().save(&path_of(&format!("2026-{:04}", n + 1)), text);
    }
    school.tree().git(&["config", "core.autocrlf", "false"]);
    school.tree().commit("Fiches [sans mail]");
    for (n, (what, text, old, new)) in files.iter().enumerate() {
        let id = format!("2026-{:04}", n + 1);
        school.guichet(&["ticket", "status", &id, "Fermé"]).done();
        let now = school.tree().read(&path_of(&id));
        assert_eq!(now, text.replacen(old, new, 1), "{what}");
        assert_eq!(school.tree().git(&["show", &format!("HEAD:{}", path_of(&id))]), now.trim_end(), "{what}");
        // Twice changes nothing more.
        let again = school.unchanged(|| school.guichet(&["ticket", "status", &id, "ferme"]).done());
        assert!(again.out.contains("déjà"), "{}", again.out);
    }
    school.leave_letters();
}

#[test]
fn what_is_so_already_makes_no_commit() {
    let school = School::new();
    let (id, other) = (school.declared("Casque"), school.declared("Micro"));
    let tree = school.tree();
    tree.edit(&path_of(&id), |text| text.replace("status: nouveau", "status: Fermé"));
    tree.commit("Réparé");
    school.guichet(&["ticket", "assign", &id, "paul.durand"]).done();
    school.skip_letters();
    let typed = tree.read(&path_of(&id));
    school.unchanged(|| {
        assert!(school.guichet(&["ticket", "status", &id, "ferme"]).done().out.contains("déjà"));
        assert!(school.guichet(&["ticket", "assign", &id, "paul.durand"]).done().out.contains("déjà"));
        let json = school.guichet(&["ticket", "status", &id, "ferme", "--json"]).done().json();
        assert_eq!((&json["ids"][0], json["commit"].is_null()), (&id.as_str().into(), true));
    });
    // Of two, the one that is not so yet; what was typed in the other stays as typed.
    school.guichet(&["ticket", "status", &id, &other, "ferme"]).done();
    assert_eq!(tree.paths("HEAD"), [path_of(&other)]);
    assert_eq!(tree.git(&["log", "-1", "--format=%s"]).trim(), format!("{other} : fermé"));
    assert_eq!(tree.read(&path_of(&id)), typed);
    both_heard(&school.letters(), &format!("[{other}] Fermé : Micro"));
    school.guichet(&["ticket", "status", &id, "ferme", "-m", "Et la mousse est neuve."]).done();
    assert!(tree.read(&path_of(&id)).contains("status: Fermé\n"));
    both_heard(&school.letters(), &format!("[{id}] Réponse : Casque"));
}

#[test]
fn front_matter_in_one_line_is_edited_or_refused_whole() {
    let school = School::prepare().open();
    let text = "---\n{title: Tablette, status: nouveau, resource: salle-b204}\n---\nTexte.\n";
    school.tree().save(&path_of("2026-0001"), text);
    school.tree().commit("Fiche [sans mail]");
    school.guichet(&["check"]).done();
    school.guichet(&["ticket", "status", "2026-0001", "ferme"]).done();
    assert_eq!(school.tree().read(&path_of("2026-0001")), text.replace("status: nouveau", "status: ferme"));
    school.leave_letters();
}

#[test]
fn a_command_leaves_somebodys_unfinished_work_alone() {
    let school = School::new();
    let id = school.declared("Tablette");
    school.tree().edit(&path_of(&id), |text| text + "\nEn cours d’écriture");
    let run = school.unchanged(|| school.guichet(&["ticket", "status", &id, "ferme"]).wrong());
    assert!(run.err.contains(&path_of(&id)), "{}", run.err);
    school.tree().git(&["checkout", "--quiet", "--", "."]);
}

#[test]
fn a_duplicates_people_hear_what_is_told_about_the_first() {
    let school = School::new();
    let first = school.declared("Réseau coupé");
    let second = school
        .declare("Plus d’internet")
        .set("name", "Anne Roux")
        .set("email", "anne@college.example")
        .post()
        .accepted();
    school.skip_letters();
    school.tree().edit(&path_of(&second), |text| text.replace("status:", &format!("duplicate_of: {first}\nstatus:")));
    school.tree().commit("Doublon");
    school.skip_letters();
    school.tree().set_status(&first, "ferme");
    school.tree().commit("Câble rebranché");
    let readers: Vec<String> = school.letters().into_iter().map(|letter| letter.to).collect();
    assert_eq!(readers.len(), 3, "{readers:?}");
    assert!(readers.contains(&"anne@college.example".to_owned()), "{readers:?}");
}

#[test]
fn twenty_five_reports_of_one_outage_become_one_that_tells_everyone_once() {
    let school = School::new();
    let wifi = |who: usize| {
        let email = format!("prof{who}@college.example");
        school.declare("Plus de wifi").set("resource", "wifi").set("name", format!("Prof {who}")).set("email", email)
    };
    let first = wifi(0).post().accepted();
    // Twelve say « moi aussi », the others report it again, two of them twice.
    for who in 1..=12 {
        let email = format!("prof{who}@college.example");
        assert_eq!(school.speak(&first, "watchers").set("email", email).post().status, 303);
    }
    let again: Vec<String> = (13..=22).chain([13, 14]).map(|who| wifi(who).post().accepted()).collect();
    let tree = school.tree();
    tree.edit(&path_of(&first), |text| text.replacen("status:", "banner: true\nstatus:", 1));
    for id in &again {
        tree.edit(&path_of(id), |text| {
            text.replacen("status: nouveau", &format!("duplicate_of: {first}\nstatus: sans-suite"), 1)
        });
    }
    tree.git(&["commit", "--quiet", "--all", "--message", "Une seule panne [sans mail]"]);
    // On top of every page.
    school.shows("/reservations/", "Plus de wifi");
    school.skip_letters();
    tree.set_status(&first, "ferme");
    tree.git(&["commit", "--quiet", "--all", "--message", "Borne remplacée"]);
    let mut told: Vec<String> = school.letters().into_iter().map(|letter| letter.to).collect();
    told.sort();
    let mut everybody: Vec<String> = (0..=22).map(|who| format!("prof{who}@college.example")).collect();
    everybody.push("service.informatique@college.example".to_owned());
    everybody.sort();
    assert_eq!(told, everybody, "each of them once");
    school.hides("/reservations/", "Plus de wifi");
}
