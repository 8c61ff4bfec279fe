//! When two handlers are the same function.
//!
//! Every function and every closure of a program has a type of its own, and that type is its identity: the address of
//! a function is none, since the linker may merge two functions with the same code. Only where the type says
//! nothing about which function it is, that is for pointers, the address has to do.

use std::any::{TypeId, type_name};

/// Which function a handler is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Identity {
    type_id: TypeId,
    address: Address,
}

/// What a handler's value adds to its type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Address {
    /// Nothing: the type is the function's own.
    OfType,
    /// Where a function pointer or a thin reference points.
    Thin(usize),
    /// Where a reference to a trait object points, and what stands beside it.
    Wide([usize; 2]),
}

impl Identity {
    /// The identity of a function that is known by its type alone, as those under the attribute are.
    pub(crate) fn of_type(type_id: TypeId) -> Self {
        Self { type_id, address: Address::OfType }
    }

    /// The identity of any value: by its address if it is a pointer, else by its type.
    pub(crate) fn of<F: 'static>(value: &F) -> Self {
        let address = match (is_pointer(type_name::<F>()), size_of::<F>() / size_of::<usize>()) {
            // SAFETY: `F` is a function pointer or a reference, and as large as a `usize`: one initialised address.
            (true, 1) => Address::Thin(unsafe { (&raw const *value).cast::<usize>().read_unaligned() }),
            // SAFETY: `F` is a reference that is wider than an address, which are two initialised words: the address
            // and the length or the table of methods.
            (true, 2) => Address::Wide(unsafe { (&raw const *value).cast::<[usize; 2]>().read_unaligned() }),
            _ => Address::OfType,
        };
        Self { type_id: TypeId::of::<F>(), address }
    }

    /// The identity of what can be called without a [`Handler`](super::Handler) of its own. `None` for a wrapper around
    /// something that its type doesn't tell apart: it is the same as no other.
    pub(super) fn of_callable<F: 'static>(callable: &F) -> Option<Self> {
        let name = type_name::<F>();
        (size_of::<F>() == 0 || is_pointer(name) || is_closure(name)).then(|| Self::of(callable))
    }
}

/// Whether the type of that name is a function pointer or a reference. Stable Rust has nothing but the name to tell it
/// by, and memory is read by this answer: so these are the beginnings of types that are built in. The name of any other
/// type begins with that of a crate, which is an identifier and stands before `::`, or with `<` if it is in an `impl`.
fn is_pointer(name: &str) -> bool {
    ["fn(", "for<", "unsafe fn(", "extern \"", "unsafe extern \"", "&"].iter().any(|start| name.starts_with(start))
}

/// Whether the callable type of that name is a closure, maybe one that is said to be unwind safe. No other has such a
/// name but by implementing `FnOnce` itself, which takes an unstable Rust.
fn is_closure(name: &str) -> bool {
    let wrapped = name.strip_prefix("core::panic::unwind_safe::AssertUnwindSafe<");
    wrapped.and_then(|name| name.strip_suffix('>')).unwrap_or(name).ends_with("{{closure}}")
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;

    use super::*;

    fn first() {}
    fn second() {}
    fn with_str(_: &str) {}
    fn generic<T>() {}
    extern "C" fn for_c() {}
    extern "C-unwind" fn for_cpp(_: i32) {}

    /// Where the identity of a callable comes from.
    #[derive(PartialEq, Eq, Debug)]
    enum Kind {
        Type,
        Address,
        /// Nowhere: it is the same as no other.
        None,
    }

    #[expect(clippy::needless_pass_by_value, reason = "a reference is a callable, too")]
    fn kind<F: 'static>(callable: F) -> Kind {
        Identity::of_callable(&callable).map_or(Kind::None, |identity| match identity.address {
            Address::OfType => Kind::Type,
            Address::Thin(_) | Address::Wide(_) => Kind::Address,
        })
    }

    #[test]
    fn the_compilers_names_tell_pointers_from_functions() {
        let captured = 3_usize;
        assert_eq!(kind(first), Kind::Type);
        assert_eq!(kind(for_c), Kind::Type);
        assert_eq!(kind(generic::<fn()>), Kind::Type);
        assert_eq!(kind(|| ()), Kind::Type);
        assert_eq!(kind(move || captured), Kind::Type);
        assert_eq!(kind(first as fn()), Kind::Address);
        assert_eq!(kind(with_str as fn(&str)), Kind::Address);
        assert_eq!(kind(with_str as fn(&'static str)), Kind::Address);
        assert_eq!(kind(for_c as extern "C" fn()), Kind::Address);
        assert_eq!(kind(for_cpp as extern "C-unwind" fn(i32)), Kind::Address);
        assert_eq!(kind(first as unsafe fn()), Kind::Address);
        assert_eq!(kind(for_c as unsafe extern "C" fn()), Kind::Address);
        assert_eq!(kind(&first), Kind::Address);
        assert_eq!(kind(&first as &'static dyn Fn()), Kind::Address);
    }

    #[test]
    fn a_wrapper_is_known_by_its_type_if_that_tells_what_is_in_it() {
        let captured = 3_usize;
        assert_eq!(kind(AssertUnwindSafe(first)), Kind::Type);
        assert_eq!(kind(AssertUnwindSafe(|| ())), Kind::Type);
        assert_eq!(kind(AssertUnwindSafe(move || captured)), Kind::Type);
        assert_eq!(kind(AssertUnwindSafe(first as fn())), Kind::None);
        assert_eq!(kind(AssertUnwindSafe(&first)), Kind::None);
        assert_eq!(kind(AssertUnwindSafe(Box::new(first))), Kind::None);
        assert_eq!(kind(AssertUnwindSafe(Box::new(move || captured))), Kind::None);
        assert_eq!(kind(Box::new(first)), Kind::None);
        assert_eq!(kind(Box::new(move || captured)), Kind::None);
        assert_eq!(kind(Box::new(first) as Box<dyn Fn()>), Kind::None);
    }

    #[test]
    fn pointers_are_the_same_when_they_point_to_the_same() {
        static CALLS: [fn(); 2] = [first, second];
        assert_eq!(Identity::of(&CALLS[0]), Identity::of(&(first as fn())));
        let (one, other): (&'static dyn Fn(), &'static dyn Fn()) = (&CALLS[0], &CALLS[1]);
        assert_eq!(Identity::of(&one), Identity::of(&one));
        assert_ne!(Identity::of(&one), Identity::of(&other));
        assert_ne!(Identity::of(&first), Identity::of(&second));
        assert_ne!(Identity::of(&first), Identity::of(&(first as fn())));
    }

    #[test]
    fn no_path_begins_like_a_pointer() {
        trait Named {
            fn name(&self) -> &'static str;
        }

        /// The name of a type that is defined within an implementation for a pointer.
        macro_rules! names {
            ($($pointer:ty),*) => {
                $(impl Named for $pointer {
                    fn name(&self) -> &'static str {
                        struct Inner;
                        type_name::<Inner>()
                    }
                })*
            };
        }
        names!(fn(), unsafe fn(), extern "C" fn(), for<'a> fn(&'a str), &'static u8);

        let names = [
            (first as fn()).name(),
            (first as unsafe fn()).name(),
            (for_c as extern "C" fn()).name(),
            (with_str as fn(&str)).name(),
            (&7).name(),
        ];
        for name in names {
            assert!(name.starts_with('<') && !is_pointer(name), "{name}");
        }
    }
}
