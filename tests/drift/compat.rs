//! Compares two versions of a description.

mod base;
mod buf;
mod consequences;
mod decoders;
mod edits;
mod faults;
mod field;
mod history;
mod imports;
mod mutants;
mod pairs;
mod refactors;
mod soundness;
mod surface;
mod verdicts;
mod whole;
mod witnesses;
