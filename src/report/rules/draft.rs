//! Rules of `check::draft`: where an Internet-Draft or a folder of examples disagrees with itself.

rules! {
    /// Rules on Internet-Drafts and examples.
    DRAFT_RULES:

    DRAFT_DUMP = "draft-dump", Error;
    "a hex dump that spells something else than the EDN of its example";
    "The dump and the EDN of an example are two spellings of the same octets. The stated message ID, if there is one, tells which is wrong.";
    "draft-ietf-mimi-content-08 section 5";

    DRAFT_EDN = "draft-edn", Error;
    "EDN that spells something else than the dump of its example";
    "The stated message ID is that of the dump, so the EDN is what is wrong.";
    "draft-ietf-mimi-content-08 section 5";

    DRAFT_FILE = "draft-file", Error;
    "an example that spells something else than its .cbor file";
    "The files of one name in a folder of examples are spellings of the same octets.";
    "draft-ietf-mimi-content-08 section 5";

    DRAFT_DUMP_COMMENT = "draft-dump-comment", Warning;
    "a comment in a hex dump that says something else than the octets";
    "The comments name the kind of an item and its argument, or quote a string.";
    "RFC 8949 section 3";

    DRAFT_ID = "draft-id", Error;
    "a stated message ID that is not that of the example";
    "The ID is computed over the octets of the message, its salt, the sender's and the room's URI, in the way of the draft's version.";
    "draft-ietf-mimi-content-08 section 3.3";

    DRAFT_ID_UNKNOWN = "draft-id-unknown", Error;
    "a message ID that is not that of any example";
    "replaces, inReplyTo and the entries of a status report refer to other messages of the document; after a change of one of these its ID is another.";
    "draft-ietf-mimi-content-08 section 4.1";

    DRAFT_ID_LABEL = "draft-id-label", Error;
    "a message ID of another example than the comment beside it says";
    "The comment names one example, and the ID is that of another.";
    "draft-ietf-mimi-content-08 section 5";

    DRAFT_DATE = "draft-date", Error;
    "a date that is not the time of the number beside it";
    "The same time stands there twice, as a date and as a number since 1970, and they are not equal. A difference of whole hours is a time zone.";
    "RFC 3339 section 5.6";

    DRAFT_CODE_POINT = "draft-code-point", Error;
    "a code point that is not the character beside it";
    "U+ and a number name another character than the one that is written, or than the octets that are given.";
    "The Unicode Standard, appendix A";

    DRAFT_VALUE = "draft-value", Error;
    "a value that is not the one of the example";
    "A value stands in the text and in the EDN, perhaps in base64url and in hex, and they are not equal.";
    "draft-ietf-mimi-content-08 section 4.6; RFC 4648 section 5";

    DRAFT_CDDL = "draft-cddl", Error;
    "a rule of CDDL that says something else than the collected schema";
    "A rule stands in the text and in the schema of the appendix, and they are not equal, comments and commas apart.";
    "RFC 8610";

    DRAFT_REFERENCE = "draft-reference", Warning;
    "a reference to another section than the one of that title";
    "The words before the reference are the title of one section, and its number is that of another.";
    "RFC 7322 section 4";

    DRAFT_REFERENCE_MISSING = "draft-reference-missing", Warning;
    "a reference to a section that is not there";
    "No section or appendix of the document has this number.";
    "RFC 7322 section 4";

    DRAFT_INCLUDE = "draft-include", Error;
    "a file that cannot be included";
    "The path leads out of the draft's folder, or there is no such file, or the files include each other without end.";
    "mimi-codec";

    DRAFT_OLDER = "draft-older", Note;
    "an older draft";
    "Its message IDs are computed as that draft says: from 08 on with the lengths of the URIs, in 06 and 07 without, in 05 without the salt at the end.";
    "draft-ietf-mimi-content-08 section 3.3";

    DRAFT_LAYOUT = "draft-layout", Note;
    "examples in the layout of an older draft";
    "They are compared with each other, but not judged by today's rules.";
    "draft-ietf-mimi-content-08 section 4";
}
