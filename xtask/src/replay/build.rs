//! The parts of the driver.

use crate::scratch::driver::Program;

/// The driver.
pub(super) const DRIVER: Program = Program {
    package: "replay-driver",
    source: include_str!("driver.rs"),
    features: &["dynamic"],
    dependencies: r#"futures-util.workspace = true
serde_json.workspace = true
tokio = { workspace = true, features = ["net", "rt", "time"] }
"#,
};
