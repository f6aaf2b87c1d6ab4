//! Bytes to values and back: front matter, tickets, Markdown. Knows neither the file system nor git.

mod fault;
pub mod front_matter;
pub mod markdown;
pub mod ticket_file;
