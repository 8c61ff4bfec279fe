//! The ways to run a handler that needs thread-locals.

use std::any::type_name;
use std::panic;

use atexit::{on_thread, register};
use atexit_test_support::{PANICKED, Scenario, scenario};

/// One scenario for each way to run `handler` at exit. In all of them `main` calls `before` and prints `main_prints`.
/// On a thread of its own, the handler prints `handler_prints`.
pub(crate) fn scenarios<H: Fn() + Copy + Send + 'static>(
    promise: &str,
    before: fn(),
    main_prints: &str,
    handler: H,
    handler_prints: &str,
) -> Vec<Scenario> {
    let name = |way| format!("{promise}_{way}");
    let mut scenarios = vec![
        scenario(name("on_a_thread"), move || {
            register(|| print!("The rest run."));
            before();
            register(on_thread(handler));
        })
        .prints(&format!("{main_prints}{handler_prints}The rest run.")),
        scenario(name("on_a_thread_by_attribute"), move || {
            register(|| print!("Registered later. "));
            before();
            *crate::ANNOTATED.lock().unwrap() = Some(Box::new(handler));
        })
        .prints(&format!("{main_prints}Registered later. {handler_prints}")),
    ];
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        let exiting = scenario(name("but_not_on_the_exiting_thread"), move || {
            register(|| print!("The rest run."));
            before();
            register(handler);
            panic::set_hook(Box::new(|panic| {
                // Std's words and tokio's differ.
                let message = panic.to_string().to_lowercase().replace('-', " ");
                if message.contains("thread local") && message.contains("destr") {
                    print!("A thread-local is destroyed. ");
                } else {
                    eprintln!("another panic: {panic}");
                }
            }));
        });
        let report = format!("atexit: handler {} ({}:N) {PANICKED}", type_name::<H>(), file!());
        let prints = format!("{main_prints}A thread-local is destroyed. The rest run.");
        scenarios.push(exiting.prints(&prints).reports(&report));
    }
    scenarios
}
