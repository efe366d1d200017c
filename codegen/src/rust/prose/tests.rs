use super::*;

#[test]
fn sentences_are_their_own_markdown() {
    for text in [
        "The device's name. 1 to 255 characters.",
        "One of: a, b (the default) or c; 50% of {size}",
        "A snake_case_name and a/path, -1 for none - or 1.5",
        "Is it so? Yes!",
    ] {
        assert_eq!(prose(text), text);
        assert_eq!(line(text), text);
        assert_eq!(cell(text), text);
    }
}

#[test]
fn invisible_characters_are_removed() {
    let hidden = "a\u{e0041}b\u{200b}c\u{feff}\u{fff9}\u{202e}d";
    assert_eq!(prose(hidden), "abcd");
    assert_eq!(
        prose("\u{1f469}\u{200d}\u{1f680} \u{2764}\u{fe0f}"),
        "\u{1f469}\u{200d}\u{1f680} \u{2764}\u{fe0f}"
    );
}

#[test]
fn code_is_fenced_and_tagged_as_text() {
    for (text, expected) in [
        ("~~~\na\n~~~", "```text\na\n```"),
        ("```rust\na", "```text\na\n```"),
        ("    a\n\n    b", "```text\na\n\nb\n```"),
        (" \t<a>", "```text\n<a>\n```"),
        ("````\n```\n````", "````text\n```\n````"),
        ("-     a", "- ```text\n  a\n  ```"),
        ("1.     a", "1. ```text\n   a\n   ```"),
        ("- ~~~\n  a", "- ```text\n  a\n  ```"),
        ("> ~~~\n> a", "> ```text\n> a\n> ```"),
    ] {
        assert_eq!(prose(text), expected, "{text}");
    }
}

#[test]
fn html_is_escaped_and_links_lead_to_the_web() {
    for (text, expected) in [
        ("a <b>c</b>", r"a \<b>c\</b>"),
        ("<script>\nx()\n</script>", r"\<script> x() \</script>"),
        ("Odd \\` <img> ` end", r"Odd \` \<img> \` end"),
        ("a ` b\n\n<i>", "a \\` b\n\n\\<i>"),
        ("&lt;i&gt; &amp;lt;", r"\<i> \&lt;"),
        ("[a](javascript:x) <data:x>", "a data:x"),
        (
            "[a](http://b.c \"d\") ![e](https://f)",
            "[a](http://b.c) [e](https://f)",
        ),
        ("[a](<http://b c`|>)", "[a](<http://b%20c%60%7C>)"),
        (
            "at https://a.b/c_d?e=f&g. (http://h)",
            "at <https://a.b/c_d?e=f&g>. (<http://h>)",
        ),
        (
            "[a] [b][c] [^d] [ ] ![e]",
            r"\[a\] \[b\]\[c\] \[^d\] \[ \] !\[e\]",
        ),
        ("![a](javascript:x)[b](http://c)", "a[b](http://c)"),
        ("a\\![b](http://c)", r"a\![b](http://c)"),
        ("a\\\u{a0}", r"a\\"),
        ("*[ a](js:x)* *[](js:x)*.", "*a* ."),
        ("~~a~~ **b** _c_ a*b", r"\~\~a\~\~ **b** *c* a\*b"),
    ] {
        assert_eq!(prose(text), expected, "{text}");
    }
}

#[test]
fn block_syntax_within_a_line_is_escaped() {
    for (text, expected) in [
        ("\\# a", r"\# a"),
        ("1\\. a", r"1\. a"),
        ("# a\n# b", "a b"),
        ("a:\n- b\n- c", "a: - b - c"),
        ("- a", "a"),
        ("# - a", r"\- a"),
        ("~~~\na\nb", "`a b`"),
        ("a | b", "a | b"),
    ] {
        assert_eq!(line(text), expected, "{text}");
    }
    assert_eq!(cell("a | `b|c` `d\\|e`"), r"a \| `b\|c` d\\\|e");
}

#[test]
fn blocks_are_kept() {
    for (text, expected) in [
        ("# a #\nb", "### a\n\nb"),
        ("a\n===\n- - -\nb", "### a\n\nb"),
        ("* a\n  * b\n\n    c\n+ d", "- a\n  - b\n\n    c\n\n- d"),
        ("3) a\n4) b", "3. a\n4. b"),
        ("> a\n> > b", "> a\n>\n> > b"),
        (
            "a|b\n:-|-:\n`c`|\\|",
            "| a | b |\n|:---|---:|\n| `c` | \\| |",
        ),
        ("- \n- a", "- a"),
    ] {
        assert_eq!(prose(text), expected, "{text}");
    }
}

#[test]
fn any_name_can_be_shown_as_code() {
    for (name, expected) in [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("", "` `"),
        ("a\nb\u{202e}", "`a b`"),
    ] {
        assert_eq!(code(name), expected);
    }
    assert_eq!(link("https://a.b/c?d=e"), "<https://a.b/c?d=e>");
    assert_eq!(
        link("https://a>\n\n<b>"),
        "[https://a> \\<b>](<https://a%3E%0A%0A%3Cb%3E>)"
    );
    assert_eq!(link("javascript:a"), "`javascript:a`");
}

#[test]
fn nesting_takes_linear_time() {
    const DEPTH: usize = 20_000;
    for (open, close) in [
        ("> ", ""),
        ("- ", ""),
        ("*a ", "*"),
        ("[", "](http://a)"),
        ("![", "](http://a)"),
    ] {
        let text = format!("{}x{}", open.repeat(DEPTH), close.repeat(DEPTH));
        for markdown in [prose(&text), line(&text), line(&format!("a\n{text}"))] {
            assert!(
                markdown.len() < 2 * text.len(),
                "{open}: {}",
                markdown.len()
            );
        }
    }
    let long = "word ".repeat(100_000);
    let item = line(&format!("{}{long}", "- ".repeat(DEPTH)));
    assert_eq!(item.len(), long.trim().len());
}

#[test]
fn many_urls_take_linear_time() {
    const MANY: usize = 50_000;
    let text = "http://a ".repeat(MANY);
    assert_eq!(prose(&text).matches("<http://a>").count(), MANY);
    for end in [")", "."] {
        let ends = end.repeat(MANY);
        assert_eq!(
            prose(&format!("http://a{ends}")),
            format!("<http://a>{ends}")
        );
    }
    assert_eq!(prose("http://a_(b))."), "<http://a_(b)>).");
}

#[test]
fn a_sentence_is_a_paragraph_on_one_line() {
    for text in ["# a", "- a", "1. a", "> a", "a\n\nb", "    <a>"] {
        assert!(!is_sentence(&prose(text)), "{text}");
    }
    for text in ["a", "\\# a", "`a`", "1\\. a", "-1", "#1"] {
        assert!(is_sentence(&prose(text)), "{text}");
    }
}
