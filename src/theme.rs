//! How a site looks and what it says: templates, styles and texts of `themes/<name>/`, a missing file taken
//! from the built-in theme; the plan of all pages; their output. Knows neither git nor HTTP nor the clock.

pub mod letters;
pub mod locale;
pub mod output;
pub mod plan;
pub mod report;
pub mod scene;
pub mod view;

mod pages;

pub use pages::errand::{About, Again, Pressed, Stage, errand_page};
pub use pages::team::{Undelivered, team_page};

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use rust_embed::RustEmbed;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tera::{Context, Kwargs, State, Tera};
use walkdir::WalkDir;

use crate::config::Language;
use crate::phrase::Phrase;
use crate::problem::Problem;
use locale::Locale;
use view::Frame;

/// The theme that is always there.
#[derive(RustEmbed)]
#[folder = "themes/guichet"]
struct Builtin;

/// A theme file of a site, at most: a picture of the school fits, a film does not.
const FILE_BYTES: u64 = 8 * 1024 * 1024;

/// A theme, ready to render.
pub struct Theme {
    tera: Tera,
    locale: Arc<Locale>,
    assets: BTreeMap<String, Vec<u8>>,
    stamp: [u8; 32],
}

impl Theme {
    /// The theme `name` of the site in `site`, speaking `language`.
    ///
    /// # Errors
    /// A template or a text that can not be understood, with its place in the theme.
    pub fn load(site: &Path, name: &str, language: Language) -> Result<Self, Box<Problem>> {
        let folder = format!("themes/{name}");
        let mut files: BTreeMap<String, Vec<u8>> = Builtin::iter()
            .filter_map(|path| Some((path.to_string(), Builtin::get(&path)?.data.into_owned())))
            .collect();
        for entry in WalkDir::new(site.join(&folder)).into_iter().flatten().filter(|entry| entry.file_type().is_file())
        {
            let Ok(path) = entry.path().strip_prefix(site.join(&folder)) else {
                continue;
            };
            let path = path.to_string_lossy().replace('\\', "/");
            let small = entry.metadata().is_ok_and(|found| found.len() <= FILE_BYTES);
            match std::fs::read(entry.path()) {
                Ok(bytes) if small => drop(files.insert(path, bytes)),
                _ => {
                    return Err(Box::new(Problem::of_file(
                        &format!("{folder}/{path}"),
                        Phrase::new("problem-theme-file"),
                    )));
                }
            }
        }
        Self::from_files(&files, &folder, language)
    }

    /// The theme that is always there.
    ///
    /// # Panics
    /// Never: a test renders every page with it.
    pub fn builtin(language: Language) -> Self {
        Self::load(Path::new("/nowhere"), "guichet", language)
            .unwrap_or_else(|problem| panic!("the built-in theme is sound: {problem:?}"))
    }

    fn from_files(files: &BTreeMap<String, Vec<u8>>, folder: &str, language: Language) -> Result<Self, Box<Problem>> {
        let mut stamp = Sha256::new();
        for (path, bytes) in files {
            stamp.update(path);
            stamp.update(Sha256::digest(bytes));
        }
        let text = |path: &str, bytes: &[u8]| {
            String::from_utf8(bytes.to_vec()).map_err(|_| {
                Box::new(
                    Problem::of_file(&format!("{folder}/{path}"), Phrase::new("problem-encoding"))
                        .hint(Phrase::new("hint-save-utf8")),
                )
            })
        };
        let mut templates = Vec::new();
        let mut texts = Vec::new();
        let mut assets = BTreeMap::new();
        let locales = format!("locales/{}/", language.tag());
        for (path, bytes) in files {
            if let Some(name) = path.strip_prefix("templates/") {
                templates.push((name.to_owned(), text(path, bytes)?));
            } else if path.starts_with(&locales) {
                texts.push((format!("{folder}/{path}"), text(path, bytes)?));
            } else if path.starts_with("assets/") {
                assets.insert(path.clone(), bytes.clone());
            }
        }
        let locale = Arc::new(Locale::new(language, &texts)?);
        let mut tera = Tera::new();
        let said = Arc::clone(&locale);
        tera.register_function("t", move |arguments: Kwargs, _: &State| translated(&said, &arguments));
        tera.add_raw_templates(templates).map_err(|error| {
            let message = Phrase::new("problem-template").with("detail", error);
            Box::new(Problem::of_file(&format!("{folder}/templates"), message))
        })?;
        Ok(Self { tera, locale, assets, stamp: stamp.finalize().into() })
    }

    /// What the theme says, and how.
    pub fn locale(&self) -> &Locale {
        &self.locale
    }

    /// A page: `view` in the template `name`.
    ///
    /// # Errors
    /// The template asks for something that is not there.
    pub fn page<V: Serialize>(&self, name: &str, page: &Frame, view: &V) -> Result<String> {
        let mut context = Context::new();
        context.insert("page", page);
        context.insert("view", view);
        self.tera.render(name, &context).with_context(|| format!("rendering the template {name}"))
    }

    /// Styles, scripts and pictures, by their path on the site.
    pub fn assets(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.assets
    }

    /// Changes when any file of the theme changes.
    pub fn stamp(&self) -> &[u8; 32] {
        &self.stamp
    }
}

/// `t(key="…", n=…)`: a text of the locale.
fn translated(locale: &Locale, arguments: &Kwargs) -> tera::TeraResult<String> {
    let key: &str = arguments.must_get("key")?;
    let mut filled = Vec::new();
    for (name, value) in arguments.iter() {
        let Some(name) = name.as_str().filter(|name| *name != "key") else {
            continue;
        };
        filled.push((
            name,
            match value.as_i64() {
                Some(number) => locale::Filling::Number(number),
                None => locale::Filling::Text(value.to_string()),
            },
        ));
    }
    locale.text(key, &filled).ok_or_else(|| tera::Error::message(format!("the locale has no text `{key}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_texts() {
        let keys = |tag: &str| -> Vec<String> {
            let prefix = format!("locales/{tag}/");
            let mut keys: Vec<String> = Builtin::iter()
                .filter(|path| path.starts_with(&prefix))
                .flat_map(|path| {
                    let text = String::from_utf8(Builtin::get(&path).unwrap().data.into_owned()).unwrap();
                    let key = |line: &str| {
                        let (key, _) = line.split_once('=')?;
                        let key = key.trim();
                        key.starts_with(|c: char| c.is_ascii_lowercase())
                            .then(|| key.to_owned())
                            .filter(|_| !line.starts_with(' '))
                    };
                    text.lines().filter_map(key).collect::<Vec<_>>()
                })
                .collect();
            keys.sort();
            keys
        };
        assert!(!keys("fr").is_empty());
        assert_eq!(keys("fr"), keys("en"));
    }

    #[test]
    fn templates_ask_for_texts_that_are_there() {
        let locale = Locale::builtin(Language::French);
        for path in Builtin::iter().filter(|path| path.starts_with("templates/")) {
            let text = String::from_utf8(Builtin::get(&path).unwrap().data.into_owned()).unwrap();
            for asked in text.split("t(key=\"").skip(1) {
                let key = asked.split('"').next().unwrap();
                // A key that is put together ends with a hyphen here.
                assert!(key.ends_with('-') || locale.text(key, &[]).is_some(), "{path}: {key}");
            }
        }
    }

    #[test]
    fn the_built_in_theme_is_sound_in_both_languages() {
        for language in [Language::French, Language::English] {
            assert!(Theme::builtin(language).assets().contains_key("assets/style.css"));
        }
    }
}
