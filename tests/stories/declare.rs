//! A colleague declares an incident: one file, one commit, one page, two letters; a repeat is harmless; what can
//! not be accepted leaves no trace.

use std::os::unix::fs::MetadataExt as _;

use crate::kit::{Form, Request, School, TEAM, Tree, by_hand, encoded, eventually, path_of};

const TOKEN: &str = "jeton-du-formulaire-01";

fn trailers(tree: &Tree, commit: &str) -> String {
    tree.git(&["log", "-1", "--format=%(trailers)", commit])
}

#[test]
fn a_form_makes_one_file_one_commit_one_page_and_two_letters() {
    let school = School::new();
    let before = school.tree().commits();
    let answer = school
        .declare("Le vidéoprojecteur ne s’allume plus.\n\nLe voyant reste rouge.")
        .set("category", "materiel")
        .set("severity", "dysfonctionnement")
        .set("token", TOKEN)
        .post();
    assert_eq!((answer.status, answer.header("location")), (303, Some("/tickets/2026-0001/")));
    let page = school.shown("/tickets/2026-0001/");
    assert!(page.contains("Le vidéoprojecteur ne s’allume plus.") && page.contains("Le voyant reste rouge."), "{page}");

    let tree = school.tree();
    assert_eq!(tree.commits(), before + 1);
    assert_eq!(tree.paths("HEAD"), ["tickets/2026/00xx/2026-0001.md"]);
    assert_eq!(
        tree.git(&["log", "-1", "--format=%an <%ae>|%cn <%ce>"]),
        format!("Service informatique <{TEAM}>|Service informatique <{TEAM}>")
    );
    let text = tree.read("tickets/2026/00xx/2026-0001.md");
    let line = |key: &str| text.lines().find_map(|line| line.strip_prefix(&format!("{key}: "))).map(str::to_owned);
    assert_eq!(line("title").as_deref(), Some("Le vidéoprojecteur ne s’allume plus."));
    assert_eq!(line("status").as_deref(), Some("nouveau"));
    assert_eq!(line("resource").as_deref(), Some("salle-b204"));
    assert!(line("created").unwrap().starts_with("2026-11-23T08:1") && line("created").unwrap().ends_with("+01:00"));
    let pseudonym = line("requester").unwrap();
    assert!(pseudonym.starts_with("p-"), "{pseudonym}");
    assert_eq!(trailers(tree, "HEAD"), format!("Guichet-Token: {TOKEN}\nGuichet-Actor: {pseudonym}"));

    let letters = school.letters();
    assert_eq!(letters.len(), 2);
    let to = |who: &str| letters.iter().find(|letter| letter.to == who).unwrap_or_else(|| panic!("no letter to {who}"));
    let (hers, teams) = (to("sophie.martin@college.example"), to(TEAM));
    for letter in &letters {
        assert_eq!(letter.from, TEAM);
        assert_eq!(letter.subject, "[2026-0001] Nouveau : Le vidéoprojecteur ne s’allume plus.");
        assert!(letter.text.contains("2026-0001") && letter.text.contains("Le voyant reste rouge."), "{}", letter.text);
        assert!(letter.html.contains("Le voyant reste rouge."));
        assert!(letter.text.contains("http://guichet.college.example/tickets/2026-0001/"), "{}", letter.text);
        assert!(letter.raw.contains("Auto-Submitted: auto-generated"));
        assert!(letter.raw.is_ascii() && letter.references.is_empty());
    }
    assert_eq!(hers.reply_to.as_deref(), Some(TEAM));
    assert_eq!(teams.reply_to.as_deref(), Some("sophie.martin@college.example"));
    assert!(teams.text.contains("Sophie Martin <sophie.martin@college.example>"), "{}", teams.text);
}

#[test]
fn names_and_addresses_stay_out_of_git_and_of_the_pages() {
    let school = School::new();
    let id = school.declared("La souris ne répond plus");
    school.speak(&id, "answers").set("text", "Chez moi non plus.").post().accepted();
    school.speak(&id, "watchers").set("name", "Anne Roux").set("email", "anne.roux@college.example").post().accepted();
    school.skip_letters();
    let mut everything = school.tree().git(&["log", "-p", "--all", "--format=fuller"]);
    everything.push_str(&school.tree().git(&["log", "--all", "--format=%B%an%ae%cn%ce"]));
    for entry in walkdir::WalkDir::new(school.site().join("public")).into_iter().flatten() {
        if entry.file_type().is_file() {
            everything.push_str(&String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()));
        }
    }
    let everything = everything.to_lowercase();
    for secret in ["sophie", "martin", "luc.petit", "petit", "anne.roux", "roux"] {
        assert!(!everything.contains(secret), "{secret} has got out");
    }
    assert_eq!(std::fs::metadata(school.state("people.toml")).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn a_program_gets_json() {
    let school = School::new();
    let answer = school.declare("Wifi en panne").json().post();
    assert_eq!(answer.status, 201);
    let said = answer.json();
    assert_eq!(said["id"], "2026-0001");
    assert_eq!(said["url"], "/tickets/2026-0001/");
    assert_eq!(said["commit"], school.tree().head().as_str());
    assert_eq!(answer.header("location"), Some("/tickets/2026-0001/"));
    school.page("/tickets/2026-0001/");
    school.skip_letters();
}

#[test]
fn a_token_makes_a_repeat_harmless_even_after_a_restart() {
    let school = School::new();
    let form = school.declare("Écran noir").set("token", TOKEN).json();
    let first = form.post();
    assert_eq!(first.status, 201);
    let commits = school.tree().commits();
    let repeat = |school: &School, text: &str| school.declare(text).set("token", TOKEN).json().post();
    assert_eq!(repeat(&school, "Écran noir").json(), first.json());
    assert_eq!(repeat(&school, "Un autre texte").json(), first.json());
    let other = school.speak("2026-0001", "answers").set("text", "Encore").set("token", TOKEN).json().post();
    assert_eq!(other.json(), first.json(), "its own ticket");
    let booking = Form::new(school.address(), "/reservations")
        .set("resource", "salle-info-1")
        .set("date", "2026-11-26")
        .set("start", "10:30")
        .set("end", "11:25")
        .set("purpose", "5eB")
        .set("name", "Luc Petit")
        .set("email", "luc.petit@college.example");
    let booked = booking.set("token", TOKEN).json().post();
    assert_eq!((booked.status, booked.json()["errors"][0]["field"].as_str()), (422, Some("token")));
    let page = school.declare("Écran noir").set("token", TOKEN).post();
    assert_eq!((page.status, page.header("location")), (303, Some("/tickets/2026-0001/")));
    school.restart();
    assert_eq!(repeat(&school, "Écran noir").json(), first.json());
    // The caches can be thrown away at any time.
    school.stop();
    std::fs::remove_dir_all(school.state("cache")).unwrap();
    school.serve();
    assert_eq!(repeat(&school, "Écran noir").json(), first.json());
    assert_eq!(school.tree().commits(), commits);
    assert_eq!(school.letters().len(), 2);
}

#[test]
fn a_token_that_is_used_again_when_its_time_is_over_is_harmless_again() {
    let school = School::new();
    let post = || school.declare("Écran noir").set("token", TOKEN).json().post().json()["id"].clone();
    assert_eq!(post(), "2026-0001");
    school.stop();
    school.serve_at("2026-12-25T08:12:00+01:00");
    assert_eq!([post(), post()], ["2026-0002", "2026-0002"]);
    school.restart();
    assert_eq!(post(), "2026-0002");
    school.skip_letters();
}

#[test]
fn a_token_whose_receipt_is_lost_is_found_again_in_history() {
    let school = School::new();
    let post = |token: &str| school.declare("Écran noir").set("token", token).json().post().json()["id"].clone();
    let receipts = school.state("receipts");
    // The disk takes the commit and not the receipt.
    std::fs::remove_file(&receipts).unwrap();
    std::os::unix::fs::symlink("/dev/full", &receipts).unwrap();
    assert_eq!(post(TOKEN), "2026-0001");
    assert!(school.problems() > 0);
    school.stop();
    std::fs::remove_file(&receipts).unwrap();
    school.serve();
    assert_eq!(post(TOKEN), "2026-0001");
    let other = TOKEN.replace(|c: char| c.is_ascii_digit(), "x");
    assert_eq!(post(&other), "2026-0002");
    let both = || assert_eq!([post(TOKEN), post(&other)], ["2026-0001", "2026-0002"]);
    // Lost, or torn, while the cache says that all is known.
    school.stop();
    std::fs::remove_file(&receipts).unwrap();
    school.serve();
    both();
    school.stop();
    let torn = std::fs::read_to_string(&receipts).unwrap().replacen('{', "", 1);
    std::fs::write(&receipts, torn).unwrap();
    school.serve();
    both();
    school.restart();
    both();
    school.skip_letters();
}

#[test]
fn a_history_that_is_squashed_takes_back_neither_tokens_nor_numbers() {
    let school = School::new();
    let post = || school.declare("Écran noir").set("token", TOKEN).json().post();
    let first = post();
    assert_eq!(first.status, 201);
    let tree = school.tree();
    tree.git(&["rm", "--quiet", &path_of("2026-0001")]);
    tree.commit("Retiré [sans mail]");
    assert_eq!(school.letters().len(), 2);
    school.stop();
    // All of it in one commit without trailers, as if the ticket had never been; and no cache knows better.
    tree.git(&["checkout", "--quiet", "--orphan", "neuf"]);
    tree.commit("Tout en un");
    tree.git(&["branch", "--quiet", "--force", "--move", "neuf", "main"]);
    let _ = std::fs::remove_dir_all(school.state("cache"));
    assert!(!tree.git(&["log", "--format=%B"]).contains(TOKEN));
    school.serve();
    assert_eq!(post().json(), first.json(), "the same answer, and no second ticket");
    assert!(!tree.has(&path_of("2026-0001")));
    assert_eq!(school.declare("Autre").post().accepted(), "2026-0002", "a number is never used again");
    school.leave_letters();
}

#[test]
fn the_header_idempotency_key_is_a_token_too() {
    let school = School::new();
    let form = school.declare("Écran noir").header("Idempotency-Key", TOKEN).json();
    assert_eq!(form.post().json(), form.post().json());
    assert_eq!(trailers(school.tree(), "HEAD").lines().next(), Some(format!("Guichet-Token: {TOKEN}").as_str()));
    assert_eq!(school.letters().len(), 2);
}

#[test]
fn a_token_that_was_refused_is_not_used_up() {
    let school = School::new();
    school.unchanged(|| school.declare("").set("token", TOKEN).post().refused(422).clone());
    assert_eq!(school.declare("Avec du texte").set("token", TOKEN).post().accepted(), "2026-0001");
    school.skip_letters();
}

#[test]
fn a_token_has_16_to_64_plain_characters() {
    let school = School::new();
    for odd in [
        "court",
        "quinze-caracter",
        &"x".repeat(65),
        "avec une espace dedans",
        "accentué-accentué-accentué",
        "a/b/c/d/e/f/g/h/i/j",
    ] {
        let answer = school.unchanged(|| school.declare("Écran").set("token", odd).json().post());
        assert_eq!((answer.status, answer.faults()), (422, vec!["token".to_owned()]), "{odd}");
    }
    for good in ["seize-caracteres", &"Z_9-".repeat(16)] {
        school.declare("Écran").set("token", good).post().accepted();
    }
    school.skip_letters();
}

#[test]
fn fifty_at_once_get_fifty_numbers_in_a_row() {
    let school = School::new();
    let before = school.tree().commits();
    let ids: Vec<String> = std::thread::scope(|scope| {
        let school = &school;
        let threads: Vec<_> = (0..50)
            .map(|n| {
                let form = school.declare(&format!("Panne {n}")).set("email", format!("prof{n}@college.example"));
                scope.spawn(move || form.post().accepted())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut sorted = ids.clone();
    sorted.sort();
    assert_eq!(sorted, (1..=50).map(|n| format!("2026-{n:04}")).collect::<Vec<_>>());
    assert_eq!(school.tree().commits(), before + 50);
    for (n, id) in ids.iter().enumerate() {
        assert!(school.tree().read(&path_of(id)).ends_with(&format!("---\nPanne {n}\n")), "{id}");
        school.page(&format!("/tickets/{id}/"));
    }
    assert_eq!(school.letters().len(), 100);
}

#[test]
fn numbers_go_on_after_the_highest_ever_used() {
    let school = School::new();
    // On the tip, in history, in the working tree, in a clone's push: none of them is used again.
    school.declared("Un");
    school.tree().git(&["rm", "--quiet", &path_of("2026-0001")]);
    school.tree().git(&["commit", "--quiet", "--message", "Doublon"]);
    assert_eq!(school.declared("Deux"), "2026-0002");
    school.tree().save(&path_of("2026-0107"), by_hand("Brouillon", "nouveau"));
    let id = school.declare("Trois").post().accepted();
    assert_eq!((id.as_str(), path_of(&id).as_str()), ("2026-0108", "tickets/2026/01xx/2026-0108.md"));
    std::fs::remove_file(school.site().join(path_of("2026-0107"))).unwrap();
    // History rewritten: the number that was given stays given.
    school.tree().git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    assert_eq!(school.declare("Quatre").post().accepted(), "2026-0109");
    school.leave_letters();
}

#[test]
fn the_year_is_the_one_of_the_school() {
    let school = School::prepare().at("2026-12-31T23:30:00Z").serve();
    assert_eq!(school.declare("Bonne année").post().accepted(), "2027-0001");
    assert!(school.tree().has("tickets/2027/00xx/2027-0001.md"));
    school.skip_letters();
}

fn picture() -> Vec<u8> {
    let mut png = Vec::new();
    image::DynamicImage::new_rgb8(40, 30)
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .unwrap();
    png
}

#[test]
fn what_somebody_prepares_for_a_number_is_not_overwritten() {
    let school = School::new();
    let tree = school.tree();
    // A photo whose ticket is still to be written, and one that is staged only, as is the ticket after it.
    let (lies, staged) = ("tickets/2026/00xx/2026-0001/photo.jpg", "tickets/2026/00xx/2026-0002/photo.jpg");
    for path in [lies, staged] {
        tree.save(path, "celle de Paul");
    }
    tree.save(&path_of("2026-0003"), by_hand("Préparé", "nouveau"));
    tree.git(&["add", staged, &path_of("2026-0003")]);
    std::fs::remove_dir_all(tree.dir().join("tickets/2026/00xx/2026-0002")).unwrap();
    std::fs::remove_file(tree.dir().join(path_of("2026-0003"))).unwrap();
    let index = tree.git(&["diff", "--cached"]);
    let id = school.declare("Voir la photo").photo("IMG_0042.png", picture()).post().accepted();
    assert_eq!(id, "2026-0004");
    assert_eq!(tree.read(lies), "celle de Paul");
    assert_eq!(tree.git(&["diff", "--cached"]), index, "what is staged is still to be committed");
    assert_eq!(tree.paths("HEAD"), [path_of(&id), format!("tickets/2026/00xx/{id}/photo.jpg")]);
    school.skip_letters();
    school.leave_work();
}

#[test]
fn a_photo_is_kept_beside_the_file_without_what_it_hides() {
    let school = School::new();
    let mut png = picture();
    png.extend(b"secret cache derriere l'image");
    let id = school.declare("Voir la photo").photo("IMG_0042.png", png).post().accepted();
    assert_eq!(school.tree().paths("HEAD"), [path_of(&id), format!("tickets/2026/00xx/{id}/photo.jpg")]);
    let kept = school.tree().bytes(&format!("tickets/2026/00xx/{id}/photo.jpg"));
    assert!(!kept.windows(6).any(|bytes| bytes == b"secret"));
    assert!(school.tree().read(&path_of(&id)).contains("attachments: [photo.jpg]"));
    let served = school.get(&format!("/tickets/{id}/photo.jpg"));
    assert_eq!((served.status, served.body), (200, kept));
    school.skip_letters();
}

#[test]
fn every_field_that_is_wrong_is_named() {
    let school = School::new();
    let cases: [(&str, &str, &str); 17] = [
        ("resource", "", "resource"),
        ("resource", "salle-z999", "resource"),
        ("resource", "valise-netbooks", "resource"),
        ("description", "", "description"),
        ("description", " \n\t ", "description"),
        ("description", "Sonnerie \u{7}", "description"),
        ("title", "deux\nlignes", "title"),
        ("category", "voiture", "category"),
        ("severity", "gravissime", "severity"),
        ("name", "", "name"),
        ("name", "Sophie\r\nBcc: v@x.fr", "name"),
        ("name", "<script>", "name"),
        ("email", "", "email"),
        ("email", "sophie", "email"),
        ("email", "é@d.fr", "email"),
        ("email", "a@d.fr, b@d.fr", "email"),
        ("email", "a@d.fr\r\nBcc: v@x.fr", "email"),
    ];
    for (field, value, named) in cases {
        let form = school.declare("Le tableau").set(field, value);
        let answer = school.unchanged(|| form.clone().json().post());
        assert_eq!(answer.status, 422, "{field}={value:?}");
        assert_eq!(answer.faults(), [named], "{field}={value:?}");
        let said = answer.json();
        assert_eq!((said["status"].as_u64(), said["title"].is_string()), (Some(422), true));
        let page = school.unchanged(|| form.post());
        assert_eq!(page.status, 422);
    }
    let long = |field: &str, chars: usize| school.declare("x").set(field, "é".repeat(chars)).json().post();
    for (field, most) in [("title", 200), ("description", 20_000), ("name", 100)] {
        let answer = school.unchanged(|| long(field, most + 1));
        assert_eq!((answer.status, answer.faults()), (422, vec![field.to_owned()]), "{field}");
    }
    let all = school.unchanged(|| Form::new(school.address(), "/tickets").json().post());
    assert_eq!(all.faults(), ["resource", "description", "name", "email"]);
}

#[test]
fn a_refused_form_comes_back_with_what_was_typed() {
    let school = School::new();
    let answer = school.unchanged(|| {
        school.declare("Un texte <long> & précieux").set("title", "Titre tapé").set("email", "pas-une-adresse").post()
    });
    assert_eq!(answer.status, 422);
    let page = answer.text();
    assert!(page.contains("Un texte &lt;long&gt; &amp; précieux"), "{page}");
    for typed in ["Titre tapé", "Sophie Martin", "pas-une-adresse"] {
        assert!(page.contains(&format!("value=\"{typed}\"")), "{typed}: {page}");
    }
    assert!(page.contains("<option value=\"salle-b204\" selected>"));
    assert!(answer.shown().contains("« pas-une-adresse » n’est pas une adresse"), "{}", answer.shown());
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
}

#[test]
fn what_is_no_form_is_400() {
    let school = School::new();
    let post = |body: &[u8]| {
        let request = Request::new("POST", "/tickets").header("Content-Type", "application/x-www-form-urlencoded");
        request.body(body).send(school.address())
    };
    let good = "resource=wifi&description=x&name=A&email=a%40d.fr";
    let bodies = [
        format!("{good}&name=B"),
        format!("{good}&title=%E9t%E9"),
        format!("{good}&title=%ED%A0%80"),
        format!("{good}&{}", (0..10_000).map(|n| format!("f{n}=1")).collect::<Vec<_>>().join("&")),
    ];
    for body in bodies {
        let answer = school.unchanged(|| post(body.as_bytes()));
        assert_eq!(answer.status, 400, "{}", &body[..80.min(body.len())]);
        assert!(answer.shown().contains("Formulaire illisible"), "{}", answer.shown());
    }
    let twice = school.declare("x").also("name", "B");
    assert_eq!(school.unchanged(|| twice.clone().photo("a.png", b"x".to_vec()).post()).status, 400);
    assert_eq!(school.unchanged(|| twice.json().post()).header("content-type"), Some("application/problem+json"));
    let torn = Request::new("POST", "/tickets").header("Content-Type", "multipart/form-data; boundary=x");
    assert_eq!(school.unchanged(|| torn.clone().body("--x\r\nnonsense").send(school.address())).status, 400);
    let raw = [b"resource=wifi&description=".as_slice(), b"\xe9t\xe9&name=A&email=a%40d.fr"].concat();
    assert_eq!(school.unchanged(|| post(&raw)).status, 400);
}

#[test]
fn another_site_can_not_post_in_somebodys_name() {
    let school = School::new();
    let foreign =
        |name: &'static str, value: &'static str| school.unchanged(|| school.declare("x").header(name, value).post());
    for (name, value) in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("Origin", "null")] {
        let answer = foreign(name, value);
        assert_eq!(answer.status, 403, "{name}: {value}");
        assert!(answer.shown().contains("Envoi refusé"), "{}", answer.shown());
    }
    let own = format!("http://{}", school.address());
    for origin in [own.as_str(), "http://guichet.college.example"] {
        school.declare("x").header("Origin", origin).post().accepted();
    }
    school.skip_letters();
}

#[test]
fn only_the_schools_own_domains_may_submit() {
    let school = School::prepare().replace("domains = []", "domains = [\"college.example\"]").serve();
    for outside in ["victime@ailleurs.example", "a@evilcollege.example", "a@college.example.evil.example"] {
        let answer = school.unchanged(|| school.declare("x").set("email", outside).json().post());
        assert_eq!((answer.status, answer.faults()), (403, vec!["email".to_owned()]), "{outside}");
    }
    school.declare("x").set("email", "Sophie.MARTIN@College.Example").post().accepted();
    school.skip_letters();
}

#[test]
fn too_large_is_413_and_another_media_type_415() {
    let school = School::new();
    let post = |media_type: &str| Request::new("POST", "/tickets").header("Content-Type", media_type);
    let form = "application/x-www-form-urlencoded";
    let announced = school.unchanged(|| post(form).header("Content-Length", "99999999999").send(school.address()));
    assert_eq!(announced.status, 413);
    assert!(announced.shown().contains("256 ko"), "no photo was sent: {}", announced.shown());
    let multipart = "multipart/form-data; boundary=x";
    let announced = school.unchanged(|| post(multipart).header("Content-Length", "99999999999").send(school.address()));
    assert!(announced.shown().contains("12 Mo"), "{}", announced.shown());
    // Who is still sending hears it all the same.
    let long = post(form).body(vec![b'a'; 6 * 1024 * 1024]).unannounced();
    assert_eq!(school.unchanged(|| long.send(school.address())).status, 413);
    let photo = school.declare("x").photo("a.jpg", vec![0xff; 25 * 1024 * 1024]);
    assert_eq!(school.unchanged(|| photo.post()).status, 413);
    for media_type in ["application/json", "text/plain", "", "application/xml"] {
        assert_eq!(school.unchanged(|| post(media_type).body("{}").send(school.address())).status, 415, "{media_type}");
    }
    assert_eq!(school.unchanged(|| Request::new("POST", "/tickets").body("a=b").send(school.address())).status, 415);
}

#[test]
fn too_many_from_one_place_or_for_one_address_is_429() {
    let school = School::prepare().replace("posts_per_hour_and_address = 0", "posts_per_hour_and_address = 3").serve();
    for address in ["anna@college.example", "Anna@College.example", "anna+2@college.example"] {
        school.declare("x").set("email", address).post().accepted();
    }
    let answer = school.unchanged(|| school.declare("x").set("email", "anna+3@college.example").json().post());
    assert_eq!((answer.status, answer.faults()), (429, vec!["email".to_owned()]));
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    school.declare("x").set("email", "luc@college.example").post().accepted();
    school.skip_letters();

    let school = School::prepare().replace("posts_per_minute = 0", "posts_per_minute = 4").serve();
    for n in 0..4 {
        school.declare("x").set("email", format!("p{n}@college.example")).post().accepted();
    }
    let answer = school.unchanged(|| school.declare("x").post());
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    // Somebody may claim to be behind a proxy; who is not trusted is not believed.
    let forged = school.unchanged(|| school.declare("x").header("X-Forwarded-For", "10.9.8.7").post());
    assert_eq!(forged.status, 429);
    school.page("/");
    school.skip_letters();
}

#[test]
fn neither_repeats_nor_refusals_count_against_an_address() {
    let school = School::prepare().replace("posts_per_hour_and_address = 0", "posts_per_hour_and_address = 2").serve();
    let first = || school.declare("Écran noir").set("token", TOKEN).json().post();
    let id = first().json()["id"].clone();
    for _ in 0..3 {
        assert_eq!(first().json()["id"], id);
        school.declare("").post().refused(422);
    }
    school.declare("Souris").post().accepted();
    school.declare("Clavier").post().refused(429);
    assert_eq!((first().status, &first().json()["id"]), (201, &id), "a repeat gets its answer all the same");
    let other = school.declare("Clavier").set("token", format!("{TOKEN}-2")).json().post();
    assert_eq!(other.status, 429);
    school.skip_letters();
}

#[test]
fn a_trusted_proxys_word_counts() {
    let school = School::prepare()
        .replace("domains = []", "domains = []\ntrusted_proxies = [\"127.0.0.1\"]")
        .replace("posts_per_minute = 0", "posts_per_minute = 1")
        .serve();
    for source in ["10.0.0.1", "10.0.0.2"] {
        school.declare("x").header("X-Forwarded-For", source).post().accepted();
    }
    assert_eq!(school.declare("x").header("X-Forwarded-For", "10.0.0.2").post().status, 429);
    school.skip_letters();
}

/// Forms wait, pages go on; once it is over, forms are taken again.
fn closed_while(school: &School, why: &str, over: impl FnOnce(&Tree)) {
    let answer = school.unchanged(|| school.declare("Pendant ce temps").post());
    answer.refused(503);
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    assert!(answer.shown().contains(why), "{}", answer.shown());
    assert!(answer.text().contains("Pendant ce temps"), "what was typed is kept");
    assert_eq!(school.unchanged(|| school.declare("x").json().post()).faults().len(), 1);
    school.page("/");
    school.page("/tickets/new/");
    over(school.tree());
    school.declare("Ensuite").post().accepted();
    school.leave_letters();
}

#[test]
fn forms_wait_while_no_branch_is_checked_out() {
    let school = School::new();
    school.declared("Avant");
    school.tree().git(&["checkout", "--quiet", "--detach"]);
    closed_while(&school, "Aucune branche", |tree| drop(tree.git(&["checkout", "--quiet", "main"])));
}

#[test]
fn forms_wait_while_another_branch_is_checked_out() {
    let school = School::new();
    school.declared("Avant");
    school.tree().git(&["checkout", "--quiet", "-b", "essai"]);
    closed_while(&school, "essai", |tree| drop(tree.git(&["checkout", "--quiet", "main"])));
}

#[test]
fn forms_wait_while_a_rebase_is_under_way() {
    let school = School::new();
    let id = school.declared("Avant");
    let tree = school.tree();
    tree.git(&["checkout", "--quiet", "-b", "essai", "HEAD~1"]);
    tree.save("notes.txt", "un");
    tree.commit("Notes");
    tree.git(&["checkout", "--quiet", "main"]);
    tree.save("notes.txt", "deux");
    tree.commit("Autres notes");
    assert!(!tree.try_git(&["rebase", "essai"]).status.success(), "the rebase stops at a conflict");
    let _ = id;
    closed_while(&school, "rebase", |tree| drop(tree.git(&["rebase", "--abort"])));
}

#[test]
fn a_merge_under_way_is_accepted() {
    let school = School::new();
    school.declared("Avant");
    let tree = school.tree();
    tree.git(&["checkout", "--quiet", "-b", "essai"]);
    tree.save("notes.txt", "un");
    tree.commit("Notes");
    tree.git(&["checkout", "--quiet", "main"]);
    tree.save("autre.txt", "deux");
    tree.commit("Autre");
    tree.git(&["merge", "--quiet", "--no-commit", "--no-ff", "essai"]);
    let id = school.declare("Pendant la fusion").post().accepted();
    assert_eq!(tree.paths("HEAD"), [path_of(&id)]);
    tree.git(&["commit", "--quiet", "--no-edit"]);
    assert!(tree.has(&path_of(&id)) && tree.git(&["cat-file", "-t", &format!("HEAD:{}", path_of(&id))]) == "blob");
    assert_eq!(school.letters().len(), 2);
}

#[test]
fn a_form_about_a_file_somebody_is_working_on_waits() {
    let school = School::new();
    let id = school.declared("Imprimante");
    let path = path_of(&id);
    let tree = school.tree();
    for staged in [false, true] {
        tree.edit(&path, |text| text.replace("Imprimante\n", "Imprimante du hall\n"));
        if staged {
            tree.git(&["add", &path]);
        }
        for what in ["answers", "watchers"] {
            let answer = school.unchanged(|| school.speak(&id, what).set("text", "Alors ?").post());
            answer.refused(503);
            assert!(answer.shown().contains(&path), "{}", answer.shown());
            assert!(answer.header("retry-after").is_some());
        }
        tree.git(&["checkout", "--quiet", "HEAD", "--", &path]);
    }
    school.speak(&id, "answers").set("text", "Alors ?").post().accepted();
    school.skip_letters();
}

#[test]
fn unknown_tickets_and_methods_are_said_so() {
    let school = School::new();
    for path in ["/tickets/2026-0099/answers", "/tickets/n-importe/watchers", "/tickets/2026-0099/autre"] {
        let form = Form::new(school.address(), path);
        let form = form.set("text", "x").set("name", "A").set("email", "a@d.fr");
        assert_eq!(school.unchanged(|| form.post()).status, if path.ends_with("autre") { 405 } else { 404 }, "{path}");
    }
    for (method, path, status) in [
        ("PUT", "/tickets", 405),
        ("DELETE", "/tickets/new/", 405),
        ("POST", "/", 405),
        ("GET", "/nulle-part/", 404),
        ("TRACE", "/", 405),
    ] {
        let answer = school.unchanged(|| Request::new(method, path).send(school.address()));
        assert_eq!(answer.status, status, "{method} {path}");
        assert_eq!(answer.header("allow").is_some(), status == 405, "{method} {path}");
    }
    for long in ["a".repeat(300), format!("tickets/{}/", "%61".repeat(256))] {
        assert_eq!(school.get(&format!("/{long}")).status, 404);
    }
}

#[test]
fn a_description_that_begins_with_marks_has_a_title() {
    let school = School::new();
    for (text, title) in [("-----\nL’écran est noir", "L’écran est noir"), ("---\n*", "--- *")] {
        let id = school.declared(text);
        assert!(school.shown(&format!("/tickets/{id}/")).contains(title));
    }
}

#[test]
fn the_form_is_prefilled_by_its_address() {
    let school = School::new();
    let id = school.declared("Déjà signalé");
    let page =
        school.page(&format!("/tickets/new/?resource=salle-b204&description={}", encoded("Même panne".as_bytes())));
    assert!(page.contains("<option value=\"salle-b204\" selected>") && page.contains("Même panne"));
    assert!(page.contains(&id), "what is open there already is shown");
    let token = |page: &str| {
        let rest = page.split("name=\"token\" value=\"").nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (one, two) = (token(&page), token(&school.page("/tickets/new/")));
    assert!(one.len() >= 16 && one != two);
}

#[test]
fn answers_and_me_too_reach_the_requester() {
    let school = School::new();
    let id = school.declared("Clavier");
    let answer = school.speak(&id, "answers").set("text", "Le mien *aussi*.").post();
    assert_eq!((answer.status, answer.accepted()), (303, id.clone()));
    assert!(school.tree().read(&path_of(&id)).ends_with("---\nClavier\n\nLe mien *aussi*.\n"));
    let letters = school.letters();
    let readers: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(readers, ["sophie.martin@college.example", TEAM]);
    for letter in &letters {
        assert_eq!(letter.subject, format!("[{id}] Réponse : Clavier"));
        assert!(letter.text.contains("Le mien aussi.") || letter.text.contains("Le mien *aussi*."), "{}", letter.text);
        assert!(letter.text.contains("Luc Petit"), "{}", letter.text);
    }
    school.speak(&id, "watchers").post().accepted();
    assert!(school.letters().is_empty(), "« moi aussi » tells nobody");
    let again = school.unchanged(|| school.speak(&id, "watchers").json().post());
    assert_eq!((again.status, again.faults()), (422, vec!["email".to_owned()]));
    school.tree().set_status(&id, "pris-en-charge");
    school.tree().commit("Je regarde");
    let readers: Vec<String> = school.letters().into_iter().map(|letter| letter.to).collect();
    assert_eq!(readers.len(), 3);
    for reader in ["sophie.martin@college.example", "luc.petit@college.example", TEAM] {
        assert!(readers.contains(&reader.to_owned()), "{readers:?}");
    }
}

#[test]
fn a_busy_index_does_not_keep_forms_waiting() {
    let school = School::new();
    let lock = school.site().join(".git/index.lock");
    std::fs::write(&lock, "").unwrap();
    let id = school.declare("Pendant un éditeur ouvert").post().accepted();
    school.page(&format!("/tickets/{id}/"));
    school.speak(&id, "answers").set("text", "Toujours en panne.").post().accepted();
    // A command that comes beside knows that this is nobody's work.
    school.guichet(&["ticket", "status", &id, "en-cours"]).done();
    school.speak(&id, "answers").set("text", "Merci.").post().accepted();
    school.settled();
    assert!(lock.exists(), "somebody else's lock is left alone");
    std::fs::remove_file(&lock).unwrap();
    eventually("the entry is recorded", || school.tree().git(&["status", "--porcelain"]).is_empty().then_some(()));
    school.skip_letters();
}

#[test]
fn what_fails_after_the_commit_is_a_problem_and_no_refusal() {
    let school = School::new();
    school.tree().save("themes/guichet/templates/ticket.html", "{{ view.ticket.nowhere.at.all }}");
    school.tree().commit("Un thème faux");
    school.settled();
    let answer = school.declare("Accepté malgré tout").set("token", TOKEN).json().post();
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["commit"], school.tree().head().as_str());
    assert!(school.problems() > 0);
    school.tree().git(&["rm", "--quiet", "-r", "themes"]);
    school.tree().git(&["commit", "--quiet", "--message", "Le thème fourni"]);
    school.shows("/tickets/2026-0001/", "Accepté malgré tout");
    eventually("all is well again", || (school.problems() == 0).then_some(()));
    assert_eq!(school.letters().len(), 2);
}

#[test]
fn a_form_is_there_for_a_fresh_clone() {
    let school = School::new();
    let id = school.declared("Durable");
    let clone = school.clone_of("N’importe qui", "quelqu.un@college.example");
    assert_eq!(clone.read(&path_of(&id)), school.tree().read(&path_of(&id)));
}

#[test]
fn somebody_elses_lock_on_the_branch_is_waited_for_and_left_alone_while_git_is_at_work() {
    let school = School::new();
    let lock = school.site().join(".git/refs/heads/main.lock");
    std::fs::write(&lock, "").unwrap();
    let head = school.tree().head();
    let answer = school.declare("Écran").post();
    answer.refused(503);
    assert!(answer.header("retry-after").is_some() && answer.text().contains("Écran"));
    // A git that waits for its input.
    let mut git = std::process::Command::new("git")
        .current_dir(school.site())
        .args(["cat-file", "--batch"])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    school.restart();
    assert!(lock.exists(), "it may be its");
    assert_eq!(school.tree().head(), head);
    git.kill().unwrap();
    git.wait().unwrap();
    school.restart();
    assert!(lock.exists(), "a young one may be of somebody who is no git");
    let answer = school.declare("Écran").post();
    answer.refused(503);
    assert!(answer.text().contains(".git/refs/heads/main.lock"), "it is named: {}", answer.text());
    age(&lock, 2);
    let reader = std::fs::File::open(&lock).unwrap();
    school.restart();
    assert!(lock.exists(), "somebody has it open");
    drop(reader);
    school.restart();
    assert!(!lock.exists() && school.log().contains("main.lock"), "nobody is left whose it could be");
    school.declared("Écran");
    // One that was left while we serve costs nobody an answer, nor does one of the mark.
    let mark = school.site().join(".git/refs/guichet/settled.lock");
    for lock in [&lock, &mark] {
        std::fs::write(lock, "").unwrap();
        age(lock, 11);
        school.declare("Micro").post().accepted();
    }
    let mut told = 0;
    eventually("both are told", || {
        told += school.letters().len();
        (told == 4).then_some(())
    });
    assert!(!lock.exists() && !mark.exists());
    std::fs::write(&lock, "").unwrap();
    age(&lock, 11);
    school.guichet(&["ticket", "new", "--resource", "wifi", "-m", "Wifi"]).done();
    school.skip_letters();
}

#[test]
fn a_locked_mark_is_named_when_it_stays_and_delays_the_mails_alone() {
    let school = School::new();
    let mark = school.site().join(".git/refs/guichet/settled.lock");
    std::fs::write(&mark, "").unwrap();
    age(&mark, 2);
    for n in 1..=2 {
        school.declare(&format!("Micro {n}")).post().accepted();
    }
    school.shows("/problems/", "settled.lock");
    let problems = school.shown("/problems/");
    assert!(!problems.contains("disque") && !problems.contains("n’ont pas pu être préparés"), "{problems}");
    std::fs::remove_file(&mark).unwrap();
    eventually("all is well again", || (school.problems() == 0).then_some(()));
    assert_eq!(school.letters().len(), 4);
}

/// As if the file had been there for so many minutes.
fn age(file: &std::path::Path, minutes: u64) {
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(60 * minutes);
    std::fs::File::options().write(true).open(file).unwrap().set_modified(then).unwrap();
}
