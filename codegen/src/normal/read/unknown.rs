//! Keys that are not keywords.

use super::super::dialect::dialects_with;
use super::super::json::Json;
use super::Reader;
use crate::diagnostics::{Diagnostic, did_you_mean, quoted};

impl Reader<'_> {
    /// Warns of keys that are not keywords of the dialect.
    pub(super) fn unknown(&mut self) {
        for key in self.members.keys() {
            if !self.site.dialect.has(key) && !key.starts_with("x-") {
                let warning = self.unknown_key(key);
                self.schemas.report(warning);
            }
        }
    }

    fn unknown_key(&self, key: &str) -> Diagnostic {
        let dialect = self.site.dialect;
        let place = self.place().child(key).on_key();
        let value = self
            .members
            .get(key)
            .map(Json::to_value)
            .unwrap_or_default();
        if let Some((first, _)) = dialects_with(key) {
            let message = format!("{} ignores {}", dialect.name(), quoted(key));
            let help = format!(
                "it is a keyword of {}: declare it with `$schema`",
                first.name()
            );
            return Diagnostic::warning(place, message, help)
                .remove(&value)
                .guess();
        }
        let message = format!("{} is not a keyword of JSON Schema", quoted(key));
        let free = dialect
            .keywords()
            .filter(|known| !self.members.contains_key(*known));
        match did_you_mean(key, free) {
            Some(near) => {
                let members = self.members.iter();
                let members = members.map(|(key, value)| (key.clone(), value.to_value()));
                let help = format!("did you mean {}?", quoted(near));
                let warning = Diagnostic::warning(place, message, help);
                warning.rename(&members.collect(), key, near).guess()
            }
            None => {
                let help = "remove it, or let its name begin with `x-`";
                Diagnostic::warning(place, message, help).remove(&value)
            }
        }
    }
}
