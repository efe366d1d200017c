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

/// A file in a request: content, and optionally a name and a media type.
///
/// | made by | content | can be sent again |
/// |---|---|---|
/// | [`new`](Self::new) | held in memory, and once more when it is sent | yes |
/// | [`from_path`](Self::from_path) | read while it is sent, 64 KiB at a time | yes, the file is opened anew |
/// | [`from_reader`](Self::from_reader) | read while it is sent, 64 KiB at a time | no |
///
/// Sending counts towards the timeout of the request: a large file wants a longer one. A redirect
/// that wants the body again (307 and 308) is followed where it is in memory and nobody listens to
/// its progress, and is an error of its status otherwise.
///
/// Uploads are equal if content, name and type are: the same bytes, the same path, or clones of the
/// same reader.
///
/// # JSON
///
/// An upload in memory is its content where that is text and all there is, and an object otherwise:
/// `content` where it is text, `bytes` where it is not, `fileName` and `contentType` where they are
/// set. One of a path or a reader has no JSON, and none is made from JSON: that may come from
/// somebody who must not choose which file is sent.
///
/// ```
/// use client_runtime::Upload;
///
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
    /// Default: that of the file of a path, and otherwise the name of the parameter.
    pub file_name: Option<String>,
    /// The media type, e.g. `image/png`; any but that form is refused.
    ///
    /// Default: none, so that the server decides.
    pub content_type: Option<String>,
    pub(crate) listener: Listener,
}

impl Upload {
    /// A file of this content, in memory.
    pub fn new(content: impl Into<Bytes>) -> Self {
        Upload::of(Source::Memory(content.into()))
    }

    /// The file at a path, named like it. It is opened when the request is sent, and anew for each
    /// attempt; it is never held in memory.
    ///
    /// The request fails if it is no regular file, or becomes shorter or longer while it is sent.
    ///
    /// ```
    /// use client_runtime::Upload;
    ///
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

    /// Whatever a reader reads, to its end. It is read once, while the request is sent: clones share
    /// it, and nobody can send it again.
    ///
    /// The request fails if the reader has another `length`, in bytes; `AsyncReadExt::take` makes a
    /// reader of the beginning of another. Without a length the body is sent in the chunked coding,
    /// which not every server takes.
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

    /// Whether it is read while it is sent.
    pub fn is_streamed(&self) -> bool {
        self.source.bytes().is_none()
    }

    /// Names the file.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Says what kind of file it is: a media type such as `image/png`.
    #[must_use]
    pub fn content_type(mut self, media_type: impl Into<String>) -> Self {
        self.content_type = Some(media_type.into());
        self
    }

    /// Calls a function whenever bytes of this file are handed to the connection, which keeps some
    /// hundred KiB for itself; and with 0 when an attempt begins.
    ///
    /// It is called between reading and sending, and so must not wait for anything.
    ///
    /// ```
    /// use client_runtime::Upload;
    ///
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

/// Rules of texts are not meant for files; what a file has to keep to is its own.
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

/// Whether a text is a type and a subtype, with or without parameters, that fits into a header.
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
                "a file that is read while it is sent has no JSON; `Upload::new` makes one that has",
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
        f.write_str("the text of a file, or an object with its `content` or `bytes`")
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
                    "a file has one `content` or `bytes`, one `fileName` and one `contentType` at most",
                ));
            }
        }
        let content = content.ok_or_else(|| A::Error::missing_field("content"))?;
        upload.source = Source::Memory(content);
        Ok(upload)
    }
}

// The reasons of `serde_json` quote what they refuse, and what a file says is nobody's business.

fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<String, A::Error> {
    map.next_value()
        .map_err(|_| A::Error::custom("`content`: expected a text"))
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
    fn a_text_is_a_file_of_that_text() {
        assert_eq!(read(r#""é\r\n""#), Ok(Upload::new("é\r\n")));
        let value = serde_json::json!("text");
        assert_eq!(
            serde_json::from_value::<Upload>(value).unwrap(),
            "text".into()
        );
    }

    #[test]
    fn what_is_no_file_is_refused_without_quoting_it() {
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
    fn debug_tells_the_length_and_not_the_content() {
        let upload = Upload::new("sesame").file_name("a.txt");
        assert_eq!(
            format!("{upload:?}"),
            r#"Upload { source: 6 bytes, file_name: Some("a.txt"), content_type: None, listener: none }"#
        );
    }

    #[test]
    fn a_streamed_file_tells_its_kind_and_its_length() {
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
                "a file that is read while it is sent has no JSON; `Upload::new` makes one that has"
            );
        }
        let error = read(r#"{"path": "/etc/passwd"}"#).unwrap_err();
        assert!(error.starts_with("unknown field `path`"), "{error}");
    }

    #[test]
    fn a_content_type_that_is_no_media_type_is_refused() {
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
