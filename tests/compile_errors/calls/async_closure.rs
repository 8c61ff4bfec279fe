async fn save() {}

fn main() {
    // Wrong: nothing would poll what it returns.
    atexit::register(save);
}
