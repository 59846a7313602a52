//! Rules of the room `external`.

rules! {
    /// Rules of the room `external`.
    EXTERNAL_RULES:
}
