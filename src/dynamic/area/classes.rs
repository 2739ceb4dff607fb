#![forbid(unsafe_code)]
//! Sizes of small objects: what is asked for is rounded up to one of these.
//! Runs in: any process.
//!
//! Multiples of eight up to 64, and from there on four to each doubling.

/// Classes there are.
pub(super) const COUNT: usize = 36;
/// Largest small object.
pub(super) const LARGEST: usize = 8192;

/// The class of so many bytes, of which there are at most [`LARGEST`].
pub(super) fn of(bytes: usize) -> usize {
    let bytes = bytes.max(1);
    if bytes <= 64 {
        return bytes.div_ceil(8) - 1;
    }
    // 65 to 128 are doubling 0.
    let doubling = usize::try_from((bytes - 1).ilog2()).unwrap_or(0) - 6;
    let step = 16 << doubling;
    7 + doubling * 4 + (bytes - (64 << doubling)).div_ceil(step)
}

/// Bytes of an object of a class.
pub(super) fn size(class: usize) -> usize {
    if class < 8 {
        return (class + 1) * 8;
    }
    let (doubling, step) = ((class - 8) / 4, (class - 8) % 4 + 1);
    (64 << doubling) + step * (16 << doubling)
}

/// Pages of a block of a class: at least eight objects, and not much more than are wanted where
/// memory is short.
pub(super) fn pages(class: usize) -> u32 {
    match size(class) {
        ..=128 => 1,
        129..=1024 => 4,
        _ => 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_has_the_least_class_that_holds_it() {
        for bytes in 1..=LARGEST {
            let class = of(bytes);
            assert!(size(class) >= bytes, "{bytes}");
            assert!(class == 0 || size(class - 1) < bytes, "{bytes}");
        }
        assert_eq!(of(LARGEST), COUNT - 1);
        assert_eq!(size(COUNT - 1), LARGEST);
        for class in 0..COUNT {
            assert_eq!(size(class) % 8, 0);
            let bytes = usize::try_from(pages(class)).unwrap() * 4096;
            assert!((8..=512).contains(&(bytes / size(class))), "{class}");
        }
    }
}
