//! C's `exit` on two threads at once, which glibc before 2.41 lets go through its list side by side.

use atexit_test_support::{Scenario, Trial};

/// Elsewhere C leaves open what happens then.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn scenarios() -> Vec<Scenario> {
    Vec::new()
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn trials() -> Vec<Trial> {
    Vec::new()
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) use glibc::{scenarios, trials};

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::mem;
    use std::sync::{Barrier, mpsc};
    use std::thread;
    use std::time::Duration;

    use atexit::register;
    use atexit_test_support::{helper, scenario};

    use super::{Scenario, Trial};
    use crate::once;
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

    fn name(way: &str, handlers: &str) -> String {
        format!("{way}_with_{handlers}")
    }

    pub(crate) fn scenarios() -> Vec<Scenario> {
        let with_handlers = |(way, main_exits, handlers, letters, duration): (_, fn(), _, &'static str, _)| {
            helper(name(way, handlers), move || {
                let slow_letter = move |letter| {
                    thread::sleep(duration);
                    atexit_test_support::letter(letter);
                };
                letters.chars().for_each(|letter| _ = atexit::register_with(slow_letter, (letter,)));
                crate::in_the_annotated_handler(move || thread::sleep(duration));
                race(main_exits, 0);
            })
        };
        let of_way = |(way, main_exits)| {
            HANDLERS
                .map(|(handlers, letters, duration, _)| with_handlers((way, main_exits, handlers, letters, duration)))
        };
        let with_a_deadline = WAYS_WITH_A_DEADLINE.map(|(way, main_exits, _)| {
            helper(way, move || {
                // Far longer than the process lives.
                atexit::set_deadline(Some(Duration::from_secs(60)));
                alone::register_the_report_of_those_apart();
                // As many as have room in the first block of glibc's list: before 2.41 a thread that comes to the end
                // of another block frees it, though another thread may have been called from there.
                (0..20).for_each(|_| _ = register(alone::count_one_apart));
                race(main_exits, OF_THE_THREAD);
            })
        });
        let one_after_another = scenario("three_threads_call_c_exit_one_after_another_while_a_handler_runs", || {
            const STEP: Duration = Duration::from_millis(50);

            // Each calls it a step after the one before, and the handler returns a step after the last.
            let (mut tell, last_exits) = mpsc::channel();
            crate::in_the_annotated_handler(move || {
                last_exits.recv().unwrap();
                thread::sleep(STEP);
                print!(" slow");
            });
            for _ in 0..3 {
                let (tell_this, one_before_exits) = mpsc::channel();
                let tell_next = mem::replace(&mut tell, tell_this);
                thread::spawn(move || {
                    one_before_exits.recv().unwrap();
                    thread::sleep(STEP);
                    tell_next.send(()).unwrap();
                    c::exit(0)
                });
            }
            tell.send(()).unwrap();
            c::exit(0)
        });
        let ways = WAYS.into_iter().flat_map(of_way).chain(with_a_deadline);
        ways.chain([one_after_another.prints("D slow")]).collect()
    }

    pub(crate) fn trials() -> Vec<Trial> {
        let trial = |way, handlers, stdout: &'static str| {
            let name = name(way, handlers);
            Trial::test(format!("all_handlers_run_when_{name}_two_hundred_times"), move || {
                (0..200).try_for_each(|_| once(&name, stdout, &[0]))
            })
        };
        let of_way = |(way, _)| HANDLERS.map(|(handlers, _, _, stdout)| trial(way, handlers, stdout));
        let with_a_deadline = WAYS_WITH_A_DEADLINE.map(|(way, _, status)| {
            Trial::test(format!("one_thread_runs_all_handlers_when_{way}_two_hundred_times"), move || {
                let stdout = "20 run, 0 beside another, 0 on another thread D";
                (0..200).try_for_each(|_| once(way, stdout, &[status, OF_THE_THREAD]))
            })
        });
        WAYS.into_iter().flat_map(of_way).chain(with_a_deadline).collect()
    }
}
