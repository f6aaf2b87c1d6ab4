//! Guichet: a school's IT help desk and room bookings on plain files in git.
//!
//! The map, in reading order. Imports only point up this list.

// A command answers by `say!`, which ends in order when nobody reads on.
#![warn(clippy::print_stdout)]

pub mod clock;
pub mod disk;
pub mod durable;
pub mod phrase;
pub mod problem;
pub mod seal;
pub mod table;

pub mod domain;

pub mod config;
pub mod content;

pub mod address_book;
pub mod mail;
pub mod repository;
pub mod theme;

pub mod archive;

pub mod desk;
pub mod watch;
pub mod web;

pub mod commands;
