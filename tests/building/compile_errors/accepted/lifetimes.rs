//! Lifetime parameters, wherever a function may name them.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::cell::Ref;
use std::fmt::Debug;

use atexit::{Outcome, atexit};

#[atexit(args("Donny"))]
fn in_a_parameter<'a>(name: &'a str) {
    assert_eq!(name, "Donny");
}

#[atexit(args("Donny"))]
fn in_the_output<'a>(name: &'a str) -> Result<(), &'a str> {
    if name == "Donny" { Ok(()) } else { Err(name) }
}

#[atexit(args("Donny", "Walter"))]
fn with_a_bound<'a, 'b: 'a>(name: &'a str, other: &'b str) -> Result<(), [&'a str; 2]> {
    if name == other { Ok(()) } else { Err([name, other]) }
}

#[atexit(args("Donny", &["Walter"]))]
fn with_a_where_clause<'a, 'b>(name: &'a str, others: &'b [&'a str]) -> Result<(), (&'a str, &'b [&'a str])>
where
    'a: 'b,
    &'a str: Debug,
{
    if others.is_empty() { Ok(()) } else { Err((name, others)) }
}

#[atexit(args("Donny"))]
fn with_a_bound_by_static<'a: 'static + 'a,>(name: &'a str) -> Result<(), &'static str> {
    Err(name)
}

#[atexit(args(&mut vec![1]))]
fn borrowed_from_a_temporary<'a>(values: &'a mut Vec<u8>) -> Result<(), &'a mut u8> {
    values.first_mut().map_or(Ok(()), Err)
}

#[atexit(args(&String::from("Donny")))]
fn some_outcome<'a>(name: &'a str) -> impl Outcome + 'a {
    if name == "Donny" { Ok(()) } else { Err(name) }
}

#[atexit(args(&String::from("Donny")))]
fn some_outcome_that_borrows(name: &str) -> impl Outcome {
    if name == "Donny" { Ok(()) } else { Err(name) }
}

#[atexit(args(&"Donny", &|name| name))]
fn binders<'a>(
    name: &'a dyn Debug,
    call: &'a dyn for<'b> Fn(&'b str) -> &'b str,
) -> Result<(), Box<dyn Debug + 'a>> {
    if call("Donny") == "Donny" { Ok(()) } else { Err(Box::new(name)) }
}

#[atexit(args("Donny"))]
fn a_binder_in_the_output<'a>(name: &'a str) -> Result<(), for<'b> fn(&'b str) -> &'b str> {
    if name == "Donny" { Ok(()) } else { Err(|name| name) }
}

#[atexit(args("Donny"))]
fn no_parameter_in_the_output<'a>(_: &'a str) -> Result<(), Ref<'static, str>> {
    Ok(())
}

#[atexit(args("Donny"))]
#[allow(unknown_lints, mismatched_lifetime_syntaxes)]
fn left_out_in_the_output<'a>(name: &'a str) -> Result<(), &'_ (dyn Debug + 'a)> {
    if name == "Donny" { Ok(()) } else { Err(&"Walter") }
}

#[atexit]
fn unused_but_in_the_output<'a>() -> Result<(), &'a str> {
    Ok(())
}

#[atexit(priority = i32::MIN, args("Donny"))]
fn never<'a>(_: &'a str) -> ! {
    std::process::abort()
}

#[atexit(thread, args("Donny"))]
fn on_a_thread<'a>(name: &'a str) -> Result<(), &'a str> {
    if name == "Donny" { Ok(()) } else { Err(name) }
}

#[atexit(args("Donny"))]
fn attributed<#[cfg(all())] 'a, #[cfg(any())] 'b>(name: &'a str) -> Result<(), &'a str> {
    if name == "Donny" { Ok(()) } else { Err(name) }
}

macro_rules! with_lifetime {
    ($name:ident, $lifetime:lifetime, $type:ty, $output:ty) => {
        #[atexit(args("Donny"))]
        fn $name<$lifetime>(name: $type) -> $output {
            if name == "Donny" { Ok(()) } else { Err(name) }
        }
    };
}

with_lifetime!(from_a_macro, 'a, &'a str, Result<(), &'a str>);

fn main() {
    const COUNT: usize = 17;
    assert_eq!(atexit::count(), COUNT);
    assert_eq!(atexit::unregister(in_the_output), 1);
    assert_eq!(atexit::unregister(with_a_bound), 1);
    assert_eq!(atexit::unregister(unused_but_in_the_output), 1);
    // One of them aborts.
    assert_eq!(atexit::unregister(never), 1);
}
