//! Rules of the room `notation`.

rules! {
    /// Rules of the room `notation`.
    NOTATION_RULES:
}
