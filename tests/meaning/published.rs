//! Schemas as others have published them: each is generated, and what is emitted compiles.

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

/// What becomes of a published schema.
enum Fate {
    Generated,
    /// It refers to a document that is not there.
    Incomplete,
    Refused(String),
}

fn fate(published: &Published) -> Fate {
    let types = [("type".to_owned(), &published.schema)];
    let result = catch_unwind(AssertUnwindSafe(|| generated("published", &types)));
    let name = &published.name;
    match result {
        Ok(Ok(_)) => Fate::Generated,
        Ok(Err(mistakes)) if is_incomplete(&mistakes) => Fate::Incomplete,
        Ok(Err(mistakes)) => Fate::Refused(format!("{name}\n{mistakes}")),
        Err(_) => Fate::Refused(format!("{name}\npanics")),
    }
}

fn is_incomplete(mistakes: &Diagnostics) -> bool {
    let mut mistakes = mistakes.iter();
    mistakes.any(|mistake| mistake.message().contains("is not part of the source"))
}

/// Generates all of a collection: so many can be, and so many are incomplete.
fn expect(file: &str, expected: (usize, usize)) {
    let Some(schemas) = published(file) else {
        return;
    };
    let (mut generated, mut incomplete) = (0, 0);
    let mut refused = Vec::new();
    for schema in &schemas {
        match fate(schema) {
            Fate::Generated => generated += 1,
            Fate::Incomplete => incomplete += 1,
            Fate::Refused(why) => refused.push(why),
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
fn what_is_emitted_for_published_schemas_compiles() {
    for file in ["jsonschemabench-300.jsonl", "schemastore-199.jsonl"] {
        let Some(schemas) = published(file) else {
            return;
        };
        let good = schemas
            .iter()
            .filter(|s| matches!(fate(s), Fate::Generated));
        let good: Vec<_> = good.step_by(size(25, 1)).collect();
        for (number, some) in good.chunks(50).enumerate() {
            let types = some.iter().enumerate();
            let types: Vec<_> = types
                .map(|(index, published)| (format!("type{index}"), &published.schema))
                .collect();
            // What an action needs is compiled where it is called.
            assert!(made(&format!("published-{number}"), &types, &[]).is_empty());
        }
    }
}
