//! Places: from offsets in a text to lines and columns, and from a part to its path.

use std::string::String;
use std::vec::Vec;

use crate::message::{MimiContent, PartIndex, path_of};
use crate::report::Finding;

/// Gives findings whose offsets count the octets of a text its lines and columns instead.
pub(super) fn locate(text: &str, findings: &mut [Finding]) {
    let mut places: Vec<(usize, &mut Finding)> = findings
        .iter_mut()
        .filter_map(|finding| Some((finding.offset.take()?, finding)))
        .collect();
    places.sort_by_key(|(offset, _)| *offset);
    let (mut done, mut line, mut column) = (0, 1u32, 1u32);
    for (offset, finding) in places {
        for c in text.get(done..offset).unwrap_or_default().chars() {
            match c {
                '\n' => (line, column) = (line.saturating_add(1), 1),
                _ => column = column.saturating_add(1),
            }
        }
        done = done.max(offset.min(text.len()));
        (finding.line, finding.column) = (Some(line), Some(column));
    }
}

/// The path of a part, by the draft's names of the fields.
pub(super) fn path(message: &MimiContent<'_>, index: PartIndex) -> String {
    let parents: Vec<Option<PartIndex>> = message.parts().map(|part| part.parent).collect();
    path_of(&parents, |parent| *parent, index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Disposition, NestedPart, PartSemantics, Salt};
    use crate::report::codes;

    #[test]
    fn offsets_become_lines_and_columns() {
        let finding = |offset| Finding::new(codes::NUL_REPLACED).at(offset);
        let mut findings = [finding(6), finding(0), finding(4), finding(99)];
        locate("äb\ncd\n", &mut findings);
        let places: Vec<_> = findings.iter().map(|it| (it.line, it.column)).collect();
        let at = |line, column| (Some(line), Some(column));
        assert_eq!(places, [at(2, 3), at(1, 1), at(2, 1), at(2, 3)]);
        assert!(findings.iter().all(|finding| finding.offset.is_none()));
    }

    #[test]
    fn parts_have_paths() {
        let leaf = || NestedPart::single(Disposition::RENDER, "text/plain", "");
        let several =
            |parts| NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
        let inner = several(Vec::from([leaf(), leaf()]));
        let message = MimiContent::new(
            Salt::new([0; 16]),
            several(Vec::from([leaf(), inner, leaf()])),
        );
        let paths: Vec<String> = (0..6).map(|index| path(&message, index)).collect();
        assert_eq!(
            paths,
            [
                "nestedPart",
                "nestedPart.parts[0]",
                "nestedPart.parts[1]",
                "nestedPart.parts[1].parts[0]",
                "nestedPart.parts[1].parts[1]",
                "nestedPart.parts[2]",
            ]
        );
    }
}
