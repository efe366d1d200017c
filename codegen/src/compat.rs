//! Compares two versions of a source: what changed, whom that breaks, which version bump it needs.
//!
//! Both versions are lowered, and compared on the intermediate representation, in which equal
//! descriptions are equal however they are written. The walk starts at the actions that both have,
//! and goes down the types of their parameters and results side by side. A pair of types is compared
//! once for each position, wherever it stands, so that one edit is one [`Change`].
//!
//! | what | where |
//! |---|---|
//! | mistakes of an imported description | `mend`, `align` |
//! | the API as a whole | `service` |
//! | resources, actions, their parameters, what they return | `resources`, `actions`, `parameters`, `outputs`, `paging` |
//! | types, side by side | `walk`, by kind: `objects` and `fields`, `choices` (enums and unions) |
//! | limits that became tighter or looser | `limits`, by `implied` |
//! | what released versions make of another type | `accept` |
//! | what follows from a change, and is told with it | `consequences` |
//! | which actions a change reaches, and types that none reaches | `reach` |
//! | types that get into requests or responses, or out of them | `position` |
//! | what a change means | `rules`, `verdict` |
//! | where a comparison stands, and its words | `site`, `words`; types by name: `index` |
//! | where a change is shown | `places` |

mod accept;
mod actions;
mod align;
mod answers;
mod choices;
mod consequences;
mod fields;
mod implied;
mod index;
mod limits;
mod mend;
mod objects;
mod outputs;
mod paging;
mod parameters;
mod places;
mod position;
mod reach;
mod resources;
mod rules;
mod service;
mod site;
mod verdict;
mod walk;
mod words;

use std::collections::BTreeSet;

use crate::descriptor;
use crate::diagnostics::{Diagnostic, Diagnostics, Place, Severity};
use crate::ir::Api;
use crate::read::Documents;
use crate::rule::Rule;
use crate::source::Source;
use crate::{lower, read, resolve};

use site::Root;

pub use rules::RULES;
pub use verdict::{Bump, Class, Position, Shipped};

/// A change between two versions of a source.
#[derive(Debug, Clone)]
pub struct Change {
    /// What kind of change it is.
    pub rule: &'static Rule,
    /// What it is about, in words that stay the same from run to run.
    pub subject: String,
    /// Where the value stands that changed.
    pub position: Position,
    /// What sort of change it is.
    pub class: Class,
    /// The version that it needs: whether upgrading breaks a build.
    pub bump: Bump,
    /// Whether released versions work with a server that is as the new version says.
    pub shipped: Shipped,
    /// The Rust before, where it changes.
    pub before: Option<String>,
    /// The Rust after, where it changes.
    pub after: Option<String>,
    /// In how many places of the description the type stands that changed: equal types are one.
    pub places: usize,
    /// Whether it reaches every action, as the error body does.
    pub is_everywhere: bool,
    /// The actions that it reaches, by name; none if it reaches every one.
    pub reaches: BTreeSet<String>,
    /// What follows from it, and is no change that anybody made: other names of types that were equal
    /// and are so no more, or have become so, and other docs of them.
    pub consequences: Vec<String>,
    /// What changed, where in the new version, and what to do.
    pub diagnostic: Diagnostic,
}

/// A version that can't be compared, for its mistakes.
#[derive(Debug)]
pub struct Unreadable {
    /// Whether it is the old version.
    pub is_old: bool,
    /// The mistakes.
    pub diagnostics: Diagnostics,
}

/// Compares two versions: what a change of the schemas means for those who use the emitted crate.
///
/// # Errors
///
/// Mistakes in either version; those of the old one first. A description that was imported is compared
/// in spite of them, as far as it can be.
pub fn compare(old: &Source, new: &Source) -> Result<Vec<Change>, Unreadable> {
    let (old, version, told) = mend::versions(old, new)?;
    let mut changes = walk::Walk::new(&old, &version).changes();
    changes.extend(told);
    places::present(&mut changes, new);
    let found = changes.iter().map(|change| change.diagnostic.clone());
    let mut found: Vec<Diagnostic> = found.collect();
    Diagnostics::locate(&mut found, new);
    for (change, diagnostic) in changes.iter_mut().zip(found) {
        change.diagnostic = diagnostic;
    }
    changes.sort_by(|a, b| (&a.subject, a.rule.id).cmp(&(&b.subject, b.rule.id)));
    Ok(changes)
}

/// A version of the API.
struct Version {
    api: Api,
    documents: Documents,
    texts: places::Texts,
    /// What is valid in the schemas but was hardly meant, where it is known what is.
    warnings: Vec<Diagnostic>,
}

/// Those that propose a correction, with their places.
fn proposing(mut warnings: Vec<Diagnostic>, source: &Source) -> Vec<Diagnostic> {
    warnings.retain(|warning| !warning.corrections().is_empty());
    if warnings.is_empty() {
        warnings
    } else {
        read::resolved(warnings, source).0
    }
}

impl Version {
    fn read(source: &Source) -> Result<Self, Diagnostics> {
        let lowered = || {
            let (documents, found) = read::read(source);
            let (documents, warnings) = resolve::resolve(documents, found)?;
            let api = lower::lower(&documents)?;
            let texts = places::Texts::of(source);
            Ok(Version {
                warnings: proposing(warnings, source),
                api,
                documents,
                texts,
            })
        };
        lowered().map_err(|mut found: Vec<Diagnostic>| {
            // A warning is for whoever writes the schemas.
            found.retain(|one| one.severity() == Severity::Error);
            read::resolved(found, source)
        })
    }

    /// Where an action is described, or the others are if there is no such action.
    fn action(&self, resource: &str, wire: &str) -> Place {
        let action = own_name(resource, wire);
        let Some(document) = self.documents.resources.get(resource) else {
            return self.resource(resource);
        };
        let place = Place::at(&document.path, "/actions");
        if document.content.actions.contains_key(action) {
            place.child(action)
        } else {
            place
        }
    }

    /// Where a resource is described, or the API if there is none of that name.
    fn resource(&self, wire: &str) -> Place {
        match self.documents.resources.get(wire) {
            Some(document) => Place::at(&document.path, ""),
            None => Place::at(&self.documents.service.path, ""),
        }
    }

    /// Where a parameter is described, if there is one of that name.
    fn parameter(&self, root: &Root, wire: &str) -> Option<Place> {
        let index = |params: &[descriptor::Parameter]| {
            params.iter().position(|parameter| parameter.name == wire)
        };
        let (params, place) = match root {
            Root::Api => {
                let service = &self.documents.service;
                (&service.content.params, Place::at(&service.path, ""))
            }
            Root::Resource(name) => {
                let document = self.documents.resources.get(name)?;
                (&document.content.params, self.resource(name))
            }
            Root::Action { resource, wire } => {
                let document = self.documents.resources.get(resource)?;
                let action = own_name(resource, wire);
                (
                    &document.content.actions.get(action)?.params,
                    self.action(resource, wire),
                )
            }
        };
        Some(place.child("params").index(index(params)?))
    }
}

/// The name of an action in its resource.
fn own_name<'w>(resource: &str, wire: &'w str) -> &'w str {
    let own = wire.strip_prefix(resource);
    own.and_then(|own| own.strip_prefix('.')).unwrap_or(wire)
}
