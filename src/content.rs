//! Bytes to values and back: front matter, tickets, Markdown. Knows neither the file system nor git.

pub mod front_matter;
mod fault;
pub mod markdown;
pub mod ticket_file;
