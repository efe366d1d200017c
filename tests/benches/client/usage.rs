//! The resources used by this process, if the platform reports them.

use std::time::Duration;

/// User and system time.
#[cfg(target_os = "linux")]
pub fn cpu_time() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ProcessCPUTime).try_into().ok()
}

/// User and system time.
#[cfg(not(target_os = "linux"))]
pub fn cpu_time() -> Option<Duration> {
    None
}

/// The resident memory, in bytes.
pub fn resident() -> Option<u64> {
    of_status("VmRSS:")
}

/// The peak resident memory since [`reset_peak`], in bytes.
pub fn peak() -> Option<u64> {
    of_status("VmHWM:")
}

/// Resets the peak to the present resident memory.
pub fn reset_peak() -> Option<()> {
    std::fs::write("/proc/self/clear_refs", "5").ok()
}

fn of_status(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let size = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = size.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
