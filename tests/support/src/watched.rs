//! Threads that are to have come to a wait inside this crate or C's library, which tells nobody. From outside it can be
//! seen where the system shows it.

use std::sync::{Arc, OnceLock};
use std::thread;
#[cfg(not(target_os = "linux"))]
use std::time::Duration;

use crate::process::LATER;

/// A thread of this process, as another one sees it.
#[derive(Clone, Copy, Debug)]
pub struct Watched(#[cfg(target_os = "linux")] libc::pid_t);

impl Watched {
    /// This thread.
    #[must_use]
    pub fn this() -> Self {
        #[cfg(target_os = "linux")]
        // SAFETY: it only asks.
        return Self(unsafe { libc::gettid() });
        #[cfg(not(target_os = "linux"))]
        Self()
    }

    /// The main thread.
    #[must_use]
    pub fn main() -> Self {
        #[cfg(target_os = "linux")]
        // SAFETY: it only asks.
        return Self(unsafe { libc::getpid() });
        #[cfg(not(target_os = "linux"))]
        Self()
    }

    /// Returns when it is asleep, and so waits for something; or when it has ended. Before, the caller has seen it do
    /// what comes last before it waits: what it waits for before that would be taken for this.
    ///
    /// # Panics
    ///
    /// If that takes so long that it isn't going to wait for anything.
    pub fn wait_until_asleep(self) {
        #[cfg(target_os = "linux")]
        linux::wait_until_asleep(self.0);
        // Elsewhere nothing shows it. It is surely there within this time, or else the test shows less.
        #[cfg(not(target_os = "linux"))]
        thread::sleep(Duration::from_millis(200));
    }
}

#[cfg(target_os = "linux")]
pub use linux::number_of;

/// Returns when the thread of that name, which is there or about to be, is asleep: see
/// [`wait_until_asleep`](Watched::wait_until_asleep).
pub fn wait_until_asleep(name: &str) {
    #[cfg(target_os = "linux")]
    let thread = Watched(number_of(name));
    // One is like the other where nothing shows it.
    #[cfg(not(target_os = "linux"))]
    let (thread, _) = (Watched::this(), name);
    thread.wait_until_asleep();
}

/// Has a new thread do this, and returns when that is asleep in it.
///
/// # Panics
///
/// If no thread can be started.
pub fn spawn_until_asleep(function: impl FnOnce() + Send + 'static) {
    // No channel: a thread whose thread-locals are being destroyed may call this, and can't wait for one.
    let watched = Arc::new(OnceLock::new());
    let tells = Arc::clone(&watched);
    thread::spawn(move || {
        tells.set(Watched::this()).expect("it is set once");
        function();
    });
    loop {
        if let Some(watched) = watched.get() {
            return watched.wait_until_asleep();
        }
        thread::yield_now();
    }
}

/// Waits for what must not happen, for as long as it would take. That nothing happens shows in nothing else.
pub fn wait_in_vain() {
    thread::sleep(LATER);
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::thread;
    use std::time::{Duration, Instant};

    /// Far longer than it takes a thread to come to a wait, on however busy a machine.
    const NEVER: Duration = Duration::from_secs(15);

    /// How long a thread sleeps that waits for more than a lock which another one is about to release.
    const ASLEEP: Duration = Duration::from_millis(5);

    pub(super) fn wait_until_asleep(number: libc::pid_t) {
        let begun = Instant::now();
        // Since when it is asleep, and how often it had slept before.
        let mut asleep = None;
        // It has ended if that can't be read.
        while let Ok(status) = fs::read_to_string(format!("/proc/self/task/{number}/status")) {
            let is_asleep = status.contains("\nState:\tS");
            let switches = status.lines().filter(|line| line.contains("ctxt_switches")).collect::<String>();
            asleep = asleep.filter(|(_, before)| is_asleep && *before == switches);
            match asleep {
                Some((since, _)) if Instant::elapsed(&since) >= ASLEEP => return,
                None if is_asleep => asleep = Some((Instant::now(), switches)),
                _ => assert!(begun.elapsed() < NEVER, "the thread doesn't wait: {status}"),
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The number of the thread of that name, as soon as there is one.
    ///
    /// # Panics
    ///
    /// If the system doesn't tell.
    #[must_use]
    pub fn number_of(name: &str) -> libc::pid_t {
        loop {
            for task in fs::read_dir("/proc/self/task").expect("Linux has it") {
                let task = task.expect("the threads can be listed");
                // It gives itself the name when it begins, and others may end meanwhile.
                if fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim_end() == name) {
                    let number = task.file_name().into_string().ok().and_then(|number| number.parse().ok());
                    return number.expect("threads are called by their numbers");
                }
            }
            thread::yield_now();
        }
    }
}
