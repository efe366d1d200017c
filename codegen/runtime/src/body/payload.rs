//! Payloads of requests: bytes, or content that is read while it is sent.

use bytes::{Bytes, BytesMut};

use super::progress::Listener;
use super::source::Source;
use super::streamed::{Opened, Streamed};
use super::upload_error::UploadError;

/// The body of a request, for any number of attempts.
///
/// A body with an [`Upload`](crate::Upload) of a path or a reader is streamed: it is read while it
/// is sent, and never held in memory. All other bodies are bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The whole body, if it is in memory.
    whole: Option<Bytes>,
    /// The pieces to send in order; empty if `whole` is sent at once.
    pieces: Vec<Piece>,
}

/// A part of a body, read from one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The name of the parameter; empty between files.
    pub part: String,
    pub source: Source,
    pub listener: Listener,
}

impl Payload {
    pub(crate) fn new(mut pieces: Vec<Piece>) -> Self {
        let Some(whole) = join(&pieces) else {
            let whole = None;
            return Payload { whole, pieces };
        };
        if pieces.iter().any(|piece| piece.listener.listens()) {
            // Share the bytes instead of keeping them twice.
            let mut rest = whole.clone();
            for piece in &mut pieces {
                let length = piece.source.bytes().map_or(0, Bytes::len);
                piece.source = Source::Memory(rest.split_to(length));
            }
        } else {
            pieces.clear();
        }
        let whole = Some(whole);
        Payload { whole, pieces }
    }

    /// The bytes, if the whole body is in memory.
    pub fn bytes(&self) -> Option<&Bytes> {
        self.whole.as_ref()
    }

    /// The bytes, if no listener needs progress.
    pub(crate) fn at_once(&self) -> Option<&Bytes> {
        self.whole.as_ref().filter(|_| self.pieces.is_empty())
    }

    /// The number of bytes, if known before the body is opened: it does not access files, and a
    /// reader's length may be unknown.
    pub fn content_length(&self) -> Option<u64> {
        match &self.whole {
            Some(bytes) => Some(bytes.len() as u64),
            None => total(self.pieces.iter().map(|piece| piece.source.length())),
        }
    }

    /// Whether the body can be sent again: it contains no reader.
    pub fn is_replayable(&self) -> bool {
        let reader = |piece: &Piece| matches!(piece.source, Source::Reader(_));
        !self.pieces.iter().any(reader)
    }

    /// Opens the body for one attempt. Its size is exact, so `Content-Length` is sent, unless the
    /// length of a reader is unknown.
    ///
    /// It is read while it is sent. If reading fails, or a file's length differs from that when it
    /// was opened, the body fails with an [`UploadError`], and so does the request.
    ///
    /// # Errors
    ///
    /// If a file can't be opened, or a reader was already read.
    pub async fn open(&self) -> Result<reqwest::Body, UploadError> {
        if let Some(bytes) = self.at_once() {
            return Ok(bytes.clone().into());
        }
        let mut opened = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            opened.push(Opened::new(piece).await?);
        }
        Ok(reqwest::Body::wrap(Streamed::new(opened)))
    }
}

/// No bytes.
impl Default for Payload {
    fn default() -> Self {
        Bytes::new().into()
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        Payload {
            whole: Some(bytes),
            pieces: Vec::new(),
        }
    }
}

impl Piece {
    /// A piece between files.
    pub fn text(text: impl Into<Bytes>) -> Self {
        Piece {
            part: String::new(),
            source: Source::Memory(text.into()),
            listener: Listener::default(),
        }
    }
}

/// The sum of lengths, if all are known.
pub(crate) fn total(mut lengths: impl Iterator<Item = Option<u64>>) -> Option<u64> {
    lengths.try_fold(0u64, |sum, length| sum.checked_add(length?))
}

/// The bytes of all pieces, if they are in memory.
fn join(pieces: &[Piece]) -> Option<Bytes> {
    let all: Option<Vec<&Bytes>> = pieces.iter().map(|piece| piece.source.bytes()).collect();
    let all = all?;
    let mut whole = BytesMut::with_capacity(all.iter().map(|bytes| bytes.len()).sum());
    for bytes in all {
        whole.extend_from_slice(bytes);
    }
    Some(whole.freeze())
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, Mutex};
    use std::task::{Context, Poll};

    use http_body::Body as _;
    use tokio::io::{AsyncRead, ReadBuf};

    use super::*;
    use crate::body::content::Content;
    use crate::body::progress::Progress;
    use crate::body::source::CHUNK;
    use crate::body::upload::Upload;
    use crate::request::Encoder;

    fn form(parts: &[(String, Upload)]) -> Content {
        let mut encoder = Encoder::new("/");
        for (name, upload) in parts {
            encoder.file(name, Some(upload), &[]);
        }
        encoder.finish().unwrap().body.unwrap()
    }

    fn one(upload: &Upload) -> Payload {
        form(&[("file".to_owned(), upload.clone())]).payload
    }

    fn run<T>(test: impl Future<Output = T>) -> T {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.build().unwrap().block_on(test)
    }

    /// The chunks of one attempt, looked at one by one.
    fn send(payload: &Payload, mut look: impl FnMut(&reqwest::Body, Bytes)) -> Result<(), String> {
        run(async {
            let mut body = payload.open().await.map_err(|error| error.to_string())?;
            loop {
                let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
                match frame {
                    None => return Ok(()),
                    Some(Ok(frame)) => look(&body, frame.into_data().unwrap()),
                    Some(Err(error)) => {
                        return Err(UploadError::find(&error).unwrap().to_string());
                    }
                }
            }
        })
    }

    fn sent(payload: &Payload) -> Vec<u8> {
        let mut all = Vec::new();
        send(payload, |_, chunk| all.extend_from_slice(&chunk)).unwrap();
        all
    }

    /// Counts what is read of zeros.
    struct Zeros(u64, Arc<AtomicU64>);

    impl AsyncRead for Zeros {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _cx: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let length = self.0.min(buffer.remaining() as u64);
            buffer.put_slice(&vec![0; length as usize]);
            self.0 -= length;
            self.1.fetch_add(length, Ordering::Relaxed);
            Poll::Ready(Ok(()))
        }
    }

    #[test]
    fn no_more_is_read_than_a_chunk_before_it_is_taken() {
        const LENGTH: u64 = 50 << 20;
        let read = Arc::new(AtomicU64::new(0));
        let reader = Zeros(LENGTH, read.clone());
        let payload = one(&Upload::from_reader(reader, Some(LENGTH)));
        let length = payload.content_length().unwrap();
        let mut taken = 0;
        send(&payload, |body, chunk| {
            assert!(chunk.len() <= CHUNK);
            taken += chunk.len() as u64;
            assert!(read.load(Ordering::Relaxed) <= taken);
            assert_eq!(body.size_hint().exact(), Some(length - taken));
        })
        .unwrap();
        assert_eq!((taken, read.load(Ordering::Relaxed)), (length, LENGTH));
    }

    #[test]
    fn a_payload_reports_what_is_known_before_it_is_opened() {
        let facts = |upload: Upload| {
            let payload = one(&upload);
            let length = payload.content_length();
            (
                payload.bytes().is_some(),
                length.is_some(),
                payload.is_replayable(),
            )
        };
        let reader = |length| Upload::from_reader(&b"abc"[..], length);
        assert_eq!(facts(Upload::new("abc")), (true, true, true));
        assert_eq!(
            facts(Upload::from_path("no/such/file")),
            (false, false, true)
        );
        assert_eq!(facts(reader(Some(3))), (false, true, false));
        assert_eq!(facts(reader(None)), (false, false, false));
        assert_eq!(facts(reader(Some(u64::MAX))), (false, false, false));
        for upload in [Upload::new("abc"), reader(Some(3))] {
            let payload = one(&upload);
            assert_eq!(payload.content_length(), Some(sent(&payload).len() as u64));
        }
    }

    #[test]
    fn progress_of_a_file_in_memory_is_reported_and_its_bytes_stay_available() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let upload = Upload::new(vec![1; CHUNK + 1]);
        let quiet = one(&upload);
        let payload = one(&upload.on_progress({
            let told = told.clone();
            move |Progress { sent, total }| told.lock().unwrap().push((sent, total))
        }));
        assert_eq!(payload.bytes(), quiet.bytes());
        assert_eq!(payload.bytes().unwrap(), &sent(&payload));
        let total = CHUNK as u64 + 1;
        let attempt = [0, CHUNK as u64, total].map(|sent| (sent, Some(total)));
        assert_eq!(*told.lock().unwrap(), attempt);
        sent(&payload);
        assert_eq!(*told.lock().unwrap(), [attempt, attempt].concat());
    }

    #[test]
    fn an_attempt_that_reads_nothing_leaves_a_reader_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.txt");
        let payload = form(&[
            ("a".to_owned(), Upload::from_reader(&b"abc"[..], None)),
            ("b".to_owned(), Upload::from_path(&path)),
        ])
        .payload;
        let error = run(payload.open()).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("could not read `b` from `{}`", path.display())
        );
        std::fs::write(&path, "b").unwrap();
        drop(run(payload.open()).unwrap());
        sent(&payload);
        let error = run(payload.open()).unwrap_err();
        assert_eq!(error.to_string(), "could not read `a` from its reader");
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { cases: 64, ..Default::default() })]

        #[test]
        fn a_streamed_form_differs_from_one_in_memory_in_its_boundary_only(
            parts in proptest::collection::vec(
                ("[a-z\"\r\n]{1,3}", proptest::collection::vec(proptest::num::u8::ANY, 0..99), 0..3),
                1..5,
            ),
            large in 0..3 * CHUNK,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut memory = Vec::new();
            let mut streamed = Vec::new();
            for (index, (name, content, kind)) in parts.into_iter().enumerate() {
                let content = if index == 0 { content.repeat(1 + large / 99) } else { content };
                let upload = match kind {
                    0 => Upload::new(content.clone()),
                    1 => Upload::from_reader(io::Cursor::new(content.clone()), None),
                    _ => {
                        let path = folder.path().join(index.to_string());
                        std::fs::write(&path, &content).unwrap();
                        Upload::from_path(path)
                    }
                };
                memory.push((name.clone(), Upload::new(content).file_name("f")));
                streamed.push((name, upload.file_name("f")));
            }
            let texts = [form(&memory), form(&streamed)].map(|content| {
                let (_, boundary) = content.content_type.split_once("boundary=").unwrap();
                let latin1: String = sent(&content.payload).into_iter().map(char::from).collect();
                latin1.split(boundary).map(str::to_owned).collect::<Vec<_>>()
            });
            proptest::prop_assert_eq!(&texts[0], &texts[1]);
        }
    }
}
