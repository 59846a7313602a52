//! Rules of the room `mail`.

rules! {
    /// Rules of the room `mail`.
    MAIL_RULES:
}
