//! Colours and links for the lines of a view. They are only seen on a terminal: the stream that
//! prints them takes them out elsewhere.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use mimi_codec::view::{Line, Role, Span};

/// How each role looks, as a table.
fn look(role: Role) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match role {
        Role::Heading => Style::new().bold(),
        Role::Code => colour(AnsiColor::Cyan),
        Role::QuoteMark | Role::ListMark | Role::Rule | Role::TableFrame => Style::new().dimmed(),
        Role::Link => colour(AnsiColor::Blue).underline(),
        Role::Mention => colour(AnsiColor::Magenta).bold(),
        Role::Image | Role::File | Role::Session => colour(AnsiColor::Green),
        Role::Reaction => Style::new().bold(),
        Role::Status => colour(AnsiColor::Cyan),
        Role::Placeholder => Style::new().dimmed().italic(),
        Role::Warning => colour(AnsiColor::Red).bold(),
        Role::Day => Style::new().bold().underline(),
        Role::Time | Role::Note => Style::new().dimmed(),
        Role::Sender => colour(AnsiColor::Yellow).bold(),
        _ => Style::new(),
    }
}

pub(in crate::commands) fn lines(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        for span in &line.spans {
            paint(&mut out, span);
        }
        out.push('\n');
    }
    out
}

fn paint(out: &mut String, span: &Span) {
    let mut style = look(span.role);
    if span.emphasis {
        style = style.italic();
    }
    if span.strong {
        style = style.bold();
    }
    if span.strike {
        style = style.strikethrough();
    }
    // A terminal that knows OSC 8 makes this a link; targets with control characters are none.
    let link = span
        .link
        .as_deref()
        .filter(|link| !link.contains(|c: char| c.is_control()));
    if let Some(link) = link {
        let _ = write!(out, "\u{1b}]8;;{link}\u{1b}\\");
    }
    let _ = write!(out, "{style}{}{style:#}", span.text);
    if link.is_some() {
        out.push_str("\u{1b}]8;;\u{1b}\\");
    }
}

/// The name of a file above its message, where several are shown.
pub(super) fn file_name(name: &str) -> String {
    let style = Style::new().bold().underline();
    // Whoever made the file may have named it.
    let name = Span::new(Role::Text, name).text;
    format!("{style}{name}{style:#}\n")
}
