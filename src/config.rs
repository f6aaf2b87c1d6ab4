//! `site.toml`: first what was written, then what it means. Reads no file and knows no command.

mod defaults;
mod holidays;
mod meaning;
pub mod rooms;
mod written;

use std::sync::Arc;

use jiff::tz::TimeZone;

pub use self::holidays::HOLIDAYS_FILE;
use crate::domain::calendar::Calendar;
use crate::domain::person::{Contact, MailAddress};
use crate::domain::vocabulary::Vocabulary;
use crate::problem::Problem;

/// The configuration's file name.
pub const FILE: &str = "site.toml";

/// A language that a site speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// français
    French,
    /// English
    English,
}

impl Language {
    /// The BCP 47 tag: `fr` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }
}

/// What `site.toml` means.
#[derive(Clone, Debug)]
pub struct Site {
    /// The site's name.
    pub title: String,
    /// Where people reach it, without a slash at the end; for mails and feeds.
    pub base_url: String,
    /// What pages and mails are written in.
    pub language: Language,
    /// Wall-clock times are of this zone.
    pub timezone: TimeZone,
    /// The folder below `themes/`.
    pub theme: String,
    /// The shared account.
    pub team: Contact,
    /// The branch that everything follows.
    pub branch: String,
    /// Statuses, categories, severities, resources, members.
    pub vocabulary: Arc<Vocabulary>,
    /// How mail leaves.
    pub mail: Mail,
    /// Mail domains that may submit, in lower case; empty: any.
    pub domains: Vec<String>,
    /// Addresses whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// How much one source may post.
    pub limits: Limits,
    /// How requesters show on public pages.
    pub requesters_shown: Shown,
    /// How holders show on the planning.
    pub holders_shown: Shown,
    /// The school's periods, holidays and week letters.
    pub calendar: Calendar,
}

/// `[mail]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Who writes.
    pub from: Contact,
    /// To whom bounces go.
    pub envelope_from: MailAddress,
    /// Which bookings the team is told of.
    pub team_reservations: TeamReservations,
    /// How it leaves.
    pub transport: Transport,
}

/// Which bookings the team is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TeamReservations {
    /// None.
    None,
    /// Those that wait for one of its members.
    Approval,
    /// All.
    All,
}

/// How mail leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// It does not: messages stay in the outbox.
    Outbox,
    /// By SMTP (RFC 5321).
    Smtp(Smtp),
}

/// `[mail.smtp]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the conversation is protected.
    pub tls: Tls,
    /// What to say in EHLO; `None`: this machine's name.
    pub helo: Option<String>,
    /// A PEM file of certificate authorities to trust besides the system's.
    pub ca_file: Option<String>,
    /// `None`: no authentication.
    pub username: Option<String>,
}

/// How an SMTP conversation is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    None,
    /// From STARTTLS on (RFC 3207); refused when the server does not offer it.
    StartTls,
    /// From the first byte on (RFC 8314).
    Implicit,
}

/// `[limits]`; 0: no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From one source address.
    pub posts_per_minute: u32,
    /// That name the same mail address.
    pub posts_per_hour_and_address: u32,
}

/// How much of a person public pages show. Mail addresses never show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Nothing.
    None,
    /// « S. M. »
    Initials,
    /// The name.
    Full,
}

impl Site {
    /// What the text of `site.toml` means.
    ///
    /// # Errors
    /// Every fault with its place: syntax, unknown keys, values that mean nothing, what is not built yet.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        Self::parse_with(text, None)
    }

    /// The same, with the text of the site's own `holidays.toml`.
    ///
    /// # Errors
    /// Those of [`Site::parse`], in either file.
    pub fn parse_with(text: &str, holidays: Option<&str>) -> Result<Self, Vec<Problem>> {
        meaning::site(&written::parse(text).map_err(|problem| vec![problem])?, text, holidays)
    }

    /// The part of `base_url` after the host, without a slash at the end: "" or "/guichet".
    pub fn base_path(&self) -> &str {
        let after_scheme = self.base_url.split_once("://").map_or("", |(_, rest)| rest);
        after_scheme.find('/').map_or("", |at| &after_scheme[at..])
    }

    /// Whether somebody at another machine can open `base_url`.
    pub fn is_reachable(&self) -> bool {
        let host = self.base_url.split_once("://").map_or("", |(_, rest)| rest);
        !["127.", "localhost", "[::1]", "0.0.0.0"].iter().any(|local| host.starts_with(local))
    }

    /// Whether who reads a letter can open what it links to: one that stays in the outbox is read at this machine.
    pub fn letters_may_link(&self) -> bool {
        self.is_reachable() || self.mail.transport == Transport::Outbox
    }

    /// Whether somebody with this address may submit.
    pub fn admits(&self, email: &MailAddress) -> bool {
        self.domains.is_empty() || self.domains.contains(&email.domain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<Problem> {
        Site::parse(text).unwrap_err()
    }

    #[test]
    fn a_title_is_enough() {
        let site = Site::parse("[site]\ntitle = \"Guichet\"\n").unwrap();
        assert_eq!(site.vocabulary.initial_status().word.key.as_str(), "nouveau");
        assert_eq!(site.vocabulary.statuses.iter().count(), 5);
        assert!(site.vocabulary.resources.find("wifi").is_some());
        assert!(!site.is_reachable());
        assert_eq!(site.base_path(), "");
    }

    #[test]
    fn an_unknown_key_is_refused_where_it_stands_with_its_neighbour() {
        let found = problems("[site]\ntitel = \"x\"\n");
        assert_eq!(found[0].place(), "site.toml:2:1");
        assert_eq!(found[0].hint.as_ref().unwrap().args[0].1, "title");
    }

    #[test]
    fn what_is_not_built_yet_is_refused_by_name() {
        let found = problems("[site]\ntitle = \"x\"\n[access]\nmode = \"proxy\"\n[git]\nremote = \"origin\"\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].message.key, "config-not-yet");
    }

    #[test]
    fn two_words_that_read_the_same_are_refused() {
        let found =
            problems("[site]\ntitle = \"x\"\n[[resources]]\nname = \"Salle B1\"\n[[resources]]\nname = \"salle-b1\"\n");
        assert_eq!(found[0].message.key, "config-same-words");
    }

    #[test]
    fn a_member_is_not_called_like_the_team_or_a_person_of_the_address_book() {
        let member = |id: &str| {
            format!("[site]\ntitle = \"x\"\n[[team.members]]\nid = \"{id}\"\nname = \"P\"\nemail = \"p@d.fr\"\n")
        };
        for id in ["team", "p-durand", "p-7k2m9x"] {
            let found = problems(&member(id));
            assert_eq!(
                (found[0].message.key, found[0].place().as_str()),
                ("config-member-id", "site.toml:3:1"),
                "{id}"
            );
        }
        for id in ["p.durand", "p-d", "paul-durand", "teamer"] {
            assert!(Site::parse(&member(id)).is_ok(), "{id}");
        }
    }

    #[test]
    fn what_would_make_file_names_too_long_is_refused() {
        let with = |id: &str| {
            let status = format!("{{ key = \"{id}\", label = \"x\" }}");
            [
                format!("[[resources]]\nid = \"{id}\"\nname = \"R\""),
                format!("[[resources]]\nname = \"{}\"", id.to_uppercase()),
                format!("[[team.members]]\nid = \"{id}\"\nname = \"P\"\nemail = \"p@d.fr\""),
                format!("[tickets]\nstatuses = [{status}]"),
                format!("[tickets]\ncategories = [{status}]"),
                format!("[tickets]\nseverities = [{status}]"),
            ]
            .map(|text| format!("[site]\ntitle = \"x\"\n{text}\n"))
        };
        for (long, fits) in with(&"a".repeat(65)).into_iter().zip(with(&"a".repeat(64))) {
            let found = problems(&long);
            assert_eq!(found[0].message.key, "config-key-too-long", "{long}");
            assert!(Site::parse(&fits).is_ok(), "{fits}");
        }
    }

    #[test]
    fn slots_and_grids_that_contradict_each_other_are_refused_where_they_stand() {
        let slot = |id: &str, days: &str| format!("{{ id = \"{id}\", start = \"08:00\", end = \"08:55\"{days} }}");
        let (m1, monday) = (slot("M1", ""), slot("M1", ", days = [\"mon\"]"));
        let said = |calendar: &str| -> Vec<(String, &str)> {
            let found = problems(&format!("[site]\ntitle = \"x\"\n[calendar]\n{calendar}\n"));
            found.iter().map(|problem| (problem.place(), problem.message.key)).collect()
        };
        let at = |place: &str, key: &'static str| vec![(format!("site.toml:{place}"), key)];
        assert_eq!(said(&format!("slots = [{m1},\n{}]", slot("m1", ""))), at("5:1", "config-slot-twice"));
        assert_eq!(said(&format!("slots = [{m1},\n{monday}]")), at("5:1", "config-slot-twice"));
        assert_eq!(said(&format!("slots = [\n{}]", slot("-", ""))), at("5:1", "config-slot"));
        let later = |start: &str| slot("M2", "").replace("08:55", "09:50").replace("08:00", start);
        let m2 = |start: &str| format!("slots = [{m1},\n{}]", later(start));
        assert_eq!(said(&m2("08:54")), at("5:1", "config-slot-overlap"));
        let one_after_the_other = format!("[site]\ntitle = \"x\"\n[calendar]\n{}\n", m2("08:55"));
        assert!(Site::parse(&one_after_the_other).is_ok());
        let grid = |days: &str, slots: &str| format!("[[calendar.grids]]\n{days}\nslots = [{slots}]\n");
        let june = grid("from = 2027-06-14\nto = 2027-06-18", &m1);
        assert_eq!(said(&grid("from = 2027-06-14\nto = 2027-06-13", &m1)), at("4:1", "config-grid-days"));
        assert_eq!(said(&grid("label = \"Ramadan\"", &m1)), at("4:1", "config-grid-days"));
        assert_eq!(said(&grid("from = 2027-06-14", "")), at("4:1", "config-grid-empty"));
        assert_eq!(said(&format!("{june}{}", grid("from = 2027-06-18", &m1))), at("8:1", "config-grid-overlap"));
        assert_eq!(said(&grid("from = 2027-06-14\ntill = 2027-06-18", &m1)), at("6:1", "config-unknown-key"));
        let whole = "[[resources]]\nname = \"Salle info\"\nfree_times = false";
        assert_eq!(said(whole), at("4:1", "config-slots-only"));

        let tuesday = slot("M1", ", days = [\"tue\"]");
        let sound = format!("slots = [{monday}, {tuesday}]\n{june}{}", grid("from = 2027-06-19", &m1));
        let site = Site::parse(&format!("[site]\ntitle = \"x\"\n[calendar]\n{sound}{whole}\n")).unwrap();
        assert_eq!(site.calendar.grids.len(), 2);
    }

    #[test]
    fn a_password_has_another_home() {
        let found = problems("[site]\ntitle = \"x\"\n[mail.smtp]\npassword = \"x\"\n");
        assert_eq!(found[0].hint.as_ref().unwrap().key, "hint-password");
    }
}
