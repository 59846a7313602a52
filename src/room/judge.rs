//! What of an edit applies to an item, and what is refused.

use alloc::vec::Vec;

use super::entry::{Entry, Granted, Kind, Refused, Slot};
use super::{Action, Authority};

/// What of an edit applies, and what is refused.
pub(super) fn judge(
    authority: &impl Authority,
    slot: Slot,
    edit: &Entry,
    first: &Entry,
) -> (Granted, Vec<Refused>) {
    let may = |action| authority.may(action, &edit.sender, &first.sender);
    let action = match (first.kind, edit.empty) {
        (Kind::Message, false) => Action::Edit,
        (Kind::Message, true) => Action::Delete,
        (Kind::Status, false) => Action::Edit,
        (Kind::Status, true) => Action::Delete,
        (Kind::Reaction, false) => Action::EditReaction,
        (Kind::Reaction, true) => Action::DeleteReaction,
    };
    let mut refused = Vec::new();
    let allowed = may(action);
    let same_kind = edit.empty || edit.kind == first.kind;
    if !allowed {
        refused.push(Refused::NotAuthorised(action));
    } else if !same_kind {
        refused.push(Refused::KindChanged);
    }
    // With the body gone, its fields mean nothing.
    let mut field = |differs: bool, action: Action| {
        let change = differs && !edit.empty;
        let granted = change && may(action);
        if change && !granted && allowed {
            refused.push(Refused::FieldKept(action));
        }
        granted
    };
    let granted = Granted {
        slot,
        body: allowed && same_kind,
        topic: field(edit.topic != first.topic, Action::ChangeTopic),
        expires: field(edit.expires != first.expires, Action::ChangeExpiration),
        reply: field(edit.in_reply_to != first.in_reply_to, Action::ChangeReply),
    };
    (granted, refused)
}
