//! The present time, in the one place that reads it; everything else is told. A clock can be set to
//! another moment (`--now`), from which it runs on.

use jiff::{SignedDuration, Timestamp};

/// A running clock.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    ahead: SignedDuration,
}

impl Clock {
    /// The machine's own time.
    pub fn real() -> Self {
        Self { ahead: SignedDuration::ZERO }
    }

    /// A clock that shows `moment` at this instant.
    pub fn starting_at(moment: Timestamp) -> Self {
        Self { ahead: moment.duration_since(Timestamp::now()) }
    }

    /// What it shows.
    pub fn now(&self) -> Timestamp {
        Timestamp::now().checked_add(self.ahead).unwrap_or_else(|_| Timestamp::now())
    }
}
