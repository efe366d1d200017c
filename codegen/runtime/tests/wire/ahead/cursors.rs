//! Collections whose pages are requested by cursor.

use client_runtime::{DateTime, Extra, Items, Json, List, Options};
use futures_util::StreamExt;

use super::pages;
use crate::server::Site;
use crate::{core, run};

/// Things by cursor, created before a point in time.
#[derive(Debug, Clone, PartialEq)]
struct Made {
    after: Option<String>,
    until: Option<DateTime>,
}

#[derive(Default)]
pub struct Things {
    items: Option<List<Thing>>,
    more: Option<bool>,
    extra: Extra,
}

#[derive(Default)]
pub struct Thing {
    id: Option<String>,
    extra: Extra,
}

client_runtime::object!(response Things { items: "items", more: "more", });
client_runtime::object!(response Thing { id: "id", });
client_runtime::parameters!(Made {
    query after: "after",
    query until: "until",
});
client_runtime::action!(Made = "things.made" { GET "/made" -> Things });
client_runtime::paged!(Made {
    items: Thing, cursor: after: String, key: id, more: more, pin: until
});

#[test]
fn the_end_of_the_range_is_the_same_for_all_pages() {
    let site = Site::new(|target| {
        let (id, more) = if target.contains("after=") {
            ("b", false)
        } else {
            ("a", true)
        };
        let body = format!(r#"{{"items": [{{"id": "{id}"}}], "more": {more}}}"#);
        ("200 OK", body)
    });
    let set: DateTime = "2026-01-01T00:00:00Z"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .into();
    for until in [None, Some(set)] {
        let after = None;
        let mut pages = pages(
            &site,
            Made {
                after,
                until: until.clone(),
            },
        );
        let before = jiff::Timestamp::now();
        let count = run(async {
            let pages = pages
                .by_ref()
                .map(|page| page.unwrap().items.as_ref().unwrap().len());
            pages.collect::<Vec<_>>().await
        });
        assert_eq!(count, [1, 1]);
        let ends = site.targets().into_iter().map(|target| {
            let (_, end) = target.split_once("until=").unwrap();
            end.replace("%3a", ":").to_uppercase()
        });
        let ends: Vec<_> = ends.collect();
        assert_eq!((ends.len(), &ends[0]), (2, &ends[1]));
        let end: jiff::Timestamp = ends[0].parse().unwrap();
        match until.and_then(|until| until.timestamp()) {
            Some(until) => assert_eq!(end, until),
            None => {
                assert!(end < jiff::Timestamp::now());
                assert!(end >= before - jiff::SignedDuration::from_millis(2));
            }
        }
    }
}

/// The results of a cursor stream whose server computes each page from the cursor.
fn made(
    answer: impl Fn(Option<&str>) -> String + Send + Sync + Clone + 'static,
) -> (Vec<String>, Option<crate::Error>, usize) {
    let site = Site::new(move |target| {
        let after = target.split_once("after=").map(|(_, after)| {
            let end = after.find('&').unwrap_or(after.len());
            after[..end].to_owned()
        });
        ("200 OK", answer(after.as_deref()))
    });
    let request = Made {
        after: None,
        until: Some(
            "2026-01-01T00:00:00Z"
                .parse::<client_runtime::jiff::Timestamp>()
                .unwrap()
                .into(),
        ),
    };
    let mut items = Items::<_, Json>::new(core(&site.url), request, Options::default());
    let mut read = Vec::new();
    let mut failed = None;
    run(async {
        while let Some(item) = items.next().await {
            match item {
                Ok(item) => read.push(item.id.unwrap_or_default()),
                Err(error) => failed = Some(error),
            }
        }
    });
    (read, failed, site.seen())
}

#[test]
fn a_missing_cursor_despite_more_pages_is_an_error() {
    for last in [
        r#"{"items": [{"id": "b"}, {"id": null}], "more": true}"#,
        r#"{"items": [{}], "more": true}"#,
        r#"{"items": [], "more": true}"#,
        r#"{"items": null, "more": true}"#,
        r#"{"more": true}"#,
        r#"{}"#,
        // The response does not say that the page is the last.
        r#"{"items": [{"id": null}]}"#,
        // The cursor leads to itself.
        r#"{"items": [{"id": "a"}], "more": true, "x": 1}"#,
    ] {
        let (read, failed, seen) = made(move |after| match after {
            None => r#"{"items": [{"id": "a"}], "more": true}"#.to_owned(),
            Some(_) => last.to_owned(),
        });
        let error = failed.expect(last);
        assert!(
            error.is_incomplete() && error.status().unwrap() == 200,
            "{last}"
        );
        assert_eq!(error.body().unwrap(), last);
        assert!(
            error
                .to_string()
                .starts_with("things.made (GET /made): 200 OK: incomplete")
        );
        assert_eq!((read, seen), (vec!["a".to_owned()], 2), "{last}");
    }
}

#[test]
fn a_cursor_ends_where_the_response_says_so() {
    for last in [
        r#"{"items": [{"id": null}], "more": false}"#,
        r#"{"items": [], "more": false}"#,
        r#"{"items": null, "more": false}"#,
        r#"{"items": []}"#,
    ] {
        let (_, failed, seen) = made(move |after| match after {
            None => r#"{"items": [{"id": "a"}], "more": true}"#.to_owned(),
            Some(_) => last.to_owned(),
        });
        assert!(failed.is_none(), "{last}");
        assert_eq!(seen, 2);
    }
}

#[test]
fn cursors_in_a_cycle_of_any_length_are_an_error() {
    for (lead, length) in [(0, 2), (1, 2), (0, 3), (5, 1), (3, 7), (0, 40)] {
        for more in ["true", "null"] {
            let (read, failed, seen) = made(move |after| {
                let at: usize = after.map_or(0, |after| after.parse::<usize>().unwrap() + 1);
                let at = if at == lead + length { lead } else { at };
                // Each page differs from the one before, even where the key does not.
                let noise = std::time::SystemTime::now().elapsed().unwrap().as_nanos();
                format!(r#"{{"items": [{{"id": "{at}"}}], "more": {more}, "x": {noise}}}"#)
            });
            assert!(seen <= 3 * (lead + length + 2), "{lead} {length}: {seen}");
            assert!(read.len() >= lead + length - 1);
            // A key that equals the requested cursor may be the last.
            let is_end = length == 1 && more == "null";
            assert_eq!(failed.is_none(), is_end, "{lead} {length} {more}");
            assert!(failed.is_none_or(|error| error.is_incomplete()));
        }
    }
}
