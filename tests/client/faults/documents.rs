//! Bodies that arrive complete, with unexpected JSON.

use super::row::Row;
use super::server::Step;
use super::{Outcome, ok, with_response};

const DEEP: usize = 100_000;
const BEYOND: &str = r#"{"count":18446744073709551616}"#;
const NULL: &str = r#"{"items":[{},null,{}],"perPage":3,"totalCount":3}"#;
const NO_TOTAL: &str = r#"{"items":[{}],"perPage":3,"totalCount":"many"}"#;
const HUGE: &str = r#"{"count":7,"huge":123456789012345678901234567890,"more":1e400}"#;

pub fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "JSON nested 100,000 deep, in an undescribed property",
            |_, _| ok(format!(r#"{{"count":7,"deep":{}}}"#, nested())),
            Outcome::Data(|page| page.count == Some(7) && page.extra["deep"].get() == nested()),
        ),
        Row::new(
            "JSON nested 100,000 deep, where something else belongs",
            |_, _| ok(misplaced()),
            Outcome::Data(|page| {
                let items = page.items.as_ref().unwrap();
                items[0].extra["id"].get() == nested()
            }),
        ),
        Row::new(
            "a property that appears twice",
            |_, _| ok(r#"{"count":8,"x":1,"count":7,"x":2}"#),
            Outcome::Data(|page| page.count == Some(7) && page.extra["x"].get() == "2"),
        ),
        Row::new(
            "a number beyond 64 bits, where an integer belongs",
            |_, _| ok(BEYOND),
            Outcome::Data(|page| page.extra["count"].get() == "18446744073709551616"),
        ),
        Row::new(
            "a number beyond 64 bits, in an undescribed property",
            |_, _| ok(HUGE),
            Outcome::Data(|page| {
                page.extra["huge"].get() == "123456789012345678901234567890"
                    && page.extra["more"].get() == "1e400"
            }),
        ),
        Row::new(
            "pages that claim a total of 10^18 items",
            |number, _| {
                let items = ["{},{}", "{}", ""][number.min(2)];
                let total = 1_000_000_000_000_000_000_u64;
                let size = format!(r#""perPage":2,"totalCount":{total}"#);
                ok(format!(r#"{{"items":[{items}],{size}}}"#))
            },
            with_response("incomplete", 200, |body| {
                body.starts_with(b"{\"items\":[],")
            }),
        )
        .export()
        .connections(3),
        Row::new(
            "pages that have more items than the total",
            |number, _| page(number, ["{},{}", "{},{}", "{}"][number.min(2)], 2, 1),
            Outcome::Items(5),
        )
        .connections(3),
        Row::new(
            "pages that have fewer items than they say",
            |number, _| page(number, ["{},{}", "{},{}", "{}", ""][number.min(3)], 100, 5),
            Outcome::Items(5),
        )
        .connections(4),
        Row::new(
            "a page without items before there are as many as the total",
            |number, _| page(number, ["{},{}", ""][number.min(1)], 2, 5),
            with_response("incomplete", 200, |body| {
                body.starts_with(b"{\"items\":[],")
            }),
        )
        .export()
        .connections(2),
        Row::new(
            "a repeated page, though there are more items",
            |_, _| page(0, "{},{}", 2, 5),
            with_response("incomplete", 200, |body| {
                body.starts_with(b"{\"items\":[{},{}]")
            }),
        )
        .export()
        .connections(2),
        Row::new(
            "a page with a null among its items",
            |_, _| ok(NULL),
            with_response("decode", 200, |body| body == NULL.as_bytes()),
        )
        .export(),
        Row::new(
            "pages whose total is not a number",
            |_, _| ok(NO_TOTAL),
            with_response("incomplete", 200, |body| body == NO_TOTAL.as_bytes()),
        )
        .export(),
        Row::new(
            "a page without a list of items",
            |_, _| ok("{}"),
            with_response("incomplete", 200, |body| body == b"{}"),
        )
        .export(),
    ]
}

fn page(number: usize, items: &str, size: usize, total: usize) -> Vec<Step> {
    let size = format!(r#""page":{number},"perPage":{size},"totalCount":{total}"#);
    ok(format!(r#"{{"items":[{items}],{size}}}"#))
}

fn nested() -> String {
    format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP))
}

fn misplaced() -> String {
    format!(r#"{{"items":[{{"id":{}}}]}}"#, nested())
}
