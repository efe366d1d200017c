//! Inflates gzip (RFC 1952) as it arrives: member after member, in bounded memory.

use std::fmt;

use bytes::{Buf, Bytes};
use flate2::{Crc, Decompress, FlushDecompress, Status};

/// The maximum bytes to inflate at a time.
const PIECE: usize = 32 << 10;
/// The maximum compressed bytes in a row without content: headers, empty members and blocks,
/// padding. They cost time and do not count towards the limit of inflated bytes.
const MOST_WITHOUT_CONTENT: usize = 128 << 10;

/// Inflates a body that consists of any number of members.
pub(crate) struct Gunzip {
    at: At,
    inflate: Decompress,
    crc: Crc,
    piece: Box<[u8]>,
    /// The number of bytes read since the last content.
    without_content: usize,
}

/// The position of the next byte in a stream of members.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// At the beginning of the stream.
    Start,
    /// After a member.
    Behind,
    /// After zeros that follow a member, which some writers use to fill blocks.
    Padding,
    /// In the ten bytes that every header has: how many were read, and the flags once read.
    Head(u8, u8),
    /// In an optional part of the header; with the flags of those to follow.
    Extra(u8, Field),
    /// In the compressed data.
    Data,
    /// In the eight bytes of the trailer: how many were read, and their value so far.
    Trailer(u8, u64),
}

/// An optional part of a header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    /// The length of the extra field: how many bytes of it were read, and their value.
    Length(u8, u16),
    /// Bytes to be skipped.
    Skip(u16),
    /// A string that ends with a zero.
    Text,
}

/// An error in the gzip data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GzipError {
    Header,
    Corrupt,
    Checksum,
    Trailing,
    CutOff,
    NoContent,
}

const EXTRA: u8 = 4;
const NAME: u8 = 8;
const COMMENT: u8 = 16;
const HEADER_CRC: u8 = 2;
const RESERVED: u8 = 0b1110_0000;

impl Gunzip {
    pub fn new() -> Self {
        Gunzip {
            at: At::Start,
            inflate: Decompress::new(false),
            crc: Crc::new(),
            piece: vec![0; PIECE].into(),
            without_content: 0,
        }
    }

    /// Returns the next inflated bytes; `None` if more input is needed, and all of `input` was
    /// read.
    ///
    /// Returns no bytes where a member ends, so that the caller decides how many members to read at
    /// once.
    pub fn next(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, GzipError> {
        let before = input.len();
        let piece = self.read(input)?;
        self.without_content += before - input.len();
        if piece.as_ref().is_some_and(|piece| !piece.is_empty()) {
            self.without_content = 0;
        }
        if self.without_content > MOST_WITHOUT_CONTENT {
            Err(GzipError::NoContent)
        } else {
            Ok(piece)
        }
    }

    fn read(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, GzipError> {
        loop {
            if self.at == At::Data {
                if let Some(piece) = self.inflate(input)? {
                    return Ok(Some(piece));
                }
                if self.at == At::Data {
                    return Ok(None);
                }
            }
            if !input.has_remaining() {
                return Ok(None);
            }
            self.at = self.step(input.get_u8())?;
            if self.at == At::Behind {
                return Ok(Some(Bytes::new()));
            }
        }
    }

    /// Fails if the body must not end here. A body without any bytes is empty.
    pub fn finish(&self) -> Result<(), GzipError> {
        match self.at {
            At::Start | At::Behind | At::Padding => Ok(()),
            _ => Err(GzipError::CutOff),
        }
    }

    /// Inflates input; `None` if more is needed, or if this was the end.
    fn inflate(&mut self, input: &mut Bytes) -> Result<Option<Bytes>, GzipError> {
        let before = (self.inflate.total_in(), self.inflate.total_out());
        let inflated = self
            .inflate
            .decompress(input, &mut self.piece, FlushDecompress::None);
        let status = inflated.map_err(|_| GzipError::Corrupt)?;
        // Neither is more than the length of its buffer, so the casts are lossless.
        let read = (self.inflate.total_in() - before.0) as usize;
        let written = (self.inflate.total_out() - before.1) as usize;
        input.advance(read);
        let piece = &self.piece[..written];
        self.crc.update(piece);
        if status == Status::StreamEnd {
            self.at = At::Trailer(0, 0);
        } else if read == 0 && written == 0 && input.has_remaining() {
            return Err(GzipError::Corrupt);
        }
        Ok((written > 0).then(|| Bytes::copy_from_slice(piece)))
    }

    /// The position after this byte.
    fn step(&mut self, byte: u8) -> Result<At, GzipError> {
        Ok(match (self.at, byte) {
            (At::Start | At::Behind, 0x1f) => At::Head(1, 0),
            (At::Start, _) => return Err(GzipError::Header),
            (At::Behind | At::Padding, 0) => At::Padding,
            (At::Behind | At::Padding, _) => return Err(GzipError::Trailing),
            (At::Head(1, _), byte) if byte != 0x8b => return Err(GzipError::Header),
            (At::Head(2, _), byte) if byte != 8 => return Err(GzipError::Header),
            (At::Head(3, _), flags) if flags & RESERVED != 0 => return Err(GzipError::Header),
            (At::Head(3, _), flags) => At::Head(4, flags),
            (At::Head(9, flags), _) => self.header(flags),
            (At::Head(count, flags), _) => At::Head(count + 1, flags),
            (At::Extra(flags, Field::Length(0, _)), low) => {
                At::Extra(flags, Field::Length(1, low.into()))
            }
            (At::Extra(flags, Field::Length(_, low)), high) => {
                self.skip(flags, low | u16::from(high) << 8)
            }
            (At::Extra(flags, Field::Skip(left)), _) => self.skip(flags, left - 1),
            (At::Extra(flags, Field::Text), 0) => self.header(flags),
            (At::Extra(flags, Field::Text), _) => At::Extra(flags, Field::Text),
            (At::Trailer(count, sum), byte) => {
                let sum = sum | u64::from(byte) << (8 * count);
                match count {
                    7 => self.end(sum)?,
                    _ => At::Trailer(count + 1, sum),
                }
            }
            // Compressed data is not read byte by byte.
            (At::Data, _) => At::Data,
        })
    }

    /// The next optional part of a header, according to the flags.
    fn header(&mut self, flags: u8) -> At {
        if flags & EXTRA != 0 {
            return At::Extra(flags & !EXTRA, Field::Length(0, 0));
        }
        for text in [NAME, COMMENT] {
            if flags & text != 0 {
                return At::Extra(flags & !text, Field::Text);
            }
        }
        if flags & HEADER_CRC != 0 {
            return At::Extra(flags & !HEADER_CRC, Field::Skip(2));
        }
        self.inflate.reset(false);
        self.crc.reset();
        At::Data
    }

    fn skip(&mut self, flags: u8, left: u16) -> At {
        match left {
            0 => self.header(flags),
            left => At::Extra(flags, Field::Skip(left)),
        }
    }

    /// Ends a member: checks the checksum and, in the upper half, the length modulo 2^32.
    fn end(&self, sum: u64) -> Result<At, GzipError> {
        let expected = u64::from(self.crc.amount()) << 32 | u64::from(self.crc.sum());
        if sum == expected {
            Ok(At::Behind)
        } else {
            Err(GzipError::Checksum)
        }
    }
}

impl fmt::Display for GzipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GzipError::Header => "the body is not gzip, though its `Content-Encoding` says so",
            GzipError::Corrupt => "the gzip data is corrupt",
            GzipError::Checksum => "the checksum or length of the gzip data is wrong",
            GzipError::Trailing => "bytes that are not gzip follow the gzip data",
            GzipError::CutOff => "the gzip data is cut off",
            GzipError::NoContent => "more than 128 KiB of gzip data in a row has no content",
        })
    }
}

impl std::error::Error for GzipError {}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};

    use super::*;

    /// A member with every optional part of a header.
    fn member(text: &[u8], is_plain: bool) -> Vec<u8> {
        let builder = if is_plain {
            GzBuilder::new()
        } else {
            GzBuilder::new()
                .extra([1, 2, 3])
                .filename("name")
                .comment("comment")
        };
        let mut writer = builder.write(Vec::new(), Compression::default());
        writer.write_all(text).unwrap();
        writer.finish().unwrap()
    }

    fn gunzip(bytes: &[u8], cut: usize) -> Result<Vec<u8>, GzipError> {
        let mut gunzip = Gunzip::new();
        let mut text = Vec::new();
        for chunk in bytes.chunks(cut) {
            let mut chunk = Bytes::copy_from_slice(chunk);
            while let Some(piece) = gunzip.next(&mut chunk)? {
                assert!(piece.len() <= PIECE);
                text.extend_from_slice(&piece);
            }
            assert!(chunk.is_empty());
        }
        gunzip.finish().map(|()| text)
    }

    #[test]
    fn no_bytes_are_an_empty_body_and_so_is_a_member_without_any() {
        assert_eq!(gunzip(b"", 1), Ok(vec![]));
        assert_eq!(gunzip(&member(b"", true), 1), Ok(vec![]));
    }

    #[test]
    fn zeros_may_follow_and_nothing_else_may() {
        for text in [&b""[..], b"text"] {
            let with = |more: &[u8]| gunzip(&[&member(text, true), more].concat(), 3);
            assert_eq!(with(&[0; 512]), Ok(text.to_vec()));
            assert_eq!(with(b"garbage"), Err(GzipError::Trailing));
            assert_eq!(with(b"\0\0garbage"), Err(GzipError::Trailing));
            assert_eq!(with(&[0x1f]), Err(GzipError::CutOff));
            assert_eq!(with(&[0x1f, 0]), Err(GzipError::Header));
        }
        assert_eq!(gunzip(&[0; 512], 512), Err(GzipError::Header));
    }

    #[test]
    fn a_member_is_cut_off_wherever_it_is_cut() {
        let whole = [member(b"one", true), member(b"two", false)].concat();
        let first = member(b"one", true).len();
        for length in 1..whole.len() {
            let expected = if length == first {
                Ok(b"one".to_vec())
            } else {
                Err(GzipError::CutOff)
            };
            assert_eq!(gunzip(&whole[..length], 7), expected, "{length}");
        }
    }

    #[test]
    fn a_wrong_checksum_or_length_is_refused() {
        let whole = member(b"text", true);
        for from_end in 1..=8 {
            let mut wrong = whole.clone();
            let at = wrong.len() - from_end;
            wrong[at] ^= 1;
            assert_eq!(gunzip(&wrong, 100), Err(GzipError::Checksum));
        }
    }

    #[test]
    fn bytes_without_content_are_read_as_long_as_they_are_not_too_many() {
        let empty = member(b"", true);
        let most = empty.repeat(MOST_WITHOUT_CONTENT / empty.len());
        let text = member(b"text", false);
        let enough = [&most[..], &text, &most, &text].concat();
        assert_eq!(gunzip(&enough, 5000), Ok(b"texttext".to_vec()));

        let name = [
            &[0x1f, 0x8b, 8, NAME, 0, 0, 0, 0, 0, 0],
            &[b'a'; 2 << 20][..],
        ]
        .concat();
        let padding = [text, vec![0; 2 << 20]].concat();
        for endless in [[most, empty.repeat(2)].concat(), name, padding] {
            assert_eq!(gunzip(&endless, 5000), Err(GzipError::NoContent));
        }
    }

    #[test]
    fn what_has_come_is_inflated_before_more_comes() {
        let mut writer = GzBuilder::new().write(Vec::new(), Compression::default());
        let text = [b'a'; 3 * PIECE + 7];
        writer.write_all(&text).unwrap();
        writer.flush().unwrap();
        let mut input = Bytes::copy_from_slice(writer.get_ref());
        let mut gunzip = Gunzip::new();
        let mut inflated = 0;
        while let Some(piece) = gunzip.next(&mut input).unwrap() {
            inflated += piece.len();
        }
        assert_eq!(inflated, text.len());
    }

    proptest::proptest! {
        #[test]
        fn members_are_one_text_however_they_are_cut(
            members in proptest::collection::vec((".{0,50}", 0usize..3000, proptest::bool::ANY), 0..5),
            cut in 1usize..2000,
        ) {
            let texts = members.iter().map(|(text, times, plain)| (text.repeat(*times), *plain));
            let texts: Vec<_> = texts.collect();
            let bytes: Vec<u8> = texts.iter().flat_map(|(t, plain)| member(t.as_bytes(), *plain)).collect();
            let whole: String = texts.into_iter().map(|(text, _)| text).collect();
            proptest::prop_assert_eq!(gunzip(&bytes, cut), Ok(whole.into_bytes()));
        }

        #[test]
        fn no_bytes_panic(mut bytes: Vec<u8>, at: proptest::sample::Index, byte: u8) {
            let _ = gunzip(&bytes, 3);
            bytes.splice(0..0, member(b"compressed content", false));
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = gunzip(&bytes, 3);
        }
    }
}
