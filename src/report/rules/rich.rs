//! Rules of the room `rich`: what a conversion between Markdown, HTML and plain text noticed,
//! changed or could not carry over.

rules! {
    /// Rules of the room `rich`.
    RICH_RULES:

    NESTING_FLATTENED = "nesting-flattened", Warning;
    "content nested too deeply was flattened";
    "Markdown is read and written to 100 levels, HTML to 512 open elements. The content of deeper levels is kept, the levels are not.";
    "mimi-codec";

    EMPHASIS_AMBIGUOUS = "emphasis-ambiguous", Warning;
    "a mark next to a symbol that CommonMark 0.31 and GFM 0.29 read differently";
    "Since CommonMark 0.31 a symbol such as an emoji or a currency sign counts as punctuation beside * _ and ~, in GFM 0.29 it does not. Other readers may show the marks or style other words; put a space between.";
    "CommonMark 0.31 section 6.2; GFM 0.29 section 6.4";

    MARKDOWN_HTML = "markdown-html", Note;
    "HTML in Markdown is shown as text";
    "GFM-MIMI has no HTML. A sender writes &lt; for the angle bracket; a receiver shows the tag as it was typed.";
    "draft-ietf-mimi-content-08 section 7.1.1";

    NUL_REPLACED = "nul-replaced", Warning;
    "a NUL character was replaced";
    "U+0000 has no place in Markdown or HTML and is read as U+FFFD.";
    "CommonMark 0.31 section 2.3";

    EMPHASIS_DROPPED = "emphasis-dropped", Warning;
    "a mark that Markdown cannot express here was dropped";
    "Emphasis needs a word boundary that CommonMark 0.31 and GFM 0.29 both see, for example not between a letter and a quotation mark. The text is kept.";
    "CommonMark 0.31 section 6.2; GFM 0.29 section 6.4";

    EMPHASIS_MOVED = "emphasis-moved", Note;
    "white space at the edge of a mark was moved out of it";
    "Markdown has no emphasis that begins or ends with white space. The text is the same.";
    "CommonMark 0.31 section 6.2";

    MARK_DROPPED = "mark-dropped", Warning;
    "a mark that GFM does not have was dropped";
    "Underline, subscript, superscript, highlights, colours, sizes and the like have no counterpart in GFM-MIMI. The text is kept.";
    "GFM 0.29; draft-ietf-mimi-content-08 section 7.1.1";

    BLOCK_REDUCED = "block-reduced", Warning;
    "a block that GFM does not have became a simpler one";
    "Details, captions, forms, definition lists and other blocks are written as paragraphs. The text is kept.";
    "GFM 0.29; draft-ietf-mimi-content-08 section 7.1.1";

    BREAK_REDUCED = "break-reduced", Note;
    "a line break became a space";
    "A heading or a table cell of Markdown is one line.";
    "GFM 0.29 sections 4.2 and 4.10";

    TABLE_REDUCED = "table-reduced", Warning;
    "a table was simplified";
    "Tables of GFM have one head row, cells of one line, and no spans. Tables that only arrange other blocks are taken apart.";
    "GFM 0.29 section 4.10";

    LIST_LOOSENED = "list-spacing-changed", Note;
    "a list is written with other spacing than it had";
    "Markdown says by blank lines whether the items of a list are set apart, for all items alike, and needs blank lines between some blocks.";
    "GFM 0.29 section 5.3";

    LIST_NUMBER_CHANGED = "list-number-changed", Warning;
    "a list number that Markdown cannot express";
    "Ordered lists of Markdown begin with a number of at most nine digits, have no letters and do not count backwards.";
    "GFM 0.29 section 5.2";

    HTML_DROPPED = "html-dropped", Warning;
    "an element with content that is not shown was left out";
    "Scripts, frames, embedded objects, form fields, audio, video and drawings have no counterpart in GFM-MIMI.";
    "draft-ietf-mimi-content-08 section 7.1.1";

    HTML_HIDDEN = "html-hidden", Note;
    "hidden text was left out";
    "The element is hidden by its style or attribute, or repeats the message that is answered.";
    "mimi-codec";

    HTML_TAG_CUT = "html-tag-cut", Warning;
    "an oversized HTML tag was cut";
    "Attributes beyond the 1024th or beyond 16 KiB in one tag are not read.";
    "mimi-codec";

    LINK_TARGET_REFUSED = "link-target-refused", Warning;
    "a link with a target the policy does not allow";
    "Only absolute links with an allowed scheme become links; the text is kept.";
    "draft-ietf-mimi-content-08 section 9.6";

    IMAGE_TARGET_REFUSED = "image-target-refused", Warning;
    "an image with a source the policy does not allow";
    "By default only images inside the message (cid) are shown, because fetching an image tells its server who reads the message, and when. The alternative text is kept.";
    "draft-ietf-mimi-content-08 section 9";

    IMAGE_UNRESOLVED = "image-unresolved", Warning;
    "an image inside the message that was not found";
    "The caller knows no part for the cid. The alternative text is kept.";
    "draft-ietf-mimi-content-08 section 4.4; RFC 2392";

    STYLE_DROPPED = "style-dropped", Note;
    "marks and structure were left out of plain text";
    "Plain text has no emphasis, headings or link targets of its own.";
    "mimi-codec";
}
