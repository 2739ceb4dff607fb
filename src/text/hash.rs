#![forbid(unsafe_code)]
//! Bob Jenkins' hash function lookup3, with the start values that PostgreSQL gives it
//! (common/hashfn.h).
//! Runs in: any process.

/// Bytes that are mixed in at a time.
const BLOCK: usize = 12;

/// The function's state.
#[derive(Clone, Copy)]
struct State {
    a: u32,
    b: u32,
    c: u32,
}

impl State {
    fn new(len: usize) -> Self {
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        let start = 0x9e37_79b9u32.wrapping_add(len).wrapping_add(3_923_095);
        Self { a: start, b: start, c: start }
    }

    fn seeded(len: usize, seed: u64) -> Self {
        let mut state = Self::new(len);
        if seed != 0 {
            let [high, low] = halves(seed);
            state.a = state.a.wrapping_add(high);
            state.b = state.b.wrapping_add(low);
            state.mix();
        }
        state
    }

    fn mix(&mut self) {
        let Self { mut a, mut b, mut c } = *self;
        for (first, second, third) in [(4, 6, 8), (16, 19, 4)] {
            a = a.wrapping_sub(c) ^ c.rotate_left(first);
            c = c.wrapping_add(b);
            b = b.wrapping_sub(a) ^ a.rotate_left(second);
            a = a.wrapping_add(c);
            c = c.wrapping_sub(b) ^ b.rotate_left(third);
            b = b.wrapping_add(a);
        }
        *self = Self { a, b, c };
    }

    fn finish(&mut self) {
        let Self { mut a, mut b, mut c } = *self;
        c = (c ^ b).wrapping_sub(b.rotate_left(14));
        a = (a ^ c).wrapping_sub(c.rotate_left(11));
        b = (b ^ a).wrapping_sub(a.rotate_left(25));
        c = (c ^ b).wrapping_sub(b.rotate_left(16));
        a = (a ^ c).wrapping_sub(c.rotate_left(4));
        b = (b ^ a).wrapping_sub(a.rotate_left(14));
        c = (c ^ b).wrapping_sub(b.rotate_left(24));
        *self = Self { a, b, c };
    }

    fn add(&mut self, words: [u32; 3]) {
        let [a, b, c] = words;
        self.a = self.a.wrapping_add(a);
        self.b = self.b.wrapping_add(b);
        self.c = self.c.wrapping_add(c);
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        let mut blocks = bytes.chunks_exact(BLOCK);
        for block in blocks.by_ref() {
            self.add(words(block));
            self.mix();
        }
        // The lowest byte of the last word is kept for the length.
        let rest = blocks.remainder();
        let [a, b, c] = words(rest);
        self.add([a, b, c << 8]);
        self.finish();
        self
    }

    fn word(mut self, word: u32) -> Self {
        self.add([word, 0, 0]);
        self.finish();
        self
    }

    fn long(self) -> u64 {
        u64::from(self.b) << 32 | u64::from(self.c)
    }
}

fn halves(value: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = value.to_be_bytes();
    [u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h])]
}

/// Three words of at most twelve bytes.
fn words(bytes: &[u8]) -> [u32; 3] {
    let (first, bytes) = word_of(bytes);
    let (second, bytes) = word_of(bytes);
    [first, second, word_of(bytes).0]
}

/// The word that the first four bytes are, or those that there are; and the bytes behind.
fn word_of(bytes: &[u8]) -> (u32, &[u8]) {
    if let Some((word, rest)) = bytes.split_first_chunk() {
        return (u32::from_le_bytes(*word), rest);
    }
    let word = match *bytes {
        [a, b, c, ..] => [a, b, c, 0],
        [a, b] => [a, b, 0, 0],
        [a] => [a, 0, 0, 0],
        [] => [0; 4],
    };
    (u32::from_le_bytes(word), &[])
}

/// `hash_bytes`.
pub(crate) fn bytes(bytes: &[u8]) -> u32 {
    State::new(bytes.len()).bytes(bytes).c
}

/// `hash_bytes_extended`.
pub(crate) fn bytes_extended(bytes: &[u8], seed: u64) -> u64 {
    State::seeded(bytes.len(), seed).bytes(bytes).long()
}

/// `hash_bytes_uint32`.
#[inline]
pub(crate) fn word(word: u32) -> u32 {
    State::new(4).word(word).c
}

/// `hash_bytes` of eight bytes, as a number.
#[inline]
pub(crate) fn two_words(words: u64) -> u32 {
    let [high, low] = halves(words);
    let mut state = State::new(8);
    state.add([low, high, 0]);
    state.finish();
    state.c
}

/// `hash_bytes_uint32_extended`.
pub(crate) fn word_extended(word: u32, seed: u64) -> u64 {
    State::seeded(4, seed).word(word).long()
}

/// The hash of a `bigint`, which is that of an `integer` of the same value.
pub(crate) fn long(value: i64) -> u32 {
    let [high, low] = halves(value.cast_unsigned());
    word(low ^ if value >= 0 { high } else { !high })
}

#[cfg(test)]
mod tests {
    use super::*;

    // What PostgreSQL 17 says: SELECT hashtext('a'), hashint4(42), hashtext('a longer text than
    // twelve'), hashtextextended('x', 7), hashint8(-5000000000), hashint4extended(1, 99)
    #[test]
    fn hashes_are_those_of_postgresql() {
        assert_eq!(bytes(b"a").cast_signed(), 1_075_015_857);
        assert_eq!(word(42).cast_signed(), 1_509_752_520);
        assert_eq!(bytes(b"a longer text than twelve").cast_signed(), 2_136_312_880);
        assert_eq!(bytes_extended(b"x", 7).cast_signed(), 6_768_980_075_025_796_345);
        assert_eq!(long(-5_000_000_000).cast_signed(), 954_517_114);
        assert_eq!(word_extended(1, 99).cast_signed(), -6_144_266_213_037_784_673);
        assert_eq!(long(42), word(42));
        assert_eq!(bytes(b"four"), word(u32::from_le_bytes(*b"four")));
        assert_eq!(bytes(b"8 bytes."), two_words(u64::from_le_bytes(*b"8 bytes.")));
    }
}
