//! Parses Server-Sent Events: WHATWG HTML, section 9.2.

use std::fmt;
use std::time::Duration;

use bytes::{Buf, Bytes};
use serde::de::DeserializeOwned;

use crate::secrecy::debug_struct;
use crate::text::{DecodeError, decode};

/// An event as the server sent it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerSentEvent {
    /// The name of the event; `message` where the server gave none.
    pub event: String,
    /// The data of the event. The lines that the server sent are joined by `\n`.
    pub data: String,
    /// The id to resume the stream after this event: that of the event, or of an earlier one;
    /// `None` if there was none.
    pub id: Option<String>,
}

impl fmt::Debug for ServerSentEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ServerSentEvent { event, data, id } = self;
        let fields: [(_, &dyn fmt::Debug); 3] = [("event", event), ("data", data), ("id", id)];
        debug_struct(f, "ServerSentEvent", &fields, None)
    }
}

impl ServerSentEvent {
    /// Decodes the data as JSON. Empty data counts as `null`.
    ///
    /// # Errors
    ///
    /// If the data is not valid JSON, or is JSON of another type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        decode(self.data.as_bytes())
    }
}

/// Reads an event stream as it arrives.
#[derive(Debug)]
pub(crate) struct Parser {
    /// The maximum bytes of one event.
    limit: u64,
    /// Whether the first line was not read yet. It may begin with a byte order mark.
    at_start: bool,
    /// Whether a line feed belongs to a line end that was seen already.
    after_carriage_return: bool,
    /// A line that is not complete yet.
    line: Vec<u8>,
    data: String,
    event: String,
    id: String,
    last_event_id: String,
    retry: Option<Duration>,
}

/// An event has more bytes than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge;

impl Parser {
    /// Creates a parser for a new connection, with the last id of earlier connections.
    pub fn new(limit: u64, last_event_id: &str) -> Self {
        Parser {
            limit,
            at_start: true,
            after_carriage_return: false,
            line: Vec::new(),
            data: String::new(),
            event: String::new(),
            // By the standard, an event without an id makes the client forget the ids of earlier
            // connections. Browsers keep them, so that no event is lost or repeated.
            id: last_event_id.to_owned(),
            last_event_id: last_event_id.to_owned(),
            retry: None,
        }
    }

    /// The maximum bytes of one event.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// The id to resume from: that of the last complete event, even one without data.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// How long the server asks to wait before connecting again.
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Reads `input` up to the end of an event, or all of it if no event ends there.
    pub fn next(&mut self, input: &mut Bytes) -> Result<Option<ServerSentEvent>, TooLarge> {
        loop {
            if self.after_carriage_return && !input.is_empty() {
                self.after_carriage_return = false;
                if input[0] == b'\n' {
                    input.advance(1);
                }
            }
            let end = input.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let part = input.split_to(end.unwrap_or(input.len()));
            self.line.extend_from_slice(&part);
            if self.size() > self.limit {
                return Err(TooLarge);
            }
            if end.is_none() {
                return Ok(None);
            }
            self.after_carriage_return = input.get_u8() == b'\r';
            if let Some(event) = self.end_line() {
                return Ok(Some(event));
            }
        }
    }

    /// The number of bytes kept of an incomplete event.
    fn size(&self) -> u64 {
        (self.line.len() + self.data.len() + self.event.len() + self.id.len()) as u64
    }

    fn end_line(&mut self) -> Option<ServerSentEvent> {
        let mut line = std::mem::take(&mut self.line);
        let mut text = &line[..];
        if std::mem::take(&mut self.at_start) {
            text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        }
        let event = if text.is_empty() {
            self.dispatch()
        } else {
            self.field(&String::from_utf8_lossy(text));
            None
        };
        // The next line is written into the same memory.
        line.clear();
        self.line = line;
        event
    }

    fn field(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "event" => value.clone_into(&mut self.event),
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                // Parsing fails only if the number is too large.
                let milliseconds = value.parse().unwrap_or(u64::MAX);
                self.retry = Some(Duration::from_millis(milliseconds));
            }
            // A comment, whose field has no name, or an unknown field.
            _ => {}
        }
    }

    /// Ends an event; one without data only sets the id.
    fn dispatch(&mut self) -> Option<ServerSentEvent> {
        self.id.clone_into(&mut self.last_event_id);
        let event = std::mem::take(&mut self.event);
        let mut data = std::mem::take(&mut self.data);
        data.pop()?;
        Some(ServerSentEvent {
            event: Some(event)
                .filter(|event| !event.is_empty())
                .unwrap_or_else(|| "message".to_owned()),
            data,
            id: Some(self.id.clone()).filter(|id| !id.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parser: &mut Parser, chunk: &[u8]) -> Result<Vec<ServerSentEvent>, TooLarge> {
        let mut chunk = Bytes::copy_from_slice(chunk);
        let mut events = Vec::new();
        while let Some(event) = parser.next(&mut chunk)? {
            events.push(event);
        }
        assert!(chunk.is_empty());
        Ok(events)
    }

    fn parse(stream: impl AsRef<[u8]>) -> Vec<ServerSentEvent> {
        read(&mut Parser::new(1 << 20, ""), stream.as_ref()).unwrap()
    }

    fn event(event: &str, data: &str, id: Option<&str>) -> ServerSentEvent {
        ServerSentEvent {
            event: event.into(),
            data: data.into(),
            id: id.map(str::to_owned),
        }
    }

    #[test]
    fn an_event_has_a_name_data_and_an_id() {
        assert_eq!(
            parse("event: add\ndata: 73857293\nid: 7\n\ndata: 2153\n\n"),
            [
                event("add", "73857293", Some("7")),
                event("message", "2153", Some("7"))
            ]
        );
    }

    #[test]
    fn lines_of_data_are_joined() {
        assert_eq!(
            parse("data: a\ndata\ndata:b\n\n"),
            [event("message", "a\n\nb", None)]
        );
    }

    #[test]
    fn one_space_behind_the_colon_is_no_data() {
        assert_eq!(
            parse("data:  a: b \n\n"),
            [event("message", " a: b ", None)]
        );
    }

    #[test]
    fn empty_data_is_an_event_and_no_data_is_none() {
        assert_eq!(parse("data\n\n"), [event("message", "", None)]);
        assert_eq!(
            parse("event: a\n\ndata: b\n\n"),
            [event("message", "b", None)]
        );
    }

    #[test]
    fn comments_and_unknown_fields_are_skipped() {
        assert_eq!(
            parse(": data: x\n:\nDATA: x\nother\ndata : x\ndata: a\n\n"),
            [event("message", "a", None)]
        );
    }

    #[test]
    fn an_event_that_is_not_ended_is_discarded() {
        assert_eq!(parse("data: a\n\ndata: b\n"), [event("message", "a", None)]);
        assert_eq!(parse("data: a\n\ndata: b"), [event("message", "a", None)]);
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        let expected = [event("message", "a\nb", None)];
        for end in ["\n", "\r", "\r\n"] {
            assert_eq!(parse(["data: a", "data: b", "", ""].join(end)), expected);
        }
        assert_eq!(parse("data: a\r\ndata: b\n\r"), expected);
    }

    #[test]
    fn only_the_first_byte_order_mark_is_skipped() {
        assert_eq!(parse("\u{feff}data: a\n\n"), [event("message", "a", None)]);
        assert_eq!(parse("\u{feff}\n\u{feff}data: a\n\n"), []);
        assert_eq!(parse("\u{feff}\u{feff}data: a\n\n"), []);
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(
            parse(b"data: \xff\xe2\x82\n\n"),
            [event("message", "\u{fffd}\u{fffd}", None)]
        );
    }

    #[test]
    fn an_id_stays_until_another_is_set() {
        let ids = |stream| -> Vec<_> { parse(stream).into_iter().map(|event| event.id).collect() };
        let one = Some("1".to_owned());
        assert_eq!(ids("id: 1\ndata\n\ndata\n\n"), [one.clone(), one.clone()]);
        assert_eq!(
            ids("id: 1\ndata\n\nid: a\0\ndata\n\n"),
            [one.clone(), one.clone()]
        );
        assert_eq!(ids("id: 1\ndata\n\nid\ndata\n\n"), [one, None]);
    }

    #[test]
    fn the_id_to_resume_from_is_that_of_complete_events() {
        let mut parser = Parser::new(100, "0");
        assert_eq!(
            read(&mut parser, b"data: a\n\n").unwrap()[0].id.as_deref(),
            Some("0")
        );
        read(&mut parser, b"id: 1\n\nid: 2\n").unwrap();
        assert_eq!(parser.last_event_id(), "1");
    }

    #[test]
    fn the_time_to_wait_is_made_of_digits() {
        let retry = |stream: &str| {
            let mut parser = Parser::new(100, "");
            read(&mut parser, stream.as_bytes()).unwrap();
            parser.retry().map(|time| time.as_millis() as u64)
        };
        assert_eq!(retry("retry: 10\n"), Some(10));
        assert_eq!(
            retry("retry: 10\nretry: 1s\nretry: -1\nretry: +1\nretry\n"),
            Some(10)
        );
        assert_eq!(retry("retry: 99999999999999999999\n"), Some(u64::MAX));
        assert_eq!(retry("retry: 10"), None);
    }

    #[test]
    fn an_event_over_the_limit_is_refused_however_it_is_made() {
        let mut parser = Parser::new(10, "");
        assert_eq!(read(&mut parser, b"data: 1234\n\n").unwrap().len(), 1);
        for stream in [
            "data: 12345",
            "data: 1\ndata: 2\n:123456789",
            ": 123456789",
            "id: 12\ndata:6789",
        ] {
            assert_eq!(
                read(&mut Parser::new(10, ""), stream.as_bytes()),
                Err(TooLarge)
            );
        }
    }

    #[test]
    fn data_is_read_as_json() {
        let data = &parse("data: [1,\ndata: 2]\n\n")[0];
        assert_eq!(data.json::<Vec<u8>>().unwrap(), [1, 2]);
        assert_eq!(data.json::<Vec<bool>>().unwrap_err().path, "[0]");
    }

    /// Streams in which much of what means something to a parser stands close together.
    const STREAM: &str = "(\r|\n|\r\n|data|event|id|retry|:| |7|a|\0|\u{feff}|é|\n\n){0,40}";

    proptest::proptest! {
        #[test]
        fn any_way_to_cut_a_stream_gives_the_same_events(
            stream in STREAM,
            mut cuts in proptest::collection::vec(0usize..200, 0..20),
        ) {
            let stream = stream.as_bytes();
            cuts.push(stream.len());
            cuts.iter_mut().for_each(|cut| *cut = (*cut).min(stream.len()));
            cuts.sort_unstable();
            let mut parser = Parser::new(1 << 20, "");
            let mut events = Vec::new();
            let mut start = 0;
            for cut in cuts {
                events.extend(read(&mut parser, &stream[start..cut]).unwrap());
                start = cut;
            }
            proptest::prop_assert_eq!(events, parse(stream));
        }

        #[test]
        fn no_bytes_panic(chunks: Vec<Vec<u8>>, limit in 0u64..100) {
            let mut parser = Parser::new(limit, "");
            for chunk in chunks {
                if read(&mut parser, &chunk).is_err() {
                    break;
                }
                proptest::prop_assert!(parser.size() <= limit + 1);
            }
        }

        #[test]
        fn data_comes_as_it_was_sent(data in "[^\r\0]*") {
            let lines: String = data.split('\n').map(|line| format!("data: {line}\n")).collect();
            proptest::prop_assert_eq!(parse(lines + "\n"), [event("message", &data, None)]);
        }
    }
}
