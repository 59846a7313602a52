//! [`Screen`]: draws again what changed on a terminal, and nothing above it.

use mimi_codec::view::{Role, Span};
use unicode_width::UnicodeWidthStr;

use super::paint;

/// A line: its characters, and the same with colours and its end.
pub(super) type Painted = (String, String);

/// What stands on the terminal.
#[derive(Default)]
pub(super) struct Screen {
    lines: Vec<Painted>,
    /// So many of them stand above something else, and cannot be drawn again.
    fixed: usize,
}

impl Screen {
    /// Something else was written below: what stands above it stays as it is.
    pub(super) const fn fix(&mut self) {
        self.fixed = self.lines.len();
    }

    /// What has to be written so that these lines stand there. Of lines that were scrolled out of
    /// reach, what changed is told below instead.
    pub(super) fn draw(
        &mut self,
        lines: Vec<Painted>,
        columns: usize,
        rows: usize,
        told: impl FnOnce() -> String,
    ) -> String {
        let same = self
            .lines
            .iter()
            .zip(&lines)
            .take_while(|(old, new)| old == new)
            .count();
        let old = self.lines.get(same..).unwrap_or_default();
        let up: usize = old.iter().map(|(text, _)| height(text, columns)).sum();
        let mut out = String::new();
        if up >= rows || same < self.fixed {
            let said = told();
            if said.is_empty() {
                return out;
            }
            let mark = Span::new(Role::Note, "-- changed above --");
            let mark = mimi_codec::view::Line { spans: vec![mark] };
            self.fixed = lines.len();
            self.lines = lines;
            return format!("{}{said}", paint::lines(&[mark]));
        }
        if up > 0 {
            // Up to the first line that changed, and everything from there cleared.
            out = format!("\u{1b}[{up}F\u{1b}[J");
        }
        let new = lines.get(same..).unwrap_or_default();
        out.extend(new.iter().map(|(_, painted)| painted.as_str()));
        self.lines = lines;
        out
    }
}

/// The rows that a line takes.
fn height(text: &str, columns: usize) -> usize {
    text.width().div_ceil(columns.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<Painted> {
        text.lines()
            .map(|line| (line.to_owned(), format!("{line}\n")))
            .collect()
    }

    #[test]
    fn only_what_changed_is_drawn() {
        let mut screen = Screen::default();
        let told = || unreachable();
        let mut draw = |text: &str| screen.draw(lines(text), 10, 5, told);
        assert_eq!(draw("a\nb\nc"), "a\nb\nc\n");
        assert_eq!(draw("a\nb\nc"), "");
        assert_eq!(draw("a\nb\nc\nd"), "d\n");
        assert_eq!(draw("a\nx\nc\nd"), "\u{1b}[3F\u{1b}[Jx\nc\nd\n");
        // A line wider than the terminal takes several rows.
        assert_eq!(
            draw("a\nx\n0123456789abc"),
            "\u{1b}[2F\u{1b}[J0123456789abc\n"
        );
        assert_eq!(draw("a\nx\nc"), "\u{1b}[2F\u{1b}[Jc\n");
    }

    fn unreachable() -> String {
        "told".to_owned()
    }

    #[test]
    fn what_stands_above_a_note_stays() {
        let mut screen = Screen::default();
        screen.draw(lines("a\nb\nc\nd\ne\nf"), 10, 5, unreachable);
        screen.draw(lines("x\nb\nc\nd\ne\nf"), 10, 5, || "x\n".to_owned());
        screen.draw(lines("x\nb\nc\nd\ne\nf\ng"), 10, 5, unreachable);
        let said = screen.draw(lines("x\nb\nc\nd\ne\ny\ng"), 10, 5, || "y\n".to_owned());
        assert!(
            said.ends_with("y\n") && !said.contains("\u{1b}[J"),
            "{said:?}"
        );
        let again = screen.draw(lines("x\nb\nc\nd\ne\ny\ng\nh"), 10, 5, unreachable);
        assert_eq!(again, "h\n");
        let near = screen.draw(lines("x\nb\nc\nd\ne\ny\ng\ni"), 10, 5, unreachable);
        assert_eq!(near, "\u{1b}[1F\u{1b}[Ji\n");
    }

    #[test]
    fn what_is_out_of_reach_is_told() {
        let mut screen = Screen::default();
        screen.draw(lines("a\nb\nc\nd\ne\nf"), 10, 5, unreachable);
        let said = screen.draw(lines("x\nb\nc\nd\ne\nf"), 10, 5, || "x\n".to_owned());
        assert!(
            said.ends_with("x\n") && said.contains("changed above"),
            "{said}"
        );
        // What is new goes below; what stands above the note is out of reach for good.
        assert_eq!(
            screen.draw(lines("x\nb\nc\nd\ne\nf\ng"), 10, 5, unreachable),
            "g\n"
        );
    }
}
