//! One file a kind of page: from the scene to its view.

pub(super) mod assets;
pub(super) mod booking_form;
pub(super) mod dashboard;
pub(super) mod door;
pub(super) mod errand;
pub(super) mod feed;
pub(super) mod free;
pub(super) mod happenings;
pub(super) mod ics;
pub(super) mod labels;
pub(super) mod planning;
pub(super) mod preview;
pub(super) mod problems;
pub(super) mod report;
pub(super) mod resource;
pub(super) mod search;
pub(super) mod team;
pub(super) mod ticket;
pub(super) mod ticket_form;
pub(super) mod tickets;
