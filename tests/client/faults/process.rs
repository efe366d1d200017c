//! Runs rows in a process of their own, and measures its memory and output.

use std::process::{Child, Command};
use std::time::Duration;

use super::row::{Row, try_all};
use crate::secrecy::assert_secret;

/// More than a row needs when it is tried 20 times at once: 20 bodies of at most 1 MiB, each in a
/// buffer that doubles, the buffers of the connections, and the test itself.
const MOST_MEBIBYTES: u64 = 100;

/// Set in the process that runs the rows.
const ALONE: &str = "FAULTS_ALONE";

/// A certificate whose key was discarded.
const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/client/faults/certificate.pem");

/// Runs a test of this module again in a process of its own, where it tries the rows, so that
/// memory and output are only those of the rows.
pub fn alone(test: &str, rows: fn() -> Vec<Row>) {
    if std::env::var_os(ALONE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        return runtime.unwrap().block_on(try_all(rows()));
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    // Both share a position in the file, so neither overwrites the output of the other.
    let [stdout, stderr] = [(); 2].map(|()| file.as_file().try_clone().unwrap());
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("faults::{test}"), "--nocapture"])
        .env(ALONE, "1")
        .env("RUST_BACKTRACE", "1")
        // Each try builds a client, and reading all certificates of the platform takes longer than
        // anything else it does. Nothing here uses TLS, so any certificate will do.
        .env("SSL_CERT_FILE", CERTIFICATE)
        .env_remove("SSL_CERT_DIR")
        .stdout(stdout)
        .stderr(stderr)
        .spawn()
        .unwrap();
    let peak = peak(&mut child);
    let output = std::fs::read(file.path()).unwrap();
    let output = String::from_utf8_lossy(&output);
    assert!(child.wait().unwrap().success(), "{output}");
    assert!(output.contains("1 passed"), "{output}");
    assert_secret("output", &output);
    println!("{output}\npeak of memory: {peak:?} KiB");
    match peak {
        Some(peak) => assert!(peak < MOST_MEBIBYTES << 10, "{peak} KiB"),
        None => eprintln!("skipped: this system does not report the memory that was used"),
    }
}

/// The peak memory of a process until it exits, in KiB. The number only grows, so it suffices to
/// poll it.
fn peak(child: &mut Child) -> Option<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let size = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
        peak = size.max(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    peak
}
