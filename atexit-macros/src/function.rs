//! Parses what the attribute stands over, and refuses what can't be a handler.
//!
//! Only what matters for that is looked at, token by token. The body and the types stay as they were written.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Result, Token};

/// An annotated function.
pub(crate) struct Function {
    /// Its attributes `#[cfg(…)]`: what is added beside it has to have them, too.
    pub(crate) cfgs: Vec<TokenStream>,
    /// Whether it is `#[deprecated]`, so that naming it gives a warning.
    pub(crate) is_deprecated: bool,
    pub(crate) name: Ident,
    /// What is declared in parentheses.
    pub(crate) parameters: Group,
    /// The type after `->`.
    pub(crate) output: Option<TokenStream>,
}

impl Parse for Function {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut cfgs = Vec::new();
        let mut is_deprecated = false;
        while input.peek(Token![#]) {
            let (pound, group): (Token![#], Group) = (input.parse()?, input.parse()?);
            match group.stream().into_iter().next() {
                Some(TokenTree::Ident(name)) if name == "cfg" => cfgs.push(quote::quote!(#pound #group)),
                Some(TokenTree::Ident(name)) if name == "deprecated" => is_deprecated = true,
                _ => {}
            }
        }
        qualifiers(input)?;
        input.parse::<Token![fn]>().map_err(|error| {
            Error::new(error.span(), "only a function can be an exit handler: put the attribute over a `fn`")
        })?;
        let name: Ident = input.parse()?;
        if input.peek(Token![<]) {
            return Err(Error::new_spanned(
                generics(input)?,
                "an exit handler can't have generic parameters, since nothing says what they are at exit: write a function \
                 without them that calls this one",
            ));
        }
        let parameters: Group = input.parse()?;
        check_parameters(&parameters)?;
        let output = if input.parse::<Option<Token![->]>>()?.is_some() { Some(output(input)?) } else { None };
        where_clause_and_body(input, &name)?;
        Ok(Self { cfgs, is_deprecated, name, parameters, output })
    }
}

/// Passes over all that may stand before `fn`: visibility, `const`, `extern "C"`. Refuses the rest.
fn qualifiers(input: ParseStream) -> Result<()> {
    if input.parse::<Option<Token![pub]>>()?.is_some() && input.peek(syn::token::Paren) {
        input.parse::<Group>()?;
    }
    loop {
        if input.peek(Token![const]) && !input.peek2(Token![fn]) && !is_qualifier(input) {
            return Ok(()); // A constant: the caller says that it is no function.
        }
        if input.parse::<Option<Token![const]>>()?.is_some() {
            continue;
        }
        if let Some(token) = input.parse::<Option<Token![async]>>()? {
            return Err(Error::new_spanned(
                token,
                "an exit handler can't be `async`, since no executor runs at exit: write a `fn` that blocks, as with \
                 your runtime's `block_on`",
            ));
        }
        if input.peek(Token![unsafe]) && (input.peek2(Token![fn]) || input.peek2(Token![extern])) {
            return Err(Error::new(
                input.span(),
                "an exit handler can't be `unsafe`, since nobody could keep its conditions at exit: write a safe `fn` \
                 that calls it in an `unsafe` block",
            ));
        }
        if input.peek(Token![extern]) && (input.peek2(Token![fn]) || input.peek2(syn::LitStr)) {
            input.parse::<Token![extern]>()?;
            input.parse::<Option<syn::LitStr>>()?;
            continue;
        }
        return Ok(());
    }
}

/// Whether `const` is followed by a further qualifier of a function.
fn is_qualifier(input: ParseStream) -> bool {
    input.peek2(Token![async]) || input.peek2(Token![unsafe]) || input.peek2(Token![extern])
}

/// The tokens from `<` to the `>` that closes it.
fn generics(input: ParseStream) -> Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut depth = 0;
    let mut after_minus = false;
    loop {
        let token: TokenTree = input.parse()?;
        if let TokenTree::Punct(punct) = &token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' if !after_minus => depth -= 1,
                _ => {}
            }
            after_minus = punct.as_char() == '-';
        } else {
            after_minus = false;
        }
        tokens.extend([token]);
        if depth == 0 {
            return Ok(tokens);
        }
    }
}

fn check_parameters(parameters: &Group) -> Result<()> {
    if parameters.delimiter() != Delimiter::Parenthesis {
        return Err(Error::new(parameters.span(), "expected the function's parameters in parentheses"));
    }
    if let Some(receiver) = receiver(parameters.stream()) {
        return Err(Error::new(
            receiver,
            "a method can't be an exit handler, since nothing says what `self` is at exit: write a function outside of the \
             `impl`, or pass a closure to `atexit::register`",
        ));
    }
    if let Some(dots) = variadic(parameters.stream()) {
        return Err(Error::new_spanned(dots, "an exit handler can't be variadic: name its parameters"));
    }
    if let Some(generic) = find_ident(parameters.stream(), "impl") {
        return Err(Error::new(
            generic,
            "an exit handler can't have generic parameters, and `impl …` is one: write the type of the argument",
        ));
    }
    Ok(())
}

/// Where the first parameter says `self`, `mut self` or `&'a mut self`.
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

/// The three dots of a variadic function, which stand at the end or before a last comma.
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

/// Where that word stands, at any depth.
pub(crate) fn find_ident(tokens: TokenStream, word: &str) -> Option<Span> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == word => Some(ident.span()),
        TokenTree::Group(group) => find_ident(group.stream(), word),
        _ => None,
    })
}

/// The tokens of the type, up to the body or the `where`.
fn output(input: ParseStream) -> Result<TokenStream> {
    let mut output = TokenStream::new();
    while !(input.is_empty() || input.peek(Token![where]) || input.peek(Token![;]) || is_body(input)) {
        output.extend([input.parse::<TokenTree>()?]);
    }
    Ok(output)
}

/// Whether the body comes next: braces that end the function, unlike those of a constant in a type.
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

fn where_clause_and_body(input: ParseStream, name: &Ident) -> Result<()> {
    while !input.is_empty() && !is_body(input) {
        let token: TokenTree = input.parse()?;
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';') {
            let message = format!("an exit handler needs a body: write `fn {name}() {{ … }}`");
            return Err(Error::new_spanned(token, message));
        }
    }
    input.parse::<TokenTree>().map(drop)
}
