//! Files that are read while they are sent.

mod failures;

use std::error::Error as _;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client_runtime::{Failure, Options, Upload};
use futures_util::future::join;

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
