//! The program `mimi`.
fn main() {}
