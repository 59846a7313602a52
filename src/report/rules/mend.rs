//! How to mend what a rule found: one or two sentences for each rule that judges documents.
//! These rules are the catalogue of `check`; the others say what a conversion changed or lost.

use super::{ALL, codes};
use crate::report::{Code, Rule};

/// The rules that judge documents, in the order of their topics: what checking a message, a status
/// report, derived values or an Internet-Draft can report.
///
/// ```
/// use mimi_codec::report::{Severity, catalogue};
///
/// let errors = catalogue().filter(|rule| rule.severity == Severity::Error);
/// assert!(errors.count() > 50);
/// assert!(catalogue().all(|rule| rule.mend().is_some()));
/// ```
pub fn catalogue() -> impl Iterator<Item = &'static Rule> {
    ALL.iter()
        .flat_map(|table| table.iter())
        .filter(|rule| mend_of(rule.code).is_some())
}

/// The text for a rule.
pub(in crate::report) fn mend_of(code: Code) -> Option<&'static str> {
    let (_, mend) = MENDS.iter().find(|(known, _)| *known == code)?;
    Some(mend)
}

/// What several rules on encoding have in common.
const RE_ENCODE: &str =
    "Encode the message again, deterministically; its octets and its message ID change.";

#[rustfmt::skip] // A table: one row for each rule.
static MENDS: &[(Code, &str)] = &[
    // The form of CBOR.
    (codes::CBOR_TRUNCATED, "Fetch or copy the document again, in full; or correct the length that claims more than is there."),
    (codes::CBOR_RESERVED_HEAD, "Write the item with a head that exists. Where only one octet is wrong, the copy was damaged."),
    (codes::CBOR_BREAK_MISPLACED, "Remove the break, or begin the container it was to end with an indefinite length; better, give every container its length."),
    (codes::CBOR_CHUNK_INVALID, "Write the string in one piece, with its length in front."),
    (codes::CBOR_SIMPLE_INVALID, "Write the simple value in one octet."),
    (codes::CBOR_TRAILING, "Cut the file after the item. Two messages are two documents."),
    (codes::CBOR_HEAD_NOT_SHORTEST, RE_ENCODE),
    (codes::CBOR_INDEFINITE_LENGTH, RE_ENCODE),
    (codes::CBOR_KEY_ORDER, "Sort the keys by their encoded octets and encode the message again; its message ID changes."),
    (codes::CBOR_FLOAT_NOT_SHORTEST, RE_ENCODE),
    (codes::CBOR_NAN_PAYLOAD, "Write f97e00, or leave the value out."),
    (codes::CBOR_BIGNUM_NOT_SHORTEST, RE_ENCODE),
    (codes::UTF8_INVALID, "Encode the text in UTF-8. Octets that are no text belong into a byte string."),
    (codes::DUPLICATE_KEY, "Keep one of the entries and remove the other."),
    (codes::KEY_TYPE, "Use an integer or a text as the key."),
    (codes::KEY_RANGE, "Use a smaller key, or a text."),
    // The structure of a message.
    (codes::WRONG_TYPE, "Write the type that is expected. h'...' and '...' are byte strings, \"...\" is text."),
    (codes::ARRAY_LENGTH, "Count the items against the schema: most often an optional value was left out that has to be null, empty or 0."),
    (codes::TAG_UNEXPECTED, "Remove the tag and keep what is inside."),
    (codes::URL_TAGGED, "Write the URL as text, without tag 32."),
    (codes::UNDEFINED_FOR_NULL, "Write null (0xf6)."),
    (codes::INTEGER_RANGE, "Use a number that fits; milliseconds where seconds belong are the usual cause."),
    (codes::CARDINALITY_UNKNOWN, "Write 0 for an empty part, 1 for content, 2 for a URL, 3 for several parts."),
    (codes::SEMANTICS_UNKNOWN, "Write 0 (chooseOne), 1 (singleUnit) or 2 (processAll)."),
    (codes::SALT_LENGTH, "Take 16 random octets. The message ID changes."),
    (codes::MESSAGE_ID_LENGTH, "Write the whole ID, first octet and all: 32 octets."),
    (codes::MULTIPART_TOO_FEW, "Put the one part in the place of the multipart; write a NullPart where there is none."),
    (codes::PART_DEPTH, "Take multiparts apart that have the same semantics as the one around them."),
    (codes::PART_COUNT, "Send several messages."),
    (codes::TOPIC_LENGTH, "Use a short name, such as the ID of the first message of the topic."),
    (codes::EXTENSION_DEPTH, "Flatten the value, or put the encoded value into a byte string."),
    (codes::KEY_RESERVED, "Use another key."),
    (codes::KEY_LENGTH, "Use a key of 1 to 255 octets."),
    (codes::OLDER_DRAFT, "Read it with the upgrade call and send the result; its message ID is a new one."),
    (codes::FINDINGS_LIMIT, "Mend what is listed and check again."),
    (codes::URI_TOO_LONG, "Use a shorter URI."),
    (codes::URI_MISMATCH, "State the URI the message is sent under, octet for octet, or remove the extension."),
    (codes::MESSAGE_ID_MISMATCH, "Compute the ID over the octets that are sent, with the URIs the receivers see."),
    (codes::FRANKING_TAG_MISMATCH, "Compute the tag over the octets that are sent, with the salt as the key."),
    (codes::EXTENSION_TYPE, "Write the type that is expected, or use another key."),
    (codes::URI_SYNTAX, "Spell the URI as in mimi://example.com/u/alice; percent-encode other characters."),
    (codes::LANGUAGE_SYNTAX, "Write tags such as en or pt-BR, with hyphens, separated by commas; or an empty text."),
    (codes::MEDIA_TYPE_SYNTAX, "Write a type and a subtype, such as image/png."),
    // The notations.
    (codes::NOTATION_EMPTY, "Write the document, or remove the file."),
    (codes::EDN_SYNTAX, "Look at the place for a missing comma, quotation mark or bracket."),
    (codes::EDN_STRING, "Correct the literal; write octets as h'...' with an even number of digits."),
    (codes::EDN_UNCLOSED, "Close what was opened at the place."),
    (codes::EDN_NUMBER, "Write a number that CBOR has."),
    (codes::EDN_INDICATOR, "Remove the indicator; the shortest form needs none."),
    (codes::EDN_ELLIPSIS, "Write what was left out."),
    (codes::EDN_LITERAL, "Write the item that the literal stands for."),
    (codes::EDN_SEQUENCE, "Put each item into a file of its own, or all into an array."),
    (codes::NOTATION_DEPTH, "Take brackets away; no document needs as many."),
    (codes::HEX_DIGIT, "Remove the character, or put it behind a #."),
    (codes::HEX_ODD, "Look for the digit that is missing or too many; write each octet with two."),
    (codes::HEX_DUMP, "Copy the dump again, with all its lines."),
    (codes::JSON_SYNTAX, "Look at the place for a comma too many, a missing quotation mark or a comment."),
    (codes::JSON_DUPLICATE, "Remove one of the two members."),
    (codes::JSON_UNKNOWN, "Correct the name of the member, or remove it."),
    (codes::JSON_NOT_KEPT, "Remove the member; a message has no place for it."),
    (codes::JSON_MISSING, "Add the member."),
    (codes::JSON_TYPE, "Write the type that is expected: octets and times are texts, sizes are numbers."),
    (codes::JSON_VALUE, "Write a value in the range, or a name of the registry."),
    (codes::JSON_CONFLICT, "Keep one of the members."),
    (codes::JSON_INFORMATIVE, "Remove the member; it is computed again on writing."),
    // What fields say.
    (codes::CID_TARGET_MISSING, "Count the parts depth first from 0, the body being 0, multiparts included, and write that number."),
    (codes::CID_TARGET_NOT_LEAF, "Refer to the part that has the content, not to the multipart around it."),
    (codes::SECRETS_LENGTH, "Give key and nonce the lengths of the algorithm; leave all three empty with encAlg 0."),
    (codes::CONTENT_HASH_LENGTH, "Write the whole hash, or the number of the truncated hash function in hashAlg."),
    (codes::REPLY_TO_ITSELF, "Keep in inReplyTo what the first version replied to, or null."),
    (codes::PLAIN_NOT_UTF8, "Encode the text in UTF-8."),
    (codes::SALT_CONSTANT, "Take the salt from a cryptographic random source. The message ID changes."),
    (codes::REPLACES_ITSELF, "Refer to the first version of the message that is meant."),
    (codes::MESSAGE_ID_HASH_UNKNOWN, "Write the whole ID as it was computed; SHA-256 has the first octet 01."),
    (codes::MESSAGE_ID_HASH_OTHER, "Compute the ID with SHA-256."),
    (codes::EXPIRES_ZERO, "Write null for a message that does not expire."),
    (codes::LIFETIME_LONG, "Write a shorter time in seconds, or the time of day with relative false."),
    (codes::NULL_WITHOUT_REPLACES, "Name the message to delete in replaces, or add content."),
    (codes::NULL_IN_MULTIPART, "Leave the empty part out."),
    (codes::DELETE_WITH_CONTENT, "Leave expires, subject and language empty in a delete."),
    (codes::EMPTY_CONTENT, "Delete with a NullPart; otherwise add content or leave the part out."),
    (codes::EXTENSION_UNREGISTERED, "Use a negative or text key, or register this one."),
    (codes::EXTENSION_SIZE, "Send large values as a part."),
    (codes::EXTENSION_FLOAT, "Write an integer in a smaller unit."),
    (codes::URI_KIND, "Write the URI of the user, room or client that is meant."),
    (codes::URI_NOT_NORMALISED, "Spell host and scheme in lower case, and percent-encode only what must be."),
    (codes::AV_PART_MISSING, "Count the parts depth first from 0, the body being 0, and write that number."),
    (codes::AV_PART_NOT_LEAF, "Describe the part that has the content."),
    (codes::AV_PART_REPEATED, "Join the two entries."),
    (codes::AV_MEDIA_MISMATCH, "Write 1 for sound, 2 for an image, 3 for a video; or correct the index."),
    (codes::DISPOSITION_UNREGISTERED, "Use a registered number, render (1) where none fits."),
    (codes::LANGUAGE_SUBTAG_UNKNOWN, "Look the code up in the IANA Language Subtag Registry: ja, da, cs, el, sv and uk are the languages, GB is the region."),
    (codes::LANGUAGE_SUBTAG_REPEATED, "Remove the second one."),
    (codes::LANGUAGE_REPEATED, "Remove the second one."),
    (codes::MARKDOWN_VARIANT_MISSING, "Write text/markdown;variant=GFM-MIMI."),
    (codes::PLAIN_CHARSET_MISSING, "Write text/plain;charset=utf-8."),
    (codes::PLAIN_CHARSET_OTHER, "Convert the text and write text/plain;charset=utf-8."),
    (codes::FORMAT_UNCOMMON, "Put the part into a chooseOne, beside one in GFM-MIMI or plain text."),
    (codes::REACTION_SEVERAL, "Send one message for each, or one part for each in a multipart with processAll."),
    (codes::REACTION_NOT_EMOJI, "Send an emoji, or a reply with text."),
    (codes::REACTION_EMPTY, "Add the emoji; to unlike, replace the reaction with a NullPart."),
    (codes::REACTION_WITHOUT_TARGET, "Write the ID of the message into inReplyTo."),
    (codes::REACTION_LANGUAGE, "Leave the language empty."),
    (codes::REACTION_SEMANTICS, "Write partSemantics 2 (processAll)."),
    (codes::CID_TO_ITSELF, "Refer to the part that is to be shown; count the body as 0."),
    (codes::CID_FORM, "Write cid:N@local.invalid with the index of the part, without leading zeros."),
    (codes::CID_UNREFERENCED, "Refer to the part in the text, or give it the disposition attachment or render."),
    (codes::URL_SYNTAX, "Write the whole URL with its scheme; percent-encode spaces and other characters."),
    (codes::URL_SCHEME, "Offer the content at an https URL."),
    (codes::EXTERNAL_TYPE_MISSING, "Add the media type; application/octet-stream where it is not known."),
    (codes::EXTERNAL_AAD, "Encrypt with an empty aad."),
    (codes::EXTERNAL_AEAD_OTHER, "Encrypt with AES-128-GCM (1)."),
    (codes::EXTERNAL_AEAD_UNKNOWN, "Write the registered number, 1 for AES-128-GCM."),
    (codes::EXTERNAL_HASH_UNKNOWN, "Write the registered number, 1 for SHA-256."),
    (codes::FILENAME_UNSAFE, "Suggest a plain name such as photo.jpg, or none."),
    (codes::GFM_HTML, "Escape the bracket: &lt;b&gt;, or say the same in Markdown."),
    (codes::GFM_ALERT, "Write the word in bold: > **Note**"),
    (codes::GFM_FOOTNOTE, "Put the remark in parentheses."),
    (codes::GFM_MATH, "Write the formula as code, in backticks."),
    (codes::GFM_BARE_URL, "Write <https://example.com/> or [text](https://example.com/)."),
    (codes::LINK_DECEPTIVE, "Let the text be the target, or words that are no address."),
    (codes::ALTERNATIVES_DIFFER, "Make both from one source; give translations their languages."),
    (codes::STATUS_REPEATED, "List each message once."),
    (codes::STATUS_UNKNOWN, "Use a status from 0 to 6."),
    (codes::HUB_TIME_UNIT, "Multiply by 1000."),
    (codes::HUB_TIME_MISSING, "Add key 1, or write milliseconds as an integer."),
    (codes::DERIVED_GROUP_MISSING, "Take the group ID from the MLS group."),
    // What the receiver knows.
    (codes::EXPIRY_PAST, "Discard the message. A sender compares its clock."),
    (codes::EXPIRY_FUTURE, "Discard the message, or treat it as one that does not expire. A sender uses a time within the year."),
    (codes::HUB_TIME_FUTURE, "Compare the clocks of the hub and of the client."),
    (codes::HUB_TIME_BEFORE_ROOM, "Discard the message; ask the hub."),
    (codes::HUB_TIME_BEFORE_FORMAT, "Discard the message; ask the hub."),
    (codes::SENDER_TIME_FUTURE, "Sort by the hub time. A sender compares its clock."),
    (codes::SENDER_NOT_MEMBER, "Discard the message."),
    (codes::MESSAGE_ID_SEEN, "Discard the message: the first one counts."),
    (codes::MESSAGE_ID_OLDER, "Hash each URI after its length in two octets (draft-08)."),
    (codes::BODY_TOO_LARGE, "Discard the message. A sender offers large content as an external part."),
    (codes::EXTERNAL_EXPIRED, "Ask the sender for the content again."),
    (codes::EXTERNAL_SIZE_MISMATCH, "Fetch the content again, in full."),
    (codes::EXTERNAL_SIZE_OF_PLAINTEXT, "State the number of octets at the URL, tag included."),
    (codes::EXTERNAL_HASH_MISMATCH, "Fetch the content again; if it stays so, it is not the sender's."),
    (codes::EXTERNAL_HASH_OF_PLAINTEXT, "Hash what is uploaded, after encryption."),
    (codes::EXTERNAL_NOT_AUTHENTIC, "Fetch the content again; if it stays so, key and content do not belong together."),
    (codes::EXTERNAL_HASH_ABSENT, "Add the SHA-256 of the octets at the URL, or encrypt the content."),
    // Rich text and parts that are documents themselves.
    (codes::EMPHASIS_AMBIGUOUS, "Put a space between the mark and the symbol, or move the symbol out of the mark."),
    (codes::NUL_REPLACED, "Remove the character."),
    (codes::NESTING_FLATTENED, "Nest less deeply."),
    (codes::HTML_DROPPED, "Remove the element; offer files and forms by a link."),
    (codes::HTML_HIDDEN, "Remove the text that is not shown."),
    (codes::HTML_TAG_CUT, "Write a shorter tag."),
    (codes::LINK_TARGET_REFUSED, "Link to an absolute https, mailto, tel or mimi URL."),
    (codes::IMAGE_TARGET_REFUSED, "Put the image into the message and refer to it by cid."),
    (codes::VIEW_NESTED_INVALID, "Check the message inside by itself and send it again."),
    (codes::VIEW_STATUS_INVALID, "Check the report by itself and send it again."),
    // Internet-Drafts and folders of examples.
    (codes::DRAFT_DUMP, "Make the dump anew from the EDN: `mimi convert example.edn --to hex`."),
    (codes::DRAFT_EDN, "Correct the EDN, or make dump and message ID anew from it."),
    (codes::DRAFT_FILE, "Make the .cbor file and the other spellings anew from the one that is right: `mimi convert example.edn -o example.cbor`."),
    (codes::DRAFT_DUMP_COMMENT, "Make the dump anew; its comments are then made from its octets."),
    (codes::DRAFT_ID, "Compute the ID anew (`mimi id`), and put it wherever the example is referred to."),
    (codes::DRAFT_ID_UNKNOWN, "Put in the ID that the other example has now."),
    (codes::DRAFT_ID_LABEL, "Put in the ID of the example that is named, or name the other one."),
    (codes::DRAFT_DATE, "Make the date from the number, in UTC with Z, or the number from the date."),
    (codes::DRAFT_CODE_POINT, "Write the code point of the character that is meant, in both places."),
    (codes::DRAFT_VALUE, "Copy the value of the example into the text, in the encoding that the text uses."),
    (codes::DRAFT_CDDL, "Copy the rule from the collected schema, or correct the schema."),
    (codes::DRAFT_REFERENCE, "Correct the number, or let the tool that makes the draft put it in."),
    (codes::DRAFT_REFERENCE_MISSING, "Correct the number; where the section of another document is meant, name that document in the same sentence."),
    (codes::DRAFT_INCLUDE, "Put the file into the folder of the draft, or correct its path."),
    (codes::DRAFT_OLDER, "Nothing has to be mended; `--algorithm` chooses another way to compute message IDs."),
    (codes::DRAFT_LAYOUT, "Carry the examples over with `mimi convert --upgrade`, if they are to be today's."),
];

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_text_belongs_to_one_rule_and_is_a_sentence() {
        let listed: BTreeSet<Code> = ALL
            .iter()
            .flat_map(|table| table.iter())
            .map(|rule| rule.code)
            .collect();
        let mut seen = BTreeSet::new();
        for (code, mend) in MENDS {
            assert!(listed.contains(code), "{code} is in no table");
            assert!(seen.insert(*code), "{code} has two texts");
            assert!(mend.ends_with(['.', '*']), "{code}: {mend}");
        }
        assert!(seen.len() >= 90, "{}", seen.len());
        assert_eq!(catalogue().count(), seen.len());
    }
}
