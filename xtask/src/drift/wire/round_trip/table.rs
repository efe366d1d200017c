//! The driver's table: from the names of actions to the types that the client decodes.

use codegen::FileSet;

/// The result of an emitted action.
#[derive(Debug, PartialEq, Eq)]
enum Output<'t> {
    /// A type, whatever the status.
    Whole,
    /// A variant of the enum for each status with a body.
    Outcome {
        name: &'t str,
        variants: Vec<&'t str>,
    },
}

/// An action as emitted.
struct Emitted<'t> {
    wire: &'t str,
    output: Option<Output<'t>>,
}

/// The module `table` of the driver.
pub(super) fn source(files: &FileSet) -> String {
    let actions: Vec<_> = files
        .iter()
        .filter(|(path, _)| path.starts_with("src/resources/"))
        .flat_map(|(_, text)| emitted(text))
        .collect();
    let requests = files.get("src/dynamic.rs").unwrap_or_default();
    let rows = requests.lines().filter_map(|line| {
        let (name, path) = line.trim().strip_suffix(',')?.split_once(" => ")?;
        let name = name.strip_prefix('"')?.strip_suffix('"')?;
        let action = actions.iter().find(|action| action.wire == name)?;
        row(name, path, action.output.as_ref()?)
    });
    let rows: String = rows.collect();
    format!(
        "//! Decodes the body of each action.\n\n\
         #![allow(unreachable_patterns, reason = \"not every outcome has other variants\")]\n\n\
         use client_runtime::http::StatusCode;\n\
         use client_runtime::{{Action, Body}};\n\n\
         use crate::{{Read, write}};\n\n\
         /// Decodes the body of a success and encodes it again; none for an action without a type.\n\
         pub fn read(action: &str, status: StatusCode, body: Body<'_>) -> Option<Read> {{\n    \
         Some(match action {{\n{rows}        _ => return None,\n    }})\n}}\n"
    )
}

/// One arm of the table. `path` is the request's, e.g. `resources::device::Get`.
fn row(name: &str, path: &str, output: &Output<'_>) -> Option<String> {
    let (module, _) = path.rsplit_once("::")?;
    let written = match output {
        Output::Whole => "write(&output)".to_owned(),
        Output::Outcome {
            name: outcome,
            variants,
        } => {
            let variants = variants.iter().chain([&"Other"]);
            let arms = variants.map(|variant| {
                format!("client::{module}::{outcome}::{variant}(value) => write(&value), ")
            });
            format!("match output {{ {}_ => None }}", arms.collect::<String>())
        }
    };
    Some(format!(
        "        {name:?} => <client::{path} as Action>::read(status, body)\n            \
         .map(|output| {written}),\n"
    ))
}

/// The actions of an emitted module, in the form of the runtime's macro `action!`.
fn emitted(text: &str) -> impl Iterator<Item = Emitted<'_>> {
    let calls = text.split("client_runtime::action!(").skip(1);
    calls.filter_map(|call| {
        let (call, _) = call.split_once("\n});")?;
        let (_, rest) = call.split_once(" = \"")?;
        let (wire, rest) = rest.split_once('"')?;
        let (_, output) = rest.split_once(" -> ")?;
        Some(Emitted {
            wire,
            output: output_of(output.trim()),
        })
    })
}

/// The result type after the arrow; none if no body has a type.
fn output_of(text: &str) -> Option<Output<'_>> {
    if text == "()" || text.starts_with("events ") {
        return None;
    }
    let Some((name, rest)) = text.split_once(" { ") else {
        return Some(Output::Whole);
    };
    // `200 Done(types::Device), 204 Gone }`; a type may have commas in it.
    let words = rest.split(' ');
    let variants = words.filter_map(|word| {
        let (name, _) = word.split_once('(')?;
        let is_name = name.starts_with(|c: char| c.is_ascii_uppercase());
        is_name.then_some(name)
    });
    Some(Output::Outcome {
        name,
        variants: variants.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_action_returns_is_read_from_its_macro() {
        let text = "client_runtime::action!(Get = \"a.get\" {\n    GET \"/a\" -> types::A\n});\n\
                    client_runtime::action!(Put = \"a.put\" {\n    \
                    PUT \"/a\" -> PutOutcome { 200 Ok(types::A), 202 Started(Vec<A>), 204 None }\n});\n\
                    client_runtime::action!(Del = \"a.del\" {\n    DELETE \"/a\" -> ()\n});\n\
                    client_runtime::action!(See = \"a.see\" {\n    GET \"/a\" -> events E\n});";
        let actions: Vec<_> = emitted(text).collect();
        let names: Vec<_> = actions.iter().map(|action| action.wire).collect();
        assert_eq!(names, ["a.get", "a.put", "a.del", "a.see"]);
        assert_eq!(actions[0].output, Some(Output::Whole));
        let variants = vec!["Ok", "Started"];
        let outcome = Output::Outcome {
            name: "PutOutcome",
            variants,
        };
        assert_eq!(actions[1].output, Some(outcome));
        assert!(actions[2].output.is_none() && actions[3].output.is_none());
    }
}
