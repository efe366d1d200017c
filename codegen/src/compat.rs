//! Compares two versions of a source: what changed, whom that breaks, which version bump it needs.
//!
//! Both versions are lowered and compared as intermediate representations, where equal descriptions
//! are equal however they are written. The walk starts at the actions that both versions have, and
//! compares the types of their parameters and results side by side. Each pair of types is compared
//! once per position, so one edit makes one [`Change`].
//!
//! | what | where |
//! |---|---|
//! | the API as a whole | `service` |
//! | resources, actions, their parameters, what they return | `resources`, `actions`, `parameters`, `outputs`, `paging` |
//! | types, side by side | `walk`, and by kind `objects` and `fields`, `choices` (enums and unions) |
//! | limits that became tighter or looser | `limits`, `implied` |
//! | whether released versions accept values of another type | `accept` |
//! | consequences of a change, folded into its finding | `consequences` |
//! | which actions a change reaches, and types that no action uses | `reach` |
//! | types that become or cease to be part of requests or responses | `position` |
//! | what a change means | `rules`, `verdict` |
//! | the location of a comparison, and names of types for people | `site`, `words`; types by key: `index` |
//! | where a change is shown | `places` |

mod accept;
mod actions;
mod answers;
mod choices;
mod consequences;
mod fields;
mod implied;
mod index;
mod limits;
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
    /// The subject, in words; the same from run to run.
    pub subject: String,
    /// Where the changed value is described.
    pub position: Position,
    /// The severity of the change.
    pub class: Class,
    /// The version bump it needs: whether upgrading breaks a build.
    pub bump: Bump,
    /// Whether released versions work with a server of the new version.
    pub shipped: Shipped,
    /// The Rust before the change, if it differs.
    pub before: Option<String>,
    /// The Rust after the change, if it differs.
    pub after: Option<String>,
    /// The number of places of the description that have the changed type: equal types are one.
    pub places: usize,
    /// Whether it reaches every action, as a change of the error body does.
    pub is_everywhere: bool,
    /// The names of the actions that it reaches; empty if it reaches every action.
    pub reaches: BTreeSet<String>,
    /// Consequences of the change that nobody made directly: new names and docs of types that are
    /// no longer equal, or have become equal.
    pub consequences: Vec<String>,
    /// What changed, where in the new version, and what to do.
    pub diagnostic: Diagnostic,
}

/// A version that cannot be compared because of its mistakes.
#[derive(Debug)]
pub struct Unreadable {
    /// Whether it is the old version.
    pub is_old: bool,
    /// The mistakes.
    pub diagnostics: Diagnostics,
}

/// Compares two versions: what a change of the schemas means for users of the emitted crate.
///
/// # Errors
///
/// Returns the mistakes in either version; those of the old version first.
pub fn compare(old: &Source, new: &Source) -> Result<Vec<Change>, Unreadable> {
    let read = |source, is_old| {
        Version::read(source).map_err(|diagnostics| Unreadable {
            is_old,
            diagnostics,
        })
    };
    let (before, after) = (read(old, true)?, read(new, false)?);
    let mut changes = walk::Walk::new(&before, &after).changes();
    show(&mut changes, new);
    Ok(changes)
}

/// Shows each change at its place in `new`, or at the nearest one around it, and sorts.
pub fn show(changes: &mut [Change], new: &Source) {
    places::present(changes, new);
    Diagnostics::locate(changes.iter_mut().map(|change| &mut change.diagnostic), new);
    changes.sort_by(|a, b| (&a.subject, a.rule.id).cmp(&(&b.subject, b.rule.id)));
}

/// Reads a version as [`compare`] does, and returns its warnings.
///
/// # Errors
///
/// Returns the mistakes in it.
pub fn check(source: &Source) -> Result<Vec<Diagnostic>, Diagnostics> {
    let (_, _, warnings) = lowered(source)?;
    Ok(Diagnostics::resolve(warnings, source).0)
}

/// The documents of a version, its API, and warnings.
fn lowered(source: &Source) -> Result<(Documents, Api, Vec<Diagnostic>), Diagnostics> {
    let lowered = || {
        let (documents, found) = read::read(source);
        let (documents, warnings) = resolve::resolve(documents, found)?;
        let api = lower::lower(&documents)?;
        Ok((documents, api, warnings))
    };
    lowered().map_err(|mut found: Vec<Diagnostic>| {
        // Warnings are for the authors of the schemas.
        found.retain(|one| one.severity() == Severity::Error);
        Diagnostics::resolve(found, source)
    })
}

/// A version of the API.
struct Version {
    api: Api,
    documents: Documents,
    files: places::Files,
}

impl Version {
    fn read(source: &Source) -> Result<Self, Diagnostics> {
        let (documents, api, _) = lowered(source)?;
        Ok(Version {
            api,
            documents,
            files: places::Files::of(source),
        })
    }

    /// Where an action is described, or the list of actions if there is no such action.
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

    /// Where a resource is described, or the API if the resource does not exist.
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
