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

/// A thread that drives the blocking calls of a client, from the first one to the client's end.
///
/// It has connections of its own: those of asynchronous calls are driven by the program's runtime,
/// which may be the very thing that a blocking call keeps waiting.
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

    /// Starts the thread, or says why there is none.
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

    /// Waits for what a future comes to on the thread.
    pub fn run<T: Send + 'static>(
        &self,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Box<Failure>> {
        let here = Handle::try_current().map(|handle| handle.id());
        if here.is_ok_and(|id| id == self.handle.id()) {
            let reason = "a blocking call would wait for itself, as it is made by what the client \
                          calls: a token provider, an observer or a transport";
            return Err(Failure::invalid_parameters(reason));
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        self.handle.spawn(async move {
            // Nobody is gone: the caller waits.
            let _ = sender.send(future.await);
        });
        let lost = "a token provider, an observer or a transport panicked";
        receiver
            .recv()
            .map_err(|_| Failure::transport(TransportError::broken(lost), ""))
    }
}
