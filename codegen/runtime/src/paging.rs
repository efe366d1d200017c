//! Collections that come page by page: by which parameter an API asks for the next page.

use crate::request::Action;

/// An action that returns a collection page by page; see [`paged!`](crate::paged!).
pub trait Paged: Action + Clone + 'static {
    /// What a page is made of.
    type Item: Send + 'static;

    /// The items of a page.
    fn take(output: Self::Output) -> Vec<Self::Item>;

    /// Turns the request that led to `output` into the one for the next page. Behind the last page
    /// there is none: then it returns false, and leaves the request as it is.
    ///
    /// [`next_page`], [`next_offset`] and [`next_cursor`] do it in the way that the API has chosen.
    fn advance(&mut self, output: &Self::Output) -> bool;
}

/// Implements [`Paged`] for an action by the names of fields.
///
/// First stands the field of the response that has the items, with their type. Then comes how
/// the next page is asked for: `page` and `offset` name the request's field with the number of the
/// page or of the items before it, and may be followed by the response's fields with the `size` of
/// a page and the `total` of items; `cursor` names the request's field with the key of the item
/// before the page, `key` the item's field with that key, and `more` the response's field that says
/// whether there is a next page.
///
/// ```
/// use client_runtime::{Extra, Paged};
///
/// #[derive(Debug, Clone)]
/// pub struct List {
///     pub page: Option<i64>,
/// }
///
/// #[derive(Debug, Default)]
/// pub struct Things {
///     pub items: Option<Vec<String>>,
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
/// assert!(list.advance(&first));
/// assert_eq!(list.page, Some(1));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! paged {
    ($request:ident { $items:ident: $item:ty, $($style:tt)+ }) => {
        impl $crate::Paged for $request {
            type Item = $item;

            fn take(output: Self::Output) -> ::std::vec::Vec<$item> {
                output.$items.unwrap_or_default()
            }

            fn advance(&mut self, output: &Self::Output) -> bool {
                let items = output.$items.as_deref().unwrap_or_default();
                $crate::paged!(@advance self output items $($style)+)
            }
        }
    };
    (@advance $self:ident $output:ident $items:ident
        page: $page:ident $(, size: $size:ident)? $(, total: $total:ident)?) => {
        $crate::next_page(
            &mut $self.$page,
            $crate::paged!(@extent $output $items [$($size)?] [$($total)?]),
        )
    };
    (@advance $self:ident $output:ident $items:ident
        offset: $offset:ident $(, size: $size:ident)? $(, total: $total:ident)?) => {
        $crate::next_offset(
            &mut $self.$offset,
            $crate::paged!(@extent $output $items [$($size)?] [$($total)?]),
        )
    };
    (@advance $self:ident $output:ident $items:ident
        cursor: $cursor:ident, key: $key:ident $(, more: $more:ident)?) => {{
        let key = $items.last().and_then(|item| item.$key.clone());
        $crate::next_cursor(&mut $self.$cursor, key, $crate::paged!(@field $output $($more)?))
    }};
    (@extent $output:ident $items:ident [$($size:ident)?] [$($total:ident)?]) => {
        $crate::Extent {
            items: $items.len(),
            per_page: $crate::paged!(@field $output $($size)?),
            total: $crate::paged!(@field $output $($total)?),
        }
    };
    (@field $output:ident) => { ::core::option::Option::None };
    (@field $output:ident $field:ident) => { $output.$field };
}

/// How far a page reaches into its collection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// The number of items on this page.
    pub items: usize,
    /// The most items that a page holds, as the response reports it: a server may cap what was
    /// asked for.
    pub per_page: Option<i64>,
    /// The number of items on all pages, as the response reports it.
    pub total: Option<i64>,
}

/// Advances the zero-based number of a page to the next one, unless this was the last.
///
/// The total decides where the response tells it, and the page's size where it does not. A page
/// without items is the last in any case, so that a wrong total can't keep a stream going.
///
/// The next page can be told from any page before it in the same way: advancing twice by the first
/// page's extent leads to the third, as long as the total is known.
pub fn next_page(page: &mut Option<i64>, extent: Extent) -> bool {
    let next = page.unwrap_or(0).checked_add(1);
    let (Some(next), Some(items)) = (next, extent.some_items()) else {
        return false;
    };
    let size = extent.per_page.filter(|size| *size > 0);
    let more = match (extent.total, size) {
        (Some(total), size) => next.saturating_mul(size.unwrap_or(items)) < total,
        (None, Some(size)) => items >= size,
        (None, None) => true,
    };
    advance(page, next, more)
}

/// Advances the number of items to skip by those of a page, unless that was the last.
///
/// The total decides where the response tells it, and the page's size where it does not. A page
/// without items is the last in any case. A page that is shorter than it might be is followed by
/// the item behind its last, so that no item is left out.
pub fn next_offset(offset: &mut Option<i64>, extent: Extent) -> bool {
    let Some(items) = extent.some_items() else {
        return false;
    };
    let Some(next) = offset.unwrap_or(0).checked_add(items) else {
        return false;
    };
    let more = match (extent.total, extent.per_page) {
        (Some(total), _) => next < total,
        (None, Some(size)) => items >= size,
        (None, None) => true,
    };
    advance(offset, next, more)
}

/// Advances a cursor to the key by which the response names what comes next, e.g. that of its last
/// item, unless it says that there is no more.
///
/// Without a key there is no next page; and a key that is the present cursor would ask for the
/// same page for ever, so it ends the collection too.
pub fn next_cursor<T: PartialEq>(
    cursor: &mut Option<T>,
    key: Option<T>,
    more: Option<bool>,
) -> bool {
    match key {
        Some(key) if more != Some(false) && cursor.as_ref() != Some(&key) => {
            *cursor = Some(key);
            true
        }
        _ => false,
    }
}

impl Extent {
    /// The number of items, unless there is none.
    fn some_items(self) -> Option<i64> {
        i64::try_from(self.items).ok().filter(|items| *items > 0)
    }
}

fn advance(place: &mut Option<i64>, next: i64, more: bool) -> bool {
    if more {
        *place = Some(next);
    }
    more
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(items: usize, per_page: Option<i64>, total: Option<i64>) -> Extent {
        Extent {
            items,
            per_page,
            total,
        }
    }

    /// The place behind `place`, if there is one.
    fn after(
        next: fn(&mut Option<i64>, Extent) -> bool,
        place: impl Into<Option<i64>>,
        extent: Extent,
    ) -> Option<i64> {
        let before = place.into();
        let mut place = before;
        let more = next(&mut place, extent);
        assert!(more || place == before, "the last request stays as it is");
        place.filter(|_| more)
    }

    #[test]
    fn the_total_decides_where_there_is_one() {
        let page = |place, extent| after(next_page, place, extent);
        assert_eq!(page(None, extent(10, Some(10), Some(11))), Some(1));
        assert_eq!(page(Some(0), extent(10, Some(10), Some(10))), None);
        assert_eq!(page(Some(1), extent(1, Some(10), Some(11))), None);
        // Items were deleted meanwhile, or are left out by the server: the next page has the rest.
        assert_eq!(page(Some(0), extent(9, Some(10), Some(11))), Some(1));

        let offset = |place, extent| after(next_offset, place, extent);
        assert_eq!(offset(None, extent(10, None, Some(11))), Some(10));
        assert_eq!(offset(Some(5), extent(10, Some(10), Some(15))), None);
        assert_eq!(offset(Some(5), extent(3, Some(10), Some(15))), Some(8));
    }

    #[test]
    fn a_short_page_is_the_last_where_there_is_no_total() {
        for (next, second) in [(next_page as fn(&mut _, _) -> _, 1), (next_offset, 10)] {
            assert_eq!(after(next, 0, extent(10, Some(10), None)), Some(second));
            assert_eq!(after(next, 0, extent(9, Some(10), None)), None);
            assert_eq!(after(next, 0, extent(10, None, None)), Some(second));
        }
    }

    #[test]
    fn an_empty_page_is_the_last_whatever_the_total() {
        for next in [next_page as fn(&mut _, _) -> _, next_offset] {
            assert_eq!(after(next, 7, extent(0, Some(10), Some(i64::MAX))), None);
            assert_eq!(after(next, 7, extent(0, None, None)), None);
            assert_eq!(after(next, i64::MAX, extent(1, Some(1), None)), None);
        }
    }

    #[test]
    fn a_cursor_follows_the_key_until_there_is_no_more() {
        let mut cursor = None;
        assert!(next_cursor(&mut cursor, Some("b"), None));
        assert!(next_cursor(&mut cursor, Some("c"), Some(true)));
        assert_eq!(cursor, Some("c"));
        assert!(!next_cursor(&mut cursor, Some("d"), Some(false)));
        assert!(!next_cursor(&mut cursor, None, Some(true)));
        assert_eq!(cursor, Some("c"));
    }

    #[test]
    fn a_cursor_that_stays_ends_the_collection() {
        let mut cursor = Some("c");
        assert!(!next_cursor(&mut cursor, Some("c"), Some(true)));
        assert!(!next_cursor(&mut cursor, Some("c"), None));
    }

    proptest::proptest! {
        #[test]
        fn no_collection_goes_on_without_going_forward(
            place: Option<i64>, items: usize, per_page: Option<i64>, total: Option<i64>,
        ) {
            for next in [next_page as fn(&mut _, _) -> _, next_offset] {
                let next = after(next, place, extent(items, per_page, total));
                proptest::prop_assert!(next.is_none_or(|next| next > place.unwrap_or(0)));
            }
        }
    }
}
