//! Finds the `return` that would leave `args(…)`, where only `?` on an `Option` may.
//!
//! The compiler refuses what `return` would give, but in words about code that the user doesn't see. Where it isn't
//! clear from the tokens what a `return` leaves, that is left to the compiler.

use proc_macro2::{Ident, TokenStream, TokenTree};

use crate::function::is_punct;

/// The `return`, unless it is in a closure, a function, an `async` block or a macro's arguments.
pub(crate) fn find_return(tokens: TokenStream) -> Option<Ident> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "return" => return Some(word),
            TokenTree::Ident(word) if word == "async" || word == "fn" => return None,
            // Of a closure, or an operator.
            token if is_punct(&token, '|') => return None,
            // Of a macro call, or an operator.
            token if is_punct(&token, '!') => drop(tokens.next_if(|token| matches!(token, TokenTree::Group(_)))),
            TokenTree::Group(group) => {
                if let Some(found) = find_return(group.stream()) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(tokens: &str) -> bool {
        find_return(tokens.parse().unwrap()).is_some()
    }

    #[test]
    fn a_return_is_found_where_it_leaves_the_arguments() {
        assert!(finds("return"));
        assert!(finds("A.load(), return Some(3)"));
        assert!(finds("f(!A, { if B { return; } 3 })"));
        assert!(finds("match A.get() { Some(a) => a, None => return None }"));
    }

    #[test]
    fn a_return_is_left_to_the_compiler_where_it_may_leave_something_else() {
        assert!(!finds("A.map(|a| { if a > 3 { return 3; } a })"));
        assert!(!finds("async { return 3 }, 3"));
        assert!(!finds("{ fn f() -> u8 { return 3 } f() }"));
        assert!(!finds("a!(return)"));
        assert!(!finds("r#return, A.returned"));
    }
}
