//! Writes what the attribute expands to: the function as it was, and beside it the record that declares it.

use std::sync::atomic::{AtomicUsize, Ordering};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Error, Result};

use crate::function::{Function, find_ident};
use crate::options::Options;

/// Expands the attribute, called `name`. The item is kept whatever is wrong, so that one mistake gives one error.
pub(crate) fn attribute(name: &str, options: TokenStream, item: &TokenStream) -> TokenStream {
    let beside = match declaration(name, options, item.clone()) {
        Ok(declaration) => declaration,
        Err(error) => compile_error(error),
    };
    quote!(#item #beside)
}

/// The error, without the path of its `::core::compile_error!`: in edition 2015 that would begin in the user's crate.
fn compile_error(error: Error) -> TokenStream {
    let is_path = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ':',
        TokenTree::Ident(ident) => ident == "core",
        _ => false,
    };
    error.into_compile_error().into_iter().filter(|token| !is_path(token)).collect()
}

fn declaration(name: &str, options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options: Options = syn::parse2(options)?;
    let function: Function = syn::parse2(item)?;
    let Function { attributes, name: ident, .. } = &function;
    check_arguments(name, &function, &options)?;

    let private = private(options.krate.clone());
    let call = call(&function, &options, &private);
    let priority = options.priority.unwrap_or_else(|| quote!(0));
    let index = next_index();
    Ok(quote_spanned! {Span::mixed_site()=>
        #(#[#attributes])*
        const _: () = {
            #private::declare!(#ident, #call, #priority, #index);
        };
    })
}

/// Refuses parameters without arguments, and the other way round. How many they are is for the compiler to compare.
fn check_arguments(name: &str, function: &Function, options: &Options) -> Result<()> {
    let parameters = function.parameters.stream();
    match &options.args {
        None if !parameters.is_empty() => Err(Error::new_spanned(
            parameters,
            format!("an exit handler with parameters needs arguments: write `#[{name}(args(…))]`"),
        )),
        Some((_, arguments)) if parameters.is_empty() && !arguments.stream().is_empty() => Err(Error::new_spanned(
            arguments,
            format!("`{}` takes no arguments: leave out `args(…)`, or give it parameters", function.name),
        )),
        _ => Ok(()),
    }
}

/// The module whose names the expansion uses. Where `crate = …` leads somewhere else, that is underlined.
fn private(krate: Option<TokenStream>) -> TokenStream {
    let krate = krate.unwrap_or_else(|| quote!(::atexit));
    let location = krate.clone().into_iter().last().map_or_else(Span::call_site, |token| token.span());
    let private = Ident::new("__private", Span::mixed_site().located_at(location));
    quote_spanned!(Span::mixed_site()=> #krate::#private)
}

/// The closure that calls the function and gives the text of its error.
///
/// What it names of the user's has the user's spans, so that a type that doesn't fit is underlined where it stands.
fn call(function: &Function, options: &Options, private: &TokenStream) -> TokenStream {
    let mut name = function.name.clone();
    let mut arguments = quote!(());
    if let Some((args, group)) = &options.args {
        // The call stands where `args(…)` does, so that the compiler compares and corrects the arguments there.
        name.set_span(name.span().located_at(args.span()));
        arguments = group.to_token_stream();
    }
    let call = quote!(#name #arguments);
    let Some(output) = &function.output else {
        return quote_spanned!(Span::mixed_site()=> || #private::outcome_of::<()>()(#call));
    };
    if output.to_string() == "!" {
        // Nothing may be done with it: what would do it could never be reached, which is a lint.
        quote_spanned!(Span::mixed_site()=> || #call)
    } else if let Some(location) = find_ident(output.clone(), "impl") {
        let outcome = Ident::new("outcome", Span::mixed_site().located_at(location));
        quote_spanned!(Span::mixed_site()=> || { let #outcome = #call; #private::outcome(#outcome) })
    } else {
        quote_spanned!(Span::mixed_site()=> || #private::outcome_of::<#output>()(#call))
    }
}

/// Counts the attributes of the crate that is being compiled. The compiler expands them as the code reads from top to
/// bottom, through modules in other files, macros and function bodies; nothing that the compiler tells about positions
/// has that order. (Only attributes that a `use` imports which a macro has made are expanded later, from bottom to top.)
fn next_index() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
