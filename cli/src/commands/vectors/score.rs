//! Judging answers, and the scorecard.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Value, json};

use super::process::Answer;
use super::suite::{Case, Topic, Verdict};

/// Right and all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    right: usize,
    all: usize,
}

impl Tally {
    fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.all += 1;
    }

    fn shown(self) -> String {
        match self.all {
            0 => "-".to_owned(),
            _ => format!("{}/{}", self.right, self.all),
        }
    }

    fn to_json(self) -> Value {
        json!({"right": self.right, "all": self.all})
    }
}

/// A case that went wrong.
#[derive(Debug)]
struct Failed {
    number: u64,
    comment: String,
    why: String,
}

/// How a program did in one topic.
#[derive(Debug)]
pub(super) struct Score {
    topic: String,
    /// Accepting and refusing, for each verdict.
    verdicts: BTreeMap<Verdict, Tally>,
    /// Octets: the encoding of what was accepted, or what a text spells.
    octets: Tally,
    ids: Tally,
    /// The octet at fault, of what was rightly refused; only for information.
    offsets: Tally,
    /// Acceptable cases that were accepted.
    tolerated: usize,
    crashed: usize,
    timed_out: usize,
    skipped: usize,
    /// By flag: cases that went wrong, and all.
    flags: BTreeMap<String, Tally>,
    failed: Vec<Failed>,
}

impl Score {
    pub(super) fn new(topic: &Topic) -> Self {
        Score {
            topic: topic.name.clone(),
            verdicts: BTreeMap::new(),
            octets: Tally::default(),
            ids: Tally::default(),
            offsets: Tally::default(),
            tolerated: 0,
            crashed: 0,
            timed_out: 0,
            skipped: 0,
            flags: BTreeMap::new(),
            failed: Vec::new(),
        }
    }

    /// Whether nothing went wrong.
    pub(super) fn is_perfect(&self) -> bool {
        self.failed.is_empty()
    }

    pub(super) fn judge(&mut self, case: &Case, answer: &Answer) {
        let why = match answer {
            Answer::LeftOut | Answer::Skipped => {
                self.skipped += 1;
                return;
            }
            Answer::Accepted(said) => self.accepted(case, said),
            Answer::Refused(said) => self.refused(case, said),
            Answer::Crashed => {
                self.crashed += 1;
                self.verdict(case, false);
                Some("crashed".to_owned())
            }
            Answer::TimedOut => {
                self.timed_out += 1;
                self.verdict(case, false);
                Some("no answer in time".to_owned())
            }
            Answer::Nonsense(line) => {
                self.verdict(case, false);
                Some(format!("no answer: {line:?}"))
            }
        };
        for flag in &case.flags {
            self.flags
                .entry(flag.clone())
                .or_default()
                .add(why.is_none());
        }
        if let Some(why) = why {
            self.failed.push(Failed {
                number: case.number,
                comment: case.comment.clone(),
                why,
            });
        }
    }

    fn verdict(&mut self, case: &Case, right: bool) {
        self.verdicts.entry(case.verdict).or_default().add(right);
    }

    fn accepted(&mut self, case: &Case, said: &Value) -> Option<String> {
        let right = case.verdict != Verdict::Invalid;
        self.verdict(case, right);
        if !right {
            return Some("accepted, but is invalid".to_owned());
        }
        self.tolerated += usize::from(case.verdict == Verdict::Acceptable);
        if let (Some(wanted), Some(id)) = (&case.id, said["id"].as_str()) {
            let same = id.eq_ignore_ascii_case(wanted);
            self.ids.add(same);
            return (!same).then(|| format!("ID {id}, wanted {wanted}"));
        }
        let (Some(wanted), Some(hex)) = (&case.hex, said["hex"].as_str()) else {
            return None;
        };
        let same = hex.eq_ignore_ascii_case(wanted);
        self.octets.add(same);
        (!same).then(|| {
            let at = hex
                .bytes()
                .zip(wanted.bytes())
                .take_while(|(a, b)| a == b)
                .count()
                / 2;
            format!("encodes to other octets, from offset {at}")
        })
    }

    fn refused(&mut self, case: &Case, said: &Value) -> Option<String> {
        // Without a tolerant mode, what is acceptable is refused.
        let right = case.verdict != Verdict::Valid;
        self.verdict(case, right);
        if let (true, Some(wanted), Some(offset)) = (right, case.offset, said["offset"].as_u64()) {
            self.offsets.add(offset == wanted);
        }
        (!right).then(|| {
            let error = said["error"].as_str().unwrap_or("no reason given");
            let error: String = error.chars().take(80).collect();
            format!("refused, but is valid: {error}")
        })
    }

    fn to_json(&self) -> Value {
        let verdict = |verdict: Verdict| {
            let tally = self.verdicts.get(&verdict).copied().unwrap_or_default();
            tally.to_json()
        };
        let flags: Vec<Value> = self
            .flags
            .iter()
            .map(|(flag, tally)| json!({"flag": flag, "right": tally.right, "all": tally.all}))
            .collect();
        let failed: Vec<Value> = self
            .failed
            .iter()
            .map(|case| json!({"tcId": case.number, "comment": case.comment, "why": case.why}))
            .collect();
        json!({
            "topic": self.topic,
            "valid": verdict(Verdict::Valid),
            "acceptable": verdict(Verdict::Acceptable),
            "invalid": verdict(Verdict::Invalid),
            "tolerated": self.tolerated,
            "octets": self.octets.to_json(),
            "ids": self.ids.to_json(),
            "offsets": self.offsets.to_json(),
            "crashed": self.crashed,
            "timedOut": self.timed_out,
            "skipped": self.skipped,
            "flags": flags,
            "failed": failed,
        })
    }
}

/// The scorecard as JSON.
pub(super) fn json(scores: &[Score], restarts: usize) -> Value {
    let asked: usize = scores.iter().map(asked).sum();
    let failed: usize = scores.iter().map(|score| score.failed.len()).sum();
    let topics: Vec<Value> = scores.iter().map(Score::to_json).collect();
    json!({
        "right": asked - failed,
        "all": asked,
        "restarts": restarts,
        "topics": topics,
    })
}

fn asked(score: &Score) -> usize {
    score.verdicts.values().map(|tally| tally.all).sum()
}

/// The scorecard for people.
pub(super) fn table(
    scores: &[Score],
    topics: &[Topic],
    failures: usize,
    restarts: usize,
) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{text}");
    };
    line(format_args!(
        "{:<16} {:>9} {:>10} {:>9} {:>9} {:>7} {:>8} {:>7}",
        "topic", "valid", "acceptable", "invalid", "octets", "ID", "offset", "skipped"
    ));
    for score in scores.iter().filter(|score| asked(score) > 0) {
        let [valid, acceptable, invalid] = Verdict::ALL.map(|verdict| {
            score
                .verdicts
                .get(&verdict)
                .copied()
                .unwrap_or_default()
                .shown()
        });
        line(format_args!(
            "{:<16} {valid:>9} {acceptable:>10} {invalid:>9} {:>9} {:>7} {:>8} {:>7}",
            score.topic,
            score.octets.shown(),
            score.ids.shown(),
            score.offsets.shown(),
            score.skipped
        ));
    }
    let silent: Vec<&str> = scores
        .iter()
        .filter(|score| asked(score) == 0)
        .map(|score| score.topic.as_str())
        .collect();
    if !silent.is_empty() {
        line(format_args!(
            "\nno answers, or no questions: {}",
            silent.join(", ")
        ));
    }
    let all: usize = scores.iter().map(asked).sum();
    let failed: usize = scores.iter().map(|score| score.failed.len()).sum();
    let tolerated: usize = scores.iter().map(|score| score.tolerated).sum();
    let crashed: usize = scores.iter().map(|score| score.crashed).sum();
    let timed_out: usize = scores.iter().map(|score| score.timed_out).sum();
    line(format_args!(
        "\n{} of {all} right; {tolerated} acceptable ones accepted; {crashed} crashes, {timed_out} timeouts, {restarts} restarts",
        all - failed
    ));
    for (score, topic) in scores.iter().zip(topics) {
        let mut wrong: Vec<(&String, Tally)> = score
            .flags
            .iter()
            .filter(|(_, tally)| tally.right < tally.all)
            .map(|(flag, tally)| (flag, *tally))
            .collect();
        if wrong.is_empty() {
            continue;
        }
        wrong.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.all - tally.right));
        line(format_args!("\n{}: wrong by flag", score.topic));
        for (flag, tally) in wrong {
            let note = topic.notes.get(flag).map_or("", String::as_str);
            line(format_args!(
                "  {flag:<14} {:>4} of {:<4} {note}",
                tally.all - tally.right,
                tally.all
            ));
        }
        for case in score.failed.iter().take(failures) {
            line(format_args!(
                "  {} {}: {}",
                case.number, case.comment, case.why
            ));
        }
        if let Some(more) = score
            .failed
            .len()
            .checked_sub(failures)
            .filter(|more| *more > 0)
        {
            line(format_args!(
                "  and {more} more; --failures {} lists them",
                score.failed.len()
            ));
        }
    }
    out
}
