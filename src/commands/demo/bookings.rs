//! The sample's bookings, each made again at its time. Their days move by whole weeks, so that a Monday stays a
//! Monday; what would then fall on a day without lessons was never made.

use anyhow::{Context as _, Result, anyhow};
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::replay::{Scene, scalar, team};
use super::samples;
use crate::config::Site;
use crate::content::front_matter::Document;
use crate::domain::reservation::Stem;

/// Where the sample's bookings are.
pub(super) const FOLDER: &str = "reservations";

const DAY_S: i64 = 24 * 3600;

/// The commits of all bookings, moved by `shift`.
pub(super) fn scenes(site: &Site, shift: SignedDuration) -> Result<Vec<Scene>> {
    let mut scenes = Vec::new();
    for (path, text) in samples(FOLDER) {
        scenes.extend(scene(site, &path, &text, shift).with_context(|| format!("the sample's file {path}"))?);
    }
    Ok(scenes)
}

/// The commit of one booking; `None`: its day has no lessons this time.
fn scene(site: &Site, path: &str, text: &str, shift: SignedDuration) -> Result<Option<Scene>> {
    let mut stem = Stem::from_path(path).context("it has the name of a booking")?;
    stem.date = stem.date.checked_add((shift.as_secs() / DAY_S).days())?;
    if site.calendar.closure(stem.date).is_some() {
        return Ok(None);
    }
    let document = Document::parse(path, text.as_bytes()).map_err(|problem| anyhow!("{problem:?}"))?;
    let created: Timestamp = scalar(&document, "created").context("it says when it was made")?.parse()?;
    let at = created + shift;
    let moved = at.display_with_offset(site.timezone.to_offset(at)).to_string();
    let mut file = text.to_owned();
    for (key, value) in [("date", &stem.date.to_string()), ("created", &moved)] {
        let document = Document::parse(path, file.as_bytes()).map_err(|problem| anyhow!("{problem:?}"))?;
        file = document.with_value(key, value).map_err(|problem| anyhow!("{problem:?}"))?;
    }
    Ok(Some(Scene {
        at,
        path: stem.path(),
        file,
        author: team(site),
        actor: scalar(&document, "requester"),
        subject: format!("Réservation {stem}"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_booking_moves_by_whole_weeks_and_never_onto_a_day_without_lessons() {
        let site = Site::parse(&super::super::sample(crate::config::FILE).unwrap()).unwrap();
        let (path, text) = samples(FOLDER).find(|(path, _)| path.ends_with("2026-11-23-salle-info-1-1030.md")).unwrap();
        let moved = |weeks: i64| scene(&site, &path, &text, SignedDuration::from_hours(7 * 24 * weeks)).unwrap();
        let next = moved(1).unwrap();
        assert_eq!(next.path, "reservations/2026/11/2026-11-30-salle-info-1-1030.md");
        assert!(
            next.file.contains("\ndate: 2026-11-30\n") && next.file.contains("\ncreated: 2026-11-24T17:03:00+01:00\n")
        );
        assert_eq!(next.at.to_string(), "2026-11-24T16:03:00Z");
        assert!(moved(5).is_none(), "28 December is in the holidays");
    }
}
