//! Schemas published by others: each is generated, and the emitted code compiles.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use codegen::Diagnostics;
use serde_json::Value;
use tests::shared;

use crate::client::{generated, made};
use crate::differential::size;

/// A published schema.
struct Published {
    name: String,
    schema: Value,
}

fn published(file: &str) -> Option<Vec<Published>> {
    let folder = shared("corpora/schemas")?;
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let schemas = text.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        Published {
            name: line["name"].as_str().unwrap().to_owned(),
            schema: line["schema"].clone(),
        }
    });
    Some(schemas.collect())
}

/// The outcome for a published schema.
enum Outcome {
    Generated,
    /// It refers to a missing document.
    Incomplete,
    Refused(String),
}

fn outcome(published: &Published) -> Outcome {
    let types = [("type".to_owned(), &published.schema)];
    let result = catch_unwind(AssertUnwindSafe(|| generated("published", &types)));
    let name = &published.name;
    match result {
        Ok(Ok(_)) => Outcome::Generated,
        Ok(Err(mistakes)) if is_incomplete(&mistakes) => Outcome::Incomplete,
        Ok(Err(mistakes)) => Outcome::Refused(format!("{name}\n{mistakes}")),
        Err(_) => Outcome::Refused(format!("{name}\npanics")),
    }
}

fn is_incomplete(mistakes: &Diagnostics) -> bool {
    let mut mistakes = mistakes.iter();
    mistakes.any(|mistake| mistake.message().contains("is not part of the source"))
}

/// Generates all schemas of a collection. `expected` is how many are generated, and how many are
/// incomplete.
fn expect(file: &str, expected: (usize, usize)) {
    let Some(schemas) = published(file) else {
        return;
    };
    let (mut generated, mut incomplete) = (0, 0);
    let mut refused = Vec::new();
    for schema in &schemas {
        match outcome(schema) {
            Outcome::Generated => generated += 1,
            Outcome::Incomplete => incomplete += 1,
            Outcome::Refused(why) => refused.push(why),
        }
    }
    let refused = refused.join("\n\n");
    assert_eq!((generated, incomplete), expected, "{refused}");
}

#[test]
fn schemas_of_the_bench_are_generated() {
    expect("jsonschemabench-300.jsonl", (300, 0));
}

#[test]
fn schemas_of_the_store_are_generated() {
    expect("schemastore-199.jsonl", (179, 20));
}

#[test]
fn the_code_emitted_for_published_schemas_compiles() {
    for file in ["jsonschemabench-300.jsonl", "schemastore-199.jsonl"] {
        let Some(schemas) = published(file) else {
            return;
        };
        let good = schemas
            .iter()
            .filter(|s| matches!(outcome(s), Outcome::Generated));
        let good: Vec<_> = good.step_by(size(25, 1)).collect();
        for (number, some) in good.chunks(50).enumerate() {
            let types = some.iter().enumerate();
            let types: Vec<_> = types
                .map(|(index, published)| (format!("type{index}"), &published.schema))
                .collect();
            // The code of an action is compiled where it is called.
            assert!(made(&format!("published-{number}"), &types, &[]).is_empty());
        }
    }
}
