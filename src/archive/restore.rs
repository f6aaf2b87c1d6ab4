//! Making a site again from its file, in an empty folder: what is in the file is not trusted to stay there.

use std::fs::{self, FileTimes};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use jiff::Timestamp;

use super::{FORMAT, MANIFEST, Manifest, Place};
use crate::repository::{Revival, Sound};

/// No manifest is longer: it names references and files that were gone.
const MANIFEST_BYTES: u64 = 64 << 20;

/// A site that stands again.
#[derive(Debug)]
pub struct Restored {
    /// The site's folder.
    pub folder: PathBuf,
    /// When the backup was made.
    pub made: Timestamp,
    /// What was found sound.
    pub sound: Sound,
}

/// The file is no backup that this program can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Something else.
    #[error("this is not a backup")]
    Foreign,
    /// Of a later version of the format.
    #[error("this backup was made by a later version")]
    TooNew,
}

/// Makes the site of the backup `file` in `root`, an empty folder or none yet. When it can not be made whole, nothing of it stays.
///
/// # Errors
/// [`Unusable`]; else the file is damaged, or the disk fails.
pub fn restore(file: impl Read, root: &Path) -> Result<Restored> {
    let restored = unpack(file, root);
    if restored.is_err() {
        for entry in fs::read_dir(root).into_iter().flatten().flatten() {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
    restored
}

fn unpack(file: impl Read, root: &Path) -> Result<Restored> {
    let mut tar = tar::Archive::new(GzDecoder::new(file));
    let mut entries = tar.entries().context("reading the backup")?;
    let mut first = entries.next().and_then(Result::ok).ok_or(Unusable::Foreign)?;
    let manifest = read_manifest(&mut first)?;
    let mut site = Unpacking { revival: Revival::begin(root)?, manifest, checked_out: false };
    for entry in entries {
        site.take(entry.context("reading the backup")?)?;
    }
    // To the last byte: the checksum stands at the end.
    std::io::copy(&mut tar.into_inner(), &mut std::io::sink()).context("reading the backup")?;
    site.finish(root)
}

fn read_manifest<R: Read>(entry: &mut tar::Entry<'_, R>) -> Result<Manifest> {
    if entry.path().ok().as_deref() != Some(Path::new(MANIFEST)) {
        return Err(Unusable::Foreign.into());
    }
    let mut text = Vec::new();
    entry.take(MANIFEST_BYTES).read_to_end(&mut text).context("reading the backup")?;
    let fields: serde_json::Value = serde_json::from_slice(&text).map_err(|_| Unusable::Foreign)?;
    match fields.get("format").and_then(serde_json::Value::as_u64) {
        Some(format) if format > u64::from(FORMAT) => Err(Unusable::TooNew.into()),
        Some(_) => {
            let manifest: Manifest =
                serde_json::from_value(fields).context("reading what the backup says of itself")?;
            let inside = manifest.site.is_empty() || Place::of(&Path::new("work").join(&manifest.site)).is_some();
            anyhow::ensure!(inside, "the backup is not sound: the site's folder {} is not in it", manifest.site);
            Ok(manifest)
        }
        None => Err(Unusable::Foreign.into()),
    }
}

/// A site that is being made, entry by entry.
struct Unpacking {
    revival: Revival,
    manifest: Manifest,
    checked_out: bool,
}

impl Unpacking {
    fn take<R: Read>(&mut self, mut entry: tar::Entry<'_, R>) -> Result<()> {
        let path = entry.path().context("reading the backup")?.into_owned();
        let place = Place::of(&path).filter(|_| entry.header().entry_type().is_file());
        let place = place.with_context(|| format!("the backup is not sound: {} has no place in it", path.display()))?;
        if place == Place::Pack {
            return self.revival.add_pack(&mut entry);
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).with_context(|| format!("reading {} in the backup", path.display()))?;
        let executable = entry.header().mode()? & 0o100 != 0;
        match place {
            Place::Git(name) => {
                let private = name.starts_with("guichet/");
                let mode = if private { 0o600 } else { 0o666 } | if executable { 0o111 } else { 0 };
                let written = self.revival.furnish(&name, &bytes, mode)?;
                if private {
                    // How old a letter is, is the age of its file.
                    let modified = UNIX_EPOCH + Duration::from_secs(entry.header().mtime()?);
                    fs::File::options()
                        .write(true)
                        .open(&written)?
                        .set_times(FileTimes::new().set_modified(modified))?;
                }
            }
            Place::Work(path) => {
                self.check_out()?;
                self.revival.put(&path, &bytes, executable)?;
            }
            Place::Index => {
                self.check_out()?;
                self.revival.furnish(super::INDEX, &bytes, 0o666)?;
            }
            Place::Manifest | Place::Pack => {}
        }
        Ok(())
    }

    /// References and files, as soon as the objects are there.
    fn check_out(&mut self) -> Result<()> {
        if !self.checked_out {
            self.checked_out = true;
            self.revival.settle_in()?;
            self.revival.check_out(&self.manifest.references)?;
            for path in &self.manifest.removed {
                self.revival.take_away(path);
            }
        }
        Ok(())
    }

    fn finish(mut self, root: &Path) -> Result<Restored> {
        self.check_out()?;
        let sound = self.revival.verify(&self.manifest.references)?;
        let folder = match self.manifest.site.as_str() {
            "" => root.to_owned(),
            site => root.join(site),
        };
        Ok(Restored { folder, made: self.manifest.made, sound })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// A backup with one entry more, whose name no honest program would write.
    fn backup(name: &str, kind: tar::EntryType, format: u32) -> Vec<u8> {
        let manifest = format!(
            r#"{{"format":{format},"guichet":"0","made":"2026-11-23T08:00:00Z","site":"","removed":[],
                "references":{{"head":"refs/heads/main","direct":{{}},"symbolic":{{}}}}}}"#
        );
        let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, kind, bytes) in [(MANIFEST, tar::EntryType::Regular, manifest.as_bytes()), (name, kind, b"x")] {
            let mut header = tar::Header::new_gnu();
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(kind);
            header.set_mode(0o644);
            header.set_mtime(0);
            header.set_size(bytes.len() as u64);
            if kind != tar::EntryType::Regular {
                header.set_size(0);
                header.set_link_name("/etc/passwd").unwrap();
            }
            header.set_cksum();
            tar.append(&header, if kind == tar::EntryType::Regular { bytes } else { b"" }).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn nothing_is_written_outside_and_nothing_of_a_broken_backup_stays() {
        use tar::EntryType::{Link, Regular, Symlink};
        let place = tempfile::tempdir().unwrap();
        let root = place.path().join("a/b");
        fs::create_dir_all(&root).unwrap();
        assert!(restore(&*backup("work/note.txt", Regular, FORMAT), &root).is_ok());
        assert_eq!(fs::read(root.join("note.txt")).unwrap(), b"x");
        fs::remove_dir_all(&root).unwrap();
        fs::create_dir_all(&root).unwrap();
        for (name, kind) in [
            ("work/../../x", Regular),
            ("/tmp/guichet-x", Regular),
            ("git/hooks/../../x", Regular),
            ("work/.git/hooks/x", Regular),
            ("work/link", Symlink),
            ("git/guichet/link", Link),
        ] {
            assert!(restore(&*backup(name, kind, FORMAT), &root).is_err(), "{name}");
            assert_eq!(fs::read_dir(&root).unwrap().count(), 0, "{name} left something");
        }
        assert_eq!(fs::read_dir(place.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn what_is_no_backup_is_told_from_a_damaged_one() {
        let place = tempfile::tempdir().unwrap();
        let why = |bytes: &[u8]| restore(bytes, place.path()).unwrap_err().downcast::<Unusable>().ok();
        assert_eq!(why(b"hello"), Some(Unusable::Foreign));
        assert_eq!(why(&backup("work/a", tar::EntryType::Regular, FORMAT + 1)), Some(Unusable::TooNew));
        let mut other = GzEncoder::new(Vec::new(), Compression::fast());
        other.write_all(b"hello").unwrap();
        assert_eq!(why(&other.finish().unwrap()), Some(Unusable::Foreign));
        let whole = backup("work/a", tar::EntryType::Regular, FORMAT);
        assert_eq!(why(&whole[..whole.len() - 12]), None);
        let mut bent = whole.clone();
        let checksum = bent.len() - 6;
        bent[checksum] ^= 1;
        assert_eq!(why(&bent), None);
    }
}
