//! What a program can call on every platform, whether there is anything to be had or not.

use std::io::ErrorKind;
use std::process;

use atexit::signals;
use atexit_test_support::{Scenario, register_letters, scenario};

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("signals_can_be_asked_for_everywhere", || {
            register_letters("ab");
            assert_eq!(signals::received(), None);
            let asked = [signals::install(), signals::install_for(&[])];
            let kinds = asked.map(|answer| answer.map_err(|error| error.kind()));
            let expected = if cfg!(any(unix, windows)) { Ok(()) } else { Err(ErrorKind::Unsupported) };
            assert_eq!(kinds, [expected; 2]);
        })
        .prints("ba"),
        scenario("install_does_what_there_is_and_twice_is_as_once", || {
            register_letters("ab");
            for _ in 0..2 {
                atexit::install().unwrap();
                atexit::install_exit_hook().unwrap();
            }
            process::exit(3);
        })
        .prints("ba")
        .exits(3),
    ]
}
