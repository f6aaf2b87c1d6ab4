//! Taking a site down into one file while it is served, pushed into and cleaned up: letters stand still for the
//! moment in which the references are read; objects are gathered from there and tried again if one is swept away.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use walkdir::WalkDir;

use super::{FORMAT, INDEX, MANIFEST, Manifest, PACK};
use crate::mail::Outbox;
use crate::repository::{References, Repository, Unfinished};

/// How often the repository may move under our hands before we give up, and how long we leave it alone.
const ATTEMPTS: u32 = 5;
const PATIENCE: Duration = Duration::from_millis(500);

/// Local state that means nothing elsewhere or later. The outbox is taken apart from the rest.
const PASSING: [&str; 5] = ["tmp", "cache", "locks", "mark", "outbox"];

/// What is taken in one moment.
struct Moment {
    references: References,
    work: Unfinished,
    pack: Option<PathBuf>,
    /// Holds the pack and the outbox as they were.
    spool: tempfile::TempDir,
}

/// Writes the site into `file`.
///
/// # Errors
/// The disk fails, or the repository is broken or does not hold still long enough.
pub fn save(repository: &Repository, made: Timestamp, file: impl Write) -> Result<Manifest> {
    let mut attempt = 1;
    let moment = loop {
        match Moment::take(repository) {
            Ok(moment) => break moment,
            Err(error) if attempt < ATTEMPTS => tracing::info!("once more: {error:#}"),
            Err(error) => return Err(error),
        }
        attempt += 1;
        std::thread::sleep(PATIENCE);
    };
    moment.write(repository, made, file)
}

impl Moment {
    fn take(repository: &Repository) -> Result<Self> {
        let staging = repository.staging_folder();
        fs::create_dir_all(&staging).context("making the folder for what is in the making")?;
        let spool = tempfile::Builder::new().prefix("backup-").tempdir_in(staging).context("making a folder")?;
        let work = repository.unfinished()?;
        let outbox = repository.state_folder().join("outbox");
        let standstill = Outbox::stand_still(&outbox)?;
        let references = repository.references()?;
        link_letters(&outbox, &spool.path().join("outbox"))?;
        drop(standstill);
        let work = repository.still_unfinished(work, &references)?;
        let pack = repository.pack(&references, work.index.as_deref(), spool.path())?;
        Ok(Self { references, work, pack, spool })
    }

    fn write(self, repository: &Repository, made: Timestamp, file: impl Write) -> Result<Manifest> {
        let manifest = Manifest {
            format: FORMAT,
            guichet: env!("CARGO_PKG_VERSION").to_owned(),
            made,
            site: repository.prefix().to_owned(),
            references: self.references,
            removed: self.work.removed,
        };
        let mut tar = Tar { builder: tar::Builder::new(GzEncoder::new(file, Compression::fast())), made };
        tar.bytes(MANIFEST, &serde_json::to_vec_pretty(&manifest)?, 0o600)?;
        if let Some(pack) = &self.pack {
            tar.stream(PACK, &mut File::open(pack).context("reading the pack")?)?;
        }
        for (name, path) in repository.settings_files() {
            tar.file(&format!("git/{name}"), &path)?;
        }
        tar.folder("git/guichet", repository.state_folder(), &PASSING)?;
        tar.folder("git/guichet/outbox", &self.spool.path().join("outbox"), &[])?;
        for path in &self.work.files {
            tar.file(&format!("work/{path}"), &repository.root().join(path))?;
        }
        if let Some(index) = &self.work.index {
            tar.bytes(&format!("git/{INDEX}"), index, 0o600)?;
        }
        tar.builder.into_inner().and_then(GzEncoder::finish).context("writing the backup")?.flush()?;
        Ok(manifest)
    }
}

/// The letters as they are now, under names of our own: the files themselves never change.
fn link_letters(outbox: &Path, spool: &Path) -> Result<()> {
    for entry in WalkDir::new(outbox) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.io_error().is_some_and(|error| error.kind() == ErrorKind::NotFound) => continue,
            Err(error) => return Err(error).context("reading the outbox"),
        };
        let to = spool.join(entry.path().strip_prefix(outbox).context("a letter is below the outbox")?);
        let done = if entry.file_type().is_dir() {
            fs::create_dir_all(&to)
        } else {
            fs::hard_link(entry.path(), &to).or_else(|_| fs::copy(entry.path(), &to).map(drop))
        };
        match done {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            done => done.with_context(|| format!("copying {}", entry.path().display()))?,
        }
    }
    Ok(())
}

/// The archive in the making. A file that vanished before it was read is none.
struct Tar<W: Write> {
    builder: tar::Builder<GzEncoder<W>>,
    made: Timestamp,
}

impl<W: Write> Tar<W> {
    /// Every plain file below a folder but locks and what is below the folders or files `without`.
    fn folder(&mut self, name: &str, folder: &Path, without: &[&str]) -> Result<()> {
        let kept =
            |entry: &walkdir::DirEntry| entry.depth() != 1 || !without.iter().any(|name| entry.file_name() == *name);
        for entry in WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(kept).flatten() {
            let lock = entry.file_name() == "lock" || entry.path().extension().is_some_and(|end| end == "lock");
            if entry.file_type().is_file() && !lock {
                let below = entry.path().strip_prefix(folder).context("a file is below its folder")?;
                self.file(&format!("{name}/{}", below.display()), entry.path())?;
            }
        }
        Ok(())
    }

    fn file(&mut self, name: &str, path: &Path) -> Result<()> {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            file => file.with_context(|| format!("reading {}", path.display()))?,
        };
        let found = file.metadata()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).with_context(|| format!("reading {}", path.display()))?;
        let modified = found.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        self.append(name, bytes.len() as u64, mode(&found), modified, bytes.as_slice())
    }

    fn bytes(&mut self, name: &str, bytes: &[u8], mode: u32) -> Result<()> {
        self.append(name, bytes.len() as u64, mode, self.made_s(), bytes)
    }

    fn stream(&mut self, name: &str, file: &mut File) -> Result<()> {
        let size_bytes = file.metadata()?.len();
        self.append(name, size_bytes, 0o600, self.made_s(), file)
    }

    fn append(&mut self, name: &str, size_bytes: u64, mode: u32, modified_s: u64, from: impl Read) -> Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_size(size_bytes);
        header.set_mode(mode);
        header.set_mtime(modified_s);
        self.builder.append_data(&mut header, name, from).with_context(|| format!("writing {name} into the backup"))
    }

    fn made_s(&self) -> u64 {
        u64::try_from(self.made.as_second()).unwrap_or_default()
    }
}

/// Whether a file can be run is all that is kept of its mode.
fn mode(found: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    if found.permissions().mode() & 0o100 != 0 { 0o700 } else { 0o600 }
}
