//! Rules of CPIM and IMDN: the older format of instant messages, and its notifications.

rules! {
    /// Rules on CPIM messages and the notifications in them.
    CPIM_RULES:

    CPIM_MALFORMED = "cpim-malformed", Error;
    "not a CPIM message";
    "A CPIM message has a header of its own, an empty line, and a MIME entity. What stands at this offset is none of these.";
    "RFC 3862 section 2";

    CPIM_HEADER_UNREADABLE = "cpim-header-unreadable", Warning;
    "a line of the header that is no header";
    "Headers are not folded and stand one on a line, as a name, a colon, a space and a value. The line was left out.";
    "RFC 3862 section 3";

    CPIM_NAMESPACE = "cpim-namespace", Warning;
    "a prefix or an element without its namespace";
    "No NS header declares the prefix, or the XML names no namespace. It was taken for what its name usually means.";
    "RFC 3862 section 3.4; RFC 5438 section 11.1";

    CPIM_REQUIRED = "cpim-required", Error;
    "the message requires a header that is not known here";
    "Whoever does not recognise a header named by Require must not act on the message.";
    "RFC 3862 section 3.5";

    CPIM_LOSSY = "cpim-lossy", Warning;
    "something has no place in the other format";
    "CPIM has sender, recipient, time, subject, an identifier and a MIME entity; its notifications speak of one message and of delivery and display. The rest is left out.";
    "RFC 3862 section 4; RFC 5438 section 7.2";

    IMDN_MALFORMED = "imdn-malformed", Error;
    "not a disposition notification";
    "The XML of a notification is well-formed, has no document type, and holds the identifier of a message and one status of its delivery, processing or display.";
    "RFC 5438 section 7.2";

    IMDN_STATUS = "imdn-status", Warning;
    "a status without a counterpart";
    "Delivered, displayed and failed have one in a status report, and the other way round. Where nothing else is reported, nothing can be written.";
    "RFC 5438 section 7.2.1; draft-mahy-mimi-message-status-01 section 4";

    IMDN_NO_DATETIME = "imdn-no-datetime", Warning;
    "a notification that does not say when the message was sent";
    "A notification repeats the time of the message it speaks of, and nobody here knows it. The element was left out; name the message to have it.";
    "RFC 5438 section 11.1";
}
