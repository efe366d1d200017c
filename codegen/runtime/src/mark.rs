//! Marks: what a page tells of the next one, and how a request follows it.

/// What a page tells of the next one.
pub trait Mark: Send + 'static {
    /// Whether not only the next page can be told from this mark, but also the pages behind that,
    /// by advancing several times: then they may be asked for before their turn.
    fn tells_ahead(&self) -> bool;
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

impl Mark for Extent {
    /// With a total it does.
    fn tells_ahead(&self) -> bool {
        self.total.is_some()
    }
}

/// The item behind which the next page begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor<T> {
    /// The key of the page's last item; none if the page has no items.
    pub key: Option<T>,
    /// Whether there is a next page, as the response reports it.
    pub more: Option<bool>,
}

impl<T: Send + 'static> Mark for Cursor<T> {
    /// It never does: what the next page's last item is, only that page tells.
    fn tells_ahead(&self) -> bool {
        false
    }
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
pub fn next_cursor<T: PartialEq + Clone>(cursor: &mut Option<T>, mark: &Cursor<T>) -> bool {
    let is_new = mark.key.is_some() && mark.key != *cursor;
    let more = is_new && mark.more != Some(false);
    if more {
        cursor.clone_from(&mark.key);
    }
    more
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
        let mut next = |key, more| next_cursor(&mut cursor, &Cursor { key, more });
        assert!(next(Some("b"), None));
        assert!(next(Some("c"), Some(true)));
        assert!(!next(Some("d"), Some(false)));
        assert!(!next(None, Some(true)));
        assert_eq!(cursor, Some("c"));
    }

    #[test]
    fn a_cursor_that_stays_ends_the_collection() {
        for more in [Some(true), None] {
            let key = Some("c");
            assert!(!next_cursor(&mut Some("c"), &Cursor { key, more }));
        }
    }

    #[test]
    fn only_a_total_tells_further_pages_ahead() {
        assert!(extent(1, None, Some(2)).tells_ahead());
        assert!(!extent(1, Some(1), None).tells_ahead());
        let (key, more) = (Some("a"), Some(true));
        assert!(!Cursor { key, more }.tells_ahead());
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
