//! What a pupil, a robot or a hostile commit might send (H01 and following of the threat list): it is refused, or
//! it is text like any other.

use crate::kit::{Request, School, Sink, TEAM, by_hand, encoded, eventually, path_of};

/// Nothing on a page of ours may run, load or lead elsewhere than it says.
fn is_inert(page: &str, what: &str) {
    let lower = page.to_lowercase();
    for tag in ["<svg", "<math", "<iframe", "<object", "<embed", "<animate", "<style", "<base", "<form action=\"http"] {
        assert!(!lower.contains(tag), "{what}: {tag} in the page");
    }
    for script in lower.split("<script").skip(1) {
        let source = script.strip_prefix(" src=\"").and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let own = source.trim_start_matches("../").starts_with("assets/");
        assert!(own && script.split('>').nth(1) == Some("</script"), "{what}: a script of ours, and nothing in it");
    }
    // Inside tags: no handler, no scheme that runs.
    let mut rest = lower.as_str();
    while let Some(start) = rest.find('<') {
        let tag = &rest[start..rest[start..].find('>').map_or(rest.len(), |end| start + end)];
        let attributes = strip_quoted(tag);
        for handler in [" onerror", " onload", " onmouseover", " onclick", " onfocus", " onbegin"] {
            assert!(!attributes.contains(handler), "{what}: {tag}");
        }
        for attribute in ["href=\"", "src=\"", "action=\""] {
            for value in tag.split(attribute).skip(1) {
                let value = value.trim_start();
                for scheme in ["javascript:", "data:", "vbscript:", "file:", "//", "&#", "php:"] {
                    assert!(!value.starts_with(scheme), "{what}: {tag}");
                }
            }
        }
        rest = &rest[start + 1..];
    }
}

/// A tag without what stands between its quotes.
fn strip_quoted(tag: &str) -> String {
    tag.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

#[test]
fn markup_and_schemes_in_titles_and_texts_are_inert() {
    let school = School::new();
    let inputs = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><animate href=javascript:alert(1) onbegin=alert(1)></svg>",
        "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
        "[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](&#106;avascript:alert(1)) <javascript:alert(1)>",
        "[x](java\tscript:alert(1)) [y]( javascript:alert(1)) ![i](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=) ![y](data:image/svg+xml,<svg/onload=alert(1)>)",
        "[x](vbscript:msgbox) [y](file:///etc/passwd) [z](//evil.example/x) ![w](//evil.example/p.gif)",
        "{{7*7}} {% include \"base.html\" %} {{ page.team_email }} {{ __tera_context }}",
        "</title></textarea><script>alert(1)</script>",
        "\"onmouseover=\"alert(1)\" x='\" autofocus onfocus=alert(1)",
        "```\"><img src=x onerror=alert(1)>\ncode\n```",
        "[secret]\n\n[secret]: javascript:alert(1)",
        "<base href=//evil.example/><form action=https://evil.example><button>ok</button></form>",
        "[x](https://evil.example/\"onmouseover=\"alert(1))",
        "![x](php://filter/resource=/etc/passwd)",
    ];
    for input in inputs {
        let title: String = input.chars().filter(|c| *c != '\n' && *c != '\t').take(180).collect();
        let id = school.declare(&format!("Texte : {input}")).set("title", &title).post().accepted();
        for path in [
            format!("/tickets/{id}/"),
            "/".into(),
            "/tickets/".into(),
            "/resources/salle-b204/".into(),
            "/tickets/new/?resource=salle-b204".into(),
        ] {
            is_inert(&school.page(&path), &format!("{input} on {path}"));
        }
        let page = school.shown(&format!("/tickets/{id}/"));
        assert!(
            page.contains(&title.split_whitespace().collect::<Vec<_>>().join(" ")) || title.contains('<'),
            "{title}: {page}"
        );
        for letter in school.letters() {
            let html = letter.html.to_lowercase();
            for bad in ["<script", "<svg", "<img", "href=\"javascript", "href=\"data:", "<math", "<iframe", "<form"] {
                assert!(!html.contains(bad), "{input}: {bad} in the letter {html}");
            }
            assert!(letter.subject.starts_with(&format!("[{id}] Nouveau : ")), "{}", letter.subject);
        }
    }
    assert!(school.shown("/tickets/2026-0009/").contains("{{7*7}}"), "template signs are text");
    let feed = school.page("/feed.xml");
    assert!(!feed.contains("<script") && !feed.contains("<img"));
    serde_json::from_str::<serde_json::Value>(&school.page("/tickets.json")).unwrap();
}

#[test]
fn what_is_typed_never_becomes_front_matter() {
    let school = School::new();
    let inputs = [
        ("---", "---\nstatus: ferme\nassignee: paul.durand\n---\nfin"),
        ("status: ferme", "status: fermé"),
        ("\"status: ferme\"", "...\n---\nstatus: ferme"),
        ("# commentaire", "~~~\n---\n~~~"),
        ("[a, b]", "{a: b}"),
        ("&a *b !!c", "%YAML 1.2"),
        ("- tiret", "<<<<<<< HEAD\n=======\n>>>>>>> x"),
        ("no", "yes"),
        ("2026-11-23", "0x10"),
        ("a\\nb \\u0000", "\\"),
        ("'", "\""),
        ("@moi: `x` | > y", "\t tabulation"),
        ("null", "~"),
        ("<!-- note", "visible <!-- note --> aussi"),
    ];
    for (title, text) in inputs {
        let id = school.declare(text).set("title", title).post().accepted();
        let shown = school.guichet(&["ticket", "show", &id, "--json"]).done().out;
        let ticket: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(ticket["title"], title);
        assert_eq!(ticket["status"], "nouveau", "{title}");
        assert_eq!(ticket["assignee"], "", "{title}");
        let body = ticket["body"].as_str().unwrap();
        assert_eq!(body.trim().replace("\\<", "<"), text.trim(), "{title}");
    }
    school.guichet(&["check"]).done();
    assert!(
        school.shown("/tickets/2026-0014/").contains("visible <!-- note --> aussi"),
        "a colleague writes no internal notes"
    );
    school.leave_letters();
}

#[test]
fn extra_fields_are_ignored() {
    let school = School::new();
    let form = school.declare("Micro");
    let extra = [
        ("status", "ferme"),
        ("assigne", "moi"),
        ("assignee", "paul.durand"),
        ("number", "1"),
        ("id", "2026-9999"),
        ("date", "1970-01-01"),
        ("created", "1970-01-01T00:00:00Z"),
        ("requester", "paul.durand"),
        ("banner", "true"),
        ("next", "//evil.example"),
    ];
    let form = extra.iter().fold(form, |form, (name, value)| form.set(name, value));
    let answer = form.post();
    assert_eq!((answer.status, answer.header("location")), (303, Some("/tickets/2026-0001/")));
    let text = school.tree().read(&path_of("2026-0001"));
    for bad in ["ferme", "paul", "1970", "banner", "evil", "9999"] {
        assert!(!text.contains(bad), "{bad}: {text}");
    }
    school.skip_letters();
}

#[test]
fn odd_characters_are_composed_dropped_or_refused() {
    let school = School::new();
    for odd in ["a\0b", "a\u{1b}[31mb", "a\u{8}b", "a\u{7f}b", "a\u{85}b"] {
        for field in ["description", "title", "name"] {
            let answer = school.unchanged(|| school.declare("x").set(field, odd).json().post());
            assert_eq!((answer.status, answer.faults()), (422, vec![field.to_owned()]), "{odd:?} in {field}");
        }
    }
    let id = school
        .declare("ecran\u{202e}gnp.exe\u{200b} e\u{301}")
        .set("title", "\u{202e}e\u{301}cran\u{2066}")
        .post()
        .accepted();
    let text = school.tree().read(&path_of(&id));
    assert!(text.contains("title: écran\n") && text.contains("ecrangnp.exe é\n"), "{text}");
    let zalgo = format!("e{}", "\u{334}".repeat(500));
    let answer = school.declare(&zalgo).set("title", "😀 émoji").json().post();
    assert!([201, 422].contains(&answer.status));
    school.skip_letters();
}

#[test]
fn a_place_is_one_of_the_list() {
    let school = School::new();
    for place in [
        "../../etc/passwd",
        "..%2f..%2fetc",
        "salle-b204\0.md",
        "tickets-evil/",
        "/etc",
        ".",
        "salle-b204/../wifi",
        "*",
        "site.toml",
    ] {
        let answer = school.unchanged(|| school.declare("x").set("resource", place).json().post());
        assert_eq!((answer.status, answer.faults()), (422, vec!["resource".to_owned()]), "{place:?}");
    }
}

#[test]
fn nothing_typed_adds_a_header_or_a_recipient_to_a_letter() {
    let sink = Sink::new();
    let school = School::prepare().smtp(&sink).serve();
    for field in ["name", "title", "email"] {
        for odd in ["a\r\nBcc: v@x.fr", "a\nBcc: v@x.fr", "a\rBcc: v@x.fr"] {
            let answer = school.unchanged(|| school.declare("x").set(field, odd).json().post());
            assert_eq!((answer.status, answer.faults()), (422, vec![field.to_owned()]), "{odd:?}");
        }
    }
    for address in [
        "-oQ/x@d.fr",
        "é@d.fr",
        &format!("{}@d.fr", "a".repeat(320)),
        "a@d.fr,b@d.fr",
        "a@d.fr b@d.fr",
        "<a@d.fr>",
        "\"a b\"@d.fr",
        "a@d.fr>\r\nRCPT TO:<b@d.fr",
    ] {
        let answer = school.unchanged(|| school.declare("x").set("email", address).json().post());
        assert_eq!((answer.status, answer.faults()), (422, vec!["email".to_owned()]), "{address}");
    }
    let breaks = [
        "\r\n.\r\nMAIL FROM:<v@x.fr>\r\nRCPT TO:<v@x.fr>\r\nDATA\r\nx\r\n.\r\n",
        "\n.\nMAIL FROM:<v@x.fr>\n",
        "\r.\rMAIL FROM:<v@x.fr>\r",
    ];
    for (n, text) in breaks.iter().enumerate() {
        school.declare(&format!("Début{text}fin")).set("name", "Anne =?utf-8?q?x?= \"Roux\", B").post().accepted();
        let taken = sink.wait_for(2 * (n + 1));
        eventually("the outbox is empty", || (school.health()["outbox_pending"] == 0).then_some(()));
        assert_eq!(sink.taken().len(), 2 * (n + 1), "one letter to each, and no third");
        for (to, letter) in taken {
            assert!([TEAM, "sophie.martin@college.example"].contains(&to.as_str()));
            assert!(letter.text.contains("fin"), "{}", letter.text);
            let head = letter.raw.split("\r\n\r\n").next().unwrap();
            assert!(!head.to_lowercase().contains("\nbcc:") && !head.contains("v@x.fr"), "{head}");
        }
    }
}

#[test]
fn every_answer_forbids_frames_scripts_and_guesses() {
    let school = School::new();
    let id = school.declared("Micro");
    let refused = school.declare("").post();
    for answer in [
        school.get("/"),
        school.get(&format!("/tickets/{id}/")),
        school.get("/nowhere"),
        school.get("/tickets.json"),
        refused,
    ] {
        let policy = answer.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("set-cookie"), None);
    }
    // The host that a visitor names changes no link.
    let evil = Request::new("GET", "/").header("Host", "evil.example").send(school.address());
    assert!(!evil.text().contains("evil.example"));
    let next = school.get("/tickets/new/?next=//evil.example&resource=wifi");
    assert!(next.status == 200 && !next.text().contains("evil.example"));
}

#[test]
fn a_photo_is_a_picture_of_a_sane_size() {
    let school = School::new();
    let mut bomb = Vec::new();
    image::DynamicImage::new_rgb8(4, 4)
        .write_to(&mut std::io::Cursor::new(&mut bomb), image::ImageFormat::Png)
        .unwrap();
    bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let mut jpeg = Vec::new();
    image::DynamicImage::new_rgb8(64, 64)
        .write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg)
        .unwrap();
    let cases: [(&str, Vec<u8>, &[u16]); 6] = [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), &[415]),
        ("x.jpg", b"PK\x03\x04zip".to_vec(), &[415]),
        ("x.html", b"<html><script>alert(1)</script>".to_vec(), &[415]),
        ("x.pdf", b"%PDF-1.7".to_vec(), &[415]),
        ("x.png", bomb, &[422]),
        ("x.jpg", jpeg[..jpeg.len() / 2].to_vec(), &[422, 303]),
    ];
    for (name, bytes, expected) in cases {
        let form = school.declare("Photo").photo(name, bytes);
        if expected.contains(&303) {
            assert!(expected.contains(&form.post().status), "{name}");
            continue;
        }
        let answer = school.unchanged(|| form.clone().json().post());
        assert!(expected.contains(&answer.status), "{name}: {} {}", answer.status, answer.text());
        assert_eq!(answer.faults(), ["photo"], "{name}");
    }
    let named = school.declare("Nom").photo("../../../x\".sh", jpeg.clone()).post().accepted();
    assert_eq!(school.tree().paths("HEAD"), [path_of(&named), format!("tickets/2026/00xx/{named}/photo.jpg")]);
    // A picture followed by something else keeps the picture only.
    jpeg.extend(b"PK\x03\x04 evil payload");
    let id = school.declare("Polyglotte").photo("x.jpg", jpeg).post().accepted();
    let kept = school.tree().bytes(&format!("tickets/2026/00xx/{id}/photo.jpg"));
    assert!(!kept.windows(12).any(|bytes| bytes == b"evil payload"));
    school.skip_letters();
}

#[test]
fn compressed_nested_and_endless_bodies_are_refused() {
    let school = School::new();
    let post = || Request::new("POST", "/tickets");
    let form = "application/x-www-form-urlencoded";
    let gzip = school.unchanged(|| {
        post()
            .header("Content-Type", form)
            .header("Content-Encoding", "gzip")
            .body(vec![0x1f, 0x8b, 8, 0, 0])
            .send(school.address())
    });
    assert!([400, 415, 422].contains(&gzip.status), "{}", gzip.status);
    let mut nested = String::new();
    for n in 0..1000 {
        nested.push_str(&format!("--b{n}\r\nContent-Disposition: form-data; name=\"f{n}\"\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n", n + 1));
    }
    let answer = school.unchanged(|| {
        post().header("Content-Type", "multipart/form-data; boundary=b0").body(nested).send(school.address())
    });
    assert_eq!(answer.status, 400);
    let parts: String =
        (0..200).map(|n| format!("--b\r\nContent-Disposition: form-data; name=\"f{n}\"\r\n\r\n1\r\n")).collect();
    let answer = school.unchanged(|| {
        post()
            .header("Content-Type", "multipart/form-data; boundary=b")
            .body(parts + "--b--\r\n")
            .send(school.address())
    });
    assert_eq!(answer.status, 400);
    let no_boundary =
        school.unchanged(|| post().header("Content-Type", "multipart/form-data").body("x").send(school.address()));
    assert_eq!(no_boundary.status, 400);
    let headers = (0..200).fold(Request::new("GET", "/"), |request, n| request.header(&format!("X-{n}"), "1"));
    assert!(headers.try_send(school.address()).is_none_or(|answer| answer.status == 431));
    school.declared("Toujours là");
}

#[test]
fn a_torn_request_writes_nothing() {
    use std::io::Write as _;
    let school = School::new();
    school.unchanged(|| {
        let mut stream = std::net::TcpStream::connect(school.address()).unwrap();
        stream.write_all(b"POST /tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nresource=wifi&description=x&name=A&email=a%40d.fr").unwrap();
        drop(stream);
        for garbage in [&b"\x16\x03\x01\x02\x00\x01"[..], b"GET / HTTP/9.9\r\n\r\n", b"\r\n\r\n\r\n", b"POST /tickets HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"] {
            let mut stream = std::net::TcpStream::connect(school.address()).unwrap();
            stream.write_all(garbage).unwrap();
        }
        school.page("/");
    });
}

#[test]
fn searches_and_queries_are_only_text() {
    let school = School::new();
    school.declared("Micro");
    for query in [
        "' OR 1=1 --",
        &".*(a+)+$".repeat(100),
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "{{7*7}}",
    ] {
        for name in ["q", "resource", "description", "name", "category", "title"] {
            let answer = school.get(&format!("/tickets/new/?{name}={}", encoded(query.as_bytes())));
            assert_eq!(answer.status, 200, "{query}");
            is_inert(&answer.text(), query);
        }
        assert_eq!(school.get(&format!("/tickets/?q={}", encoded(query.as_bytes()))).status, 200);
    }
    assert!([200, 400].contains(&school.get("/tickets/new/?resource=%ff%fe").status));
}

#[test]
fn never_a_byte_of_the_repository_is_served() {
    let school = School::new();
    let id = school.declared("Micro");
    let paths = [
        "/.git/HEAD",
        "/.git/config",
        "/.git/guichet/people.toml",
        "/%2egit/HEAD",
        "/%2e%67it/HEAD",
        "/public/../site.toml",
        "/../site.toml",
        "/%2e%2e/site.toml",
        "/..%2fsite.toml",
        "/%2e%2e%2fsite.toml",
        "/..%5csite.toml",
        "/site.toml",
        "/tickets/../../site.toml",
        "/tickets/%2e%2e/%2e%2e/site.toml",
        "//site.toml",
        "/./site.toml",
        "/assets/../../site.toml",
        "/assets/..%2f..%2fsite.toml",
        "/tickets/2026/00xx/2026-0001.md",
        "/tickets/2026-0001.md~",
        "/.guichet",
        "/.staging/0",
        "/people.toml",
        "/etc/passwd",
        "//etc/passwd",
        "/assets//../../.git/HEAD",
        "/.well-known/../.git/HEAD",
        "/tickets/2026-0001/..;/..;/site.toml",
        "/%00",
        "/index.html%00.md",
        "/file:///etc/passwd",
    ];
    for path in paths {
        let answer = Request::new("GET", path).send(school.address());
        let text = answer.text();
        for secret in ["ref: refs/heads", "[core]", "base_url", "sophie.martin", "root:x:", "resource: salle-b204"] {
            assert!(!text.contains(secret), "{path} gives away {secret}");
        }
        assert!(
            [400, 403, 404, 405].contains(&answer.status)
                || (answer.status == 200 && text.contains("<!DOCTYPE html>"))
                || (300..309).contains(&answer.status),
            "{path}: {}",
            answer.status
        );
        assert_ne!((answer.status, answer.body.len()), (200, 0), "{path}");
        if let Some(place) = answer.header("location") {
            assert!(!place.contains("//"), "{path} leads to {place}");
        }
    }
    for header in ["X-HTTP-Method-Override", "X-Method-Override"] {
        let answer = school.unchanged(|| {
            Request::new("GET", &format!("/tickets/{id}/")).header(header, "DELETE").send(school.address())
        });
        assert_eq!(answer.status, 200);
    }
    let head = school.unchanged(|| Request::new("HEAD", "/").send(school.address()));
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn content_that_is_elsewhere_or_in_another_history_is_named_and_not_shown() {
    let school = School::prepare().open();
    let tree = school.tree();
    // Somebody's clone within ours.
    tree.save("tickets/2025/00xx/2025-0005.md", by_hand("Autre histoire", "nouveau"));
    let inner = tree.dir().join("tickets/2025");
    assert!(std::process::Command::new("git").args(["init", "--quiet"]).arg(&inner).status().unwrap().success());
    let run = school.guichet(&["check"]).wrong();
    assert!(run.err.contains("tickets/2025 ") && run.err.contains("sous-module"), "{}", run.err);
    std::fs::remove_dir_all(&inner).unwrap();
    // The whole folder is a link.
    let away = school.beside("ailleurs");
    std::fs::create_dir_all(away.join("2026/00xx")).unwrap();
    std::fs::write(away.join("2026/00xx/2026-0001.md"), by_hand("Ailleurs", "nouveau")).unwrap();
    let _ = std::fs::remove_dir_all(tree.dir().join("tickets"));
    std::os::unix::fs::symlink(&away, tree.dir().join("tickets")).unwrap();
    let run = school.guichet(&["check"]).wrong();
    assert!(run.err.contains("tickets ") && run.err.contains("lien"), "{}", run.err);
    school.serve();
    assert_eq!(school.get("/tickets/2026-0001/").status, 404);
    school.expect_problems();
    school.leave_work();
}

#[test]
fn links_submodules_and_odd_names_in_the_tree_are_never_followed() {
    let school = School::new();
    let good = school.declared("Micro");
    let amina = school.amina();
    std::fs::create_dir_all(amina.dir().join("tickets/2026/01xx")).unwrap();
    let link = |target: &str, path: &str| std::os::unix::fs::symlink(target, amina.dir().join(path)).unwrap();
    link("../../../.git/guichet/people.toml", "tickets/2026/01xx/2026-0101.md");
    link("/etc", "tickets/2026/02xx");
    link("../../../site.toml", "tickets/2026/00xx/2026-0050.md");
    amina.save(
        &path_of("2026-0301"),
        by_hand("Pièce jointe", "nouveau").replace("status:", "attachments: [x.jpg]\nstatus:"),
    );
    std::fs::create_dir_all(amina.dir().join("tickets/2026/03xx/2026-0301")).unwrap();
    link("../../../../.git/guichet/people.toml", "tickets/2026/03xx/2026-0301/x.jpg");
    amina.git(&["add", "--all"]);
    amina.git(&[
        "update-index",
        "--add",
        "--cacheinfo",
        &format!("160000,{},tickets/2026/00xx/2026-0060.md", amina.head()),
    ]);
    amina.git(&["commit", "--quiet", "--message", "Pièges"]);
    amina.git(&["push", "--quiet", "origin", "HEAD:main"]);
    school.skip_letters();
    for id in ["2026-0101", "2026-0050", "2026-0060", "2026-0201"] {
        assert_eq!(school.get(&format!("/tickets/{id}/")).status, 404, "{id}");
    }
    for entry in walkdir::WalkDir::new(school.site().join("public"))
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
    {
        let text = String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).into_owned();
        assert!(!text.contains("sophie.martin@") && !text.contains("root:x:"), "{}", entry.path().display());
    }
    assert_ne!(school.get("/tickets/2026-0301/x.jpg").status, 200);
    school.page(&format!("/tickets/{good}/"));
    school.declared("Toujours là");
    school.expect_problems();
    school.leave_work();
    school.leave_letters();
}
