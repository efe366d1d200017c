//! Sources of a file's content: memory, a path or a reader.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::fs::File;
use tokio::io::{AsyncRead, ReadBuf};

/// The maximum number of bytes read and sent at once.
pub(crate) const CHUNK: usize = 64 << 10;

type BoxReader = Box<dyn AsyncRead + Send + Unpin>;

/// A source of content.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Memory(Bytes),
    /// A file that is opened for each attempt.
    Path(PathBuf),
    Reader(Reader),
}

impl Source {
    /// A reader, and its length in bytes if known.
    pub fn reader(reader: impl AsyncRead + Send + Unpin + 'static, length: Option<u64>) -> Self {
        Source::Reader(Reader {
            unread: Arc::new(Mutex::new(Some(Box::new(reader)))),
            length,
        })
    }

    /// The content, if it is in memory.
    pub fn bytes(&self) -> Option<&Bytes> {
        match self {
            Source::Memory(bytes) => Some(bytes),
            Source::Path(_) | Source::Reader(_) => None,
        }
    }

    /// The length in bytes, if it is known without accessing the file system.
    pub fn length(&self) -> Option<u64> {
        match self {
            Source::Memory(bytes) => Some(bytes.len() as u64),
            Source::Path(_) => None,
            Source::Reader(reader) => reader.length,
        }
    }

    /// Opens the source for one attempt; returns its length in bytes too, if known.
    pub async fn open(&self) -> io::Result<(Reading, Option<u64>)> {
        match self {
            Source::Memory(bytes) => Ok((Reading::Memory(bytes.clone()), self.length())),
            Source::Path(path) => {
                // Checked before opening: opening a pipe blocks until there is a writer, and can't
                // be cancelled.
                if !tokio::fs::metadata(path).await?.is_file() {
                    return Err(io::Error::new(
                        io::ErrorKind::InvalidInput,
                        "not a regular file; use `Upload::from_reader` for other sources",
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

/// Names the source in a message.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Memory(_) => f.write_str("memory"),
            Source::Path(path) => write!(f, "`{}`", path.display()),
            Source::Reader(_) => f.write_str("its reader"),
        }
    }
}

/// Omits the content, which may be confidential.
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

/// A reader that is shared by its clones and consumed by one attempt.
#[derive(Clone)]
pub(crate) struct Reader {
    unread: Arc<Mutex<Option<BoxReader>>>,
    length: Option<u64>,
}

impl Reader {
    /// Fails if the reader was already taken.
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
        "the reader was already read, and can be read only once; \
         create a new upload, or use `Upload::from_path`, which can be sent again",
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
    /// Taken at the first read, so that an attempt that does not get that far leaves it to the
    /// next.
    Waiting(Reader),
    /// The lock makes the reader `Sync`, as bodies must be. It is never contended.
    Open(Mutex<BoxReader>),
}

impl Reading {
    /// The next bytes, at most [`CHUNK`]; none at the end.
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
                // Copied to fit, since a read may return few bytes.
                Poll::Ready(Ok(Bytes::copy_from_slice(buffer.filled())))
            }
        }
    }
}
