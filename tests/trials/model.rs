//! Random stories: forms, edits by hand, commits, pushes, rewrites, restarts and kills in any order. After each step the
//! site, the branch and the letters must be what a simple model says. A story that fails is cut down to what it takes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::Order;
use crate::dice::Dice;
use crate::kit::{School, TEAM, Tree, eventually, path_of};
use crate::oracle;
use crate::post::{SOPHIE, STATUSES};

/// A story that fails is told again so many times, at most, to find a shorter one.
const RETELLINGS: usize = 40;

/// Numbers choose a ticket and a status, whatever there is by then; so a story stays one when steps are left out.
#[derive(Clone, Debug)]
enum Step {
    Declare,
    Answer(usize),
    /// A file is saved, and not committed.
    Edit(usize, usize),
    /// All that was saved is committed.
    Commit,
    /// The last commit is made again, with all that was saved.
    Amend,
    Command(usize, usize),
    Push(usize, usize),
    Restart,
    Kill,
}

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let (stories, length) = (order.size("stories"), order.size("steps"));
    for number in 0..stories {
        let story: Vec<Step> = (0..length).map(|_| step(&mut dice)).collect();
        if told(&story).is_err() {
            let (shortest, why) = shortened(story);
            panic!("story {number} fails, and so does this one: {shortest:?}: {why}");
        }
    }
    format!("{stories} stories of {length} steps, each as the model says")
}

fn step(dice: &mut Dice) -> Step {
    let mut any = || usize::try_from(dice.between(0, 11)).unwrap();
    match any() {
        0 | 1 => Step::Declare,
        2 | 3 => Step::Answer(any()),
        4 | 5 => Step::Edit(any(), any()),
        6 => Step::Commit,
        7 => Step::Amend,
        8 => Step::Command(any(), any()),
        9 => Step::Push(any(), any()),
        10 => Step::Restart,
        _ => Step::Kill,
    }
}

/// Tells a story; what went wrong.
fn told(story: &[Step]) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| {
        let mut world = World::new();
        for step in story {
            world.act(step);
            world.compare(step);
        }
        world.close();
    }))
    .map_err(|why| {
        let said = why.downcast_ref::<String>().cloned();
        said.or_else(|| why.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
    })
}

/// The same story without what it does not take to fail: halves are left out, then quarters, down to single steps.
fn shortened(mut story: Vec<Step>) -> (Vec<Step>, String) {
    let mut why = String::new();
    let (mut piece, mut retellings) = (story.len().div_ceil(2), 0);
    while piece > 0 && retellings < RETELLINGS {
        let mut at = 0;
        while at < story.len() && retellings < RETELLINGS {
            let mut shorter = story.clone();
            shorter.drain(at..(at + piece).min(story.len()));
            retellings += 1;
            match told(&shorter) {
                Err(said) => (story, why) = (shorter, said),
                Ok(()) => at += piece,
            }
        }
        piece /= 2;
    }
    (story, why)
}

struct Ticket {
    id: String,
    /// As it was told last.
    status: String,
    /// Saved and not committed.
    saved: Option<String>,
    answers: Vec<String>,
}

struct World {
    school: School,
    amina: Tree,
    tickets: Vec<Ticket>,
    /// Letters that are due besides those on statuses: to Sophie and to the team.
    due: Vec<String>,
    count: usize,
}

impl World {
    fn new() -> Self {
        let school = School::new();
        school.leave_work();
        let amina = school.amina();
        Self { school, amina, tickets: Vec::new(), due: Vec::new(), count: 0 }
    }

    fn act(&mut self, step: &Step) {
        self.count += 1;
        let chosen = |which: usize| (!self.tickets.is_empty()).then(|| which % self.tickets.len());
        match *step {
            Step::Declare => {
                let id = self.school.declare(&format!("Panne {}", self.count)).post().accepted();
                self.due.push(format!("[{id}] Nouveau"));
                self.tickets.push(Ticket { id, status: "nouveau".to_owned(), saved: None, answers: Vec::new() });
            }
            Step::Answer(which) => {
                let Some(at) = chosen(which) else { return };
                let (ticket, text) = (&mut self.tickets[at], format!("Réponse {}", self.count));
                let form = self.school.speak(&ticket.id, "answers").set("text", &text);
                if ticket.saved.is_some() {
                    form.post().refused(503);
                } else {
                    eventually("the answer is accepted", || (form.post().status == 303).then_some(()));
                    self.due.push(format!("[{}] Réponse", ticket.id));
                    ticket.answers.push(text);
                }
            }
            Step::Edit(which, status) => {
                let Some(at) = chosen(which) else { return };
                let (ticket, status) = (&mut self.tickets[at], STATUSES[status % STATUSES.len()].0);
                if ticket.saved.as_deref().unwrap_or(&ticket.status) != status {
                    self.school.tree().set_status(&ticket.id, status);
                    ticket.saved = Some(status.to_owned()).filter(|_| ticket.status != status);
                }
            }
            Step::Commit => self.commit(&["commit", "--quiet", "--all", "--message", "À la main"]),
            Step::Amend => self.commit(&["commit", "--quiet", "--all", "--amend", "--no-edit", "--allow-empty"]),
            Step::Command(which, status) => {
                let Some(at) = chosen(which) else { return };
                let (ticket, status) = (&self.tickets[at], STATUSES[status % STATUSES.len()].0);
                if ticket.saved.is_some() {
                    self.school.guichet(&["ticket", "status", &ticket.id, status]).wrong();
                } else if ticket.status != status {
                    self.school.guichet(&["ticket", "status", &ticket.id, status]).done();
                }
            }
            Step::Push(which, status) => {
                let Some(at) = chosen(which) else { return };
                let (ticket, status) = (&self.tickets[at], STATUSES[status % STATUSES.len()].0);
                if ticket.saved.is_none() && ticket.status != status {
                    self.amina.git(&["fetch", "--quiet", "origin"]);
                    self.amina.git(&["reset", "--quiet", "--hard", "origin/main"]);
                    self.amina.set_status(&ticket.id, status);
                    self.amina.commit("Poussé");
                    self.amina.push();
                }
            }
            Step::Restart => self.school.restart(),
            Step::Kill => {
                self.school.kill();
                self.school.serve();
            }
        }
    }

    fn commit(&mut self, words: &[&str]) {
        let amends = words.contains(&"--amend");
        if amends || self.tickets.iter().any(|ticket| ticket.saved.is_some()) {
            self.school.tree().git(words);
            self.tickets.iter_mut().for_each(|ticket| ticket.saved = None);
        }
    }

    /// The branch, the letters and the pages are what the steps so far say.
    fn compare(&mut self, step: &Step) {
        self.school.settled();
        let tree = self.school.tree();
        let mut expected = std::mem::take(&mut self.due);
        for ticket in &mut self.tickets {
            let text = tree.git(&["show", &format!("main:{}", path_of(&ticket.id))]);
            for answer in &ticket.answers {
                assert_eq!(text.matches(answer.as_str()).count(), 1, "{answer} in {} after {step:?}", ticket.id);
            }
            let status = text.lines().find_map(|line| line.strip_prefix("status: ")).unwrap();
            if status != ticket.status {
                let label = STATUSES.iter().find(|(key, _)| *key == status).unwrap().1;
                expected.push(format!("[{}] {label}", ticket.id));
                status.clone_into(&mut ticket.status);
            }
            let shown = ticket.saved.as_deref().unwrap_or(&ticket.status);
            let label = STATUSES.iter().find(|(key, _)| *key == shown).map_or("Nouveau", |(_, label)| label);
            self.school.shows(&format!("/tickets/{}/", ticket.id), label);
        }
        let mut expected: Vec<(String, &str)> =
            expected.iter().flat_map(|subject| [(subject.clone(), SOPHIE), (subject.clone(), TEAM)]).collect();
        let letters = self.school.letters();
        let mut got: Vec<(String, &str)> = letters
            .iter()
            .map(|letter| (letter.subject.split(" : ").next().unwrap().to_owned(), letter.to.as_str()))
            .collect();
        expected.sort();
        got.sort();
        assert_eq!(got, expected, "letters after {step:?}");
        oracle::sound(tree);
    }

    fn close(self) {
        let left = self.school.tree().git(&["status", "--porcelain"]);
        let saved = self.tickets.iter().filter(|ticket| ticket.saved.is_some()).count();
        assert_eq!(left.lines().count(), saved, "what is not committed at the end: {left}");
    }
}
