//! Rules of mailboxes: files and folders of many mails, and their conversion in several runs.

rules! {
    /// Rules on mailboxes and on the store of their conversion.
    MAILBOX_RULES:

    MAILBOX_UNREADABLE = "mailbox-unreadable", Error;
    "a mailbox, or a file in it, that cannot be read";
    "The operating system refused, or the file changed its nature. The other mails are read all the same.";
    "mimi-codec";

    MAILBOX_UNKNOWN = "mailbox-unknown", Error;
    "neither an mbox, nor a Maildir, nor a folder of mails";
    "An mbox is a file whose mails begin with a line `From `, a Maildir is a folder with `cur` or `new` in it, and in a folder of mails each file ends in .eml.";
    "RFC 4155; mimi-codec";

    MAILBOX_ENTRY_SKIPPED = "mailbox-entry-skipped", Warning;
    "something in the folder that is not read";
    "Symbolic links, pipes, devices and sockets are left alone: they may lead out of the mailbox, or never end. Other files and folders are no mails.";
    "mimi-codec";

    MAILBOX_CHANGED = "mailbox-changed", Error;
    "the mailbox changed while it was read";
    "A mail is not where it was a moment ago. Run the conversion again when nobody writes to the mailbox.";
    "mimi-codec";

    MAIL_OVER_LIMIT = "mail-over-limit", Error;
    "a mail larger than the caller allows";
    "One mail at a time is held in memory, so its size is bounded. What was refused is saved without being read; allow more to have a message of it.";
    "mimi-codec";

    MBOX_NO_FROM_LINE = "mbox-no-from-line", Warning;
    "an mbox that does not begin with a `From ` line";
    "What stands before the first such line was taken as one mail.";
    "RFC 4155 appendix A";

    MBOX_FROM_LINE_KEPT = "mbox-from-line-kept", Note;
    "a line in a mail that begins with `From ` but divides nothing";
    "No date stands in it, or no empty line before and no header after it. It was kept as a line of the mail.";
    "RFC 4155 appendix A";

    MBOX_LENGTH_WRONG = "mbox-length-wrong", Warning;
    "a Content-Length that does not lead to the next mail";
    "The mail was ended at the next `From ` line instead.";
    "mimi-codec";

    MAIL_REPEATED = "mail-repeated", Note;
    "the same mail again";
    "It has the Message-ID and the body of another mail, so it makes no second message. Only its trace fields may differ.";
    "RFC 5322 section 3.6.4";

    MESSAGE_ID_REPEATED = "message-id-repeated", Warning;
    "another mail with the same Message-ID";
    "Both became messages. What refers to this Message-ID refers to the first one.";
    "RFC 5322 section 3.6.4";

    MESSAGE_ID_MISSING = "message-id-missing", Note;
    "a mail without a Message-ID";
    "No other mail can refer to it.";
    "RFC 5322 section 3.6.4";

    REFERENCE_CYCLE = "reference-cycle", Warning;
    "mails that refer to each other in a circle";
    "A message ID covers the reference, so one link of the circle has to be left out. It is recorded as a late link.";
    "draft-ietf-mimi-content-08 section 3.3";

    LATE_LINK = "late-link", Note;
    "a mail came after one that refers to it";
    "The earlier message keeps its octets and its ID. The link between the two is recorded beside them.";
    "mimi-codec";

    MESSAGE_UNNAMED = "message-unnamed", Warning;
    "a message without an ID";
    "Its sender is not known. Nothing can refer to it; name a sender to give it an ID.";
    "draft-ietf-mimi-content-08 section 3.3";

    STORE_UNUSABLE = "store-unusable", Error;
    "the store of message IDs cannot be used";
    "The file is no such store, is damaged, or is in use by another run.";
    "mimi-codec";

    STORE_OTHER_OPTIONS = "store-other-options", Error;
    "the store was begun with other options";
    "Seed and room are part of every message ID, so they stay the same from run to run. Use another folder for other options.";
    "mimi-codec";
}
