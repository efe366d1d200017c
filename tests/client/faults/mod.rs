//! The fault matrix: what goes wrong between client and server, and the one outcome of each.
//!
//! Every row is tried many times at once, with pauses and splits that chance makes. A row that
//! fails names the seed, with which `FAULTS_SEED` makes the same ones again.
//!
//! | noun | where |
//! |---|---|
//! | the server, its steps | `server`, `dice` |
//! | a row, trying it | `row` |
//! | rows | `connections`, `bodies`, `statuses`, `documents`, `retries` |
//! | what they take and print, all together | `process` |

mod bodies;
mod connections;
mod dice;
mod documents;
mod process;
mod retries;
mod row;
mod server;
mod statuses;

use process::alone;
use row::{Fault, Outcome};
use server::Step;

/// A byte that fills bodies and headers.
static FILLER: [u8; 64 << 10] = [b'a'; 64 << 10];
/// How many of those are a GB and more.
const GIGABYTE: u64 = (1 << 30) / FILLER.len() as u64;

/// Bytes in answer to a request.
fn answer(bytes: impl AsRef<[u8]>) -> Vec<Step> {
    vec![Step::Request, Step::Send(bytes.as_ref().to_vec())]
}

/// A whole response in answer to a request.
fn response(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<Step> {
    match crate::server::reply(status, headers, body) {
        crate::server::Reply::Bytes(bytes) => answer(bytes),
        crate::server::Reply::Silence => vec![Step::Hang],
    }
}

/// A successful response with a body of JSON.
fn ok(body: impl AsRef<[u8]>) -> Vec<Step> {
    response("200 OK", &[("Content-Type", "application/json")], body)
}

/// An error without a response.
fn no_response(predicate: &'static str) -> Outcome {
    Outcome::Error(Fault {
        predicate,
        status: None,
        body: |_| false,
        retry_after: None,
    })
}

/// An error with a response.
fn with_response(predicate: &'static str, status: u16, body: fn(&[u8]) -> bool) -> Outcome {
    Outcome::Error(Fault {
        predicate,
        status: Some(status),
        body,
        retry_after: None,
    })
}

/// The cells of the table in the runtime's README, by row.
fn documented() -> Vec<[String; 3]> {
    let readme = include_str!("../../../codegen/runtime/README.md");
    let (_, section) = readme.split_once("## Faults\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split(" | ");
        let cells: Vec<_> = cells.map(|cell| cell.trim().to_owned()).collect();
        cells.try_into().unwrap()
    };
    lines.map(cells).collect()
}

#[test]
fn the_readme_has_each_fault_with_its_outcome_and_no_other() {
    let groups = [
        connections::rows(),
        bodies::rows(),
        statuses::rows(),
        documents::rows(),
        retries::rows(),
    ];
    let rows = groups.iter().flatten();
    let tested = rows.map(|row| (row.fault.to_owned(), row.is_in_vain(), row.predicate()));
    let documented = documented().into_iter().map(|[fault, outcome, predicate]| {
        let is_in_vain = outcome.ends_with("; tried again");
        (fault, is_in_vain, predicate)
    });
    let (tested, documented): (Vec<_>, Vec<_>) = (tested.collect(), documented.collect());
    assert_eq!(documented, tested);
}

#[test]
fn every_fault_of_a_connection_has_its_one_outcome() {
    alone(
        "every_fault_of_a_connection_has_its_one_outcome",
        connections::rows,
    );
}

#[test]
fn every_fault_of_a_body_has_its_one_outcome() {
    alone("every_fault_of_a_body_has_its_one_outcome", bodies::rows);
}

#[test]
fn every_fault_of_a_status_has_its_one_outcome() {
    alone(
        "every_fault_of_a_status_has_its_one_outcome",
        statuses::rows,
    );
}

#[test]
fn every_fault_of_a_document_has_its_one_outcome() {
    alone(
        "every_fault_of_a_document_has_its_one_outcome",
        documents::rows,
    );
}

#[test]
fn every_fault_that_may_be_gone_when_tried_again_has_its_one_outcome() {
    alone(
        "every_fault_that_may_be_gone_when_tried_again_has_its_one_outcome",
        retries::rows,
    );
}
