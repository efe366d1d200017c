//! HAR 1.2: what browsers and proxies export.

use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::exchange::{Exchange, Headers};
use super::traffic::{Input, Stop, Take};
use crate::Error;
use crate::base64;

/// Passes every entry to a function, and returns their number.
pub(super) fn read(input: Input, take: &mut Take<'_>) -> Result<usize, Stop> {
    let mut sink = Sink {
        take,
        count: 0,
        is_har: false,
        failed: None,
    };
    let mut deserializer = serde_json::Deserializer::from_reader(input);
    let read = Within(&mut sink, &["log", "entries"])
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end());
    let Sink {
        count,
        is_har,
        failed,
        ..
    } = sink;
    match (read, failed) {
        (_, Some(error)) => Err(Stop::Taker(error)),
        (Err(error), None) => Err(Stop::Broken(error)),
        (Ok(()), None) if !is_har => Err(Stop::Strange("it has no `entries` in `log`")),
        (Ok(()), None) => Ok(count),
    }
}

/// Where the entries go.
struct Sink<'a, 't> {
    take: &'a mut Take<'t>,
    count: usize,
    is_har: bool,
    failed: Option<Error>,
}

/// The value that contains the entries, that many names deep; its other members are skipped.
struct Within<'a, 's, 't>(&'a mut Sink<'s, 't>, &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for Within<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.1 {
            [] => deserializer.deserialize_seq(self),
            _ => deserializer.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Within<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HAR 1.2")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Some((name, rest)) = self.1.split_first() else {
            return Err(A::Error::custom("an object"));
        };
        while let Some(key) = members.next_key::<String>()? {
            if key == *name {
                members.next_value_seed(Within(&mut *self.0, rest))?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.0.is_har = true;
        while let Some(entry) = entries.next_element::<Entry>()? {
            self.0.count += 1;
            if let Err(error) = (self.0.take)(entry.into()) {
                self.0.failed = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Entry {
    request: Request,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    headers: Option<Vec<Header>>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    text: Option<String>,
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Response {
    /// Without a response, exporters write 0 or -1.
    status: i64,
    headers: Option<Vec<Header>>,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

impl From<Entry> for Exchange {
    fn from(Entry { request, response }: Entry) -> Self {
        let sent = request.post_data;
        let sent = sent.and_then(|data| bytes(data.text?, data.encoding.as_deref()));
        let came = response.content;
        let came = came.and_then(|content| bytes(content.text?, content.encoding.as_deref()));
        let status = u16::try_from(response.status).ok();
        Exchange {
            method: request.method,
            url: request.url,
            request_headers: pairs(request.headers),
            request_body: sent,
            status: status.filter(|status| *status >= 100),
            response_headers: pairs(response.headers),
            body: came,
        }
    }
}

/// The bytes of a body. If they cannot be decoded, the string itself, which is then reported as
/// invalid JSON.
fn bytes(text: String, encoding: Option<&str>) -> Option<Vec<u8>> {
    let is_base64 = encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
    let decoded = is_base64.then(|| base64::decode(&text)).flatten();
    Some(decoded.unwrap_or_else(|| text.into_bytes()))
}

fn pairs(headers: Option<Vec<Header>>) -> Headers {
    let headers = headers.into_iter().flatten();
    headers.map(|header| (header.name, header.value)).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::{self, BufReader, Read};
    use std::rc::Rc;

    use super::*;

    const BODY: usize = 4000;
    const ENTRIES: usize = 2000;
    const BUFFER: usize = 8192;

    /// A HAR that is generated while it is read.
    struct Endless {
        pending: Vec<u8>,
        made: usize,
        handed_out: Rc<Cell<usize>>,
    }

    impl Endless {
        fn more(&mut self) {
            let entry = |body: &str| {
                format!(
                    r#"{{"_x": [{{}}], "request": {{"method": "GET", "url": "/"}}, "response":
                       {{"status": 200, "content": {{"text": "{body}"}}}}}}"#
                )
            };
            self.pending = match self.made {
                0 => br#"{"a": {"entries": 1}, "log": {"version": "1.2", "entries": ["#.to_vec(),
                n if n == ENTRIES + 1 => b"]}}".to_vec(),
                n if n > ENTRIES => Vec::new(),
                1 => entry(&"x".repeat(BODY)).into(),
                _ => format!(",{}", entry(&"x".repeat(BODY))).into(),
            };
            self.made += 1;
        }
    }

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.pending.is_empty() {
                self.more();
            }
            let count = (&self.pending[..]).read(buffer)?;
            self.pending.drain(..count);
            self.handed_out.set(self.handed_out.get() + count);
            Ok(count)
        }
    }

    #[test]
    fn entries_are_taken_while_the_file_is_read_and_one_is_in_memory_at_a_time() {
        let handed_out = Rc::new(Cell::new(0));
        let reader = Endless {
            pending: Vec::new(),
            made: 0,
            handed_out: Rc::clone(&handed_out),
        };
        let input = Box::new(BufReader::with_capacity(BUFFER, reader));
        let mut before = 0;
        let count = read(input, &mut |exchange| {
            assert_eq!(exchange.body.map(|body| body.len()), Some(BODY));
            // Since the previous entry, at most one entry and a buffer were read.
            assert!(handed_out.get() - before <= BODY + 300 + BUFFER);
            before = handed_out.get();
            Ok(())
        });
        assert!(matches!(count, Ok(ENTRIES)));
        assert!(handed_out.get() > BODY * ENTRIES);
    }

    #[test]
    fn what_exporters_leave_out_is_no_mistake() {
        let text = r#"{"log": {"entries": [
            {"request": {"method": "GET", "url": "/"}, "response": {"status": -1}},
            {"request": {"method": "GET", "url": "/", "headers": null, "postData": null},
             "response": {"status": 200, "content": {"size": 3, "mimeType": ""}}},
            {"request": {"method": "GET", "url": "/"}, "response": {"status": 200,
             "content": {"text": "W10=", "encoding": "base64"}}}]}}"#;
        let mut taken = Vec::new();
        let input = Box::new(text.as_bytes());
        let count = read(input, &mut |exchange| {
            taken.push((exchange.status, exchange.body));
            Ok(())
        });
        assert!(matches!(count, Ok(3)));
        let expected = [
            (None, None),
            (Some(200), None),
            (Some(200), Some(b"[]".to_vec())),
        ];
        assert_eq!(taken, expected);
    }
}
