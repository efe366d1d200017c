//! Tests of the report for programs.

use serde_json::Value;

use super::*;
use crate::drift::fixture::{failed, report, report_of};

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_report_is_as_its_schema_says() {
    let schema = jsonschema::validator_for(&value(&schema())).unwrap();
    for report in [report(), report_of(vec![]), failed()] {
        let report = value(&render(&report));
        let errors: Vec<_> = schema.iter_errors(&report).map(|e| e.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
    }
    let mut other = value(&render(&report()));
    other["version"] = 2.into();
    assert!(!schema.is_valid(&other));
    assert!(!schema.is_valid(&value("{}")));
}

#[test]
fn the_order_of_the_fields_is_stable() {
    insta::assert_snapshot!(render(&report()), @r#"
    {
      "version": 1,
      "outcome": "incomplete",
      "failOn": "major",
      "parts": [
        {
          "name": "generated",
          "state": "done",
          "reason": null,
          "help": null,
          "mistakes": [],
          "findings": {
            "major": 1,
            "minor": 0,
            "patch": 0,
            "none": 0
          },
          "allowed": 0
        },
        {
          "name": "upstream",
          "state": "skipped",
          "reason": "pass --upstream DIR",
          "help": null,
          "mistakes": [],
          "findings": {
            "major": 0,
            "minor": 0,
            "patch": 0,
            "none": 0
          },
          "allowed": 0
        },
        {
          "name": "wire",
          "state": "failed",
          "reason": "could not read traffic.har: No such file",
          "help": "pass --traffic FILE",
          "mistakes": [],
          "findings": {
            "major": 0,
            "minor": 0,
            "patch": 0,
            "none": 0
          },
          "allowed": 0
        },
        {
          "name": "compat",
          "state": "done",
          "reason": null,
          "help": null,
          "mistakes": [],
          "findings": {
            "major": 1,
            "minor": 1,
            "patch": 0,
            "none": 0
          },
          "allowed": 1
        }
      ],
      "findings": [
        {
          "rule": "generated/edited",
          "fingerprint": "50df4e6b8a843552",
          "severity": "major",
          "message": "generated/src/lib.rs is out of step",
          "subject": "generated/src/lib.rs",
          "verdict": null,
          "place": null,
          "detail": null,
          "reaches": [],
          "count": 1,
          "help": "bring it into step"
        },
        {
          "rule": "compat/property-removed",
          "fingerprint": "689429a04b012b30",
          "severity": "major",
          "message": "the property `actorName` of `instanceAuditLog` is gone",
          "subject": "types/instanceAuditLog.json#/properties/actorName",
          "verdict": {
            "class": "source-breaking",
            "position": "response",
            "shipped": "fine"
          },
          "place": {
            "file": "schemas/types/instanceAuditLog.json",
            "line": 12,
            "column": 3,
            "pointer": "/properties"
          },
          "detail": "-pub actor_name: Option<String>,\n",
          "reaches": [
            "instanceAuditLog.get",
            "instanceAuditLogs.get"
          ],
          "count": 2,
          "help": "deprecate it first, if the server still sends it"
        },
        {
          "rule": "compat/property-added",
          "fingerprint": "d5b934c743471d51",
          "severity": "minor",
          "message": "types/error.json#/x is out of step",
          "subject": "types/error.json#/x",
          "verdict": null,
          "place": {
            "file": "schemas/types/error.json",
            "line": 4,
            "column": 5,
            "pointer": ""
          },
          "detail": null,
          "reaches": [],
          "count": 1,
          "help": "bring it into step"
        }
      ],
      "allowed": [
        {
          "reason": "announced for May",
          "expires": "2026-12-31",
          "finding": {
            "rule": "compat/property-added",
            "fingerprint": "0aeffd8497a1a110",
            "severity": "minor",
            "message": "types/error.json#/y is out of step",
            "subject": "types/error.json#/y",
            "verdict": null,
            "place": null,
            "detail": null,
            "reaches": [],
            "count": 1,
            "help": "bring it into step"
          }
        }
      ],
      "versions": {
        "released": "0.1.0",
        "present": "0.1.0",
        "bump": "major",
        "next": "0.2.0"
      }
    }
    "#);
}

#[test]
fn the_outcome_is_what_the_exit_code_says() {
    let outcome = |report| value(&render(&report))["outcome"].clone();
    assert_eq!(outcome(report()), "incomplete");
    assert_eq!(outcome(report_of(report().findings)), "findings");
    assert_eq!(outcome(report_of(vec![])), "clean");
    let nothing = super::super::Report {
        parts: vec![],
        ..report_of(vec![])
    };
    assert_eq!(outcome(nothing), "incomplete");
}
