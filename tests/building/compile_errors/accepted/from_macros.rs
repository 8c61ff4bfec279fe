//! Functions that macros write.

#![deny(warnings)]
#![forbid(unsafe_code)]

use atexit::atexit;

macro_rules! whole {
    ($function:item) => {
        #[atexit]
        $function
    };
}

whole!(
    pub(crate) fn whole() {}
);

macro_rules! with_arguments {
    ($vis:vis $name:ident($($parameter:pat => $type:ty = $argument:expr),*) -> $ret:ty $body:block) => {
        #[atexit(args($($argument),*))]
        $vis fn $name($($parameter: $type),*) -> $ret $body
    };
}

with_arguments!(without() -> () {});
with_arguments!(pub one(_ => u8 = 1) -> () {});
with_arguments!(pub(crate) two((_, first) => (u8, u8) = (1, 2), second => &str = "Donny") -> Result<(), String> {
    assert_eq!(first, 2);
    Err(second.to_owned())
});

macro_rules! tokens {
    ($($tokens:tt)*) => {
        $($tokens)*
    };
}

tokens! {
    #[atexit(priority = 3)]
    fn tokens() {}
}

macro_rules! options {
    ($name:ident, $args:tt, $priority:expr, $krate:path) => {
        #[atexit(args $args, priority = $priority, crate = $krate)]
        fn $name(_: u8) {}
    };
    ($name:ident, $priority:literal) => {
        #[atexit(priority = $priority)]
        fn $name() {}
    };
    ($name:ident, $base:expr, $offset:expr) => {
        #[atexit(priority = $base + $offset)]
        fn $name() {}
    };
}

options!(options, (1), 2 + 3, ::atexit);
options!(literal, 3);
options!(negative, -3);
options!(sum, 3, 4);

macro_rules! several {
    ($($name:ident)*) => {
        $(
            #[atexit]
            fn $name() {}
        )*
    };
}

several!(first second third);

macro_rules! returning {
    ($name:ident, $ret:ty, $body:block) => {
        #[atexit(priority = i32::MIN)]
        fn $name() -> $ret $body
    };
}

returning!(some_outcome, impl atexit::Outcome, {});
returning!(never, !, { std::process::abort() });

macro_rules! abi {
    ($abi:literal) => {
        #[atexit]
        extern $abi fn abi() {}
    };
}

abi!("C");

fn main() {
    several!(inside of_a function);
    assert_eq!(atexit::count(), 18);
    // One of them aborts.
    assert_eq!(atexit::clear(), 18);
}
