//! On macOS, the linker must be told that Python's functions come with the interpreter. maturin does so by itself.

fn main() {
    pyo3_build_config::add_extension_module_link_args();
}
