//! Where code may look: folders that use each other only one way, and what none of them may name.
//!
//! It reads the sources as text and builds nothing. Code of tests, and what macros expand to, may
//! look anywhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod arrows;
mod code;
mod names;

use std::fmt::Write as _;

use arrows::{Arrow, House};

/// Fails with a line for each.
fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// The arrows that close a circle, each circle with the line of each of its steps.
fn circles(house: &House) -> Vec<String> {
    let circles = house.circles();
    let circles = circles.into_iter().map(|circle| {
        let mut told = String::new();
        for Arrow { place, from, to } in circle {
            writeln!(told, "  {place}: `{from}` uses `{to}`").unwrap();
        }
        told
    });
    circles.collect()
}

/// The arrows from a folder for which `is_from` is true to one for which `is_to` is true.
fn forbidden(
    house: &House,
    is_from: impl Fn(&str) -> bool,
    is_to: impl Fn(&str) -> bool,
) -> Vec<String> {
    let arrows = house.arrows.iter();
    let arrows = arrows.filter(|arrow| is_from(&arrow.from) && is_to(&arrow.to));
    arrows
        .map(|Arrow { place, from, to }| format!("  {place}: `{from}` uses `{to}`"))
        .collect()
}

fn runtime() -> House {
    House::read("codegen/runtime/src", "lib.rs", &[])
}

fn codegen() -> House {
    House::read("codegen/src", "lib.rs", &[])
}

fn drift() -> House {
    House::read("xtask/src", "drift.rs", &["drift"])
}

#[test]
fn folders_of_the_runtime_are_in_no_circle() {
    assert_none("circles between folders", &circles(&runtime()));
}

#[test]
fn nothing_below_the_client_names_what_is_above_it() {
    let above = ["client", "paging", "events", "dynamic", "test_util"];
    let found = forbidden(
        &runtime(),
        |from| !above.contains(&from),
        |to| above.contains(&to),
    );
    assert_none("it has to work without a client", &found);
}

#[test]
fn modules_of_the_generator_are_in_no_circle() {
    assert_none("circles between modules", &circles(&codegen()));
}

/// The stages of the generator, in order, and what compares the results of one.
const STAGES: [&str; 8] = [
    "read", "resolve", "normal", "lower", "models", "emit", "format", "compat",
];

#[test]
fn diagnostics_know_no_stage() {
    let found = forbidden(
        &codegen(),
        |from| from == "diagnostics",
        |to| STAGES.contains(&to),
    );
    assert_none("every stage reports by them", &found);
}

/// To compare two APIs it has to have both lowered, so it runs the stages up to that one.
#[test]
fn versions_are_compared_as_lowered_apis() {
    let found = forbidden(
        &codegen(),
        |from| from == "compat",
        |to| ["normal", "models", "emit", "format"].contains(&to),
    );
    assert_none("what it compares is the IR", &found);
}

#[test]
fn what_emits_code_reads_no_schema() {
    let schemas = ["read", "resolve", "normal", "descriptor"];
    let found = forbidden(
        &codegen(),
        |from| ["models", "emit", "format"].contains(&from),
        |to| schemas.contains(&to),
    );
    assert_none("it has to be in the IR", &found);
}

#[test]
fn lowering_writes_no_tokens() {
    let crates = ["quote", "proc_macro2", "syn"];
    let found = names::named("codegen/src", &crates, |file| {
        file.starts_with("lower/") || file == "lower.rs"
    });
    assert_none("tokens are for `models` and `emit`", &found);
}

#[test]
fn the_generator_is_a_pure_library() {
    let effects = [
        "std::fs",
        "std::env",
        "std::process",
        "std::time",
        "TcpStream",
        "UdpSocket",
        "reqwest",
        "tokio",
        "xtask",
    ];
    let found = names::named("codegen/src", &effects, |_| true);
    assert_none("disk, clock and network are for `xtask`", &found);
}

#[test]
fn commands_are_in_no_circle() {
    let house = House::read("xtask/src", "lib.rs", &[]);
    assert_none("circles between modules", &circles(&house));
}

#[test]
fn parts_of_the_drift_check_are_in_no_circle() {
    assert_none("circles between modules", &circles(&drift()));
}

#[test]
fn a_part_of_the_drift_check_names_no_other_and_no_report() {
    let checks = ["generated", "upstream", "wire", "compat"];
    let found = forbidden(
        &drift(),
        |from| checks.contains(&from),
        |to| checks.contains(&to) || to == "report",
    );
    assert_none("what they share belongs below them", &found);
}
