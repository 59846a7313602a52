//! What is known of elements, their styles and targets. Data, and questions to it.

use std::string::String;

use crate::rich::Alignment;
use crate::rich::html::tree::Data;
use crate::rich::links::push_encoded;

/// Elements that stand on lines of their own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "details"
            | "summary"
            | "dl"
            | "dt"
            | "dd"
            | "figure"
            | "figcaption"
            | "header"
            | "footer"
            | "nav"
            | "aside"
            | "main"
            | "address"
            | "center"
            | "form"
            | "fieldset"
            | "legend"
            | "caption"
            | "body"
            | "html"
            | "hgroup"
            | "search"
            | "table"
            | "thead"
            | "tbody"
            | "tfoot"
            | "tr"
            | "td"
            | "th"
            | "li"
            | "ul"
            | "ol"
            | "menu"
            | "dir"
            | "blockquote"
            | "pre"
            | "hr"
            | "option"
            | "optgroup"
            | "dialog"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "mx-reply"
    )
}

/// The value of a property in the style attribute.
pub(super) fn style<'d>(data: &'d Data, property: &str) -> Option<&'d str> {
    data.attribute("style")?.split(';').find_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case(property)
            .then_some(value.trim())
    })
}

/// Whether an element is hidden by its style or attribute.
pub(in crate::rich::html) fn is_hidden(data: &Data) -> bool {
    !data.has_no_attributes()
        && (data.attribute("hidden").is_some()
            || style(data, "display").is_some_and(|value| value.eq_ignore_ascii_case("none"))
            || style(data, "visibility").is_some_and(|value| value.eq_ignore_ascii_case("hidden"))
            || style(data, "mso-hide").is_some_and(|value| value.eq_ignore_ascii_case("all")))
}

/// A target with what is beyond ASCII percent-encoded. The writer of HTML encodes it, because a URI has
/// none of it; what is read is the same however it was spelled.
pub(super) fn ascii_target(target: &str) -> String {
    if target.is_ascii() {
        return String::from(target);
    }
    let mut out = String::with_capacity(target.len());
    let mut octets = [0; 4];
    for c in target.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf8(&mut octets);
            for octet in octets.iter().take(c.len_utf8()) {
                push_encoded(*octet, &mut out);
            }
        }
    }
    out
}

pub(super) fn is_light(weight: &str) -> bool {
    matches!(
        weight,
        "normal" | "lighter" | "100" | "200" | "300" | "400" | "500"
    )
}

pub(super) fn is_heavy(weight: &str) -> bool {
    matches!(weight, "bold" | "bolder" | "600" | "700" | "800" | "900")
}

pub(super) fn alignment(data: &Data) -> Alignment {
    let value = style(data, "text-align")
        .or(data.attribute("align"))
        .unwrap_or_default();
    match value.to_ascii_lowercase().as_str() {
        "left" => Alignment::Left,
        "center" => Alignment::Center,
        "right" => Alignment::Right,
        _ => Alignment::None,
    }
}
