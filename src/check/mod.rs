//! Judges documents.
