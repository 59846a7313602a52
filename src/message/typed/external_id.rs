//! Extension 4: [`ExternalMessageId`].

use alloc::borrow::Cow;
use core::num::NonZeroU64;

use super::{ExtensionError, kind_of, misfit};
use crate::item::{Encoder, RawValue};

/// The message ID of another messaging system, and the scope in which it is unique
/// (draft-mimi-content-more-extensions-00 section 4).
///
/// ```
/// use mimi_codec::message::{Extensions, ExternalMessageId, IdScope};
///
/// let id = ExternalMessageId::new(b"<1234@local.machine.example>", IdScope::domain("example"));
/// let mut extensions = Extensions::EMPTY;
/// extensions.set_external_message_id(&id)?;
/// assert_eq!(extensions.external_message_id()?, Some(id));
/// # Ok::<(), mimi_codec::message::ExtensionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ExternalMessageId<'a> {
    /// The ID as that system has it.
    pub id: Cow<'a, [u8]>,
    /// In which system it means something.
    pub scope: IdScope<'a>,
}

/// Where an [`ExternalMessageId`] is unique (draft-mimi-content-more-extensions-00 section 4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum IdScope<'a> {
    /// An organisation, by its IANA Private Enterprise Number.
    Enterprise(NonZeroU64),
    /// An Internet domain.
    Domain(Cow<'a, str>),
    /// A URI (tag 32).
    Uri(Cow<'a, str>),
}

impl<'a> IdScope<'a> {
    /// An Internet domain.
    pub fn domain(name: impl Into<Cow<'a, str>>) -> Self {
        IdScope::Domain(name.into())
    }

    /// A URI.
    pub fn uri(uri: impl Into<Cow<'a, str>>) -> Self {
        IdScope::Uri(uri.into())
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> IdScope<'static> {
        match self {
            IdScope::Enterprise(number) => IdScope::Enterprise(number),
            IdScope::Domain(name) => IdScope::Domain(Cow::Owned(name.into_owned())),
            IdScope::Uri(uri) => IdScope::Uri(Cow::Owned(uri.into_owned())),
        }
    }
}

impl<'a> ExternalMessageId<'a> {
    /// An ID within a scope.
    pub fn new(id: impl crate::message::IntoContent<'a>, scope: IdScope<'a>) -> Self {
        let id = id.into_content();
        ExternalMessageId { id, scope }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> ExternalMessageId<'static> {
        ExternalMessageId {
            id: Cow::Owned(self.id.into_owned()),
            scope: self.scope.into_owned(),
        }
    }

    pub(super) fn read(value: RawValue<'a>, path: &str) -> Result<Self, ExtensionError> {
        const EXPECTED: &str = "an array of a byte string and a scope";
        let mut elements = value
            .elements()
            .ok_or_else(|| misfit(path, kind_of(value), EXPECTED))?;
        let (Some(id), Some(scope), None) = (elements.next(), elements.next(), elements.next())
        else {
            return Err(misfit(path, "an array of another length", EXPECTED));
        };
        let octets = id
            .as_octets()
            .ok_or_else(|| misfit(alloc::format!("{path}[0]"), kind_of(id), "a byte string"))?;
        let scope = read_scope(scope).ok_or_else(|| {
            let found = match scope.as_u64() {
                Some(0) => "0".into(),
                _ => kind_of(scope),
            };
            let expected = "a positive integer, a domain as text, or a URI in tag 32";
            misfit(alloc::format!("{path}[1]"), found, expected)
        })?;
        Ok(ExternalMessageId {
            id: Cow::Borrowed(octets),
            scope,
        })
    }

    pub(super) fn write(&self, out: &mut Encoder) {
        out.array(2).bytes(&self.id);
        match &self.scope {
            IdScope::Enterprise(number) => out.uint(number.get()),
            IdScope::Domain(name) => out.text(name),
            IdScope::Uri(uri) => out.tag(32).text(uri),
        };
    }
}

fn read_scope(scope: RawValue<'_>) -> Option<IdScope<'_>> {
    if let Some(number) = scope.as_u64() {
        return NonZeroU64::new(number).map(IdScope::Enterprise);
    }
    match scope.as_tag() {
        Some((32, uri)) => uri.as_str().map(IdScope::uri),
        Some(_) => None,
        None => scope.as_str().map(IdScope::domain),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::with;
    use super::*;
    use crate::message::{ExtensionKey, Extensions};

    #[test]
    fn the_three_scopes() {
        for (hex, scope) in [
            (
                "82411219 0137",
                IdScope::Enterprise(NonZeroU64::new(311).unwrap()),
            ),
            ("8241126161", IdScope::domain("a")),
            ("824112d8206161", IdScope::uri("a")),
        ] {
            let extensions = with(ExtensionKey::Int(4), &hex.replace(' ', ""));
            let id = extensions.external_message_id().unwrap().unwrap();
            assert_eq!((id.id.as_ref(), &id.scope), (&[0x12][..], &scope));
            let mut again = Extensions::EMPTY;
            again.set_external_message_id(&id).unwrap();
            assert_eq!(again, extensions);
            assert_eq!(id.clone().into_owned(), id);
        }
    }

    #[test]
    fn other_shapes_are_refused_with_their_place() {
        for (hex, path) in [
            ("4112", "extensions[4]"),
            ("80", "extensions[4]"),
            ("814112", "extensions[4]"),
            ("8341120101", "extensions[4]"),
            ("82611201", "extensions[4][0]"),
            ("82411200", "extensions[4][1]"),
            ("82411220", "extensions[4][1]"),
            ("82411241 61", "extensions[4][1]"),
            ("824112d8216161", "extensions[4][1]"),
            ("824112d82001", "extensions[4][1]"),
        ] {
            let extensions = with(ExtensionKey::Int(4), &hex.replace(' ', ""));
            let error = extensions.external_message_id().unwrap_err();
            assert_eq!(
                error.finding().path.as_deref(),
                Some(path),
                "{hex}: {error}"
            );
            assert_eq!(error.code(), crate::report::codes::EXTENSION_TYPE);
        }
    }
}
