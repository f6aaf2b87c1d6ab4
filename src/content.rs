//! Bytes to values and back: front matter, tickets, Markdown. Knows neither the file system nor git.

mod fault;
mod fields;
pub mod front_matter;
pub mod markdown;
pub mod reservation_file;
pub mod ticket_file;
