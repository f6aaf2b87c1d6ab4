//! `guichet completions` and `guichet man`: what the shell and the manual know of the command line, from its
//! own definition.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use clap_complete::Shell;

use super::{Context, Failure};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Known {
    Bash,
    Zsh,
    Fish,
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Known,
}

impl Completions {
    #[expect(clippy::unnecessary_wraps, reason = "every command answers the same way")]
    pub(super) fn run(self, _: &Context) -> Result<(), Failure> {
        let shell = match self.shell {
            Known::Bash => Shell::Bash,
            Known::Zsh => Shell::Zsh,
            Known::Fish => Shell::Fish,
        };
        clap_complete::generate(shell, &mut super::command_line(), "guichet", &mut std::io::stdout());
        Ok(())
    }
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// Writes one page a command into this folder, instead of showing the first
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(self, _: &Context) -> Result<(), Failure> {
        if let Some(folder) = self.dir {
            std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
            clap_mangen::generate_to(super::command_line(), &folder)
                .with_context(|| format!("writing into {}", folder.display()))?;
            return Ok(());
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(super::command_line()).render(&mut page).context("writing the page")?;
        std::io::stdout().write_all(&page).context("writing the page")?;
        Ok(())
    }
}
