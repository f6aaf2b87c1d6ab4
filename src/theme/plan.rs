//! Every page of the site, planned on every change: its path, a fingerprint of all its inputs, and how to
//! render it. Equal fingerprint, no work; there is no graph of dependencies that could be wrong.

use anyhow::Result;
use jiff::{Timestamp, ToSpan as _};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::pages;
use super::scene::Scene;

/// When a page is written: what is linked to comes before what links to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Styles, scripts, attachments.
    Asset,
    /// One thing.
    Page,
    /// Many things.
    List,
}

type Render<'a> = Box<dyn Fn() -> Result<Vec<u8>> + Send + Sync + 'a>;

/// One page, not rendered yet.
pub struct Page<'a> {
    /// Relative to the root: `tickets/2026-0042/index.html`.
    pub path: String,
    /// When it is written.
    pub kind: Kind,
    /// Changes when any of its inputs does.
    pub fingerprint: [u8; 32],
    render: Render<'a>,
}

impl<'a> Page<'a> {
    /// A page that `render` makes from what was hashed into `inputs`.
    pub fn new(
        path: String,
        kind: Kind,
        inputs: &Inputs,
        render: impl Fn() -> Result<Vec<u8>> + Send + Sync + 'a,
    ) -> Self {
        Self { path, kind, fingerprint: inputs.0.clone().finalize().into(), render: Box::new(render) }
    }

    /// A page whose inputs are the template, the frame and the view.
    pub fn of_view<V: Serialize + Send + Sync + 'a>(
        scene: Scene<'a>,
        path: &str,
        kind: Kind,
        section: &str,
        template: &'static str,
        view: V,
    ) -> Self {
        let frame = scene.frame(path, section);
        let mut inputs = Inputs::of(&scene);
        inputs.add(&frame);
        inputs.add(&view);
        Self::new(path.to_owned(), kind, &inputs, move || Ok(scene.theme.page(template, &frame, &view)?.into_bytes()))
    }

    /// The page's bytes.
    ///
    /// # Errors
    /// Its template is wrong, or a file that it copies can not be read.
    pub fn render(&self) -> Result<Vec<u8>> {
        (self.render)()
    }
}

/// What a page depends on, hashed piece by piece.
#[derive(Clone)]
pub struct Inputs(Sha256);

impl Inputs {
    /// Every page depends on the theme.
    pub fn of(scene: &Scene<'_>) -> Self {
        let mut hash = Sha256::new();
        hash.update(scene.theme.stamp());
        hash.update(scene.site.language.tag());
        Self(hash)
    }

    /// One more input.
    pub fn add<V: Serialize + ?Sized>(&mut self, value: &V) {
        let start = serde_json::to_vec(value).expect("a view has a JSON form");
        self.0.update((start.len() as u64).to_le_bytes());
        self.0.update(&start);
    }
}

/// The whole site.
pub struct Plan<'a> {
    /// Its pages; each path once.
    pub pages: Vec<Page<'a>>,
    /// When time alone changes a page; until then the same inputs give the same bytes.
    pub until: Timestamp,
}

/// Files of the site that are copied as they are.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    /// The bytes of a file.
    pub read: &'a (dyn Fn(&str) -> Result<Vec<u8>> + Sync),
    /// Changes when the file does; empty when it is not there.
    pub stamp: &'a (dyn Fn(&str) -> String + Sync),
}

/// Plans every page.
pub fn plan<'a>(scene: Scene<'a>, files: Files<'a>) -> Plan<'a> {
    let mut pages = Vec::new();
    pages::assets::plan(scene, &mut pages);
    pages::ticket::plan(scene, files, &mut pages);
    pages::resource::plan(scene, &mut pages);
    pages::labels::plan(scene, &mut pages);
    pages::report::plan(scene, &mut pages);
    pages::search::plan(scene, &mut pages);
    pages::ticket_form::plan(scene, &mut pages);
    pages::booking_form::plan(scene, &mut pages);
    pages::planning::plan(scene, &mut pages);
    pages::free::plan(scene, &mut pages);
    pages::door::plan(scene, &mut pages);
    pages::ics::plan(scene, &mut pages);
    pages::problems::plan(scene, &mut pages);
    pages::tickets::plan(scene, &mut pages);
    pages::feed::plan(scene, &mut pages);
    pages::dashboard::plan(scene, &mut pages);
    Plan { pages, until: until(&scene) }
}

/// Days are counted; what is occupied or free changes when a booking or a slot of today begins or ends.
fn until(scene: &Scene<'_>) -> Timestamp {
    let zone = &scene.site.timezone;
    let now = scene.now.to_zoned_datetime(zone.clone());
    let tomorrow = now.checked_add(1.day()).and_then(|at| at.start_of_day());
    let midnight = tomorrow.map_or(scene.now, |at| at.timestamp());
    let bookings = scene.office.diary.on(now.date()).iter().map(|taken| taken.span);
    let slots = scene.site.calendar.slots_on(now.date()).map(|slot| slot.on(now.date()));
    let moments = bookings.chain(slots).flat_map(|span| [span.begins(), span.ends()]);
    let next = moments.filter(|at| *at > now.datetime()).min();
    let next = next.and_then(|at| at.to_zoned_datetime(zone.clone()).ok()).map(|at| at.timestamp());
    next.map_or(midnight, |next| next.min(midnight))
}

/// The form of a new incident, as a running server shows it: filled in, with what is wrong and a fresh token.
pub fn ticket_form(
    scene: &Scene<'_>,
    typed: &crate::domain::draft::TicketFields,
    sender: &crate::domain::draft::SenderFields,
    errors: Vec<super::view::FieldError>,
    token: &str,
) -> super::view::TicketForm {
    pages::ticket_form::filled(scene, typed, sender, errors, token, true)
}

/// Which days a booking would have, told from others; none when it does not repeat or can not be made.
pub fn days_to_see(scene: &Scene<'_>, typed: &crate::domain::booking::BookingFields) -> Option<String> {
    let preview = pages::preview::preview(scene, typed)?;
    (preview.free == preview.days.len()).then_some(preview.seen)
}

/// The form of a booking, as a running server shows it.
pub fn booking_form(
    scene: &Scene<'_>,
    typed: &crate::domain::booking::BookingFields,
    sender: &crate::domain::draft::SenderFields,
    errors: Vec<super::view::FieldError>,
    offers: &[crate::domain::free::Offer],
    token: &str,
) -> super::view::BookingForm {
    pages::booking_form::filled(scene, typed, sender, errors, offers, token)
}

/// The calendar of one's own bookings (RFC 5545).
pub fn agenda(scene: &Scene<'_>, holder: &crate::domain::errand::Bearer) -> String {
    pages::ics::agenda(scene, holder)
}
