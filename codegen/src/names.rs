//! Creates all Rust names.

mod reserved;
mod words;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

use crate::header::sha256;

use reserved::{TAKEN_FILES, TAKEN_RESOURCES, TAKEN_SETTERS, TAKEN_TYPES};
use words::words;
pub(crate) use words::{alternatives, left_out, words_of};

/// The maximal length of a name before it is cut: it becomes the name of a file, in the emitted
/// crate or in its docs, and Windows accepts paths of 260 characters.
const LONGEST: usize = 100;

/// The name of a type.
pub(crate) fn type_name(wire: &str) -> String {
    let name = upper_camel(wire);
    if TAKEN_TYPES.contains(&name.as_str()) {
        format!("Api{name}")
    } else {
        name
    }
}

fn upper_camel(wire: &str) -> String {
    let mut name = prefixed(words(wire).to_upper_camel_case(), "N");
    // `a-b-c` becomes `ABC`, and that becomes `Abc`. typify renames its input, so a name must be
    // one that it keeps.
    while name.to_upper_camel_case() != name {
        name = name.to_upper_camel_case();
    }
    name
}

/// The name of an enum's variant for a string.
pub(crate) fn variant_name(wire: &str) -> String {
    let name = prefixed(words(wire).to_upper_camel_case(), "N");
    match name.as_str() {
        "Self" | "Unknown" => format!("{name}Value"),
        _ => name,
    }
}

/// The name of a struct's field.
pub(crate) fn field_name(wire: &str) -> String {
    let name = prefixed(words(wire).to_snake_case(), "n");
    match name.as_str() {
        "extra" => format!("{name}_"),
        _ => name,
    }
}

/// The name of the field for a parameter.
pub(crate) fn parameter_name(wire: &str) -> String {
    let name = snake_name(wire);
    match name.as_str() {
        "globals" | "path" => format!("{name}_"),
        _ => name,
    }
}

/// The name of the method that sets a parameter, by the name of its field.
pub(crate) fn setter_name(field: &str) -> String {
    let name = field.trim_end_matches('_');
    if TAKEN_SETTERS.contains(&name) {
        format!("{name}_param")
    } else {
        name.to_owned()
    }
}

/// The name of the method that sets an object's property, by the name of its field.
pub(crate) fn property_setter_name(field: &str) -> String {
    if ["clone", "new"].contains(&field) {
        format!("{field}_property")
    } else {
        field.to_owned()
    }
}

/// The name of a resource: of its module, and of the method that returns its handle.
pub(crate) fn resource_name(wire: &str) -> String {
    match file_name(wire) {
        name if TAKEN_RESOURCES.contains(&name.as_str())
            || TAKEN_FILES.contains(&name.as_str()) =>
        {
            format!("{name}_resource")
        }
        name => name,
    }
}

/// The name of a module of types.
pub(crate) fn module_name(wire: &str) -> String {
    match file_name(wire) {
        name if TAKEN_FILES.contains(&name.as_str()) => format!("{name}_types"),
        name => name,
    }
}

/// The name of a handle's method for an action.
pub(crate) fn action_name(wire: &str) -> String {
    match snake_name(wire) {
        name if name == "clone" => format!("{name}_action"),
        name => name,
    }
}

/// A snake-case name for a file. A name that is too long is cut, and ends with a hash that
/// distinguishes it from others with the same beginning.
fn file_name(wire: &str) -> String {
    let name = snake_name(wire);
    match name.get(..LONGEST) {
        // It is all ASCII.
        Some(start) if name.len() > LONGEST => format!("{start}_{}", &sha256(wire)[..8]),
        _ => name,
    }
}

fn snake_name(wire: &str) -> String {
    prefixed(words(wire).to_snake_case(), "n")
}

/// A name for a variable or a field of our own that is not in `taken`.
pub(crate) fn unlike<'t>(name: &str, taken: impl IntoIterator<Item = &'t str> + Clone) -> String {
    let mut name = name.to_owned();
    while taken.clone().into_iter().any(|other| other == name) {
        name.push('_');
    }
    name
}

/// The name of an environment variable or a constant.
pub(crate) fn shouty_name(wire: &str) -> String {
    words(wire).to_shouty_snake_case()
}

/// The singular of an English noun in a name, by its ending.
pub(crate) fn singular(wire: &str) -> String {
    match wire {
        wire if wire.ends_with("ies") => format!("{}y", &wire[..wire.len() - 3]),
        wire if wire.to_lowercase().ends_with("axes") => format!("{}is", &wire[..wire.len() - 2]),
        wire if ["sses", "uses", "xes", "ches", "shes"]
            .iter()
            .any(|end| wire.ends_with(end)) =>
        {
            wire[..wire.len() - 2].to_owned()
        }
        wire if wire.ends_with('s') && !wire.ends_with("ss") && wire.len() > 1 => {
            wire[..wire.len() - 1].to_owned()
        }
        wire => wire.to_owned(),
    }
}

/// An identifier, raw where the name is a keyword.
pub(crate) fn ident(name: &str) -> Ident {
    match name {
        // These cannot be raw.
        "self" | "super" | "crate" | "Self" | "_" => {
            Ident::new(&format!("{name}_"), Span::call_site())
        }
        // A keyword since the edition of 2024, which syn does not know.
        "gen" => Ident::new_raw(name, Span::call_site()),
        name if syn::parse_str::<Ident>(name).is_ok() => Ident::new(name, Span::call_site()),
        name if syn::parse_str::<Ident>(&format!("r#{name}")).is_ok() => {
            Ident::new_raw(name, Span::call_site())
        }
        // No name made here is like this, but no input may make the generator panic.
        name => Ident::new(
            &prefixed(words(name).to_snake_case(), "n"),
            Span::call_site(),
        ),
    }
}

/// Puts `prefix` before a name that starts with a digit.
fn prefixed(name: String, prefix: &str) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("{prefix}{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_any_string_is_an_identifier() {
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
                action_name(wire),
                resource_name(wire),
                module_name(wire),
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
    fn a_name_has_the_api_s_spelling_in_rust_s_case() {
        assert_eq!(type_name("instanceAuditLogs"), "InstanceAuditLogs");
        assert_eq!(field_name("totalCount"), "total_count");
        assert_eq!(field_name("_actions"), "actions");
        assert_eq!(field_name("3.1.1"), "n3_1_1");
        assert_eq!(variant_name(""), "Empty");
    }

    #[test]
    fn naming_a_type_s_name_again_does_not_change_it() {
        assert_eq!(type_name("a-b-c"), "Abc");
        assert_eq!(type_name("x y z position"), "XyzPosition");
        assert_eq!(type_name("N3"), "N3");
    }

    #[test]
    fn a_taken_name_is_changed() {
        assert_eq!(type_name("Json"), "ApiJson");
        assert_eq!(type_name("error"), "ApiError");
        assert_eq!(resource_name("client"), "client_resource");
        assert_eq!(resource_name("mod"), "mod_resource");
        assert_eq!(module_name("mod"), "mod_types");
        assert_eq!(module_name("client"), "client");
        assert_eq!(resource_name("CON"), "con_resource");
        assert_eq!(module_name("com1"), "com1_types");
        assert_eq!(action_name("clone"), "clone_action");
        assert_eq!(property_setter_name("new"), "new_property");
        assert_eq!(setter_name("send"), "send_param");
        assert_eq!(unlike("client", ["client", "client_"]), "client__");
    }

    #[test]
    fn a_long_name_of_a_file_is_cut() {
        let names = ["a", "b"].map(|end| module_name(&format!("{}{end}", "x".repeat(300))));
        assert!(names.iter().all(|name| name.len() < 120), "{names:?}");
        assert_ne!(names[0], names[1]);
    }

    #[test]
    fn a_sign_is_a_word_and_a_hyphen_is_not() {
        for (wire, name) in [
            ("-created_at", "MinusCreatedAt"),
            ("created_at", "CreatedAt"),
            ("+1", "Plus1"),
            ("-1", "Minus1"),
            ("Etc/GMT+1", "EtcGmtPlus1"),
            ("Etc/GMT-1", "EtcGmtMinus1"),
            ("c++", "CPlusPlus"),
            ("+", "Plus"),
            ("18+", "N18Plus"),
            ("content-type", "ContentType"),
            ("utf-8", "Utf8"),
            ("application/vnd.api+json", "ApplicationVndApiJson"),
            ("--dry-run", "DryRun"),
            ("2020-01-01", "N20200101"),
        ] {
            assert_eq!(variant_name(wire), name, "{wire}");
        }
    }

    #[test]
    fn letters_of_other_scripts_become_ascii() {
        assert_eq!(field_name("größe"), "grosse");
        assert_eq!(type_name("名前"), "MingQian");
        assert_eq!(variant_name("🚀"), "Rocket");
        assert_eq!(field_name("\u{e000}"), "ue000");
    }

    #[test]
    fn an_alternative_spells_out_what_the_name_omits() {
        assert_eq!(alternatives("a-b"), ["a dash b"]);
        assert_eq!(alternatives("ASC"), ["upper ASC"]);
        assert_eq!(alternatives("Asc"), ["capital Asc"]);
        assert_eq!(alternatives("aSc"), [""; 0]);
        assert_eq!(
            alternatives("A_B"),
            ["upper A_B", "A underscore B", "upper A underscore B"]
        );
    }

    #[test]
    fn a_keyword_is_raw() {
        assert_eq!(ident("gen").to_string(), "r#gen");
        assert_eq!(ident("type").to_string(), "r#type");
        assert_eq!(ident("self").to_string(), "self_");
    }

    proptest::proptest! {
        #[test]
        fn naming_any_string_does_not_panic(wire: String) {
            for name in [type_name(&wire), variant_name(&wire), field_name(&wire), setter_name(&field_name(&wire))] {
                proptest::prop_assert!(syn::parse_str::<Ident>(&ident(&name).to_string()).is_ok());
            }
            proptest::prop_assert_eq!(type_name(&wire).to_upper_camel_case(), type_name(&wire));
            singular(&wire);
        }
    }
}
