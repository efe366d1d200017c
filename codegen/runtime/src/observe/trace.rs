//! Spans for `tracing`, by OpenTelemetry's semantic conventions for HTTP clients.

use http::{StatusCode, Uri};
use tracing::Span;
use tracing::field::Empty;
use tracing::level_filters::LevelFilter;

use crate::error::Failure;
use crate::request::Spec;

/// Whether any subscriber receives spans of this level. If not, attempts create none.
pub(crate) fn is_on() -> bool {
    LevelFilter::current() >= LevelFilter::INFO
}

/// The span of one attempt.
///
/// It has the path template instead of the URL: spans are grouped by template, and a query may
/// contain confidential data.
pub(crate) fn span(spec: &'static Spec, url: &str, attempt: u32) -> Span {
    let span = tracing::info_span!(
        "HTTP",
        "otel.name" = format_args!("{} {}", spec.method, spec.path),
        "otel.kind" = "client",
        "otel.status_code" = Empty,
        "http.request.method" = spec.method.as_str(),
        "http.request.resend_count" = Empty,
        "http.response.status_code" = Empty,
        "url.template" = spec.path,
        "url.scheme" = Empty,
        "server.address" = Empty,
        "server.port" = Empty,
        "error.type" = Empty,
        "api.action" = spec.name,
    );
    if span.is_disabled() {
        return span;
    }
    if attempt > 1 {
        span.record("http.request.resend_count", attempt - 1);
    }
    if let Ok(url) = url.parse::<Uri>() {
        let scheme = url.scheme_str().unwrap_or("https");
        let port = if scheme == "https" { 443 } else { 80 };
        span.record("url.scheme", scheme);
        span.record("server.address", url.host().unwrap_or_default());
        span.record("server.port", url.port_u16().unwrap_or(port));
    }
    span
}

/// Records how the attempt ended.
pub(crate) fn record(span: &Span, status: Option<StatusCode>, failure: Option<&Failure>) {
    if let Some(status) = status {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Some(failure) = failure {
        span.record("otel.status_code", "ERROR");
        match (failure.error_type(), status) {
            (Some(word), _) => span.record("error.type", word),
            (None, Some(status)) => span.record("error.type", status.as_str()),
            (None, None) => span.record("error.type", "_OTHER"),
        };
    }
}
