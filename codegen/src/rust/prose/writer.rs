//! Writes the events of the parser as Markdown.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block_start;
use super::inline::{Style, destination, longest_run, push_code, push_text};

/// The maximal nesting of lists and quotes, and of emphasis and links. Deeper ones are written
/// without their own markers, so that the work stays linear.
const DEEPEST: usize = 8;

/// Writes Markdown for the parser's events.
pub(super) struct Writer {
    /// The open blocks that contain others, from the root to the innermost.
    containers: Vec<Container>,
    /// The open inline spans, the innermost last.
    spans: Vec<Span>,
    /// Text that is not escaped yet: which characters are special is known only for the whole.
    text: String,
    /// The current line, without the parts in `spans`.
    line: String,
    /// The content of the open code block, if there is one.
    code: Option<String>,
    /// Whether everything becomes one line.
    is_flat: bool,
    in_cell: bool,
    /// Whether one of `spans` is a link, which cannot contain another one.
    in_link: bool,
    /// Whether a block has been written.
    is_begun: bool,
}

/// A block that contains others.
#[derive(Default)]
struct Container {
    blocks: Vec<String>,
    /// The number of the next item of an ordered list.
    number: Option<u64>,
    alignments: Vec<Alignment>,
    /// Whether no block was written before it.
    is_first: bool,
}

/// An inline span around text.
struct Span {
    kind: Kind,
    /// The part of the line before it.
    before: String,
}

enum Kind {
    /// A span that is not written.
    None,
    Emphasis(&'static str),
    Link(String),
}

impl Writer {
    /// Writes blocks, with empty lines between them.
    pub(super) fn write(text: &str) -> String {
        Self::run(text, false, false).join("\n\n")
    }

    /// Writes one line.
    pub(super) fn write_line(text: &str, in_cell: bool) -> String {
        guarded(Self::run(text, true, in_cell).join(" "))
    }

    fn run(text: &str, is_flat: bool, in_cell: bool) -> Vec<String> {
        let mut writer = Writer {
            containers: vec![Container::default()],
            spans: Vec::new(),
            text: String::new(),
            line: String::new(),
            code: None,
            is_flat,
            in_cell,
            in_link: false,
            is_begun: false,
        };
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            writer.event(event);
        }
        writer.paragraph();
        let root = writer.containers.into_iter().next();
        root.map(|root| root.blocks).unwrap_or_default()
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                match &mut self.code {
                    Some(code) => code.push_str(&text),
                    None => self.text.push_str(&text),
                }
            }
            Event::Code(code) => {
                self.escape();
                let style = self.style();
                push_code(&mut self.line, &code, style);
            }
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            // Blocks are separate without it.
            Event::Rule => self.paragraph(),
            Event::FootnoteReference(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.text.push_str(&text);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis => self.open(Kind::Emphasis("*")),
            Tag::Strong => self.open(Kind::Emphasis("**")),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.open(destination(&dest_url).map_or(Kind::None, Kind::Link));
            }
            Tag::List(number) => self.contain(number, Vec::new()),
            Tag::Table(alignments) => self.contain(None, alignments),
            Tag::BlockQuote(_) | Tag::Item | Tag::TableHead | Tag::TableRow => {
                self.contain(None, Vec::new());
            }
            Tag::CodeBlock(kind) => {
                self.paragraph();
                let language = match kind {
                    CodeBlockKind::Fenced(language) if self.is_flat => language.to_string() + " ",
                    _ => String::new(),
                };
                self.code = Some(language.trim_start().to_owned());
            }
            Tag::TableCell => self.in_cell |= !self.is_flat,
            _ => self.paragraph(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image => self.close(),
            TagEnd::Heading(level) => {
                let line = self.taken();
                if self.is_flat || line.is_empty() {
                    return self.push(line);
                }
                // The docs page has its own headings above it.
                let marks = "#".repeat((level as usize + 2).min(6));
                let line = match line.strip_suffix('#') {
                    Some(start) => format!("{start}\\#"),
                    None => line,
                };
                self.push(format!("{marks} {line}"));
            }
            TagEnd::CodeBlock => self.code_block(),
            TagEnd::BlockQuote(_) => self.leave(0, |blocks, _| prefixed(&blocks, "> ", "> ")),
            TagEnd::List(_) => self.leave(0, |items, _| items.join("\n")),
            TagEnd::Item => self.item(),
            TagEnd::TableCell => {
                let cell = self.taken();
                self.in_cell &= self.is_flat;
                match self.containers.last_mut() {
                    // An empty cell keeps its place.
                    Some(row) if !self.is_flat => row.blocks.push(cell),
                    _ => self.push(cell),
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                self.leave(1, |cells, _| format!("| {} |", cells.join(" | ")));
            }
            TagEnd::Table => self.leave(0, |rows, table| table_of(rows, &table.alignments)),
            _ => self.paragraph(),
        }
    }

    /// The context of the current text.
    fn style(&self) -> Style {
        Style {
            in_link: self.in_link,
            in_cell: self.in_cell,
        }
    }

    fn escape(&mut self) {
        let style = self.style();
        push_text(&mut self.line, &std::mem::take(&mut self.text), style);
    }

    fn open(&mut self, kind: Kind) {
        let kind = match kind {
            _ if self.spans.len() >= DEEPEST => Kind::None,
            Kind::Link(_) if self.in_link => Kind::None,
            kind => kind,
        };
        let before = match kind {
            // What precedes and follows it stays in one piece.
            Kind::None => String::new(),
            _ => {
                self.escape();
                std::mem::take(&mut self.line)
            }
        };
        self.in_link |= matches!(kind, Kind::Link(_));
        self.spans.push(Span { kind, before });
    }

    fn close(&mut self) {
        if !matches!(self.spans.last(), Some(span) if !matches!(span.kind, Kind::None)) {
            self.spans.pop();
            return;
        }
        self.escape();
        let Some(Span { kind, mut before }) = self.spans.pop() else {
            return;
        };
        let inner = std::mem::take(&mut self.line);
        // A marker next to a space has no effect.
        let trimmed = inner.trim();
        if inner.starts_with(char::is_whitespace) && !before.ends_with(' ') {
            before.push(' ');
        }
        match kind {
            Kind::Link(url) => {
                self.in_link = false;
                // A preceding `!` would make it an image.
                if before.ends_with('!') {
                    before.insert(before.len() - 1, '\\');
                }
                match (trimmed, url.strip_prefix('<')) {
                    ("", None) => before.push_str(&format!("<{url}>")),
                    ("", Some(_)) => {}
                    (text, _) => before.push_str(&format!("[{text}]({url})")),
                }
            }
            Kind::Emphasis(mark) if !trimmed.is_empty() => {
                before.push_str(&format!("{mark}{trimmed}{mark}"));
            }
            Kind::Emphasis(_) | Kind::None => before.push_str(trimmed),
        }
        if inner.ends_with(char::is_whitespace) && !before.ends_with(' ') {
            before.push(' ');
        }
        self.line = before;
    }

    /// Takes the current line.
    fn taken(&mut self) -> String {
        self.escape();
        std::mem::take(&mut self.line).trim().to_owned()
    }

    /// Ends the current paragraph, if there is one.
    fn paragraph(&mut self) {
        let line = self.taken();
        self.push(guarded(line));
    }

    fn push(&mut self, block: String) {
        if let Some(container) = self.containers.last_mut()
            && !block.is_empty()
        {
            container.blocks.push(block);
            self.is_begun = true;
        }
    }

    fn contain(&mut self, number: Option<u64>, alignments: Vec<Alignment>) {
        self.paragraph();
        self.containers.push(Container {
            blocks: Vec::new(),
            number,
            alignments,
            is_first: !self.is_begun,
        });
    }

    /// Ends a container, and makes a block of its content. `within` is 1 for a row or an item,
    /// which is written exactly if its table or list is.
    fn leave(&mut self, within: usize, then: impl FnOnce(Vec<String>, &Container) -> String) {
        self.paragraph();
        let Some(mut container) = self.containers.pop() else {
            return;
        };
        let mut blocks = std::mem::take(&mut container.blocks);
        let is_shallow = self.containers.len() <= DEEPEST + within;
        if is_shallow && !self.is_flat && !blocks.is_empty() {
            blocks = vec![then(blocks, &container)];
        }
        if let Some(around) = self.containers.last_mut() {
            around.blocks.append(&mut blocks);
        }
    }

    fn item(&mut self) {
        // Ends the content of the item before the list's number advances.
        self.paragraph();
        let list = self.containers.len().checked_sub(2);
        let list = list.and_then(|list| self.containers.get_mut(list));
        let number = list.and_then(|list| {
            let number = list.number?;
            list.number = Some(number.saturating_add(1));
            Some(number)
        });
        let mark = number.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
        if self.is_flat {
            return self.leave_flat(&mark);
        }
        let indent = " ".repeat(mark.len());
        self.leave(1, |blocks, _| prefixed(&blocks, &mark, &indent));
    }

    /// Ends a list item that becomes a part of a line.
    fn leave_flat(&mut self, mark: &str) {
        if self.containers.len() > DEEPEST + 2 {
            // Otherwise each level would copy its text once more.
            return self.leave(1, |blocks, _| blocks.join(" "));
        }
        let item = self.containers.pop().unwrap_or_default();
        let text = item.blocks.join(" ");
        self.push(if item.is_first || text.is_empty() {
            text
        } else {
            format!("{mark}{text}")
        });
    }

    fn code_block(&mut self) {
        let code = self.code.take().unwrap_or_default();
        let code = code.trim_end_matches('\n');
        if self.is_flat {
            let style = self.style();
            let words: Vec<_> = code.split_whitespace().collect();
            if !words.is_empty() {
                push_code(&mut self.line, &words.join(" "), style);
            }
            return self.paragraph();
        }
        let fence = "`".repeat(longest_run(code, '`').max(2) + 1);
        let end = if code.is_empty() { "" } else { "\n" };
        self.push(format!("{fence}text\n{code}{end}{fence}"));
    }
}

/// Escapes a line that would start a block.
fn guarded(mut line: String) -> String {
    if let Some(start) = block_start(&line) {
        line.insert(start, '\\');
    }
    line
}

/// Blocks as the content of an item or a quote: the first line with one prefix, the others with
/// another.
fn prefixed(blocks: &[String], first: &str, other: &str) -> String {
    let mut text = String::new();
    for (number, block) in blocks.iter().enumerate() {
        // Only a bullet list can interrupt a paragraph without an empty line.
        match number {
            0 => {}
            _ if block.starts_with("- ") => text.push('\n'),
            _ => text.push_str("\n\n"),
        }
        text.push_str(block);
    }
    let mut lines = text.lines();
    let mut prefixed = format!("{first}{}", lines.next().unwrap_or_default());
    for line in lines {
        prefixed.push('\n');
        match line {
            "" => prefixed.push_str(other.trim_end()),
            line => prefixed.extend([other, line]),
        }
    }
    prefixed
}

fn table_of(mut rows: Vec<String>, alignments: &[Alignment]) -> String {
    let columns = alignments.iter().map(|alignment| match alignment {
        Alignment::None => "---|",
        Alignment::Left => ":---|",
        Alignment::Center => ":---:|",
        Alignment::Right => "---:|",
    });
    let columns: String = columns.collect();
    rows.insert(1.min(rows.len()), format!("|{columns}"));
    rows.join("\n")
}
