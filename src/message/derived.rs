//! Derived values: what a receiver knows of a message from the protocol around it, not from its
//! content (the draft's section 3.3 and appendix A.2).

use alloc::borrow::Cow;
use core::fmt;

use super::MessageId;
use crate::item::{Encoder, ItemError, RawValue};

/// The values derived for one message (draft appendix A.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DerivedValues<'a> {
    /// The message.
    pub message_id: MessageId,
    /// When the hub accepted it.
    pub hub_accepted_timestamp: HubTime<'a>,
    /// The MLS group it was sent in.
    pub mls_group_id: Cow<'a, [u8]>,
    /// The sender's leaf in the group's tree.
    pub sender_leaf_index: u32,
    /// URL of the sending client.
    pub sender_client_url: Cow<'a, str>,
    /// URL of the sending user.
    pub sender_user_url: Cow<'a, str>,
    /// URL of the room.
    pub room_url: Cow<'a, str>,
}

/// When the hub accepted a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HubTime<'a> {
    /// Milliseconds since the start of the Unix epoch.
    Milliseconds(u64),
    /// The content of tag 1001.
    Extended(ExtendedTime<'a>),
}

impl HubTime<'_> {
    /// Milliseconds since the start of the Unix epoch, rounded down; none if an extended time
    /// has no seconds or does not fit.
    ///
    /// ```
    /// use mimi_codec::message::{ExtendedTime, HubTime};
    ///
    /// let time = ExtendedTime::new(1_644_387_225, 19_500_000);
    /// assert_eq!(HubTime::Extended(time).milliseconds(), Some(1_644_387_225_019));
    /// ```
    pub fn milliseconds(&self) -> Option<i128> {
        match self {
            HubTime::Milliseconds(time) => Some((*time).into()),
            HubTime::Extended(time) => time.milliseconds(),
        }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> HubTime<'static> {
        match self {
            HubTime::Milliseconds(time) => HubTime::Milliseconds(time),
            HubTime::Extended(time) => HubTime::Extended(time.into_owned()),
        }
    }
}

/// An extended time (RFC 9581 section 3): the map inside tag 1001, always deterministic, kept
/// octet for octet as it was received. Key 1 holds the seconds, keys -3, -6, -9 and so on their
/// fractions.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ExtendedTime<'a>(Cow<'a, [u8]>);

impl<'a> ExtendedTime<'a> {
    /// The tag around the map.
    pub const TAG: u64 = 1001;

    /// Seconds since the start of the Unix epoch (key 1), and nanoseconds (key -9) unless they
    /// are 0.
    pub fn new(seconds: i64, nanoseconds: u32) -> ExtendedTime<'static> {
        let mut encoder = Encoder::new();
        match nanoseconds {
            0 => encoder.map(1).uint(1).int(seconds),
            _ => {
                let encoder = encoder.map(2).uint(1).int(seconds);
                encoder.int(-9).uint(nanoseconds.into())
            }
        };
        ExtendedTime(Cow::Owned(encoder.finish()))
    }

    /// A map that is encoded already.
    ///
    /// # Errors
    /// The octets are not one deterministic item, or not a map of integer and text keys.
    pub fn from_slice(octets: &'a [u8]) -> Result<Self, ItemError> {
        RawValue::time_map(octets).map(|map| ExtendedTime(Cow::Borrowed(map.as_bytes())))
    }

    /// A map that the CBOR reader checked.
    pub(crate) const fn checked(octets: Cow<'a, [u8]>) -> Self {
        ExtendedTime(octets)
    }

    /// The encoded map, without the tag.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The map as a value.
    pub fn as_raw(&self) -> RawValue<'_> {
        RawValue::checked(&self.0)
    }

    /// The value of an integer key.
    pub fn get(&self, key: i64) -> Option<RawValue<'_>> {
        let mut entries = self.as_raw().entries()?;
        entries.find_map(|(known, value)| (known.as_i64() == Some(key)).then_some(value))
    }

    /// Milliseconds since the start of the Unix epoch, rounded down; none if the seconds (key 1)
    /// are missing or neither an integer nor a finite float.
    pub fn milliseconds(&self) -> Option<i128> {
        let base = self.get(1)?;
        let base = match base.as_i128() {
            Some(seconds) => seconds.checked_mul(1000)?,
            None => floor_milliseconds(base.as_f64()?)?,
        };
        let mut fraction = 0;
        for (key, value) in self.as_raw().entries()? {
            let (Some(power @ -18..=-1), Some(value)) = (key.as_i64(), value.as_u64()) else {
                continue;
            };
            let unit = 10i128.pow(power.unsigned_abs() as u32);
            fraction = i128::from(value) * 1000 / unit;
        }
        base.checked_add(fraction)
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> ExtendedTime<'static> {
        ExtendedTime(Cow::Owned(self.0.into_owned()))
    }
}

/// Whole milliseconds of a number of seconds.
fn floor_milliseconds(seconds: f64) -> Option<i128> {
    let milliseconds = seconds * 1000.0;
    if !milliseconds.is_finite() || milliseconds.abs() > 1e30 {
        return None;
    }
    let whole = milliseconds as i128;
    Some(whole - i128::from(whole as f64 > milliseconds))
}

impl fmt::Debug for ExtendedTime<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtendedTime({:?})", self.as_raw())
    }
}

impl DerivedValues<'_> {
    /// A copy that borrows nothing.
    pub fn into_owned(self) -> DerivedValues<'static> {
        DerivedValues {
            message_id: self.message_id,
            hub_accepted_timestamp: self.hub_accepted_timestamp.into_owned(),
            mls_group_id: Cow::Owned(self.mls_group_id.into_owned()),
            sender_leaf_index: self.sender_leaf_index,
            sender_client_url: Cow::Owned(self.sender_client_url.into_owned()),
            sender_user_url: Cow::Owned(self.sender_user_url.into_owned()),
            room_url: Cow::Owned(self.room_url.into_owned()),
        }
    }
}

impl<'a> DerivedValues<'a> {
    /// The values of a message; what is not given here is empty or 0, and can be set.
    pub fn new(message_id: MessageId, hub_accepted_timestamp: HubTime<'a>) -> Self {
        DerivedValues {
            message_id,
            hub_accepted_timestamp,
            mls_group_id: Cow::Borrowed(&[]),
            sender_leaf_index: 0,
            sender_client_url: Cow::Borrowed(""),
            sender_user_url: Cow::Borrowed(""),
            room_url: Cow::Borrowed(""),
        }
    }
}
