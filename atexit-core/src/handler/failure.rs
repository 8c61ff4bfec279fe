//! Failures of handlers: catching them, and telling of them.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::{fmt, thread};

use super::{Description, HandlerInfo};
use crate::platform::{C, CRuntime, Guard, Lock, Loss, Shared};

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

/// What is called with each failure, if the program has set it.
pub(crate) struct Hook(Option<Arc<HookFn>>);

pub(crate) type HookFn = dyn Fn(&Failure) + Send + Sync;

static HOOK: Lock<Hook> = Lock::new(Hook(None));

impl Shared for Hook {
    fn place() -> &'static Lock<Self> {
        &HOOK
    }

    fn after_loss(_: Loss) -> Self {
        Self(None)
    }
}

/// Locks the hook. Nothing but the hook's reference count is touched while it is locked.
#[inline(never)]
pub(crate) fn lock_hook() -> Guard<Hook> {
    HOOK.lock()
}

/// Sets the hook in place of the one before.
pub(crate) fn set_hook(hook: Arc<HookFn>) {
    let old = lock_hook().0.replace(hook);
    // The lock is free again: what the old hook holds may have a `Drop` that calls us.
    drop(old);
}

/// How code of the user's has ended that ran for a handler: in a panic, or with the text of an error, or well.
type Ended = thread::Result<Option<String>>;

/// Runs code of the user's, and catches its panic.
#[inline]
pub(super) fn catch(call: impl FnOnce() -> Option<String>) -> Ended {
    // Unwind safety: what a handler leaves half done is seen by no code of ours.
    catch_unwind(AssertUnwindSafe(call))
}

/// Says whether the handler has ended well. If not, that is reported.
#[inline]
pub(super) fn went_well(ended: Ended, handler: &Description) -> bool {
    let went_well = matches!(ended, Ok(None));
    if !went_well {
        report_if_failed(*handler, ended);
    }
    went_well
}

/// Reports a handler that has ended so, if that is a failure.
#[cold]
pub(crate) fn report_if_failed(handler: Description, ended: Ended) {
    let how = match ended {
        Ok(None) => return,
        Ok(Some(error)) => How::Error(error),
        Err(payload) => How::Panic(payload),
    };
    report(Failure { handler: handler.info(), how });
}

fn report(failure: Failure) {
    let hook = lock_hook().0.clone();
    match hook {
        Some(hook) => call_hook(hook, &failure),
        None => print(format_args!("{failure}")),
    }
    if let How::Panic(payload) = failure.how {
        drop_payload(payload);
    }
}

/// Calls the hook. If that panics, the failure is reported as if there were none.
fn call_hook(hook: Arc<HookFn>, failure: &Failure) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| hook(failure))) {
        print(format_args!("the failure hook panicked"));
        print(format_args!("{failure}"));
        drop_payload(payload);
    }
    // This may be the last to hold what its closure captured, if it was replaced meanwhile. Separately: a panic in a
    // drop during unwinding aborts.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(hook))) {
        print(format_args!("the failure hook panicked when it was dropped"));
        drop_payload(payload);
    }
}

/// Drops what a panic carried, which may panic again.
fn drop_payload(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // Dropping that one could go on forever.
        std::mem::forget(again);
    }
}

/// Writes a line to standard error. Unlike `eprintln!`, it doesn't panic where standard error is closed and, where the
/// system is known, takes no stream's lock. It allocates.
#[inline(never)]
pub(crate) fn print(line: fmt::Arguments<'_>) {
    // One write, so that lines of several threads or processes don't mix.
    let line = format!("atexit: {line}\n");
    C::write_error(&line);
}
