//! Any input, by its notation: detecting and opening.
