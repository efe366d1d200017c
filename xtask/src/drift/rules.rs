//! All rules: `--list-rules` and `--explain`.

use std::fmt::Write;

use codegen::rule::{Mirror, Rule};

use super::allow;
use super::part::CHECKS;

/// The rules of every part and of the allow file, by id.
pub(super) fn all() -> Vec<&'static Rule> {
    let parts = CHECKS.iter().flat_map(|check| (check.rules)());
    let mut rules: Vec<_> = parts.chain(allow::RULES.iter().copied()).collect();
    rules.sort_by_key(|rule| rule.id);
    rules
}

/// A line for each rule: its id, what it finds, and its mirror.
pub(super) fn list(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules {
        let _ = writeln!(text, "{:width$}  {}", rule.id, rule.title);
        let _ = writeln!(text, "{:width$}  {}", "", mirror(rule));
    }
    text
}

/// What one rule finds, why that matters, and its mirror.
pub(super) fn explain(rule: &Rule) -> String {
    let Rule {
        id,
        title,
        explanation,
        mirror: _,
    } = rule;
    format!("{id}: {title}\n\n{explanation}\n\n{}\n", mirror(rule))
}

fn mirror(rule: &Rule) -> String {
    match rule.mirror {
        Mirror::Rule(id) => format!("mirror: {id}"),
        Mirror::None(reason) => format!("mirror: none, {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The faults of a set of rules.
    fn faults(rules: &[&'static Rule]) -> Vec<String> {
        let by_id: BTreeMap<_, _> = rules.iter().map(|rule| (rule.id, rule)).collect();
        let mut faults = Vec::new();
        if by_id.len() < rules.len() {
            faults.push("two rules have the same id".to_owned());
        }
        for rule in rules {
            let Rule { id, title, .. } = rule;
            if title.is_empty() || title.ends_with('.') || rule.explanation.is_empty() {
                faults.push(format!("{id} has no title or explanation as it should"));
            }
            match rule.mirror {
                Mirror::None("") => faults.push(format!("{id} gives no reason")),
                Mirror::None(_) => {}
                Mirror::Rule(other) => match by_id.get(other).map(|rule| rule.mirror) {
                    Some(Mirror::Rule(back)) if back == *id => {}
                    Some(_) => faults.push(format!("{id} mirrors {other}, but not the reverse")),
                    None => faults.push(format!("{id} mirrors {other}, which is not there")),
                },
            }
        }
        faults
    }

    const fn rule(id: &'static str, mirror: Mirror) -> Rule {
        Rule {
            id,
            title: "a property is new",
            explanation: "It is.",
            mirror,
        }
    }

    #[test]
    fn every_rule_has_a_mirror_that_points_back_or_a_reason_for_none() {
        assert_eq!(faults(&all()), Vec::<String>::new());
    }

    #[test]
    fn every_rule_begins_with_its_part() {
        for check in CHECKS {
            for rule in (check.rules)() {
                let kind = rule.id.strip_prefix(check.part.word());
                assert!(
                    kind.is_some_and(|kind| kind.starts_with('/')),
                    "{}",
                    rule.id
                );
            }
        }
    }

    #[test]
    fn mirrors_that_are_missing_or_one_sided_are_found() {
        static ADDED: Rule = rule("compat/added", Mirror::Rule("compat/removed"));
        static REMOVED: Rule = rule("compat/removed", Mirror::Rule("compat/added"));
        static LONELY: Rule = rule("compat/lonely", Mirror::Rule("compat/gone"));
        static ASKEW: Rule = rule("compat/askew", Mirror::Rule("compat/added"));
        assert_eq!(faults(&[&ADDED, &REMOVED]), Vec::<String>::new());
        assert_eq!(
            faults(&[&ADDED, &REMOVED, &LONELY, &ASKEW]),
            [
                "compat/lonely mirrors compat/gone, which is not there",
                "compat/askew mirrors compat/added, but not the reverse",
            ]
        );
    }

    #[test]
    fn a_rule_is_listed_with_its_mirror_and_explained() {
        static ADDED: Rule = rule("compat/added", Mirror::Rule("compat/removed"));
        static LONG: Rule = rule("compat/moved", Mirror::None("a move is a move"));
        insta::assert_snapshot!(list(&[&ADDED, &LONG]), @r#"
        compat/added  a property is new
                      mirror: compat/removed
        compat/moved  a property is new
                      mirror: none, a move is a move
        "#);
        insta::assert_snapshot!(explain(&ADDED), @r#"
        compat/added: a property is new

        It is.

        mirror: compat/removed
        "#);
    }
}
