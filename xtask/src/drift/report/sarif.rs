//! SARIF 2.1.0, for code scanning.

use codegen::rule::{Mirror, Rule};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Failure, Level, Report, text};
use crate::drift::{Finding, Place};

/// The characters that need no escape in the path of a URI (RFC 3986).
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The report.
pub(in crate::drift) fn render(report: &Report) -> String {
    let found = report
        .findings
        .iter()
        .map(|finding| result(report, finding));
    let allowed = report.allowed.iter().map(|allowed| {
        let mut result = result(report, &allowed.finding);
        let (reason, expires) = (&allowed.reason, &allowed.expires);
        let justification = format!("{reason} (until {expires})");
        result["suppressions"] = json!([{"kind": "external", "justification": justification}]);
        result
    });
    let failures: Vec<_> = report
        .failures()
        .flat_map(|(part, failure)| notifications(part.word(), failure))
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "cargo xtask drift",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": report.rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "invocations": [{
                "executionSuccessful": failures.is_empty(),
                "toolExecutionNotifications": failures,
            }],
            "columnKind": "unicodeCodePoints",
            "results": found.chain(allowed).collect::<Vec<_>>(),
        }],
    });
    text::json(&format!("{document:#}\n"))
}

fn descriptor(rule: &Rule) -> Value {
    let mirror = match rule.mirror {
        Mirror::Rule(id) => json!({"mirror": id}),
        Mirror::None(reason) => json!({"noMirror": reason}),
    };
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": rule.explanation},
        "properties": mirror,
    })
}

/// Reports that a part could not be completed, and each mistake that is the reason.
fn notifications(part: &str, failure: &Failure) -> Vec<Value> {
    let help = failure.help.iter().map(|help| format!("\nhelp: {help}"));
    let help: String = help.collect();
    let text = format!("{part} could not be completed: {}{help}", failure.message);
    let whole = json!({"level": "error", "message": {"text": unlinked(&text)}});
    let mistakes = failure.mistakes.iter().map(|mistake| {
        let text = format!("{}\nhelp: {}", mistake.message, mistake.help);
        json!({
            "level": "error",
            "message": {"text": unlinked(&text)},
            "locations": [{"physicalLocation": physical(&mistake.place)}],
        })
    });
    [whole].into_iter().chain(mistakes).collect()
}

fn result(report: &Report, finding: &Finding) -> Value {
    let level = match report.level(finding) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "note",
    };
    let (message, help) = (&finding.message, &finding.help);
    let mut result = json!({
        "ruleId": finding.rule.id,
        "level": level,
        "message": {"text": unlinked(&format!("{message}\nhelp: {help}"))},
        "locations": [location(report, finding)],
        "partialFingerprints": {"drift/v1": finding.fingerprint()},
        "properties": properties(finding),
    });
    if let Some(index) = report.rules.iter().position(|r| r.id == finding.rule.id) {
        result["ruleIndex"] = index.into();
    }
    result
}

/// A message without links, which SARIF writes as `[text](target)`.
fn unlinked(text: &str) -> String {
    text.replace("](", "]\u{200b}(")
}

/// The place of a finding. Code scanning requires a file, so a finding without a place is shown at
/// `api.json`.
fn location(report: &Report, finding: &Finding) -> Value {
    let physical = match &finding.place {
        None => region(&report.api, 1, 1),
        Some(place) => physical(place),
    };
    json!({
        "physicalLocation": physical,
        "logicalLocations": [{"fullyQualifiedName": finding.subject}],
    })
}

fn physical(place: &Place) -> Value {
    region(&place.file, place.line.max(1), place.column.max(1))
}

fn region(file: &str, line: usize, column: usize) -> Value {
    let file = file.replace('\\', "/");
    json!({
        "artifactLocation": {
            "uri": utf8_percent_encode(&file, PATH).to_string(),
            "uriBaseId": "%SRCROOT%",
        },
        "region": {"startLine": line, "startColumn": column},
    })
}

fn properties(finding: &Finding) -> Value {
    let mut properties = json!({
        "severity": finding.severity.word(),
        "reaches": finding.reaches,
        "count": finding.count,
    });
    if let Some(verdict) = finding.verdict {
        properties["class"] = verdict.class.word().into();
        properties["position"] = verdict.position.word().into();
        properties["shipped"] = verdict.shipped.word().into();
    }
    if let Some(detail) = &finding.detail {
        properties["detail"] = detail.as_str().into();
    }
    properties
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::drift::fixture::{failed, report, report_of};

    fn sarif(report: &Report) -> Value {
        serde_json::from_str(&render(report)).unwrap()
    }

    fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
        let found = value.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("{pointer} is not a string: {value:#}"))
    }

    /// What SARIF 2.1.0 requires, and GitHub besides, of a log.
    fn check(log: &Value) {
        assert_eq!(text(log, "/version"), "2.1.0");
        let runs = log["runs"].as_array().unwrap();
        for run in runs {
            assert!(!text(run, "/tool/driver/name").is_empty());
            let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
            let ids: BTreeSet<_> = rules.iter().map(|rule| text(rule, "/id")).collect();
            assert_eq!(ids.len(), rules.len());
            for rule in rules {
                text(rule, "/shortDescription/text");
                text(rule, "/fullDescription/text");
                text(rule, "/help/text");
            }
            for invocation in run["invocations"].as_array().unwrap() {
                assert!(invocation["executionSuccessful"].is_boolean());
                for said in invocation["toolExecutionNotifications"].as_array().unwrap() {
                    text(said, "/message/text");
                }
            }
            for result in run["results"].as_array().unwrap() {
                check_result(result, rules);
            }
        }
    }

    fn check_result(result: &Value, rules: &[Value]) {
        text(result, "/message/text");
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["none", "note", "warning", "error"].contains(&text(result, "/level")));
        assert_eq!(text(result, "/partialFingerprints/drift~1v1").len(), 16);
        let locations = result["locations"].as_array().unwrap();
        assert!(!locations.is_empty());
        for location in locations {
            let place = &location["physicalLocation"];
            let uri = text(place, "/artifactLocation/uri");
            assert!(!uri.starts_with('/') && !uri.contains(['\\', ' ']), "{uri}");
            assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
            assert!(place["region"]["startColumn"].as_u64().unwrap() > 0);
        }
    }

    #[test]
    fn a_log_has_what_sarif_and_code_scanning_require() {
        check(&sarif(&report()));
        check(&sarif(&report_of(vec![])));
    }

    #[test]
    fn a_result_says_what_was_found_where_and_how_bad_it_is() {
        let log = sarif(&report());
        insta::assert_snapshot!(format!("{:#}", log["runs"][0]["results"][1]), @r#"
        {
          "level": "error",
          "locations": [
            {
              "logicalLocations": [
                {
                  "fullyQualifiedName": "types/instanceAuditLog.json#/properties/actorName"
                }
              ],
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "schemas/types/instanceAuditLog.json",
                  "uriBaseId": "%SRCROOT%"
                },
                "region": {
                  "startColumn": 3,
                  "startLine": 12
                }
              }
            }
          ],
          "message": {
            "text": "the property `actorName` of `instanceAuditLog` is gone\nhelp: deprecate it first, if the server still sends it"
          },
          "partialFingerprints": {
            "drift/v1": "689429a04b012b30"
          },
          "properties": {
            "class": "source-breaking",
            "count": 2,
            "detail": "-pub actor_name: Option<String>,\n",
            "position": "response",
            "reaches": [
              "instanceAuditLog.get",
              "instanceAuditLogs.get"
            ],
            "severity": "major",
            "shipped": "fine"
          },
          "ruleId": "compat/property-removed",
          "ruleIndex": 1
        }
        "#);
    }

    #[test]
    fn an_allowed_finding_is_suppressed_and_a_failure_is_reported() {
        let log = sarif(&report());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let suppressed: Vec<_> = results
            .iter()
            .filter_map(|result| result.get("suppressions"))
            .collect();
        assert_eq!(suppressed.len(), 1);
        let reason = text(suppressed[0], "/0/justification");
        assert_eq!(reason, "announced for May (until 2026-12-31)");
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let said = text(invocation, "/toolExecutionNotifications/0/message/text");
        assert!(said.starts_with("wire could not be completed: could not read"));
    }

    #[test]
    fn every_mistake_is_notified_where_it_is() {
        let document: Value = serde_json::from_str(&render(&failed())).unwrap();
        let notifications = &document["runs"][0]["invocations"][0]["toolExecutionNotifications"];
        insta::assert_snapshot!(format!("{notifications:#}"), @r#"
        [
          {
            "level": "error",
            "message": {
              "text": "generated could not be completed: 2 mistakes in schemas/"
            }
          },
          {
            "level": "error",
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "schemas/resources/a%20b.json",
                    "uriBaseId": "%SRCROOT%"
                  },
                  "region": {
                    "startColumn": 3,
                    "startLine": 5
                  }
                }
              }
            ],
            "message": {
              "text": "unknown key `methd`\nhelp: did you mean `method`?"
            }
          },
          {
            "level": "error",
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "schemas/resources/a%20b.json",
                    "uriBaseId": "%SRCROOT%"
                  },
                  "region": {
                    "startColumn": 3,
                    "startLine": 7
                  }
                }
              }
            ],
            "message": {
              "text": "unknown key `methd`\nhelp: did you mean `method`?"
            }
          }
        ]
        "#);
    }
}
