use atexit::atexit;


// Wrong: nothing would poll it.
#[atexit]
async fn save() {}

// Wrong: the same, behind a visibility.
#[atexit]
pub(crate) async fn close() {}

fn main() {
    drop((save(), close()));
}
