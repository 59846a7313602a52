//! External content: URL, algorithms, secrets, hashes, file names, and the octets that were
//! fetched where the caller has them.

use std::format;

use super::{Sink, Subject, parts, uri};
use crate::message::{AeadAlgorithm, Disposition, ExternalPart, HashAlgorithm};
use crate::report::codes;

pub(super) fn judge(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    disposition: Disposition,
    part: &ExternalPart<'_>,
    sink: &mut Sink<'_>,
) {
    if part.content_type.is_empty() {
        if disposition != Disposition::SESSION {
            let finding = subject.part(codes::EXTERNAL_TYPE_MISSING, index, "contentType");
            sink.push(finding.found("an empty text").expected("a media type"));
        }
    } else if subject.media(index).is_none()
        && let Some(finding) = parts::media_type_syntax(subject, index, &part.content_type)
    {
        sink.push(finding);
    }
    url(subject, index, disposition, part, sink);
    if let Some(now) = subject.context.now
        && part.expires != 0
        && i64::from(part.expires) < now.div_euclid(1000)
    {
        sink.push(
            subject
                .part(codes::EXTERNAL_EXPIRED, index, "expires")
                .found(format!("{}", part.expires))
                .expected(format!("later than {}", now.div_euclid(1000))),
        );
    }
    encryption(subject, index, part, sink);
    hash(subject, index, disposition, part, sink);
    if let Some(found) = unsafe_name(&part.filename) {
        let finding = subject.part(codes::FILENAME_UNSAFE, index, "filename");
        sink.push(finding.found(found).expected("one plain name"));
    }
    #[cfg(feature = "external")]
    fetched(subject, index, part, sink);
}

fn url(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    disposition: Disposition,
    part: &ExternalPart<'_>,
    sink: &mut Sink<'_>,
) {
    match uri::scheme(&part.url) {
        Err(found) => {
            let finding = subject.part(codes::URL_SYNTAX, index, "url");
            sink.push(finding.found(found).expected("an absolute URL"));
        }
        // A conference is joined by whatever the service understands.
        Ok(_) if disposition == Disposition::SESSION => {}
        Ok(scheme) => {
            if !["http", "https"]
                .iter()
                .any(|it| it.eq_ignore_ascii_case(scheme))
            {
                let finding = subject.part(codes::URL_SCHEME, index, "url");
                sink.push(
                    finding
                        .found(format!("{scheme}:"))
                        .expected("https: or http:"),
                );
            }
        }
    }
}

fn encryption(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    part: &ExternalPart<'_>,
    sink: &mut Sink<'_>,
) {
    let algorithm = part.enc_alg;
    if algorithm.name().is_none() {
        sink.push(
            subject
                .part(codes::EXTERNAL_AEAD_UNKNOWN, index, "encAlg")
                .found(format!("{}", algorithm.number()))
                .expected("a registered number"),
        );
    } else if !matches!(algorithm, AeadAlgorithm::NONE | AeadAlgorithm::AES_128_GCM) {
        sink.push(
            subject
                .part(codes::EXTERNAL_AEAD_OTHER, index, "encAlg")
                .found(format!("{algorithm}"))
                .expected("AES-128-GCM"),
        );
    }
    if algorithm != AeadAlgorithm::NONE && !part.aad.is_empty() {
        let finding = subject.part(codes::EXTERNAL_AAD, index, "aad");
        sink.push(finding.found(format!("{} octets", part.aad.len())));
    }
    let Some((key, nonce)) = algorithm.lengths() else {
        return;
    };
    let lengths = [
        ("key", part.key.len(), Some(key)),
        ("nonce", part.nonce.len(), Some(nonce)),
        (
            "aad",
            part.aad.len(),
            (algorithm == AeadAlgorithm::NONE).then_some(0),
        ),
    ];
    // One finding for the three: they belong together.
    let wrong = lengths
        .iter()
        .find(|(_, found, expected)| expected.is_some_and(|expected| expected != *found));
    if let Some((name, found, Some(expected))) = wrong {
        sink.push(
            subject
                .part(codes::SECRETS_LENGTH, index, name)
                .found(format!("{found} octets"))
                .expected(format!("{expected} octets for {algorithm}")),
        );
    }
}

fn hash(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    disposition: Disposition,
    part: &ExternalPart<'_>,
    sink: &mut Sink<'_>,
) {
    let Some(length) = part.hash_alg.length() else {
        sink.push(
            subject
                .part(codes::EXTERNAL_HASH_UNKNOWN, index, "hashAlg")
                .found(format!("{}", part.hash_alg.number()))
                .expected("a registered number"),
        );
        return;
    };
    if part.content_hash.len() != length {
        sink.push(
            subject
                .part(codes::CONTENT_HASH_LENGTH, index, "contentHash")
                .found(format!("{} octets", part.content_hash.len()))
                .expected(format!("{length} octets for {}", part.hash_alg)),
        );
        return;
    }
    // A service has no content to hash; encryption authenticates what it hides.
    let unbound = part.hash_alg == HashAlgorithm::NONE && part.enc_alg == AeadAlgorithm::NONE;
    if unbound && disposition != Disposition::SESSION && !part.content_type.is_empty() {
        sink.push(
            subject
                .part(codes::EXTERNAL_HASH_ABSENT, index, "hashAlg")
                .found("no hash and no encryption"),
        );
    }
}

/// What makes a suggested name lead elsewhere, if anything does.
fn unsafe_name(name: &str) -> Option<std::string::String> {
    if matches!(name, "." | "..") {
        return Some(format!("{name:?}"));
    }
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    name.chars()
        .find(|c| matches!(c, '/' | '\\') || c.is_control() || turns(*c))
        .map(|c| format!("{c:?}"))
}

/// What the octets at the URL say about the part.
#[cfg(feature = "external")]
fn fetched(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    part: &ExternalPart<'_>,
    sink: &mut Sink<'_>,
) {
    use crate::external::open;
    use crate::report::Finding;

    let Some(octets) = subject
        .parts
        .get(index)
        .and_then(|it| subject.context.fetched?(it.index))
    else {
        return;
    };
    // What the fields alone tell was said already.
    let told = [
        codes::EXTERNAL_SIZE_MISMATCH,
        codes::EXTERNAL_SIZE_OF_PLAINTEXT,
        codes::EXTERNAL_HASH_MISMATCH,
        codes::EXTERNAL_HASH_OF_PLAINTEXT,
        codes::EXTERNAL_NOT_AUTHENTIC,
    ];
    let mut push = |found: &Finding| {
        if !told.contains(&found.code) {
            return;
        }
        let field = found.path.as_deref().unwrap_or("key");
        let mut finding = subject.part(found.code, index, field);
        finding.found = found.found.clone();
        finding.expected = found.expected.clone();
        sink.push(finding);
    };
    match open(part, &mut octets.to_vec()) {
        Ok(opened) => opened.findings.iter().for_each(&mut push),
        Err(error) => push(error.finding()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere() {
        for name in ["", "photo.jpg", "..a", "übersicht 2.pdf", "a..b"] {
            assert_eq!(unsafe_name(name), None, "{name}");
        }
        for name in ["../a", "a/b", "c:\\x", "..", "a\nb", "cod\u{202e}gpj.exe"] {
            assert!(unsafe_name(name).is_some(), "{name}");
        }
    }
}
