//! What a push would make wrong: all that `check` finds after it and did not find before.

use anyhow::Result;
use jiff::Timestamp;

use super::OpenError;
use super::inspection::Inspection;
use crate::config::{Language, Site};
use crate::problem::Problem;
use crate::repository::{CommitId, Incoming, Update};

/// What is to be said of a push to the site's branch.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What comes with it and is wrong or odd.
    pub problems: Vec<Problem>,
    /// The site's language, as far as its configuration can be read.
    pub language: Option<Language>,
}

/// The configuration of a commit, or what is wrong with it.
type State = Result<Inspection, Vec<Problem>>;

impl Verdict {
    /// Of one reference that a push moves. Of other branches, of tags and of what is deleted there is nothing to say.
    ///
    /// # Errors
    /// The objects can not be read.
    pub fn of(incoming: &Incoming, update: &Update, now: Timestamp) -> Result<Self> {
        let (Some(new), Some(branch)) = (update.new, &update.branch) else {
            return Ok(Self::default());
        };
        let before = update.old.map(|old| state(incoming, old, None, now)).transpose()?;
        let known = before.as_ref().and_then(|before| before.as_ref().ok());
        let after = state(incoming, new, known, now)?;
        let sites: Vec<&Site> = [after.as_ref().ok(), known].into_iter().flatten().map(|found| &found.site).collect();
        let followed = if sites.is_empty() {
            incoming.head_branch().as_ref() == Some(branch)
        } else {
            sites.iter().any(|site| site.branch == *branch)
        };
        if !followed {
            return Ok(Self::default());
        }
        let language = sites.first().map(|site| site.language);
        let problems = match (after, before) {
            (Ok(after), Some(Ok(before))) => after.new_since(&before),
            (Ok(after), _) => after.office.problems,
            (Err(mut faults), Some(Err(known))) => {
                faults.retain(|fault| known.iter().all(|old| old.message != fault.message));
                faults
            }
            (Err(faults), _) => faults,
        };
        Ok(Self { problems, language })
    }
}

fn state(incoming: &Incoming, commit: CommitId, before: Option<&Inspection>, now: Timestamp) -> Result<State> {
    match Inspection::of_commit(incoming, commit, before, now) {
        Ok(found) => Ok(Ok(found)),
        Err(OpenError::Config(problems)) => Ok(Err(problems)),
        Err(OpenError::Failed(error)) => Err(error),
    }
}
