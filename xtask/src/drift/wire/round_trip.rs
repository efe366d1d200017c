//! Decodes bodies into the generated types and encodes them again.
//!
//! The client is generated and built together with a driver, as for a replay: this program cannot
//! link the crate that it generates. The driver receives one body at a time.

mod build;
mod compare;
mod table;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use super::exchange::Exchange;
use super::rules;
use super::schemas::Schemas;
use super::service::{Action, Service};
use super::tally::{Fact, Tally};
use super::traffic;
use crate::Error;
use crate::drift::Finding;
use crate::scratch::driver::Driver;

use build::Built;
use compare::compare;

/// Decodes every body of the files that has a type, encodes it again, and compares.
pub(super) fn run(schemas: &Path, traffic: &[PathBuf]) -> Result<Vec<Finding>, Error> {
    let service = Service::read(schemas)?;
    let built = Built::new(schemas)?;
    let mut driver = built.start()?;
    let mut trip = Trip {
        service: &service,
        tally: Tally::default(),
    };
    for path in traffic {
        traffic::read(path, &mut |exchange| trip.exchange(&exchange, &mut driver))?;
    }
    Ok(trip.tally.finish(&service))
}

struct Trip<'s> {
    service: &'s Service,
    tally: Tally<'s>,
}

impl<'s> Trip<'s> {
    fn exchange(&mut self, exchange: &Exchange, driver: &mut Driver) -> Result<(), Error> {
        let (service, target) = (self.service, exchange.target());
        let found = service.find(&exchange.method, target.path);
        let (Some((action, _)), Some(status), Some(body)) =
            (found, exchange.status, &exchange.body)
        else {
            return Ok(());
        };
        let documented = action.responses.get(&status).copied().flatten();
        let error = service.error.filter(|_| status >= 400);
        // Invalid JSON is found without a round trip.
        let value = serde_json::from_slice::<Value>(body);
        let (Some(_), Ok(value)) = (documented.or(error), value) else {
            return Ok(());
        };
        if action.streams && exchange.is_success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(body);
        let question = json!({"action": &action.name, "status": status, "body": text});
        let answer = driver.ask(&question, || format!("a {status} of {}", action.name))?;
        self.answered(action, status, &value, answer);
        Ok(())
    }

    /// Counts the outcome for a body.
    fn answered(&mut self, action: &'s Action, status: u16, before: &Value, answer: Answer) {
        let Answer { json, failed } = answer;
        if let Some(place) = failed {
            self.undecodable(action, status, &pointer(&place, &self.service.schemas));
        }
        let after = json.map(|json| serde_json::from_str(&json).unwrap_or_default());
        if let Some(after) = after {
            for (pointer, change) in compare(before, &after, &self.service.schemas) {
                self.lossy(action, status, &pointer, change.word());
            }
        }
    }

    fn undecodable(&mut self, action: &'s Action, status: u16, pointer: &str) {
        let subject = format!("{} {status} {pointer}", action.name);
        let rule = &rules::UNDECODABLE;
        let what = match pointer {
            "" => "it has another type as a whole".to_owned(),
            pointer => format!("`{pointer}` does not match"),
        };
        self.tally.fact(rule, subject, Some(action), || Fact {
            message: format!("the body of a {status} cannot be decoded: {what}"),
            place: place(action, status),
            help: "fix the other findings of the place".to_owned(),
        });
    }

    fn lossy(&mut self, action: &'s Action, status: u16, pointer: &str, change: &str) {
        let subject = format!("{} {status} {pointer} {change}", action.name);
        let rule = &rules::LOSSY_ROUND_TRIP;
        self.tally.fact(rule, subject, Some(action), || Fact {
            message: format!("`{pointer}` of the body of a {status} is {change} in the round trip"),
            place: place(action, status),
            help: "this is a bug in the generator or the runtime; please report it with the \
                   schema of the place"
                .to_owned(),
        });
    }
}

fn place(action: &Action, status: u16) -> Option<(String, String)> {
    let pointer = format!("{}/responses/{status}", action.pointer);
    Some((action.file.clone(), pointer))
}

/// The path of a decoding error, e.g. `items[3].responseStatus`, in the form that [`compare`] uses.
fn pointer(path: &str, schemas: &Schemas) -> String {
    let parts = path.split(['.', '[']).filter(|part| !part.is_empty());
    let parts = parts.map(|part| match part.strip_suffix(']') {
        Some(_) => "/*".to_owned(),
        None => format!("/{}", schemas.shown_name(part)),
    });
    parts.collect()
}

/// The outcome for a body; none if it has no type.
#[derive(Deserialize)]
struct Answer {
    /// The body, encoded again.
    json: Option<String>,
    /// Where it could not be decoded.
    failed: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn what_is_lost_on_the_way_is_counted_by_its_place() {
        let service =
            Service::read(&Workspace::find().unwrap().root().join("tests/audit-logs")).unwrap();
        let path = "/instance/575ec7417ae143cd83dc4a96/audit-logs";
        let (action, _) = service.find("GET", path).unwrap();
        let mut trip = Trip {
            service: &service,
            tally: Tally::default(),
        };
        let before = json!({"items": [{"id": "secret value"}, {"id": "secret value"}]});
        let answer = Answer {
            json: Some(json!({"items": [{}, {"id": 1}]}).to_string()),
            failed: None,
        };
        trip.answered(action, 200, &before, answer);
        let findings = trip.tally.finish(&service);
        let subjects: Vec<_> = findings.iter().map(|f| f.subject.as_str()).collect();
        let subject = "instanceAuditLogs.get 200 /items/*/id";
        assert_eq!(
            subjects,
            [format!("{subject} changed"), format!("{subject} lost")]
        );
        assert!(
            findings
                .iter()
                .all(|f| f.rule.id == "wire/lossy-round-trip")
        );
        assert!(!format!("{findings:?}").contains("secret value"));
    }

    #[test]
    fn the_path_of_a_decoding_error_becomes_a_pointer_without_keys_of_maps() {
        let service =
            Service::read(&Workspace::find().unwrap().root().join("tests/audit-logs")).unwrap();
        let pointer = |path| pointer(path, &service.schemas);
        assert_eq!(pointer("items[3].actorName"), "/items/*/actorName");
        assert_eq!(
            pointer("items[3].requestBody.Sesame"),
            "/items/*/requestBody/*"
        );
    }
}
