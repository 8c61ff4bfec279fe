//! No C runtime: [`run`](crate::run) and [`exit`](crate::exit) run the handlers, and nothing else does. Miri is treated so, too,
//! since it has no `atexit`.

pub(crate) const TAKES_LATE_PLACES: bool = false;

pub(crate) const EXIT_REACHES_PLACES: bool = false;

/// Rust's panics on `wasm32-unknown-unknown`.
pub(crate) const HAS_CLOCK: bool = !cfg!(all(target_family = "wasm", target_os = "unknown"));

/// Says yes, so that handlers wait for [`run`](crate::run).
pub(crate) fn take_place(_callback: extern "C" fn()) -> bool {
    true
}

/// There are none here.
pub(crate) fn flush_c_streams() {}

pub(crate) fn exit_at_once(code: i32) -> ! {
    std::process::exit(code)
}

pub(crate) fn end_now(code: i32) -> ! {
    std::process::exit(code)
}
