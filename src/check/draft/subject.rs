//! What a document is about, as far as it decides which rules have something to judge.

/// What a document is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    /// MIMI content: arrays of seven items are meant as messages, and octets as CBOR.
    pub(super) mimi: bool,
    /// It speaks of CDDL; elsewhere `name = ...` is an equation, a setting or a line of SDP.
    pub(super) cddl: bool,
    /// It changes another document, whose sections it names as if they were its own.
    pub(super) amends: bool,
}

impl Subject {
    /// A folder of examples is what the rules are for.
    pub(super) const EXAMPLES: Subject = Subject {
        mimi: true,
        cddl: true,
        amends: false,
    };

    /// Says what a text is about, by the words in it.
    pub(super) fn of(text: &str) -> Subject {
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let mimi = has(&["mimi", "MIMI"]);
        Subject {
            mimi,
            cddl: mimi || has(&["CDDL", "cddl", "Concise Data Definition Language"]),
            amends: amends(text),
        }
    }
}

/// Whether the front of a document says that it updates or obsoletes another one.
fn amends(text: &str) -> bool {
    /// Octets of front matter looked at.
    const FRONT: usize = 8192;
    const WORDS: &[&str] = &["updates", "obsoletes"];
    let front = text
        .get(..text.floor_char_boundary(FRONT))
        .unwrap_or("")
        .to_ascii_lowercase();
    WORDS.iter().any(|word| {
        front.match_indices(word).any(|(at, _)| {
            // `Updates: 3264`, `updates: [3264]`, `updates="3264"`.
            let rest = front.get(at + word.len()..).unwrap_or("");
            let rest = rest.trim_start_matches([' ', '\t']);
            rest.strip_prefix([':', '=']).is_some_and(|rest| {
                rest.lines()
                    .next()
                    .unwrap_or("")
                    .trim_start_matches([' ', '[', '"', '\''])
                    .trim_start_matches("rfc")
                    .trim_start()
                    .starts_with(|c: char| c.is_ascii_digit())
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_that_change_others_say_so() {
        for text in [
            "Updates: 3264 (if approved)\n",
            "---\nupdates: [3264, 5888]\n---\n",
            "<rfc updates=\"3264\">",
            "obsoletes = [ 1234 ]",
            "Obsoletes: RFC 1234",
        ] {
            assert!(amends(text), "{text}");
        }
        for text in [
            "updates: none\n",
            "<rfc updates=\"\">",
            "It updates 7 parts.",
        ] {
            assert!(!amends(text), "{text}");
        }
        assert!(Subject::of("mimi://a.example").cddl);
        assert!(!Subject::of("a=b").cddl);
    }
}
