//! Writing files.

use std::io::{self, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// The number of letters and digits at the end of a scratch folder's or file's name.
pub(crate) const RANDOM: usize = 6;

/// Whether the end of a name could be such a random one.
pub(crate) fn is_random(end: &str) -> bool {
    end.len() == RANDOM && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Writes a new file in a folder, to be moved over the one that it replaces, so that readers see
/// either the old or the new content. Dropping it removes it.
pub(crate) fn staged(folder: &Path, prefix: &str, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).rand_bytes(RANDOM);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The SHA-256 of some bytes, in hexadecimal digits.
pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
