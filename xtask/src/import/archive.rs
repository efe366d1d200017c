//! Reads a package's archive, a `.tgz`, into memory. Nothing of it is written to disk.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Component, Path};

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry, EntryType};

use crate::{Error, given};

/// The maximal size of the unpacked archive, in bytes. A package of the vendor's has 6 MiB.
const LARGEST: u64 = 256 << 20;

/// The maximal number of entries.
const MOST_ENTRIES: usize = 20_000;

const HELP: &str = "pass an archive of the package as a registry serves it, e.g. from `npm pack`";

/// The files of the archive at a path, without the folder around them.
///
/// # Errors
///
/// Fails for an archive that is cut off, too large, or contains anything other than files and
/// folders below it.
pub(super) fn files(path: &Path) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let failed = |error| Error::io("read", path, error).help(HELP);
    unpacked(given::open(path).map_err(failed)?, LARGEST).map_err(failed)
}

fn unpacked(input: impl Read, limit: u64) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut archive = Archive::new(Limited {
        input: MultiGzDecoder::new(input),
        limit,
        left: limit,
    });
    let mut files = BTreeMap::new();
    for (number, entry) in archive.entries()?.enumerate() {
        if number == MOST_ENTRIES {
            return Err(other(format!("it has more than {MOST_ENTRIES} entries")));
        }
        let mut entry = entry?;
        let path = name(&entry)?;
        if !is_file(&entry, &path)? {
            continue;
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        let Some((_, below)) = path.split_once('/') else {
            continue;
        };
        if files.insert(below.to_owned(), bytes).is_some() {
            return Err(other(format!("it contains `{path}` twice")));
        }
    }
    // The end has the checksum, without which an archive is cut off.
    io::copy(&mut archive.into_inner(), &mut io::sink())?;
    Ok(files)
}

/// The path of an entry, whose parts are plain names.
fn name<R: Read>(entry: &Entry<'_, R>) -> io::Result<String> {
    let path = entry.path()?;
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let parts = parts.map(|part| match part {
        Component::Normal(part) => part.to_str().filter(|part| !part.contains(['\\', ':'])),
        _ => None,
    });
    let parts: Option<Vec<&str>> = parts.collect();
    let parts = parts.filter(|parts| !parts.is_empty() || entry.header().entry_type().is_dir());
    let parts =
        parts.ok_or_else(|| other(format!("`{}` is not a path inside of it", path.display())))?;
    Ok(parts.join("/"))
}

/// Whether an entry is a file; it may also be a folder, or metadata.
fn is_file<R: Read>(entry: &Entry<'_, R>, path: &str) -> io::Result<bool> {
    match entry.header().entry_type() {
        EntryType::Regular | EntryType::Continuous => Ok(true),
        EntryType::Directory | EntryType::XGlobalHeader => Ok(false),
        EntryType::Symlink | EntryType::Link => Err(other(format!("`{path}` is a link"))),
        _ => Err(other(format!("`{path}` is not a regular file"))),
    }
}

/// Fails when more than the limit was read: an archive of a few bytes may unpack to terabytes.
struct Limited<R> {
    input: R,
    limit: u64,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let limit = self.limit >> 20;
            io::Error::new(
                io::ErrorKind::FileTooLarge,
                format!("it unpacks to more than {limit} MiB"),
            )
        })?;
        Ok(read)
    }
}

fn other(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, Header};

    use super::*;

    /// An archive of entries: path, type and content.
    fn packed(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
        let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, kind, content) in entries {
            let mut header = Header::new_gnu();
            // As they are: the library would refuse some of these paths.
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(*kind);
            header.set_size(content.len() as u64);
            if matches!(kind, EntryType::Symlink | EntryType::Link) {
                header.set_link_name("/etc/passwd").unwrap();
            }
            header.set_cksum();
            archive.append(&header, *content).unwrap();
        }
        archive.into_inner().unwrap().finish().unwrap()
    }

    fn refused(archive: &[u8]) -> String {
        unpacked(archive, 1 << 20).unwrap_err().to_string()
    }

    const FILE: EntryType = EntryType::Regular;

    #[test]
    fn files_are_found_below_the_folder_around_them() {
        let archive = packed(&[
            ("package/", EntryType::Directory, b""),
            ("package/a.json", FILE, b"{}"),
            ("./package/lib/b.json", FILE, b"[]"),
        ]);
        let files = unpacked(archive.as_slice(), 1 << 20).unwrap();
        let expected = [("a.json", b"{}".to_vec()), ("lib/b.json", b"[]".to_vec())];
        assert_eq!(
            files,
            expected
                .map(|(path, bytes)| (path.to_owned(), bytes))
                .into()
        );
    }

    #[test]
    fn what_leads_out_of_the_archive_is_refused() {
        for path in [
            "../a",
            "package/../../a",
            "/etc/passwd",
            "package/a\\b",
            "package/c:d",
        ] {
            let said = refused(&packed(&[(path, FILE, b"x")]));
            assert!(said.contains("is not a path inside"), "{path}: {said}");
        }
        for kind in [EntryType::Symlink, EntryType::Link] {
            let said = refused(&packed(&[("package/a", kind, b"")]));
            assert_eq!(said, "`package/a` is a link");
        }
        for kind in [EntryType::Fifo, EntryType::Char, EntryType::Block] {
            let said = refused(&packed(&[("package/a", kind, b"")]));
            assert_eq!(said, "`package/a` is not a regular file");
        }
        let twice = packed(&[("p/a", FILE, b"1"), ("q/a", FILE, b"2")]);
        assert_eq!(refused(&twice), "it contains `q/a` twice");
    }

    #[test]
    fn an_archive_that_is_cut_off_is_refused_wherever() {
        let archive = packed(&[("package/a", FILE, &[7; 4000]), ("package/b", FILE, b"x")]);
        assert!(unpacked(archive.as_slice(), 1 << 20).is_ok());
        for length in 0..archive.len() {
            assert!(unpacked(&archive[..length], 1 << 20).is_err(), "{length}");
        }
        let mut damaged = archive.clone();
        let middle = damaged.len() - 6;
        damaged[middle] ^= 1;
        assert!(unpacked(damaged.as_slice(), 1 << 20).is_err());
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        for _ in 0..64 {
            encoder.write_all(&[0; 1 << 16]).unwrap();
        }
        let zeros = encoder.finish().unwrap();
        assert_eq!(refused(&zeros), "it unpacks to more than 1 MiB");
        let large = packed(&[("package/a", FILE, &vec![0; 2 << 20])]);
        assert_eq!(refused(&large), "it unpacks to more than 1 MiB");
    }
}
