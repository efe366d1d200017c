//! Objects without properties.

use super::Extra;

/// An object for which the schema names no property, and allows none.
///
/// A response keeps any properties all the same; a request with properties is rejected.
///
/// ```
/// # use client_runtime::EmptyObject;
/// assert_eq!(serde_json::to_string(&EmptyObject::new())?, "{}");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct EmptyObject {
    /// Properties that the schema does not allow.
    pub extra: Extra,
}

impl EmptyObject {
    /// Creates an empty object.
    pub fn new() -> Self {
        Self::default()
    }
}

crate::object!(tolerant EmptyObject {});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Validator;

    #[test]
    fn what_is_in_it_is_kept_and_refused_in_a_request() {
        let text = r#"{"a":[1],"b":null}"#;
        let object: EmptyObject = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&object).unwrap(), text);
        let mut at = Validator::default();
        at.value("o", &object, &[]);
        let violations: Vec<_> = at.finish().iter().map(ToString::to_string).collect();
        assert_eq!(
            violations,
            [
                "`o.a`: expected no property of this name",
                "`o.b`: expected no property of this name"
            ]
        );
        assert!(serde_json::from_str::<EmptyObject>("[]").is_err());
    }
}
