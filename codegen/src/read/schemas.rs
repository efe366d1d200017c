//! Every schema of every document, read together, since they refer to one another.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::descriptor::{Parameter, Resource, Service};
use crate::diagnostics::Place;
use crate::normal::{Json, Meanings, NodeId, Schemas};

use super::layout::Layout;
use super::{Document, json};

/// What all schemas mean, and those of descriptors by their places.
pub(super) struct Read {
    pub meanings: Rc<Meanings>,
    pub inline: HashMap<String, NodeId>,
}

/// Reads the schemas of all documents.
pub(super) fn read(
    layout: &Layout<'_>,
    service: &Document<Service>,
    resources: &BTreeMap<String, Document<Resource>>,
) -> Read {
    let mut schemas = Schemas::default();
    for (stem, (path, bytes)) in &layout.types {
        if let Some(json) = parsed(path, bytes) {
            schemas.add(Place::at(*path, ""), json, Some(stem));
        }
    }
    let mut inline = HashMap::new();
    let mut add = |path: &str, bytes: &[u8], pointers: Vec<Place>| {
        let Some(json) = parsed(path, bytes) else {
            return;
        };
        for place in pointers {
            if let Some(json) = json.pointer(place.pointer()) {
                let node = schemas.add(place.clone(), json.clone(), None);
                inline.insert(place.reference(), node);
            }
        }
    };
    if let Some((path, bytes)) = layout.service.values().next() {
        add(path, bytes, of_service(service));
    }
    for (stem, document) in resources {
        if let Some((path, bytes)) = layout.resources.get(stem.as_str()) {
            add(path, bytes, of_resource(document));
        }
    }
    // Their mistakes are those that each file was checked for.
    let (meanings, _) = schemas.finish();
    Read {
        meanings: Rc::new(meanings),
        inline,
    }
}

fn parsed(path: &str, bytes: &[u8]) -> Option<Json> {
    let text = json::text(path, bytes).ok()?;
    json::typed(path, text).ok()
}

/// The places of the schemas in `api.json`.
fn of_service(service: &Document<Service>) -> Vec<Place> {
    let root = Place::at(&service.path, "");
    let error = service.content.error.as_ref();
    let error = error.map(|_| root.clone().child("error").child("schema"));
    let params = of_params(root, &service.content.params);
    error.into_iter().chain(params).collect()
}

/// The places of the schemas in a resource.
fn of_resource(resource: &Document<Resource>) -> Vec<Place> {
    let root = Place::at(&resource.path, "");
    let mut places = of_params(root.clone(), &resource.content.params);
    for (name, action) in &resource.content.actions {
        let place = root.clone().child("actions").child(name);
        places.extend(of_params(place.clone(), &action.params));
        for (status, response) in &action.responses {
            let place = place.clone().child("responses").child(status);
            let own = response.schema.as_ref();
            places.extend(own.map(|_| place.clone().child("schema")));
            for event in response.sse_events.keys() {
                let place = place.clone().child("sseEvents").child(event);
                places.push(place.child("schema"));
            }
        }
    }
    places
}

fn of_params(place: Place, params: &[Parameter]) -> Vec<Place> {
    let params = params.iter().enumerate();
    let with_schema = params.filter(|(_, parameter)| parameter.schema.is_some());
    with_schema
        .map(|(index, _)| place.clone().child("params").index(index).child("schema"))
        .collect()
}
