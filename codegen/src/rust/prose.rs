//! Descriptions from the API, as Markdown that is safe to publish.
//!
//! They are read as CommonMark with tables, and rewritten in a subset that every Markdown reader
//! understands in the same way: code is fenced and tagged `text`, so that rustdoc does not test it;
//! HTML is escaped; links lead to http and https only. No construct extends beyond the end of the
//! description. rustdoc's extensions (footnotes, strikethrough, task lists, links to items) are
//! escaped.

mod inline;
mod writer;

pub(crate) use inline::{code, link, longest_run};

use writer::Writer;

use crate::diagnostics::is_invisible;

/// A description as paragraphs, lists and other blocks.
pub(crate) fn prose(text: &str) -> String {
    let text = plain(text);
    if is_simple(text.trim()) {
        text.trim().to_owned()
    } else {
        Writer::write(&text)
    }
}

/// A description as a part of a line, without blocks.
pub(crate) fn line(text: &str) -> String {
    flat(text, false)
}

/// A title as a part of a line that must not be empty: a title that renders as nothing, such as a
/// link definition, becomes code.
pub(crate) fn title(text: &str) -> String {
    match line(text) {
        line if !line.is_empty() => line,
        _ if text.trim().is_empty() => "API".to_owned(),
        _ => code(text),
    }
}

/// A description as a table cell.
pub(crate) fn cell(text: &str) -> String {
    flat(text, true)
}

fn flat(text: &str, in_cell: bool) -> String {
    let text = plain(text);
    if is_simple(text.trim()) {
        text.trim().to_owned()
    } else {
        Writer::write_line(&text, in_cell)
    }
}

/// Whether the output of [`prose`] is one paragraph on one line, so that a sentence can follow.
pub(crate) fn is_sentence(markdown: &str) -> bool {
    !markdown.contains('\n') && block_start(markdown).is_none()
}

/// Removes characters that a comment must not contain: a carriage return is invalid in a Rust
/// comment, rustc rejects characters that change the writing direction, and invisible ones mean
/// nothing to a reader.
pub(crate) fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_plain = |c: &char| match c {
        '\n' | '\t' => true,
        // Joiners and variation selectors are invisible, but affect letters.
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => true,
        c => !c.is_control() && !is_invisible(*c),
    };
    text.chars().filter(is_plain).collect()
}

/// Whether a string is its own Markdown: one line without special characters. Most descriptions
/// are, so most need no parser.
fn is_simple(text: &str) -> bool {
    let mut before = 'a';
    let well = text.chars().all(|c| {
        let well = match c {
            ' ' => before != ' ',
            // A URL must become a link.
            '/' => !(before == '/' || before == ':'),
            c => c.is_alphanumeric() || "-.,:;?!'\"()%$=+@{}".contains(c),
        };
        before = c;
        well
    });
    well && block_start(text).is_none()
}

/// The offset in a line that needs a backslash so that the line does not start a block.
fn block_start(line: &str) -> Option<usize> {
    let rest = |run: usize| line.get(run..).and_then(|rest| rest.chars().next());
    let run = |is: fn(char) -> bool| line.chars().take_while(|c| is(*c)).count();
    let ends = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let starts = match line.chars().next()? {
        '#' => ends(rest(run(|c| c == '#'))),
        '+' => ends(rest(1)),
        '-' => ends(rest(1)) || rest(1) == Some('-'),
        '=' | '>' => true,
        '0'..='9' => {
            let digits = run(|c| c.is_ascii_digit());
            let is_item = matches!(rest(digits), Some('.' | ')')) && ends(rest(digits + 1));
            return is_item.then_some(digits);
        }
        _ => false,
    };
    starts.then_some(0)
}

#[cfg(test)]
mod tests;
