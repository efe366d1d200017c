//! Which module may use which: modules use each other in one direction only, and some names are
//! forbidden.
//!
//! Reads the sources as text, and builds nothing. Test code and macro expansions are exempt.

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

use arrows::{Arrow, ModuleGraph};

/// Fails with one line per item.
fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// The arrows that close a cycle: each cycle with the line of each of its steps.
fn cycles(graph: &ModuleGraph) -> Vec<String> {
    let cycles = graph.cycles();
    let cycles = cycles.into_iter().map(|cycle| {
        let mut report = String::new();
        for Arrow { place, from, to } in cycle {
            writeln!(report, "  {place}: `{from}` uses `{to}`").unwrap();
        }
        report
    });
    cycles.collect()
}

/// The arrows from modules for which `is_from` is true to modules for which `is_to` is true.
fn forbidden(
    graph: &ModuleGraph,
    is_from: impl Fn(&str) -> bool,
    is_to: impl Fn(&str) -> bool,
) -> Vec<String> {
    let arrows = graph.arrows.iter();
    let arrows = arrows.filter(|arrow| is_from(&arrow.from) && is_to(&arrow.to));
    arrows
        .map(|Arrow { place, from, to }| format!("  {place}: `{from}` uses `{to}`"))
        .collect()
}

fn runtime() -> ModuleGraph {
    ModuleGraph::read("codegen/runtime/src", "lib.rs", &[])
}

fn codegen() -> ModuleGraph {
    ModuleGraph::read("codegen/src", "lib.rs", &[])
}

fn drift() -> ModuleGraph {
    ModuleGraph::read("xtask/src", "drift.rs", &["drift"])
}

#[test]
fn folders_of_the_runtime_have_no_cycles() {
    assert_none("cycles between folders", &cycles(&runtime()));
}

#[test]
fn modules_below_the_client_do_not_use_those_above_it() {
    let above = ["client", "paging", "events", "dynamic", "test_util"];
    let found = forbidden(
        &runtime(),
        |from| !above.contains(&from),
        |to| above.contains(&to),
    );
    assert_none("it must work without a client", &found);
}

#[test]
fn modules_of_the_generator_have_no_cycles() {
    assert_none("cycles between modules", &cycles(&codegen()));
}

/// The stages of the generator in order, and the module that compares their results.
const STAGES: [&str; 8] = [
    "read", "resolve", "normal", "lower", "models", "emit", "format", "compat",
];

#[test]
fn diagnostics_use_no_stage() {
    let found = forbidden(
        &codegen(),
        |from| from == "diagnostics",
        |to| STAGES.contains(&to),
    );
    assert_none("every stage reports by them", &found);
}

/// Comparing two APIs requires lowering both, so it runs the stages up to that one.
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
fn emitting_code_reads_no_schema() {
    let schemas = ["read", "resolve", "normal", "descriptor"];
    let found = forbidden(
        &codegen(),
        |from| ["models", "emit", "format"].contains(&from),
        |to| schemas.contains(&to),
    );
    assert_none("it must be in the IR", &found);
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
fn commands_have_no_cycles() {
    let graph = ModuleGraph::read("xtask/src", "lib.rs", &[]);
    assert_none("cycles between modules", &cycles(&graph));
}

#[test]
fn parts_of_the_drift_check_have_no_cycles() {
    assert_none("cycles between modules", &cycles(&drift()));
}

#[test]
fn a_part_of_the_drift_check_uses_no_other_and_no_report() {
    let checks = ["generated", "upstream", "wire", "compat"];
    let found = forbidden(
        &drift(),
        |from| checks.contains(&from),
        |to| checks.contains(&to) || to == "report",
    );
    assert_none("what they share belongs below them", &found);
}
