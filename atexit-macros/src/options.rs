//! Parses the options of the attribute: `args(…)`, `priority = …`, `thread`, `block_on = …` and `crate = …`.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Result, Token};

use crate::function::is_punct;
use crate::value::Value;

/// The options in the attribute's parentheses.
#[derive(Default)]
pub(crate) struct Options {
    /// `args("Donny", 3)`: the word, and the group in parentheses.
    pub(crate) args: Option<(Ident, Group)>,
    /// `priority = 10`: an expression.
    pub(crate) priority: Option<TokenStream>,
    /// `thread`: the word.
    pub(crate) thread: Option<Ident>,
    /// `block_on = pollster::block_on`: the word, and an expression.
    pub(crate) block_on: Option<(Ident, TokenStream)>,
    /// `crate = path`: the path of the crate `atexit`.
    pub(crate) krate: Option<TokenStream>,
}

impl Options {
    /// Whether they hold code of the user's.
    pub(crate) fn have_code(&self) -> bool {
        let have_arguments = self.args.as_ref().is_some_and(|(_, arguments)| !arguments.stream().is_empty());
        have_arguments || self.priority.is_some() || self.block_on.is_some() || self.krate.is_some()
    }
}

const KNOWN: &str = "expected `args(…)`, `priority = …`, `thread`, `block_on = …` or `crate = …`";

impl Parse for Options {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut options = Self::default();
        while !input.is_empty() {
            let Ok(name) = input.call(Ident::parse_any) else {
                return Err(input.error(KNOWN));
            };
            match name.to_string().as_str() {
                "args" => set(&mut options.args, &name, (name.clone(), args(&name, input)?))?,
                "priority" => set(&mut options.priority, &name, priority(&name, input)?)?,
                "thread" => set(&mut options.thread, &name, thread(&name, input)?)?,
                "block_on" => set(&mut options.block_on, &name, (name.clone(), block_on(&name, input)?))?,
                "crate" => set(&mut options.krate, &name, krate(&name, input)?)?,
                _ => return Err(Error::new(name.span(), format!("unknown option `{name}`: {KNOWN}"))),
            }
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                return Err(comma_missing(&name, input));
            }
        }
        Ok(options)
    }
}

fn set<T>(option: &mut Option<T>, name: &Ident, value: T) -> Result<()> {
    if option.replace(value).is_some() {
        return Err(Error::new(name.span(), format!("duplicate option `{name}`: remove one")));
    }
    Ok(())
}

fn args(name: &Ident, input: ParseStream) -> Result<Group> {
    match token(input) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            input.parse::<TokenTree>()?;
            Ok(group)
        }
        found => Err(wrong(name, found, "arguments go in parentheses: write `args(…)`")),
    }
}

fn priority(name: &Ident, input: ParseStream) -> Result<TokenStream> {
    let value = value(name, input, "expected an integer: write `priority = 10`")?;
    // A number is checked here, since the compiler's error would not say what to write. The type of any other
    // expression, as in `priority = LATE`, is for the compiler to check.
    let mut tokens = value.clone().into_iter().filter(|token| !is_punct(token, '-'));
    if let (Some(TokenTree::Literal(literal)), None) = (tokens.next(), tokens.next()) {
        let text = value.to_string().replace(' ', "");
        let number = syn::parse2::<syn::LitInt>(TokenTree::from(literal).into());
        let fits = number.is_ok_and(|number| {
            let digits = number.base10_digits();
            let sign = if text.starts_with('-') { "-" } else { "" };
            format!("{sign}{digits}").parse::<i32>().is_ok()
        });
        if !fits {
            let message = format!("expected an integer that fits in an `i32`, found `{text}`: write `priority = 10`");
            return Err(Error::new_spanned(value, message));
        }
    }
    Ok(value)
}

/// The word `thread`. A value in any form is refused here; what else may follow needs a comma first.
fn thread(name: &Ident, input: ParseStream) -> Result<Ident> {
    match token(input) {
        Some(TokenTree::Punct(punct)) if !matches!(punct.as_char(), '=' | ':') => {}
        None | Some(TokenTree::Ident(_)) => {}
        value => return Err(wrong(name, value, "`thread` takes no value: write `#[atexit(thread)]`")),
    }
    Ok(name.clone())
}

fn block_on(name: &Ident, input: ParseStream) -> Result<TokenStream> {
    let hint = "`block_on` takes a function or closure that drives a future: write `block_on = pollster::block_on` or \
                `block_on = |future| RUNTIME.block_on(future)`";
    value(name, input, hint)
}

fn krate(name: &Ident, input: ParseStream) -> Result<TokenStream> {
    let hint = "`crate` takes the path of the crate `atexit`: write `crate = path::to::atexit`";
    let path = value(name, input, hint)?;
    let is_path = |token: &TokenTree| matches!(token, TokenTree::Ident(_)) || is_punct(token, ':');
    // A path that a macro received as `$krate:path` comes in an invisible group, which is kept.
    let is_group = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::None);
    match path.clone().into_iter().find(|token| !is_path(token) && !is_group(token)) {
        Some(wrong) => Err(Error::new(wrong.span(), hint)),
        None => Ok(path),
    }
}

/// The tokens after `=`, up to the comma that ends them.
fn value(name: &Ident, input: ParseStream, hint: &str) -> Result<TokenStream> {
    // With another sign it is `==` or `=>`.
    if input.parse::<Token![=]>().is_err() || input.peek(Token![=]) || input.peek(Token![>]) {
        return Err(wrong(name, token(input), hint));
    }
    let mut value = Value::new();
    let mut tokens = TokenStream::new();
    while let Some(token) = token(input).filter(|token| !(value.may_end() && is_punct(token, ','))) {
        if value.excludes(&token) {
            return Err(comma_missing(name, input));
        }
        value.read(&token);
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    if let Some(list) = value.open_list() {
        return Err(Error::new(list, "expected a `>` that ends what this `<` begins"));
    }
    if tokens.is_empty() {
        return Err(wrong(name, token(input), hint));
    }
    Ok(tokens)
}

/// The error where the next option follows without a comma: no expression has two words or literals in a row.
fn comma_missing(name: &Ident, input: ParseStream) -> Error {
    input.error(format!("expected `,` after the option `{name}`"))
}

/// An error at what was found, or at the option's name where nothing was found.
fn wrong(name: &Ident, found: Option<TokenTree>, hint: &str) -> Error {
    Error::new(found.map_or_else(|| name.span(), |token| token.span()), hint)
}

/// The next token, which stays in the input.
fn token(input: ParseStream) -> Option<TokenTree> {
    input.cursor().token_tree().map(|(token, _)| token)
}
