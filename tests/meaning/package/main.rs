//! Sends values with the emitted client, and reports the results.
//!
//! The first line on stdin is the server's URL. Every other line is `{"action", "parameters"}`. It
//! is answered on stdout with `{"body"}`, the response's body as encoded by its type, or with
//! `{"error"}`.

mod table;

use std::error::Error;
use std::io::{self, BufRead, Write};

use client::{Client, Retry};
use client_runtime::serde::Serialize;
use client_runtime::serde::de::DeserializeOwned;
use client_runtime::Action;
use serde_json::{Value, json};

/// Defines the function `call` for a table of actions and requests.
#[macro_export]
macro_rules! table {
    ($($action:literal => $request:ty,)+) => {
        /// Calls the action of a question.
        pub async fn call(
            client: &client::Client,
            question: &serde_json::Value,
        ) -> Result<serde_json::Value, $crate::Failed> {
            match question["action"].as_str() {
                $(Some($action) => $crate::send::<$request>(client, &question["parameters"]).await,)+
                _ => panic!("no such action: {question}"),
            }
        }
    };
}

/// Why a response of the right type is missing.
pub struct Failed {
    error: String,
    kept: Option<Value>,
}

/// Sends a request with these parameters, and encodes the body of the response again.
async fn send<R>(client: &Client, parameters: &Value) -> Result<Value, Failed>
where
    R: Action + DeserializeOwned + 'static,
    R::Output: Serialize,
{
    // Parsed from a string, so that numbers keep their digits.
    let failed = |error: &dyn Error| Failed { error: shown(error), kept: None };
    let request: R = serde_json::from_str(&parameters.to_string()).map_err(|e| failed(&e))?;
    let response = client.call(request).send().await.map_err(|error| Failed {
        error: shown(&error),
        kept: error.body().and_then(|body| serde_json::from_slice(body).ok()),
    })?;
    let text = serde_json::to_string(response.body()).map_err(|e| failed(&e))?;
    serde_json::from_str(&text).map_err(|e| failed(&e))
}

fn shown(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(&format!(": {error}"));
        next = error.source();
    }
    text
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut lines = io::stdin().lock().lines();
    let url = lines.next().ok_or("no URL")??;
    let builder = Client::builder().base_url(&url).retry(Retry::none());
    let client = builder.build()?;
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build()?;
    let mut stdout = io::stdout().lock();
    for line in lines {
        let question: Value = serde_json::from_str(&line?)?;
        let answer = match runtime.block_on(table::call(&client, &question)) {
            Ok(body) => json!({"body": body}),
            Err(Failed { error, kept: Some(kept) }) => json!({"error": error, "kept": kept}),
            Err(Failed { error, kept: None }) => json!({"error": error}),
        };
        writeln!(stdout, "{answer}")?;
    }
    Ok(())
}
