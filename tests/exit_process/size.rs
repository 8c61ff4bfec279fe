//! That a program which never asks for the hook doesn't contain it.

use std::path::Path;
use std::{env, fs};

use atexit_test_support::{Failed, Trial};

/// The name of a function that nothing but the hook asks the system for.
const NAME: &[u8] = b"RtlAcquirePebLock";

pub(crate) fn trials() -> Vec<Trial> {
    vec![Trial::test("a_program_that_never_asks_for_the_hook_does_not_contain_it", || {
        let has_name = |path: &Path| Ok::<_, Failed>(fs::read(path)?.windows(NAME.len()).any(|bytes| bytes == NAME));
        // So that the name is one to look for.
        if !has_name(&env::current_exe()?)? {
            return Err("this program contains it".into());
        }
        let contains = has_name(Path::new(env!("CARGO_BIN_EXE_never_asks")))?;
        if contains { Err("it does".into()) } else { Ok(()) }
    })]
}
