//! Waiting for descriptors, with a timeout.
//! Runs in: monitor.

use core::time::Duration;
use std::os::fd::RawFd;

use libc::{POLLIN, POLLOUT};

/// What is waited for on a descriptor.
#[derive(Clone, Copy, Debug)]
pub(crate) enum For {
    Reading,
    Writing,
}

/// Sleeps until one of the descriptors is ready, has failed or was closed at its other end, or the
/// time is over (none: without end). Which ones are ready; none if a signal came.
pub(crate) fn wait<const N: usize>(fds: [(RawFd, For); N], timeout: Option<Duration>) -> [bool; N] {
    let mut polled = fds.map(|(fd, what)| {
        let events = match what {
            For::Reading => POLLIN,
            For::Writing => POLLOUT,
        };
        libc::pollfd { fd, events, revents: 0 }
    });
    let timeout = timeout.map_or(-1, |timeout| {
        i32::try_from(timeout.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
    });
    let count = libc::nfds_t::try_from(N).unwrap_or(0);
    // SAFETY: so many descriptors, all of them live values of this frame.
    let ready = unsafe { libc::poll(polled.as_mut_ptr(), count, timeout) };
    polled.map(|fd| ready > 0 && fd.revents != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::os::fd::AsRawFd as _;
    use std::os::unix::net::UnixStream;

    #[test]
    fn what_is_ready_is_told() {
        let (mut here, there) = UnixStream::pair().unwrap();
        let fds = [(there.as_raw_fd(), For::Reading), (here.as_raw_fd(), For::Writing)];
        assert_eq!(wait(fds, None), [false, true]);
        let [there_only, _] = fds;
        assert_eq!(wait([there_only], Some(Duration::ZERO)), [false]);
        here.write_all(b"x").unwrap();
        assert_eq!(wait([there_only], None), [true]);
        drop(here);
        assert_eq!(wait([there_only], None), [true], "closed");
    }
}
