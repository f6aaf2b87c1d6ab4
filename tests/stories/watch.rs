//! The site follows what is on disk: files that are saved, moved, broken and mended, the theme, the configuration.

use std::fs;

use crate::kit::{School, TEAM, by_hand, eventually, path_of};

#[test]
fn saving_changes_the_page_and_committing_sends_the_mail() {
    let school = School::new();
    let id = school.declared("Haut-parleur");
    let page = format!("/tickets/{id}/");
    school.tree().set_status(&id, "ferme");
    school.shows(&page, "Fermé");
    school.tree().edit(&path_of(&id), |text| text + "\nChangé ce matin.\n");
    school.shows(&page, "Changé ce matin.");
    assert!(school.letters().is_empty(), "nothing is told before it is committed");
    school.tree().commit("Changé");
    assert_eq!(school.letters().len(), 2);
    assert!(school.shown(&page).contains("Changé ce matin."));
}

#[test]
fn editors_that_write_aside_and_rename_are_followed() {
    let school = School::new();
    let id = school.declared("Haut-parleur");
    let path = school.site().join(path_of(&id));
    for n in 0..5 {
        let text = fs::read_to_string(&path).unwrap();
        let aside = path.with_file_name(format!(".{id}.md.swp{n}"));
        fs::write(&aside, text + &format!("\nLigne {n}.\n")).unwrap();
        fs::rename(&aside, &path).unwrap();
        school.shows(&format!("/tickets/{id}/"), &format!("Ligne {n}."));
    }
    assert!(school.letters().is_empty());
    school.tree().git(&["checkout", "--quiet", "--", "."]);
    school.hides(&format!("/tickets/{id}/"), "Ligne 4.");
}

#[test]
fn files_that_come_go_and_move_are_followed() {
    let school = School::new();
    school.tree().save(&path_of("2026-0003"), by_hand("Nouveau venu", "nouveau"));
    school.shows("/tickets/2026-0003/", "Nouveau venu");
    school.shows("/", "Nouveau venu");
    let (old, new) = (path_of("2026-0003"), path_of("2026-0104"));
    fs::create_dir_all(school.site().join(&new).parent().unwrap()).unwrap();
    fs::rename(school.site().join(&old), school.site().join(&new)).unwrap();
    school.shows("/tickets/2026-0104/", "Nouveau venu");
    eventually("the old page is gone", || (school.get("/tickets/2026-0003/").status == 404).then_some(()));
    fs::remove_file(school.site().join(&new)).unwrap();
    eventually("the page is gone", || (school.get("/tickets/2026-0104/").status == 404).then_some(()));
    school.hides("/", "Nouveau venu");
    assert!(school.letters().is_empty());
}

#[test]
fn checking_out_an_older_version_shows_it() {
    let school = School::new();
    let id = school.declared("Haut-parleur");
    let first = school.tree().head();
    school.tree().set_status(&id, "ferme");
    school.tree().commit("Fermé");
    school.skip_letters();
    school.tree().git(&["checkout", "--quiet", &first, "--", &path_of(&id)]);
    school.shows(&format!("/tickets/{id}/"), "Nouveau");
    school.tree().git(&["checkout", "--quiet", "HEAD", "--", &path_of(&id)]);
    school.shows(&format!("/tickets/{id}/"), "Fermé");
}

#[test]
fn a_theme_of_ones_own_is_picked_up_and_a_broken_one_is_said() {
    let school = School::new();
    school.tree().save(
        "themes/guichet/templates/problems.html",
        "{% extends \"base.html\" %}{% block content %}<p>Rien de cassé chez nous</p>{% endblock %}",
    );
    school.shows("/problems/", "Rien de cassé chez nous");
    school.tree().save("themes/guichet/assets/style.css", "body { color: rebeccapurple }");
    eventually("the style changes", || school.page("/assets/style.css").contains("rebeccapurple").then_some(()));
    school.tree().save("themes/guichet/templates/problems.html", "{% block content %}{{ oups ");
    eventually("a monitor is told", || (school.problems() > 0).then_some(()));
    school.page("/");
    fs::remove_dir_all(school.site().join("themes")).unwrap();
    school.hides("/problems/", "Rien de cassé chez nous");
    eventually("all is well again", || (school.problems() == 0).then_some(()));
}

#[test]
fn site_toml_is_picked_up_and_a_broken_one_stays_out_of_force() {
    let school = School::new();
    let id = school.declared("Haut-parleur");
    school.tree().edit("site.toml", |text| text.replace("Guichet de Jean-Moulin", "Guichet de Louise-Michel"));
    school.shows("/", "Guichet de Louise-Michel");
    school.tree().edit("site.toml", |text| text.replace("[team]", "[taem]"));
    school.shows("/problems/", "site.toml");
    let shown = school.shown("/problems/");
    assert!(shown.contains("taem") && shown.contains("team ?"), "{shown}");
    assert!(school.shown("/").contains("Guichet de Louise-Michel"), "the last good one stays in force");
    let head = school.tree().head();
    let other = school.declare("Pendant la panne").post().accepted();
    assert_ne!(school.tree().head(), head);
    let letters = school.letters();
    assert!(letters.iter().any(|letter| letter.to == TEAM), "the team of the last good configuration: {letters:?}");
    assert!(school.guichet(&["check"]).wrong().err.contains("site.toml:"));
    school.tree().git(&["checkout", "--quiet", "--", "site.toml"]);
    school.shows("/", "Guichet de Jean-Moulin");
    eventually("all is well again", || (school.problems() == 0).then_some(()));
    school.page(&format!("/tickets/{id}/"));
    school.page(&format!("/tickets/{other}/"));
}

#[test]
fn a_burst_of_a_thousand_files_is_taken_in() {
    let school = School::new();
    for n in 1..=1000 {
        school.tree().save(&path_of(&format!("2026-{n:04}")), by_hand(&format!("Reprise {n}"), "ferme"));
    }
    school.shows("/tickets/2026-1000/", "Reprise 1000");
    eventually("all are there", || school.page("/tickets.json").contains("2026-0500").then_some(()));
    school.tree().commit("Reprise de l’ancien outil [sans mail]");
    school.settled();
    for id in ["2026-0001", "2026-0499", "2026-1000"] {
        school.page(&format!("/tickets/{id}/"));
    }
    assert!(school.letters().is_empty());
    assert_eq!(school.declare("Suite").post().accepted(), "2026-1001");
    school.skip_letters();
}

#[test]
fn a_thousand_creations_in_one_push_are_told_once_each() {
    let school = School::new();
    let amina = school.amina();
    for n in 1..=200 {
        amina.save(&path_of(&format!("2026-{n:04}")), by_hand(&format!("Inventaire {n}"), "nouveau"));
    }
    amina.commit("Inventaire");
    amina.push();
    let subjects: Vec<String> = school.letters().into_iter().map(|letter| letter.subject).collect();
    let expected: Vec<String> = (1..=200).map(|n| format!("[2026-{n:04}] Nouveau : Inventaire {n}")).collect();
    assert_eq!(subjects, expected);
}

#[test]
fn a_second_site_in_one_repository_or_one_in_a_form_that_guichet_can_not_read_is_refused_with_the_remedy() {
    let school = School::prepare().open();
    let (site, second) = (school.site().to_str().unwrap(), school.site().join("annexe"));
    let refused = school.command(&["init", second.to_str().unwrap()]).wrong();
    assert!(refused.err.contains("un autre site") && refused.err.contains(site), "{}", refused.err);
    assert!(!second.join("site.toml").exists());
    school.command(&["init", site]).done();

    let other = school.beside("sha256");
    let words = ["init", "--quiet", "--object-format=sha256", other.to_str().unwrap()];
    school.tree().git(&words);
    for words in [&["init", other.to_str().unwrap()][..], &["--site", other.to_str().unwrap(), "backup", "x"]] {
        let refused = school.command(words);
        assert!(refused.code == 3 && refused.err.contains("sha256, files"), "{}", refused.err);
        assert!(refused.err.contains("fast-export"), "{}", refused.err);
    }
}

#[test]
fn a_second_server_refuses_and_names_the_first() {
    let school = School::new();
    let run = school.guichet(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(run.code, 3);
    assert!(
        run.err.contains(&school.address().to_string()) && run.err.contains(&school.pid().to_string()),
        "{}",
        run.err
    );
    assert!(!run.out.contains("listening"));
    school.page("/");
    school.restart();
}

#[test]
fn sigterm_and_sigint_end_in_order_with_what_was_accepted_committed() {
    for which in ["-TERM", "-INT"] {
        let school = School::new();
        let commits = school.tree().commits();
        let accepted = std::thread::scope(|scope| {
            let school = &school;
            let posts: Vec<_> = (0..8)
                .map(|n| {
                    let form = school.declare(&format!("Panne {n}")).set("email", format!("p{n}@college.example"));
                    let address = school.address();
                    // Refused connections and cut lines are no answer; an answer is a promise.
                    scope.spawn(move || std::panic::catch_unwind(|| form.request().try_send(address)).ok().flatten())
                })
                .collect();
            school.end_by(which);
            posts.into_iter().filter_map(|post| post.join().unwrap()).filter(|answer| answer.status == 303).count()
        });
        assert!(school.tree().commits() - commits >= accepted, "{accepted} were promised");
        school.serve();
        assert_eq!(school.letters().len(), 2 * (school.tree().commits() - commits));
    }
}

#[test]
fn a_slow_visitor_does_not_keep_the_server_from_ending() {
    use std::io::Write as _;
    let school = School::new();
    let mut slow = std::net::TcpStream::connect(school.address()).unwrap();
    slow.write_all(b"POST /tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nres").unwrap();
    school.page("/");
    let start = std::time::Instant::now();
    school.stop();
    assert!(
        start.elapsed() < std::time::Duration::from_secs(15),
        "the contract says 5 s; a busy machine gets three times that"
    );
    drop(slow);
}

#[test]
fn after_kill_9_a_start_repairs_what_was_left() {
    let school = School::new();
    let id = school.declared("Avant la panne");
    let pid = school.pid();
    school.kill();
    // What a server killed in the act leaves: its lock on git's index, its link to it, a half-written file.
    let locks = school.state("locks");
    fs::create_dir_all(&locks).unwrap();
    for (what, lock) in [("index", ".git/index.lock"), ("refs~heads~main", ".git/refs/heads/main.lock")] {
        let own = locks.join(format!("{pid}-{what}"));
        fs::write(&own, "").unwrap();
        fs::hard_link(own, school.site().join(lock)).unwrap();
    }
    fs::create_dir_all(school.state("tmp")).unwrap();
    fs::write(school.state("tmp/.tmpXYZ"), "---\ntitle: à moi").unwrap();
    school.serve();
    assert!(!school.site().join(".git/index.lock").exists());
    assert!(!school.site().join(".git/refs/heads/main.lock").exists());
    for lock in ["index.lock", "main.lock"] {
        assert!(school.log().contains(lock), "it is said in the log");
    }
    assert_eq!(school.tree().git(&["status", "--porcelain"]), "");
    school.page(&format!("/tickets/{id}/"));
    school.declared("Après la panne");
}

#[test]
fn a_commit_that_reached_neither_files_nor_index_is_completed_at_start() {
    let school = School::new();
    let id = school.declared("Accepté");
    let path = path_of(&id);
    school.kill();
    // Killed between the branch and the rest: the commit is there, the file and the index entry are not.
    fs::remove_file(school.site().join(&path)).unwrap();
    school.tree().git(&["read-tree", "HEAD~1"]);
    fs::write(school.state("seen"), school.tree().git(&["rev-parse", "HEAD~1"])).unwrap();
    let _ = fs::remove_dir(school.site().join(&path).parent().unwrap());
    school.serve();
    school.page(&format!("/tickets/{id}/"));
    assert_eq!(school.tree().git(&["status", "--porcelain"]), "");
    assert!(school.letters().is_empty());
}

#[test]
fn killed_again_and_again_nothing_acknowledged_is_lost_and_nothing_is_told_twice() {
    let school = School::new();
    let mut promised = Vec::new();
    for round in 0..6 {
        let answers: Vec<_> = std::thread::scope(|scope| {
            let school = &school;
            let posts: Vec<_> = (0..4)
                .map(|n| {
                    let form = school
                        .declare(&format!("Panne {round}-{n}"))
                        .set("token", format!("jeton-de-la-panne-{round}-{n}"))
                        .set("email", format!("p{n}@college.example"));
                    let address = school.address();
                    scope.spawn(move || std::panic::catch_unwind(|| form.request().try_send(address)).ok().flatten())
                })
                .collect();
            // Somewhere in the middle of the work: as soon as the branch has moved a little.
            let before = school.tree().head();
            eventually("something is committed", || (school.tree().head() != before).then_some(()));
            school.kill();
            posts.into_iter().map(|post| post.join().unwrap()).collect()
        });
        promised.extend(
            answers.into_iter().flatten().filter(|answer| answer.status == 303).map(|answer| answer.accepted()),
        );
        school.serve();
        for n in 0..4 {
            let form =
                school.declare(&format!("Panne {round}-{n}")).set("token", format!("jeton-de-la-panne-{round}-{n}"));
            form.set("email", format!("p{n}@college.example")).post().accepted();
        }
    }
    for id in &promised {
        school.page(&format!("/tickets/{id}/"));
    }
    let created = school.tree().git(&["log", "--diff-filter=A", "--name-only", "--format=", "--", "tickets"]);
    assert_eq!(created.lines().count(), 24, "each form made one file: {created}");
    let letters = school.letters();
    let ids: std::collections::HashSet<_> = letters.iter().map(|letter| &letter.id).collect();
    assert_eq!((letters.len(), ids.len()), (48, 48));
}

#[test]
fn an_unreadable_file_shows_its_last_good_version_and_takes_nothing_down() {
    let school = School::new();
    let (id, other) = (school.declared("Le micro grésille"), school.declared("Autre"));
    let path = path_of(&id);
    let amina = school.amina();
    amina.edit(&path, |text| text.replace("status: nouveau", "status: résolu"));
    amina.commit("Réparé !");
    amina.push();
    let alerts = school.letters();
    let readers: Vec<&str> = alerts.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(readers.len(), 2, "the team and the author, once: {readers:?}");
    assert!(readers.contains(&TEAM) && readers.contains(&"amina.benali@college.example"));
    for alert in &alerts {
        for part in [format!("{path}:3:9"), "status: résolu".into(), "^^^^^^".into(), "fermé ?".into()] {
            assert!(alert.text.contains(&part), "{part}: {}", alert.text);
        }
    }
    let page = school.shown(&format!("/tickets/{id}/"));
    assert!(page.contains("Le micro grésille") && page.contains("Nouveau") && page.contains("résolu"), "{page}");
    let problems = school.shown("/problems/");
    assert!(problems.contains(&format!("{path}:3:9")) && problems.contains("fermé ?"), "{problems}");
    assert_eq!((school.problems(), school.health()["status"].as_str()), (1, Some("degraded")));
    school.page(&format!("/tickets/{other}/"));
    school.declared("Et les formulaires marchent");
    let run = school.guichet(&["check"]).wrong();
    for part in [
        format!("{path}:3:9"),
        "3 | status: résolu".into(),
        "|         ^^^^^^".into(),
        "indice".into(),
        "fermé ?".into(),
    ] {
        assert!(run.err.contains(&part), "{part}: {}", run.err);
    }
    // Still broken, otherwise: nobody is told again, and a restart changes nothing.
    amina.git(&["pull", "--quiet", "--rebase", "origin", "main"]);
    amina.edit(&path, |text| text.replace("title: ", "title: \t\n"));
    amina.commit("Essai");
    amina.push();
    assert!(school.letters().is_empty(), "said once");
    school.restart();
    assert!(school.letters().is_empty());
    assert!(school.shown(&format!("/tickets/{id}/")).contains("Le micro grésille"));
    // Mended: one mail for what changed since the last good version.
    amina.edit(&path, |text| text.replace("title: \t\n", "title: ").replace("status: résolu", "status: fermé"));
    amina.commit("Réparé");
    amina.push();
    let letters = school.letters();
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(letters.iter().all(|letter| letter.text.contains("nouveau → fermé")), "{}", letters[0].text);
    assert!(school.shown(&format!("/tickets/{id}/")).contains("Fermé"));
    assert_eq!(school.problems(), 0);
}

#[test]
fn mended_without_a_change_tells_nobody() {
    let school = School::new();
    let id = school.declared("Micro");
    let good = school.tree().read(&path_of(&id));
    school.tree().save(&path_of(&id), good.replace("---\nMicro", "Micro"));
    school.tree().commit("Oups");
    assert_eq!(school.letters().len(), 2, "the team and Paul");
    school.tree().save(&path_of(&id), good);
    school.tree().commit("Mieux");
    assert!(school.letters().is_empty());
}

#[test]
fn a_broken_file_in_the_working_tree_is_shown_at_once_and_told_to_nobody() {
    let school = School::new();
    let id = school.declared("Micro");
    school.tree().edit(&path_of(&id), |text| text.replace("status:", "stauts:"));
    school.shows("/problems/", "status ?");
    assert!(school.shown(&format!("/tickets/{id}/")).contains("Micro"));
    assert!(school.letters().is_empty());
    school.tree().git(&["checkout", "--quiet", "--", "."]);
    eventually("all is well again", || (school.problems() == 0).then_some(()));
}

#[test]
fn a_repository_without_any_commit_is_served_and_takes_its_first_form() {
    let school = School::prepare().without_a_commit().open();
    school.serve();
    school.page("/");
    let id = school.declare("Le tout premier").json().post();
    assert_eq!(id.status, 201);
    assert_eq!(school.tree().commits(), 1);
    assert_eq!(school.tree().paths("HEAD"), [path_of("2026-0001")]);
    assert_eq!(school.letters().len(), 2);
    school.restart();
    assert!(school.letters().is_empty());
}

#[test]
fn years_of_history_that_were_there_before_are_not_told() {
    let school = School::prepare()
        .before(|tree| {
            for n in 1..=40 {
                tree.save(&path_of(&format!("2025-{n:04}")), by_hand(&format!("Ancien {n}"), "nouveau"));
                tree.commit(&format!("Ancien {n}"));
                tree.set_status(&format!("2025-{n:04}"), "ferme");
                tree.commit(&format!("Fin {n}"));
            }
        })
        .serve();
    school.settled();
    assert!(school.letters().is_empty());
    assert!(school.shown("/tickets/2025-0040/").contains("Ancien 40"));
    school.tree().set_status("2025-0007", "en-cours");
    school.tree().commit("Il recommence");
    assert_eq!(school.letters().len(), 1, "what comes after is told: to the team, nobody asked by name");
    assert_eq!(school.declare("Nouveau").post().accepted(), "2026-0001");
    school.skip_letters();
}

#[test]
fn starting_with_a_detached_head_shows_pages_and_waits() {
    let school = School::new();
    let id = school.declared("Micro");
    school.stop();
    school.tree().git(&["checkout", "--quiet", "--detach"]);
    school.serve();
    school.page(&format!("/tickets/{id}/"));
    school.unchanged(|| school.declare("x").post()).refused(503);
    school.tree().git(&["checkout", "--quiet", "main"]);
    school.declared("Ensuite");
}

#[test]
fn a_site_that_is_moved_away_is_not_made_anew_in_its_place() {
    let school = School::new();
    school.declared("Micro");
    let away = school.beside("away");
    // A turn that is under way may end.
    std::thread::sleep(std::time::Duration::from_millis(500));
    fs::rename(school.site(), &away).unwrap();
    eventually("a monitor is told", || (school.health()["status"] == "degraded").then_some(()));
    school.declare("Sans dossier").post().refused(503);
    assert!(!school.site().exists());
    fs::rename(&away, school.site()).unwrap();
    school.declared("De retour");
    std::thread::sleep(std::time::Duration::from_millis(500));
    fs::rename(school.site(), &away).unwrap();
    school.stop();
    assert!(!school.site().exists());
    fs::rename(&away, school.site()).unwrap();
}

#[test]
fn a_linked_worktree_is_watched_where_its_branches_are() {
    let school = School::prepare().open();
    let linked = school.beside("linked");
    school.tree().git(&["switch", "--quiet", "--detach"]);
    school.tree().git(&["worktree", "add", "--quiet", linked.to_str().unwrap(), "main"]);
    school.serve_once(&linked);
    assert!(!school.log().contains("looking every"), "{}", school.log());
}

#[test]
fn a_branch_or_a_mark_that_names_no_commit_keeps_no_server_from_starting() {
    let school = School::new();
    school.declared("Micro");
    school.stop();
    for lost in ["", "\0\0\0", "zzz\n"] {
        fs::write(school.site().join(".git/refs/heads/main"), lost).unwrap();
        school.serve();
        school.declare("Devant une branche perdue").post().refused(503);
        assert!(school.shown("/problems/").contains("guichet doctor --fix"));
        school.guichet(&["doctor", "--fix"]);
        school.declared("La branche est de retour");
        school.stop();
    }
    let mark = school.site().join(".git/refs/guichet/settled");
    for lost in ["zzz\n", "12ab", "1111111111111111111111111111111111111111\n"] {
        fs::write(&mark, lost).unwrap();
        assert!(school.guichet(&["doctor"]).out.contains("annoncés"), "{lost}");
        school.serve();
        school.declared("La marque est de retour");
        school.stop();
    }
    fs::write(&mark, "zzz").unwrap();
    let mended = school.guichet(&["doctor", "--fix"]).done();
    assert!(mended.out.contains("réparé"), "{}", mended.out);
}

#[test]
fn what_was_written_twice_while_the_index_was_busy_is_recorded_by_the_next_server() {
    let school = School::new();
    let first = school.declared("Une fois");
    let lock = school.site().join(".git/index.lock");
    fs::write(&lock, "").unwrap();
    let second = school.declare("Deux fois").post().accepted();
    for id in [&first, &second] {
        assert_eq!(school.speak(id, "answers").set("text", "Encore.").post().status, 303);
        assert_eq!(school.speak(id, "answers").set("text", "Et encore.").post().status, 303);
    }
    school.kill();
    fs::remove_file(&lock).unwrap();
    school.serve();
    eventually("the index is what the branch is", || {
        school.tree().git(&["status", "--porcelain"]).is_empty().then_some(())
    });
    school.leave_letters();
}

#[test]
fn pages_that_are_thrown_away_are_back_at_once() {
    let school = School::new();
    let id = school.declared("Micro");
    let page = format!("/tickets/{id}/");
    let back = || {
        let there = |path: &&str| school.get(path).status == 200;
        eventually("the pages are back", || ["/", &page, "/tickets/", "/feed.xml"].iter().all(there).then_some(()));
    };
    for (n, gone) in ["public", "public/tickets"].into_iter().enumerate() {
        fs::rename(school.site().join(gone), school.beside(&format!("away-{n}"))).unwrap();
        back();
    }
    // Who removes one file after the other meets those that come back meanwhile.
    let _ = fs::remove_dir_all(school.site().join("public"));
    back();
    school.tree().try_git(&["clean", "-fdxq"]);
    back();
}

#[test]
fn what_keeps_forms_from_being_committed_is_told_to_a_monitor() {
    let school = School::new();
    let status = || school.health()["status"].as_str().unwrap().to_owned();
    let becomes = |wanted: &str| eventually("the status", || (status() == wanted).then_some(()));
    school.tree().git(&["checkout", "--quiet", "--detach"]);
    becomes("degraded");
    school.tree().git(&["checkout", "--quiet", "main"]);
    becomes("ok");

    let lock = school.site().join(".git/refs/heads/main.lock");
    fs::write(&lock, "").unwrap();
    school.declare("Devant un verrou").post().refused(503);
    becomes("degraded");
    fs::remove_file(&lock).unwrap();
    school.declared("Sans verrou");
    becomes("ok");

    let book = school.state("people.toml");
    let sound = fs::read(&book).unwrap();
    fs::write(&book, "p-7k2m9x = sophie@college.example\n").unwrap();
    becomes("degraded");
    let page = school.shown("/problems/");
    assert!(page.contains("people.toml:1") && !page.contains("sophie@"), "{page}");
    fs::write(&book, sound).unwrap();
    becomes("ok");

    school.stop();
    fs::write(&book, "oops\n").unwrap();
    let refused = school.guichet(&["people", "list"]);
    assert!(refused.code == 3 && refused.err.contains("people.toml:1"), "{}", refused.err);
}
