//! The other attributes of the function: which of them the code beside it needs.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use crate::function::is_punct;

/// The attributes, each without its brackets. Among them are no `#[cfg]` and no `#[cfg_attr]`: the compiler has
/// evaluated those.
pub(crate) struct Attributes(Vec<TokenStream>);

impl Attributes {
    /// Those of that function.
    pub(crate) fn of(function: TokenStream) -> Self {
        let mut attributes = Vec::new();
        each(function, &mut |attribute| {
            attributes.push(contents(attribute));
            None
        });
        Self(attributes)
    }

    /// Whether they expect a lint.
    pub(crate) fn have_expectation(&self) -> bool {
        self.0.iter().any(is_expectation)
    }

    /// Those that the code beside the function needs. What the user wrote there is under the function's lint levels. An
    /// expectation only allows: nobody knows in which of the two places the lint is found.
    pub(crate) fn beside(&self, has_code_of_the_users: bool) -> Vec<TokenStream> {
        let levels = self.0.iter().filter(|attribute| has_code_of_the_users && is_level(attribute)).cloned();
        // Only where it is needed: a crate that forbids the lint refuses `allow`.
        let is_deprecated = self.0.iter().any(|attribute| begins_with(attribute, "deprecated"));
        levels.map(allowed).chain(is_deprecated.then(|| quote!(allow(deprecated)))).collect()
    }
}

/// The function, allowing what it expects: the lint may be found only in the code beside it.
pub(crate) fn allow_what_is_expected(function: TokenStream) -> TokenStream {
    each(function, &mut |attribute| Some(contents(attribute)).filter(is_expectation).map(allowed))
}

/// The function, with what `change` makes of its attributes: those before it, and those that its body begins with.
fn each(function: TokenStream, change: &mut dyn FnMut(&Group) -> Option<TokenStream>) -> TokenStream {
    let mut tokens: Vec<TokenTree> = function.into_iter().collect();
    change_first(&mut tokens, "#", change);
    if let Some(TokenTree::Group(body)) = tokens.last_mut().filter(|token| is_group(token, Delimiter::Brace)) {
        let mut statements: Vec<TokenTree> = body.stream().into_iter().collect();
        if change_first(&mut statements, "#!", change) {
            let span = body.span();
            *body = Group::new(Delimiter::Brace, statements.into_iter().collect());
            body.set_span(span);
        }
    }
    tokens.into_iter().collect()
}

/// Changes the attributes that the tokens begin with, each after that sign, and says whether it did.
fn change_first(tokens: &mut [TokenTree], sign: &str, change: &mut dyn FnMut(&Group) -> Option<TokenStream>) -> bool {
    let mut is_changed = false;
    for attribute in tokens.chunks_exact_mut(sign.len() + 1) {
        let Some((TokenTree::Group(group), before)) = attribute.split_last_mut() else { break };
        if !before.iter().zip(sign.chars()).all(|(token, character)| is_punct(token, character)) {
            break;
        }
        if let Some(changed) = change(group) {
            // As the macro's own: no lint is about how such an attribute is written.
            let span = Span::mixed_site().located_at(group.span());
            *group = Group::new(Delimiter::Bracket, changed);
            group.set_span(span);
            is_changed = true;
        }
    }
    is_changed
}

/// Whether there is a `#[cfg(…)]` or a `#[cfg_attr(…)]` among the tokens of parameters.
pub(crate) fn has_condition(parameters: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = parameters.into_iter().collect();
    tokens.windows(2).any(|pair| match &pair[1] {
        TokenTree::Group(attribute) if is_punct(&pair[0], '#') => {
            let attribute = contents(attribute);
            begins_with(&attribute, "cfg") || begins_with(&attribute, "cfg_attr")
        }
        _ => false,
    })
}

/// What is in the brackets, even where a macro received it as `$attribute:meta`.
fn contents(attribute: &Group) -> TokenStream {
    without_groups(attribute.stream())
}

/// The tokens, without the invisible groups around the first one.
fn without_groups(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter();
    match tokens.next() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
            without_groups(group.stream()).into_iter().chain(tokens).collect()
        }
        first => first.into_iter().chain(tokens).collect(),
    }
}

/// Whether the attribute sets the level of lints, as `allow(…)`.
fn is_level(attribute: &TokenStream) -> bool {
    let is_word = ["allow", "deny", "expect", "forbid", "warn"].iter().any(|level| begins_with(attribute, level));
    is_word && attribute.clone().into_iter().nth(1).is_some_and(|token| is_group(&token, Delimiter::Parenthesis))
}

fn is_expectation(attribute: &TokenStream) -> bool {
    is_level(attribute) && begins_with(attribute, "expect")
}

fn begins_with(attribute: &TokenStream, word: &str) -> bool {
    matches!(attribute.clone().into_iter().next(), Some(TokenTree::Ident(ident)) if ident == word)
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

/// The level, with `allow` in place of `expect`.
fn allowed(level: TokenStream) -> TokenStream {
    if !is_expectation(&level) {
        return level;
    }
    let lints = level.into_iter().skip(1).collect::<TokenStream>();
    quote_spanned!(Span::mixed_site()=> allow #lints)
}
