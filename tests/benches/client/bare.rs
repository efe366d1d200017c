//! A client as one would write it by hand: `reqwest`, and structs for `serde`.

use std::time::Duration;

use losant::http::HeaderMap;
use losant::http::header::{ACCEPT, HeaderValue};
use losant::reqwest;
use serde::de::DeserializeOwned;

use crate::by_hand::{Log, Page};
use crate::{INSTANCE, TOKEN};

pub struct Bare {
    http: reqwest::Client,
    url: String,
}

impl Bare {
    pub fn new(url: &str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert("accept-version", HeaderValue::from_static("^1.30.0"));
        let http = reqwest::Client::builder()
            .user_agent("losant/0.1.0")
            .default_headers(headers)
            .connect_timeout(Duration::from_secs(10));
        Bare {
            http: http.build().unwrap(),
            url: url.to_owned(),
        }
    }

    /// The URL of a log, with the parameters that the client sends.
    pub fn log_url(&self, id: &str) -> String {
        format!(
            "{}/instance/{INSTANCE}/audit-logs/{id}?_actions=false&_links=true&_embedded=true",
            self.url
        )
    }

    pub async fn log(&self, id: &str) -> Result<Log, Box<dyn std::error::Error>> {
        self.get(&self.log_url(id)).await
    }

    /// The URL of a page, with the parameters that the client sends except for the end of the
    /// range.
    pub fn page_url(&self, page: usize, per_page: usize) -> String {
        format!(
            "{}/instance/{INSTANCE}/audit-logs?sortField=creationDate&sortDirection=desc\
             &page={page}&perPage={per_page}&_actions=false&_links=true&_embedded=true",
            self.url
        )
    }

    pub async fn page(
        &self,
        page: usize,
        per_page: usize,
    ) -> Result<Page, Box<dyn std::error::Error>> {
        self.get(&self.page_url(page, per_page)).await
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, Box<dyn std::error::Error>> {
        let request = self.http.get(url).bearer_auth(TOKEN);
        let request = request.timeout(Duration::from_secs(60));
        let response = request.send().await?.error_for_status()?;
        Ok(serde_json::from_slice(&response.bytes().await?)?)
    }
}
