//! Rules of the room `check`.

rules! {
    /// Rules of the room `check`.
    CHECK_RULES:
}
