//! Two versions of a description, side by side.

mod base;
mod buf;
mod consequences;
mod edits;
mod imports;
mod mutants;
mod pairs;
mod refactors;
mod soundness;
mod surface;
mod verdicts;
mod whole;
mod witnesses;
