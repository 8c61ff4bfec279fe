//! Failures of handlers, and catching them.

use std::any::Any;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::{fmt, thread};

use super::{Description, HandlerInfo, Returned};
use crate::platform::{C, CRuntime, SystemVec};

/// A failure of a handler: it panicked or returned an error, or what it holds panicked when dropped.
///
/// Displayed as `handler NAME (FILE:LINE) panicked` or `handler NAME (FILE:LINE) failed: ERROR`. Passed to the hook
/// that [`set_failure_hook`](crate::set_failure_hook) sets.
///
/// ```standalone_crate
/// # use atexit_core as atexit;
/// atexit::set_failure_hook(|failure| {
///     let how = if failure.panic_payload().is_some() { "panicked" } else { "failed" };
///     eprintln!("{} {how}: {}", failure.handler().name(), failure.message().unwrap_or("no reason given"));
/// });
/// ```
pub struct Failure {
    handler: HandlerInfo,
    how: How,
}

enum How {
    Panic(Box<dyn Any + Send>),
    Error(String),
}

impl Failure {
    /// What the handler panicked with.
    pub(crate) fn into_panic_payload(self) -> Option<Box<dyn Any + Send>> {
        match self.how {
            How::Panic(payload) => Some(payload),
            How::Error(_) => None,
        }
    }

    /// Returns the handler that failed.
    pub fn handler(&self) -> &HandlerInfo {
        &self.handler
    }

    /// Returns what the handler panicked with: the payload that [`catch_unwind`](std::panic::catch_unwind) returns.
    ///
    /// `None` if the handler returned an error instead.
    pub fn panic_payload(&self) -> Option<&(dyn Any + Send)> {
        match &self.how {
            How::Panic(payload) => Some(&**payload),
            How::Error(_) => None,
        }
    }

    /// Returns the reason as text: the message of a panic, or the error as its `Debug` shows it.
    ///
    /// `None` for a panic whose payload isn't a string.
    pub fn message(&self) -> Option<&str> {
        match &self.how {
            How::Panic(payload) => payload_text(&**payload),
            How::Error(text) => Some(text),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "handler {} ", self.handler)?;
        match &self.how {
            How::Panic(_) => f.write_str("panicked"),
            How::Error(text) => write!(f, "failed: {text}"),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Failure");
        fields.field("handler", &self.handler).field("panicked", &self.panic_payload().is_some());
        fields.field("message", &self.message()).finish_non_exhaustive()
    }
}

/// The message of a panic, unless its payload is no text.
pub(super) fn payload_text(payload: &(dyn Any + Send)) -> Option<&str> {
    payload.downcast_ref::<&'static str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str))
}

/// What is told of each failure, if the program has set it.
pub(crate) trait FailureHook: Send + Sync {
    /// Tells it of the failure, and contains its panics.
    fn report(self: Arc<Self>, failure: &Failure);
}

/// How code of the user's has ended that ran for a handler: in a panic, or by returning, or without calling it.
type Ended = thread::Result<Option<Returned>>;

/// What has become of a handler.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Completion {
    Finished,
    /// It wasn't called: a `?` in its `args(…)` met `None`.
    Skipped,
    /// It panicked or returned an error, which has been reported.
    Failed,
}

/// Runs code of the user's, and catches its panic.
#[inline]
pub(super) fn catch(call: impl FnOnce() -> Option<Returned>) -> Ended {
    // Unwind safety: what a handler leaves half done is seen by no code of ours.
    catch_unwind(AssertUnwindSafe(call))
}

/// Says what has become of a handler that has ended so, and reports it if that is a failure.
#[inline]
pub(super) fn complete(ended: Ended, handler: &Description, report: fn(Failure)) -> Completion {
    if matches!(ended, Ok(Some(Returned { error: None }))) {
        Completion::Finished
    } else {
        report_if_failed(ended, handler, report)
    }
}

/// The same, out of line.
#[cold]
#[inline(never)]
pub(crate) fn report_if_failed(ended: Ended, handler: &Description, report: fn(Failure)) -> Completion {
    let how = match ended {
        Ok(Some(Returned { error: None })) => return Completion::Finished,
        Ok(None) => return Completion::Skipped,
        Ok(Some(Returned { error: Some(error) })) => How::Error(error),
        Err(payload) => How::Panic(payload),
    };
    report(Failure { handler: handler.info(), how });
    Completion::Failed
}

/// Writes a line to standard error. Unlike `eprintln!`, it doesn't panic where standard error is closed and, where the
/// system is known, takes no stream's lock.
#[inline(never)]
pub(crate) fn print(text: fmt::Arguments<'_>) {
    // One write, so that lines of several threads or processes don't mix.
    let mut line = Line(SystemVec::new());
    // What is written doesn't fail.
    let _ = writeln!(line, "atexit: {text}");
    C::write_error(&line.0);
}

/// A line in memory of the system's: formatting into a `String` would be more code.
struct Line(SystemVec<u8>);

impl fmt::Write for Line {
    #[inline(never)]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(|byte| self.0.push(byte));
        Ok(())
    }
}
