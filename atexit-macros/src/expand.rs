//! Writes what the attribute expands to: the function as it was, and beside it the record that declares it.

use std::sync::atomic::{AtomicUsize, Ordering};

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Error, Result};

use crate::function::{Function, find_ident};
use crate::options::Options;

/// Expands the attribute, called `name`. The item is kept whatever is wrong, so that one mistake gives one error.
pub(crate) fn attribute(name: &str, options: TokenStream, item: TokenStream) -> TokenStream {
    let beside = match declaration(name, options, item.clone()) {
        Ok(declaration) => declaration,
        Err(error) => error.into_compile_error(),
    };
    quote!(#item #beside)
}

fn declaration(name: &str, options: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let options: Options = syn::parse2(options)?;
    let function: Function = syn::parse2(item)?;
    let Function { cfgs, is_deprecated, name: ident, .. } = &function;
    check_arguments(name, &function, &options)?;

    let krate = options.krate.clone().unwrap_or_else(|| quote!(::atexit));
    let call = call(&function, &options, &krate);
    let priority = options.priority.unwrap_or_else(|| quote!(0));
    let index = next_index();
    // Only where it is needed: in a crate that forbids the lint, no `allow` may stand.
    let allow = is_deprecated.then(|| quote!(#[allow(deprecated)]));
    Ok(quote_spanned! {Span::mixed_site()=>
        #(#cfgs)*
        #allow
        const _: () = {
            #krate::__private::declare!(#ident, #call, #priority, #index);
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
        Some(args) if parameters.is_empty() && !args.stream().is_empty() => Err(Error::new_spanned(
            args,
            format!("`{}` takes no arguments: leave out `args(…)`, or give it parameters", function.name),
        )),
        _ => Ok(()),
    }
}

/// The closure that calls the function and gives the text of its error.
///
/// What it names of the user's has the user's spans, so that a type that doesn't fit is underlined where it stands.
fn call(function: &Function, options: &Options, krate: &TokenStream) -> TokenStream {
    let name = &function.name;
    let args = options.args.as_ref().map_or_else(|| quote!(()), ToTokens::to_token_stream);
    let call = quote!(#name #args);
    let private = quote_spanned!(Span::mixed_site()=> #krate::__private);
    match &function.output {
        // Nothing may be done with it: what would do it could never be reached, which is a lint.
        Some(output) if output.to_string() == "!" => quote_spanned!(Span::mixed_site()=> || #call),
        Some(output) if find_ident(output.clone(), "impl").is_some() => {
            quote_spanned!(Span::mixed_site()=> || #private::outcome(#call))
        }
        Some(output) => quote_spanned!(Span::mixed_site()=> || #private::outcome_of::<#output>()(#call)),
        None => quote_spanned!(Span::mixed_site()=> || #private::outcome_of::<()>()(#call)),
    }
}

/// Counts the attributes of the crate that is being compiled. The compiler expands them as the code reads from top to
/// bottom, through modules in other files, macros and function bodies; nothing that the compiler tells about positions has
/// that order.
fn next_index() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
