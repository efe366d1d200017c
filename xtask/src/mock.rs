//! `cargo xtask mock`: serves every action of the schemas on 127.0.0.1.
//!
//! It only knows the API's descriptors and schemas. A request is matched to an action (`routes`),
//! checked against the descriptor and the schemas (`validate`) and answered with the response
//! schema's first example, or, for a paginated action, from a synthetic `collection`. It goes
//! beyond the descriptors in these points:
//!
//! |- Any non-empty bearer token is accepted. An action without scopes needs none.
//! |- An item of a collection is found by its synthetic id; the example of the path parameter
//! |  finds the example of the type.
//! |- The id `ffffffffffffffffffffffff` in a path stands for a missing item: 404.
//! |- If an action has no body, or an optional one, `{}` counts as none: some clients send it.

mod answer;
mod collection;
pub(crate) mod definitions;
mod fields;
pub(crate) mod patterns;
pub(crate) mod query;
pub(crate) mod routes;
mod service;
mod validate;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::server::Server;
use crate::{Error, shell};

use service::Service;

/// What to serve, and how.
#[derive(Debug, Clone)]
pub struct MockOptions {
    /// The folder with `api.json`, `resources/` and `types/`.
    pub schemas: PathBuf,
    /// The port on 127.0.0.1; 0 chooses a free one.
    pub port: u16,
    /// The number of items in each collection.
    pub items: usize,
    /// The delay before each answer.
    pub latency: Duration,
}

impl MockOptions {
    /// Serves `schemas` without delay on a free port, with 1000 items in each collection.
    pub fn new(schemas: impl Into<PathBuf>) -> Self {
        MockOptions {
            schemas: schemas.into(),
            port: 0,
            items: 1000,
            latency: Duration::ZERO,
        }
    }
}

/// A running mock server; dropping it stops it.
///
/// It runs on a thread of its own, so it can be used inside and outside of an async runtime.
#[derive(Debug)]
pub struct Mock {
    server: Server,
    about: About,
}

/// The description of a service when the mock starts.
#[derive(Debug)]
struct About {
    title: String,
    version: String,
    actions: usize,
    token_variable: Option<String>,
}

impl Mock {
    /// Reads the schemas and starts to listen.
    ///
    /// # Errors
    ///
    /// Fails if the schemas cannot be read, or the port is in use.
    pub fn start(options: &MockOptions) -> Result<Self, Error> {
        let service = Service::read(&options.schemas, options.items)?;
        let about = About {
            title: service.title.clone(),
            version: service.version.clone(),
            actions: service.actions.len(),
            token_variable: service.token_variable.clone(),
        };
        let server = Server::start(options.port, options.latency, move |received| {
            answer::answer(&service, &received)
        })?;
        Ok(Mock { server, about })
    }

    /// The base URL for a client: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.server.port()
    }

    /// The shell command that makes the crate's examples use this server, e.g. `export
    /// LOSANT_TOKEN=anything LOSANT_URL=http://127.0.0.1:4000`. None if the name is not a valid
    /// variable name, which a shell could run as a command.
    pub fn export(&self) -> Option<String> {
        let token = self.about.token_variable.as_deref()?;
        let mut characters = token.chars();
        let starts = characters
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if !starts || !characters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return None;
        }
        let stem = token.strip_suffix("_TOKEN").unwrap_or(token);
        let url = shell::word(&self.url());
        Some(format!("export {token}=anything {stem}_URL={url}"))
    }
}

/// The command: serves until Ctrl-C.
pub(crate) fn run(options: &MockOptions) -> Result<ExitCode, Error> {
    let mock = Mock::start(options)?;
    let About {
        title,
        version,
        actions,
        ..
    } = &mock.about;
    let actions = shell::count(*actions, "action");
    let items = shell::count(options.items, "item");
    shell::status(
        "Serving",
        format_args!(
            "{actions} of {title} {version} at {}, {items} per collection",
            mock.url()
        ),
    );
    if let Some(export) = mock.export() {
        shell::output(export)?;
    }
    shell::status("Waiting", "for requests, until Ctrl-C");
    wait_for_ctrl_c()?;
    shell::status("Stopped", mock.url());
    Ok(ExitCode::SUCCESS)
}

fn wait_for_ctrl_c() -> Result<(), Error> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .and_then(|runtime| runtime.block_on(tokio::signal::ctrl_c()))
        .map_err(|error| Error::new("could not wait for Ctrl-C").because(error))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpStream};
    use std::time::Instant;

    use super::*;
    use crate::workspace::Workspace;

    fn options() -> MockOptions {
        MockOptions::new(Workspace::find().unwrap().root().join("tests/audit-logs"))
    }

    #[test]
    fn the_mock_answers_over_http_until_it_is_dropped() {
        let mock = Mock::start(&MockOptions {
            items: 3,
            latency: Duration::from_millis(100),
            ..options()
        })
        .unwrap();
        let address = (Ipv4Addr::LOCALHOST, mock.port());
        let start = Instant::now();
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .write_all(
                b"GET /instance/575ec7417ae143cd83dc4a96/audit-logs HTTP/1.1\r\nHost: x\r\n\
                  Authorization: Bearer any\r\nConnection: close\r\n\r\n",
            )
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(start.elapsed() >= Duration::from_millis(100));
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("\"totalCount\":3"), "{answer}");
        let export = format!("export LOSANT_TOKEN=anything LOSANT_URL={}", mock.url());
        assert_eq!(mock.export(), Some(export));
        let idle = TcpStream::connect(address).unwrap();
        drop(mock);
        assert!(TcpStream::connect(address).is_err());
        drop(idle);
    }

    #[test]
    fn a_port_that_is_taken_is_named() {
        let first = Mock::start(&options()).unwrap();
        let second = Mock::start(&MockOptions {
            port: first.port(),
            ..options()
        });
        let message = format!("{:#}", second.unwrap_err());
        assert!(message.starts_with(&format!("could not listen on 127.0.0.1:{}", first.port())));
    }
}
