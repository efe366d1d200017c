//! A row of the matrix: what the server does, and the outcome of the call.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use losant::types::InstanceAuditLogs;
use losant::{Client, ClientBuilder, Error, Response, Retry};
use tokio::task::JoinSet;

use super::dice::Dice;
use super::server::{Script, Server, Step};
use crate::errors::predicates;
use crate::secrecy::{assert_debug_is_secret, assert_error_is_secret};
use crate::{INSTANCE, TOKEN, id};

/// How often each row is tried, all at once.
const TRIES: u64 = 20;

/// The maximal number of attempts.
const ATTEMPTS: u32 = 3;

/// The maximal size of a body, in bytes.
pub const LIMIT: u64 = 1 << 20;

/// How much later than its deadline a call may end on a busy machine.
const LATE: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Row {
    /// The name in the table of the runtime's README.
    pub fault: &'static str,
    /// What the server does; `None` if the server is missing.
    pub script: Option<Script>,
    /// The timeout of the call.
    pub timeout: Duration,
    pub outcome: Outcome,
    /// Further settings.
    pub set: Set,
    /// Whether all items are requested, instead of one page.
    pub is_export: bool,
    /// The number of attempts.
    pub attempts: u32,
    /// The number of connections per attempt.
    pub connections: usize,
}

type Set = fn(ClientBuilder<Client>) -> ClientBuilder<Client>;

/// The outcome of a call.
#[derive(Clone, Copy)]
pub enum Outcome {
    /// A response that satisfies this predicate.
    Data(fn(&InstanceAuditLogs) -> bool),
    /// The total number of items on all pages.
    Items(usize),
    Error(Fault),
}

/// The expected properties of an error.
#[derive(Clone, Copy)]
pub struct Fault {
    /// The only predicate that is true for it; none if empty.
    pub predicate: &'static str,
    pub status: Option<u16>,
    /// Whether the body is as expected, if there is a response.
    pub body: fn(&[u8]) -> bool,
    /// The wait that the server asks for, as the client understands it.
    pub retry_after: Option<Duration>,
}

impl Row {
    /// A fault that ends a call at once, and the outcome of the call.
    pub fn new(fault: &'static str, script: Script, outcome: Outcome) -> Self {
        Row {
            fault,
            script: Some(script),
            timeout: Duration::from_secs(20),
            outcome,
            set: |builder| builder,
            is_export: false,
            attempts: 1,
            connections: 1,
        }
    }

    /// A row in which all items are requested.
    pub fn export(mut self) -> Self {
        self.is_export = true;
        self
    }

    /// A row whose call times out.
    pub fn timeout(mut self, milliseconds: u64) -> Self {
        self.timeout = Duration::from_millis(milliseconds);
        self
    }

    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections;
        self
    }

    pub fn set(mut self, set: Set) -> Self {
        self.set = set;
        self
    }

    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// A row whose call is retried until its attempts are used up.
    pub fn again(self) -> Self {
        self.attempts(ATTEMPTS)
    }

    /// Whether the error is that of the last of all attempts.
    pub fn is_retried(&self) -> bool {
        self.attempts == ATTEMPTS
    }

    /// The predicate as the README spells it.
    pub fn predicate(&self) -> String {
        match self.outcome {
            Outcome::Error(Fault { predicate: "", .. }) => "none".to_owned(),
            Outcome::Error(Fault { predicate, .. }) => {
                let predicates = predicate.split(", ").map(|name| format!("`is_{name}`"));
                predicates.collect::<Vec<_>>().join(" and ")
            }
            Outcome::Data(_) | Outcome::Items(_) => "no error".to_owned(),
        }
    }

    fn settings(&self, url: String) -> ClientBuilder<Client> {
        let soon = Duration::from_millis(1);
        let retry = Retry::new().attempts(ATTEMPTS).backoff(soon, 5 * soon);
        let builder = Client::builder().access_token(TOKEN).base_url(url);
        let builder = builder.timeout(self.timeout).retry(retry);
        (self.set)(builder.max_response_size(LIMIT))
    }

    async fn attempt(&self, mut dice: Dice) {
        let other = Server::start(|_, _| vec![Step::Request], String::new(), Dice::new(0)).await;
        let server = match self.script {
            Some(script) => Server::start(script, other.url(), Dice::new(dice.next())).await,
            None => Server::refusing(),
        };
        let client = self.settings(server.url()).build().unwrap();
        dice.pause().await;
        let start = Instant::now();
        match self.outcome {
            Outcome::Items(count) => assert_eq!(items(&client).await.unwrap(), count),
            Outcome::Data(is_right) => {
                let response = fetch(&client).await.unwrap();
                assert!(is_right(&response), "{response:?}");
                assert_debug_is_secret("response", &response);
            }
            Outcome::Error(fault) if self.is_export => {
                fault.check(&items(&client).await.unwrap_err());
            }
            Outcome::Error(fault) => {
                let error = fetch(&client).await.unwrap_err();
                fault.check(&error);
                assert_eq!(error.attempts(), self.attempts, "{error:?}");
                assert!(error.is_retryable() || !self.is_retried(), "{error:?}");
            }
        }
        let elapsed = start.elapsed();
        assert!(elapsed < self.timeout + LATE, "{elapsed:?}");
        let received = server.received();
        assert_eq!(received.len(), self.attempts as usize * self.connections);
        received.iter().for_each(|bytes| assert_token_once(bytes));
        // A redirect may lead there, but is not followed.
        assert_eq!(other.received(), Vec::<Vec<u8>>::new());
    }
}

impl Fault {
    fn check(&self, error: &Error) {
        assert_eq!(predicates(error), self.predicate, "{error:?}");
        let status = error.status().map(|status| status.as_u16());
        assert_eq!(status, self.status, "{error:?}");
        assert_eq!(error.body().is_some(), self.status.is_some(), "{error:?}");
        if let Some(body) = error.body() {
            let text = String::from_utf8_lossy(&body[..body.len().min(100)]);
            assert!((self.body)(body), "{} bytes: {text:?}…", body.len());
        }
        assert_eq!(error.retry_after(), self.retry_after, "{error:?}");
        assert_error_is_secret(error);
        let message = error.to_string();
        assert!(message.len() < 1_000, "{} bytes", message.len());
    }
}

/// Tries each row many times at once, and the rows one after the other.
pub async fn try_all(rows: Vec<Row>) {
    let seed = Dice::seed();
    for row in rows {
        let (fault, start) = (row.fault, Instant::now());
        let row = std::sync::Arc::new(row);
        let mut tries = JoinSet::new();
        for number in 0..TRIES {
            let row = std::sync::Arc::clone(&row);
            let dice = Dice::new(seed.wrapping_add(number));
            tries.spawn(async move { row.attempt(dice).await });
        }
        while let Some(ended) = tries.join_next().await {
            // The panic of the try has already been printed.
            assert!(ended.is_ok(), "{fault}; once more: FAULTS_SEED={seed}");
        }
        println!("{fault}: {:?}", start.elapsed());
    }
}

pub async fn fetch(client: &Client) -> Result<Response<InstanceAuditLogs>, Error> {
    client.instance_audit_logs(id(INSTANCE)).get().send().await
}

async fn items(client: &Client) -> Result<usize, Error> {
    let items = client.instance_audit_logs(id(INSTANCE)).get().items();
    Ok(items.try_collect::<Vec<_>>().await?.len())
}

/// A request has the token in its `Authorization` header, and nowhere else. A request that the
/// server did not read to its end may be empty.
fn assert_token_once(request: &[u8]) {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let bearer = format!("\r\nauthorization: bearer {TOKEN}").to_lowercase();
    let without = text.replacen(&bearer, "", 1);
    assert!(!without.contains(&TOKEN.to_lowercase()), "{text}");
    assert!(
        !text.ends_with("\r\n\r\n") || text.contains(&bearer),
        "{text}"
    );
}
