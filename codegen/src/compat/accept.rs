//! Whether released versions accept values of another type.
//!
//! Responses are tolerant: no value is lost. But a program finds a value where it looks only if the
//! old type holds it, which depends on the value's JSON type; other values are kept as JSON beside
//! it. Requests are strict: every value that the old type sends must be a value of the new type.
//!
//! | the old type | holds |
//! |---|---|
//! | free-form JSON, scalar, union | any JSON |
//! | string, id, date, enum | any string |
//! | number | any number |
//! | integer, milliseconds | an integer |
//! | boolean, array, map | its own JSON type, with values that it holds |
//! | struct | an object whose known properties its fields hold |
//!
//! A null property is read as absent; a null item of an array or value of a map is not.

use std::cell::RefCell;
use std::rc::Rc;

use crate::ir::{Branch, Definition, DefinitionKind, Field, Object, Rule, Type};

use super::answers::{Answers, Ask};
use super::index::Index;
use super::verdict::Shipped;
use super::words::unboxed;

mod json;

use json::{Json, of_form, scalars};

/// A type with the rules for its values.
#[derive(Clone, Copy)]
pub(super) struct Ruled<'t> {
    pub ty: &'t Type,
    pub rules: &'t [Rule],
}

/// Both versions of the types.
pub(super) struct Versions<'w, 'v> {
    pub old: &'w Index<'v>,
    pub new: &'w Index<'v>,
    /// Whether the values are sent as text, in a path, a query or a header.
    pub is_text: bool,
    pub answered: Rc<Answered>,
}

/// Known answers for pairs of types, as a resource names them.
#[derive(Default)]
pub(super) struct Answered {
    reads: RefCell<Answers>,
    accepts: RefCell<Answers>,
}

/// The shape of a type, without its names.
enum Made<'t> {
    Struct(&'t Object),
    Map(&'t Type),
    Array(&'t Type),
    Empty,
    Union(&'t [Branch]),
    String(Strings<'t>),
    Other,
}

/// The strings that a type accepts.
enum Strings<'t> {
    Any,
    Id,
    Date,
    Known(Vec<&'t str>),
}

/// Whether a type holds the values of another one, as far as is known yet.
type Holds<'a> = dyn FnMut(&Type, Ruled<'_>) -> bool + 'a;

impl Versions<'_, '_> {
    /// How responses with values of the new type affect a program that has the old type.
    pub fn reads(&self, old: Ruled<'_>, new: Ruled<'_>) -> Shipped {
        let mut answers = self.answered.reads.borrow_mut();
        answers.ask(bare(old.ty), new, |old, new, ask| {
            let mut holds = |old: &Type, new: Ruled<'_>| ask(bare(old), new) == Shipped::Fine;
            if self.holds(old.ty, new, &mut holds) {
                Shipped::Fine
            } else {
                Shipped::Breaks
            }
        })
    }

    /// Whether a type holds a null where a value is required.
    pub fn reads_null(&self, old: &Type) -> bool {
        self.held(old).has(Json::NULL)
    }

    fn holds(&self, old: &Type, new: Ruled<'_>, holds: &mut Holds<'_>) -> bool {
        let accepted = self.held(old);
        // A possible null is reported on its own.
        let sent = json_of(self.new, new).without(Json::NULL);
        if !accepted.has(sent) {
            return false;
        }
        if accepted.has(Json::ALL) {
            return true;
        }
        let (made, other) = (self.old.made(old), self.new.made(new.ty));
        let any = Type::Json;
        match (made, other) {
            (Made::Array(a), Made::Array(b)) => self.holds_part(a, each(b, new.rules), holds),
            (Made::Map(a), Made::Map(b)) => self.holds_part(a, bare(b), holds),
            (Made::Map(a), Made::Struct(b)) => {
                let mut fields = b.fields.iter();
                let is_read = fields.all(|field| self.holds_part(a, of(field), holds));
                is_read && (!b.open || self.holds_part(a, bare(&any), holds))
            }
            (Made::Struct(a), Made::Map(b)) => {
                a.fields.iter().all(|field| holds(&field.ty, bare(b)))
            }
            (Made::Struct(a), Made::Struct(b)) => a.fields.iter().all(|field| {
                let twin = b.fields.iter().find(|twin| twin.wire == field.wire);
                // A removed value is read as absent.
                twin.is_none_or(|twin| holds(&field.ty, of(twin)))
            }),
            (_, Made::Union(branches)) => {
                branches.iter().all(|branch| holds(old, bare(&branch.ty)))
            }
            (_, Made::Empty) => true,
            // An object without known properties may have anything in any property.
            (Made::Struct(a), Made::Other) => {
                a.fields.iter().all(|field| holds(&field.ty, bare(&any)))
            }
            (Made::Map(a) | Made::Array(a), Made::Other) => self.holds_part(a, bare(&any), holds),
            _ => true,
        }
    }

    /// Whether an item of an array or a value of a map is held, which cannot be absent.
    fn holds_part(&self, old: &Type, new: Ruled<'_>, holds: &mut Holds<'_>) -> bool {
        let may_be_null = json_of(self.new, new).has(Json::NULL);
        (!may_be_null || self.reads_null(old)) && holds(old, new)
    }

    /// The JSON types that a type holds.
    fn held(&self, old: &Type) -> Json {
        match self.old.resolved(old) {
            Type::Json | Type::Scalar => Json::ALL,
            Type::Number | Type::Float => Json::NUMBER,
            ty => match self.old.made(ty) {
                Made::Union(_) => Json::ALL,
                _ => json_of(self.old, bare(ty)),
            },
        }
    }

    /// How requests with values of the old type fare at a server that expects the new type.
    pub fn accepts(&self, old: Ruled<'_>, new: Ruled<'_>) -> Shipped {
        let mut answers = self.answered.accepts.borrow_mut();
        answers.ask(old, new, |old, new, taken| self.taken(old, new, taken))
    }

    fn taken(&self, old: Ruled<'_>, new: Ruled<'_>, ask: &mut Ask<'_>) -> Shipped {
        if let Made::Union(branches) = self.old.made(old.ty) {
            let taken = branches.iter();
            return all(taken.map(|branch| ask(bare(&branch.ty), new)));
        }
        let mut sent = json_of(self.old, old);
        let mut accepted = json_of(self.new, new);
        if self.is_text {
            // Paths, queries and headers contain numbers and booleans as strings.
            if accepted.has(Json::STRING) {
                accepted = accepted.with(Json::SCALAR);
            }
            if sent.has(Json::STRING) {
                sent = sent.with(accepted);
            }
        }
        match (sent.meets(accepted), accepted.has(sent)) {
            (false, _) => return Shipped::Breaks,
            (_, false) => return Shipped::BreaksSome,
            _ => {}
        }
        if self.new.resolved(new.ty) == &Type::Json {
            return Shipped::Fine;
        }
        let (made, other) = (self.old.made(old.ty), self.new.made(new.ty));
        match (made, other) {
            (Made::String(a), Made::String(b)) => strings(&a, &b),
            (Made::Array(a), Made::Array(b)) => ask(each(a, old.rules), each(b, new.rules)),
            (_, Made::Union(branches)) => {
                let taken = branches.iter();
                let taken = taken.map(|branch| ask(old, bare(&branch.ty)));
                taken.min().unwrap_or(Shipped::Breaks)
            }
            (Made::Map(a), Made::Map(b)) => ask(bare(a), bare(b)),
            (Made::Struct(a), Made::Map(b)) => {
                let taken = a.fields.iter();
                let taken = taken.map(|field| at(field, ask(of(field), bare(b))));
                let others = if a.open {
                    Shipped::BreaksSome
                } else {
                    Shipped::Fine
                };
                taken.max().unwrap_or(Shipped::Fine).max(others)
            }
            (Made::Map(a), Made::Struct(b)) => {
                let is_whole = b.open && !b.fields.iter().any(|field| field.required);
                let mut taken = b.fields.iter();
                if is_whole && taken.all(|f| ask(bare(a), of(f)) == Shipped::Fine) {
                    Shipped::Fine
                } else {
                    Shipped::BreaksSome
                }
            }
            (Made::Struct(a), Made::Struct(b)) => self.structs(a, b, ask),
            (Made::Empty, Made::Struct(b)) => {
                if b.fields.iter().any(|field| field.required) {
                    Shipped::Breaks
                } else {
                    Shipped::Fine
                }
            }
            (Made::Empty, Made::Map(_)) | (Made::Other, Made::Other) => Shipped::Fine,
            (Made::String(_), Made::Other) => Shipped::Fine,
            (Made::Other, Made::String(Strings::Any)) => Shipped::Fine,
            (Made::Empty, Made::Empty) => Shipped::Fine,
            // As with other containers, an empty one does not count.
            (Made::Map(_), Made::Empty) => Shipped::Breaks,
            _ => Shipped::BreaksSome,
        }
    }

    fn structs(&self, old: &Object, new: &Object, ask: &mut Ask<'_>) -> Shipped {
        let is_known = |field: &Field| {
            old.fields.iter().any(|other| other.wire == field.wire)
                || old.constants.iter().any(|(wire, _)| *wire == field.wire)
        };
        if new
            .fields
            .iter()
            .any(|field| field.required && !is_known(field))
        {
            return Shipped::Breaks;
        }
        let taken = old.fields.iter().map(|field| {
            let twin = new.fields.iter().find(|twin| twin.wire == field.wire);
            match twin {
                // Requests that leave it out are refused.
                Some(twin) if twin.required && !field.required => {
                    ask(of(field), of(twin)).max(Shipped::BreaksSome)
                }
                Some(twin) => at(field, ask(of(field), of(twin))),
                None if new.open || new.rest.is_some() => Shipped::Fine,
                None if field.required => Shipped::Breaks,
                None => Shipped::BreaksSome,
            }
        });
        taken.max().unwrap_or(Shipped::Fine)
    }
}

/// The effect on requests if a property is refused: requests that leave it out still pass.
fn at(field: &Field, taken: Shipped) -> Shipped {
    if field.required {
        taken
    } else {
        taken.min(Shipped::BreaksSome)
    }
}

/// Combines the values that a request chooses from: all are refused, some, or none.
fn all(taken: impl Iterator<Item = Shipped>) -> Shipped {
    let taken: Vec<Shipped> = taken.collect();
    match (taken.iter().min(), taken.iter().max()) {
        (Some(Shipped::Breaks), _) => Shipped::Breaks,
        (_, None | Some(Shipped::Fine)) => Shipped::Fine,
        _ => Shipped::BreaksSome,
    }
}

fn strings(old: &Strings<'_>, new: &Strings<'_>) -> Shipped {
    let is_id = |text: &str| text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_date = |text: &str| {
        let bytes = text.as_bytes();
        bytes.len() >= 20 && bytes[4] == b'-' && matches!(bytes[10], b'T' | b't' | b' ')
    };
    let some = |is_good: &dyn Fn(&str) -> bool, known: &[&str]| {
        let good = known.iter().filter(|text| is_good(text)).count();
        match good {
            0 => Shipped::Breaks,
            good if good == known.len() => Shipped::Fine,
            _ => Shipped::BreaksSome,
        }
    };
    match (old, new) {
        (_, Strings::Any) | (Strings::Id, Strings::Id) | (Strings::Date, Strings::Date) => {
            Shipped::Fine
        }
        (Strings::Known(known), Strings::Id) => some(&is_id, known),
        (Strings::Known(known), Strings::Date) => some(&is_date, known),
        (Strings::Date, Strings::Known(known)) if !known.iter().any(|text| is_date(text)) => {
            Shipped::Breaks
        }
        (Strings::Known(known), Strings::Known(others)) => {
            some(&|text| others.contains(&text), known)
        }
        (Strings::Id, Strings::Date) | (Strings::Date, Strings::Id) => Shipped::Breaks,
        (Strings::Id, Strings::Known(known)) if !known.iter().any(|text| is_id(text)) => {
            Shipped::Breaks
        }
        _ => Shipped::BreaksSome,
    }
}

impl Index<'_> {
    /// A type without aliases, boxes and `Nullable`.
    fn resolved<'t>(&'t self, ty: &'t Type) -> &'t Type {
        let mut ty = ty;
        // Chains of aliases end: a cycle of aliases is rejected before.
        for _ in 0..64 {
            ty = match ty {
                Type::Boxed(inner) | Type::Nullable(inner) => inner,
                named => match self.alias(named) {
                    Some(meant) => meant,
                    None => return named,
                },
            };
        }
        ty
    }

    fn made<'t>(&'t self, ty: &'t Type) -> Made<'t> {
        let ty = self.resolved(ty);
        let definition = match ty {
            Type::Named(name) => self.get(&name.rust),
            _ => None,
        };
        let kind = definition.map(|definition: &Definition| &definition.kind);
        match (ty, kind) {
            (_, Some(DefinitionKind::Object(object))) => Made::Struct(object),
            (_, Some(DefinitionKind::Union(branches))) => Made::Union(branches),
            (_, Some(DefinitionKind::Enum(variants))) => {
                let known = variants.iter().map(|variant| variant.wire.as_str());
                Made::String(Strings::Known(known.collect()))
            }
            (Type::Map(inner), _) => Made::Map(inner),
            (Type::Array(inner), _) => Made::Array(inner),
            (Type::Empty, _) => Made::Empty,
            (Type::String, _) => Made::String(Strings::Any),
            (Type::ObjectId, _) => Made::String(Strings::Id),
            (Type::DateTime, _) => Made::String(Strings::Date),
            _ => Made::Other,
        }
    }
}

/// The JSON types of a type's values.
fn json_of(index: &Index<'_>, of: Ruled<'_>) -> Json {
    let null = match of.ty {
        Type::Nullable(_) => Json::NULL,
        _ => Json::NONE,
    };
    let json = match index.resolved(of.ty) {
        Type::Unit => Json::NULL,
        Type::Bool => Json::BOOLEAN,
        Type::Integer | Type::UnixMillis => Json::INTEGER,
        Type::Number | Type::Float => Json::NUMBER,
        Type::String | Type::ObjectId | Type::DateTime => Json::STRING,
        Type::Json if of.rules.contains(&Rule::Object) => Json::OBJECT,
        Type::Json => Json::ALL,
        Type::Scalar => scalars(of.rules),
        Type::Empty | Type::Map(_) => Json::OBJECT,
        Type::Array(_) => Json::ARRAY,
        Type::Upload => Json::FILE,
        ty => match index.made(ty) {
            Made::Struct(_) => Json::OBJECT,
            Made::String(_) => Json::STRING,
            Made::Union(branches) => {
                let kinds = branches.iter();
                let kinds = kinds.map(|branch| match unboxed(&branch.ty) {
                    Type::Named(_) => of_form(branch.form),
                    ty => json_of(index, bare(ty)),
                });
                kinds.fold(Json::NONE, Json::with)
            }
            _ => Json::ALL,
        },
    };
    json.with(null)
}

/// A type that does not restrict its values.
fn bare(ty: &Type) -> Ruled<'_> {
    Ruled { ty, rules: &[] }
}

fn of(field: &Field) -> Ruled<'_> {
    Ruled {
        ty: &field.ty,
        rules: &field.rules,
    }
}

/// The items of an array that has rules.
fn each<'t>(ty: &'t Type, rules: &'t [Rule]) -> Ruled<'t> {
    let rules = rules.iter().find_map(|rule| match rule {
        Rule::Each(rules) => Some(rules.as_slice()),
        _ => None,
    });
    Ruled {
        ty,
        rules: rules.unwrap_or_default(),
    }
}
