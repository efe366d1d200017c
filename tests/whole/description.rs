//! The vendor's description, imported and generated once for all tests.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use codegen::{FileSet, Source};
use serde_json::Value;
use tests::root;

/// The whole API.
pub struct Whole {
    /// The input of the generator.
    pub source: Source,
    /// The output of the generator.
    pub files: FileSet,
}

/// The whole API; `None` if its description is missing, which is a failure if `CI=true`.
pub fn whole() -> Option<&'static Whole> {
    static WHOLE: OnceLock<Option<Whole>> = OnceLock::new();
    WHOLE.get_or_init(Whole::generate).as_ref()
}

impl Whole {
    fn generate() -> Option<Self> {
        let source = xtask::schemas::read(&root().join("schemas")).unwrap();
        let files = codegen::generate(&source);
        Some(Whole {
            files: files.unwrap_or_else(|mistakes| panic!("{mistakes}")),
            source,
        })
    }

    /// The schemas of the types, by name.
    pub fn types(&self) -> BTreeMap<&str, Value> {
        let types = self.source.files().filter_map(|(path, bytes)| {
            let name = path.strip_prefix("types/")?.strip_suffix(".json")?;
            Some((name, serde_json::from_slice(bytes).unwrap()))
        });
        types.collect()
    }
}
