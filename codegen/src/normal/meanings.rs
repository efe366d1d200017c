//! What schemas mean: expressions over schemas, and the normal form of each, computed on demand.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::rc::Rc;

use crate::diagnostics::{Diagnostic, Place};

use super::node::{Body, Keywords, Node, NodeId};
use super::pattern::Pattern;
use super::shape::Shape;

/// A set of JSON values: what a schema allows, or what several schemas allow together.
///
/// Equal ids are equal sets, and recursion is an id that leads to itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u32);

impl Id {
    /// Every value.
    pub const ANY: Id = Id(0);
    /// No value.
    pub const NEVER: Id = Id(1);
}

/// The meaning of an [`Id`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Expression {
    Any,
    Never,
    Node(NodeId),
    /// The values that all of these allow; at least two, in order.
    Meet(Rc<[Id]>),
}

/// The maximal number of parts of an `allOf` that are searched for a description.
const MOST_PARTS: usize = 256;

/// What the schemas of a source mean.
pub struct Meanings {
    pub(super) nodes: Vec<Node>,
    /// The place of each document, and the name of its type.
    documents: Vec<(Place, Option<String>)>,
    types: BTreeMap<String, NodeId>,
    pub(super) warnings: Vec<Diagnostic>,
    expressions: RefCell<Expressions>,
    shapes: RefCell<HashMap<Id, Option<Rc<Shape>>>>,
    patterns: RefCell<HashMap<String, Option<Rc<Pattern>>>>,
    /// Whether schemas allow null, `false` and `true`.
    pub(super) constants: RefCell<HashMap<(NodeId, Option<bool>), bool>>,
    /// The ends of chains of references, see [`Meanings::meant`].
    followed: RefCell<HashMap<Id, (Id, bool)>>,
}

struct Expressions {
    list: Vec<Expression>,
    ids: HashMap<Expression, Id>,
}

impl fmt::Debug for Meanings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meanings").finish_non_exhaustive()
    }
}

impl Expressions {
    fn id(&mut self, expression: Expression) -> Id {
        if let Some(id) = self.ids.get(&expression) {
            return *id;
        }
        // There are never that many expressions.
        let id = Id(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(expression.clone());
        self.ids.insert(expression, id);
        id
    }
}

impl Meanings {
    pub(super) fn new(
        nodes: Vec<Node>,
        documents: Vec<(Place, Option<String>)>,
        types: BTreeMap<String, NodeId>,
    ) -> Self {
        let mut expressions = Expressions {
            list: Vec::new(),
            ids: HashMap::new(),
        };
        expressions.id(Expression::Any);
        expressions.id(Expression::Never);
        Meanings {
            nodes,
            documents,
            types,
            warnings: Vec::new(),
            expressions: RefCell::new(expressions),
            shapes: RefCell::default(),
            patterns: RefCell::default(),
            constants: RefCell::default(),
            followed: RefCell::default(),
        }
    }

    /// A schema as written.
    pub(crate) fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.0]
    }

    /// The files in `types/`, by their stems, with their ids.
    pub(crate) fn types(&self) -> impl Iterator<Item = (&str, NodeId)> {
        self.types.iter().map(|(name, node)| (name.as_str(), *node))
    }

    /// The stem of a document's file in `types/`.
    pub(crate) fn file(&self, document: usize) -> Option<&str> {
        self.documents.get(document)?.1.as_deref()
    }

    /// Every schema.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        let nodes = self.nodes.iter().enumerate();
        nodes.map(|(number, node)| (NodeId(number), node))
    }

    /// The patterns in all schemas, with their places.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = (Place, &str)> {
        self.nodes().flat_map(move |(id, node)| {
            let keywords = node.keywords().into_iter();
            keywords.flat_map(move |keywords| {
                let own = keywords.pattern.iter();
                let own = own.map(move |text| (self.place(id).child("pattern"), text.as_str()));
                own.chain(keywords.patterns.keys().map(move |text| {
                    let place = self.place(id).child("patternProperties").child(text);
                    (place.on_key(), text.as_str())
                }))
            })
        })
    }

    /// The stem of a schema's file in `types/`.
    pub(crate) fn name_of(&self, node: NodeId) -> Option<&str> {
        let node = self.node(node);
        if node.pointer.is_empty() {
            self.file(node.document)
        } else {
            None
        }
    }

    /// Valid parts that are likely mistakes.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The values that a file in `types/` allows, by its stem.
    pub fn of_type(&self, name: &str) -> Option<Id> {
        self.types.get(name).map(|node| self.of_node(*node))
    }

    /// The values that a schema allows.
    pub(crate) fn of_node(&self, node: NodeId) -> Id {
        match &self.nodes[node.0].body {
            Body::Bool(true) => Id::ANY,
            Body::Bool(false) => Id::NEVER,
            Body::Keywords(_) => self.expressions.borrow_mut().id(Expression::Node(node)),
        }
    }

    /// The values that both allow.
    pub fn meet(&self, one: Id, other: Id) -> Id {
        let mut parts: Vec<Id> = Vec::new();
        let mut expressions = self.expressions.borrow_mut();
        for id in [one, other] {
            match &expressions.list[id.0 as usize] {
                Expression::Any => {}
                Expression::Never => return Id::NEVER,
                Expression::Node(_) => parts.push(id),
                Expression::Meet(ids) => parts.extend(ids.iter()),
            }
        }
        parts.sort_unstable();
        parts.dedup();
        match parts.as_slice() {
            [] => Id::ANY,
            [only] => *only,
            _ => expressions.id(Expression::Meet(parts.into())),
        }
    }

    /// The values that all of them allow.
    pub(super) fn meet_all(&self, ids: impl IntoIterator<Item = Id>) -> Id {
        ids.into_iter()
            .fold(Id::ANY, |one, other| self.meet(one, other))
    }

    /// The schemas that an id combines; without any, it is [`Id::ANY`] or [`Id::NEVER`].
    pub(crate) fn parts(&self, id: Id) -> Vec<NodeId> {
        let expressions = self.expressions.borrow();
        let node = |id: Id| match &expressions.list[id.0 as usize] {
            Expression::Node(node) => Some(*node),
            _ => None,
        };
        match &expressions.list[id.0 as usize] {
            Expression::Meet(ids) => ids.iter().filter_map(|id| node(*id)).collect(),
            _ => node(id).into_iter().collect(),
        }
    }

    /// The normal form.
    pub fn shape(&self, id: Id) -> Rc<Shape> {
        self.try_shape(id)
            // Recursion without end is cut when a schema is read, so this does not happen.
            .unwrap_or_else(|| Rc::new(Shape::any()))
    }

    /// The normal form, unless it is being computed.
    pub(super) fn try_shape(&self, id: Id) -> Option<Rc<Shape>> {
        if let Some(known) = self.shapes.borrow().get(&id) {
            return known.clone();
        }
        // Its parts come first, so that long chains do not need a deep stack.
        let mut open = vec![(id, false)];
        let mut seen = HashSet::new();
        while let Some((next, is_ready)) = open.pop() {
            if is_ready {
                self.work_out(next);
            } else if seen.insert(next) && !self.shapes.borrow().contains_key(&next) {
                open.push((next, true));
                open.extend(self.made_of(next).into_iter().map(|part| (part, false)));
            }
        }
        self.shapes.borrow().get(&id).cloned().flatten()
    }

    /// The sets that a set is composed of, without those inside of values.
    fn made_of(&self, id: Id) -> Vec<Id> {
        let parts = match &self.expressions.borrow().list[id.0 as usize] {
            Expression::Any | Expression::Never => Vec::new(),
            Expression::Node(node) => self.nodes[node.0].in_place(),
            Expression::Meet(ids) => return ids.to_vec(),
        };
        parts.into_iter().map(|part| self.of_node(part)).collect()
    }

    /// The description of a schema, or of a part of its `allOf`.
    pub(crate) fn description(&self, node: NodeId) -> Option<String> {
        let mut open = vec![node];
        for _ in 0..MOST_PARTS {
            let node = self.node(open.pop()?);
            if node.about.description.is_some() {
                return node.about.description.clone();
            }
            let keywords = node.keywords();
            let parts = keywords
                .into_iter()
                .flat_map(|k| k.all_of.iter().chain(&k.reference));
            let first = open.len();
            open.extend(parts);
            open[first..].reverse();
        }
        None
    }

    /// The id that another one only wraps, and whether null is allowed as well: a reference, an
    /// `allOf` with a single schema, or a union with null.
    pub(crate) fn meant(&self, id: Id) -> (Id, bool) {
        let (meant, null) = self.followed(id);
        if null && !self.shape(id).null {
            (id, false)
        } else {
            (meant, null)
        }
    }

    /// The end of a chain of such wrappers, and whether null is allowed on the way.
    fn followed(&self, id: Id) -> (Id, bool) {
        let mut way = Vec::new();
        let mut at = id;
        let (end, mut null) = loop {
            if let Some(known) = self.followed.borrow().get(&at) {
                break *known;
            }
            let [node] = self.parts(at)[..] else {
                break (at, false);
            };
            let Some((next, or_null)) = self.refers(node) else {
                break (at, false);
            };
            way.push((at, or_null));
            at = self.of_node(next);
        };
        let mut followed = self.followed.borrow_mut();
        for (at, or_null) in way.into_iter().rev() {
            null |= or_null;
            followed.insert(at, (end, null));
        }
        (end, null)
    }

    /// The target of a schema that is only a reference, and whether null is allowed as well.
    fn refers(&self, node: NodeId) -> Option<(NodeId, bool)> {
        let keywords = |node: NodeId| self.node(node).keywords();
        let own = keywords(node).filter(|own| own.is_combined())?;
        let parts = match (
            own.reference,
            own.all_of.as_slice(),
            &own.any_of,
            &own.one_of,
        ) {
            (Some(target), [], None, None) => return Some((target, false)),
            (None, only @ [_], None, None) => only,
            (None, [], Some(parts), None) | (None, [], None, Some(parts)) => parts,
            _ => return None,
        };
        let is_null = |part: &NodeId| keywords(*part).is_some_and(Keywords::is_null);
        let mut others = parts.iter().filter(|part| !is_null(part));
        let only = others.next().filter(|_| others.next().is_none())?;
        keywords(*only)?.reference?;
        Some((*only, parts.len() > 1))
    }

    fn work_out(&self, id: Id) {
        if self.shapes.borrow().contains_key(&id) {
            return;
        }
        self.shapes.borrow_mut().insert(id, None);
        let expression = self.expressions.borrow().list[id.0 as usize].clone();
        let shape = match expression {
            Expression::Any => Shape::any(),
            Expression::Never => Shape::never(),
            Expression::Node(node) => self.head(node),
            Expression::Meet(ids) => self.meet_shapes(&ids),
        };
        let shape = Rc::new(shape);
        self.shapes.borrow_mut().insert(id, Some(shape));
    }

    /// The place of a schema.
    pub(crate) fn place(&self, node: NodeId) -> Place {
        let node = &self.nodes[node.0];
        self.documents[node.document].0.clone().below(&node.pointer)
    }

    /// Whether a string matches a pattern. An invalid pattern is already reported.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> bool {
        if let Some(known) = self.patterns.borrow().get(pattern) {
            return known.as_ref().is_none_or(|known| known.matches(text));
        }
        let compiled = Pattern::new(pattern).ok().map(Rc::new);
        let mut patterns = self.patterns.borrow_mut();
        let known = patterns.entry(pattern.to_owned()).or_insert(compiled);
        known.as_ref().is_none_or(|known| known.matches(text))
    }
}
