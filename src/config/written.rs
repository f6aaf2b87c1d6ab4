//! What stands in `site.toml`, key by key, before anything is made of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::FILE;
use crate::domain::key::nearest;
use crate::phrase::Phrase;
use crate::problem::Problem;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Written {
    pub site: SiteTable,
    pub team: TeamTable,
    pub git: GitTable,
    pub mail: MailTable,
    pub access: AccessTable,
    pub limits: LimitsTable,
    pub privacy: PrivacyTable,
    pub tickets: TicketsTable,
    pub resources: Vec<Spanned<ResourceTable>>,
    pub calendar: CalendarTable,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SiteTable {
    pub title: Option<String>,
    pub base_url: Option<Spanned<String>>,
    pub language: Option<Spanned<String>>,
    pub timezone: Option<Spanned<String>>,
    pub theme: Option<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TeamTable {
    pub name: Option<String>,
    pub email: Option<Spanned<String>>,
    pub members: Vec<Spanned<MemberTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberTable {
    pub id: Option<String>,
    pub name: String,
    pub email: Spanned<String>,
    #[serde(default)]
    pub emails: Vec<String>,
    #[serde(default)]
    pub aliases: Vec<String>,
    #[serde(default)]
    pub retired: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GitTable {
    pub branch: Option<Spanned<String>>,
    pub remote: Option<Spanned<String>>,
    pub push: Option<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MailTable {
    pub from: Option<Spanned<String>>,
    pub envelope_from: Option<Spanned<String>>,
    pub team_reservations: Option<Spanned<String>>,
    pub transport: Option<Spanned<String>>,
    pub smtp: SmtpTable,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SmtpTable {
    pub host: Option<String>,
    pub port: Option<u16>,
    pub tls: Option<Spanned<String>>,
    pub helo: Option<String>,
    pub ca_file: Option<String>,
    pub username: Option<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AccessTable {
    pub mode: Option<Spanned<String>>,
    pub domains: Vec<String>,
    pub trusted_proxies: Vec<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsTable {
    pub posts_per_minute: Option<u32>,
    pub posts_per_hour_and_address: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PrivacyTable {
    pub tickets: Option<Spanned<String>>,
    pub reservations: Option<Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TicketsTable {
    pub statuses: Option<Vec<Spanned<WordTable>>>,
    pub categories: Option<Vec<Spanned<WordTable>>>,
    pub severities: Option<Vec<Spanned<WordTable>>>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WordTable {
    pub key: Option<String>,
    pub label: Option<String>,
    pub closed: Option<bool>,
    pub aliases: Vec<String>,
    pub retired: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ResourceTable {
    pub id: Option<String>,
    pub name: Option<String>,
    pub group: Option<String>,
    pub bookable: Option<bool>,
    pub quantity: Option<u32>,
    pub approval: bool,
    pub notice: u32,
    pub ahead: Option<u32>,
    pub per_person: Option<u32>,
    pub booked_by: Option<String>,
    pub free_times: Option<bool>,
    pub aliases: Vec<String>,
    pub retired: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CalendarTable {
    pub slots: Vec<Spanned<SlotTable>>,
    pub grids: Vec<Spanned<GridTable>>,
    pub zone: Option<Spanned<String>>,
    pub closed: Vec<Spanned<ClosureTable>>,
    pub week_a: Option<Spanned<Datetime>>,
    pub week_letters: BTreeMap<Spanned<String>, String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GridTable {
    pub from: Option<Datetime>,
    pub to: Option<Datetime>,
    pub label: String,
    pub slots: Vec<Spanned<SlotTable>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SlotTable {
    pub id: String,
    pub start: String,
    pub end: String,
    #[serde(default)]
    pub days: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClosureTable {
    pub from: Datetime,
    pub to: Datetime,
    #[serde(default)]
    pub label: String,
}

/// The tables of the file, or the first thing that keeps it from being read.
pub(super) fn parse(text: &str) -> Result<Written, Problem> {
    toml::from_str(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        let said = error.message();
        let names: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
        let at = |message| Problem::at(FILE, text, span.start, span.end, message);
        if said.starts_with("unknown field") && !names.is_empty() {
            let problem = at(Phrase::new("config-unknown-key").with("key", names[0]));
            if names[0].contains("password") {
                return problem.hint(Phrase::new("hint-password"));
            }
            return problem.hint(match nearest(names[0], names[1..].iter().copied()) {
                Some(near) => Phrase::new("hint-did-you-mean").with("near", near),
                None => Phrase::new("hint-known-keys").with("keys", names[1..].join(", ")),
            });
        }
        if said.starts_with("missing field") && !names.is_empty() {
            return at(Phrase::new("config-missing-key").with("key", names[0]));
        }
        if let Some((_, expected)) = said.split_once(", expected ").filter(|_| said.starts_with("invalid ")) {
            return at(Phrase::new("config-wrong-type").with("expected", kind(expected)));
        }
        at(Phrase::new("config-unreadable").with("detail", said))
    })
}

/// What kind of value serde asks for, by the words of its message.
fn kind(expected: &str) -> &'static str {
    match expected {
        "a boolean" => "boolean",
        "a string" | "a borrowed string" => "text",
        "a sequence" => "list",
        "a TOML datetime" => "date",
        number if number.starts_with(['u', 'i', 'f']) && number[1..].parse::<u8>().is_ok() => "number",
        _ => "table",
    }
}
