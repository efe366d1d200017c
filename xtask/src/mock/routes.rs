//! Path templates.

use super::query::decode_path;

/// A path template, e.g. `/instance/{instanceId}/audit-logs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template(Vec<Segment>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Parameter(String),
}

/// The parameters of a matched path by name; none for one whose escapes are not UTF-8.
pub(crate) type Captures = Vec<(String, Option<String>)>;

impl Template {
    pub(crate) fn new(text: &str) -> Self {
        let segments = text.split('/').skip(1).map(|segment| {
            let inner = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
            match inner {
                Some(name) => Segment::Parameter(name.to_owned()),
                None => Segment::Literal(segment.to_owned()),
            }
        });
        Template(segments.collect())
    }

    /// The parameters' values, percent-decoded, if the path matches. The raw path is compared
    /// segment by segment: `..` and `%2F` are values like any other.
    pub(crate) fn captures(&self, path: &str) -> Option<Captures> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        if segments.len() != self.0.len() {
            return None;
        }
        let mut captures = Captures::new();
        for (segment, sent) in self.0.iter().zip(segments) {
            let value = decode_path(sent);
            match segment {
                Segment::Literal(literal) if value.as_ref() == Some(literal) => {}
                Segment::Literal(_) => return None,
                Segment::Parameter(name) => captures.push((name.clone(), value)),
            }
        }
        Some(captures)
    }

    /// Whether this template is the better match for a path that both match: it has a literal where
    /// the other one has a parameter.
    pub(crate) fn is_preferred_to(&self, other: &Template) -> bool {
        let kind = |segment: &Segment| matches!(segment, Segment::Parameter(_));
        self.0.iter().map(kind).lt(other.0.iter().map(kind))
    }

    /// The name of the parameter that identifies the item: the last segment.
    pub(super) fn own_parameter(&self) -> Option<&str> {
        match self.0.last() {
            Some(Segment::Parameter(name)) => Some(name),
            _ => None,
        }
    }

    /// The name of the last parameter, if this template is `parent` with one more parameter.
    pub(super) fn member_parameter(&self, parent: &Template) -> Option<&str> {
        match self.0.strip_prefix(parent.0.as_slice())? {
            [Segment::Parameter(name)] => Some(name),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captures(template: &str, path: &str) -> Option<Vec<Option<String>>> {
        let captures = Template::new(template).captures(path)?;
        Some(captures.into_iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn parameters_are_decoded_after_the_path_was_split() {
        assert_eq!(
            captures("/a/{id}", "/a/x%2Fy"),
            Some(vec![Some("x/y".into())])
        );
        assert_eq!(captures("/a/{id}", "/a/.."), Some(vec![Some("..".into())]));
        assert_eq!(captures("/a/{id}", "/a/%FF"), Some(vec![None]));
        assert_eq!(captures("/a/{id}", "/a/x/y"), None);
        assert_eq!(captures("/a/{id}", "/b/x"), None);
        assert_eq!(captures("/a/{id}", "/a"), None);
    }

    #[test]
    fn a_literal_is_preferred_to_a_parameter() {
        let literal = Template::new("/a/categories");
        let parameter = Template::new("/a/{id}");
        assert!(literal.is_preferred_to(&parameter));
        assert!(!parameter.is_preferred_to(&literal));
    }

    #[test]
    fn a_member_is_its_collection_and_a_parameter() {
        let list = Template::new("/a/{id}/b");
        assert_eq!(
            Template::new("/a/{id}/b/{bId}").member_parameter(&list),
            Some("bId")
        );
        assert_eq!(Template::new("/a/{id}/b/all").member_parameter(&list), None);
        assert_eq!(list.member_parameter(&list), None);
    }
}
