//! A sentence that is yet to be said in somebody's language: its key in the locale and what fills it.
//! Knows no language; `theme::locale` says it.

/// A key of the locale and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// The key, for example `problem-unknown-value`.
    pub key: &'static str,
    /// What the sentence speaks of, by name.
    pub args: Vec<(&'static str, String)>,
}

impl Phrase {
    /// A sentence without arguments.
    pub fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// The same sentence, speaking of `value` too.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}
