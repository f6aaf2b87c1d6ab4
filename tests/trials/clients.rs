//! Teachers with forms: each keeps posting tickets, answers and bookings, and posts the same form again until there is
//! an answer. What was acknowledged is noted here, outside the server, its process and its disk.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::dice::Dice;
use crate::kit::{Answer, Form};

/// How long anybody repeats a form before the trial counts it as lost: longer than a lock that git left behind is
/// waited for.
const PATIENCE: Duration = Duration::from_secs(150);
/// School days of the bookings: Tuesday to Friday of the weeks that follow the day on the clock.
const DAYS: [&str; 16] = [
    "2026-11-24",
    "2026-11-25",
    "2026-11-26",
    "2026-11-27",
    "2026-12-01",
    "2026-12-02",
    "2026-12-03",
    "2026-12-04",
    "2026-12-08",
    "2026-12-09",
    "2026-12-10",
    "2026-12-11",
    "2026-12-15",
    "2026-12-16",
    "2026-12-17",
    "2026-12-18",
];

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    Ticket,
    /// To this ticket.
    Answer(String),
    Booking,
}

/// What the server acknowledged.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub token: String,
    pub act: Act,
    /// The number of a ticket, the stem of a booking.
    pub id: String,
    pub commit: String,
    /// What was written, found nowhere else.
    pub text: String,
}

/// What all of them know.
#[derive(Default)]
pub struct Notes {
    pub accepted: Vec<Accepted>,
    /// Tokens of bookings that were refused because the time was taken.
    pub refused: Vec<String>,
}

/// Where the server answers, while there is one, and when people go home.
#[derive(Default)]
struct Corridor {
    address: Mutex<Option<SocketAddr>>,
    closing: AtomicBool,
    acknowledged: AtomicU64,
    notes: Mutex<Notes>,
}

/// Some teachers at work.
pub struct Clients {
    corridor: Arc<Corridor>,
    people: Vec<JoinHandle<()>>,
}

impl Clients {
    /// They post without a pause as soon as the door opens.
    pub fn start(count: usize, dice: &mut Dice) -> Self {
        Self::with_pauses(count, 0, dice)
    }

    /// They take so many milliseconds, at most, before the next form.
    pub fn with_pauses(count: usize, pause_ms: u64, dice: &mut Dice) -> Self {
        let corridor = Arc::new(Corridor::default());
        let people = (0..count)
            .map(|number| {
                let (corridor, dice) = (Arc::clone(&corridor), dice.split());
                std::thread::spawn(move || Person { number, dice, corridor, posted: 0, pause_ms }.live())
            })
            .collect();
        Self { corridor, people }
    }

    /// The server answers here.
    pub fn open(&self, address: SocketAddr) {
        *self.corridor.address.lock().unwrap() = Some(address);
    }

    /// There is no server.
    pub fn close(&self) {
        *self.corridor.address.lock().unwrap() = None;
    }

    /// How many forms have been acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.corridor.acknowledged.load(Ordering::SeqCst)
    }

    /// Waits until so many more forms are acknowledged.
    pub fn wait_for(&self, more: u64) {
        let (wanted, began) = (self.acknowledged() + more, Instant::now());
        while self.acknowledged() < wanted {
            assert!(self.people.iter().all(|person| !person.is_finished()), "a client has given up");
            assert!(began.elapsed() < PATIENCE, "{more} acknowledgements do not come: something is stuck");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Everybody gets the answer to what they posted last, and goes home. What they noted.
    pub fn finish(self) -> Notes {
        self.corridor.closing.store(true, Ordering::SeqCst);
        for person in self.people {
            person.join().expect("a client got what it asked for");
        }
        std::mem::take(&mut *self.corridor.notes.lock().unwrap())
    }
}

struct Person {
    number: usize,
    dice: Dice,
    corridor: Arc<Corridor>,
    posted: u64,
    pause_ms: u64,
}

impl Person {
    fn live(mut self) {
        while !self.corridor.closing.load(Ordering::SeqCst) {
            self.posted += 1;
            let token = format!("trial-{}-{:06}-{:08x}", self.number, self.posted, self.dice.next() >> 32);
            let (act, form, text) = self.choose(&token);
            let form = form
                .set("name", format!("Professeur {}", self.number))
                .set("email", format!("professeur.{}@college.example", self.number))
                .set("token", &token)
                .json();
            self.insist(act, &form, &token, text);
            std::thread::sleep(Duration::from_millis(self.dice.between(0, self.pause_ms)));
        }
    }

    fn choose(&mut self, token: &str) -> (Act, Form, String) {
        // Any address will do: where the server answers is looked up at each try.
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let text = format!("Texte {token} : l'écran reste noir.");
        let throw = self.dice.between(1, 100);
        if throw <= 30
            && let Some(ticket) = self.some_ticket()
        {
            let form = Form::new(nowhere, &format!("/tickets/{ticket}/answers")).set("text", &text);
            return (Act::Answer(ticket), form, text);
        }
        if throw <= 55 {
            // Hours that overlap: some are refused.
            let (hour, half) = (self.dice.between(8, 16), self.dice.between(0, 1) * 30);
            let form = Form::new(nowhere, "/reservations")
                .set("resource", "salle-info-1")
                .set("date", self.dice.pick(&DAYS))
                .set("start", format!("{hour:02}:{half:02}"))
                .set("end", format!("{:02}:{half:02}", hour + 1))
                .set("purpose", &text);
            return (Act::Booking, form, text);
        }
        let form = Form::new(nowhere, "/tickets").set("resource", "salle-b204").set("description", &text);
        (Act::Ticket, form, text)
    }

    fn some_ticket(&mut self) -> Option<String> {
        let notes = self.corridor.notes.lock().unwrap();
        let tickets: Vec<&Accepted> = notes.accepted.iter().filter(|accepted| accepted.act == Act::Ticket).collect();
        (!tickets.is_empty()).then(|| self.dice.pick(&tickets).id.clone())
    }

    /// Posts the form until there is an answer.
    fn insist(&mut self, act: Act, form: &Form, token: &str, text: String) {
        let (request, began) = (form.request(), Instant::now());
        loop {
            let address = *self.corridor.address.lock().unwrap();
            let answer = address.and_then(|address| request.try_send(address));
            match answer.as_ref().map(|answer| answer.status) {
                Some(201) => return self.note(act, token, text, answer.as_ref().unwrap()),
                Some(409) => return self.corridor.notes.lock().unwrap().refused.push(token.to_owned()),
                // No answer, or one that says: later.
                None | Some(503 | 507) => {}
                Some(status) => panic!("{act:?} {token}: {status} {}", answer.unwrap().text()),
            }
            let said = || answer.as_ref().map_or_else(|| "nothing".to_owned(), Answer::text);
            assert!(began.elapsed() < PATIENCE, "{act:?} {token} is not accepted: {}", said());
            std::thread::sleep(Duration::from_millis(self.dice.between(2, 15)));
        }
    }

    fn note(&self, act: Act, token: &str, text: String, answer: &Answer) {
        let said = answer.json();
        let word = |name: &str| said[name].as_str().unwrap_or_else(|| panic!("no {name} in {said}")).to_owned();
        let accepted = Accepted { token: token.to_owned(), act, id: word("id"), commit: word("commit"), text };
        self.corridor.notes.lock().unwrap().accepted.push(accepted);
        self.corridor.acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}
