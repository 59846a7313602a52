//! Rules of the room `view`.

rules! {
    /// Rules of the room `view`.
    VIEW_RULES:
}
