//! EDN to octets: one loop over the text and a stack of open brackets, so that no text can
//! overflow the stack of the program. What stands between the brackets is read in `items`.

use std::borrow::Cow;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::super::cursor::Cursor;
use super::super::{DEPTH_LIMIT, NotationError, Source};
use super::emit::{Pieces, Width};
use super::literal::{ellipsis, unclosed};
use super::text::skip_space;
use crate::item::MAJOR;
use crate::report::{Code, Converted, Position, codes};

/// Reads EDN: the octets it spells, item for item in the order written, and their places.
///
/// Any CBOR can be written: non-shortest heads (`1_2`), indefinite lengths (`[_ 1]`), keys out of
/// order or twice, text that is not UTF-8 (`"" + h'ff'`). Whether the octets are a message is for
/// [`cbor`](crate::cbor) to say.
///
/// Comments run from `#` or `//` to the end of the line, or stand between slashes; commas are
/// optional where white space separates; strings are joined by `+`.
///
/// # Errors
/// What is wrong, with line and column. A CBOR sequence is refused at its second item.
///
/// ```
/// use mimi_codec::notation::edn;
///
/// let source = edn::read("{ 1: 'Hi' + h'21', # greeting\n  2: [_ 1_1, 2.5], }")?.value;
/// assert_eq!(source.octets(), [0xa2, 1, 0x43, b'H', b'i', b'!', 2, 0x9f, 0x19, 0, 1, 0xf9, 0x41, 0, 0xff]);
/// assert_eq!(source.map().position(8).unwrap().line, 2);
///
/// let error = edn::read("[1, 2").unwrap_err();
/// assert_eq!(error.code().as_str(), "edn-unclosed");
/// # Ok::<(), mimi_codec::notation::NotationError>(())
/// ```
pub fn read(text: &str) -> Result<Converted<Source>, NotationError> {
    let reader = Reader {
        cursor: Cursor::new(text),
        pieces: Pieces::default(),
        frames: Vec::new(),
        state: State::Item,
    };
    reader.document().map(Converted::lossless)
}

/// What is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Array,
    Map,
    Tag,
    Embedded,
    Chunks,
}

impl Kind {
    const fn close(self) -> &'static str {
        match self {
            Kind::Array => "]",
            Kind::Map => "}",
            Kind::Tag | Kind::Chunks => ")",
            Kind::Embedded => ">>",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Kind::Array => "an array",
            Kind::Map => "a map",
            Kind::Tag => "a tag",
            Kind::Embedded => "embedded CBOR",
            Kind::Chunks => "a string of indefinite length",
        }
    }
}

pub(super) struct Frame {
    pub(super) kind: Kind,
    pub(super) width: Width,
    /// Index of its head among the pieces.
    pub(super) piece: usize,
    /// Items inside so far.
    pub(super) count: u64,
    /// Octets inside so far.
    pub(super) size: u64,
    pub(super) open: Position,
}

/// What may come next inside the innermost bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The first item, or the end.
    Item,
    /// An item or the end, after a comma.
    AfterComma,
    /// A value, after a colon.
    Value,
    /// A comma, white space or the end, after an item.
    AfterItem,
    /// A colon, after a key.
    Colon,
}

pub(super) struct Reader<'t> {
    pub(super) cursor: Cursor<'t>,
    pub(super) pieces: Pieces,
    pub(super) frames: Vec<Frame>,
    pub(super) state: State,
}

pub(super) const AN_ITEM: &str = "an item: a number, string, array, map, tag, true, false, null";

impl Reader<'_> {
    fn document(mut self) -> Result<Source, NotationError> {
        skip_space(&mut self.cursor)?;
        if self.cursor.peek().is_none() {
            return Err(NotationError::at(
                codes::NOTATION_EMPTY,
                self.cursor.place(),
            ));
        }
        let mut size = self.item()?;
        while let Some(frame) = self.frames.last() {
            let kind = frame.kind;
            size = self.step(kind)?;
        }
        skip_space(&mut self.cursor)?;
        if self.cursor.peek().is_some() {
            return Err(NotationError::at(codes::EDN_SEQUENCE, self.cursor.place())
                .found(self.cursor.describe())
                .expected("the end of the text after the first item"));
        }
        Ok(self.pieces.into_source(size))
    }

    /// Reads what comes next inside a bracket; the size of what was completed.
    fn step(&mut self, kind: Kind) -> Result<u64, NotationError> {
        let spaced = skip_space(&mut self.cursor)?;
        let Some(next) = self.cursor.peek() else {
            return Err(self.unclosed());
        };
        let closes = self.cursor.starts_with(kind.close());
        match self.state {
            State::Colon => {
                if next != b':' {
                    return self.fail("a colon after the key");
                }
                self.cursor.bump();
                self.state = State::Value;
                Ok(0)
            }
            State::Value if closes => self.fail("the value of the key before"),
            State::Item | State::AfterComma | State::AfterItem if closes => self.close(),
            State::AfterItem if kind == Kind::Tag => {
                self.fail("a closing parenthesis: a tag holds one item")
            }
            State::AfterItem if next == b',' => {
                self.cursor.bump();
                self.state = State::AfterComma;
                Ok(0)
            }
            State::AfterItem if !spaced => self.fail(match kind {
                Kind::Array => "a comma, white space or ]",
                Kind::Map => "a comma, white space or }",
                Kind::Embedded => "a comma, white space or >>",
                _ => "a comma, white space or )",
            }),
            _ => self.item(),
        }
    }

    pub(super) fn fail<T>(
        &self,
        expected: impl Into<Cow<'static, str>>,
    ) -> Result<T, NotationError> {
        Err(self.error(codes::EDN_SYNTAX).expected(expected))
    }

    pub(super) fn error(&self, code: Code) -> NotationError {
        NotationError::at(code, self.cursor.place()).found(self.cursor.describe())
    }

    /// The text ends within the innermost bracket.
    #[cold]
    fn unclosed(&self) -> NotationError {
        match self.frames.last() {
            Some(frame) => unclosed(frame.open, frame.kind.name(), frame.kind.close()),
            None => self.error(codes::EDN_SYNTAX),
        }
    }

    /// Counts an item of that many octets in what is around it.
    pub(super) fn done(&mut self, size: u64) -> u64 {
        let mut state = State::AfterItem;
        if let Some(frame) = self.frames.last_mut() {
            frame.count += 1;
            frame.size += size;
            if frame.kind == Kind::Map && frame.count % 2 == 1 {
                state = State::Colon;
            }
        }
        self.state = state;
        size
    }

    /// Reads an item, or the opening of one.
    fn item(&mut self) -> Result<u64, NotationError> {
        let here = self.cursor;
        let next = here.peek();
        if self.chunk_wanted() && !starts_string(&here) {
            return self.fail("a string");
        }
        match next {
            Some(b'[') => self.open(Kind::Array, MAJOR::ARRAY, "["),
            Some(b'{') => self.open(Kind::Map, MAJOR::MAP, "{"),
            Some(b'<') if here.starts_with("<<") => self.open(Kind::Embedded, MAJOR::BYTES, "<<"),
            Some(b'(') if here.starts_with("(_") => self.open(Kind::Chunks, MAJOR::BYTES, "(_"),
            Some(b'.') if here.starts_with("...") => Err(ellipsis(&here)),
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => self.number(),
            _ if starts_string(&here) => self.string(),
            Some(octet) if octet.is_ascii_alphabetic() => self.word(),
            _ => self.fail(AN_ITEM),
        }
    }

    pub(super) fn chunk_wanted(&self) -> bool {
        self.frames.last().is_some_and(|f| f.kind == Kind::Chunks)
    }

    fn open(&mut self, kind: Kind, major: u8, bracket: &str) -> Result<u64, NotationError> {
        let open = self.cursor.place();
        if self.frames.len() >= DEPTH_LIMIT {
            return Err(self
                .error(codes::NOTATION_DEPTH)
                .expected(format!("at most {DEPTH_LIMIT} levels")));
        }
        self.cursor.eat(bracket);
        let width = match kind {
            Kind::Array | Kind::Map => self.indicator()?.unwrap_or(Width::Shortest),
            Kind::Chunks => Width::Indefinite,
            Kind::Embedded | Kind::Tag => Width::Shortest,
        };
        self.push(kind, width, major, 0, open);
        Ok(0)
    }

    pub(super) fn push(&mut self, kind: Kind, width: Width, major: u8, arg: u64, open: Position) {
        let piece = self.pieces.len();
        self.pieces.head(major, width, arg, open);
        self.frames.push(Frame {
            kind,
            width,
            piece,
            count: 0,
            size: 0,
            open,
        });
        self.state = State::Item;
    }

    /// Takes the closing bracket; now the head is known.
    fn close(&mut self) -> Result<u64, NotationError> {
        let place = self.cursor.place();
        let Some(mut frame) = self.frames.pop() else {
            return self.fail(AN_ITEM);
        };
        let empty = frame.count == 0;
        if empty && matches!(frame.kind, Kind::Tag | Kind::Chunks) {
            return self.fail(match frame.kind {
                Kind::Tag => "the item inside the tag",
                _ => "a string; an empty one is ''_ or \"\"_",
            });
        }
        self.cursor.eat(frame.kind.close());
        let mut arg = match frame.kind {
            Kind::Array => frame.count,
            Kind::Map => frame.count / 2,
            Kind::Embedded => frame.size,
            Kind::Tag | Kind::Chunks => 0,
        };
        if frame.kind == Kind::Embedded {
            frame.width = self.indicator()?.unwrap_or(Width::Shortest);
            if frame.width == Width::Indefinite {
                return Err(self.misfit(frame.open, "embedded CBOR of indefinite length"));
            }
            if self.plus()?.is_some() {
                return self.fail("no + after embedded CBOR: join its octets as h'...'");
            }
        }
        if frame.width == Width::Indefinite {
            frame.size += self.pieces.stop(place);
        }
        if let Some(piece) = self.pieces.get_mut(frame.piece) {
            if frame.kind == Kind::Tag {
                arg = piece.arg;
            }
            piece.arg = arg;
            piece.width = frame.width;
        }
        match frame.width.size(arg) {
            Some(head) => Ok(self.done(head as u64 + frame.size)),
            None => Err(self.misfit(frame.open, "a length that does not fit")),
        }
    }

    #[cold]
    pub(super) fn misfit(
        &self,
        place: Position,
        found: impl Into<Cow<'static, str>>,
    ) -> NotationError {
        NotationError::at(codes::EDN_INDICATOR, place).found(found)
    }

    /// Takes an encoding indicator, if one stands here.
    pub(super) fn indicator(&mut self) -> Result<Option<Width>, NotationError> {
        if self.cursor.peek() != Some(b'_') {
            return Ok(None);
        }
        let place = self.cursor.place();
        self.cursor.bump();
        let word = self
            .cursor
            .take_while(|octet| octet.is_ascii_alphanumeric() || octet == b'_');
        Ok(Some(match word {
            "" => Width::Indefinite,
            "i" => Width::Immediate,
            "0" => Width::Info(24),
            "1" => Width::Info(25),
            "2" => Width::Info(26),
            "3" => Width::Info(27),
            other => {
                let shown: String = other.chars().take(20).collect();
                return Err(self
                    .misfit(place, format!("`_{shown}`"))
                    .expected("_, _i, _0, _1, _2 or _3"));
            }
        }))
    }
}

/// Whether a string literal begins here: a quote, or letters and digits before a quote.
pub(super) fn starts_string(cursor: &Cursor<'_>) -> bool {
    const LONGEST_PREFIX: usize = 32;
    let text = cursor.rest().as_bytes();
    match text.first() {
        Some(b'"' | b'\'') => true,
        Some(octet) if octet.is_ascii_alphabetic() => {
            text.iter()
                .take(LONGEST_PREFIX)
                .find(|octet| !octet.is_ascii_alphanumeric())
                == Some(&b'\'')
        }
        _ => false,
    }
}
