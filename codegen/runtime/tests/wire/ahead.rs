//! Collections over the wire whose pages are requested ahead, and streams that continue after an
//! error.

mod cursors;
mod ends;

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use client_runtime::{Extra, Items, Json, List, Options, Paged, Pages};
use futures_util::StreamExt;
use proptest::prelude::*;

use crate::server::Site;
use crate::{core, milliseconds, run};

/// A page of numbers.
#[derive(Default)]
pub struct Numbers {
    items: Option<List<i64>>,
    size: Option<i64>,
    total: Option<i64>,
    extra: Extra,
}

client_runtime::object!(response Numbers {
    items: "items",
    size: "size",
    total: "total",
});

/// Numbers by page and by offset.
macro_rules! collections {
    ($($name:ident: $style:ident,)+) => {$(
        #[derive(Debug, Clone, PartialEq)]
        struct $name {
            seed: Option<i64>,
            at: Option<i64>,
        }

        client_runtime::parameters!($name {
            query seed: "seed",
            query at: "at",
        });
        client_runtime::action!($name = "numbers.list" { GET "/numbers" -> Numbers });
        client_runtime::paged!($name { items: i64, $style: at, size: size, total: total });
    )+};
}

collections! {
    ByPage: page,
    ByOffset: offset,
}

const FIRST: ByPage = ByPage {
    seed: None,
    at: None,
};

fn pages<R: Paged>(site: &Site, request: R) -> Pages<R, Json> {
    Pages::new(core(&site.url), request, Options::default())
}

/// The value of a query parameter.
fn parameter(target: &str, name: &str) -> Option<i64> {
    let pairs = target.split(['?', '&']).filter_map(|p| p.split_once('='));
    let mut values = pairs.filter(|(key, _)| *key == name);
    values.next().map(|(_, value)| value.parse().unwrap())
}

fn at(target: &str) -> i64 {
    parameter(target, "at").unwrap_or(0)
}

/// A page with two items, or fewer at the end.
fn page(at: i64, total: i64) -> String {
    let items: Vec<_> = (at * 2..total.min(at * 2 + 2)).collect();
    format!(r#"{{"items": {items:?}, "size": 2, "total": {total}}}"#)
}

/// The results of a stream of numbers: items, or the error's status, and where the stream ends.
async fn outcome<R: Paged<Output = Numbers> + Debug>(
    mut pages: Pages<R, Json>,
) -> (Vec<Result<List<i64>, u16>>, String) {
    let mut outcome = Vec::new();
    while let Some(page) = pages.next().await {
        outcome.push(match page {
            Ok(page) => Ok(page.into_body().items.unwrap_or_default()),
            Err(error) => Err(error.status().unwrap().as_u16()),
        });
        if outcome.len() == 30 {
            break;
        }
    }
    assert!(outcome.len() == 30 || pages.next().await.is_none());
    (outcome, format!("{:?}", pages.request()))
}

/// A pseudo-random number determined by a seed and a position (SplitMix64).
fn noise(seed: i64, at: i64) -> u64 {
    let mut z = (seed as u64 ^ (at as u64).rotate_left(32)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A page of a server that is often right, and otherwise wrong in one of many ways.
fn wild(target: &str) -> (&'static str, String) {
    let (seed, at) = (parameter(target, "seed").unwrap(), at(target));
    let noise = noise(seed, at);
    let size = 1 + seed.rem_euclid(4);
    let total = size * 2 + seed.rem_euclid(41);
    let chance = |shift: u32, of: u64| (noise >> shift) % of;
    let count = match chance(0, 12) {
        0 => 0,
        1 | 2 => size - 1,
        3 => size + 1,
        _ => size,
    };
    let total = match chance(8, 12) {
        0 => "null".to_owned(),
        1 => "1000000000000000000".to_owned(),
        2 => (total / 2).to_string(),
        3 | 4 => (total + 7).to_string(),
        _ => total.to_string(),
    };
    let size = match chance(16, 8) {
        0 => "null".to_owned(),
        _ => size.to_string(),
    };
    // Some pages do not state their position, so one may equal the page before it.
    let first = if chance(24, 6) == 0 { 7 } else { at * 10 };
    let items: Vec<_> = (first..first + count).collect();
    std::thread::sleep(Duration::from_micros(chance(32, 400)));
    match chance(48, 20) {
        0 => ("503 Service Unavailable", String::new()),
        _ => (
            "200 OK",
            format!(r#"{{"items": {items:?}, "size": {size}, "total": {total}}}"#),
        ),
    }
}

#[test]
fn pages_requested_ahead_equal_those_requested_sequentially() {
    let site = Site::new(wild);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let core = core(&site.url);
    proptest!(ProptestConfig::with_cases(200), |(seed in 0..1_000_000_i64, ahead in 2..9_usize)| {
        let (by_page, by_offset) = (
            ByPage { seed: Some(seed), at: None },
            ByOffset { seed: Some(seed), at: None },
        );
        let by_page = |n| Pages::new(core.clone(), by_page.clone(), Options::default()).concurrency(n);
        let by_offset = |n| Pages::new(core.clone(), by_offset.clone(), Options::default()).concurrency(n);
        runtime.block_on(async {
            prop_assert_eq!(outcome(by_page(ahead)).await, outcome(by_page(1)).await);
            prop_assert_eq!(outcome(by_offset(ahead)).await, outcome(by_offset(1)).await);
            Ok(())
        })?;
    });
}

#[test]
fn the_number_of_buffered_pages_is_limited() {
    let site = Site::new(|target| ("200 OK", page(at(target), 1000)));
    run(async {
        let mut pages = pages(&site, FIRST).concurrency(3);
        for handed_out in 1..6 {
            assert!(pages.next().await.unwrap().is_ok());
            // The current page, and three that have arrived or are requested.
            tokio::time::sleep(Duration::from_millis(20)).await;
            assert!(site.seen() <= handed_out + 3);
        }
    });
}

#[test]
fn a_concurrency_of_zero_is_one() {
    let site = Site::new(|target| ("200 OK", page(at(target), 5)));
    let items = pages(&site, FIRST).concurrency(0);
    assert_eq!(run(items.count()), 3);
    assert_eq!(site.most(), 1);
}

#[test]
fn an_excessive_concurrency_is_a_hundred() {
    let site = Site::new(|target| ("200 OK", page(at(target), 10_i64.pow(18))));
    run(async {
        let mut pages = pages(&site, FIRST).concurrency(usize::MAX);
        for _ in 0..3 {
            assert!(pages.next().await.unwrap().is_ok());
        }
    });
    assert!(site.seen() <= 103);
}

#[test]
fn pages_whose_position_is_unknown_are_requested_sequentially() {
    let site = Site::new(|target| {
        std::thread::sleep(Duration::from_millis(2));
        let end = if at(target) < 8 { 2 } else { 1 };
        let items = &[at(target), at(target) + 1][..end];
        ("200 OK", format!(r#"{{"items": {items:?}, "size": 2}}"#))
    });
    let request = ByOffset {
        seed: None,
        at: None,
    };
    let stream = Items::<_, Json>::new(core(&site.url), request, Options::default());
    let items = run(stream
        .concurrency(5)
        .map(Result::unwrap)
        .collect::<Vec<_>>());
    assert_eq!(items, (0..9).collect::<Vec<_>>());
    assert_eq!(site.most(), 1);
}

#[test]
fn a_page_that_was_not_polled_in_time_is_requested_again() {
    let site = Site::new(|target| ("200 OK", page(at(target), 9)));
    run(async {
        let stream = Pages::<_, Json>::new(core(&site.url), FIRST, milliseconds(200));
        let mut pages = stream.concurrency(3);
        for number in 0..5 {
            let page = pages.next().await.unwrap().unwrap();
            assert_eq!(page.items.as_ref().unwrap()[0], number * 2);
            std::thread::sleep(Duration::from_millis(300));
        }
        assert!(pages.next().await.is_none());
    });
}

/// A site whose third page fails twice.
fn failing() -> Site {
    let failures = Arc::new(AtomicUsize::new(0));
    Site::new(move |target| match at(target) {
        2 if failures.fetch_add(1, SeqCst) < 2 => ("503 Service Unavailable", String::new()),
        at => ("200 OK", page(at, 11)),
    })
}

#[test]
fn a_stream_continues_after_an_error_with_the_page_that_failed() {
    for concurrency in [1, 4] {
        let site = failing();
        let stream = Items::<_, Json>::new(core(&site.url), FIRST, Options::default());
        let mut items = stream.concurrency(concurrency);
        let mut read = Vec::new();
        run(async {
            for _ in 0..2 {
                let failed = loop {
                    match items.next().await.unwrap() {
                        Ok(item) => read.push(item),
                        Err(error) => break error,
                    }
                };
                assert_eq!(failed.status().unwrap(), 503);
                assert_eq!(read, [0, 1, 2, 3]);
                assert!(items.next().await.is_none());
                assert!(items.next().await.is_none());
                assert_eq!(items.request().unwrap().at, Some(2));
                items.resume();
            }
            while let Some(item) = items.next().await {
                read.push(item.unwrap());
            }
        });
        assert_eq!(read, (0..11).collect::<Vec<_>>());
        assert!(items.request().is_none());
        items.resume();
        assert!(run(items.next()).is_none());
    }
}

#[test]
fn another_stream_continues_with_the_request_of_a_failed_one() {
    for concurrency in [1, 4] {
        let site = failing();
        let mut request = FIRST;
        let mut read = Vec::new();
        for _ in 0..3 {
            let mut pages = pages(&site, request.clone()).concurrency(concurrency);
            run(async {
                while let Some(Ok(page)) = pages.next().await {
                    read.extend(page.into_body().items.unwrap());
                }
            });
            // As another process would see it.
            let stored = serde_json::to_string(&pages.request()).unwrap();
            let Some(next) = serde_json::from_str(&stored).unwrap() else {
                break;
            };
            request = next;
        }
        assert_eq!(read, (0..11).collect::<Vec<_>>());
    }
}
