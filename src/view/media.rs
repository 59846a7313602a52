//! [`Media`]: a media type taken apart for comparison.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Type and subtype in lower case, and the parameters that tell forms of a type apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Media {
    pub(super) kind: String,
    pub(super) subtype: String,
    parameters: Vec<(String, String)>,
}

impl Media {
    pub(super) fn parse(text: &str) -> Self {
        let mut pieces = text.split(';');
        let (kind, subtype) = pieces
            .next()
            .and_then(|essence| essence.split_once('/'))
            .unwrap_or_default();
        let clean = |text: &str| text.trim().trim_matches('"').to_ascii_lowercase();
        let parameters = pieces
            .filter_map(|piece| piece.split_once('='))
            .map(|(name, value)| (clean(name), clean(value)))
            .collect();
        Media {
            kind: clean(kind).to_string(),
            subtype: clean(subtype).to_string(),
            parameters,
        }
    }

    /// Whether this range covers a media type, and how exact it is: the more, the closer.
    pub(super) fn covers(&self, media: &Media) -> Option<usize> {
        if media.kind.is_empty() || media.subtype.is_empty() {
            return None;
        }
        let level = match (self.kind.as_str(), self.subtype.as_str()) {
            ("*", "*") => 0,
            (kind, "*") if kind == media.kind => 1,
            (kind, subtype) if kind == media.kind && subtype == media.subtype => 2,
            _ => return None,
        };
        self.parameters
            .iter()
            .all(|parameter| media.parameters.contains(parameter))
            .then_some(level + self.parameters.len())
    }
}
