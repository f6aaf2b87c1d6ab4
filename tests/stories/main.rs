//! The stories of a help desk, told from outside: the real binary, real git, real HTTP, real SMTP.

mod kit;

mod architecture;
mod build;
mod check;
mod declare;
mod follow;
mod hostile;
mod mail;
mod people;
mod share;
mod upkeep;
mod watch;
