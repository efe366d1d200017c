//! The line of a diagnostic, cut to fit on a screen.

use std::ops::Range;

use super::wording::{push_shown, shown_width};

/// The widest excerpt, in columns.
const WIDEST: usize = 100;
/// The part of a mark that is shown if the line must be cut, in columns.
const WIDEST_MARK: usize = 60;
/// The space before a mark if the line must be cut, in columns.
const CONTEXT: usize = 30;

/// A line with a mark in it, ready to be shown: cut, and free of control characters.
#[derive(Debug, Clone)]
pub(super) struct Excerpt {
    /// Counted from 1.
    pub line: usize,
    /// The mark's first column in characters of the whole line, counted from 1.
    pub column: usize,
    /// The part before the mark.
    pub before: String,
    /// The marked part; empty at the end of a line.
    pub marked: String,
    /// The part after the mark.
    pub after: String,
}

/// A file's content with the offsets of its lines and the character counts before some of its
/// bytes: a line may be a whole file with a mistake in every other word.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    /// The characters that start before every [`STEP`]th byte.
    passed: Vec<usize>,
}

const STEP: usize = 1024;

impl<'t> Lines<'t> {
    pub fn new(text: &'t str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let steps = text.as_bytes().chunks(STEP);
        let passed = steps.scan(0, |passed, step| {
            *passed += starting(step);
            Some(*passed)
        });
        let zero = || std::iter::once(0);
        Lines {
            text,
            starts: zero().chain(breaks).collect(),
            passed: zero().chain(passed).collect(),
        }
    }

    /// Counts the characters that start before a byte.
    fn characters(&self, byte: usize) -> usize {
        let step = byte / STEP;
        let rest = &self.text.as_bytes()[step * STEP..byte];
        self.passed
            .get(step)
            .map_or(0, |passed| passed + starting(rest))
    }

    /// The line in which `bytes` start, with the part of them that it contains marked.
    pub fn excerpt(&self, bytes: Range<usize>) -> Excerpt {
        let start = char_boundary(self.text, bytes.start);
        let line = self.starts.partition_point(|&at| at <= start);
        let line_start = line.checked_sub(1).and_then(|at| self.starts.get(at));
        let line_start = line_start.copied().unwrap_or(0);
        let end = match self.starts.get(line) {
            Some(next) => next - 1,
            None => self.text.len(),
        };
        let content = split(split(self.text, end).0, line_start).1;
        let content = content.strip_suffix('\r').unwrap_or(content);

        let (before, tail) = split(content, start - line_start);
        let length = bytes.end.saturating_sub(start);
        // An offset is one byte wide, and marks the character that starts there.
        let first = tail.chars().next().map_or(0, char::len_utf8);
        let (marked, after) = split(tail, length.max(first));
        let before_line = self.characters(line_start);
        let column = self.characters(line_start + before.len()) - before_line + 1;
        cut(line, column, [before, marked, after])
    }
}

/// Cuts a long line down to the surroundings of the mark.
fn cut(line: usize, column: usize, [before, marked, after]: [&str; 3]) -> Excerpt {
    let (mark, whole_mark) = fitting(marked.chars(), WIDEST);
    let (lead, whole_lead) = fitting(before.chars().rev(), WIDEST);
    let fits = whole_lead && whole_mark && lead.width + mark.width <= WIDEST;

    let (mark, whole_mark) = if fits {
        (mark, true)
    } else {
        fitting(marked.chars(), WIDEST_MARK)
    };
    let (lead, whole_lead) = if fits || whole_lead && lead.width + mark.width <= WIDEST {
        (lead, true)
    } else {
        fitting(before.chars().rev(), CONTEXT)
    };
    let room = WIDEST.saturating_sub(lead.width + mark.width);
    let (trail, whole_trail) = if whole_mark {
        fitting(after.chars(), room)
    } else {
        (Run::default(), after.is_empty() && whole_mark)
    };
    let mut excerpt = Excerpt {
        line,
        column,
        before: lead.shown(before, true),
        marked: mark.shown(marked, false),
        after: trail.shown(after, false),
    };
    if !whole_lead {
        excerpt.before.insert(0, '…');
    }
    if !whole_trail {
        excerpt.after.push('…');
    }
    excerpt
}

/// Some characters at one end of a string.
#[derive(Default)]
struct Run {
    bytes: usize,
    width: usize,
}

impl Run {
    /// The run as it is shown, taken from the end or the start of the string.
    fn shown(&self, text: &str, from_end: bool) -> String {
        let run = if from_end {
            split(text, text.len() - self.bytes).1
        } else {
            split(text, self.bytes).0
        };
        let mut shown = String::with_capacity(run.len());
        run.chars()
            .for_each(|character| push_shown(&mut shown, character));
        shown
    }
}

/// As many characters as fit into `room` columns, and whether those are all.
fn fitting(characters: impl Iterator<Item = char>, room: usize) -> (Run, bool) {
    let mut run = Run::default();
    for character in characters {
        let width = shown_width(character);
        if run.width + width > room {
            return (run, false);
        }
        run.bytes += character.len_utf8();
        run.width += width;
    }
    (run, true)
}

/// Counts the characters that start in some bytes of a string.
fn starting(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// The nearest offset at or before `at` where a character starts.
fn char_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

/// Splits at a byte, or before the character that contains the byte.
fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at(char_boundary(text, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, bytes: Range<usize>) -> [String; 3] {
        let Excerpt {
            before,
            marked,
            after,
            ..
        } = Lines::new(text).excerpt(bytes);
        [before, marked, after]
    }

    #[test]
    fn a_value_of_several_lines_is_marked_in_its_first_line() {
        assert_eq!(parts("a\r\nb {\r\n}\r\n", 5..9), ["b ", "{", ""]);
    }

    #[test]
    fn the_end_of_the_input_can_be_marked() {
        assert_eq!(parts("{", 1..2), ["{", "", ""]);
        assert_eq!(parts("{\n", 2..3), ["", "", ""]);
        assert_eq!(parts("", 7..9), ["", "", ""]);
    }

    #[test]
    fn the_end_of_an_input_of_whole_steps_has_its_column() {
        for length in [STEP - 1, STEP, STEP + 1, 2 * STEP] {
            let text = "a".repeat(length);
            let excerpt = Lines::new(&text).excerpt(length..length + 1);
            assert_eq!((excerpt.line, excerpt.column), (1, length + 1));
        }
    }

    #[test]
    fn an_offset_marks_a_whole_character() {
        assert_eq!(parts("a日b", 1..2), ["a", "日", "b"]);
        assert_eq!(parts("a日b", 2..3), ["a", "日", "b"]);
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides_of_the_mark() {
        let text = format!("{}MARK{}", "a".repeat(1000), "z".repeat(1000));
        let excerpt = Lines::new(&text).excerpt(1000..1004);
        assert_eq!(excerpt.column, 1001);
        assert_eq!(excerpt.before, format!("…{}", "a".repeat(30)));
        assert_eq!(excerpt.marked, "MARK");
        assert_eq!(excerpt.after, format!("{}…", "z".repeat(66)));
    }

    #[test]
    fn columns_are_counted_from_the_start_of_the_line_however_long_it_is() {
        let line = "aé日\u{1f600}".repeat(700);
        let text = format!("{line}\n{line}\n");
        let lines = Lines::new(&text);
        for (column, (byte, _)) in line.char_indices().enumerate() {
            for start in [byte, line.len() + 1 + byte] {
                assert_eq!(lines.excerpt(start..start).column, column + 1);
            }
        }
    }

    #[test]
    fn a_long_mark_is_cut() {
        let text = format!("key: {}, next", "v".repeat(1000));
        let [before, marked, after] = parts(&text, 5..1005);
        assert_eq!(
            [before, marked, after],
            ["key: ".to_owned(), "v".repeat(60), "…".to_owned()]
        );
    }

    #[test]
    fn a_line_that_fits_is_shown_whole() {
        let text = format!("{}é", "a".repeat(99));
        assert_eq!(
            parts(&text, 99..101),
            ["a".repeat(99), "é".into(), "".into()]
        );
    }
}
