//! Signals that come while `install` runs.

use std::hint::spin_loop;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};
use std::{iter, ptr};

use atexit::signals;
use atexit_test_support::{
    Failed, Left, Process, Program, Scenario, Status, helper, register_letters, sleep_for_long, times_here,
};
use libc::{SIGTERM, pid_t};

/// The variable that says how many microseconds after the beginning of `install` the signal comes.
const DELAY: &str = "DELAY";

/// The delays that are tried, in microseconds. The longest is longer than `install` usually takes.
const DELAYS: Range<u32> = 0..400;

/// How many times each is tried. What goes wrong only in a few microseconds is seldom met.
const ROUNDS: u32 = 3;

/// How far the two are that race, in memory that both share.
struct Race(&'static AtomicU32);

impl Race {
    fn new() -> Self {
        let (size, both) = (size_of::<AtomicU32>(), libc::PROT_READ | libc::PROT_WRITE);
        // SAFETY: it asks for new memory, which nobody else uses.
        let memory = unsafe { libc::mmap(ptr::null_mut(), size, both, libc::MAP_SHARED | libc::MAP_ANON, -1, 0) };
        assert_ne!(memory, libc::MAP_FAILED);
        // SAFETY: it is filled with zeroes, aligned to a page, and never unmapped.
        Self(unsafe { &*memory.cast() })
    }

    /// Waits until the other is at this point, too.
    fn meet(&self) {
        self.0.fetch_add(1, Relaxed);
        while self.0.load(Relaxed) < 2 {
            spin_loop();
        }
    }

    /// Sends the signal to the process that installs, after the delay.
    fn send_to(&self, process: pid_t) {
        let delay = Duration::from_micros(std::env::var(DELAY).unwrap().parse().unwrap());
        self.meet();
        let started = Instant::now();
        while started.elapsed() < delay {
            spin_loop();
        }
        // SAFETY: it only sends a signal.
        assert_eq!(unsafe { libc::kill(process, SIGTERM) }, 0);
    }

    fn install(&self) {
        register_letters("ab");
        self.meet();
        signals::install().unwrap();
        sleep_for_long();
    }
}

/// The number of this process.
fn this_process() -> pid_t {
    // SAFETY: it only asks.
    unsafe { libc::getpid() }
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        helper("a_thread_sends_a_signal_while_main_installs", || {
            let race = Race::new();
            thread::scope(|scope| {
                scope.spawn(|| race.send_to(this_process()));
                race.install();
            });
        })
        .test("a_signal_of_a_thread_is_not_lost_while_install_runs_twelve_hundred_times", |program| {
            after_every_delay(program, by_default_or_after_all)
        }),
        helper("a_thread_sends_signals_again_and_again_while_main_installs", || {
            let race = Race::new();
            thread::scope(|scope| {
                scope.spawn(|| {
                    loop {
                        race.send_to(this_process());
                    }
                });
                race.install();
            });
        })
        .test(
            "signals_that_come_again_and_again_while_install_runs_end_the_process_twelve_hundred_times",
            |program| {
                // One that comes much later than the first may cut the handlers short.
                after_every_delay(program, |left| "baD15".starts_with(&left.stdout))
            },
        ),
        helper("a_child_sends_a_signal_while_main_installs", || {
            let (race, parent) = (Race::new(), this_process());
            // SAFETY: there is no other thread yet.
            if unsafe { libc::fork() } == 0 {
                race.send_to(parent);
                // SAFETY: it may be called at any time.
                unsafe { libc::_exit(0) };
            }
            race.install();
        })
        .test("a_signal_of_another_process_is_not_lost_while_install_runs_twelve_hundred_times", |program| {
            after_every_delay(program, by_default_or_after_all)
        }),
    ]
}

/// Before the signal is installed it ends the process by default.
fn by_default_or_after_all(left: &Left) -> bool {
    ["", "baD15"].contains(&&*left.stdout)
}

/// Whatever the delay, the program ends by the signal, and what it leaves is right.
fn after_every_delay(program: &Program, is_right: fn(&Left) -> bool) -> Result<(), Failed> {
    let (step, rounds) = (DELAYS.end / times_here(DELAYS.end), times_here(ROUNDS));
    iter::repeat_n(DELAYS.step_by(step as usize), rounds as usize).flatten().try_for_each(|delay| {
        let mut command = program.command()?;
        command.env(DELAY, delay.to_string());
        let left = Process::run(command)?;
        let is_clean = left.stderr.is_empty() && left.status == Status::Signal(SIGTERM);
        if is_clean && is_right(&left) {
            return Ok(());
        }
        Err(Failed::from(format!("a signal after {delay} microseconds: {left:#?}")))
    })
}
