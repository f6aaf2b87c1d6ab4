//! One system call that fails, in the running server: `strace` answers in the kernel's place.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::kit::signal;

/// The threads that write; the others speak with browsers, and their calls are no disk's.
const WRITERS: [&str; 2] = ["desk", "mail"];

/// Watches over the calls of a server's writing threads until it is let go.
pub struct Fault {
    strace: Child,
    report: PathBuf,
}

impl Fault {
    /// The `nth` of these calls fails with this error, in each thread.
    pub fn inject(process: u32, calls: &str, error: &str, nth: u64, folder: &Path) -> Self {
        let report = folder.join("strace");
        let _ = fs::remove_file(&report);
        let mut command = Command::new("strace");
        command.args([
            "-y",
            "-e",
            &format!("trace={calls}"),
            "-e",
            &format!("inject={calls}:error={error}:when={nth}"),
        ]);
        command.arg("-o").arg(&report).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let writers = writers(process);
        for thread in &writers {
            command.args(["-p", thread]);
        }
        let mut strace = command.spawn().unwrap_or_else(|error| panic!("strace: {error}; it is a package of its own"));
        let mut said = BufReader::new(strace.stderr.take().unwrap()).lines();
        for _ in &writers {
            let line = said.next().and_then(Result::ok).unwrap_or_default();
            assert!(line.ends_with("attached"), "strace can not watch the server: {line}");
        }
        Self { strace, report }
    }

    /// The server is on its own again; the call that failed, if there were so many.
    pub fn let_go(mut self) -> Option<String> {
        if self.strace.try_wait().unwrap().is_none() {
            signal("-INT", self.strace.id());
        }
        self.strace.wait().unwrap();
        let report = fs::read_to_string(&self.report).unwrap_or_default();
        report.lines().find(|line| line.ends_with("(INJECTED)")).map(str::to_owned)
    }
}

fn writers(process: u32) -> Vec<String> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten();
    let named = |thread: &fs::DirEntry| fs::read_to_string(thread.path().join("comm")).unwrap_or_default();
    let writers = threads.filter(|thread| WRITERS.contains(&named(thread).trim()));
    writers.map(|thread| thread.file_name().to_string_lossy().into_owned()).collect()
}
