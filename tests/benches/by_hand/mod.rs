//! Structs as one would write them by hand for speed: strings and numbers, with unparsed bodies.
//! Nothing is validated or converted.

#![allow(dead_code, reason = "only decoding is measured")]

use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    pub items: Vec<Log>,
    pub count: Option<i64>,
    pub total_count: Option<i64>,
    pub per_page: Option<i64>,
    pub page: Option<i64>,
    pub sort_field: Option<String>,
    pub sort_direction: Option<String>,
    pub instance_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Log {
    pub id: Option<String>,
    pub instance_audit_log_id: Option<String>,
    pub creation_date: Option<String>,
    pub instance_id: Option<String>,
    pub primary_target_id: Option<String>,
    pub primary_target_type: Option<String>,
    pub primary_target_name: Option<String>,
    pub secondary_target_id: Option<String>,
    pub secondary_target_type: Option<String>,
    pub secondary_target_name: Option<String>,
    pub actor_id: Option<String>,
    pub actor_type: Option<String>,
    pub actor_name: Option<String>,
    pub request_resource: Option<String>,
    pub request_action: Option<String>,
    pub request_query_params: Option<Box<RawValue>>,
    pub request_body: Option<Box<RawValue>>,
    pub request_path_params: Option<Box<RawValue>>,
    pub response_body: Option<Box<RawValue>>,
    pub response_status: Option<i64>,
}
