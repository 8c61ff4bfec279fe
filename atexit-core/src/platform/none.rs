//! No C runtime: [`run`](crate::run()) and [`exit`](crate::exit()) run the handlers, and nothing else does. Miri is
//! treated so, too, since it has no `atexit`.

use std::io::{self, Write as _};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::{AtSlot, CRuntime, std_thread};

pub(crate) enum NoC {}

impl CRuntime for NoC {
    const COMES_TO_LATE_SLOTS: bool = false;

    const EXIT_REACHES_SLOTS: bool = false;

    /// All that is known is Rust's own standard error.
    fn write_error(line: &[u8]) {
        let _ = io::stderr().write_all(line);
    }

    /// On `wasm32-unknown-unknown` there is none, and `Instant::now` panics.
    fn clock() -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        if cfg!(all(target_family = "wasm", target_os = "unknown")) {
            return Duration::ZERO;
        }
        START.get_or_init(Instant::now).elapsed()
    }

    /// Says yes, so that handlers wait for [`run`](crate::run()).
    fn take_slot<S: AtSlot>() -> bool {
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

    type RawThread = std_thread::RawThread;

    fn start_thread(body: fn()) -> Option<Self::RawThread> {
        std_thread::start(body)
    }

    fn join_thread(thread: Self::RawThread) {
        std_thread::join(thread);
    }
}
