//! A server that answers each connection from a script, and ends behind the last.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// What becomes of a connection whose request is read; it is closed then.
pub type Script = Box<dyn FnOnce(&mut TcpStream) + Send>;

/// A server on this machine.
pub struct Server {
    /// Where it listens.
    pub url: String,
    heads: Receiver<String>,
}

impl Server {
    /// A server with a script for each connection.
    pub fn new(scripts: impl IntoIterator<Item = Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let scripts: Vec<_> = scripts.into_iter().collect();
        let (sender, heads) = channel();
        thread::spawn(move || {
            for script in scripts {
                let (mut stream, _) = listener.accept().unwrap();
                stream.set_nodelay(true).unwrap();
                // The test may be over by now, and then nobody cares.
                let _ = sender.send(head(&mut stream));
                script(&mut stream);
            }
        });
        Server { url, heads }
    }

    /// The heads of the requests that have come since this was asked last.
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
        // A client that has gone is for the test to judge.
        let _ = stream.write_all(&bytes);
    })
}

/// Answers with an event stream.
pub fn events(text: impl AsRef<[u8]>) -> Script {
    let content_type = "Content-Type: text/event-stream; charset=utf-8\r\n";
    reply("200 OK", content_type, text)
}
