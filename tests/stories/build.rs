//! The site as files: the same content gives the same bytes, by whatever way it came about.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::kit::{School, by_hand, eventually, path_of};

/// Every file of a generated site.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    // While a server writes, a file may be gone by the time it is read.
    let read = entries.filter_map(|entry| {
        let path = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        Some((path, fs::read(entry.path()).ok()?))
    });
    read.collect()
}

/// Which files of two sites differ.
fn differing(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    a.keys().chain(b.keys()).filter(|path| a.get(*path) != b.get(*path)).cloned().collect()
}

fn build(school: &School, name: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = school.beside(name);
    let _ = fs::remove_dir_all(&folder);
    school.guichet(&["build", "--output", folder.to_str().unwrap()]).done();
    files(&folder)
}

fn some_history(school: &School) {
    let tree = school.tree();
    for n in 1..=60 {
        tree.save(&path_of(&format!("2026-{n:04}")), by_hand(&format!("Fiche {n} & <suite>"), "nouveau"));
    }
    tree.commit("Soixante fiches [sans mail]");
    for n in (1..=60).step_by(3) {
        tree.set_status(&format!("2026-{n:04}"), "ferme");
    }
    tree.commit("Vingt fermées [sans mail]");
}

#[test]
fn twice_the_same_bytes() {
    let school = School::prepare().open();
    some_history(&school);
    let (one, two) = (build(&school, "one"), build(&school, "two"));
    assert_eq!(differing(&one, &two), Vec::<String>::new());
    assert!(one.len() > 60);
    // From a fresh clone as well: nothing depends on times or inodes of files.
    let amina = school.amina();
    let folder = school.beside("three");
    school.command(&["--site", amina.dir().to_str().unwrap(), "build", "--output", folder.to_str().unwrap()]).done();
    assert_eq!(differing(&one, &files(&folder)), Vec::<String>::new());
    // A second build into the same folder writes nothing new.
    let again = school.guichet(&["build", "--output", school.beside("one").to_str().unwrap()]).done().out;
    assert!(again.contains("dont 0 "), "{again}");
}

#[test]
fn links_inside_the_site_are_relative_and_lead_somewhere() {
    let school = School::prepare().open();
    some_history(&school);
    let site = build(&school, "one");
    let mut links = 0;
    for (path, bytes) in site.iter().filter(|(path, _)| Path::new(path).extension().is_some_and(|e| e == "html")) {
        let html = String::from_utf8(bytes.clone()).unwrap();
        for attribute in ["href=\"", "src=\""] {
            for rest in html.split(attribute).skip(1) {
                let link = rest.split('"').next().unwrap();
                if link.starts_with("mailto:") || link.starts_with('#') {
                    continue;
                }
                assert!(!link.contains("://") && !link.starts_with('/'), "{path} links to {link}");
                let target = link.split(['#', '?']).next().unwrap();
                let mut parts: Vec<&str> = path.split('/').collect();
                parts.pop();
                for part in target.split('/') {
                    match part {
                        ".." => assert!(parts.pop().is_some(), "{path} links out of the site: {link}"),
                        "." | "" => {}
                        part => parts.push(part),
                    }
                }
                let target = parts.join("/");
                assert!(site.contains_key(&target), "{path} links to {link}, which is not there");
                links += 1;
            }
        }
    }
    assert!(links > 500, "{links}");
}

/// A small generator: the same seed, the same story.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

fn act(school: &School, dice: &mut Dice, n: usize) -> String {
    let tree = school.tree();
    let some = |dice: &mut Dice| format!("2026-{:04}", 1 + dice.roll(12));
    let statuses = ["nouveau", "Pris en charge", "en-cours", "sans suite", "FERMÉ"];
    let id = some(dice);
    let there = tree.has(&path_of(&id));
    match dice.roll(11) {
        0..=1 if !there => {
            tree.save(&path_of(&id), by_hand(&format!("Fiche {n}"), statuses[dice.roll(5)]));
            format!("{id} appears")
        }
        2..=3 if there && tree.read(&path_of(&id)).contains("status:") => {
            let status = statuses[dice.roll(5)];
            let before = tree.read(&path_of(&id));
            let line = before.lines().find(|line| line.starts_with("status:")).unwrap().to_owned();
            tree.save(&path_of(&id), before.replacen(&line, &format!("status: {status}"), 1));
            format!("{id} is {status}")
        }
        4 if there => {
            let before = tree.read(&path_of(&id));
            tree.save(&path_of(&id), before + &format!("\nLigne {n}, avec *un mot*.\n<!-- note {n} -->\n"));
            format!("{id} grows")
        }
        5 if there => {
            let other = some(dice);
            let before = tree.read(&path_of(&id));
            if before.contains("duplicate_of") || other == id {
                return "nothing".to_owned();
            }
            tree.save(
                &path_of(&id),
                before.replacen("resource:", &format!("duplicate_of: {other}\nbanner: true\nresource:"), 1),
            );
            format!("{id} repeats {other}")
        }
        6 if there => {
            fs::remove_file(school.site().join(path_of(&id))).unwrap();
            format!("{id} goes")
        }
        7 if there => {
            tree.save(&path_of(&id), format!("---\ntitle: cassé {n}\n"));
            format!("{id} breaks")
        }
        8 => {
            tree.save(
                "site.toml",
                tree.read("site.toml").replace("name = \"Wifi", &format!("name = \"Wifi{}", n % 10)),
            );
            "site.toml changes".to_owned()
        }
        9 => {
            tree.save("themes/guichet/assets/style.css", format!("body {{ margin: {n}px }}"));
            "the theme changes".to_owned()
        }
        _ => {
            tree.git(&["add", "--all"]);
            let _ = tree.try_git(&["commit", "--quiet", "--message", &format!("Étape {n} [sans mail]")]);
            "a commit".to_owned()
        }
    }
}

/// What `serve` has published, after many small steps, is what a build from nothing gives.
fn steps_equal_one_build(seed: u64) {
    let school = School::new();
    let mut dice = Dice(seed);
    let mut story = vec![format!("seed {seed}")];
    for n in 0..48 {
        story.push(act(&school, &mut dice, n));
        if n % 8 != 7 {
            continue;
        }
        school.settled();
        let wanted = build(&school, "wanted");
        let start = std::time::Instant::now();
        eventually(&format!("serve and build agree: {story:#?}"), || {
            let served = files(&school.site().join("public"));
            let differ = differing(&wanted, &served);
            let late = start.elapsed() > std::time::Duration::from_secs(15);
            assert!(differ.is_empty() || !late, "{differ:?} differ after {story:#?}");
            differ.is_empty().then_some(())
        });
    }
    school.expect_problems();
    school.leave_work();
    school.leave_letters();
}

#[test]
fn small_steps_equal_one_build_first_series() {
    steps_equal_one_build(0x9e37_79b9_7f4a_7c15);
}

#[test]
fn small_steps_equal_one_build_second_series() {
    steps_equal_one_build(20_261_123);
}

#[test]
fn small_steps_equal_one_build_third_series() {
    steps_equal_one_build(0x0123_4567_89ab_cdef);
}

#[test]
fn a_form_does_not_rewrite_what_it_does_not_touch() {
    use std::os::unix::fs::MetadataExt as _;
    let school = School::new();
    some_history(&school);
    school.settled();
    let inode = |path: &str| fs::metadata(school.site().join("public").join(path)).unwrap().ino();
    let before = inode("tickets/2026-0030/index.html");
    let home = inode("index.html");
    school.declared("Une de plus");
    assert_eq!(inode("tickets/2026-0030/index.html"), before);
    assert_ne!(inode("index.html"), home);
}

#[test]
fn a_folder_with_other_files_is_not_written_to() {
    let school = School::prepare().open();
    let folder = school.beside("precious");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("thèse.odt"), "x").unwrap();
    let run = school.guichet(&["build", "--output", folder.to_str().unwrap()]);
    assert_ne!(run.code, 0);
    assert!(run.err.contains("precious"), "{}", run.err);
    assert_eq!(files(&folder).keys().collect::<Vec<_>>(), ["thèse.odt"]);
    let nowhere = school.guichet(&["build", "--output", "/proc/nowhere/site"]);
    assert_eq!(nowhere.code, 3);
}

#[test]
fn a_failed_build_leaves_the_old_site() {
    let school = School::prepare().open();
    some_history(&school);
    let before = build(&school, "one");
    school.tree().save("themes/guichet/templates/ticket.html", "{{ view.ticket.nowhere.at.all }}");
    let run = school.guichet(&["build", "--output", school.beside("one").to_str().unwrap()]);
    assert_ne!(run.code, 0, "{}", run.out);
    assert!(run.err.contains("ticket.html"), "{}", run.err);
    let after = files(&school.beside("one"));
    assert_eq!(differing(&before, &after), Vec::<String>::new());
    school.leave_work();
}

#[test]
fn a_broken_item_is_a_warning_and_its_page_the_last_good_one() {
    let school = School::prepare().open();
    some_history(&school);
    school.tree().save(&path_of("2026-0007"), "---\nstatus: résolu\n---\n");
    school.tree().save(&path_of("2026-0099"), "n’importe quoi");
    let run = school.guichet(&["build"]).done();
    assert!(run.err.contains("2026-0007") && run.err.contains("2026-0099"), "{}", run.err);
    let page = fs::read_to_string(school.site().join("public/tickets/2026-0007/index.html")).unwrap();
    assert!(page.contains("Fiche 7"));
    assert!(!school.site().join("public/tickets/2026-0099").exists());
    school.leave_work();
}

#[test]
fn what_is_published_for_machines_is_well_formed() {
    let school = School::new();
    let id = school.declared("Câble <rouge> & \"bleu\"");
    let tickets: serde_json::Value = serde_json::from_str(&school.page("/tickets.json")).unwrap();
    assert!(tickets.to_string().contains("Câble <rouge> & \\\"bleu\\\""), "{tickets}");
    let feed = school.page("/feed.xml");
    assert!(feed.contains("Câble &lt;rouge&gt; &amp;") && feed.contains(&id), "{feed}");
    assert!(!feed.contains("sophie"));
    let health = school.health();
    assert_eq!((health["status"].as_str(), health["head"].as_str()), (Some("ok"), Some(school.tree().head().as_str())));
}
