//! Looks into the folders where the program works, and starts it again.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};

use atexit_test_support::{
    End, Failed, Process, Status, Trial, after_each_end, child, main as run, names, same, scratch,
};

const WORKING: &str = "Working in ";

fn main() -> ExitCode {
    run(Vec::new(), || {
        let mut trials = after_each_end("the_files_are_gone_or_kept_and_the_lock_is_gone", all_is_gone);
        if cfg!(unix) {
            trials.push(Trial::test("while_it_runs_there_are_files_and_the_lock_is_taken", all_is_there));
        }
        trials
    })
}

fn all_is_gone(how: End) -> Result<(), Failed> {
    let folder = scratch(&format!("temp_files_{}", how.name()));
    let left = how.finish(how.start(program(&folder)?)?, WORKING)?;
    let Some(files) = left.stdout.trim_end().strip_prefix(WORKING) else {
        return Err(format!("it should say where it works: {left:#?}").into());
    };
    if has_failed(how) {
        let kept = format!("The files of the failed run are in {files}");
        if !left.stderr.lines().any(|line| line == kept) {
            return Err(format!("it should say where the files are: {left:#?}").into());
        }
        if names(Path::new(files))?.split(' ').count() < 100 {
            return Err("its files should still be there".into());
        }
        fs::remove_dir_all(files)?;
    }
    are_gone(&folder)?;
    if left.stderr.contains("atexit: ") {
        return Err(format!("no handler should fail: {}", left.stderr).into());
    }
    starts(&folder)
}

fn has_failed(how: End) -> bool {
    match how {
        End::Err | End::Panic | End::Exit => true,
        End::Return | End::Interrupt | End::Terminate | End::TerminateAsProcessOne => false,
    }
}

fn all_is_there() -> Result<(), Failed> {
    let folder = scratch("temp_files_running");
    let mut process = End::Terminate.start(program(&folder)?)?;
    process.wait_for("\n")?;
    let printed = process.printed();
    let files = printed.trim_end().strip_prefix(WORKING).ok_or("it says where it works")?;
    if names(Path::new(files))?.split(' ').count() < 100 {
        return Err("its files should be there".into());
    }

    let mut second = program(&folder)?;
    second.arg("return");
    let refused = Process::run(second)?;
    same("how a second one ends", refused.status.to_string(), &Status::Code(1).to_string())?;
    let refusal = format!("Error: \"process {} holds temp_files.lock\"\n", process.id()?);
    same("what a second one says", refused.stderr, &refusal)?;

    // The second one must not have removed the lock of the first.
    same("what is in its folder", names(&folder)?, "temp_files.lock tmp")?;
    End::Terminate.finish(process, WORKING)?;
    are_gone(&folder)
}

/// The program, in that folder. Its temporary files go to a folder in there.
fn program(folder: &Path) -> io::Result<Command> {
    let temporary = folder.join("tmp");
    fs::create_dir_all(&temporary)?;
    let mut program = child(Path::new(env!("CARGO_BIN_EXE_temp_files")));
    // As Unix and Windows call it.
    program.current_dir(folder).env("TMPDIR", &temporary).env("TMP", &temporary);
    Ok(program)
}

fn are_gone(folder: &Path) -> Result<(), Failed> {
    same("what is in its folder", names(folder)?, "tmp")?;
    same("what is in the folder for temporary files", names(&folder.join("tmp"))?, "")
}

/// A second process can take the lock.
fn starts(folder: &Path) -> Result<(), Failed> {
    let mut second = program(folder)?;
    second.arg("return");
    let left = Process::run(second)?;
    if left.succeeded() { Ok(()) } else { Err(format!("a second one should start: {left:#?}").into()) }
}
