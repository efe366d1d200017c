//! What an action is to the runtime.

use serde::de::DeserializeOwned;

use crate::encode::Encoder;

/// The fixed facts of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// The resource and the action, e.g. `instanceAuditLogs.get`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: http::Method,
    /// The path template, e.g. `/instance/{instanceId}/audit-logs`.
    pub path: &'static str,
}

/// The parameters of an action, ready to become an HTTP request.
pub trait Request: Send + Sync {
    /// The action that the parameters are for.
    fn spec(&self) -> &'static Spec;

    /// Puts every parameter where it belongs in an HTTP request.
    fn encode(&self, encoder: &mut Encoder);
}

/// A request whose successful response has a known type.
pub trait Action: Request {
    /// The body of a successful response.
    type Output: DeserializeOwned + Send + 'static;
}

/// An action that returns a collection page by page.
pub trait Paged: Action + Clone + 'static {
    /// What a page is made of.
    type Item: Send + 'static;

    /// The parameter with the zero-based number of the page.
    fn page(&mut self) -> &mut Option<i64>;

    /// The items of a page.
    fn take(output: Self::Output) -> Vec<Self::Item>;

    /// What a page says of its place in the collection.
    fn extent(output: &Self::Output) -> Extent;
}

/// How far a page reaches into its collection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// The number of items on this page.
    pub items: usize,
    /// The most items that a page holds.
    pub per_page: Option<i64>,
    /// The number of items on all pages.
    pub total: Option<i64>,
}

/// Implements [`Request`] and [`Action`] for a struct of [`parameters!`](crate::parameters!): its
/// name, method, path template and the body of a successful response.
#[macro_export]
macro_rules! action {
    ($request:ident = $name:literal { $method:ident $path:literal -> $output:ty }) => {
        impl $crate::Request for $request {
            fn spec(&self) -> &'static $crate::Spec {
                const SPEC: &$crate::Spec = &$crate::Spec {
                    name: $name,
                    method: $crate::http::Method::$method,
                    path: $path,
                };
                SPEC
            }

            fn encode(&self, encoder: &mut $crate::Encoder) {
                $crate::Parameters::encode(self, encoder);
            }
        }

        impl $crate::Action for $request {
            type Output = $output;
        }
    };
}
