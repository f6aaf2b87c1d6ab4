//! `check --push` in a hook of git's keeps out what a push itself makes wrong, whole, and says so to who pushes; in the
//! repository that is served and in a bare one.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::kit::{NOW, School, Tree, binary, by_hand, path_of, path_of_booking, plain};

/// A pre-receive hook with these lines; `guichet` stands for the program, at this school's time.
fn install(git_folder: &Path, lines: &str) -> PathBuf {
    let hook = git_folder.join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    let program = format!("{} --now {NOW}", binary().display());
    fs::write(&hook, format!("#!/bin/sh\n{}\n", lines.replace("guichet", &program))).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    hook
}

/// A bare repository that holds all of a site, as a forge does.
fn forge(school: &School, name: &str) -> PathBuf {
    let bare = school.beside(name);
    school.tree().git(&["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    bare
}

fn clone(school: &School, from: &Path, name: &str) -> Tree {
    let tree = Tree::new(school.beside(name), school.beside("home"), name, &format!("{name}@college.example"));
    tree.clone_from(from);
    tree
}

/// A booking as somebody writes it by hand; its stem.
fn books(tree: &Tree, day: &str, from: &str, to: &str, more: &str) -> String {
    let stem = format!("{day}-salle-info-1-{}", from.replace(':', ""));
    tree.save(
        &path_of_booking(&stem),
        format!("---\nresource: salle-info-1\ndate: {day}\nstart: \"{from}\"\nend: \"{to}\"\n{more}---\n"),
    );
    stem
}

fn push(tree: &Tree, words: &[&str]) -> Output {
    tree.once(&[&["push", "origin"], words].concat())
}

/// Commits all, takes in what others did, and pushes.
fn pushes(tree: &Tree) -> Output {
    tree.commit("À la main");
    tree.git(&["pull", "--quiet", "--rebase", "origin", "main"]);
    push(tree, &["HEAD:main"])
}

fn gets_in(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The push is refused; what is said to who pushed.
fn is_kept_out(output: &Output) -> String {
    let said = plain(&String::from_utf8_lossy(&output.stderr));
    assert!(!output.status.success() && said.contains("pre-receive hook declined"), "{said}");
    said
}

fn says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "« {part} » is missing: {said}");
    }
}

/// Two clones push into `origin` what can not be both.
fn two_clones_push(school: &School, origin: &Path) {
    let (amina, luc) = (clone(school, origin, "amina"), clone(school, origin, "luc"));
    let first = books(&amina, "2026-11-24", "10:30", "11:25", "");
    gets_in(&pushes(&amina));
    let tip = || amina.git(&["ls-remote", "origin", "main"]);
    let before = tip();

    let late = books(&luc, "2026-11-24", "11:00", "12:00", "created: 2026-09-01T08:00:00+02:00\n");
    luc.save("notes.txt", "Avec la réservation.\n");
    let said = is_kept_out(&pushes(&luc));
    let day = "en conflit le mardi 24 novembre 2026 avec";
    says(
        &said,
        &[
            &format!("remote: {}", path_of_booking(&late)),
            day,
            &first,
            "indice : déplacez-la",
            "push refusé, une erreur",
        ],
    );
    assert_eq!(tip(), before, "the push is kept out whole");
    // On another hour, in the commit that is still to be pushed.
    fs::remove_file(luc.dir().join(path_of_booking(&late))).unwrap();
    books(&luc, "2026-11-24", "11:25", "12:20", "");
    luc.git(&["add", "--all"]);
    luc.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    gets_in(&push(&luc, &["HEAD:main"]));

    let before = tip();
    let rule = "rrule: FREQ=WEEKLY;UNTIL=20261215\n";
    let series = books(&amina, "2026-11-17", "11:00", "11:30", rule);
    let said = is_kept_out(&pushes(&amina));
    says(&said, &[&path_of_booking(&series), day, &first]);
    assert_eq!(tip(), before);
    books(&amina, "2026-11-17", "11:00", "11:30", &format!("{rule}exdate: [2026-11-24]\n"));
    gets_in(&pushes(&amina));
}

#[test]
fn what_overlaps_does_not_get_into_the_site_that_is_served() {
    let school = School::new();
    install(&school.site().join(".git"), "exec guichet check --push");
    two_clones_push(&school, school.site());
    school.settled();
    assert!(school.page("/reservations/2026-W48/").contains("id=\"2026-11-24-salle-info-1-1125\""));
    assert!(!school.tree().has(&path_of_booking("2026-11-24-salle-info-1-1100")));
    // A form is no push: nothing stands in its way.
    school.declared("Micro");
}

#[test]
fn what_overlaps_does_not_get_into_a_bare_repository() {
    let school = School::prepare().open();
    let bare = forge(&school, "forge.git");
    install(&bare, "exec guichet check --push");
    two_clones_push(&school, &bare);
    assert!(!bare.join("guichet").exists(), "the hook leaves nothing behind");
}

#[test]
fn only_what_the_push_makes_wrong_keeps_it_out() {
    let school = School::prepare().open();
    let tree = school.tree();
    let (first, _) = (books(tree, "2026-11-24", "10:30", "11:25", ""), books(tree, "2026-11-24", "11:00", "12:00", ""));
    let broken = path_of("2026-0001");
    tree.save(&broken, by_hand("Micro", "résolu"));
    tree.commit("Avant le crochet");
    let bare = forge(&school, "forge.git");
    install(&bare, "exec guichet check --push");
    let luc = clone(&school, &bare, "luc");

    let mine = path_of("2026-0002");
    luc.save(&mine, by_hand("Casque", "nouveau"));
    gets_in(&pushes(&luc));
    // Work on the broken file that leaves its fault is not worse than it was.
    luc.edit(&broken, |text| text + "\nJe regarde.\n");
    gets_in(&pushes(&luc));
    // Of three that met, the two that are left still do: not by this push.
    books(&luc, "2026-11-24", "13:30", "14:25", "");
    fs::remove_file(luc.dir().join(path_of_booking(&first))).unwrap();
    gets_in(&pushes(&luc));

    let mistakes: [(&str, String, &[&str]); 4] = [
        ("status", by_hand("Casque", "clos"), &[":3:9", "fermé ?"]),
        (
            "an address",
            by_hand("Casque", "nouveau\nrequester: sophie@college.example"),
            &[":4:12", "adresse", "people list"],
        ),
        ("no end", "---\ntitle: Casque\n".to_owned(), &["---"]),
        (
            "a conflict",
            "---\n<<<<<<< HEAD\ntitle: a\n=======\ntitle: b\n>>>>>>> luc\n---\n".to_owned(),
            &[":2", "conflit"],
        ),
    ];
    for (what, text, parts) in mistakes {
        luc.save(&mine, text);
        let said = is_kept_out(&pushes(&luc));
        says(&said, parts);
        says(&said, &[&format!("remote: {mine}"), "indice :", "push refusé, une erreur"]);
        assert!(!said.contains(&broken), "{what}: {said}");
        luc.git(&["reset", "--quiet", "--hard", "origin/main"]);
    }
    fs::create_dir_all(luc.dir().join("tickets/2026/00xx")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", luc.dir().join(path_of("2026-0003"))).unwrap();
    says(&is_kept_out(&pushes(&luc)), &[&path_of("2026-0003"), "lien"]);
    luc.git(&["reset", "--quiet", "--hard", "origin/main"]);
    fs::remove_dir_all(luc.dir().join("tickets")).unwrap();
    std::os::unix::fs::symlink("/etc", luc.dir().join("tickets")).unwrap();
    says(&is_kept_out(&pushes(&luc)), &["remote: tickets ", "lien"]);
    luc.git(&["reset", "--quiet", "--hard", "origin/main"]);

    luc.edit("site.toml", |text| text.replacen("[team]", "[taem]", 1));
    says(&is_kept_out(&pushes(&luc)), &["site.toml:5", "team ?"]);
    luc.git(&["reset", "--quiet", "--hard", "origin/main"]);
    // Who mends gets in.
    luc.edit(&broken, |text| text.replacen("résolu", "ferme", 1));
    gets_in(&pushes(&luc));
}

#[test]
fn other_branches_tags_and_deletions_are_nobodys_business() {
    let school = School::prepare().open();
    let bare = school.beside("forge.git");
    school.tree().git(&["init", "--quiet", "--bare", "--initial-branch=main", bare.to_str().unwrap()]);
    install(&bare, "exec guichet check --push");
    let tree = school.tree();
    tree.git(&["remote", "add", "origin", bare.to_str().unwrap()]);
    gets_in(&push(tree, &["main"]));
    tree.git(&["switch", "--quiet", "--create", "essai"]);
    tree.save(&path_of("2026-0001"), by_hand("Micro", "résolu"));
    tree.commit("Un essai");
    tree.git(&["tag", "essai-1"]);
    gets_in(&push(tree, &["essai", "essai-1"]));
    gets_in(&push(tree, &["--delete", "essai"]));
    // The branch that is followed, anew: all of it comes with the push.
    tree.git_with(&["--git-dir", bare.to_str().unwrap(), "update-ref", "-d", "refs/heads/main"], &[]);
    let said = is_kept_out(&push(tree, &["essai:main", "essai:refs/heads/essai"]));
    says(&said, &[&path_of("2026-0001"), "résolu"]);
    assert_eq!(tree.git(&["ls-remote", "--heads", "origin", "essai"]), "", "all or nothing");
    gets_in(&push(tree, &["main:main"]));
}

#[test]
fn a_site_in_a_folder_of_its_repository_is_found() {
    let school = School::prepare().open();
    let bare = school.beside("forge.git");
    let tree = Tree::new(school.beside("lycee"), school.beside("home"), "Luc", "luc@college.example");
    fs::create_dir_all(tree.dir()).unwrap();
    tree.git(&["init", "--quiet", "--initial-branch=main"]);
    tree.save("aide/site.toml", school.tree().read("site.toml"));
    tree.save("tickets/notes.md", "Rien de Guichet.\n");
    tree.commit("Début");
    tree.git(&["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    tree.git(&["remote", "add", "origin", bare.to_str().unwrap()]);
    install(&bare, "exec guichet --site aide check --push");
    tree.save("tickets/2026/00xx/2026-0001.md", "rien de Guichet non plus");
    tree.commit("Ailleurs");
    gets_in(&push(&tree, &["main"]));
    tree.save(&format!("aide/{}", path_of("2026-0001")), by_hand("Micro", "résolu"));
    tree.commit("Un ticket");
    says(&is_kept_out(&push(&tree, &["main"])), &[&format!("remote: {}:3:9", path_of("2026-0001"))]);
}

#[test]
fn a_hook_of_ones_own_checks_a_plain_folder() {
    let school = School::prepare().open();
    let bare = forge(&school, "forge.git");
    let lines = "read old new name\ntmp=$(mktemp -d)\ntrap 'rm -rf \"$tmp\"' EXIT\n\
         git archive \"$new\" | tar x -C \"$tmp\"\nguichet --site \"$tmp\" check";
    install(&bare, lines);
    let luc = clone(&school, &bare, "luc");
    let first = books(&luc, "2026-11-24", "10:30", "11:25", "created: 2026-11-20T08:00:00+01:00\n");
    gets_in(&pushes(&luc));
    let rule = "created: 2026-11-21T08:00:00+01:00\nrrule: FREQ=WEEKLY;UNTIL=20261215\n";
    let series = books(&luc, "2026-11-17", "11:00", "11:30", rule);
    says(&is_kept_out(&pushes(&luc)), &[&path_of_booking(&series), &first, "24 novembre 2026", "indice :"]);

    let folder = school.beside("dossier");
    fs::create_dir_all(&folder).unwrap();
    let (folder, out) = (folder.to_str().unwrap(), school.beside("tout.tar"));
    luc.git(&["archive", "--output", out.to_str().unwrap(), "HEAD"]);
    assert!(Command::new("tar").args(["xf", out.to_str().unwrap(), "-C", folder]).status().unwrap().success());
    let run = school.command(&["--site", folder, "check"]).wrong();
    says(&run.err, &[&path_of_booking(&series), "en conflit"]);
    says(&run.out, &["0 demande et 2 réservations lisibles : 1 erreur"]);
    let run = school.command(&["--site", folder, "check", &format!("{folder}/{}", path_of_booking(&first))]).done();
    says(&run.out, &["2 réservations vérifiées"]);
    assert!(!Path::new(folder).join(".git").exists() && !Path::new(folder).join("public").exists());
}

#[test]
fn a_hook_that_git_does_not_run_is_found() {
    let school = School::prepare().open();
    let hook = install(&school.site().join(".git"), "exec guichet check --push");
    assert!(!school.guichet(&["doctor"]).done().out.contains("pre-receive"));
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o644)).unwrap();
    let run = school.guichet(&["doctor"]);
    says(&run.out, &["crochet git « pre-receive » n’est pas exécutable", "hooks/pre-receive"]);
    assert_eq!(run.code, 3);
    school.guichet(&["doctor", "--fix"]).done();
    assert_eq!(fs::metadata(&hook).unwrap().permissions().mode() & 0o777, 0o755);
}

#[test]
fn without_git_on_the_other_side_it_says_how_it_is_meant() {
    let school = School::prepare().open();
    says(&school.guichet(&["check", "--push"]).wrong().err, &["pre-receive", "ANCIEN NOUVEAU RÉFÉRENCE"]);
    assert_eq!(school.guichet(&["check", "--push", "site.toml"]).code, 2);
}
