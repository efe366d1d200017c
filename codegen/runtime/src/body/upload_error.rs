//! The error reading a file of a request.

use std::error::Error;
use std::fmt;
use std::io;

use super::source::Source;

/// A file of a request can't be read, or does not have the announced length. See the error's
/// source.
#[derive(Debug)]
pub struct UploadError {
    part: String,
    place: String,
    cause: io::Error,
}

impl UploadError {
    pub(crate) fn new(part: &str, source: &Source, cause: io::Error) -> Self {
        UploadError {
            part: part.to_owned(),
            place: source.to_string(),
            cause,
        }
    }

    /// Finds an upload error among the causes of an error.
    pub(crate) fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        let mut causes = std::iter::successors(Some(error), |error| (*error).source());
        causes.find_map(|cause| cause.downcast_ref())
    }

    /// The reason why the file can't be read.
    pub(crate) fn into_cause(self) -> io::Error {
        self.cause
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not read `{}` from {}", self.part, self.place)
    }
}

impl Error for UploadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}
