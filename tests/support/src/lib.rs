//! What the tests share: a scenario is a program that a test ends for real.
//!
//! A test binary of scenarios has `harness = false` and calls [`main`]. Started by cargo it is an ordinary test runner,
//! which starts itself again for each scenario; started with a scenario's name in the environment it *is* that
//! program, whose `main` returns, panics or exits as the scenario says.

mod compare;
mod compile;
#[cfg(unix)]
mod end;
mod example;
mod fixture;
mod library;
#[cfg(unix)]
mod process;
mod scenario;
mod skip;

pub use compare::{errors, files, message, same, text};
pub use compile::{C, CPLUSPLUS, compile};
#[cfg(unix)]
pub use end::{End, after_each_end, end};
pub use example::{example, place_in_example, python_twin};
pub use fixture::{Build, cargo, fixture, repository, scratch};
pub use library::library;
pub use libtest_mimic::{Failed, Trial};
#[cfg(unix)]
pub use process::{LATER, Left, NAMESPACE, Process, started_by};
pub use scenario::{Scenario, Status, child, helper, is_scenario, main, main_with_table, output, program, scenario};
pub use skip::{Need, PYTHON, needs};
