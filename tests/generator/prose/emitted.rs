//! The parts of an emitted crate that no prose may change.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, Options, Parser, Tag};

use crate::schemas::Schemas;

/// An emitted crate without its prose.
#[derive(Debug, PartialEq)]
pub struct Emitted {
    /// The tokens of each Rust file, without docs, and with all strings equal.
    code: BTreeMap<String, String>,
    /// The parts of each file's docs that are not prose.
    docs: BTreeMap<String, Facts>,
    manifest: toml::Table,
}

/// The parts of a file's docs that are not prose.
#[derive(Debug, Default, PartialEq)]
struct Facts {
    /// Our code blocks: their language, and whether they are nested in another block.
    code: Vec<(String, bool)>,
    /// Links to items, and links that lead nowhere unless rustdoc finds an item.
    links: BTreeSet<String>,
    /// Our sentences, each with the number of blocks around it.
    sentences: Vec<(String, usize)>,
    html: Vec<String>,
    /// Constructs that must not exist.
    wrong: Vec<String>,
}

/// Words of sentences that are always emitted; a line never breaks within one.
const SENTENCES: &[&str] = &["Scopes,", "Default:", "characters."];

impl Emitted {
    /// Reads the crate emitted for some schemas.
    pub fn of(schemas: &Schemas) -> Self {
        let files = schemas
            .generate()
            .unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let mut emitted = Emitted {
            code: BTreeMap::new(),
            docs: BTreeMap::new(),
            manifest: toml::Table::new(),
        };
        for (path, text) in files.iter() {
            let mut facts = Facts::default();
            if path.ends_with(".rs") {
                let tokens: TokenStream = text.parse().expect("Rust");
                syn::parse2::<syn::File>(tokens.clone()).expect("a Rust file");
                let (mut code, mut docs) = (String::new(), vec![String::new()]);
                skeleton(tokens, &mut code, &mut docs);
                // The formatter puts braces around code that is too long for a line.
                let code = code.replace("{\"\" . to_owned () ) ", "\"\" . to_owned () ");
                docs.iter().for_each(|doc| facts.read(doc));
                emitted.code.insert(path.to_owned(), code);
            } else if path.ends_with(".md") {
                facts.read(text);
            } else if path == "Cargo.toml" {
                emitted.manifest = text.parse().expect("a manifest");
                let package = emitted.manifest["package"]
                    .as_table_mut()
                    .expect("a package");
                assert!(package.remove("description").is_some());
            }
            emitted.docs.insert(path.to_owned(), facts);
        }
        emitted
    }
}

/// The first difference between two crates, besides prose.
pub fn difference(benign: &Emitted, other: &Emitted) -> Option<String> {
    for (path, facts) in &other.docs {
        if !facts.wrong.is_empty() || Some(facts) != benign.docs.get(path) {
            return Some(format!(
                "{path}: {facts:#?}, not {:#?}",
                benign.docs.get(path)
            ));
        }
    }
    for (path, code) in &other.code {
        let expected = benign.code.get(path);
        if Some(code) != expected {
            return Some(format!("{path}: {code}, not {expected:?}"));
        }
    }
    (benign != other).then(|| "files or manifest differ".to_owned())
}

/// Appends tokens with all strings equal, and collects the docs in them.
fn skeleton(tokens: TokenStream, code: &mut String, docs: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut rest = tokens.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if let Some((doc, after)) = doc(rest) {
            let block = docs.last_mut().unwrap();
            block.push_str(doc.strip_prefix(' ').unwrap_or(&doc));
            block.push('\n');
            rest = after;
            continue;
        }
        docs.extend((docs.last().is_some_and(|block| !block.is_empty())).then(String::new));
        match first {
            TokenTree::Group(group) => {
                code.push_str(match group.delimiter() {
                    Delimiter::Brace => "{",
                    Delimiter::Bracket => "[",
                    _ => "(",
                });
                skeleton(group.stream(), code, docs);
                code.push_str(") ");
            }
            TokenTree::Literal(literal) if literal.to_string().contains('"') => {
                code.push_str("\"\" ");
            }
            token => code.push_str(&format!("{token} ")),
        }
        rest = after;
    }
}

/// The doc comment at the start of some tokens.
fn doc(tokens: &[TokenTree]) -> Option<(String, &[TokenTree])> {
    let is = |token: &TokenTree, c| matches!(token, TokenTree::Punct(p) if p.as_char() == c);
    let (hash, rest) = tokens.split_first()?;
    let rest = match rest.split_first()? {
        (bang, rest) if is(bang, '!') => rest,
        _ => rest,
    };
    let (group, rest) = rest.split_first()?;
    let TokenTree::Group(group) = group else {
        return None;
    };
    if !is(hash, '#') {
        return None;
    }
    let attribute: syn::MetaNameValue = syn::parse2(group.stream()).ok()?;
    match attribute.value {
        syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) if attribute.path.is_ident("doc") => Some((text.value(), rest)),
        _ => None,
    }
}

impl Facts {
    /// Reads Markdown as rustdoc does.
    fn read(&mut self, markdown: &str) {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_SMART_PUNCTUATION;
        let mut unresolved = Vec::new();
        let callback = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
            unresolved.push(link.reference.to_string());
            None
        };
        let mut events = Vec::new();
        let parser = Parser::new_with_broken_link_callback(markdown, options, Some(callback));
        events.extend(parser);
        let mut depth = 0;
        for event in events {
            self.event(&event, depth);
            match event {
                Event::Start(Tag::List(_) | Tag::BlockQuote(_) | Tag::Heading { .. }) => depth += 1,
                Event::Start(Tag::CodeBlock(_) | Tag::Table(_)) => depth += 1,
                Event::End(tag) => {
                    use pulldown_cmark::TagEnd::*;
                    if matches!(
                        tag,
                        List(_) | BlockQuote(_) | Heading(_) | CodeBlock | Table
                    ) {
                        depth -= 1;
                    }
                }
                _ => {}
            }
        }
        self.links.extend(unresolved);
    }

    fn event(&mut self, event: &Event<'_>, depth: usize) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => match &**language {
                "text" => {}
                "no_run" | "sh" => self.code.push((language.to_string(), depth > 0)),
                other => self.wrong.push(format!("code in {other:?}")),
            },
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                self.wrong.push("indented code".to_owned());
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let is_web = ["http://", "https://"]
                    .iter()
                    .any(|web| dest_url.starts_with(web));
                if !is_web {
                    self.links.insert(dest_url.to_string());
                }
            }
            Event::Html(html) | Event::InlineHtml(html) if !html.contains("sha256") => {
                self.html.push(html.to_string());
            }
            Event::Text(text) => {
                let is_ours = |start: &&&str| text.contains(**start);
                if let Some(start) = SENTENCES.iter().find(is_ours) {
                    self.sentences.push(((*start).to_owned(), depth));
                }
            }
            Event::Start(Tag::Image { .. } | Tag::FootnoteDefinition(_) | Tag::Strikethrough)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => self.wrong.push(format!("{event:?}")),
            _ => {}
        }
    }
}
