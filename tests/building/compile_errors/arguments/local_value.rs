use atexit::atexit;


fn main() {
    let name = "Donny";

    // Wrong: what a function holds in its variables is gone at exit.
    #[atexit(args(name))]
    fn greet(name: &str) {
        println!("{name}");
    }

    // Wrong: the same on a thread of its own.
    #[atexit(thread, args(name))]
    fn part(name: &str) {
        println!("{name}");
    }

    greet(name);
    part(name);
}
