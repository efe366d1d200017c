//! The bodies of requests: bytes in memory, files and parts, and how far they have been sent.

mod content;
mod multipart;
mod payload;
mod progress;
mod source;
mod streamed;
mod upload;
mod upload_error;

pub use content::Content;
pub(crate) use multipart::Form;
pub use payload::Payload;
pub use progress::Progress;
pub use upload::Upload;
pub use upload_error::UploadError;
