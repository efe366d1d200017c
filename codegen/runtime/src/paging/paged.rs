//! Collections that come page by page: by which parameter an API asks for the next page.

use jiff::Timestamp;

use super::mark::Mark;
use crate::request::Action;
use crate::value::List;

/// An action that returns a collection page by page; see [`paged!`](crate::paged!).
///
/// Two requests are equal if they ask for the same page.
pub trait Paged: Action + Clone + PartialEq + 'static {
    /// What a page is made of.
    type Item: Send + 'static;

    /// What a page tells of the next one.
    type Mark: Mark;

    /// What a page tells of the next one.
    fn mark(output: &Self::Output) -> Self::Mark;

    /// Turns the request that led to a page with this mark into the one for the next page. Behind
    /// the last page there is none: then it returns false, and leaves the request as it is.
    ///
    /// [`next_page`](crate::next_page), [`next_offset`](crate::next_offset) and
    /// [`next_cursor`](crate::next_cursor) do it in the way that the API has chosen.
    fn advance(&mut self, mark: &Self::Mark) -> bool;

    /// Takes the items out of a page.
    fn take(output: &mut Self::Output) -> List<Self::Item>;

    /// Whether a page has a list of items, if only an empty one. Without one it may be anything.
    fn has_items(output: &Self::Output) -> bool {
        let _ = output;
        true
    }

    /// How many items of the collection stand before the page that this request led to, as far as
    /// that and the response tell.
    fn items_before(&self, mark: &Self::Mark) -> Option<i64> {
        let _ = mark;
        None
    }

    /// Whether the response may say what comes behind the page, but not in a form that can be read.
    fn is_unclear(output: &Self::Output) -> bool {
        let _ = output;
        false
    }

    /// Leaves out of the collection what is made after `end`, and returns true; unless the request
    /// has an end already, or the action has no parameter for one.
    fn pin(&mut self, end: Timestamp) -> bool {
        let _ = end;
        false
    }
}

/// Implements [`Paged`] for an action by the names of fields.
///
/// First stands the field of the response that has the items, with their type. Then comes how
/// the next page is asked for: `page` and `offset` name the request's field with the number of the
/// page or of the items before it, and may be followed by the response's fields with the `size` of
/// a page and the `total` of items; `cursor` names the request's field with the key of the item
/// before the page, and its type, `key` the item's field with that key, and `more` the response's
/// field that says whether there is a next page. Last may come `pin`, the request's field with the
/// point in time that ends the collection's range.
///
/// ```
/// use client_runtime::{Extra, List as Array, Paged};
///
/// #[derive(Debug, Clone, PartialEq)]
/// pub struct List {
///     pub page: Option<i64>,
/// }
///
/// #[derive(Default)]
/// pub struct Things {
///     pub items: Option<Array<String>>,
///     pub count: Option<i64>,
///     pub extra: Extra,
/// }
///
/// client_runtime::object!(response Things { items: "items", count: "count", });
/// client_runtime::parameters!(List { query page: "page", });
/// client_runtime::action!(List = "things.list" { GET "/things" -> Things });
/// client_runtime::paged!(List { items: String, page: page, total: count });
///
/// let first: Things = serde_json::from_str(r#"{"items": ["a"], "count": 2}"#)?;
/// let mut list = List { page: None };
/// assert!(list.advance(&List::mark(&first)));
/// assert_eq!(list.page, Some(1));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! paged {
    ($request:ident { $items:ident: $item:ty,
        page: $page:ident
        $(, size: $size:ident)? $(, total: $total:ident)? $(, pin: $pin:ident)?
    }) => {
        $crate::paged!(@counted $request next_page items_before_page $page
            [$items: $item] [$($size)?] [$($total)?] [$($pin)?]);
    };
    ($request:ident { $items:ident: $item:ty,
        offset: $offset:ident
        $(, size: $size:ident)? $(, total: $total:ident)? $(, pin: $pin:ident)?
    }) => {
        $crate::paged!(@counted $request next_offset items_before_offset $offset
            [$items: $item] [$($size)?] [$($total)?] [$($pin)?]);
    };
    ($request:ident { $items:ident: $item:ty,
        cursor: $cursor:ident: $type:ty, key: $key:ident
        $(, more: $more:ident)? $(, pin: $pin:ident)?
    }) => {
        impl $crate::Paged for $request {
            type Mark = $crate::Cursor<$type>;

            fn mark(output: &Self::Output) -> Self::Mark {
                let last = output.$items.as_ref().and_then($crate::List::last_entry);
                let key = last.and_then(|entry| entry.ok()?.$key.clone());
                // An item without a key says of itself only that it can't be followed.
                let is_open = last.is_some() && key.is_none();
                let more = $crate::paged!(@field output $($more)?);
                $crate::Cursor {
                    key,
                    more: more.or(is_open.then_some(true)),
                }
            }

            fn advance(&mut self, mark: &Self::Mark) -> bool {
                $crate::next_cursor(&mut self.$cursor, mark)
            }

            $crate::paged!(@items $items $item [$($more)?]);
            $crate::paged!(@pin $($pin)?);
        }
    };
    (@counted $request:ident $next:ident $before:ident $place:ident
        [$items:ident: $item:ty] [$($size:ident)?] [$($total:ident)?] [$($pin:ident)?]) => {
        impl $crate::Paged for $request {
            type Mark = $crate::Extent;

            fn mark(output: &Self::Output) -> Self::Mark {
                $crate::Extent {
                    items: output.$items.as_ref().map_or(0, $crate::List::size),
                    per_page: $crate::paged!(@field output $($size)?),
                    total: $crate::paged!(@field output $($total)?),
                    ahead: false,
                }
            }

            fn advance(&mut self, mark: &Self::Mark) -> bool {
                $crate::$next(&mut self.$place, *mark)
            }

            fn items_before(&self, mark: &Self::Mark) -> ::core::option::Option<i64> {
                $crate::$before(self.$place, mark)
            }

            $crate::paged!(@items $items $item [$($size)? $($total)?]);
            $crate::paged!(@pin $($pin)?);
        }
    };
    (@items $items:ident $item:ty [$($said:ident)*]) => {
        type Item = $item;

        fn take(output: &mut Self::Output) -> $crate::List<$item> {
            output.$items.take().unwrap_or_default()
        }

        fn has_items(output: &Self::Output) -> bool {
            output.$items.is_some()
        }

        fn is_unclear(output: &Self::Output) -> bool {
            // What is kept apart may be one of those that are missing.
            (output.$items.is_none() $(|| output.$said.is_none())*)
                && !$crate::__private::Tolerant::is_whole(output)
        }
    };
    (@pin) => {};
    (@pin $pin:ident) => {
        fn pin(&mut self, end: $crate::jiff::Timestamp) -> bool {
            let is_free = self.$pin.is_none();
            if is_free {
                self.$pin = ::core::option::Option::Some(end.into());
            }
            is_free
        }
    };
    (@field $output:ident) => { ::core::option::Option::None };
    (@field $output:ident $field:ident) => { $output.$field };
}
