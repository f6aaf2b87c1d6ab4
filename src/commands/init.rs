//! `guichet init`: a new, commented site with its repository; safe to repeat, safe on what is there already.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::{Context, Failure, language};
use crate::config::{FILE, Language};
use crate::phrase::Phrase;
use crate::repository::{Mark, Repository, Signature, Write, create};
use crate::theme::locale::Locale;

/// What git must not keep.
const IGNORED: &str = "/public/\n";

#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder of the site
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The name of the site
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
}

impl Init {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let locale = Locale::builtin(language());
        let folder = &self.folder;
        std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        let branch = present_branch(folder).unwrap_or_else(|| "main".to_owned());
        let repository = create(folder, &branch)?;
        if let Some(other) = other_site(&repository)? {
            let said = Phrase::new("cli-init-other-site").with("folder", super::shown(&other));
            return Err(Failure::Wrong(Some(locale.say(&said))));
        }
        let written = write_missing(&repository, self.title.as_deref(), &locale)?;
        let (site, _) = match crate::desk::read_site(folder) {
            Ok(site) => site,
            Err(crate::desk::OpenError::Config(problems)) => {
                super::complain(&locale, &problems);
                return Err(Failure::Wrong(None));
            }
            Err(crate::desk::OpenError::Failed(error)) => return Err(error.into()),
        };
        // The configured branch is the one that counts, also where another is checked out.
        let repository = Repository::open(folder, &site.branch)?;
        commit(context, &repository, &site, &written, &locale)?;
        for hook in repository.welcome_pushes()? {
            eprintln!("{}", locale.say(&Phrase::new("cli-init-foreign-hook").with("hook", hook)));
        }
        for name in ["tickets", "reservations"] {
            std::fs::create_dir_all(repository.site_folder().join(name))?;
        }
        say!("{}", locale.say(&Phrase::new("cli-init-done").with("folder", super::shown(folder))));
        Ok(())
    }
}

fn present_branch(folder: &std::path::Path) -> Option<String> {
    Repository::open(folder, "main").ok()?.checked_out()
}

/// Where the repository holds another site that was made ready: the two would share one local state.
fn other_site(repository: &Repository) -> anyhow::Result<Option<PathBuf>> {
    let ours = repository.site_folder().join(FILE);
    let Some(head) = repository.head()? else {
        return Ok(None);
    };
    if ours.exists() || repository.mark()? == Mark::Unset {
        return Ok(None);
    }
    let files = repository.every_file(head)?.into_iter().map(|file| repository.root().join(file.path));
    let mut others = files.filter(|file| file.ends_with(FILE) && *file != ours && file.is_file());
    Ok(others.next().and_then(|file| Some(file.parent()?.to_owned())))
}

/// Writes what is missing; which paths got new bytes.
fn write_missing(repository: &Repository, title: Option<&str>, locale: &Locale) -> anyhow::Result<Vec<String>> {
    let root = repository.site_folder();
    let mut written = Vec::new();
    let mut put = |path: &str, bytes: &str| -> anyhow::Result<()> {
        crate::durable::write(
            &root.join(path),
            bytes.as_bytes(),
            crate::durable::Mode::Shared,
            &repository.staging_folder(),
        )?;
        written.push(path.to_owned());
        Ok(())
    };
    if !root.join(FILE).exists() {
        let template = match locale.language() {
            Language::French => include_str!("init/site.fr.toml"),
            Language::English => include_str!("init/site.en.toml"),
        };
        let mut text = template.replace("branch = \"main\"", &format!("branch = \"{}\"", repository.branch()));
        if let Some(title) = title {
            let quoted = toml::Value::String(title.to_owned()).to_string();
            let line = text.lines().find(|line| line.starts_with("title = ")).unwrap_or_default().to_owned();
            text = text.replacen(&line, &format!("title = {quoted}"), 1);
        }
        put(FILE, &text)?;
    }
    let ignored = std::fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    if !ignored.lines().any(|line| matches!(line.trim(), "/public/" | "/public" | "public/" | "public")) {
        let newline = if ignored.is_empty() || ignored.ends_with('\n') { "" } else { "\n" };
        put(".gitignore", &format!("{ignored}{newline}{IGNORED}"))?;
    }
    Ok(written)
}

/// Commits what was written, and nothing else.
fn commit(
    context: &Context,
    repository: &Repository,
    site: &crate::config::Site,
    written: &[String],
    locale: &Locale,
) -> Result<(), Failure> {
    let head = repository.head()?;
    let mut writes = Vec::new();
    for path in written {
        let bytes = std::fs::read(repository.site_folder().join(path)).with_context(|| format!("reading {path}"))?;
        writes.push(Write { path: path.clone(), bytes: Some(bytes) });
    }
    if !writes.is_empty() && repository.elsewhere()?.is_none() {
        let author = repository
            .identity()
            .unwrap_or_else(|| Signature { name: site.team.name.clone(), email: site.team.email.to_string() });
        let message = format!("{}\n", locale.word("commit-init"));
        repository
            .commit(head, &writes, &message, &author, context.clock.now(), &site.timezone)
            .map_err(anyhow::Error::new)?;
    }
    if repository.mark()? == Mark::Unset {
        repository.begin_mark()?;
    }
    Ok(())
}
