use super::*;

/// Replaces a secret in text with `#`.
fn hidden(secret: &str, text: &str, cut: bool) -> String {
    let mut shown = String::new();
    let mut from = 0;
    for place in Spellings::of(secret).places(text.as_bytes(), cut) {
        shown.push_str(&text[from..place.start]);
        shown.push('#');
        from = place.end;
    }
    shown + &text[from..]
}

#[test]
fn a_secret_is_found_in_every_spelling() {
    for spelling in [
        "Sec/ret+to=n",
        r"Sec\/ret+to\u003dn",
        r"Sec\/ret\u002Bto\u003Dn",
        r"\u0053\u0065\u0063\u002f\u0072\u0065\u0074\u002b\u0074\u006f\u003d\u006e",
        r"Sec\\/ret+to\\u003dn",
        r"Sec\\\\/ret+to\\\\u003dn",
        r"\S\e\c\/\r\e\t\+\t\o\=\n",
        r"Sec/ret+to\x3dn",
        r"Sec/ret+to\u{3d}n",
        "Sec%2Fret%2Bto%3Dn",
        "Sec%2fret%2bto%3dn",
        "%53ec/ret+to=%6e",
        "Sec%252Fret%252Bto%25253Dn",
        r"Sec%5C/ret+to%5cu003dn",
        r"Sec\u00252Fret+to\u00253Dn",
        "Sec&#x2F;ret&#43;to&#x3d;n",
        "Sec&amp;#x2F;ret&amp;#43;to&amp;#x3d;n",
        "Sec&sol;ret&plus;to&equals;n",
        "Sec/ret to=n",
        "Sec%2Fret%20to%3dn",
        "sec/ret+to=N",
    ] {
        for around in ["", " ", "\"", "x", "\\n", "%", "\\", "&"] {
            let text = format!("{around}{spelling}{around}");
            let shown = hidden("Sec/ret+to=n", &text, false);
            assert!(shown.contains('#') && shown.len() <= 5, "{text}: {shown}");
        }
    }
}

#[test]
fn a_secret_that_looks_like_escapes_is_found_in_every_spelling() {
    let secret = r#"a%41\u0041"b\&lt;c"#;
    for spelling in [
        secret,
        r#"a%41\\u0041\"b\\&lt;c"#,
        "a%2541%5Cu0041%22b%5C%26lt%3Bc",
        r#"a%41\u0041&quot;b\&amp;lt;c"#,
    ] {
        assert_eq!(hidden(secret, spelling, false), "#", "{spelling}");
    }
}

#[test]
fn a_secret_is_found_in_base64_with_anything_around_it() {
    let shown = |text| hidden("Sec/ret+to=n-123", text, false);
    // `Sec/…`, `user:Sec/…`, `ab:Sec/…`, `a:Sec/…:b`
    for text in [
        "U2VjL3JldCt0bz1uLTEyMw==",
        "dXNlcjpTZWMvcmV0K3RvPW4tMTIz",
        "YWI6U2VjL3JldCt0bz1uLTEyMw",
        "YTpTZWMvcmV0K3RvPW4tMTIzOmI%3D",
    ] {
        let shown = shown(text);
        assert!(shown.contains('#') && shown.len() < 14, "{text}: {shown}");
    }
    // `>>>???>>>???`, in either alphabet and escaped.
    for text in [
        "Pj4+Pz8/Pj4+Pz8/",
        "Pj4-Pz8_Pj4-Pz8_",
        r"Pj4%2BPz8\/Pj4+Pz8%2F",
    ] {
        assert_eq!(hidden(">>>???>>>???", text, false), "#", "{text}");
    }
}

#[test]
fn a_short_secret_is_found_where_it_is_a_word_of_its_own() {
    assert_eq!(
        hidden("pect", "expected pect (pect)-pect", false),
        "expected # (#)-#"
    );
    assert_eq!(
        hidden("pect", r"\npect\u003dpect %3Dpect", false),
        r"\n#\u003d# %3D#"
    );
    assert_eq!(
        hidden("pect", "pect_ pects 1pect épect", false),
        "pect_ pects 1pect épect"
    );
    assert_eq!(hidden("expected", "unexpectedly", false), "un#ly");
}

#[test]
fn a_secret_is_found_without_its_padding() {
    let shown = |text| hidden("Secret+to==", text, false);
    for text in [
        "Secret+to==",
        "Secret+to=",
        "Secret+to",
        "Secret%2Bto%3D%3d",
    ] {
        let shown = shown(text);
        assert!(
            shown.starts_with('#') && shown.len() <= 2,
            "{text}: {shown}"
        );
    }
    assert_eq!(
        hidden("Secret=", "Secret and Secret=", false),
        "Secret and #"
    );
}

#[test]
fn the_beginning_of_a_secret_counts_where_a_text_is_cut_off() {
    for (text, expected) in [
        ("a Sec/re", "a #"),
        ("a Sec/", "a #"),
        ("a Sec", "a Sec"),
        (r"a Sec\/re", "a #"),
        (r"a Sec\/re\u00", "a #"),
        ("a Sec%2Fre%7", "a #"),
        ("a Sec%2Fre%", "a #"),
        ("a Sec&#47;re&#x7", "a #"),
        (r"a Sec/ret+to=n\", r"a #\"),
    ] {
        assert_eq!(hidden("Sec/ret+to=n", text, true), expected);
    }
    assert_eq!(hidden("Sec/ret+to=n", "a Sec/re", false), "a Sec/re");
    assert_eq!(hidden("secretive", "secretivesecretivesecr", true), "###");
}

proptest::proptest! {
    #[test]
    fn any_secret_is_found_in_any_text_however_it_is_escaped(
        secret in "[!-~]{8,20}",
        how in proptest::collection::vec(0..6u8, 20),
        around in "[ -~]{0,6}",
    ) {
        let spelled: String = secret.chars().zip(how).map(|(letter, how)| {
            let code = u32::from(letter);
            match how {
                0 => format!("\\u{code:04x}"),
                1 => format!("\\u{code:04X}"),
                _ if "\"\\".contains(letter) => format!("\\{letter}"),
                _ => letter.to_string(),
            }
        }).collect();
        let text = format!("{around} {spelled} {around}");
        let percent: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
        for text in [text, format!("{around} {percent} {around}"), format!("{around}{secret}{around}")] {
            let places = Spellings::of(&secret).places(text.as_bytes(), false);
            proptest::prop_assert!(!places.is_empty(), "{}", text);
        }
    }

    #[test]
    fn places_are_in_order_and_within_the_text(
        secret in "[a%\\\\u0&#]{1,9}",
        text in "[a%\\\\u0&#x;25{}é]{0,40}",
        cut: bool,
    ) {
        let mut from = 0;
        for place in Spellings::of(&secret).places(text.as_bytes(), cut) {
            proptest::prop_assert!(from <= place.start && place.start < place.end);
            from = place.end;
        }
        proptest::prop_assert!(from <= text.len());
    }
}
