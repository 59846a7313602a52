//! The media types the draft names, spelled exactly as it spells them. Comparing media types is
//! in the room `text`.

/// Plain text.
pub const TEXT_PLAIN: &str = "text/plain;charset=utf-8";
/// GFM-MIMI Markdown (draft section 7.1.1).
pub const GFM_MIMI: &str = "text/markdown;variant=GFM-MIMI";
/// CommonMark.
pub const COMMON_MARK: &str = "text/markdown;variant=CommonMark";
/// HTML, as the draft's examples spell it.
pub const TEXT_HTML: &str = "text/html;charset=utf-8";
/// A MIMI message.
pub const MIMI_CONTENT: &str = "application/mimi-content";
/// A status report (draft-mahy-mimi-message-status).
pub const MESSAGE_STATUS: &str = "application/mimi-message-status";
/// A JPEG image.
pub const IMAGE_JPEG: &str = "image/jpeg";
/// A PNG image.
pub const IMAGE_PNG: &str = "image/png";
/// Octets of an unknown kind.
pub const OCTET_STREAM: &str = "application/octet-stream";

/// What every client must be able to receive (draft section 7.1).
pub const REQUIRED: [&str; 3] = [MIMI_CONTENT, TEXT_PLAIN, GFM_MIMI];

/// What every client should be able to receive (draft section 7.1).
pub const RECOMMENDED: [&str; 4] = [COMMON_MARK, "text/html", IMAGE_JPEG, IMAGE_PNG];
