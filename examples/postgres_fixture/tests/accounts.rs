//! Tests that share a server, as they stand in many projects. The last ones are there to be ended.
#![cfg(unix)]

use std::error::Error;

use postgres::Client;
use postgres_fixture::connect;

/// Opens an account, which only this session sees.
fn open_account(balance: i64) -> Result<Client, postgres::Error> {
    let mut client = connect()?;
    client.batch_execute("CREATE TEMPORARY TABLE account (balance BIGINT CHECK (balance >= 0))")?;
    client.execute("INSERT INTO account VALUES ($1)", &[&balance])?;
    Ok(client)
}

fn balance(client: &mut Client) -> Result<i64, postgres::Error> {
    client.query_one("SELECT balance FROM account", &[]).map(|row| row.get(0))
}

#[test]
fn an_account_keeps_what_is_paid_in() -> Result<(), Box<dyn Error>> {
    let mut account = open_account(0)?;
    account.execute("UPDATE account SET balance = balance + 100", &[])?;
    assert_eq!(balance(&mut account)?, 100);
    Ok(())
}

#[test]
fn an_account_is_never_overdrawn() -> Result<(), Box<dyn Error>> {
    let mut account = open_account(50)?;
    assert!(account.execute("UPDATE account SET balance = balance - 100", &[]).is_err());
    assert_eq!(balance(&mut account)?, 50);
    Ok(())
}

/// Each ends the tests in its way: `cargo test -p postgres_fixture --test accounts -- --ignored panic`.
mod ended_by {
    use std::process;

    use postgres_fixture::lock;

    /// The key of a lock that tests of several binaries would take, each before it uses what they share.
    const KEY: i64 = 7;

    #[test]
    #[ignore = "fails"]
    fn panic() {
        let _session = lock(KEY);
        panic!("a test fails");
    }

    #[test]
    #[ignore = "exits"]
    fn exit() {
        let _session = lock(KEY);
        process::exit(3);
    }

    #[test]
    #[ignore = "takes ten minutes"]
    fn wait() {
        let mut session = lock(KEY).expect("the server is there");
        println!("The lock is held.");
        // The server would not notice before the end of this statement that nobody waits for it any more.
        let _ = session.execute("SELECT pg_sleep(600)", &[]);
    }
}
