use super::*;

fn engine(pattern: &str) -> Engine {
    Engine::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

/// Asserts which strings a pattern matches, by each engine that takes it.
fn assert_matches(pattern: &str, fine: &[&str], broken: &[&str]) {
    let parsed = parse::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let program = Program::new(&parsed).unwrap();
    let engines = [engine(pattern), Engine::Backtracking(Box::new(program))];
    for engine in engines {
        for text in fine {
            assert_eq!(
                engine.matches(text),
                Ok(true),
                "{pattern} {text:?} {engine:?}"
            );
        }
        for text in broken {
            assert_eq!(
                engine.matches(text),
                Ok(false),
                "{pattern} {text:?} {engine:?}"
            );
        }
    }
}

#[test]
fn escapes_and_anchors_mean_what_ecma_262_says() {
    for (pattern, fine, broken) in [
        ("b", &["abc"][..], &["ac", ""][..]),
        ("", &["", "a"], &[]),
        ("^a$", &["a"], &["a\n", "\na", "ba"]),
        ("^\\d$", &["7"], &["٣", "７"]),
        ("^\\w$", &["a", "_", "0"], &["é", "ſ", "-"]),
        (
            "^\\s$",
            &["\u{feff}", "\u{a0}", "\u{2029}", "\t", "\u{b}"],
            &["\u{85}", "\u{200b}"],
        ),
        (
            "^.$",
            &["a", "😀", "\u{85}"],
            &["\n", "\r", "\u{2028}", "\u{2029}", ""],
        ),
        ("\\bé\\b", &["aéb"], &["é", " é "]),
        ("a\\Bé", &[], &["aé"]),
        (
            "^\\cJ\\x41\\u0042\\u{1F600}\\uD83D\\uDE00\\0$",
            &["\nAB😀😀\0"],
            &["JAB"],
        ),
        ("^\\uD83D$", &[], &["😀", "\u{fffd}"]),
        ("^[\\uD83D\\uDE00-\\u{1F64F}]$", &["😀", "😁"], &["a"]),
        ("^[^\\uD800-\\uDFFF]$", &["a", "😀"], &[]),
        ("^\\p{Lu}\\p{L}*\\P{L}$", &["Äöü1"], &["äöü1", "Äöü"]),
        ("^\\p{Script=Greek}+$", &["αβγ"], &["abc"]),
        ("^[\\p{L}\\d-]+$", &["é1-"], &["é_"]),
        ("^[^\\p{L}]$", &["1"], &["é"]),
        ("^[]$", &[], &["", "]"]),
        ("^[^]$", &["\n", "]"], &["", "ab"]),
        ("^[a-z&&b~~+--[]+$", &["a&b", "~", "[", "-"], &["A"]),
        ("^[\\w-.]+$", &["a-."], &["+"]),
        ("^[\\b\\-\\]]$", &["\u{8}", "-", "]"], &["b"]),
        ("^[^\\D]$", &["1"], &["a"]),
        ("^a\\/b\\-c\\_d\\@$", &["a/b-c_d@"], &[]),
        (".*{{.+}}.*", &["a {{b}} c", "{{{}}}"], &["{{}}", "{b}"]),
        ("^a{,2}$", &["a{,2}"], &["aa"]),
        ("^a{2,3}?b{1}}$", &["aab}", "aaab}"], &["ab}"]),
        ("^x{0}$", &[""], &["x"]),
        ("^(?:a|b|)(?<year>c)$", &["ac", "bc", "c"], &["dc"]),
        ("^#  a$", &["#  a"], &["#a", ""]),
        ("^\\101\\7$", &["A\u{7}"], &[]),
        ("^\\u{61}\\xZ\\uZ\\k$", &["axZuZk"], &[]),
    ] {
        assert_matches(pattern, fine, broken);
    }
}

#[test]
fn lookaround_and_references_mean_what_ecma_262_says() {
    for (pattern, fine, broken) in [
        (
            "^(?=.*\\d)(?!.*--).{2,}$",
            &["a1", "1a-b-"][..],
            &["ab", "a1--", "1"][..],
        ),
        ("(?<=\\$)\\d+(?!\\.)", &["$42"], &["42", "$4."]),
        ("(?<!a)b", &["b", "cb"], &["ab"]),
        ("(?<=a{2,3}(?:bc)*)d", &["aabcbcd", "aad"], &["abcd"]),
        ("(?<=\\1(a))b", &["aab"], &["ab"]),
        ("^(a*)-\\1$", &["-", "aa-aa"], &["aa-a"]),
        ("^(?:(a)|b)\\1$", &["aa", "b"], &["a", "ba"]),
        ("^\\1(a)$", &["a"], &["aa"]),
        ("^(a\\1)$", &["a"], &["aa"]),
        ("^(?<q>[\"'])[^\"']*\\k<q>$", &["'a'", "\"\""], &["'a\""]),
        (
            "^(?:(a)|(b)|c)*\\1$",
            &["aac", "c", "aabab", "aa"],
            &["cad"],
        ),
        ("^(?=(a+))a*b\\1$", &["aba"], &["b", "ab"]),
        ("^(?:a?)*?(?!b)$", &["", "aaa"], &["b"]),
        ("^(?:)*(?!b)$", &[""], &["a"]),
    ] {
        let engine = engine(pattern);
        assert!(matches!(engine, Engine::Backtracking(_)), "{pattern}");
        for text in fine {
            assert_eq!(engine.matches(text), Ok(true), "{pattern} {text:?}");
        }
        for text in broken {
            assert_eq!(engine.matches(text), Ok(false), "{pattern} {text:?}");
        }
    }
}

#[test]
fn what_is_not_a_pattern_is_refused() {
    for pattern in [
        "(",
        ")",
        "[",
        "a**",
        "*a",
        "+",
        "?",
        "{1}",
        "a{2}{3}",
        "a{3,2}",
        "\\",
        "(?",
        "(?i)a",
        "(?<a",
        "(?<>a)",
        "(?>a)",
        "[z-a]",
        "\\u{110000}",
        "\\p{Klingon}",
        "\\p{",
        "[\\p{Foo}]",
        "(?<a>b)\\k<c>",
        "^*",
        "(?<=a)*",
        "(?P<a>b)",
        "(?=a)\\p{Nope}",
    ] {
        assert!(Engine::new(pattern).is_err(), "{pattern}");
    }
    assert!(Engine::new(&"(".repeat(100_000)).is_err());
    assert!(Engine::new(&format!("{}{}", "(".repeat(100), ")".repeat(100))).is_ok());
}

#[test]
fn a_pattern_without_lookaround_and_references_is_linear() {
    for pattern in [
        "^(a+)+$",
        ".*{{.+}}.*",
        "(x+x+)+y",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
    ] {
        let engine = engine(pattern);
        assert!(matches!(engine, Engine::Linear(_)), "{pattern}");
        assert!(engine.matches(&format!("{}!", "a".repeat(100_000))).is_ok());
    }
}

#[test]
fn what_takes_too_many_steps_is_said_to() {
    for pattern in [
        "^(?=a)(a+)+$",
        "^(a|a)*\\1?b$",
        "(?=((x+x+)+))y",
        "^(?:a?x?){0,99999}\\b!",
    ] {
        let engine = engine(pattern);
        let text = format!("{}!", "a".repeat(40));
        let result = engine.matches(&text.replace('a', "ax"));
        assert!(result.is_ok(), "{pattern}");
    }
    let text = format!("{}!", "a".repeat(40));
    assert_eq!(engine("^(?=a)(a+)+$").matches(&text), Err(OutOfSteps));
    assert_eq!(engine("^(a|a)*\\1b$").matches(&text), Err(OutOfSteps));
    // A long string alone is not too much.
    let long = "ab".repeat(500_000);
    assert_eq!(engine("(?<!a)c").matches(&long), Ok(false));
    assert_eq!(engine("^(?!.*--)[ab]+$").matches(&long), Ok(true));
}

#[test]
fn a_pattern_that_is_large_as_a_program_has_a_budget() {
    let engine = Engine::new("(?:(?:(?:a{0,50}){0,50}){0,50})b$").unwrap();
    assert!(matches!(engine, Engine::Backtracking(_)));
    assert_eq!(engine.matches("aab"), Ok(true));
    assert_eq!(engine.matches(&"a".repeat(100_000)), Err(OutOfSteps));
    for small in ["^[0-9a-zA-Z_.-]{1,255}$", "^.{1,1024}$", "^[a-z]{1,5000}$"] {
        let engine = Engine::new(small).unwrap();
        assert!(matches!(engine, Engine::Linear(_)), "{small}");
    }
}
