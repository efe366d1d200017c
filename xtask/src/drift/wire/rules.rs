//! The rules of `wire`.

use codegen::rule::{Mirror, Rule};

use crate::drift::Severity;

/// Why the rules of this part have no opposite.
const ONE_WAY: Mirror = Mirror::None(
    "traffic proves what exists; what it lacks may exist without having been requested",
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

        /// The severity of a rule: a new version is needed once the schemas are changed.
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
    "a request matches no action of the schemas"
    "Its method and path match no path template. Either the schemas lack an action, or the traffic \
     is of another API. Requests to other hosts are ignored, unless other requests to the host \
     match or it is that of the base URL. Only the words of the path that occur in a template are \
     shown, and `*` for the rest; a method that HTTP does not define is shown as `OTHER`."

    UNDOCUMENTED_STATUS Minor "undocumented-status"
    "a response has an undocumented status"
    "The client decodes a success by its status, and treats every other status as an error. Add \
     the status to the responses of the action with the type of its body."

    UNDOCUMENTED_BODY Minor "undocumented-body"
    "a response has an undocumented body"
    "The client discards the body of such a response. Add its type to the response."

    UNKNOWN_PROPERTY Minor "unknown-property"
    "an object has a property that its schema does not name"
    "The client keeps it in `extra` of the object, where few will look for it. Add it to \
     `properties`. Free-form objects and maps are not checked for this."

    UNKNOWN_ENUM_VALUE Minor "unknown-enum-value"
    "a value is not in the list of its schema"
    "The client keeps it in the variant `Unknown`, and refuses to send it. Add it to the list. It \
     is only shown if it looks like a name."

    MISSING_REQUIRED Major "missing-required"
    "an object lacks a required property"
    "The client cannot decode an object without it. Remove it from `required`."

    WRONG_TYPE Major "wrong-type"
    "a value has another JSON type than its schema allows"
    "The client may be unable to decode it. List both types in the schema; for a property that may \
     be null, the type of its value and `null`."

    CONSTRAINT_BROKEN Patch "constraint-broken"
    "a value violates a limit of its schema"
    "A length, a range, a pattern or a format. The client decodes such a response anyway, but \
     refuses to send the value although the server accepts it. Widen the limit, or remove it."

    NOT_JSON Major "not-json"
    "a body is not JSON although a type is documented"
    "It is empty, is something else, or was truncated in the recording. If the action really \
     answers so, remove the type from its response."

    UNKNOWN_PARAMETER Minor "unknown-parameter"
    "a successful request has an undocumented parameter or body"
    "The client cannot send it. Add it to the parameters of the action. Refused requests are not \
     checked for this."

    LOSSY_ROUND_TRIP Major "lossy-round-trip"
    "a body changes when it is decoded and encoded again"
    "The client's types keep the whole content of a response, so this is a bug in the generator or \
     the runtime. Report it with the schema of the place."

    UNDECODABLE Major "undecodable"
    "a body cannot be decoded into the client's type"
    "A user of the client gets an error in place of the response. The schema of the place is \
     wrong: the findings of other rules say how. Or the body exceeds what JSON parsers accept, \
     e.g. its depth or the size of a number, or it contains half of a surrogate pair."
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
