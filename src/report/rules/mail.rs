//! Rules of mail: what a conversion between MIMI content and mail refuses, changes or cannot keep.

rules! {
    /// Rules on mail, and on the charsets it is written in.
    MAIL_RULES:

    CHARSET_UNKNOWN = "charset-unknown", Warning;
    "a charset that nobody knows";
    "The label names no charset with a decoder. UTF-8 was taken if the octets fit, else windows-1252.";
    "RFC 2046 section 4.1.2; Encoding Standard section 4.2";

    CHARSET_GUESSED = "charset-guessed", Warning;
    "octets that the stated charset does not have";
    "No charset is stated, or the octets do not fit the one that is. The charset named as expected fits all of them and was taken.";
    "RFC 2045 section 5.2";

    CHARSET_MALFORMED = "charset-malformed", Warning;
    "octets that have no meaning in their charset";
    "Each such place became the replacement character U+FFFD.";
    "Encoding Standard section 4.1";

    EXACT_NEEDS_KEYS = "exact-needs-keys", Error;
    "the message carries keys of external parts, and mail is read by every hop";
    "Say whether the keys travel in the mail (with keys) or are left out (without keys). Without them the mail cannot be turned back into the same octets.";
    "mimi-codec";

    EXTERNAL_KEY_WITHHELD = "external-key-withheld", Warning;
    "key, nonce and additional data of an external part do not travel in the mail";
    "A message read back from such a mail is not exact: it has another message ID, and its external content cannot be opened without the key.";
    "mimi-codec";

    MAIL_NO_HEADER = "mail-no-header", Warning;
    "a mail without a header";
    "The first line is not a header field. Everything was taken as the body.";
    "RFC 5322 section 2.1";

    MAIL_EMPTY = "mail-empty", Error;
    "no octets";
    "An empty file is not a mail.";
    "RFC 5322 section 2.1";

    MAIL_TOO_LARGE = "mail-too-large", Error;
    "a mail larger than four gibibytes";
    "Offsets in a mail are kept in 32 bits.";
    "mimi-codec";

    MAIL_TOO_MANY_PARTS = "mail-too-many-parts", Error;
    "more parts than a message may have";
    "A message has at most 1024 parts. On request the rest of the mail becomes one opaque part.";
    "draft-ietf-mimi-content-08 section 9.1";

    HEADER_UNTERMINATED = "header-unterminated", Warning;
    "a header that is not followed by an empty line";
    "The line at this offset is neither a header field nor empty. The body begins with it.";
    "RFC 5322 section 2.1";

    HEADER_LINE_STRAY = "header-line-stray", Warning;
    "a line in the header that is neither a field nor the rest of one";
    "Fields follow it that belong to the header, so the line was taken as the rest of the field before it.";
    "RFC 5322 section 2.2";

    FIELD_NOT_ASCII = "field-not-ascii", Note;
    "a header field with octets beyond ASCII";
    "They were read as UTF-8 if they fit, else as windows-1252.";
    "RFC 5322 section 2.2; RFC 6532";

    FIELD_TOO_LONG = "field-too-long", Warning;
    "a header field too long to be interpreted";
    "The field is kept raw, and its meaning was not looked for.";
    "mimi-codec";

    FIELD_UNREADABLE = "field-unreadable", Warning;
    "a header field whose value cannot be read";
    "The value has not the syntax of its field. It is kept raw.";
    "RFC 5322 section 3.6";

    FIELD_REPEATED = "field-repeated", Warning;
    "a header field that may occur once, but occurs again";
    "The first one counts; the others are kept raw.";
    "RFC 5322 section 3.6";

    BOUNDARY_MISSING = "boundary-missing", Warning;
    "a multipart without a usable boundary";
    "No boundary is stated, or no line has it. The body was taken as one text.";
    "RFC 2046 section 5.1.1";

    BOUNDARY_UNCLOSED = "boundary-unclosed", Warning;
    "a multipart without its closing line";
    "The mail was cut short, or its sender forgot the last boundary. What is there was read.";
    "RFC 2046 section 5.1.1";

    PART_LOST = "part-lost", Warning;
    "octets of the mail that no part covers";
    "Text before the first or after the last part of a multipart. Mail programs do not show it, and the message has no place for it.";
    "RFC 2046 section 5.1.1";

    TRANSFER_ENCODING_UNKNOWN = "transfer-encoding-unknown", Warning;
    "an unknown transfer encoding";
    "The octets were taken as they are, and the content type as application/octet-stream.";
    "RFC 2045 section 6.4";

    TRANSFER_MALFORMED = "transfer-malformed", Warning;
    "content that is not in its transfer encoding";
    "What does not belong to base64 was skipped, what is no escape of quoted-printable was kept as it stands.";
    "RFC 2045 sections 6.7 and 6.8";

    MAIL_FLATTENED = "mail-flattened", Note;
    "a multipart was merged into the one around it";
    "A message nests its parts at most four levels deep.";
    "draft-ietf-mimi-content-08 section 6.3";

    MAIL_OPAQUE = "mail-opaque", Warning;
    "a part of the mail was kept as one opaque part";
    "It is nested too deeply, or beyond the number of parts that a message may have. Its raw MIME is the content of the part.";
    "draft-ietf-mimi-content-08 sections 6.3 and 9.1";

    SIGNATURE_DROPPED = "signature-dropped", Warning;
    "the signature of a signed mail was dropped";
    "A signature covers the octets of the mail, which a message does not keep.";
    "RFC 1847 section 2.1";

    DISPOSITION_UNKNOWN = "disposition-unknown", Note;
    "a disposition without a counterpart";
    "An unknown disposition counts as an attachment; the field is kept raw.";
    "RFC 2183 section 2.8";

    LANGUAGE_UNREADABLE = "language-unreadable", Note;
    "a language list that is none";
    "The field is kept raw.";
    "RFC 3282; RFC 5646";

    FILE_NAME_CHANGED = "file-name-changed", Note;
    "characters were removed from a file name";
    "Path separators, control characters and marks of writing direction can make a file look like another one.";
    "RFC 2183 section 2.3; Unicode Technical Report 36";

    SUBJECT_CUT = "subject-cut", Warning;
    "a subject longer than 4096 octets was cut";
    "The whole field is kept raw.";
    "draft-mimi-content-more-extensions-00";

    EXPIRY_OUT_OF_RANGE = "expiry-out-of-range", Warning;
    "an expiry time that a message cannot hold";
    "Times have 32 bits. The field is kept raw.";
    "draft-ietf-mimi-content-08 section 4.1";

    REFERENCE_UNRESOLVED = "reference-unresolved", Warning;
    "a mail that this one refers to is not known";
    "Without the message ID of that mail the reference cannot be expressed. The field is kept raw, and an ID is never invented.";
    "draft-ietf-mimi-content-08 section 4.1";

    REACTION_READ = "reaction-read", Note;
    "a mail that is a reaction to another one";
    "The message is the reaction alone; the text that the mail has for readers who do not know reactions was left out.";
    "RFC 9078";

    REACTION_UNKNOWN = "reaction-unknown", Warning;
    "a reaction is taken back that is not known";
    "A mail without an emoji takes the reactions of its sender back. Without their message IDs, which a resolver knows, the message can take back none.";
    "RFC 9078; mimi-codec";

    QUOTE_LEFT_OUT = "quote-left-out", Warning;
    "the parent that was given is not the message that is answered";
    "Its message ID is another one, so it is not quoted.";
    "mimi-codec";

    CID_UNRESOLVED = "cid-unresolved", Note;
    "a reference to a part that is not in the mail";
    "The reference was left as it is.";
    "RFC 2392";

    ADDRESS_UNMAPPED = "address-unmapped", Note;
    "an address without a counterpart";
    "The address map knows no URI for the address, or no address for the URI.";
    "mimi-codec";

    OWN_DISAGREES = "own-disagrees", Warning;
    "the record of the original message and the mail around it disagree";
    "Anyone can write such a record. By default it then does not count, and the mail is read like any other.";
    "mimi-codec";

    OWN_UNREADABLE = "own-unreadable", Warning;
    "the record of the original message cannot be read";
    "The field MIMI-Content is damaged, or its part is missing. The mail is read like any other.";
    "mimi-codec";

    OWN_NOT_EXACT = "own-not-exact", Warning;
    "the rebuilt message is not the original one";
    "Its octets have another hash than the one recorded. The findings beside this one say why.";
    "mimi-codec";

    LEAF_CHANGED = "leaf-changed", Warning;
    "the content of a part changed on the way";
    "No known change of a relay explains it. What came was kept.";
    "mimi-codec";

    LEAF_MISSING = "leaf-missing", Warning;
    "a part of the original message is not in the mail";
    "Its content was left empty.";
    "mimi-codec";

    PART_ADDED = "part-added", Note;
    "a part that the original message does not have";
    "Mailing lists append such parts. It was left out.";
    "mimi-codec";

    DISPLAY_SIMPLIFIED = "display-simplified", Note;
    "a header field shows less than the message says";
    "The value has characters that a header field cannot hold, or is too long. The record of the message keeps it.";
    "RFC 5322 section 2.1.1";

    MAIL_LOSSY = "mail-lossy", Warning;
    "something of the message has no place in the mail";
    "Only the record of the message keeps it, and this mail has none.";
    "mimi-codec";
}
