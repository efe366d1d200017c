//! What a value has that its schema doesn't say.

use super::schema::Schema;

use super::sketch::Sketch;

/// One thing in which a value is not as its schema says.
#[derive(Debug, Clone)]
pub(super) struct Breach<'s> {
    pub(super) kind: BreachKind,
    /// The schema that would have to change, and the keyword of it.
    pub(super) schema: &'s Schema,
    pub(super) keyword: &'static str,
    /// Where it is in the value: a JSON pointer with `*` for indexes and for the keys of maps.
    pub(super) pointer: String,
    /// The JSON types that are there.
    pub(super) seen: Sketch,
}

/// In what a value is not as its schema says. The texts are of the traffic: they are not to be
/// shown as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BreachKind {
    /// An object has a property of this name; none if the object is a map too, whose keys are
    /// values.
    UnknownProperty(Option<String>),
    /// A value is none of those that are listed; it is here if it is a text.
    UnknownValue(Option<String>),
    /// An object lacks the property of this name, which is the schema's.
    MissingRequired(String),
    /// A value is of another JSON type.
    WrongType,
    /// A value breaks a limit; this is its length or number of items where that is the limit.
    Constraint(Option<usize>),
}

impl Breach<'_> {
    /// How much it says against a branch of a union that it is the one that was meant.
    pub(super) fn cost(&self) -> u32 {
        match &self.kind {
            BreachKind::WrongType => 50,
            // What tells branches apart.
            BreachKind::UnknownValue(_) if is_tag(self.schema) => 200,
            BreachKind::UnknownValue(_) => 20,
            BreachKind::MissingRequired(_) => 10,
            BreachKind::Constraint(_) => 5,
            BreachKind::UnknownProperty(_) => 3,
        }
    }
}

/// Whether a schema takes but one value, as the property does that says which branch an object is.
pub(super) fn is_tag(schema: &Schema) -> bool {
    let only = schema
        .values
        .as_ref()
        .is_some_and(|values| values.len() == 1);
    schema.constant.is_some() || only
}

/// Where in a value something is, as a chain on the stack.
#[derive(Clone, Copy)]
pub(super) enum Trail<'t> {
    Root,
    Then(&'t Trail<'t>, Step<'t>),
}

/// A step into a value.
#[derive(Clone, Copy)]
pub(super) enum Step<'t> {
    /// To the property of a name that a schema has.
    Name(&'t str),
    /// To an item of an array, or to the value of a key of a map.
    Any,
}

impl Trail<'_> {
    pub(super) fn pointer(&self) -> String {
        let mut pointer = String::new();
        self.push_to(&mut pointer);
        pointer
    }

    fn push_to(&self, pointer: &mut String) {
        if let Trail::Then(before, step) = self {
            before.push_to(pointer);
            pointer.push('/');
            match step {
                Step::Name(name) => pointer.push_str(&super::schemas::escaped(name)),
                Step::Any => pointer.push('*'),
            }
        }
    }
}
