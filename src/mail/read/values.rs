//! What the values of header fields mean. This is the only module that knows `mail-parser`.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use mail_parser::parsers::MessageStream;
use mail_parser::{Address, HeaderValue};

use super::parameters;
use crate::mail::Mailbox;

/// Octets of a value that is interpreted; a longer one is kept raw only.
const LIMIT: usize = 64 * 1024;

/// The value of a field, unfolded and as text.
#[derive(Clone, Debug)]
pub(in crate::mail) struct Value<'m> {
    text: Cow<'m, str>,
    /// Whether there were octets beyond ASCII.
    pub(in crate::mail) beyond_ascii: bool,
    /// Whether it is too long to be interpreted.
    pub(in crate::mail) too_long: bool,
}

impl<'m> Value<'m> {
    pub(in crate::mail) fn new(raw: &'m [u8]) -> Self {
        let too_long = raw.len() > LIMIT;
        let raw = if too_long { &[] } else { raw };
        let unfolded: Cow<'m, [u8]> = match raw.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
            false => Cow::Borrowed(raw.trim_ascii()),
            true => Cow::Owned(
                raw.trim_ascii()
                    .iter()
                    .copied()
                    .filter(|b| !matches!(b, b'\r' | b'\n' | 0))
                    .collect(),
            ),
        };
        let beyond_ascii = !unfolded.is_ascii();
        let unfolded = match beyond_ascii {
            true => escaped_words(unfolded),
            false => unfolded,
        };
        let text = match unfolded {
            Cow::Borrowed(octets) => crate::text::charset::decode(None, octets).value,
            Cow::Owned(octets) => Cow::Owned(
                crate::text::charset::decode(None, &octets)
                    .value
                    .into_owned(),
            ),
        };
        Value {
            text,
            beyond_ascii,
            too_long,
        }
    }

    /// The unfolded value as it stands.
    pub(in crate::mail) fn as_str(&self) -> &str {
        &self.text
    }

    /// `mail-parser` reads a value up to its line end.
    fn parse<T>(&self, read: impl FnOnce(HeaderValue<'_>) -> T, kind: Kind) -> T {
        let mut line = String::with_capacity(self.text.len() + 1);
        line.push_str(&self.text);
        line.push('\n');
        let mut stream = MessageStream::new(line.as_bytes());
        read(match kind {
            Kind::Text => stream.parse_unstructured(),
            Kind::Addresses => stream.parse_address(),
            Kind::Date => stream.parse_date(),
        })
    }

    /// Free text, with its encoded words decoded.
    pub(in crate::mail) fn text(&self) -> String {
        if !self.text.contains("=?") {
            return self.text.to_string();
        }
        self.parse(
            |value| match value {
                HeaderValue::Text(text) => text.into_owned(),
                _ => String::new(),
            },
            Kind::Text,
        )
    }

    /// Every identifier between angle brackets. Some programs write encoded words around them.
    pub(in crate::mail) fn ids(&self) -> Vec<String> {
        let found = ids(&self.text);
        match found.is_empty() && self.text.contains("=?") {
            true => ids(&self.text()),
            false => found,
        }
    }

    /// Every address, also those in groups.
    pub(in crate::mail) fn addresses(&self) -> Vec<Mailbox> {
        let mailbox = |address: mail_parser::Addr<'_>| {
            let spec = address.address?;
            let spec = bare(&spec)?;
            Some(Mailbox {
                name: address
                    .name
                    .map(|name| name.trim().to_string())
                    .filter(|name| !name.is_empty()),
                address: spec.to_string(),
            })
        };
        self.parse(
            |value| match value {
                HeaderValue::Address(Address::List(list)) => {
                    list.into_iter().filter_map(mailbox).collect()
                }
                HeaderValue::Address(Address::Group(groups)) => groups
                    .into_iter()
                    .flat_map(|group| group.addresses)
                    .filter_map(mailbox)
                    .collect(),
                _ => Vec::new(),
            },
            Kind::Addresses,
        )
    }

    /// A date, in seconds since the start of the Unix epoch.
    pub(in crate::mail) fn date(&self) -> Option<i64> {
        self.parse(
            |value| match value {
                HeaderValue::DateTime(time) => seconds(time, &self.text),
                _ => None,
            },
            Kind::Date,
        )
    }

    /// A content type with its parameters. One that cannot be read is the default of its place
    /// (RFC 2045 section 5.2), and keeps its parameters.
    pub(in crate::mail) fn content_type(&self, default: &str) -> ContentType {
        let (kind, parameters) = self.parameters();
        ContentType::new(&kind, default, parameters)
    }

    /// A token with parameters: names in lower case, values decoded (RFC 2231, and RFC 2047,
    /// which does not belong here and is everywhere).
    pub(in crate::mail) fn parameters(&self) -> (String, Vec<(String, String)>) {
        let (token, mut parameters) = parameters::parse(&self.text);
        for (_, value) in &mut parameters {
            if is_encoded_words(value) {
                *value = Value::new(value.as_bytes()).text();
            }
        }
        (token, parameters)
    }
}

/// An address without the route that old mail has in front of it (RFC 5322 section 4.4). None if
/// it has no local part, no domain, or white space in it: then something else was read.
fn bare(address: &str) -> Option<&str> {
    let address = address.trim();
    let address = match address.strip_prefix('@') {
        Some(route) => route.split_once(':')?.1.trim(),
        None => address,
    };
    let sound = match address.rsplit_once('@') {
        Some((local, domain)) => !local.is_empty() && !domain.is_empty(),
        None => !address.is_empty(),
    };
    let odd = |c: char| c.is_whitespace() || c.is_control();
    (sound && (!address.contains(odd) || address.starts_with('"'))).then_some(address)
}

/// A date in seconds since the start of the Unix epoch, if it is one: `mail-parser` takes the
/// thirtieth of February, the year 0 and a zone of 24 hours for something else.
fn seconds(mut time: mail_parser::DateTime, text: &str) -> Option<i64> {
    if (100..1000).contains(&time.year) {
        time.year += 1900;
    }
    let year = i16::try_from(time.year).ok()?;
    let month = i8::try_from(time.month).ok()?;
    let day = i8::try_from(time.day).ok()?;
    jiff::civil::Date::new(year, month, day).ok()?;
    // A leap second is the first second of the next minute.
    let clock = time.hour < 24 && time.minute < 60 && time.second <= 60;
    let zone = time.tz_hour < 24 && time.tz_minute < 60;
    let sound = year >= 1900 && clock && zone && says(text, time.year);
    sound.then(|| time.to_timestamp())
}

/// Whether a date says this year, and a zone that there is. Years of two and three digits are
/// those of RFC 5322 section 4.3.
fn says(text: &str, year: u16) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let clock = text.find(':').unwrap_or(text.len());
    let (date, rest) = text.split_at_checked(clock).unwrap_or((text, ""));
    let mut numbers = date.split(|c: char| !c.is_ascii_digit());
    let stated = numbers.find(|number| number.len() > 2);
    let stated = stated.map(|number| match number.len() {
        3 => number.parse().map(|short: u16| short.saturating_add(1900)),
        _ => number.parse(),
    });
    let zone = rest
        .split_once(['+', '-'])
        .map_or("", |(_, zone)| zone.get(..digits(zone)).unwrap_or_default());
    let (hours, minutes) = zone.split_at_checked(2).unwrap_or(("", ""));
    stated.is_none_or(|stated| stated == Ok(year))
        && (zone.len() != 4 || (hours < "24" && minutes < "60"))
}

/// The same value, in which encoded words have their octets beyond ASCII escaped: those are in the
/// charset of the word, and not in that of the text around it (RFC 2047 section 2 allows none).
fn escaped_words(value: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let mut out = Vec::new();
    let mut done = 0;
    let mut from = 0;
    while let Some(start) = find(&value, b"=?", from) {
        from = start + 2;
        let word = value.get(from..).unwrap_or_default();
        // Charset, encoding, text: each ends with a question mark.
        let Some(charset) = word.iter().position(|b| *b == b'?') else {
            break;
        };
        let [b'?', b'q' | b'Q', b'?', ..] = word.get(charset..).unwrap_or_default() else {
            continue;
        };
        let text = from + charset + 3;
        let Some(end) = find(&value, b"?=", text) else {
            break;
        };
        from = end;
        out.extend_from_slice(value.get(done..text).unwrap_or_default());
        for octet in value.get(text..end).unwrap_or_default() {
            match octet.is_ascii() {
                true => out.push(*octet),
                false => out.extend_from_slice(alloc::format!("={octet:02X}").as_bytes()),
            }
        }
        done = end;
    }
    if done == 0 {
        return value;
    }
    out.extend_from_slice(value.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

fn find(value: &[u8], pair: &[u8; 2], from: usize) -> Option<usize> {
    let mut pairs = value.get(from..)?.windows(2);
    Some(from + pairs.position(|found| found == pair)?)
}

/// Whether a value holds encoded words, each set apart by white space (RFC 2047 section 5).
fn is_encoded_words(value: &str) -> bool {
    let mut encoded = value.split_whitespace().filter(|word| word.contains("=?"));
    let apart = |word: &str| word.starts_with("=?") && word.ends_with("?=");
    encoded.next().is_some_and(apart) && encoded.all(apart)
}

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Addresses,
    Date,
}

/// A content type: `type/subtype` in lower case, and parameters with names in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mail) struct ContentType {
    name: String,
    parameters: Vec<(String, String)>,
    /// Whether a type was stated that cannot be read.
    pub(in crate::mail) unreadable: bool,
}

impl ContentType {
    pub(in crate::mail) fn of(name: &str) -> Self {
        ContentType {
            name: name.to_string(),
            parameters: Vec::new(),
            unreadable: false,
        }
    }

    fn new(name: &str, default: &str, parameters: Vec<(String, String)>) -> Self {
        let token = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|b| b.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&b))
        };
        let name = name.trim().to_ascii_lowercase();
        let sound = name
            .split_once('/')
            .is_some_and(|(kind, subtype)| token(kind) && token(subtype));
        ContentType {
            name: if sound { name } else { default.to_string() },
            parameters,
            unreadable: !sound,
        }
    }

    pub(in crate::mail) fn name(&self) -> &str {
        &self.name
    }

    pub(in crate::mail) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    pub(in crate::mail) fn is_text(&self) -> bool {
        self.name.starts_with("text/")
    }

    pub(in crate::mail) fn is_multipart(&self) -> bool {
        self.name.starts_with("multipart/")
    }

    pub(in crate::mail) fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    pub(in crate::mail) fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }
}

/// Every identifier between angle brackets. Without any, the words that look like one.
fn ids(value: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((id, after)) = after.split_once('>') else {
            break;
        };
        let id: String = id.split_whitespace().collect();
        if !id.is_empty() {
            found.push(id);
        }
        rest = after;
    }
    if found.is_empty() && !value.contains(['<', '>']) {
        found.extend(
            value
                .split_whitespace()
                .filter(|word| word.contains('@'))
                .map(String::from),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_what_they_say() {
        let date = |text: &str| Value::new(text.as_bytes()).date();
        for (text, seconds) in [
            ("Fri, 13 Feb 2009 23:31:30 +0000", 1_234_567_890),
            ("13 Feb 09 23:31:30 GMT", 1_234_567_890),
            ("Fri, 13 Feb 109 23:31:30 GMT", 1_234_567_890),
            ("Sat, 31 Dec 2016 23:59:60 +0000", 1_483_228_800),
            ("Fri, 31 Dec 9999 23:59:59 +0000", 253_402_300_799),
            ("Sun, 29 Feb 2004 00:00:00 -2359", 1_078_099_140),
        ] {
            assert_eq!(date(text), Some(seconds), "{text}");
        }
        for none in [
            "Fri, 13 Feb 0000 23:31:30 +0000",
            "Fri, 13 Feb 0099 23:31:30 +0000",
            "Fri, 31 Dec 10000 23:59:59 +0000",
            "30 Feb 2009 10:00:00 +0000",
            "29 Feb 2100 10:00:00 +0000",
            "13 Feb 2009 10:00:00 +2400",
            "13 Feb 2009 24:00:00 +0000",
            "",
            "yesterday",
        ] {
            assert_eq!(date(none), None, "{none}");
        }
    }

    #[test]
    fn addresses_are_bare_and_whole() {
        let first = |text: &str| {
            let all = Value::new(text.as_bytes()).addresses();
            all.into_iter().next().map(|mailbox| mailbox.address)
        };
        for (text, address) in [
            ("<@relay,@b:bob@Example.com>", "bob@Example.com"),
            ("A <a@x>, b@x", "a@x"),
            ("Friends: a@x, b@x;", "a@x"),
        ] {
            assert_eq!(first(text).as_deref(), Some(address), "{text}");
        }
        for none in [
            "alice",
            "@x",
            "<@relay>",
            "Nobody:;",
            "a@x\r\nthis is not a field",
        ] {
            assert_eq!(first(none), None, "{none}");
        }
    }

    #[test]
    fn octets_inside_an_encoded_word_are_in_its_charset() {
        for (raw, text) in [
            (&b"=?iso-8859-1?q?f\xfcr?="[..], "f\u{fc}r"),
            (b"=?utf-8?Q?f\xc3\xbcr?= du", "f\u{fc}r du"),
            (b"=?koi8-r?q?\xc4\xc1?=", "\u{434}\u{430}"),
            (b"caf\xe9 =?utf-8?q?=C3=BC?=", "caf\u{e9} \u{fc}"),
            (b"\xe9 =? =?utf-8?x?\xe9?=", "\u{e9} =? =?utf-8?x?\u{e9}?="),
        ] {
            assert_eq!(Value::new(raw).text(), text, "{raw:?}");
        }
        let from = Value::new(b"=?iso-8859-1?q?Andr\xe9?= <a@example.com>").addresses();
        assert_eq!(from, [Mailbox::new("a@example.com").named("Andr\u{e9}")]);
    }
}
