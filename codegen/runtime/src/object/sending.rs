//! Whether JSON is written for a request.
//!
//! What only responses have is left out of requests, but `Serialize` writes a value for whoever asks,
//! and a response has to be written back as it came. So a thread that writes the body of a request
//! says so while it does.

use std::cell::Cell;

thread_local! {
    static SENDING: Cell<bool> = const { Cell::new(false) };
}

/// Writes what is sent.
pub(crate) fn sending<T>(write: impl FnOnce() -> T) -> T {
    struct Before(bool);
    impl Drop for Before {
        fn drop(&mut self) {
            SENDING.set(self.0);
        }
    }
    let _before = Before(SENDING.replace(true));
    write()
}

/// Whether the thread writes what is sent.
pub(crate) fn is_sending() -> bool {
    SENDING.get()
}
