//! What stays of a lock that a test holds, on a server that it doesn't start itself.

use atexit_test_support::{End, Failed, Trial, after_each, same};
use postgres::{Client, NoTls};
use postgres_fixture::own_server;

use crate::accounts::{READY, accounts};

pub(crate) fn trials() -> Vec<Trial> {
    let ends = [End::Panic, End::Exit, End::Interrupt, End::Terminate, End::TerminateAsProcessOne];
    after_each(&ends, "a_lock_is_free_again", is_free_again)
}

fn is_free_again(how: End) -> Result<(), Failed> {
    // Locks are the database's.
    let database = format!("locks_{}", how.name());
    Client::connect(&own_server(), NoTls)?.batch_execute(&format!("CREATE DATABASE {database}"))?;
    let url = format!("{}/{database}", own_server());
    let mut client = Client::connect(&url, NoTls)?;

    let mut program = accounts()?;
    program.env("DATABASE_URL", &url);
    let mut process = how.start(program)?;
    if how.signal().is_some() {
        process.wait_for(READY)?;
        same("whether the lock is free", is_free(&mut client)?.to_string(), "false")?;
    }
    let left = how.finish(process, READY)?;
    same("whether the lock is free", is_free(&mut client)?.to_string(), "true")?;
    let reports: Vec<&str> = left.stderr.lines().filter(|line| line.starts_with("atexit: ")).collect();
    same("what handlers report", reports.join("\n"), "")
}

/// Whether nobody has the lock that `accounts` takes.
fn is_free(client: &mut Client) -> Result<bool, Failed> {
    Ok(client.query_one("SELECT pg_try_advisory_lock(7)", &[])?.get(0))
}
