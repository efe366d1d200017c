//! Files in requests.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::validate::{Rule, Validate, Validator};

/// A file in a request: content, and optionally a name and a media type.
///
/// It is held in memory, and once more when it is sent. In JSON it is its content where that is
/// text and all there is, and an object otherwise: `content` where it is text, `bytes` where it is
/// not, `fileName` and `contentType` where they are set.
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
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upload {
    /// The bytes of the file.
    pub content: Bytes,
    /// The name of the file, without folders.
    ///
    /// Default: the name of the parameter.
    pub file_name: Option<String>,
    /// The media type, e.g. `image/png`; any but that form is refused.
    ///
    /// Default: none, so that the server decides.
    pub content_type: Option<String>,
}

impl Upload {
    /// A file of this content.
    pub fn new(content: impl Into<Bytes>) -> Self {
        Upload {
            content: content.into(),
            file_name: None,
            content_type: None,
        }
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
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("content", &format_args!("{} bytes", self.content.len()))
            .field("file_name", &self.file_name)
            .field("content_type", &self.content_type)
            .finish()
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
        let text = std::str::from_utf8(&self.content);
        if let (Ok(text), None, None) = (text, &self.file_name, &self.content_type) {
            return serializer.serialize_str(text);
        }
        let mut map = serializer.serialize_map(None)?;
        match text {
            Ok(text) => map.serialize_entry("content", text)?,
            Err(_) => map.serialize_entry("bytes", &self.content[..])?,
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
        upload.content = content.ok_or_else(|| A::Error::missing_field("content"))?;
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
            r#"Upload { content: 6 bytes, file_name: Some("a.txt"), content_type: None }"#
        );
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
            let content = if is_text { text.into() } else { content.into() };
            let upload = Upload { content, file_name, content_type };
            let json = serde_json::to_string(&upload).unwrap();
            proptest::prop_assert_eq!(read(&json), Ok(upload));
        }
    }
}
