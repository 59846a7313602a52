//! What status reports say of an item.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::RoomError;
use super::entries::Slot;
use super::entry::{Entry, Kind, Said};
use super::store::Store;
use crate::message::{PartBody, PerMessageStatus, StatusReport};
use crate::report::Converted;

impl Store {
    /// What a message says as a status report; nothing if it is none.
    pub(super) fn reported(
        &self,
        slot: Slot,
    ) -> Option<Result<Converted<StatusReport>, RoomError>> {
        let entry = self
            .entry(slot)
            .filter(|entry| entry.kind == Kind::Status)?;
        let report = self.decode(entry).map(|received| {
            let PartBody::Single(single) = &received.content().nested_part.body else {
                return Ok(Converted::lossless(StatusReport::default()));
            };
            self.decoder
                .decode_status(&single.content)
                .map_err(|error| RoomError::from(error.into_finding()))
        });
        Some(report.and_then(|report| report))
    }

    /// The messages that a status report is about.
    pub(super) fn reported_on(&self, slot: Slot) -> Vec<PerMessageStatus> {
        match self.reported(slot) {
            Some(Ok(report)) => report.value.statuses,
            _ => Vec::new(),
        }
    }

    /// What everybody's newest report says of an item, by whatever version of it they name, and
    /// which report says it. The keys are the identities of the reporters.
    pub(super) fn statuses<'s>(&'s self, root: &'s Entry) -> BTreeMap<&'s str, (&'s Entry, Said)> {
        let record = root.record.as_deref();
        let rare = record.and_then(|record| record.rare.as_deref());
        let versions = record
            .into_iter()
            .flat_map(|record| record.versions.iter())
            .chain(rare.into_iter().flat_map(|rare| rare.bodiless.iter()))
            .filter_map(|slot| self.entry(slot))
            .chain([root]);
        let mut newest: BTreeMap<&str, (&Entry, Said)> = BTreeMap::new();
        let all = versions
            .filter_map(|version| version.record.as_deref())
            .flat_map(|record| &record.statuses);
        for said in all {
            let (Some(report), Some((_, first))) =
                (self.entry(said.report), self.root(said.report))
            else {
                continue;
            };
            // A report that was replaced or taken back says nothing.
            let counts = self.current(first).id == report.id;
            let Some(sender) = self.sender_of(report).filter(|_| counts) else {
                continue;
            };
            let order = |report: &Entry, said: &Said| (report.hub_time, report.id, said.nth);
            let known = newest.entry(&sender.identity).or_insert((report, *said));
            if order(report, said) > order(known.0, &known.1) {
                *known = (report, *said);
            }
        }
        newest
    }
}
