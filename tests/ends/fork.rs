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
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::sync::{Barrier, mpsc};
    use std::thread;
    use std::time::Duration;

    use atexit::{Registration, register};
    use atexit_test_support::{Forked, Watched, register_letters, scenario};

    use super::Scenario;

    /// Forks, and waits for the child, which exits with status 0.
    fn in_a_child(child: impl FnOnce()) {
        Forked::new(child).exits(0);
    }

    /// Registers a handler in which the exit waits until another thread has forked, and has waited for the child.
    fn fork_during_exit(child: impl FnOnce() + Send + 'static, code: i32) {
        let (begun, wait) = mpsc::channel();
        let (forked, finish) = mpsc::channel();
        thread::spawn(move || {
            wait.recv().unwrap();
            Forked::new(child).exits(code);
            print!("|");
            forked.send(()).unwrap();
        });
        register(move || {
            begun.send(()).unwrap();
            finish.recv().unwrap();
        });
    }

    /// Another thread forks again and again while handlers run: each child has to run what is left.
    mod at_any_moment {
        use std::hint::spin_loop;
        use std::process::abort;
        use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

        use super::{Forked, register, thread};

        const HANDLERS: usize = 1000;

        static RAN: AtomicUsize = AtomicUsize::new(0);
        static IS_CHILD: AtomicBool = AtomicBool::new(false);

        fn count_one() {
            (0..1000).for_each(|_| spin_loop());
            RAN.fetch_add(1, Relaxed);
        }

        fn fork_ten_times() {
            while RAN.load(Relaxed) == 0 {
                thread::yield_now();
            }
            for _ in 0..10 {
                let child = || {
                    IS_CHILD.store(true, Relaxed);
                    atexit::exit(7)
                };
                Forked::new(child).exits(7);
            }
        }

        pub(super) fn register_all() {
            crate::in_the_annotated_handler(|| {
                // The child has not the one that the parent was running.
                if RAN.load(Relaxed) < HANDLERS - 1 {
                    abort();
                }
            });
            let forks = thread::spawn(fork_ten_times);
            register(move || {
                if !IS_CHILD.load(Relaxed) {
                    forks.join().unwrap();
                }
            });
            (0..HANDLERS).for_each(|_| _ = register(count_one));
        }
    }

    /// Registers and unregisters forever, so that our locks are held most of the time.
    fn keep_the_locks_busy() {
        loop {
            let registrations: [Registration; 10] = std::array::from_fn(|_| register(|| ()));
            // When the process exits, that may be faster.
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
            scenario("what_the_child_unregisters_stays_in_the_parent", || {
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
            scenario("a_handler_forks_where_there_is_a_deadline", || {
                // A child that waited for the thread that looks on would be killed.
                atexit::set_deadline(Some(Duration::from_secs(120)));
                register_letters("a");
                register(|| {
                    in_a_child(|| atexit::exit(0));
                    print!("|");
                });
            })
            .prints("aD|aD"),
            scenario("a_handler_on_a_thread_forks", || {
                register_letters("a");
                register(atexit::on_thread(|| {
                    in_a_child(|| {
                        print!("child ");
                        atexit::exit(0)
                    });
                    print!("|");
                }));
                register_letters("b");
            })
            .prints("bchild aD|aD"),
            scenario("a_child_forked_by_another_thread_during_exit_runs_the_rest", || {
                register_letters("a");
                let child = || {
                    assert!(!atexit::is_exiting());
                    register_letters("c");
                    atexit::exit(0)
                };
                fork_during_exit(child, 0);
                register_letters("b");
            })
            .prints("bcaD|aD"),
            scenario("a_child_forked_by_another_thread_during_exit_ends_with_its_own_status", || {
                register_letters("a");
                fork_during_exit(|| atexit::exit(7), 7);
            })
            .prints("aD|aD"),
            scenario("exit_in_a_handler_of_a_child_forked_by_another_thread_during_exit_runs_the_rest", || {
                register_letters("a");
                let child = || {
                    register_letters("c");
                    register(|| atexit::exit(8));
                    register_letters("d");
                    atexit::exit(7)
                };
                fork_during_exit(child, 8);
            })
            .prints("dcaD|aD"),
            scenario("exit_on_a_thread_of_a_child_forked_by_another_thread_during_exit_runs_the_rest", || {
                register_letters("a");
                fork_during_exit(|| _ = thread::spawn(|| atexit::exit(7)).join(), 7);
            })
            .prints("aD|aD"),
            scenario("what_a_child_forked_by_another_thread_during_exit_prints_is_not_lost", || {
                // It would flush. And Rust stops buffering when it exits itself.
                assert_eq!(atexit::unregister(crate::annotated), 1);
                register(|| std::io::Write::flush(&mut std::io::stdout()));
                register(|| print!("z"));
                let child = || {
                    print!("in the child ");
                    assert_eq!(atexit::clear(), 2);
                    register_letters("ab");
                    atexit::exit(7)
                };
                fork_during_exit(child, 7);
                // SAFETY: no other thread calls it.
                unsafe { libc::exit(0) }
            })
            .prints("in the child ba|z"),
            scenario(
                "a_child_forked_by_another_thread_at_any_moment_of_exit_runs_the_rest",
                at_any_moment::register_all,
            )
            .times(100)
            .prints("DDDDDDDDDDD"),
            scenario("a_child_forked_while_annotated_handlers_run_runs_the_rest", || {
                // What a thread registers by then has no slot of its own.
                let (begun, wait) = mpsc::channel();
                let (forked, finish) = mpsc::channel();
                thread::spawn(move || {
                    wait.recv().unwrap();
                    register_letters("xy");
                    in_a_child(|| atexit::exit(0));
                    print!("|");
                    forked.send(()).unwrap();
                });
                crate::in_the_annotated_handler(move || {
                    begun.send(()).unwrap();
                    finish.recv().unwrap();
                });
            })
            .prints("Dyx|yx"),
            scenario("a_child_forked_by_a_handler_that_exit_waits_for_runs_the_rest", || {
                let (begun, wait) = mpsc::channel();
                crate::in_the_annotated_handler(move || {
                    begun.send(()).unwrap();
                    // Main has come to the annotated handler's slot by then.
                    Watched::main().wait_until_asleep();
                    register_letters("x");
                    in_a_child(|| atexit::exit(0));
                    print!("|");
                });
                thread::spawn(atexit::run);
                wait.recv().unwrap();
            })
            .prints("Dx|x"),
            // Elsewhere C leaves open what happens when two threads call its `exit`.
            #[cfg(all(target_os = "linux", target_env = "gnu"))]
            scenario("a_child_forked_by_a_handler_while_another_thread_waits_at_a_slot_runs_the_rest", || {
                register_letters("ab");
                register(|| {
                    // It has come to the next slot by then.
                    // SAFETY: glibc takes what it calls from its list under a lock.
                    atexit_test_support::spawn_until_asleep(|| unsafe { libc::exit(0) });
                    in_a_child(|| atexit::exit(0));
                    print!("|");
                });
            })
            .prints("baD|baD"),
            scenario("two_thousand_children_forked_under_load_all_end", || {
                // The child of a fork inherits locks of the standard library as they are, and a thread holds one where
                // it begins.
                static HAVE_BEGUN: Barrier = Barrier::new(5);
                for _ in 0..4 {
                    thread::spawn(|| {
                        HAVE_BEGUN.wait();
                        keep_the_locks_busy();
                    });
                }
                HAVE_BEGUN.wait();
                // A hundred at a time: waiting for each would be waiting for a turn beside the busy threads.
                for _ in 0..20 {
                    let child = || {
                        assert!(register(|| ()).unregister());
                        atexit::clear();
                        atexit::exit(0);
                    };
                    let children: Vec<_> = (0..100).map(|_| Forked::new(child)).collect();
                    children.into_iter().for_each(|child| child.exits(0));
                }
                // The threads go on while the process ends.
                atexit::exit(0)
            })
            .prints("D"),
            scenario("a_thread_that_forks_while_others_register_does_not_hold_them_up", || {
                // The child of a fork inherits locks of the standard library as they are, and a thread holds one where
                // it begins and where it ends. So none does so meanwhile.
                static IS_DONE: AtomicBool = AtomicBool::new(false);
                let (begun, wait) = mpsc::channel();
                let run = move || {
                    begun.send(()).unwrap();
                    while !IS_DONE.load(Relaxed) {
                        assert!(register(|| ()).unregister());
                    }
                };
                let threads = [(); 4].map(|()| thread::spawn(run.clone()));
                threads.iter().for_each(|_| wait.recv().unwrap());
                for _ in 0..50 {
                    in_a_child(|| _ = atexit::clear());
                    thread::sleep(Duration::from_millis(1));
                }
                IS_DONE.store(true, Relaxed);
                threads.into_iter().for_each(|thread| thread.join().unwrap());
            })
            .prints("D"),
        ]
    }
}
