//! Which runs of marks become emphasis: the algorithm that CommonMark 0.31 and GFM 0.29 share
//! ("process emphasis"), run by the flanking rules of either, so that what they make of a block can be
//! compared. It takes linear time.

use std::vec::Vec;

use super::flanking::{Class, differs, flanks_by};

/// What there is to pair, in the order of the text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token {
    /// A run of one mark.
    Run(Run),
    /// A link or an image begins. Marks in its text pair with each other only.
    Enter,
    /// It ends.
    Leave,
}

/// A run of one mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// `*`, `_` or `~`.
    pub(super) mark: char,
    /// Its octet offset.
    pub(super) start: usize,
    /// Its octets.
    pub(super) len: usize,
    /// What stands before it.
    pub(super) before: Class,
    /// What stands behind it.
    pub(super) after: Class,
}

impl Run {
    /// Whether the two rules let it do different things.
    pub(super) fn differs(&self) -> bool {
        differs(self.mark, self.before, self.after)
    }

    /// Whether an offset is that of one of its octets.
    pub(super) const fn holds(&self, place: usize) -> bool {
        self.start <= place && place < self.start + self.len
    }
}

/// Emphasis: the offsets of the marks on either side, and how many octets each has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    /// Where it opens.
    pub(super) open: usize,
    /// Where it closes.
    pub(super) close: usize,
    /// One for emphasis, two for strong emphasis.
    pub(super) width: usize,
}

/// What each rule makes of a block, in ascending order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Readings {
    new: Vec<Pair>,
    old: Vec<Pair>,
}

impl Readings {
    /// Reads a block by both rules.
    pub(super) fn of(tokens: &[Token]) -> Self {
        let by = |symbols_count| {
            let mut pairs = pairs(tokens, symbols_count);
            pairs.sort_unstable();
            pairs
        };
        Readings {
            new: by(true),
            old: by(false),
        }
    }

    /// Whether both rules make the same of it.
    pub(super) fn agree(&self) -> bool {
        self.new == self.old
    }

    /// Whether CommonMark 0.31 and GFM 0.29 see this emphasis.
    pub(super) fn see(&self, pair: &Pair) -> (bool, bool) {
        let sees = |pairs: &[Pair]| pairs.binary_search(pair).is_ok();
        (sees(&self.new), sees(&self.old))
    }

    /// The emphasis that only one rule sees.
    pub(super) fn differences(&self) -> impl Iterator<Item = &Pair> {
        let one_sided = |pair: &&Pair| {
            let (new, old) = self.see(pair);
            new != old
        };
        self.new.iter().chain(&self.old).filter(one_sided)
    }
}

/// A run that may still open something.
struct Opener {
    mark: char,
    start: usize,
    /// How many octets it had, and how many are left.
    len: usize,
    left: usize,
    closes: bool,
    /// Its place among the tokens.
    at: usize,
}

/// For each kind of closing run: no opener before this token fits it.
type Bottoms = [usize; 18];

fn kind(mark: char, opens: bool, len: usize) -> usize {
    let mark = match mark {
        '*' => 0,
        '_' => 1,
        _ => 2,
    };
    mark * 6 + usize::from(opens) * 3 + len % 3
}

/// The emphasis that one rule sees.
fn pairs(tokens: &[Token], symbols_count: bool) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut openers: Vec<Opener> = Vec::new();
    let mut bottoms: Bottoms = [0; 18];
    // The first opener of the link that the token is in, and what holds around it.
    let mut floor = 0;
    let mut around: Vec<(usize, Bottoms)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let run = match token {
            Token::Enter => {
                around.push((floor, bottoms));
                floor = openers.len();
                bottoms = [0; 18];
                continue;
            }
            Token::Leave => {
                openers.truncate(floor);
                (floor, bottoms) = around.pop().unwrap_or((0, [0; 18]));
                continue;
            }
            Token::Run(run) => run,
        };
        // Strikethrough has one or two marks; more are text.
        if run.mark == '~' && run.len > 2 {
            continue;
        }
        let flanks = flanks_by(run.mark, run.before, run.after, symbols_count);
        let mut left = run.len;
        while flanks.close && left > 0 {
            let fits = |opener: &Opener| {
                if opener.mark != run.mark {
                    return false;
                }
                if run.mark == '~' {
                    return opener.left == left;
                }
                let both = flanks.open || opener.closes;
                !(both && run.len % 3 != 0 && (opener.len + run.len).is_multiple_of(3))
            };
            let Some(bottom) = bottoms.get_mut(kind(run.mark, flanks.open, run.len)) else {
                break;
            };
            let found = openers
                .iter()
                .enumerate()
                .skip(floor)
                .rev()
                .take_while(|(_, opener)| opener.at >= *bottom)
                .find(|(_, opener)| fits(opener))
                .map(|(place, _)| place);
            let Some(place) = found else {
                *bottom = at;
                break;
            };
            openers.truncate(place + 1);
            let Some(opener) = openers.last_mut() else {
                break;
            };
            let width = match run.mark {
                '~' => left,
                _ if opener.left >= 2 && left >= 2 => 2,
                _ => 1,
            };
            opener.left -= width;
            pairs.push(Pair {
                open: opener.start + opener.left,
                close: run.start + (run.len - left),
                width,
            });
            left -= width;
            if opener.left == 0 {
                openers.pop();
            }
        }
        if flanks.open && left > 0 {
            openers.push(Opener {
                mark: run.mark,
                start: run.start,
                len: run.len,
                left,
                closes: flanks.close,
                at,
            });
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::flanking::class;
    use super::*;

    /// The runs of a text without links, code and escapes.
    fn tokens(text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['*', '_', '~']) {
            let start = text.len() - rest.len() + at;
            let (_, run) = rest.split_at(at);
            let mark = run.chars().next().unwrap_or_default();
            rest = run.trim_start_matches(mark);
            tokens.push(Token::Run(Run {
                mark,
                start,
                len: run.len() - rest.len(),
                before: class(text.get(..start).and_then(|text| text.chars().next_back())),
                after: class(rest.chars().next()),
            }));
        }
        tokens
    }

    fn seen(text: &str) -> Vec<(usize, usize, usize)> {
        let readings = Readings::of(&tokens(text));
        assert!(readings.agree(), "{text}");
        let pairs = readings.new.iter();
        pairs
            .map(|pair| (pair.open, pair.close, pair.width))
            .collect()
    }

    #[test]
    fn marks_pair_as_the_specifications_say() {
        assert_eq!(seen("*a*"), [(0, 2, 1)]);
        assert_eq!(seen("***a***"), [(0, 6, 1), (1, 4, 2)]);
        assert_eq!(seen("*a **b***"), [(0, 8, 1), (3, 6, 2)]);
        assert_eq!(seen("*a _b* c_"), [(0, 5, 1)]);
        assert_eq!(seen("*foo**bar*"), [(0, 9, 1)]);
        assert_eq!(seen("~~a~~ ~~~b~~~"), [(0, 3, 2)]);
        assert_eq!(seen("foo***bar***baz"), [(3, 11, 1), (4, 9, 2)]);
    }

    #[test]
    fn only_outcomes_count() {
        for alike in [
            "😀*no*😀",
            "*yes*😀 and 😀*no*",
            "a *b*€",
            "😀* a",
            "**a** 👍*b*",
        ] {
            assert!(Readings::of(&tokens(alike)).agree(), "{alike}");
        }
        for differing in ["**👍**ok", "a*€*b", "*a*😀*b*", "😀**a*"] {
            let readings = Readings::of(&tokens(differing));
            assert_eq!(
                readings.agree(),
                readings.differences().next().is_none(),
                "{differing}"
            );
        }
        assert!(!Readings::of(&tokens("**👍**ok")).agree());
        assert!(!Readings::of(&tokens("a*€*b")).agree());
    }

    #[test]
    fn marks_in_a_link_stay_there() {
        let run = |start, before, after| {
            Token::Run(Run {
                mark: '*',
                start,
                len: 1,
                before,
                after,
            })
        };
        let readings = Readings::of(&[
            run(0, Class::Space, Class::Other),
            Token::Enter,
            run(3, Class::Other, Class::Space),
            Token::Leave,
            run(9, Class::Other, Class::Space),
        ]);
        assert_eq!(readings.new.len(), 1);
        assert_eq!(readings.new.first().map(|pair| pair.close), Some(9));
    }

    #[test]
    fn many_marks_take_linear_time() {
        for text in [
            "a*".repeat(50_000),
            "*a _".repeat(25_000),
            "a**b".repeat(25_000) + &"c* ".repeat(25_000),
        ] {
            let tokens = tokens(&text);
            assert!(pairs(&tokens, true).len() < text.len());
        }
    }
}
