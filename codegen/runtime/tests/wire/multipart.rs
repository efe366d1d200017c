//! Requests with files, from JSON to bytes.

use client_runtime::{Json, Options, Upload};

use crate::server::{Server, reply};
use crate::{Error, core, run};

#[derive(Debug, Clone, PartialEq)]
struct Import {
    id: String,
    file: Upload,
    logo: Option<Upload>,
    options: Option<Json>,
    dry: Option<bool>,
}

client_runtime::parameters!(Import {
    path id: "id" required,
    file file: "importFile" required,
    file logo: "logo",
    part options: "options",
    part dry: "dryRun",
});

client_runtime::action!(Import = "thing.import" { POST "/things/{id}" -> () });

fn import(json: serde_json::Value) -> Import {
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_request_with_files_is_data_that_always_produces_the_same_bytes() {
    let json = serde_json::json!({
        "id": "1",
        "importFile": "é\r\n",
        "options": {"id": 12},
        "dryRun": true,
    });
    let request = import(json.clone());
    assert_eq!(serde_json::to_value(&request).unwrap(), json);

    let core = core("http://127.0.0.1:9");
    let http_request = core.http_request(&request, &Options::default()).unwrap();
    assert_eq!(http_request.uri(), "http://127.0.0.1:9/things/1");
    assert_eq!(
        http_request.headers()["content-type"],
        "multipart/form-data; boundary=form-data-boundary-00000000"
    );
    let expected = "--form-data-boundary-00000000\r\n\
         Content-Disposition: form-data; name=\"importFile\"; filename=\"importFile\"\r\n\r\n\
         é\r\n\r\n\
         --form-data-boundary-00000000\r\n\
         Content-Disposition: form-data; name=\"options\"\r\n\r\n\
         {\"id\":12}\r\n\
         --form-data-boundary-00000000\r\n\
         Content-Disposition: form-data; name=\"dryRun\"\r\n\r\n\
         true\r\n\
         --form-data-boundary-00000000--\r\n";
    assert_eq!(http_request.body(), expected);
    let again = core.http_request(&request, &Options::default()).unwrap();
    assert_eq!(again.body(), http_request.body());
}

#[derive(Debug, Clone, PartialEq)]
struct Restore {
    file: Option<Upload>,
    dry: Option<bool>,
}

client_runtime::parameters!(Restore {
    file file: "importFile",
    part dry: "dryRun",
});

client_runtime::action!(Restore = "thing.restore" { POST "/restore" -> () });

#[test]
fn a_request_without_parts_has_no_body_and_no_content_type() {
    let server = Server::new([reply("204 No Content", "", "")]);
    let core = core(&server.url);
    let request = Restore {
        file: None,
        dry: None,
    };
    let http_request = core.http_request(&request, &Options::default()).unwrap();
    assert!(http_request.body().is_empty());
    assert!(!http_request.headers().contains_key("content-type"));
    run(core.send::<_, Error>(&request, &Options::default())).unwrap();
    let head = &server.heads()[0];
    assert!(head.starts_with("post /restore "), "{head}");
    assert!(!head.contains("content-type"), "{head}");
    assert!(!head.contains("content-length: 3"), "{head}");

    let request = Restore {
        file: None,
        dry: Some(true),
    };
    let http_request = core.http_request(&request, &Options::default()).unwrap();
    assert!(http_request.headers().contains_key("content-type"));
}

#[test]
fn no_message_shows_the_content_of_a_file() {
    let request = import(serde_json::json!({
        "id": "",
        "importFile": {"content": "sesame", "contentType": "a\r\nb"},
    }));
    assert!(!format!("{request:?}").contains("sesame"));
    let error = Error::from(
        core("http://127.0.0.1:9")
            .http_request(&request, &Options::default())
            .unwrap_err(),
    );
    assert_eq!(
        error.to_string(),
        "thing.import (POST /things/{id}): invalid request: \
         `id`: expected a string that is not empty, `.` or `..`; \
         `importFile.contentType`: expected a media type such as `image/png`"
    );
}
