//! Where access tokens come from.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use crate::failure::Failure;
use crate::secret::Token;

/// Any error.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// What makes a token.
type Provide =
    dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, BoxError>> + Send>> + Send + Sync;

/// Where the token of a request comes from.
#[derive(Debug, Clone, Default)]
pub(crate) enum Tokens {
    #[default]
    None,
    Fixed(Token),
    Provided(Arc<Provider>),
}

impl Tokens {
    /// The token, as far as it is known without asking for one.
    pub fn known(&self) -> Option<Token> {
        match self {
            Tokens::None => None,
            Tokens::Fixed(token) => Some(token.clone()),
            Tokens::Provided(provider) => provider.last().token,
        }
    }
}

/// Makes tokens, and keeps the last one for as long as the server takes it.
pub(crate) struct Provider {
    provide: Box<Provide>,
    current: RwLock<Current>,
    /// Held while a token is made, so that callers whose token was refused at the same time share
    /// the next one.
    making: Mutex<()>,
}

/// The last token, and how many there have been.
#[derive(Clone, Default)]
struct Current {
    token: Option<Token>,
    made: u64,
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

    /// The token to send, which is none that the server has refused.
    pub async fn token(&self, refused: Option<&Token>) -> Result<Token, Box<Failure>> {
        let Current { token, made } = self.last();
        if let Some(token) = token.filter(|token| Some(token) != refused) {
            return Ok(token);
        }
        let _making = self.making.lock().await;
        // One that was made meanwhile is the next one, even if it is the refused one once more:
        // otherwise, each of those who wait would have the same made again.
        let last = self.last();
        if let Some(token) = last.token.filter(|_| last.made != made) {
            return Ok(token);
        }
        let text = (self.provide)().await.map_err(Failure::token)?;
        let token = Token::new(&text).map_err(|problem| Failure::token(problem.into()))?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.token = Some(token.clone());
        current.made += 1;
        Ok(token)
    }

    fn last(&self) -> Current {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider")
    }
}
