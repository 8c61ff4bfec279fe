//! Registers in several threads at the same time: `… COUNT THREADS`. Prints how many nanoseconds passed for each
//! handler.

use std::env;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

/// Has so many threads register, together `COUNT` times.
pub fn time(register: fn()) {
    let arguments: Vec<u64> =
        env::args().skip(1).map(|argument| argument.parse().expect("the arguments are numbers")).collect();
    let [count, threads] = arguments[..] else { panic!("two numbers") };
    let at_once = Barrier::new(usize::try_from(threads).expect("so few") + 1);
    let start = thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                at_once.wait();
                for _ in 0..count / threads {
                    register();
                }
            });
        }
        // Before, since the others may have begun when this one goes on.
        let start = Instant::now();
        at_once.wait();
        start
    });
    println!("{}", start.elapsed().as_nanos() as f64 / count as f64);
    // SAFETY: it ends the process without running the handlers.
    unsafe { libc::_exit(0) };
}
