//! Checks of the mail: letters that do not leave, the server, the sender's address.

use std::net::IpAddr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::super::transport;
use super::examination::Examination;
use super::finding::{Finding, or_fine};
use crate::clock::Clock;
use crate::config;
use crate::mail::{SendError, State, Transport};
use crate::phrase::Phrase;

/// Greylisting and short outages pass within this.
const WAIT_REMARK: SignedDuration = SignedDuration::from_hours(1);
/// Somebody misses this letter.
const WAIT_FAULT: SignedDuration = SignedDuration::from_hours(24);
/// A mail server answers within this, or somebody should look after it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Domains that nobody can have (RFC 2606, RFC 6761, RFC 6762).
const RESERVED: [&str; 8] =
    ["example", "example.com", "example.org", "example.net", "invalid", "local", "localhost", "test"];

pub(super) fn outbox(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "outbox";
    let Some(desk) = &site.desk else {
        return Vec::new();
    };
    let outbox = desk.outbox();
    let (Ok(entries), Ok(since), Ok(corrupt)) = (outbox.list(), outbox.waits_since(), outbox.corrupt()) else {
        let said = Phrase::new("doctor-outbox-closed");
        return vec![Finding::environment(CHECK, said).remedy(Phrase::new("doctor-remedy-foreign-state"))];
    };
    let count = |state: State| entries.iter().filter(|entry| entry.state == state).count();
    let (dead, held) = (count(State::Dead), count(State::Held));
    let mut found = Vec::new();
    if dead > 0 {
        let said = Phrase::new("doctor-letters-dead").with("count", dead);
        found.push(Finding::environment(CHECK, said).remedy(Phrase::new("doctor-remedy-letters-dead")));
    }
    if corrupt > 0 {
        let said = Phrase::new("doctor-letters-corrupt").with("count", corrupt);
        let place = desk.repository().state_folder().join("outbox/corrupt");
        let remedy = Phrase::new("doctor-remedy-letters-corrupt");
        found.push(Finding::environment(CHECK, said).at(place.display()).remedy(remedy));
    }
    if held > 0 {
        let said = Phrase::new("doctor-letters-held").with("count", held);
        found.push(Finding::remark(CHECK, said).remedy(Phrase::new("doctor-remedy-letters-held")));
    }
    if let Some(pause) = outbox.paused(desk.clock().now()) {
        let said = Phrase::new("doctor-paused").with("detail", pause.error);
        found.push(Finding::remark(CHECK, said).remedy(Phrase::new("doctor-remedy-retry")));
    }
    if matches!(desk.site().mail.transport, config::Transport::Smtp(_))
        && let Some(since) = since
    {
        found.extend(waiting(since));
    }
    or_fine(found, CHECK, "doctor-outbox-fine")
}

fn waiting(since: Timestamp) -> Option<Finding> {
    // The age of a file is one by the machine's clock, whatever ours was set to.
    let age = Clock::real().now().duration_since(since);
    let said = Phrase::new("doctor-waits").with("hours", age.as_hours());
    let remedy = Phrase::new("doctor-remedy-retry");
    match age {
        age if age >= WAIT_FAULT => Some(Finding::environment("outbox", said).remedy(remedy)),
        age if age >= WAIT_REMARK => Some(Finding::remark("outbox", said).remedy(remedy)),
        _ => None,
    }
}

pub(super) fn server(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "smtp";
    let Some(desk) = &site.desk else {
        return Vec::new();
    };
    let greeted = match transport(&desk.site().mail, &desk.repository().site_folder()) {
        Ok(Transport::Outbox) => {
            return vec![
                Finding::remark(CHECK, Phrase::new("config-sends-nothing"))
                    .at(config::FILE)
                    .remedy(Phrase::new("doctor-remedy-transport")),
            ];
        }
        Ok(Transport::Smtp(smtp)) => {
            // A server that hangs is not waited for: this conversation ends with us.
            let (sender, answer) = std::sync::mpsc::channel();
            std::thread::spawn(move || sender.send(smtp.greet()));
            match answer.recv_timeout(PATIENCE) {
                Ok(Err(SendError::Never(detail) | SendError::Later(detail))) => {
                    let said = Phrase::new("doctor-smtp-sender").with("detail", detail);
                    return vec![Finding::environment(CHECK, said).remedy(Phrase::new("doctor-remedy-smtp-sender"))];
                }
                Ok(greeted) => greeted.map_err(anyhow::Error::new),
                Err(_) => Err(anyhow::anyhow!("no answer within {} s", PATIENCE.as_secs())),
            }
        }
        Err(error) => Err(error),
    };
    vec![match greeted {
        Ok(()) => Finding::fine(CHECK, Phrase::new("doctor-smtp-fine")),
        Err(error) => {
            Finding::environment(CHECK, Phrase::new("doctor-smtp-refused").with("detail", format!("{error:#}")))
                .remedy(Phrase::new("doctor-remedy-smtp"))
        }
    }]
}

pub(super) fn sender(site: &Examination<'_>) -> Vec<Finding> {
    const CHECK: &str = "sender";
    let Some(site) = site.site() else {
        return Vec::new();
    };
    // A relay on this machine may know better than the rest of the world.
    let sends = matches!(&site.mail.transport, config::Transport::Smtp(smtp) if !is_this_machine(&smtp.host));
    let mut found = Vec::new();
    for (key, address) in [("mail.from", &site.mail.from.email), ("team.email", &site.team.email)] {
        let domain = address.domain();
        if is_reserved(&domain) {
            let said = Phrase::new("doctor-domain").with("key", key).with("domain", domain);
            let remedy = Phrase::new("doctor-remedy-domain").with("key", key);
            let finding = if sends { Finding::content(CHECK, said) } else { Finding::remark(CHECK, said) };
            found.push(finding.at(config::FILE).remedy(remedy));
        }
    }
    or_fine(found, CHECK, "doctor-sender-fine")
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether no mail can come from there: reserved, or a machine's bare name.
fn is_reserved(domain: &str) -> bool {
    let below = |reserved: &str| domain == reserved || domain.ends_with(&format!(".{reserved}"));
    !domain.contains('.') || RESERVED.iter().any(|reserved| below(reserved))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_that_nobody_has_are_told_from_real_ones() {
        for nobody in ["college.example", "example.com", "mail.example.org", "serveur", "pc.local", "x.localhost"] {
            assert!(is_reserved(nobody), "{nobody}");
        }
        for real in ["ac-versailles.fr", "example-college.fr", "localhost.fr"] {
            assert!(!is_reserved(real), "{real}");
        }
    }
}
