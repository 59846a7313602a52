//! The members of a part, which are those of the body and of every element of `parts`.

use std::format;
use std::vec::Vec;

use super::super::NotationError;
use super::super::quoted::from_base64;
use super::members::{Member, Object, canonical_integer};
use super::reader::{Out, Stated};
use super::writer::{CARDINALITIES, hash_name};
use crate::item::MAJOR;
use crate::message::{AeadAlgorithm, Disposition, HashAlgorithm, PartSemantics};
use crate::report::codes;

/// Members of an external part that describe a copy of it.
const CACHE: &[&str] = &["cached", "cache_ref"];

/// The members of a part. Recursion is bounded by the depth that the parser allows.
pub(super) fn part(object: &mut Object<'_>, out: &mut Out) -> Result<(), NotationError> {
    let index = out.parts;
    out.parts = out.parts.saturating_add(1);
    if let Some(stated) = object.take("part_index")
        && stated.integer()? != u64::from(index)
    {
        let text = stated.value.data.describe();
        let stated = Stated::new(&stated, text);
        out.findings.push(stated.disagrees(format!("{index}")));
    }
    let cardinality = cardinality(object)?;
    let items = match cardinality {
        0 => 3,
        2 => 15,
        _ => 5,
    };
    out.head(MAJOR::ARRAY, items, object.at);
    match object.take("disposition") {
        Some(member) => {
            let named = |name: &str| Disposition::from_name(name).map(|d| d.number().into());
            let number = member.named_number(named, "a registered disposition, or a number")?;
            out.uint(number, member.value.at);
        }
        None => out.uint(Disposition::RENDER.number().into(), object.at),
    }
    out.text_of(object, "language")?;
    out.uint(cardinality, object.at);
    match cardinality {
        1 => single(object, out),
        2 => external(object.need("external_part")?.object()?, out),
        3 => multi(object.need("multi_part")?.object()?, out),
        _ => Ok(()),
    }
}

/// The cardinality stated, or the one that the other members imply; they must agree.
fn cardinality(object: &mut Object<'_>) -> Result<u64, NotationError> {
    const IMPLYING: [(&str, u64); 5] = [
        ("body", 1),
        ("mediatype", 1),
        ("encoding", 1),
        ("external_part", 2),
        ("multi_part", 3),
    ];
    let mut implied = None;
    for (name, number) in IMPLYING {
        let Some(member) = object.peek(name) else {
            continue;
        };
        if implied.is_some_and(|implied| implied != number) {
            return Err(member
                .error(codes::JSON_CONFLICT)
                .expected("one of body, external_part, multi_part"));
        }
        implied = Some(number);
    }
    let Some(stated) = object.take("cardinality") else {
        return Ok(implied.unwrap_or(0));
    };
    let name = stated.text()?;
    let number = CARDINALITIES.iter().position(|known| *known == name);
    let Some(number) = number.map(|number| number as u64) else {
        return Err(stated
            .error(codes::JSON_VALUE)
            .expected("nullpart, single, external or multi"));
    };
    match implied {
        Some(implied) if implied != number => Err(stated
            .error(codes::JSON_CONFLICT)
            .expected("the cardinality of the content beside it")),
        _ => Ok(number),
    }
}

fn single(object: &mut Object<'_>, out: &mut Out) -> Result<(), NotationError> {
    let mediatype = object.need("mediatype")?;
    out.text(mediatype.text()?, mediatype.value.at);
    let encoding = object.need("encoding")?;
    let body = object.need("body")?;
    match encoding.text()? {
        "none" => out.bytes(body.text()?.as_bytes(), body.value.at),
        "base64url" => out.bytes(&body.octets()?, body.value.at),
        _ => {
            return Err(encoding
                .error(codes::JSON_VALUE)
                .expected("none or base64url"));
        }
    }
    Ok(())
}

fn external(mut object: Object<'_>, out: &mut Out) -> Result<(), NotationError> {
    out.text_of(&mut object, "mediatype")?;
    let url = object.need("url")?;
    out.text(url.text()?, url.value.at);
    match object.take("expires") {
        Some(member) => out.uint(member.seconds()?, member.value.at),
        None => out.uint(0, object.at),
    }
    match object.take("size") {
        Some(member) => out.uint(member.integer()?, member.value.at),
        None => out.uint(0, object.at),
    }
    match object.take("enc_alg") {
        Some(member) => {
            let named = |name: &str| aead(name).map(|algorithm| algorithm.number().into());
            let number = member.named_number(named, "a registered AEAD algorithm, or a number")?;
            out.uint(number, member.value.at);
        }
        None => out.uint(0, object.at),
    }
    for name in ["key", "nonce", "aad"] {
        out.octets_of(&mut object, name)?;
    }
    match object.take("content_hash") {
        Some(member) => {
            let (algorithm, hash) = content_hash(&member)?;
            out.uint(algorithm, member.value.at);
            out.bytes(&hash, member.value.at);
        }
        None => {
            out.uint(0, object.at);
            out.bytes(&[], object.at);
        }
    }
    for name in ["description", "filename"] {
        out.text_of(&mut object, name)?;
    }
    object.finish(CACHE, &mut out.findings)
}

/// The name or number of an algorithm, a colon, and base64url.
fn content_hash(member: &Member<'_>) -> Result<(u64, Vec<u8>), NotationError> {
    let wrong = || {
        member
            .error(codes::JSON_VALUE)
            .expected("a registered hash algorithm or its number, a colon, and base64url")
    };
    let (name, hash) = member.text()?.split_once(':').ok_or_else(wrong)?;
    let known = HashAlgorithm::registered().find(|algorithm| hash_name(*algorithm) == name);
    let algorithm = known
        .or_else(|| HashAlgorithm::from_name(name))
        .map(|algorithm| u64::from(algorithm.number()));
    let number = || canonical_integer(name);
    let algorithm = algorithm.or_else(number).ok_or_else(wrong)?;
    Ok((algorithm, from_base64(hash).map_err(|_| wrong())?))
}

fn multi(mut object: Object<'_>, out: &mut Out) -> Result<(), NotationError> {
    const ALL: [PartSemantics; 3] = [
        PartSemantics::ChooseOne,
        PartSemantics::SingleUnit,
        PartSemantics::ProcessAll,
    ];
    let semantics = object.need("part_semantics")?;
    let name = semantics.text()?;
    let Some(known) = ALL.iter().find(|known| known.name() == name) else {
        return Err(semantics
            .error(codes::JSON_VALUE)
            .expected("chooseOne, singleUnit or processAll"));
    };
    out.uint(known.number().into(), semantics.value.at);
    let parts = object.need("parts")?;
    let objects = parts.objects()?;
    out.head(MAJOR::ARRAY, objects.len() as u64, parts.value.at);
    for mut inner in objects {
        part(&mut inner, out)?;
        inner.finish(&[], &mut out.findings)?;
    }
    object.finish(&[], &mut out.findings)
}

/// An AEAD by the name the MIMI draft uses (`AES-128-GCM`), or by IANA's (`AEAD_AES_128_GCM`).
fn aead(name: &str) -> Option<AeadAlgorithm> {
    AeadAlgorithm::from_name(name).or_else(|| {
        let name = name.strip_prefix("AEAD_")?.replace('_', "-");
        AeadAlgorithm::from_name(&name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_an_algorithm_are_known() {
        assert_eq!(aead("AES-128-GCM"), Some(AeadAlgorithm::AES_128_GCM));
        assert_eq!(aead("AEAD_AES_128_GCM"), Some(AeadAlgorithm::AES_128_GCM));
        assert_eq!(
            aead("AEAD_CHACHA20_POLY1305"),
            Some(AeadAlgorithm::CHACHA20_POLY1305)
        );
        assert_eq!(aead("AEAD_NONSENSE"), None);
    }
}
