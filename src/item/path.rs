//! The way from the document to an item, kept on the stack while reading and written out only
//! when there is a fault.

use alloc::format;
use alloc::string::String;
use core::fmt::Write;

use super::key::Key;

/// One step down.
#[derive(Clone, Copy)]
pub(crate) enum Step<'p> {
    /// The document, or a field of an array, by its name in the draft.
    Field(&'static str),
    /// The item with that index of an array.
    Index(u64),
    /// The value with that key of a map.
    Key(&'p Key<'p>),
}

/// A step and the steps before it.
#[derive(Clone, Copy)]
pub(crate) struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: Step<'p>,
}

impl<'p> Path<'p> {
    /// A path of one step.
    pub(crate) const fn root(name: &'static str) -> Self {
        Path {
            parent: None,
            step: Step::Field(name),
        }
    }

    /// One step further.
    #[inline]
    pub(crate) const fn then(&'p self, step: Step<'p>) -> Path<'p> {
        Path {
            parent: Some(self),
            step,
        }
    }

    /// The field of that name.
    #[inline]
    pub(crate) const fn field(&'p self, name: &'static str) -> Path<'p> {
        self.then(Step::Field(name))
    }

    /// Writes `nestedPart.parts[2].contentType`. A root without a name leaves no dot.
    #[cold]
    pub(crate) fn render(&self) -> String {
        let mut steps = alloc::vec::Vec::new();
        let mut here = Some(self);
        while let Some(path) = here {
            steps.push(path.step);
            here = path.parent;
        }
        let mut out = String::new();
        for step in steps.into_iter().rev() {
            match step {
                Step::Field("") => {}
                Step::Field(name) => {
                    if !out.is_empty() {
                        out.push('.');
                    }
                    out.push_str(name);
                }
                Step::Index(index) => {
                    let _ = write!(out, "[{index}]");
                }
                Step::Key(key) => out.push_str(&format!("[{key}]")),
            }
        }
        if out.is_empty() {
            out.push_str("message");
        }
        out
    }
}
