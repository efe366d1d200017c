//! Progress of sending a file.

use std::fmt;
use std::sync::Arc;

/// How much of a file was passed to the connection.
///
/// See [`Upload::on_progress`](crate::Upload::on_progress).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes of this file sent so far. Each attempt begins at 0.
    pub sent: u64,
    /// The size of the file in bytes; `None` if it is not known in advance.
    pub total: Option<u64>,
}

/// A listener for progress, if there is one.
///
/// It does not affect what is sent, so any two are equal.
#[derive(Clone, Default)]
pub(crate) struct Listener(Option<Arc<dyn Fn(Progress) + Send + Sync>>);

impl Listener {
    pub fn new(listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Listener(Some(Arc::new(listener)))
    }

    /// Whether there is a listener.
    pub fn listens(&self) -> bool {
        self.0.is_some()
    }

    pub fn tell(&self, sent: u64, total: Option<u64>) {
        if let Some(listener) = &self.0 {
            listener(Progress { sent, total });
        }
    }
}

impl PartialEq for Listener {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Listener {}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.listens() { "set" } else { "none" })
    }
}
