//! Actions side by side.

use std::collections::BTreeSet;

use crate::diagnostics::Place;
use crate::ir::Action;

use super::parameters::Parameters;
use super::rules::{METHOD_CHANGED, SCOPES_CHANGED};
use super::site::{Root, Said, Site};
use super::verdict::{Bump, Position, Shipped, Verdict};
use super::walk::Walk;

impl Walk<'_> {
    /// Compares an action, except for the given parameters, which are reported already.
    pub(super) fn action(
        &mut self,
        resource: &str,
        old: &Action,
        new: &Action,
        reported: &BTreeSet<String>,
    ) {
        let site = self.action_site(resource, &new.wire);
        let method = site.called(format!("the method of {}", site.subject));
        self.renamed(&old.method_name, &new.method_name, &method);
        let request = site.called(format!("the request of {}", site.subject));
        self.renamed(&old.request, &new.request, &request);
        self.method(old, new, &site);
        if (&old.summary, &old.description) != (&new.summary, &new.description) {
            self.described(&site);
        }
        let own = |action: &'_ Action| {
            let own = action.params.iter().enumerate();
            let own = own.filter(|(_, p)| !p.of_resource && !reported.contains(&p.wire));
            own.map(|(index, _)| index).collect::<Vec<_>>()
        };
        self.parameters(&Parameters {
            root: Root::Action {
                resource: resource.to_owned(),
                wire: new.wire.clone(),
            },
            old: own(old)
                .into_iter()
                .map(|index| &old.params[index])
                .collect(),
            new: own(new)
                .into_iter()
                .map(|index| &new.params[index])
                .collect(),
            templates: [&old.path, &new.path],
        });
        let at = Site {
            place: self.result_place(&site.place),
            position: Position::Response,
            ..site.called(format!("the result of {}", site.subject))
        };
        self.outputs(&old.output, &new.output, &at);
        self.responses(old, new, &at);
        self.paging(old, new, &site, &at);
    }

    fn method(&mut self, old: &Action, new: &Action, site: &Site) {
        if old.method == new.method {
            return;
        }
        let message = format!(
            "{} changed its method from {} to {}",
            site.subject, old.method, new.method
        );
        let help = "let the API take both methods for as long as released versions are used";
        let said = Said::new(message, help).with(old.method, new.method);
        let verdict = Verdict::wire(Bump::Minor, Shipped::Breaks);
        self.note(&site.child("method"), METHOD_CHANGED, verdict, said);
    }

    /// Compares the scopes that permit actions. The same change for all of them is one finding.
    pub(super) fn scopes(&mut self, resource: &str, pairs: &[(&Action, &Action)], site: &Site) {
        let changes = pairs.iter().map(|(old, new)| Scopes::of(old, new));
        let changes: Vec<_> = changes.collect();
        match changes.as_slice() {
            [first, _, ..] if changes.iter().all(|other| other == first) => {
                self.scopes_changed(first, site);
            }
            changes => {
                for (change, (_, new)) in changes.iter().zip(pairs) {
                    let at = self.action_site(resource, &new.wire);
                    self.scopes_changed(change, &at);
                }
            }
        }
    }

    fn scopes_changed(&mut self, scopes: &Scopes, site: &Site) {
        let Scopes {
            lost,
            won,
            is_narrower,
        } = scopes;
        if lost.is_empty() && won.is_empty() {
            return;
        }
        let subject = &site.subject;
        let parts = [
            (lost, format!("no longer enough for {subject}")),
            (won, format!("now enough for {subject}")),
        ];
        let parts = parts.into_iter().filter(|(scopes, _)| !scopes.is_empty());
        let parts = parts.map(|(scopes, what)| {
            let scopes: Vec<_> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
            format!("the scope {} is {what}", scopes.join(" or "))
        });
        let message = parts.collect::<Vec<_>>().join(", and ");
        let help = "say in the release notes which scopes a token needs";
        let verdict = Verdict {
            bump: Bump::Patch,
            ..Verdict::behaviour(if *is_narrower {
                Shipped::BreaksSome
            } else {
                Shipped::Fine
            })
        };
        self.note(site, SCOPES_CHANGED, verdict, Said::new(message, help));
    }

    /// Where an action describes its result: in `responses`, or in `sseStream` if only that has
    /// changed.
    fn result_place(&self, action: &Place) -> Place {
        let [responses, stream] = ["responses", "sseStream"].map(|key| action.clone().child(key));
        if !self.is_other(&responses) && self.is_other(&stream) {
            stream
        } else {
            responses
        }
    }

    pub(super) fn action_site(&self, resource: &str, wire: &str) -> Site {
        let root = Root::Action {
            resource: resource.to_owned(),
            wire: wire.to_owned(),
        };
        let place = self.new.action(resource, wire);
        Site::at(root, format!("`{wire}`"), place, Position::Api)
    }
}

/// How the scopes that permit an action changed.
#[derive(PartialEq)]
struct Scopes {
    lost: Vec<String>,
    won: Vec<String>,
    /// Whether a token may be insufficient now.
    is_narrower: bool,
}

impl Scopes {
    fn of(old: &Action, new: &Action) -> Self {
        let missing = |from: &[String], of: &[String]| {
            let missing = of.iter().filter(|scope| !from.contains(scope));
            missing
                .cloned()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        };
        let lost = missing(&new.scopes, &old.scopes);
        Scopes {
            // Without named scopes, any token is accepted.
            is_narrower: old.scopes.is_empty() || (!lost.is_empty() && !new.scopes.is_empty()),
            won: missing(&old.scopes, &new.scopes),
            lost,
        }
    }
}
