//! What is asked of the running driver, and what it answers.

use serde::Deserialize;
use serde_json::json;

use super::cases::Case;
use crate::Error;
use crate::scratch::driver::Driver;

/// What became of a case.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    /// Why no request was made of it.
    pub(super) refused: Option<String>,
    /// Why its request has no answer; of no interest if it arrived.
    pub(super) failed: Option<String>,
}

/// Has a case sent through the generated client, and waits until it was.
pub(super) fn send(driver: &mut Driver, case: &Case) -> Result<Sent, Error> {
    let question = json!({
        "case": case.case,
        "action": format!("{}.{}", case.resource, case.action),
        "params": case.params,
        "token": case.token(),
    });
    driver.ask(&question, || format!("the case {}", case.case))
}
