//! Inputs that the commands must neither wait for nor hold in memory: the real binary on pipes,
//! devices and files that are too large.

use std::fs;

use crate::commands::{files, text};
use crate::files::run;
use crate::imports::Description;

#[cfg(unix)]
#[test]
fn no_command_blocks_on_a_pipe_or_reads_a_device_or_a_folder() {
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::process::Command;
    let scratch = tempfile::tempdir().unwrap();
    let pipe = scratch.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let special = "it is not a regular file";
    for (target, reason) in [
        (pipe.as_path(), special),
        (Path::new("/dev/zero"), special),
        (scratch.path(), "it is a folder, not a file"),
    ] {
        for (name, before) in [
            ("traffic.jsonl", &["drift", "wire", "--traffic"][..]),
            ("traffic.har", &["drift", "wire", "--traffic"]),
            ("allow.toml", &["drift", "generated", "--allow"]),
            ("cases.jsonl", &["replay"]),
        ] {
            let path = scratch.path().join(name);
            let _ = fs::remove_file(&path);
            symlink(target, &path).unwrap();
            let output = run(&[before, &[path.to_str().unwrap()]].concat());
            let said = text(&output);
            assert!(!output.status.success(), "{before:?}: {said}");
            assert!(
                said.contains(&format!("{name}: {reason}")),
                "{before:?}: {said}"
            );
        }
    }
}

#[test]
fn a_file_that_is_too_large_is_rejected_before_it_is_read_into_memory() {
    let scratch = tempfile::tempdir().unwrap();
    let large = |name: &str| {
        let path = scratch.path().join(name);
        // A sparse file, which takes no space on disk.
        fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for (arguments, name) in [
        (["drift", "generated", "--allow"], "allow.toml"),
        (["replay", "", ""], "cases.jsonl"),
    ] {
        let arguments: Vec<&str> = arguments.into_iter().filter(|a| !a.is_empty()).collect();
        let output = run(&[&arguments[..], &[&large(name)]].concat());
        let said = text(&output);
        assert!(!output.status.success(), "{said}");
        assert!(
            said.contains(&format!("{name}: it is larger than 64 MiB")),
            "{said}"
        );
    }
    // Traffic is read one exchange at a time; an exchange without an end counts as one.
    let traffic = scratch.path().join("traffic.jsonl");
    let mut text_of = r#"{"method": "GET", "url": ""#.to_owned();
    text_of.push_str(&"x".repeat(65 << 20));
    fs::write(&traffic, text_of).unwrap();
    let output = run(&["drift", "wire", "--traffic", traffic.to_str().unwrap()]);
    let said = text(&output);
    assert!(!output.status.success(), "{said}");
    assert!(
        said.contains("traffic.jsonl: an exchange is larger than 64 MiB"),
        "{said}"
    );

    let description = Description::new();
    let path = description.folder("1.0.0").join("types/thing.json");
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let output = description.import("1.0.0");
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("types/thing.json: it is larger than 64 MiB"),
        "{said}"
    );
    assert!(!description.target().exists());
}

#[cfg(unix)]
#[test]
fn an_import_reports_files_that_are_not_types() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let description = Description::new();
    let types = description.folder("1.0.0").join("types");
    let names: [&[u8]; 3] = [b".json", b"odd\xff.json", b"notes.md"];
    for name in names {
        fs::write(types.join(OsStr::from_bytes(name)), "{}").unwrap();
    }
    let output = description.import("1.0.0");
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("an entry of `types/` (its name is not UTF-8 that ends in `.json`): 3 times"),
        "{said}"
    );
}

/// An API with a secret in every part of a request.
fn secretive(folder: &std::path::Path) {
    let files = [
        (
            "api.json",
            serde_json::json!({"title": "Secretive", "version": "1", "baseUrl": "https://example.com",
                "package": {"name": "secretive", "version": "1.0.0"},
                "authentication": {"scheme": "bearer", "environment": "EXAMPLE_TOKEN"}}),
        ),
        (
            "resources/things.json",
            serde_json::json!({"path": "/things/{apiKey}",
            "params": [{"name": "apiKey", "in": "path", "type": "string"}],
            "actions": {
                "get": {"method": "GET",
                    "params": [
                        {"name": "token", "in": "query", "type": "string"},
                        {"name": "page", "in": "query", "type": "integer"},
                        {"name": "X-Session", "in": "header", "type": "string"}],
                    "responses": {"204": {}}},
                "post": {"method": "POST",
                    "params": [{"name": "body", "in": "body", "schema": {"type": "object",
                        "properties": {"name": {"type": "string"}, "password": {"type": "string"}}}}],
                    "responses": {"204": {}}},
                "upload": {"method": "POST", "path": "/upload",
                    "params": [
                        {"name": "secret", "in": "multipart", "type": "string"},
                        {"name": "name", "in": "multipart", "type": "string"}],
                    "responses": {"204": {}}},
            }}),
        ),
    ];
    for (path, content) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.to_string()).unwrap();
    }
}

#[test]
fn a_replay_shows_no_secret_from_any_place() {
    let scratch = tempfile::tempdir().unwrap();
    let schemas = scratch.path().join("schemas");
    secretive(&schemas);
    let bearer = serde_json::json!({"Authorization": "bearer S3cretHeader"});
    let case = |name: &str, action: &str, params, path: &str, query: &str, headers, body: &str| {
        let method = if action == "get" { "GET" } else { "POST" };
        serde_json::json!({"case": name, "resource": "things", "action": action, "params": params,
            "method": method, "path": path, "query": query, "headers": headers, "body": body})
    };
    let key = "/things/S3cretPath";
    let cases = [
        case(
            "query",
            "get",
            serde_json::json!({"apiKey": "S3cretPath2", "token": "S3cretNew/1", "X-Session": "S3cretSent"}),
            key,
            "token=S3cretOld%2F1&sig=S3cretSig&page=7",
            serde_json::json!({"authorization": "Basic dXNlcjpTM2NyZXQ=", "Cookie": "sid=S3cretCookie",
                "X-Session": "S3cretSession"}),
            "",
        ),
        case(
            "type",
            "get",
            serde_json::json!({"apiKey": "S3cretPath", "page": "S3cretType", "token": 5_312_987}),
            key,
            "",
            bearer.clone(),
            "",
        ),
        case(
            "body",
            "post",
            serde_json::json!({"apiKey": "S3cretPath", "body": {"name": "Bob", "password": "S3cretMine"}}),
            key,
            "",
            bearer.clone(),
            r#"{"name":"Ada","password":"S3cret\u002dYours"}"#,
        ),
        case(
            "form",
            "upload",
            serde_json::json!({"apiKey": "S3cretPath", "secret": "S3cretPart2", "name": "Bob"}),
            "/things/S3cretPath/upload",
            "",
            serde_json::json!({"Authorization": "S3cretAlone", "Content-Type": "multipart/form-data; boundary=b"}),
            "--b\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\nS3cretPart1\r\n--b\r\n\
             Content-Disposition: form-data; name=\"name\"\r\n\r\nAda\r\n--b--\r\n",
        ),
        case(
            "pairs",
            "post",
            serde_json::json!({"apiKey": "S3cretPath", "body": {}}),
            key,
            "",
            bearer.clone(),
            "password=S3cretPair&name=Ada",
        ),
        case(
            "with Bearer S3cretName",
            "post",
            serde_json::json!({"apiKey": "S3cretPath", "body": {}}),
            key,
            "code=S3cretCode&url=https://me:S3cretUser@host/&to=https%3A%2F%2Fyou%3AS3cretYou%40host\
             %2F%3Fa%3D1%26sig%3DS3cretInner",
            bearer,
            r#"{"name":"as bearer S3cretText"}"#,
        ),
    ];
    let mut cases = cases;
    cases[5]["method"] = "POST Bearer S3cretMethod".into();
    let lines: Vec<String> = cases.iter().map(serde_json::Value::to_string).collect();
    let path = scratch.path().join("cases.jsonl");
    fs::write(&path, lines.join("\n")).unwrap();
    let output = crate::commands::xtask(&[
        "replay",
        path.to_str().unwrap(),
        "--schemas",
        schemas.to_str().unwrap(),
    ]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("0 same, 6 differ"), "{said}");
    for shown in ["Ada", "Bob", "[redacted]", "header Authorization"] {
        assert!(said.contains(shown), "{shown}: {said}");
    }
    for secret in ["S3cret", "dXNl", "5312987"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_schemas_is_followed_to_one_of_their_regular_files_only() {
    use std::os::unix::fs::symlink;
    use std::path::Path;
    let scratch = tempfile::tempdir().unwrap();
    let [schemas, elsewhere, out] =
        ["schemas", "elsewhere", "out"].map(|name| scratch.path().join(name));
    tests::copy_audit_logs(&schemas).unwrap();
    fs::create_dir(&elsewhere).unwrap();
    fs::create_dir(schemas.join(".shared")).unwrap();
    let (schema, linked) = (
        schemas.join("types/error.json"),
        schemas.join(".shared/error.json"),
    );
    fs::rename(&schema, &linked).unwrap();
    symlink("../.shared/error.json", &schema).unwrap();
    let secret = elsewhere.join("secret");
    fs::write(&secret, "S3cret").unwrap();
    let [from, to] = [&schemas, &out].map(|path| path.to_str().unwrap());
    let arguments = ["regenerate", "--schemas", from, "--out", to];
    let output = run(&arguments);
    assert!(output.status.success(), "{}", text(&output));
    let emitted = files(&out);

    let link = schemas.join("types/more");
    for (target, reason) in [
        (
            secret.as_path(),
            "it is a symbolic link to a file outside of the schemas",
        ),
        (elsewhere.as_path(), "it is a symbolic link to a folder"),
        (Path::new(".."), "it is a symbolic link to a folder"),
        (
            Path::new("nowhere"),
            "it is a symbolic link to nowhere, which cannot be read",
        ),
        (Path::new("/dev/zero"), "it is not a regular file"),
    ] {
        symlink(target, &link).unwrap();
        let output = run(&arguments);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("types/more: {reason}")), "{said}");
        assert!(said.contains("help: replace it by a copy, or by links to regular files"));
        assert!(!said.contains("S3cret"), "{said}");
        assert_eq!(files(&out), emitted);
        fs::remove_file(&link).unwrap();
    }
}
