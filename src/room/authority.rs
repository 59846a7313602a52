//! [`Authority`]: who may edit and delete what, and the draft's default. Roles and capabilities of
//! a room policy are the caller's.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::message::MimiUri;

/// Whether two URIs name one sender: `mimi:` and `im:` URIs that are equal when normalised (RFC
/// 3986 section 6.2.2: case of scheme and host, percent-encoding), `mailto:` URIs whose domains
/// differ in case only (RFC 5321 section 2.4), and otherwise the same octets.
///
/// This opens no door to forgers. What is compared is not what a message says of itself but the
/// URI that the group knows its sender by; normalising only joins spellings that no provider may
/// give to two people; letter case and everything else in the name counts; and text that is no
/// such URI equals itself alone. A client (`/d/alice/phone`) is not its user (`/u/alice`): who
/// may act for whom is for an [`Authority`] to say.
///
/// ```
/// use mimi_codec::room::same_sender;
///
/// assert!(same_sender("mimi://Example.com/u/%61lice", "mimi://example.com/u/alice"));
/// assert!(same_sender("mailto:bob@Example.COM", "mailto:bob@example.com"));
/// assert!(!same_sender("mailto:Bob@example.com", "mailto:bob@example.com"));
/// assert!(!same_sender("mimi://example.com/u/Alice", "mimi://example.com/u/alice"));
/// assert!(!same_sender("mimi://example.com/d/alice/phone", "mimi://example.com/u/alice"));
/// ```
pub fn same_sender(one: &str, other: &str) -> bool {
    one == other || identity(one) == identity(other)
}

/// The same text for every spelling of one URI. Text that is no URI cannot be taken for one:
/// what normalising gives is one.
pub(crate) fn identity(uri: &str) -> Cow<'_, str> {
    match MimiUri::parse(uri) {
        Ok(uri) => Cow::Owned(uri.normalised()),
        Err(_) => mail_identity(uri).map_or(Cow::Borrowed(uri), Cow::Owned),
    }
}

/// A `mailto:` URI of one address, its scheme and its domain in small letters. What stands before
/// the domain belongs to whoever runs it, and counts as it stands.
fn mail_identity(uri: &str) -> Option<String> {
    const SCHEME: &str = "mailto:";
    let (scheme, address) = uri.split_at_checked(SCHEME.len())?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return None;
    }
    let (local, domain) = address.rsplit_once('@')?;
    let sound = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    domain
        .chars()
        .all(sound)
        .then(|| [SCHEME, local, "@", &domain.to_ascii_lowercase()].concat())
}

/// What somebody would do to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Put another body in place of a message's.
    Edit,
    /// Take a message back.
    Delete,
    /// Put another reaction in place of one.
    EditReaction,
    /// Take a reaction back.
    DeleteReaction,
    /// Move a message to another topic.
    ChangeTopic,
    /// Change when a message expires.
    ChangeExpiration,
    /// Change which message another one replies to.
    ChangeReply,
}

impl Action {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Action::Edit => "edit",
            Action::Delete => "delete",
            Action::EditReaction => "edit of a reaction",
            Action::DeleteReaction => "unlike",
            Action::ChangeTopic => "change of topic",
            Action::ChangeExpiration => "change of expiration",
            Action::ChangeReply => "change of the message replied to",
        }
    }
}

/// Decides who may do what. Must always give the same answer to the same question, or rooms fed
/// the same messages would differ.
///
/// ```
/// use mimi_codec::room::{Action, Authority, OriginalSender};
///
/// /// A moderator may take back anybody's messages.
/// struct Moderated(&'static str);
///
/// impl Authority for Moderated {
///     fn may(&self, action: Action, by: &str, sender: &str) -> bool {
///         OriginalSender.may(action, by, sender)
///             || by == self.0 && matches!(action, Action::Delete | Action::DeleteReaction)
///     }
/// }
///
/// let room = Moderated("mimi://example.com/u/mod");
/// assert!(room.may(Action::Delete, "mimi://example.com/u/mod", "mimi://example.com/u/bob"));
/// assert!(!room.may(Action::Edit, "mimi://example.com/u/mod", "mimi://example.com/u/bob"));
/// ```
pub trait Authority {
    /// Whether `by` may do this to a message that `sender` sent first; both are URIs.
    fn may(&self, action: Action, by: &str, sender: &str) -> bool;
}

/// The draft's default (section 9.3): only the original sender edits and deletes, and only the
/// body. Who the sender is, is said by [`same_sender`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct OriginalSender;

impl Authority for OriginalSender {
    fn may(&self, action: Action, by: &str, sender: &str) -> bool {
        same_sender(by, sender)
            && matches!(
                action,
                Action::Edit | Action::Delete | Action::EditReaction | Action::DeleteReaction
            )
    }
}

impl<A: Authority + ?Sized> Authority for &A {
    fn may(&self, action: Action, by: &str, sender: &str) -> bool {
        (**self).may(action, by, sender)
    }
}

impl<A: Authority + ?Sized> Authority for alloc::boxed::Box<A> {
    fn may(&self, action: Action, by: &str, sender: &str) -> bool {
        (**self).may(action, by, sender)
    }
}
