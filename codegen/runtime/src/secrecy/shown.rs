//! Prints values that may contain a token.
//!
//! A server may send the token back in any string, and values know no tokens. So such a value is
//! first printed into a buffer, in which every token of the process is redacted. The value itself
//! is not changed.

use std::cell::Cell;
use std::fmt::{self, Debug, Formatter, Write};

use super::live;
use crate::stack::with_room;

thread_local! {
    /// Whether the thread already prints into a buffer, so that the parts of a value are not copied
    /// and searched again.
    static WITHIN: Cell<bool> = const { Cell::new(false) };
}

/// Resets the flag, even if printing panics.
struct Within;

impl Drop for Within {
    fn drop(&mut self) {
        WITHIN.set(false);
    }
}

/// Prints with the tokens of this process redacted.
pub(crate) fn show(
    f: &mut Formatter<'_>,
    print: impl Fn(&mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    print_hidden(f, &print)
}

fn print_hidden(f: &mut Formatter<'_>, print: Print<'_>) -> fmt::Result {
    if WITHIN.get() {
        return print(f);
    }
    let tokens = live::tokens();
    if tokens.is_empty() {
        return print(f);
    }
    let mut text = String::new();
    let printed = {
        WITHIN.set(true);
        let _within = Within;
        let value = Printed(print);
        match (f.alternate(), f.precision()) {
            (false, None) => write!(text, "{value:?}"),
            (true, None) => write!(text, "{value:#?}"),
            (false, Some(precision)) => write!(text, "{value:.precision$?}"),
            (true, Some(precision)) => write!(text, "{value:#.precision$?}"),
        }
    };
    printed?;
    f.write_str(&live::redacted(&tokens, &text))
}

type Print<'p> = &'p dyn Fn(&mut Formatter<'_>) -> fmt::Result;

struct Printed<'p>(Print<'p>);

impl Debug for Printed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

/// Prints a struct like a derived `Debug`, with tokens redacted.
#[doc(hidden)]
pub fn debug_struct(
    f: &mut Formatter<'_>,
    name: &str,
    fields: &[(&str, &dyn Debug)],
    extra: Option<&dyn Debug>,
) -> fmt::Result {
    show(f, |f| {
        with_room::<(), _>(|| {
            let mut shown = f.debug_struct(name);
            for (field, value) in fields {
                shown.field(field.strip_prefix("r#").unwrap_or(field), value);
            }
            if let Some(extra) = extra {
                shown.field("extra", extra);
            }
            shown.finish()
        })
    })
}

/// Prints a variant like a derived `Debug`, with tokens redacted.
#[doc(hidden)]
pub fn debug_variant(
    f: &mut Formatter<'_>,
    name: &str,
    content: Option<&dyn Debug>,
) -> fmt::Result {
    match content {
        Some(content) => show(f, |f| {
            with_room::<(), _>(|| f.debug_tuple(name).field(content).finish())
        }),
        None => f.write_str(name),
    }
}
