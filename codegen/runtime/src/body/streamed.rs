//! A body that is read while it is sent.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::payload::{Piece, total};
use super::progress::Listener;
use super::source::{CHUNK, Reading, Source};
use super::upload_error::UploadError;

/// A body sent piece by piece, with one chunk in memory.
pub(crate) struct Streamed {
    pieces: VecDeque<Opened>,
    /// The number of bytes still to be sent, if known.
    left: Option<u64>,
    buffer: Box<[u8]>,
}

impl Streamed {
    pub fn new(pieces: Vec<Opened>) -> Self {
        Streamed {
            left: total(pieces.iter().map(|piece| piece.length)),
            pieces: pieces.into(),
            buffer: vec![0; CHUNK].into(),
        }
    }
}

impl Body for Streamed {
    type Data = Bytes;
    type Error = UploadError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadError>>> {
        let this = &mut *self;
        while let Some(piece) = this.pieces.front_mut() {
            match ready!(piece.poll_chunk(cx, &mut this.buffer)) {
                Ok(chunk) if chunk.is_empty() => {
                    this.pieces.pop_front();
                }
                Ok(chunk) => {
                    let left = this.left;
                    this.left = left.map(|left| left.saturating_sub(chunk.len() as u64));
                    return Poll::Ready(Some(Ok(Frame::data(chunk))));
                }
                Err(error) => {
                    // Closes the files even if somebody keeps the body.
                    this.pieces.clear();
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.left
            .map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// A piece that is being sent.
pub(crate) struct Opened {
    part: String,
    source: Source,
    listener: Listener,
    reading: Reading,
    sent: u64,
    length: Option<u64>,
}

impl Opened {
    pub async fn new(piece: &Piece) -> Result<Self, UploadError> {
        let Piece {
            part,
            source,
            listener,
        } = piece.clone();
        let opened = source.open().await;
        let (reading, length) = opened.map_err(|cause| UploadError::new(&part, &source, cause))?;
        listener.tell(0, length);
        Ok(Opened {
            part,
            source,
            listener,
            reading,
            sent: 0,
            length,
        })
    }

    /// The next bytes; none at the end.
    fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Result<Bytes, UploadError>> {
        let read = ready!(self.reading.poll_chunk(cx, buffer));
        let chunk = read.and_then(|chunk| self.count(&chunk).map(|()| chunk));
        Poll::Ready(chunk.map_err(|cause| UploadError::new(&self.part, &self.source, cause)))
    }

    /// Counts the bytes about to be sent, and fails if they do not match the announced length: the
    /// server would take missing bytes from the next part, or extra bytes as the next request.
    fn count(&mut self, chunk: &Bytes) -> io::Result<()> {
        let sent = self.sent + chunk.len() as u64;
        match self.length {
            Some(length) if chunk.is_empty() && sent < length => {
                let message = format!("ended after {sent} of {length} bytes");
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, message));
            }
            Some(length) if sent > length => {
                let message = format!("longer than the expected {length} bytes");
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            _ => {}
        }
        if !chunk.is_empty() {
            self.sent = sent;
            self.listener.tell(sent, self.length);
        }
        Ok(())
    }
}
