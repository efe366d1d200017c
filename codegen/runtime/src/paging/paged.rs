//! Paged collections: the parameters that select the next page.

use jiff::Timestamp;

use super::page_info::PageInfo;
use crate::request::Action;
use crate::value::List;

/// An action that returns a collection page by page; see [`paged!`](crate::paged!).
///
/// Two requests are equal if they ask for the same page.
pub trait Paged: Action + Clone + PartialEq + 'static {
    /// An item of a page.
    type Item: Send + 'static;

    /// What a page says about the next one.
    type PageInfo: PageInfo;

    /// What a page says about the next one.
    fn page_info(output: &Self::Output) -> Self::PageInfo;

    /// Turns the request of a page with this info into that of the next page. After the last page
    /// it returns false and leaves the request unchanged.
    ///
    /// [`next_page`](crate::next_page), [`next_offset`](crate::next_offset) and
    /// [`next_cursor`](crate::next_cursor) do it in the way that the API has chosen.
    fn advance(&mut self, page_info: &Self::PageInfo) -> bool;

    /// Removes the items from a page and returns them.
    fn take(output: &mut Self::Output) -> List<Self::Item>;

    /// Whether a page has a list of items, even an empty one. Without one it is not a valid page.
    fn has_items(output: &Self::Output) -> bool {
        let _ = output;
        true
    }

    /// The number of items before the page of this request, if request and response show it.
    fn items_before(&self, page_info: &Self::PageInfo) -> Option<i64> {
        let _ = page_info;
        None
    }

    /// Whether the response may describe the next page, but in a form that can't be read.
    fn is_unclear(output: &Self::Output) -> bool {
        let _ = output;
        false
    }

    /// Excludes items created after `end` and returns true, unless the request already has an end
    /// or the action has no parameter for one.
    fn pin(&mut self, end: Timestamp) -> bool {
        let _ = end;
        false
    }
}

/// Implements [`Paged`] for an action by the names of fields.
///
/// First comes the response's field with the items, and their type. Then comes the way to request
/// the next page. `page` or `offset` names the request's field with the number of the page, or of
/// the items before it; `size` and `total` may follow, the response's fields with the page size and
/// the number of all items. `cursor` names the request's field with the key of the item before the
/// page, and its type; `key` names the item's field with that key, and `more` the response's field
/// that says whether there is a next page. `pin` may come last: the request's field with the time
/// that ends the collection's range.
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
/// assert!(list.advance(&List::page_info(&first)));
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
            type PageInfo = $crate::Cursor<$type>;

            fn page_info(output: &Self::Output) -> Self::PageInfo {
                let last = output.$items.as_ref().and_then($crate::List::last_entry);
                let key = last.and_then(|entry| entry.ok()?.$key.clone());
                // An item without a key does not show whether there is a next page, so assume one.
                let is_open = last.is_some() && key.is_none();
                let more = $crate::paged!(@field output $($more)?);
                $crate::Cursor {
                    key,
                    more: more.or(is_open.then_some(true)),
                }
            }

            fn advance(&mut self, page_info: &Self::PageInfo) -> bool {
                $crate::next_cursor(&mut self.$cursor, page_info)
            }

            $crate::paged!(@items $items $item [$($more)?]);
            $crate::paged!(@pin $($pin)?);
        }
    };
    (@counted $request:ident $next:ident $before:ident $place:ident
        [$items:ident: $item:ty] [$($size:ident)?] [$($total:ident)?] [$($pin:ident)?]) => {
        impl $crate::Paged for $request {
            type PageInfo = $crate::Extent;

            fn page_info(output: &Self::Output) -> Self::PageInfo {
                $crate::Extent {
                    items: output.$items.as_ref().map_or(0, $crate::List::size),
                    per_page: $crate::paged!(@field output $($size)?),
                    total: $crate::paged!(@field output $($total)?),
                    ahead: false,
                }
            }

            fn advance(&mut self, page_info: &Self::PageInfo) -> bool {
                $crate::$next(&mut self.$place, *page_info)
            }

            fn items_before(&self, page_info: &Self::PageInfo) -> ::core::option::Option<i64> {
                $crate::$before(self.$place, page_info)
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
            // A value kept as JSON may be one of the missing fields.
            (output.$items.is_none() $(|| output.$said.is_none())*)
                && !$crate::__private::is_whole(output)
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
