//! `guichet team-link`: the address of the team's page, for a week.

use clap::Args;
use serde_json::json;

use super::{Context, Failure, print_json};
use crate::domain::errand::{Bearer, Deed, Errand};
use crate::domain::vocabulary::Term as _;
use crate::phrase::Phrase;

#[derive(Debug, Args)]
pub(super) struct TeamLink {
    /// The id of the member who will act (by default, the one that git knows here, else the whole team)
    member: Option<String>,
}

impl TeamLink {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let desk = context.desk()?;
        let members = &desk.site().vocabulary.members;
        let member = match &self.member {
            Some(typed) => Some(members.find(typed).filter(|member| !member.retired()).ok_or_else(|| {
                let message =
                    Phrase::new("fault-choice-unknown").with("typed", typed).with("choices", members.labels());
                Failure::Wrong(Some(desk.theme().locale().say(&message)))
            })?),
            None => members.find(&desk.actor().who).filter(|member| !member.retired()),
        };
        let bearer = member.map_or(Bearer::Team, |member| Bearer::Member(member.id.clone()));
        let errand = Errand::from(desk.clock().now(), Deed::TeamPage, bearer);
        let url = errand.url(&desk.site().base_url, desk.seal());
        if context.json {
            let member = member.map(|member| member.id.to_string());
            return print_json(&json!({ "url": url, "member": member, "until": errand.until.to_string() }));
        }
        say!("{url}");
        Ok(())
    }
}
