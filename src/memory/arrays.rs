//! Arrays as C functions take them: a pointer, and a length that both sides know.
//! Runs in: any process.

/// The elements of an array; a pointer to no elements may be null.
///
/// # Safety
/// It has so many, and they live as long as they are used.
pub(crate) unsafe fn read<'a, T>(from: *const T, count: usize) -> &'a [T] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(from, count) }
}

/// Writes the elements of an array.
///
/// # Safety
/// It has room for them.
pub(crate) unsafe fn write<T: Copy>(to: *mut T, all: impl Iterator<Item = T>) {
    for (i, value) in all.enumerate() {
        // SAFETY: the caller's promise.
        let place = unsafe { to.add(i) };
        // SAFETY: the same.
        unsafe { place.write(value) };
    }
}
