//! Sources of access tokens.

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::Poll;
use std::thread;

use tokio::sync::Mutex;

use crate::secrecy::Token;

/// Any error.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// An error that several calls share.
pub(crate) type SharedError = Arc<dyn StdError + Send + Sync>;

/// A function that provides a token.
type Provide =
    dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, BoxError>> + Send>> + Send + Sync;

/// The source of a request's token.
#[derive(Debug, Clone, Default)]
pub(crate) enum Tokens {
    #[default]
    None,
    Fixed(Token),
    Provided(Arc<Provider>),
}

impl Tokens {
    /// The token, if it is known without calling a provider.
    pub fn known(&self) -> Option<Token> {
        match self {
            Tokens::None => None,
            Tokens::Fixed(token) => Some(token.clone()),
            Tokens::Provided(provider) => provider.last().token,
        }
    }
}

/// Provides tokens, and keeps the last one until the server rejects it.
pub(crate) struct Provider {
    provide: Box<Provide>,
    current: RwLock<Current>,
    /// Held while a token is obtained, so that concurrent callers share the result.
    making: Mutex<()>,
}

/// The last token, the error of the last call if it failed, and how many calls have ended.
#[derive(Clone, Default)]
struct Current {
    token: Option<Token>,
    error: Option<SharedError>,
    ended: u64,
}

impl Provider {
    pub fn new<F, T, E>(provide: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        let provide = move || {
            let token = provide();
            Box::pin(async move { token.await.map_err(Into::into) }) as Pin<Box<_>>
        };
        Provider {
            provide: Box::new(provide),
            current: RwLock::default(),
            making: Mutex::new(()),
        }
    }

    /// Returns the token to send: never one that the server has rejected.
    pub async fn token(&self, refused: Option<&Token>) -> Result<Token, SharedError> {
        let Current { token, ended, .. } = self.last();
        if let Some(token) = token.filter(|token| Some(token) != refused) {
            return Ok(token);
        }
        let _making = self.making.lock().await;
        // Use the result of a call that has ended meanwhile, even an error or the rejected token.
        // Otherwise each waiting caller would repeat the call.
        let last = self.last();
        if last.ended != ended {
            return last.outcome();
        }
        let made = self.made().await;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.ended += 1;
        let made = made.unwrap_or_else(|panic| {
            // Waiting callers fail, instead of each repeating the panic.
            current.error = Some(BoxError::from("the token provider panicked").into());
            resume_unwind(panic)
        });
        match made.and_then(|text| Ok(Token::new(&text)?)) {
            Ok(token) => {
                current.token = Some(token);
                current.error = None;
            }
            Err(error) => current.error = Some(error.into()),
        }
        current.outcome()
    }

    /// Calls the provider, and catches a panic.
    async fn made(&self) -> thread::Result<Result<String, BoxError>> {
        let mut making = catch_unwind(AssertUnwindSafe(|| (self.provide)()))?;
        poll_fn(|cx| {
            let polled = catch_unwind(AssertUnwindSafe(|| making.as_mut().poll(cx)));
            match polled {
                Ok(made) => made.map(Ok),
                Err(panic) => Poll::Ready(Err(panic)),
            }
        })
        .await
    }

    fn last(&self) -> Current {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Current {
    /// The result of the last call.
    fn outcome(&self) -> Result<Token, SharedError> {
        match (&self.error, &self.token) {
            (None, Some(token)) => Ok(token.clone()),
            (Some(error), _) => Err(error.clone()),
            // No call has ended, so this is not reached.
            (None, None) => Err(BoxError::from("no token was provided").into()),
        }
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider")
    }
}
