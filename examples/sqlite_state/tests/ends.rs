//! Opens the database that the program has left.

use std::path::Path;
use std::process::ExitCode;

use atexit_test_support::{End, Failed, after_each_end, child, end, main as run, names, same, scratch};
use rusqlite::{Connection, OpenFlags};

fn main() -> ExitCode {
    run(Vec::new(), || after_each_end("all_rows_are_there_and_the_log_is_gone", all_rows_are_there))
}

fn all_rows_are_there(how: End) -> Result<(), Failed> {
    let folder = scratch(&format!("sqlite_state_{}", how.name()));
    // The second time, it goes on from there.
    for _ in 0..2 {
        let mut program = child(Path::new(env!("CARGO_BIN_EXE_sqlite_state")));
        program.current_dir(&folder);
        let left = end(program, "Ctrl-C ends it.\n", how)?;

        same("what is in its folder", names(&folder)?, "state.db")?;
        let printed: Vec<i64> = left.stdout.lines().filter_map(|line| line.parse().ok()).collect();
        let state = Connection::open_with_flags(folder.join("state.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let integrity: String = state.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        same("what SQLite thinks of the database", integrity, "ok")?;
        let [rows, last] = state.query_row("SELECT count(*), max(number) FROM measurement", [], |row| {
            Ok([row.get::<_, i64>(0)?, row.get(1)?])
        })?;
        let last_printed = *printed.last().ok_or("it prints each row")?;
        same("the last row and their number", format!("{last}, {rows}"), &format!("{last_printed}, {last_printed}"))?;
        same("what comes of writing later", left.stdout.lines().last().unwrap_or_default(), "the database is closed")?;
    }
    Ok(())
}
