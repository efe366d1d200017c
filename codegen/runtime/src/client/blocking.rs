//! Calls without `async`: the same requests, driven by the client's own thread.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;

use futures_core::Stream;

use super::background::Background;
use super::core::Core;
use super::options::Options;
use crate::error::{Error, ErrorBody, Failure};
use crate::request::Action;
use crate::transport::Response;

/// A stream as an iterator that blocks until each item is there.
///
/// A thread of the client drives the stream while the iterator blocks.
#[must_use = "iterators do nothing unless they are asked"]
pub struct Blocking<S> {
    core: Core,
    /// `None` after code that the client calls has panicked.
    stream: Option<S>,
}

impl<S> Blocking<S> {
    pub(crate) fn new(core: Core, stream: S) -> Self {
        let stream = Some(stream);
        Blocking { core, stream }
    }

    /// The stream, for its position; `None` if a panic has lost it.
    pub fn stream(&self) -> Option<&S> {
        self.stream.as_ref()
    }

    /// The stream, to resume it after an error; `None` if a panic has lost it.
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
        match self
            .core
            .background()
            .and_then(|background| background.run(next))
        {
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
    /// Sends a request, decodes the response, and blocks the current thread until then.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn send_blocking<R: Action + 'static>(
        &self,
        request: R,
        options: Options,
    ) -> Result<Response<R::Output>, Box<Failure>> {
        let mut core = self.clone();
        core.use_blocking();
        let send = async move { core.send(&request, &options).await };
        self.background()?.run(send)?
    }

    /// The thread for blocking calls, which the first one starts.
    fn background(&self) -> Result<&Background, Box<Failure>> {
        let shared = &*self.shared;
        let start = || Background::start(&shared.connect, &shared.settings);
        let background = shared.background.get_or_init(start);
        background
            .as_ref()
            .map_err(|problem| Failure::config(vec![format!("blocking: {problem}")]))
    }

    /// Switches to the connections of the thread for blocking calls. If that thread can't be
    /// started, the first call returns the error.
    pub(crate) fn use_blocking(&mut self) {
        self.is_blocking = self.background().is_ok();
    }
}
