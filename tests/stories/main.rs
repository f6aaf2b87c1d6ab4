//! The stories of a help desk, told from outside: the real binary, real git, real HTTP, real SMTP.

#![expect(clippy::unwrap_used, reason = "what a story takes for granted and is not so fails the story")]

#[expect(dead_code, reason = "the trials use more of it")]
#[path = "../kit/mod.rs"]
mod kit;

mod architecture;
mod book;
mod build;
mod change;
mod check;
mod declare;
mod feeds;
mod follow;
mod hook;
mod hostile;
mod links;
mod mail;
mod people;
mod planning;
mod report;
mod series;
mod settle;
mod share;
mod slots;
mod told;
mod upkeep;
mod watch;
