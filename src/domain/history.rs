//! What happened to a ticket, step by step, as its commits tell it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::Change;
use super::key::Key;
use super::person::{Pseudonym, Requester, TEAM};
use super::vocabulary::Vocabulary;

/// Who made a commit, as the commit says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The author's name.
    pub name: String,
    /// The author's address.
    pub email: String,
    /// The trailer `Guichet-Actor`: on whose behalf the desk committed.
    pub actor: Option<String>,
}

/// Who that is to the school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A member of the team.
    Member(Key),
    /// The team's shared account.
    Team,
    /// Somebody of the address book.
    Person(Pseudonym),
    /// A name that the school does not know.
    Stranger(String),
}

impl Signed {
    /// Who that is, given the team's address. Only the team's account speaks for somebody of the address book: a trailer
    /// that a référent took over into a commit of their own says nothing.
    pub fn author(&self, vocabulary: &Vocabulary, team_email: &str) -> Author {
        let by_the_team = self.email.eq_ignore_ascii_case(team_email);
        let actor = self.actor.as_deref().filter(|actor| *actor != TEAM);
        if let Some(pseudonym) = actor.filter(|_| by_the_team).and_then(Pseudonym::new) {
            return Author::Person(pseudonym);
        }
        if let Some(member) = actor.and_then(|actor| vocabulary.members.find(actor)) {
            return Author::Member(member.id.clone());
        }
        if let Some(member) = vocabulary.member_by_email(&self.email) {
            return Author::Member(member.id.clone());
        }
        if by_the_team {
            return Author::Team;
        }
        Author::Stranger(self.name.clone())
    }
}

impl Author {
    /// The same person as the requester of a ticket.
    pub fn is(&self, requester: &Requester) -> bool {
        match (self, requester) {
            (Self::Person(a), Requester::Person(b)) => a == b,
            (Self::Member(a), Requester::Member(b)) => a == b,
            _ => false,
        }
    }
}

/// One commit that changed a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The commit's id, in hexadecimal.
    pub commit: String,
    /// When it was made.
    pub at: Timestamp,
    /// By whom.
    pub signed: Signed,
    /// What it changed.
    pub changes: Vec<Change>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Site;

    #[test]
    fn only_the_teams_account_speaks_for_a_person() {
        let site = "[site]\ntitle = \"x\"\n[[team.members]]\nid = \"paul.durand\"\nname = \"Paul\"\n\
                    email = \"paul@d.fr\"\naliases = [\"team\"]\n";
        let vocabulary = Site::parse(site).unwrap().vocabulary;
        let author = |email: &str, actor: Option<&str>| {
            let signed = Signed { name: "N".into(), email: email.into(), actor: actor.map(str::to_owned) };
            signed.author(&vocabulary, "si@d.fr")
        };
        let person = || Author::Person(Pseudonym::new("p-7k2m9x").unwrap());
        let paul = || Author::Member(Key::new("paul.durand").unwrap());
        for (email, actor, expected) in [
            ("SI@d.fr", Some("p-7k2m9x"), person()),
            ("paul@d.fr", Some("p-7k2m9x"), paul()),
            ("x@y.fr", Some("p-7k2m9x"), Author::Stranger("N".into())),
            // Guichet's own commits, by command or by a link in a mail.
            ("paul@d.fr", Some("paul.durand"), paul()),
            ("si@d.fr", Some("paul.durand"), paul()),
            ("si@d.fr", Some("team"), Author::Team),
            ("x@y.fr", Some("team"), Author::Stranger("N".into())),
            ("paul@d.fr", None, paul()),
            ("si@d.fr", None, Author::Team),
        ] {
            assert_eq!(author(email, actor), expected, "{email} {actor:?}");
        }
    }
}
