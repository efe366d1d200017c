//! Servers: one that answers each connection with a script, and one that answers by target.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// Handles a connection after its request has been read; the connection is closed afterwards.
pub type Script = Box<dyn FnOnce(&mut TcpStream) + Send>;

/// A server on this machine.
pub struct Server {
    /// Its URL.
    pub url: String,
    heads: Receiver<String>,
}

impl Server {
    /// Starts a server with a script for each connection.
    pub fn new(scripts: impl IntoIterator<Item = Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let scripts: Vec<_> = scripts.into_iter().collect();
        let (sender, heads) = channel();
        thread::spawn(move || {
            for script in scripts {
                let (mut stream, _) = listener.accept().unwrap();
                stream.set_nodelay(true).unwrap();
                // The test may be over by now.
                let _ = sender.send(head(&mut stream));
                script(&mut stream);
            }
        });
        Server { url, heads }
    }

    /// The heads of the requests received since the last call.
    pub fn heads(&self) -> Vec<String> {
        self.heads.try_iter().collect()
    }
}

/// Reads the head of a request, in lower case.
fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).to_lowercase()
}

/// Answers with this status line, headers and body.
pub fn reply(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Script {
    let head = format!("HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n");
    let bytes = [head.as_bytes(), body.as_ref()].concat();
    Box::new(move |stream| {
        // If the client has disconnected, the test decides what that means.
        let _ = stream.write_all(&bytes);
    })
}

/// Answers with an event stream.
pub fn events(text: impl AsRef<[u8]>) -> Script {
    let content_type = "Content-Type: text/event-stream; charset=utf-8\r\n";
    reply("200 OK", content_type, text)
}

/// A server that handles any number of concurrent requests, over connections that stay open, and
/// answers each by its target.
pub struct Site {
    /// Its URL.
    pub url: String,
    seen: Arc<Seen>,
}

/// The requests that a site has received.
#[derive(Default)]
struct Seen {
    targets: Mutex<Vec<String>>,
    open: AtomicUsize,
    most: AtomicUsize,
}

impl Site {
    /// Starts a server that answers a target with a status line and a body.
    pub fn new(
        answer: impl Fn(&str) -> (&'static str, String) + Send + Sync + Clone + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Seen::default());
        let site = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, seen) = (answer.clone(), Arc::clone(&site));
                thread::spawn(move || serve(&mut stream.unwrap(), &answer, &seen));
            }
        });
        Site { url, seen }
    }

    /// The targets of the requests received since the last call.
    pub fn targets(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.targets.lock().unwrap())
    }

    /// The number of requests received since the last call of `targets`.
    pub fn seen(&self) -> usize {
        self.seen.targets.lock().unwrap().len()
    }

    /// The maximal number of concurrent requests.
    pub fn most(&self) -> usize {
        self.seen.most.load(SeqCst)
    }
}

/// Answers the requests of a connection until the client closes it.
fn serve(stream: &mut TcpStream, answer: &dyn Fn(&str) -> (&'static str, String), seen: &Seen) {
    stream.set_nodelay(true).unwrap();
    loop {
        let head = head(stream);
        let Some(target) = head.split(' ').nth(1) else {
            return;
        };
        seen.targets.lock().unwrap().push(target.to_owned());
        seen.most
            .fetch_max(seen.open.fetch_add(1, SeqCst) + 1, SeqCst);
        let (status, body) = answer(target);
        // A client that has the answer must not see its request as still open.
        seen.open.fetch_sub(1, SeqCst);
        let length = body.len();
        let reply = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}");
        if stream.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}
