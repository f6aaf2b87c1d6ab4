//! Disks of our own. One loses its power: an ext4 in a file, on a loop device; when it is cut off, what was not synced
//! is gone, as after a pulled plug. One is small: it can be filled to the last page.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::ioctl::{Setter, ioctl};

/// `EXT4_IOC_SHUTDOWN` of the kernel's `fs/ext4/ext4.h`: the file system stops where it is.
const SHUTDOWN: rustix::ioctl::Opcode = 0x8004_587D;
/// `EXT4_GOING_FLAGS_NOLOGFLUSH`: not even its own journal is written out.
const NO_LOG_FLUSH: u32 = 2;

pub struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// A disk of so many MB, formatted and mounted.
    pub fn new(megabytes: u64) -> Self {
        assert!(rustix::process::getuid().is_root(), "a disk that can be cut off needs root and loop devices");
        let disk = Self { folder: tempfile::Builder::new().prefix("guichet-disk-").tempdir().unwrap() };
        File::create(disk.image()).unwrap().set_len(megabytes * 1024 * 1024).unwrap();
        run("mkfs.ext4", &["-q", "-F"], &disk.image());
        fs::create_dir(disk.path()).unwrap();
        disk.mount();
        disk
    }

    /// Where it is mounted.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    fn mount(&self) {
        run("mount", &["-o", "loop", self.image().to_str().unwrap()], &self.path());
    }

    /// Writes out all there is.
    pub fn sync(&self) {
        run("sync", &["--file-system"], &self.path());
    }

    /// From now on nothing reaches the disk.
    #[expect(unsafe_code, reason = "an ioctl that rustix has no name for")]
    pub fn cut(&self) {
        let folder = File::open(self.path()).unwrap();
        // SAFETY: the request takes a pointer to one 32-bit number, which it only reads.
        unsafe { ioctl(&folder, Setter::<SHUTDOWN, u32>::new(NO_LOG_FLUSH)) }.expect("the disk can be cut off");
    }

    /// Power is back: mounted again, with what had reached it.
    pub fn restore(&self) {
        run("umount", &[], &self.path());
        self.mount();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Also after a trial that failed; the file goes with its folder.
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

/// A small disk (tmpfs), and what fills it.
pub struct Memory {
    folder: tempfile::TempDir,
}

/// Enough for a school and its pages.
const MEMORY: &str = "size=64m";
/// What tmpfs gives out at a time.
const PAGE_BYTES: u64 = 4096;

impl Memory {
    /// `None`: only root may mount it.
    pub fn new() -> Option<Self> {
        if !rustix::process::getuid().is_root() {
            return None;
        }
        let folder = tempfile::Builder::new().prefix("guichet-memory-").tempdir().unwrap();
        run("mount", &["-t", "tmpfs", "-o", MEMORY, "tmpfs"], folder.path());
        Some(Self { folder })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Fills it up but for so many pages.
    pub fn fill(&self, pages: u64) {
        let mut ballast = File::create(self.ballast()).unwrap();
        let page = [0; 4096];
        while ballast.write_all(&page).is_ok() {}
        let written = ballast.metadata().unwrap().len();
        ballast.set_len(written.saturating_sub(pages * PAGE_BYTES)).unwrap();
    }

    /// There is space again.
    pub fn empty(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

fn run(program: &str, words: &[&str], place: &Path) {
    let said = Command::new(program).args(words).arg(place).output();
    let said = said.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(said.status.success(), "{program} {}: {}", place.display(), String::from_utf8_lossy(&said.stderr));
}
