//! Text of an API's description as Markdown that is safe to publish.
//!
//! The text is read as CommonMark with tables, and written anew in a subset that every reader of
//! Markdown takes for the same: code is fenced and tagged `text`, so that rustdoc takes none of it
//! for a test; HTML is text; links lead to http and https only. Nothing in it reaches beyond its
//! end. What rustdoc knows besides (footnotes, strikethrough, task lists, links to items) is text.

mod inline;
mod writer;

pub(crate) use inline::{code, link};

use writer::Writer;

use crate::diagnostics::is_invisible;

/// Text of the description as paragraphs, lists and other blocks.
pub(crate) fn prose(text: &str) -> String {
    let text = plain(text);
    if is_simple(text.trim()) {
        text.trim().to_owned()
    } else {
        Writer::write(&text)
    }
}

/// Text of the description as a part of a line, whatever blocks it has.
pub(crate) fn line(text: &str) -> String {
    flat(text, false)
}

/// The title of something as a part of a line, where something has to stand: what says nothing as Markdown,
/// such as the definition of a link, is code.
pub(crate) fn title(text: &str) -> String {
    match line(text) {
        line if !line.is_empty() => line,
        _ if text.trim().is_empty() => "API".to_owned(),
        _ => code(text),
    }
}

/// Text of the description as a cell of a table.
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

/// Whether what [`prose`] made is one paragraph in one line, which a sentence can follow.
pub(crate) fn is_sentence(markdown: &str) -> bool {
    !markdown.contains('\n') && block_start(markdown).is_none()
}

/// A text without the characters that a comment must not or should not hold: a carriage return is
/// no comment's in Rust, what turns the direction of writing makes rustc refuse a file, and what
/// can't be seen says nothing to a reader.
pub(crate) fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_plain = |c: &char| match c {
        '\n' | '\t' => true,
        // What joins letters, and what chooses between forms of one.
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => true,
        c => !c.is_control() && !is_invisible(*c),
    };
    text.chars().filter(is_plain).collect()
}

/// Whether a text is its own Markdown: one line, without a character that means something. Most
/// are, so most need no parser.
fn is_simple(text: &str) -> bool {
    let mut before = 'a';
    let well = text.chars().all(|c| {
        let well = match c {
            ' ' => before != ' ',
            // An address has to become a link.
            '/' => !(before == '/' || before == ':'),
            c => c.is_alphanumeric() || "-.,:;?!'\"()%$=+@{}".contains(c),
        };
        before = c;
        well
    });
    well && block_start(text).is_none()
}

/// Where a line needs a backslash to start no block.
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
