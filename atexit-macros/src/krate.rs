//! Finds the name that the crate being compiled has for `atexit`, where its `Cargo.toml` gives it another.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::sync::{Mutex, PoisonError};

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// The path of the crate `atexit` where no `crate = …` says it.
pub(crate) fn path() -> TokenStream {
    let name = name().and_then(|name| syn::parse_str::<Ident>(&name).ok());
    name.map_or_else(|| quote!(::atexit), |name| quote!(::#name))
}

/// The other name in the manifest of the crate being compiled, which is read once: a compiler compiles one crate, and
/// an editor many.
fn name() -> Option<String> {
    type Read = (OsString, Option<String>);
    static LAST: Mutex<Option<Read>> = Mutex::new(None);

    let manifest = env::var_os("CARGO_MANIFEST_PATH")?;
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let (_, name) = match last.take() {
        Some(last) if last.0 == manifest => last,
        _ => {
            let name = fs::read_to_string(&manifest).ok().and_then(|text| other_name(&text));
            (manifest.clone(), name)
        }
    };
    last.insert((manifest, name)).1.clone()
}

/// The one other name that the manifest gives to `atexit`. Nothing if it is called `atexit`, too, or has several.
///
/// Only what people usually write is understood, line by line. Anything else, such as a name that a dependency inherits
/// from a workspace, leaves `::atexit` as it is.
fn other_name(manifest: &str) -> Option<String> {
    let mut packages = BTreeMap::new();
    let mut table = Table::Other;
    for line in manifest.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if let Some(header) = line.strip_prefix('[') {
            table = Table::new(header.split(']').next().unwrap_or_default());
            if let Table::Dependency(name) = table {
                packages.entry(name).or_insert(name);
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        // `bye.package = "atexit"` stands for `bye = { package = "atexit" }`.
        let (key, inner) = key.split_once('.').map_or((key, None), |(key, inner)| (key, Some(inner)));
        let (name, package) = match (&table, inner) {
            (Table::Dependencies, Some(inner)) => (unquoted(key), package(inner, value)),
            (Table::Dependencies, None) => (unquoted(key), package_in(value)),
            (Table::Dependency(name), None) => (*name, package(key, value)),
            _ => continue,
        };
        let entry = packages.entry(name).or_insert(name);
        if let Some(package) = package {
            *entry = package;
        }
    }
    let mut names = packages.into_iter().filter(|(_, package)| *package == "atexit").map(|(name, _)| name);
    match (names.next(), names.next()) {
        (Some(name), None) if name != "atexit" => Some(name.replace('-', "_")),
        _ => None,
    }
}

/// What a table of the manifest is about.
enum Table<'a> {
    /// `[dependencies]`, `[dev-dependencies]`, `[target.'cfg(unix)'.dependencies]` and the like.
    Dependencies,
    /// `[dependencies.NAME]` and the like.
    Dependency(&'a str),
    Other,
}

impl<'a> Table<'a> {
    fn new(header: &'a str) -> Self {
        let is_list = |key: &str| matches!(key.trim(), "dependencies" | "dev-dependencies" | "build-dependencies");
        let first = header.split('.').next().unwrap_or_default();
        if !is_list(first) && first.trim() != "target" {
            return Self::Other;
        }
        // From the end, since what stands before may have dots in quotes.
        let mut keys = header.rsplit('.');
        match (keys.next(), keys.next()) {
            (Some(last), _) if is_list(last) => Self::Dependencies,
            (Some(name), Some(parent)) if is_list(parent) => Self::Dependency(unquoted(name)),
            _ => Self::Other,
        }
    }
}

/// What `package = "…"` says in `{ version = "…", package = "…" }`.
fn package_in(table: &str) -> Option<&str> {
    let entries = table.trim().strip_prefix('{')?.split(',');
    entries.filter_map(|entry| entry.split_once('=')).find_map(|(key, value)| package(key, value))
}

/// The value, if the key is `package`.
fn package<'a>(key: &str, value: &'a str) -> Option<&'a str> {
    (unquoted(key) == "package").then(|| unquoted(value))
}

/// The text between quotes, without what follows, as a comment; or all of it, if there are none.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let quoted = |quote| text.strip_prefix(quote).and_then(|rest: &str| rest.split(quote).next());
    quoted('"').or_else(|| quoted('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::other_name;

    #[test]
    fn another_name_is_found_however_it_is_written() {
        for manifest in [
            "[dependencies]\nexit-hooks = { package = \"atexit\", version = \"0.1\" }",
            "[dependencies]\nexit_hooks = { version = \"0.1\", features = [\"signals\"], package = 'atexit' } # renamed",
            "[dependencies]\n\"exit-hooks\" = { \"package\" = \"atexit\" }\nserde = \"1\"",
            "[dependencies]\nexit-hooks.package = \"atexit\"\nexit-hooks.version = \"0.1\"",
            "[dependencies.exit-hooks]\nversion = \"0.1\"\npackage = \"atexit\"\n\n[features]\npackage = []",
            "[dev-dependencies]\nexit-hooks = { package = \"atexit\", path = \"..\" }",
            "[build-dependencies]\nexit-hooks = { package = \"atexit\", path = \"..\" }",
            "[target.'cfg(target_os = \"linux\")'.dependencies]\nexit-hooks = { package = \"atexit\" }",
            "[target.x86_64-pc-windows-msvc.dependencies.exit-hooks]\r\npackage = \"atexit\"\r\n",
            "[dependencies]\nexit-hooks = { package = \"atexit\" }\n[dev-dependencies]\nexit-hooks = { package = \"atexit\" }",
            "[dependencies]\nexit-hooks = { package = \"atexit\" }\natexit = { package = \"another\" }",
        ] {
            assert_eq!(other_name(manifest).as_deref(), Some("exit_hooks"), "{manifest}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for manifest in [
            "",
            "[package]\nname = \"atexit\"",
            "[dependencies]\natexit = \"0.1\"",
            "[dependencies]\natexit.workspace = true\nfacade = { workspace = true }",
            "[dependencies.atexit]\nversion = \"0.1\"\n[dev-dependencies]\nnext = { package = \"atexit\", version = \"0.2\" }",
            "[dependencies]\natexit = \"0.1\"\n[dev-dependencies]\nnext = { package = \"atexit\", version = \"0.2\" }",
            "[dependencies]\nold = { package = \"atexit\", version = \"0.1\" }\nnew = { package = \"atexit\", version = \"0.2\" }",
            "[workspace.dependencies]\nexit-hooks = { package = \"atexit\" }\n[dependencies]\nexit-hooks.workspace = true",
            "[package.metadata.dependencies]\nexit-hooks = { package = \"atexit\" }",
            "[patch.crates-io]\nexit-hooks = { package = \"atexit\" }",
            "[dependencies]\n# exit-hooks = { package = \"atexit\" }",
            "[dependencies]\nexit-hooks = \"0.1\" # package = \"atexit\"",
            "[dependencies]\nexit-hooks = { package = \"atexit-core\" }",
        ] {
            assert_eq!(other_name(manifest), None, "{manifest}");
        }
    }
}
