//! `guichet build`: the static site, once.

use std::path::PathBuf;

use clap::Args;

use super::{Context, Failure, complain};
use crate::phrase::Phrase;
use crate::theme::output::Output;

#[derive(Debug, Args)]
pub(super) struct Build {
    /// Where to write the site
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl Build {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let mut desk = context.desk()?;
        desk.only_look()?;
        let folder = self.output.unwrap_or_else(|| desk.repository().site_folder().join("public"));
        let mut output = Output::open(&folder)?;
        let (_, report) = desk.publish(&mut output)?;
        complain(desk.theme().locale(), &desk.office().problems);
        desk.close();
        let said = Phrase::new("cli-built")
            .with("pages", report.pages)
            .with("written", report.written)
            .with("folder", super::shown(&folder));
        say!("{}", desk.theme().locale().say(&said));
        Ok(())
    }
}
