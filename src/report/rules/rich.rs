//! Rules of the room `rich`.

rules! {
    /// Rules of the room `rich`.
    RICH_RULES:
}
