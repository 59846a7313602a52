//! Which parts of a message are shown: scores from the leaves up, choices from the body down
//! (draft section 4.4). What the shown parts look like is not decided here.

use alloc::vec::Vec;

use super::ViewPolicy;
use crate::message::{
    Disposition, MimiContent, NestedPart, Part, PartBody, PartIndex, PartSemantics,
};

/// How well a part can be shown.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct Score {
    /// From 0, not as it was meant, to 1.
    pub value: f64,
    /// The share of the part that can be shown even so. It decides only among alternatives
    /// whose `value` is the same: of two multiparts that each lack something, the one that lacks
    /// less is shown.
    pub share: f64,
}

impl Score {
    /// The score of a part that is shown whole or not at all.
    pub fn whole(value: f64) -> Self {
        let value = if value.is_nan() {
            0.0
        } else {
            value.clamp(0.0, 1.0)
        };
        Score {
            value: round(value),
            share: round(value),
        }
    }
}

/// Sums in another order must not make a difference between alternatives of equal worth.
fn round(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// A single, external or null part, with what it takes from the multiparts around it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Leaf<'m, 'a> {
    /// Its part index.
    pub index: PartIndex,
    /// The part.
    pub part: &'m NestedPart<'a>,
    /// Its languages, or those of the nearest multipart that has some.
    pub language: &'m str,
    /// Its disposition, or that of the nearest multipart that has one; an unknown one is `render`.
    pub disposition: Disposition,
}

/// Decides which alternatives are shown.
///
/// [`ViewPolicy`] is the default chooser. Another one says how well a leaf can be shown, or picks
/// among alternatives in its own way.
///
/// ```
/// use mimi_codec::message::{Disposition, MimiContent, NestedPart, PartSemantics, Salt};
/// use mimi_codec::view::{Chooser, Leaf, Score, select};
///
/// /// Takes what the sender put last, as mail readers do.
/// struct LikeMail;
///
/// impl Chooser for LikeMail {
///     fn leaf(&self, _: &Leaf<'_, '_>) -> f64 {
///         1.0
///     }
///     fn choose(&self, alternatives: &[Score]) -> usize {
///         alternatives.len().saturating_sub(1)
///     }
/// }
///
/// let part = |media_type: &'static str| NestedPart::single(Disposition::RENDER, media_type, b"");
/// let body = NestedPart::multi(
///     Disposition::RENDER,
///     PartSemantics::ChooseOne,
///     vec![part("text/html"), part("text/plain")],
/// );
/// let message = MimiContent::new(Salt::new([0; 16]), body);
/// assert_eq!(select(&message, &LikeMail).leaves().collect::<Vec<_>>(), [2]);
/// ```
pub trait Chooser {
    /// How well a single or external part can be shown, from 0 to 1.
    fn leaf(&self, leaf: &Leaf<'_, '_>) -> f64;

    /// The position of the alternative to show. The best score, and of equal ones the first.
    fn choose(&self, alternatives: &[Score]) -> usize {
        let mut best = 0;
        for (position, score) in alternatives.iter().enumerate() {
            if alternatives.get(best).is_some_and(|known| score > known) {
                best = position;
            }
        }
        best
    }
}

impl Chooser for ViewPolicy {
    fn leaf(&self, leaf: &Leaf<'_, '_>) -> f64 {
        let (max_part, max_remote) = self.limits();
        let language = self.language_score(leaf.language);
        // What is to be saved can be saved, whatever it is; what opens a session needs no type.
        let least = match leaf.disposition {
            Disposition::ATTACHMENT => 0.5,
            Disposition::SESSION => 1.0,
            _ => 0.0,
        };
        let media = |content_type: &str| self.media_score(content_type).max(least);
        match &leaf.part.body {
            PartBody::Null | PartBody::Multi(_) => 1.0,
            PartBody::Single(part) if part.content.len() as u64 > max_part && least == 0.0 => 0.0,
            PartBody::Single(part) => language * media(&part.content_type),
            PartBody::External(part) => {
                let at_once = self.remote_content() == super::Remote::Allowed
                    && part.size <= max_remote
                    || leaf.disposition == Disposition::SESSION;
                let effort = if at_once { 1.0 } else { 0.5 };
                language * effort * media(&part.content_type)
            }
        }
    }
}

/// Why a part is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fate {
    /// It is shown, or at least what can be shown of it.
    Shown,
    /// Another alternative of the chooseOne with this index is shown.
    Discarded(PartIndex),
    /// It belongs to the singleUnit with this index, of which something cannot be shown.
    Refused(PartIndex),
}

/// What is shown of a message: the choices made among its parts.
#[derive(Clone, Debug)]
pub struct Selection<'m, 'a> {
    parts: Vec<Selected<'m, 'a>>,
}

/// A part with what was decided about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Selected<'m, 'a> {
    pub(super) leaf: Leaf<'m, 'a>,
    pub(super) parent: Option<PartIndex>,
    pub(super) score: Score,
    pub(super) fate: Fate,
    /// Of a chooseOne: the part chosen.
    pub(super) chosen: Option<PartIndex>,
}

/// Makes the choices among the parts of a message.
pub fn select<'m, 'a>(
    message: &'m MimiContent<'a>,
    chooser: &(impl Chooser + ?Sized),
) -> Selection<'m, 'a> {
    let mut parts: Vec<Selected<'m, 'a>> = Vec::new();
    let mut children: Vec<Vec<PartIndex>> = Vec::new();
    for part in message.parts() {
        let around = part
            .parent
            .and_then(|parent| parts.get(parent as usize))
            .map(|selected| selected.leaf);
        if let Some(siblings) = part.parent.and_then(|p| children.get_mut(p as usize)) {
            siblings.push(part.index);
        }
        children.push(Vec::new());
        parts.push(Selected {
            leaf: inherit(&part, around),
            parent: part.parent,
            score: Score::whole(1.0),
            fate: Fate::Shown,
            chosen: None,
        });
    }
    weigh(&mut parts, &children, chooser);
    decide(&mut parts);
    Selection { parts }
}

fn inherit<'m, 'a>(part: &Part<'m, 'a>, around: Option<Leaf<'m, 'a>>) -> Leaf<'m, 'a> {
    let own = part.part.languages();
    let language = match around {
        Some(around) if own.is_empty() => around.language,
        _ => own.as_str(),
    };
    let disposition = match (part.part.disposition, around) {
        (Disposition::UNSPECIFIED, Some(around)) => around.disposition,
        (own, _) => own.effective(),
    };
    Leaf {
        index: part.index,
        part: part.part,
        language,
        disposition,
    }
}

/// Scores from the last part to the body: every child comes after its multipart.
fn weigh(
    parts: &mut [Selected<'_, '_>],
    children: &[Vec<PartIndex>],
    chooser: &(impl Chooser + ?Sized),
) {
    for index in (0..parts.len()).rev() {
        let inner: Vec<(PartIndex, Score)> = children
            .get(index)
            .into_iter()
            .flatten()
            .filter_map(|child| Some((*child, parts.get(*child as usize)?.score)))
            .collect();
        let Some(part) = parts.get_mut(index) else {
            continue;
        };
        match &part.leaf.part.body {
            PartBody::Null => {}
            PartBody::Single(_) | PartBody::External(_) => {
                part.score = Score::whole(chooser.leaf(&part.leaf));
            }
            PartBody::Multi(multi) => {
                let scores: Vec<Score> = inner.iter().map(|(_, score)| *score).collect();
                match multi.semantics {
                    PartSemantics::ChooseOne => {
                        let position = chooser.choose(&scores);
                        if let Some((chosen, score)) = inner.get(position).or(inner.first()) {
                            (part.chosen, part.score) = (Some(*chosen), *score);
                        }
                    }
                    PartSemantics::SingleUnit => part.score = worst(&scores),
                    PartSemantics::ProcessAll => part.score = mean(&scores),
                }
            }
        }
    }
}

/// The worst of a unit; of a unit that cannot be shown whole, nothing is shown.
fn worst(scores: &[Score]) -> Score {
    Score::whole(scores.iter().map(|score| score.value).fold(1.0, f64::min))
}

/// The geometric mean; the share is the plain mean, because what can be shown is shown.
fn mean(scores: &[Score]) -> Score {
    if scores.is_empty() {
        return Score::whole(1.0);
    }
    let count = scores.len() as f64;
    let logarithms: f64 = scores.iter().map(|score| score.value.ln()).sum();
    let shares: f64 = scores.iter().map(|score| score.share).sum();
    Score {
        value: round((logarithms / count).exp()),
        share: round(shares / count),
    }
}

/// Fates from the body to the last part.
fn decide(parts: &mut [Selected<'_, '_>]) {
    for index in 1..parts.len() {
        let Some(around) = parts
            .get(index)
            .and_then(|part| part.parent)
            .and_then(|parent| parts.get(parent as usize))
        else {
            continue;
        };
        let number = around.leaf.index;
        let fate = match (&around.fate, &around.leaf.part.body) {
            (Fate::Shown, PartBody::Multi(multi)) => match multi.semantics {
                PartSemantics::ChooseOne if around.chosen != Some(index as PartIndex) => {
                    Fate::Discarded(number)
                }
                PartSemantics::SingleUnit if around.score.value == 0.0 => Fate::Refused(number),
                _ => Fate::Shown,
            },
            (fate, _) => *fate,
        };
        if let Some(part) = parts.get_mut(index) {
            part.fate = fate;
        }
    }
}

impl<'m, 'a> Selection<'m, 'a> {
    pub(super) fn parts(&self) -> &[Selected<'m, 'a>] {
        &self.parts
    }

    /// The score of a part.
    pub fn score(&self, index: PartIndex) -> Option<Score> {
        Some(self.parts.get(index as usize)?.score)
    }

    /// What was decided about a part.
    pub fn fate(&self, index: PartIndex) -> Option<Fate> {
        Some(self.parts.get(index as usize)?.fate)
    }

    /// The part that a chooseOne shows.
    pub fn chosen(&self, index: PartIndex) -> Option<PartIndex> {
        self.parts.get(index as usize)?.chosen
    }

    /// The leaf with what it takes from the multiparts around it; none for a multipart.
    pub fn leaf(&self, index: PartIndex) -> Option<Leaf<'m, 'a>> {
        let leaf = self.parts.get(index as usize)?.leaf;
        (!matches!(leaf.part.body, PartBody::Multi(_))).then_some(leaf)
    }

    /// The indices of the leaves that are to be shown, whether or not the client can.
    pub fn leaves(&self) -> impl Iterator<Item = PartIndex> + '_ {
        self.parts
            .iter()
            .filter(|part| part.fate == Fate::Shown)
            .filter(|part| !matches!(part.leaf.part.body, PartBody::Multi(_)))
            .map(|part| part.leaf.index)
    }
}
