//! Parses the annotated function, and refuses what can't be a handler.
//!
//! Only what matters for that is looked at, token by token. The body and the types stay as they were written.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitStr, Result, Token};

/// An annotated function.
pub(crate) struct Function {
    pub(crate) name: Ident,
    /// The word `async`.
    pub(crate) asyncness: Option<Ident>,
    /// The names of its lifetime parameters, and of what bounds them.
    pub(crate) lifetimes: Vec<Ident>,
    /// The parameters, with their parentheses.
    pub(crate) parameters: Group,
    /// The type after `->`.
    pub(crate) output: Option<TokenStream>,
}

impl Parse for Function {
    fn parse(input: ParseStream) -> Result<Self> {
        attributes(input)?;
        let qualifiers = qualifiers(input)?;
        input.parse::<Token![fn]>()?;
        // What is a keyword in the newest edition may be a name in the user's.
        let name = input.call(Ident::parse_any)?;
        let generics = generics(input)?;
        let parameters: Group = input.parse()?;
        let output = output(input)?;
        check_body(input, &name)?;
        check_receiver(&parameters)?;
        check_self_type(&parameters, output.as_ref())?;
        check_name(&name)?;
        check_variadic(&parameters)?;
        qualifiers.iter().try_for_each(check_qualifier)?;
        check_generics(&generics)?;
        check_impl_types(&parameters)?;
        let asyncness = qualifiers.into_iter().find(|qualifier| qualifier == "async");
        Ok(Self { name, asyncness, lifetimes: lifetimes(generics), parameters, output })
    }
}

/// Passes over the attributes.
fn attributes(input: ParseStream) -> Result<()> {
    while input.parse::<Option<Token![#]>>()?.is_some() {
        input.parse::<Group>()?;
    }
    Ok(())
}

/// Passes over the visibility, returns the words between it and `fn`, and refuses what isn't a function.
fn qualifiers(input: ParseStream) -> Result<Vec<Ident>> {
    if input.parse::<Option<Token![pub]>>()?.is_some() && input.peek(syn::token::Paren) {
        input.parse::<Group>()?;
    }
    let mut qualifiers = Vec::new();
    while next_is_one_of(input, &["const", "async", "safe", "unsafe", "extern"]) {
        qualifiers.push(input.call(Ident::parse_any)?);
        input.parse::<Option<LitStr>>()?; // The ABI, after `extern`.
    }
    if !input.peek(Token![fn]) {
        return Err(not_a_function(input, qualifiers.pop()));
    }
    Ok(qualifiers)
}

fn check_qualifier(qualifier: &Ident) -> Result<()> {
    if qualifier != "unsafe" {
        return Ok(());
    }
    let message = "an exit handler can't be `unsafe`, since nothing at exit upholds its safety contract: write a safe \
                   `fn` that calls it in an `unsafe` block";
    Err(Error::new(qualifier.span(), message))
}

/// The error at the word that says what it is instead: `struct`, say, or the last qualifier, as for a constant.
fn not_a_function(input: ParseStream, last_qualifier: Option<Ident>) -> Error {
    const KINDS: &[&str] =
        &["enum", "impl", "let", "macro_rules", "mod", "static", "struct", "trait", "type", "union", "use"];
    let kind = if next_is_one_of(input, KINDS) { input.call(Ident::parse_any).ok() } else { last_qualifier };
    // A macro call, for example, has no such word.
    let (span, found) = kind.map_or_else(|| (input.span(), String::new()), |it| (it.span(), format!(", found `{it}`")));
    Error::new(span, format!("expected `fn`{found}: only a function can be an exit handler"))
}

fn next_is_one_of(input: ParseStream, words: &[&str]) -> bool {
    input.cursor().ident().is_some_and(|(word, _)| words.contains(&word.to_string().as_str()))
}

/// Refuses `main`, which the compiler would accept.
fn check_name(name: &Ident) -> Result<()> {
    if name.unraw() != "main" {
        return Ok(());
    }
    let message =
        "`main` can't be an exit handler, since it would run again at exit: write a function with another name";
    Err(Error::new(name.span(), message))
}

/// The tokens from `<` to the `>` that closes it, if there are any.
fn generics(input: ParseStream) -> Result<TokenStream> {
    let mut tokens = TokenStream::new();
    if !input.peek(Token![<]) {
        return Ok(tokens);
    }
    let mut depth = 0;
    let mut after_minus = false;
    loop {
        let token: TokenTree = input.parse()?;
        if is_punct(&token, '<') {
            depth += 1;
        } else if is_punct(&token, '>') && !after_minus {
            depth -= 1;
        }
        after_minus = is_punct(&token, '-');
        tokens.extend([token]);
        if depth == 0 {
            return Ok(tokens);
        }
    }
}

/// Refuses parameters other than lifetimes, which the compiler infers.
fn check_generics(generics: &TokenStream) -> Result<()> {
    let tokens: Vec<TokenTree> = generics.clone().into_iter().collect();
    let is_other = |pair: &[TokenTree]| matches!(pair[1], TokenTree::Ident(_)) && !is_punct(&pair[0], '\'');
    if !tokens.windows(2).any(is_other) {
        return Ok(());
    }
    let message = "an exit handler can't have generic parameters, since nothing determines them at exit: write a \
                   function without them that calls this one";
    Err(Error::new_spanned(generics, message))
}

fn check_receiver(parameters: &Group) -> Result<()> {
    receiver(parameters.stream()).map_or(Ok(()), |receiver| {
        Err(Error::new(
            receiver,
            "a method can't be an exit handler, since there is no `self` at exit: write a function outside the `impl`, \
             or pass a closure to `atexit::register`",
        ))
    })
}

/// Refuses `Self` in the signature: no other token tells that the function is in an `impl`.
fn check_self_type(parameters: &Group, output: Option<&TokenStream>) -> Result<()> {
    let in_output = || find_ident(output?.clone(), "Self");
    find_ident(parameters.stream(), "Self").or_else(in_output).map_or(Ok(()), |span| {
        Err(Error::new(
            span,
            "an exit handler can't be in an `impl` or a `trait`: write a function outside that calls this one",
        ))
    })
}

fn check_variadic(parameters: &Group) -> Result<()> {
    variadic(parameters.stream()).map_or(Ok(()), |dots| {
        let message = "an exit handler can't be variadic: declare each parameter with its type";
        Err(Error::new_spanned(dots, message))
    })
}

fn check_impl_types(parameters: &Group) -> Result<()> {
    find_ident(parameters.stream(), "impl").map_or(Ok(()), |generic| {
        Err(Error::new(
            generic,
            "an exit handler can't have generic parameters, and `impl Trait` is one: write a concrete type",
        ))
    })
}

/// The position of `self`, if the first parameter is `self`, `mut self`, `&'a mut self` or the like.
fn receiver(parameters: TokenStream) -> Option<Span> {
    let mut lifetime = false;
    for token in parameters {
        match token {
            TokenTree::Punct(punct) if matches!(punct.as_char(), '&' | '#') => {}
            TokenTree::Punct(punct) if punct.as_char() == '\'' => lifetime = true,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {}
            TokenTree::Ident(_) if lifetime => lifetime = false,
            TokenTree::Ident(ident) if ident == "mut" => {}
            TokenTree::Ident(ident) if ident == "self" => return Some(ident.span()),
            _ => return None,
        }
    }
    None
}

/// The three dots of a variadic function, which are last or followed by a comma.
fn variadic(parameters: TokenStream) -> Option<TokenStream> {
    let mut dots = TokenStream::new();
    let mut count = 0;
    for token in parameters {
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.') {
            dots.extend([token]);
            count += 1;
            if count == 3 {
                return Some(dots);
            }
        } else {
            dots = TokenStream::new();
            count = 0;
        }
    }
    None
}

/// The position of that word, at any depth.
pub(crate) fn find_ident(tokens: TokenStream, word: &str) -> Option<Span> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == word => Some(ident.span()),
        TokenTree::Group(group) => find_ident(group.stream(), word),
        _ => None,
    })
}

/// The names of the lifetimes among the tokens, at any depth.
pub(crate) fn lifetimes(tokens: TokenStream) -> Vec<Ident> {
    let mut lifetimes = Vec::new();
    let mut after_quote = false;
    for token in tokens {
        let is_quote = is_punct(&token, '\'');
        match token {
            TokenTree::Ident(ident) if after_quote => lifetimes.push(ident),
            TokenTree::Group(group) => lifetimes.extend(self::lifetimes(group.stream())),
            _ => {}
        }
        after_quote = is_quote;
    }
    lifetimes
}

/// The tokens of the type after `->`, up to the body or the `where`.
fn output(input: ParseStream) -> Result<Option<TokenStream>> {
    if input.parse::<Option<Token![->]>>()?.is_none() {
        return Ok(None);
    }
    let mut output = TokenStream::new();
    while !(input.is_empty() || input.peek(Token![where]) || input.peek(Token![;]) || is_body(input)) {
        output.extend([input.parse::<TokenTree>()?]);
    }
    Ok(Some(output))
}

/// Whether the body comes next: the braces that are last, unlike those of a constant in a type.
fn is_body(input: ParseStream) -> bool {
    input
        .cursor()
        .token_tree()
        .is_some_and(|(token, rest)| matches!(token, TokenTree::Group(group) if is_braces(&group)) && rest.eof())
}

/// Whether the group is in braces, or an invisible one around braces, as a macro's `$body:block` is.
fn is_braces(group: &Group) -> bool {
    match group.delimiter() {
        Delimiter::Brace => true,
        Delimiter::None => {
            let mut inner = group.stream().into_iter();
            matches!((inner.next(), inner.next()), (Some(TokenTree::Group(inner)), None) if is_braces(&inner))
        }
        _ => false,
    }
}

/// Passes over the `where` clause and the body, and refuses a function without a body.
fn check_body(input: ParseStream, name: &Ident) -> Result<()> {
    while !input.is_empty() && !is_body(input) {
        let token: TokenTree = input.parse()?;
        if is_punct(&token, ';') {
            let message = format!(
                "an exit handler needs a body, but `{name}` has none: write a function outside this block that calls it"
            );
            return Err(Error::new_spanned(token, message));
        }
    }
    input.parse::<TokenTree>().map(drop)
}

pub(crate) fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}
