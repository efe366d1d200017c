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
        "A method of its resource's handle and a request type are new. Nothing that compiles now breaks.",
        opposite("compat/action-removed");
    ACTION_REMOVED = "action-removed": "an action is gone",
        "Its method and its request type are gone, so that programs that call it don't compile any more, and released versions ask a server for something that it does not do. Deprecate it first, if the server allows.",
        opposite("compat/action-added");
    ADDITIONAL_ALLOWED = "additional-properties-allowed": "an object may have properties that it does not name",
        "A struct that can be sent gets a field `extra` for them.",
        opposite("compat/additional-properties-forbidden");
    ADDITIONAL_FORBIDDEN = "additional-properties-forbidden": "an object may not have properties any more that it does not name",
        "The field `extra` of a struct that is only sent is gone, and what released versions send in it is refused.",
        opposite("compat/additional-properties-allowed");
    BASE_URL_CHANGED = "base-url-changed": "the API is served from elsewhere",
        "Clients that don't set `base_url` go to the new URL after an upgrade; released versions go to the old one for as long as it is served.",
        none("the opposite of a change of place is a change of place");
    BRANCH_ADDED = "branch-added": "a union has another form",
        "The enum gets a variant. It is non-exhaustive, and released versions keep what they don't know as `Unknown`.",
        opposite("compat/branch-removed");
    BRANCH_CHANGED = "branch-changed": "a form of a union is told by something else",
        "What tells the form from the others is another kind of JSON, or another value of the discriminator: what released versions send of it is refused, and what they read of it they keep as another form, or as `Unknown`.",
        none("the opposite of another discriminator is another discriminator");
    BRANCH_REMOVED = "branch-removed": "a form of a union is gone",
        "Its variant is gone, so that programs that name it don't compile any more; in a request, what released versions send of it is refused.",
        opposite("compat/branch-added");
    DEFAULT_CHANGED = "default-changed": "what is assumed where a parameter is left out changes",
        "Programs that leave the parameter out get something else than before, after an upgrade or without one.",
        none("the opposite of another default is another default");
    DEPRECATED = "deprecated": "the vendor advises against it",
        "Programs that use it get a warning after an upgrade.",
        opposite("compat/undeprecated");
    DOCS_CHANGED = "docs-changed": "what is said of it changes",
        "Titles, descriptions, examples and documented errors are docs of the emitted crate, and nothing else.",
        none("the opposite of another text is another text");
    ENUM_VALUE_ADDED = "enum-value-added": "an enum has another value",
        "The enum gets a variant. It is open: released versions keep a value that they don't know as its text.",
        opposite("compat/enum-value-removed");
    ENUM_VALUE_REMOVED = "enum-value-removed": "a value of an enum is gone",
        "Its variant is gone, so that programs that name it don't compile any more; in a request, released versions that send it are refused.",
        opposite("compat/enum-value-added");
    ERROR_BODY_CHANGED = "error-body-changed": "the API explains errors by another type",
        "`Error::api_error` returns another type. Released versions keep the body of an error whatever it is, but read nothing from it.",
        none("the opposite of another type is another type");
    ERROR_FIELDS_CHANGED = "error-fields-changed": "an error takes its code or message from another property",
        "`Error::code` and `Error::api_message` come from another property of the body, so that programs that compare codes may find others.",
        none("the opposite of another property is another property");
    EVENT_ADDED = "event-added": "a stream has another kind of event",
        "The enum of events gets a variant. It is non-exhaustive, and released versions keep what they don't know as `Unknown`.",
        opposite("compat/event-removed");
    EVENT_REMOVED = "event-removed": "a kind of event of a stream is gone",
        "Its variant is gone, so that programs that name it don't compile any more. Released versions read the others as before, and wait for it in vain.",
        opposite("compat/event-added");
    EXTRA_REMOVED = "extra-removed": "a type is in no response any more, but in requests",
        "What is sent is refused where the description does not know it, so that the struct has no field `extra` any more.",
        none("what gets into responses only gets a field");
    FEATURE_REMOVED = "feature-removed": "the emitted crate has a feature less, or under another name",
        "Each group of resources is a feature, called by the longest name in it. A program that names a feature that is not there does not build.",
        none("a new feature comes with a new resource");
    FORMAT_CHANGED = "format-changed": "a text or number has another format",
        "The Rust type changes with the format, e.g. from `String` to `DateTime`. Released versions read every string and, as a number, every number; they break where an integer becomes any number, or where the server refuses what they send.",
        none("the opposite of another format is another format");
    HEADER_CHANGED = "header-changed": "the client sends another header with every request",
        "The server may answer otherwise, e.g. to another `Accept-Version`. Released versions send what they sent.",
        none("the opposite of another header is another header");
    LEFT_OUT = "left-out": "a part of an imported description is not compared",
        "It has a mistake in one of the versions that no overlay corrects, and for which no correction is proposed but a guess, so that it is left out of both. Whatever changed in it is not told. Of schemas that are written by hand no part is left out: their mistakes stop the check.",
        none("it is told the same way, whichever version has the mistake");
    LIMIT_LOOSENED = "limit-loosened": "a limit is looser",
        "Requests that were refused before they were sent are sent now. Responses are read whatever the limit.",
        opposite("compat/limit-tightened");
    LIMIT_TIGHTENED = "limit-tightened": "a limit is tighter",
        "In a request, what was sent before is refused before it is sent after an upgrade, and by the server in any case: say in the release notes what the limit is now. Responses are read whatever the limit.",
        opposite("compat/limit-loosened");
    METHOD_CHANGED = "method-changed": "an action has another HTTP method",
        "Released versions ask by a method that the server may not take any more.",
        none("the opposite of another method is another method");
    MENDED = "mistakes-corrected": "an imported description has mistakes, and was corrected to be compared",
        "An overlay is for one version of the vendor's description; for another one, those of its corrections are made that still can be, and in both versions or in neither where the value that they are for is another one in the other version. Mistakes that remain are corrected as `cargo xtask regenerate` proposes, so that both versions can be compared. A guess is made only where both versions have the same mistake, so that it is no change. Nothing generates from such a description before an overlay makes the corrections.",
        none("it is told of each version that has mistakes");
    NAME_CHANGED = "name-changed": "something has another name in Rust, though not in the API",
        "Programs that use the old name don't compile any more. Give the old name back by a title, or release a major version.",
        none("the opposite of another name is another name");
    NULL_ADDED = "null-added": "a value may be null",
        "In a request it becomes `Nullable`, which tells absent, null and a value apart, so that its type changes. In a response a property that is null is read as absent, by released versions too, but programs that count on the value find none; an item of a list or a value of a map that is null is not read, and neither is the response that it is in.",
        opposite("compat/null-removed");
    NULL_REMOVED = "null-removed": "a value may not be null any more",
        "In a request it is no `Nullable` any more, so that its type changes, and a null that released versions send is refused. In a response there is one case less.",
        opposite("compat/null-added");
    OUTCOME_ADDED = "outcome-added": "an action may succeed in another way",
        "The enum of outcomes gets a variant. It is non-exhaustive, and released versions keep what they don't know as `Other`.",
        opposite("compat/outcome-removed");
    OUTCOME_REMOVED = "outcome-removed": "an action does not succeed in a way any more in which it did",
        "Its variant is gone, so that programs that name it don't compile any more. Released versions read the others as before.",
        opposite("compat/outcome-added");
    PACKAGE_RENAMED = "package-renamed": "the emitted crate has another name",
        "Every program that uses the crate has to name the new one.",
        none("the opposite of another name is another name");
    PAGING_ADDED = "paging-added": "a collection can be read page by page",
        "The action's call gets `pages` and `items`.",
        opposite("compat/paging-removed");
    PAGING_CHANGED = "paging-changed": "a collection is paged otherwise",
        "By another parameter, or with other items: what `items` yields, or how it goes on, changes. Released versions page as they did, which may end too early.",
        none("the opposite of another way of paging is another way of paging");
    PAGING_REMOVED = "paging-removed": "a collection can't be read page by page any more",
        "`pages` and `items` of the action's call are gone, so that programs that use them don't compile any more.",
        opposite("compat/paging-added");
    PARAMETER_ADDED = "parameter-added": "an optional parameter is new",
        "The request type gets a field and a setter. It is non-exhaustive, so nothing that compiles now breaks.",
        opposite("compat/parameter-removed");
    PARAMETER_MOVED = "parameter-moved": "a parameter stands elsewhere in the request",
        "Say in a header instead of the query: released versions send it where the server does not look for it.",
        none("the opposite of another place is another place");
    PARAMETER_OPTIONAL = "parameter-optional": "a parameter may be left out",
        "It is no argument of the request's `new` any more but has a setter, and its field is an `Option`.",
        opposite("compat/parameter-required");
    PARAMETER_REHOMED = "parameter-rehomed": "a parameter moves between a resource and its actions",
        "Its field moves from the struct `Path`, which all actions of the resource take, to the struct of each request, or from there. What is sent stays the same.",
        none("the opposite of another struct is another struct");
    PARAMETER_REMOVED = "parameter-removed": "a parameter is gone",
        "Its field and its setter are gone, so that programs that set it don't compile any more. A server ignores or refuses it where released versions send it.",
        opposite("compat/parameter-added");
    PARAMETER_REQUIRED = "parameter-required": "a parameter may not be left out any more",
        "It becomes an argument of the request's `new`, and its field is no `Option` any more. Released versions that leave it out are refused.",
        opposite("compat/parameter-optional");
    PATH_CHANGED = "path-changed": "an action has another path",
        "Released versions ask by a path that the server may not know any more. Where placeholders change places, the arguments of a program that compiles all the same become others.",
        none("the opposite of another path is another path");
    PROPERTY_ADDED = "property-added": "a property is new",
        "The struct gets a field. It is non-exhaustive, so nothing that compiles now breaks; released versions keep what they don't know in `extra`.",
        opposite("compat/property-removed");
    PROPERTY_OPTIONAL = "property-optional": "a property may be missing",
        "In a request its field becomes an `Option`, and `new` loses an argument. In a response its field is an `Option` all the same, so that released versions read what lacks it; but programs that count on it find none.",
        opposite("compat/property-required");
    PROPERTY_REMOVED = "property-removed": "a property is gone",
        "Its field is gone, so that programs that use it don't compile any more. Where released versions send it, a server ignores or refuses it; a response without it they read all the same, but programs that count on it find none.",
        opposite("compat/property-added");
    PROPERTY_REQUIRED = "property-required": "a property may not be missing any more",
        "In a request its field is no `Option` any more, `new` gets an argument, and released versions that leave it out are refused. In a response its field stays as it is.",
        opposite("compat/property-optional");
    READ_ONLY = "read-only": "requests leave a property out",
        "Programs that set the property compile as before, and send no value of it. Responses have it all the same.",
        opposite("compat/writable");
    REQUIRED_ADDED = "required-added": "a required parameter or property of requests is new",
        "`new` gets an argument, so that programs that make the request don't compile any more, and released versions that can't send it are refused.",
        none("what is required and goes is a parameter or a property that goes");
    REQUIRED_ORDER = "required-order-changed": "what a request requires comes in another order",
        "The arguments of `new` change places. Where they have one type, programs still compile and send one for the other.",
        none("the opposite of another order is another order");
    RESOURCE_ADDED = "resource-added": "a resource is new",
        "A method of the client and a module are new.",
        opposite("compat/resource-removed");
    RESOURCE_REMOVED = "resource-removed": "a resource is gone",
        "Its module and the client's method are gone, so that programs that use it don't compile any more, and released versions ask a server for something that is not there.",
        opposite("compat/resource-added");
    RUST_TYPE_CHANGED = "rust-type-changed": "a field has another type in Rust, though not in the API",
        "For the place of its struct, or the circle that it is in: an `Option` or a `Box` comes or goes. Programs that use the field don't compile any more.",
        none("the opposite of another type is another type");
    SCOPES_CHANGED = "scopes-changed": "an action wants other scopes of a token",
        "Tokens that were enough may not be so any more, or may be now. Only the docs of the crate change.",
        none("the opposite of other scopes is other scopes");
    STATUS_CHANGED = "status-changed": "a success of an action comes with another status",
        "Every status from 200 to 299 is a success, so that upgraded and released versions read the response the same. Programs that compare the status, or take 202 (to be done) for 200 (done), do something else.",
        none("the opposite of another status is another status");
    SUCCESS_CHANGED = "success-changed": "a success of an action is something else",
        "The action's output is another kind of thing: a body, none, one of several, a stream. Programs that use it don't compile any more, and released versions may not be able to read it.",
        none("the opposite of another success is another success");
    TYPE_ADDED = "type-added": "a type is new that nothing uses",
        "A file in `types/` describes it, or it is but another name of a type. Nothing that compiles now breaks.",
        opposite("compat/type-removed");
    TYPE_CHANGED = "type-changed": "a value has another JSON type",
        "The Rust type changes, so that programs that use it don't compile any more. Released versions break where their type does not hold the new values, or the server refuses what they send.",
        none("the opposite of another type is another type");
    TYPE_REMOVED = "type-removed": "a type is gone that nothing used",
        "No parameter and no success led to it, but programs may name it: it was another name of a type, described an error, or was just there.",
        opposite("compat/type-added");
    TYPE_RENAMED = "type-renamed": "a type has another name in Rust",
        "Programs that name it don't compile any more. A title keeps the name of an inline type where it moves or changes. Where the name only follows from another change, as that of a type which was one with its copies, it is told with that one.",
        none("the opposite of another name is another name");
    TYPE_UNSENT = "type-unsent": "a type is in no request any more",
        "Its `new` and the methods that set its fields are gone, so that programs that make a value of it don't compile any more.",
        none("what sends a type that was not sent is found as such");
    UNDEPRECATED = "undeprecated": "the vendor does not advise against it any more",
        "Programs that use it get no warning any more.",
        opposite("compat/deprecated");
    VALUES_CHANGED = "values-changed": "the accepted values of a number or a mixture change",
        "In a request, values that are not accepted any more are refused before they are sent, and by the server. Responses are read whatever the values.",
        none("some values may come while others go");
    WRITABLE = "writable": "requests have a property that they left out",
        "Programs that set the property send it after an upgrade; released versions leave it out.",
        opposite("compat/read-only");
}
