//! What a handler may return.

use std::any::{Any, TypeId};
use std::convert::Infallible;
use std::fmt::Debug;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

use super::failure::payload_text;

/// What a handler may return: `()`, `!`, [`ExitCode`], or a `Result` of one of these whose error is [`Debug`].
///
/// An `Err` is a failure: it is reported, the other handlers run, and the exit status stays what it was. The value of
/// an `ExitCode` is ignored: to report a failure, return `Err`; to change the status, call [`exit`](crate::exit).
///
/// What [`JoinHandle::join`](std::thread::JoinHandle::join) returns is an outcome, too: the report then says what the
/// thread panicked with.
///
/// ```rust,ignore-wasi
/// # use atexit_core as atexit;
/// fn save() -> std::io::Result<()> {
///     std::fs::write(std::env::temp_dir().join("state"), "saved")
/// }
///
/// atexit::register(save);
///
/// let worker = std::thread::spawn(|| println!("working"));
/// atexit::register(move || worker.join());
/// ```
///
/// Implement it for a type of your own whose values say whether something failed:
///
/// ```
/// # use atexit_core as atexit;
/// enum Upload {
///     Done,
///     Rejected { by: &'static str },
/// }
///
/// impl atexit::Outcome for Upload {
///     fn into_error(self) -> Option<String> {
///         match self {
///             Self::Done => None,
///             Self::Rejected { by } => Some(format!("rejected by {by}")),
///         }
///     }
/// }
///
/// atexit::register(|| Upload::Done);
/// atexit::register(|| Upload::Rejected { by: "the server" }); // is reported
/// ```
#[doc(alias("Termination", "ExitCode"))]
#[diagnostic::on_unimplemented(
    message = "an exit handler can't return `{Self}`",
    label = "not an `Outcome`",
    note = "an exit handler returns `()`, `!`, `ExitCode`, or a `Result` of one of these whose error is `Debug`",
    note = "no executor runs at exit: annotate an `async` function with `#[atexit(block_on = …)]`, or register what \
            blocks, as `on_thread(|| runtime.block_on(…))`"
)]
pub trait Outcome {
    /// Returns the text of the error if this is a failure, and `None` otherwise.
    fn into_error(self) -> Option<String>;
}

impl Outcome for () {
    fn into_error(self) -> Option<String> {
        None
    }
}

/// What a function returns. It is named through std's own trait since the compiler looks through a trait of this crate
/// only here: elsewhere it would take the implementation for `!` to be for any type, and refuse all others.
#[allow(type_alias_bounds, reason = "the bound says whose output it is")]
type OutputOf<F: FnOnce()> = F::Output;

/// The type `!`, which can't be written as such in stable Rust.
type Never = OutputOf<fn() -> !>;

// Otherwise errors would list `Never` by its expanded name.
#[diagnostic::do_not_recommend]
impl Outcome for Never {
    fn into_error(self) -> Option<String> {
        self
    }
}

impl Outcome for Infallible {
    fn into_error(self) -> Option<String> {
        match self {}
    }
}

impl Outcome for ExitCode {
    fn into_error(self) -> Option<String> {
        None
    }
}

impl<T: Outcome, E: Debug> Outcome for Result<T, E> {
    fn into_error(self) -> Option<String> {
        match self {
            Ok(outcome) => outcome.into_error(),
            Err(error) => {
                // Not dropped by a panic of its `Debug`, which another one would turn into an abort.
                let error = ManuallyDrop::new(error);
                let text = describe(&*error);
                drop(ManuallyDrop::into_inner(error));
                Some(text)
            }
        }
    }
}

/// What a thread panicked with, as `join` returns it.
type PanicPayload = Box<dyn Any + Send>;

fn describe<E: Debug>(error: &E) -> String {
    match as_panic_payload(error) {
        Some(payload) => match payload_text(&**payload) {
            Some(text) => format!("a thread panicked: {text}"),
            None => "a thread panicked".to_owned(),
        },
        None => format!("{error:?}"),
    }
}

/// The error as what a thread panicked with, if it is that. `Debug` would say `Any { .. }`.
fn as_panic_payload<E>(error: &E) -> Option<&PanicPayload> {
    if type_id_without_lifetimes::<E>() != TypeId::of::<PanicPayload>() {
        return None;
    }
    // SAFETY: but for lifetimes `E` is that type, and the lifetime that it may have, that of the trait object, is
    // `'static`, as `Any` demands.
    Some(unsafe { &*std::ptr::from_ref(error).cast() })
}

/// `TypeId::of`, for types with lifetimes, which it doesn't tell apart.
fn type_id_without_lifetimes<T>() -> TypeId {
    trait HasTypeId {
        fn type_id(&self) -> TypeId
        where
            Self: 'static;
    }

    impl<T> HasTypeId for PhantomData<T> {
        fn type_id(&self) -> TypeId
        where
            Self: 'static,
        {
            TypeId::of::<T>()
        }
    }

    let of_type: &dyn HasTypeId = &PhantomData::<T>;
    // SAFETY: only the bound on the lifetime changes, which no code depends on: `type_id` doesn't look at a `T`, and
    // there is none.
    let of_type: &(dyn HasTypeId + 'static) = unsafe { std::mem::transmute(of_type) };
    of_type.type_id()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_panics_payload_is_taken_for_one() {
        let text = String::from("borrowed");
        let payload: PanicPayload = Box::new(3);
        assert!(as_panic_payload(&payload).is_some_and(|payload| payload.downcast_ref::<i32>() == Some(&3)));
        let without_send: Box<dyn Any> = Box::new(3);
        assert!(as_panic_payload(&without_send).is_none());
        assert!(as_panic_payload(&text.as_str()).is_none());
        assert!(as_panic_payload(&Box::new(3)).is_none());
    }

    #[test]
    fn a_panic_is_told_by_its_text() {
        let result = |payload: PanicPayload| Err::<(), _>(payload).into_error();
        assert_eq!(result(Box::new("out of luck")).as_deref(), Some("a thread panicked: out of luck"));
        assert_eq!(result(Box::new(3)).as_deref(), Some("a thread panicked"));
        assert_eq!(Err::<(), _>("text").into_error().as_deref(), Some("\"text\""));
    }
}
