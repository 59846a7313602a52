//! `format=flowed` (RFC 3676): lines that were broken for transport become paragraphs again.

use alloc::string::String;

/// Text with line feeds, unflowed. Quotes keep their marks, one line for each paragraph.
pub(super) fn unflow(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // Depth of the quote that the last line left open.
    let mut open: Option<usize> = None;
    let ends_with_feed = text.ends_with('\n');
    let body = text.strip_suffix('\n').unwrap_or(text);
    for line in body.split('\n') {
        let depth = line.bytes().take_while(|b| *b == b'>').count();
        let rest = line.get(depth..).unwrap_or_default();
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let signature = rest == "-- ";
        let continues = open == Some(depth) && !signature;
        if !continues {
            if open.is_some() {
                out.push('\n');
            }
            for _ in 0..depth {
                out.push('>');
            }
            if depth > 0 && !rest.is_empty() {
                out.push(' ');
            }
        }
        let flows = rest.ends_with(' ') && !signature;
        match rest.strip_suffix(' ') {
            Some(rest) if flows && delete_space => out.push_str(rest),
            _ => out.push_str(rest),
        }
        open = flows.then_some(depth);
        if !flows {
            out.push('\n');
        }
    }
    if open.is_none() && !ends_with_feed {
        out.pop();
    } else if open.is_some() && ends_with_feed {
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_quotes_and_signatures() {
        assert_eq!(unflow("a \nb\nc\n", false), "a b\nc\n");
        assert_eq!(unflow("a \nb\nc", false), "a b\nc");
        assert_eq!(unflow("a \nb \n", true), "ab\n");
        assert_eq!(
            unflow("> a \n> b\n>> c \n> d\n", false),
            "> a b\n>> c \n> d\n"
        );
        assert_eq!(unflow("x \n-- \nme\n", false), "x \n-- \nme\n");
        assert_eq!(unflow(" From\n >x\n", false), "From\n>x\n");
        assert_eq!(unflow("", false), "");
    }
}
