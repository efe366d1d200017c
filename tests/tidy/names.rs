//! Names that some sources must not use.

use std::fs;

use crate::arrows::sources;
use crate::code::code;

/// The places in a folder where the code of some files uses one of these paths.
pub fn named(folder: &str, paths: &[&str], is_chosen: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (name, path) in sources(folder) {
        if !is_chosen(&name) {
            continue;
        }
        let code = code(&fs::read_to_string(path).unwrap());
        for (number, line) in (1..).zip(code.lines()) {
            let named = paths.iter().filter(|path| has(line, path));
            found
                .extend(named.map(|path| format!("  {folder}/{name}:{number}: it names `{path}`")));
        }
    }
    found
}

/// Whether a line contains a path, or a call of a macro with this name.
fn has(line: &str, path: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + path.len()..];
        !before.is_some_and(|c| is_word(c) || c == '.' || c == ':')
            && (after.starts_with("::") || after.starts_with('!') || is_used(line, after))
    })
}

/// Whether a path is followed by the end of a `use`.
fn is_used(line: &str, after: &str) -> bool {
    line.trim_start().starts_with("use ") && after.starts_with([';', ' '])
}

#[test]
fn only_whole_paths_match() {
    assert!(has("use std::fs;", "std::fs"));
    assert!(has("    std::fs::read(path)", "std::fs"));
    assert!(has("let tokens = quote! {};", "quote"));
    assert!(!has("let quoted = unquote::x();", "quote"));
    assert!(!has("self.quote::<X>()", "quote"));
}
