//! Plain values and rules. Knows no files, no git, no HTTP, no templates and not the present time.

pub mod act;
pub mod booking;
pub mod calendar;
pub mod change;
pub mod diary;
pub mod draft;
pub mod errand;
pub mod figures;
pub mod free;
pub mod history;
pub mod item;
pub mod key;
pub mod lineage;
pub mod notice;
pub mod office;
pub mod part;
pub mod person;
pub mod rebooking;
pub mod reservation;
pub mod resource;
pub mod rules;
pub mod series;
pub mod ticket;
pub mod vocabulary;
