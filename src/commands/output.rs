//! Standard output, where a command answers. When nobody reads on (`guichet calendar | head`), or it can not be written, the
//! command ends there; what it did is done.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write as _};

/// What a shell says of a program that a closed pipe has ended: 128 and the number of SIGPIPE.
const PIPE_CLOSED: i32 = 141;
/// As for any failure of the machine.
const NOT_WRITTEN: i32 = 3;

/// Writes it out at once.
pub(super) fn put(text: Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    match out.write_fmt(text).and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(PIPE_CLOSED),
        Err(error) => {
            eprintln!("guichet: standard output: {error}");
            std::process::exit(NOT_WRITTEN);
        }
    }
}

/// One line, written like that of `println!`.
macro_rules! say {
    ($($line:tt)*) => { $crate::commands::output::put(format_args!("{}\n", format_args!($($line)*))) };
}
