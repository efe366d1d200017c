//! Where a collection ends if the server says something wrong about it.

use client_runtime::{Items, Json, Options};
use futures_util::{StreamExt, TryStreamExt};

use super::{FIRST, at, pages};
use crate::server::Site;
use crate::{core, run};

#[test]
fn a_server_that_ignores_the_page_parameter_has_one_page() {
    for concurrency in [1, 4] {
        for total in ["null", "-1", "1", "2"] {
            let body = format!(r#"{{"items": [1, 2], "size": 2, "total": {total}}}"#);
            let site = Site::new(move |_| ("200 OK", body.clone()));
            run(async {
                let mut pages = pages(&site, FIRST).concurrency(concurrency);
                assert!(pages.next().await.unwrap().is_ok());
                assert!(pages.next().await.is_none());
                assert!(pages.request().is_none());
            });
            let targets = site.targets();
            assert!(targets.len() <= 1 + concurrency, "{targets:?}");
        }
    }
}

#[test]
fn a_server_that_ignores_the_page_parameter_despite_more_pages_is_an_error() {
    for concurrency in [1, 4] {
        for total in ["4", "1000000000000000000"] {
            let body = format!(r#"{{"items": [1, 2], "size": 2, "total": {total}}}"#);
            let site = Site::new(move |_| ("200 OK", body.clone()));
            run(async {
                let mut pages = pages(&site, FIRST).concurrency(concurrency);
                assert!(pages.next().await.unwrap().is_ok());
                let error = pages.next().await.unwrap().unwrap_err();
                assert!(error.is_incomplete(), "{error}");
                assert!(pages.next().await.is_none());
                assert_eq!(pages.request().unwrap().at, Some(1));
            });
        }
    }
}

/// Nine numbers, two per page, with the given values for total and size.
fn nine(total: &'static str, size: &'static str) -> Site {
    Site::new(move |target| {
        let at = at(target);
        let items: Vec<_> = (at * 2..9.min(at * 2 + 2)).collect();
        let body =
            format!(r#"{{"items": {items:?}, "size": {size}, "total": {total}, "at": {at}}}"#);
        ("200 OK", body)
    })
}

#[test]
fn a_wrong_total_or_size_does_not_end_a_collection() {
    let cases = [
        ("-1", "2"),
        ("0", "2"),
        ("1", "2"),
        ("1", "null"),
        ("0", "0"),
        ("-9223372036854775808", "-1"),
        // The server caps the pages, but reports the requested size.
        ("9", "100"),
        ("9", "9223372036854775807"),
        // It sends more items than it reports.
        ("9", "1"),
    ];
    for (total, size) in cases {
        for concurrency in [1, 4] {
            let site = nine(total, size);
            let stream = Items::<_, Json>::new(core(&site.url), FIRST, Options::default());
            let items = run(stream.concurrency(concurrency).try_collect::<Vec<_>>());
            assert_eq!(items.unwrap(), (0..9).collect::<Vec<_>>(), "{total} {size}");
        }
    }
}

#[test]
fn a_changing_total_does_not_end_a_collection() {
    for concurrency in [1, 4] {
        let site = Site::new(|target| {
            let at = at(target);
            let items: Vec<_> = (at * 2..9.min(at * 2 + 2)).collect();
            let total = [20, 5, 3, 9, 9, 9][at as usize];
            (
                "200 OK",
                format!(r#"{{"items": {items:?}, "size": 2, "total": {total}}}"#),
            )
        });
        let stream = Items::<_, Json>::new(core(&site.url), FIRST, Options::default());
        let items = run(stream.concurrency(concurrency).try_collect::<Vec<_>>());
        assert_eq!(items.unwrap(), (0..9).collect::<Vec<_>>());
    }
}

#[test]
fn a_total_that_is_not_an_integer_is_an_error() {
    for total in [r#""9""#, "9.5", "1e400", "[]"] {
        let site = nine(total, "2");
        let stream = Items::<_, Json>::new(core(&site.url), FIRST, Options::default());
        let error = run(stream.try_collect::<Vec<_>>()).unwrap_err();
        assert!(error.is_incomplete(), "{total}: {error}");
    }
}

#[test]
fn a_page_without_a_list_of_items_is_an_error_unless_the_total_is_zero() {
    for (body, is_page) in [
        ("{}", false),
        (r#"{"items": null}"#, false),
        (r#"{"size": 2, "total": 9}"#, false),
        (r#"{"items": []}"#, true),
        (r#"{"items": null, "total": 0}"#, true),
    ] {
        let site = Site::new(move |_| ("200 OK", body.to_owned()));
        let stream = Items::<_, Json>::new(core(&site.url), FIRST, Options::default());
        let items = run(stream.try_collect::<Vec<_>>());
        assert_eq!(items.is_ok(), is_page, "{body}");
        assert!(items.err().is_none_or(|error| error.is_incomplete()));
    }
}

#[test]
fn a_page_without_items_does_not_end_a_collection_that_has_more() {
    for concurrency in [1, 4] {
        let site = Site::new(|target| {
            let items = if at(target) < 2 { "[1, 2]" } else { "[]" };
            let at = at(target);
            let body = format!(
                r#"{{"items": {items}, "at": {at}, "total": {}}}"#,
                10_i64.pow(18)
            );
            ("200 OK", body)
        });
        let pages = pages(&site, FIRST).concurrency(concurrency);
        let counts = pages.map(|page| match page {
            Ok(page) => Some(page.items.as_ref().unwrap().len()),
            Err(error) => {
                assert!(error.is_incomplete(), "{error}");
                None
            }
        });
        assert_eq!(run(counts.collect::<Vec<_>>()), [Some(2), Some(2), None]);
    }
}
