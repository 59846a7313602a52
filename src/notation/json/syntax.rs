//! JSON text to a tree that knows the line and column of every value and member, which no
//! general parser keeps. Bounded in depth; numbers are kept as they are written.

use std::borrow::Cow;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::super::cursor::Cursor;
use super::super::quoted;
use super::super::{DEPTH_LIMIT, NotationError};
use crate::report::{Code, Position, codes};

/// A value and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Value<'t> {
    pub(super) at: Position,
    pub(super) data: Data<'t>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Data<'t> {
    Null,
    Bool(bool),
    Number(&'t str),
    Text(String),
    Array(Vec<Value<'t>>),
    Object(Vec<Member<'t>>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member<'t> {
    pub(super) name: String,
    pub(super) at: Position,
    pub(super) value: Value<'t>,
}

impl Data<'_> {
    /// In words, for "found".
    pub(super) fn describe(&self) -> Cow<'static, str> {
        match self {
            Data::Null => "null".into(),
            Data::Bool(value) => format!("{value}").into(),
            Data::Number(text) => format!("the number {}", shorten(text)).into(),
            Data::Text(text) => format!("{:?}", shorten(text)).into(),
            Data::Array(_) => "an array".into(),
            Data::Object(_) => "an object".into(),
        }
    }
}

/// The beginning of a text that may be long.
pub(super) fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.into(),
    }
}

/// Deepest nesting. A message has at most three levels for each level of parts; the tree is
/// dropped by recursion.
const DEPTH: usize = if DEPTH_LIMIT < 256 { DEPTH_LIMIT } else { 256 };

/// Reads one JSON value.
pub(super) fn parse(text: &str) -> Result<Value<'_>, NotationError> {
    let mut parser = Parser {
        cursor: Cursor::new(text),
        open: Vec::new(),
    };
    parser.document()
}

/// An open bracket and what it holds so far.
enum Open<'t> {
    Array(Position, Vec<Value<'t>>),
    /// The last name waits for its value.
    Object(Position, Vec<Member<'t>>, Option<(String, Position)>),
}

struct Parser<'t> {
    cursor: Cursor<'t>,
    open: Vec<Open<'t>>,
}

impl<'t> Parser<'t> {
    fn document(&mut self) -> Result<Value<'t>, NotationError> {
        self.space();
        if self.cursor.peek().is_none() {
            return Err(NotationError::at(
                codes::NOTATION_EMPTY,
                self.cursor.place(),
            ));
        }
        let mut done = self.value()?;
        while !self.open.is_empty() {
            done = match done {
                Some(value) => self.completed(value)?,
                None => self.value()?,
            };
        }
        self.space();
        match (done, self.cursor.peek()) {
            (Some(value), None) => Ok(value),
            _ => self.fail("the end of the text after the value"),
        }
    }

    fn space(&mut self) {
        self.cursor
            .take_while(|octet| matches!(octet, b' ' | b'\t' | b'\n' | b'\r'));
    }

    fn fail<T>(&self, expected: &'static str) -> Result<T, NotationError> {
        Err(self.error(codes::JSON_SYNTAX).expected(expected))
    }

    fn error(&self, code: Code) -> NotationError {
        NotationError::at(code, self.cursor.place()).found(self.cursor.describe())
    }

    /// Begins a value; it is complete unless a bracket was opened.
    fn value(&mut self) -> Result<Option<Value<'t>>, NotationError> {
        self.space();
        let at = self.cursor.place();
        let data = match self.cursor.peek() {
            Some(b'{') => return self.object(at),
            Some(b'[') => return self.array(at),
            Some(b'"') => Data::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Data::Number(self.number()?),
            _ if self.cursor.eat("null") => Data::Null,
            _ if self.cursor.eat("true") => Data::Bool(true),
            _ if self.cursor.eat("false") => Data::Bool(false),
            _ => return self.fail("a value: an object, array, string, number, true, false, null"),
        };
        Ok(Some(Value { at, data }))
    }

    fn deeper(&mut self) -> Result<(), NotationError> {
        if self.open.len() >= DEPTH {
            return Err(self.error(codes::NOTATION_DEPTH));
        }
        self.cursor.bump();
        self.space();
        Ok(())
    }

    fn array(&mut self, at: Position) -> Result<Option<Value<'t>>, NotationError> {
        self.deeper()?;
        if self.cursor.eat("]") {
            let data = Data::Array(Vec::new());
            return Ok(Some(Value { at, data }));
        }
        self.open.push(Open::Array(at, Vec::new()));
        Ok(None)
    }

    fn object(&mut self, at: Position) -> Result<Option<Value<'t>>, NotationError> {
        self.deeper()?;
        if self.cursor.eat("}") {
            let data = Data::Object(Vec::new());
            return Ok(Some(Value { at, data }));
        }
        let name = self.name()?;
        self.open.push(Open::Object(at, Vec::new(), Some(name)));
        Ok(None)
    }

    /// A name and the colon after it.
    fn name(&mut self) -> Result<(String, Position), NotationError> {
        self.space();
        let at = self.cursor.place();
        if self.cursor.peek() != Some(b'"') {
            return self.fail("the name of a member in double quotes");
        }
        let name = self.string()?;
        self.space();
        if !self.cursor.eat(":") {
            return self.fail("a colon after the name of a member");
        }
        Ok((name, at))
    }

    /// A value was completed inside the innermost bracket; what is complete then.
    fn completed(&mut self, value: Value<'t>) -> Result<Option<Value<'t>>, NotationError> {
        self.space();
        let close = match self.open.last_mut() {
            Some(Open::Array(_, values)) => {
                values.push(value);
                b']'
            }
            Some(Open::Object(_, members, name)) => {
                let (name, at) = name.take().unwrap_or((String::new(), value.at));
                members.push(Member { name, at, value });
                b'}'
            }
            None => return Ok(Some(value)),
        };
        match self.cursor.peek() {
            Some(b',') => {
                self.cursor.bump();
                if close == b'}' {
                    let next = self.name()?;
                    if let Some(Open::Object(_, _, name)) = self.open.last_mut() {
                        *name = Some(next);
                    }
                }
                Ok(None)
            }
            Some(next) if next == close => {
                self.cursor.bump();
                match self.open.pop() {
                    Some(Open::Array(at, values)) => Ok(Some(Value {
                        at,
                        data: Data::Array(values),
                    })),
                    Some(Open::Object(at, members, _)) => {
                        unique(&members)?;
                        let data = Data::Object(members);
                        Ok(Some(Value { at, data }))
                    }
                    None => Ok(None),
                }
            }
            _ if close == b']' => self.fail("a comma or ]"),
            _ => self.fail("a comma or }"),
        }
    }

    fn string(&mut self) -> Result<String, NotationError> {
        let open = self.cursor.place();
        self.cursor.bump();
        let mut out = Vec::new();
        loop {
            let plain = self
                .cursor
                .take_while(|octet| octet >= b' ' && octet != b'"' && octet != b'\\');
            out.extend_from_slice(plain.as_bytes());
            let here = self.cursor.place();
            match self.cursor.peek() {
                Some(b'"') => {
                    self.cursor.bump();
                    return Ok(String::from_utf8(out).unwrap_or_default());
                }
                Some(b'\\') => {
                    self.cursor.bump();
                    let code = codes::JSON_SYNTAX;
                    quoted::escape(&mut self.cursor, here, '"', false, code, &mut out)?;
                }
                Some(_) => return self.fail("an escape instead of a control character"),
                None => {
                    return Err(NotationError::at(codes::JSON_SYNTAX, open)
                        .found("a string that goes on to the end of the text")
                        .expected("a closing quote"));
                }
            }
        }
    }

    fn number(&mut self) -> Result<&'t str, NotationError> {
        let start = self.cursor;
        let digits = |cursor: &mut Cursor<'t>| cursor.take_while(|octet| octet.is_ascii_digit());
        self.cursor.eat("-");
        let whole = digits(&mut self.cursor);
        if whole.is_empty() || whole.len() > 1 && whole.starts_with('0') {
            return self.fail("a number without leading zeros");
        }
        if self.cursor.eat(".") && digits(&mut self.cursor).is_empty() {
            return self.fail("digits after the point");
        }
        if matches!(self.cursor.peek(), Some(b'e' | b'E')) {
            self.cursor.bump();
            if matches!(self.cursor.peek(), Some(b'+' | b'-')) {
                self.cursor.bump();
            }
            if digits(&mut self.cursor).is_empty() {
                return self.fail("digits of an exponent");
            }
        }
        Ok(self.cursor.since(&start))
    }
}

/// No name occurs twice.
fn unique(members: &[Member<'_>]) -> Result<(), NotationError> {
    let mut sorted: Vec<&Member<'_>> = members.iter().collect();
    // Stable, so the first of equals stays the first.
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let again = sorted.windows(2).filter_map(|pair| match pair {
        [first, second] if first.name == second.name => Some((first, second)),
        _ => None,
    });
    match again.min_by_key(|(_, second)| second.at) {
        Some((first, second)) => Err(NotationError::at(codes::JSON_DUPLICATE, second.at)
            .found(format!(
                "{:?}, which stands on line {} already",
                shorten(&second.name),
                first.at.line
            ))
            .expected("each name once")),
        None => Ok(()),
    }
}
