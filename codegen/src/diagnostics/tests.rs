//! Diagnostics as they are shown.

use super::*;

const PATH: &str = "types/error.json";

fn resolved(text: &str, list: Vec<Diagnostic>) -> Diagnostics {
    let source = Source::new([(PATH.to_owned(), text.as_bytes().to_vec())]);
    Diagnostics::resolve(list, &source)
}

fn at(pointer: &str) -> Diagnostic {
    Diagnostic::new(Place::at(PATH, pointer), "wrong", "right it")
}

#[test]
fn a_key_is_marked_with_its_place_and_a_remedy() {
    let text = "{\n  \"a\": {\n    \"sumary\": 1\n  }\n}\n";
    let place = Place::at(PATH, "/a/sumary").on_key();
    let list = vec![Diagnostic::new(
        place,
        "unknown key `sumary`",
        "did you mean `summary`?",
    )];
    let expected = "\
error: unknown key `sumary`
 --> types/error.json:3:5
  |
3 |     \"sumary\": 1
  |     ^^^^^^^^ at /a/sumary
  |
  = help: did you mean `summary`?
";
    assert_eq!(resolved(text, list).to_string(), expected);
}

#[test]
fn a_second_place_has_its_own_excerpt() {
    let place = Place::at(PATH, "/b").on_key();
    let list = vec![at("/a").note(place, "the other one")];
    let expected = "\
error: wrong
 --> types/error.json:1:7
  |
1 | {\"a\": 1,
  |       ^ at /a
  |
 ::: types/error.json:2:1
  |
2 | \"b\": 2}
  | --- the other one
  |
  = help: right it
";
    assert_eq!(
        resolved("{\"a\": 1,\n\"b\": 2}", list).to_string(),
        expected
    );
}

#[test]
fn a_file_that_is_missing_has_no_excerpt() {
    let list = vec![
        Diagnostic::new(Place::file("api.json"), "no file", "create it")
            .note(Place::file("Api.json"), "this is another one"),
    ];
    let expected = "\
error: no file
 --> api.json
  = note: Api.json: this is another one
  = help: create it
";
    let diagnostics = resolved("{}", list);
    assert_eq!(diagnostics.to_string(), expected);
    assert_eq!(format!("{diagnostics:?}"), expected);
}

#[test]
fn mistakes_are_sorted_by_position() {
    let text = "{\n\"b\": 1, \"a\": 2,\n\"c\": 3}";
    let list = vec![at("/c"), at("/a"), at("/b")];
    let diagnostics = resolved(text, list);
    let order: Vec<_> = diagnostics.iter().map(Diagnostic::pointer).collect();
    assert_eq!(order, ["/b", "/a", "/c"]);
    assert_eq!(diagnostics.len(), 3);
}

#[test]
fn a_pointer_to_nothing_falls_back_to_its_nearest_ancestor() {
    let diagnostics = resolved("{\n\"a\": {\n}}", vec![at("/a/b/c")]);
    let first = diagnostics.iter().next().unwrap();
    assert_eq!((first.line(), first.column()), (2, 6));
    assert_eq!(first.pointer(), "/a/b/c");
}

#[test]
fn columns_count_characters_and_leave_out_the_byte_order_mark() {
    let diagnostics = resolved("\u{feff}{\"ü日\": 1, \"a\": 2}", vec![at("/a")]);
    assert_eq!(diagnostics.iter().next().unwrap().column(), 16);
}
