//! Types side by side, from the actions down.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::diagnostics::{Diagnostic, Place};
use crate::ir::{self, Definition, DefinitionKind, Name, Type};
use crate::rule::Rule;

use super::accept::{Answered, Ruled, Versions};
use super::implied::implies;
use super::index::Index;
use super::position::Displaced;
use super::rules::{FORMAT_CHANGED, NULL_ADDED, NULL_REMOVED, TYPE_CHANGED, TYPE_RENAMED};
use super::service::named;
use super::site::{Pair, Root, Said, Site, Within};
use super::verdict::{Bump, Position, Shipped, Verdict};
use super::words::{describe, differ_in_format, keyword, kind, path, unboxed};
use super::{Change, Version};

/// The compared versions, and what was found.
pub(super) struct Walk<'v> {
    pub old: &'v Version,
    pub new: &'v Version,
    pub old_index: Index<'v>,
    pub new_index: Index<'v>,
    pub found: Vec<Change>,
    /// The changes in a pair, and the pairs that it leads to.
    pub pairs: BTreeMap<Pair, Node>,
    /// The pairs that a root leads to.
    pub roots: BTreeMap<Root, BTreeSet<Pair>>,
    pub seen: BTreeSet<Pair>,
    /// The types that a reported change already covers, in the old and the new version, with that
    /// change: they need no finding of their own.
    pub reported: [BTreeMap<String, usize>; 2],
    /// Keys of types that another type replaced, with that type in words, and the change that
    /// reports it.
    pub replaced: Vec<(String, String, usize)>,
    /// Changes of types because of their position, which apply to the types in them too.
    pub displaced: Vec<(Pair, Site, Displaced)>,
    /// The pairs that each change was found in, by index of the change.
    pub within: Vec<Within>,
    open: Vec<Pair>,
    /// Known answers about types, by whether they are sent as strings.
    answered: RefCell<BTreeMap<bool, Rc<Answered>>>,
}

/// A pair of definitions.
#[derive(Default)]
pub(super) struct Node {
    /// The changes in it, by index.
    pub changes: Vec<usize>,
    pub leads_to: BTreeSet<Pair>,
}

/// One of the two versions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Old,
    New,
}

impl<'v> Walk<'v> {
    pub fn new(old: &'v Version, new: &'v Version) -> Self {
        Walk {
            old,
            new,
            old_index: Index::of(&old.api),
            new_index: Index::of(&new.api),
            found: Vec::new(),
            pairs: BTreeMap::new(),
            roots: BTreeMap::new(),
            seen: BTreeSet::new(),
            reported: [BTreeMap::new(), BTreeMap::new()],
            replaced: Vec::new(),
            displaced: Vec::new(),
            within: Vec::new(),
            open: Vec::new(),
            answered: RefCell::default(),
        }
    }

    /// All changes, with the actions that each reaches.
    pub fn changes(mut self) -> Vec<Change> {
        self.api();
        self.drain();
        self.kept();
        self.remains();
        self.displaced();
        self.reach();
        self.relocate();
        self.consequences();
        self.found
    }

    /// Compares the pairs that were met on the way.
    pub fn drain(&mut self) {
        while let Some(pair) = self.open.pop() {
            self.definitions(&pair);
        }
    }

    /// Whether a change after the first `count` replaces a type.
    pub fn has_changed_type(&self, count: usize) -> bool {
        let is_type = |rule: &Rule| rule == TYPE_CHANGED || rule == FORMAT_CHANGED;
        let mut since = self.found.iter().skip(count);
        since.any(|change| is_type(change.rule))
    }

    /// Whether a change after the first `count` breaks builds.
    pub fn has_broken(&self, count: usize) -> bool {
        let mut since = self.found.iter().skip(count);
        since.any(|change| change.class == super::Class::Source)
    }

    /// Records a change.
    pub fn note(&mut self, site: &Site, rule: &'static Rule, verdict: Verdict, said: Said) {
        let index = self.found.len();
        let mut reaches = BTreeSet::new();
        let mut is_everywhere = false;
        match &site.within {
            Within::Root(Root::Api) => is_everywhere = true,
            Within::Root(root) => reaches.extend(self.actions(root)),
            Within::Pair(pair) => {
                let node = self.pairs.entry(pair.clone()).or_default();
                node.changes.push(index);
            }
        }
        self.within.push(site.within.clone());
        self.found.push(Change {
            rule,
            subject: printable(&site.subject),
            position: site.position,
            class: verdict.class,
            bump: verdict.bump,
            shipped: verdict.shipped,
            before: said.before,
            after: said.after,
            places: site.places,
            is_everywhere,
            reaches,
            consequences: Vec::new(),
            diagnostic: Diagnostic::new(site.place.clone(), printable(&said.message), said.help),
        });
    }

    /// Passes over a type that only one version has, because the change of its user, recorded next,
    /// covers it.
    pub fn pass_over(&mut self, side: Side, ty: &Type) {
        let index = match side {
            Side::Old => &self.old_index,
            Side::New => &self.new_index,
        };
        let next = self.found.len();
        index.reach(ty, &mut self.reported[side as usize], next);
    }

    /// Compares two types and their parts.
    pub fn types(&mut self, old: &Type, new: &Type, site: &Site) {
        match (unboxed(old), unboxed(new)) {
            (Type::Named(old), Type::Named(new)) => self.names(old, new, site),
            (Type::Nullable(old), Type::Nullable(new)) => self.types(old, new, site),
            (Type::Array(old), Type::Array(new)) => {
                self.types(old, new, &site.item());
            }
            (Type::Map(old), Type::Map(new)) => {
                self.types(old, new, &site.value());
            }
            (Type::Nullable(inner), new) => {
                self.null_removed(site);
                self.types(inner, new, site);
            }
            (old, Type::Nullable(inner)) => {
                self.null_added(old, site);
                self.types(old, inner, site);
            }
            (old, new) if old == new => {}
            (old, new) => {
                let old_alias = self.old_index.alias(old);
                let new_alias = self.new_index.alias(new);
                match (old_alias, new_alias) {
                    (Some(old), _) => self.types(old, new, site),
                    (_, Some(new)) => self.types(old, new, site),
                    (None, None) => self.kinds(old, new, site),
                }
            }
        }
    }

    /// Queues a pair of definitions that nothing leads to.
    pub fn meet(&mut self, pair: Pair) {
        if self.seen.insert(pair.clone()) {
            self.open.push(pair);
        }
    }

    /// Queues a pair of definitions, unless it was met before.
    pub fn names(&mut self, old: &Name, new: &Name, site: &Site) {
        let pair = (old.rust.clone(), new.rust.clone());
        if self.is_replaced(&pair) {
            let named = [Type::Named(old.clone()), Type::Named(new.clone())];
            return self.kinds(&named[0], &named[1], site);
        }
        let leads_to = match &site.within {
            Within::Root(root) => self.roots.entry(root.clone()).or_default(),
            Within::Pair(from) => &mut self.pairs.entry(from.clone()).or_default().leads_to,
        };
        leads_to.insert(pair.clone());
        if !self.seen.insert(pair.clone()) {
            return;
        }
        let paths = [path(old), path(new)];
        if paths[0] != paths[1] && !is_name_of(&self.new_index, &pair.0, &pair.1) {
            self.type_renamed(&pair, &paths);
        }
        self.open.push(pair);
    }

    /// Whether the type of one file replaced that of another file, and is not the same type under
    /// another name.
    fn is_replaced(&self, pair: &Pair) -> bool {
        let is_file = |definition: &Definition| !definition.source.contains('#');
        let (Some(old), Some(new)) = (self.old_index.get(&pair.0), self.new_index.get(&pair.1))
        else {
            return false;
        };
        let are_both = self.new_index.get(&pair.0).is_some_and(is_file)
            || self.old_index.get(&pair.1).is_some_and(is_file);
        // If one is or was an alias of the other, they are compared as one type.
        let are_one = is_name_of(&self.old_index, &pair.1, &pair.0)
            || is_name_of(&self.new_index, &pair.0, &pair.1);
        pair.0 != pair.1 && is_file(old) && is_file(new) && are_both && !are_one
    }

    fn type_renamed(&mut self, pair: &Pair, [old, new]: &[String; 2]) {
        let Some(site) = self.site(pair) else {
            return;
        };
        let short = old.rsplit("::").next().unwrap_or(old);
        let message = format!("the type `{old}` is now called `{new}`");
        let is_taken = self.new_index.get(short).is_some();
        let help = match new.ends_with(&format!("::{short}")) {
            true => "describe it where it was, or release a major version".to_owned(),
            false if is_taken => format!(
                "give its schema the meaning of the present `{short}`, so that both are one type, or release a major version"
            ),
            false => format!(
                "give its schema a `title` that names it `{short}`, or release a major version"
            ),
        };
        let said = Said::new(message, help).with(old, new);
        let at = site.called(format!("the type `{old}`, now `{new}`"));
        self.note(&at, TYPE_RENAMED, Verdict::source(Shipped::Fine), said);
    }

    fn null_added(&mut self, old: &Type, site: &Site) {
        // A null property is read as absent; an item must be a value.
        let reads = if site.may_be_absent || self.versions(site).reads_null(old) {
            Shipped::Fine
        } else {
            Shipped::Breaks
        };
        let shipped = site.position.worse(Shipped::Fine, reads);
        let (verdict, help) = if site.is_same_rust {
            (
                Verdict::meaning(shipped),
                "release a major version: its type in Rust stays an `Option`, but programs that rely on a value find none",
            )
        } else {
            (
                Verdict::source(shipped),
                "release a major version: its type in Rust changes",
            )
        };
        let message = format!("{} may now be null", site.subject);
        self.note(
            site,
            NULL_ADDED,
            verdict,
            Said::new(message, help).rust(site),
        );
    }

    fn null_removed(&mut self, site: &Site) {
        let shipped = site.position.worse(Shipped::BreaksSome, Shipped::Fine);
        let (verdict, help) = match (site.is_same_rust, shipped) {
            (false, _) => (
                Verdict::source(shipped),
                "release a major version: its type in Rust changes",
            ),
            (true, Shipped::Fine) => (
                Verdict::docs(),
                "nothing: programs have one case less to handle",
            ),
            (true, _) => (
                Verdict::wire(Bump::Major, shipped),
                "release a major version: its type in Rust stays the same, but the server refuses null",
            ),
        };
        let message = format!("{} may no longer be null", site.subject);
        self.note(
            site,
            NULL_REMOVED,
            verdict,
            Said::new(message, help).rust(site),
        );
    }

    fn kinds(&mut self, old: &Type, new: &Type, site: &Site) {
        self.pass_over(Side::Old, old);
        self.pass_over(Side::New, new);
        if let Type::Named(name) = old {
            let key = name.rust.clone();
            self.replaced.push((key, describe(new), self.found.len()));
        }
        let rule = if differ_in_format(old, new) {
            FORMAT_CHANGED
        } else {
            TYPE_CHANGED
        };
        let shipped = self.shipped(old, new, site);
        let (subject, new, old) = (&site.subject, describe(new), describe(old));
        let message = format!("the type of {subject} changed from {old} to {new}");
        let help = "let the API keep the old type, and add a property of the new type; or release a major version";
        let said = Said::new(message, help).rust(site);
        self.note(site, rule, Verdict::source(shipped), said);
    }

    fn versions<'w>(&'w self, site: &'w Site) -> Versions<'w, 'w> {
        let mut answered = self.answered.borrow_mut();
        let key = site.is_text;
        Versions {
            old: &self.old_index,
            new: &self.new_index,
            is_text: site.is_text,
            answered: Rc::clone(answered.entry(key).or_default()),
        }
    }

    /// How released versions fare if a value changes its type.
    pub fn shipped(&self, old: &Type, new: &Type, site: &Site) -> Shipped {
        let versions = self.versions(site);
        let [old_rules, new_rules] = &site.rules;
        let old = Ruled {
            ty: old,
            rules: old_rules,
        };
        let new = Ruled {
            ty: new,
            rules: new_rules,
        };
        let mut accepted = versions.accepts(old, new);
        if accepted == Shipped::Fine && !is_as_limited(&self.old_index, old, new.rules) {
            accepted = Shipped::BreaksSome;
        }
        site.position.worse(accepted, versions.reads(old, new))
    }

    fn definitions(&mut self, pair: &Pair) {
        let (old, new) = (self.old_index.get(&pair.0), self.new_index.get(&pair.1));
        let (Some(old), Some(new), Some(site)) = (old, new, self.site(pair)) else {
            return;
        };
        match (&old.kind, &new.kind) {
            (DefinitionKind::Object(a), DefinitionKind::Object(b)) => {
                self.objects((old, a), (new, b), &site);
            }
            (DefinitionKind::Enum(a), DefinitionKind::Enum(b)) => self.enums(a, b, &site),
            (DefinitionKind::Union(a), DefinitionKind::Union(b)) => self.unions(a, b, &site),
            (DefinitionKind::Alias(a), DefinitionKind::Alias(b)) => self.types(a, b, &site),
            (DefinitionKind::Alias(Type::Named(old)), _) => {
                self.names(old, &named(&new.name), &site);
            }
            (_, DefinitionKind::Alias(Type::Named(new))) => {
                self.names(&named(&old.name), new, &site);
            }
            (a, b) => {
                a.parts()
                    .into_iter()
                    .for_each(|ty| self.pass_over(Side::Old, ty));
                b.parts()
                    .into_iter()
                    .for_each(|ty| self.pass_over(Side::New, ty));
                let message = format!("{} changed from {} to {}", site.subject, kind(a), kind(b));
                let help = "let the API keep the old type, or release a major version";
                let said = Said::new(message, help).with(&keyword(old), &keyword(new));
                let shipped = self.shipped(
                    &Type::Named(named(&pair.0)),
                    &Type::Named(named(&pair.1)),
                    &site,
                );
                let site = match (a, b) {
                    (DefinitionKind::Union(_), _) | (_, DefinitionKind::Union(_)) => Site {
                        place: site.place.clone().outside_branches(),
                        ..site.clone()
                    },
                    _ => site.clone(),
                };
                self.note(&site, TYPE_CHANGED, Verdict::source(shipped), said);
            }
        }
        // A title is first of all a name.
        if old.name == new.name {
            self.docs(&site, old.doc.as_deref(), new.doc.as_deref());
        }
    }

    /// The site of a pair of definitions.
    pub fn site(&self, pair: &Pair) -> Option<Site> {
        let (old, new) = (self.old_index.get(&pair.0)?, self.new_index.get(&pair.1)?);
        let mut subject = format!("`{}`", pair.1);
        if pair.0 != pair.1 {
            subject = format!("{subject} (`{}` before)", pair.0);
        }
        Some(Site {
            subject,
            place: source(new),
            position: position(old, new),
            within: Within::Pair(pair.clone()),
            rust: [String::new(), String::new()],
            is_same_rust: false,
            places: new.places,
            rules: [Vec::new(), Vec::new()],
            is_text: false,
            may_be_absent: false,
        })
    }
}

/// Whether the values of a type satisfy the requirements of another one besides its JSON type.
fn is_as_limited(index: &Index<'_>, old: Ruled<'_>, new: &[ir::Rule]) -> bool {
    let mut rules = old.rules.to_vec();
    if let Type::Named(name) = unboxed(old.ty)
        && let Some(definition) = index.get(&name.rust)
        && let DefinitionKind::Enum(variants) = &definition.kind
    {
        let values = variants.iter().map(|variant| format!("{:?}", variant.wire));
        rules.push(ir::Rule::OneOf(values.collect()));
    }
    let is_of_kind = |rule: &ir::Rule| matches!(rule, ir::Rule::Object | ir::Rule::Kinds(_));
    let mut limits = new.iter().filter(|rule| !is_of_kind(rule));
    limits.all(|rule| implies(&rules, rule))
}

/// Whether a type is an alias of another one.
fn is_name_of(index: &Index<'_>, name: &str, other: &str) -> bool {
    let definition = index.get(name).map(|definition| &definition.kind);
    matches!(definition, Some(DefinitionKind::Alias(Type::Named(meant))) if meant.rust == other)
}

/// A string without control characters from a source, which could affect a terminal.
fn printable(text: &str) -> String {
    let escaped = |character: char| {
        if character.is_control() {
            character.escape_default().to_string()
        } else {
            character.to_string()
        }
    };
    text.chars().map(escaped).collect()
}

/// Where a definition is described.
pub(super) fn source(definition: &Definition) -> Place {
    let source = definition.source.as_str();
    let (file, pointer) = source.split_once('#').unwrap_or((source, ""));
    Place::at(file.strip_prefix("schemas/").unwrap_or(file), pointer)
}

/// Where a pair of definitions is described in both versions; if the places differ, in the new one.
fn position(old: &Definition, new: &Definition) -> Position {
    let common = ir::Position {
        request: old.position.request && new.position.request,
        response: old.position.response && new.position.response,
    };
    if common == ir::Position::default() {
        Position::of(new.position)
    } else {
        Position::of(common)
    }
}
