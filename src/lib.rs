//! Guichet: a school's IT help desk and room bookings on plain files in git.
//!
//! The map, in reading order. Imports only point up this list.

pub mod phrase;
pub mod problem;
pub mod clock;
pub mod durable;

pub mod domain;

pub mod content;
pub mod config;

pub mod repository;
pub mod address_book;
pub mod mail;
pub mod theme;

pub mod desk;
pub mod watch;
pub mod web;

pub mod commands;
