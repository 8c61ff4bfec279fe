//! A signal ends the process when all copies that receive it have run their handlers.

use std::hint::spin_loop;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use atexit_test_support::{
    NAMESPACE, PROCESS_ONE_CAN_RAISE, Process, Scenario, Status, also, as_process_one, say, sleep_for_long, times_here,
};
use libc::{SIGINT, SIGTERM, SIGUSR1};

use super::{Crate, copies, done, helper, outlast_one, outlast_two, with_libraries};
use crate::programs::{send, send_and_wait};
use crate::second::sent_later;

/// The variable that says after how many microseconds the signals begin.
const DELAY: &str = "DELAY";

/// Copies that install in that order; the slow one outlasts the others.
fn prepare<const COUNT: usize>(order: [usize; COUNT], slow: usize, outlast: extern "C" fn()) -> [Crate; COUNT] {
    let copies = Crate::several();
    for number in order {
        copies[number].install();
    }
    for (number, copy) in copies.iter().enumerate() {
        copy.call(if number == slow { outlast } else { done });
    }
    copies
}

/// Of two copies, which install in that order, one is slow. So they are as process 1, too.
fn two(name: &'static str, slow: usize, order: [usize; 2]) -> [Scenario; 2] {
    let program = move || {
        prepare(order, slow, outlast_one);
        send_and_wait(SIGTERM);
    };
    let as_one = also(name).prepared(with_libraries).needs(&NAMESPACE).unless(!PROCESS_ONE_CAN_RAISE).test(
        format!("{name}_as_process_one"),
        |program| {
            let left = Process::run(as_process_one(&program.command()?))?;
            left.is("outlasts one ", Status::Code(128 + SIGTERM))
        },
    );
    [copies(name, program).prints("outlasts one "), as_one]
}

/// The same of three.
fn three(name: &'static str, slow: usize, order: [usize; 3]) -> Scenario {
    let program = move || {
        prepare(order, slow, outlast_two);
        send_and_wait(SIGTERM);
    };
    copies(name, program).prints("outlasts two ")
}

pub(super) fn scenarios() -> Vec<Scenario> {
    let two = [
        two("the_handlers_of_a_program_that_is_slower_than_a_library_run", 0, [0, 1]),
        two("the_handlers_of_a_library_that_is_slower_than_the_program_run", 1, [0, 1]),
        two("the_handlers_of_a_slow_program_run_if_a_library_was_first_to_install", 0, [1, 0]),
        two("the_handlers_of_a_slow_library_run_if_it_was_first_to_install", 1, [1, 0]),
    ];
    let others = [
        three("the_handlers_of_three_copies_run_the_first_being_slow", 0, [0, 1, 2]),
        three("the_handlers_of_three_copies_run_the_second_being_slow", 1, [0, 1, 2]),
        three("the_handlers_of_three_copies_run_the_last_being_slow", 2, [0, 1, 2]),
        three("the_handlers_of_three_copies_run_the_program_being_last", 1, [2, 1, 0]),
        copies("only_copies_that_have_installed_a_signal_run_their_handlers_at_it", || {
            let [program, library] = Crate::several();
            program.install_for(SIGTERM);
            library.install_for(SIGUSR1);
            program.letter('p');
            library.letter('l');
            send_and_wait(SIGTERM);
        })
        .prints("p"),
        copies("a_copy_that_another_signal_reaches_meanwhile_is_waited_for", || {
            let [program, library] = Crate::several();
            library.install_for(SIGUSR1);
            program.install_for(SIGTERM);
            program.call(raise_the_signal_of_another_copy);
            library.call(outlast_one);
            send_and_wait(SIGTERM);
        })
        .prints("outlasts one ")
        .killed_by(SIGUSR1),
        copies("a_copy_that_adds_a_signal_later_is_waited_for", || {
            let [program, library] = Crate::several();
            library.install_for(SIGUSR1);
            program.install_for(SIGTERM);
            library.install_for(SIGTERM);
            program.call(done);
            library.call(outlast_one);
            send_and_wait(SIGTERM);
        })
        .prints("outlasts one "),
        helper("ready_with_a_library_that_is_slow", || {
            prepare([0, 1], 1, hang_when_the_other_is_done);
            say("ready ");
            sleep_for_long();
        })
        .test("a_second_signal_ends_the_process_while_one_copy_waits_for_another", |program| {
            let left = sent_later(program, "outlasts one ", [SIGTERM, SIGINT])?;
            left.is("ready outlasts one ", Status::Signal(SIGINT))
        }),
        copies("a_library_that_is_closed_when_it_has_installed_runs_its_handlers", || {
            let [program, library] = Crate::several();
            program.call(outlast_one);
            library.call(done);
            program.install();
            library.install();
            library.unload();
            send_and_wait(SIGTERM);
        })
        .prints("outlasts one "),
        helper("two_copies_that_install_while_signals_come", || {
            let copies: [Crate; 2] = Crate::several();
            copies.into_iter().zip(['p', 'l']).for_each(|(copy, letter)| copy.letter(letter));
            let delay = Duration::from_micros(std::env::var(DELAY).unwrap().parse().unwrap());
            let begins = Arc::new(Barrier::new(2));
            let sends = Arc::clone(&begins);
            thread::spawn(move || {
                sends.wait();
                let started = Instant::now();
                while started.elapsed() < delay {
                    spin_loop();
                }
                loop {
                    send(SIGTERM);
                }
            });
            begins.wait();
            copies.into_iter().for_each(Crate::install);
            sleep_for_long();
        })
        .test(
            "signals_that_come_again_and_again_while_two_copies_install_end_the_process_a_hundred_and_fifty_times",
            |program| {
                (0..600_u32).step_by(4).try_for_each(|delay| {
                    let mut command = program.command()?;
                    command.env(DELAY, delay.to_string());
                    let left = Process::run(command)?;
                    // The second may not have been there yet, and one signal much later than the first cuts them short.
                    let is_right = ["", "p", "pl", "lp", "l"].contains(&&*left.stdout);
                    if is_right && left.stderr.is_empty() && left.status == Status::Signal(SIGTERM) {
                        return Ok(());
                    }
                    Err(format!("signals after {delay} microseconds: {left:#?}").into())
                })
            },
        ),
        helper("many_copies_with_short_handlers", || {
            let copies: [Crate; 3] = Crate::several();
            for (copy, letter) in copies.into_iter().zip(['a', 'b', 'c']) {
                copy.install();
                copy.letter(letter);
            }
            // Where a thread takes long to start, the second signal would be a second request.
            let both = Arc::new(Barrier::new(2));
            let other = Arc::clone(&both);
            thread::spawn(move || {
                other.wait();
                send(SIGTERM);
            });
            both.wait();
            send(SIGINT);
            sleep_for_long();
        })
        .test("no_copy_is_lost_when_two_signals_come_at_once_a_hundred_times", |program| {
            (0..times_here(100)).try_for_each(|_| {
                let left = program.run()?;
                let mut letters: Vec<char> = left.stdout.chars().collect();
                letters.sort_unstable();
                let is_by_signal = [SIGINT, SIGTERM].map(Status::Signal).contains(&left.status);
                if letters == ['a', 'b', 'c'] && left.stderr.is_empty() && is_by_signal {
                    Ok(())
                } else {
                    Err(format!("{left:#?}").into())
                }
            })
        }),
    ];
    two.into_iter().flatten().chain(others).collect()
}

/// Once the other copy has had the time to end the process, it says so and goes on for long.
extern "C" fn hang_when_the_other_is_done() {
    outlast_one();
    sleep_for_long();
}

extern "C" fn raise_the_signal_of_another_copy() {
    // SAFETY: to this thread, which has received it when this returns.
    unsafe { libc::raise(SIGUSR1) };
    done();
}
