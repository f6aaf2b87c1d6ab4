//! Nobody's act changes another person's file: forms, commands, links of letters, pushes and hand edits of bookings in any
//! order, by anybody. Before and after each, all files are held against each other byte by byte, in the working tree and on
//! the branch; only the one that the act is about may differ.

mod world;

use std::collections::{BTreeMap, BTreeSet};

use crate::Order;
use world::World;

/// A school with many letters takes longer to read them.
const STEPS_OF_A_SCHOOL: u64 = 120;

pub fn run(order: &Order) -> String {
    let mut dice = order.dice();
    let mut left = order.size("steps");
    let mut done = BTreeMap::new();
    while left > 0 {
        let mut world = World::new();
        for _ in 0..left.min(STEPS_OF_A_SCHOOL) {
            let before = world.picture();
            let act = world.act(&mut dice);
            // Also waits until it is seen by all.
            world.school.skip_letters();
            compared(&before, &world.picture(), &act);
            let count = done.entry(act.what).or_insert((0, 0));
            *if act.touches.is_empty() { &mut count.1 } else { &mut count.0 } += 1;
            left -= 1;
        }
    }
    let touched: u64 = done.values().map(|(changed, _)| changed).sum();
    assert!(touched * 6 > order.size("steps"), "hardly anything was done: {done:?}");
    let said: Vec<String> =
        done.iter().map(|(what, (changed, not))| format!("{what} {changed} ({not} in vain)")).collect();
    format!("no act changed what is not its own: {}", said.join(", "))
}

/// Every file of the content: its bytes in the working tree, and its blob on the branch.
type Picture = BTreeMap<String, (Option<Vec<u8>>, Option<String>)>;

/// What somebody did.
struct Act {
    what: &'static str,
    /// The only files that may differ afterwards.
    touches: BTreeSet<String>,
    /// They were not there before: nobody's name is given again.
    makes: bool,
    /// What was there goes on below what was there.
    adds: bool,
}

impl Act {
    fn in_vain(what: &'static str) -> Self {
        Self { what, touches: BTreeSet::new(), makes: false, adds: false }
    }

    fn on(what: &'static str, path: String) -> Self {
        Self { touches: [path].into(), ..Self::in_vain(what) }
    }

    fn making(what: &'static str, path: String) -> Self {
        Self { makes: true, ..Self::on(what, path) }
    }
}

fn compared(before: &Picture, after: &Picture, act: &Act) {
    let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for path in paths {
        let (old, new) = (before.get(path), after.get(path));
        let differs = old != new;
        let may = act.touches.contains(path);
        assert!(may || !differs, "{} changed {path}, which is another's:\n{}\n{}", act.what, said(old), said(new));
        assert!(!may || differs, "{} should have changed {path}", act.what);
        assert!(!(may && act.makes) || old.is_none(), "{} took the name of {path}, which was there", act.what);
        if may && act.adds {
            let text =
                |found: Option<&(Option<Vec<u8>>, _)>| found.and_then(|(bytes, _)| bytes.clone()).unwrap_or_default();
            assert!(text(new).starts_with(&text(old)), "{} changed what stood in {path}:\n{}", act.what, said(new));
        }
    }
}

fn said(found: Option<&(Option<Vec<u8>>, Option<String>)>) -> String {
    let text = found.and_then(|(bytes, _)| bytes.as_deref()).map(String::from_utf8_lossy);
    format!("{} (on the branch: {:?})", text.unwrap_or_default(), found.and_then(|(_, blob)| blob.as_deref()))
}
