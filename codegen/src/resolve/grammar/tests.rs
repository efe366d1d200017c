use super::{http, package, url};

#[test]
fn urls_are_absolute_http_urls() {
    for right in [
        "https://api.example.com",
        "http://localhost:8080/v1",
        "HTTPS://127.0.0.1",
        "https://[::1]:80/a%20b",
        "https://a_b.example.com./~x;y=1",
    ] {
        assert!(url::base(right).is_ok(), "{right}: {:?}", url::base(right));
        assert!(url::page(right).is_ok(), "{right}");
    }
    for page in [
        "https://docs.example.com/a?b=c&d#e",
        "https://日本.example/ü",
    ] {
        assert!(url::page(page).is_ok(), "{page}: {:?}", url::page(page));
        assert!(url::base(page).is_err(), "{page}");
    }
    for wrong in [
        "",
        "example.com",
        "/docs",
        "//a.b",
        "ftp://a.b",
        "javascript://a.b/%0Aalert(1)",
        "https://",
        "https:///a",
        "https://a b",
        "https://a.b/\n```",
        "https://a.b>",
        "https://<a>",
        "https://a.b/\u{202e}",
        "https://a.b/%",
        "https://a.b/%zz",
        "https://a.b:99999",
        "https://a.b:x",
        "https://u@a.b",
        "https://u:secret@a.b/c",
        "https://[::g]",
        "https://[::1",
        "https://a..b",
        "https://?a",
        "https://a.b/`",
        "https://a.b/\"",
        "https://a.b/{c}",
        "https://a.b/|",
        "https://a.b/\u{0}",
        " https://a.b",
    ] {
        assert!(url::base(wrong).is_err(), "{wrong:?}");
        assert!(url::page(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn what_crates_io_would_reject_is_reported() {
    let wrong = |entries: &str| {
        let text = format!(r#"{{"name": "a", "version": "1.0.0"{entries}}}"#);
        let package = serde_json::from_str(&text).unwrap();
        let entries = package::for_a_registry(&package).into_iter();
        let wrong = entries.filter_map(|(key, checked)| Some((key, checked.err()?.message)));
        let said = wrong.map(|(key, message)| format!("{key}: {message}"));
        said.collect::<Vec<_>>()
    };
    let all = r#", "license": "(MIT OR Apache-2.0) AND Unicode-3.0", "keywords": ["a", "b-2", "c+"],
        "repository": "https://example.com/a", "categories": ["web-programming::http-client"]"#;
    for right in ["", all, r#", "keywords": [], "categories": []"#] {
        assert_eq!(wrong(right), [""; 0], "{right}");
    }
    for (entries, expected) in [
        (
            r#""license": "MIT/Apache-2.0""#,
            "license: `MIT/Apache-2.0` is not an SPDX expression",
        ),
        (
            r#""license": " ""#,
            "license: ` ` is not an SPDX expression",
        ),
        (
            r#""license": "MIT OR""#,
            "license: `MIT OR` is not an SPDX expression: ",
        ),
        (
            r#""license": "Proprietary""#,
            "`Proprietary` is not an SPDX expression: ",
        ),
        (
            r#""repository": "https://user:secret@example.com""#,
            "it has a user or a password",
        ),
        (r#""license": "MIT\nevil = 1""#, "is not an SPDX expression"),
        (
            r#""repository": "example""#,
            "repository: `example` is not a valid URL: ",
        ),
        (
            r#""keywords": ["a b"]"#,
            "keywords: `a b` is not a valid keyword",
        ),
        (
            r#""keywords": ["aaaaaaaaaaaaaaaaaaaaa"]"#,
            "is not a valid keyword",
        ),
        (r#""keywords": ["a", "a"]"#, "keywords: `a` appears twice"),
        (r#""keywords": ["a", "A"]"#, "keywords: `A` appears twice"),
        (r#""categories": [":::"]"#, "`:::` is not a valid category"),
        (r#""categories": ["a::"]"#, "`a::` is not a valid category"),
        (
            r#""keywords": ["a", "b", "c", "d", "e", "f"]"#,
            "keywords: expected at most 5 items, found 6",
        ),
        (
            r#""categories": ["API bindings"]"#,
            "`API bindings` is not a valid category",
        ),
    ] {
        let said = wrong(&format!(", {entries}"));
        assert!(
            said.len() == 1 && said[0].contains(expected),
            "{entries}: {said:?}"
        );
    }
}

#[test]
fn crate_names_follow_the_rules_of_cargo() {
    for right in ["example-api", "a", "a-b_c9"] {
        assert!(package::name(right).is_ok(), "{right}");
    }
    for wrong in [
        "",
        "1a",
        "-a",
        "_",
        "a b",
        "a/b",
        "../a",
        "a.b",
        "ä",
        "a\n[dependencies]",
        "a\"",
        "std",
        "core",
        "alloc",
        "proc_macro",
        "test",
        "fn",
        "Self",
        "Client",
        "async",
        "con",
        "NUL",
        "com1",
        "deps",
        "client_runtime",
        "tokio",
        &"a".repeat(65),
        "a\u{1b}[31m",
    ] {
        assert!(package::name(wrong).is_err(), "{wrong:?}");
    }
    for right in ["0.1.0", "1.0.0-alpha.1+b"] {
        assert!(package::version(right).is_ok(), "{right}");
    }
    for wrong in [
        "", "1", "1.0", "v1.0.0", "1.0.0\n", "01.0.0", "1.0.0 ", "^1.0.0", "1.0.x",
    ] {
        assert!(package::version(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn variables_are_names_without_a_meaning_for_a_shell() {
    for right in ["EXAMPLE_TOKEN", "_A", "token9", "PATHS", "LDX_TOKEN"] {
        assert!(package::variable(right).is_ok(), "{right}");
    }
    for wrong in [
        "",
        "1A",
        "A-B",
        "A B",
        "A=1; touch x; B",
        "A\nB",
        "$(x)",
        "Ä",
        "PATH",
        "LD_PRELOAD",
        "BASH_ENV",
        "AWS_SECRET_ACCESS_KEY",
        "https_proxy",
        "SSL_CERT_FILE",
        "SSLKEYLOGFILE",
        "IFS",
        "path",
        "`x`",
    ] {
        assert!(package::variable(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn statuses_have_three_digits_and_event_names_one_line() {
    for right in ["100", "200", "404", "599"] {
        assert!(http::status(right).is_ok(), "{right}");
    }
    for wrong in [
        "",
        "20",
        "2000",
        "2xx",
        "default",
        "600",
        "2 0",
        "200 |\n```",
        "٢٠٠",
    ] {
        assert!(http::status(wrong).is_err(), "{wrong:?}");
    }
    assert!(http::event("a b").is_ok() && http::event("a\nb").is_err());
}
