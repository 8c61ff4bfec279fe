//! What the tests share: a scenario is a program that a test ends for real.
//!
//! A test binary of scenarios has `harness = false` and calls [`main`]. Started by cargo it is an ordinary test runner,
//! which starts itself again for each scenario; started with a scenario's name in the environment it *is* that
//! program, whose `main` returns, panics or exits as the scenario says.

mod compare;
mod compile;
mod deadline;
mod destructor;
mod end;
mod example;
mod fixture;
#[cfg(unix)]
mod forked;
mod library;
mod process;
mod programs;
mod report;
mod rustc;
mod scenario;
mod skip;
mod standard_error;
#[cfg(unix)]
mod terminal;
mod watched;

pub use compare::{files, message, names, same, text, without_numbers, without_times};
pub use compile::{C, CPLUSPLUS, CPLUSPLUS_THROWS, compile};
pub use deadline::{CutShort, LETTER, SLEEPER, TOLD_BY_C, is_cut_short};
pub use destructor::Destructor;
pub use end::{End, SIGINT, SIGTERM, after_each, after_each_end, end};
pub use example::{example, place_in_example, python_twin, shown_in};
pub use fixture::{Build, PLATFORM, cargo, fixture, repository, scratch, test_binary};
#[cfg(unix)]
pub use forked::Forked;
pub use library::library;
pub use libtest_mimic::{Failed, Trial};
pub use process::{LATER, Left, NAMESPACE, PROCESS_ONE_CAN_RAISE, Process, as_process_one, started_by};
#[cfg(unix)]
pub use process::{Limit, limit};
#[cfg(target_os = "linux")]
pub use programs::refuse_threads;
pub use programs::{end_soon, letter, register_letters, say, sleep_for_long, wait_until_exiting};
pub use report::{HOOK_PANICKED, HOOK_PANICKED_WHEN_DROPPED, PANICKED};
pub use rustc::rustc;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub use scenario::glibc_version;
pub use scenario::{
    Program, Scenario, Status, also, child, helper, is_scenario, main, main_with_table, program, scenario, times_here,
    told_by_c,
};
pub use skip::{Need, PYTHON, RUST, STANDARD_LIBRARY, needs};
pub use standard_error::lock_standard_error_forever;
#[cfg(unix)]
pub use standard_error::{break_standard_error, replace_standard_error};
#[cfg(unix)]
pub use terminal::open_terminal;
#[cfg(target_os = "linux")]
pub use watched::number_of;
pub use watched::{Watched, spawn_until_asleep, wait_in_vain, wait_until_asleep};

/// Whether qemu runs the tests: for what the platform can do and qemu can't, in packages without `cfg(emulator = "…")`.
pub const IS_QEMU: bool = cfg!(emulator = "qemu");
