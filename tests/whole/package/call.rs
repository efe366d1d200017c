//! Calls an action by name, and decodes the response into the emitted types.

use std::error::Error;
use std::time::Duration;

use client::{Client, dynamic};
use futures_util::TryStreamExt;
use serde_json::Value;

/// Calls the action of a question. Returns the status of the success, or an error message.
pub fn call(question: &Value) -> Result<u16, String> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().map_err(shown)?;
    let answered = async { tokio::time::timeout(Duration::from_secs(60), answer(question)).await };
    runtime.block_on(answered).map_err(shown)?
}

async fn answer(question: &Value) -> Result<u16, String> {
    let url = question["url"].as_str().unwrap_or_default();
    let builder = Client::builder().access_token("TOKEN").base_url(url);
    let client = builder.build().map_err(shown)?;
    let name = question["action"].as_str().unwrap_or_default();
    let request = dynamic::request(name, question["parameters"].clone()).map_err(shown)?;
    if request.is_event_stream() {
        let mut events = client.call(request).events();
        for (event, schema) in question["events"].as_object().into_iter().flatten() {
            let got = events.try_next().await.map_err(shown)?.ok_or("the stream ended")?;
            if got.event != *event {
                return Err(format!("{event} is {}", got.event));
            }
            read(schema, &got.data)?;
        }
        return Ok(200);
    }
    let response = client.call(request).send().await.map_err(shown)?;
    let status = response.status().as_u16();
    read(&question["schemas"][status.to_string()], response.into_body().get())?;
    Ok(status)
}

/// Decodes JSON into the type of a schema, if the schema is a type by itself.
fn read(schema: &Value, text: &str) -> Result<(), String> {
    let reference = schema["$ref"].as_str().unwrap_or_default();
    match reference.strip_prefix("#/definitions/").and_then(crate::table::read) {
        Some(read) => read(text).map(drop).map_err(shown),
        None => Ok(()),
    }
}

fn shown(error: impl Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(&format!(": {error}"));
        next = error.source();
    }
    text
}
