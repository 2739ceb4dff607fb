//! What may run in a signal handler: flags, wake-ups, `write(2)`, `_exit`. No allocation, lock, fmt.
//! Runs in: signal handler (and everywhere else).

pub(crate) mod inside;
pub(crate) mod line;
pub(crate) mod postmaster;
pub(crate) mod wait_word;
pub(crate) mod word;
