//! A school whose people are in each other's way, and what any of them may do next.

use std::collections::BTreeSet;
use std::fs;

use walkdir::WalkDir;

use super::{Act, Picture};
use crate::dice::Dice;
use crate::kit::{Answer, Form, School, TEAM, Tree, path_of, path_of_booking};

const SITE: &str = "http://guichet.college.example";
const PEOPLE: [&str; 4] =
    ["sophie@college.example", "luc@college.example", "ines@college.example", "omar@college.example"];
/// So few places and hours that people are in each other's way.
const RESOURCES: [&str; 3] = ["salle-info-1", "micros", "amphi"];
const DAYS: [&str; 4] = ["2026-11-24", "2026-11-26", "2026-12-01", "2026-12-03"];
const HOURS: [&str; 3] = ["09:00", "09:30", "10:00"];
/// A booking, and what its letters let people do to it, also when it is gone.
#[derive(Clone)]
struct Held {
    stem: String,
    cancel: Option<String>,
    approve: Option<String>,
    refuse: Option<String>,
    series: bool,
    /// As its file says it.
    created: String,
}

impl Held {
    fn without_links(self) -> Self {
        Self { cancel: None, approve: None, refuse: None, ..self }
    }
}

pub struct World {
    pub school: School,
    amina: Tree,
    bookings: Vec<Held>,
    /// Those that were there once.
    gone: Vec<Held>,
    tickets: Vec<String>,
    count: u64,
}

impl World {
    pub fn new() -> Self {
        let more = "[[resources]]\nid = \"amphi\"\nname = \"Amphithéâtre\"\napproval = true\n\
             [[resources]]\nid = \"micros\"\nname = \"Micros\"\nquantity = 2\n[[resources]]\nid = \"wifi\"";
        let school = School::prepare().replace("[[resources]]\nid = \"wifi\"", more).serve();
        school.leave_letters();
        school.expect_problems();
        let amina = school.amina();
        Self { school, amina, bookings: Vec::new(), gone: Vec::new(), tickets: Vec::new(), count: 0 }
    }

    pub fn picture(&self) -> Picture {
        let mut picture = Picture::new();
        let tree = self.school.tree();
        for folder in ["tickets", "reservations"] {
            for entry in
                WalkDir::new(tree.dir().join(folder)).into_iter().flatten().filter(|entry| entry.file_type().is_file())
            {
                let path = entry.path().strip_prefix(tree.dir()).unwrap().to_str().unwrap().to_owned();
                picture.entry(path).or_default().0 = Some(fs::read(entry.path()).unwrap());
            }
        }
        for line in tree.git(&["ls-tree", "-r", "main"]).lines() {
            let (about, path) = line.split_once('\t').unwrap();
            picture.entry(path.to_owned()).or_default().1 = about.split(' ').nth(2).map(str::to_owned);
        }
        picture
    }

    /// Somebody does something.
    pub fn act(&mut self, dice: &mut Dice) -> Act {
        self.count += 1;
        match dice.between(0, 99) {
            0..=29 => self.books(dice),
            30..=41 => self.books_by_command(dice),
            42..=53 => self.cancels_by_link(dice),
            54..=63 => self.cancels_by_command(dice),
            64..=71 => self.decides(dice),
            72..=77 => self.presses_an_old_link(dice),
            78..=83 => self.forges_a_link(dice),
            84..=91 => self.pushes_a_move(dice),
            92..=95 => self.speaks(dice),
            _ => self.declares(),
        }
    }

    /// Resource, day, start, end and how often: what a form and a command ask for.
    fn asked(dice: &mut Dice) -> Vec<(&'static str, String)> {
        let start = *dice.pick(&HOURS);
        let end = if dice.percent(50) { "10:30" } else { "11:00" };
        let mut asked = vec![
            ("resource", (*dice.pick(&RESOURCES)).to_owned()),
            ("date", (*dice.pick(&DAYS)).to_owned()),
            ("start", start.to_owned()),
            ("end", end.to_owned()),
        ];
        if dice.percent(30) {
            asked.extend([("repeat", "weekly".to_owned()), ("until", "2026-12-18".to_owned())]);
        }
        asked
    }

    fn books(&mut self, dice: &mut Dice) -> Act {
        const WHAT: &str = "a form";
        let (asked, who) = (Self::asked(dice), *dice.pick(&PEOPLE));
        let form = Form::new(self.school.address(), "/reservations").set("purpose", format!("Cours {}", self.count));
        let form = form.set("name", "Quelqu'un").set("email", who).json();
        let form = asked.iter().fold(form, |form, (name, value)| form.set(name, value));
        let answer = form.post();
        if answer.status == 409 {
            return Act::in_vain(WHAT);
        }
        self.booked(WHAT, answer.accepted(), who, asked.len() > 4)
    }

    fn books_by_command(&mut self, dice: &mut Dice) -> Act {
        const WHAT: &str = "reserve";
        let (asked, who) = (Self::asked(dice), *dice.pick(&PEOPLE));
        let mut words: Vec<String> = vec!["reserve".into(), "--purpose".into(), format!("Cours {}", self.count)];
        words.extend(["--for", who, "--name", "Quelqu'un"].map(str::to_owned));
        if asked.len() > 4 && dice.percent(50) {
            words.push("--skip-conflicts".into());
        }
        words.extend(asked.iter().flat_map(|(name, value)| [format!("--{name}"), value.clone()]));
        let run = self.guichet(&words);
        if run.code == 1 {
            return Act::in_vain(WHAT);
        }
        let stem = run.done().out.trim().to_owned();
        self.booked(WHAT, stem, who, asked.len() > 4)
    }

    fn booked(&mut self, what: &'static str, stem: String, who: &str, series: bool) -> Act {
        let letters = self.school.letters();
        let link = |to: &str, words: &str| {
            let letter = letters.iter().find(|letter| letter.to == to && letter.text.contains(words))?;
            let url = letter.text.split(words).nth(1)?.lines().nth(1)?;
            Some(url.strip_prefix(SITE).expect("an address of this site").to_owned())
        };
        let held = Held {
            cancel: link(who, "Annuler ma réservation"),
            approve: link(TEAM, "Accepter la réservation"),
            refuse: link(TEAM, "Refuser la réservation"),
            created: self.created(&stem).expect("a new booking has a file"),
            series,
            stem,
        };
        // Links and letters name the second in which a booking was made: no person gives back and books anew within one.
        let twice = self.gone.iter().any(|old| (&old.stem, &old.created) == (&held.stem, &held.created));
        assert!(twice || held.cancel.is_some(), "{who} booked {} and can not cancel it", held.stem);
        let held = if twice { held.without_links() } else { held };
        let path = path_of_booking(&held.stem);
        self.bookings.push(held);
        Act::making(what, path)
    }

    fn cancels_by_link(&mut self, dice: &mut Dice) -> Act {
        const WHAT: &str = "a link to cancel";
        let Some(at) = self.some(dice) else { return Act::in_vain(WHAT) };
        let Some(link) = self.bookings[at].cancel.clone() else { return Act::in_vain(WHAT) };
        let answer = self.press(&link).post();
        assert!(answer.shown().contains("La réservation est annulée"), "{link}: {}", answer.shown());
        self.leaves(WHAT, at)
    }

    fn cancels_by_command(&mut self, dice: &mut Dice) -> Act {
        const WHAT: &str = "cancel";
        let Some(at) = self.some(dice) else { return Act::in_vain(WHAT) };
        let Held { stem, series, .. } = self.bookings[at].clone();
        let path = path_of_booking(&stem);
        let mut words = vec!["cancel".to_owned(), stem.clone()];
        if series && dice.percent(70) {
            let option = *dice.pick(&["--date", "--from"]);
            words.extend([option.to_owned(), (*dice.pick(&DAYS)).to_owned()]);
        }
        if self.guichet(&words).code == 1 {
            return Act::in_vain(WHAT);
        }
        if self.school.tree().has(&path) { Act::on(WHAT, path) } else { self.leaves(WHAT, at) }
    }

    /// The team accepts or refuses what waits.
    fn decides(&mut self, dice: &mut Dice) -> Act {
        const WHAT: &str = "a decision";
        let waiting: Vec<usize> = (0..self.bookings.len()).filter(|at| self.bookings[*at].approve.is_some()).collect();
        if waiting.is_empty() {
            return Act::in_vain(WHAT);
        }
        let at = *dice.pick(&waiting);
        let accepts = dice.percent(60);
        let held = &mut self.bookings[at];
        let (approve, refuse) = (held.approve.take().unwrap(), held.refuse.clone().unwrap());
        let path = path_of_booking(&held.stem);
        let answer = self.press(if accepts { &approve } else { &refuse }).set("member", "paul.durand").post();
        assert_eq!(answer.status, 200, "{}", answer.shown());
        if accepts { Act::on(WHAT, path) } else { self.leaves(WHAT, at) }
    }

    /// A link whose booking is gone, and whose hour may be somebody else's by now.
    fn presses_an_old_link(&mut self, dice: &mut Dice) -> Act {
        const WHAT: &str = "an old link";
        if self.gone.is_empty() {
            return Act::in_vain(WHAT);
        }
        let held = dice.pick(&self.gone).clone();
        // Booked anew within the second: the link is the new booking's, too.
        if self.created(&held.stem) == Some(held.created) {
            return Act::in_vain(WHAT);
        }
        for link in [held.cancel, held.approve, held.refuse].into_iter().flatten() {
            let answer = self.press(&link).set("member", "paul.durand").post();
            assert!(answer.shown().contains("Déjà fait"), "{}: {link}: {}", held.stem, answer.shown());
        }
        Act::in_vain(WHAT)
    }

    /// Somebody's link, with one letter of it changed.
    fn forges_a_link(&mut self, dice: &mut Dice) -> Act {
        const WHAT: &str = "a forged link";
        let Some(at) = self.some(dice) else { return Act::in_vain(WHAT) };
        let Some(link) = self.bookings[at].cancel.clone() else { return Act::in_vain(WHAT) };
        let signed = link.rfind('/').filter(|slash| slash + 1 < link.len()).map_or(1, |slash| slash + 1);
        let which = usize::try_from(dice.between(signed as u64, link.len() as u64 - 1)).unwrap();
        let other = if link.as_bytes()[which] == b'A' { "B" } else { "A" };
        let mut forged = link.clone();
        forged.replace_range(which..=which, other);
        let Answer { status, .. } = self.press(&forged).post();
        assert!([403, 404].contains(&status), "{status}: {link} became {forged}");
        Act::in_vain(WHAT)
    }

    /// Amina moves a booking to another room or takes a day out of a series, in her clone.
    fn pushes_a_move(&mut self, dice: &mut Dice) -> Act {
        const WHAT: &str = "a push";
        let Some(at) = self.some(dice) else { return Act::in_vain(WHAT) };
        let amina = &self.amina;
        amina.git(&["fetch", "--quiet", "origin"]);
        amina.git(&["reset", "--quiet", "--hard", "origin/main"]);
        let path = path_of_booking(&self.bookings[at].stem);
        let mark = format!("x-note-{}: vu\n---\n", self.count);
        amina.edit(&path, |text| text.replacen("\n---\n", &format!("\n{mark}"), 1));
        let mut touches: BTreeSet<String> = [path.clone()].into();
        if dice.percent(40) {
            let moved = format!("{}-salle-info-1-1{}00", dice.pick(&DAYS), dice.between(2, 8));
            let text = amina.read(&path);
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            // Only where nobody's file is, and a series keeps its days.
            if !self.bookings[at].series && !amina.has(&path_of_booking(&moved)) {
                for line in &mut lines {
                    let value = match line.split(':').next().unwrap() {
                        "resource" => "resource: salle-info-1".to_owned(),
                        "date" => format!("date: {}", &moved[..10]),
                        "start" => format!("start: \"{}:00\"", &moved[moved.len() - 4..moved.len() - 2]),
                        "end" => format!("end: \"{}:30\"", &moved[moved.len() - 4..moved.len() - 2]),
                        _ => continue,
                    };
                    *line = value;
                }
                fs::remove_file(amina.dir().join(&path)).unwrap();
                amina.save(&path_of_booking(&moved), lines.join("\n") + "\n");
                touches.insert(path_of_booking(&moved));
                let old = self.bookings.remove(at);
                // The links of its letters name the old place.
                self.bookings.push(Held { stem: moved, ..old.clone().without_links() });
                self.gone.push(old);
            }
        }
        amina.commit("Modifié à la main");
        amina.push();
        Act { touches, ..Act::in_vain(WHAT) }
    }

    fn declares(&mut self) -> Act {
        let id = self.school.declare(&format!("Panne {}", self.count)).post().accepted();
        self.tickets.push(id.clone());
        Act::making("a ticket", path_of(&id))
    }

    /// Luc answers on a ticket of Sophie's: below what she wrote.
    fn speaks(&mut self, dice: &mut Dice) -> Act {
        const WHAT: &str = "an answer";
        if self.tickets.is_empty() {
            return Act::in_vain(WHAT);
        }
        let id = dice.pick(&self.tickets).clone();
        let answer = self.school.speak(&id, "answers").set("text", format!("Réponse {}", self.count)).post();
        assert_eq!(answer.status, 303, "{}", answer.shown());
        Act { adds: true, ..Act::on(WHAT, path_of(&id)) }
    }

    fn created(&self, stem: &str) -> Option<String> {
        let text = fs::read_to_string(self.school.site().join(path_of_booking(stem))).ok()?;
        // To the second.
        text.lines().find_map(|line| line.strip_prefix("created: ")).map(|moment| moment[..19].to_owned())
    }

    fn some(&self, dice: &mut Dice) -> Option<usize> {
        let last = (self.bookings.len() as u64).checked_sub(1)?;
        Some(usize::try_from(dice.between(0, last)).unwrap())
    }

    fn leaves(&mut self, what: &'static str, at: usize) -> Act {
        let held = self.bookings.remove(at);
        let path = path_of_booking(&held.stem);
        self.gone.push(held);
        Act::on(what, path)
    }

    fn press(&self, link: &str) -> Form {
        Form::new(self.school.address(), link).set("token", "")
    }

    fn guichet(&self, words: &[String]) -> crate::kit::Run {
        let run = self.school.guichet(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!([0, 1].contains(&run.code), "{words:?}: {} {}{}", run.code, run.out, run.err);
        run
    }
}
