//! The base64 of bytes at any position within other bytes.

/// The alphabet of RFC 4648, section 4. That of URLs has `-` and `_` instead of the last two.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Fewer characters could match unrelated text.
const SHORTEST: usize = 8;

/// The characters that depend on `bytes` alone, for each of the three positions in a group of three
/// bytes where they may begin.
pub(super) fn cores(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let cores = (0..3).map(|offset| core(bytes, offset));
    cores.filter(|core| core.len() >= SHORTEST)
}

fn core(bytes: &[u8], offset: usize) -> Vec<u8> {
    let first = (offset * 8).div_ceil(6);
    let end = (offset + bytes.len()) * 8 / 6;
    let bit = |bit: usize| {
        let byte = bytes[bit / 8 - offset];
        usize::from(byte >> (7 - bit % 8) & 1)
    };
    let digit = |index: usize| (index * 6..index * 6 + 6).fold(0, |digit, at| digit << 1 | bit(at));
    (first..end).map(|index| ALPHABET[digit(index)]).collect()
}
