//! The descriptor format: `api.json` and `resources/*.json`, as Rust types.
//!
//! These types are the only definition of the format. `descriptor.schema.json` is derived from
//! them, and every descriptor is validated against that schema before it is deserialized.

use indexmap::IndexMap;
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema as Derived;
use serde::Deserialize;
use serde_json::Value;

use crate::header::headed_json;
use crate::normal::Json;

/// The API as a whole: the file `api.json`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Service {
    /// Where an editor finds the schema of this file.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// The API's name for people, e.g. `Example Platform`.
    pub title: String,
    /// What the API is for, in Markdown.
    pub description: Option<String>,
    /// The version of the API that these files describe.
    pub version: String,
    /// The scheme, host and optional path prefix that every request starts with; no trailing slash.
    pub base_url: String,
    /// The page on which the vendor documents the API.
    pub documentation: Option<String>,
    /// The version of the vendor's description that these files follow, if they follow one. It
    /// changes nothing in the crate.
    pub upstream: Option<String>,
    /// The crate to emit.
    pub package: Package,
    /// The actions that example programs show, e.g. `devices.get`: at most one of each resource, and
    /// only those that read something. The README shows the first. By default the first action that
    /// lists a collection and the first that does not.
    #[serde(default)]
    pub examples: Vec<String>,
    /// How requests are authenticated.
    pub authentication: Option<Authentication>,
    /// Headers sent with every request, by name.
    #[serde(default)]
    pub headers: IndexMap<String, String>,
    /// Parameters that every action accepts besides its own.
    #[serde(default)]
    pub params: Vec<Parameter>,
    /// The body of error responses.
    pub error: Option<ErrorConvention>,
    /// How collections are paginated. An action that has the named parameters, and whose successful
    /// response has the named properties, is paginated.
    #[serde(default)]
    pub paging: Vec<PagingConvention>,
}

/// The emitted crate's entries in its `Cargo.toml`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Package {
    /// The crate's name.
    pub name: String,
    /// The crate's version.
    pub version: String,
    /// The licence of the crate as an SPDX expression, e.g. `MIT OR Apache-2.0`. crates.io requires
    /// one. The files `LICENSE*` beside `api.json` are copied into the crate.
    pub license: Option<String>,
    /// The page of the crate's source code.
    pub repository: Option<String>,
    /// At most 5 words for the search of crates.io.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// At most 5 of the categories of crates.io, e.g. `api-bindings`.
    #[serde(default)]
    pub categories: Vec<String>,
}

/// How requests are authenticated.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Authentication {
    /// The authentication scheme.
    pub scheme: Scheme,
    /// The environment variable that examples read the token from, e.g. `EXAMPLE_TOKEN`.
    pub environment: String,
}

/// An HTTP authentication scheme.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Scheme {
    /// `Authorization: Bearer TOKEN` (RFC 6750).
    Bearer,
}

/// The body of error responses.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ErrorConvention {
    /// The type of the body.
    pub schema: Schema,
    /// The property with the kind of the error, e.g. `type`.
    pub code: String,
    /// The property with a message for people, e.g. `message`.
    pub message: String,
}

/// How a collection is paginated: by the number of the page (`page` and `perPage`), by the number
/// of preceding items (`offset` and `limit`), or by the preceding item (`cursor`, `key` and
/// `more`).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PagingConvention {
    /// The query parameter with the zero-based page number, e.g. `page`.
    pub page: Option<String>,
    /// The query parameter, and the response's property, with the page size, e.g. `perPage`.
    pub per_page: Option<String>,
    /// The query parameter with the number of items before the page, e.g. `offset`.
    pub offset: Option<String>,
    /// The query parameter, and the response's property, with the maximal number of items, e.g.
    /// `limit`.
    pub limit: Option<String>,
    /// The query parameter with the key of the item before the page, e.g. `startingAfterId`.
    pub cursor: Option<String>,
    /// The item's property that serves as the cursor, e.g. `id`.
    pub key: Option<String>,
    /// The response's property that indicates a next page, e.g. `hasMore`.
    pub more: Option<String>,
    /// The response's property with the page's items, e.g. `items`.
    pub items: String,
    /// The response's property with the number of items on all pages, e.g. `totalCount`.
    pub total: Option<String>,
}

impl PagingConvention {
    /// The parameters that an action must have to be paginated in this way.
    pub(crate) fn parameters(&self) -> Vec<&str> {
        let styles = [
            [&self.page, &self.per_page],
            [&self.offset, &self.limit],
            [&self.cursor, &self.cursor],
        ];
        let style = styles.into_iter().find(|[first, _]| first.is_some());
        style
            .into_iter()
            .flatten()
            .flatten()
            .map(String::as_str)
            .collect()
    }
}

/// A resource: one file of `resources/`, named as the resource.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Resource {
    /// Where an editor finds the schema of this file.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// The resource's name for people, e.g. `Instance Audit Logs`.
    pub title: Option<String>,
    /// The description of the resource, in Markdown.
    pub description: Option<String>,
    /// The page on which the vendor documents the resource.
    pub documentation: Option<String>,
    /// The path template, e.g. `/instance/{instanceId}/audit-logs`.
    pub path: String,
    /// The Rust name of the module and of the method that returns a handle, e.g. `audit_logs`,
    /// instead of one derived from the file's name.
    pub rust_name: Option<String>,
    /// Scopes that permit every action of the resource.
    #[serde(default)]
    pub auth: Vec<String>,
    /// Parameters that every action of the resource accepts; those in the path template belong
    /// here.
    #[serde(default)]
    pub params: Vec<Parameter>,
    /// The resource's actions by name.
    pub actions: IndexMap<String, Action>,
}

/// Something that can be done with a resource.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Action {
    /// The HTTP method.
    pub method: Method,
    /// The Rust name of the method, e.g. `list`, instead of one derived from the action's name.
    pub rust_name: Option<String>,
    /// Appended to the resource's path template, e.g. `/export`.
    pub path: Option<String>,
    /// A one-line summary of the action.
    pub summary: Option<String>,
    /// Further description, in Markdown.
    pub description: Option<String>,
    /// Scopes that permit the action; any one of them is sufficient.
    #[serde(default)]
    pub auth: Vec<String>,
    /// The action's own parameters.
    #[serde(default)]
    pub params: Vec<Parameter>,
    /// Whether a success is a stream of Server-Sent Events, which are the `sseEvents` of the
    /// response. Such an action sends no defaults of global parameters.
    #[serde(default)]
    pub sse_stream: bool,
    /// The query parameter with the end of the range of a collection listed newest first, e.g.
    /// `end`. Streams of pages use it to keep later insertions out. It must be an optional
    /// timestamp, and the action must be paginated.
    pub pin: Option<String>,
    /// The documented responses by status code.
    pub responses: IndexMap<String, Response>,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The method as a request line contains it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// A documented response.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Response {
    /// The condition under which this response is sent.
    pub description: Option<String>,
    /// The type of the body; without it the body is empty.
    pub schema: Option<Schema>,
    /// The events of a stream, by name.
    #[serde(default)]
    pub sse_events: IndexMap<String, Event>,
}

/// An event of a stream.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Event {
    /// The Rust name of the variant, e.g. `Reported`, instead of one derived from the event's name.
    pub rust_name: Option<String>,
    /// The condition under which this event is sent.
    pub description: Option<String>,
    /// The type of its data, which is JSON.
    pub schema: Schema,
}

/// A parameter of an action.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Parameter {
    /// The name, as the API spells it.
    pub name: String,
    /// The location in the request.
    #[serde(rename = "in")]
    pub location: Location,
    /// Whether a request without it is refused. A path parameter is always required.
    #[serde(default)]
    pub required: bool,
    /// Whether the vendor deprecates it.
    #[serde(default)]
    pub deprecated: bool,
    /// Its description, in Markdown.
    pub description: Option<String>,
    /// The type of a scalar, or `object`: a query parameter with `schema` is sent as compact JSON
    /// if its type is `object`, and in bracket form if it has no type. Without type and schema, it
    /// has the type of its default and its example.
    #[serde(rename = "type")]
    pub kind: Option<ParameterType>,
    /// A narrower meaning of the type, e.g. `unix-ms`: milliseconds since the Unix epoch.
    pub format: Option<String>,
    /// The accepted values.
    #[serde(rename = "enum")]
    pub values: Option<Vec<Value>>,
    /// The value that the API assumes if the parameter is absent.
    pub default: Option<Value>,
    /// A value for documentation and examples.
    pub example: Option<Value>,
    /// An ECMA-262 regular expression that a string must match.
    pub pattern: Option<String>,
    /// The minimal number of characters of a string.
    pub min_length: Option<u64>,
    /// The maximal number of characters of a string.
    pub max_length: Option<u64>,
    /// The minimum of a number.
    pub minimum: Option<serde_json::Number>,
    /// The maximum of a number.
    pub maximum: Option<serde_json::Number>,
    /// The type of a structured value.
    pub schema: Option<Schema>,
    /// The Rust name of the field and of the method that sets it, e.g. `sort_by`, instead of one
    /// derived from the parameter's name.
    pub rust_name: Option<String>,
    /// The Rust names of strings in `enum`, e.g. `{"+1": "PlusOne"}`; other names are derived from
    /// the strings.
    pub rust_names: Option<IndexMap<String, String>>,
}

/// The location of a parameter in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Location {
    /// In the path template, percent-encoded.
    Path,
    /// In the query string.
    Query,
    /// In a header.
    Header,
    /// The JSON body itself.
    Body,
    /// A part of a `multipart/form-data` body: a file, a scalar, or JSON.
    Multipart,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ParameterType {
    /// A string.
    String,
    /// An integer.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A structured value, sent in the query as compact JSON.
    Object,
    /// A list of strings, sent in the query in bracket form.
    Array,
    /// The content of a file, in a part of its own.
    File,
}

/// Whether a key is most likely a misspelling of one of these, e.g. `sumary` of `summary`.
pub fn is_misspelling<'k>(key: &str, known: impl IntoIterator<Item = &'k str>) -> bool {
    crate::diagnostics::did_you_mean(key, known).is_some()
}

/// A JSON Schema in a descriptor; it is read together with the schemas in `types/`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Schema(pub Json);

impl JsonSchema for Schema {
    fn schema_name() -> String {
        "Schema".to_owned()
    }

    fn is_referenceable() -> bool {
        false
    }

    fn json_schema(_: &mut SchemaGenerator) -> Derived {
        Derived::new_ref(META_SCHEMA.to_owned())
    }
}

/// The schema of schemas in descriptors.
pub(crate) const META_SCHEMA: &str = "http://json-schema.org/draft-07/schema#";

/// Any descriptor: what `descriptor.schema.json` describes.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only its derived schema is used")]
enum Descriptor {
    /// `api.json`.
    Service(Box<Service>),
    /// A file of `resources/`.
    Resource(Box<Resource>),
}

/// The JSON Schema of `api.json` and `resources/*.json`: the required content of
/// `schemas/descriptor.schema.json`. Its `$comment` contains a hash of what follows it.
pub fn descriptor_schema() -> String {
    let mut schema = schemars::schema_for!(Descriptor);
    schema.meta_schema = Some(META_SCHEMA.into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    headed_json(&text)
}
