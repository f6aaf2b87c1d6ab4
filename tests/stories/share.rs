//! Other people work in the same tree and the same history: nothing of theirs is swept up, overwritten or lost,
//! and rewritten history neither floods nor forgets.

use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::kit::{Form, School, TEAM, Tree, by_hand, eventually, path_of, signal};

#[test]
fn staged_and_unsaved_work_is_left_alone_while_forms_and_pushes_come_in() {
    let school = School::new();
    let (a, b) = (school.declared("Ticket A"), school.declared("Ticket B"));
    let tree = school.tree();
    tree.save("notes.txt", "première version\n");
    tree.commit("Notes");
    let amina = school.amina();
    // Paul: one thing staged, one thing not, one new file, one of each in the same file.
    tree.edit(&path_of(&a), |text| text + "\nBrouillon de Paul\n");
    tree.save("notes.txt", "indexé\n");
    tree.save("nouveau.txt", "indexé aussi\n");
    tree.git(&["add", "notes.txt", "nouveau.txt"]);
    tree.save("notes.txt", "indexé puis continué\n");
    tree.save("brouillon.txt", "ni indexé ni enregistré\n");
    let work = |tree: &Tree| {
        (
            tree.git(&["diff", "--cached"]),
            tree.git(&["diff"]),
            tree.git(&["ls-files", "--others", "--exclude-standard"]),
            tree.read("notes.txt"),
            tree.read("brouillon.txt"),
        )
    };
    let before = work(tree);
    let start = tree.head();
    std::thread::scope(|scope| {
        let school = &school;
        for n in 0..6 {
            let form = school.declare(&format!("Pendant ce temps {n}")).set("email", format!("p{n}@college.example"));
            scope.spawn(move || form.post().accepted());
        }
        let (amina, b) = (&amina, &b);
        scope.spawn(move || {
            for (n, status) in ["pris-en-charge", "en-cours", "ferme"].iter().enumerate() {
                amina.set_status(b, status);
                amina.save(&format!("guide-{n}.txt"), format!("Guide {n}\n"));
                amina.commit(status);
                amina.push();
            }
        });
    });
    school.settled();
    eventually("everything is recorded and checked out", || (work(tree) == before).then_some(()));
    assert!(tree.read(&path_of(&b)).contains("status: ferme"), "the push is checked out");
    for n in 0..3 {
        assert_eq!(tree.read(&format!("guide-{n}.txt")), format!("Guide {n}\n"));
    }
    let commits = tree.git(&["rev-list", &format!("{start}..main")]);
    let (mut forms, mut pushes) = (0, 0);
    for commit in commits.lines() {
        let paths = tree.paths(commit);
        match tree.git(&["log", "-1", "--format=%ae", commit]).as_str() {
            TEAM => {
                forms += 1;
                assert!(paths.len() == 1 && paths[0].starts_with("tickets/2026/"), "{paths:?}");
            }
            _ => pushes += 1,
        }
        for own in ["notes.txt", "nouveau.txt", "brouillon.txt", &path_of(&a)] {
            assert!(!paths.contains(&own.to_owned()), "{own} got into {commit}");
        }
    }
    assert_eq!((forms, pushes), (6, 3));
    assert_eq!(school.letters().len(), 12 + 6);
    // Paul goes on and finishes.
    tree.commit("Ce que je préparais");
    school.skip_letters();
    assert_eq!(tree.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_push_to_a_file_that_somebody_is_editing_leaves_the_edit_alone() {
    let school = School::new();
    let id = school.declared("Ticket A");
    let amina = school.amina();
    let tree = school.tree();
    tree.edit(&path_of(&id), |text| text + "\nBrouillon de Paul\n");
    let mine = tree.read(&path_of(&id));
    amina.set_status(&id, "ferme");
    amina.commit("Réparé");
    amina.push();
    assert_eq!(school.letters().len(), 2, "the mail follows the commit");
    assert_eq!(tree.read(&path_of(&id)), mine, "the page and the file are still Paul's");
    assert!(school.shown(&format!("/tickets/{id}/")).contains("Brouillon de Paul"));
    // Paul's next plain commit must not silently undo Amina's: git sees his file as changed.
    assert!(tree.git(&["status", "--porcelain"]).contains(&path_of(&id)));
    tree.git(&["checkout", "--quiet", "HEAD", "--", &path_of(&id)]);
    assert!(tree.read(&path_of(&id)).contains("status: ferme"));
}

#[test]
fn plain_commits_in_the_servers_tree_while_forms_are_posted_lose_nothing() {
    let school = School::new();
    let ids: Vec<String> = std::thread::scope(|scope| {
        let school = &school;
        let form = |n| school.declare(&format!("Formulaire {n}")).set("email", format!("p{n}@college.example"));
        let forms: Vec<_> = (0..12).map(form).collect();
        let posts = scope.spawn(move || forms.iter().map(|form| form.post().accepted()).collect());
        for n in 0..8 {
            school.tree().save(&format!("notes-{n}.txt"), format!("{n}\n"));
            school.tree().git(&["add", &format!("notes-{n}.txt")]);
            school.tree().git(&["commit", "--quiet", "--message", &format!("Notes {n}")]);
        }
        posts.join().unwrap()
    });
    school.settled();
    for id in &ids {
        school.page(&format!("/tickets/{id}/"));
        eventually("the ticket is on the branch", || {
            school.tree().try_git(&["cat-file", "-e", &format!("main:{}", path_of(id))]).status.success().then_some(())
        });
    }
    for n in 0..8 {
        school.tree().git(&["cat-file", "-e", &format!("main:notes-{n}.txt")]);
    }
    assert_eq!(school.letters().len(), 24, "once each, whatever was put back");
}

#[test]
fn amending_the_last_status_tells_it_once() {
    let school = School::new();
    let id = school.declared("Micro");
    school.tree().set_status(&id, "en-cours");
    school.tree().commit("Je comence");
    assert_eq!(school.letters().len(), 2);
    school.tree().git(&["commit", "--quiet", "--amend", "--message", "Je commence"]);
    assert!(school.letters().is_empty(), "another message, the same change");
    school.tree().set_status(&id, "ferme");
    school.tree().git(&["commit", "--quiet", "--all", "--amend", "--message", "Fini"]);
    let letters = school.letters();
    assert_eq!(letters.len(), 2);
    assert!(letters[0].text.contains("en cours de résolution → fermé"), "{}", letters[0].text);
    school.restart();
    assert!(school.letters().is_empty());
}

#[test]
fn a_squash_tells_nothing_again_and_misses_nothing() {
    let school = School::new();
    let id = school.declared("Micro");
    let amina = school.amina();
    let base = amina.head();
    for status in ["pris-en-charge", "en-cours"] {
        amina.set_status(&id, status);
        amina.commit(status);
    }
    amina.push();
    assert_eq!(school.letters().len(), 4);
    amina.git(&["reset", "--quiet", "--soft", &base]);
    amina.git(&["commit", "--quiet", "--message", "En une fois"]);
    amina.git(&["push", "--quiet", "--force", "origin", "HEAD:main"]);
    assert!(school.letters().is_empty(), "told already");
    amina.set_status(&id, "ferme");
    amina.commit("Fini");
    amina.push();
    assert_eq!(school.letters().len(), 2);
    assert!(school.tree().read(&path_of(&id)).contains("status: ferme"));
}

#[test]
fn a_rebase_of_what_was_told_tells_only_what_is_new() {
    let school = School::new();
    let (a, b) = (school.declared("Micro"), school.declared("Casque"));
    let amina = school.amina();
    school.tree().set_status(&a, "en-cours");
    school.tree().commit("A");
    assert_eq!(school.letters().len(), 2);
    // Amina's work is put below Paul's, which was told already.
    amina.set_status(&b, "ferme");
    amina.commit("B");
    school.tree().git(&["fetch", "--quiet", amina.dir().to_str().unwrap(), "main"]);
    school.tree().git(&["rebase", "--quiet", "FETCH_HEAD"]);
    let letters = school.letters();
    let subjects: Vec<&str> = letters.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(subjects, vec![format!("[{b}] Fermé : Casque"); 2]);
}

#[test]
fn a_branch_that_is_lost_closes_the_forms_until_it_is_put_back() {
    let school = School::new();
    let id = school.declared("Micro");
    let tree = school.tree();
    let tip = tree.head();
    let branch = school.site().join(".git/refs/heads/main");
    let lose: [&dyn Fn(); 2] =
        [&|| drop(tree.git(&["update-ref", "-d", "refs/heads/main"])), &|| std::fs::write(&branch, "").unwrap()];
    for lose in lose {
        lose();
        let refused = school.declare("Orphelin").post();
        refused.refused(503);
        assert!(refused.text().contains("a disparu"), "{}", refused.text());
        assert!(!tree.try_git(&["rev-parse", "--verify", "--quiet", "main"]).status.success(), "no other history");
        school.shows("/problems/", "doctor --fix");
        let found = school.guichet(&["doctor"]);
        assert!(found.code == 3 && found.out.contains(&tip[..10]) && !found.out.contains("mv "), "{}", found.out);
        assert_eq!(school.guichet(&["ticket", "new", "--resource", "wifi", "-m", "Orphelin"]).code, 3);
        school.guichet(&["doctor", "--fix"]).done();
        assert_eq!((tree.head(), tree.git(&["status", "--porcelain"])), (tip.clone(), String::new()));
        eventually("all is well again", || (school.problems() == 0).then_some(()));
    }
    school.page(&format!("/tickets/{id}/"));
    assert_eq!(school.declared("Ensuite"), "2026-0002");
}

#[test]
fn going_back_to_an_old_commit_alerts_once_and_keeps_the_mark() {
    let school = School::new();
    let id = school.declared("Micro");
    let old = school.tree().head();
    school.tree().set_status(&id, "ferme");
    let newest = school.tree().commit("Fermé");
    assert_eq!(school.letters().len(), 2);
    let amina = school.amina();
    amina.git(&["push", "--quiet", "--force", "origin", &format!("{old}:main")]);
    let alerts = school.letters();
    assert_eq!(alerts.len(), 1);
    assert_eq!(
        (alerts[0].to.as_str(), alerts[0].subject.as_str()),
        (TEAM, "[Guichet] La branche est revenue en arrière")
    );
    school.restart();
    assert!(school.letters().is_empty(), "said once");
    // The same push undone: what was told stays told.
    amina.git(&["push", "--quiet", "--force", "origin", &format!("{newest}:main")]);
    assert!(school.letters().is_empty());
    assert!(school.shown(&format!("/tickets/{id}/")).contains("Fermé"));
}

#[test]
fn after_going_back_the_next_commit_tells_where_things_stand() {
    let school = School::new();
    let id = school.declared("Micro");
    school.tree().set_status(&id, "ferme");
    school.tree().commit("Fermé");
    assert_eq!(school.letters().len(), 2);
    school.tree().git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    assert_eq!(school.letters().len(), 1, "one alert");
    school.tree().save("notes.txt", "x");
    school.tree().commit("Notes");
    let letters = school.letters();
    assert_eq!(letters.len(), 2, "the last mail about a ticket states the status that the branch holds: {letters:?}");
    assert!(letters[0].text.contains("fermé → nouveau"), "{}", letters[0].text);
}

#[test]
fn history_of_another_making_alerts_instead_of_flooding() {
    let school = School::new();
    for n in 1..=11 {
        school.tree().save(&path_of(&format!("2026-{n:04}")), by_hand(&format!("Fiche {n}"), "nouveau"));
    }
    school.tree().commit("Onze fiches [sans mail]");
    assert!(school.letters().is_empty());
    let amina = school.amina();
    amina.git(&["checkout", "--quiet", "--orphan", "neuf"]);
    for n in 1..=11 {
        amina.set_status(&format!("2026-{n:04}"), "ferme");
    }
    amina.commit("Histoire refaite");
    amina.git(&["push", "--quiet", "--force", "origin", "neuf:main"]);
    let alerts = school.letters();
    assert_eq!(alerts.len(), 1, "{alerts:?}");
    assert_eq!((alerts[0].to.as_str(), alerts[0].subject.as_str()), (TEAM, "[Guichet] L’historique a été réécrit"));
    assert!(alerts[0].text.contains("11") && alerts[0].text.contains("2026-0007"), "{}", alerts[0].text);
    // From there on it goes on as usual.
    amina.set_status("2026-0003", "en-cours");
    amina.commit("Rouvert");
    amina.git(&["push", "--quiet", "origin", "neuf:main"]);
    assert_eq!(school.letters().len(), 1, "to the team: nobody asked by name");
    school.restart();
    assert!(school.letters().is_empty());
}

#[test]
fn a_rewrite_of_ten_is_told_one_by_one() {
    let school = School::new();
    for n in 1..=10 {
        school.tree().save(&path_of(&format!("2026-{n:04}")), by_hand(&format!("Fiche {n}"), "nouveau"));
    }
    school.tree().commit("Dix fiches [sans mail]");
    school.skip_letters();
    for n in 1..=10 {
        school.tree().set_status(&format!("2026-{n:04}"), "ferme");
    }
    school.tree().git(&["commit", "--quiet", "--all", "--amend", "--message", "Dix fiches fermées"]);
    assert_eq!(school.letters().len(), 10);
}

#[test]
fn a_push_in_the_middle_of_forms_keeps_both() {
    let school = School::new();
    let id = school.declared("Micro");
    let amina = school.amina();
    std::thread::scope(|scope| {
        let school = &school;
        for n in 0..10 {
            let form = school.declare(&format!("Formulaire {n}")).set("email", format!("p{n}@college.example"));
            scope.spawn(move || form.post().accepted());
        }
        for status in ["pris-en-charge", "en-cours", "sans-suite", "ferme"] {
            amina.set_status(&id, status);
            amina.commit(status);
            amina.push();
        }
    });
    let letters = school.letters();
    assert_eq!(letters.len(), 20 + 8);
    let own: Vec<&str> = letters
        .iter()
        .filter(|letter| letter.to == TEAM && letter.subject.ends_with(": Micro"))
        .map(|letter| letter.subject.as_str())
        .collect();
    let expected =
        ["Pris en charge", "En cours de résolution", "Sans suite", "Fermé"].map(|s| format!("[{id}] {s} : Micro"));
    assert_eq!(own, expected);
}

#[test]
fn the_repositorys_own_hooks_and_filters_are_not_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let school = School::new();
    let mark = school.beside("hook-was-here");
    for hook in
        ["pre-commit", "post-commit", "commit-msg", "reference-transaction", "post-checkout", "post-index-change"]
    {
        let path = school.site().join(".git/hooks").join(hook);
        std::fs::write(&path, format!("#!/bin/sh\necho {hook} >>{}\n", mark.display())).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let config = school.site().join(".git/config");
    let text = std::fs::read_to_string(&config).unwrap();
    let filter = format!("touch {}; cat", mark.display());
    std::fs::write(
        &config,
        format!(
            "{text}[filter \"x\"]\n\tclean = {filter}\n\tsmudge = {filter}\n[core]\n\tfsmonitor = {0}\n",
            mark.display()
        ),
    )
    .unwrap();
    school.tree().save(".gitattributes", "*.md filter=x\n");
    let id = school.declare("Crochets").post().accepted();
    school.guichet(&["ticket", "status", &id, "ferme"]).done();
    school.guichet(&["check"]).done();
    school.settled();
    assert!(!mark.exists(), "{}", std::fs::read_to_string(&mark).unwrap_or_default());
    std::fs::remove_file(school.site().join(".gitattributes")).unwrap();
    std::fs::remove_dir_all(school.site().join(".git/hooks")).unwrap();
    std::fs::write(&config, text).unwrap();
    school.skip_letters();
}

#[test]
fn init_is_safe_to_repeat_and_on_what_is_there() {
    let school = School::prepare()
        .before(|tree| {
            tree.save("README.md", "Notre dépôt\n");
            tree.save(".gitignore", "*.bak");
            tree.commit("Ce qui était là");
            tree.save("README.md", "Notre dépôt, en travaux\n");
            tree.save("brouillon.txt", "x\n");
            tree.git(&["add", "brouillon.txt"]);
        })
        .open();
    let tree = school.tree();
    let state =
        |tree: &Tree| (tree.head(), tree.git(&["diff"]), tree.git(&["diff", "--cached"]), tree.read("README.md"));
    let before = state(tree);
    for _ in 0..2 {
        school.command(&["init", school.site().to_str().unwrap()]).done();
        assert_eq!(state(tree), before);
    }
    assert_eq!(tree.read(".gitignore"), "*.bak\n/public/\n");
    assert_eq!(tree.read("README.md"), "Notre dépôt, en travaux\n");
    for commit in tree.git(&["rev-list", "main"]).lines() {
        let paths = tree.paths(commit);
        assert!(
            !paths.contains(&"brouillon.txt".to_owned())
                || tree.git(&["log", "-1", "--format=%s", commit]) == "Réglages"
        );
    }
    school.leave_work();
}

#[test]
fn the_same_number_taken_twice_collides_in_git_itself() {
    let school = School::new();
    let amina = school.amina();
    amina.save(&path_of("2026-0001"), by_hand("Fiche d’Amina", "nouveau"));
    amina.commit("Fiche");
    let id = school.declared("Fiche de Sophie");
    assert_eq!(id, "2026-0001");
    assert!(!amina.try_git(&["push", "--quiet", "origin", "HEAD:main"]).status.success());
    amina.git(&["fetch", "--quiet", "origin"]);
    assert!(!amina.try_git(&["rebase", "origin/main"]).status.success(), "add/add");
    amina.git(&["rebase", "--abort"]);
    assert!(school.shown(&format!("/tickets/{id}/")).contains("Fiche de Sophie"));
}

#[test]
fn a_push_without_a_server_leaves_work_in_progress_alone() {
    let school = School::new();
    let id = school.declared("Micro");
    let amina = school.amina();
    school.stop();
    let tree = school.tree();
    tree.save("brouillon.txt", "indexé\n");
    tree.git(&["add", "brouillon.txt"]);
    tree.save("brouillon.txt", "indexé puis continué\n");
    tree.save("autre.txt", "jamais ajouté\n");
    amina.set_status(&id, "ferme");
    amina.commit("Réparé");
    amina.push();
    assert!(tree.read(&path_of(&id)).contains("status: ferme"));
    assert_eq!(tree.git(&["status", "--porcelain"]), "AM brouillon.txt\n?? autre.txt");
    assert_eq!(tree.read("brouillon.txt"), "indexé puis continué\n");
    school.serve();
    assert_eq!(school.letters().len(), 2);
    assert_eq!(tree.git(&["status", "--porcelain"]), "AM brouillon.txt\n?? autre.txt");
    school.leave_work();
}

#[test]
fn a_push_that_would_overwrite_unsaved_work_without_a_server_is_refused_whole() {
    let school = School::new();
    let id = school.declared("Micro");
    let amina = school.amina();
    school.stop();
    school.tree().edit(&path_of(&id), |text| text + "\nBrouillon de Paul\n");
    let (mine, head) = (school.tree().read(&path_of(&id)), school.tree().head());
    amina.set_status(&id, "ferme");
    amina.commit("Réparé");
    assert!(!amina.try_git(&["push", "--quiet", "origin", "HEAD:main"]).status.success());
    assert_eq!((school.tree().read(&path_of(&id)), school.tree().head()), (mine, head));
    school.leave_work();
}

#[test]
fn a_file_removed_on_purpose_stays_removed() {
    let school = School::new();
    let (one, two) = (school.declared("Doublon"), school.declared("Autre doublon"));
    let tree = school.tree();
    tree.git(&["rm", "--quiet", &path_of(&one)]);
    tree.commit("Retire un doublon");
    let amina = school.amina();
    amina.git(&["rm", "--quiet", &path_of(&two)]);
    amina.commit("Retire l’autre");
    amina.push();
    assert!(school.letters().is_empty(), "a deletion of a ticket tells nobody");
    for id in [&one, &two] {
        eventually("the page is gone", || (school.get(&format!("/tickets/{id}/")).status == 404).then_some(()));
        assert!(!tree.has(&path_of(id)));
    }
    let log = tree.git(&["log", "--format=%s", "-1"]);
    assert_eq!(log, "Retire l’autre", "nothing was put back");
}

#[test]
fn a_push_to_a_file_with_staged_work_leaves_the_staged_work_staged() {
    let school = School::new();
    let tree = school.tree();
    for name in ["un.txt", "deux.txt"] {
        tree.save(name, "ancien\n");
    }
    tree.commit("Deux fichiers");
    school.settled();
    let amina = school.amina();
    // One is staged and saved alike; the other is staged, then the file itself was put back.
    for name in ["un.txt", "deux.txt"] {
        tree.save(name, "préparé par Paul\n");
        tree.git(&["add", name]);
    }
    tree.save("deux.txt", "ancien\n");
    for name in ["un.txt", "deux.txt", "trois.txt"] {
        amina.save(name, "d’Amina\n");
    }
    amina.commit("Par Amina");
    amina.push();
    school.settled();
    for name in ["un.txt", "deux.txt"] {
        assert_eq!(tree.git(&["show", &format!(":{name}")]), "préparé par Paul", "{name}");
        assert_eq!(tree.git(&["show", &format!("main:{name}")]), "d’Amina", "{name}");
    }
    assert_eq!((tree.read("un.txt"), tree.read("deux.txt")), ("préparé par Paul\n".into(), "ancien\n".into()));
    assert_eq!(tree.read("trois.txt"), "d’Amina\n");
    tree.git(&["reset", "--quiet", "--hard"]);
}

#[test]
fn a_commit_whose_index_was_read_too_early_loses_nothing() {
    let school = School::new();
    let first = school.declared("Micro");
    let tree = school.tree();
    let (index, early) = (school.site().join(".git/index"), school.site().join(".git/index-early"));
    // While somebody holds the index, two forms come in: their entries wait.
    std::fs::write(school.site().join(".git/index.lock"), "").unwrap();
    let new = school.declare("Casque").set("email", "luc@college.example").post().accepted();
    school.speak(&first, "answers").set("text", "Toujours en panne.").post().accepted();
    assert_eq!(school.letters().len(), 4);
    // What git commit does when it reads the branch after, but the index before: both are dropped.
    std::fs::copy(&index, &early).unwrap();
    tree.save("notes.txt", "notes\n");
    let environment = [("GIT_INDEX_FILE", early.to_str().unwrap())];
    tree.git_with(&["add", "notes.txt"], &environment);
    tree.git_with(&["commit", "--quiet", "--message", "Notes"], &environment);
    std::fs::remove_file(&early).unwrap();
    std::fs::remove_file(school.site().join(".git/index.lock")).unwrap();
    for (id, text) in [(&new, "Casque"), (&first, "Toujours en panne.")] {
        eventually("it is on the branch again", || {
            let shown = tree.try_git(&["show", &format!("main:{}", path_of(id))]);
            String::from_utf8_lossy(&shown.stdout).contains(text).then_some(())
        });
        assert!(school.shown(&format!("/tickets/{id}/")).contains(text));
    }
    assert_eq!(tree.git(&["show", "main:notes.txt"]), "notes", "and so is the other's work");
    assert!(school.letters().is_empty(), "told already, and never undone");
    tree.git(&["reset", "--quiet"]);
}

#[test]
fn what_a_commit_dropped_is_put_back_although_a_push_followed_at_once() {
    let school = School::new();
    let tree = school.tree();
    let (index, early) = (school.site().join(".git/index"), school.site().join(".git/index-early"));
    std::fs::write(school.site().join(".git/index.lock"), "").unwrap();
    let id = school.declare("Casque").post().accepted();
    assert_eq!(school.letters().len(), 2);
    std::fs::copy(&index, &early).unwrap();
    std::fs::remove_file(school.site().join(".git/index.lock")).unwrap();
    eventually("the entry is recorded", || tree.git(&["status", "--porcelain"]).is_empty().then_some(()));
    // The server has no time to look in between.
    signal("-STOP", school.pid());
    tree.save("notes.txt", "notes\n");
    let environment = [("GIT_INDEX_FILE", early.to_str().unwrap())];
    tree.git_with(&["add", "notes.txt"], &environment);
    tree.git_with(&["commit", "--quiet", "--message", "Notes"], &environment);
    std::fs::remove_file(&early).unwrap();
    let amina = school.amina();
    amina.save("autre.txt", "autre\n");
    amina.commit("Par Amina, sur ce qu’elle trouve");
    amina.push();
    signal("-CONT", school.pid());
    eventually("the ticket is on the branch again", || {
        tree.try_git(&["cat-file", "-e", &format!("main:{}", path_of(&id))]).status.success().then_some(())
    });
    school.settled();
    assert!(school.shown(&format!("/tickets/{id}/")).contains("Casque"));
    assert_eq!((tree.read("notes.txt"), tree.read("autre.txt")), ("notes\n".into(), "autre\n".into()));
    assert!(school.letters().is_empty());
    tree.git(&["reset", "--quiet"]);
}

#[test]
fn what_is_dropped_is_put_back_untold_although_others_committed_in_between() {
    let school = School::new();
    let tree = school.tree();
    let (index, early) = (school.site().join(".git/index"), school.site().join(".git/index-early"));
    std::fs::copy(&index, &early).unwrap();
    let booked = Form::new(school.address(), "/reservations")
        .set("resource", "salle-info-1")
        .set("date", "2026-11-26")
        .set("start", "10:30")
        .set("end", "11:25")
        .set("purpose", "5eB")
        .set("name", "Luc Petit")
        .set("email", "luc.petit@college.example")
        .json()
        .post();
    let path = format!("reservations/2026/11/{}.md", booked.json()["id"].as_str().unwrap());
    assert_eq!(school.letters().len(), 1);
    eventually("the entry is recorded", || tree.git(&["status", "--porcelain"]).is_empty().then_some(()));
    signal("-STOP", school.pid());
    let environment = [("GIT_INDEX_FILE", early.to_str().unwrap())];
    for n in 1..=2 {
        tree.save("notes.txt", format!("{n}\n"));
        tree.git_with(&["add", "notes.txt"], &environment);
        tree.git_with(&["commit", "--quiet", "--message", "Notes"], &environment);
    }
    std::fs::remove_file(&early).unwrap();
    assert!(!tree.try_git(&["cat-file", "-e", &format!("main:{path}")]).status.success(), "dropped");
    signal("-CONT", school.pid());
    eventually("the booking is on the branch again", || {
        tree.try_git(&["cat-file", "-e", &format!("main:{path}")]).status.success().then_some(())
    });
    assert!(school.letters().is_empty(), "nobody hears of a cancellation that was none");
    tree.git(&["reset", "--quiet"]);
}

#[test]
fn a_pushed_link_and_a_pushed_program_stay_in_the_tree() {
    use std::os::unix::fs::PermissionsExt as _;
    let school = School::new();
    let (tree, amina) = (school.tree(), school.amina());
    amina.save("docs/guide.md", "Guide\n");
    std::os::unix::fs::symlink("docs/guide.md", amina.dir().join("LISEZMOI")).unwrap();
    amina.save("outil.sh", "#!/bin/sh\n");
    std::fs::set_permissions(amina.dir().join("outil.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    amina.commit("Un lien et un outil");
    amina.push();
    school.settled();
    assert_eq!(std::fs::read_link(school.site().join("LISEZMOI")).unwrap().to_str(), Some("docs/guide.md"));
    assert_eq!(tree.git(&["status", "--porcelain"]), "");
    tree.save("notes.txt", "notes\n");
    tree.commit("Un commit ordinaire");
    assert!(tree.git(&["ls-tree", "main", "LISEZMOI"]).starts_with("120000"));
    assert!(tree.git(&["ls-tree", "main", "outil.sh"]).starts_with("100755"));
    // A folder takes the place of the link, and nothing is written where it led.
    amina.git(&["pull", "--quiet", "--rebase"]);
    std::fs::remove_file(amina.dir().join("LISEZMOI")).unwrap();
    amina.save("LISEZMOI/guide.md", "Dossier\n");
    amina.commit("Un dossier à la place du lien");
    amina.push();
    school.settled();
    assert_eq!((tree.read("LISEZMOI/guide.md"), tree.read("docs/guide.md")), ("Dossier\n".into(), "Guide\n".into()));
    assert_eq!(tree.git(&["status", "--porcelain"]), "");
}

#[test]
fn stashing_takes_along_what_is_ones_own_and_nothing_else() {
    let school = School::new();
    let first = school.declared("Micro");
    let tree = school.tree();
    tree.save("notes.txt", "notes\n");
    tree.commit("Notes");
    school.settled();
    tree.save("notes.txt", "notes, en travaux\n");
    tree.save("nouveau.txt", "jamais ajouté\n");
    tree.git(&["stash", "--quiet", "--include-untracked"]);
    let second = school.declare("Pendant la remise").post().accepted();
    school.speak(&first, "answers").set("text", "Toujours en panne.").post().accepted();
    school.settled();
    tree.git(&["stash", "pop", "--quiet"]);
    assert_eq!(
        (tree.read("notes.txt"), tree.read("nouveau.txt")),
        ("notes, en travaux\n".into(), "jamais ajouté\n".into())
    );
    assert_eq!(tree.git(&["status", "--porcelain"]), " M notes.txt\n?? nouveau.txt");
    for (id, text) in [(&first, "Toujours en panne."), (&second, "Pendant la remise")] {
        assert!(tree.read(&path_of(id)).contains(text));
        assert!(tree.git(&["show", &format!("main:{}", path_of(id))]).contains(text));
    }
    assert_eq!(school.letters().len(), 4);
    school.leave_work();
}

#[test]
fn cleaning_up_beside_a_server_destroys_nothing() {
    let school = School::new();
    let forms: Vec<Form> = (0..25).map(|n| school.declare(&format!("Formulaire {n}"))).collect();
    std::thread::scope(|scope| {
        let posts = scope.spawn(move || forms.iter().for_each(|form| drop(form.post().accepted())));
        while !posts.is_finished() {
            let cleaned = Command::new("git")
                .arg("-C")
                .arg(school.site())
                .args(["gc", "--quiet", "--prune=now"])
                .output()
                .unwrap();
            assert!(cleaned.status.success(), "{}", String::from_utf8_lossy(&cleaned.stderr));
        }
    });
    assert_eq!(school.tree().git(&["ls-tree", "-r", "--name-only", "main", "tickets"]).lines().count(), 25);
    assert_eq!(school.letters().len(), 50);
}

#[test]
fn an_index_of_another_form_is_worked_in_through_git() {
    let forms: [&[&str]; 2] = [
        &["update-index", "--split-index"],
        &["sparse-checkout", "set", "--cone", "--sparse-index", "tickets", "themes"],
    ];
    for form in forms {
        let school = School::prepare().open();
        let tree = school.tree();
        tree.save("docs/plan.md", "plan\n");
        tree.commit("Plan");
        tree.git(form);
        school.serve();
        let id = school.declare("Dans tout index").post().accepted();
        school.shows(&format!("/tickets/{id}/"), "Dans tout index");
        school.speak(&id, "answers").set("text", "Une réponse.").post().accepted();
        tree.git(&["commit", "--quiet", "--allow-empty", "-m", "À côté"]);
        school.settled();
        assert!(tree.git(&["show", &format!("main:{}", path_of(&id))]).contains("Une réponse."));
        let amina = school.amina();
        amina.set_status(&id, "ferme");
        amina.commit("Fermé");
        amina.git(&["push", "--quiet"]);
        eventually("the push is checked out", || tree.read(&path_of(&id)).contains("status: ferme").then_some(()));
        eventually("the entry is recorded", || tree.git(&["status", "--porcelain"]).is_empty().then_some(()));
        assert_eq!(school.letters().len(), 6);
        let saved = school.beside("site.guichet");
        school.guichet(&["backup", saved.to_str().expect("UTF-8")]).done();
        let restored = school.beside("restored");
        school.guichet(&["restore", saved.to_str().expect("UTF-8"), restored.to_str().expect("UTF-8")]).done();
        assert!(restored.join(path_of(&id)).exists() && restored.join(".git/index").exists());
    }
}

#[test]
fn an_index_that_nobody_can_read_stops_neither_pages_nor_mails() {
    let school = School::new();
    let index = school.site().join(".git/index");
    std::fs::write(&index, "").expect("the index");
    let id = school.declared("Accepté malgré tout");
    school.shows(&format!("/tickets/{id}/"), "Accepté malgré tout");
    school.speak(&id, "answers").set("text", "Une réponse.").post().accepted();
    school.skip_letters();
    assert_eq!((school.problems(), school.health()["status"].as_str()), (1, Some("degraded")));
    school.guichet(&["doctor", "--fix"]).done();
    eventually("all is well again", || (school.problems() == 0).then_some(()));
    assert_eq!(school.tree().git(&["status", "--porcelain"]), "");
}

#[test]
fn an_answer_that_follows_a_push_at_once_is_accepted() {
    let school = School::new();
    let id = school.declared("Micro");
    let amina = school.amina();
    for (n, status) in ["pris-en-charge", "en-cours", "ferme"].into_iter().enumerate() {
        amina.git(&["pull", "--quiet", "--rebase"]);
        amina.set_status(&id, status);
        amina.commit(status);
        amina.git(&["push", "--quiet"]);
        school.speak(&id, "answers").set("text", format!("Réponse {n}")).post().accepted();
    }
    let text = school.tree().read(&path_of(&id));
    assert!(text.contains("status: ferme") && text.contains("Réponse 0") && text.contains("Réponse 2"), "{text}");
    school.leave_letters();
}

#[test]
fn a_push_that_a_commit_beside_us_took_back_unseen_is_put_back_untold() {
    let school = School::new();
    let (mine, hers) = (school.declared("À moi"), school.declared("À elle"));
    let amina = school.amina();
    let process = school.pid();
    // The push is on the branch, but the server has had no moment to bring it into the index.
    signal("-STOP", process);
    amina.set_status(&hers, "pris en charge");
    amina.save("docs.md", "Un fichier de plus\n");
    amina.git(&["add", "docs.md"]);
    amina.commit("Prise en charge");
    amina.push();
    let tree = school.tree();
    tree.edit(&path_of(&mine), |text| text + "\nUn mot de plus.\n");
    tree.git(&["commit", "--quiet", "--all", "--message", "Un mot"]);
    assert!(!tree.git(&["show", &format!("HEAD:{}", path_of(&hers))]).contains("pris en charge"), "git took it back");
    signal("-CONT", process);
    let told = school.letters();
    let subjects: Vec<&str> = told.iter().map(|letter| letter.subject.as_str()).collect();
    for what in [format!("[{hers}] Pris en charge : À elle"), format!("[{mine}] Réponse : À moi")] {
        assert_eq!(subjects.iter().filter(|subject| **subject == what).count(), 2, "{subjects:?}");
    }
    assert_eq!(told.len(), 4, "{subjects:?}");
    assert!(tree.git(&["show", &format!("HEAD:{}", path_of(&hers))]).contains("pris en charge"));
    assert!(tree.git(&["show", &format!("HEAD:{}", path_of(&mine))]).contains("Un mot de plus."));
    assert_eq!(tree.read("docs.md"), "Un fichier de plus\n");
    assert!(tree.git(&["status", "--porcelain"]).is_empty());
    school.shows(&format!("/tickets/{hers}/"), "Pris en charge");
}

#[test]
fn a_file_that_is_about_to_follow_its_branch_is_nobodys_work() {
    let school = School::new();
    let id = school.declared("À suivre");
    school.stop();
    let (tree, path) = (school.tree(), path_of(&id));
    // Another process has moved the branch, and brings the working tree along a moment later.
    let old = tree.read(&path);
    tree.edit(&path, |text| text + "\nUn mot de plus.\n");
    tree.commit("Un mot");
    let new = tree.git(&["rev-parse", "HEAD"]);
    tree.git(&["reset", "--quiet", "--hard", "HEAD^"]);
    tree.git(&["update-ref", "refs/heads/main", &new]);
    assert_eq!(tree.read(&path), old);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(200));
            tree.git(&["reset", "--quiet", "--hard"]);
        });
        school.guichet(&["ticket", "status", &id, "ferme"]).done();
    });
    assert!(tree.read(&path).contains("status: ferme") && tree.read(&path).contains("Un mot de plus."));
    // What stays as it was is somebody's: it is waited for no longer.
    tree.save(&path, old);
    let refused = school.guichet(&["ticket", "status", &id, "sans-suite"]).wrong();
    assert!(refused.err.contains("modifications en cours"), "{}", refused.err);
    tree.git(&["reset", "--quiet", "--hard"]);
    school.leave_letters();
}

#[test]
fn a_file_whose_line_ends_git_converts_is_nobodys_work() {
    let school = School::new();
    let (answered, pushed) = (school.declared("Répondu"), school.declared("Poussé"));
    let tree = school.tree();
    tree.git(&["config", "core.autocrlf", "input"]);
    // An editor of Windows saves both; git stores the line ends of ours.
    for id in [&answered, &pushed] {
        let path = path_of(id);
        tree.edit(&path, |text| text.replace("status: nouveau", "status: en-cours").replace('\n', "\r\n"));
        tree.touch(&path, SystemTime::now() - Duration::from_secs(10));
    }
    tree.git(&["commit", "--quiet", "--all", "--message", "En cours"]);
    assert_eq!(tree.git(&["status", "--porcelain"]), "");
    assert!(!tree.git(&["show", &format!("main:{}", path_of(&answered))]).contains('\r'));
    school.settled();
    school.hides(&format!("/tickets/{answered}/"), "Ce que vous lisez n’est pas encore enregistré");
    let amina = school.amina();
    school.speak(&answered, "answers").set("text", "Merci").post().accepted();
    school.guichet(&["ticket", "status", &answered, "ferme"]).done();
    amina.set_status(&pushed, "ferme");
    amina.commit("Réparé");
    amina.push();
    school.settled();
    assert_eq!(tree.git(&["status", "--porcelain"]), "");
    assert!(tree.read(&path_of(&pushed)).contains("status: ferme"), "the push is checked out");
    // What is only in the working tree is somebody's, with whatever line ends.
    tree.edit(&path_of(&pushed), |text| text.replace('\n', "\r\n") + "Brouillon de Paul\r\n");
    let refused = school.guichet(&["ticket", "status", &pushed, "sans-suite"]).wrong();
    assert!(refused.err.contains("modifications en cours"), "{}", refused.err);
    school.leave_work();
    school.leave_letters();
}

#[test]
fn an_edit_in_the_same_second_as_git_add_stays_visible_to_git() {
    let school = School::new();
    let tree = school.tree();
    tree.git(&["config", "core.trustCtime", "false"]);
    let second = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_420_000);
    let at = |millis| second + Duration::from_millis(millis);
    tree.save("notes.txt", "un\n");
    tree.touch("notes.txt", at(100));
    tree.git(&["add", "notes.txt"]);
    tree.touch(".git/index", at(300));
    tree.save("notes.txt", "de\n");
    tree.touch("notes.txt", at(500));
    school.declared("Pendant ce temps");
    assert_eq!(tree.git(&["status", "--porcelain"]), "AM notes.txt");
    tree.commit("Notes");
    assert_eq!(tree.git(&["show", "main:notes.txt"]), "de");
    school.leave_letters();
}
