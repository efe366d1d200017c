//! How a value deviates from its schema.

use super::schema::Schema;

use super::sketch::Sketch;

/// One deviation of a value from its schema.
#[derive(Debug, Clone)]
pub(super) struct Breach<'s> {
    pub(super) kind: BreachKind,
    /// The schema that would have to change, and its keyword.
    pub(super) schema: &'s Schema,
    pub(super) keyword: &'static str,
    /// Where it is in the value: a JSON pointer with `*` for indexes and for the keys of maps.
    pub(super) pointer: String,
    /// The JSON types that were seen.
    pub(super) seen: Sketch,
}

/// The kind of a deviation. The strings are from the traffic and must not be shown unfiltered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BreachKind {
    /// An object has a property of this name; none if the object is also a map, whose keys are
    /// data.
    UnknownProperty(Option<String>),
    /// A value is not in the list of values; contains it if it is a string.
    UnknownValue(Option<String>),
    /// An object lacks the property of this name, which is from the schema.
    MissingRequired(String),
    /// A value has another JSON type.
    WrongType,
    /// A value violates a limit; contains its length or number of items if that is the limit.
    Constraint(Option<usize>),
}

impl Breach<'_> {
    /// How much it speaks against a branch of a union.
    pub(super) fn cost(&self) -> u32 {
        match &self.kind {
            BreachKind::WrongType => 50,
            // A discriminator.
            BreachKind::UnknownValue(_) if is_tag(self.schema) => 200,
            BreachKind::UnknownValue(_) => 20,
            BreachKind::MissingRequired(_) => 10,
            BreachKind::Constraint(_) => 5,
            BreachKind::UnknownProperty(_) => 3,
        }
    }
}

/// Whether a schema accepts a single value, as that of a discriminator does.
pub(super) fn is_tag(schema: &Schema) -> bool {
    let only = schema
        .values
        .as_ref()
        .is_some_and(|values| values.len() == 1);
    schema.constant.is_some() || only
}

/// A position in a value, as a chain on the stack.
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
