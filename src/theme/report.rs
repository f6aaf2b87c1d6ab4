//! The report in words: figures made into tables, bars and columns, as the page of the site, as a page that
//! stands alone, and as Markdown.

use anyhow::Result;
use jiff::civil::Date;

use super::locale::Locale;
use super::scene::{Scene, resource_url};
use super::view::Link;
use super::view::report::{Bar, Column, KeyFigure, Report, Tally, TallyRow};
use crate::domain::figures::{Count, Delay, Figures, Month, Period, Report as Counted, year_before};
use crate::phrase::Phrase;

mod chart;

/// Rooms and equipment that are named; the rest is one row.
const TOP: usize = 10;
/// Monday to Friday; the other days show where something was declared on them.
const WORKING_DAYS: usize = 5;

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;
const DAY_S: i64 = 24 * HOUR_S;
/// Shorter delays are said in minutes, then in hours, then in tenths of a day: two or three figures each.
const MINUTES_UP_TO_S: i64 = 90 * MINUTE_S;
const HOURS_UP_TO_S: i64 = 2 * DAY_S;
const TENTHS_UP_TO_S: i64 = 10 * DAY_S;

/// The report on a period, as it stands today.
pub fn counted(scene: &Scene<'_>, period: Period) -> Counted {
    let (vocabulary, zone) = (&scene.site.vocabulary, &scene.site.timezone);
    Counted::new(&scene.office.lives(vocabulary, zone), period, today(scene), vocabulary)
}

/// The day it is at the school.
pub fn today(scene: &Scene<'_>) -> Date {
    scene.now.to_zoned_datetime(scene.site.timezone.clone()).date()
}

/// A page that needs no other file: its styles are in it, its links lead to the site.
///
/// # Errors
/// The template asks for something that is not there.
pub fn standalone(scene: &Scene<'_>, counted: &Counted) -> Result<String> {
    let sheets = ["assets/style.css", "assets/report.css"].map(|path| scene.theme.assets().get(path));
    let styles = sheets.into_iter().flatten().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    let mut frame = scene.frame("", "report");
    frame.root = format!("{}/", scene.site.base_url);
    scene.theme.page("report-standalone.html", &frame, &Report { styles, ..view(scene, counted) })
}

/// The tables as Markdown.
///
/// # Errors
/// The template asks for something that is not there.
pub fn markdown(scene: &Scene<'_>, counted: &Counted) -> Result<String> {
    scene.theme.page("report.md", &scene.frame("", "report"), &view(scene, counted))
}

/// The report in words.
pub(super) fn view(scene: &Scene<'_>, counted: &Counted) -> Report {
    let writer = Writer { scene, locale: scene.locale(), counted, sides: sides(counted) };
    Report {
        heading: writer.heading(),
        from: writer.locale.day(counted.period.from),
        until: writer.locale.day(counted.until),
        known_since: counted.known_since.map(|day| writer.locale.day(day)),
        columns: writer.sides.iter().map(|side| writer.column(side)).collect(),
        key_figures: writer.key_figures(),
        months: writer.months(),
        weekdays: writer.weekdays(),
        categories: writer.ranked("categories", "figures-category", |figures| &figures.by_category),
        severities: writer.ranked("severities", "figures-severity", |figures| &figures.by_severity),
        places: writer.places(),
        statuses: Tally { single: true, ..writer.ranked("statuses", "figures-status", |figures| &figures.by_status) },
        delays: writer.delays(),
        styles: String::new(),
    }
}

/// One column of every table.
struct Side<'a> {
    figures: &'a Figures,
    /// The last day that is counted.
    until: Date,
}

/// This period; the year before up to the same day; the year before.
fn sides(counted: &Counted) -> Vec<Side<'_>> {
    let then = year_before(counted.until);
    let mut sides = vec![Side { figures: &counted.figures, until: counted.until }];
    sides.extend(counted.year_before_to_date.iter().map(|figures| Side { figures, until: then }));
    sides.extend(counted.year_before.iter().map(|figures| Side { figures, until: figures.period.to }));
    sides
}

struct Writer<'a> {
    scene: &'a Scene<'a>,
    locale: &'a Locale,
    counted: &'a Counted,
    sides: Vec<Side<'a>>,
}

impl Writer<'_> {
    fn heading(&self) -> String {
        let period = self.counted.period;
        self.locale.say(&match period.as_school_year() {
            Some((from, to)) => Phrase::new("figures-of-school-year").with("year", format!("{from}-{to}")),
            None => Phrase::new("figures-of-period")
                .with("from", self.locale.day(period.from).short)
                .with("to", self.locale.day(period.to).short),
        })
    }

    fn column(&self, side: &Side<'_>) -> Column {
        let period = side.figures.period;
        let short = |day| self.locale.day(day).short;
        let whole = side.until == period.to;
        match period.as_school_year() {
            Some((from, to)) => Column {
                name: format!("{from}-{to}"),
                note: match (whole, self.counted.until == self.counted.period.to) {
                    (false, _) => {
                        self.locale.say(&Phrase::new("figures-until").with("day", self.locale.day_of_year(side.until)))
                    }
                    (true, false) => self.locale.word("figures-whole-year"),
                    (true, true) => String::new(),
                },
            },
            None => Column { name: format!("{} – {}", short(period.from), short(side.until)), note: String::new() },
        }
    }

    fn key_figures(&self) -> Vec<KeyFigure> {
        let figure = |key, value: &dyn Fn(&Figures) -> String| KeyFigure {
            label: self.locale.word(key),
            value: value(self.sides[0].figures),
            before: self.sides.get(1).map_or_else(String::new, |side| {
                self.locale.say(&Phrase::new("figures-before").with("value", value(side.figures)))
            }),
        };
        vec![
            figure("figures-declared", &|figures| figures.declared.to_string()),
            figure("figures-closed", &|figures| figures.closed.to_string()),
            figure("figures-open-at-end", &|figures| figures.open_at_end.to_string()),
            figure("figures-median-taking-over", &|figures| self.delay(figures.own.taking_over.median_s)),
            figure("figures-median-closing", &|figures| self.delay(figures.own.closing.median_s)),
        ]
    }

    fn months(&self) -> Tally {
        let months = &self.counted.figures.by_month;
        // The heading of the column says which year, unless the months are of several.
        let label = |Month { month, .. }: &Month| match months.len() {
            ..=12 => self.locale.month(*month),
            _ => format!("{} {}", self.locale.month(*month), month.year()),
        };
        let known = |side: &Side<'_>, at: usize| {
            side.figures.by_month.get(at).filter(|month| month.month <= side.until).map(|month| month.tickets)
        };
        let mut rows: Vec<TallyRow> = (0..months.len())
            .map(|at| {
                let values = self.sides.iter().map(|side| shown(known(side, at)));
                row(label(&months[at]), values.collect())
            })
            .collect();
        let declared = self.sides.iter().map(|side| side.figures.declared.to_string());
        rows.push(row(self.locale.word("figures-total"), declared.collect()));
        let entries = (0..months.len()).map(|at| chart::Entry {
            label: self.locale.month_short(months[at].month),
            now: known(&self.sides[0], at),
            before: self.counted.year_before.as_ref().and_then(|figures| figures.by_month.get(at)).map(|m| m.tickets),
        });
        Tally {
            chart: Some(chart::columns(self.locale.word("figures-months-chart"), entries.collect())),
            ..self.tally("months", "figures-month", rows)
        }
    }

    fn weekdays(&self) -> Tally {
        let idle = |day: usize| self.sides.iter().all(|side| side.figures.by_weekday[day] == 0);
        let days: Vec<usize> = (0..7).filter(|day| *day < WORKING_DAYS || !idle(*day)).collect();
        let named = |day: usize| self.locale.weekday_name(day);
        let rows = days.iter().map(|day| {
            row(named(*day), self.sides.iter().map(|side| side.figures.by_weekday[*day].to_string()).collect())
        });
        let entries = days.iter().map(|day| chart::Entry {
            label: named(*day),
            now: Some(self.counted.figures.by_weekday[*day]),
            before: self.sides.get(1).map(|side| side.figures.by_weekday[*day]),
        });
        Tally {
            chart: Some(chart::columns(self.locale.word("figures-weekdays-chart"), entries.collect())),
            ..self.tally("weekdays", "figures-weekday", rows.collect())
        }
    }

    /// Every value in this period's order, then those that only other columns have.
    fn ranked(&self, id: &str, of: &'static str, counts: impl Fn(&Figures) -> &Vec<Count>) -> Tally {
        let mut known: Vec<&Count> = Vec::new();
        for count in self.sides.iter().flat_map(|side| counts(side.figures)) {
            if known.iter().all(|other| other.key != count.key) {
                known.push(count);
            }
        }
        let labelled = |count: &&Count| Link { text: count.label.clone(), url: String::new() };
        let rows = known.iter().map(|count| self.counted_row(labelled(count), &count.key, &counts)).collect();
        self.tally(id, of, self.with_bars(rows))
    }

    fn places(&self) -> Tally {
        let top = self.counted.figures.by_resource.iter().take(TOP);
        let labelled = |count: &Count| Link {
            text: count.label.clone(),
            url: self
                .scene
                .site
                .vocabulary
                .resources
                .find(&count.key)
                .map_or_else(String::new, |resource| resource_url(&resource.id)),
        };
        let rows: Vec<(TallyRow, Vec<usize>)> =
            top.map(|count| self.counted_row(labelled(count), &count.key, |figures| &figures.by_resource)).collect();
        let rest: Vec<usize> = (0..self.sides.len())
            .map(|at| self.sides[at].figures.declared - rows.iter().map(|(_, numbers)| numbers[at]).sum::<usize>())
            .collect();
        let mut rows = self.with_bars(rows);
        if rest.iter().any(|tickets| *tickets > 0) {
            rows.push(row(self.locale.word("figures-rest"), rest.iter().map(usize::to_string).collect()));
        }
        self.tally("places", "figures-place", rows)
    }

    fn delays(&self) -> Vec<Tally> {
        let mut tallies = vec![
            self.delay_tally("taking-over", "figures-taking-over", |figures| &figures.own.taking_over),
            self.delay_tally("closing", "figures-closing", |figures| &figures.own.closing),
        ];
        let outside = |side: &Side<'_>| side.figures.handed_over.taking_over.tickets > 0;
        if self.sides.iter().any(outside) {
            tallies.extend([
                self.delay_tally("outside-taking-over", "figures-outside-taking-over", |figures| {
                    &figures.handed_over.taking_over
                }),
                self.delay_tally("outside-closing", "figures-outside-closing", |figures| &figures.handed_over.closing),
            ]);
        }
        tallies
    }

    fn delay_tally(&self, id: &str, of: &'static str, delay: impl Fn(&Figures) -> &Delay) -> Tally {
        let line = |key, value: &dyn Fn(&Delay) -> String| {
            row(self.locale.word(key), self.sides.iter().map(|side| value(delay(side.figures))).collect())
        };
        let rows = vec![
            line("figures-half", &|delay| self.delay(delay.median_s)),
            line("figures-nine-in-ten", &|delay| self.delay(delay.ninth_decile_s)),
            line("figures-measured", &|delay| delay.tickets.to_string()),
        ];
        self.tally(id, of, rows)
    }

    fn tally(&self, id: &str, of: &'static str, rows: Vec<TallyRow>) -> Tally {
        Tally { id: id.to_owned(), heading: self.locale.word(of), rows, ..Tally::default() }
    }

    /// The row of one value, and its numbers.
    fn counted_row(&self, label: Link, key: &str, counts: impl Fn(&Figures) -> &Vec<Count>) -> (TallyRow, Vec<usize>) {
        let of = |side: &Side<'_>| counts(side.figures).iter().find(|count| count.key == key).map_or(0, |c| c.tickets);
        let numbers: Vec<usize> = self.sides.iter().map(of).collect();
        (TallyRow { label, values: numbers.iter().map(usize::to_string).collect(), bar: None }, numbers)
    }

    /// The rows with bars: this period, and the first column that it is compared with.
    fn with_bars(&self, rows: Vec<(TallyRow, Vec<usize>)>) -> Vec<TallyRow> {
        let most = rows.iter().flat_map(|(_, numbers)| numbers.iter().take(2)).max().copied().unwrap_or_default();
        let barred = rows.into_iter().map(|(row, numbers)| {
            let share =
                (numbers[0] * 100 + self.counted.figures.declared / 2).checked_div(self.counted.figures.declared);
            let bar = Bar {
                width: chart::percent(numbers[0], most),
                before: numbers.get(1).map_or_else(String::new, |number| chart::percent(*number, most)),
                text: self.locale.say(&Phrase::new("figures-share").with("percent", share.unwrap_or_default())),
            };
            TallyRow { bar: Some(bar), ..row }
        });
        barred.collect()
    }

    /// « 35 min », « 26 h », « 3,5 j »; « – » when nothing was measured.
    fn delay(&self, delay_s: Option<i64>) -> String {
        let Some(delay_s) = delay_s else {
            return "–".to_owned();
        };
        let rounded = |unit: i64| (delay_s + unit / 2) / unit;
        let (key, n) = if delay_s < MINUTES_UP_TO_S {
            ("figures-minutes", rounded(MINUTE_S).to_string())
        } else if delay_s < HOURS_UP_TO_S {
            ("figures-hours", rounded(HOUR_S).to_string())
        } else if delay_s < TENTHS_UP_TO_S {
            ("figures-days", self.decimal(rounded(DAY_S / 10)))
        } else {
            ("figures-days", rounded(DAY_S).to_string())
        };
        self.locale.say(&Phrase::new(key).with("n", n))
    }

    fn decimal(&self, tenths: i64) -> String {
        match (tenths / 10, tenths % 10) {
            (whole, 0) => whole.to_string(),
            (whole, tenth) => format!("{whole}{}{tenth}", self.locale.word("decimal-mark")),
        }
    }
}

fn shown(number: Option<usize>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

fn row(label: String, values: Vec<String>) -> TallyRow {
    TallyRow { label: Link { text: label, url: String::new() }, values, bar: None }
}
