//! The thread that drives the blocking calls of a client.

use std::future::Future;
use std::io;
use std::sync::{Arc, mpsc};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use super::connect::Connect;
use super::options::Settings;
use crate::error::Failure;
use crate::transport::{Transport, TransportError};

/// A thread that drives the blocking calls of a client, from the first call until the client is
/// dropped.
///
/// It has its own connections: those of asynchronous calls are driven by the program's runtime,
/// which a blocking call may be blocking.
#[derive(Debug)]
pub(crate) struct Background {
    handle: Handle,
    transport: Arc<dyn Transport>,
    /// Ends the thread when it is dropped.
    _end: oneshot::Sender<()>,
}

impl Background {
    /// What sends the requests of blocking calls.
    pub fn transport(&self) -> &dyn Transport {
        &*self.transport
    }

    /// Starts the thread, or returns why that failed.
    pub fn start(connect: &Connect, settings: &Settings) -> Result<Self, String> {
        let transport = connect.transport(settings)?;
        Background::with(transport).map_err(|error| error.to_string())
    }

    fn with(transport: Arc<dyn Transport>) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        // The runtime is dropped on its thread: it must not be where a task may be running.
        let run = move || runtime.block_on(async { drop(ended.await) });
        std::thread::Builder::new()
            .name("client-blocking".to_owned())
            .spawn(run)?;
        Ok(Background {
            handle,
            transport,
            _end: end,
        })
    }

    /// Runs a future on the thread and waits for its output.
    pub fn run<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Box<Failure>> {
        let here = Handle::try_current().map(|handle| handle.id());
        if here.is_ok_and(|id| id == self.handle.id()) {
            let reason = "a blocking call would wait for itself: it is made by code that the client \
                          calls: a token provider, an observer or a transport";
            return Err(Failure::invalid_parameters(reason));
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        self.handle.spawn(async move {
            // The receiver is there: the caller waits.
            let _ = sender.send(future.await);
        });
        let lost = "a token provider, an observer or a transport panicked";
        receiver
            .recv()
            .map_err(|_| Failure::transport(TransportError::broken(lost), ""))
    }
}
