//! At home in any crate: the attribute compiles in whatever crate uses it, and does there what it does elsewhere.
//!
//! The crates are the workspace `tests/fixtures/at_home`. One call of cargo builds all of them, but for those that are
//! about the build itself.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::LazyLock;

use atexit_test_support::{
    Build, Failed, Left, Need, Process, STANDARD_LIBRARY, Status, Trial, cargo, child, fixture, main as run, needs,
};

const CLIPPY: Need = Need::program("clippy", "cargo", &["clippy", "--version"]);

/// The crate that can only be built without the others: for them, cargo would turn the attribute on.
const WITHOUT_THE_ATTRIBUTE: &str = "quiet";

/// The crates that can't be built: for what they annotate, and for what they don't say of the crate.
const REFUSED: &str = "refused";
const FORGOTTEN: &str = "forgotten";

/// The crate beside one called `core`. Where cargo builds the standard library, too, rustc finds two of that name.
const NAMED_CORE: &str = "named_core";

/// What every program that holds `program.rs` prints before what is its own.
const PROGRAM: &str = "\
in a function body
in a module
main returns
in the root
registered with arguments
without options
registered by a call
on a thread, with arguments, calls 1 and 2
first, by its priority
by a macro, with a visibility
by a macro of fragments, 2
in a closure
in a function body
all made by a macro, the second of two
all made by a macro, the first of two
in a generic method of a trait
in a method
in a module in a module, by Python's name and by the attribute's full path
in a module
with a lifetime
on a thread, for any outcome
on a thread, call 1
with arguments, with arguments
without options
";

/// What the program of the crate that forbids all lints prints.
const FORBIDS_EVERYTHING: &str = "\
visible to the crate
1 unregistered
1 more
1 is made
main returns
dropped
driven by Walter
Donny, asynchronous
Donny and Walter, on a thread
Donny, with all options
1
2
in a function body
visible to the crate
visible to all
Donny and Walter
asynchronous outcome
asynchronous
outcome on a thread
on a thread
unit
Donny, 2 times
conditional
cold
inlined
must be used
outcome
result
status
for C
plain
error
never returns
";

/// What the program of the crate that shadows names prints: the names of its handlers, after those with arguments.
const SHADOWED: &str = "\
local variable 1
user's declaration, user's constructor, user's call, 2
in a function body
driven
lifetime on a thread
opaque
result
atexit
std
core
NEXT
LINKED
KEY
INDEX
DECLARATION
CONSTRUCTOR
CALL
record
priority
outcome_of
outcome
on_thread
link
index
function
declare
declaration
constructor
call
arm
";

/// What the program prints whose functions set the levels of lints.
const LINT_LEVELS: &str = "\
in nothing else
with all options: old, Donny
in the priority
allowed and deprecated
by_a_macro: Donny, old
driven: Donny
twice: again
twice: old
deprecated: old, Donny
in the body: old
by a condition: Donny, old
in nothing else
in the type
in both: Donny and Donny
in the function: new and old
in the arguments: old
";

fn main() -> ExitCode {
    // No program under wine can start cargo.
    if cfg!(emulator = "wine") {
        return run(Vec::new(), Vec::new);
    }
    let mut trials = vec![
        edition("2015", "neither was try\nasync, which was no keyword\nin the root\n"),
        edition("2018", "an async function\ngen, which was no keyword\nasync, as a raw identifier\nin the root\n"),
        edition("2021", "an async function\na literal of this edition, 1 long\nin the root\n"),
        edition("2024", "an async function\ngen, as a raw identifier\nin the root\n"),
        program(
            "in_edition_2015_without_extern_crate",
            "edition_2015_without_extern_crate",
            "in the root\nmain returns\nregistered\non a thread\nin the root\nin a module\n",
            0,
        ),
        program("in_a_crate_that_forbids_all_lints", "forbids_everything", FORBIDS_EVERYTHING, 5),
        program("over_functions_that_set_the_levels_of_lints", "lint_levels", LINT_LEVELS, 0),
        program(
            "over_a_deprecated_function",
            "deprecated_function",
            "by_a_macro\non a thread\nby a condition\nwith a note, 1\nplain\n",
            0,
        ),
        program(
            "in_a_crate_that_renames_atexit",
            "renamed",
            "registered\nby a relative path\nby the parent module\non a thread\nby an absolute path\nby name\n\
             by the manifest\n",
            0,
        ),
        program(
            "in_a_crate_that_renames_atexit_for_a_target",
            "renamed_for_a_target",
            "main returns\nin a module\nin the root\n",
            0,
        ),
        program(
            "in_a_crate_that_has_atexit_through_another",
            "reexported",
            "in_a_function_body
by_a_macro_of_the_facade_with_priority
in_a_function_body
by_a_macro_of_the_facade_in_a_future
by_a_path_that_a_macro_is_given, with arguments
by_a_macro_of_the_facade_on_a_thread
by_a_macro_of_the_facade
by path
",
            0,
        ),
        program("in_a_crate_that_shadows_the_usual_names", "shadowed", SHADOWED, 0),
        program(
            "in_a_crate_without_prelude",
            "no_prelude",
            "plain\nwith arguments\nin a function body\nin a module\non a thread\nthere is driven\nplain\n",
            4,
        ),
        program("in_a_program_without_main", "no_main", "main returns\nregistered\nannotated\n", 3),
        program(
            "in_a_library_of_which_nothing_is_named",
            "library_only",
            "main returns\nin a module of the library\nin the library\n",
            0,
        ),
        Trial::test("an_error_in_edition_2015_says_what_it_says_elsewhere", an_error_says_the_same),
        Trial::test("an_error_about_a_forgotten_path_is_in_the_documentation", a_forgotten_path_is_documented),
        Trial::test("without_the_attribute_register_works", without_the_attribute),
        Trial::test("without_the_attribute_nothing_depends_on_syn", nothing_depends_on_syn),
    ];
    let lints = [
        ("clippy_finds_nothing_in_a_crate_that_forbids_all_lints", "forbids_everything"),
        ("clippy_finds_nothing_in_functions_that_set_the_levels_of_lints", "lint_levels"),
    ];
    let lints = lints.map(|(name, package)| Trial::test(name, move || clippy_finds_nothing(package)));
    trials.extend(needs(&CLIPPY, lints.into()));
    let output = "core::panic::unwind_safe::AssertUnwindSafe<fn()>\n2\nb\n";
    let beside = program("beside_a_library_that_is_called_core", NAMED_CORE, output, 0);
    trials.extend(needs(&STANDARD_LIBRARY, vec![beside]));
    run(Vec::new(), || trials)
}

/// The program that is the same in all editions, with lines of its own.
fn edition(year: &'static str, own: &str) -> Trial {
    program(&format!("in_edition_{year}"), &format!("edition_{year}"), &format!("{PROGRAM}{own}"), 0)
}

/// What a program of the workspace prints, and the status that it exits with.
fn program(promise: &str, name: &str, stdout: &str, status: i32) -> Trial {
    let (name, stdout) = (name.to_owned(), stdout.to_owned());
    Trial::test(promise, move || prints(child(&executable(&name)?), &stdout, status))
}

/// All programs, built once for all trials; nothing, if one of them doesn't compile.
static PROGRAMS: LazyLock<Option<Vec<PathBuf>>> = LazyLock::new(|| {
    let mut all = vec!["--workspace", "--keep-going"];
    all.extend([WITHOUT_THE_ATTRIBUTE, REFUSED, FORGOTTEN, NAMED_CORE].iter().flat_map(|name| ["--exclude", name]));
    Build::new("at_home", &all).run().ok()
});

fn executable(name: &str) -> Result<PathBuf, Failed> {
    let file = format!("{name}{EXE_SUFFIX}");
    let is_it = |path: &&PathBuf| path.file_name().is_some_and(|name| name == &*file);
    match PROGRAMS.as_ref().and_then(|programs| programs.iter().find(is_it)) {
        Some(executable) => Ok(executable.clone()),
        // Which of them doesn't compile, and why, is told by building it alone.
        None => Build::new("at_home", &["--package", name]).artifact(&file),
    }
}

fn prints(program: Command, stdout: &str, status: i32) -> Result<(), Failed> {
    let Left { stdout: printed, stderr, status: ended } = Process::run(program)?;
    if printed == stdout && ended == Status::Code(status) {
        return Ok(());
    }
    Err(format!(
        "it should exit with status {status} and print\n{stdout}\nnot exit with {ended} and print\n{printed}\n\
         --- standard error\n{stderr}"
    )
    .into())
}

/// In edition 2015 a path such as `::core` means something else, which would hide the error behind another.
fn an_error_says_the_same() -> Result<(), Failed> {
    let (error, _) = only_error(REFUSED)?;
    if error.starts_with("error: an exit handler can't") {
        return Ok(());
    }
    Err(format!("the attribute's error should be the only one, not\n{error}").into())
}

/// The compiler can't be made to say what to write, so its words are where people find them.
fn a_forgotten_path_is_documented() -> Result<(), Failed> {
    const DOCUMENTATION: &str = include_str!("../atexit-macros/src/lib.rs");
    let (_, stderr) = only_error(FORGOTTEN)?;
    let label = stderr.lines().find_map(|line| line.split_once("^ ")).map(|(_, label)| label);
    match label {
        Some(label) if DOCUMENTATION.contains(&format!("/// {label}\n")) => Ok(()),
        _ => Err(format!("the attribute's documentation should have the words of\n{stderr}").into()),
    }
}

/// The one error of a crate that can't be built: its first line, and all that the compiler prints.
fn only_error(package: &str) -> Result<(String, String), Failed> {
    let Left { stderr, .. } = Process::run(on_the_workspace(&["build", "--package", package]))?;
    let errors: Vec<&str> = stderr.lines().filter(|line| line.starts_with("error")).collect();
    match errors[..] {
        [error, end] if end.contains("could not compile") => Ok((error.to_owned(), stderr)),
        _ => Err(format!("there should be one error, not\n{stderr}").into()),
    }
}

fn without_the_attribute() -> Result<(), Failed> {
    let file = format!("{WITHOUT_THE_ATTRIBUTE}{EXE_SUFFIX}");
    let executable = Build::new("at_home", &["--package", WITHOUT_THE_ATTRIBUTE]).artifact(&file)?;
    prints(child(&executable), "main returns\nGoodbye, Donny!\nregistered\n", 0)
}

fn nothing_depends_on_syn() -> Result<(), Failed> {
    let tree = ["tree", "--package", WITHOUT_THE_ATTRIBUTE, "--edges", "normal", "--prefix", "none"];
    let tree = succeeds(on_the_workspace(&tree))?;
    let depends_on = |name| tree.lines().any(|line| line.split(' ').next() == Some(name));
    // That it is the right tree is seen by what has to be there.
    let right =
        depends_on("atexit-core") && !["atexit-macros", "proc-macro2", "quote", "syn"].into_iter().any(depends_on);
    if right { Ok(()) } else { Err(format!("there should be no procedural macro here:\n{tree}").into()) }
}

fn clippy_finds_nothing(package: &str) -> Result<(), Failed> {
    succeeds(on_the_workspace(&["clippy", "--package", package, "--", "-D", "warnings"])).map(drop)
}

fn on_the_workspace(arguments: &[&str]) -> Command {
    let mut command = cargo(&fixture("at_home"));
    command.args(arguments);
    command
}

/// Runs cargo, and gives what it prints.
fn succeeds(command: Command) -> Result<String, Failed> {
    let left = Process::run(command)?;
    if left.succeeded() { Ok(left.stdout) } else { Err(left.stderr.into()) }
}
