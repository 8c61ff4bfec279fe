use atexit::atexit;


// Wrong: nothing would poll it.
#[atexit]
async fn save() {}

// Wrong: the same, behind a visibility.
#[atexit]
pub(crate) async fn close() {}

// Wrong: the same, with other options.
#[atexit::register(thread, args(3))]
async fn count(_: u8) {}

fn main() {
    drop((save(), close(), count(3)));
}
