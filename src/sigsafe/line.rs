//! A line of bounded length, put together without allocation and written with one `write(2)`.
//! Runs in: any process; signal handler.

/// A line under construction; what does not fit is cut.
pub(crate) struct Line<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Line<N> {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; N], len: 0 }
    }

    pub(crate) fn push(&mut self, text: &[u8]) {
        let room = self.bytes.get_mut(self.len..).unwrap_or_default();
        let count = room.len().min(text.len());
        if let Some((to, from)) = room.get_mut(..count).zip(text.get(..count)) {
            to.copy_from_slice(from);
            self.len += count;
        }
    }

    /// Makes it these pieces, whatever it was.
    pub(crate) fn set(&mut self, pieces: &[&[u8]]) {
        self.len = 0;
        pieces.iter().for_each(|piece| self.push(piece));
    }

    /// Pushes a decimal number, zero-padded to `width`.
    pub(crate) fn push_number(&mut self, number: u64, width: usize) {
        let mut digits = [b'0'; 20];
        let mut rest = number;
        let mut used = 0;
        for digit in digits.iter_mut().rev() {
            if rest == 0 && used >= width.max(1) {
                break;
            }
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
            used += 1;
        }
        self.push(digits.get(digits.len() - used..).unwrap_or_default());
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// Writes all of `bytes` to `fd`; gives up on an error other than an interruption.
pub(crate) fn write_all(fd: i32, bytes: &[u8]) {
    let mut rest = bytes;
    while !rest.is_empty() {
        // SAFETY: the pointer and length are those of a live slice.
        let n = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
        match usize::try_from(n) {
            Ok(0) => return,
            Ok(n) => rest = rest.get(n..).unwrap_or_default(),
            Err(_) if nix::errno::Errno::last() == nix::errno::Errno::EINTR => {}
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_padded_and_lines_cut() {
        let mut line = Line::<8>::new();
        line.push_number(7, 2);
        line.push(b":");
        line.push_number(0, 1);
        assert_eq!(line.as_bytes(), b"07:0");
        line.push(b"abcdefgh");
        assert_eq!(line.as_bytes(), b"07:0abcd");
        let mut long = Line::<32>::new();
        long.push_number(u64::MAX, 1);
        assert_eq!(long.as_bytes(), b"18446744073709551615");
    }
}
