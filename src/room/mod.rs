//! Many messages as one conversation.
