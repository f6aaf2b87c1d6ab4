//! The words of one school: its statuses, categories, severities, resources and team, each found by
//! what a person typed.

use std::collections::HashMap;

use super::key::{Key, fold};
use super::person::Member;
use super::resource::Resource;

/// Something that a file can name.
pub trait Term {
    /// Its key.
    fn key(&self) -> &Key;
    /// What a person reads.
    fn label(&self) -> &str;
    /// Other spellings.
    fn aliases(&self) -> &[String];
    /// Old files stay good, nothing new.
    fn retired(&self) -> bool;
}

/// A category or a severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its key.
    pub key: Key,
    /// What a person reads.
    pub label: String,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Old files stay good, nothing new.
    pub retired: bool,
}

/// Where a ticket stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Key, label, aliases.
    pub word: Word,
    /// A ticket with this status is done with.
    pub closed: bool,
}

impl Term for Word {
    fn key(&self) -> &Key {
        &self.key
    }
    fn label(&self) -> &str {
        &self.label
    }
    fn aliases(&self) -> &[String] {
        &self.aliases
    }
    fn retired(&self) -> bool {
        self.retired
    }
}

impl Term for Status {
    fn key(&self) -> &Key {
        &self.word.key
    }
    fn label(&self) -> &str {
        &self.word.label
    }
    fn aliases(&self) -> &[String] {
        &self.word.aliases
    }
    fn retired(&self) -> bool {
        self.word.retired
    }
}

impl Term for Resource {
    fn key(&self) -> &Key {
        &self.id
    }
    fn label(&self) -> &str {
        &self.name
    }
    fn aliases(&self) -> &[String] {
        &self.aliases
    }
    fn retired(&self) -> bool {
        self.retired
    }
}

impl Term for Member {
    fn key(&self) -> &Key {
        &self.id
    }
    fn label(&self) -> &str {
        &self.name
    }
    fn aliases(&self) -> &[String] {
        &self.aliases
    }
    fn retired(&self) -> bool {
        self.retired
    }
}

/// Terms in their configured order, found by key, label or alias.
#[derive(Clone, Debug)]
pub struct Terms<T> {
    list: Vec<T>,
    by_folding: HashMap<String, usize>,
}

impl<T: Term> Terms<T> {
    /// The terms, or the two of them (by position, the second one first) that a reader could not tell apart.
    ///
    /// # Errors
    /// Two terms whose key, label or alias fold to the same text.
    pub fn new(list: Vec<T>) -> Result<Self, (usize, usize)> {
        let mut by_folding = HashMap::new();
        for (index, term) in list.iter().enumerate() {
            let spellings = [term.key().as_str(), term.label()];
            for spelling in spellings.into_iter().chain(term.aliases().iter().map(String::as_str)) {
                match by_folding.insert(fold(spelling), index) {
                    Some(other) if other != index => return Err((index, other)),
                    _ => {}
                }
            }
        }
        Ok(Self { list, by_folding })
    }

    /// What a person meant by `typed`.
    pub fn find(&self, typed: &str) -> Option<&T> {
        self.by_folding.get(&fold(typed)).map(|index| &self.list[*index])
    }

    /// The term with this key.
    pub fn get(&self, key: &Key) -> Option<&T> {
        self.find(key.as_str())
    }

    /// All of them, in their configured order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.list.iter()
    }

    /// Those that may be chosen today.
    pub fn current(&self) -> impl Iterator<Item = &T> {
        self.list.iter().filter(|term| !term.retired())
    }

    /// Where a key stands in the configured order.
    pub fn position(&self, key: &Key) -> Option<usize> {
        self.by_folding.get(&fold(key.as_str())).copied()
    }

    /// What a reader is offered when a value is not known: the labels that may be chosen.
    pub fn labels(&self) -> String {
        self.current().map(Term::label).collect::<Vec<_>>().join(", ")
    }

    /// The label that was most likely meant.
    pub fn nearest(&self, typed: &str) -> Option<&str> {
        super::key::nearest(typed, self.current().map(Term::label))
            .or_else(|| super::key::nearest(typed, self.current().map(|term| term.key().as_str())))
    }
}

/// All the words of a school.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// The first one is the initial one.
    pub statuses: Terms<Status>,
    /// What kind of incident.
    pub categories: Terms<Word>,
    /// How bad, or what is wanted.
    pub severities: Terms<Word>,
    /// Rooms, equipment, services.
    pub resources: Terms<Resource>,
    /// The team.
    pub members: Terms<Member>,
    /// What people write for a status that is called otherwise (folded), and the key they mean.
    pub status_slips: Vec<(String, Key)>,
}

impl Vocabulary {
    /// The status of a new ticket.
    pub fn initial_status(&self) -> &Status {
        self.statuses.iter().next().expect("the configuration has a status")
    }

    /// Where a ticket goes that names no category: `autre`, else the first.
    pub fn default_category(&self) -> &Word {
        self.categories
            .find("autre")
            .or_else(|| self.categories.iter().next())
            .expect("the configuration has a category")
    }

    /// The severity of a ticket that names none.
    pub fn default_severity(&self) -> &Word {
        self.severities.iter().next().expect("the configuration has a severity")
    }

    /// The member whose commits carry this address.
    pub fn member_by_email(&self, email: &str) -> Option<&Member> {
        let folded = email.to_lowercase();
        self.members.iter().find(|member| member.email.folded() == folded || member.emails.contains(&folded))
    }
}
