//! Input that records how far it was read, which the parser does not report in full.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// The maximal size of one exchange in bytes: it is held in memory.
const LARGEST_EXCHANGE: u64 = 64 << 20;

/// Input that records its position. The parser takes a byte at a time, and none too early.
pub(super) struct Watched<R> {
    input: R,
    seen: Rc<Seen>,
}

/// The bytes read so far.
pub(super) struct Seen {
    /// The position of the last byte; line 0 before the first one.
    place: Cell<(usize, usize)>,
    is_after_break: Cell<bool>,
    /// The position of the first line feed after the last byte that is not white space. After a
    /// mistake, the parser skips white space.
    line_feed: Cell<(usize, usize)>,
    is_after_text: Cell<bool>,
    is_blank: Cell<bool>,
    is_at_end: Cell<bool>,
    /// The bytes since the end of the last exchange.
    of_exchange: Cell<u64>,
}

impl<R: Read> Watched<R> {
    pub(super) fn new(input: R) -> (Self, Rc<Seen>) {
        let seen = Rc::new(Seen {
            place: Cell::new((0, 0)),
            is_after_break: Cell::new(true),
            line_feed: Cell::new((1, 1)),
            is_after_text: Cell::new(true),
            is_blank: Cell::new(true),
            is_at_end: Cell::new(false),
            of_exchange: Cell::new(0),
        });
        let watched = Watched {
            input,
            seen: Rc::clone(&seen),
        };
        (watched, seen)
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.seen.is_at_end.set(count == 0 && !buffer.is_empty());
        for byte in &buffer[..count] {
            self.seen.add(*byte);
        }
        let of_exchange = self.seen.of_exchange.get() + count as u64;
        self.seen.of_exchange.set(of_exchange);
        if of_exchange > LARGEST_EXCHANGE {
            let reason = format!("an exchange is larger than {} MiB", LARGEST_EXCHANGE >> 20);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
        }
        Ok(count)
    }
}

impl Seen {
    fn add(&self, byte: u8) {
        let (line, column) = self.place.get();
        self.place.set(if self.is_after_break.get() {
            (line + 1, 1)
        } else {
            (line, column + 1)
        });
        self.is_after_break.set(byte == b'\n');
        if byte == b'\n' && self.is_after_text.replace(false) {
            self.line_feed.set(self.place.get());
        }
        if !byte.is_ascii_whitespace() {
            self.is_blank.set(false);
            self.is_after_text.set(true);
        }
    }

    /// Marks the start of the next exchange.
    pub(super) fn begin_exchange(&self) {
        self.of_exchange.set(0);
    }

    /// The line and the column of the line feed at which the parser stopped.
    pub(super) fn line_feed(&self) -> (usize, usize) {
        self.line_feed.get()
    }

    /// Whether there was only white space.
    pub(super) fn is_blank(&self) -> bool {
        self.is_blank.get()
    }

    /// Whether the parser stopped at this place because the input ended: it is the place of the
    /// last byte, or of the line feed before the end.
    pub(super) fn is_end(&self, place: (usize, usize)) -> bool {
        let is_last = place == self.place.get() || place == self.line_feed.get();
        self.is_at_end.get() && is_last
    }
}
