async fn save() {}

fn main() {
    // Wrong: nothing would poll what it returns.
    atexit::register(save);
    // Wrong: likewise.
    atexit::register(async || save().await);
    // Wrong: likewise.
    atexit::register(|| async { save().await });
    // Wrong: a thread of its own doesn't poll it, either.
    atexit::register(atexit::on_thread(save));
}
