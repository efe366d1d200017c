//! Actions that stream events, and typed events.

use super::sse::ServerSentEvent;
use crate::request::Request;

/// A request whose successful response is a stream of events.
pub trait EventStream: Request + 'static {
    /// The type of an event.
    type Event: FromEvent + Send + 'static;
}

/// A type that is made from events of the server.
pub trait FromEvent: Sized {
    /// Converts any event, known or not.
    fn from_event(event: ServerSentEvent) -> Self;
}

impl FromEvent for ServerSentEvent {
    fn from_event(event: ServerSentEvent) -> Self {
        event
    }
}

/// Implements [`FromEvent`] for an enum with a variant for each known event and a last variant
/// `Unknown(ServerSentEvent)`.
///
/// Each line gives a variant, the type of its data, and the name of the event. An event of another
/// name becomes `Unknown`, and so does one whose data is not the JSON that its type reads.
///
/// ```
/// # use client_runtime::ServerSentEvent;
/// #[derive(Clone, PartialEq)]
/// pub enum CounterEvent {
///     Count(u64),
///     Names(Vec<String>),
///     Unknown(ServerSentEvent),
/// }
///
/// client_runtime::events!(CounterEvent {
///     Count(u64) = "count",
///     Names(Vec<String>) = "names",
/// });
/// ```
#[macro_export]
macro_rules! events {
    ($name:ident { $($variant:ident($data:ty) = $event:literal,)* }) => {
        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let (name, content): (_, &dyn ::core::fmt::Debug) = match self {
                    $(Self::$variant(data) => (::core::stringify!($variant), data),)*
                    Self::Unknown(event) => ("Unknown", event),
                };
                $crate::__private::debug_variant(f, name, Some(content))
            }
        }

        impl $crate::FromEvent for $name {
            #[inline]
            fn from_event(event: $crate::ServerSentEvent) -> Self {
                match event.event.as_str() {
                    $($event => match event.json::<$data>() {
                        ::core::result::Result::Ok(data) => Self::$variant(data),
                        ::core::result::Result::Err(_) => Self::Unknown(event),
                    },)*
                    _ => Self::Unknown(event),
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(PartialEq)]
    enum Event {
        Count(u64),
        Names(Vec<String>),
        Unknown(ServerSentEvent),
    }

    crate::events!(Event {
        Count(u64) = "count",
        Names(Vec<String>) = "names",
    });

    fn raw(event: &str, data: &str) -> ServerSentEvent {
        ServerSentEvent {
            event: event.into(),
            data: data.into(),
            id: Some("1".into()),
        }
    }

    #[test]
    fn a_known_event_is_what_its_data_says() {
        assert_eq!(Event::from_event(raw("count", "7")), Event::Count(7));
        let names = Event::from_event(raw("names", "[\n\"a\"]"));
        assert_eq!(names, Event::Names(vec!["a".into()]));
    }

    #[test]
    fn an_event_that_is_not_as_described_is_kept_as_it_came() {
        for event in [
            raw("Count", "7"),
            raw("message", ""),
            raw("count", "x"),
            raw("count", ""),
        ] {
            assert_eq!(Event::from_event(event.clone()), Event::Unknown(event));
        }
    }
}
