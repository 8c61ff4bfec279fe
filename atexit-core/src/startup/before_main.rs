//! What the C runtime calls before `main`, and after its list of what it calls at exit.
//!
//! Every program that names the crate has the constructor. If it named what it is for, or were part of an object file
//! of this crate, all of this crate would be linked, too. So the crate `atexit`, which has no other code, contains it;
//! and where the linker collects a section, it calls what is there. That is linked only if the program adds handlers,
//! as is the finalizer.

use super::setup::set_up_before_main;

/// Makes the linker keep what is called before `main` and after everything.
#[inline]
pub(crate) fn link() {
    std::hint::black_box(Linker::collected());
    #[cfg(not(any(windows, target_vendor = "apple", target_family = "wasm", miri)))]
    std::hint::black_box(&raw const FINALIZER);
}

/// Makes the constructor, which takes the base before `main` does anything.
#[doc(hidden)]
#[macro_export]
macro_rules! __atexit_constructor {
    () => {
        $crate::expansion::ctor! {
            #[ctor(unsafe)]
            fn constructor() {
                $crate::expansion::call_before_main();
            }
        }

        $crate::__atexit_where_collected! {
            /// So that there is such a section in a program that registers nothing, too.
            #[used]
            #[unsafe(link_section = $crate::__atexit_section!(""))]
            static NOTHING: $crate::expansion::Collected = $crate::expansion::core::option::Option::None;
        }
    };
}

/// What is there only where the linker is known to collect a section, and to tell where it begins and ends.
#[doc(hidden)]
#[macro_export]
macro_rules! __atexit_where_collected {
    ($($item:item)*) => {
        $(
            #[cfg(all(
                not(miri),
                any(
                    target_os = "linux",
                    target_os = "android",
                    target_os = "freebsd",
                    target_os = "netbsd",
                    target_os = "openbsd",
                    target_os = "dragonfly",
                    target_os = "illumos"
                )
            ))]
            $item
        )*
    };
}

/// The section, which each version of this crate has for itself: what is in it may be another thing in another one.
/// The crate `atexit` has the same version.
#[doc(hidden)]
#[macro_export]
macro_rules! __atexit_section {
    ($prefix:literal) => {
        concat!(
            $prefix,
            "atexit_before_main_",
            env!("CARGO_PKG_VERSION_MAJOR"),
            "_",
            env!("CARGO_PKG_VERSION_MINOR"),
            "_",
            env!("CARGO_PKG_VERSION_PATCH"),
        )
    };
}

/// What is in the section, once or more.
pub type Collected = Option<fn()>;

/// Called by the constructor, and part of it.
#[inline]
pub fn call_before_main() {
    Linker::for_each(|call| call());
}

/// Called by the C runtime after the whole list of what it calls at exit; and, when the library that this code is
/// part of is unloaded, before the library's part of that list: crtstuff's entry, which calls the library's list,
/// comes first in the section (`__do_global_dtors_aux` in GCC's `crtstuff.c`), and the section is called backwards:
/// so ours comes before it. (NetBSD's loader calls it forwards; there, libraries stay loaded.)
#[cfg(not(any(windows, target_vendor = "apple", target_family = "wasm", miri)))]
#[unsafe(link_section = ".fini_array")]
static FINALIZER: extern "C" fn() = finalize;

/// There, nothing of the kind is called after the list.
#[cfg(any(windows, target_vendor = "apple", target_family = "wasm", miri))]
const _: extern "C" fn() = finalize;

extern "C" fn finalize() {
    crate::exit::finalize();
}

/// What the linker does with what is called before `main`.
struct Linker;

/// It does nothing with it: so the constructor names it, and every program has it.
#[allow(dead_code, reason = "it is hidden where the linker collects a section")]
trait Names {
    fn collected() -> *const () {
        set_up_before_main as *const ()
    }

    fn for_each(call: impl Fn(fn())) {
        call(set_up_before_main);
    }
}

impl Names for Linker {}

// What belongs to the type itself hides what the trait has.
crate::__atexit_where_collected! {
    #[unsafe(link_section = crate::__atexit_section!(""))]
    static COLLECTED: Collected = Some(set_up_before_main);

    impl Linker {
        fn collected() -> *const () {
            (&raw const COLLECTED).cast()
        }

        #[inline]
        fn for_each(call: impl Fn(fn())) {
            unsafe extern "C" {
                /// Made by the linker, as for each section whose name is an identifier.
                #[link_name = crate::__atexit_section!("__start_")]
                static START: [usize; 0];
                #[link_name = crate::__atexit_section!("__stop_")]
                static STOP: [usize; 0];
            }
            let (mut next, stop) = ((&raw const START).cast::<Collected>(), (&raw const STOP).cast());
            while next < stop {
                // SAFETY: from one to the other there is one `Collected` after another, of this version of the crate.
                let collected = unsafe { *next };
                collected.into_iter().for_each(&call);
                // SAFETY: as above.
                next = unsafe { next.add(1) };
            }
        }
    }
}
