//! Resources used by this process, if the platform reports them without unsafe code.

/// User and system time, in seconds.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
pub(super) fn cpu_seconds() -> Option<f64> {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u32::try_from(time.tv_sec).ok()?;
    let nanoseconds = u32::try_from(time.tv_nsec).ok()?;
    Some(f64::from(seconds) + f64::from(nanoseconds) / 1e9)
}

/// User and system time, in seconds.
#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
pub(super) fn cpu_seconds() -> Option<f64> {
    None
}

/// The peak of resident memory, in bytes.
///
/// Linux only, and not from `getrusage`: that starts at the peak of the parent process, and has no
/// safe binding.
pub(super) fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    peak(&status)
}

/// `VmHWM`, the high-water mark of the resident set: `VmHWM:   12345 kB`.
fn peak(status: &str) -> Option<u64> {
    let mark = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = mark.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(
            peak("Name:\tx\nVmHWM:\t  12 kB\nVmRSS:\t 1 kB\n"),
            Some(12 * 1024)
        );
        assert_eq!(peak("Name:\tx\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_has_used_something() {
        assert!(cpu_seconds().unwrap() > 0.0);
        assert!(peak_bytes().unwrap() > 1_000_000);
    }
}
