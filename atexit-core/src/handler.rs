//! What may be registered, and what it may return.

use std::convert::Infallible;
use std::fmt::Debug;
use std::process::ExitCode;

/// What can be registered: a function or closure that takes `Args`.
///
/// It is implemented for every `FnOnce` of up to eight parameters that is `Send + 'static` and returns an
/// [`Outcome`], so there is no need to implement it. `Args` is the tuple of the parameters: `()` for
/// [`register`](crate::register), and what is passed as second argument for
/// [`register_with`](crate::register_with).
///
/// ```
/// # use atexit_core as atexit;
/// use atexit::Handler;
///
/// /// Registers any handler twice.
/// fn register_twice<H: Handler<()> + Clone>(handler: H) {
///     atexit::register(handler.clone());
///     atexit::register(handler);
/// }
///
/// register_twice(|| println!("bye"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be registered to be called with the arguments `{Args}`",
    label = "not a handler for the arguments `{Args}`",
    note = "a handler is a function or closure that is `Send + 'static`, takes these arguments by value, and returns \
            `()`, `!`, `ExitCode` or a `Result` whose error is `Debug`",
    note = "write `register(handler)` for a handler without parameters, and `register_with(handler, (a,))` or \
            `register_with(handler, (a, b))` to pass it arguments"
)]
pub trait Handler<Args>: Send + 'static {
    /// What the handler returns.
    type Output: Outcome;

    /// Calls the handler with its arguments.
    fn call(self, args: Args) -> Self::Output;
}

macro_rules! handler_for_tuple {
    ($($arg:ident)*) => {
        impl<Function, Output, $($arg),*> Handler<($($arg,)*)> for Function
        where
            Function: FnOnce($($arg),*) -> Output + Send + 'static,
            Output: Outcome,
        {
            type Output = Output;

            #[allow(non_snake_case, reason = "each argument is named after its type parameter")]
            fn call(self, ($($arg,)*): ($($arg,)*)) -> Output {
                self($($arg),*)
            }
        }
    };
}

handler_for_tuple!();
handler_for_tuple!(A);
handler_for_tuple!(A B);
handler_for_tuple!(A B C);
handler_for_tuple!(A B C D);
handler_for_tuple!(A B C D E);
handler_for_tuple!(A B C D E F);
handler_for_tuple!(A B C D E F G);
handler_for_tuple!(A B C D E F G H);

/// What a handler may return: `()`, `!`, [`ExitCode`], or a `Result` of one of these whose error is [`Debug`].
///
/// An `Err` is a failure, which is reported; the other handlers run, and the exit status stays what it was. It stays
/// so for an `ExitCode`, too, whose value is ignored: a handler that wants to say that it failed returns `Err`, and
/// one that wants to change the status calls [`exit`](crate::exit).
///
/// ```
/// # use atexit_core as atexit;
/// fn save() -> std::io::Result<()> {
///     std::fs::write(std::env::temp_dir().join("state"), "saved")
/// }
///
/// atexit::register(save);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be what an exit handler returns",
    label = "not an `Outcome`",
    note = "an exit handler returns `()`, `!`, `ExitCode`, or a `Result` of one of these whose error is `Debug`"
)]
pub trait Outcome {
    /// The text of the error, if this outcome is one.
    fn into_error(self) -> Option<String>;
}

impl Outcome for () {
    fn into_error(self) -> Option<String> {
        None
    }
}

/// The type `!`, which can't be written as such in stable Rust.
type Never = <fn() -> ! as never::Returns>::Output;

/// Public in name only, since a public trait is implemented for what is named by it.
mod never {
    /// Names what a function pointer returns.
    pub trait Returns {
        type Output;
    }

    impl<Output> Returns for fn() -> Output {
        type Output = Output;
    }
}

// Its name would be spelled out as it is made in lists of all outcomes.
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
            Err(error) => Some(format!("{error:?}")),
        }
    }
}
