//! Styles and scripts of the theme, and the page for addresses that lead nowhere.

use crate::theme::plan::{Inputs, Kind, Page};
use crate::theme::scene::Scene;
use crate::theme::view::Message;

pub(in crate::theme) fn plan<'a>(scene: Scene<'a>, pages: &mut Vec<Page<'a>>) {
    for (path, bytes) in scene.theme.assets() {
        pages.push(Page::new(path.clone(), Kind::Asset, &Inputs::of(&scene), move || Ok(bytes.clone())));
    }
    let view = Message {
        heading: scene.locale().word("message-not-found"),
        text: scene.locale().word("message-not-found-text"),
    };
    pages.push(Page::of_view(scene, "404.html", Kind::Page, "", "message.html", view));
}
