//! Rules of the room `convert`.

rules! {
    /// Rules of the room `convert`.
    CONVERT_RULES:
}
