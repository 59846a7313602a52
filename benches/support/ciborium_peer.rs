//! The second peer: ciborium with serde's derive, into owned structs.

use std::collections::BTreeMap;

use ciborium::Value;
use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::ByteBuf;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Message(
    ByteBuf,
    Option<ByteBuf>,
    ByteBuf,
    Option<(bool, u32)>,
    Option<ByteBuf>,
    BTreeMap<i64, Value>,
    Part,
);

#[derive(Debug, PartialEq)]
pub struct Part {
    disposition: u8,
    language: String,
    body: Body,
}

#[derive(Debug, PartialEq)]
enum Body {
    Null,
    Single(String, ByteBuf),
    External(Box<External>),
    Multi(u8, Vec<Part>),
}

#[derive(Debug, PartialEq)]
struct External {
    content_type: String,
    url: String,
    expires: u32,
    size: u64,
    enc_alg: u16,
    key: ByteBuf,
    nonce: ByteBuf,
    aad: ByteBuf,
    hash_alg: u8,
    content_hash: ByteBuf,
    description: String,
    filename: String,
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PartVisitor;

        fn next<'de, A: SeqAccess<'de>, T: Deserialize<'de>>(seq: &mut A) -> Result<T, A::Error> {
            seq.next_element()?
                .ok_or_else(|| A::Error::custom("a field is missing"))
        }

        impl<'de> Visitor<'de> for PartVisitor {
            type Value = Part;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a part")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Part, A::Error> {
                let seq = &mut seq;
                let disposition = next(seq)?;
                let language = next(seq)?;
                let body = match next::<A, u8>(seq)? {
                    0 => Body::Null,
                    1 => Body::Single(next(seq)?, next(seq)?),
                    2 => Body::External(Box::new(External {
                        content_type: next(seq)?,
                        url: next(seq)?,
                        expires: next(seq)?,
                        size: next(seq)?,
                        enc_alg: next(seq)?,
                        key: next(seq)?,
                        nonce: next(seq)?,
                        aad: next(seq)?,
                        hash_alg: next(seq)?,
                        content_hash: next(seq)?,
                        description: next(seq)?,
                        filename: next(seq)?,
                    })),
                    3 => Body::Multi(next(seq)?, next(seq)?),
                    _ => return Err(A::Error::custom("an unknown cardinality")),
                };
                Ok(Part {
                    disposition,
                    language,
                    body,
                })
            }
        }

        deserializer.deserialize_seq(PartVisitor)
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (length, cardinality) = match &self.body {
            Body::Null => (3, 0),
            Body::Single(..) => (5, 1),
            Body::External(_) => (15, 2),
            Body::Multi(..) => (5, 3),
        };
        let mut seq = serializer.serialize_seq(Some(length))?;
        seq.serialize_element(&self.disposition)?;
        seq.serialize_element(&self.language)?;
        seq.serialize_element(&cardinality)?;
        match &self.body {
            Body::Null => {}
            Body::Single(content_type, content) => {
                seq.serialize_element(content_type)?;
                seq.serialize_element(content)?;
            }
            Body::External(part) => {
                seq.serialize_element(&part.content_type)?;
                seq.serialize_element(&part.url)?;
                seq.serialize_element(&part.expires)?;
                seq.serialize_element(&part.size)?;
                seq.serialize_element(&part.enc_alg)?;
                seq.serialize_element(&part.key)?;
                seq.serialize_element(&part.nonce)?;
                seq.serialize_element(&part.aad)?;
                seq.serialize_element(&part.hash_alg)?;
                seq.serialize_element(&part.content_hash)?;
                seq.serialize_element(&part.description)?;
                seq.serialize_element(&part.filename)?;
            }
            Body::Multi(semantics, parts) => {
                seq.serialize_element(semantics)?;
                seq.serialize_element(parts)?;
            }
        }
        seq.end()
    }
}

pub fn decode(octets: &[u8]) -> Message {
    ciborium::from_reader(octets).expect("the peer decodes")
}

pub fn encode(message: &Message) -> Vec<u8> {
    let mut out = Vec::new();
    ciborium::into_writer(message, &mut out).expect("the peer encodes");
    out
}
