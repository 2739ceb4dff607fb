#![forbid(unsafe_code)]
//! The C library's words for an errno, as `%m` prints them.
//! Runs in: any process.

use nix::errno::Errno;

/// `Resource temporarily unavailable` for EAGAIN: nix's own words are the kernel's comments.
pub(crate) fn reason(errno: Errno) -> String {
    of_io(&std::io::Error::from(errno))
}

/// The same for an error of the standard library.
pub(crate) fn of_io(error: &std::io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(code) => text.trim_end_matches(&format!(" (os error {code})")).to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_c_librarys() {
        assert_eq!(reason(Errno::EAGAIN), "Resource temporarily unavailable");
        assert_eq!(reason(Errno::ENOENT), "No such file or directory");
        let error = std::io::Error::other("something else");
        assert_eq!(of_io(&error), "something else");
    }
}
