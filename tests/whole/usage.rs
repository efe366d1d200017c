//! Uses the whole client.

use tests::shared;

use crate::built::{PACKAGE, client};

#[test]
fn our_requests_equal_the_recorded_ones() {
    let Some(client) = client() else { return };
    let Some(cases) = shared("vendor/requests/whole-api.jsonl") else {
        return;
    };
    let outcome = client.replay(&cases).unwrap();
    assert_eq!((outcome.same, outcome.differ), (246, 0));
}

#[test]
fn requests_and_responses_of_every_kind_behave_as_documented() {
    let Some(client) = client() else { return };
    let mut command = client.scratch().cargo("test");
    let output = command
        .args(["--quiet", "--package", PACKAGE])
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("test result: ok. 9 passed"), "{said}");
}
