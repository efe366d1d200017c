//! Writes patterns as the crate `regex` reads them.

use super::parse::{Node, Repeat};

/// The pattern in the syntax of `regex`; none where it has lookaround or references.
pub(super) fn translate(node: &Node) -> Option<String> {
    let mut out = String::new();
    write(node, &mut out)?;
    Some(out)
}

fn write(node: &Node, out: &mut String) -> Option<()> {
    match node {
        Node::Class(class) => match (class.is_negated, class.ranges.as_slice()) {
            (false, &[(first, last)]) if first == last && class.properties.is_empty() => {
                match char::from_u32(first) {
                    Some(c) => out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
                    None => class.write(out),
                }
            }
            _ => class.write(out),
        },
        Node::Start => out.push_str("\\A"),
        Node::End => out.push_str("\\z"),
        Node::WordBoundary { is_negated: false } => out.push_str("(?-u:\\b)"),
        Node::WordBoundary { is_negated: true } => out.push_str("(?-u:\\B)"),
        Node::Group(_, node) => group(node, out)?,
        Node::Look(..) | Node::Reference(_) => return None,
        Node::Repeat(repeat) => repeated(repeat, out)?,
        Node::Sequence(nodes) => nodes.iter().try_for_each(|node| write(node, out))?,
        Node::Either(nodes) => {
            for (index, node) in nodes.iter().enumerate() {
                if index > 0 {
                    out.push('|');
                }
                write(node, out)?;
            }
        }
    }
    Some(())
}

fn group(node: &Node, out: &mut String) -> Option<()> {
    out.push_str("(?:");
    write(node, out)?;
    out.push(')');
    Some(())
}

fn repeated(repeat: &Repeat, out: &mut String) -> Option<()> {
    group(&repeat.node, out)?;
    out.push_str(&match (repeat.least, repeat.most) {
        (0, None) => "*".to_owned(),
        (1, None) => "+".to_owned(),
        (0, Some(1)) => "?".to_owned(),
        (least, None) => format!("{{{least},}}"),
        (least, Some(most)) => format!("{{{least},{most}}}"),
    });
    // Which of several matches is found makes no difference to whether there is one.
    Some(())
}
