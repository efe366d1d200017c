//! What traffic can show.

use codegen::rule::{Mirror, Rule};

use crate::drift::Severity;

/// Why no rule here has an opposite.
const ONE_WAY: Mirror = Mirror::None(
    "traffic shows what there is; what it doesn't show may still be there and only not have been \
     asked for",
);

macro_rules! rules {
    ($($name:ident $severity:ident $id:literal $title:literal $explanation:literal)+) => {
        /// All rules of this part.
        pub const RULES: &[Rule] = &[$($name),+];

        $(pub(super) const $name: Rule = Rule {
            id: concat!("wire/", $id),
            title: $title,
            explanation: $explanation,
            mirror: ONE_WAY,
        };)+

        /// What a finding of a rule asks for: a new version is needed once the schemas are changed.
        pub(super) fn severity(rule: &Rule) -> Severity {
            match rule.id {
                $(concat!("wire/", $id) => Severity::$severity,)+
                _ => Severity::Major,
            }
        }
    };
}

rules! {
    UNKNOWN_ACTION Minor "unknown-action"
    "a request is for no action of the schemas"
    "Its method and path match no path template. Either the API has an action that the schemas \
     lack, or the traffic is of another API. Requests to a host that is neither that of the base \
     URL nor one at which others match are passed over. Of the path, only words that a template \
     has too are shown, and `*` for all else; a method that HTTP doesn't have is shown as `OTHER`."

    UNDOCUMENTED_STATUS Minor "undocumented-status"
    "a response has a status that its action doesn't document"
    "The client decodes a success by its status, and takes every other status for an error. Add \
     the status to the action's responses with the type of its body."

    UNDOCUMENTED_BODY Minor "undocumented-body"
    "a response has a body where none is documented"
    "The client drops what such a response says. Add its type to the response."

    UNKNOWN_PROPERTY Minor "unknown-property"
    "an object has a property that its schema doesn't name"
    "The client keeps it in `extra` of the object, where few will look for it. Add it to \
     `properties`. Objects that are free-form, or maps, are not looked at for this."

    UNKNOWN_ENUM_VALUE Minor "unknown-enum-value"
    "a value is none of those that its schema lists"
    "The client keeps it in the variant `Unknown`, and refuses to send it. Add it to the list. It \
     is only shown if it looks like a name."

    MISSING_REQUIRED Major "missing-required"
    "an object lacks a property that is required"
    "The client can't decode an object without it. Take it out of `required`."

    WRONG_TYPE Major "wrong-type"
    "a value is of another JSON type than its schema says"
    "The client may be unable to decode it. Say both types in the schema; a property that may be \
     null has the types of its value and `null`."

    CONSTRAINT_BROKEN Patch "constraint-broken"
    "a value breaks a limit of its schema"
    "A length, a range, a pattern or a format. What comes back is decoded anyway, but the client \
     refuses to send such a value although the server takes it. Widen the limit, or remove it."

    NOT_JSON Major "not-json"
    "a body is not JSON where a type is documented"
    "It is empty, is something else, or was cut off when it was recorded. If the action answers \
     so, take the type out of its response."

    UNKNOWN_PARAMETER Minor "unknown-parameter"
    "a request that succeeded has a parameter or a body that its action doesn't take"
    "The client can't send it. Add it to the action's parameters. Requests that were refused are \
     not looked at."

    LOSSY_ROUND_TRIP Major "lossy-round-trip"
    "a body is not the same after it was decoded and written again"
    "The client's types keep everything that a response says, so this is a mistake of the \
     generator or of the runtime. Report it with the schema of the place."

    UNDECODABLE Major "undecodable"
    "a body can't be decoded into the client's type"
    "A user of the client gets an error in place of the response. The schema says something of the \
     place that is not so: other rules tell what. Or the body is nested deeper, or has a number or half \
     a character, that no JSON is read with."
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_rule_has_an_id_of_its_own() {
        let ids: HashSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        assert_eq!(severity(&WRONG_TYPE), Severity::Major);
    }
}
