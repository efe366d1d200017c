//! Files named by the user: regular files only, up to a size.
//!
//! Reading a pipe would block, and a device may never end.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// The maximal size in bytes of a file that is read at once. The vendor's largest is smaller than
/// one megabyte.
const LARGEST: u64 = 64 << 20;

/// Opens a regular file, also through a symbolic link.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // Opening a pipe already blocks.
    refuse_special(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    refuse_special(&file.metadata()?)?;
    Ok(file)
}

/// Reads a regular file of at most 64 MiB.
pub(crate) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    at_most(LARGEST, open(path)?)
}

/// Reads a regular UTF-8 file of at most 64 MiB.
pub(crate) fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(bytes(path)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))
}

fn refuse_special(metadata: &fs::Metadata) -> io::Result<()> {
    let reason = match metadata {
        metadata if metadata.is_file() => return Ok(()),
        metadata if metadata.is_dir() => "it is a folder, not a file",
        _ => "it is not a regular file",
    };
    Err(io::Error::new(io::ErrorKind::InvalidInput, reason))
}

fn at_most(limit: u64, input: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // The size of the file may change while it is read.
    input.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let reason = format!("it is larger than {} MiB", limit >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_the_most_that_is_read() {
        let limit = 1 << 20;
        assert_eq!(
            at_most(limit, io::repeat(1).take(limit)).unwrap().len() as u64,
            limit
        );
        let error = at_most(limit, io::repeat(1)).unwrap_err();
        assert_eq!(error.to_string(), "it is larger than 1 MiB");
    }
}
