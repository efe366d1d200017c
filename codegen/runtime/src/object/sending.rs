//! Whether JSON is written for a request.
//!
//! Requests omit read-only properties. But `Serialize` does not know what it writes for, and a
//! response must be written back unchanged. So a thread sets a flag while it writes the body of a
//! request.

use std::cell::Cell;

thread_local! {
    static SENDING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `write` with the flag set.
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

/// Whether the thread is writing the body of a request.
pub(crate) fn is_sending() -> bool {
    SENDING.get()
}
