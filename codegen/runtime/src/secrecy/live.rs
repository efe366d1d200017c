//! The tokens of this process, for values that know no token but must not show any.
//!
//! A value of a response is plain data: it may be taken out of the response, kept, and printed long
//! after the client was dropped. So code that prints such a value looks up the tokens here. That
//! costs nothing unless something is printed.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use super::secret::{Inner, Token};

/// How many of the latest tokens are kept after their last use, since values of their responses may
/// still exist.
const LATEST: usize = 16;

#[derive(Default)]
struct Live {
    /// Tokens held by a client, a request, a response or an error.
    tokens: Vec<Weak<Inner>>,
    /// The number of tokens after which those no longer held are removed.
    most: usize,
    latest: VecDeque<Token>,
}

static LIVE: RwLock<Live> = RwLock::new(Live {
    tokens: Vec::new(),
    most: 2 * LATEST,
    latest: VecDeque::new(),
});

/// Remembers a token while it is held, and as one of the latest.
pub(crate) fn remember(token: &Token) {
    let mut live = LIVE.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = live.latest.iter().position(|latest| latest == token) {
        live.latest.remove(at);
    } else if live.latest.len() == LATEST {
        live.latest.pop_front();
    }
    live.latest.push_back(token.clone());
    live.tokens.push(Arc::downgrade(token.shared()));
    if live.tokens.len() > live.most {
        live.tokens.retain(|token| token.strong_count() > 0);
        live.most = 2 * live.tokens.len().max(LATEST);
    }
}

/// Returns all known tokens.
pub(crate) fn tokens() -> Vec<Token> {
    let live = LIVE.read().unwrap_or_else(PoisonError::into_inner);
    let had = live.tokens.iter().filter_map(Weak::upgrade);
    let mut tokens: Vec<Token> = had.map(Token::of).collect();
    // Longer tokens first, in case one contains another.
    tokens.sort_unstable_by(Token::longer_first);
    tokens.dedup();
    tokens
}

/// Redacts tokens.
pub(crate) fn redacted<'t>(tokens: &[Token], text: &'t str) -> Cow<'t, str> {
    without(tokens, text, false)
}

/// Redacts tokens in text that may have been cut off within a token.
pub(crate) fn redacted_cut<'t>(tokens: &[Token], text: &'t str) -> Cow<'t, str> {
    without(tokens, text, true)
}

fn without<'t>(tokens: &[Token], text: &'t str, cut: bool) -> Cow<'t, str> {
    let without = |text: Cow<'t, str>, token: &Token| match token.redacted(&text, cut) {
        Cow::Owned(without) => without.into(),
        Cow::Borrowed(_) => text,
    };
    tokens.iter().fold(text.into(), without)
}
