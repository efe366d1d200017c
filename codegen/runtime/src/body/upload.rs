//! Files in requests.

use std::fmt;
use std::path::PathBuf;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use tokio::io::AsyncRead;

use super::progress::{Listener, Progress};
use super::source::Source;
use crate::value::{Rule, Validate, Validator};

/// A file in a request: its content, and optionally a name and a media type.
///
/// | constructor | content | can be sent again |
/// |---|---|---|
/// | [`new`](Self::new) | held in memory, and copied when it is sent | yes |
/// | [`from_path`](Self::from_path) | read while it is sent, 64 KiB at a time | yes, the file is opened again |
/// | [`from_reader`](Self::from_reader) | read while it is sent, 64 KiB at a time | no |
///
/// The timeout of the request includes sending: set a longer one for a large file. A redirect that
/// repeats the body (307 or 308) is followed if the body is in memory and has no progress listener,
/// and is an error with that status otherwise.
///
/// Uploads are equal if their content, name and media type are. Content is equal if it is the same
/// bytes, the same path, or a clone of the same reader.
///
/// # JSON
///
/// An upload in memory is a string if its content is UTF-8 and nothing else is set. Otherwise it is
/// an object: `content` for UTF-8, `bytes` for other content, and `fileName` and `contentType` if
/// set. An upload of a path or a reader can be neither written as JSON nor read from it: JSON may
/// come from somebody who must not choose which file is sent.
///
/// ```
/// # use client_runtime::Upload;
/// let image = Upload::new([0x89, b'P', b'N', b'G'].to_vec())
///     .file_name("logo.png")
///     .content_type("image/png");
/// assert_eq!(
///     serde_json::to_string(&image)?,
///     r#"{"bytes":[137,80,78,71],"fileName":"logo.png","contentType":"image/png"}"#,
/// );
/// assert_eq!(serde_json::to_string(&Upload::new("a,b\r\n"))?, r#""a,b\r\n""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upload {
    pub(crate) source: Source,
    /// The name of the file, without folders.
    ///
    /// Default: the file name of the path, or else the name of the parameter.
    pub file_name: Option<String>,
    /// The media type, e.g. `image/png`. Anything else is rejected.
    ///
    /// Default: none; the server decides.
    pub content_type: Option<String>,
    pub(crate) listener: Listener,
}

impl Upload {
    /// Creates a file from content in memory.
    pub fn new(content: impl Into<Bytes>) -> Self {
        Upload::of(Source::Memory(content.into()))
    }

    /// Creates an upload of the file at a path, with its file name. The file is opened for each
    /// attempt, and never held in memory.
    ///
    /// The request fails if it is not a regular file, or if its length changes while it is sent.
    ///
    /// ```
    /// # use client_runtime::Upload;
    /// let upload = Upload::from_path("reports/2026.csv").content_type("text/csv");
    /// assert_eq!(upload.file_name.as_deref(), Some("2026.csv"));
    /// ```
    pub fn from_path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name();
        let file_name = name.map(|name| name.to_string_lossy().into_owned());
        Upload {
            file_name,
            ..Upload::of(Source::Path(path))
        }
    }

    /// Creates an upload that is read from a reader, to its end. It is read once, while the request
    /// is sent: clones share the reader, and it can't be sent again.
    ///
    /// `length` is in bytes, and the request fails if the reader has another one;
    /// `AsyncReadExt::take` limits a reader. Without a length the body is sent with chunked
    /// transfer coding, which not every server accepts.
    pub fn from_reader(
        reader: impl AsyncRead + Send + Unpin + 'static,
        length: Option<u64>,
    ) -> Self {
        Upload::of(Source::reader(reader, length))
    }

    fn of(source: Source) -> Self {
        Upload {
            source,
            file_name: None,
            content_type: None,
            listener: Listener::default(),
        }
    }

    /// The content, if it is held in memory.
    pub fn content(&self) -> Option<&Bytes> {
        self.source.bytes()
    }

    /// Whether the content is read while it is sent.
    pub fn is_streamed(&self) -> bool {
        self.source.bytes().is_none()
    }

    /// Sets the file name.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets the media type, such as `image/png`.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    /// Sets a function to call whenever bytes of this file are passed to the connection, which
    /// buffers some hundred KiB, and with 0 when an attempt begins.
    ///
    /// It is called between reading and sending, so it must not block.
    ///
    /// ```
    /// # use client_runtime::Upload;
    /// let upload = Upload::from_path("report.pdf").on_progress(|progress| {
    ///     println!("{} bytes of {:?}", progress.sent, progress.total);
    /// });
    /// ```
    #[must_use]
    pub fn on_progress(mut self, listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.listener = Listener::new(listener);
        self
    }
}

/// An empty file.
impl Default for Upload {
    fn default() -> Self {
        Upload::new(Bytes::new())
    }
}

macro_rules! from {
    ($($content:ty)+) => {$(
        impl From<$content> for Upload {
            fn from(content: $content) -> Self {
                Upload::new(content)
            }
        }
    )+};
}

from!(Bytes Vec<u8> String &'static str &'static [u8]);

/// Rules for strings do not apply to files; only the media type is checked.
impl Validate for Upload {
    fn validate(&self, _rules: &[Rule], at: &mut Validator) {
        let media_type = self.content_type.as_deref();
        if !media_type.is_none_or(is_media_type) {
            at.field("contentType", |at| {
                at.refuse("a media type such as `image/png`");
            });
        }
    }
}

/// Whether a string is a media type, with or without parameters, that is valid in a header.
fn is_media_type(text: &str) -> bool {
    // RFC 9110, section 5.6.2.
    let is_token = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
    let essence = essence.trim_end_matches(' ').split_once('/');
    essence.is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
        && parameters.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

impl Serialize for Upload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(content) = self.content() else {
            return Err(S::Error::custom(
                "a streamed file can't be written as JSON; use `Upload::new` instead",
            ));
        };
        let text = std::str::from_utf8(content);
        if let (Ok(text), None, None) = (text, &self.file_name, &self.content_type) {
            return serializer.serialize_str(text);
        }
        let mut map = serializer.serialize_map(None)?;
        match text {
            Ok(text) => map.serialize_entry("content", text)?,
            Err(_) => map.serialize_entry("bytes", &content[..])?,
        }
        if let Some(name) = &self.file_name {
            map.serialize_entry("fileName", name)?;
        }
        if let Some(media_type) = &self.content_type {
            map.serialize_entry("contentType", media_type)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Upload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UploadVisitor)
    }
}

struct UploadVisitor;

impl<'de> Visitor<'de> for UploadVisitor {
    type Value = Upload;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, or an object with `content` or `bytes`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Upload, E> {
        Ok(Upload::new(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Upload, E> {
        Ok(Upload::new(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Upload, A::Error> {
        const NAMES: &[&str] = &["content", "bytes", "fileName", "contentType"];
        let mut upload = Upload::default();
        let mut content: Option<Bytes> = None;
        while let Some(name) = map.next_key::<String>()? {
            let given = match name.as_str() {
                "content" => content.replace(text(&mut map)?.into()).is_some(),
                "bytes" => content.replace(bytes(&mut map)?.into()).is_some(),
                "fileName" => upload.file_name.replace(map.next_value()?).is_some(),
                "contentType" => upload.content_type.replace(map.next_value()?).is_some(),
                _ => return Err(A::Error::unknown_field(&name, NAMES)),
            };
            if given {
                return Err(A::Error::custom(
                    "expected one `content` or `bytes`, and at most one `fileName` and `contentType`",
                ));
            }
        }
        let content = content.ok_or_else(|| A::Error::missing_field("content"))?;
        upload.source = Source::Memory(content);
        Ok(upload)
    }
}

// Messages of `serde_json` quote the value that they reject, and the content of a file may be
// confidential.

fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<String, A::Error> {
    map.next_value()
        .map_err(|_| A::Error::custom("`content`: expected a string"))
}

fn bytes<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Vec<u8>, A::Error> {
    map.next_value()
        .map_err(|_| A::Error::custom("`bytes`: expected an array of numbers from 0 to 255"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Upload, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_string_is_a_file_with_that_content() {
        assert_eq!(read(r#""é\r\n""#), Ok(Upload::new("é\r\n")));
        let value = serde_json::json!("text");
        assert_eq!(
            serde_json::from_value::<Upload>(value).unwrap(),
            "text".into()
        );
    }

    #[test]
    fn json_that_is_not_a_file_is_rejected_without_quoting_it() {
        for json in [
            "{}",
            r#"{"fileName": "a"}"#,
            r#"{"content": "", "bytes": []}"#,
            r#"{"content": "a", "name": "b"}"#,
            r#"{"bytes": [256]}"#,
            "[1]",
            "null",
        ] {
            assert!(read(json).is_err(), "{json}");
        }
        let error = read(r#"{"bytes": "sesame"}"#).unwrap_err();
        assert!(!error.contains("sesame"), "{error}");
    }

    #[test]
    fn debug_shows_the_length_and_not_the_content() {
        let upload = Upload::new("sesame").file_name("a.txt");
        assert_eq!(
            format!("{upload:?}"),
            r#"Upload { source: 6 bytes, file_name: Some("a.txt"), content_type: None, listener: none }"#
        );
    }

    #[test]
    fn debug_of_a_streamed_file_shows_its_source_and_length() {
        let of = |upload: Upload| format!("{:?}", upload.source);
        assert_eq!(of(Upload::from_path("a/b.txt")), r#"file "a/b.txt""#);
        assert_eq!(of(Upload::from_reader(&b"sesame"[..], None)), "reader");
        let six = Upload::from_reader(&b"sesame"[..], Some(6));
        assert_eq!(of(six), "reader of 6 bytes");
    }

    #[test]
    fn a_file_of_a_path_is_named_like_it() {
        let name = |path: &str| Upload::from_path(path).file_name;
        assert_eq!(name("a/b.txt").as_deref(), Some("b.txt"));
        assert_eq!(name("a/.."), None);
        let other = Upload::from_path("a/b.txt").file_name("c.txt");
        assert_eq!(other.file_name.as_deref(), Some("c.txt"));
    }

    #[test]
    fn uploads_of_the_same_source_are_equal_whoever_listens() {
        let path = Upload::from_path("a/b.txt");
        assert_eq!(path, path.clone().on_progress(|_| {}));
        assert_ne!(path, Upload::from_path("b.txt"));
        assert_ne!(path, path.clone().content_type("text/plain"));
        let reader = || Upload::from_reader(&b"sesame"[..], None);
        let one = reader();
        assert_eq!(one, one.clone());
        assert_ne!(one, reader());
        assert_ne!(one, Upload::new("sesame"));
    }

    #[test]
    fn a_streamed_file_has_no_json_and_is_not_made_from_any() {
        for upload in [
            Upload::from_path("a"),
            Upload::from_reader(&b"sesame"[..], Some(6)),
        ] {
            assert!(upload.is_streamed() && upload.content().is_none());
            assert_eq!(
                serde_json::to_string(&upload).unwrap_err().to_string(),
                "a streamed file can't be written as JSON; use `Upload::new` instead"
            );
        }
        let error = read(r#"{"path": "/etc/passwd"}"#).unwrap_err();
        assert!(error.starts_with("unknown field `path`"), "{error}");
    }

    #[test]
    fn a_content_type_that_is_not_a_media_type_is_rejected() {
        let violations = |media_type: &str| {
            let mut at = Validator::default();
            let upload = Upload::new("sesame").content_type(media_type);
            at.value("file", &upload, &[]);
            at.finish()
        };
        for good in ["image/png", "text/plain; charset=utf-8", "a/b ;c=\"d\""] {
            assert_eq!(violations(good), [], "{good}");
        }
        for bad in ["", "png", "/", "a/", "a/b\r\nX: y", "a/b;\r\n", "a/b; c=ä"] {
            let [violation] = &violations(bad)[..] else {
                panic!("{bad:?} passes")
            };
            assert_eq!(
                violation.to_string(),
                "`file.contentType`: expected a media type such as `image/png`"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_file_is_the_same_after_json(
            content: Vec<u8>, text: String, is_text: bool,
            file_name: Option<String>, content_type: Option<String>,
        ) {
            let upload = if is_text { Upload::new(text) } else { Upload::new(content) };
            let upload = Upload { file_name, content_type, ..upload };
            let json = serde_json::to_string(&upload).unwrap();
            proptest::prop_assert_eq!(read(&json), Ok(upload));
        }
    }
}
