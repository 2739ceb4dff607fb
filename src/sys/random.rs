//! Random numbers that nobody can foretell.
//! Runs in: any process.
#![expect(unsafe_code, reason = "system calls")]

use super::clock;

/// Fills `buf`; false: the system has none to give.
pub(crate) fn fill(buf: &mut [u8]) -> bool {
    let mut rest = buf;
    while !rest.is_empty() {
        // SAFETY: a buffer and its length.
        let got = unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) };
        match usize::try_from(got) {
            Ok(got) => rest = rest.get_mut(got..).unwrap_or_default(),
            Err(_) if nix::errno::Errno::last() == nix::errno::Errno::EINTR => {}
            Err(_) => return false,
        }
    }
    true
}

/// Uses C's generator, so that its pages are there when [`seed`] wants them.
pub(crate) fn rehearse() {
    // SAFETY: one thread uses it.
    unsafe { libc::rand() };
}

/// What a process's generators of pseudo-random numbers begin with; C's own is seeded at once. Not
/// all zeros.
pub(crate) fn seed() -> [u64; 2] {
    let mut bytes = [[0; 8]; 3];
    if !fill(bytes.as_flattened_mut()) {
        let now = clock::wall_micros().to_ne_bytes();
        bytes = [now, u64::from(std::process::id()).to_ne_bytes(), now];
    }
    let [s0, s1, other] = bytes.map(u64::from_ne_bytes);
    let other = u32::try_from(other & u64::from(u32::MAX)).unwrap_or_default();
    // glibc has one generator behind rand and random.
    // SAFETY: takes a number.
    unsafe { libc::srand(other) };
    [s0 | u64::from(s0 == 0 && s1 == 0), s1]
}
