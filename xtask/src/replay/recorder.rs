//! A server that records requests.

use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::Error;
use crate::server::{Received, Reply, Server};

/// A server on loopback that answers everything with `{}`.
#[derive(Debug)]
pub(super) struct Recorder {
    server: Server,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Recorder {
    pub(super) fn start() -> Result<Self, Error> {
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        let server = Server::start(0, Duration::ZERO, move |request| {
            // The list of finished requests is consistent even if another thread panicked.
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push(request);
            Reply {
                status: 200,
                headers: vec![("content-type", "application/json".to_owned())],
                body: b"{}".to_vec(),
                stays_open: false,
            }
        })?;
        Ok(Recorder { server, received })
    }

    pub(super) fn url(&self) -> String {
        self.server.url()
    }

    /// The requests since the last call.
    pub(super) fn take(&self) -> Vec<Received> {
        mem::take(&mut self.received.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
