//! When two handlers are the same function.
//!
//! Every function and every closure of a program has a type of its own, and that type is its identity: the address of
//! a function is none, since the linker may merge two functions with the same code. Only where the type says
//! nothing about which function it is, that is for pointers, the address has to do.

use std::any::{TypeId, type_name};
use std::mem::size_of;

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

    /// The identity of `function`, or `None` if nothing else can be the same as it: an owning pointer is alone.
    pub(crate) fn of<F: 'static>(function: &F) -> Option<Self> {
        let address = match Kind::of::<F>() {
            Kind::Function => Address::OfType,
            Kind::Owner => return None,
            Kind::Pointer if size_of::<F>() == size_of::<usize>() => {
                // SAFETY: `F` is a function pointer or a reference, and as large as a `usize`: one initialised address.
                Address::Thin(unsafe { (&raw const *function).cast::<usize>().read_unaligned() })
            }
            // SAFETY: `F` is a reference that is wider than an address, which are two initialised words: the address
            // and the length or the table of methods.
            Kind::Pointer => Address::Wide(unsafe { (&raw const *function).cast::<[usize; 2]>().read_unaligned() }),
        };
        Some(Self { type_id: TypeId::of::<F>(), address })
    }
}

/// Where the identity of a type's values comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// A function or a closure: from the type.
    Function,
    /// A function pointer or a reference: from the address.
    Pointer,
    /// A box: it points to what no other points to.
    Owner,
}

impl Kind {
    /// Tells it by the type's name, since stable Rust has nothing else to tell it by. No path can begin like the names
    /// of pointers do; the sizes are checked beside it because memory is read by this answer.
    fn of<F: 'static>() -> Self {
        let mut name = type_name::<F>();
        // A handler, too, and laid out like what is in it: so its identity is that of what is in it.
        while let Some(inner) = name.strip_prefix("core::panic::unwind_safe::AssertUnwindSafe<") {
            name = inner;
        }
        let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
        let words = size_of::<F>() / size_of::<usize>();
        if begins(&["fn(", "for<", "unsafe fn(", "extern ", "unsafe extern "]) && words == 1
            || begins(&["&"]) && (words == 1 || words == 2)
        {
            Self::Pointer
        } else if begins(&["alloc::boxed::Box<"]) {
            Self::Owner
        } else {
            Self::Function
        }
    }
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

    fn kind<F: 'static>(_: F) -> Kind {
        Kind::of::<F>()
    }

    #[test]
    fn the_compilers_names_tell_pointers_from_functions() {
        let captured = 3_usize;
        assert_eq!(kind(first), Kind::Function);
        assert_eq!(kind(for_c), Kind::Function);
        assert_eq!(kind(generic::<fn()>), Kind::Function);
        assert_eq!(kind(|| ()), Kind::Function);
        assert_eq!(kind(move || captured), Kind::Function);
        assert_eq!(kind(first as fn()), Kind::Pointer);
        assert_eq!(kind(with_str as fn(&str)), Kind::Pointer);
        assert_eq!(kind(with_str as fn(&'static str)), Kind::Pointer);
        assert_eq!(kind(for_c as extern "C" fn()), Kind::Pointer);
        assert_eq!(kind(for_cpp as extern "C-unwind" fn(i32)), Kind::Pointer);
        assert_eq!(kind(first as unsafe fn()), Kind::Pointer);
        assert_eq!(kind(for_c as unsafe extern "C" fn()), Kind::Pointer);
        assert_eq!(kind(&first), Kind::Pointer);
        assert_eq!(kind(&first as &'static dyn Fn()), Kind::Pointer);
        assert_eq!(kind(Box::new(first)), Kind::Owner);
        assert_eq!(kind(AssertUnwindSafe(first)), Kind::Function);
        assert_eq!(kind(AssertUnwindSafe(AssertUnwindSafe(first as fn()))), Kind::Pointer);
        assert_eq!(kind(AssertUnwindSafe(Box::new(first))), Kind::Owner);
        assert_eq!(kind(Box::new(first) as Box<dyn Fn()>), Kind::Owner);
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
}
