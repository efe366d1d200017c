//! Names that must differ from one another.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::diagnostics::{Diagnostic, Place, quoted};
use crate::names::{alternatives, left_out};

/// Where Rust wants every name to be another, e.g. the fields of one struct.
pub(super) struct Scope {
    what: &'static str,
    names: BTreeMap<String, (String, Place)>,
    /// The last number that was put behind a name.
    numbers: HashMap<String, usize>,
}

/// What is to get a name.
pub(super) struct Wanted<'w> {
    /// What the API calls it.
    pub wire: &'w str,
    pub place: Place,
    /// The name that the description chooses for it, and where.
    pub chosen: Option<(&'w str, Place)>,
}

impl<'w> Wanted<'w> {
    /// What is described at a place, with the `rustName` that it has there.
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

    /// Names several things by a rule, each by what the API calls it alone as far as that goes: names
    /// depend on no order, and whoever is named differently because another one has its name is told
    /// in a note.
    pub(super) fn settle<'w>(
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

    /// Claims a name that is made of one that is settled; with a number if it is another one's.
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

    /// The name that the description chooses.
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
                    "{} can't be the name of one of the {}",
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
            let mistake = Diagnostic::new(place.clone(), message, "choose two names");
            found.push(mistake.note(first.clone(), "the other one"));
        } else {
            self.take(name, wire, place);
        }
        name.to_owned()
    }

    /// A name with the first number behind it that makes it free.
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
                "{} is called {} in Rust, where {} has the name {}",
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

/// The names of methods that set fields, by those of the fields. A method that can't have its field's
/// name gives way to the others.
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
