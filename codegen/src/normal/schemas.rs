//! All schemas of a source, and the targets of their references.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::Value;

use crate::diagnostics::{Diagnostic, Place, did_you_mean, quoted};
use crate::json::push_token;

use super::dialect::Dialect;
use super::json::Json;
use super::meanings::Meanings;
use super::node::{About, Body, Node, NodeId};
use super::read::{Site, read};
use super::uri;

/// The schemas of a source, while they are read.
#[derive(Default)]
pub(crate) struct Schemas {
    pub(super) nodes: Vec<Node>,
    documents: Vec<Document>,
    resources: HashMap<String, NodeId>,
    anchors: HashMap<(String, String), NodeId>,
    /// The files in `types/`, by their stems.
    types: BTreeMap<String, NodeId>,
    references: Vec<Reference>,
    found: Vec<Diagnostic>,
    /// The number of references to undefined types.
    unknown: usize,
}

/// The maximal number of undefined types for which a similar name is suggested, which takes a
/// search of all names.
const MOST_LOOKED_FOR: usize = 100;

/// A schema that is the root of its own document.
struct Document {
    /// The file, and the pointer to the schema in it.
    place: Place,
    json: Rc<Json>,
    /// The name of its type, if it is one.
    name: Option<String>,
    /// The schemas in it, by their pointers, computed when a reference needs them.
    at: Option<HashMap<String, NodeId>>,
}

/// A `$ref`.
pub(super) struct Reference {
    pub from: NodeId,
    pub text: String,
    pub base: String,
}

impl Schemas {
    /// Adds the schema at a place; `name` is that of its type if it is a file in `types/`.
    pub(crate) fn add(&mut self, place: Place, json: Rc<Json>, name: Option<&str>) -> NodeId {
        let document = self.documents.len();
        let base = match name {
            Some(name) => format!("types/{name}.json"),
            None => format!("inline:{document}"),
        };
        self.documents.push(Document {
            place: place.clone(),
            json: Rc::clone(&json),
            name: name.map(str::to_owned),
            at: None,
        });
        let declared = json.as_object().and_then(|members| members.get("$schema"));
        let declared = declared.and_then(Json::as_str);
        let dialect = declared.and_then(Dialect::of);
        if let (Some(uri), None) = (declared, dialect) {
            self.unknown_dialect(place.child("$schema"), uri);
        }
        let site = Site {
            document,
            pointer: "",
            base: &base,
            dialect: dialect.unwrap_or(Dialect::Draft7),
        };
        let root = read(self, &json, site);
        self.add_resource(base, root);
        if let Some(name) = name {
            self.types.insert(name.to_owned(), root);
        }
        root
    }

    fn unknown_dialect(&mut self, place: Place, uri: &str) {
        let help = "use one of draft-04, -06, -07, 2019-09 and 2020-12, e.g. \
                    `http://json-schema.org/draft-07/schema#`";
        if uri.contains("draft-03") || uri.contains("draft-02") || uri.contains("draft-01") {
            let message = format!("the dialect {} is not supported", quoted(uri));
            self.report(Diagnostic::new(place, message, help));
        } else {
            let message = format!(
                "the dialect {} is unknown, and read as draft-07",
                quoted(uri)
            );
            self.report(Diagnostic::warning(place, message, help));
        }
    }

    /// Resolves the references, and returns the meanings of schemas, and the mistakes in them.
    pub(crate) fn finish(mut self) -> (Meanings, Vec<Diagnostic>) {
        while let Some(reference) = self.references.pop() {
            match self.target(&reference) {
                Some(target) => {
                    if let Body::Keywords(keywords) = &mut self.nodes[reference.from.0].body {
                        keywords.reference = Some(target);
                    }
                }
                None => self.dangling(&reference),
            }
        }
        self.endless();
        let documents = self.documents.into_iter();
        let documents = documents.map(|document| (document.place, document.name));
        let meanings = Meanings::new(self.nodes, documents.collect(), self.types);
        (meanings, self.found)
    }

    /// The target of a reference, which may be read only now.
    fn target(&mut self, reference: &Reference) -> Option<NodeId> {
        let (path, fragment) = uri::split(&reference.text);
        let base = uri::resolve(&reference.base, path);
        let found = self.within(&base, &fragment);
        found.or_else(|| match path {
            "" => self.types.get(type_name(&fragment)?).copied(),
            _ => None,
        })
    }

    fn within(&mut self, base: &str, fragment: &str) -> Option<NodeId> {
        let root = *self.resources.get(base)?;
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let anchor = (base.to_owned(), fragment.to_owned());
            return self.anchors.get(&anchor).copied();
        }
        let Node {
            document,
            dialect,
            pointer,
            ..
        } = &self.nodes[root.0];
        let (document, dialect, mut pointer) = (*document, *dialect, pointer.clone());
        let whole = Rc::clone(&self.documents.get(document)?.json);
        let mut json: &Json = &whole;
        for token in uri::tokens(&pointer)? {
            json = json.at(&token)?;
        }
        let mut base = base.to_owned();
        for token in uri::tokens(fragment)? {
            json = json.at(&token)?;
            push_token(&mut pointer, &token);
            let own = json
                .as_object()
                .and_then(|o| o.get(dialect.id_keyword()))
                .and_then(Json::as_str);
            let own = own
                .map(|own| uri::split(own).0)
                .filter(|own| !own.is_empty());
            if let Some(own) = own {
                base = uri::resolve(&base, own);
            }
        }
        if let Some(known) = self.known(document, root).get(&pointer) {
            return Some(*known);
        }
        let site = Site {
            document,
            pointer: &pointer,
            base: &base,
            dialect,
        };
        Some(read(self, json, site))
    }

    /// The schemas in the document of a given one, by their pointers.
    fn known(&mut self, document: usize, NodeId(one): NodeId) -> &HashMap<String, NodeId> {
        let nodes = &self.nodes;
        let is_here = |NodeId(number): &NodeId| nodes[*number].document == document;
        self.documents[document].at.get_or_insert_with(|| {
            // They were read one after the other.
            let before = (0..one).rev().map(NodeId).take_while(is_here);
            let after = (one..nodes.len()).map(NodeId).take_while(is_here);
            let here = before.chain(after);
            here.map(|id| (nodes[id.0].pointer.clone(), id)).collect()
        })
    }

    fn dangling(&mut self, reference: &Reference) {
        let place = self.place(reference.from).child("$ref");
        let text = quoted(&reference.text);
        let (path, fragment) = uri::split(&reference.text);
        let base = uri::resolve(&reference.base, path);
        let mistake = match (self.resources.contains_key(&base), type_name(&fragment)) {
            (true, Some(name)) if path.is_empty() => {
                let message = format!("type {} is not defined", quoted(name));
                let known = self.types.keys().map(String::as_str);
                self.unknown += 1;
                let near = match self.unknown {
                    0..=MOST_LOOKED_FOR => did_you_mean(name, known),
                    _ => None,
                };
                match near {
                    Some(other) => {
                        let meant = format!("{PREFIX}{other}");
                        let help = format!("did you mean {}?", quoted(&meant));
                        let text = Value::from(reference.text.as_str());
                        let mistake = Diagnostic::new(place, message, help);
                        mistake.replace(&text, meant.into()).guess()
                    }
                    None => {
                        let file = quoted(&format!("types/{name}.json"));
                        Diagnostic::new(place, message, format!("define it in {file}"))
                    }
                }
            }
            (true, _) => Diagnostic::new(
                place,
                format!("{text} does not exist"),
                "refer to a schema that exists",
            ),
            (false, _) => Diagnostic::new(
                place,
                format!("the document {} is not part of the source", quoted(&base)),
                format!("put it into `types/`, and refer to it as `{PREFIX}NAME`"),
            ),
        };
        self.report(mistake);
    }

    /// Reports schemas that refer to themselves without a value in between.
    fn endless(&mut self) {
        let mut done = BTreeSet::new();
        let mut mistakes = Vec::new();
        for start in 0..self.nodes.len() {
            let mut path: Vec<(NodeId, std::vec::IntoIter<NodeId>)> = Vec::new();
            let mut on_path = BTreeSet::new();
            let mut next = Some(NodeId(start));
            loop {
                if let Some(id) = next.take() {
                    if on_path.contains(&id) {
                        mistakes.push(id);
                        self.cut(id);
                    } else if done.insert(id) {
                        on_path.insert(id);
                        path.push((id, self.nodes[id.0].in_place().into_iter()));
                    }
                }
                match path.last_mut() {
                    None => break,
                    Some((id, children)) => match children.next() {
                        Some(child) => next = Some(child),
                        None => {
                            on_path.remove(id);
                            path.pop();
                        }
                    },
                }
            }
        }
        for id in mistakes {
            self.report(Diagnostic::new(
                self.place(id),
                "the schema refers to itself without end",
                "put a property or an item between the schema and the reference to itself",
            ));
        }
    }

    /// Cuts off a schema that refers to itself without end, so that nothing follows it forever.
    fn cut(&mut self, id: NodeId) {
        if let Body::Keywords(keywords) = &mut self.nodes[id.0].body {
            keywords.reference = None;
            keywords.all_of.clear();
            keywords.any_of = None;
            keywords.one_of = None;
            keywords.not = None;
            keywords.condition = None;
            keywords.dependent.clear();
        }
    }

    pub(super) fn reserve(&mut self, document: usize, pointer: &str, dialect: Dialect) -> NodeId {
        let id = NodeId(self.nodes.len());
        if let Some(at) = &mut self.documents[document].at {
            at.insert(pointer.to_owned(), id);
        }
        self.nodes.push(Node {
            document,
            pointer: pointer.to_owned(),
            dialect,
            body: Body::Bool(true),
            about: About::default(),
        });
        id
    }

    pub(super) fn add_resource(&mut self, uri: String, id: NodeId) {
        self.resources.entry(uri).or_insert(id);
    }

    pub(super) fn add_anchor(&mut self, base: String, anchor: String, id: NodeId) {
        self.anchors.entry((base, anchor)).or_insert(id);
    }

    pub(super) fn refer(&mut self, reference: Reference) {
        self.references.push(reference);
    }

    /// Records a mistake.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub(super) fn place_of(&self, document: usize, pointer: &str) -> Place {
        self.documents[document].place.clone().below(pointer)
    }

    fn place(&self, id: NodeId) -> Place {
        let node = &self.nodes[id.0];
        self.place_of(node.document, &node.pointer)
    }
}

const PREFIX: &str = "#/definitions/";

/// The name in the fragment of a reference to a type.
fn type_name(fragment: &str) -> Option<&str> {
    fragment.strip_prefix("/definitions/")
}
