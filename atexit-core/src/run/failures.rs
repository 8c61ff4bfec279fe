//! Telling of failures, by the program's hook or on standard error.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::handler::{Failure, FailureHook, print};
use crate::state;

/// What the program wants to be called with each failure. A type of its own, so that how it is called is part only of
/// programs that have one.
struct Hook<F>(F);

/// Sets the hook in place of the one before.
pub(crate) fn set_hook(hook: impl Fn(&Failure) + Send + Sync + 'static) {
    let hook = Arc::new(Hook(hook));
    let old = state::lock().failure_hook.replace(hook);
    // The state is free again: what the old hook holds may have a `Drop` that calls us.
    if let Some(old) = old {
        drop_hook(old);
    }
}

/// Reports a failure: to the hook, if the program has set one, and else on standard error.
#[cold]
#[inline(never)]
pub(crate) fn report(failure: Failure) {
    let hook = state::lock().failure_hook.clone();
    match hook {
        Some(hook) => hook.report(&failure),
        None => print(format_args!("{failure}")),
    }
    if let Some(payload) = failure.into_panic_payload() {
        drop_payload(payload);
    }
}

impl<F: Fn(&Failure) + Send + Sync + 'static> FailureHook for Hook<F> {
    fn report(self: Arc<Self>, failure: &Failure) {
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| (self.0)(failure))) {
            print(format_args!("the failure hook panicked"));
            print(format_args!("{failure}"));
            drop_payload(payload);
        }
        // This may be the last to hold what its closure captured, if it was replaced meanwhile. Separately: a panic in
        // a drop during unwinding aborts.
        drop_hook(self);
    }
}

fn drop_hook(hook: Arc<dyn FailureHook>) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(hook))) {
        print(format_args!("the failure hook panicked when it was dropped"));
        drop_payload(payload);
    }
}

/// Drops what a panic carried, which may panic again.
#[inline(never)]
fn drop_payload(payload: Box<dyn Any + Send>) {
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // Dropping that one could go on forever.
        std::mem::forget(again);
    }
}
