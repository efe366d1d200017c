//! The rules: every kind of change, why it matters, and its opposite.

use crate::rule::{Mirror, Rule};

macro_rules! rules {
    ($($name:ident = $id:literal: $title:literal, $explanation:literal, $mirror:expr;)*) => {
        $(
            pub(super) const $name: &Rule = &Rule {
                id: concat!("compat/", $id),
                title: $title,
                explanation: $explanation,
                mirror: $mirror,
            };
        )*

        /// Every rule, in the order of its id.
        pub const RULES: &[&Rule] = &[$($name),*];
    };
}

const fn opposite(id: &'static str) -> Mirror {
    Mirror::Rule(id)
}

const fn none(reason: &'static str) -> Mirror {
    Mirror::None(reason)
}

rules! {
    ACTION_ADDED = "action-added": "an action is new",
        "A method of its resource's handle and a request type are new. Existing programs still compile.",
        opposite("compat/action-removed");
    ACTION_REMOVED = "action-removed": "an action is gone",
        "Its method and its request type are gone, so programs that call it no longer compile, and requests of released versions fail. Deprecate it first, if the server allows.",
        opposite("compat/action-added");
    ADDITIONAL_ALLOWED = "additional-properties-allowed": "an object allows unnamed properties",
        "A struct that can be sent gets a field `extra` for them.",
        opposite("compat/additional-properties-forbidden");
    ADDITIONAL_FORBIDDEN = "additional-properties-forbidden": "an object no longer allows unnamed properties",
        "The field `extra` of a struct that is only sent is gone, and the server refuses what released versions send in it.",
        opposite("compat/additional-properties-allowed");
    BASE_URL_CHANGED = "base-url-changed": "the base URL of the API changes",
        "Clients that don't set `base_url` use the new URL after an upgrade; released versions use the old one while it is served.",
        none("the opposite is another change of the base URL");
    BRANCH_ADDED = "branch-added": "a union has a new variant",
        "The enum gets a variant. It is non-exhaustive, and released versions keep unknown values as `Unknown`.",
        opposite("compat/branch-removed");
    BRANCH_CHANGED = "branch-changed": "the discriminator of a union variant changed",
        "The variant is recognized by another JSON type, or by another value of the discriminator. The server refuses it from released versions, which read it as another variant or as `Unknown`.",
        none("the opposite is another change of the discriminator");
    BRANCH_REMOVED = "branch-removed": "a variant of a union is gone",
        "Programs that name the variant no longer compile; in requests of released versions the server refuses it.",
        opposite("compat/branch-added");
    DEFAULT_CHANGED = "default-changed": "the default of a parameter changes",
        "Programs that leave the parameter out get other results, upgraded or not.",
        none("the opposite is another change of the default");
    DEPRECATED = "deprecated": "something is deprecated",
        "Programs that use it get a warning after an upgrade.",
        opposite("compat/undeprecated");
    DOCS_CHANGED = "docs-changed": "docs change",
        "Titles, descriptions, examples and documented errors only appear in the docs of the emitted crate.",
        none("the opposite is another change of the docs");
    ENUM_VALUE_ADDED = "enum-value-added": "an enum has a new value",
        "The enum gets a variant. It is open: released versions keep an unknown value as its string.",
        opposite("compat/enum-value-removed");
    ENUM_VALUE_REMOVED = "enum-value-removed": "a value of an enum is gone",
        "Its variant is gone, so programs that name it no longer compile; the server refuses requests of released versions that send it.",
        opposite("compat/enum-value-added");
    ERROR_BODY_CHANGED = "error-body-changed": "the type of the error body changes",
        "`Error::api_error` returns another type. Released versions keep the body of an error, but read nothing from it.",
        none("the opposite is another change of the type");
    ERROR_FIELDS_CHANGED = "error-fields-changed": "the code or message of an error comes from another property",
        "`Error::code` and `Error::api_message` read another property of the body, so programs that compare codes may see other codes.",
        none("the opposite is another change of the property");
    EVENT_ADDED = "event-added": "a stream has a new event",
        "The enum of events gets a variant. It is non-exhaustive, and released versions keep unknown values as `Unknown`.",
        opposite("compat/event-removed");
    EVENT_REMOVED = "event-removed": "an event of a stream is gone",
        "Its variant is gone, so programs that name it no longer compile. Released versions read other events as before, but wait for this one in vain.",
        opposite("compat/event-added");
    EXTRA_REMOVED = "extra-removed": "a type is no longer used in responses, but in requests",
        "The server refuses unknown properties in requests, so the struct no longer has the field `extra`.",
        none("a type that becomes part of responses only gets a field");
    FEATURE_REMOVED = "feature-removed": "a feature of the emitted crate is gone or renamed",
        "Each group of resources is a feature, called by the longest name in it. A program that names a missing feature does not build.",
        none("a new feature comes with a new resource");
    FORMAT_CHANGED = "format-changed": "the format of a string or number changes",
        "The Rust type changes with the format, e.g. from `String` to `DateTime`. Released versions read every string and, as a number, every number; they break if an integer becomes any number, or if the server refuses what they send.",
        none("the opposite is another change of the format");
    HEADER_CHANGED = "header-changed": "the headers sent with every request change",
        "The server may answer differently, e.g. to another `Accept-Version`. Released versions send the old headers.",
        none("the opposite is another change of the headers");
    LIMIT_LOOSENED = "limit-loosened": "a limit is looser",
        "The client sends requests that it refused before. Limits are not checked in responses.",
        opposite("compat/limit-tightened");
    LIMIT_TIGHTENED = "limit-tightened": "a limit is tighter",
        "After an upgrade the client refuses requests beyond the new limit; without one the server does. State the new limit in the release notes. Limits are not checked in responses.",
        opposite("compat/limit-loosened");
    METHOD_CHANGED = "method-changed": "an action has another HTTP method",
        "Released versions use a method that the server may no longer accept.",
        none("the opposite is another change of the method");
    NAME_CHANGED = "name-changed": "a name changes in Rust, but not in the API",
        "Programs that use the old name no longer compile. Restore the old name with a title, or release a major version.",
        none("the opposite is another change of the name");
    NULL_ADDED = "null-added": "a value may be null",
        "In a request it becomes `Nullable`, which distinguishes absent, null and a value, so its type changes. In a response a null property is read as absent, by released versions too, but programs that rely on the value find none. A null item of a list or value of a map cannot be read, and neither can its response.",
        opposite("compat/null-removed");
    NULL_REMOVED = "null-removed": "a value may no longer be null",
        "In a request it is no longer `Nullable`, so its type changes, and the server refuses a null from released versions. In a response there is one case less to handle.",
        opposite("compat/null-added");
    OUTCOME_ADDED = "outcome-added": "an action may succeed in another way",
        "The enum of outcomes gets a variant. It is non-exhaustive, and released versions keep unknown results as `Other`.",
        opposite("compat/outcome-removed");
    OUTCOME_REMOVED = "outcome-removed": "an action no longer succeeds in one way",
        "Its variant is gone, so programs that name it no longer compile. Released versions read the others as before.",
        opposite("compat/outcome-added");
    PACKAGE_RENAMED = "package-renamed": "the emitted crate has another name",
        "Every program that uses the crate must name the new one.",
        none("the opposite is another change of the name");
    PAGING_ADDED = "paging-added": "a collection is now paginated",
        "The action's call gets `pages` and `items`.",
        opposite("compat/paging-removed");
    PAGING_CHANGED = "paging-changed": "a collection is paginated differently",
        "By another parameter, or with other items: what `items` yields, or how it continues, changes. Released versions page as before, and may end too early.",
        none("the opposite is another change of pagination");
    PAGING_REMOVED = "paging-removed": "a collection is no longer paginated",
        "`pages` and `items` of the action's call are gone, so programs that use them no longer compile.",
        opposite("compat/paging-added");
    PARAMETER_ADDED = "parameter-added": "an optional parameter is new",
        "The request type gets a field and a setter. It is non-exhaustive, so existing programs still compile.",
        opposite("compat/parameter-removed");
    PARAMETER_MOVED = "parameter-moved": "a parameter moves within the request",
        "For example from the query to a header: released versions send it where the server does not look for it.",
        none("the opposite is another move");
    PARAMETER_OPTIONAL = "parameter-optional": "a parameter becomes optional",
        "It is no longer an argument of the request's `new` but has a setter, and its field is an `Option`.",
        opposite("compat/parameter-required");
    PARAMETER_REHOMED = "parameter-rehomed": "a parameter moves between a resource and its actions",
        "Its field moves from the struct `Path`, which all actions of the resource take, to the struct of each request, or the other way. The request that is sent stays the same.",
        none("the opposite is another move");
    PARAMETER_REMOVED = "parameter-removed": "a parameter is gone",
        "Its field and its setter are gone, so programs that set it no longer compile. A server ignores or refuses it in requests of released versions.",
        opposite("compat/parameter-added");
    PARAMETER_REQUIRED = "parameter-required": "a parameter becomes required",
        "It becomes an argument of the request's `new`, and its field is no longer an `Option`. The server refuses requests without it from released versions.",
        opposite("compat/parameter-optional");
    PATH_CHANGED = "path-changed": "an action has another path",
        "Released versions use a path that the server may no longer know. If placeholders change places, programs still compile but mix up their arguments.",
        none("the opposite is another change of the path");
    PROPERTY_ADDED = "property-added": "a property is new",
        "The struct gets a field. It is non-exhaustive, so existing programs still compile; released versions keep unknown properties in `extra`.",
        opposite("compat/property-removed");
    PROPERTY_OPTIONAL = "property-optional": "a property becomes optional",
        "In a request its field becomes an `Option`, and `new` loses an argument. In a response its field is an `Option` anyway, so released versions can read responses without it; but programs that rely on it find none.",
        opposite("compat/property-required");
    PROPERTY_REMOVED = "property-removed": "a property is gone",
        "Its field is gone, so programs that use it no longer compile. A server ignores or refuses it in requests of released versions. They can read a response without it, but programs that rely on it find none.",
        opposite("compat/property-added");
    PROPERTY_REQUIRED = "property-required": "a property becomes required",
        "In a request its field is no longer an `Option`, `new` gets an argument, and the server refuses requests without it from released versions. In a response its field does not change.",
        opposite("compat/property-optional");
    READ_ONLY = "read-only": "requests no longer contain a property",
        "Programs that set the property compile as before, but its value is not sent. Responses still have it.",
        opposite("compat/writable");
    REQUIRED_ADDED = "required-added": "a required parameter or property of requests is new",
        "`new` gets an argument, so programs that create the request no longer compile, and the server refuses requests of released versions, which cannot send it.",
        none("the opposite is a removed parameter or property");
    REQUIRED_ORDER = "required-order-changed": "the required parameters or properties of a request change their order",
        "The arguments of `new` change places. If they have the same type, programs still compile and mix them up.",
        none("the opposite is another change of the order");
    RESOURCE_ADDED = "resource-added": "a resource is new",
        "A method of the client and a module are new.",
        opposite("compat/resource-removed");
    RESOURCE_REMOVED = "resource-removed": "a resource is gone",
        "Its module and the client's method are gone, so programs that use it no longer compile, and requests of released versions fail.",
        opposite("compat/resource-added");
    RUST_TYPE_CHANGED = "rust-type-changed": "the type of a field changes in Rust, but not in the API",
        "Because of the position of its struct, or of a cycle that contains it, the field gains or loses an `Option` or a `Box`. Programs that use the field no longer compile.",
        none("the opposite is another change of the type");
    SCOPES_CHANGED = "scopes-changed": "the scopes that an action requires change",
        "Tokens that were sufficient may no longer be, or the other way. Only the docs of the crate change.",
        none("the opposite is another change of the scopes");
    STATUS_CHANGED = "status-changed": "the status of a success changes",
        "Every status from 200 to 299 is a success, so upgraded and released versions read the response alike. Programs that compare the status, or take 202 (accepted) for 200 (done), behave differently.",
        none("the opposite is another change of the status");
    SUCCESS_CHANGED = "success-changed": "the kind of a success changes",
        "The action's output becomes a body, no body, one of several bodies, or a stream. Programs that use it no longer compile, and released versions may fail to read it.",
        none("the opposite is another change of the success");
    TYPE_ADDED = "type-added": "an unused type is new",
        "It is described by a file in `types/`, or an alias of a type. Existing programs still compile.",
        opposite("compat/type-removed");
    TYPE_CHANGED = "type-changed": "the JSON type of a value changes",
        "The Rust type changes, so programs that use it no longer compile. Released versions break if their type cannot hold the new values, or if the server refuses what they send.",
        none("the opposite is another change of the type");
    TYPE_REMOVED = "type-removed": "an unused type is gone",
        "No parameter and no result used it, but programs may name it: it was an alias, described an error, or was unused.",
        opposite("compat/type-added");
    TYPE_RENAMED = "type-renamed": "a type has another name in Rust",
        "Programs that name it no longer compile. A title preserves the name of an inline type that moves or changes. If the name follows from another change, e.g. because equal types differ now, it is folded into that finding.",
        none("the opposite is another change of the name");
    TYPE_UNSENT = "type-unsent": "a type is no longer used in requests",
        "Its `new` and its setters are gone, so programs that create a value of it no longer compile.",
        none("a type that becomes part of requests is reported as the change that adds it");
    UNDEPRECATED = "undeprecated": "something is no longer deprecated",
        "Programs that use it no longer get a warning.",
        opposite("compat/deprecated");
    VALUES_CHANGED = "values-changed": "the accepted values of a number or of mixed types change",
        "The client refuses to send values that are no longer accepted, and the server refuses them. Values are not checked in responses.",
        none("some values may be added while others are removed");
    WRITABLE = "writable": "requests now contain a property",
        "Programs that set the property send it after an upgrade; released versions leave it out.",
        opposite("compat/read-only");
}
