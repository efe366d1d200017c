//! Calls without `async`: the same requests, driven by a thread of the client's own.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, mpsc};

use futures_core::Stream;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

use crate::core::Core;
use crate::error::{Error, ErrorBody};
use crate::failure::Failure;
use crate::options::Options;
use crate::request::Action;
use crate::response::Response;
use crate::transport::{Transport, TransportError};

/// A stream as an iterator that waits for each item.
///
/// What the stream would do in a task, a thread of the client's own does while the iterator waits.
#[must_use = "iterators do nothing unless they are asked"]
pub struct Blocking<S> {
    core: Core,
    /// None once a panic of something that the client calls has lost it.
    stream: Option<S>,
}

impl<S> Blocking<S> {
    pub(crate) fn new(core: Core, stream: S) -> Self {
        let stream = Some(stream);
        Blocking { core, stream }
    }

    /// The stream, with what it tells of its place; none if a panic has lost it.
    pub fn stream(&self) -> Option<&S> {
        self.stream.as_ref()
    }

    /// The stream, to go on where it has failed; none if a panic has lost it.
    pub fn stream_mut(&mut self) -> Option<&mut S> {
        self.stream.as_mut()
    }
}

impl<S, T, E> Iterator for Blocking<S>
where
    S: Stream<Item = Result<T, Error<E>>> + Unpin + Send + 'static,
    T: Send + 'static,
    E: ErrorBody + Send + 'static,
{
    type Item = Result<T, Error<E>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut stream = self.stream.take()?;
        let next = async move {
            let item = poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await;
            (item, stream)
        };
        match Background::of(&self.core).and_then(|background| background.run(next)) {
            Ok((item, stream)) => {
                self.stream = Some(stream);
                item
            }
            Err(failure) => Some(Err(failure.into())),
        }
    }
}

impl<S> fmt::Debug for Blocking<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocking").finish_non_exhaustive()
    }
}

impl Core {
    /// Sends a request, decodes the response, and keeps the thread waiting for it.
    ///
    /// # Errors
    ///
    /// Whatever [`Error`] tells.
    pub fn send_blocking<R: Action + 'static>(
        &self,
        request: R,
        options: Options,
    ) -> Result<Response<R::Output>, Box<Failure>> {
        let mut core = self.clone();
        core.use_blocking();
        let send = async move { core.send(&request, &options).await };
        Background::of(self)?.run(send)?
    }

    /// Takes connections that the thread for blocking calls drives. If there is no such thread, the
    /// first call says why.
    pub(crate) fn use_blocking(&mut self) {
        self.is_blocking = Background::of(self).is_ok();
    }
}

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

    /// That of a client.
    fn of(core: &Core) -> Result<&Background, Box<Failure>> {
        let start = || Background::start(core).map_err(|error| error.to_string());
        let background = core.shared.background.get_or_init(start);
        background
            .as_ref()
            .map_err(|problem| Failure::config(vec![format!("blocking: {problem}")]))
    }

    fn start(core: &Core) -> Result<Self, Box<dyn std::error::Error>> {
        let transport = core.shared.connect.transport(&core.shared.settings)?;
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
    fn run<T: Send + 'static>(
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
