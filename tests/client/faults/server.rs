//! A server that treats its connections as servers, proxies and networks do on bad days.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::dice::Dice;

/// A step of a connection. After the last one, the server closes it in an orderly way.
#[derive(Clone)]
pub enum Step {
    /// Waits for the head of a request.
    Request,
    /// Sends bytes, in pieces of random size with random pauses between them.
    Send(Vec<u8>),
    /// Sends the same bytes a number of times, as fast as they are read.
    Repeat(&'static [u8], u64),
    /// Sends byte after byte, with the same pause before each.
    Drip(&'static [u8], Duration),
    /// Sends nothing for as long as the client stays connected.
    Hang,
    /// Resets the connection (RST).
    Reset,
}

/// The steps of the connection with this number, counted from zero. A redirect may lead to the
/// server at the URL.
pub type Script = fn(usize, &str) -> Vec<Step>;

/// The bytes received over each connection.
type Log = Arc<Mutex<Vec<Vec<u8>>>>;

/// A server on 127.0.0.1. Dropping it closes its connections.
pub struct Server {
    address: SocketAddr,
    log: Log,
    task: Option<JoinHandle<()>>,
    /// Reserves the port of a server that refuses connections.
    _port: Option<TcpSocket>,
}

impl Server {
    /// Starts a server that follows a script.
    pub async fn start(script: Script, other: String, mut dice: Dice) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Log::default();
        let received = Arc::clone(&log);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                received.lock().unwrap().push(Vec::new());
                let dice = Dice::new(dice.next());
                let received = Arc::clone(&received);
                let connection = Connection {
                    stream,
                    number,
                    received,
                    dice,
                };
                connections.spawn(connection.play(script(number, &other)));
            }
        });
        Server {
            address,
            log,
            task: Some(task),
            _port: None,
        }
    }

    /// A server that refuses connections: its port is reserved, but nobody listens there.
    pub fn refusing() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        Server {
            address: socket.local_addr().unwrap(),
            log: Log::default(),
            task: None,
            _port: Some(socket),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The bytes received so far over each connection.
    pub fn received(&self) -> Vec<Vec<u8>> {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// A connection of a server.
struct Connection {
    stream: TcpStream,
    number: usize,
    received: Log,
    dice: Dice,
}

impl Connection {
    /// Executes the steps, as far as the client lets it.
    async fn play(mut self, steps: Vec<Step>) {
        self.stream.set_nodelay(true).unwrap();
        for step in steps {
            self.dice.pause().await;
            if matches!(step, Step::Reset) {
                self.stream.set_zero_linger().unwrap();
                return;
            }
            if self.take(step).await.is_err() {
                return;
            }
        }
        if self.stream.shutdown().await.is_ok() {
            // Closing with unread bytes would reset the connection.
            let _ = timeout(Duration::from_secs(10), self.read_to_end()).await;
        }
    }

    async fn take(&mut self, step: Step) -> io::Result<()> {
        match step {
            Step::Request => self.request().await,
            Step::Send(bytes) => self.send(&bytes).await,
            Step::Repeat(bytes, times) => {
                for _ in 0..times {
                    self.stream.write_all(bytes).await?;
                }
                Ok(())
            }
            Step::Drip(bytes, pause) => {
                for byte in bytes {
                    sleep(pause).await;
                    self.stream.write_all(&[*byte]).await?;
                }
                Ok(())
            }
            Step::Hang => self.read_to_end().await,
            Step::Reset => Ok(()),
        }
    }

    async fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        for _ in 0..self.dice.below(4) {
            let (piece, rest) = bytes.split_at(self.dice.below(bytes.len() + 1));
            self.stream.write_all(piece).await?;
            self.dice.pause().await;
            bytes = rest;
        }
        self.stream.write_all(bytes).await
    }

    async fn request(&mut self) -> io::Result<()> {
        while !self.has_head() && self.read().await? {}
        Ok(())
    }

    async fn read_to_end(&mut self) -> io::Result<()> {
        while self.read().await? {}
        Ok(())
    }

    /// Reads some bytes; returns false at the end.
    async fn read(&mut self) -> io::Result<bool> {
        let mut buffer = [0; 4 << 10];
        let length = self.stream.read(&mut buffer).await?;
        let mut received = self.received.lock().unwrap();
        received[self.number].extend_from_slice(&buffer[..length]);
        Ok(length > 0)
    }

    fn has_head(&self) -> bool {
        let received = self.received.lock().unwrap();
        received[self.number].ends_with(b"\r\n\r\n")
    }
}
