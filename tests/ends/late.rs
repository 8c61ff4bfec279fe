//! Registering when all our handlers have run: after the slot that was taken before `main`.

#[cfg(any(target_os = "linux", windows))]
mod after_all;
#[cfg(target_os = "linux")]
mod finalizers;

/// Nothing runs so late elsewhere that a test could rely on.
#[cfg(not(any(target_os = "linux", windows)))]
pub(crate) fn scenarios() -> Vec<atexit_test_support::Scenario> {
    Vec::new()
}

#[cfg(target_os = "linux")]
pub(crate) use {after_all::after_all_handlers, finalizers::in_a_finalizer};

#[cfg(any(target_os = "linux", windows))]
pub(crate) use after_all::scenarios;

#[cfg(any(target_os = "linux", windows))]
fn call(function: &std::sync::Mutex<Option<fn()>>) {
    let function = function.lock().unwrap().take();
    if let Some(function) = function {
        function();
    }
}
