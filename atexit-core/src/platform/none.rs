//! No C runtime: [`run`](crate::run) and [`exit`](crate::exit()) run the handlers, and nothing else does. Miri is
//! treated so, too, since it has no `atexit`.

use super::{CRuntime, Callback, std_thread};

pub(crate) enum NoC {}

impl CRuntime for NoC {
    const COMES_TO_LATE_SLOTS: bool = false;

    const EXIT_REACHES_SLOTS: bool = false;

    /// Rust's panics on `wasm32-unknown-unknown`.
    const HAS_CLOCK: bool = !cfg!(all(target_family = "wasm", target_os = "unknown"));

    /// Says yes, so that handlers wait for [`run`](crate::run).
    fn take_slot(_callback: Callback) -> bool {
        true
    }

    /// There are none here.
    fn flush_streams() {}

    fn exit_at_once(code: i32) -> ! {
        std::process::exit(code)
    }

    fn end_now(code: i32) -> ! {
        std::process::exit(code)
    }

    type Thread = std_thread::Thread;

    fn start_thread(body: fn()) -> Option<Self::Thread> {
        std_thread::start(body)
    }

    fn join_thread(thread: Self::Thread) {
        std_thread::join(thread);
    }
}
