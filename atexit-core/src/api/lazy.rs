//! A static that is created on first use and dropped at exit.

mod hold;

use std::any::type_name;
use std::fmt;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::ptr;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Once};

use self::hold::{Hold, InUse};
use super::on_thread::{Ran, run_on_thread};
use super::register::{self, Added, Registration, WhenTooLate, add_unless_too_late, ask_c};
use crate::handler::{Entry, Handler, Identity, Returned, Sealed};
use crate::{startup, state};

/// A static whose value is created on first use and dropped when the process exits, on the thread that exits, unless an
/// [`Arc`] of it is held.
///
/// Rust never drops statics. So what a [`LazyLock`](std::sync::LazyLock) holds is left behind when the process exits: a
/// server, a container, a temporary folder. A `Lazy` drops it, in its place among the handlers, unless it is
/// [still in use](#values-in-use).
///
/// Unlike `LazyLock`, it doesn't deref: call [`get`](Self::get). `T` must be `Send + Sync`.
///
/// ```
/// # use atexit_core as atexit;
/// use atexit::Lazy;
///
/// struct Server {
///     port: u16,
/// }
///
/// impl Server {
///     fn start() -> Self {
///         Self { port: 5432 }
///     }
/// }
///
/// impl Drop for Server {
///     fn drop(&mut self) {
///         println!("The server is stopped."); // at exit
///     }
/// }
///
/// static SERVER: Lazy<Server> = Lazy::new(Server::start);
///
/// let port = SERVER.get().expect("the process isn't exiting").port;
/// assert_eq!(port, 5432);
/// ```
///
/// # Order
///
/// Once the value is created, dropping it is registered as a handler. It is dropped after what has been registered
/// since, and before what was registered earlier. So it is also dropped before every other `Lazy` that was used to
/// create it. A value created in a handler is dropped right after that handler.
///
/// It is dropped on the thread that exits, by a handler like others: a panic is reported, [`pending`](crate::pending)
/// and [`set_deadline`](crate::set_deadline) name it, as `Lazy<…>` with the location of the static, and
/// [`run`](crate::run()) runs it. [`unregister`](crate::unregister) doesn't find it. After [`clear`](crate::clear), the
/// value remains usable, and isn't dropped at exit.
///
/// # Values in use
///
/// A value is not dropped at exit while an [`Arc`] of it exists. The exit waits for up to a tenth of a second until
/// other users have dropped theirs. If one still exists then, the exit reports that as a failure and goes on:
///
/// ```text
/// atexit: handler Lazy<it::Server> (tests/it.rs:7) failed: it is still in use and will be dropped by its last user
/// ```
///
/// The value is then dropped only if its last `Arc` is dropped before the process ends, so often it is not dropped at
/// all. This happens when a function holds an `Arc` and calls [`exit`](crate::exit()), and at a signal while a thread
/// holds one. So don't hold an `Arc` across long work, and don't store one in a static: copy what you need (a port, a
/// URL) and drop the `Arc`. If the value uses another `Lazy`, store that `Arc` in it.
///
/// # Threads and processes
///
/// The exit doesn't wait for a thread that is creating the value. If `make` may be interrupted by the exit, protect its
/// partial work with a [`guard`](crate::guard).
///
/// The child of a `fork` inherits the value and drops its copy when it exits, unless it calls [`clear`](crate::clear).
/// Values held by other threads of the parent are never dropped in the child. If another thread was creating the value,
/// [`get`](Self::get) waits forever in the child, as with a `LazyLock`.
#[doc(alias(
    "static",
    "LazyLock",
    "OnceLock",
    "OnceCell",
    "once_cell",
    "lazy_static",
    "static_init",
    "destructor",
    "dtor",
    "finalizer",
    "fixture",
    "teardown"
))]
pub struct Lazy<T: 'static> {
    making: Once,
    /// The number of the thread that makes the value; 0 before and after that.
    maker: AtomicUsize,
    make: fn() -> T,
    hold: Hold<T>,
    /// What its handler does.
    let_go: fn(&'static Self) -> Option<Returned>,
    location: &'static Location<'static>,
}

impl<T: 'static> Lazy<T> {
    /// Creates a `Lazy` that calls `make` on first use.
    ///
    /// ```
    /// # use atexit_core as atexit;
    /// use std::sync::Mutex;
    ///
    /// use atexit::Lazy;
    ///
    /// static NAMES: Lazy<Mutex<Vec<String>>> = Lazy::new(Mutex::default);
    ///
    /// // A closure that captures nothing also works.
    /// static LEVEL: Lazy<String> = Lazy::new(|| std::env::var("LEVEL").unwrap_or_default());
    /// ```
    #[track_caller]
    #[must_use]
    pub const fn new(make: fn() -> T) -> Self {
        Self::with(make, |this| Some(this.let_go()), Location::caller())
    }

    const fn with(
        make: fn() -> T,
        let_go: fn(&'static Self) -> Option<Returned>,
        location: &'static Location<'static>,
    ) -> Self {
        Self { making: Once::new(), maker: AtomicUsize::new(0), make, hold: Hold::new(), let_go, location }
    }

    /// Drops the value, or leaves that to others, which is a failure.
    fn let_go(&'static self) -> Returned {
        match self.hold.let_go() {
            Ok(()) => Returned::well(),
            Err(InUse) => Returned::with_error("it is still in use and will be dropped by its last user"),
        }
    }
}

impl<T: Send + Sync + 'static> Lazy<T> {
    /// Like [`new`](Self::new), but the value is dropped on a fresh thread, which the exit waits for.
    ///
    /// For values whose `Drop` uses thread-locals, such as clients that block on a runtime. See
    /// [`on_thread`](crate::on_thread()) for the cases where no thread is available: the value is then dropped in
    /// place. The value is created on the thread that first uses it.
    ///
    /// ```
    /// # use atexit_core as atexit;
    /// # struct Client;
    /// use atexit::Lazy;
    ///
    /// impl Drop for Client {
    ///     fn drop(&mut self) {
    ///         // RUNTIME.block_on(self.close());
    ///     }
    /// }
    ///
    /// static CLIENT: Lazy<Client> = Lazy::on_thread(|| Client);
    /// ```
    #[track_caller]
    #[must_use]
    pub const fn on_thread(make: fn() -> T) -> Self {
        Self::with(make, |this| run_on_thread(Box::new(|| Some(this.let_go()))), Location::caller())
    }

    /// Returns the value, creating it on the first call. Returns `None` once it is being dropped, or if all handlers
    /// have already run.
    ///
    /// The value is created once, and never again after [`run`](crate::run()) or the exit has dropped it. While a
    /// returned `Arc` exists, the value is [not dropped](Self#values-in-use).
    ///
    /// `get` also creates the value in a handler. To clean up a `Lazy`, implement `Drop` for its value; don't get it in
    /// an annotated function. Those run after the values that `main` created are dropped.
    ///
    /// If several threads make the first call, one creates the value, and the others wait for it.
    ///
    /// If all handlers of the exit run while the value is being created, it is dropped immediately, and this returns
    /// `None`.
    ///
    /// Called by `make` for the same static, this returns `None`, and so it does in what runs if `make` calls
    /// [`exit`](crate::exit()) or [`std::process::exit`], or panics in a program that aborts after its handlers.
    ///
    /// # Panics
    ///
    /// Panics if `make` panicked, in this or an earlier call.
    ///
    /// ```standalone_crate
    /// # use atexit_core as atexit;
    /// use atexit::Lazy;
    ///
    /// static NAME: Lazy<String> = Lazy::new(|| String::from("Donny"));
    ///
    /// assert_eq!(NAME.get().as_deref().map(String::as_str), Some("Donny"));
    /// atexit::run(); // drops it, as the exit would
    /// assert!(NAME.get().is_none());
    /// ```
    pub fn get(&'static self) -> Option<Arc<T>> {
        if !self.making.is_completed() {
            self.make();
        }
        self.hold.get()
    }

    /// Makes the value, unless that was done or can't be done any more; or waits for another thread that does.
    #[cold]
    fn make(&'static self) {
        // It stays loaded for as long as its handler, where it is part of a plugin. Before any other waits for this
        // thread, since this may wait for the loader.
        startup::arm(|| ptr::from_ref(self).addr());
        // The handler may run as soon as it is registered, and the value's `Drop` may ask for the value.
        if self.hold.has_let_go() || self.is_made_by_this_thread() {
            return;
        }
        let mut added = Added::WillRun;
        // Waits for the thread that is making the value: for code of the program's, which may take any time, as with a
        // `LazyLock`; and for registering the handler, which waits for a bounded time.
        self.making.call_once(|| {
            if register::is_too_late() {
                return self.hold.close();
            }
            let making = Making::by_this_thread(&self.maker);
            let value = (self.make)();
            drop(making);
            // SAFETY: this is called once, and ends before others go on. The handler isn't registered yet.
            unsafe { self.hold.put(value) };
            // Before anybody gets the value: who registers with that in hand does it later.
            added = add_unless_too_late(self.entry());
            if let Added::TooLate = added {
                self.hold.close();
            }
        });
        // What follows may wait, and so isn't done above, where others wait for it: C until the exit is over, and the
        // value's `Drop`, which is called at once, for any thread.
        match added {
            Added::WillRun => {}
            Added::Unasked(key) => ask_c(key),
            Added::TooLate => _ = Registration::of(self.entry(), WhenTooLate::Run),
        }
    }

    /// Whether whoever asks for the value would wait for its own thread, or for the one that it acts for: in `make`
    /// itself, or where that has led to the exit, by a call of `exit` or by a panic that aborts.
    fn is_made_by_this_thread(&self) -> bool {
        self.maker.load(Relaxed) == state::lock().this_thread().number()
    }

    fn entry(&'static self) -> Entry {
        Entry::new(LetGo(self), (), self.location)
    }
}

/// This thread is making a value: until that is made, or a panic has gone through. A call of `exit` doesn't end it.
struct Making<'a>(&'a AtomicUsize);

impl<'a> Making<'a> {
    fn by_this_thread(maker: &'a AtomicUsize) -> Self {
        maker.store(state::lock().this_thread().number(), Relaxed);
        Self(maker)
    }
}

impl Drop for Making<'_> {
    fn drop(&mut self) {
        self.0.store(0, Relaxed);
    }
}

impl<T: fmt::Debug + 'static> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lazy = f.debug_tuple("Lazy");
        match self.making.is_completed().then(|| self.hold.get()) {
            None => lazy.field(&format_args!("<not made>")),
            Some(None) => lazy.field(&format_args!("<let go>")),
            Some(Some(value)) => lazy.field(&*value),
        };
        lazy.finish()
    }
}

// As of a `LazyLock`.
impl<T: RefUnwindSafe + UnwindSafe> RefUnwindSafe for Lazy<T> {}

/// The handler: it lets go of the value.
struct LetGo<T: 'static>(&'static Lazy<T>);

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> Handler<()> for LetGo<T> {
    type Output = Ran;

    fn call(self, (): ()) -> Ran {
        Ran { returned: (self.0.let_go)(self.0) }
    }

    fn identity(&self, _: Sealed) -> Option<Identity> {
        None
    }

    /// `Lazy<…>`, without the path to it.
    fn name(_: Sealed) -> &'static str {
        let name = type_name::<Lazy<T>>();
        name.strip_prefix(concat!(module_path!(), "::")).unwrap_or(name)
    }
}
