//! `fork`: the child inherits what is pending, and never finds a lock that nobody will release.

use atexit_test_support::Scenario;

/// There is no fork here.
#[cfg(not(unix))]
pub(crate) fn scenarios() -> Vec<Scenario> {
    Vec::new()
}

#[cfg(unix)]
pub(crate) use unix::scenarios;

#[cfg(unix)]
mod unix {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use atexit::{Registration, register};
    use atexit_test_support::scenario;

    use super::Scenario;
    use crate::register_letters;

    /// A child process.
    struct Child(libc::pid_t);

    impl Child {
        /// Forks; the child does `child` and exits. One that hangs is killed.
        fn fork(child: impl FnOnce()) -> Self {
            // What is in the buffer would be printed by both.
            std::io::Write::flush(&mut std::io::stdout()).unwrap();
            // SAFETY: the child makes only calls that this crate, the C runtime and Rust's standard library allow there.
            match unsafe { libc::fork() } {
                -1 => panic!("{}", std::io::Error::last_os_error()),
                0 => {
                    // SAFETY: it only sets a timer.
                    unsafe { libc::alarm(60) };
                    child();
                    std::process::exit(0)
                }
                id => Self(id),
            }
        }

        /// Waits for its end, which has to be an exit with status 0.
        fn wait(self) {
            let mut status = 0;
            // SAFETY: `status` is there to be written.
            assert_eq!(unsafe { libc::waitpid(self.0, &raw mut status, 0) }, self.0);
            assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0, "the child ended with {status}");
        }
    }

    /// Forks, and waits for the child.
    fn in_a_child(child: impl FnOnce()) {
        Child::fork(child).wait();
    }

    /// Registers and takes back for ever, so that our locks are held most of the time.
    fn keep_the_locks_busy() {
        loop {
            let registrations: [Registration; 10] = std::array::from_fn(|_| register(|| ()));
            // When the process ends, the end may be faster.
            registrations.into_iter().for_each(|registration| _ = registration.unregister());
            atexit::unregister(keep_the_locks_busy);
        }
    }

    pub(crate) fn scenarios() -> Vec<Scenario> {
        vec![
            scenario("a_child_inherits_what_is_pending_and_runs_it", || {
                register_letters("ab");
                in_a_child(|| register_letters("c"));
                print!("|");
            })
            .prints("cbaD|baD"),
            scenario("clear_in_the_child_leaves_the_handlers_to_the_parent", || {
                register_letters("ab");
                in_a_child(|| print!("{}", atexit::clear()));
                print!("|");
            })
            .prints("3|baD"),
            scenario("what_the_child_takes_back_stays_in_the_parent", || {
                register_letters("a");
                let registration = register(|| print!("b"));
                in_a_child(move || assert!(registration.unregister()));
                print!("|");
            })
            .prints("aD|baD"),
            scenario("a_child_that_calls_exit_in_a_handler_ends_there", || {
                register_letters("a");
                in_a_child(|| {
                    register(|| atexit::exit(0));
                });
                print!("|");
            })
            .prints("aD|aD"),
            scenario("a_handler_forks", || {
                register_letters("a");
                register(|| {
                    in_a_child(|| {
                        print!("child ");
                        // It is inside a handler, as the parent is.
                        atexit::exit(0)
                    });
                    print!("|");
                });
                register_letters("b");
            })
            .prints("bchild aD|aD"),
            scenario("a_child_forked_by_another_thread_during_the_end_runs_the_rest", || {
                let (begun, wait) = mpsc::channel();
                let (forked, finish) = mpsc::channel();
                thread::spawn(move || {
                    wait.recv().unwrap();
                    in_a_child(|| {
                        assert!(!atexit::is_exiting());
                        register_letters("c");
                        // Rust's own `exit` would wait for the thread that it knows to be exiting.
                        // SAFETY: there is no other thread.
                        unsafe { libc::exit(0) }
                    });
                    print!("|");
                    forked.send(()).unwrap();
                });
                register_letters("a");
                register(move || {
                    begun.send(()).unwrap();
                    finish.recv().unwrap();
                });
                register_letters("b");
            })
            .prints("bcaD|aD"),
            scenario("a_child_forked_while_the_base_runs_runs_the_rest", || {
                // Everything runs at the base: what is registered there by a thread has no place of its own.
                let (begun, wait) = mpsc::channel();
                let (forked, finish) = mpsc::channel();
                thread::spawn(move || {
                    wait.recv().unwrap();
                    register_letters("xy");
                    // SAFETY: there is no other thread.
                    in_a_child(|| unsafe { libc::exit(0) });
                    print!("|");
                    forked.send(()).unwrap();
                });
                crate::at_the_base(move || {
                    begun.send(()).unwrap();
                    finish.recv().unwrap();
                });
            })
            .prints("Dyx|yx"),
            scenario("a_child_forked_by_a_handler_that_the_base_waits_for_runs_the_rest", || {
                let (begun, wait) = mpsc::channel();
                crate::at_the_base(move || {
                    begun.send(()).unwrap();
                    // By now main has come to the base.
                    thread::sleep(Duration::from_millis(200));
                    register_letters("x");
                    // SAFETY: there is no other thread.
                    in_a_child(|| unsafe { libc::exit(0) });
                    print!("|");
                });
                thread::spawn(atexit::run);
                wait.recv().unwrap();
            })
            .prints("Dx|x"),
            scenario("two_thousand_children_forked_under_load_all_end", || {
                for _ in 0..4 {
                    thread::spawn(keep_the_locks_busy);
                }
                // A hundred at a time: waiting for each would be waiting for a turn beside the busy threads.
                for _ in 0..20 {
                    let child = || {
                        assert!(register(|| ()).unregister());
                        atexit::clear();
                        atexit::exit(0);
                    };
                    let children: Vec<_> = (0..100).map(|_| Child::fork(child)).collect();
                    children.into_iter().for_each(Child::wait);
                }
                // The threads go on while the process ends.
                atexit::exit(0)
            })
            .prints("D"),
            scenario("a_thread_that_forks_while_others_register_does_not_hold_them_up", || {
                let threads: Vec<_> = (0..4)
                    .map(|_| thread::spawn(|| (0..2000).for_each(|_| assert!(register(|| ()).unregister()))))
                    .collect();
                for _ in 0..50 {
                    in_a_child(|| _ = atexit::clear());
                    thread::sleep(Duration::from_millis(1));
                }
                threads.into_iter().for_each(|thread| thread.join().unwrap());
            })
            .prints("D"),
        ]
    }
}
