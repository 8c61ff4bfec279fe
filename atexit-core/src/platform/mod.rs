//! The C runtime: taking a place in its list, ending the process, fork. One file per family of platforms; nothing outside of
//! this folder asks which platform it is on.
//!
//! Each file has these:
//!
//! - `take_place(callback) -> bool`: asks for a place in the list of what the C runtime calls when the process ends (or
//!   the library that we are in is unloaded), and says whether there is one.
//! - `TAKES_LATE_PLACES`: whether a place that is taken while that list is being gone through is come to.
//! - `EXIT_REACHES_PLACES`: whether `std::process::exit` goes through the list.
//! - `EXIT_CAN_BE_REPEATED` and `repeat_exit(code)`: whether a callback may call C's `exit`, which then goes on with what is
//!   left of the list and ends with the new status.
//! - `flush_c_streams()`: flushes the C standard streams.
//! - `exit_at_once(code)`: ends the process without the list, after flushing the C standard streams.
//! - `end_now(code)`: ends the process, and nothing else.
//! - `end_by_signal(signal)`: ends the process by the signal's default action.
//! - `Thread`, `start_thread(body)` and `join_thread(thread)`: a thread that may be joined while the library that we are in is
//!   being unloaded.
//! - `HAS_CLOCK`: whether there is a monotonic clock.
//! - `around_fork(before, after_in_parent, after_in_child)`: has these called around every `fork`.

#[cfg(all(unix, not(miri)))]
mod unix;
#[cfg(all(unix, not(miri)))]
pub(crate) use unix::*;

#[cfg(all(windows, not(miri)))]
mod windows;
#[cfg(all(windows, not(miri)))]
pub(crate) use windows::*;

#[cfg(all(target_os = "wasi", not(miri)))]
mod wasi;
#[cfg(all(target_os = "wasi", not(miri)))]
pub(crate) use wasi::*;

#[cfg(any(miri, not(any(unix, windows, target_os = "wasi"))))]
mod none;
#[cfg(any(miri, not(any(unix, windows, target_os = "wasi"))))]
pub(crate) use none::*;

#[cfg(any(miri, not(unix)))]
mod not_unix;
#[cfg(any(miri, not(unix)))]
pub(crate) use not_unix::*;
