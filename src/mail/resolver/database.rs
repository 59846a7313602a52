//! The database under [`DiskResolver`](super::DiskResolver): what can go wrong with it is an error.

use alloc::boxed::Box;
use alloc::string::ToString;
use core::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use redb::{Database, ReadTransaction, ReadableDatabase, WriteTransaction};

use crate::report::{Code, Finding, codes};

/// The store of a conversion cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{finding}")]
pub struct StoreError {
    finding: Box<Finding>,
    #[source]
    source: Option<Box<dyn core::error::Error + Send + Sync>>,
}

impl StoreError {
    /// What is wrong.
    pub fn finding(&self) -> &Finding {
        &self.finding
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.finding.code
    }

    /// The finding itself.
    pub fn into_finding(self) -> Finding {
        *self.finding
    }
}

pub(super) fn fault(error: impl Into<redb::Error>) -> StoreError {
    let error = error.into();
    let finding = Finding::new(codes::STORE_UNUSABLE).found(error.to_string());
    StoreError {
        finding: Box::new(finding),
        source: Some(Box::new(error)),
    }
}

std::thread_local! {
    /// Calls of [`guarded`] that this thread is in.
    static GUARDED: Cell<u32> = const { Cell::new(0) };
}

/// Counts a call for as long as it lasts.
struct Counted;

impl Counted {
    fn begin() -> Self {
        GUARDED.set(GUARDED.get().saturating_add(1));
        Counted
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        GUARDED.set(GUARDED.get().saturating_sub(1));
    }
}

/// Whether this thread is in [`guarded`].
pub(super) fn is_guarded() -> bool {
    // A thread that ends is in nothing.
    GUARDED.try_with(Cell::get).is_ok_and(|calls| calls > 0)
}

/// Uses the database. It panics where a file that was changed by somebody else misleads it, which
/// is no fault of the caller. There is no asking first: opening the file is what panics, and
/// what its own check of checksums reads comes after that.
pub(super) fn guarded<T>(job: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _counted = Counted::begin();
        job()
    }));
    caught.unwrap_or_else(|_| {
        let finding = Finding::new(codes::STORE_UNUSABLE).found("a damaged file");
        Err(StoreError {
            finding: Box::new(finding),
            source: None,
        })
    })
}

/// An open database. Closing it can fail like anything else.
#[derive(Debug)]
pub(super) struct Opened(Option<Database>);

impl Opened {
    pub(super) const fn new(database: Database) -> Self {
        Opened(Some(database))
    }

    /// Nothing but [`drop`](Drop::drop) takes it out.
    fn database(&self) -> Result<&Database, StoreError> {
        let closed = || fault(redb::Error::DatabaseClosed);
        self.0.as_ref().ok_or_else(closed)
    }

    pub(super) fn begin_read(&self) -> Result<ReadTransaction, StoreError> {
        self.database()?.begin_read().map_err(fault)
    }

    pub(super) fn begin_write(&self) -> Result<WriteTransaction, StoreError> {
        self.database()?.begin_write().map_err(fault)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let database = self.0.take();
        // Every durable commit stands already, and there is nobody left to tell.
        let _ = guarded(|| {
            drop(database);
            Ok(())
        });
    }
}
