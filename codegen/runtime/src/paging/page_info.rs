//! What a page says about the next one, and how a request advances to it.

/// What a page says about the next one.
pub trait PageInfo: Send + 'static {
    /// Whether advancing several times with this info leads to the pages after the next one. Then
    /// they can be requested in advance.
    fn can_look_ahead(&self) -> bool;

    /// This info as that of later pages, which were not received yet; `None` unless it [can look
    /// ahead](Self::can_look_ahead).
    fn ahead(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }

    /// Whether the response says that there are items after this page. Then the page is not the
    /// last, even if it is received again.
    fn reports_more(&self) -> bool {
        false
    }

    /// Why the next page can't be requested, if the response says that there is one but not how to
    /// request it. Called after advancing returned false.
    fn dead_end(&self) -> Option<&'static str> {
        None
    }

    /// Whether this page or a later one may have items, according to the response.
    fn may_have_items(&self) -> bool {
        true
    }

    /// The number of items on this page.
    fn items(&self) -> usize {
        0
    }

    /// Whether the page has no items, though the response reports more than the items `seen` before
    /// it.
    fn lacks_items(&self, seen: i64) -> bool {
        let _ = seen;
        false
    }

    /// Whether the page has fewer items than the page size that the response reports.
    fn is_short(&self) -> bool {
        false
    }

    /// Drops the page size that the response reports, which was wrong on an earlier page.
    fn forget_size(&mut self) {}
}

/// The size of a page and of its collection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// The number of items on this page.
    pub items: usize,
    /// The page size that the response reports: a server may cap the requested size.
    pub per_page: Option<i64>,
    /// The number of items on all pages, as the response reports it.
    pub total: Option<i64>,
    /// Whether this extent is assumed for a later page that was not received yet.
    pub ahead: bool,
}

impl PageInfo for Extent {
    /// True if the total leaves items for pages after a full one.
    fn can_look_ahead(&self) -> bool {
        self.reports_more() && !self.is_short()
    }

    fn ahead(&self) -> Option<Self> {
        let ahead = Extent {
            ahead: true,
            ..*self
        };
        self.can_look_ahead().then_some(ahead)
    }

    fn reports_more(&self) -> bool {
        self.total.is_some_and(|total| total > self.count())
    }

    fn may_have_items(&self) -> bool {
        self.total != Some(0)
    }

    fn items(&self) -> usize {
        self.items
    }

    fn lacks_items(&self, seen: i64) -> bool {
        self.items == 0 && self.total.is_some_and(|total| seen < total)
    }

    fn is_short(&self) -> bool {
        self.size().is_some_and(|size| self.count() < size)
    }

    fn forget_size(&mut self) {
        self.per_page = None;
    }
}

/// The item after which the next page begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor<T> {
    /// The key of the page's last item; none if the page has no items.
    pub key: Option<T>,
    /// Whether there is a next page, as the response reports it.
    pub more: Option<bool>,
}

impl<T: Send + 'static> PageInfo for Cursor<T> {
    /// Always false: only the next page shows what its last item is.
    fn can_look_ahead(&self) -> bool {
        false
    }

    fn reports_more(&self) -> bool {
        self.more == Some(true)
    }

    fn may_have_items(&self) -> bool {
        self.more != Some(false)
    }

    fn dead_end(&self) -> Option<&'static str> {
        self.reports_more().then_some(match self.key {
            Some(_) => "there is a next page, but its cursor leads to this page again",
            None => "there is a next page, but no last item with a key to use as its cursor",
        })
    }
}

/// Advances the zero-based number of a page, unless this page was the last.
///
/// A page is the last if the items up to its end reach the total, if the response reports one. A
/// total smaller than the number of received items is wrong. With a wrong total or none, a page
/// shorter than the page size is the last. If the page size contradicts the total, the next page
/// decides. A page without items is always the last, so a wrong total can't keep a stream going;
/// [`PageInfo::lacks_items`] detects that.
///
/// If the total is known, one page is enough to reach any later page: advancing twice by the first
/// page's extent [ahead](PageInfo::ahead) leads to the third.
pub fn next_page(page: &mut Option<i64>, extent: Extent) -> bool {
    let before = page.unwrap_or(0);
    let (Some(next), Some(items)) = (before.checked_add(1), extent.some_items()) else {
        return false;
    };
    let size = extent.size().map_or(items, |size| size.max(items));
    let seen = if extent.ahead {
        next.saturating_mul(size)
    } else {
        before.saturating_mul(size).saturating_add(items)
    };
    advance(page, next, extent.has_more(items, seen))
}

/// Advances the number of items to skip by those of a page, unless that page was the last.
///
/// The total decides, if the response reports one. The page size decides without a total, or if the
/// total is smaller than the number of received items. A page without items is always the last.
/// After a short page, the next one starts right after its last item, so that no item is skipped.
pub fn next_offset(offset: &mut Option<i64>, extent: Extent) -> bool {
    let Some(items) = extent.some_items() else {
        return false;
    };
    let Some(next) = offset.unwrap_or(0).checked_add(items) else {
        return false;
    };
    advance(offset, next, extent.has_more(items, next))
}

/// Advances a cursor to the key that the response gives for the next page, e.g. that of its last
/// item, unless the response says that this page is the last.
///
/// Without a key, the page is the last. A key equal to the current cursor would request the same
/// page forever, so it ends the collection too. If the response says that there is more all the
/// same, that is a [dead end](PageInfo::dead_end).
pub fn next_cursor<T: PartialEq + Clone>(cursor: &mut Option<T>, page_info: &Cursor<T>) -> bool {
    let is_new = page_info.key.is_some() && page_info.key != *cursor;
    let more = is_new && page_info.more != Some(false);
    if more {
        cursor.clone_from(&page_info.key);
    }
    more
}

/// The number of items before the page with this zero-based number, if the response reports the
/// page size.
pub fn items_before_page(page: Option<i64>, extent: &Extent) -> Option<i64> {
    match page.unwrap_or(0) {
        0 => Some(0),
        page => Some(page.saturating_mul(extent.size()?)),
    }
}

/// The number of items before the page at an offset: the offset itself.
pub fn items_before_offset(offset: Option<i64>, _extent: &Extent) -> Option<i64> {
    Some(offset.unwrap_or(0))
}

impl Extent {
    /// The number of items.
    fn count(&self) -> i64 {
        i64::try_from(self.items).unwrap_or(i64::MAX)
    }

    /// The number of items, unless it is 0.
    fn some_items(&self) -> Option<i64> {
        Some(self.count()).filter(|items| *items > 0)
    }

    /// The page size, if the response reports a plausible one.
    fn size(&self) -> Option<i64> {
        self.per_page.filter(|size| *size > 0)
    }

    /// Whether there are items after a page that has some, with `seen` items up to its end.
    fn has_more(&self, items: i64, seen: i64) -> bool {
        match self.total {
            Some(total) if seen <= total || self.ahead => seen < total,
            // The page was received, so total and size contradict each other.
            Some(total) if total > items => true,
            _ => self.size().is_none_or(|size| items >= size),
        }
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
            ahead: false,
        }
    }

    /// The place after `place`, if there is one.
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
        // Items were deleted meanwhile, or omitted by the server: the next page has the rest.
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
    fn an_empty_page_is_short_of_items_where_the_total_has_room_for_some_on_it() {
        for (page, total, short) in [
            (None, Some(1), true),
            (None, Some(0), false),
            (None, None, false),
            (Some(2), Some(25), true),
            (Some(2), Some(20), false),
            (Some(7), Some(25), false),
        ] {
            let empty = extent(0, Some(10), total);
            let seen = items_before_page(page, &empty).unwrap();
            assert_eq!(empty.lacks_items(seen), short, "{page:?} {total:?}");
            let offset = page.map(|page| page * 10);
            assert_eq!(items_before_offset(offset, &empty), Some(seen));
        }
        assert_eq!(items_before_page(Some(1), &extent(0, None, Some(25))), None);
        assert!(!extent(1, None, Some(25)).lacks_items(0));
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
    fn a_total_smaller_than_the_items_received_does_not_decide() {
        for total in [i64::MIN, -1, 0, 1] {
            for (next, second) in [(next_page as fn(&mut _, _) -> _, 1), (next_offset, 2)] {
                let full = extent(2, Some(2), Some(total));
                assert_eq!(after(next, None, full), Some(second), "{total}");
                let short = extent(2, Some(3), Some(total));
                assert_eq!(after(next, None, short), None, "{total}");
                let unknown = extent(2, None, Some(total));
                assert_eq!(after(next, None, unknown), Some(second), "{total}");
            }
        }
        // It has shrunk meanwhile.
        assert_eq!(after(next_page, 1, extent(2, Some(2), Some(3))), Some(2));
        assert_eq!(after(next_offset, 2, extent(2, Some(2), Some(3))), Some(4));
    }

    #[test]
    fn a_size_that_the_pages_do_not_have_does_not_decide() {
        // The server caps pages at 2, and reports the requested size.
        assert_eq!(after(next_page, 0, extent(2, Some(100), Some(5))), Some(1));
        assert_eq!(after(next_page, 1, extent(2, Some(100), Some(5))), Some(2));
        // It sends more than it reports.
        assert_eq!(after(next_page, 0, extent(5, Some(2), Some(12))), Some(1));
        assert_eq!(after(next_page, 0, extent(5, Some(2), Some(5))), None);
        assert_eq!(after(next_page, 0, extent(5, Some(-2), Some(12))), Some(1));
    }

    #[test]
    fn a_page_ahead_is_one_that_the_total_has_room_for() {
        let first = extent(10, Some(10), Some(25));
        let ahead = first.ahead().unwrap();
        assert_eq!(after(next_page, 1, ahead), Some(2));
        assert_eq!(after(next_page, 2, ahead), None);
        assert_eq!(after(next_offset, 20, ahead), None);
        assert_eq!(extent(10, Some(10), Some(1)).ahead(), None);
        assert_eq!(extent(2, Some(10), Some(25)).ahead(), None);
    }

    #[test]
    fn a_cursor_that_leads_nowhere_although_there_is_more_is_a_dead_end() {
        let dead_end = |key, more| Cursor { key, more }.dead_end();
        assert!(dead_end(None, Some(true)).is_some());
        assert!(dead_end(Some("a"), Some(true)).is_some());
        assert_eq!(dead_end(None::<&str>, Some(false)), None);
        assert_eq!(dead_end(None::<&str>, None), None);
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
    fn only_a_total_allows_looking_ahead() {
        assert!(extent(1, None, Some(2)).can_look_ahead());
        assert!(!extent(1, Some(1), None).can_look_ahead());
        let (key, more) = (Some("a"), Some(true));
        assert!(!Cursor { key, more }.can_look_ahead());
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
