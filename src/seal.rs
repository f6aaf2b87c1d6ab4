//! Short texts that we hand out in links and recognise as our own: HMAC-SHA-256 (RFC 2104) under a key that never
//! leaves the local state. Knows nothing of what the texts say, nor of time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::durable::{self, Mode};

const FILE: &str = "key";
const KEY_BYTES: usize = 32;
/// Half of the hash, the least that RFC 2104 (section 5) allows: links stay short enough to be copied by hand.
const MARK_BYTES: usize = 16;
/// Keeps our marks apart from any other use of the same key.
const CONTEXT: &[u8] = b"guichet link 1\n";
/// A text that somebody sends back is not looked at beyond this.
const MOST_BYTES: usize = 1024;

/// The keys of one site: the first one signs, all of them recognise, so that a key can be replaced without
/// making the links of the last fortnight worthless.
#[derive(Clone, PartialEq, Eq)]
pub struct Seal {
    path: PathBuf,
    keys: Vec<[u8; KEY_BYTES]>,
}

/// A file of keys that holds something else, or none.
#[derive(Debug, thiserror::Error)]
#[error("{}:{line} is not a key: 32 bytes in base64url, 43 characters", path.display())]
pub struct NoKey {
    path: PathBuf,
    /// Counted from 1.
    pub line: usize,
}

impl Seal {
    /// The keys kept in `folder`, one a line; the first one is made, and on disk when this returns.
    ///
    /// # Errors
    /// The file can not be read or made, or a line of it is no key.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let read = || fs::read_to_string(&path);
        let text = match read() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut key = [0; KEY_BYTES];
                getrandom::fill(&mut key).map_err(|error| anyhow!("no random numbers: {error}"))?;
                let line = format!("{}\n", URL_SAFE_NO_PAD.encode(key));
                // Another process may make it at the same moment: the first one counts.
                durable::write_new(&path, line.as_bytes(), Mode::Private, &folder.join("tmp"))?;
                read()
            }
            found => found,
        };
        let no_key = |line: usize| NoKey { path: path.clone(), line };
        let text = match text {
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => return Err(no_key(1).into()),
            text => text.with_context(|| format!("reading {}", path.display()))?,
        };
        let mut keys = Vec::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let key = URL_SAFE_NO_PAD.decode(line.trim()).ok().and_then(|key| key.try_into().ok());
            keys.push(key.ok_or_else(|| no_key(number))?);
        }
        if keys.is_empty() {
            return Err(no_key(1).into());
        }
        Ok(Self { path, keys })
    }

    /// The keys as they are on disk now.
    ///
    /// # Errors
    /// As [`Seal::open`].
    pub fn reread(&self) -> Result<Self> {
        Self::open(self.path.parent().context("a file stands in a folder")?)
    }

    /// `text` in a form that fits an address, with our mark.
    pub fn sign(&self, text: &str) -> String {
        let mark = mac(&self.keys[0], text).finalize().into_bytes();
        format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(&mark[..MARK_BYTES]))
    }

    /// The text of what we once signed; `None`: we did not, or the key is gone.
    pub fn read(&self, signed: &str) -> Option<String> {
        let (text, mark) = signed.split_once('.').filter(|_| signed.len() <= MOST_BYTES)?;
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mark = URL_SAFE_NO_PAD.decode(mark).ok().filter(|mark| mark.len() == MARK_BYTES)?;
        // In constant time: how long a wrong mark takes says nothing about the right one.
        let ours = |key: &[u8; KEY_BYTES]| mac(key, &text).verify_truncated_left(&mark).is_ok();
        self.keys.iter().any(ours).then_some(text)
    }
}

fn mac(key: &[u8; KEY_BYTES], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(CONTEXT);
    mac.update(text.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_sign_we_recognise_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let seal = Seal::open(folder.path()).unwrap();
        let signed = seal.sign("take 2026-0042 équipe");
        assert_eq!(seal.read(&signed).as_deref(), Some("take 2026-0042 équipe"));
        assert!(signed.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), "{signed}");
        for at in 0..signed.len() {
            for bit in 0..7 {
                let mut altered = signed.clone().into_bytes();
                altered[at] ^= 1 << bit;
                let altered = String::from_utf8(altered).unwrap();
                assert_eq!(seal.read(&altered), None, "byte {at}, bit {bit}");
            }
        }
        for cut in 0..signed.len() {
            assert_eq!(seal.read(&signed[..cut]), None);
        }
        assert_eq!(seal.read(&format!("{signed}A")), None);
        assert_eq!(seal.read(&"A".repeat(100_000)), None);
    }

    #[test]
    fn the_key_is_made_once_for_our_eyes_only() {
        let folder = tempfile::tempdir().unwrap();
        let seal = Seal::open(folder.path()).unwrap();
        let signed = Seal::open(folder.path()).unwrap().sign("x");
        assert_eq!(seal.read(&signed).as_deref(), Some("x"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_replaced_key_is_recognised_as_long_as_its_line_stands() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let old = Seal::open(folder.path()).unwrap();
        let before = old.sign("x");
        Seal::open(other.path()).unwrap();
        let path = folder.path().join(FILE);
        let new_line = fs::read_to_string(other.path().join(FILE)).unwrap();
        fs::write(&path, format!("{new_line}{}", fs::read_to_string(&path).unwrap())).unwrap();
        let both = old.reread().unwrap();
        assert_eq!(both.read(&before).as_deref(), Some("x"));
        assert_eq!(old.read(&both.sign("y")), None, "the first line signs");
        fs::write(&path, &new_line).unwrap();
        assert_eq!(both.reread().unwrap().read(&before), None);
        fs::write(&path, "courte\n").unwrap();
        let said = format!("{:#}", both.reread().err().unwrap());
        assert!(said.contains("key:1"), "{said}");
    }
}
