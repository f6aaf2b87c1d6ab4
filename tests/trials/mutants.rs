//! Trials that can not fail prove nothing: classic faults are put into a copy of the program, one at a time, and the
//! trial that is named in the patch must find each, and for the reason that the patch gives: a trial that ends for
//! another one has found nothing. In short form: every patch still applies.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::Order;

/// So much of a complaint is shown.
const COMPLAINT: usize = 300;

/// What a patch says of itself, before the difference.
struct Mutant {
    path: PathBuf,
    name: String,
    /// The words for the trial that catches it.
    caught_by: Vec<String>,
    /// What the trial complains of then: one of these.
    found_as: Vec<String>,
}

pub fn run(order: &Order) -> String {
    let mutants = mutants();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for mutant in &mutants {
        let checked = patch(root, mutant, &["--check"]);
        assert!(checked.status.success(), "{} does not apply: {}", mutant.name, said(&checked));
    }
    let builds = usize::try_from(order.size("builds")).unwrap();
    if builds == 0 {
        return format!("{} patches apply", mutants.len());
    }
    let copy = tempfile::Builder::new().prefix("guichet-mutants-").tempdir().unwrap();
    copied(root, copy.path());
    let mut missed = Vec::new();
    let first = usize::try_from(order.size("first")).unwrap();
    for mutant in mutants.iter().skip(first).take(builds) {
        let applied = patch(copy.path(), mutant, &[]);
        assert!(applied.status.success(), "{}: {}", mutant.name, said(&applied));
        let program = built(copy.path(), mutant);
        let mut trial = Command::new(std::env::current_exe().unwrap());
        trial.args(&mutant.caught_by).args(["--seed", &order.seed.to_string()]).env("GUICHET", program);
        let tried = trial.output().unwrap();
        let complaint = complaint(&tried);
        let caught = !tried.status.success() && mutant.found_as.iter().any(|found| complaint.contains(found));
        println!("  {} {} by: {}", mutant.name, if caught { "caught" } else { "MISSED" }, mutant.caught_by.join(" "));
        println!("    {}", complaint.chars().take(COMPLAINT).collect::<String>());
        if !caught {
            missed.push(mutant.name.clone());
        }
        assert!(patch(copy.path(), mutant, &["--reverse"]).status.success());
    }
    assert!(missed.is_empty(), "not found by the trial that should: {missed:?}");
    format!("{} of {} mutants caught", builds.min(mutants.len() - first), mutants.len())
}

/// The patches, in order of their names. Each begins with a sentence, then `Caught by: WORDS`, and `Found as: TEXT`
/// once or more.
fn mutants() -> Vec<Mutant> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trials/mutants");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mutant = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let lines = |begin: &str| -> Vec<String> {
            let found = text.lines().filter_map(|line| line.strip_prefix(begin)).map(str::to_owned).collect();
            assert!(!Vec::is_empty(&found), "{} has no line {begin}", path.display());
            found
        };
        let caught_by = lines("Caught by: ")[0].split_whitespace().map(str::to_owned).collect();
        let found_as = lines("Found as: ");
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        Mutant { path, name, caught_by, found_as }
    };
    paths.into_iter().map(mutant).collect()
}

fn patch(root: &Path, mutant: &Mutant, words: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.current_dir(root).arg("apply").args(words).arg(&mutant.path).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What the trial found: what it said before it showed the server's log.
fn complaint(output: &Output) -> String {
    let said = said(output);
    let lines = said.lines().skip_while(|line| !line.contains("panicked at")).skip(1);
    let lines = lines.take_while(|line| !line.starts_with("stack backtrace") && !line.starts_with("---"));
    lines.collect::<Vec<_>>().join(" ")
}

/// The files that git knows, as they are now.
fn copied(root: &Path, copy: &Path) {
    let files = Command::new("git").current_dir(root).args(["ls-files", "-z"]).output().unwrap();
    for path in String::from_utf8(files.stdout).unwrap().split('\0').filter(|path| !path.is_empty()) {
        let (from, to) = (root.join(path), copy.join(path));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        if from.is_file() {
            fs::copy(from, to).unwrap();
        }
    }
}

/// Builds the mutant, in one folder for all of them.
fn built(copy: &Path, mutant: &Mutant) -> PathBuf {
    let target = copy.join("target");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(copy).args(["build", "--quiet", "--bin", "guichet"]).env("CARGO_TARGET_DIR", &target);
    let built = cargo.stdout(Stdio::null()).output().unwrap();
    assert!(built.status.success(), "{} can not be built: {}", mutant.name, said(&built));
    target.join("debug/guichet")
}
