//! The mail layer: letters are composed, kept in a durable outbox and sent one by one.
//! It knows addresses and messages only: no ticket, no git, no template, no clock of its own.
//!
//! The way of a letter: [`Letter`] → [`Outbox::stage`] → [`Outbox::release`] → [`Sender`] → [`Smtp`].

mod address;
mod entry;
mod folder;
mod ledger;
mod letter;
mod outbox;
mod sender;
#[cfg(test)]
mod sink;
mod transport;

pub use address::Address;
pub use entry::{Entry, State};
pub use letter::{Letter, LetterId};
pub use outbox::{Lookup, Outbox, Pause, Standstill};
pub use sender::Sender;
pub use transport::{SendError, Smtp, SmtpSettings, Tls, Transport};
