//! Settings and measuring; ../../../README.md says what is measured and printed.

use std::time::Instant;

pub fn setting(name: &str, usual: &str) -> String {
    std::env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| usual.into())
}

/// `PGB_N`, if set.
pub fn size() -> Option<usize> {
    std::env::var("PGB_N").ok()?.parse().ok().filter(|n| *n > 0)
}

pub fn count(usual: usize) -> usize {
    size().unwrap_or(usual)
}

/// KiB. Not ru_maxrss, which keeps the peak of the process that made this one, from before exec.
pub fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn processor_microseconds() -> f64 {
    let used = unsafe {
        let mut used = std::mem::zeroed::<libc::rusage>();
        libc::getrusage(libc::RUSAGE_SELF, &mut used);
        used
    };
    (used.ru_utime.tv_sec + used.ru_stime.tv_sec) as f64 * 1e6 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) as f64
}

pub struct Measurement {
    start: Instant,
    processor: f64,
}

impl Measurement {
    pub fn start() -> Self {
        let processor = processor_microseconds();
        Measurement { start: Instant::now(), processor }
    }

    pub fn report(self, units: usize) {
        let (took, used) = (self.start.elapsed().as_secs_f64(), processor_microseconds() - self.processor);
        println!("{:.3} {:.3} {}", units as f64 / took, used / units as f64, memory("VmHWM:"));
    }
}
