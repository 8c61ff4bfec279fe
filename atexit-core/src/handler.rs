//! What may be registered, and what is known of it.

mod entry;
mod failure;
mod identity;
mod info;
mod outcome;
mod record;
mod returned;
mod sealed;

use std::any::type_name;

pub(crate) use entry::{Description, Entry};
pub use failure::Failure;
pub(crate) use failure::{Completion, FailureHook, print, report_if_failed};
pub(crate) use identity::Identity;
pub use info::HandlerInfo;
pub use outcome::Outcome;
pub(crate) use record::Declared;
pub use record::{CrateKey, Described, Function, Record};
pub(crate) use returned::Returned;
pub(crate) use sealed::Sealed;

/// A function or closure that can be registered, and that takes `Args`.
///
/// Implemented for every `FnOnce` of up to eight parameters that is `Send + 'static` and returns an [`Outcome`], so
/// there is rarely a need to implement it. `Args` is the tuple of the parameters: `()` for
/// [`register`](crate::register), and what is passed as second argument for [`register_with`](crate::register_with).
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
#[doc(alias("exit_handler", "callback", "hook", "FnOnce"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an exit handler for the arguments `{Args}`",
    label = "not a function or closure that takes the arguments `{Args}`",
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

    /// Which function it is, for `unregister`; of one that wraps another, that other. Called under a lock, so users
    /// must not be able to implement it.
    #[doc(hidden)]
    fn identity(&self, _: Sealed) -> Option<Identity>
    where
        Self: Sized,
    {
        Some(Identity::of(self))
    }

    /// The name that it is reported by.
    #[doc(hidden)]
    fn name(_: Sealed) -> &'static str
    where
        Self: Sized,
    {
        type_name::<Self>()
    }
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

            fn identity(&self, _: Sealed) -> Option<Identity> {
                Identity::of_callable(self)
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
