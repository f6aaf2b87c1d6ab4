//! The figures of the current school year, beside those of the last one.

use crate::domain::figures::Period;
use crate::theme::plan::{Kind, Page};
use crate::theme::report;
use crate::theme::scene::Scene;

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    let counted = report::counted(&scene, Period::school_year(report::today(&scene)));
    let view = report::view(&scene, &counted);
    pages.push(Page::of_view(scene, "report/index.html", Kind::List, "report", "report.html", view));
}
