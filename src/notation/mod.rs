//! EDN, annotated hex and JSON around one message.
