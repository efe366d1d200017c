//! Several copies of an API in one description, each under names of its own.

use codegen::Source;

/// `count` copies of the API: the first keeps its names, in copy `k` a resource or type `NAME` is
/// `NAMECopyk`, and refers to items of that copy. Titles stay unchanged.
pub(super) fn copies(source: &Source, count: usize) -> Source {
    let mut files = Vec::new();
    for (path, bytes) in source.files() {
        files.push((path.to_owned(), bytes.to_vec()));
        if path == "api.json" {
            continue;
        }
        for copy in 1..count {
            let suffix = format!("Copy{copy}");
            if let Some(stem) = path.strip_suffix(".json") {
                let text = renamed(&String::from_utf8_lossy(bytes), &suffix);
                files.push((format!("{stem}{suffix}.json"), text.into_bytes()));
            }
        }
    }
    Source::new(files)
}

/// Appends the suffix to the target of every `$ref`.
///
/// The JSON text is edited rather than its value, so that nothing else differs between copies.
fn renamed(text: &str, suffix: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = end_of_reference(rest) {
        let (before, after) = rest.split_at(end);
        result.push_str(before);
        result.push_str(suffix);
        rest = after;
    }
    result.push_str(rest);
    result
}

/// The end of the first reference in the JSON, before its quotation mark.
fn end_of_reference(text: &str) -> Option<usize> {
    const KEY: &str = "\"$ref\"";
    text.match_indices(KEY).find_map(|(at, _)| {
        let rest = text.get(at + KEY.len()..)?;
        let rest = rest.trim_start().strip_prefix(':')?;
        let rest = rest.trim_start().strip_prefix("\"#/definitions/")?;
        Some(text.len() - rest.len() + rest.find('"')?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Source {
        let files = [
            (
                "api.json",
                r##"{"title": "A", "upstream": "1", "error": {"schema": {"$ref": "#/definitions/a"}}}"##,
            ),
            (
                "resources/a.json",
                r##"{"x": [{"$ref" : "#/definitions/a"}, {"$ref": "#/definitions/b"}]}"##,
            ),
            (
                "types/a.json",
                r##"{"title": "$ref", "b": {"$ref": {"$ref":"#/definitions/a"}}, "é": "#/definitions/a"}"##,
            ),
        ];
        Source::new(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())))
    }

    fn text<'s>(source: &'s Source, path: &str) -> &'s str {
        let (_, bytes) = source.files().find(|(other, _)| *other == path).unwrap();
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn each_copy_has_names_of_its_own_and_refers_to_itself() {
        let copies = copies(&source(), 3);
        let paths: Vec<_> = copies.files().map(|(path, _)| path).collect();
        assert_eq!(
            paths,
            [
                "api.json",
                "resources/a.json",
                "resources/aCopy1.json",
                "resources/aCopy2.json",
                "types/a.json",
                "types/aCopy1.json",
                "types/aCopy2.json"
            ]
        );
        assert_eq!(
            text(&copies, "resources/aCopy2.json"),
            r##"{"x": [{"$ref" : "#/definitions/aCopy2"}, {"$ref": "#/definitions/bCopy2"}]}"##
        );
        assert_eq!(
            text(&copies, "types/aCopy1.json"),
            r##"{"title": "$ref", "b": {"$ref": {"$ref":"#/definitions/aCopy1"}}, "é": "#/definitions/a"}"##
        );
    }

    #[test]
    fn the_first_copy_is_the_api_itself() {
        let copies = copies(&source(), 1);
        assert!(copies.files().eq(source().files()));
    }
}
