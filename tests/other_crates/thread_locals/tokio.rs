//! `tokio` keeps in a thread-local which runtime the thread is in.

use std::sync::LazyLock;
use std::time::Duration;

use atexit_test_support::Scenario;
use tokio::runtime::Runtime;
use tokio::time;

/// A program's runtime, which is never shut down.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("the system has threads"));

pub(crate) fn scenarios() -> Vec<Scenario> {
    [
        crate::ways::scenarios(
            "a_runtime_starts",
            use_a_runtime_of_its_own,
            "Waited. ",
            use_a_runtime_of_its_own,
            "Waited. ",
        ),
        crate::ways::scenarios("a_runtime_is_still_in_use", use_the_runtime, "Waited. ", use_the_runtime, "Waited. "),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn use_a_runtime_of_its_own() {
    Runtime::new().expect("the system has threads").block_on(wait());
}

fn use_the_runtime() {
    RUNTIME.handle().block_on(wait());
}

/// Needs the runtime's timer and one of its workers.
async fn wait() {
    let task = tokio::spawn(time::sleep(Duration::from_millis(1)));
    task.await.expect("the task doesn't panic");
    print!("Waited. ");
}
