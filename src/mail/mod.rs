//! Mail, to and from.
