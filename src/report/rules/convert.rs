//! Rules on formats, and on conversions as a whole.

rules! {
    /// Rules on formats and conversions.
    CONVERT_RULES:

    FORMAT_UNKNOWN = "format-unknown", Error;
    "the format cannot be told";
    "Neither the name nor the content says what this is. Name the format: cbor, edn, hex, json, eml, cpim, md, html or text.";
    "mimi-codec";

    NOT_A_NOTATION = "not-a-notation", Error;
    "a format that does not spell the octets of a document";
    "Only CBOR, EDN, hex and JSON spell a document octet for octet; mails and texts are converted.";
    "mimi-codec";

    TEXT_NOT_UTF8 = "text-not-utf8", Error;
    "a text that is not UTF-8";
    "EDN, hex, JSON, Markdown and plain text are read as UTF-8. The offset is that of the first octet that does not fit.";
    "RFC 8949 section 8; RFC 8259 section 8.1";

    NO_MEANING = "no-meaning", Error;
    "this document has no meaning in that format";
    "A status report or a set of derived values is not a message: it can be written as CBOR, EDN, hex and text, a report also as CPIM, but not as a mail or JSON message.";
    "mimi-codec";

    FIELD_NOT_WRITTEN = "field-not-written", Warning;
    "a field of the message has no place in that format";
    "Markdown, HTML and plain text carry what a message shows, not its salt, references, topic, expiry or extensions.";
    "mimi-codec";

    CONTENT_NOT_WRITTEN = "content-not-written", Warning;
    "the content of a part has no place in that format";
    "Markdown and plain text hold no images and files, a page holds images only, and none of them says how to decrypt what lies elsewhere: name, type and size are written, or the alternative text.";
    "mimi-codec";

    MORE_MESSAGES = "more-messages", Warning;
    "the mail stands for further messages, which are not written";
    "A mail that deletes several others, or reacts with several emoji, becomes several messages. Use the library to get all of them.";
    "RFC 9078 section 3; mimi-codec";

    HTML_ESCAPED = "html-escaped", Note;
    "HTML in Markdown became text";
    "GFM-MIMI has no HTML: the opening angle bracket of every tag is escaped before sending, so the tag shows as it was typed.";
    "draft-ietf-mimi-content-08 section 7.1.1";
}
