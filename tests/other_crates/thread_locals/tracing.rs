//! `tracing-subscriber` puts lines together in a thread-local.

use std::io;

use atexit_test_support::Scenario;
use tracing::info;

pub(crate) fn scenarios() -> Vec<Scenario> {
    crate::ways::scenarios("a_line_is_logged", start, " INFO starting\n", stop, " INFO stopping\n")
}

fn start() {
    tracing_subscriber::fmt().with_writer(io::stdout).without_time().with_target(false).init();
    info!("starting");
}

fn stop() {
    info!("stopping");
}
