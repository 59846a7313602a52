//! Lines with something in front of each, as quotations and lists have it, in Markdown and in plain
//! text.

use std::string::String;

/// What is written, line by line.
#[derive(Default)]
pub(super) struct Lines {
    out: String,
    /// What every line begins with.
    prefix: String,
    /// What the next line begins with instead, once.
    first: String,
}

impl Lines {
    /// Writes one line. Without text, no blanks are left at its end.
    pub(super) fn line(&mut self, line: &str) {
        let start = if self.first.is_empty() {
            &self.prefix
        } else {
            &self.first
        };
        if line.is_empty() {
            self.out.push_str(start.trim_end());
        } else {
            self.out.push_str(start);
            self.out.push_str(line);
        }
        self.out.push('\n');
        self.first.clear();
    }

    /// Puts more in front of each line; what to give to `leave`. `first` is for the first line, `rest` for
    /// the others.
    pub(super) fn enter(&mut self, first: &str, rest: &str) -> usize {
        let len = self.prefix.len();
        if self.first.is_empty() {
            self.first.push_str(&self.prefix);
        }
        self.first.push_str(first);
        self.prefix.push_str(rest);
        len
    }

    /// Takes back what `enter` put in front. If nothing was written since, the marker stands alone.
    pub(super) fn leave(&mut self, len: usize) {
        if !self.first.is_empty() {
            self.line("");
        }
        self.prefix.truncate(len);
    }

    /// What lines begin with at this place.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_stand_before_the_first_line() {
        let mut lines = Lines::default();
        let quote = lines.enter("> ", "> ");
        let item = lines.enter("- ", "  ");
        lines.line("a");
        lines.line("");
        lines.line("b");
        lines.leave(item);
        let item = lines.enter("- ", "  ");
        lines.leave(item);
        lines.leave(quote);
        lines.line("c");
        assert_eq!(lines.finish(), "> - a\n>\n>   b\n> -\nc\n");
    }
}
