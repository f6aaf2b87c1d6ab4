//! The sample's tickets played again: each file carries its own story, the steps as comments in its body
//! (`<!-- étape : TIME, WHO, STATUS -->`, then what was answered), and each step becomes a commit. Bookings come in
//! between, at the time they were made.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use jiff::{SignedDuration, Timestamp};

use super::{PEOPLE, bookings, sample, samples};
use crate::config::{FILE, Site};
use crate::content::front_matter::{Document, Value};
use crate::desk::ACTOR;
use crate::domain::ticket::TicketId;
use crate::domain::vocabulary::Term as _;
use crate::durable::{self, Mode};
use crate::repository::{self, Repository, Signature, Write};

/// Where the sample's tickets are.
const TICKETS: &str = "tickets";
const WEEK: i64 = 7 * 24 * 3600;
const STEP: &str = "<!-- étape :";

/// One commit to be: when, the whole file, by whom, what for.
pub(super) struct Scene {
    pub(super) at: Timestamp,
    pub(super) path: String,
    pub(super) file: String,
    pub(super) author: Signature,
    pub(super) actor: Option<String>,
    pub(super) subject: String,
}

/// Makes the school in `folder`, to be served at `url`; the newest ticket that nobody took yet.
pub(super) fn school(folder: &Path, url: &str, now: Timestamp) -> Result<TicketId> {
    let toml = sample(FILE).context("the sample has a configuration")?;
    let shift = weeks_to(now)?;
    let site = Site::parse(&toml).map_err(|problems| anyhow!("the sample's configuration: {problems:?}"))?;
    let repository = repository::create(folder, &site.branch)?;
    durable::write(
        &repository.state_folder().join("people.toml"),
        PEOPLE.as_bytes(),
        Mode::Private,
        &repository.staging_folder(),
    )?;
    let mut scenes = scenes(&site, shift)?;
    scenes.extend(bookings::scenes(&site, shift)?);
    scenes.sort_by(|one, other| (one.at, &one.path).cmp(&(other.at, &other.path)));
    let team = team(&site);
    let first = scenes.first().map_or(now, |scene| scene.at) - SignedDuration::from_hours(24);
    let toml = toml.replace("http://127.0.0.1:8080", url);
    let files = [(FILE, toml), (".gitignore", "/public/\n".to_owned())];
    let writes = files.map(|(path, text)| Write { path: path.to_owned(), bytes: Some(text.into_bytes()) });
    let mut head =
        repository.commit(None, &writes, "Site Guichet\n", &team, first, &site.timezone).map_err(anyhow::Error::new)?;
    let mut newest = None;
    for scene in &scenes {
        let write = Write { path: scene.path.clone(), bytes: Some(scene.file.clone().into_bytes()) };
        let trailer = scene.actor.as_ref().map(|actor| format!("\n{ACTOR}: {actor}\n")).unwrap_or_default();
        let message = format!("{}\n{trailer}", scene.subject);
        head = repository
            .commit(Some(head), &[write], &message, &scene.author, scene.at, &site.timezone)
            .map_err(anyhow::Error::new)?;
        if scene.file.contains(&format!("\nstatus: {}\n", site.vocabulary.initial_status().key())) {
            newest = TicketId::from_path(&scene.path);
        }
    }
    repository.welcome_pushes()?;
    play_the_team(&repository, &site)?;
    repository.begin_mark()?;
    newest.context("the sample has a new ticket")
}

/// The team's account, which commits what came by a form.
pub(super) fn team(site: &Site) -> Signature {
    Signature { name: site.team.name.clone(), email: site.team.email.to_string() }
}

/// Whoever commits in the folder of the demonstration does it as the first member of the team.
fn play_the_team(repository: &Repository, site: &Site) -> Result<()> {
    if let Some(member) = site.vocabulary.members.iter().next() {
        repository.sign_as(&Signature { name: member.name.clone(), email: member.email.to_string() })?;
    }
    Ok(())
}

/// How far to move the sample, in whole weeks, so that its last step is the newest that is not in the future.
fn weeks_to(now: Timestamp) -> Result<SignedDuration> {
    let mut last = Timestamp::UNIX_EPOCH;
    for (_, text) in samples(TICKETS).chain(samples(bookings::FOLDER)) {
        let times =
            text.match_indices(STEP).map(|(at, _)| text[at + STEP.len()..].split(',').next().unwrap_or_default());
        let created = text.lines().filter_map(|line| line.strip_prefix("created:"));
        for time in times.chain(created) {
            last = last.max(time.trim().parse().with_context(|| format!("the sample's time {time}"))?);
        }
    }
    let weeks = now.duration_since(last).as_secs().div_euclid(WEEK);
    Ok(SignedDuration::from_secs(weeks * WEEK))
}

fn scenes(site: &Site, shift: SignedDuration) -> Result<Vec<Scene>> {
    let mut stories = Vec::new();
    for (path, text) in samples(TICKETS) {
        let id = TicketId::from_path(&path).with_context(|| format!("the sample's file {path}"))?;
        let document = Document::parse(&path, text.as_bytes()).map_err(|problem| anyhow!("{path}: {problem:?}"))?;
        let created = scalar(&document, "created").with_context(|| format!("{path} says when it was declared"))?;
        let created: Timestamp = created.parse()?;
        stories.push((created + shift, id, text));
    }
    stories.sort();
    // Numbers follow the civil year of the moved creation.
    let mut given: BTreeMap<u16, u32> = BTreeMap::new();
    let mut ids: Vec<(TicketId, TicketId)> = Vec::new();
    for (created, id, _) in &stories {
        let year = created.to_zoned_datetime(site.timezone.clone()).year().unsigned_abs();
        let number = given.entry(year).or_default();
        *number += 1;
        ids.push((*id, TicketId { year, number: *number }));
    }
    let mut scenes = Vec::new();
    for ((created, _, text), (_, id)) in stories.iter().zip(&ids) {
        scenes.extend(story(site, text, *id, *created, shift, &ids)?);
    }
    Ok(scenes)
}

/// The scenes of one ticket.
fn story(
    site: &Site,
    text: &str,
    id: TicketId,
    created: Timestamp,
    shift: SignedDuration,
    ids: &[(TicketId, TicketId)],
) -> Result<Vec<Scene>> {
    let path = id.path();
    let renumbered = renumbered(text, ids);
    let document = Document::parse(&path, renumbered.as_bytes()).map_err(|problem| anyhow!("{path}: {problem:?}"))?;
    let mut parts = document.body().split(STEP);
    let description = parts.next().unwrap_or_default().trim();
    let zone = &site.timezone;
    let moved = |at: Timestamp| at.display_with_offset(zone.to_offset(at)).to_string();
    let initial = site.vocabulary.initial_status().key().as_str();
    let fixed = ["title", "resource", "category", "severity", "requester", "watchers"];
    let mut first = String::from("---\n");
    for line in renumbered.lines().skip(1).take_while(|line| *line != "---") {
        match line.split_once(':').map_or("", |(key, _)| key) {
            "status" => first.push_str(&format!("status: {initial}\n")),
            "created" => first.push_str(&format!("created: {}\n", moved(created))),
            key if fixed.contains(&key) => first.push_str(&format!("{line}\n")),
            _ => {}
        }
    }
    first.push_str(&format!("---\n{description}\n"));
    let team = team(site);
    let actor = scalar(&document, "requester").filter(|requester| requester.starts_with("p-"));
    let mut file = first;
    let mut scenes = vec![Scene {
        at: created,
        path: path.clone(),
        file: file.clone(),
        author: team.clone(),
        actor,
        subject: format!("Demande {id}"),
    }];
    let steps: Vec<&str> = parts.collect();
    for (index, step) in steps.iter().enumerate() {
        let (head, answer) = step.split_once("-->").context("a step is a whole comment")?;
        let fields: Vec<&str> = head.split(',').map(str::trim).collect();
        let [at, who, status] = fields[..] else {
            return Err(anyhow!("{path}: a step has a time, a person and a status"));
        };
        let at = at.parse::<Timestamp>()? + shift;
        let edited = |text: &str, key: &str, value: &str| {
            let document = Document::parse(&path, text.as_bytes()).map_err(|problem| anyhow!("{path}: {problem:?}"))?;
            document.with_value(key, value).map_err(|problem| anyhow!("{path}: {problem:?}"))
        };
        if !answer.trim().is_empty() {
            let document = Document::parse(&path, file.as_bytes()).map_err(|problem| anyhow!("{path}: {problem:?}"))?;
            file = document.with_answer(answer.trim());
        }
        if status != "-" {
            file = edited(&file, "status", status)?;
        }
        let member = site.vocabulary.members.find(who);
        if index + 1 == steps.len() {
            file = last(&document, &renumbered, &file, created, shift, &moved)?;
        } else if let Some(member) = member.filter(|_| status != "-") {
            file = edited(&file, "assignee", member.id.as_str())?;
        }
        let label = site.vocabulary.statuses.find(status).map(|status| status.label().to_lowercase());
        scenes.push(Scene {
            at,
            path: path.clone(),
            file: file.clone(),
            author: member.map_or_else(
                || team.clone(),
                |member| Signature { name: member.name.clone(), email: member.email.to_string() },
            ),
            actor: member.is_none().then(|| who.to_owned()),
            subject: label.map_or_else(|| format!("{id} : réponse"), |label| format!("{id} : {label}")),
        });
    }
    if steps.is_empty() {
        let whole = last(&document, &renumbered, &file, created, shift, &moved)?;
        if let Some(only) = scenes.first_mut() {
            only.file = whole;
        }
    }
    Ok(scenes)
}

/// The file as the sample has it in the end: its whole front matter, dates moved, and the body that was played.
fn last(
    document: &Document<'_>,
    sample: &str,
    played: &str,
    created: Timestamp,
    shift: SignedDuration,
    moved: &impl Fn(Timestamp) -> String,
) -> Result<String> {
    let mut front = String::from("---\n");
    for line in sample.lines().skip(1).take_while(|line| *line != "---") {
        match line.split_once(':').map_or("", |(key, _)| key) {
            "created" => front.push_str(&format!("created: {}\n", moved(created))),
            "planned" => {
                let day: jiff::civil::Date = scalar(document, "planned").context("a planned day")?.parse()?;
                front.push_str(&format!("planned: {}\n", day + jiff::Span::new().days(shift.as_secs() / 86_400)));
            }
            _ => front.push_str(&format!("{line}\n")),
        }
    }
    let body = Document::parse("", played.as_bytes()).map_err(|problem| anyhow!("{problem:?}"))?.body().to_owned();
    Ok(format!("{front}---\n{body}"))
}

/// The text with every ticket number of the sample replaced by the one that was given.
fn renumbered(text: &str, ids: &[(TicketId, TicketId)]) -> String {
    let mut renumbered = text.to_owned();
    for (index, (old, _)) in ids.iter().enumerate() {
        renumbered = renumbered.replace(&old.to_string(), &format!("\u{1}{index}\u{1}"));
    }
    for (index, (_, new)) in ids.iter().enumerate() {
        renumbered = renumbered.replace(&format!("\u{1}{index}\u{1}"), &new.to_string());
    }
    renumbered
}

pub(super) fn scalar(document: &Document<'_>, key: &str) -> Option<String> {
    match document.get(key)? {
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        _ => None,
    }
}
