//! An exchange: a request and its response.

/// Headers in their order, as they were recorded.
pub(super) type Headers = Vec<(String, String)>;

/// A request and its response, as far as recorded. It has no `Debug`, because none of it may be
/// printed.
pub(super) struct Exchange {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) request_headers: Headers,
    /// The request's body; none if there was none, or if it was not recorded.
    pub(super) request_body: Option<Vec<u8>>,
    /// The status; none without a response.
    pub(super) status: Option<u16>,
    pub(super) response_headers: Headers,
    /// The response's body; none if it was not recorded.
    pub(super) body: Option<Vec<u8>>,
}

/// The parts of a URL.
pub(super) struct Target<'u> {
    /// The host with its port; empty if the URL is only a path.
    pub(super) host: &'u str,
    pub(super) path: &'u str,
    /// Without the question mark.
    pub(super) query: &'u str,
}

impl<'u> Target<'u> {
    /// Splits a URL. An invalid one is split too: nothing is checked here.
    pub(super) fn of(url: &'u str) -> Self {
        let url = url.split('#').next().unwrap_or(url);
        let (front, query) = url.split_once('?').unwrap_or((url, ""));
        let (host, path) = match front.split_once("://") {
            Some((_, rest)) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", front),
        };
        Target {
            // The user's credentials must not be shown.
            host: host.rsplit('@').next().unwrap_or(host),
            path: if path.is_empty() { "/" } else { path },
            query,
        }
    }
}

impl Exchange {
    pub(super) fn target(&self) -> Target<'_> {
        Target::of(&self.url)
    }

    /// The value of a header, ignoring the case of its name.
    pub(super) fn request_header(&self, name: &str) -> Option<&str> {
        let mut headers = self.request_headers.iter();
        let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the action succeeded.
    pub(super) fn is_success(&self) -> bool {
        self.status
            .is_some_and(|status| (200..300).contains(&status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart_whatever_it_lacks() {
        let parts = |url| {
            let Target { host, path, query } = Target::of(url);
            (host, path, query)
        };
        assert_eq!(parts("https://u:p@h:1/a/b?c=d#e"), ("h:1", "/a/b", "c=d"));
        assert_eq!(parts("https://h?c"), ("h", "/", "c"));
        assert_eq!(parts("/a?b?c"), ("", "/a", "b?c"));
        assert_eq!(parts(""), ("", "/", ""));
    }
}
