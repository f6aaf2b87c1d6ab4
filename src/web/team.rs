//! `GET /team/?k=<signed>`: the team's page, rendered for who holds the link.

use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::errands::{Opened, secret};
use super::reply::Voice;
use super::{Desk, asked};
use crate::domain::errand::{Bearer, Deed, Errand};
use crate::domain::person::Pseudonym;
use crate::phrase::Phrase;
use crate::theme::{Undelivered, team_page};

pub(super) async fn page(
    State(desk): State<Desk>,
    Query(query): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let signed = query.iter().find(|(name, _)| name == "k").map(|(_, value)| value.as_str());
    let opened = match signed.map(|signed| Opened::of(&desk, signed, &request)) {
        Some(Ok(opened)) if opened.errand.deed == Deed::TeamPage => opened,
        Some(Err(response)) => return secret(response),
        // Without a link, or with one that is for something else.
        None | Some(Ok(_)) => {
            let published = desk.handle.published();
            let voice = Voice { published: &published, now: desk.clock.now() };
            let heading = voice.say(&Phrase::new("message-team"));
            let text = voice.say(&Phrase::new("message-team-text"));
            return secret(voice.message("/team/", StatusCode::FORBIDDEN, heading, text));
        }
    };
    let published = &opened.published;
    let voice = Voice { published, now: opened.now };
    let people = |pseudonym: &Pseudonym| published.people.find(pseudonym);
    let until = opened.errand.until;
    let sign = |deed: Deed, bearer: Bearer| Errand { deed, bearer, until }.sealed(&published.seal);
    let undelivered = published.undelivered().into_iter();
    let undelivered =
        undelivered.map(|letter| Undelivered { to: letter.to, subject: letter.subject, error: letter.error });
    let scene = voice.scene_with(&people);
    let view = team_page(&scene, &opened.errand, &sign, undelivered.collect(), asked::token());
    secret(voice.page("/team/", "", "team.html", &view, StatusCode::OK))
}
