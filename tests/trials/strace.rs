//! One system call of the running server that fails, or that it does not live to make: `strace` answers in the kernel's
//! place.

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
        Self::at(process, calls, &format!("error={error}"), nth, folder)
    }

    /// The server is killed when it makes the `nth` of these calls, in whichever thread; that call is not made any more.
    pub fn kill(process: u32, calls: &str, nth: u64, folder: &Path) -> Self {
        Self::at(process, calls, "signal=KILL", nth, folder)
    }

    fn at(process: u32, calls: &str, what: &str, nth: u64, folder: &Path) -> Self {
        let report = folder.join("strace");
        let _ = fs::remove_file(&report);
        let mut command = Command::new("strace");
        command.args(["-y", "-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:{what}:when={nth}")]);
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

/// What is looked at to know the order of things on disk.
const ORDER: &str = "trace=fsync,fdatasync,syncfs,sync,rename,renameat,renameat2,write,writev,sendto";

/// Writes down a server's calls until it is ended.
pub struct Watch {
    strace: Child,
    report: PathBuf,
}

impl Watch {
    /// The words before a command that is to be watched; the report is the file `strace` in that folder.
    pub fn words(folder: &Path) -> Vec<String> {
        let report = folder.join("strace").to_str().unwrap().to_owned();
        ["strace", "-f", "-y", "-s", "256", "-e", ORDER, "-o", &report].map(str::to_owned).to_vec()
    }

    pub fn over(process: u32, folder: &Path) -> Self {
        let words = Self::words(folder);
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(["-p", &process.to_string()]);
        let mut strace = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(strace.stderr.take().unwrap()).lines();
        let line = said.next().and_then(Result::ok).unwrap_or_default();
        assert!(line.contains("attached"), "strace can not watch the server: {line}");
        // What it says of further threads must not fill the pipe.
        std::thread::spawn(move || said.for_each(drop));
        Self { strace, report: folder.join("strace") }
    }

    /// What it saw.
    pub fn end(mut self) -> String {
        signal("-INT", self.strace.id());
        self.strace.wait().unwrap();
        fs::read_to_string(&self.report).unwrap()
    }
}
