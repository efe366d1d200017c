//! The descriptions to change: the project's own schemas, a synthetic one that uses every feature,
//! and slices of the vendor's, if it is available.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::Value;
use tests::root;
use xtask::import;

use super::description::Description;
use super::values::pick;
use crate::schemas::Schemas;

/// Chooses a part of a description.
#[derive(Debug, Clone)]
pub struct Choice {
    base: Index,
    resources: Vec<Index>,
    types: Vec<Index>,
}

pub fn choices() -> impl Strategy<Value = Choice> {
    let resources = prop::collection::vec(any::<Index>(), 1..4);
    let types = prop::collection::vec(any::<Index>(), 0..4);
    (any::<Index>(), resources, types).prop_map(|(base, resources, types)| Choice {
        base,
        resources,
        types,
    })
}

/// The maximal length of a type in a slice, with the types that it reaches: a case should take
/// about a millisecond.
const LONGEST: usize = 12_000;

/// The descriptions that slices are taken from.
pub struct Bases(Vec<Base>);

struct Base {
    description: Description,
    resources: Vec<String>,
    types: Vec<String>,
}

impl Base {
    fn of(description: Description) -> Self {
        let own = description
            .slice(&BTreeSet::new(), &BTreeSet::new())
            .length();
        let mut resources = description.names("resources/");
        resources.retain(|name| {
            let slice = description.slice(&BTreeSet::from([name.clone()]), &BTreeSet::new());
            slice.length() - own < LONGEST
        });
        let mut types = description.names("types/");
        types.retain(|name| {
            let slice = description.slice(&BTreeSet::new(), &BTreeSet::from([name.clone()]));
            slice.length() - own < LONGEST / 2
        });
        Base {
            description,
            resources,
            types,
        }
    }
}

impl Bases {
    pub fn read() -> Self {
        let mut bases = vec![Description::of(&Schemas::audit_logs()), synthetic()];
        match vendor() {
            Some(vendor) => bases.extend([synthetic(), vendor]),
            None => eprintln!("no slices of the vendor's description are changed"),
        }
        Bases(bases.into_iter().map(Base::of).collect())
    }

    pub fn slice(&self, choice: &Choice) -> Description {
        let base = choice.base.get(&self.0);
        let chosen = |indices: &[Index], names: &[String]| {
            let chosen = indices.iter().filter_map(|index| pick(index, names));
            chosen.cloned().collect::<BTreeSet<_>>()
        };
        let resources = chosen(&choice.resources, &base.resources);
        let types = chosen(&choice.types, &base.types);
        base.description.slice(&resources, &types)
    }
}

fn synthetic() -> Description {
    let files: Value = serde_json::from_str(include_str!("synthetic.json")).unwrap();
    let files = files.as_object().unwrap().clone();
    Description {
        files: files.into_iter().collect(),
        ..Description::default()
    }
}

/// The vendor's own, as the project corrects it.
fn vendor() -> Option<Description> {
    let from = tests::shared("vendor/losant-1.30.0")?;
    let api = root().join("schemas/api.json");
    let corrected = import::corrected(&from, &api, &root().join("schemas/upstream")).unwrap();
    let files = corrected.files().map(|(path, bytes)| {
        let value: Value = serde_json::from_slice(bytes).unwrap();
        (path.to_owned(), value)
    });
    Some(Description {
        files: files.collect(),
        ..Description::default()
    })
}

#[test]
fn the_synthetic_description_is_accepted() {
    let files = synthetic().schemas().generate();
    files.unwrap_or_else(|mistakes| panic!("{mistakes}"));
}
