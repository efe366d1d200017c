//! Rust sources reduced to their own code.

/// Replaces with spaces all comments, string contents, test modules, and the code of other crates: macro
/// bodies and templates. Keeps line breaks.
pub fn code(text: &str) -> String {
    let mut code = without_tests(&bare(text));
    for start in ["macro_rules! ", "quote! ", "quote!", "parse_quote!"] {
        code = without_bodies(&code, start);
    }
    code
}

/// Replaces comments and string contents with spaces.
fn bare(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut bare = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => line_end(bytes, at),
            b'/' if bytes[at..].starts_with(b"/*") => comment_end(bytes, at),
            b'r' if !is_within_word(bytes, at) => match raw_string_end(bytes, at) {
                Some(end) => end,
                None => at,
            },
            b'"' => string_end(bytes, at),
            b'\'' => char_end(bytes, at),
            _ => at,
        };
        for byte in &mut bare[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8_lossy(&bare).into_owned()
}

fn line_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes[start..].iter();
    rest.take_while(|byte| **byte != b'\n').count() + start
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if bytes[at..].starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += 1;
        }
        if depth == 0 {
            return at;
        }
    }
    at
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn raw_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = &bytes[start + 1..];
    let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
    if rest.get(hashes) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = [b'"'].into_iter().chain(vec![b'#'; hashes]).collect();
    let content = start + 1 + hashes + 1;
    let mut ends = bytes[content..].windows(close.len());
    let length = ends.position(|window| window == close)?;
    Some(content + length + close.len())
}

/// The end of a character literal. A lifetime is skipped.
fn char_end(bytes: &[u8], start: usize) -> usize {
    let rest = String::from_utf8_lossy(&bytes[start + 1..bytes.len().min(start + 16)]);
    if rest.starts_with('\\') {
        let close = rest[2..].find('\'');
        return close.map_or(start, |length| start + 1 + 2 + length + 1);
    }
    let mut characters = rest.chars();
    match (characters.next(), characters.next()) {
        (Some(character), Some('\'')) => start + 1 + character.len_utf8() + 1,
        _ => start,
    }
}

fn is_within_word(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The code with spaces for `#[cfg(test)] mod name { … }`.
fn without_tests(code: &str) -> String {
    const TEST: &str = "#[cfg(test)]\n";
    let mut kept = String::new();
    let mut rest = code;
    while let Some(start) = rest.find(TEST) {
        let (before, item) = rest.split_at(start);
        kept.push_str(before);
        let end = if item[TEST.len()..].trim_start().starts_with("mod ") {
            item_end(item)
        } else {
            TEST.len()
        };
        kept.extend(blank(&item[..end]));
        rest = &item[end..];
    }
    kept.push_str(rest);
    kept
}

/// Replaces with spaces the bracketed bodies after `start` and an optional name.
fn without_bodies(code: &str, start: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(at) = rest.find(start) {
        let after = &rest[at + start.len()..];
        let name = after.find(|c: char| !c.is_alphanumeric() && c != '_');
        let open = at + start.len() + name.unwrap_or(after.len());
        let (before, body) = rest.split_at(open);
        kept.push_str(before);
        let body_starts = body.trim_start().starts_with(['{', '(', '[']);
        let end = if body_starts { body_end(body) } else { 0 };
        kept.extend(blank(&body[..end]));
        rest = &body[end..];
    }
    kept.push_str(rest);
    kept
}

/// Spaces for all characters except line breaks.
fn blank(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|c| if c == '\n' { c } else { ' ' })
}

/// The end of a bracketed body.
fn body_end(body: &str) -> usize {
    let mut depth = 0usize;
    for (at, character) in body.char_indices() {
        match character {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return at + 1;
        }
    }
    body.len()
}

/// The end of an item: its semicolon or closing brace.
fn item_end(item: &str) -> usize {
    let mut depth = 0usize;
    for (at, character) in item.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ';' if depth == 0 => return at + 1,
            _ => continue,
        }
        if depth == 0 {
            return at + 1;
        }
    }
    item.len()
}

#[test]
fn comments_strings_and_tests_are_removed() {
    let source = "use a; // use b;\nlet x = \"crate::c\"; /* d\n */ let y = r#\"e\"#;\n\
                  fn f<'a>(g: &'a str, h: char) { 'i'; '\\''; '\"' }\n\
                  #[cfg(test)]\nmod tests {\n    use super::*;\n}\nfn j() {}\n\
                  macro_rules! k {\n    () => { crate::l }\n}\nlet m = quote!(crate::n);\n";
    let code = code(source);
    assert_eq!(code.lines().count(), source.lines().count());
    for (word, is_left) in [
        ("use a", true),
        ("use b", false),
        ("crate::c", false),
        ("let y", true),
        ("&'a str", true),
        ("super", false),
        ("fn j", true),
        ("macro_rules! k", true),
        ("crate::l", false),
        ("crate::n", false),
    ] {
        assert_eq!(code.contains(word), is_left, "{word} in {code}");
    }
}
