//! Where the content of a file comes from: memory, a path or a reader.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};

/// The most bytes that are read, and sent, at once.
pub(crate) const CHUNK: usize = 64 << 10;

type BoxReader = Box<dyn AsyncRead + Send + Unpin>;

/// Where content comes from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Memory(Bytes),
    /// Opened anew for each attempt.
    Path(PathBuf),
    Reader(Reader),
}

impl Source {
    /// A reader, and how many bytes it has if that is known.
    pub fn reader(reader: impl AsyncRead + Send + Unpin + 'static, length: Option<u64>) -> Self {
        Source::Reader(Reader {
            unread: Arc::new(Mutex::new(Some(Box::new(reader)))),
            length,
        })
    }

    /// The content, where it is in memory.
    pub fn bytes(&self) -> Option<&Bytes> {
        match self {
            Source::Memory(bytes) => Some(bytes),
            Source::Path(_) | Source::Reader(_) => None,
        }
    }

    /// How many bytes it has, as far as that is known without a look at the file system.
    pub fn length(&self) -> Option<u64> {
        match self {
            Source::Memory(bytes) => Some(bytes.len() as u64),
            Source::Path(_) => None,
            Source::Reader(reader) => reader.length,
        }
    }

    /// Begins to read for one attempt; tells how many bytes there are to read, if that is known.
    pub async fn open(&self) -> io::Result<(Reading, Option<u64>)> {
        match self {
            Source::Memory(bytes) => Ok((Reading::Memory(bytes.clone()), self.length())),
            Source::Path(path) => {
                // Before it is opened, as opening a pipe waits for a writer, and nobody can end that.
                if !tokio::fs::metadata(path).await?.is_file() {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidInput,
                        "it is no regular file; `Upload::from_reader` takes any reader",
                    ));
                }
                let file = File::open(path).await?;
                let length = file.metadata().await?.len();
                let reader: BoxReader = Box::new(file);
                Ok((Reading::Open(reader.into()), Some(length)))
            }
            Source::Reader(reader) => {
                reader.check()?;
                Ok((Reading::Waiting(reader.clone()), reader.length))
            }
        }
    }
}

/// What a message calls it.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Memory(_) => f.write_str("memory"),
            Source::Path(path) => write!(f, "`{}`", path.display()),
            Source::Reader(_) => f.write_str("its reader"),
        }
    }
}

/// Never the content, which is nobody's business.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Memory(bytes) => write!(f, "{} bytes", bytes.len()),
            Source::Path(path) => write!(f, "file {path:?}"),
            Source::Reader(Reader {
                length: Some(length),
                ..
            }) => write!(f, "reader of {length} bytes"),
            Source::Reader(_) => f.write_str("reader"),
        }
    }
}

/// A reader that its clones share, and that one attempt takes for itself.
#[derive(Clone)]
pub(crate) struct Reader {
    unread: Arc<Mutex<Option<BoxReader>>>,
    length: Option<u64>,
}

impl Reader {
    /// Whether nobody has taken it yet.
    fn check(&self) -> io::Result<()> {
        let unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.as_ref().map(|_| ()).ok_or_else(spent)
    }

    fn take(&self) -> io::Result<BoxReader> {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.take().ok_or_else(spent)
    }
}

fn spent() -> io::Error {
    io::Error::other(
        "a reader is read once, and this one has been; \
         make another upload of a new reader, or one that can be sent again of a path",
    )
}

impl PartialEq for Reader {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.unread, &other.unread) && self.length == other.length
    }
}

impl Eq for Reader {}

/// Content that is being read.
pub(crate) enum Reading {
    Memory(Bytes),
    /// Taken with the first read only, so that an attempt that doesn't get that far leaves it to
    /// the next.
    Waiting(Reader),
    /// A reader need not be `Sync`, but bodies are; nobody ever waits for this lock.
    Open(Mutex<BoxReader>),
}

impl Reading {
    /// The next bytes, [`CHUNK`] at most; none at the end.
    pub fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<Bytes>> {
        match self {
            Reading::Memory(bytes) => Poll::Ready(Ok(bytes.split_to(bytes.len().min(CHUNK)))),
            Reading::Waiting(reader) => {
                *self = Reading::Open(reader.take()?.into());
                self.poll_chunk(cx, buffer)
            }
            Reading::Open(reader) => {
                let reader = reader.get_mut().unwrap_or_else(PoisonError::into_inner);
                let mut buffer = ReadBuf::new(buffer);
                ready!(Pin::new(reader).poll_read(cx, &mut buffer))?;
                // A copy is as large as what was read, which may be little.
                Poll::Ready(Ok(Bytes::copy_from_slice(buffer.filled())))
            }
        }
    }
}
