//! `exit` on another stack than the thread's own: one for signals here, as a coroutine would have one.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::{ptr, thread};

use atexit::exit;
use atexit_test_support::{Scenario, register_letters, scenario};

/// Exits where a signal is handled. This thread raises it, and so holds no lock then.
fn exit_in_signal_handler() {
    extern "C" fn handle(_: c_int) {
        exit(3)
    }
    let stack = new_stack();
    // SAFETY: zeroes are a valid `sigaction`, and the stack stays.
    unsafe {
        assert_eq!(libc::sigaltstack(&raw const stack, ptr::null_mut()), 0);
        let mut action = MaybeUninit::<libc::sigaction>::zeroed().assume_init();
        action.sa_sigaction = handle as *const () as usize;
        action.sa_flags = libc::SA_ONSTACK;
        assert_eq!(libc::sigaction(libc::SIGUSR1, &raw const action, ptr::null_mut()), 0);
        libc::raise(libc::SIGUSR1);
    }
}

/// Makes a stack, which nothing takes back.
fn new_stack() -> libc::stack_t {
    let size = 1 << 20;
    // SAFETY: it maps memory of its own.
    let stack = unsafe {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        libc::mmap(ptr::null_mut(), size, protection, libc::MAP_PRIVATE | libc::MAP_ANON, -1, 0)
    };
    assert_ne!(stack, libc::MAP_FAILED);
    libc::stack_t { ss_sp: stack.cast(), ss_flags: 0, ss_size: size }
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let exits = |name, end: fn()| {
        let program = move || {
            register_letters("abc");
            end();
        };
        scenario(name, program).prints("cbaD").exits(3)
    };
    vec![
        exits("exit_on_another_stack_runs_all_handlers", exit_in_signal_handler),
        exits("exit_on_another_stack_of_a_thread_runs_all_handlers", || {
            thread::spawn(exit_in_signal_handler).join().unwrap();
        }),
    ]
}
