//! The peer: a codec on minicbor written the usual way, derived where derive can do it, into owned
//! structs. It decodes and encodes the draft's 14 messages.

use minicbor::bytes::ByteVec;
use minicbor::decode::Error;
use minicbor::encode::{self, Write};
use minicbor::{Decode, Decoder, Encode, Encoder};

#[derive(Debug, PartialEq, Encode, Decode)]
#[cbor(array)]
pub struct Message {
    #[n(0)]
    pub salt: ByteVec,
    #[n(1)]
    pub replaces: Option<ByteVec>,
    #[n(2)]
    pub topic_id: ByteVec,
    #[n(3)]
    pub expires: Option<Expiration>,
    #[n(4)]
    pub in_reply_to: Option<ByteVec>,
    #[n(5)]
    pub extensions: Extensions,
    #[n(6)]
    pub body: Part,
}

#[derive(Debug, PartialEq, Encode, Decode)]
#[cbor(array)]
pub struct Expiration {
    #[n(0)]
    pub relative: bool,
    #[n(1)]
    pub time: u32,
}

#[derive(Debug, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Extensions {
    #[n(1)]
    pub sender: Option<String>,
    #[n(2)]
    pub room: Option<String>,
}

#[derive(Debug, PartialEq)]
pub struct Part {
    pub disposition: u8,
    pub language: String,
    pub body: Body,
}

#[derive(Debug, PartialEq)]
pub enum Body {
    Null,
    Single {
        content_type: String,
        content: ByteVec,
    },
    External(Box<External>),
    Multi {
        semantics: u8,
        parts: Vec<Part>,
    },
}

#[derive(Debug, PartialEq)]
pub struct External {
    pub content_type: String,
    pub url: String,
    pub expires: u32,
    pub size: u64,
    pub enc_alg: u16,
    pub key: ByteVec,
    pub nonce: ByteVec,
    pub aad: ByteVec,
    pub hash_alg: u8,
    pub content_hash: ByteVec,
    pub description: String,
    pub filename: String,
}

impl<'b, C> Decode<'b, C> for Part {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, Error> {
        let length = d.array()?;
        let disposition = d.u8()?;
        let language = d.str()?.to_owned();
        let body = match (d.u8()?, length) {
            (0, Some(3)) => Body::Null,
            (1, Some(5)) => Body::Single {
                content_type: d.str()?.to_owned(),
                content: d.decode()?,
            },
            (2, Some(15)) => Body::External(Box::new(External {
                content_type: d.str()?.to_owned(),
                url: d.str()?.to_owned(),
                expires: d.u32()?,
                size: d.u64()?,
                enc_alg: d.u16()?,
                key: d.decode()?,
                nonce: d.decode()?,
                aad: d.decode()?,
                hash_alg: d.u8()?,
                content_hash: d.decode()?,
                description: d.str()?.to_owned(),
                filename: d.str()?.to_owned(),
            })),
            (3, Some(5)) => Body::Multi {
                semantics: d.u8()?,
                parts: d.decode_with(ctx)?,
            },
            _ => return Err(Error::message("cardinality and length do not agree")),
        };
        Ok(Part {
            disposition,
            language,
            body,
        })
    }
}

impl<C> Encode<C> for Part {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        let (length, cardinality) = match &self.body {
            Body::Null => (3, 0),
            Body::Single { .. } => (5, 1),
            Body::External(_) => (15, 2),
            Body::Multi { .. } => (5, 3),
        };
        e.array(length)?
            .u8(self.disposition)?
            .str(&self.language)?
            .u8(cardinality)?;
        match &self.body {
            Body::Null => {}
            Body::Single {
                content_type,
                content,
            } => {
                e.str(content_type)?.bytes(content)?;
            }
            Body::External(part) => {
                e.str(&part.content_type)?
                    .str(&part.url)?
                    .u32(part.expires)?
                    .u64(part.size)?
                    .u16(part.enc_alg)?
                    .bytes(&part.key)?
                    .bytes(&part.nonce)?
                    .bytes(&part.aad)?
                    .u8(part.hash_alg)?
                    .bytes(&part.content_hash)?
                    .str(&part.description)?
                    .str(&part.filename)?;
            }
            Body::Multi { semantics, parts } => {
                e.u8(*semantics)?;
                parts.encode(e, ctx)?;
            }
        }
        Ok(())
    }
}

pub fn decode(octets: &[u8]) -> Message {
    minicbor::decode(octets).expect("the peer decodes")
}

pub fn encode(message: &Message) -> Vec<u8> {
    minicbor::to_vec(message).expect("the peer encodes")
}

/// How long the peer's library takes to step over the octets: what no codec on it can beat.
pub fn skip(octets: &[u8]) {
    Decoder::new(octets).skip().expect("the peer skips");
}
