//! How much one source, and one mail address, may post. A school is often one source address.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::config::Limits;

type Keyed<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// More sources or addresses than this are tidied up: a flood must not fill the memory.
const KEYS: usize = 20_000;
/// For so long a form counts against the address that it names.
const HOUR: Duration = Duration::from_hours(1);

/// The limits in force and what counts against them.
#[derive(Default)]
pub(super) struct Limiter(Mutex<Option<Counters>>);

struct Counters {
    limits: Limits,
    sources: Option<Keyed<IpAddr>>,
    /// When the forms of the last hour came that name an address, oldest first.
    addresses: HashMap<String, VecDeque<Instant>>,
}

impl Limiter {
    /// Counts a post from a source; otherwise says how many seconds to wait.
    pub(super) fn source(&self, limits: Limits, source: IpAddr) -> Result<(), u64> {
        self.with(limits, |counters| check(counters.sources.as_ref(), &source))
    }

    /// Counts a form that names a mail address; otherwise says how many seconds to wait.
    pub(super) fn address(&self, limits: Limits, email: &str) -> Result<(), u64> {
        let most = limits.posts_per_hour_and_address as usize;
        if most == 0 {
            return Ok(());
        }
        let now = Instant::now();
        self.with(limits, |counters| {
            let over = |came: &Instant| now.duration_since(*came) >= HOUR;
            if counters.addresses.len() > KEYS {
                counters.addresses.retain(|_, forms| forms.back().is_some_and(|last| !over(last)));
            }
            let forms = counters.addresses.entry(mailbox(email)).or_default();
            while forms.front().is_some_and(over) {
                forms.pop_front();
            }
            match forms.front() {
                Some(first) if forms.len() >= most => {
                    Err(HOUR.saturating_sub(now.duration_since(*first)).as_secs() + 1)
                }
                _ => {
                    forms.push_back(now);
                    Ok(())
                }
            }
        })
    }

    /// A form that was counted has filed nothing: it does not count after all.
    pub(super) fn give_back(&self, limits: Limits, email: &str) {
        self.with(limits, |counters| counters.addresses.get_mut(&mailbox(email)).and_then(VecDeque::pop_back));
    }

    fn with<T>(&self, limits: Limits, ask: impl FnOnce(&mut Counters) -> T) -> T {
        let mut counters = self.0.lock().expect("nobody panics while counting");
        let current = counters.take().filter(|counters| counters.limits == limits);
        let mut current = current.unwrap_or_else(|| Counters {
            limits,
            sources: NonZeroU32::new(limits.posts_per_minute).map(|most| RateLimiter::hashmap(Quota::per_minute(most))),
            addresses: HashMap::new(),
        });
        let answer = ask(&mut current);
        *counters = Some(current);
        answer
    }
}

/// `anna+1@` and `anna@` are one mailbox.
fn mailbox(email: &str) -> String {
    let folded = email.trim().to_lowercase();
    match folded.split_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
        None => folded,
    }
}

fn check<K: Clone + Eq + std::hash::Hash>(limiter: Option<&Keyed<K>>, key: &K) -> Result<(), u64> {
    let Some(limiter) = limiter else {
        return Ok(());
    };
    if limiter.len() > KEYS {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|until| until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_21st_form_of_an_address_waits_whatever_its_spelling() {
        let limiter = Limiter::default();
        let limits = Limits { posts_per_minute: 0, posts_per_hour_and_address: 20 };
        for n in 0..20 {
            assert!(limiter.address(limits, &format!("Anna+{n}@d.fr")).is_ok());
        }
        let wait = limiter.address(limits, "anna@D.fr").unwrap_err();
        assert!((3590..=3600).contains(&wait), "{wait}");
        limiter.give_back(limits, "anna+9@d.fr");
        assert!(limiter.address(limits, "anna@d.fr").is_ok(), "one of them has filed nothing");
        assert!(limiter.address(limits, "anna@d.fr").is_err());
        assert!(limiter.address(limits, "luc@d.fr").is_ok());
        assert!(limiter.source(limits, "127.0.0.1".parse().unwrap()).is_ok());
    }
}
