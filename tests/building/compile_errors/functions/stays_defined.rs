use atexit::atexit;


// Wrong: nothing would poll it.
#[atexit]
async fn save() -> u8 {
    1
}

// Wrong: arguments are missing.
#[atexit]
fn greet(name: &str) -> usize {
    name.len()
}

// Wrong: there is no such option.
#[atexit(prio = 3)]
fn bye() {}

fn main() {
    // Wrong: which is said because the compiler knows what the functions return: they are there, whatever was refused.
    let _: () = greet("Donny");
    // Wrong: likewise.
    let () = save();
    // Wrong: likewise.
    let _: u32 = bye();
}
