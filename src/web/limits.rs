//! How much one source, and one mail address, may post. A school is often one source address.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Mutex;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::config::Limits;

type Keyed<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// More sources than this are tidied up: a flood must not fill the memory.
const KEYS: usize = 20_000;

/// The limits in force and what counts against them.
#[derive(Default)]
pub(super) struct Limiter(Mutex<Option<Counters>>);

struct Counters {
    limits: Limits,
    sources: Option<Keyed<IpAddr>>,
    addresses: Option<Keyed<String>>,
}

impl Limiter {
    /// Counts a post from a source; otherwise says how many seconds to wait.
    pub(super) fn source(&self, limits: Limits, source: IpAddr) -> Result<(), u64> {
        self.with(limits, |counters| check(counters.sources.as_ref(), &source))
    }

    /// Counts a post that names a mail address; otherwise says how many seconds to wait.
    pub(super) fn address(&self, limits: Limits, email: &str) -> Result<(), u64> {
        // `anna+1@` and `anna@` are one mailbox.
        let folded = email.trim().to_lowercase();
        let mailbox = match folded.split_once('@') {
            Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
            None => folded,
        };
        self.with(limits, |counters| check(counters.addresses.as_ref(), &mailbox))
    }

    fn with<T>(&self, limits: Limits, ask: impl FnOnce(&Counters) -> T) -> T {
        let mut counters = self.0.lock().expect("nobody panics while counting");
        let current = counters.take().filter(|counters| counters.limits == limits);
        let current = current.unwrap_or_else(|| Counters {
            limits,
            sources: NonZeroU32::new(limits.posts_per_minute).map(|most| RateLimiter::hashmap(Quota::per_minute(most))),
            addresses: NonZeroU32::new(limits.posts_per_hour_and_address)
                .map(|most| RateLimiter::hashmap(Quota::per_hour(most))),
        });
        let answer = ask(&current);
        *counters = Some(current);
        answer
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
    fn the_21st_post_of_an_address_waits_whatever_its_spelling() {
        let limiter = Limiter::default();
        let limits = Limits { posts_per_minute: 0, posts_per_hour_and_address: 20 };
        for n in 0..20 {
            assert!(limiter.address(limits, &format!("Anna+{n}@d.fr")).is_ok());
        }
        assert!(limiter.address(limits, "anna@D.fr").is_err());
        assert!(limiter.address(limits, "luc@d.fr").is_ok());
        assert!(limiter.source(limits, "127.0.0.1".parse().unwrap()).is_ok());
    }
}
