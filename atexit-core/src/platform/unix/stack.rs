//! Asking the stack which functions this thread is in.

#[cfg(target_arch = "arm")]
mod scanned;
#[cfg(not(target_arch = "arm"))]
mod unwound;

#[cfg(target_arch = "arm")]
pub(super) use scanned::has;
#[cfg(not(target_arch = "arm"))]
pub(super) use unwound::has;

#[cfg(test)]
mod tests {
    use std::ffi::c_void;
    use std::hint::black_box;

    use super::has;

    #[inline(never)]
    fn outer(call: fn() -> bool) -> bool {
        black_box(call())
    }

    fn is_in_outer() -> bool {
        has(outer as *const c_void)
    }

    #[test]
    fn only_functions_that_have_been_called_are_on_the_stack() {
        assert!(outer(is_in_outer));
        assert!(!outer(|| has(libc::exit as *const c_void)));
    }

    /// What it has left on the stack can't be told from a call where that is read.
    #[test]
    #[cfg(not(target_arch = "arm"))]
    fn functions_that_have_returned_are_not() {
        assert!(outer(is_in_outer));
        assert!(!is_in_outer());
    }
}
