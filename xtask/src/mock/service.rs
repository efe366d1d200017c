//! The service that the schemas describe.

use std::path::Path;

use codegen::Source;
use codegen::descriptor::{self, Location, Method};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::collection::Collection;
use super::definitions::Definitions;
use super::fields::Field;
use super::routes::Template;
use crate::{Error, schemas};

/// Everything that is served.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) title: String,
    pub(super) version: String,
    /// The environment variable for the token; none if the service needs no token.
    pub(super) token_variable: Option<String>,
    /// The names of an error's two properties: its kind and its message.
    pub(super) error: (String, String),
    pub(super) actions: Vec<Action>,
    pub(super) definitions: Definitions,
}

/// An action of a resource.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) method: Method,
    pub(super) template: Template,
    pub(super) needs_token: bool,
    pub(super) fields: Vec<Field>,
    /// The status of success, and the type of its body.
    pub(super) status: u16,
    pub(super) schema: Option<Value>,
    /// The events of a stream by name, with the schemas of their data; none if a success is not a
    /// stream.
    pub(super) events: Option<Vec<(String, Value)>>,
    pub(super) content: Content,
}

/// The origin of an action's answer.
#[derive(Debug)]
pub(super) enum Content {
    /// The schema's example.
    Example,
    /// A page of a collection.
    Page(Box<Collection>),
    /// An item of the collection of another action, by index, named by a path parameter.
    Item { action: usize, parameter: String },
}

/// A descriptor as its type and as JSON: the schemas inside it are used as JSON.
struct Document<T> {
    typed: T,
    raw: Value,
}

impl Service {
    /// Reads the schemas in `folder`; each collection will have `items` items.
    pub(super) fn read(folder: &Path, items: usize) -> Result<Self, Error> {
        let source = schemas::read(folder)?;
        let documents = Documents {
            source: &source,
            folder,
        };
        let service: Document<descriptor::Service> = documents.read("api.json")?;
        let definitions = documents.definitions()?;
        let mut actions = Vec::new();
        for path in documents.paths("resources/") {
            let resource: Document<descriptor::Resource> = documents.read(path)?;
            for (name, action) in &resource.typed.actions {
                let raw = &resource.raw["actions"][name];
                actions.push(Action::new(&service, &resource, action, raw));
            }
        }
        let conventions = &service.typed.paging;
        for action in &mut actions {
            if let Some(collection) = Collection::new(action, conventions, &definitions, items) {
                action.content = Content::Page(Box::new(collection));
            }
        }
        link_items(&mut actions);
        let error = service.typed.error.as_ref();
        Ok(Service {
            error: error.map_or_else(
                || ("type".to_owned(), "message".to_owned()),
                |error| (error.code.clone(), error.message.clone()),
            ),
            token_variable: service.typed.authentication.map(|a| a.environment),
            title: service.typed.title,
            version: service.typed.version,
            actions,
            definitions,
        })
    }
}

/// Finds for each collection the action that reads one of its items: its path has one more
/// parameter, and its answer has the type of an item.
fn link_items(actions: &mut [Action]) {
    for list in 0..actions.len() {
        let Content::Page(collection) = &actions[list].content else {
            continue;
        };
        let found = actions.iter().enumerate().find_map(|(index, action)| {
            let parameter = action.template.member_parameter(&actions[list].template)?;
            let is_item = action.method == Method::Get
                && action.schema.as_ref() == Some(collection.item_schema());
            is_item.then(|| (index, parameter.to_owned()))
        });
        let Some((item, parameter)) = found else {
            continue;
        };
        if let Content::Page(collection) = &mut actions[list].content {
            collection.identify_by(&parameter);
        }
        actions[item].content = Content::Item {
            action: list,
            parameter,
        };
    }
}

impl Action {
    fn new(
        service: &Document<descriptor::Service>,
        resource: &Document<descriptor::Resource>,
        action: &descriptor::Action,
        raw: &Value,
    ) -> Self {
        let own_path = action.path.as_deref().unwrap_or_default();
        let success = action
            .responses
            .keys()
            .filter_map(|status| status.parse::<u16>().ok())
            .filter(|status| (200..300).contains(status))
            .min();
        let status = success.unwrap_or(200);
        let schema = raw["responses"][status.to_string()].get("schema").cloned();
        let events = raw["responses"][status.to_string()]["sseEvents"].as_object();
        let events = events.into_iter().flatten();
        let events = events.map(|(name, event)| (name.clone(), event["schema"].clone()));
        let has_scopes = !(action.auth.is_empty() && resource.typed.auth.is_empty());
        Action {
            method: action.method,
            template: Template::new(&format!("{}{own_path}", resource.typed.path)),
            needs_token: service.typed.authentication.is_some() && has_scopes,
            // The nearest declaration of a parameter counts.
            fields: fields([
                (&action.params, &raw["params"]),
                (&resource.typed.params, &resource.raw["params"]),
                (&service.typed.params, &service.raw["params"]),
            ]),
            status,
            schema,
            events: action.sse_stream.then(|| events.collect()),
            content: Content::Example,
        }
    }

    pub(super) fn fields_in(&self, location: Location) -> impl Iterator<Item = &Field> {
        let fields = self.fields.iter();
        fields.filter(move |field| field.location == location)
    }
}

/// The parameters of several lists; earlier lists override later ones.
fn fields(lists: [(&Vec<descriptor::Parameter>, &Value); 3]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (parameters, raw) in lists {
        for (index, parameter) in parameters.iter().enumerate() {
            let is_declared = fields
                .iter()
                .any(|field| field.name == parameter.name && field.location == parameter.location);
            if !is_declared {
                fields.push(Field::new(parameter, &raw[index]));
            }
        }
    }
    fields
}

/// The files of a source as JSON.
struct Documents<'a> {
    source: &'a Source,
    folder: &'a Path,
}

impl<'a> Documents<'a> {
    fn paths(&self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let paths = self.source.files().map(|(path, _)| path);
        paths.filter(move |path| path.starts_with(folder) && path.ends_with(".json"))
    }

    fn read<T: DeserializeOwned>(&self, path: &str) -> Result<Document<T>, Error> {
        Ok(Document {
            typed: schemas::typed(self.source, self.folder, path)?,
            raw: schemas::typed(self.source, self.folder, path)?,
        })
    }

    fn definitions(&self) -> Result<Definitions, Error> {
        let mut definitions = Definitions::default();
        for path in self.paths("types/") {
            let name = path.rsplit('/').next().unwrap_or(path);
            let name = name.strip_suffix(".json").unwrap_or(name);
            definitions.insert(
                name.to_owned(),
                schemas::typed(self.source, self.folder, path)?,
            );
        }
        Ok(definitions)
    }
}
