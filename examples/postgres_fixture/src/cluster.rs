//! A folder for a server, and PostgreSQL's own programs, which work on it.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{self, Command};
use std::{env, fs, io};

/// A folder that is to hold a server's data.
#[derive(Clone)]
pub(crate) struct Cluster {
    pub(crate) folder: PathBuf,
    /// The user and group that own it, if not those of this process.
    owner: Option<(u32, u32)>,
}

impl Cluster {
    /// Finds out who may own it. The folder isn't made yet.
    pub(crate) fn new() -> io::Result<Self> {
        let folder = env::temp_dir().join(format!("postgres-{}", process::id()));
        Ok(Self { folder, owner: owner()? })
    }

    pub(crate) fn make_folder(&self) -> io::Result<()> {
        fs::create_dir(&self.folder)?;
        if let Some((user, group)) = self.owner {
            chown(&self.folder, Some(user), Some(group))?;
        }
        Ok(())
    }

    /// Runs one of PostgreSQL's programs on the data.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> io::Result<()> {
        let mut command = Command::new(path(program));
        command.current_dir(&self.folder).args(["--pgdata", "data"]).args(arguments);
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        let output = command.output()?;
        if output.status.success() {
            return Ok(());
        }
        let log = fs::read(self.folder.join("log")).unwrap_or_default();
        let said = [output.stdout, output.stderr, log].concat();
        Err(io::Error::other(format!("{program} failed with {}\n{}", output.status, String::from_utf8_lossy(&said))))
    }
}

/// PostgreSQL refuses to run as root, as tests do in many containers. Its packages make a user for it.
fn owner() -> io::Result<Option<(u32, u32)>> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output()?;
        String::from_utf8_lossy(&output.stdout).trim_end().parse().map_err(io::Error::other)
    };
    if id(&["-u"])? == 0 { Ok(Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?))) } else { Ok(None) }
}

/// Debian's packages keep the programs of each version in a folder of its own. Otherwise they are found by `PATH`.
fn path(program: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    match versions.filter_map(|version| version.file_name().to_str()?.parse::<u32>().ok()).max() {
        Some(newest) => format!("/usr/lib/postgresql/{newest}/bin/{program}").into(),
        None => program.into(),
    }
}
