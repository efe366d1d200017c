//! The API that the schemas describe, in the form that traffic is checked against.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::schema::{Kind, Schema};
use codegen::Source;
use codegen::descriptor::{self, Location, ParameterType};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::exchange::Target;
use super::schemas::{Collector, RootId, Schemas};
use crate::mock::definitions::Definitions;
use crate::mock::routes::{Captures, Template};
use crate::{Error, schemas, shell};

/// The API.
pub(super) struct Service {
    folder: PathBuf,
    source: Source,
    /// The files as JSON.
    files: BTreeMap<String, Value>,
    /// Whether they are the result of an import, which would undo an edit.
    pub(super) is_imported: bool,
    /// The base URL in `api.json`.
    pub(super) base_url: String,
    host: String,
    /// The path before every template.
    base: String,
    /// All literal segments of templates.
    words: HashSet<String>,
    pub(super) actions: Vec<Action>,
    /// The schema of error responses.
    pub(super) error: Option<RootId>,
    pub(super) schemas: Schemas,
    pub(super) definitions: Definitions,
}

/// An action of a resource.
pub(super) struct Action {
    /// E.g. `instanceAuditLogs.get`.
    pub(super) name: String,
    pub(super) method: &'static str,
    /// E.g. `/instance/{instanceId}/audit-logs`.
    pub(super) path: String,
    template: Template,
    /// Where it is described: the file and the JSON pointer.
    pub(super) file: String,
    pub(super) pointer: String,
    pub(super) parameters: Vec<Parameter>,
    /// The documented statuses, and the type of the body if there is one.
    pub(super) responses: BTreeMap<u16, Option<RootId>>,
    pub(super) streams: bool,
}

/// A parameter of an action.
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) location: Location,
    pub(super) required: bool,
    pub(super) form: Form,
    /// The schemas of its value.
    pub(super) roots: Vec<RootId>,
    /// The same as JSON, which decides whether a string stands for a number.
    pub(super) raw: Value,
    /// Where it is described: the file and the JSON pointer.
    pub(super) file: String,
    pub(super) pointer: String,
}

/// How a value is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As a string, one pair.
    Scalar,
    /// In bracket form, a pair for each scalar inside.
    Brackets,
    /// As a JSON string.
    Json,
}

impl Service {
    pub(super) fn read(folder: &Path) -> Result<Self, Error> {
        let source = schemas::read(folder)?;
        let files = Files {
            source: &source,
            folder,
        };
        let service: descriptor::Service = files.read("api.json")?;
        let mut collector = Collector::default();
        let mut definitions = Definitions::default();
        for (name, path) in files.stems("types/") {
            collector.define(name, path, files.read(path)?);
            definitions.insert(name.to_owned(), files.read(path)?);
        }
        let mut actions = actions(&files, &service, &mut collector)?;
        let error = service.error.map(|error| {
            let schema = Schema::of(&error.schema.0);
            collector.add("api.json", "/error/schema".to_owned(), schema)
        });
        let values = files.values()?;
        for parameter in actions.iter_mut().flat_map(|action| &mut action.parameters) {
            parameter.complete(&values);
        }
        let base = Target::of(&service.base_url);
        Ok(Service {
            folder: folder.to_owned(),
            files: values,
            is_imported: folder.join(schemas::UPSTREAM_LOCK).exists(),
            host: base.host.to_owned(),
            base: base.path.trim_end_matches('/').to_owned(),
            base_url: service.base_url.clone(),
            words: words(&actions),
            actions,
            error,
            schemas: collector.finish(),
            definitions,
            source,
        })
    }

    /// The action that matches a request, and the values in its path.
    pub(super) fn find(&self, method: &str, path: &str) -> Option<(&Action, Captures)> {
        let of_method = self.actions.iter();
        let of_method = of_method.filter(|action| action.method.eq_ignore_ascii_case(method));
        best(of_method, self.below_base(path))
    }

    /// The template of a path, whatever the method.
    pub(super) fn template(&self, path: &str) -> Option<&Action> {
        best(self.actions.iter(), self.below_base(path)).map(|(action, _)| action)
    }

    /// Whether a path is that of an action after a prefix that is not the base URL's.
    pub(super) fn has_behind_prefix(&self, path: &str) -> bool {
        let parts = path.match_indices('/').skip(1).map(|(at, _)| &path[at..]);
        let mut fitting = parts.filter_map(|part| best(self.actions.iter(), [part].into_iter()));
        // A template that is all parameters matches the end of any path.
        fitting.any(|(action, _)| action.path.split('/').any(is_word))
    }

    /// The candidates for a path: without the path of the base URL, and unchanged.
    fn below_base<'p>(&self, path: &'p str) -> impl Iterator<Item = &'p str> + Clone {
        let below = path.strip_prefix(self.base.as_str());
        let below = below.filter(|below| !self.base.is_empty() && below.starts_with('/'));
        below.into_iter().chain([path])
    }

    /// Whether this is the host of the base URL.
    pub(super) fn is_host(&self, host: &str) -> bool {
        host.is_empty() || host.eq_ignore_ascii_case(&self.host)
    }

    /// The part of a path that may be shown: words that occur in a template, and `*` for the rest.
    /// The path of the base URL is left out.
    pub(super) fn shown_path(&self, path: &str) -> String {
        let path = self.below_base(path).next().unwrap_or(path);
        let segments = path.split('/').map(|segment| {
            let is_known = segment.is_empty() || self.words.contains(segment);
            if is_known { segment } else { "*" }
        });
        segments.collect::<Vec<_>>().join("/")
    }

    /// The value at a place of a file.
    pub(super) fn value(&self, file: &str, pointer: &str) -> Option<&Value> {
        self.files.get(file)?.pointer(pointer)
    }

    /// The path of a file for people.
    pub(super) fn file(&self, file: &str) -> String {
        shell::path(&self.folder.join(file))
    }

    /// The line and the column of a place, and the line as rustc would show it.
    pub(super) fn location(&self, file: &str, pointer: &str) -> codegen::Location {
        codegen::location(&self.source, file, pointer)
    }
}

/// The actions of all resources.
fn actions(
    files: &Files<'_>,
    service: &descriptor::Service,
    collector: &mut Collector,
) -> Result<Vec<Action>, Error> {
    let mut actions = Vec::new();
    for (name, path) in files.stems("resources/") {
        let resource: descriptor::Resource = files.read(path)?;
        let globals = ("api.json", "/params", &service.params);
        let lists = [globals, (path, "/params", &resource.params)];
        for (own, action) in &resource.actions {
            actions.push(Action::new(
                name, path, own, action, &resource, lists, collector,
            ));
        }
    }
    Ok(actions)
}

/// The action whose template matches best.
fn best<'a, 'p>(
    actions: impl Iterator<Item = &'a Action>,
    paths: impl Iterator<Item = &'p str> + Clone,
) -> Option<(&'a Action, Captures)> {
    let fitting = actions.filter_map(|action| {
        let captures = paths
            .clone()
            .find_map(|path| action.template.captures(path))?;
        Some((action, captures))
    });
    fitting.reduce(|best, other| {
        if other.0.template.is_preferred_to(&best.0.template) {
            other
        } else {
            best
        }
    })
}

fn words(actions: &[Action]) -> HashSet<String> {
    let segments = actions.iter().flat_map(|action| action.path.split('/'));
    let words = segments.filter(|segment| is_word(segment));
    words.map(str::to_owned).collect()
}

/// Whether a segment of a template is literal.
fn is_word(segment: &str) -> bool {
    !segment.is_empty() && !segment.starts_with('{')
}

/// A list of parameters, with the file and the pointer of the list.
type List<'a> = (&'a str, &'a str, &'a Vec<descriptor::Parameter>);

impl Action {
    fn new(
        resource_name: &str,
        file: &str,
        name: &str,
        action: &descriptor::Action,
        resource: &descriptor::Resource,
        [globals, shared]: [List<'_>; 2],
        collector: &mut Collector,
    ) -> Self {
        let pointer = format!("/actions/{name}");
        let path = format!(
            "{}{}",
            resource.path,
            action.path.as_deref().unwrap_or_default()
        );
        let responses = action.responses.iter().filter_map(|(status, response)| {
            let pointer = format!("{pointer}/responses/{status}/schema");
            let schema = response.schema.as_ref();
            let schema = schema.map(|schema| collector.add(file, pointer, Schema::of(&schema.0)));
            Some((status.parse().ok()?, schema))
        });
        let responses = responses.collect();
        let own = format!("{pointer}/params");
        // The nearest declaration of a parameter counts.
        let parameters = parameters([(file, &own, &action.params), shared, globals], collector);
        Action {
            name: format!("{resource_name}.{name}"),
            method: action.method.as_str(),
            template: Template::new(&path),
            path,
            file: file.to_owned(),
            pointer,
            parameters,
            responses,
            streams: action.sse_stream,
        }
    }

    pub(super) fn parameters_in(&self, location: Location) -> impl Iterator<Item = &Parameter> {
        let parameters = self.parameters.iter();
        parameters.filter(move |parameter| parameter.location == location)
    }
}

/// The parameters of several lists; earlier lists override later ones.
fn parameters(lists: [List<'_>; 3], collector: &mut Collector) -> Vec<Parameter> {
    let mut found: Vec<Parameter> = Vec::new();
    for (file, pointer, list) in lists {
        for (index, parameter) in list.iter().enumerate() {
            let is_declared = found
                .iter()
                .any(|other| other.name == parameter.name && other.location == parameter.location);
            if !is_declared {
                let pointer = format!("{pointer}/{index}");
                found.push(Parameter::new(parameter, file, pointer, collector));
            }
        }
    }
    found
}

impl Parameter {
    fn new(
        parameter: &descriptor::Parameter,
        file: &str,
        pointer: String,
        collector: &mut Collector,
    ) -> Self {
        let form = match (parameter.location, parameter.kind, &parameter.schema) {
            (Location::Body, _, _) | (_, Some(ParameterType::Object), _) => Form::Json,
            (_, None, Some(_)) | (_, Some(ParameterType::Array), _) => Form::Brackets,
            _ => Form::Scalar,
        };
        let scalar = Schema {
            kind: parameter.kind.and_then(kind).map(|kind| vec![kind]),
            format: parameter.format.clone(),
            values: parameter.values.clone(),
            pattern: parameter.pattern.clone(),
            min_length: parameter.min_length,
            max_length: parameter.max_length,
            minimum: parameter.minimum.clone(),
            maximum: parameter.maximum.clone(),
            ..Schema::default()
        };
        let mut raw = Map::new();
        if let Some(kind) = parameter.kind.and_then(kind) {
            raw.insert("type".to_owned(), super::sketch::word(kind).into());
        }
        let mut roots = vec![collector.add(file, pointer.clone(), scalar)];
        if let Some(schema) = &parameter.schema {
            roots.push(collector.add(file, format!("{pointer}/schema"), Schema::of(&schema.0)));
        }
        Parameter {
            name: parameter.name.clone(),
            location: parameter.location,
            required: parameter.required,
            form,
            roots,
            raw: Value::Object(raw),
            file: file.to_owned(),
            pointer,
        }
    }
}

impl Parameter {
    /// Adds the structure to the JSON.
    fn complete(&mut self, files: &BTreeMap<String, Value>) {
        let file = files.get(&self.file);
        let schema = file.and_then(|file| file.pointer(&format!("{}/schema", self.pointer)));
        if let Some(schema) = schema {
            self.raw["allOf"] = json!([schema]);
        }
    }
}

fn kind(kind: ParameterType) -> Option<Kind> {
    match kind {
        ParameterType::String => Some(Kind::String),
        ParameterType::Integer => Some(Kind::Integer),
        ParameterType::Number => Some(Kind::Number),
        ParameterType::Boolean => Some(Kind::Boolean),
        ParameterType::Object => Some(Kind::Object),
        ParameterType::Array => Some(Kind::Array),
        ParameterType::File => None,
    }
}

/// The files of a source.
struct Files<'a> {
    source: &'a Source,
    folder: &'a Path,
}

impl<'a> Files<'a> {
    /// The JSON files of a folder, each with its stem.
    fn stems(&self, folder: &'static str) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let paths = self.source.files().map(|(path, _)| path);
        paths.filter_map(move |path| {
            let stem = path.strip_prefix(folder)?.strip_suffix(".json")?;
            Some((stem, path))
        })
    }

    fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        schemas::typed(self.source, self.folder, path)
    }

    fn values(&self) -> Result<BTreeMap<String, Value>, Error> {
        let paths = self.source.files().map(|(path, _)| path);
        let paths = paths.filter(|path| path.ends_with(".json"));
        paths
            .map(|path| Ok((path.to_owned(), self.read(path)?)))
            .collect()
    }
}
