//! Those of C's and C++'s thread-locals, which come before Rust's or after them.

use std::ffi::c_void;
use std::ptr;
use std::thread;

use atexit::{exit, on_thread, register};
use atexit_test_support::register_letters;

use super::unix::Row;

extern "C" fn exits(_value: *mut c_void) {
    exit(7)
}

extern "C" fn registers(_value: *mut c_void) {
    register_letters("xy");
}

/// A value of C's is destroyed so, when this thread ends.
fn in_c(destructor: extern "C" fn(*mut c_void)) {
    let mut key = 0;
    // SAFETY: the destructor takes any pointer, and never unwinds.
    unsafe {
        assert_eq!(libc::pthread_key_create(&raw mut key, Some(destructor)), 0);
        assert_eq!(libc::pthread_setspecific(key, ptr::dangling()), 0);
    }
}

/// An object of C++'s is destroyed so, when this thread ends or exits.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn in_cplusplus(destructor: extern "C" fn(*mut c_void)) {
    unsafe extern "C" {
        fn __cxa_thread_atexit_impl(
            destructor: extern "C" fn(*mut c_void),
            object: *mut c_void,
            library: *mut c_void,
        ) -> i32;
    }
    static HERE: u8 = 0;
    // SAFETY: the destructor takes any pointer, and never unwinds. What is part of the program tells which library it
    // is.
    let result = unsafe { __cxa_thread_atexit_impl(destructor, ptr::null_mut(), (&raw const HERE).cast_mut().cast()) };
    assert_eq!(result, 0);
}

pub(super) const ROWS: &[Row] = &[
    (
        "exit_in_a_destructor_in_c_of_another_thread_runs_all_handlers",
        || {
            register_letters("abc");
            let _ = thread::spawn(|| in_c(exits)).join();
        },
        "cbaD",
        7,
    ),
    (
        "exit_in_a_destructor_in_c_of_a_handlers_thread_runs_the_rest",
        || {
            register_letters("a");
            register(on_thread(|| in_c(exits)));
            register_letters("b");
        },
        "baD",
        7,
    ),
    (
        "what_a_destructor_in_c_of_a_handlers_thread_registers_runs_next",
        || {
            register_letters("a");
            register(on_thread(|| in_c(registers)));
            register_letters("b");
        },
        "byxaD",
        0,
    ),
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    (
        "exit_in_a_destructor_in_cplusplus_runs_all_handlers_when_main_returns",
        || {
            register_letters("abc");
            in_cplusplus(exits);
        },
        "cbaD",
        7,
    ),
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    (
        "exit_in_a_destructor_in_cplusplus_of_a_handlers_thread_runs_the_rest",
        || {
            register_letters("a");
            register(on_thread(|| in_cplusplus(exits)));
            register_letters("b");
        },
        "baD",
        7,
    ),
];
