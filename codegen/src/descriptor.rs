//! The descriptor format: `api.json`, `resources/*.json` and `overlays/*.json`, as Rust types.
//!
//! These types are the format's only definition. `descriptor.schema.json` is derived from them,
//! and every descriptor is checked against that schema before it is read into them.

use indexmap::IndexMap;
use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::Schema as Derived;
use serde::Deserialize;
use serde_json::Value;

pub use crate::correction::Correction;
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
    /// The version of the vendor's description from which these files were imported, if they were.
    /// Overlays for it are applied.
    pub upstream: Option<String>,
    /// The crate to emit.
    pub package: Package,
    /// How a request proves who sends it.
    pub authentication: Option<Authentication>,
    /// Headers sent with every request, by name.
    #[serde(default)]
    pub headers: IndexMap<String, String>,
    /// Parameters that every action takes besides its own.
    #[serde(default)]
    pub params: Vec<Parameter>,
    /// What an error response looks like.
    pub error: Option<ErrorConvention>,
    /// How collections are paged. An action that has the named parameters, and whose successful
    /// response has the named properties, is paged.
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
}

/// How a request proves who sends it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Authentication {
    /// The authentication scheme.
    pub scheme: Scheme,
    /// The environment variable in which examples look for the token, e.g. `EXAMPLE_TOKEN`.
    pub environment: String,
}

/// An HTTP authentication scheme.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Scheme {
    /// `Authorization: Bearer TOKEN` (RFC 6750).
    Bearer,
}

/// What an error response looks like.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ErrorConvention {
    /// The type of the body.
    pub schema: Schema,
    /// The property that names the kind of error, e.g. `type`.
    pub code: String,
    /// The property that explains the error to a person, e.g. `message`.
    pub message: String,
}

/// How a collection is paged: by the number of the page (`page` and `perPage`), by the number of
/// items before it (`offset` and `limit`), or by the item before it (`cursor`, `key` and `more`).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PagingConvention {
    /// The query parameter with the zero-based page number, e.g. `page`.
    pub page: Option<String>,
    /// The query parameter, and the response's property, with the page size, e.g. `perPage`.
    pub per_page: Option<String>,
    /// The query parameter with the number of items before the page, e.g. `offset`.
    pub offset: Option<String>,
    /// The query parameter, and the response's property, with the most items of a page, e.g.
    /// `limit`.
    pub limit: Option<String>,
    /// The query parameter with the key of the item before the page, e.g. `startingAfterId`.
    pub cursor: Option<String>,
    /// The item's property that the cursor is, e.g. `id`.
    pub key: Option<String>,
    /// The response's property that says whether there is a next page, e.g. `hasMore`.
    pub more: Option<String>,
    /// The response's property with the page's items, e.g. `items`.
    pub items: String,
    /// The response's property with the number of items on all pages, e.g. `totalCount`.
    pub total: Option<String>,
}

impl PagingConvention {
    /// The parameters that an action has to take to be paged in this way.
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
    /// What the resource is, in Markdown.
    pub description: Option<String>,
    /// The page on which the vendor documents the resource.
    pub documentation: Option<String>,
    /// The path template, e.g. `/instance/{instanceId}/audit-logs`.
    pub path: String,
    /// The name in Rust of the module and of the method that makes a handle, e.g. `audit_logs`, in
    /// place of one that is made of the file's name.
    pub rust_name: Option<String>,
    /// Scopes that let every action of the resource through.
    #[serde(default)]
    pub auth: Vec<String>,
    /// Parameters that every action of the resource takes; those in the path template belong here.
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
    /// The name in Rust of the method, e.g. `list`, in place of one that is made of the action's name.
    pub rust_name: Option<String>,
    /// Appended to the resource's path template, e.g. `/export`.
    pub path: Option<String>,
    /// What the action does, in a line.
    pub summary: Option<String>,
    /// What else there is to say, in Markdown.
    pub description: Option<String>,
    /// Scopes that let the action through; any one of them is enough.
    #[serde(default)]
    pub auth: Vec<String>,
    /// The action's own parameters.
    #[serde(default)]
    pub params: Vec<Parameter>,
    /// Whether a success is a stream of Server-Sent Events, which are the `sseEvents` of the
    /// response; such an action sends no defaults of global parameters.
    #[serde(default)]
    pub sse_stream: bool,
    /// The query parameter that ends the range of a collection that is listed newest first, e.g.
    /// `end`, by which streams of pages keep later insertions out. It is optional and a point in
    /// time, and the action is paged.
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
    /// The method as it stands in a request line.
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
    /// When this response is sent.
    pub description: Option<String>,
    /// The type of the body; without it the body is empty.
    pub schema: Option<Schema>,
    /// The events of a stream, by their names.
    #[serde(default)]
    pub sse_events: IndexMap<String, Event>,
}

/// An event of a stream.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Event {
    /// The name in Rust of the variant, e.g. `Reported`, in place of one that is made of the event's.
    pub rust_name: Option<String>,
    /// When this event is sent.
    pub description: Option<String>,
    /// The type of its data, which is JSON text.
    pub schema: Schema,
}

/// A parameter of an action.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Parameter {
    /// The name, as the API spells it.
    pub name: String,
    /// Where in the request it stands.
    #[serde(rename = "in")]
    pub location: Location,
    /// Whether a request without it is refused. A path parameter is always required.
    #[serde(default)]
    pub required: bool,
    /// Whether the vendor advises against it.
    #[serde(default)]
    pub deprecated: bool,
    /// What it means, in Markdown.
    pub description: Option<String>,
    /// The type of a scalar, or `object`: a query parameter with `schema` is sent as compact JSON
    /// text if its type is `object`, and in bracket form if it has no type. Without type and schema,
    /// it has the type of its default and its example.
    #[serde(rename = "type")]
    pub kind: Option<ParameterType>,
    /// A narrower meaning of the type, e.g. `unix-ms`: milliseconds since the Unix epoch.
    pub format: Option<String>,
    /// The accepted values.
    #[serde(rename = "enum")]
    pub values: Option<Vec<Value>>,
    /// What the API assumes where the parameter is absent.
    pub default: Option<Value>,
    /// A value for documentation and examples.
    pub example: Option<Value>,
    /// An ECMA-262 regular expression that a text matches.
    pub pattern: Option<String>,
    /// The fewest characters of a text.
    pub min_length: Option<u64>,
    /// The most characters of a text.
    pub max_length: Option<u64>,
    /// The least number.
    pub minimum: Option<serde_json::Number>,
    /// The greatest number.
    pub maximum: Option<serde_json::Number>,
    /// The type of a structured value.
    pub schema: Option<Schema>,
    /// The name in Rust of the field and of the method that sets it, e.g. `sort_by`, in place of one
    /// that is made of the parameter's name.
    pub rust_name: Option<String>,
    /// The names in Rust of texts in `enum`, e.g. `{"+1": "PlusOne"}`; others get theirs from the text.
    pub rust_names: Option<IndexMap<String, String>>,
}

/// Where in a request a parameter stands.
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
    /// A part of a `multipart/form-data` body: a file, a scalar's text, or JSON text.
    Multipart,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ParameterType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A structured value, sent in the query as compact JSON text.
    Object,
    /// A list of texts, sent in the query in bracket form.
    Array,
    /// The content of a file, in a part of its own.
    File,
}

/// Corrections to an imported description: a file of `overlays/`.
///
/// They are applied to the text of the named files before these are read, in the order of the
/// overlays' names and of the corrections in them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Overlay {
    /// Where an editor finds the schema of this file.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// The version of the vendor's description that is corrected. Files that were not imported
    /// from it are left alone.
    pub upstream: String,
    /// What is corrected.
    pub description: Option<String>,
    /// The corrections, in the order in which they are made.
    pub corrections: Vec<Correction>,
}

/// Whether a key is most likely a slip of one of these, e.g. `sumary` of `summary`.
pub fn is_slip<'k>(key: &str, known: impl IntoIterator<Item = &'k str>) -> bool {
    crate::diagnostics::did_you_mean(key, known).is_some()
}

/// A JSON Schema in a descriptor; what it means is read together with the schemas in `types/`.
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
    /// A file of `overlays/`.
    Overlay(Overlay),
}

/// The JSON Schema of `api.json`, `resources/*.json` and `overlays/*.json`, as text: what
/// `schemas/descriptor.schema.json` has to be. Its `$comment` has a hash of the text below it.
pub fn descriptor_schema() -> String {
    let mut schema = schemars::schema_for!(Descriptor);
    schema.meta_schema = Some(META_SCHEMA.into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    headed_json(&text)
}
