//! Recordings that cannot be read, or in which nothing can be checked.

use super::*;

/// Why nothing could be checked in these files of exchanges, and what to do about it.
fn unchecked(schemas: &Path, files: &[&[Value]]) -> (String, String) {
    let traffic = Traffic::new();
    let files = files.iter().enumerate();
    let files: Vec<_> = files
        .map(|(number, exchanges)| traffic.file(&format!("{number}.jsonl"), lines(exchanges)))
        .collect();
    let error = wire::run(schemas, &files).unwrap_err();
    let folder = format!("{}/", traffic.0.path().display());
    let message = format!("{error:#}").replace(&folder, "");
    (message, error.remedy().unwrap().to_owned())
}

#[test]
fn recordings_in_which_nothing_could_be_checked_are_failures_that_say_why() {
    let folder = Traffic::new();
    let schemas = other_schemas(folder.0.path(), None);
    let call = |method: &str, url: &str| json!({"method": method, "url": url, "status": 200});
    let (message, help) = unchecked(
        &schemas,
        &[&[
            call("GET", "https://tracker.example/Sesame"),
            call("GET", "/elsewhere/v1/things"),
            call("GET", "/elsewhere/v1/things"),
            call("PATCH", "/v1/things"),
            call("OPTIONS", "/things"),
            json!({"method": "GET", "url": "/things", "status": 304}),
        ]],
    );
    assert_eq!(
        message,
        "no exchange in 0.jsonl could be checked: 6 exchanges read, 1 with a path that no action has, \
         2 with the path of an action after another prefix, 1 with the path of an action and \
         another method, 1 with the method OPTIONS, a browser's preflight request, 1 for an \
         action, without a response of the API"
    );
    assert!(
        help.contains("https://things.example/v1: add the prefix there"),
        "{help}"
    );

    // A file in which something was checked does not make up for others.
    let fine = [get("/things", 418, &json!({}))];
    let other = [call("GET", "/other"), fine[0].clone()];
    let none = [call("GET", "/other")];
    let unanswered = [json!({"method": "GET", "url": "/things", "status": 0})];
    let (message, help) = unchecked(&schemas, &[&fine, &other, &none, &[], &unanswered]);
    assert_eq!(
        message,
        "no exchange in 2.jsonl could be checked: 1 exchange read, 1 with a path that no action has; \
         3.jsonl:1:1: the file is empty; no exchange in 4.jsonl could be checked: 1 exchange read, \
         1 for an action, without a response of the API"
    );
    for expected in [
        "matched by its method and path, whatever its host",
        "with --schemas DIR",
        "record some, or leave the file out",
        "record calls of https://things.example/v1",
    ] {
        assert!(help.contains(expected), "{help}");
    }
}

#[test]
fn unreadable_files_are_named_with_line_column_and_remedy() {
    let traffic = Traffic::new();
    let good = lines(&[get(LOGS, 200, &json!({}))]);
    let cases = [
        ("a.jsonl", String::new(), "a.jsonl:1:1: the file is empty"),
        ("a.jsonl", "\n \n".into(), "a.jsonl:1:1: the file is empty"),
        ("a.har", String::new(), "a.har:1:1: the file is empty"),
        ("a.har", "\u{feff}\n".into(), "a.har:1:1: the file is empty"),
        (
            "a.har",
            "{\"log\": {\"entries\": []}}".into(),
            "a.har:1:1: it has no exchanges",
        ),
        (
            "a.har",
            "{\"log\": {}}".into(),
            "a.har:1:1: it has no `entries` in `log`",
        ),
        (
            "a.har",
            "\u{0}garbage".into(),
            "a.har:1:1: it is not valid JSON: expected value",
        ),
        (
            "a.har",
            "[1]".into(),
            "a.har:1:1: a value has another type than the format expects",
        ),
        (
            "a.jsonl",
            format!("{good}\n{{\"method\": 1}}"),
            "a.jsonl:3:13: a value has another type",
        ),
        (
            "a.jsonl",
            format!("{good}{{\"method\": \"GET\"}}\n"),
            "a.jsonl:2:17: missing field `url`",
        ),
        (
            "a.jsonl",
            format!("{good}{{\"meth"),
            "a.jsonl:2:6: the file ends in the middle of a value",
        ),
        (
            "a.jsonl",
            format!("{good}{{\"method\": \"GET\", \"verb\": 1}}\n"),
            "a.jsonl:2:25: the format does not have this member",
        ),
        (
            "a.jsonl",
            format!("{good}{{\"url\": \"/\", \"url\": \"/\"}}\n"),
            "a.jsonl:2:19: duplicate field `url`",
        ),
        (
            "a.jsonl",
            format!("{good}{{\"method\": \"GE\nT\"}}\n"),
            "a.jsonl:2:15: it is not valid JSON: control character",
        ),
        (
            "a.jsonl",
            format!("{good}{{\"method\": \"GE\tT\"}}\n"),
            "a.jsonl:2:15: it is not valid JSON: control character",
        ),
        (
            "a.har",
            "{\"log\": {\"entries\": [],\n\"x\": -".into(),
            "a.har:2:6: the file ends in the middle of a value",
        ),
        (
            "a.txt",
            good,
            "a.txt is not recorded traffic: its name does not end in .har or .jsonl",
        ),
    ];
    for (name, text, expected) in cases {
        let file = traffic.file(name, &text);
        let error = wire::run(&schemas(), &[file]).unwrap_err();
        let message = format!("{error:#}");
        assert!(message.contains(expected), "{message}\nis not\n{expected}");
        assert!(error.remedy().is_some(), "{message}");
    }
    let utf_16 = |order: fn(u16) -> [u8; 2]| "\u{feff}{}".encode_utf16().flat_map(order).collect();
    let foreign: [(&str, Vec<u8>, &str, &str); 4] = [
        (
            "a.har.gz",
            b"\x1f\x8b\x08\x00".to_vec(),
            "is compressed with gzip",
            "gunzip",
        ),
        (
            "a.har",
            b"PK\x03\x04".to_vec(),
            "is a ZIP archive",
            "unpack it",
        ),
        (
            "a.jsonl",
            utf_16(u16::to_le_bytes),
            "is UTF-16",
            "iconv -f UTF-16",
        ),
        (
            "a.har",
            utf_16(u16::to_be_bytes),
            "is UTF-16",
            "iconv -f UTF-16",
        ),
    ];
    for (name, bytes, expected, help) in foreign {
        let file = traffic.file(name, bytes);
        let error = wire::run(&schemas(), &[file]).unwrap_err();
        let message = format!("{error:#}");
        assert!(
            message.contains(&format!("{name}: it {expected}")),
            "{message}"
        );
        assert!(error.remedy().unwrap().contains(help), "{error:?}");
    }
    let missing = traffic.0.path().join("none.har");
    let error = wire::run(&schemas(), &[missing]).unwrap_err();
    assert!(
        format!("{error:#}").contains("none.har: No such file"),
        "{error:#}"
    );
    let folder = traffic.0.path().join("folder.har");
    std::fs::create_dir(&folder).unwrap();
    assert!(
        wire::run(&schemas(), &[folder])
            .unwrap_err()
            .remedy()
            .is_some()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_truncated_file_is_an_error_or_a_shorter_file(at in 0_usize..1200, in_lines: bool) {
        let exchanges = [get(LOGS, 200, &json!({"items": []})), get(LOGS, 404, &json!({}))];
        let (name, text) = if in_lines { ("a.jsonl", lines(&exchanges)) } else { let mut har = har(&exchanges);
                har["log"]["entries"][0]["timings"]["wait"] = json!(-1.5e-300);
                ("a.har", har.to_string()) };
        let at = at % text.len();
        let traffic = Traffic::new();
        let file = traffic.file(name, &text.as_bytes()[..at]);
        match wire::run(&schemas(), &[file]) {
            Err(error) => {
                let message = format!("{error:#}");
                prop_assert!(message.contains(&format!("{name}:")), "{}", message);
                let is_reported = match at {
                    0 => message.ends_with("the file is empty"),
                    _ => message.ends_with("the file ends in the middle of a value"),
                };
                prop_assert!(is_reported, "{}", message);
                prop_assert!(error.remedy().is_some());
            }
            // Missing lines cannot be detected.
            Ok(_) => {
                let is_whole = in_lines && text[..at].trim_end().ends_with('}');
                prop_assert!(is_whole);
            }
        }
    }
}
