//! Parses the command line and runs it.

use std::process::ExitCode;

use clap::FromArgMatches as _;
use guichet::commands::{Cli, command_line, run};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("GUICHET_LOG").unwrap_or_else(|_| EnvFilter::new("guichet=info,warn"));
    let colours = std::env::var_os("NO_COLOR").is_none() && std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colours)
        .with_target(false)
        // A log that can not be written, on a disk that is full, must not take the desk down with it.
        .log_internal_errors(false)
        .init();
    let matches = command_line().get_matches();
    run(Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()))
}
