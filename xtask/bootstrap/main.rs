//! The binary behind `cargo xtask`; all that it does is in the library `xtask`.

#[global_allocator]
static ALLOCATOR: xtask::Allocator = xtask::Allocator;

fn main() -> std::process::ExitCode {
    xtask::main()
}
