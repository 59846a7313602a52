//! The profile `mail`: what a person sees with an ordinary mail program. The parts of the message
//! travel as in `exact`; beside them stand the texts of `made`, and multiparts are arranged as
//! mail programs read them.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::exact::{self, Context};
use super::made::{self, Made};
use super::parts;
use crate::mail::cid;
use crate::mail::write::{Body, OutPart};
use crate::message::{
    MimiContent, MultiPart, NestedPart, PartBody, PartIndex, PartSemantics, cid_references,
};
use crate::report::Finding;
use crate::text::MediaType;

pub(super) fn root<'a>(
    message: &'a MimiContent<'_>,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> OutPart<'a> {
    let mut writer = Writer {
        message,
        context,
        findings,
        next: 0,
    };
    let root = writer.part(&message.nested_part);
    let Some(note) = made::note(message) else {
        return root;
    };
    let note = writer.made_part("text/plain", note);
    super::with_last(root, note)
}

struct Writer<'w, 'a, 'm> {
    message: &'a MimiContent<'m>,
    context: &'w Context<'w>,
    findings: &'w mut Vec<Finding>,
    next: PartIndex,
}

impl<'a, 'm> Writer<'_, 'a, 'm> {
    /// Recursion is bounded: the message was encoded, which limits its depth.
    fn part(&mut self, part: &'a NestedPart<'m>) -> OutPart<'a> {
        let index = self.next;
        if let PartBody::Multi(multi) = &part.body {
            self.next += 1;
            return self.multi(part, multi, index);
        }
        let mut forms = self.forms(part, false);
        match (forms.len(), forms.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                forms.extend(last);
                OutPart::new("multipart/alternative", Body::Parts(forms))
            }
        }
    }

    /// The forms of a leaf, the plainest first. Markdown is the plain text, unless there is another.
    fn forms(&mut self, part: &'a NestedPart<'m>, beside_plain: bool) -> Vec<OutPart<'a>> {
        let index = self.next;
        self.next += 1;
        let Made { plain, html } = made::of_part(part, self.message);
        let mut forms = Vec::new();
        match &part.body {
            // Its record is in the message, and its key is not for mail programs.
            PartBody::External(_) => {}
            PartBody::Null => {
                let sentence = plain.unwrap_or_default().into_bytes();
                let mut out = exact::text_plain(Body::Content(Cow::Owned(sentence)));
                exact::name_and_describe(&mut out, part, index, None, self.context, self.findings);
                return alloc::vec![out];
            }
            PartBody::Single(single) if html.is_some() && !beside_plain => {
                let mut out = exact::text_plain(Body::Content(Cow::Borrowed(&*single.content)));
                exact::name_and_describe(&mut out, part, index, None, self.context, self.findings);
                forms.push(out);
            }
            _ => forms.push(exact::leaf(part, index, self.context, self.findings)),
        }
        let made = [("text/plain", plain), ("text/html", html)];
        for (media_type, text) in made {
            if let Some(text) = text {
                let mut out = self.made_part(media_type, text);
                parts::language(&mut out.fields, &part.language, index, &mut Vec::new());
                forms.push(out);
            }
        }
        forms
    }

    /// A text that is no part of the message.
    fn made_part(&self, media_type: &str, text: String) -> OutPart<'static> {
        let shown = cid::for_display(&text, &|index| self.context.target(index)).unwrap_or(text);
        OutPart::new(media_type, Body::Content(Cow::Owned(shown.into_bytes())))
            .with("charset", "utf-8")
    }

    fn multi(
        &mut self,
        part: &'a NestedPart<'m>,
        multi: &'a MultiPart<'m>,
        index: PartIndex,
    ) -> OutPart<'a> {
        let first = self.next;
        let (media_type, parts) = match multi.semantics {
            PartSemantics::ChooseOne => ("multipart/alternative", self.choices(multi)),
            semantics => {
                let parts = multi.parts.iter().map(|part| self.part(part)).collect();
                let inside = first..self.next;
                let media_type = match semantics {
                    _ if refers_into(part, inside) => "multipart/related",
                    PartSemantics::SingleUnit => "multipart/related",
                    _ => "multipart/mixed",
                };
                (media_type, parts)
            }
        };
        exact::multipart(media_type, parts, part, index, self.findings)
    }

    /// A receiver of a message takes the first among equals, a mail program the last one it
    /// knows; and plain text comes first, where old mail programs look for it.
    fn choices(&mut self, multi: &'a MultiPart<'m>) -> Vec<OutPart<'a>> {
        let mut choices: Vec<OutPart<'a>> = Vec::new();
        let beside_plain = multi.parts.iter().any(|part| match &part.body {
            PartBody::Single(single) => MediaType::parse(&*single.content_type)
                .is_ok_and(|media_type| media_type.is_plain()),
            _ => false,
        });
        for part in &multi.parts {
            let forms = match part.body {
                PartBody::Multi(_) => alloc::vec![self.part(part)],
                _ => self.forms(part, beside_plain),
            };
            choices.splice(0..0, forms);
        }
        choices.sort_by_key(|part| match &*part.media_type {
            "text/plain" => 0,
            "text/markdown" => 1,
            _ => 2,
        });
        choices
    }
}

/// Whether a text in a part refers to another part in it.
fn refers_into(part: &NestedPart<'_>, inside: core::ops::Range<PartIndex>) -> bool {
    part.parts().any(|part| match &part.part.body {
        PartBody::Single(single) if single.content_type.starts_with("text/") => {
            core::str::from_utf8(&single.content)
                .is_ok_and(|text| cid_references(text).any(|(_, index)| inside.contains(&index)))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_decide_what_is_related() {
        use crate::message::Disposition;
        let text = |text: &'static str| NestedPart::single(Disposition::RENDER, "text/html", text);
        assert!(refers_into(&text("cid:2@local.invalid"), 1..3));
        assert!(!refers_into(&text("cid:3@local.invalid"), 1..3));
    }
}
