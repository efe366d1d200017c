//! A raw HTTP server on loopback. It answers with given replies, and records every byte it
//! receives.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

/// The message of a connection that stops the server.
const STOP: &[u8] = b"STOP";
/// How long a server waits for the next bytes of a request.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A server on 127.0.0.1 that handles one request per connection. Dropping it stops it.
pub struct Server {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server that answers each request with the result of `answer`.
    pub fn start(mut answer: impl FnMut(&Received) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&received);
        let thread = std::thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                let request = Received::read(&mut stream);
                if request.bytes == STOP {
                    return;
                }
                let reply = answer(&request);
                // Before the answer, so that a client with the answer finds the request here.
                log.lock().unwrap().push(request);
                match reply {
                    // A client may disconnect before it has read everything.
                    Reply::Bytes(bytes) => drop(stream.write_all(&bytes)),
                    Reply::Silence => silent.push(stream),
                }
            }
        });
        Server {
            address,
            received,
            thread: Some(thread),
        }
    }

    /// Starts a server that gives every request the same answer.
    pub fn always(reply: Reply) -> Self {
        Server::start(move |_| reply.clone())
    }

    /// Starts a server that answers the first request with the first reply, and so on; then with
    /// 500.
    pub fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let mut replies = replies.into_iter().collect::<Vec<_>>().into_iter();
        Server::start(move |_| {
            let end = || reply("500 The Script Has Ended", &[], "");
            replies.next().unwrap_or_else(end)
        })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The latest request.
    pub fn last(&self) -> Received {
        self.received.lock().unwrap().last().unwrap().clone()
    }

    /// The number of requests answered.
    pub fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    /// Stops the server, and returns the requests of all connections opened before.
    pub fn finish(mut self) -> Vec<Received> {
        self.stop();
        std::mem::take(&mut self.received.lock().unwrap())
    }

    /// Stops the server. Connections are accepted in order, so all earlier ones are served first.
    fn stop(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        let stop = TcpStream::connect(self.address).and_then(|mut stream| {
            stream.write_all(STOP)?;
            stream.shutdown(Shutdown::Write)
        });
        let ended = thread.join();
        if !std::thread::panicking() {
            stop.unwrap();
            ended.unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What a server does with a request.
#[derive(Clone)]
pub enum Reply {
    /// Sends these bytes, and closes the connection.
    Bytes(Vec<u8>),
    /// Keeps the connection open and sends nothing.
    Silence,
}

/// A reply with a body; `status` consists of code and reason.
pub fn reply(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let length = body.len();
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("Connection: close\r\n\r\n");
    Reply::Bytes([head.as_bytes(), body].concat())
}

/// A successful reply with a JSON body.
pub fn ok(body: impl ToString) -> Reply {
    let headers = [("Content-Type", "application/json")];
    reply("200 OK", &headers, body.to_string())
}

/// A page of a collection with these ids.
pub fn page(ids: impl IntoIterator<Item = usize>, per_page: usize, total: usize) -> Reply {
    let item = |id| serde_json::json!({"id": format!("{id:024x}")});
    let items: Vec<Value> = ids.into_iter().map(item).collect();
    ok(serde_json::json!({
        "items": items,
        "count": items.len(),
        "totalCount": total,
        "perPage": per_page,
    }))
}

/// A request as received, byte by byte.
#[derive(Clone)]
pub struct Received {
    pub bytes: Vec<u8>,
}

impl Received {
    /// Reads the head, and the body that its length announces.
    pub fn read(stream: &mut impl Read) -> Self {
        let mut received = Received { bytes: Vec::new() };
        let mut buffer = [0; 64 << 10];
        while !received.is_complete() {
            match stream.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(length) => received.bytes.extend_from_slice(&buffer[..length]),
            }
        }
        received
    }

    fn is_complete(&self) -> bool {
        let mut ends = self.bytes.windows(4);
        let Some(head) = ends.position(|end| end == b"\r\n\r\n") else {
            return false;
        };
        let text = String::from_utf8_lossy(&self.bytes[..head]).to_ascii_lowercase();
        let length = text
            .split("\r\n")
            .find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
        self.bytes.len() >= head + 4 + length
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    /// The lines of the head.
    pub fn lines(&self) -> Vec<&str> {
        let (head, _) = self.text().split_once("\r\n\r\n").unwrap();
        head.split("\r\n").collect()
    }

    /// The bytes after the head.
    pub fn body(&self) -> &str {
        let (_, body) = self.text().split_once("\r\n\r\n").unwrap();
        body
    }

    /// Path and query, as in the request line of a GET, which has no body.
    pub fn target(&self) -> &str {
        let parts: Vec<_> = self.lines()[0].split(' ').collect();
        assert_eq!((parts.len(), self.body()), (3, ""), "{}", self.text());
        assert_eq!((parts[0], parts[2]), ("GET", "HTTP/1.1"));
        parts[1]
    }

    pub fn path(&self) -> &str {
        self.target().split('?').next().unwrap()
    }

    /// The pairs of the query, decoded.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let (_, query) = self.target().split_once('?').unwrap();
        pairs(query)
    }

    /// The header lines, in order and with names in lower case.
    pub fn headers(&self) -> Vec<(String, String)> {
        let lines = self.lines();
        let headers = lines[1..].iter().map(|line| line.split_once(':').unwrap());
        headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect()
    }

    /// The value of a header that appears at most once.
    pub fn header(&self, name: &str) -> Option<String> {
        let mut values = self.headers().into_iter().filter(|header| header.0 == name);
        let value = values.next().map(|header| header.1);
        assert!(values.next().is_none(), "{}", self.text());
        value
    }
}

/// Decodes a query as servers do, except for `+`, which the client never sends.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next().unwrap().as_bytes());
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}
