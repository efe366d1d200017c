//! Faults in the body of a response, as bytes.

use std::io::Write;
use std::sync::LazyLock;

use flate2::{Compress, Compression, FlushCompress, GzBuilder};

use super::dice::Dice;
use super::row::{LIMIT, Row, fetch};
use super::server::{Server, Step};
use super::{FILLER, GIGABYTE, Outcome, answer, ok, response, with_response};

const JSON: &str = r#"{"count":7}"#;
const GZIP: (&str, &str) = ("Content-Encoding", "gzip");
/// The head of a gzip member without a name or a time.
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// A megabyte of spaces, which JSON may start with, compressed to a thousandth. It ends at a byte
/// boundary and refers to nothing before it, so it may be repeated.
static SPACES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut compressed = Vec::with_capacity(8 << 10);
    let mut compress = Compress::new(Compression::best(), false);
    let spaces = vec![b' '; 1 << 20];
    compress
        .compress_vec(&spaces, &mut compressed, FlushCompress::Full)
        .unwrap();
    assert_eq!(compress.total_in(), 1 << 20);
    compressed
});

/// Empty members of gzip.
static NOTHING: LazyLock<Vec<u8>> = LazyLock::new(|| gzip("").repeat(FILLER.len() / 20));

/// A chunk, in chunked encoding.
static CHUNK: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let size = format!("{:x}\r\n", FILLER.len());
    [size.as_bytes(), &FILLER, b"\r\n"].concat()
});

pub fn rows() -> Vec<Row> {
    [lengths(), chunks(), without_end(), too_large(), encodings()].concat()
}

fn lengths() -> Vec<Row> {
    vec![
        Row::new(
            "a `Content-Length` that is too large",
            |_, _| {
                answer(format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{JSON}"
                ))
            },
            with_response("broken", 200, |body| body == JSON.as_bytes()),
        )
        .again(),
        Row::new(
            "a `Content-Length` that is too small",
            |_, _| {
                answer(format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{JSON}"
                ))
            },
            with_response("decode", 200, |body| body == &JSON.as_bytes()[..8]),
        ),
        Row::new("more bytes after a body", two_at_once, count()),
        Row::new(
            "two different `Content-Length`s",
            |_, _| {
                let two = "Content-Length: 11\r\nContent-Length: 8";
                answer(format!("HTTP/1.1 200 OK\r\n{two}\r\n\r\n{JSON}"))
            },
            super::no_response("broken"),
        )
        .again(),
    ]
}

fn chunks() -> Vec<Row> {
    vec![
        Row::new(
            "chunks that are garbage",
            |_, _| answer(chunked("4\r\n{\"co\r\nzz\r\nunt\":7}\r\n0\r\n\r\n")),
            with_response("broken", 200, |body| br#"{"co"#.starts_with(body)),
        )
        .again(),
        Row::new(
            "chunks that end before the last",
            |_, _| answer(chunked("b\r\n{\"count\":7}\r\n")),
            with_response("broken", 200, |body| body == JSON.as_bytes()),
        )
        .again(),
    ]
}

fn without_end() -> Vec<Row> {
    let limited = || with_response("too_large", 200, |body| body.len() as u64 == LIMIT);
    vec![
        Row::new(
            "a body without end",
            |_, _| {
                let head = Step::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec());
                vec![Step::Request, head, Step::Repeat(&FILLER, u64::MAX)]
            },
            limited(),
        ),
        Row::new(
            "chunks without end",
            |_, _| {
                let head = Step::Send(chunked("").into());
                vec![Step::Request, head, Step::Repeat(&CHUNK, u64::MAX)]
            },
            limited(),
        ),
        Row::new(
            "a `Content-Length` of 10^18",
            |_, _| {
                let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000000\r\n\r\n";
                let head = Step::Send(head.into());
                vec![Step::Request, head, Step::Repeat(&FILLER, u64::MAX)]
            },
            limited(),
        ),
    ]
}

fn too_large() -> Vec<Row> {
    vec![
        Row::new(
            "an extension of a chunk of 1 GB",
            |_, _| {
                let head = Step::Send(chunked("4;").into());
                vec![Step::Request, head, Step::Repeat(&FILLER, GIGABYTE)]
            },
            with_response("broken", 200, <[u8]>::is_empty),
        )
        .again(),
        Row::new(
            "a trailer of 1 GB",
            |_, _| {
                let head = Step::Send(chunked("b\r\n{\"count\":7}\r\n0\r\nX-Large: ").into());
                vec![Step::Request, head, Step::Repeat(&FILLER, GIGABYTE)]
            },
            with_response("broken", 200, |body| body == JSON.as_bytes()),
        )
        .again(),
        Row::new(
            "a gzip bomb of 10 GB",
            |_, _| {
                let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
                let head = Step::Send([&head[..], &GZIP_HEAD].concat());
                vec![Step::Request, head, Step::Repeat(&SPACES, 10 << 10)]
            },
            with_response("too_large", 200, |body| {
                body.len() as u64 == LIMIT && body.iter().all(|byte| *byte == b' ')
            }),
        ),
    ]
}

fn encodings() -> Vec<Row> {
    vec![
        Row::new(
            "invalid gzip",
            |_, _| response("200 OK", &[GZIP], JSON),
            with_response("broken", 200, <[u8]>::is_empty),
        )
        .again(),
        Row::new(
            "gzip that turns into garbage",
            |_, _| {
                let begun = [&GZIP_HEAD[..], &SPACES, &[0xff; 100]].concat();
                response("200 OK", &[GZIP], begun)
            },
            with_response("broken", 200, |body| body.iter().all(|byte| *byte == b' ')),
        )
        .again(),
        Row::new(
            "gzip that is cut off",
            |_, _| response("200 OK", &[GZIP], [&GZIP_HEAD[..], &SPACES[..100]].concat()),
            with_response("broken", 200, |body| body.iter().all(|byte| *byte == b' ')),
        )
        .again(),
        Row::new(
            "gzip of several members",
            |_, _| {
                let (begin, end) = JSON.split_at(5);
                response("200 OK", &[GZIP], [gzip(begin), gzip(end)].concat())
            },
            count(),
        ),
        Row::new(
            "endless empty members of gzip",
            |_, _| {
                let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
                let head = Step::Send([head.as_bytes(), &gzip(JSON)].concat());
                vec![Step::Request, head, Step::Repeat(&NOTHING, GIGABYTE)]
            },
            with_response("broken", 200, |body| body == JSON.as_bytes()),
        )
        .again(),
        Row::new(
            "gzip by its other names, twice",
            |_, _| {
                let names = [("Content-Encoding", "X-GZip, GZIP")];
                response("200 OK", &names, gzip(gzip(JSON)))
            },
            count(),
        ),
        Row::new(
            "gzip whose second member is cut off",
            |_, _| {
                let member = gzip(JSON);
                let half = &member[..member.len() / 2];
                response("200 OK", &[GZIP], [&member[..], half].concat())
            },
            with_response("broken", 200, |body| body.starts_with(JSON.as_bytes())),
        )
        .again(),
        Row::new(
            "garbage after gzip",
            |_, _| {
                let garbage = [&gzip(JSON)[..], b"garbage"].concat();
                response("200 OK", &[GZIP], garbage)
            },
            with_response("broken", 200, |body| body == JSON.as_bytes()),
        )
        .again(),
        Row::new(
            "no body at all, declared as gzip",
            |_, _| response("200 OK", &[GZIP], ""),
            with_response("decode", 200, <[u8]>::is_empty),
        ),
        Row::new(
            "an encoding that was not requested",
            |_, _| response("200 OK", &[("Content-Encoding", "br")], "\x0b\x05\u{80}"),
            with_response("decode", 200, |body| body == "\x0b\x05\u{80}".as_bytes()),
        ),
        Row::new(
            "a body that is not UTF-8",
            |_, _| ok(b"{\"sortField\":\"\xff\xfe\",\"count\":7}"),
            with_response("decode", 200, |body| {
                body == b"{\"sortField\":\"\xff\xfe\",\"count\":7}"
            }),
        ),
        Row::new(
            "no body at all",
            |_, _| ok(""),
            with_response("decode", 200, <[u8]>::is_empty),
        ),
    ]
}

/// A member of gzip.
fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut writer = GzBuilder::new().write(Vec::new(), Compression::default());
    writer.write_all(text.as_ref()).unwrap();
    writer.finish().unwrap()
}

/// A chunked response that starts with these chunks.
fn chunked(chunks: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}")
}

/// An answer, followed by another one without a request. Both are sent at once: if the second was
/// sent later, it could be the answer to another request.
fn two_at_once(_: usize, _: &str) -> Vec<Step> {
    vec![Step::Request, Step::Repeat(TWO, 1)]
}

const TWO: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"count\":7}\
    HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"count\":8}";

/// The outcome with the right page.
fn count() -> Outcome {
    Outcome::Data(|page| page.count == Some(7))
}

#[tokio::test]
async fn bytes_after_a_body_do_not_answer_the_next_request() {
    let mut dice = Dice::new(Dice::seed());
    let server = Server::start(two_at_once, String::new(), Dice::new(dice.next())).await;
    let client = crate::client(&server.url());
    for _ in 0..20 {
        assert_eq!(fetch(&client).await.unwrap().count, Some(7));
        dice.pause().await;
    }
    assert_eq!(server.received().len(), 20);
}
