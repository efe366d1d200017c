//! A row of the matrix: what the server does, and what becomes of the call.

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

/// How often a call is made at most.
const ATTEMPTS: u32 = 3;

/// The most bytes of a body.
pub const LIMIT: u64 = 1 << 20;

/// How much later than its deadline a call may end on a machine that has other things to do.
const LATE: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub struct Row {
    /// As the table in the runtime's README calls it.
    pub fault: &'static str,
    /// What the server does; nothing, where it is not there.
    pub script: Option<Script>,
    /// How long the call may take.
    pub timeout: Duration,
    pub outcome: Outcome,
    /// What is set besides.
    pub set: Set,
    /// Whether all items are asked for, and not one page.
    pub is_export: bool,
    /// How often the call is made.
    pub attempts: u32,
    /// How many connections the server sees in each attempt.
    pub connections: usize,
}

type Set = fn(ClientBuilder<Client>) -> ClientBuilder<Client>;

/// What becomes of a call.
#[derive(Clone, Copy)]
pub enum Outcome {
    /// A response that this is true of.
    Data(fn(&InstanceAuditLogs) -> bool),
    /// So many items on all pages together.
    Items(usize),
    Error(Fault),
}

/// What an error says.
#[derive(Clone, Copy)]
pub struct Fault {
    /// The one question that it answers with yes; none if empty.
    pub predicate: &'static str,
    pub status: Option<u16>,
    /// Whether the body is what it has to be, if there is a response.
    pub body: fn(&[u8]) -> bool,
    /// How long the server is understood to ask to wait.
    pub retry_after: Option<Duration>,
}

impl Row {
    /// A fault that nobody has to wait for, and what the call makes of it.
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

    /// A row in which all items are asked for.
    pub fn export(mut self) -> Self {
        self.is_export = true;
        self
    }

    /// A row whose call ends when its time is over.
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

    /// A row whose call is made again and again, in vain.
    pub fn again(self) -> Self {
        self.attempts(ATTEMPTS)
    }

    /// Whether the error is that of the last of all attempts.
    pub fn is_in_vain(&self) -> bool {
        self.attempts == ATTEMPTS
    }

    /// The predicate in the form that the README has.
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
                assert!(error.is_retryable() || !self.is_in_vain(), "{error:?}");
            }
        }
        let elapsed = start.elapsed();
        assert!(elapsed < self.timeout + LATE, "{elapsed:?}");
        let received = server.received();
        assert_eq!(received.len(), self.attempts as usize * self.connections);
        received.iter().for_each(|bytes| assert_token_once(bytes));
        // A redirect may lead there, but nobody goes.
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
            // What it was stands above, where the try panicked.
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

/// A request has the token in its header `Authorization`, and nowhere else. Of one that the server
/// did not read to its end there may be nothing.
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
