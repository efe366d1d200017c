//! Undoes escapes: those of JSON, URLs, headers and HTML, and those of Rust's `Debug`.

use std::borrow::Cow;
use std::ops::Range;

/// Unescaped text, with the positions of its bytes in the original text.
pub(super) struct Layer<'t> {
    bytes: Cow<'t, [u8]>,
    /// The bytes that do not directly follow the one before in the original text, and where they
    /// begin there.
    shifts: Vec<(usize, usize)>,
    /// The letters that were escaped and may mean a control character: `\n`.
    controls: Vec<usize>,
    /// The length of the original text.
    end: usize,
}

impl<'t> Layer<'t> {
    /// Creates a layer of the original text.
    pub fn plain(text: &'t [u8]) -> Self {
        Layer {
            bytes: text.into(),
            shifts: Vec::new(),
            controls: Vec::new(),
            end: text.len(),
        }
    }

    /// The bytes, without escapes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The length of the original text, with escapes.
    pub fn end(&self) -> usize {
        self.end
    }

    /// The range of the original text for a range of bytes.
    pub fn place(&self, bytes: Range<usize>) -> Range<usize> {
        self.start(bytes.start)..self.start(bytes.end)
    }

    fn start(&self, at: usize) -> usize {
        let behind = self.shifts.partition_point(|(shifted, _)| *shifted <= at);
        match behind.checked_sub(1).and_then(|last| self.shifts.get(last)) {
            Some((shifted, start)) => start + at - shifted,
            None => at,
        }
    }

    /// Whether there is a byte at this index, and it is part of a word.
    pub fn is_word(&self, at: usize) -> bool {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        self.bytes.get(at).is_some_and(is_word) && self.controls.binary_search(&at).is_err()
    }

    /// Unescapes the layer; `None` if it has no escapes.
    pub fn undone(&self) -> Option<Layer<'static>> {
        let text = self.bytes();
        next_escape(text, 0)?;
        let mut bytes = Vec::with_capacity(text.len());
        let (mut shifts, mut controls) = (Vec::new(), Vec::new());
        let mut before = self.shifts.iter().peekable();
        let mut from = 0;
        loop {
            let at = next_escape(text, from).unwrap_or(text.len());
            while let Some((shifted, start)) = before.next_if(|(shifted, _)| *shifted <= at) {
                if *shifted > from {
                    shifts.push((bytes.len() + shifted - from, *start));
                }
            }
            bytes.extend_from_slice(&text[from..at]);
            let Some(escape) = read(&text[at..]) else {
                break;
            };
            if escape.is_control {
                controls.push(bytes.len());
            }
            bytes.push(escape.byte);
            from = at + escape.length;
            shifts.push((bytes.len(), self.start(from)));
        }
        Some(Layer {
            bytes: bytes.into(),
            shifts,
            controls,
            end: self.end,
        })
    }
}

/// Finds an escape in text, or the beginning of one at its end.
fn next_escape(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let mut rest = text[at..].iter();
        at += rest.position(|byte| matches!(byte, b'\\' | b'%' | b'&'))?;
        if read(&text[at..]).is_none_or(|escape| escape.length > 1) {
            return Some(at);
        }
        at += 1;
    }
}

/// A byte, or an escape.
struct Escape {
    /// The unescaped byte; 255 if it is not ASCII.
    byte: u8,
    length: usize,
    is_control: bool,
}

impl Escape {
    fn new(byte: u8, length: usize) -> Self {
        Escape {
            byte,
            length,
            is_control: false,
        }
    }
}

/// Reads a byte or an escape; `None` at the end of the input, also within an escape.
fn read(text: &[u8]) -> Option<Escape> {
    match text.first()? {
        b'\\' => backslash(text),
        b'%' => percent(text),
        b'&' => entity(text),
        byte => Some(Escape::new(*byte, 1)),
    }
}

/// `\u003d`, `\u{3d}`, `\x3d`, or any character; with more backslashes if that was escaped again.
fn backslash(text: &[u8]) -> Option<Escape> {
    let slashes = text.iter().take_while(|byte| **byte == b'\\').count();
    let after = slashes + 1;
    let rest = text.get(after..).unwrap_or_default();
    match text.get(slashes)? {
        b'u' if rest.first() == Some(&b'{') => {
            let mut digits = rest.iter().skip(1).take(7);
            let count = digits.position(|byte| *byte == b'}');
            let digits = count.and_then(|count| hex(&rest[1..], count));
            digits.map(|escape| grown(escape, after + 2))
        }
        b'u' => hex(rest, 4).map(|escape| grown(escape, after)),
        b'x' => hex(rest, 2).map(|escape| grown(escape, after)),
        byte => Some(Escape {
            is_control: b"bfnrtv0".contains(byte),
            ..Escape::new(*byte, after)
        }),
    }
    .or_else(|| {
        // If it is not an escape after all, it is a letter after a backslash; a part of one may
        // follow.
        let is_cut = rest.len() < 4 && rest.iter().all(|byte| is_digit(*byte));
        (!is_cut).then(|| Escape::new(text[slashes], after))
    })
}

/// `%3d`, or `%253d` if that was escaped again.
fn percent(text: &[u8]) -> Option<Escape> {
    let again = text[1..].chunks(2).take_while(|pair| *pair == b"25");
    let from = 1 + 2 * again.count();
    let escape = hex(&text[from..], 2).map(|escape| grown(escape, from));
    let is_cut = || text.len() < from + 2 && text[from..].iter().all(|byte| is_digit(*byte));
    match escape {
        Some(escape) => Some(escape),
        None if is_cut() => None,
        None => Some(Escape::new(b'%', from)),
    }
}

/// `&amp;`, `&#61;` or `&#x3d;`.
fn entity(text: &[u8]) -> Option<Escape> {
    const LONGEST: usize = 10;
    let name = text[1..].iter().take(LONGEST);
    let length = name.take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#');
    let length = length.count();
    let name = &text[1..=length];
    let byte = match name {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16),
        [b'#', digits @ ..] => number(digits, 10),
        name => named(name),
    };
    match (byte, text.get(1 + length)) {
        (Some(byte), Some(b';')) => Some(Escape::new(byte, length + 2)),
        (_, None) if name.starts_with(b"#") => None,
        _ => Some(Escape::new(b'&', 1)),
    }
}

/// The character of a named HTML entity that a token may contain.
fn named(name: &[u8]) -> Option<u8> {
    Some(match name {
        b"amp" | b"AMP" => b'&',
        b"lt" | b"LT" => b'<',
        b"gt" | b"GT" => b'>',
        b"quot" | b"QUOT" => b'"',
        b"apos" => b'\'',
        b"sol" => b'/',
        b"bsol" => b'\\',
        b"plus" => b'+',
        b"equals" => b'=',
        b"lowbar" | b"UnderBar" => b'_',
        b"period" => b'.',
        b"comma" => b',',
        b"colon" => b':',
        b"semi" => b';',
        b"excl" => b'!',
        b"quest" => b'?',
        b"num" => b'#',
        b"dollar" => b'$',
        b"percnt" => b'%',
        b"ast" | b"midast" => b'*',
        b"commat" => b'@',
        b"Hat" => b'^',
        b"grave" => b'`',
        b"vert" | b"verbar" => b'|',
        b"lpar" => b'(',
        b"rpar" => b')',
        b"lsqb" | b"lbrack" => b'[',
        b"rsqb" | b"rbrack" => b']',
        b"lcub" | b"lbrace" => b'{',
        b"rcub" | b"rbrace" => b'}',
        _ => return None,
    })
}

/// Reads this many hexadecimal digits.
fn hex(text: &[u8], digits: usize) -> Option<Escape> {
    let byte = number(text.get(..digits)?, 16)?;
    Some(Escape::new(byte, digits))
}

/// The character of a code point.
fn number(digits: &[u8], radix: u32) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok()?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = u32::from_str_radix(digits, radix)
        .ok()
        .filter(|_| is_number)?;
    Some(
        u8::try_from(number)
            .ok()
            .filter(u8::is_ascii)
            .unwrap_or(255),
    )
}

fn grown(escape: Escape, before: usize) -> Escape {
    Escape {
        length: escape.length + before,
        ..escape
    }
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || byte == b'{'
}
