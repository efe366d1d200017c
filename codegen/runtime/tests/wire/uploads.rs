//! Files that are read while they are sent.

use std::error::Error as _;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use client_runtime::{Failure, Options, Upload};
use futures_util::future::{Either, join, select};
use tokio::io::{AsyncRead, ReadBuf};

use crate::server::{Script, Server, reply};
use crate::{Error, core, run};

#[derive(Debug, Clone, PartialEq)]
struct Import {
    file: Upload,
    note: Option<String>,
}

client_runtime::parameters!(Import {
    file file: "importFile" required,
    part note: "note",
});

client_runtime::action!(Import = "thing.import" { POST "/things" -> () });

/// Sends a file, followed by a note.
fn send(server: &Server, file: &Upload) -> Result<(), Error> {
    run(attempt(server, file)).map_err(Error::from)
}

async fn attempt(server: &Server, file: &Upload) -> Result<(), Box<Failure>> {
    let file = file.clone();
    let note = Some("after".to_owned());
    let import = Import { file, note };
    let core = core(&server.url);
    core.send(&import, &Options::default()).await.map(drop)
}

/// Reads a multipart body to its end. Returns whether it was complete.
fn receive(stream: &mut TcpStream, mut take: impl FnMut(&[u8])) -> bool {
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        line.push(byte[0]);
    }
    take(&line);
    // A chunked body starts with the size of its first chunk.
    let end = match line.strip_suffix(b"\r\n") {
        Some(boundary) if line.starts_with(b"--") => [boundary, b"--\r\n"].concat(),
        _ => b"\r\n0\r\n\r\n".to_vec(),
    };
    let mut tail = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    while tail != end {
        let count = stream.read(&mut buffer).unwrap_or(0);
        if count == 0 {
            return false;
        }
        take(&buffer[..count]);
        tail.extend_from_slice(&buffer[..count]);
        tail.drain(..tail.len().saturating_sub(end.len()));
    }
    true
}

/// Reads a body, passes it on with whether it is complete, and answers.
fn taking() -> (Script, Receiver<(Vec<u8>, bool)>) {
    let (sender, bodies) = channel();
    let script: Script = Box::new(move |stream| {
        let mut body = Vec::new();
        let whole = receive(stream, |bytes| body.extend_from_slice(bytes));
        let _ = sender.send((body, whole));
        reply("204 No Content", "", "")(stream);
    });
    (script, bodies)
}

/// The content of the first part.
fn first_part(body: &[u8]) -> &[u8] {
    let find = |text: &[u8], what: &[u8]| text.windows(what.len()).position(|at| at == what);
    let boundary = &body[..find(body, b"\r\n").unwrap()];
    let content = &body[find(body, b"\r\n\r\n").unwrap() + 4..];
    &content[..find(content, &[b"\r\n", boundary].concat()).unwrap()]
}

/// Bytes that do not contain a boundary.
fn noise(length: usize) -> Vec<u8> {
    (0..length as u64)
        .map(|index| (index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8 | 0x80)
        .collect()
}

fn io_error(error: &Error) -> &io::Error {
    let mut causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.find_map(|cause| cause.downcast_ref()).unwrap()
}

/// The progress reported to a listener: bytes sent, and the total.
type Reported = Arc<Mutex<Vec<(u64, Option<u64>)>>>;

/// An upload with a listener, and its reported progress.
fn listened(upload: Upload) -> (Upload, Reported) {
    let reported = Reported::default();
    let upload = upload.on_progress({
        let reported = reported.clone();
        move |progress| {
            reported
                .lock()
                .unwrap()
                .push((progress.sent, progress.total))
        }
    });
    (upload, reported)
}

/// Waits until a condition is true.
async fn until(mut happened: impl FnMut() -> bool) {
    while !happened() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

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
fn a_file_arrives_byte_for_byte_with_its_length_and_progress() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.bin");
    let content = noise(300_000);
    std::fs::write(&path, &content).unwrap();
    let (first, bodies) = taking();
    let (second, more) = taking();
    let server = Server::new([first, second]);
    let (upload, reported) = listened(Upload::from_path(&path));

    send(&server, &upload).unwrap();
    let (body, whole) = bodies.recv().unwrap();
    assert!(whole);
    assert_eq!(first_part(&body), content);
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains(r#"name="importFile"; filename="rows.bin""#));
    assert!(text.contains("name=\"note\"\r\n\r\nafter\r\n--"));
    let head = server.heads().remove(0);
    assert!(
        head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())),
        "{head}"
    );
    assert!(!head.contains("transfer-encoding"), "{head}");
    let reported_once = std::mem::take(&mut *reported.lock().unwrap());
    assert!(reported_once.is_sorted());
    assert_eq!(reported_once.first(), Some(&(0, Some(300_000))));
    assert_eq!(reported_once.last(), Some(&(300_000, Some(300_000))));

    // The file is opened again, and has another length now.
    std::fs::write(&path, b"short").unwrap();
    send(&server, &upload).unwrap();
    assert_eq!(first_part(&more.recv().unwrap().0), b"short");
    assert_eq!(*reported.lock().unwrap(), [(0, Some(5)), (5, Some(5))]);
}

#[test]
fn a_large_file_waits_on_disk_until_the_server_reads() {
    const LENGTH: u64 = 50 << 20;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.bin");
    std::fs::File::create(&path)
        .unwrap()
        .set_len(LENGTH)
        .unwrap();
    let (go, gate) = channel::<()>();
    let (sender, received) = channel();
    let server = Server::new([Box::new(move |stream: &mut TcpStream| {
        gate.recv().unwrap();
        let mut count = 0;
        let whole = receive(stream, |bytes| count += bytes.len() as u64);
        sender.send((count, whole)).unwrap();
        reply("204 No Content", "", "")(stream);
    }) as Script]);
    let sent = Arc::new(AtomicU64::new(0));
    let upload = Upload::from_path(&path).on_progress({
        let sent = sent.clone();
        move |progress| sent.store(progress.sent, Ordering::SeqCst)
    });
    let patience = async {
        // The longer progress has stalled, the more certain it is that only the server can resume
        // it. A machine that is too slow for this test sees too little progress, never too much.
        let mut before = u64::MAX;
        while before != sent.load(Ordering::SeqCst) || before == 0 {
            before = sent.load(Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        go.send(()).unwrap();
        before
    };
    let (ahead, result) = run(join(patience, attempt(&server, &upload)));
    result.map_err(Error::from).unwrap();
    // The server has read nothing: these bytes are in the buffers of the client and of two sockets.
    assert!(ahead < LENGTH / 2, "{ahead} bytes in memory");
    let (count, whole) = received.recv().unwrap();
    assert!(whole && count > LENGTH);
    assert_eq!(sent.load(Ordering::SeqCst), LENGTH);
}

#[test]
fn a_reader_without_a_length_is_sent_in_chunks() {
    let (script, bodies) = taking();
    let server = Server::new([script]);
    let (upload, reported) = listened(Upload::from_reader(&b"a,b\r\n"[..], None));
    send(&server, &upload).unwrap();
    let (body, whole) = bodies.recv().unwrap();
    assert!(whole);
    let text = String::from_utf8(body).unwrap();
    assert!(text.contains("\r\n5\r\na,b\r\n\r\n"), "{text}");
    let head = server.heads().remove(0);
    assert!(
        head.contains("\r\ntransfer-encoding: chunked\r\n"),
        "{head}"
    );
    assert!(!head.contains("content-length"), "{head}");
    assert_eq!(*reported.lock().unwrap(), [(0, None), (5, None)]);
}

#[test]
fn a_reader_with_a_length_is_sent_with_it_and_only_once() {
    let (script, bodies) = taking();
    let server = Server::new([script]);
    let upload = Upload::from_reader(&b"abc"[..], Some(3));
    send(&server, &upload).unwrap();
    let (body, whole) = bodies.recv().unwrap();
    assert!(whole);
    assert_eq!(first_part(&body), b"abc");
    assert!(server.heads()[0].contains(&format!("content-length: {}", body.len())));

    let error = send(&server, &upload).unwrap_err();
    assert!(error.is_upload());
    assert_eq!(
        error.to_string(),
        "thing.import (POST /things): could not read `importFile` from its reader"
    );
    let cause = io_error(&error).to_string();
    assert!(cause.starts_with("the reader was already read"), "{cause}");
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

#[test]
fn a_streamed_request_cannot_be_shown_as_bytes() {
    let file = Upload::from_path("rows.csv");
    let core = core("http://127.0.0.1:9");
    let error = core
        .http_request(&Import { file, note: None }, &Options::default())
        .unwrap_err();
    let error = Error::from(error);
    assert!(error.is_invalid_request());
    assert_eq!(
        error.to_string(),
        "thing.import (POST /things): invalid request: the body is streamed and has no \
         bytes to show; use `Upload::new` for a file in memory"
    );
}

#[test]
fn a_redirect_that_requires_a_streamed_body_again_is_an_error() {
    let location = "Location: /elsewhere\r\n";
    let server = Server::new([Box::new(move |stream: &mut TcpStream| {
        receive(stream, |_| {});
        reply("307 Temporary Redirect", location, "")(stream);
        let _ = stream.flush();
    }) as Script]);
    let error = send(&server, &Upload::from_reader(&b"abc"[..], Some(3))).unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(307));
}
