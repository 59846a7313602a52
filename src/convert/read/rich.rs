//! Markdown, HTML and plain text as messages. Which charset they come in is decided in `charset`.

use std::borrow::Cow;
use std::vec::Vec;

use super::charset::{self, Kind};
use super::{Input, made, message};
use crate::convert::{ConvertError, ConvertOptions, place};
use crate::message::{Disposition, NestedPart, PartSemantics, media};
use crate::report::{Converted, Finding, codes};
use crate::rich;

type Read<'i> = Result<Converted<Input<'i>>, ConvertError>;

/// Where findings about the Markdown stand that is made from HTML.
pub(in crate::convert) const MADE_MARKDOWN: &str = "nestedPart.parts[1].content";

pub(super) fn markdown<'i>(input: &'i [u8], options: &ConvertOptions<'_>) -> Read<'i> {
    let Converted {
        value: source,
        mut findings,
    } = charset::decode(input, Kind::Text, &options.rich)?;
    let mut noticed = rich::markdown::read(&source).findings;
    place::locate(&source, &mut noticed);
    findings.extend(noticed.into_iter().map(|finding| {
        if finding.code != codes::MARKDOWN_HTML {
            return finding;
        }
        // Where a message is made, what would be HTML is not only read as text.
        let mut escaped = Finding::new(codes::HTML_ESCAPED);
        (escaped.line, escaped.column) = (finding.line, finding.column);
        escaped
    }));
    let escaped = rich::markdown::escape_html(&source);
    let told = findings.iter().any(|it| it.code == codes::HTML_ESCAPED);
    if matches!(escaped, Cow::Owned(_)) && !told {
        findings.push(Finding::new(codes::HTML_ESCAPED));
    }
    let part = NestedPart::single(Disposition::RENDER, media::GFM_MIMI, escaped.into_owned());
    Ok(Converted::new(made(&message(part, options)?)?, findings))
}

pub(super) fn html<'i>(input: &'i [u8], options: &ConvertOptions<'_>) -> Read<'i> {
    let Converted {
        value: source,
        mut findings,
    } = charset::decode(input, Kind::Html, &options.rich)?;
    let document = rich::html::read(&source, &rich::html::HtmlReadOptions::default());
    let markdown = rich::markdown::write(&document.value);
    let noticed = document.findings.into_iter().chain(markdown.findings);
    findings.extend(noticed.map(|finding| finding.path(MADE_MARKDOWN)));
    // The HTML is kept beside the Markdown, so that what the Markdown cannot say is not lost.
    let part = |media_type, content| NestedPart::single(Disposition::RENDER, media_type, content);
    let parts = Vec::from([
        part(media::TEXT_HTML, Cow::into_owned(source)),
        part(media::GFM_MIMI, markdown.value),
    ]);
    let part = NestedPart::multi(Disposition::RENDER, PartSemantics::ChooseOne, parts);
    Ok(Converted::new(made(&message(part, options)?)?, findings))
}

pub(super) fn text<'i>(input: &'i [u8], options: &ConvertOptions<'_>) -> Read<'i> {
    let Converted { value, findings } = charset::decode(input, Kind::Text, &options.rich)?;
    let part = NestedPart::single(
        Disposition::RENDER,
        media::TEXT_PLAIN,
        Cow::into_owned(value),
    );
    Ok(Converted::new(made(&message(part, options)?)?, findings))
}
