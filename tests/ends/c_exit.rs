//! C's `exit` on two threads at once, which glibc before 2.41 lets go through its list side by side.

use atexit_test_support::Scenario;

/// Elsewhere C leaves open what happens then.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn scenarios() -> Vec<Scenario> {
    Vec::new()
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) use glibc::scenarios;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::sync::Barrier;
    use std::thread;
    use std::time::Duration;

    use atexit::register;
    use atexit_test_support::{scenario, spawn_until_asleep};

    use super::Scenario;
    use crate::table::c;
    use crate::threads::alone;

    /// How the two threads exit, and what main does for that.
    const WAYS: [(&str, fn()); 2] =
        [("main_returns_while_a_thread_calls_c_exit", || ()), ("two_threads_call_c_exit", || c::exit(0))];

    /// The same where there is a deadline, whose thread is started when the first comes to a slot; and the status.
    const WAYS_WITH_A_DEADLINE: [(&str, fn(), i32); 3] = [
        ("main_returns_while_a_thread_calls_c_exit_with_a_deadline", || (), 0),
        ("two_threads_call_c_exit_with_a_deadline", || c::exit(4), 4),
        ("main_calls_exit_while_a_thread_calls_c_exit_with_a_deadline", || atexit::exit(5), 5),
    ];

    /// The status with which the thread exits then.
    const OF_THE_THREAD: i32 = 3;

    /// What is registered beside the annotated handler, how long each of them takes, and what they print.
    const HANDLERS: [(&str, &str, Duration, &str); 6] = [
        ("no_registered_handler", "", Duration::ZERO, "D"),
        ("one_registered_handler", "a", Duration::ZERO, "aD"),
        ("several_registered_handlers", "abcdefgh", Duration::ZERO, "hgfedcbaD"),
        ("a_slow_annotated_handler", "", Duration::from_millis(1), "D"),
        ("one_slow_registered_handler", "a", Duration::from_millis(1), "aD"),
        ("several_slow_registered_handlers", "abcdefgh", Duration::from_millis(1), "hgfedcbaD"),
    ];

    /// Calls it on another thread in the same moment as `main_exits`.
    fn race(main_exits: fn(), code: i32) {
        static BARRIER: Barrier = Barrier::new(2);
        thread::spawn(move || {
            BARRIER.wait();
            c::exit(code)
        });
        BARRIER.wait();
        main_exits();
    }

    pub(crate) fn scenarios() -> Vec<Scenario> {
        let with_handlers = |way, main_exits: fn(), (handlers, letters, duration, stdout): (_, &'static str, _, _)| {
            let program = move || {
                let slow_letter = move |letter| {
                    thread::sleep(duration);
                    atexit_test_support::letter(letter);
                };
                letters.chars().for_each(|letter| _ = atexit::register_with(slow_letter, (letter,)));
                crate::in_the_annotated_handler(move || thread::sleep(duration));
                race(main_exits, 0);
            };
            scenario(format!("all_handlers_run_when_{way}_with_{handlers}"), program).times(200).prints(stdout)
        };
        let of_way = |(way, main_exits)| HANDLERS.map(|handlers| with_handlers(way, main_exits, handlers));
        let with_a_deadline = WAYS_WITH_A_DEADLINE.map(|(way, main_exits, code)| {
            let program = move || {
                // Far longer than the process lives.
                atexit::set_deadline(Some(Duration::from_secs(60)));
                alone::register_the_report_of_those_apart();
                // As many as have room in the first block of glibc's list: before 2.41 a thread that comes to the end
                // of another block frees it, though another thread may have been called from there.
                (0..20).for_each(|_| _ = register(alone::count_one_apart));
                race(main_exits, OF_THE_THREAD);
            };
            scenario(format!("one_thread_runs_all_handlers_when_{way}"), program)
                .times(200)
                .prints("20 run, 0 beside another, 0 on another thread D")
                .exits(code)
                .or_exits(OF_THE_THREAD)
        });
        let one_after_another = scenario("three_threads_call_c_exit_one_after_another_while_a_handler_runs", || {
            // Each waits for the handler when the next calls it.
            crate::in_the_annotated_handler(|| {
                (0..3).for_each(|_| spawn_until_asleep(|| c::exit(0)));
                print!(" slow");
            });
            c::exit(0)
        });
        let ways = WAYS.into_iter().flat_map(of_way).chain(with_a_deadline);
        ways.chain([one_after_another.prints("D slow")]).collect()
    }
}
