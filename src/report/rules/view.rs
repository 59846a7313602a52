//! Rules of the rooms `view` and `room`.

rules! {
    /// Rules of the rooms `view` and `room`.
    VIEW_RULES:

    VIEW_UNSUPPORTED = "view-unsupported", Warning;
    "a part of a media type that cannot be shown";
    "A placeholder with the type, size and name stands in its place, and the content can be saved.";
    "draft-ietf-mimi-content-08 sections 4.4 and 9.1";

    VIEW_UNIT_REFUSED = "view-unit-refused", Warning;
    "a unit of which one part cannot be shown";
    "Of a singleUnit, all parts are shown or none; a placeholder stands in its place.";
    "draft-ietf-mimi-content-08 section 4.4";

    VIEW_ALTERNATIVE = "view-alternative", Note;
    "other alternatives are not shown";
    "Of a chooseOne exactly one part is shown. Other readers may see another one, with other content.";
    "draft-ietf-mimi-content-08 sections 4.4 and 9.5";

    VIEW_TOO_LARGE = "view-too-large", Warning;
    "a part larger than the reader wants to see";
    "A placeholder stands in its place, and the content can be saved.";
    "mimi-codec";

    VIEW_REMOTE = "view-remote", Note;
    "content elsewhere is not fetched without asking";
    "Fetching tells whoever serves the content that and where the message was read.";
    "draft-ietf-mimi-content-08 section 4.5";

    VIEW_CID_DANGLING = "view-cid-dangling", Warning;
    "an image refers to a part that is not there";
    "A cid names, by its index, a single or external part that is shown: no multipart, and no part of an alternative that was not chosen. The alternative text is shown.";
    "draft-ietf-mimi-content-08 section 4.4";

    VIEW_NESTED_INVALID = "view-nested-invalid", Warning;
    "a message inside the message that cannot be read";
    "A placeholder stands in its place, and the content can be saved.";
    "draft-ietf-mimi-content-08 section 7.1";

    VIEW_NESTED_DEPTH = "view-nested-depth", Warning;
    "messages nested too deeply to be shown";
    "A message inside a message is shown, a message inside that one is not unless the policy allows it.";
    "mimi-codec";

    VIEW_STATUS_INVALID = "view-status-invalid", Warning;
    "a status report that cannot be read";
    "A placeholder stands in its place.";
    "draft-mahy-mimi-message-status";

    VIEW_REACTION_LENGTH = "view-reaction-length", Warning;
    "a reaction of more than one character";
    "Each reaction is a part or a message of its own; several in one text could change their meaning. It is shown as it is.";
    "draft-ietf-mimi-content-08 section 5.3";

    ROOM_OTHER_ROOM = "room-other-room", Error;
    "a message of another room";
    "Message IDs cover the URI of the room; references never cross rooms.";
    "draft-ietf-mimi-content-08 section 4.1";

    ROOM_DUPLICATE = "room-duplicate", Warning;
    "a message came again with another time";
    "An ID seen before likely marks a malicious message. The earlier time is kept, in whatever order the two came.";
    "draft-ietf-mimi-content-08 section 9.1";

    ROOM_NOT_AUTHORISED = "room-not-authorised", Error;
    "an edit or delete by somebody who may not";
    "Nobody but the original sender edits or deletes a message unless the room's policy says so. The message stays as it was.";
    "draft-ietf-mimi-content-08 section 9.3";

    ROOM_FIELD_KEPT = "room-field-kept", Warning;
    "an edit that changes more than the body";
    "An edit changes the body alone. Topic, expiration and the message replied to stay those of the first version.";
    "draft-ietf-mimi-content-08 section 9.3";

    ROOM_KIND_CHANGED = "room-kind-changed", Error;
    "an edit that makes a reaction of a message, or the reverse";
    "A reaction stays a reaction, and a message stays a message. The edit is not applied.";
    "draft-ietf-mimi-content-08 section 9.3";

    ROOM_REPLY_LOOP = "room-reply-loop", Warning;
    "replies that lead back to themselves";
    "The earliest message of the loop is shown as if it replied to nothing.";
    "draft-ietf-mimi-content-08 section 4.1";

    ROOM_TARGET_UNKNOWN = "room-target-unknown", Note;
    "a message refers to one that is not known";
    "It may have been sent before this client joined, or be on its way. What was held back is applied when it comes.";
    "draft-ietf-mimi-content-08 section 9.1";
}
