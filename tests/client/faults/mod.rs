//! The fault matrix: what can go wrong between client and server, and the single outcome of each
//! fault.
//!
//! Every row is tried many times at once, with random pauses and splits. A row that fails names its
//! seed; `FAULTS_SEED` reproduces it.
//!
//! | noun | where |
//! |---|---|
//! | the server and its steps | `server`, `dice` |
//! | a row, and trying it | `row` |
//! | rows | `connections`, `bodies`, `statuses`, `documents`, `retries` |
//! | the memory and the output of a group of rows | `process` |

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
/// The number of those that exceeds 1 GB.
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

/// The rows of the table in the runtime's README, by cell.
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
fn the_readme_lists_exactly_these_faults_and_outcomes() {
    let groups = [
        connections::rows(),
        bodies::rows(),
        statuses::rows(),
        documents::rows(),
        retries::rows(),
    ];
    let rows = groups.iter().flatten();
    let tested = rows.map(|row| (row.fault.to_owned(), row.is_retried(), row.predicate()));
    let documented = documented().into_iter().map(|[fault, outcome, predicate]| {
        let is_retried = outcome.ends_with("; tried again");
        (fault, is_retried, predicate)
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
fn every_temporary_fault_has_its_one_outcome() {
    alone("every_temporary_fault_has_its_one_outcome", retries::rows);
}
