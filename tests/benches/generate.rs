//! Generates the crate from `schemas/` in memory, repeatedly, and prints the median time.
//!
//! ```sh
//! cargo bench -p tests --bench generate
//! ```

#![allow(clippy::panic, reason = "a benchmark without its input has no result")]

use std::time::Instant;

const ROUNDS: usize = 200;

fn main() {
    let schemas = tests::root().join("schemas");
    let source = xtask::schemas::read(&schemas).unwrap_or_else(|error| panic!("{error}"));
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let files = codegen::generate(&source).unwrap_or_else(|error| panic!("{error}"));
        assert!(files.iter().count() > 0);
        times.push(start.elapsed());
    }
    println!("first   {:.2?}", times[0]);
    times.sort();
    println!("median  {:.2?}", times[ROUNDS / 2]);
}
