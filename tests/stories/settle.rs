//! What is told follows the line from the mark to the branch's head: however long it is, wherever a crash cut in, and
//! whoever must not be written to.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::kit::{School, TEAM, Tree, path_of};

const SOPHIE: &str = "sophie.martin@college.example";

/// Commits a ticket's status `count` times, to and fro, without a working tree in between.
fn commit_often(tree: &Tree, id: &str, count: usize) {
    let text = tree.read(&path_of(id));
    let mut stream = String::new();
    for n in 0..count {
        let status = if n % 2 == 0 { "en-cours" } else { "pris-en-charge" };
        let text = text.replace("status: nouveau", &format!("status: {status}"));
        let (who, at) = ("Amina Benali <amina.benali@college.example>", 1_795_500_000 + n);
        let from = if n == 0 { format!("from {}\n", tree.head()) } else { String::new() };
        write!(
            stream,
            "commit refs/heads/main\ncommitter {who} {at} +0100\ndata 5\nSuite\n{from}M 100644 inline {}\ndata {}\n{text}\n",
            path_of(id),
            text.len()
        )
        .unwrap();
    }
    let mut import = Command::new("git")
        .current_dir(tree.dir())
        .args(["fast-import", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    tree.git(&["reset", "--quiet", "--hard"]);
}

#[test]
fn five_hundred_commits_in_one_push_are_told_one_by_one_in_order() {
    let school = School::new();
    let id = school.declared("Baie de brassage");
    let amina = school.amina();
    commit_often(&amina, &id, 500);
    amina.git(&["push", "--quiet", "origin", "HEAD:main"]);
    let letters = school.letters();
    assert_eq!(letters.len(), 1_000);
    for reader in [SOPHIE, TEAM] {
        let heard: Vec<&str> =
            letters.iter().filter(|letter| letter.to == reader).map(|letter| letter.subject.as_str()).collect();
        let expected: Vec<String> = (0..500)
            .map(|n| if n % 2 == 0 { "En cours de résolution" } else { "Pris en charge" })
            .map(|status| format!("[{id}] {status} : Baie de brassage"))
            .collect();
        assert_eq!(heard, expected, "{reader}");
    }
    school.restart();
    assert!(school.letters().is_empty());
}

#[test]
fn a_week_without_a_server_is_told_step_by_step_when_it_is_back() {
    let school = School::new();
    let id = school.declared("Baie de brassage");
    let amina = school.amina();
    school.stop();
    for (status, label) in [("nouveau", "pris-en-charge"), ("pris-en-charge", "en-cours")] {
        school
            .tree()
            .edit(&path_of(&id), |text| text.replace(&format!("status: {status}"), &format!("status: {label}")));
        school.tree().commit("Suite");
    }
    amina.git(&["pull", "--quiet", "--rebase", "origin", "main"]);
    amina.edit(&path_of(&id), |text| text.replace("status: en-cours", "status: ferme"));
    amina.commit("Fin");
    amina.git(&["push", "--quiet", "origin", "HEAD:main"]);
    school.serve_at("2026-11-30T07:45:00+01:00");
    let letters = school.letters();
    for reader in [SOPHIE, TEAM] {
        let heard: Vec<&str> =
            letters.iter().filter(|letter| letter.to == reader).map(|letter| letter.subject.as_str()).collect();
        let expected = ["Pris en charge", "En cours de résolution", "Fermé"]
            .map(|status| format!("[{id}] {status} : Baie de brassage"));
        assert_eq!(heard, expected, "{reader}");
    }
    school.shows(&format!("/tickets/{id}/"), "Fermé");
}

#[test]
fn a_crash_between_queue_and_mark_followed_by_an_amend_tells_once_what_the_branch_holds() {
    let school = School::new();
    let id = school.declared("Serveur de fichiers");
    let tree = school.tree();
    let told = tree.head();
    tree.set_status(&id, "en-cours");
    let commit = tree.commit("En cours");
    assert_eq!(school.letters().len(), 2);
    school.kill();
    // As if it had been killed when the letters were written and the mark was not moved yet.
    tree.git(&["update-ref", "refs/guichet/settled", &told]);
    let (queue, staged) = (school.state("outbox/queue"), school.state("outbox/staged").join(&commit));
    fs::create_dir_all(&staged).unwrap();
    let mut files: Vec<_> = fs::read_dir(&queue).unwrap().flatten().map(|entry| entry.file_name()).collect();
    files.sort();
    for file in files.iter().rev().take(2) {
        fs::rename(queue.join(file), staged.join(file)).unwrap();
    }
    tree.set_status(&id, "ferme");
    tree.git(&["commit", "--quiet", "--all", "--amend", "--message", "Fermé"]);
    school.serve();
    let subjects: Vec<String> = school.letters().into_iter().map(|letter| letter.subject).collect();
    assert_eq!(subjects, vec![format!("[{id}] Fermé : Serveur de fichiers"); 2], "and never « en cours »");
    assert_eq!(fs::read_dir(school.state("outbox/staged")).unwrap().count(), 0);
}

#[test]
fn a_mark_that_is_lost_is_put_back_and_nothing_goes_untold() {
    let school = School::new();
    let id = school.declared("Baie de brassage");
    let mark = school.site().join(".git/refs/guichet/settled");
    for lose in [|mark: &Path| fs::write(mark, "").unwrap(), |mark: &Path| fs::remove_file(mark).unwrap()] {
        school.stop();
        school.tree().edit(&path_of(&id), |text| text + "\nUn mot de plus.\n");
        school.tree().commit("Un mot");
        lose(&mark);
        school.serve();
        assert_eq!(school.letters().len(), 2, "what came while we were off");
    }
    school.stop();
    fs::write(&mark, "").unwrap();
    assert_eq!(school.guichet(&["doctor"]).code, 3);
    school.guichet(&["doctor", "--fix"]).done();
    assert_eq!(school.tree().git(&["rev-parse", "refs/guichet/settled"]), school.tree().head());
    school.serve();
    assert!(school.letters().is_empty());
}

#[test]
fn neither_we_ourselves_nor_machines_are_written_to() {
    let school = School::prepare()
        .replace("from = \"Service informatique <service.informatique", "from = \"Guichet <guichet")
        .serve();
    for address in ["noreply-ent@college.example", "MAILER-DAEMON@college.example", "guichet@college.example"] {
        school.declare("Écran").set("email", address).post().accepted();
        let readers: Vec<String> = school.letters().into_iter().map(|letter| letter.to).collect();
        assert_eq!(readers, [TEAM], "{address}");
    }
}
