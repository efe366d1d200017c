//! Whether released versions get on with values of another type.
//!
//! Responses are tolerant: no value is lost. But a program finds it where it looks only if the old
//! type holds it, which depends on its kind of JSON and not on its text; any other is kept as JSON
//! beside the values. Requests are strict: what the old type sends has to be a value of the new one.
//!
//! | the old type | holds |
//! |---|---|
//! | free-form JSON, scalar, union | any JSON |
//! | string, id, date, enum | any string |
//! | number | any number |
//! | integer, milliseconds | a whole number |
//! | boolean, array, map | its own kind, with values that it holds |
//! | struct | an object whose properties its fields hold, as far as it has them |
//!
//! A null is read as a property that is absent, but not as an item or a value of a map.

use std::cell::RefCell;
use std::rc::Rc;

use crate::ir::{Branch, Definition, DefinitionKind, Field, Object, Rule, Type};

use super::answers::{Answers, Ask};
use super::index::{Index, key};
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

/// What is known already of pairs of types.
#[derive(Default)]
pub(super) struct Answered {
    reads: RefCell<Answers>,
    accepts: RefCell<Answers>,
}

/// What a type is but for its names.
enum Made<'t> {
    Struct(&'t Object),
    Map(&'t Type),
    Array(&'t Type),
    Empty,
    Union(&'t [Branch]),
    Text(Text<'t>),
    Other,
}

/// Which strings a type takes.
enum Text<'t> {
    Any,
    Id,
    Date,
    Known(Vec<&'t str>),
}

/// Whether a type holds the values of another one, as far as that is known now.
type Holds<'a> = dyn FnMut(&Type, Ruled<'_>) -> bool + 'a;

impl Versions<'_, '_> {
    /// What becomes of responses with values of the new type in a program that has the old one.
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

    /// Whether a type holds a null where a value has to be.
    pub fn reads_null(&self, old: &Type) -> bool {
        self.held(old).has(Json::NULL)
    }

    fn holds(&self, old: &Type, new: Ruled<'_>, holds: &mut Holds<'_>) -> bool {
        let accepted = self.held(old);
        // That it may be null is said besides.
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
                // What is gone is read as absent.
                twin.is_none_or(|twin| holds(&field.ty, of(twin)))
            }),
            (_, Made::Union(branches)) => {
                branches.iter().all(|branch| holds(old, bare(&branch.ty)))
            }
            (_, Made::Empty) => true,
            // An object of which nothing is known may have anything in any of its properties.
            (Made::Struct(a), Made::Other) => {
                a.fields.iter().all(|field| holds(&field.ty, bare(&any)))
            }
            (Made::Map(a) | Made::Array(a), Made::Other) => self.holds_part(a, bare(&any), holds),
            _ => true,
        }
    }

    /// Whether an item of an array or a value of a map is held, which can't be absent.
    fn holds_part(&self, old: &Type, new: Ruled<'_>, holds: &mut Holds<'_>) -> bool {
        let may_be_null = json_of(self.new, new).has(Json::NULL);
        (!may_be_null || self.reads_null(old)) && holds(old, new)
    }

    /// The kinds of JSON that a type holds.
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

    /// What becomes of requests with values of the old type at a server that wants the new one.
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
            // A number and a boolean are texts as well where everything is.
            if accepted.has(Json::TEXT) {
                accepted = accepted.with(Json::SCALAR);
            }
            if sent.has(Json::TEXT) {
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
            (Made::Text(a), Made::Text(b)) => texts(&a, &b),
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
            (Made::Text(_), Made::Other) => Shipped::Fine,
            (Made::Other, Made::Text(Text::Any)) => Shipped::Fine,
            (Made::Empty, Made::Empty) => Shipped::Fine,
            // As of other containers, one without content does not count.
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
                // Those that leave it out are refused.
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

/// What becomes of requests in which a property is refused: those that leave it out are not.
fn at(field: &Field, taken: Shipped) -> Shipped {
    if field.required {
        taken
    } else {
        taken.min(Shipped::BreaksSome)
    }
}

/// Of several values of which a request has one: all are refused, or some, or none.
fn all(taken: impl Iterator<Item = Shipped>) -> Shipped {
    let taken: Vec<Shipped> = taken.collect();
    match (taken.iter().min(), taken.iter().max()) {
        (Some(Shipped::Breaks), _) => Shipped::Breaks,
        (_, None | Some(Shipped::Fine)) => Shipped::Fine,
        _ => Shipped::BreaksSome,
    }
}

fn texts(old: &Text<'_>, new: &Text<'_>) -> Shipped {
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
        (_, Text::Any) | (Text::Id, Text::Id) | (Text::Date, Text::Date) => Shipped::Fine,
        (Text::Known(known), Text::Id) => some(&is_id, known),
        (Text::Known(known), Text::Date) => some(&is_date, known),
        (Text::Date, Text::Known(known)) if !known.iter().any(|text| is_date(text)) => {
            Shipped::Breaks
        }
        (Text::Known(known), Text::Known(others)) => some(&|text| others.contains(&text), known),
        (Text::Id, Text::Date) | (Text::Date, Text::Id) => Shipped::Breaks,
        (Text::Id, Text::Known(known)) if !known.iter().any(|text| is_id(text)) => Shipped::Breaks,
        _ => Shipped::BreaksSome,
    }
}

impl Index<'_> {
    /// A type without what only names or boxes it, or lets it be null.
    fn resolved<'t>(&'t self, ty: &'t Type) -> &'t Type {
        let mut ty = ty;
        // An alias of an alias ends; one that is a circle does not get here.
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
            Type::Named(name) => self.get(&key(name)),
            _ => None,
        };
        let kind = definition.map(|definition: &Definition| &definition.kind);
        match (ty, kind) {
            (_, Some(DefinitionKind::Object(object))) => Made::Struct(object),
            (_, Some(DefinitionKind::Union(branches))) => Made::Union(branches),
            (_, Some(DefinitionKind::Enum(variants))) => {
                let known = variants.iter().map(|variant| variant.wire.as_str());
                Made::Text(Text::Known(known.collect()))
            }
            (Type::Map(inner), _) => Made::Map(inner),
            (Type::Array(inner), _) => Made::Array(inner),
            (Type::Empty, _) => Made::Empty,
            (Type::String, _) => Made::Text(Text::Any),
            (Type::ObjectId, _) => Made::Text(Text::Id),
            (Type::DateTime, _) => Made::Text(Text::Date),
            _ => Made::Other,
        }
    }
}

/// The kinds of JSON that values of a type are.
fn json_of(index: &Index<'_>, of: Ruled<'_>) -> Json {
    let null = match of.ty {
        Type::Nullable(_) => Json::NULL,
        _ => Json::NONE,
    };
    let json = match index.resolved(of.ty) {
        Type::Unit => Json::NULL,
        Type::Bool => Json::FLAG,
        Type::Integer | Type::UnixMillis => Json::INTEGER,
        Type::Number | Type::Float => Json::NUMBER,
        Type::String | Type::ObjectId | Type::DateTime => Json::TEXT,
        Type::Json if of.rules.contains(&Rule::Object) => Json::OBJECT,
        Type::Json => Json::ALL,
        Type::Scalar => scalars(of.rules),
        Type::Empty | Type::Map(_) => Json::OBJECT,
        Type::Array(_) => Json::ARRAY,
        Type::Upload => Json::FILE,
        ty => match index.made(ty) {
            Made::Struct(_) => Json::OBJECT,
            Made::Text(_) => Json::TEXT,
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

/// A type of whose values nothing more is said.
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
