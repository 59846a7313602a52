//! Objects whose members are taken one by one, so that none is left over unseen, and the types
//! that a member can have.

use std::format;
use std::string::String;
use std::vec::Vec;

use super::super::NotationError;
use super::super::quoted::from_base64;
use super::syntax::{self, Data, Value};
use crate::report::{Code, Finding, Position, codes};

/// An object being read.
pub(super) struct Object<'v> {
    pub(super) at: Position,
    path: String,
    members: &'v [syntax::Member<'v>],
    taken: Vec<bool>,
}

/// A member, and the path to it.
pub(super) struct Member<'v> {
    pub(super) value: &'v Value<'v>,
    pub(super) path: String,
}

impl<'v> Object<'v> {
    /// The object that a text consists of.
    pub(super) fn root(value: &'v Value<'v>) -> Result<Self, NotationError> {
        let path = String::new();
        Member { value, path }.object()
    }

    fn member(&self, index: usize) -> Option<Member<'v>> {
        let member = self.members.get(index)?;
        let path = match self.path.as_str() {
            "" => member.name.clone(),
            path => format!("{path}.{}", syntax::shorten(&member.name)),
        };
        let value = &member.value;
        Some(Member { value, path })
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|m| m.name == name)
    }

    /// A member that is not null, if it is there, without taking it.
    pub(super) fn peek(&self, name: &str) -> Option<Member<'v>> {
        let member = self.member(self.find(name)?)?;
        (member.value.data != Data::Null).then_some(member)
    }

    /// Whether there is no such member, or it is null.
    pub(super) fn absent(&self, name: &str) -> bool {
        self.peek(name).is_none()
    }

    /// Takes a member; one that is null counts as absent.
    pub(super) fn take(&mut self, name: &str) -> Option<Member<'v>> {
        let index = self.find(name)?;
        if let Some(taken) = self.taken.get_mut(index) {
            *taken = true;
        }
        let member = self.member(index)?;
        (member.value.data != Data::Null).then_some(member)
    }

    /// Takes a mandatory member.
    pub(super) fn need(&mut self, name: &'static str) -> Result<Member<'v>, NotationError> {
        let path = self.path.clone();
        let at = self.at;
        self.take(name).ok_or_else(|| {
            let path = match path.as_str() {
                "" => name.into(),
                path => format!("{path}.{name}"),
            };
            NotationError::at(codes::JSON_MISSING, at)
                .path(path)
                .expected(name)
        })
    }

    /// Every member was taken, or is one of those that are not kept.
    pub(super) fn finish(
        self,
        not_kept: &[&str],
        findings: &mut Vec<Finding>,
    ) -> Result<(), NotationError> {
        for (index, taken) in self.taken.iter().enumerate() {
            let (Some(member), Some(raw)) = (self.member(index), self.members.get(index)) else {
                continue;
            };
            let known = not_kept.contains(&raw.name.as_str());
            match known {
                _ if *taken => {}
                true if raw.value.data == Data::Null => {}
                true => findings.push(
                    Finding::new(codes::JSON_NOT_KEPT)
                        .line_column(raw.at.line, raw.at.column)
                        .path(member.path),
                ),
                false => {
                    let error = NotationError::at(codes::JSON_UNKNOWN, raw.at)
                        .path(member.path)
                        .found(format!("{:?}", syntax::shorten(&raw.name)));
                    return Err(match raw.name.as_str() {
                        "mimetype" => error.expected("mediatype"),
                        _ => error,
                    });
                }
            }
        }
        Ok(())
    }
}

impl<'v> Member<'v> {
    /// An error at the value.
    #[cold]
    pub(super) fn error(&self, code: Code) -> NotationError {
        NotationError::at(code, self.value.at)
            .path(match self.path.as_str() {
                "" => "message",
                path => path,
            })
            .found(self.value.data.describe())
    }

    fn wrong_type(&self, expected: &'static str) -> NotationError {
        self.error(codes::JSON_TYPE).expected(expected)
    }

    pub(super) fn text(&self) -> Result<&'v str, NotationError> {
        match &self.value.data {
            Data::Text(text) => Ok(text),
            _ => Err(self.wrong_type("a string")),
        }
    }

    pub(super) fn bool(&self) -> Result<bool, NotationError> {
        match self.value.data {
            Data::Bool(value) => Ok(value),
            _ => Err(self.wrong_type("true or false")),
        }
    }

    pub(super) fn integer(&self) -> Result<u64, NotationError> {
        match self.value.data {
            Data::Number(text) => canonical_integer(text).ok_or_else(|| {
                self.error(codes::JSON_VALUE)
                    .expected("an integer from 0 to 18446744073709551615")
            }),
            _ => Err(self.wrong_type("an integer")),
        }
    }

    /// A registered name or a number.
    pub(super) fn named_number(
        &self,
        named: impl Fn(&str) -> Option<u64>,
        expected: &'static str,
    ) -> Result<u64, NotationError> {
        match &self.value.data {
            Data::Text(name) => {
                named(name).ok_or_else(|| self.error(codes::JSON_VALUE).expected(expected))
            }
            Data::Number(_) => self.integer(),
            _ => Err(self.wrong_type("a name or a number")),
        }
    }

    /// Octets from base64url.
    pub(super) fn octets(&self) -> Result<Vec<u8>, NotationError> {
        let text = self.text()?;
        from_base64(text).map_err(|error| {
            self.error(codes::JSON_VALUE)
                .found(format!("{:?}: {error}", syntax::shorten(text)))
                .expected("base64url")
        })
    }

    /// Seconds since the start of the Unix epoch, from RFC 3339 text.
    pub(super) fn seconds(&self) -> Result<u64, NotationError> {
        let time: Option<jiff::Timestamp> = self.text()?.parse().ok();
        time.filter(|time| time.subsec_nanosecond() == 0)
            .and_then(|time| u32::try_from(time.as_second()).ok())
            .map(u64::from)
            .ok_or_else(|| {
                self.error(codes::JSON_VALUE)
                    .expected("a date and time of RFC 3339 in whole seconds, from 1970 to 2106")
            })
    }

    pub(super) fn object(&self) -> Result<Object<'v>, NotationError> {
        match &self.value.data {
            Data::Object(members) => Ok(Object {
                at: self.value.at,
                path: self.path.clone(),
                members,
                taken: members.iter().map(|_| false).collect(),
            }),
            _ => Err(self.wrong_type("an object")),
        }
    }

    /// An array of objects.
    pub(super) fn objects(&self) -> Result<Vec<Object<'v>>, NotationError> {
        let Data::Array(values) = &self.value.data else {
            return Err(self.wrong_type("an array"));
        };
        let objects = values.iter().enumerate().map(|(index, value)| {
            let path = format!("{}[{index}]", self.path);
            Member { value, path }.object()
        });
        objects.collect()
    }
}

/// An integer without sign, fraction, exponent or leading zeros.
pub(super) fn canonical_integer(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|octet| octet.is_ascii_digit());
    let zeros = text.len() > 1 && text.starts_with('0');
    text.parse().ok().filter(|_| digits && !zeros)
}
