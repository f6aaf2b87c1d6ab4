//! The layers hold: imports point up the list of `src/lib.rs` and never down, and each library is named in one place.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    found.sort();
    let below = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
    found.iter().map(|path| (below(path), fs::read_to_string(path).unwrap())).collect()
}

/// The modules, lowest first, as `lib.rs` lists them.
fn layers() -> Vec<String> {
    let (_, map) = sources().into_iter().find(|(path, _)| path == "lib.rs").unwrap();
    let names = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// `desk/settle.rs` and `desk.rs` are of the module `desk`.
fn module_of(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The code, without comments and without what is only there for its own tests.
fn code(source: &str) -> String {
    let source = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    let line = |line: &str| if line.trim_start().starts_with("//") { String::new() } else { line.to_owned() };
    source.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The modules that a source names after `crate::`, in `use crate::{a, b::c}` too.
fn named(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let word =
            |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = 0;
        for (end, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    found.insert(word(&list[start..end]));
                    start = end + 1;
                    if c == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
    }
    found.remove("");
    found
}

#[test]
fn imports_point_up_the_list() {
    let layers = layers();
    assert!(layers.len() > 10, "the list of lib.rs is read: {layers:?}");
    let place = |name: &str| layers.iter().position(|layer| layer == name);
    let mut wrong = Vec::new();
    for (path, source) in sources() {
        let own = module_of(&path);
        // `tests.rs` is there for tests alone, as are `mod tests` at the end of other files.
        if ["lib", "main"].contains(&own) || path.ends_with("/tests.rs") {
            continue;
        }
        let at = place(own).unwrap_or_else(|| panic!("lib.rs does not list the module of src/{path}"));
        for name in named(&code(&source)) {
            match place(&name) {
                Some(other) if other <= at => {}
                Some(_) => wrong.push(format!("src/{path} uses {name}, which stands below {own}")),
                None => wrong.push(format!("src/{path} uses crate::{name}, which is no module")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_library_is_named_in_one_place() {
    let rules: [(&str, &[&str]); 5] = [
        ("git2", &["repository"]),
        ("lettre", &["mail"]),
        ("notify::", &["watch"]),
        ("Timestamp::now", &["clock"]),
        ("axum", &["web", "commands"]),
    ];
    for (name, places) in rules {
        let users: BTreeSet<String> = sources()
            .iter()
            .filter(|(_, source)| names_library(&code(source), name))
            .map(|(path, _)| module_of(path).to_owned())
            .collect();
        assert!(!users.is_empty(), "nobody names {name}: the rule looks for the wrong word");
        let strangers: Vec<&String> = users.iter().filter(|user| !places.contains(&user.as_str())).collect();
        assert!(strangers.is_empty(), "{name} is named by {strangers:?}, not only by {places:?}");
    }
}

/// The word as a path of its own: `sd_notify::` is not `notify::`, `libgit2_sys` is not `git2`.
fn names_library(code: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        !before.is_some_and(|c| part(c) || c == '"') && (name.ends_with(':') || !after.is_some_and(part))
    })
}

#[test]
fn the_test_reads_paths_as_rust_does() {
    let code =
        "use crate::{mail::{Letter, x::Y}, desk, phrase::Phrase};\nlet a = crate::clock::now();\nmycrate::web::x();";
    let expected = ["clock", "desk", "mail", "phrase"].map(str::to_owned);
    assert_eq!(named(code), BTreeSet::from(expected));
    assert!(names_library("use git2::Oid;", "git2") && !names_library("libgit2_sys::x", "git2"));
    assert!(!names_library("sd_notify::notify", "notify::"));
}
