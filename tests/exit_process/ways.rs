//! In which ways it is called, and from where.

use std::cell::RefCell;
use std::process::exit;
use std::thread;

use atexit_test_support::{Scenario, scenario};
use clap::{Arg, Command};

use crate::{put, register, with_hook};

/// What a program does that reads its arguments.
fn read(arguments: [&str; 2]) {
    let command = Command::new("program").override_help("How to use it.").arg(Arg::new("number"));
    command.get_matches_from(arguments);
}

/// Leaves a letter when the thread ends, and ends the process.
struct Exits;

impl Drop for Exits {
    fn drop(&mut self) {
        put('x');
        exit(5);
    }
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("process_exit_runs_no_handler_without_the_hook", || {
            register("abc");
            put('|');
            exit(3);
        })
        .prints("|")
        .exits(3),
        with_hook("process_exit_in_main_runs_the_handlers", || exit(3)).exits(3),
        with_hook("process_exit_on_a_thread_runs_the_handlers", || _ = thread::spawn(|| exit(3)).join()).exits(3),
        with_hook("process_exit_in_a_handler_runs_the_rest", || {
            atexit::register(|| exit(4));
            register("z");
            exit(3);
        })
        .prints("|zcba")
        .exits(4),
        with_hook("process_exit_in_a_handler_after_main_runs_the_rest", || {
            atexit::register(|| exit(4));
            register("z");
        })
        .prints("|zcba")
        .exits(4),
        with_hook("process_exit_in_nested_handlers_runs_the_rest_and_the_last_status_counts", || {
            for status in 4..50 {
                atexit::register(move || exit(status));
            }
            exit(3);
        })
        .exits(4),
        with_hook("process_exit_in_a_handler_of_run_runs_the_rest", || {
            atexit::register(|| exit(3));
            atexit::run();
        })
        .exits(3),
        with_hook("process_exit_in_a_handler_on_a_thread_of_its_own_runs_the_rest", || {
            atexit::register(atexit::on_thread(|| exit(4)));
            exit(3);
        })
        .exits(4),
        with_hook("atexit_exit_in_a_handler_of_process_exit_runs_the_rest", || {
            atexit::register(|| atexit::exit(4));
            exit(3);
        })
        .exits(4),
        with_hook("atexit_exit_with_the_hook_runs_each_handler_once", || atexit::exit(3)).exits(3),
        with_hook("returning_from_main_with_the_hook_runs_each_handler_once", || ()),
        with_hook("an_error_of_main_with_the_hook_runs_each_handler_once", || Err::<(), _>("failed")).exits(1).panics(),
        with_hook("a_negative_status_stays_as_it_is", || exit(-1_073_741_510)).exits(-1_073_741_510),
        with_hook("a_handler_that_is_registered_during_process_exit_runs_next", || {
            atexit::register(|| register("xy"));
            exit(3);
        })
        .prints("|yxcba")
        .exits(3),
        with_hook("the_hook_is_there_once_however_often_it_is_asked_for", || {
            let threads: Vec<_> = (0..8).map(|_| thread::spawn(atexit::install_exit_hook)).collect();
            assert!(threads.into_iter().all(|thread| thread.join().unwrap().is_ok()));
            atexit::install_exit_hook().unwrap();
            exit(3);
        })
        .exits(3),
        scenario("the_hook_runs_nothing_where_nothing_was_registered", || {
            atexit::install_exit_hook().unwrap();
            exit(3);
        })
        .exits(3),
        scenario("install_installs_the_hook", || {
            atexit::install().unwrap();
            register("a");
            exit(3);
        })
        .prints("a")
        .exits(3),
        with_hook("an_unterminated_line_is_flushed", || {
            atexit::register(|| print!(" of a handler "));
            print!("of main");
            exit(3);
        })
        .prints("|of main of a handler cba")
        .exits(3),
        with_hook("help_of_an_argument_parser_runs_the_handlers", || read(["program", "--help"]))
            .prints("|How to use it.\ncba"),
        with_hook("a_usage_error_of_an_argument_parser_runs_the_handlers", || read(["program", "--nope"]))
            .exits(2)
            .panics(),
        // Handlers that wait for other threads would never end there.
        with_hook("process_exit_in_a_destructor_of_a_thread_local_is_left_to_the_system", || {
            thread_local!(static EXITS: RefCell<Option<Exits>> = const { RefCell::new(None) });
            thread::spawn(|| EXITS.with(|exits| *exits.borrow_mut() = Some(Exits))).join().unwrap();
            thread::sleep(std::time::Duration::from_secs(60));
        })
        .prints("|x")
        .exits(5),
    ]
}
