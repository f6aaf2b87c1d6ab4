//! Letters leave: once each, in order, whatever the mail server does and however often we are stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::kit::{Reply, School, Sink, TEAM, by_hand, eventually, path_of, willing};

const SOPHIE: &str = "sophie.martin@college.example";

fn subjects(sink: &Sink, reader: &str) -> Vec<String> {
    sink.taken_for(reader).into_iter().map(|letter| letter.subject).collect()
}

fn outbox_is_empty(school: &School) {
    eventually("the outbox is empty", || (school.health()["outbox_pending"] == 0).then_some(()));
}

#[test]
fn a_ticket_and_its_four_changes_are_five_mails_to_each_by_smtp() {
    let sink = Sink::new();
    let school = School::prepare().smtp(&sink).serve();
    let id = school.declare("Vidéoprojecteur\n.\n..point").post().accepted();
    sink.wait_for(2);
    let amina = school.amina();
    for status in ["pris-en-charge", "en-cours", "sans-suite", "ferme"] {
        amina.set_status(&id, status);
        amina.commit(status);
        amina.push();
    }
    sink.wait_for(10);
    outbox_is_empty(&school);
    let expected = ["Nouveau", "Pris en charge", "En cours de résolution", "Sans suite", "Fermé"]
        .map(|status| format!("[{id}] {status} : Vidéoprojecteur"));
    for reader in [SOPHIE, TEAM] {
        assert_eq!(subjects(&sink, reader), expected);
        let letters = sink.taken_for(reader);
        for letter in &letters {
            assert_eq!(letter.to, reader, "the envelope and the header agree, nobody else is named");
            assert!(letter.raw.lines().all(|line| line.len() <= 998));
        }
        assert!(
            letters[0].text.contains("> .\n> ..point") || letters[0].text.contains("..point"),
            "{}",
            letters[0].text
        );
        for letter in &letters[1..] {
            assert_eq!(letter.references.first(), Some(&letters[0].id));
        }
    }
    school.restart();
    school.settled();
    let fresh = school.declare("Autre chose").post().accepted();
    sink.wait_for(12);
    outbox_is_empty(&school);
    assert_eq!(sink.taken().len(), 12, "nothing was sent again: {fresh} came next");
}

#[test]
fn what_happened_while_the_server_was_off_is_told_when_it_starts() {
    let sink = Sink::new();
    let school = School::prepare().smtp(&sink).serve();
    let id = school.declare("Enceinte").post().accepted();
    sink.wait_for(2);
    outbox_is_empty(&school);
    school.stop();
    let tree = school.tree();
    for status in ["en-cours", "ferme"] {
        tree.set_status(&id, status);
        tree.commit(status);
    }
    tree.save(&path_of("2026-0002"), by_hand("Trouvé par Paul", "nouveau"));
    tree.commit("Nouvelle fiche");
    school.serve();
    sink.wait_for(7);
    outbox_is_empty(&school);
    let expected = ["Nouveau", "En cours de résolution", "Fermé"].map(|status| format!("[{id}] {status} : Enceinte"));
    assert_eq!(subjects(&sink, SOPHIE), expected);
    assert_eq!(subjects(&sink, TEAM).len(), 4);
    school.restart();
    school.settled();
    assert_eq!(sink.taken().len(), 7);
}

#[test]
fn a_push_while_the_server_is_off_is_checked_out_and_told_later() {
    let school = School::new();
    let id = school.declared("Enceinte");
    let amina = school.amina();
    school.stop();
    amina.set_status(&id, "ferme");
    amina.commit("Réparée");
    amina.push();
    assert!(school.tree().read(&path_of(&id)).contains("status: ferme"));
    school.serve();
    assert_eq!(school.letters().len(), 2);
}

#[test]
fn silent_commits_tell_nobody() {
    let school = School::new();
    let id = school.declared("Imprimante");
    let tree = school.tree();
    for (n, message) in [
        "Reprise de l’ancien cahier [sans mail]",
        "Tri\n\nGuichet-Notify: none",
        "[Sans Mail] x",
        "y\n\nGuichet-Notify: None\nSigned-off-by: P <p@d.fr>",
    ]
    .iter()
    .enumerate()
    {
        tree.set_status(&id, if n % 2 == 0 { "ferme" } else { "en-cours" });
        tree.save(&path_of(&format!("2026-010{n}")), by_hand("Ancien", "ferme"));
        tree.commit(message);
        assert!(school.letters().is_empty(), "{message}");
    }
    // What is told next starts from where the silence ended.
    tree.set_status(&id, "pris-en-charge");
    tree.commit("[sans  mail] n’est pas le mot convenu");
    let letters = school.letters();
    assert_eq!(letters.len(), 2);
    assert!(letters[0].text.contains("en cours de résolution → pris en charge"), "{}", letters[0].text);
}

#[test]
fn a_mail_server_that_is_down_delays_and_loses_nothing() {
    let down = Arc::new(AtomicBool::new(true));
    let asked = Arc::new(AtomicUsize::new(0));
    let sink = Sink::scripted({
        let (down, asked) = (Arc::clone(&down), Arc::clone(&asked));
        move |line| {
            asked.fetch_add(1, Ordering::SeqCst);
            if down.load(Ordering::SeqCst) { Reply::Cut } else { willing(line) }
        }
    });
    let school = School::prepare().smtp(&sink).serve();
    let id = school.declare("Clavier").post().accepted();
    school.tree().set_status(&id, "ferme");
    school.tree().commit("Changé");
    school.settled();
    eventually("the server was asked", || (asked.load(Ordering::SeqCst) > 0).then_some(()));
    assert_eq!((sink.taken().len(), school.health()["outbox_pending"].as_u64()), (0, Some(4)));
    school.page(&format!("/tickets/{id}/"));
    school.restart();
    assert_eq!(school.health()["outbox_pending"], 4, "a stop loses nothing");
    down.store(false, Ordering::SeqCst);
    school.guichet(&["mail", "retry"]).done();
    sink.wait_for(4);
    outbox_is_empty(&school);
    let expected = ["Nouveau", "Fermé"].map(|status| format!("[{id}] {status} : Clavier"));
    assert_eq!((subjects(&sink, SOPHIE), subjects(&sink, TEAM)), (expected.to_vec(), expected.to_vec()));
}

#[test]
fn a_mail_server_that_stays_down_is_a_problem_until_it_answers() {
    let sink = Sink::scripted(|_| Reply::Cut);
    let school = School::prepare().smtp(&sink).serve();
    school.declare("Clavier").post().accepted();
    let pause = || std::fs::read_to_string(school.state("outbox/pause.json")).ok();
    let first = eventually("the server is asked in vain", pause);
    school.stop();
    // An hour later, it still is.
    school.serve_at("2026-11-23T09:30:00+01:00");
    eventually("the server is asked again", || (pause()? != first && pause()?.contains("T08:")).then_some(()));
    school.declare("Souris").post().accepted();
    let health = school.health();
    assert_eq!((&health["status"], &health["outbox_pending"]), (&"degraded".into(), &4.into()), "{health}");
    school.shows("/problems/", "aucun message ne part, depuis le lundi 23 novembre 2026 à 8 h 12");
    school.expect_problems();
    sink.now(willing);
    school.guichet(&["mail", "retry"]).done();
    sink.wait_for(4);
    outbox_is_empty(&school);
    school.declare("Écran").post().accepted();
    assert_eq!((school.health()["status"].as_str(), school.problems()), (Some("ok"), 0));
    sink.wait_for(6);
    outbox_is_empty(&school);
}

#[test]
fn a_damaged_letter_is_set_aside_and_shown() {
    let sink = Sink::scripted(|_| Reply::Cut);
    let school = School::prepare().smtp(&sink).serve();
    school.declare("Clavier").post().accepted();
    school.stop();
    let queue = school.state("outbox/queue");
    let letters = std::fs::read_dir(&queue).unwrap().map(|entry| entry.unwrap().path());
    let sophies = letters.into_iter().find(|path| !path.to_str().unwrap().contains("~team~")).unwrap();
    std::fs::write(&sophies, "abîmé").unwrap();
    let run = school.guichet(&["mail", "list"]).done();
    assert!(run.out.contains("1 message\n"), "{}", run.out);
    assert!(run.err.contains(".git/guichet/outbox/corrupt") && run.err.contains("abîmé"), "{}", run.err);
    school.serve();
    school.shows("/problems/", ".git/guichet/outbox/corrupt");
    assert_eq!(school.problems(), 1);
    school.expect_problems();
    sink.now(willing);
    school.guichet(&["mail", "retry"]).done();
    sink.wait_for(1);
    outbox_is_empty(&school);
}

#[test]
fn a_letter_put_off_leaves_later_and_in_order() {
    let busy = Arc::new(AtomicBool::new(true));
    let sink = Sink::scripted({
        let busy = Arc::clone(&busy);
        move |line| {
            let greylisted = line.starts_with("RCPT TO:<sophie") && busy.load(Ordering::SeqCst);
            if greylisted { Reply::Say("451 4.7.1 greylisted, try again later") } else { willing(line) }
        }
    });
    let school = School::prepare().smtp(&sink).serve();
    let id = school.declare("Clavier").post().accepted();
    school.tree().set_status(&id, "ferme");
    school.tree().commit("Changé");
    school.settled();
    eventually("the team has both", || (sink.taken_for(TEAM).len() == 2).then_some(()));
    assert!(sink.taken_for(SOPHIE).is_empty());
    let list = school.guichet(&["mail", "list"]).done().out;
    assert!(list.contains("greylisted"), "{list}");
    busy.store(false, Ordering::SeqCst);
    school.guichet(&["mail", "retry"]).done();
    sink.wait_for(4);
    outbox_is_empty(&school);
    let expected = ["Nouveau", "Fermé"].map(|status| format!("[{id}] {status} : Clavier"));
    assert_eq!(subjects(&sink, SOPHIE), expected);
    assert_eq!(sink.taken().len(), 4);
}

#[test]
fn a_recipient_refused_for_good_delays_nobody_and_is_shown() {
    let refuses = Arc::new(AtomicBool::new(true));
    let sink = Sink::scripted({
        let refuses = Arc::clone(&refuses);
        move |line| {
            let gone = line.starts_with("RCPT TO:<sophie") && refuses.load(Ordering::SeqCst);
            if gone { Reply::Say("550 5.1.1 no such user sophie.martin@college.example") } else { willing(line) }
        }
    });
    let school = School::prepare().smtp(&sink).serve();
    let id = school.declare("Clavier").post().accepted();
    eventually("the team has its letter", || (sink.taken_for(TEAM).len() == 1).then_some(()));
    let list = || school.guichet(&["mail", "list", "--json"]).done().out;
    eventually("the letter is dead", || list().contains("\"dead\"").then_some(()));
    // Luc's letter about the same ticket is not kept back by Sophie's.
    school.speak(&id, "watchers").post().accepted();
    school.tree().set_status(&id, "en-cours");
    school.tree().commit("Commandé");
    eventually("Luc has his letter", || (sink.taken_for("luc.petit@college.example").len() == 1).then_some(()));
    // Shown where everybody can see it, without the address.
    school.shows("/problems/", "n’a pas pu être remis");
    assert!(!school.page("/problems/").contains("sophie.martin"));
    assert!(school.problems() > 0);
    // Mended: it leaves after all.
    refuses.store(false, Ordering::SeqCst);
    school.guichet(&["mail", "retry"]).done();
    eventually("Sophie has her letters", || (sink.taken_for(SOPHIE).len() == 2).then_some(()));
    outbox_is_empty(&school);
    eventually("nothing is complained about any more", || (school.problems() == 0).then_some(()));
}

#[test]
fn a_letter_given_up_by_hand_does_not_come_back() {
    let sink = Sink::scripted(|_| Reply::Cut);
    let school = School::prepare().smtp(&sink).serve();
    school.declare("Clavier").post().accepted();
    let list = school.guichet(&["mail", "list", "--json"]).done().out;
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    for letter in list.as_array().unwrap() {
        school.guichet(&["mail", "drop", letter["id"].as_str().unwrap()]).done();
    }
    for verb in ["drop", "retry"] {
        assert!(school.guichet(&["mail", verb, "rien"]).wrong().err.contains("« rien »"), "{verb}");
    }
    assert_eq!(school.guichet(&["mail", "retry", "--json"]).done().json()["count"], 0);
    sink.now(willing);
    school.restart();
    school.settled();
    school.guichet(&["mail", "retry"]).done();
    outbox_is_empty(&school);
    assert!(sink.taken().is_empty());
}

#[test]
fn a_test_letter_goes_straight_to_the_server() {
    let sink = Sink::new();
    let school = School::prepare().smtp(&sink).open();
    school.guichet(&["mail", "test", "paul.durand@college.example"]).done();
    let json = school.guichet(&["mail", "test", "paul.durand@college.example", "--json"]).done().json();
    let taken = sink.taken_for("paul.durand@college.example");
    assert_eq!((taken.len(), json["to"].as_str()), (2, Some("paul.durand@college.example")));
    assert_eq!(json["message_id"], format!("<{}>", taken[1].id));
    sink.now(|line| if line.starts_with("MAIL") { Reply::Say("554 not from you") } else { willing(line) });
    let run = school.guichet(&["mail", "test", "paul.durand@college.example"]);
    assert_eq!(run.code, 3);
    assert!(run.err.contains("not from you"), "{}", run.err);
    assert_eq!(school.guichet(&["mail", "test", "pas une adresse"]).wrong().out, "");
}

#[test]
fn a_merged_side_branch_tells_its_net_effect() {
    let school = School::new();
    let id = school.declared("Câble");
    let tree = school.tree();
    tree.git(&["checkout", "--quiet", "-b", "travaux"]);
    for status in ["pris-en-charge", "en-cours", "ferme"] {
        tree.set_status(&id, status);
        tree.commit(status);
    }
    tree.git(&["checkout", "--quiet", "main"]);
    tree.save("notes.txt", "autre chose");
    tree.commit("Notes");
    assert!(school.letters().is_empty());
    tree.git(&["merge", "--quiet", "--no-ff", "--message", "Travaux", "travaux"]);
    let letters = school.letters();
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(letters[0].text.contains("nouveau → fermé"), "{}", letters[0].text);
}

#[test]
fn a_pull_that_merges_the_other_way_round_tells_each_change_once() {
    let school = School::new();
    let id = school.declared("Câble");
    let amina = school.amina();
    // Amina merges main into her work: her own commits are the first parents.
    amina.set_status(&id, "en-cours");
    amina.commit("Je m’en occupe");
    let other = school.declared("Rallonge");
    amina.git(&["pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main"]);
    amina.git(&["push", "--quiet", "origin", "HEAD:main"]);
    let letters = school.letters();
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(letters.iter().all(|letter| letter.subject == format!("[{id}] En cours de résolution : Câble")));
    school.page(&format!("/tickets/{other}/"));
}

#[test]
fn a_letter_whose_receipt_was_lost_comes_again_under_the_same_id() {
    let lost = Arc::new(AtomicUsize::new(0));
    let sink = Sink::scripted({
        let lost = Arc::clone(&lost);
        move |line| {
            if line == "." && lost.fetch_add(1, Ordering::SeqCst) == 0 { Reply::TakeAndCut } else { willing(line) }
        }
    });
    let school = School::prepare().smtp(&sink).serve();
    school.declare("Clavier").post().accepted();
    sink.wait_for(1);
    // Whether it waits for its turn or is asked for, it comes once more, and once only.
    eventually("all have left", || {
        school.guichet(&["mail", "retry"]).done();
        (school.health()["outbox_pending"] == 0).then_some(())
    });
    let taken = sink.taken();
    let first: Vec<_> = taken.iter().filter(|(to, _)| *to == taken[0].0).map(|(_, letter)| &letter.id).collect();
    assert_eq!((taken.len(), first.len()), (3, 2));
    assert_eq!(first[0], first[1]);
}

#[test]
fn only_what_is_committed_is_told() {
    let school = School::new();
    let tree = school.tree();
    tree.save(&path_of("2026-0001"), by_hand("Pas encore", "nouveau"));
    school.shows("/tickets/2026-0001/", "Pas encore");
    tree.git(&["add", "--all"]);
    tree.git(&["stash", "--quiet"]);
    tree.git(&["stash", "pop", "--quiet"]);
    school.shows("/tickets/2026-0001/", "Pas encore");
    // A commit on another branch is not on the line.
    tree.git(&["checkout", "--quiet", "-b", "essai"]);
    tree.commit("Sur une autre branche");
    tree.git(&["checkout", "--quiet", "main"]);
    assert!(school.letters().is_empty());
    tree.git(&["merge", "--quiet", "--ff-only", "essai"]);
    assert_eq!(school.letters().len(), 1);
}
