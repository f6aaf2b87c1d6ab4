//! Columns side by side, placed in percent of a drawing that has no size of its own: it fits a telephone and
//! a sheet of paper, and its letters stay as large as the page's.

use crate::theme::view::report::{Chart, ChartColumn, ChartGroup};

/// The whole drawing, in hundredths of a percent.
const WHOLE: usize = 10_000;
/// What the highest column takes of it; its number stands above.
const HIGHEST: usize = 8_600;
/// What two columns and what one column take of their group's width, in hundredths.
const PAIR: usize = 76;
const ALONE: usize = 52;

/// One value: this period (`None`: still to come) and a year before.
pub(super) struct Entry {
    pub(super) label: String,
    pub(super) now: Option<usize>,
    pub(super) before: Option<usize>,
}

pub(super) fn columns(title: String, entries: Vec<Entry>) -> Chart {
    let most = entries.iter().flat_map(|entry| [entry.now, entry.before]).flatten().max().unwrap_or(0).max(1);
    let step = WHOLE / entries.len().max(1);
    let paired = entries.iter().any(|entry| entry.before.is_some());
    let taken = step * if paired { PAIR } else { ALONE } / 100;
    let width = if paired { taken / 2 } else { taken };
    let column = |x: usize, value: usize| {
        let height = value * HIGHEST / most;
        ChartColumn {
            x: hundredths(x),
            middle: hundredths(x + width / 2),
            y: hundredths(WHOLE - height),
            width: hundredths(width),
            height: hundredths(height),
            value,
        }
    };
    let groups = entries.into_iter().enumerate().map(|(at, entry)| {
        let left = at * step + (step - taken) / 2;
        ChartGroup {
            initial: entry.label.chars().take(1).flat_map(char::to_uppercase).collect(),
            label: entry.label,
            middle: hundredths(at * step + step / 2),
            before: entry.before.map(|value| column(left, value)),
            now: entry.now.map(|value| column(left + taken - width, value)),
        }
    });
    Chart { title, groups: groups.collect() }
}

/// A part of a whole, in percent with two decimals.
pub(super) fn percent(part: usize, whole: usize) -> String {
    hundredths((part * WHOLE).checked_div(whole).unwrap_or_default())
}

fn hundredths(number: usize) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_on_the_ground_within_their_group() {
        let entry = |now, before| Entry { label: "sept.".to_owned(), now, before };
        let chart = columns(String::new(), vec![entry(Some(10), Some(5)), entry(None, Some(0))]);
        let [first, second] = &chart.groups[..] else { panic!("two groups") };
        let now = first.now.as_ref().unwrap();
        assert_eq!((now.y.as_str(), now.height.as_str()), ("14.00", "86.00"));
        let before = first.before.as_ref().unwrap();
        assert_eq!((before.x.as_str(), before.width.as_str(), now.x.as_str()), ("6.00", "19.00", "25.00"));
        assert_eq!((first.middle.as_str(), first.initial.as_str()), ("25.00", "S"));
        assert!(second.now.is_none());
        assert_eq!(second.before.as_ref().unwrap().height, "0.00");
        assert_eq!(percent(1, 3), "33.33");
        assert_eq!(percent(0, 0), "0.00");
    }
}
