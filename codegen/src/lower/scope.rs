//! Names that must be unique.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::diagnostics::{Diagnostic, Place, quoted};
use crate::names::{alternatives, left_out};

/// A scope in which Rust requires unique names, e.g. the fields of one struct.
pub(super) struct Scope {
    what: &'static str,
    names: BTreeMap<String, (String, Place)>,
    /// The last number appended to a name.
    numbers: HashMap<String, usize>,
}

/// An item that needs a name.
pub(super) struct Wanted<'w> {
    /// Its name in the API.
    pub wire: &'w str,
    pub place: Place,
    /// The name chosen by the description, and where.
    pub chosen: Option<(&'w str, Place)>,
}

impl<'w> Wanted<'w> {
    /// An item described at a place, with its `rustName`.
    pub(super) fn new(wire: &'w str, rust_name: Option<&'w str>, place: Place) -> Self {
        Wanted {
            wire,
            chosen: rust_name.map(|name| (name, place.clone().child("rustName"))),
            place: place.on_key(),
        }
    }
}

impl Scope {
    pub(super) fn new(what: &'static str) -> Self {
        Scope {
            what,
            names: BTreeMap::new(),
            numbers: HashMap::new(),
        }
    }

    /// Names several items by a rule, if possible each by its API name alone, so that names do not
    /// depend on the order. A note reports each item whose name was taken.
    pub(super) fn assign<'w>(
        &mut self,
        wanted: impl IntoIterator<Item = Wanted<'w>>,
        rule: fn(&str) -> String,
        found: &mut Vec<Diagnostic>,
    ) -> Vec<String> {
        let wanted: Vec<Wanted<'_>> = wanted.into_iter().collect();
        let mut names: Vec<String> = vec![String::new(); wanted.len()];
        let mut open = Vec::new();
        for (index, Wanted { wire, chosen, .. }) in wanted.iter().enumerate() {
            match chosen {
                Some((name, place)) => {
                    names[index] = self.choose(name, wire, place, rule, found);
                }
                None => open.push((left_out(wire), *wire, index)),
            }
        }
        open.sort();
        let mut late = Vec::new();
        for (_, wire, index) in open {
            let name = rule(wire);
            if self.names.contains_key(&name) {
                late.push((wire, index, name))
            } else {
                self.take(&name, wire, &wanted[index].place);
                names[index] = name;
            }
        }
        for (wire, index, plain) in late {
            let place = &wanted[index].place;
            let others = alternatives(wire).into_iter().map(|other| rule(&other));
            let free = others
                .into_iter()
                .find(|name| !self.names.contains_key(name));
            let name = free.unwrap_or_else(|| self.numbered(wire, rule));
            found.push(self.renamed(&name, wire, &plain, place));
            self.take(&name, wire, place);
            names[index] = name;
        }
        names
    }

    /// Claims a name derived from a final one; numbered if it is taken.
    pub(super) fn claim(
        &mut self,
        name: String,
        wire: &str,
        place: &Place,
        found: &mut Vec<Diagnostic>,
    ) -> String {
        let free = if self.names.contains_key(&name) {
            self.numbered(&name, str::to_owned)
        } else {
            name.clone()
        };
        if free != name {
            found.push(self.renamed(&free, wire, &name, place));
        }
        self.take(&free, wire, place);
        free
    }

    /// The names that are settled.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.names.keys().cloned()
    }

    fn take(&mut self, name: &str, wire: &str, place: &Place) {
        self.names
            .insert(name.to_owned(), (wire.to_owned(), place.clone()));
    }

    /// The name chosen by the description.
    fn choose(
        &mut self,
        name: &str,
        wire: &str,
        place: &Place,
        rule: fn(&str) -> String,
        found: &mut Vec<Diagnostic>,
    ) -> String {
        let good = rule(name);
        if good != name {
            found.push(Diagnostic::new(
                place.clone(),
                format!(
                    "{} is not a valid name for one of the {}",
                    quoted(name),
                    self.what
                ),
                format!("write {}", quoted(&good)),
            ));
        } else if let Some((other, first)) = self.names.get(name) {
            let message = format!(
                "two {} are called {}: {} and {}",
                self.what,
                quoted(name),
                quoted(other),
                quoted(wire),
            );
            let mistake = Diagnostic::new(place.clone(), message, "choose different names");
            found.push(mistake.note(first.clone(), "the other one"));
        } else {
            self.take(name, wire, place);
        }
        name.to_owned()
    }

    /// A free name, made by appending the first possible number.
    fn numbered(&mut self, wire: &str, rule: fn(&str) -> String) -> String {
        let number = self.numbers.entry(rule(wire)).or_insert(1);
        loop {
            *number += 1;
            let name = rule(&format!("{wire}{number}"));
            if !self.names.contains_key(&name) {
                return name;
            }
        }
    }

    fn renamed(&self, name: &str, wire: &str, plain: &str, place: &Place) -> Diagnostic {
        let other = self.names.get(plain).map_or("", |(other, _)| other);
        Diagnostic::remark(
            place.clone(),
            format!(
                "{} is called {} in Rust, because {} has the name {}",
                quoted(wire),
                quoted(name),
                quoted(other),
                quoted(plain),
            ),
            match self.what {
                "enum values" => "`rustNames` beside `enum` chooses another name",
                _ => "`rustName` chooses another name",
            },
        )
    }
}

/// The names of the setters of fields. A setter that cannot have its field's name yields to the
/// others.
pub(super) fn apart(fields: &[String], rule: fn(&str) -> String) -> Vec<String> {
    let methods: Vec<String> = fields.iter().map(|field| rule(field)).collect();
    let mut taken: HashSet<String> = fields
        .iter()
        .zip(&methods)
        .filter(|(field, method)| field == method)
        .map(|(_, method)| method.clone())
        .collect();
    let methods = fields.iter().zip(methods);
    methods
        .map(|(field, mut method)| {
            if method != *field {
                while !taken.insert(method.clone()) {
                    method.push('_');
                }
            }
            method
        })
        .collect()
}
