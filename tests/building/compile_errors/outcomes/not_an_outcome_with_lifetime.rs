use atexit::atexit;


// Wrong: the output that names the lifetime is a text.
#[atexit(args("Donny"))]
fn name<'a>(name: &'a str) -> &'a str {
    name
}

// Wrong: the value of `Ok` is a text.
#[atexit(args("Donny"), thread)]
fn find<'a>(name: &'a str) -> Result<&'a str, std::io::Error> {
    Ok(name)
}

fn main() {
    let _ = (name("Walter"), find("Walter"));
}
