//! Uploads that fail, or that end before the file does.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use client_runtime::Upload;
use futures_util::future::{Either, select};
use tokio::io::{AsyncRead, ReadBuf};

use super::{attempt, io_error, listened, noise, send, taking, until};
use crate::server::Server;
use crate::{Error, run};

/// A reader that yields the given chunks, and then fails or never completes.
struct Tape {
    chunks: Vec<Vec<u8>>,
    fails: bool,
    closed: Arc<AtomicBool>,
}

impl AsyncRead for Tape {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.chunks.pop() {
            Some(chunk) => buffer.put_slice(&chunk),
            None if self.fails => return Poll::Ready(Err(io::Error::other("the tape is torn"))),
            None => return Poll::Pending,
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
    }
}

#[test]
fn a_reader_that_fails_halfway_fails_the_request() {
    for length in [None, Some(200_000)] {
        let (script, bodies) = taking();
        let server = Server::new([script]);
        let closed = Arc::new(AtomicBool::new(false));
        let upload = Upload::from_reader(
            Tape {
                chunks: vec![noise(10_000); 3],
                fails: true,
                closed: closed.clone(),
            },
            length,
        );
        let error = send(&server, &upload).unwrap_err();
        assert!(error.is_upload() && error.status().is_none(), "{error:?}");
        assert_eq!(
            error.to_string(),
            "thing.import (POST /things): could not read `importFile` from its reader"
        );
        assert_eq!(io_error(&error).to_string(), "the tape is torn");
        assert!(closed.load(Ordering::SeqCst));
        assert!(!bodies.recv().unwrap().1, "the body looks whole");
    }
}

/// Sends a file whose length changes as soon as it is open.
fn changed(path: &Path, length: u64) -> (Error, bool) {
    let (script, bodies) = taking();
    let server = Server::new([script]);
    let other = path.to_owned();
    let upload = Upload::from_path(path).on_progress(move |progress| {
        if progress.sent == 0 {
            let file = std::fs::File::options().write(true).open(&other);
            file.unwrap().set_len(length).unwrap();
        }
    });
    let error = send(&server, &upload).unwrap_err();
    (error, bodies.recv().unwrap().1)
}

#[test]
fn a_file_that_shrinks_or_grows_once_it_is_open_fails_the_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    let place = path.display();
    for (length, reason) in [
        (0, "ended after 0 of 100000 bytes"),
        (99_999, "ended after 99999 of 100000 bytes"),
        (100_001, "longer than the expected 100000 bytes"),
    ] {
        std::fs::write(&path, noise(100_000)).unwrap();
        let (error, whole) = changed(&path, length);
        assert!(!whole, "the body looks whole");
        assert!(error.is_upload(), "{error:?}");
        assert_eq!(
            error.to_string(),
            format!("thing.import (POST /things): could not read `importFile` from `{place}`")
        );
        assert_eq!(io_error(&error).to_string(), reason);
    }
}

#[test]
fn nothing_is_sent_if_a_file_cannot_be_opened() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.csv");
    for (path, kind) in [
        (missing.as_path(), Some(io::ErrorKind::NotFound)),
        // The error for a folder depends on the system.
        (folder.path(), None),
    ] {
        let server = Server::new([]);
        let error = send(&server, &Upload::from_path(path)).unwrap_err();
        assert!(error.is_upload() && !error.is_connect(), "{error:?}");
        assert_eq!(
            error.to_string(),
            format!(
                "thing.import (POST /things): could not read `importFile` from `{}`",
                path.display()
            )
        );
        assert!(kind.is_none_or(|kind| io_error(&error).kind() == kind));
        assert_eq!(server.heads(), [""; 0]);
    }
}

#[test]
fn dropping_a_call_halfway_ends_the_connection_and_closes_the_file() {
    let (script, bodies) = taking();
    let server = Server::new([script]);
    let closed = Arc::new(AtomicBool::new(false));
    let reader = Tape {
        chunks: vec![noise(10_000); 3],
        fails: false,
        closed: closed.clone(),
    };
    let (upload, reported) = listened(Upload::from_reader(reader, Some(200_000)));
    run(async {
        let call = Box::pin(attempt(&server, &upload));
        let half_way = Some((30_000, Some(200_000)));
        let wait = Box::pin(until(|| {
            reported.lock().unwrap().last().copied() == half_way
        }));
        match select(call, wait).await {
            Either::Left((result, _)) => panic!("it ended: {result:?}"),
            Either::Right(((), call)) => drop(call),
        }
        until(|| closed.load(Ordering::SeqCst)).await;
        // The server notices it while the client's runtime is still running.
        let mut end = None;
        until(|| {
            end = bodies.try_recv().ok();
            end.is_some()
        })
        .await;
        assert!(!end.unwrap().1, "the body looks whole");
    });
}

#[cfg(unix)]
#[test]
fn a_pipe_is_rejected_without_blocking() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    assert!(made.unwrap().success());
    let (sender, outcome) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let error = send(&Server::new([]), &Upload::from_path(path)).unwrap_err();
        // The runtime has shut down, which it could not if one of its threads were blocked.
        sender.send(error.is_upload()).unwrap();
    });
    assert!(outcome.recv_timeout(Duration::from_secs(5)).unwrap());
}
