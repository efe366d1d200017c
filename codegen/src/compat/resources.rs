//! Resources side by side.

use std::collections::BTreeSet;

use crate::ir::{Action, Parameter, Resource};

use super::parameters::{Parameters, is_reordered, without_names};
use super::rules::{
    ACTION_ADDED, ACTION_REMOVED, FEATURE_REMOVED, PARAMETER_REHOMED, PATH_CHANGED, RESOURCE_ADDED,
    RESOURCE_REMOVED,
};
use super::site::{Root, Said, Site};
use super::verdict::{Bump, Position, Shipped, Verdict};
use super::walk::{Side, Walk};

/// Parameters of one version: those that all actions of a resource share, or those of one action.
type Params<'p> = Vec<&'p Parameter>;

impl Walk<'_> {
    /// Compares resources by their names.
    pub(super) fn resources(&mut self, old: &[Resource], new: &[Resource]) {
        for resource in old {
            match new.iter().find(|other| other.wire == resource.wire) {
                Some(other) => self.resource(resource, other),
                None => self.resource_removed(resource),
            }
        }
        for resource in new {
            if !old.iter().any(|other| other.wire == resource.wire) {
                self.pass_over_all(Side::New, resource);
                let at = self.resource_site(&resource.wire);
                let message = format!("{} is new", at.subject);
                let said = Said::new(message, "release a minor version");
                let said = said.with("", &format!("pub mod {}", resource.module));
                self.note(&at, RESOURCE_ADDED, Verdict::additive(), said);
            }
        }
        self.features(old, new);
    }

    fn resource_removed(&mut self, resource: &Resource) {
        self.pass_over_all(Side::Old, resource);
        let at = self.resource_site(&resource.wire);
        let message = format!("{} is gone, with all of its actions", at.subject);
        let help = "release a major version, and say in the release notes what to use instead";
        let said = Said::new(message, help).with(&format!("pub mod {}", resource.module), "");
        self.note(
            &at,
            RESOURCE_REMOVED,
            Verdict::source(Shipped::Breaks),
            said,
        );
    }

    /// Reports features that are gone although one of their resources remains: programs may name
    /// them.
    fn features(&mut self, old: &[Resource], new: &[Resource]) {
        let there: BTreeSet<&String> = new.iter().filter_map(|r| r.feature.as_ref()).collect();
        let mut reported = BTreeSet::new();
        for resource in old {
            let Some(feature) = resource.feature.as_ref() else {
                continue;
            };
            let other = new.iter().find(|other| other.wire == resource.wire);
            let Some(other) =
                other.filter(|_| !there.contains(feature) && reported.insert(feature))
            else {
                continue;
            };
            let after = other.feature.clone().unwrap_or_default();
            let message = match after.as_str() {
                "" => format!("the crate no longer has the feature `{feature}`"),
                after => format!("the feature `{feature}` is now called `{after}`"),
            };
            let help = "release a major version: programs that name the feature no longer build";
            let said = Said::new(message, help).with(feature, &after);
            let site = self.resource_site(&other.wire);
            let at = site.called(format!("the feature `{feature}`"));
            self.note(&at, FEATURE_REMOVED, Verdict::source(Shipped::Fine), said);
        }
    }

    fn resource(&mut self, old: &Resource, new: &Resource) {
        let site = self.resource_site(&new.wire);
        self.renamed(&old.module, &new.module, &site);
        let said = |r: &Resource| {
            (
                r.title.clone(),
                r.description.clone(),
                r.documentation.clone(),
            )
        };
        if said(old) != said(new) {
            self.described(&site);
        }
        let is_path_reported = self.resource_path(old, new, &site);
        let rehomed = self.shared(old, new, &site);
        let pairs = old.actions.iter().filter_map(|action| {
            let mut others = new.actions.iter();
            Some((action, others.find(|other| other.wire == action.wire)?))
        });
        self.scopes(&new.wire, &pairs.collect::<Vec<_>>(), &site);
        for action in &old.actions {
            match new.actions.iter().find(|other| other.wire == action.wire) {
                Some(other) => {
                    self.action(&new.wire, action, other, &rehomed);
                    if !is_path_reported {
                        self.action_path(&new.wire, action, other);
                    }
                }
                None => self.action_removed(old, action),
            }
        }
        for action in &new.actions {
            if !old.actions.iter().any(|other| other.wire == action.wire) {
                self.pass_over_action(Side::New, action);
                let at = self.action_site(&new.wire, &action.wire);
                let message = format!("{} is new", at.subject);
                let said = Said::new(message, "release a minor version");
                let said = said.with("", &format!("pub fn {}", action.method_name));
                self.note(&at, ACTION_ADDED, Verdict::additive(), said);
            }
        }
    }

    fn action_removed(&mut self, resource: &Resource, action: &Action) {
        self.pass_over_action(Side::Old, action);
        let at = self.action_site(&resource.wire, &action.wire);
        let message = format!("{} is gone", at.subject);
        let help = "release a major version, and say in the release notes what to use instead";
        let said = Said::new(message, help);
        let said = said.with(&format!("pub fn {}", action.method_name), "");
        self.note(&at, ACTION_REMOVED, Verdict::source(Shipped::Breaks), said);
    }

    /// Reports that all paths of a resource changed in the same way, as one change. Returns whether
    /// it did.
    fn resource_path(&mut self, old: &Resource, new: &Resource, site: &Site) -> bool {
        let own = |action: &Action, resource: &Resource| {
            let path = action.path.strip_prefix(&resource.path);
            without_names(path.unwrap_or(&action.path))
        };
        let is_alike = old.actions.iter().all(|action| {
            let other = new.actions.iter().find(|other| other.wire == action.wire);
            other.is_none_or(|other| {
                own(action, old) == own(other, new)
                    && is_reordered(&action.path, &other.path) == is_reordered(&old.path, &new.path)
            })
        });
        if !is_alike || is_same_path(&old.path, &new.path) {
            return false;
        }
        self.path_changed(&old.path, &new.path, site);
        true
    }

    fn action_path(&mut self, resource: &str, old: &Action, new: &Action) {
        if !is_same_path(&old.path, &new.path) {
            let site = self.action_site(resource, &new.wire);
            self.path_changed(&old.path, &new.path, &site);
        }
    }

    fn path_changed(&mut self, old: &str, new: &str, site: &Site) {
        let message = format!(
            "the path of {} changed from `{old}` to `{new}`",
            site.subject
        );
        let (help, bump) = if is_reordered(old, new) {
            // The code still compiles, but requests something else.
            (
                "keep the order of the placeholders, or release a major version",
                Bump::Major,
            )
        } else {
            (
                "let the API answer at both paths while released versions are in use",
                Bump::Minor,
            )
        };
        let said = Said::new(message, help).with(old, new);
        let verdict = Verdict::wire(bump, Shipped::Breaks);
        self.note(&site.child("path"), PATH_CHANGED, verdict, said);
    }

    /// Compares the parameters that all actions share. Parameters that moved between the resource
    /// and its actions are returned.
    fn shared(&mut self, old: &Resource, new: &Resource, site: &Site) -> BTreeSet<String> {
        let (mut before, mut after): (Params<'_>, Params<'_>) =
            (old.params.iter().collect(), new.params.iter().collect());
        let mut rehomed = BTreeSet::new();
        for parameter in &old.params {
            let is_shared = new.params.iter().any(|other| other.wire == parameter.wire);
            let owned = owned(new, old, &parameter.wire).filter(|_| !is_shared);
            if let Some([(_, first), others @ ..]) = owned.as_deref() {
                self.rehomed(old, parameter, first, site);
                for (action, other) in others.iter().filter(|(_, other)| !is_alike(first, other)) {
                    self.of_action(old, action, parameter, other);
                }
                rehomed.insert(parameter.wire.clone());
            }
        }
        for parameter in &new.params {
            let is_shared = old.params.iter().any(|other| other.wire == parameter.wire);
            let owned = owned(old, new, &parameter.wire).filter(|_| !is_shared);
            if let Some([(_, first), others @ ..]) = owned.as_deref() {
                self.rehomed(old, first, parameter, site);
                for (action, other) in others.iter().filter(|(_, other)| !is_alike(first, other)) {
                    self.of_action(old, action, other, parameter);
                }
                rehomed.insert(parameter.wire.clone());
            }
        }
        before.retain(|parameter| !rehomed.contains(&parameter.wire));
        after.retain(|parameter| !rehomed.contains(&parameter.wire));
        self.parameters(&Parameters {
            root: Root::Resource(new.wire.clone()),
            old: before,
            new: after,
            templates: [&old.path, &new.path],
        });
        rehomed
    }

    /// Compares a parameter that is one action's own in one version, and shared by all actions in
    /// the other.
    fn of_action(
        &mut self,
        resource: &Resource,
        action: &Action,
        old: &Parameter,
        new: &Parameter,
    ) {
        let of = Parameters {
            root: Root::Action {
                resource: resource.wire.clone(),
                wire: action.wire.clone(),
            },
            old: vec![old],
            new: vec![new],
            templates: ["", ""],
        };
        self.parameter(&of, old, new);
    }

    fn rehomed(&mut self, resource: &Resource, old: &Parameter, new: &Parameter, site: &Site) {
        let (wire, field) = (&old.wire, &new.field);
        let subject = format!("the parameter `{wire}` of {}", site.subject);
        let (message, before, after) = if old.of_resource {
            (
                "now declared by each action",
                format!("path.{}", old.field),
                field.clone(),
            )
        } else {
            (
                "now shared by all actions",
                old.field.clone(),
                format!("path.{field}"),
            )
        };
        let message = format!("{subject} is {message}: its field is in another struct");
        let help = "declare it where it was, or release a major version";
        let said = Said::new(message, help).with(&before, &after);
        let at = Site {
            position: Position::Request,
            ..site.called(subject)
        };
        self.note(&at, PARAMETER_REHOMED, Verdict::source(Shipped::Fine), said);
        let of = Parameters {
            root: Root::Resource(resource.wire.clone()),
            old: vec![old],
            new: vec![new],
            templates: ["", ""],
        };
        self.parameter(&of, old, new);
    }

    fn pass_over_all(&mut self, side: Side, resource: &Resource) {
        for action in &resource.actions {
            self.pass_over_action(side, action);
        }
    }

    fn pass_over_action(&mut self, side: Side, action: &Action) {
        let params = action.params.iter().map(|parameter| &parameter.ty);
        let bodies = action
            .responses
            .iter()
            .filter_map(|response| response.body.as_ref());
        for ty in params.chain(action.output.types()).chain(bodies) {
            self.pass_over(side, ty);
        }
    }

    fn resource_site(&self, wire: &str) -> Site {
        let root = Root::Resource(wire.to_owned());
        let subject = format!("the resource `{wire}`");
        Site::at(root, subject, self.new.resource(wire), Position::Api)
    }
}

/// The parameters that every action declares itself and that the other version of the resource
/// declares too, by action.
fn owned<'r>(
    resource: &'r Resource,
    other: &Resource,
    wire: &str,
) -> Option<Vec<(&'r Action, &'r Parameter)>> {
    let is_kept = |action: &&Action| other.actions.iter().any(|kept| kept.wire == action.wire);
    let own = |action: &'r Action| {
        let mut params = action.params.iter();
        let own = params.find(|parameter| parameter.wire == wire && !parameter.of_resource)?;
        Some((action, own))
    };
    resource.actions.iter().filter(is_kept).map(own).collect()
}

/// Whether two actions declare a parameter alike.
fn is_alike(one: &Parameter, other: &Parameter) -> bool {
    let Parameter {
        wire: _,
        field,
        setter,
        place,
        required,
        deprecated,
        of_resource: _,
        ty,
        rules,
        description,
        default,
        example,
    } = one;
    (field, setter, place, required, deprecated)
        == (
            &other.field,
            &other.setter,
            &other.place,
            &other.required,
            &other.deprecated,
        )
        && (ty, rules) == (&other.ty, &other.rules)
        && (description, default, example) == (&other.description, &other.default, &other.example)
}

/// Whether two path templates are sent alike: only the names of their placeholders may differ.
fn is_same_path(old: &str, new: &str) -> bool {
    without_names(old) == without_names(new) && !is_reordered(old, new)
}
