//! Memory follows what is pending. That time doesn't grow with it is for `benches`.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use atexit::register;
use atexit_test_support::{Scenario, scenario};

static RAN: AtomicUsize = AtomicUsize::new(0);

fn count_one() {
    RAN.fetch_add(1, Relaxed);
}

/// The memory that this process uses, in bytes.
#[cfg(target_os = "linux")]
fn memory() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    let resident: usize = pages.split_whitespace().nth(1).unwrap().parse().unwrap();
    // SAFETY: it only asks.
    resident * usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap()
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario("a_million_handlers_all_run", || {
            // Registered first, so it runs last.
            register(|| print!("{} ", RAN.load(Relaxed)));
            for _ in 0..1_000_000 {
                register(count_one);
            }
        })
        .prints("1000000 D"),
        #[cfg(target_os = "linux")]
        scenario("a_function_takes_less_than_100_bytes", || {
            let before = memory();
            for _ in 0..1_000_000 {
                register(count_one);
            }
            let each = (memory() - before) / 1_000_000;
            assert!((32..100).contains(&each), "{each} bytes");
            atexit::run();
            print!("{} ", RAN.load(Relaxed));
        })
        .prints("D1000000 "),
        #[cfg(target_os = "linux")]
        scenario("a_closure_takes_less_than_100_bytes_and_its_captures", || {
            // What an allocator takes for an allocation of this size is not ours to count: it rounds up, by 16 at most.
            const CAPTURED: usize = 64;
            let before = memory();
            for number in 0..1_000_000_usize {
                let captured = [number; CAPTURED / size_of::<usize>()];
                register(move || _ = RAN.fetch_add(captured[7], Relaxed));
            }
            let each = (memory() - before) / 1_000_000;
            assert!((CAPTURED..CAPTURED + 16 + 100).contains(&each), "{each} bytes");
        })
        .prints("D"),
        #[cfg(target_os = "linux")]
        scenario("registering_and_unregistering_ten_million_times_uses_no_memory", || {
            // What is reserved once is not growth.
            for _ in 0..1000 {
                assert!(register(count_one).unregister());
            }
            let before = memory();
            for _ in 0..10_000_000 {
                assert!(register(count_one).unregister());
            }
            let growth = memory().saturating_sub(before);
            assert!(growth < 2 << 20, "{growth} bytes");
        })
        .prints("D"),
        #[cfg(target_os = "linux")]
        scenario("unregistering_the_oldest_first_a_million_times_uses_no_memory", || {
            use std::collections::VecDeque;
            let mut window: VecDeque<_> = (0..1000).map(|_| register(count_one)).collect();
            let before = memory();
            for _ in 0..1_000_000 {
                window.push_back(register(count_one));
                assert!(window.pop_front().unwrap().unregister());
            }
            let growth = memory().saturating_sub(before);
            assert!(growth < 2 << 20, "{growth} bytes");
            assert_eq!(atexit::clear(), 1001);
        }),
        #[cfg(target_os = "linux")]
        scenario("what_was_unregistered_gives_its_memory_back", || {
            for _ in 0..1_000_000 {
                register(count_one);
            }
            let most = memory();
            assert_eq!(atexit::unregister(count_one), 1_000_000);
            // The C runtime keeps its 32 bytes for each, and we 8.
            let given_back = most - memory();
            assert!(given_back > 20_000_000, "{given_back} bytes");
        })
        .prints("D"),
    ]
}
