//! [`Fallback`]: what a reply, a reaction, an edit or a file is in one line of plain text, for the
//! other side of a bridge that has no such thing.

use std::format;
use std::string::String;

use unicode_segmentation::UnicodeSegmentation;

/// A message that plain text has no form for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fallback<'a> {
    /// An answer to a message.
    Reply {
        /// The message answered.
        quoted: &'a str,
        /// The answer.
        text: &'a str,
    },
    /// A reaction to a message.
    Reaction {
        /// Usually an emoji.
        reaction: &'a str,
        /// The message reacted to.
        quoted: &'a str,
    },
    /// A new version of a message.
    Edit {
        /// The new text.
        text: &'a str,
    },
    /// A file.
    File {
        /// Its name.
        name: &'a str,
        /// Its size in octets, where it is known.
        size: Option<u64>,
        /// Where it is found, or nothing.
        url: &'a str,
    },
}

impl Fallback<'_> {
    /// The one line. Quoted messages are cut to `quoted_len` characters as users count them.
    ///
    /// ```
    /// use mimi_codec::rich::plain::Fallback;
    ///
    /// let reaction = Fallback::Reaction { reaction: "👍", quoted: "Shall we meet at noon?" };
    /// assert_eq!(reaction.one_line(10), "👍 to “Shall we m…”");
    /// let file = Fallback::File { name: "cat.png", size: Some(1536), url: "https://example.com/1" };
    /// assert_eq!(file.one_line(10), "cat.png (1.5 KiB): https://example.com/1");
    /// ```
    pub fn one_line(&self, quoted_len: usize) -> String {
        match *self {
            Fallback::Reply { quoted, text } => {
                format!("“{}”: {}", excerpt(quoted, quoted_len), line(text))
            }
            Fallback::Reaction { reaction, quoted } => {
                format!("{} to “{}”", line(reaction), excerpt(quoted, quoted_len))
            }
            Fallback::Edit { text } => format!("* {}", line(text)),
            Fallback::File { name, size, url } => {
                let mut out = line(name);
                if let Some(size) = size {
                    out.push_str(&format!(" ({})", human_size(size)));
                }
                if !url.is_empty() {
                    out.push_str(": ");
                    out.push_str(&line(url));
                }
                out
            }
        }
    }
}

/// A text on one line: every run of white space becomes a space.
fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The first characters of a text, on one line.
fn excerpt(text: &str, len: usize) -> String {
    let text = line(text);
    match text.grapheme_indices(true).nth(len) {
        Some((at, _)) => {
            let start = text.get(..at).unwrap_or_default();
            format!("{}…", start.trim_end())
        }
        None => text,
    }
}

/// A size for people.
fn human_size(octets: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if octets < 1024 {
        return format!("{octets} octets");
    }
    let mut scaled = octets;
    let mut chosen = "KiB";
    for unit in UNITS {
        chosen = unit;
        if scaled < 1024 * 1024 {
            break;
        }
        scaled /= 1024;
    }
    format!("{}.{} {chosen}", scaled / 1024, scaled % 1024 * 10 / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_one_line() {
        let reply = Fallback::Reply {
            quoted: "a\nb",
            text: "c\n\nd",
        };
        assert_eq!(reply.one_line(80), "“a b”: c d");
        assert_eq!(Fallback::Edit { text: "x\ny" }.one_line(80), "* x y");
    }

    #[test]
    fn excerpts_keep_characters_whole() {
        assert_eq!(excerpt("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 1), "👨‍👩‍👧‍👦…");
        assert_eq!(excerpt("ab", 2), "ab");
    }

    #[test]
    fn sizes() {
        assert_eq!(human_size(1023), "1023 octets");
        assert_eq!(human_size(1024 * 1024), "1.0 MiB");
        assert_eq!(human_size(u64::MAX), "15.9 EiB");
    }
}
