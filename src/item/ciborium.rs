//! Extension values as [`ciborium::Value`], or as any type that implements `Deserialize`.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use ciborium::Value;
use serde::de::DeserializeOwned;

use super::{ItemError, Kind, RawValue};
use crate::report::{Finding, codes};

impl RawValue<'_> {
    /// The item as a [`ciborium::Value`].
    ///
    /// # Errors
    /// [`codes::VALUE_UNSUPPORTED`] for `undefined` and simple values, which that type does not
    /// have.
    ///
    /// ```
    /// use ciborium::Value;
    /// use mimi_codec::item::RawValue;
    ///
    /// let value = RawValue::from_slice(&[0x82, 0x01, 0x61, b'x'])?.to_ciborium()?;
    /// assert_eq!(value, Value::Array(vec![Value::from(1), Value::from("x")]));
    /// assert!(RawValue::from_slice(&[0xf7])?.to_ciborium().is_err());
    /// # Ok::<(), mimi_codec::item::ItemError>(())
    /// ```
    pub fn to_ciborium(self) -> Result<Value, ItemError> {
        let unsupported = |found: &'static str| {
            let finding = Finding::new(codes::VALUE_UNSUPPORTED).found(found);
            ItemError::new(finding.expected("a value that ciborium::Value can hold"))
        };
        let missing = || unsupported("an item of another kind");
        // Recursion is bounded: a raw value was checked for its depth.
        Ok(match self.kind() {
            Kind::Integer => {
                let integer = self.as_i128().ok_or_else(missing)?;
                Value::Integer(integer.try_into().map_err(|_| missing())?)
            }
            Kind::Bytes => Value::Bytes(self.as_octets().ok_or_else(missing)?.to_vec()),
            Kind::Text => Value::Text(self.as_str().ok_or_else(missing)?.to_string()),
            Kind::Array => {
                let items = self.elements().ok_or_else(missing)?;
                Value::Array(items.map(RawValue::to_ciborium).collect::<Result<_, _>>()?)
            }
            Kind::Map => {
                let entries = self.entries().ok_or_else(missing)?;
                let entries: Result<Vec<_>, ItemError> = entries
                    .map(|(key, value)| Ok((key.to_ciborium()?, value.to_ciborium()?)))
                    .collect();
                Value::Map(entries?)
            }
            Kind::Tag => {
                let (tag, item) = self.as_tag().ok_or_else(missing)?;
                Value::Tag(tag, Box::new(item.to_ciborium()?))
            }
            Kind::Bool => Value::Bool(self.as_bool().ok_or_else(missing)?),
            Kind::Null => Value::Null,
            Kind::Float => Value::Float(self.as_f64().ok_or_else(missing)?),
            Kind::Undefined => return Err(unsupported("undefined")),
            Kind::Simple => return Err(unsupported("a simple value")),
        })
    }

    /// The item as any type that implements `Deserialize`.
    ///
    /// # Errors
    /// [`codes::VALUE_UNSUPPORTED`] if the item is not one of that type.
    ///
    /// ```
    /// use mimi_codec::item::RawValue;
    ///
    /// let value = RawValue::from_slice(&[0x82, 0x01, 0x61, b'x'])?;
    /// assert_eq!(value.deserialize::<(u8, String)>()?, (1, "x".to_string()));
    /// assert!(value.deserialize::<u8>().is_err());
    /// # Ok::<(), mimi_codec::item::ItemError>(())
    /// ```
    pub fn deserialize<T: DeserializeOwned>(self) -> Result<T, ItemError> {
        ciborium::from_reader(self.as_bytes()).map_err(|error| {
            let finding = Finding::new(codes::VALUE_UNSUPPORTED);
            ItemError::new(match error {
                ciborium::de::Error::Semantic(_, text) => finding.message(text),
                other => finding.message(format!("{other}")),
            })
        })
    }
}
