//! Inline Markdown: escaped prose, code and links.

use super::plain;

/// A name or string of the API as a code span, whatever it contains.
pub(crate) fn code(text: &str) -> String {
    let text = plain(text);
    let words: Vec<_> = text.split_whitespace().collect();
    span(&words.join(" "))
}

/// A URL of the description as a link with the URL as its label.
pub(crate) fn link(url: &str) -> String {
    match (destination(url), url.chars().all(is_of_url)) {
        (Some(_), true) => format!("<{url}>"),
        (Some(destination), false) => format!("[{}]({destination})", escaped(url)),
        (None, _) => code(url),
    }
}

/// The longest run of a character in a string: a fence is longer.
pub(crate) fn longest_run(text: &str, of: char) -> usize {
    let runs = text.split(|c| c != of).map(str::len);
    runs.max().unwrap_or_default()
}

/// A code span, with a fence that is longer than any inside.
pub(super) fn span(text: &str) -> String {
    let fence = "`".repeat(longest_run(text, '`') + 1);
    let is_blank = text.trim_matches(' ').is_empty();
    let touches = text.starts_with('`') || text.ends_with('`');
    let loses_spaces = text.starts_with(' ') && text.ends_with(' ') && !is_blank;
    match (text, touches || loses_spaces) {
        ("", _) => format!("{fence} {fence}"),
        (text, true) => format!("{fence} {text} {fence}"),
        (text, false) => format!("{fence}{text}{fence}"),
    }
}

/// Escapes a string, and links nothing in it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let style = Style {
        in_link: true,
        in_cell: false,
    };
    push_text(&mut out, text, style);
    out
}

/// The context of inline prose.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Style {
    /// In a link, which cannot contain another one.
    pub in_link: bool,
    /// In a table cell, which a `|` ends.
    pub in_cell: bool,
}

/// Appends a string with special characters escaped and URLs linked.
pub(super) fn push_text(out: &mut String, text: &str, style: Style) {
    let mut rest = text;
    while let Some(start) = next_url(rest).filter(|_| !style.in_link) {
        let (before, from) = rest.split_at(start);
        let (url, after) = from.split_at(url_length(from));
        push_escaped(out, before, style);
        match url {
            // A scheme alone is escaped, and not looked at again.
            "" => {
                let (scheme, after) = from.split_at(from.find("//").unwrap_or_default() + 2);
                push_escaped(out, scheme, style);
                rest = after;
            }
            url => {
                out.push_str(&format!("<{url}>"));
                rest = after;
            }
        }
    }
    push_escaped(out, rest, style);
}

/// Appends a code span.
pub(super) fn push_code(out: &mut String, text: &str, style: Style) {
    // Readers disagree on a backslash before a `|` in the code of a cell.
    if style.in_cell && text.contains("\\|") {
        return push_text(out, text, style);
    }
    let span = span(text);
    if out.ends_with('`') {
        out.push(' ');
    }
    if style.in_cell {
        out.push_str(&span.replace('|', "\\|"))
    } else {
        out.push_str(&span)
    }
}

fn push_escaped(out: &mut String, text: &str, style: Style) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        if matches!(c, ' ' | '\t' | '\n') {
            if !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        let escape = match c {
            '`' | '*' | '[' | ']' | '<' | '~' => true,
            // Trailing space is trimmed.
            '\\' => next.is_none_or(|next| next.is_ascii_punctuation() || next.is_whitespace()),
            '&' => next.is_none_or(|next| next.is_ascii_alphanumeric() || next == '#'),
            '_' => {
                let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                !(is_word(out.chars().next_back()) && is_word(next))
            }
            '|' => style.in_cell,
            _ => false,
        };
        if escape {
            out.push('\\');
        }
        out.push(c);
    }
}

/// The offset of the next URL.
fn next_url(text: &str) -> Option<usize> {
    let is_url = |from: &str| from.starts_with("http://") || from.starts_with("https://");
    let mut starts = text.match_indices("http").map(|(start, _)| start);
    starts.find(|start| is_url(text.split_at(*start).1))
}

/// The length of the URL at the start of a string; 0 for a scheme alone. Punctuation after the URL
/// belongs to the sentence, and so does a closing parenthesis without an opening one.
fn url_length(text: &str) -> usize {
    let end = text.find(|c| !is_of_url(c)).unwrap_or(text.len());
    let (mut url, _) = text.split_at(end);
    // The number of closing parentheses without an opening one.
    let mut surplus = url.matches(')').count() as i64 - url.matches('(').count() as i64;
    loop {
        match url.chars().next_back() {
            Some('.' | ',' | ':' | '!' | '?' | '\'' | '*' | '_' | '~' | '&') => {}
            Some(')') if surplus > 0 => surplus -= 1,
            _ => break,
        }
        url = url.split_at(url.len() - 1).0;
    }
    match url.find("//").map(|slashes| url.len() - slashes) {
        Some(0..=2) | None => 0,
        Some(_) => url.len(),
    }
}

/// Whether a character of a URL is shown unescaped. A `;` is not: it ends an HTML entity.
fn is_of_url(c: char) -> bool {
    c.is_alphanumeric() || "-._~:/?#@!$&'()*+,=%".contains(c)
}

/// The URL of a link in Markdown, if it leads to http or https.
pub(super) fn destination(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let is_web = ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str());
    if !is_web || rest.is_empty() {
        return None;
    }
    if url.chars().all(|c| is_of_url(c) && !"()&*'".contains(c)) {
        return Some(url.to_owned());
    }
    let mut encoded = String::from("<");
    for c in url.chars() {
        match c {
            '&' => encoded.push_str("\\&"),
            c if is_of_url(c) || c == ';' => encoded.push(c),
            c => {
                let mut bytes = [0; 4];
                let bytes = c.encode_utf8(&mut bytes).bytes();
                bytes.for_each(|byte| encoded.push_str(&format!("%{byte:02X}")));
            }
        }
    }
    encoded.push('>');
    Some(encoded)
}
