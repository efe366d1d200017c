//! Why a file of a request could not be read.

use std::error::Error;
use std::fmt;
use std::io;

use super::source::Source;

/// A file of a request that can't be read, or has not the length that was announced; the source of
/// the error says which.
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

    /// The one among the causes of an error, if there is one.
    pub(crate) fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        let mut causes = std::iter::successors(Some(error), |error| (*error).source());
        causes.find_map(|cause| cause.downcast_ref())
    }

    /// Why it can't be read.
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
