//! Recordings without a checkable exchange, which must not look like recordings without findings.

use std::collections::BTreeMap;
use std::path::Path;

use super::service::Service;
use crate::{Error, shell};

/// Why an exchange was not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unchecked {
    /// No action has its path.
    OtherPath,
    /// An action has its path, but after segments that are not those of the base URL.
    OtherPrefix,
    /// Actions have its path, but none of them its method.
    OtherMethod,
    /// A preflight request of a browser.
    Preflight,
    /// It matches an action, but has no response of the API.
    NoResponse,
}

impl Unchecked {
    /// Describes these exchanges, after their number.
    fn words(self) -> &'static str {
        match self {
            Unchecked::OtherPath => "with a path that no action has",
            Unchecked::OtherPrefix => "with the path of an action after another prefix",
            Unchecked::OtherMethod => "with the path of an action and another method",
            Unchecked::Preflight => "with the method OPTIONS, a browser's preflight request",
            Unchecked::NoResponse => "for an action, without a response of the API",
        }
    }
}

/// The number of exchanges of a file that were checked, and why others were not.
#[derive(Default)]
pub(super) struct Tried {
    checked: usize,
    unchecked: BTreeMap<Unchecked, usize>,
}

impl Tried {
    pub(super) fn add(&mut self, outcome: Result<(), Unchecked>) {
        match outcome {
            Ok(()) => self.checked += 1,
            Err(why) => *self.unchecked.entry(why).or_default() += 1,
        }
    }

    /// # Errors
    ///
    /// Fails if nothing of a file was checked, with the number of its exchanges and the reasons.
    pub(super) fn finish(self, path: &Path, service: &Service) -> Result<(), Error> {
        if self.checked > 0 {
            return Ok(());
        }
        let number = shell::count(self.unchecked.values().sum(), "exchange");
        let reasons = self.unchecked.iter();
        let reasons = reasons.map(|(why, count)| format!("{count} {}", why.words()));
        let reasons: Vec<_> = reasons.collect();
        let file = shell::path(path);
        let message = format!(
            "no exchange in {file} could be checked: {number} read, {}",
            reasons.join(", ")
        );
        Err(Error::new(message).help(self.help(service)))
    }

    fn help(&self, service: &Service) -> String {
        let has = |why| self.unchecked.contains_key(&why);
        let (base_url, api) = (&service.base_url, service.file("api.json"));
        let matched = format!(
            "an exchange is matched by its method and path, whatever its host, and the path is an \
             action's or one below `baseUrl` of {api}, {base_url}"
        );
        if has(Unchecked::OtherPrefix) {
            return format!("{matched}: add the prefix there, or record without it");
        }
        if has(Unchecked::OtherPath) || has(Unchecked::OtherMethod) {
            return format!(
                "{matched}: record traffic of that API, or pass the schemas of the \
                 recorded API with --schemas DIR"
            );
        }
        format!("record calls of {base_url} with their responses")
    }
}
