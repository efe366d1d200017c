//! The tokens of this process, for values that know no token but must not show one.
//!
//! A value that came in a response is plain data: it may be taken out of the response, kept, and
//! printed long after the client is gone. So what prints such a value asks here which tokens there
//! are. Nothing is asked, and nothing paid, where nothing is printed.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use super::secret::{Inner, Token};

/// How many of the latest tokens are remembered though nobody has them any more: values of their
/// responses may still be there.
const LATEST: usize = 16;

#[derive(Default)]
struct Live {
    /// Those that a client, a request, a response or an error has.
    tokens: Vec<Weak<Inner>>,
    /// How many there may be before those are removed that nobody has any more.
    most: usize,
    latest: VecDeque<Token>,
}

static LIVE: RwLock<Live> = RwLock::new(Live {
    tokens: Vec::new(),
    most: 2 * LATEST,
    latest: VecDeque::new(),
});

/// Remembers a token, for as long as somebody has it, and as one of the latest.
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

/// The tokens that there are.
pub(crate) fn tokens() -> Vec<Token> {
    let live = LIVE.read().unwrap_or_else(PoisonError::into_inner);
    let had = live.tokens.iter().filter_map(Weak::upgrade);
    let mut tokens: Vec<Token> = had.map(Token::of).collect();
    // Of one that is a part of another one, the longer is to be found.
    tokens.sort_unstable_by(Token::longer_first);
    tokens.dedup();
    tokens
}

/// A text without some tokens.
pub(crate) fn redacted<'t>(tokens: &[Token], text: &'t str) -> Cow<'t, str> {
    without(tokens, text, false)
}

/// The same of a text that may have been cut off, in the midst of a token.
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
