//! Writes what the attribute expands to: the function as it was, and beside it the record that makes it a handler.

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Error, Result};

use crate::attributes::{Attributes, allow_what_is_expected, has_condition};
use crate::function::{Function, find_ident, lifetimes};
use crate::krate;
use crate::leaving::find_return;
use crate::options::Options;
use crate::program;

/// Expands the attribute, called `name`. The item is kept whatever is wrong, so that one mistake gives one error.
pub(crate) fn attribute(name: &str, options: TokenStream, item: &TokenStream) -> TokenStream {
    expansion(name, options, item).unwrap_or_else(|error| {
        let error = compile_error(error);
        quote!(#item #error)
    })
}

/// The error, without the path of its `::core::compile_error!`: in edition 2015 that begins in the user's crate.
fn compile_error(error: Error) -> TokenStream {
    let is_path = |token: &TokenTree| match token {
        TokenTree::Punct(punct) => punct.as_char() == ':',
        TokenTree::Ident(ident) => ident == "core",
        _ => false,
    };
    error.into_compile_error().into_iter().filter(|token| !is_path(token)).collect()
}

/// The function, and beside it the record.
fn expansion(name: &str, options: TokenStream, item: &TokenStream) -> Result<TokenStream> {
    let options: Options = syn::parse2(options)?;
    let function: Function = syn::parse2(item.clone())?;
    check_block_on(name, &function, &options)?;
    check_arguments(name, &function, &options)?;
    let attributes = Attributes::of(item.clone());
    let record = record(&function, &options, &attributes);
    // Otherwise the tokens stay as they are: those that a macro received lose something when they are taken apart.
    let is_changed = options.have_code() && attributes.have_expectation();
    let item = if is_changed { allow_what_is_expected(item.clone()) } else { item.clone() };
    Ok(quote!(#item #record))
}

/// The record of the function, from which the runtime learns of it before `main`.
fn record(function: &Function, options: &Options, attributes: &Attributes) -> TokenStream {
    let ident = &function.name;
    let attributes = attributes.beside(options.have_code() || function.output.is_some());
    let private = private(options.krate.clone());
    let mut call = call(function, options, &private);
    if options.thread.is_some() || options.block_on.is_some() {
        // Evaluates the arguments and `block_on` on that thread, too.
        call = quote_spanned!(Span::mixed_site()=> #private::on_thread(|| #call));
    }
    let priority = priority(options, &private);
    let index = next_index();
    let krate = about_the_crate(&private);
    let location = Span::mixed_site().located_at(ident.span());
    // Unique in the crate: another version of this macro, which may be used in the same module, counts by itself.
    let version = env!("CARGO_PKG_VERSION").replace(|c: char| !c.is_ascii_alphanumeric(), "x");
    let unique = format_ident!("__Atexit{index}Of{version}", span = location);
    let keyword = quote_spanned!(location=> enum);
    let record = quote_spanned!(Span::mixed_site()=> #private::declare!(#ident, #call, #priority, #index, #krate));
    let mut variant = Group::new(Delimiter::Brace, quote_spanned!(Span::mixed_site()=> A = { #record; 0 }));
    variant.set_span(location);
    // One item, of a kind that can't be in an `impl`: there the compiler refuses it as a whole, at the function's name,
    // and doesn't look into it. It would look into a `const _`, and find that function's name to be unknown.
    quote_spanned! {Span::mixed_site()=>
        #[doc(hidden)]
        #(#[#attributes])*
        #keyword #unique #variant
    }
}

/// Refuses an `async fn` without what drives its future, and the other way round.
fn check_block_on(name: &str, function: &Function, options: &Options) -> Result<()> {
    match (&function.asyncness, &options.block_on) {
        (Some(asyncness), None) => Err(Error::new(
            asyncness.span(),
            format!(
                "an `async` exit handler needs the option `block_on`, since no executor runs at exit: write \
                 `#[{name}(block_on = pollster::block_on)]` or `#[{name}(block_on = |future| RUNTIME.block_on(future))]`"
            ),
        )),
        (None, Some((block_on, _))) => Err(Error::new(
            block_on.span(),
            format!(
                "`block_on` is for an `async fn`, and `{0}` is none: remove it, or write `async fn {0}`",
                function.name
            ),
        )),
        _ => Ok(()),
    }
}

/// Refuses parameters without arguments, and the other way round. Their number is for the compiler to compare, which
/// alone knows those that are there under a condition.
fn check_arguments(name: &str, function: &Function, options: &Options) -> Result<()> {
    let parameters = function.parameters.stream();
    if let Some(leaving) = options.args.as_ref().and_then(|(_, arguments)| find_return(arguments.stream())) {
        let message =
            "`return` can't leave `args(…)`: write `?` on an `Option`, which skips the handler where it is `None`";
        return Err(Error::new(leaving.span(), message));
    }
    match &options.args {
        _ if has_condition(parameters.clone()) => Ok(()),
        None if !parameters.is_empty() => Err(Error::new_spanned(
            parameters,
            format!("an exit handler with parameters needs arguments: write `#[{name}(args(…))]`"),
        )),
        Some((_, arguments)) if parameters.is_empty() && !arguments.stream().is_empty() => Err(Error::new_spanned(
            arguments,
            format!("`{}` takes no arguments: remove `args(…)`, or add parameters", function.name),
        )),
        _ => Ok(()),
    }
}

/// The module whose names the expansion uses. If `crate = …` leads elsewhere, the error underlines that path.
fn private(krate: Option<TokenStream>) -> TokenStream {
    let krate = krate.unwrap_or_else(krate::path);
    let location = krate.clone().into_iter().last().map_or_else(Span::call_site, |token| token.span());
    let private = Ident::new("__private", Span::mixed_site().located_at(location));
    quote_spanned!(Span::mixed_site()=> #krate::#private)
}

/// The call of the function, as an expression that is the text of its error.
///
/// The user's tokens in it keep their spans, so that an error about a type underlines that type in the user's code.
fn call(function: &Function, options: &Options, private: &TokenStream) -> TokenStream {
    let mut name = function.name.clone();
    let mut arguments = quote!(());
    if let Some((args, group)) = &options.args {
        // The call has the position of `args(…)`, so that the compiler compares and corrects the arguments there.
        name.set_span(name.span().located_at(args.span()));
        arguments = group.to_token_stream();
    } else if !function.parameters.stream().is_empty() {
        // They are there under a condition. The call is the macro's own, so that the compiler corrects nothing.
        name.set_span(Span::mixed_site().located_at(name.span()));
    }
    let mut call = quote!(#name #arguments);
    if let Some((_, block_on)) = &options.block_on {
        call = driven(&call, block_on, private);
    }
    let Some(output) = &function.output else {
        return quote_spanned!(Span::mixed_site()=> #private::no_error(#call));
    };
    if output.to_string() == "!" {
        // Nothing may be done with it: code that did would be unreachable, which is a lint.
        quote_spanned!(Span::mixed_site()=> #call)
    } else if let Some(location) = unnameable(output, function) {
        // The name is one that no constant of the user's has, since a pattern would mean that constant. And it is a
        // `match`, since the outcome may borrow from the arguments, which live until the end of the `match`.
        let outcome = Ident::new("__atexit_outcome", Span::mixed_site().located_at(location));
        quote_spanned!(Span::mixed_site()=> match #call { #outcome => #private::outcome(#outcome) })
    } else {
        quote_spanned!(Span::mixed_site()=> #private::outcome_of::<#output>()(#call))
    }
}

/// The call of an `async` function, whose future is driven. It has the position of what drives it, so that the compiler
/// underlines that if it doesn't fit.
fn driven(call: &TokenStream, block_on: &TokenStream, private: &TokenStream) -> TokenStream {
    let start = block_on.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    let located = |mut token: TokenTree| {
        token.set_span(token.span().located_at(start));
        token
    };
    let private: TokenStream = private.clone().into_iter().map(located).collect();
    quote_spanned!(Span::mixed_site().located_at(start)=> #private::block_on(#call, #block_on))
}

/// The position of the output type, if it has no name outside of the function: because it is an `impl` of something, or
/// because it names a lifetime parameter.
fn unnameable(output: &TokenStream, function: &Function) -> Option<Span> {
    let names_parameter = || lifetimes(output.clone()).iter().any(|lifetime| function.lifetimes.contains(lifetime));
    let start = || output.clone().into_iter().next().map(|token| token.span());
    find_ident(output.clone(), "impl").or_else(|| if names_parameter() { start() } else { None })
}

/// The priority, as a constant by itself, so that the compiler's error about its type is about nothing else.
fn priority(options: &Options, private: &TokenStream) -> TokenStream {
    match &options.priority {
        None => quote!(0),
        Some(priority) => quote_spanned! {Span::mixed_site()=> {
            const __ATEXIT_PRIORITY: #private::core::primitive::i32 = #priority;
            __ATEXIT_PRIORITY
        }},
    }
}

/// What the compiler and cargo tell of the crate that is being compiled: whether it is a program, its package and its
/// version. Asked here and not by macros in the expansion, which the compiler would expand for each function.
fn about_the_crate(private: &TokenStream) -> TokenStream {
    let is_program = program::is_compiled(&quote_spanned!(Span::mixed_site()=> #private::core));
    let [name, version] = ["CARGO_PKG_NAME", "CARGO_PKG_VERSION"].map(|name| env::var(name).unwrap_or_default());
    quote!((#is_program, #name, #version))
}

/// Counts the attributes of the crate that is being compiled. The compiler expands them in source order, through
/// modules in other files, macros and function bodies; spans don't have that order. (The exception: attributes
/// imported by a `use` that a macro made are expanded last, from bottom to top.)
fn next_index() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
