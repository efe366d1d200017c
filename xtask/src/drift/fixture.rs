//! Findings and reports for tests.

use codegen::rule::{Mirror, Rule};

use super::allow::Allowed;
use super::report::{Checked, FailOn, Failure, Mistake, Report, State};
use super::version::Versions;
use super::{Class, Finding, Part, Place, Position, Severity, Shipped, Verdict};

pub(super) static PROPERTY_REMOVED: Rule = Rule {
    id: "compat/property-removed",
    title: "a property is gone",
    explanation: "Its field is gone.",
    mirror: Mirror::Rule("compat/property-added"),
};

pub(super) static PROPERTY_ADDED: Rule = Rule {
    id: "compat/property-added",
    title: "a property is new",
    explanation: "There is a field for it.",
    mirror: Mirror::Rule("compat/property-removed"),
};

pub(super) static EDITED: Rule = Rule {
    id: "generated/edited",
    title: "a file was edited",
    explanation: "It is written anew.",
    mirror: Mirror::None("a file that was not edited is as it should be"),
};

/// A finding with nothing but what it needs.
pub(super) fn finding(rule: &'static Rule, severity: Severity, subject: &str) -> Finding {
    Finding {
        rule,
        message: format!("{subject} is out of step"),
        subject: subject.to_owned(),
        severity,
        verdict: None,
        place: None,
        detail: None,
        reaches: Vec::new(),
        count: 1,
        help: "bring it into step".to_owned(),
    }
}

/// A finding with everything.
pub(super) fn whole_finding() -> Finding {
    Finding {
        message: "the property `actorName` of `instanceAuditLog` is gone".to_owned(),
        verdict: Some(Verdict {
            class: Class::Source,
            position: Position::Response,
            shipped: Shipped::Fine,
        }),
        place: Some(Place {
            file: "schemas/types/instanceAuditLog.json".to_owned(),
            line: 12,
            column: 3,
            pointer: "/properties".to_owned(),
            excerpt: "12 |   \"properties\": {\n   |   ^^^^^^^^^^^^\n".to_owned(),
        }),
        detail: Some("-pub actor_name: Option<String>,\n".to_owned()),
        reaches: vec![
            "instanceAuditLog.get".to_owned(),
            "instanceAuditLogs.get".to_owned(),
        ],
        count: 2,
        help: "deprecate it first, if the server still sends it".to_owned(),
        ..finding(
            &PROPERTY_REMOVED,
            Severity::Major,
            "types/instanceAuditLog.json#/properties/actorName",
        )
    }
}

/// A report with one of everything.
pub(super) fn report() -> Report {
    let checked = |part, state| Checked { part, state };
    Report {
        parts: vec![
            checked(Part::Generated, State::Done),
            checked(
                Part::Upstream,
                State::Skipped("pass --upstream DIR".to_owned()),
            ),
            checked(
                Part::Wire,
                State::Failed(Failure {
                    message: "could not read traffic.har: No such file".to_owned(),
                    help: Some("pass --traffic FILE".to_owned()),
                    mistakes: Vec::new(),
                    detail: None,
                }),
            ),
            checked(Part::Compat, State::Done),
        ],
        findings: vec![
            finding(&EDITED, Severity::Major, "generated/src/lib.rs"),
            whole_finding(),
            Finding {
                place: Some(Place {
                    file: "schemas/types/error.json".to_owned(),
                    line: 4,
                    column: 5,
                    pointer: String::new(),
                    excerpt: String::new(),
                }),
                ..finding(&PROPERTY_ADDED, Severity::Minor, "types/error.json#/x")
            },
        ],
        allowed: vec![Allowed {
            finding: finding(&PROPERTY_ADDED, Severity::Minor, "types/error.json#/y"),
            reason: "announced for May".to_owned(),
            expires: "2026-12-31".to_owned(),
        }],
        fail_on: FailOn::Major,
        versions: Versions::new("0.1.0", "0.1.0", Severity::Major),
        api: "schemas/api.json".to_owned(),
        rules: vec![&PROPERTY_ADDED, &PROPERTY_REMOVED, &EDITED],
    }
}

/// A report with a part that could not be completed because of mistakes in the schemas.
pub(super) fn failed() -> Report {
    let mistake = |line| Mistake {
        message: "unknown key `methd`".to_owned(),
        help: "did you mean `method`?".to_owned(),
        place: Place {
            file: "schemas/resources/a b.json".to_owned(),
            line,
            column: 3,
            pointer: "/actions/get/methd".to_owned(),
            excerpt: String::new(),
        },
    };
    Report {
        parts: vec![Checked {
            part: Part::Generated,
            state: State::Failed(Failure {
                message: "2 mistakes in schemas/".to_owned(),
                help: None,
                mistakes: vec![mistake(5), mistake(7)],
                detail: None,
            }),
        }],
        ..report_of(Vec::new())
    }
}

/// A report with findings of one part, which was completed.
pub(super) fn report_of(findings: Vec<Finding>) -> Report {
    Report {
        parts: vec![Checked {
            part: Part::Compat,
            state: State::Done,
        }],
        findings,
        allowed: Vec::new(),
        versions: None,
        ..report()
    }
}
