//! What of an edit applies to an item, and what is refused.

use super::entry::{Entry, Granted, Reason, Refused};
use super::store::Store;
use super::{Action, Authority};

/// What of an edit applies, and what is refused.
pub(super) fn judge(
    authority: &impl Authority,
    store: &Store,
    edit: &Entry,
    first: &Entry,
) -> (Granted, Refused) {
    let (by, sender) = (store.sender(edit), store.sender(first));
    let may = |action| authority.may(action, by, sender);
    let mut refused = Refused::default();
    let allowed = may(edit.action(first));
    let same_kind = edit.empty || edit.kind == first.kind;
    if !allowed {
        refused.add(Reason::NotAuthorised);
    } else if !same_kind {
        refused.add(Reason::KindChanged);
    }
    // With the body gone, its fields mean nothing.
    let mut field = |differs: bool, action: Action| {
        let change = differs && !edit.empty;
        let granted = change && may(action);
        if change && !granted && allowed {
            refused.add(Reason::FieldKept(action));
        }
        granted
    };
    let granted = Granted {
        body: allowed && same_kind,
        topic: field(edit.topic != first.topic, Action::ChangeTopic),
        expires: field(edit.expires != first.expires, Action::ChangeExpiration),
        reply: field(edit.in_reply_to != first.in_reply_to, Action::ChangeReply),
    };
    (granted, refused)
}
