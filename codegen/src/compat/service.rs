//! The API as a whole, side by side.

use std::collections::BTreeMap;

use crate::diagnostics::Place;
use crate::ir::{Api, ErrorBody, Name};

use super::parameters::Parameters;
use super::rules::{
    BASE_URL_CHANGED, DOCS_CHANGED, ERROR_BODY_CHANGED, ERROR_FIELDS_CHANGED, HEADER_CHANGED,
    PACKAGE_RENAMED,
};
use super::site::{Root, Said, Site};
use super::verdict::{Position, Shipped, Verdict};
use super::walk::{Side, Walk};

impl Walk<'_> {
    /// Compares everything.
    pub(super) fn api(&mut self) {
        let (old, new) = (&self.old.api, &self.new.api);
        self.package(old, new);
        self.service(old, new);
        let docs = |api: &Api| {
            (
                api.title.clone(),
                api.description.clone(),
                api.documentation.clone(),
                api.token_variable.clone(),
            )
        };
        self.version(old, new);
        if docs(old) != docs(new) {
            self.described(&self.service_site("the API", ""));
        }
        let at = Site {
            position: Position::Response,
            ..self.service_site("the error body", "/error")
        };
        self.error(&old.error, &new.error, &at);
        self.parameters(&Parameters {
            root: Root::Api,
            old: old.globals.iter().collect(),
            new: new.globals.iter().collect(),
            templates: ["", ""],
        });
        self.resources(&old.resources, &new.resources);
    }

    /// Compares the versions of the API, which the docs of the crate name.
    fn version(&mut self, old: &Api, new: &Api) {
        if old.version == new.version {
            return;
        }
        let message = format!(
            "the API is now at version {}, not {}",
            new.version, old.version
        );
        let help = "nothing: the docs of the crate name the new version";
        let said = Said::new(message, help).with(&old.version, &new.version);
        let at = self.service_site("the version of the API", "/version");
        self.note(&at, DOCS_CHANGED, Verdict::docs(), said);
    }

    fn package(&mut self, old: &Api, new: &Api) {
        if old.package.name == new.package.name {
            return;
        }
        let message = format!(
            "the crate is now called `{}`, not `{}`",
            new.package.name, old.package.name
        );
        let help = "publish it under the new name, and name it in the README of the old crate";
        let said = Said::new(message, help).with(&old.package.name, &new.package.name);
        let at = self.service_site("the crate", "/package/name");
        self.note(&at, PACKAGE_RENAMED, Verdict::source(Shipped::Fine), said);
    }

    fn service(&mut self, old: &Api, new: &Api) {
        if old.base_url != new.base_url {
            let message = format!("the base URL is now {}, not {}", new.base_url, old.base_url);
            let help = "keep serving the old URL while released versions are in use, and say in the release notes what moved";
            let said = Said::new(message, help).with(&old.base_url, &new.base_url);
            let at = self.service_site("the base URL", "/baseUrl");
            let verdict = Verdict::behaviour(Shipped::BreaksSome);
            self.note(&at, BASE_URL_CHANGED, verdict, said);
        }
        let headers = |api: &Api| -> BTreeMap<String, String> {
            let headers = api.headers.iter();
            headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
                .collect()
        };
        let (before, after) = (headers(old), headers(new));
        if before != after {
            let listed = |headers: &BTreeMap<String, String>| {
                let lines = headers
                    .iter()
                    .map(|(name, value)| format!("{name}: {value}"));
                lines.collect::<Vec<_>>().join(", ")
            };
            let message = "the headers sent with every request changed";
            let help = "say in the release notes what the server does differently";
            let said = Said::new(message, help).with(&listed(&before), &listed(&after));
            let at = self.service_site("the headers of every request", "/headers");
            self.note(&at, HEADER_CHANGED, Verdict::behaviour(Shipped::Fine), said);
        }
    }

    fn error(&mut self, old: &ErrorBody, new: &ErrorBody, site: &Site) {
        match (old, new) {
            (ErrorBody::Unknown, ErrorBody::Unknown) => {}
            (ErrorBody::Known { name: a, .. }, ErrorBody::Known { name: b, .. }) => {
                let mut at = site.clone();
                at.rust = [format!("types::{a}"), format!("types::{b}")];
                self.names(&named(a), &named(b), &at);
                self.error_fields(old, new, site);
            }
            _ => {
                for (side, body) in [(Side::Old, old), (Side::New, new)] {
                    if let ErrorBody::Known { name, .. } = body {
                        self.pass_over(side, &crate::ir::Type::Named(named(name)));
                    }
                }
                let said = Said::new(
                    format!("the error body is now {}, not {}", body(new), body(old)),
                    "release a major version: `Error::api_error` returns another type",
                );
                let said = said.with(&body(old), &body(new));
                self.note(
                    site,
                    ERROR_BODY_CHANGED,
                    Verdict::source(Shipped::Fine),
                    said,
                );
            }
        }
    }

    /// Compares the fields of the error body that hold the code and the message.
    fn error_fields(&mut self, old: &ErrorBody, new: &ErrorBody, site: &Site) {
        let fields = |body: &ErrorBody| match body {
            ErrorBody::Unknown => String::new(),
            ErrorBody::Known { code, message, .. } => format!("{code}, {message}"),
        };
        if fields(old) == fields(new) {
            return;
        }
        let message = "the code or message of an error comes from another property";
        let help = "say so in the release notes: programs that compare codes may see other codes";
        let said = Said::new(message, help).with(&fields(old), &fields(new));
        let verdict = Verdict::behaviour(Shipped::BreaksSome);
        self.note(site, ERROR_FIELDS_CHANGED, verdict, said);
    }

    /// Reports that docs changed.
    pub(super) fn described(&mut self, site: &Site) {
        let message = format!("the docs of {} changed", site.subject);
        let said = Said::new(message, "nothing: it only changes the docs of the crate");
        self.note(site, DOCS_CHANGED, Verdict::docs(), said);
    }

    fn service_site(&self, subject: &str, pointer: &str) -> Site {
        let place = Place::at(&self.new.documents.service.path, pointer);
        Site::at(Root::Api, subject, place, Position::Api)
    }
}

/// The name of a type of the API.
pub(super) fn named(name: &str) -> Name {
    Name {
        rust: name.to_owned(),
        is_union: false,
    }
}

fn body(body: &ErrorBody) -> String {
    match body {
        ErrorBody::Unknown => "any JSON".to_owned(),
        ErrorBody::Known { name, .. } => format!("`types::{name}`"),
    }
}
