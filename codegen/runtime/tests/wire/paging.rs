//! Collections over the wire, with each of the conventions.

use client_runtime::{
    Cursor, Extent, Items, Json, Options, Paged, Pages, next_cursor, next_offset,
};
use futures_util::{StreamExt, TryStreamExt};

use crate::server::{Server, reply};
use crate::{core, run};

/// Things by cursor: the last item of a page leads to the next page.
#[derive(Debug, Clone, PartialEq)]
struct List {
    since: Option<String>,
}

client_runtime::parameters!(List {
    query since: "since",
});
client_runtime::action!(List = "things.list" { GET "/things" -> Vec<String> });

impl Paged for List {
    type Item = String;
    type PageInfo = Cursor<String>;

    fn page_info(output: &Vec<String>) -> Cursor<String> {
        let key = output.last().cloned();
        Cursor { key, more: None }
    }

    fn advance(&mut self, page_info: &Cursor<String>) -> bool {
        next_cursor(&mut self.since, page_info)
    }

    fn take(output: &mut Vec<String>) -> client_runtime::List<String> {
        std::mem::take(output).into()
    }
}

/// Numbers by offset.
#[derive(Debug, Clone, PartialEq)]
struct Numbers {
    offset: Option<i64>,
}

client_runtime::parameters!(Numbers {
    query offset: "offset",
});
client_runtime::action!(Numbers = "numbers.list" { GET "/numbers" -> Vec<u8> });

impl Paged for Numbers {
    type Item = u8;
    type PageInfo = Extent;

    fn page_info(output: &Vec<u8>) -> Extent {
        Extent {
            items: output.len(),
            ..Extent::default()
        }
    }

    fn advance(&mut self, page_info: &Extent) -> bool {
        next_offset(&mut self.offset, *page_info)
    }

    fn take(output: &mut Vec<u8>) -> client_runtime::List<u8> {
        std::mem::take(output).into()
    }
}

fn server(bodies: &[&str]) -> Server {
    Server::new(bodies.iter().map(|body| reply("200 OK", "", body)))
}

/// The targets of the received requests.
fn targets(server: &Server) -> Vec<String> {
    let heads = server.heads();
    let target = |head: &String| head.split(' ').nth(1).map(str::to_owned);
    heads.iter().filter_map(target).collect()
}

#[test]
fn a_cursor_leads_from_page_to_page_until_one_has_no_items() {
    let server = server(&[r#"["a", "b"]"#, r#"["c"]"#, "[]"]);
    let list = List { since: None };
    let items = Items::<_, Json>::new(core(&server.url), list, Options::default());
    assert_eq!(run(items.try_collect::<Vec<_>>()).unwrap(), ["a", "b", "c"]);
    let expected = ["/things", "/things?since=b", "/things?since=c"];
    assert_eq!(targets(&server), expected);
}

#[test]
fn a_repeated_page_ends_the_collection() {
    let server = server(&[r#"["a"]"#, r#"["a"]"#]);
    let list = List { since: None };
    let pages = Pages::<_, Json>::new(core(&server.url), list, Options::default());
    assert_eq!(run(pages.count()), 1);
}

#[test]
fn an_offset_advances_by_the_received_items_and_an_error_ends_the_collection() {
    let server = server(&["[1, 2]", "[3]", "{}", "[]"]);
    let numbers = Numbers { offset: Some(5) };
    let items = Items::<_, Json>::new(core(&server.url), numbers, Options::default());
    let items = run(items.collect::<Vec<_>>());
    let numbers: Vec<_> = items.iter().flatten().copied().collect();
    assert_eq!((numbers, items.len()), (vec![1, 2, 3], 4));
    assert!(items[3].as_ref().unwrap_err().is_decode());
    let expected = [
        "/numbers?offset=5",
        "/numbers?offset=7",
        "/numbers?offset=8",
    ];
    assert_eq!(targets(&server), expected);
}
