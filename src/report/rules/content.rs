//! Rules on the values of fields and on the text of parts: what decoding accepts and a reader or
//! a receiver trips over.

rules! {
    /// Rules on the values of fields.
    CONTENT_RULES:

    // The message.

    SALT_CONSTANT = "salt-constant", Warning;
    "a salt of equal octets";
    "The salt is cryptographically random. Sixteen equal octets are a default value: message IDs can then be guessed, and equal messages have equal IDs.";
    "draft-ietf-mimi-content-08 sections 4.1 and 9.2";

    REPLACES_ITSELF = "replaces-itself", Error;
    "a message that refers to its own ID";
    "The ID is a hash over the message, so a message cannot know its own. The ID or the octets are not those of the sender.";
    "draft-ietf-mimi-content-08 sections 3.3 and 4.1";

    MESSAGE_ID_HASH_UNKNOWN = "message-id-hash-unknown", Warning;
    "a message ID with an unknown hash function";
    "The first octet of a message ID is the number of a registered hash function whose output has 31 octets or more.";
    "draft-ietf-mimi-content-08 sections 3.3 and 9.1";

    MESSAGE_ID_HASH_OTHER = "message-id-hash-other", Note;
    "a message ID with another hash function than SHA-256";
    "Message IDs are made with SHA-256 (1) until another document says otherwise. A reader that knows only SHA-256 cannot find the message.";
    "draft-ietf-mimi-content-08 section 3.3";

    EXPIRES_ZERO = "expires-zero", Warning;
    "an expiration of 0";
    "A message that never expires has null here. With 0 it expired in 1970, or expires as soon as it is read.";
    "draft-ietf-mimi-content-08 section 4.1";

    LIFETIME_LONG = "lifetime-long", Warning;
    "a relative expiration of more than a year";
    "A message that is to be deleted more than a year after it was read most likely is malicious, or has a time of day where a duration belongs.";
    "draft-ietf-mimi-content-08 section 9.1";

    NULL_WITHOUT_REPLACES = "null-without-replaces", Warning;
    "an empty body that deletes nothing";
    "A body without parts deletes or unlikes the message named in replaces. Here nothing is named.";
    "draft-ietf-mimi-content-08 sections 4.4, 5.6 and 5.7";

    NULL_IN_MULTIPART = "null-in-multipart", Note;
    "an empty part among others";
    "Only a whole body is empty, to delete or unlike. Inside a multipart an empty part says nothing.";
    "draft-ietf-mimi-content-08 section 4.4";

    DELETE_WITH_CONTENT = "delete-with-content", Warning;
    "a delete or unlike that says something";
    "A message with an empty body takes another one back. An expiration, a subject or a language has nothing to apply to, and not even the sender may change anything but the body.";
    "draft-ietf-mimi-content-08 sections 5.6, 5.7 and 9.3";

    EMPTY_CONTENT = "empty-content", Note;
    "a text part without content";
    "Nothing is shown. Some senders delete a message by replacing it with an empty text; a delete has a NullPart.";
    "draft-ietf-mimi-content-08 sections 5.6 and 5.7";

    // Extensions.

    EXTENSION_UNREGISTERED = "extension-unregistered", Note;
    "a positive extension key that is not registered";
    "Positive keys are assigned by IANA. Private extensions have negative or text keys, so that a later registration cannot change what they mean.";
    "draft-ietf-mimi-content-08 sections 4.3 and 8.2.1";

    EXTENSION_SIZE = "extension-size", Warning;
    "an extension value of more than 4095 octets";
    "The schema gives the value of an unknown extension 0 to 4095 octets.";
    "draft-ietf-mimi-content-08 section 4.3";

    EXTENSION_FLOAT = "extension-float", Note;
    "a floating-point value";
    "Floating-point values are strongly discouraged: two encoders may write the same number differently.";
    "draft-ietf-mimi-content-08 section 6.2";

    URI_KIND = "uri-kind", Warning;
    "a URI that names something of another kind";
    "The sender is a user or pseudonym, the room a room or group, the client a client. A URI of another kind is not found in any list of members or rooms.";
    "draft-ietf-mimi-protocol table 1; draft-ietf-mimi-content-08 sections 3.2 and 4.6";

    URI_NOT_NORMALISED = "uri-not-normalised", Note;
    "a sender or room URI in an unusual spelling";
    "The message ID is computed over the URI as it is spelled. Another spelling of the same URI, with capitals or needless percent-encoding, gives another ID.";
    "draft-ietf-mimi-content-08 section 3.3; RFC 3986 section 6.2.2";

    AV_PART_MISSING = "av-part-missing", Error;
    "av_metadata of a part that is not there";
    "Each entry names a part of the same message by its index, counted depth first from 0.";
    "draft-mahy-mimi-av-metadata-01; draft-ietf-mimi-content-08 section 4.4";

    AV_PART_NOT_LEAF = "av-part-not-leaf", Warning;
    "av_metadata of a part that has no content";
    "Only single and external parts are sounds, images or videos.";
    "draft-mahy-mimi-av-metadata-01";

    AV_PART_REPEATED = "av-part-repeated", Warning;
    "av_metadata of one part twice";
    "Two entries about one part can contradict each other.";
    "draft-mahy-mimi-av-metadata-01";

    AV_MEDIA_MISMATCH = "av-media-mismatch", Warning;
    "av_metadata of another kind than the part's media type";
    "An entry about a video describes a part of type video, and so on.";
    "draft-mahy-mimi-av-metadata-01";

    // Parts.

    DISPOSITION_UNREGISTERED = "disposition-unregistered", Note;
    "a disposition that is not registered";
    "It is treated as render. It is no sign of malice, but other readers will not do what the sender meant.";
    "draft-ietf-mimi-content-08 sections 8.2.2 and 9.1";

    LANGUAGE_SUBTAG_UNKNOWN = "language-subtag-unknown", Note;
    "a language or region that is not registered";
    "A tag can be well-formed and still name nothing: jp is no language (ja is), UK no region (GB is). Judged are languages and regions of two letters.";
    "RFC 5646 section 2.2.9; draft-ietf-mimi-content-08 section 4.4";

    LANGUAGE_SUBTAG_REPEATED = "language-subtag-repeated", Warning;
    "a language tag with the same variant or extension twice";
    "A valid tag has each variant and each extension once.";
    "RFC 5646 section 2.2.9";

    LANGUAGE_REPEATED = "language-repeated", Note;
    "a language listed twice";
    "The list names each language of the part once.";
    "draft-ietf-mimi-content-08 section 4.4";

    MARKDOWN_VARIANT_MISSING = "markdown-variant-missing", Note;
    "Markdown without a variant";
    "Every client reads text/markdown;variant=GFM-MIMI. Without the variant a reader has to guess, and may show the source.";
    "draft-ietf-mimi-content-08 sections 7.1 and 8.3; RFC 7763 section 2";

    PLAIN_CHARSET_MISSING = "plain-charset-missing", Note;
    "plain text without a charset";
    "Every client reads text/plain;charset=utf-8. Without the charset the text is US-ASCII by definition.";
    "draft-ietf-mimi-content-08 section 7.1; RFC 2046 section 4.1.2";

    PLAIN_CHARSET_OTHER = "plain-charset-other", Note;
    "text in another charset than UTF-8";
    "No client has to read another charset.";
    "draft-ietf-mimi-content-08 section 7.1";

    FORMAT_UNCOMMON = "format-uncommon", Note;
    "text in a format that no client has to read, without an alternative";
    "Every client reads plain text and GFM-MIMI, most read CommonMark and HTML. A proprietary format stands in a chooseOne beside one of these.";
    "draft-ietf-mimi-content-08 sections 7.1 and 7.2";

    REACTION_SEVERAL = "reaction-several", Error;
    "a text reaction of more than one character";
    "Several reactions are several messages, or parts of a multipart with processAll. Joined into one text they could mean something else.";
    "draft-ietf-mimi-content-08 section 5.3";

    REACTION_NOT_EMOJI = "reaction-not-emoji", Note;
    "a text reaction that is not an emoji";
    "A reaction is typically an emoji. Clients may show another character as a reply.";
    "draft-ietf-mimi-content-08 section 5.3";

    REACTION_EMPTY = "reaction-empty", Warning;
    "a reaction without content";
    "To take a reaction back, a message replaces it with a NullPart.";
    "draft-ietf-mimi-content-08 section 5.7";

    REACTION_WITHOUT_TARGET = "reaction-without-target", Warning;
    "a reaction to no message";
    "A reaction names in inReplyTo the message it is about. Appendix B.2 of the draft leaves it out, and nobody could show that example.";
    "draft-ietf-mimi-content-08 sections 4.4 and 5.3";

    REACTION_LANGUAGE = "reaction-language", Note;
    "a reaction with a language";
    "An emoji has no language. A reader that chooses parts by language may leave the reaction out.";
    "draft-ietf-mimi-content-08 sections 4.4 and 5.3";

    REACTION_SEMANTICS = "reaction-semantics", Warning;
    "several text reactions as a single unit";
    "Several reactions stand side by side in a multipart with processAll. A singleUnit says that they are one thing.";
    "draft-ietf-mimi-content-08 section 5.3";

    CID_TO_ITSELF = "cid-to-itself", Warning;
    "a part that refers to itself";
    "A cid reference shows another part inside this one.";
    "draft-ietf-mimi-content-08 section 4.4";

    CID_FORM = "cid-form", Warning;
    "a cid reference that names no part index";
    "Inside a message a cid has the form cid:N@local.invalid. Content-IDs of a mail mean nothing here.";
    "draft-ietf-mimi-content-08 section 4.4; RFC 2392";

    CID_UNREFERENCED = "cid-unreferenced", Note;
    "an inline part that the text beside it does not show";
    "An image with disposition inline stands beside rich text that could show it, and no text refers to it. It is shown after the text, not in it.";
    "draft-ietf-mimi-content-08 section 4.4";

    // External parts.

    URL_SYNTAX = "url-syntax", Error;
    "a URL that is none";
    "The URL of external content, and an identifier that is a URI, begin with a scheme, and have only the characters of RFC 3986.";
    "draft-ietf-mimi-content-08 section 4.5; RFC 3986 section 3";

    URL_SCHEME = "url-scheme", Warning;
    "external content at a URL that clients do not fetch";
    "Clients download from http and https. Schemes such as file, data or javascript reach into the client.";
    "draft-ietf-mimi-content-08 section 7.1";

    EXTERNAL_TYPE_MISSING = "external-type-missing", Note;
    "external content without a media type";
    "Only a service, such as a conference to join (disposition session), has no media type. A reader cannot tell what to do with other content.";
    "draft-ietf-mimi-content-08 sections 4.5 and 5.10";

    EXTERNAL_AAD = "external-aad", Note;
    "additional data for the encryption";
    "The aad is empty unless an extension says otherwise; some clients do not pass it on.";
    "draft-ietf-mimi-content-08 section 4.5";

    EXTERNAL_AEAD_OTHER = "external-aead-other", Note;
    "external content encrypted with another algorithm than AES-128-GCM";
    "AES-128-GCM is the one algorithm that every client has.";
    "draft-ietf-mimi-content-08 section 4.5";

    EXTERNAL_AEAD_UNKNOWN = "external-aead-unknown", Warning;
    "an encryption algorithm that is not registered";
    "encAlg is a number of IANA's registry of AEAD algorithms. Nobody can decrypt content under another number.";
    "draft-ietf-mimi-content-08 section 4.5";

    EXTERNAL_HASH_UNKNOWN = "external-hash-unknown", Warning;
    "a hash function that is not registered";
    "hashAlg is a number of IANA's Named Information hash algorithms. Nobody can check the content under another number.";
    "draft-ietf-mimi-content-08 section 4.5";

    FILENAME_UNSAFE = "filename-unsafe", Warning;
    "a file name that could lead elsewhere";
    "A suggested name is one name: no slash or backslash, no control characters or marks that turn the direction of writing, and neither a single nor a double full stop.";
    "draft-ietf-mimi-content-08 section 4.5; RFC 2183 section 5";

    // Rich text.

    GFM_HTML = "gfm-html", Warning;
    "GFM-MIMI text that still contains HTML";
    "Before sending, the opening angle bracket of every HTML tag is replaced by &lt;. Readers show the tag as text, and careless ones run it.";
    "draft-ietf-mimi-content-08 section 7.1.1";

    GFM_ALERT = "gfm-alert", Note;
    "an alert, which GFM-MIMI does not have";
    "Alerts, which begin with NOTE or the like in brackets, are no part of GFM; readers show a quotation.";
    "draft-ietf-mimi-content-08 section 7.1.1";

    GFM_FOOTNOTE = "gfm-footnote", Note;
    "a footnote, which GFM-MIMI does not have";
    "Readers show the caret and the number in brackets, as they were typed.";
    "draft-ietf-mimi-content-08 section 7.1.1";

    GFM_MATH = "gfm-math", Note;
    "a formula, which GFM-MIMI does not have";
    "Readers show the dollar signs and what is between them as it was typed.";
    "draft-ietf-mimi-content-08 section 7.1.1";

    GFM_BARE_URL = "gfm-bare-url", Note;
    "a bare URL, which GFM-MIMI does not make a link";
    "The Autolink extension is not supported: a bare URL stays text.";
    "draft-ietf-mimi-content-08 section 7.1.1";

    LINK_DECEPTIVE = "link-deceptive", Warning;
    "a link whose text says another address than its target";
    "The text of the link is an address, or looks like one, and the target is not that address. Clients warn before they open it.";
    "draft-ietf-mimi-content-08 section 9.6";

    ALTERNATIVES_DIFFER = "alternatives-differ", Warning;
    "alternatives that say different things";
    "Each reader sees one part of a chooseOne. Parts in the same language with other words let a sender tell different people different things.";
    "draft-ietf-mimi-content-08 section 9.5";

    // Status reports and derived values.

    STATUS_REPEATED = "status-repeated", Note;
    "a message listed twice in a status report";
    "The later status holds; the earlier one says nothing.";
    "draft-mahy-mimi-message-status-01 section 4";

    STATUS_UNKNOWN = "status-unknown", Note;
    "a status without a registered meaning";
    "Readers keep the number and can show nothing for it.";
    "draft-mahy-mimi-message-status-01 section 4";

    HUB_TIME_UNIT = "hub-time-unit", Warning;
    "a hub time that looks like seconds";
    "The hub time counts milliseconds. A number that would be a time before 1973 is one in seconds, most likely.";
    "draft-ietf-mimi-content-08 sections 3.4 and 4.6";

    HUB_TIME_MISSING = "hub-time-missing", Warning;
    "an extended time without seconds";
    "The map inside tag 1001 has the seconds under key 1; without them there is no time to sort by.";
    "draft-ietf-mimi-content-08 section 4.6; RFC 9581 section 3";

    DERIVED_GROUP_MISSING = "derived-group-missing", Warning;
    "derived values without an MLS group ID";
    "The group ID is always available to a client that uses MLS.";
    "draft-ietf-mimi-content-08 section 4.6";
}
