//! What the C runtime calls before `main`, and after its list of what it calls at exit.
//!
//! A constructor and a finalizer are linked into every program. If they named what they are for, all of this crate
//! would be, too. So, on the ELF systems listed below, they call what the linker has collected in a section, and that
//! is there only if it is linked because the program calls a function of this crate.

/// What is to be called, where handlers can be added.
struct Calls {
    before_main: fn(),
    finalize: fn(),
}

static CALLS: Calls = Calls { before_main: super::setup::set_up_before_main, finalize: crate::exit::finalize };

/// Makes the linker put [`CALLS`] into the section, so that it is called.
#[inline]
pub(crate) fn link() {
    std::hint::black_box(Linker::collected());
}

ctor::declarative::ctor! {
    #[ctor(unsafe)]
    fn constructor() {
        Linker::for_each(|calls| (calls.before_main)());
    }
}

/// Called by the C runtime after the whole list of what it calls at exit; and, when the library that this code is
/// part of is unloaded, before the library's part of that list: crtstuff's entry, which calls the library's list,
/// comes first in the section (`__do_global_dtors_aux` in GCC's `crtstuff.c`), and the section is called backwards:
/// so ours comes before it.
#[cfg(not(any(windows, target_vendor = "apple", target_family = "wasm", miri)))]
#[used]
#[unsafe(link_section = ".fini_array")]
static FINALIZER: extern "C" fn() = finalize;

/// There, nothing of the kind is called after the list.
#[cfg(any(windows, target_vendor = "apple", target_family = "wasm", miri))]
const _: extern "C" fn() = finalize;

extern "C" fn finalize() {
    Linker::for_each(|calls| (calls.finalize)());
}

/// What the linker does with [`CALLS`].
struct Linker;

/// It does nothing with it: so the constructor and the finalizer name it, and every program has it.
#[allow(dead_code, reason = "it is hidden where the linker collects a section")]
trait Names {
    fn collected() -> *const () {
        (&raw const CALLS).cast()
    }

    fn for_each(call: impl Fn(&Calls)) {
        call(&CALLS);
    }
}

impl Names for Linker {}

/// Where the linker is known to collect a section, and to tell where it begins and ends. What belongs to the type
/// itself hides what the trait has.
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
mod section {
    use super::{CALLS, Calls, Linker};

    /// The section, which each version of this crate has for itself: what is in it may be another thing in another one.
    macro_rules! section {
        ($prefix:literal) => {
            concat!(
                $prefix,
                "atexit_calls_",
                env!("CARGO_PKG_VERSION_MAJOR"),
                "_",
                env!("CARGO_PKG_VERSION_MINOR"),
                "_",
                env!("CARGO_PKG_VERSION_PATCH"),
            )
        };
    }

    type Collected = Option<&'static Calls>;

    #[unsafe(link_section = section!(""))]
    static COLLECTED: Collected = Some(&CALLS);

    /// So that there is such a section in a program that registers nothing, too.
    #[used]
    #[unsafe(link_section = section!(""))]
    static NOTHING: Collected = None;

    impl Linker {
        pub(super) fn collected() -> *const () {
            (&raw const COLLECTED).cast()
        }

        pub(super) fn for_each(call: impl Fn(&Calls)) {
            unsafe extern "C" {
                /// Made by the linker, as for each section whose name is an identifier.
                #[link_name = section!("__start_")]
                static START: [usize; 0];
                #[link_name = section!("__stop_")]
                static STOP: [usize; 0];
            }
            let (mut next, stop) = ((&raw const START).cast::<Collected>(), (&raw const STOP).cast());
            while next < stop {
                // SAFETY: from one to the other there is one `Collected` after another: the statics above, of this
                // version of the crate.
                let calls = unsafe { *next };
                calls.into_iter().for_each(&call);
                // SAFETY: as above.
                next = unsafe { next.add(1) };
            }
        }
    }
}
