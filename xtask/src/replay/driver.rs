//! Sends requests through the generated client. Written and run by `cargo xtask replay`.
//!
//! Reads one case per line on stdin, `{"case", "action", "params", "token"}`, and answers each on
//! stdout with `{"case", "refused", "failed"}` as soon as its request was sent.

use std::error::Error;
use std::io::{self, BufRead, Write};

use client::{Client, dynamic};
use futures_util::TryStreamExt;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let url = std::env::args().nth(1).ok_or("usage: replay-driver URL")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for line in io::stdin().lock().lines() {
        let mut case: Value = serde_json::from_str(&line?)?;
        let (refused, failed) = runtime.block_on(send(&url, &mut case));
        let outcome = json!({"case": case["case"], "refused": refused, "failed": failed});
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "{outcome}")?;
        stdout.flush()?;
    }
    Ok(())
}

/// Why a case was refused before a request was sent, or why it failed afterwards.
async fn send(url: &str, case: &mut Value) -> (Option<String>, Option<String>) {
    let params = case["params"].take();
    let action = case["action"].as_str().unwrap_or_default();
    let mut builder = Client::builder().base_url(url);
    if let Some(token) = case["token"].as_str() {
        builder = builder.access_token(token);
    }
    let client = match builder.build() {
        Ok(client) => client,
        Err(error) => return (Some(describe(&error)), None),
    };
    let request = match dynamic::request(action, params) {
        Ok(request) => request,
        Err(error) => return (Some(describe(&error)), None),
    };
    let streams = request.is_event_stream();
    let call = client.call(request);
    let failed = if streams { call.events().try_next().await.err() } else { call.send().await.err() };
    (None, failed.map(|error| describe(&error)))
}

/// An error with its causes, unless it already contains them.
fn describe(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let reason = cause.to_string();
        if !text.contains(&reason) {
            text = format!("{text}: {reason}");
        }
        source = cause.source();
    }
    text
}
