//! An installation is looked after: saved while it works, put back elsewhere, examined and mended.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::kit::{School, Sink, eventually, path_of};

/// A path as a word of a command.
fn word(path: &Path) -> &str {
    path.to_str().expect("paths of a story are UTF-8")
}

fn git(folder: &Path, words: &[&str]) -> String {
    let out = Command::new("git").arg("-C").arg(folder).args(words).output().expect("git is there");
    assert!(out.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                found.insert(path.strip_prefix(folder).expect("below").to_owned(), bytes);
            }
        }
    }
    found
}

fn permissions(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn a_restored_site_is_the_same_down_to_unfinished_work_and_waiting_letters() {
    let school = School::new();
    let (first, second) = (school.declared("Plus de son"), school.declared("Plus d’image"));
    school.stop();
    school.tree().edit(&path_of(&first), |text| text + "\nUn brouillon.\n");
    school.tree().save("note.txt", "staged");
    school.tree().git(&["add", "note.txt"]);
    school.tree().save("note.txt", "and changed again");
    fs::remove_file(school.site().join(path_of(&second))).expect("the ticket's file");
    school.leave_work();

    let (file, back) = (school.beside("b.sauvegarde"), school.beside("back"));
    school.guichet(&["backup", word(&file)]).done();
    assert_eq!(permissions(&file), 0o600);
    assert!(school.guichet(&["backup", word(&file)]).wrong().err.contains("--force"));
    school.guichet(&["backup", "--force", word(&file)]).done();
    school.guichet(&["backup", word(&school.site().join("inside"))]).wrong();
    school.command(&["restore", word(&file), word(school.site())]).wrong();
    school.command(&["restore", word(&file), word(&back)]).done();

    git(&back, &["fsck", "--full", "--strict"]);
    for words in [&["status", "--short"][..], &["for-each-ref"], &["diff", "--cached"], &["config", "-l", "--local"]] {
        assert_eq!(git(&back, words), git(school.site(), words), "git {words:?}");
    }
    let pages = [(school.site(), "p1"), (&back, "p2")].map(|(site, name)| {
        let output = school.beside(name);
        school.command(&["--site", word(site), "build", "--output", word(&output)]).done();
        files(&output)
    });
    assert!(pages[0] == pages[1], "the pages differ");

    let letters = files(&school.state("outbox/queue"));
    assert_eq!(letters.len(), 4);
    school.serve_once(&back);
    let state = back.join(".git/guichet");
    assert!(files(&state.join("outbox/queue")) == letters, "other letters wait");
    for private in [state.clone(), state.join("outbox"), state.join("outbox/queue")] {
        assert_eq!(permissions(&private), 0o700, "{}", private.display());
    }
    assert_eq!(permissions(&state.join("people.toml")), 0o600);
}

#[test]
fn what_was_told_is_not_told_again_by_the_restored_site() {
    let sink = Sink::new();
    let school = School::prepare().smtp(&sink).serve();
    school.declare("Plus de wifi").post().accepted();
    sink.wait_for(2);
    eventually("the outbox is empty", || (school.health()["outbox_pending"] == 0).then_some(()));
    let (file, back) = (school.beside("b.sauvegarde"), school.beside("back"));
    school.guichet(&["backup", word(&file)]).done();
    school.command(&["restore", word(&file), word(&back)]).done();
    school.serve_once(&back);
    assert_eq!(sink.taken().len(), 2);
    assert_eq!(files(&back.join(".git/guichet/outbox/queue")).len(), 0);
}

#[test]
fn a_backup_beside_forms_pushes_and_git_gc_is_whole() {
    let school = School::new();
    school.leave_letters();
    let amina = school.amina();
    let (site, over) = (school.site().to_owned(), AtomicBool::new(false));
    let post = |text: &str| school.declare(text).request();
    let forms: Vec<_> = (0..12).map(|number| post(&format!("Panne {number}"))).collect();
    let address = school.address();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for (number, form) in forms.iter().enumerate() {
                assert_eq!(form.send(address).status, 303);
                if number % 4 == 0 {
                    git(&site, &["gc", "--quiet", "--prune=now"]);
                    amina.git(&["pull", "--quiet", "--rebase"]);
                    amina.save("lisez-moi.md", format!("{number}"));
                    amina.commit("Une note");
                    // A form may come in between: then this push is refused, and the next one takes it along.
                    amina.try_git(&["push", "--quiet"]);
                }
            }
            over.store(true, Ordering::Release);
        });
        let mut round = 0;
        while !over.load(Ordering::Acquire) || round == 0 {
            let (file, back) = (school.beside(&format!("file-{round}")), school.beside(&format!("back-{round}")));
            school.guichet(&["backup", word(&file)]).done();
            school.command(&["restore", word(&file), word(&back)]).done();
            git(&back, &["fsck", "--full"]);
            git(&back, &["merge-base", "--is-ancestor", "refs/guichet/settled", "HEAD"]);
            round += 1;
        }
    });
}

#[test]
fn a_doctor_names_what_is_wrong_mends_what_is_safe_and_leaves_the_rest() {
    let school = School::prepare().open();
    let well = school.guichet(&["doctor"]).done();
    assert!(well.out.contains("Aucun défaut"), "{}", well.out);

    let hook = school.site().join(".git/hooks/post-receive");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).expect("the hook");
    school.tree().git(&["config", "receive.denyCurrentBranch", "refuse"]);
    school.tree().save("tickets/2026/00xx/2026-0001.md", "rien\n");
    school.leave_work();
    let found = school.guichet(&["doctor", "--json"]);
    assert_eq!(found.code, 3, "{}", found.out);
    assert_eq!(permissions(&hook), 0o644, "looking mends nothing");

    let mended = school.guichet(&["doctor", "--fix"]).wrong();
    assert!(mended.out.contains("réparé") && mended.out.contains("2026-0001.md:1:1"), "{}", mended.out);
    assert_eq!(permissions(&hook), 0o755);
    let left = school.guichet(&["doctor", "--json"]).wrong();
    let left: serde_json::Value = serde_json::from_str(&left.out).expect("JSON");
    let faults = left["findings"].as_array().expect("a list").iter().filter(|finding| finding["verdict"] == "fault");
    let checks: Vec<_> = faults.map(|finding| finding["check"].as_str().expect("a name")).collect();
    assert_eq!(checks, ["files"]);

    school.tree().git(&["switch", "--quiet", "--create", "autre"]);
    let elsewhere = school.guichet(&["doctor"]);
    assert_eq!(elsewhere.code, 3);
    assert!(elsewhere.out.contains("switch main"), "{}", elsewhere.out);
}

#[test]
fn rooms_come_from_a_spreadsheet_once() {
    let school = School::prepare().open();
    let file = school.beside("salles.csv");
    fs::write(
        &file,
        b"Nom;Groupe;R\xe9servable\r\nSalle d\x92\xe9tude;Salles;non\r\nCDI;Salles;oui\r\nX;Salles;bof\r\n",
    )
    .unwrap();
    let import = |more: &[&str]| {
        let words = [&["import", "rooms", file.to_str().unwrap()], more].concat();
        school.guichet(&words).wrong()
    };
    let shown = school.unchanged(|| import(&["--dry-run"]));
    assert!(shown.out.contains("name = \"Salle d’étude\"\ngroup = \"Salles\"\nbookable = false"), "{}", shown.out);
    let done = import(&[]);
    assert!(done.out.contains("2 ressources ajoutées") && done.err.contains("ligne 4"), "{} {}", done.out, done.err);
    let tree = school.tree();
    assert_eq!(tree.paths("HEAD"), ["site.toml"]);
    assert!(tree.git(&["status", "--porcelain"]).is_empty());
    assert!(school.unchanged(|| import(&[])).out.contains("2 déjà là"));
    school.guichet(&["check"]).done();
    tree.edit("site.toml", |text| format!("{text}# en cours\n"));
    fs::write(&file, "Amphi\n").unwrap();
    let busy = school.unchanged(|| import(&[]));
    assert!(busy.err.contains("site.toml"), "{}", busy.err);
    school.leave_work();
}

#[test]
fn an_answer_that_nobody_reads_or_that_can_not_be_written_ends_the_command_in_order() {
    let school = School::prepare().open();
    let words = ["--site", school.site().to_str().unwrap(), "calendar"];
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let unread = school.command_to(&words, writer);
    assert_eq!((unread.code, unread.err.as_str()), (141, ""));
    let full = school.command_to(&words, fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    assert!(full.code == 3 && full.err.starts_with("guichet: standard output: "), "{} {}", full.code, full.err);
}
