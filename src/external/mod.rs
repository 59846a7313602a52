//! External content: sealed and opened, hashed.
