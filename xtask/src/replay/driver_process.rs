//! The questions to the running driver, and its answers.

use serde::Deserialize;
use serde_json::json;

use super::cases::Case;
use crate::Error;
use crate::scratch::driver::Driver;

/// The outcome of a case.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    /// Why no request was made.
    pub(super) refused: Option<String>,
    /// Why its request has no answer; ignored if it arrived.
    pub(super) failed: Option<String>,
}

/// Sends a case through the generated client, and waits until it is sent.
pub(super) fn send(driver: &mut Driver, case: &Case) -> Result<Sent, Error> {
    let question = json!({
        "case": case.case,
        "action": format!("{}.{}", case.resource, case.action),
        "params": case.params,
        "token": case.token(),
    });
    driver.ask(&question, || format!("the case {}", case.case))
}
