//! The one place where Rust names are made.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

/// Names that the emitted code uses for its own ends, or that Rust's prelude has.
const TAKEN_TYPES: &[&str] = &[
    "Action",
    "Api",
    "Box",
    "Call",
    "Client",
    "ClientBuilder",
    "Clone",
    "Core",
    "DateTime",
    "Debug",
    "Default",
    "Encoder",
    "Err",
    "Extent",
    "Extra",
    "From",
    "Globals",
    "Into",
    "IntoIterator",
    "Json",
    "None",
    "ObjectId",
    "Ok",
    "Option",
    "Paged",
    "Request",
    "Resource",
    "Result",
    "Self",
    "Some",
    "Spec",
    "String",
    "UnixMillis",
    "Vec",
];

/// Methods that every call has.
const TAKEN_SETTERS: &[&str] = &["clone", "http_request", "items", "pages", "send", "timeout"];

/// The name of a type.
pub(crate) fn type_name(wire: &str) -> String {
    let name = prefixed(words(wire).to_upper_camel_case(), "N");
    match TAKEN_TYPES.contains(&name.as_str()) {
        true => format!("{name}Schema"),
        false => name,
    }
}

/// The name of an enum's variant for a text.
pub(crate) fn variant_name(wire: &str) -> String {
    let name = prefixed(words(wire).to_upper_camel_case(), "N");
    match name.as_str() {
        "Self" | "Unknown" => format!("{name}Value"),
        _ => name,
    }
}

/// The name of a variant for a text that differs from another one by case alone.
pub(crate) fn upper_variant_name(wire: &str) -> Option<String> {
    let upper = wire.chars().any(char::is_uppercase) && !wire.chars().any(char::is_lowercase);
    upper.then(|| format!("Upper{}", variant_name(wire)))
}

/// The name of a struct's field.
pub(crate) fn field_name(wire: &str) -> String {
    let name = prefixed(words(wire).to_snake_case(), "n");
    match name.as_str() {
        "extra" | "globals" => format!("{name}_"),
        _ => name,
    }
}

/// The name of a method that sets a parameter.
pub(crate) fn setter_name(wire: &str) -> String {
    let name = field_name(wire);
    match TAKEN_SETTERS.contains(&name.as_str()) {
        true => format!("{name}_param"),
        false => name,
    }
}

/// The name of a module or a method.
pub(crate) fn snake_name(wire: &str) -> String {
    prefixed(words(wire).to_snake_case(), "n")
}

/// The name of an environment variable or a constant.
pub(crate) fn shouty_name(wire: &str) -> String {
    words(wire).to_shouty_snake_case()
}

/// The singular of an English noun in a name, by its ending.
pub(crate) fn singular(wire: &str) -> String {
    match wire {
        wire if wire.ends_with("ies") => format!("{}y", &wire[..wire.len() - 3]),
        wire if wire.ends_with("sses") => wire[..wire.len() - 2].to_owned(),
        wire if wire.ends_with('s') && !wire.ends_with("ss") && wire.len() > 1 => {
            wire[..wire.len() - 1].to_owned()
        }
        wire => wire.to_owned(),
    }
}

/// An identifier, raw where the name is a keyword.
pub(crate) fn ident(name: &str) -> Ident {
    match name {
        // These can't be raw.
        "self" | "super" | "crate" | "Self" | "_" => {
            Ident::new(&format!("{name}_"), Span::call_site())
        }
        name if syn::parse_str::<Ident>(name).is_ok() => Ident::new(name, Span::call_site()),
        name => Ident::new_raw(name, Span::call_site()),
    }
}

/// The letters and digits of a text as words; those of a text without any are spelled out.
fn words(wire: &str) -> String {
    let words: String = wire
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    if !words.trim().is_empty() {
        return words;
    }
    match wire {
        "" => "empty".to_owned(),
        wire => wire.chars().map(spelled).collect::<Vec<_>>().join(" "),
    }
}

fn spelled(c: char) -> String {
    match c {
        ' ' => "space".to_owned(),
        '*' => "star".to_owned(),
        '$' => "dollar".to_owned(),
        '_' => "underscore".to_owned(),
        '-' => "dash".to_owned(),
        '.' => "dot".to_owned(),
        '/' => "slash".to_owned(),
        '<' => "less".to_owned(),
        '>' => "greater".to_owned(),
        '=' => "equal".to_owned(),
        '!' => "not".to_owned(),
        c => format!("u{:x}", u32::from(c)),
    }
}

/// Puts `prefix` before a name that starts with a digit.
fn prefixed(name: String, prefix: &str) -> String {
    match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("{prefix}{name}"),
        false => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_a_name_that_is_an_identifier() {
        for wire in [
            "",
            "*",
            "$and",
            "content-type",
            "3.1.1",
            "type",
            "match",
            "self",
            "Self",
            "crate",
            "super",
            "_",
            "__",
            "ü",
            "日本",
            "a b",
            "GET",
            "gen",
            "async",
        ] {
            for name in [
                type_name(wire),
                variant_name(wire),
                field_name(wire),
                snake_name(wire),
            ] {
                let ident = ident(&name).to_string();
                assert!(
                    syn::parse_str::<Ident>(&ident).is_ok(),
                    "{wire:?} -> {ident}"
                );
            }
        }
    }

    #[test]
    fn a_name_keeps_to_the_api_s_spelling_in_rust_s_case() {
        assert_eq!(type_name("instanceAuditLogs"), "InstanceAuditLogs");
        assert_eq!(field_name("totalCount"), "total_count");
        assert_eq!(field_name("_actions"), "actions");
        assert_eq!(field_name("3.1.1"), "n3_1_1");
        assert_eq!(variant_name(""), "Empty");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_a_name_panic(wire: String) {
            for name in [type_name(&wire), variant_name(&wire), field_name(&wire), setter_name(&wire)] {
                proptest::prop_assert!(syn::parse_str::<Ident>(&ident(&name).to_string()).is_ok());
            }
            singular(&wire);
        }
    }
}
