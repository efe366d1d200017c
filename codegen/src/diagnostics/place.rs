//! A place in a source: a file, and a JSON pointer or a range of bytes.

use std::collections::HashMap;
use std::ops::Range;

use crate::json::{Spot, push_token};

/// A place in a source, created without looking at its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    file: String,
    pointer: String,
    mark: Mark,
}

/// The part of the place that is marked in an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mark {
    /// Nothing: it is the whole file.
    File,
    /// The key of the member at the pointer.
    Key,
    /// The value at the pointer.
    Value,
    /// These bytes, not counting a byte order mark.
    Bytes(Range<usize>),
}

impl Place {
    /// A whole file, which need not exist.
    pub fn file(path: impl Into<String>) -> Self {
        Self::with(path, "", Mark::File)
    }

    /// The value at a JSON pointer (RFC 6901).
    pub fn at(path: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self::with(path, pointer, Mark::Value)
    }

    /// A byte of a file that may not be JSON, counted from 0 after any byte order mark.
    pub(crate) fn offset(path: impl Into<String>, byte: usize) -> Self {
        Self::with(path, "", Mark::Bytes(byte..byte.saturating_add(1)))
    }

    /// The value at an ambiguous JSON pointer, by its bytes.
    pub(crate) fn span(
        path: impl Into<String>,
        pointer: impl Into<String>,
        bytes: Range<usize>,
    ) -> Self {
        Self::with(path, pointer, Mark::Bytes(bytes))
    }

    fn with(path: impl Into<String>, pointer: impl Into<String>, mark: Mark) -> Self {
        Place {
            file: path.into(),
            pointer: pointer.into(),
            mark,
        }
    }

    /// The member of this name in the object at this place.
    pub fn child(mut self, name: &str) -> Self {
        push_token(&mut self.pointer, name);
        self.mark = Mark::Value;
        self
    }

    /// The value at a JSON pointer from the value at this place.
    pub(crate) fn below(mut self, pointer: &str) -> Self {
        self.pointer.push_str(pointer);
        self.mark = Mark::Value;
        self
    }

    /// The value whose branch this place is, directly or indirectly; else the place itself.
    pub(crate) fn outside_branches(mut self) -> Self {
        let parent = |pointer: &str| {
            let (list, _) = pointer.rsplit_once('/')?;
            let (parent, list) = list.rsplit_once('/')?;
            ["oneOf", "anyOf"]
                .contains(&list)
                .then(|| parent.to_owned())
        };
        while let Some(parent) = parent(&self.pointer) {
            self.pointer = parent;
        }
        self
    }

    /// The item with this index, counted from 0, in the array at this place.
    pub fn index(self, number: usize) -> Self {
        self.child(&number.to_string())
    }

    /// The key of the member at this place, rather than its value.
    pub(crate) fn on_key(mut self) -> Self {
        self.mark = Mark::Key;
        self
    }

    /// The place as `FILE#POINTER`, the form of a URI reference.
    pub(crate) fn reference(&self) -> String {
        match self.pointer.as_str() {
            "" => self.file.clone(),
            pointer => format!("{}#{pointer}", self.file),
        }
    }

    /// Prefixes the path of the file with `folder`.
    pub(super) fn put_below(&mut self, folder: &str) {
        self.file.insert_str(0, folder);
    }

    pub(crate) fn file_path(&self) -> &str {
        &self.file
    }

    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The pointers that must be located to resolve this place: its own and its ancestors'.
    pub(super) fn pointers(&self) -> impl Iterator<Item = &str> {
        let own = match self.mark {
            Mark::Key | Mark::Value => Some(self.pointer.as_str()),
            Mark::File | Mark::Bytes(_) => None,
        };
        std::iter::successors(own, |pointer| parent(pointer))
    }

    /// The bytes to mark, given the locations of the [`pointers`](Self::pointers); none for a whole
    /// file.
    pub(super) fn range(&self, spots: &HashMap<String, Spot>) -> Option<Range<usize>> {
        if let Mark::Bytes(bytes) = &self.mark {
            return Some(bytes.clone());
        }
        let (pointer, spot) = self
            .pointers()
            .find_map(|pointer| Some((pointer, spots.get(pointer)?)))?;
        match &spot.key {
            Some(key) if self.mark == Mark::Key && pointer == self.pointer => Some(key.clone()),
            _ => Some(spot.value.clone()),
        }
    }
}

fn parent(pointer: &str) -> Option<&str> {
    pointer.rfind('/').and_then(|end| pointer.get(..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_tildes_and_slashes() {
        let place = Place::file("api.json").child("a/b~c").index(3);
        assert_eq!(place, Place::at("api.json", "/a~1b~0c/3"));
    }

    #[test]
    fn the_ancestors_of_a_pointer_end_at_the_root() {
        let place = Place::at("api.json", "/a/0");
        assert_eq!(place.pointers().collect::<Vec<_>>(), ["/a/0", "/a", ""]);
    }
}
