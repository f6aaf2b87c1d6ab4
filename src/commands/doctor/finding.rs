//! What a check found: how bad it is, in one sentence, and how to mend it. A value.

use crate::phrase::Phrase;
use crate::problem::{Problem, Severity};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// As it should be.
    Fine,
    /// It works, and will surprise somebody.
    Remark,
    /// Content or configuration is wrong.
    Content,
    /// The machine is: disk, network, git.
    Environment,
}

impl Verdict {
    /// For a machine.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Remark => "remark",
            Self::Content | Self::Environment => "fault",
        }
    }

    /// The sign before the sentence.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Fine => "✓",
            Self::Remark => "!",
            Self::Content | Self::Environment => "✗",
        }
    }
}

/// What `--fix` may do: nothing that could lose somebody's work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cure {
    /// Hooks and settings, as `init` does.
    WelcomePushes,
    /// A file gets these permissions.
    Permissions(std::path::PathBuf, u32),
    /// The index learns what the head and the working tree agree on; a dead Guichet's lock goes.
    Index,
    /// The index is written in its plain form.
    PlainIndex,
    /// A damaged index is set aside and made anew from what is checked out.
    NewIndex,
    /// Locks that no git holds any more go.
    AbandonedLocks,
    /// The branch is where it stood again.
    Branch,
    /// The mark is where it was again.
    Mark,
    /// Objects without a byte are set aside.
    EmptyObjects,
    /// Loose objects are packed.
    Repack,
}

/// One answer of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// Which check, for a machine.
    pub(super) check: &'static str,
    pub(super) verdict: Verdict,
    pub(super) said: Phrase,
    pub(super) remedy: Option<Phrase>,
    /// The file that is meant, with line and column; may be empty.
    pub(super) place: String,
    pub(super) cure: Option<Cure>,
}

impl Finding {
    fn new(check: &'static str, verdict: Verdict, said: Phrase) -> Self {
        Self { check, verdict, said, remedy: None, place: String::new(), cure: None }
    }

    pub(super) fn fine(check: &'static str, said: Phrase) -> Self {
        Self::new(check, Verdict::Fine, said)
    }

    pub(super) fn remark(check: &'static str, said: Phrase) -> Self {
        Self::new(check, Verdict::Remark, said)
    }

    pub(super) fn content(check: &'static str, said: Phrase) -> Self {
        Self::new(check, Verdict::Content, said)
    }

    pub(super) fn environment(check: &'static str, said: Phrase) -> Self {
        Self::new(check, Verdict::Environment, said)
    }

    /// What the site says of a file.
    pub(super) fn of_problem(check: &'static str, problem: &Problem) -> Self {
        let verdict = if problem.severity == Severity::Error { Verdict::Content } else { Verdict::Remark };
        Self {
            remedy: problem.hint.clone(),
            place: problem.place(),
            ..Self::new(check, verdict, problem.message.clone())
        }
    }

    pub(super) fn remedy(mut self, remedy: Phrase) -> Self {
        self.remedy = Some(remedy);
        self
    }

    pub(super) fn at(mut self, place: impl std::fmt::Display) -> Self {
        self.place = place.to_string();
        self
    }

    /// `--fix` mends it; which is then the remedy, too.
    pub(super) fn cure(mut self, cure: Cure) -> Self {
        self.cure = Some(cure);
        self.remedy.get_or_insert(Phrase::new("doctor-remedy-fix"));
        self
    }
}

/// What was found wrong, or else that nothing was.
pub(super) fn or_fine(found: Vec<Finding>, check: &'static str, fine: &'static str) -> Vec<Finding> {
    if found.is_empty() { vec![Finding::fine(check, Phrase::new(fine))] } else { found }
}
