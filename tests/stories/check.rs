//! `guichet check` says what is wrong, where, and how to mend it, for the mistakes that people really make.

use crate::kit::{School, by_hand, path_of};

const PATH: &str = "tickets/2026/00xx/2026-0001.md";

/// What a mistake looks like, what is said about it, and where.
struct Mistake {
    what: &'static str,
    bytes: Vec<u8>,
    place: &'static str,
    says: &'static [&'static str],
}

fn mistakes() -> Vec<Mistake> {
    let text = |what, text: &str, place, says| Mistake { what, bytes: text.as_bytes().to_vec(), place, says };
    let head = |line: &str| format!("---\ntitle: Micro\n{line}\nresource: salle-b204\n---\nTexte\n");
    vec![
        text("résolu", &head("status: résolu"), ":3:9", &["résolu", "fermé ?"]),
        text("clos", &head("status: clos"), ":3:9", &["fermé ?"]),
        text("terminé", &head("status: Terminé"), ":3:9", &["fermé ?"]),
        text("a slip in a key", &head("stauts: ferme"), ":3:1", &["stauts", "status ?"]),
        text("a slip in a value", &head("status: pris en chrage"), ":3:9", &["pris en charge ?"]),
        text("a tab", &head("\tstatus: nouveau"), ":3", &["tabulation"]),
        text("a no-break space", &head("status:\u{a0}nouveau"), ":3:8", &["insécable"]),
        text("a narrow no-break space before the colon", &head("status\u{202f}: résolu"), ":3", &["status"]),
        text("two colons", &head("status: nouveau\nhanded_to: Département: INC-12"), ":4", &["guillemets"]),
        text("an at sign", &head("status: @moi"), ":3:9", &["signe"]),
        text("no opening fence", "title: Micro\nstatus: nouveau\nresource: wifi\n---\nTexte\n", ":1", &["« --- »"]),
        text("no closing fence", "---\ntitle: Micro\nstatus: nouveau\nresource: wifi\nTexte\n", "", &["---"]),
        text(
            "conflict markers",
            "---\ntitle: Micro\n<<<<<<< HEAD\nstatus: ferme\n=======\nstatus: en-cours\n>>>>>>> amina\nresource: wifi\n---\nTexte\n",
            ":3",
            &["conflit", "<<<<<<<"],
        ),
        Mistake {
            what: "Windows-1252",
            bytes: [b"---\ntitle: Cl\xe9 USB\n".as_slice(), b"status: nouveau\nresource: wifi\n---\n"].concat(),
            place: ":2",
            says: &["UTF-8", "Windows-1252"],
        },
        Mistake {
            what: "UTF-16",
            bytes: "\u{feff}---\ntitle: x\n".encode_utf16().flat_map(u16::to_le_bytes).collect(),
            place: "",
            says: &["UTF-16", "UTF-8"],
        },
        text("no title", "---\nstatus: nouveau\nresource: wifi\n---\nTexte\n", ":1", &["title"]),
        text("a key twice", &head("status: nouveau\nstatus: ferme"), ":4:1", &["deux fois"]),
        text(
            "an address",
            &head("status: nouveau\nrequester: sophie@college.example"),
            ":4:12",
            &["adresse", "people list"],
        ),
        text("an unknown place", &head("status: nouveau\ncategory: voiture"), ":4:11", &["voiture", "Logiciel"]),
        text("an open quote", &head("status: \"nouveau"), ":3", &["guillemet"]),
        text("an open bracket", &head("status: nouveau\nwatchers: [paul.durand"), ":4", &["crochet"]),
        text("no colon", &head("status: nouveau\nn’importe quoi"), ":4", &["clé"]),
        text("a date that is none", &head("status: nouveau\nplanned: 2026-02-30"), ":4:10", &["2026-02-30"]),
        text("a moment without offset", &head("status: nouveau\ncreated: 2026-11-23 08:12"), ":4:10", &["décalage"]),
        text("a tag", &head("status: !!python/object nouveau"), ":3", &["YAML"]),
        text("an alias", &head("status: &a nouveau\nx-b: *a"), ":3", &["YAML"]),
        text("laughs", &format!("---\na: &a [x,x]\nb: &b [*a,*a]\nc: [{}]\n---\n", "*b,".repeat(900)), ":2", &["YAML"]),
        text("brackets", &format!("---\ntitle: {}\n---\n", "[".repeat(100_000)), "", &["8 ko"]),
        text("a long text", &format!("{}{}", by_hand("x", "nouveau"), "a".repeat(257 * 1024)), "", &["256 ko"]),
        text("a long front matter", &head(&format!("status: nouveau\nx-a: {}", "a".repeat(9000))), "", &["8 ko"]),
        text("emptiness", "", "", &["---"]),
    ]
}

#[test]
fn mistakes_are_placed_explained_and_harm_nobody() {
    let school = School::prepare().open();
    school.tree().save(&path_of("2026-0002"), by_hand("Tout va bien", "nouveau"));
    let mut amiss = Vec::new();
    for Mistake { what, bytes, place, says } in mistakes() {
        school.tree().save(PATH, &bytes);
        let run = school.guichet(&["check"]);
        assert_eq!(run.code, 1, "{what}: {}{}", run.out, run.err);
        let said: String = run.err.lines().map(|line| line.chars().take(200).collect::<String>() + "\n").collect();
        let placed = format!("{PATH}{place}");
        let mut expect = |truth: bool, complaint: String| {
            if !truth {
                amiss.push(format!("{what}: {complaint}:\n{said}"));
            }
        };
        expect(said.lines().any(|line| line.starts_with(&placed)), format!("is not at {placed}"));
        for part in says {
            expect(said.contains(part), format!("does not say « {part} »"));
        }
        expect(said.contains("indice :"), "has no remedy".to_owned());
        expect(run.err.lines().all(|line| line.chars().count() < 300), "is said in endless lines".to_owned());
        expect(!said.contains("2026-0002"), "accuses another file".to_owned());
        expect(place.matches(':').count() < 2 || said.contains('^'), "has no caret".to_owned());
        let json = school.guichet(&["check", "--json", PATH]).wrong().out;
        let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
        let row = rows.as_array().unwrap().iter().find(|row| row["path"] == PATH).unwrap().clone();
        expect(
            row["message"].as_str().is_some_and(|text| !text.is_empty()) && row["severity"] == "error",
            row.to_string(),
        );
        // The site goes on, and so do the neighbours.
        school.guichet(&["build", "--output", school.beside("out").to_str().unwrap()]).done();
        expect(school.beside("out/tickets/2026-0002/index.html").exists(), "takes its neighbour down".to_owned());
    }
    assert!(amiss.is_empty(), "{}", amiss.join("\n"));
    school.leave_work();
}

#[test]
fn what_is_only_odd_is_accepted() {
    let good: [(&str, String); 7] = [
        ("CRLF", by_hand("x", "nouveau").replace('\n', "\r\n")),
        ("BOM", format!("\u{feff}{}", by_hand("x", "nouveau"))),
        ("case, accents, blanks", by_hand("x", "  FERMÉ  ")),
        ("an alias of a place", "---\ntitle: x\nstatus: nouveau\nresource: SALLE b204\n---\n".into()),
        ("own keys", "---\ntitle: x\nstatus: nouveau\nresource: wifi\nx-no: {a: [1, 2]}\n---\n".into()),
        ("a retired place", "---\ntitle: x\nstatus: ferme\nresource: Valise de netbooks\n---\n".into()),
        ("no text", "---\ntitle: x\nstatus: nouveau\nresource: wifi\n---".into()),
    ];
    let school = School::prepare().open();
    for (what, text) in good {
        school.tree().save(PATH, &text);
        let run = school.guichet(&["check"]);
        assert_eq!(run.code, 0, "{what}: {}", run.err);
    }
    // A value that is no longer configured: a remark on what is closed, a fault on what is open.
    let gone = |status: &str| {
        format!("---\ntitle: x\nstatus: {status}\nresource: Chariot 3\nassignee: ancien.referent\n---\n")
    };
    school.tree().save(PATH, gone("ferme"));
    let run = school.guichet(&["check"]).done();
    assert!(run.err.contains("Chariot 3") && run.err.contains("ancien.referent"), "{}", run.err);
    school.tree().save(PATH, gone("en-cours"));
    assert!(school.guichet(&["check"]).wrong().err.contains("Chariot 3"));
    school.leave_work();
}

#[test]
fn files_that_are_not_at_their_place_are_named() {
    let school = School::prepare().open();
    for stray in [
        "tickets/2026/2026-0007.md",
        "tickets/2026/01xx/2026-0007.md",
        "tickets/2026/00xx/7.md",
        "tickets/2026/00xx/2026-07.md",
        "tickets/notes.md",
    ] {
        school.tree().save(stray, by_hand("x", "nouveau"));
        let run = school.guichet(&["check"]).wrong();
        assert!(run.err.contains(stray), "{stray}: {}", run.err);
        std::fs::remove_file(school.site().join(stray)).unwrap();
    }
    school.guichet(&["check"]).done();
    school.leave_work();
}

#[test]
fn only_what_is_asked_for_is_checked() {
    let school = School::prepare().open();
    school.tree().save(PATH, by_hand("x", "résolu"));
    school.tree().save(&path_of("2026-0102"), by_hand("y", "clos"));
    let run = school.guichet(&["check", "tickets/2026/01xx"]).wrong();
    assert!(run.err.contains("2026-0102") && !run.err.contains("2026-0001"), "{}", run.err);
    school.guichet(&["check", "site.toml"]).done();
    for elsewhere in ["tickets/2026/02xx", "/etc/passwd"] {
        let run = school.guichet(&["check", elsewhere]).wrong();
        assert!(run.err.contains(elsewhere), "{}", run.err);
    }
    school.leave_work();
}

#[test]
fn mistakes_in_site_toml_are_placed_too() {
    let cases: [(&str, &str, &[&str]); 10] = [
        ("[team]", "[taem]", &["site.toml:5", "taem", "team ?"]),
        ("title = ", "titel = ", &["site.toml:2", "titel", "title ?"]),
        ("posts_per_minute = 0", "posts_per_minute = beaucoup", &["site.toml:"]),
        ("posts_per_minute = 0", "posts_per_minute = \"0\"", &["site.toml:", "un nombre entier"]),
        ("transport = \"outbox\"", "transport = \"pigeon\"", &["pigeon", "outbox"]),
        ("base_url = \"http:", "base_url = \"ftp:", &["site.toml:3", "ftp:"]),
        ("email = \"paul.durand@college.example\"", "email = \"paul\"", &["paul"]),
        ("id = \"wifi\"", "id = \"salle-b204\"", &["Salle B204", "Wifi"]),
        (
            "transport = \"outbox\"",
            "transport = \"smtp\"\n[mail.smtp]\npassword = \"secret\"",
            &["GUICHET_SMTP_PASSWORD"],
        ),
        ("title = \"Guichet de Jean-Moulin\"\n", "", &["site.title"]),
    ];
    for (old, new, says) in cases {
        let school = School::prepare().open();
        school.tree().edit("site.toml", |text| text.replacen(old, new, 1));
        let run = school.guichet(&["check"]).wrong();
        for part in says {
            assert!(run.err.contains(part), "{new}: « {part} » is missing: {}", run.err);
        }
        assert_eq!(school.guichet(&["serve", "--listen", "127.0.0.1:0"]).code, 1, "{new}");
        assert_eq!(school.guichet(&["build"]).code, 1, "{new}");
        school.leave_work();
    }
}

#[test]
fn a_clone_without_the_address_book_is_checked_without_complaints() {
    let school = School::new();
    school.declared("Micro");
    let amina = school.amina();
    let run = school.command(&["--site", amina.dir().to_str().unwrap(), "check"]).done();
    assert!(!run.err.contains("people"), "{}", run.err);
}

#[test]
fn a_wrong_command_line_is_2() {
    let school = School::prepare().open();
    assert_eq!(school.guichet(&["chekc"]).code, 2);
    assert_eq!(school.guichet(&["ticket", "status"]).code, 2);
    assert_eq!(school.command(&["--now", "hier", "check"]).code, 2);
    assert_eq!(school.guichet(&["ticket", "show", "quarante-deux"]).code, 2);
    school.guichet(&["ticket", "show", "2026-0042"]).wrong();
    assert_eq!(school.command(&["--site", school.beside("nowhere").to_str().unwrap(), "check"]).code, 1);
}
