//! Tells where the value of an option ends: at a comma, but not at one in a list of generic arguments, as in
//! `priority = G::<u32, 3>::P`.
//!
//! Expressions aren't parsed, which would take far more of syn. It is enough to tell whether a `<` begins such a list:
//! it does where no operator can be.

use proc_macro2::{Ident, Spacing, Span, TokenTree};

/// A value, of which some tokens have been read.
pub(crate) struct Value {
    after: After,
    /// The `<` of the lists that are open.
    lists: Vec<Span>,
    /// The last token, if it is a sign and the next one belongs to it, as in `->`, `<<`, `<=` and `'lifetime`.
    joint: Option<char>,
}

/// What the tokens that have been read end with.
#[derive(Clone, Copy, PartialEq)]
enum After {
    /// Nothing, an operator, or a word as `if`: an operand comes.
    Operator,
    /// What an operator may follow, and no operand.
    Operand,
    /// An `as`, and perhaps what types begin with.
    As,
    /// The name of a type, which may have generic arguments.
    Type,
}

impl Value {
    pub(crate) const fn new() -> Self {
        Self { after: After::Operator, lists: Vec::new(), joint: None }
    }

    /// Whether a comma would end it.
    pub(crate) fn may_end(&self) -> bool {
        self.lists.is_empty()
    }

    /// The `<` of a list that hasn't ended.
    pub(crate) fn open_list(&self) -> Option<Span> {
        self.lists.first().copied()
    }

    /// Whether this token can't be next, since two operands would be in a row.
    pub(crate) fn excludes(&self, token: &TokenTree) -> bool {
        let is_operand = match token {
            TokenTree::Literal(_) => true,
            TokenTree::Ident(word) => !is_keyword(word) || word == "crate",
            _ => false,
        };
        is_operand && self.may_end() && self.joint.is_none() && matches!(self.after, After::Operand | After::Type)
    }

    /// Reads the next token.
    pub(crate) fn read(&mut self, token: &TokenTree) {
        match (self.joint, token) {
            (Some('\''), TokenTree::Ident(_)) => {}
            (Some('-'), TokenTree::Punct(punct)) if punct.as_char() == '>' => self.after = After::As,
            // No list begins so: it was an operator.
            (Some('<'), TokenTree::Punct(punct)) if punct.as_char() == '=' => {
                self.lists.pop();
                self.after = After::Operator;
            }
            (joint, TokenTree::Punct(punct)) if punct.as_char() == '<' && self.has_list_next(joint) => {
                self.lists.push(punct.span());
            }
            (_, TokenTree::Punct(punct)) if punct.as_char() == '>' && !self.may_end() => {
                self.lists.pop();
                self.after = After::Operand;
            }
            _ if self.may_end() => self.after = self.after.then(token),
            _ => {}
        }
        self.joint = joint(token);
    }

    fn has_list_next(&self, joint: Option<char>) -> bool {
        // The second half of `<<` begins one only where the first half did.
        !self.may_end() || self.after != After::Operand && joint != Some('<')
    }
}

impl After {
    /// What it ends with when this token, which neither begins nor ends a list, follows.
    fn then(self, token: &TokenTree) -> Self {
        match (self, token) {
            (Self::As, TokenTree::Ident(word)) if !is_keyword(word) => Self::Type,
            (Self::As, TokenTree::Group(_)) => Self::Operand,
            (Self::As, _) => Self::As,
            (Self::Type, TokenTree::Punct(punct)) if punct.as_char() == ':' => Self::As,
            (Self::Operand, TokenTree::Punct(punct)) if punct.as_char() == '?' => Self::Operand,
            (_, TokenTree::Punct(_)) => Self::Operator,
            (_, TokenTree::Ident(word)) if is_one_of(word, BEFORE_TYPE) => Self::As,
            (_, TokenTree::Ident(word)) if is_one_of(word, BEFORE_OPERAND) => Self::Operator,
            _ => Self::Operand,
        }
    }
}

/// Keywords that a type follows, or what one begins with.
const BEFORE_TYPE: &[&str] = &["as", "extern"];

/// Keywords that an operand follows, or a pattern.
const BEFORE_OPERAND: &[&str] =
    &["break", "const", "else", "if", "in", "let", "match", "move", "mut", "ref", "return", "while"];

fn is_one_of(word: &Ident, words: &[&str]) -> bool {
    words.contains(&word.to_string().as_str())
}

fn joint(token: &TokenTree) -> Option<char> {
    match token {
        TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint => Some(punct.as_char()),
        _ => None,
    }
}

fn is_keyword(word: &Ident) -> bool {
    syn::parse2::<Ident>(TokenTree::from(word.clone()).into()).is_err()
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use crate::options::Options;

    #[test]
    fn a_value_ends_at_the_comma_after_it() {
        for value in [
            "G::<u32, 3>::P",
            "a::G::<Vec<(u8, u8)>, { 1 < 2 }, -1, 'static>::P + 1",
            "<T as Trait<A, B>>::P",
            "-<<T as A<u8, u8>>::B as C<D, E>>::P",
            "!f::<fn(A, B) -> Map<A, B>, dyn Fn(A) -> B>(1, 2)",
            "G::<'a, &'a T, for<'b> fn(&'b A, B) -> C>::P",
            "A * <T as Trait<A, B>>::P << <T as Trait<A, B>>::P",
            "1 << 3",
            "A<<3>>1",
            "if A < B { 1 } else { 2 }",
            "if A <= B && C<D || !(E > F) { 1 } else if <T as Trait<A, B>>::P > 3 { 2 } else { 3 }",
            "if let Some::<A>(a) = b && a<3 { 1 } else { 2 }",
            "match A < B { true => 1, false => 2 }",
            "3 as Number<A, B>",
            "3 as <T as Trait<A, B>>::Number",
            "if 3 as u8 * A < B { 1 } else { 2 }",
            "if 3 as u8 <= A { 1 } else { 2 }",
            "if 3 as Number<A, B> < C { 1 } else { 2 }",
            "f as for<'a> unsafe extern \"C\" fn(&'a A) -> Map<A, B>",
            "&raw const A as *const Map<A, B>",
            "'a: { break 'a 3 }",
            "A.map::<A, B>()? + -1",
            "a!(1, 2) as i32",
        ] {
            let options = syn::parse_str::<Options>(&format!("priority = {value}, thread"));
            let options = options.unwrap_or_else(|error| panic!("{value}: {error}"));
            let tokens: TokenStream = value.parse().unwrap();
            assert_eq!(options.priority.map(|priority| priority.to_string()), Some(tokens.to_string()));
            assert!(options.thread.is_some(), "{value}");
        }
    }
}
