//! The binary behind `cargo xtask`; all that it does is in the library `xtask`.

fn main() -> std::process::ExitCode {
    xtask::main()
}
