//! `lib/ilist.h`: the one function that is not inline.
//! Runs in: any process.

use crate::abi::ilist::{slist_head, slist_node};

plain! {
    /// Takes a member out of a list, which is searched for it.
    fn slist_delete(head: *mut slist_head, node: *const slist_node) {
        // SAFETY: a live head.
        let mut last: *mut slist_node = unsafe { &raw mut (*head).head };
        loop {
            // SAFETY: the head, or a live member.
            let next = unsafe { (*last).next };
            if next.is_null() {
                return;
            }
            if core::ptr::eq(next, node) {
                // SAFETY: the member that was looked for is live.
                let behind = unsafe { (*next).next };
                // SAFETY: the same as above.
                unsafe { (*last).next = behind };
                return;
            }
            last = next;
        }
    }
}
