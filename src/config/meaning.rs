//! From what was written to what it means; collects every fault before giving up.

mod calendar;

use std::num::NonZeroU32;
use std::sync::Arc;

use jiff::tz::TimeZone;
use toml::Spanned;

use super::written::{MailTable, ResourceTable, TeamTable, WordTable, Written};
use super::{FILE, Language, Limits, Mail, Shown, Site, Smtp, TeamReservations, Tls, Transport, defaults};
use crate::domain::key::{Key, nearest};
use crate::domain::person::{Contact, MailAddress, Member, Pseudonym, TEAM};
use crate::domain::resource::{Bookable, Resource, Usage};
use crate::domain::rules::Rules;
use crate::domain::vocabulary::{Status, Term, Terms, Vocabulary, Word};
use crate::phrase::Phrase;
use crate::problem::Problem;

/// An address that stands in for a team that has none yet (RFC 2606).
const NO_ADDRESS: &str = "guichet@localhost";

pub(super) fn site(written: &Written, text: &str, holidays: Option<&str>) -> Result<Site, Vec<Problem>> {
    let mut reader = Reader { text, holidays, problems: Vec::new() };
    let site = reader.site(written);
    if reader.problems.is_empty() { Ok(site) } else { Err(reader.problems) }
}

struct Reader<'a> {
    text: &'a str,
    /// The site's own file of holidays.
    holidays: Option<&'a str>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn site(&mut self, written: &Written) -> Site {
        let title = written.site.title.clone().unwrap_or_default();
        if title.trim().is_empty() {
            let problem = Problem::of_file(FILE, Phrase::new("config-no-title"));
            self.problems.push(problem.hint(Phrase::new("hint-title")));
        }
        self.not_yet(written);
        let vocabulary = Arc::new(self.vocabulary(written));
        let team = self.team(&written.team);
        Site {
            title,
            base_url: self.base_url(written.site.base_url.as_ref()),
            language: self
                .choice(written.site.language.as_ref(), &[("fr", Language::French), ("en", Language::English)]),
            timezone: self.timezone(written.site.timezone.as_ref()),
            theme: self.theme(written.site.theme.as_ref()),
            branch: self.branch(written.git.branch.as_ref()),
            mail: self.mail(&written.mail, &team),
            team,
            vocabulary,
            domains: written
                .access
                .domains
                .iter()
                .map(|domain| domain.trim_start_matches('@').to_lowercase())
                .collect(),
            trusted_proxies: written
                .access
                .trusted_proxies
                .iter()
                .filter_map(|address| self.parsed(address, "config-not-an-ip"))
                .collect(),
            limits: Limits {
                posts_per_minute: written.limits.posts_per_minute.unwrap_or(120),
                posts_per_hour_and_address: written.limits.posts_per_hour_and_address.unwrap_or(20),
            },
            requesters_shown: self.shown(written.privacy.tickets.as_ref(), Shown::None),
            holders_shown: self.shown(written.privacy.reservations.as_ref(), Shown::Initials),
            calendar: self.calendar(written),
        }
    }

    fn fault<T>(&mut self, place: &Spanned<T>, message: Phrase) {
        self.problems.push(self.problem(place, message));
    }

    fn problem<T>(&self, place: &Spanned<T>, message: Phrase) -> Problem {
        let span = place.span();
        Problem::at(FILE, self.text, span.start, span.end, message)
    }

    /// What the contract promises and this version can not do is refused by name, never ignored.
    fn not_yet(&mut self, written: &Written) {
        let open = |value: &Spanned<String>| value.get_ref() == "open";
        if let Some(mode) = written.access.mode.as_ref().filter(|mode| !open(mode)) {
            match mode.get_ref().as_str() {
                "link" | "proxy" => self.fault(
                    mode,
                    Phrase::new("config-not-yet").with("what", format!("access.mode = \"{}\"", mode.get_ref())),
                ),
                typed => self.fault(
                    mode,
                    Phrase::new("config-unknown-choice").with("typed", typed).with("choices", "open, link, proxy"),
                ),
            }
        }
        if let Some(remote) = written.git.remote.as_ref().filter(|remote| !remote.get_ref().is_empty()) {
            self.fault(remote, Phrase::new("config-not-yet").with("what", "git.remote"));
        }
        if let Some(push) = &written.git.push {
            match push.get_ref().as_str() {
                "later" => {}
                "required" => self.fault(push, Phrase::new("config-not-yet").with("what", "git.push = \"required\"")),
                typed => self.fault(
                    push,
                    Phrase::new("config-unknown-choice").with("typed", typed).with("choices", "later, required"),
                ),
            }
        }
    }

    /// One of the named choices; the first when nothing is written.
    fn choice<T: Copy>(&mut self, written: Option<&Spanned<String>>, choices: &[(&str, T)]) -> T {
        let Some(written) = written else {
            return choices[0].1;
        };
        if let Some((_, value)) = choices.iter().find(|(name, _)| name == written.get_ref()) {
            return *value;
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let message =
            Phrase::new("config-unknown-choice").with("typed", written.get_ref()).with("choices", names.join(", "));
        let mut problem = self.problem(written, message);
        if let Some(near) = nearest(written.get_ref(), names) {
            problem = problem.hint(Phrase::new("hint-did-you-mean").with("near", near));
        }
        self.problems.push(problem);
        choices[0].1
    }

    fn shown(&mut self, written: Option<&Spanned<String>>, default: Shown) -> Shown {
        let choices = [("none", Shown::None), ("initials", Shown::Initials), ("full", Shown::Full)];
        written.map_or(default, |written| self.choice(Some(written), &choices))
    }

    fn parsed<T: std::str::FromStr>(&mut self, written: &Spanned<String>, message: &'static str) -> Option<T> {
        let value = written.get_ref().parse().ok();
        if value.is_none() {
            self.fault(written, Phrase::new(message).with("typed", written.get_ref()));
        }
        value
    }

    fn base_url(&mut self, written: Option<&Spanned<String>>) -> String {
        let Some(written) = written else {
            return "http://127.0.0.1:8080".to_owned();
        };
        let url = written.get_ref().trim_end_matches('/');
        let host = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
        let odd = |c: char| c.is_whitespace() || c.is_control() || "?#<>\"".contains(c);
        if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) || url.contains(odd) {
            self.fault(written, Phrase::new("config-base-url").with("typed", written.get_ref()));
        }
        url.to_owned()
    }

    fn timezone(&mut self, written: Option<&Spanned<String>>) -> TimeZone {
        let name = written.map_or("Europe/Paris", |written| written.get_ref().as_str());
        TimeZone::get(name).unwrap_or_else(|_| {
            if let Some(written) = written {
                self.fault(written, Phrase::new("config-timezone").with("typed", name));
            }
            TimeZone::UTC
        })
    }

    fn theme(&mut self, written: Option<&Spanned<String>>) -> String {
        let Some(written) = written else {
            return "guichet".to_owned();
        };
        if Key::new(written.get_ref()).is_none() {
            self.fault(written, Phrase::new("config-not-a-key").with("typed", written.get_ref()));
        }
        written.get_ref().clone()
    }

    fn branch(&mut self, written: Option<&Spanned<String>>) -> String {
        let Some(written) = written else {
            return "main".to_owned();
        };
        let name = written.get_ref();
        let odd = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
        if name.is_empty() || name.starts_with('-') || name.contains("..") || name.contains(odd) {
            self.fault(written, Phrase::new("config-branch").with("typed", name));
        }
        name.clone()
    }

    fn address(&mut self, written: &Spanned<String>) -> MailAddress {
        MailAddress::new(written.get_ref()).unwrap_or_else(|| {
            self.fault(written, Phrase::new("config-not-an-address").with("typed", written.get_ref()));
            nobody()
        })
    }

    fn team(&mut self, written: &TeamTable) -> Contact {
        Contact {
            name: written.name.clone().unwrap_or_else(|| "Guichet".to_owned()),
            email: written.email.as_ref().map_or_else(nobody, |email| self.address(email)),
        }
    }

    fn mail(&mut self, written: &MailTable, team: &Contact) -> Mail {
        let from = written.from.as_ref().map_or_else(
            || team.clone(),
            |from| {
                let typed = from.get_ref();
                let (name, email) =
                    typed.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')).unwrap_or(("", typed));
                let email = MailAddress::new(email).unwrap_or_else(|| {
                    self.fault(from, Phrase::new("config-not-an-address").with("typed", typed));
                    nobody()
                });
                Contact { name: name.trim().trim_matches('"').to_owned(), email }
            },
        );
        let envelope_from = match &written.envelope_from {
            Some(address) if !address.get_ref().is_empty() => self.address(address),
            _ => from.email.clone(),
        };
        let smtp = self.choice(written.transport.as_ref(), &[("outbox", false), ("smtp", true)]);
        let tls = self.choice(
            written.smtp.tls.as_ref(),
            &[("none", Tls::None), ("starttls", Tls::StartTls), ("tls", Tls::Implicit)],
        );
        let username = written.smtp.username.as_ref().filter(|name| !name.get_ref().is_empty());
        if let (Some(username), Tls::None) = (username, tls) {
            self.fault(username, Phrase::new("config-username-in-clear"));
        }
        let filled = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
        Mail {
            from,
            envelope_from,
            team_reservations: {
                let choices = [
                    ("none", TeamReservations::None),
                    ("approval", TeamReservations::Approval),
                    ("all", TeamReservations::All),
                ];
                written
                    .team_reservations
                    .as_ref()
                    .map_or(TeamReservations::Approval, |typed| self.choice(Some(typed), &choices))
            },
            transport: if smtp {
                Transport::Smtp(Smtp {
                    host: filled(&written.smtp.host).unwrap_or_else(|| "127.0.0.1".to_owned()),
                    port: written.smtp.port.unwrap_or(25),
                    tls,
                    helo: filled(&written.smtp.helo),
                    ca_file: filled(&written.smtp.ca_file),
                    username: username.map(|name| name.get_ref().clone()),
                })
            } else {
                Transport::Outbox
            },
        }
    }

    fn vocabulary(&mut self, written: &Written) -> Vocabulary {
        let tickets = &written.tickets;
        let statuses = self.words(tickets.statuses.as_deref(), defaults::statuses(), "statuses");
        let statuses: Vec<Status> =
            statuses.into_iter().map(|(word, table)| Status { word, closed: table.closed.unwrap_or(false) }).collect();
        let only_words = |words: Vec<(Word, WordTable)>| words.into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        let categories = self.words(tickets.categories.as_deref(), defaults::categories(), "categories");
        let severities = self.words(tickets.severities.as_deref(), defaults::severities(), "severities");
        let has_slots = !written.calendar.slots.is_empty() || !written.calendar.grids.is_empty();
        let resources = self.resources(&written.resources, has_slots);
        let members = self.members(&written.team.members);
        let statuses = self.terms(statuses);
        let status_slips = defaults::STATUS_SLIPS
            .iter()
            .filter_map(|(typed, key)| Some(((*typed).to_owned(), statuses.find(key)?.key().clone())))
            .collect();
        Vocabulary {
            statuses,
            categories: self.terms(only_words(categories)),
            severities: self.terms(only_words(severities)),
            resources: self.terms(resources),
            members: self.terms(members),
            status_slips,
        }
    }

    fn terms<T: Term>(&mut self, list: Vec<T>) -> Terms<T> {
        let labels: Vec<String> = list.iter().map(|term| term.label().to_owned()).collect();
        Terms::new(list).unwrap_or_else(|(second, first)| {
            let message =
                Phrase::new("config-same-words").with("first", &labels[first]).with("second", &labels[second]);
            self.problems.push(Problem::of_file(FILE, message));
            Terms::new(Vec::new()).unwrap_or_else(|_| unreachable!("no terms, no clash"))
        })
    }

    fn words(
        &mut self,
        written: Option<&[Spanned<WordTable>]>,
        defaults: Vec<WordTable>,
        list: &'static str,
    ) -> Vec<(Word, WordTable)> {
        let Some(written) = written else {
            return defaults
                .into_iter()
                .filter_map(|table| {
                    Some((
                        Word {
                            key: Key::new(table.key.as_deref()?)?,
                            label: table.label.clone()?,
                            aliases: Vec::new(),
                            retired: false,
                        },
                        table,
                    ))
                })
                .collect();
        };
        if written.is_empty() {
            self.problems.push(Problem::of_file(FILE, Phrase::new("config-empty-list").with("list", list)));
        }
        let mut words = Vec::new();
        for place in written {
            let table = place.get_ref();
            if let Some((key, label)) = self.named(place, table.key.as_deref(), table.label.as_deref()) {
                words
                    .push((Word { key, label, aliases: table.aliases.clone(), retired: table.retired }, table.clone()));
            }
        }
        words
    }

    /// Key and label, each made from the other where only one is written.
    fn named<T>(&mut self, place: &Spanned<T>, key: Option<&str>, label: Option<&str>) -> Option<(Key, String)> {
        let label = label.map(str::trim).filter(|label| !label.is_empty());
        let made = match (key, label) {
            (Some(typed), _) => {
                if let Some(key) = Key::new(typed) {
                    Some(key)
                } else {
                    self.fault(place, Phrase::new("config-not-a-key").with("typed", typed));
                    return None;
                }
            }
            (None, Some(label)) => Key::from_name(label),
            (None, None) => None,
        };
        let Some(made) = made else {
            self.fault(place, Phrase::new("config-no-name"));
            return None;
        };
        if made.as_str().len() > Key::MAX_BYTES {
            self.fault(place, key_too_long(&made));
            return None;
        }
        let label = label.map_or_else(|| made.as_str().to_owned(), str::to_owned);
        Some((made, label))
    }

    /// `booked_by` of a resource: everybody, unless it says `team`.
    fn is_the_teams(&mut self, place: &Spanned<ResourceTable>) -> bool {
        match place.get_ref().booked_by.as_deref() {
            None | Some("all") => false,
            Some("team") => true,
            Some(typed) => {
                self.fault(place, Phrase::new("config-booked-by").with("typed", typed));
                false
            }
        }
    }

    fn resources(&mut self, written: &[Spanned<ResourceTable>], has_slots: bool) -> Vec<Resource> {
        let shipped = defaults::resources().into_iter().map(|table| Spanned::new(0..0, table)).collect::<Vec<_>>();
        let tables = if written.is_empty() { &shipped[..] } else { written };
        let mut resources = Vec::new();
        for place in tables {
            let table = place.get_ref();
            let Some((id, name)) = self.named(place, table.id.as_deref(), table.name.as_deref()) else {
                continue;
            };
            let quantity = NonZeroU32::new(table.quantity.unwrap_or(1)).unwrap_or_else(|| {
                self.fault(place, Phrase::new("config-quantity"));
                NonZeroU32::MIN
            });
            let slots_only = !table.free_times.unwrap_or(true);
            if slots_only && !has_slots {
                self.fault(place, Phrase::new("config-slots-only"));
            }
            resources.push(Resource {
                id,
                name,
                group: table.group.clone().unwrap_or_else(|| defaults::GROUP.to_owned()),
                usage: if table.bookable.unwrap_or(true) {
                    let rules = Rules {
                        notice: table.notice,
                        ahead: table.ahead,
                        per_person: table.per_person,
                        team_only: self.is_the_teams(place),
                        slots_only,
                    };
                    Usage::Bookable(Bookable { quantity, approval: table.approval, rules })
                } else {
                    Usage::MaintenanceOnly
                },
                aliases: table.aliases.clone(),
                retired: table.retired,
            });
        }
        resources
    }

    fn members(&mut self, written: &[Spanned<super::written::MemberTable>]) -> Vec<Member> {
        let mut members = Vec::new();
        for place in written {
            let table = place.get_ref();
            let Some((id, name)) = self.named(place, table.id.as_deref(), Some(&table.name)) else {
                continue;
            };
            // Letters and commits name a member, the team or somebody of the address book in the same place.
            if id.as_str() == TEAM || Pseudonym::new(id.as_str()).is_some() {
                self.fault(place, Phrase::new("config-member-id").with("typed", &id));
                continue;
            }
            members.push(Member {
                id,
                name,
                email: self.address(&table.email),
                emails: table.emails.iter().map(|email| email.to_lowercase()).collect(),
                aliases: table.aliases.clone(),
                retired: table.retired,
            });
        }
        members
    }
}

/// What is said of a key that makes file names too long.
pub(super) fn key_too_long(key: &Key) -> Phrase {
    let said = Phrase::new("config-key-too-long").with("typed", key).with("length", key.as_str().len());
    said.with("most", Key::MAX_BYTES)
}

fn nobody() -> MailAddress {
    MailAddress::new(NO_ADDRESS).expect("the stand-in is an address")
}
