//! `lib/ilist.h`: lists whose links lie in their members.
//! Runs in: any process.

/// A link of a doubly linked list.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct dlist_node {
    /// The member before, or the head.
    pub prev: *mut Self,
    /// The member after, or the head.
    pub next: *mut Self,
}

/// The head of a circular doubly linked list; all zero counts as empty.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct dlist_head {
    /// `next` is the first member, `prev` the last.
    pub head: dlist_node,
}

/// A link of a singly linked list.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct slist_node {
    /// The link behind it; null at the end.
    pub next: *mut Self,
}

/// The head of a singly linked list.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct slist_head {
    /// Its `next` is the first link; null if there is none.
    pub head: slist_node,
}
