//! Hash tables: finding, making and removing entries, and going through them (hsearch.h).
//! Runs in: any process.
//!
//! Safety of all functions: as in `table`.

use core::ffi::c_void;
use core::ptr;
use core::sync::atomic::Ordering::Relaxed;

use crate::abi::hsearch::{
    HASH_ENTER, HASH_ENTER_NULL, HASH_FIND, HASH_REMOVE, HASH_SEQ_STATUS, HASHACTION,
};
use crate::error::{Report, Result, SqlState};
use crate::memory;
use crate::text::hash;

use super::scans;
use super::table::{Bucket, Element, LISTS, List, Table};
use super::table_keys::{Form, Key, Number, Other};

/// What became of a key: its entry, or null, and whether it was there before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) entry: *mut c_void,
    pub(crate) was_there: bool,
}

/// The entry of an element: what is behind it.
fn entry_of(element: *const Element) -> *mut c_void {
    element.wrapping_add(1).cast_mut().cast()
}

#[cold]
pub(super) fn refused(table: &Table, what: &str) -> crate::error::Raised {
    let message = format!("{what} hashtable \"{}\"", table.name());
    Report::error(SqlState::INTERNAL_ERROR, message).into()
}

#[cold]
fn unknown(action: HASHACTION) -> crate::error::Raised {
    let message = format!("unrecognized hash action code: {action}");
    Report::error(SqlState::INTERNAL_ERROR, message).into()
}

impl List {
    /// So many elements more are used. Not one step, which would cost more: whoever changes a list is
    /// alone, others only read the number.
    fn count(&self, more: i64) {
        self.used.store(self.used.load(Relaxed).wrapping_add(more), Relaxed);
    }
}

impl Table {
    /// The link that leads to the element of a key, or the last one of its bucket.
    ///
    /// # Safety
    /// See above.
    #[inline]
    unsafe fn link_to(&self, key: &impl Key, hash: u32) -> Result<(&Bucket, Option<&Element>)> {
        let mut link = self.bucket(self.bucket_of(hash))?;
        // SAFETY: the elements of a bucket.
        while let Some(element) = unsafe { link.get().as_ref() } {
            // SAFETY: the caller's promise.
            if element.hash.get() == hash && unsafe { key.is(entry_of(element))? } {
                return Ok((link, Some(element)));
            }
            link = &element.link;
        }
        Ok((link, None))
    }

    /// `hash_search`.
    ///
    /// # Safety
    /// See above.
    ///
    /// # Errors
    /// No memory; a new entry in a frozen table; what a function of the caller raised.
    #[inline]
    pub(crate) unsafe fn search(&self, key: *const c_void, action: HASHACTION) -> Result<Found> {
        match self.form {
            Form::Four => {
                // SAFETY: the caller's promise.
                let key = unsafe { Number::<u32>::read(key) };
                // SAFETY: the same.
                unsafe { self.act(&key, hash::word(key.0), action) }
            }
            Form::Eight => {
                // SAFETY: the caller's promise.
                let key = unsafe { Number::<u64>::read(key) };
                // SAFETY: the same.
                unsafe { self.act(&key, hash::two_words(key.0), action) }
            }
            Form::Other => {
                // SAFETY: the caller's promise.
                let hash = unsafe { self.hash(key)? };
                // SAFETY: the same.
                unsafe { self.act(&Other { table: self, key }, hash, action) }
            }
        }
    }

    /// `hash_search_with_hash_value`.
    ///
    /// # Safety
    /// See above.
    ///
    /// # Errors
    /// As [`Self::search`].
    #[inline]
    pub(crate) unsafe fn search_with_hash(
        &self,
        key: *const c_void,
        hash: u32,
        action: HASHACTION,
    ) -> Result<Found> {
        match self.form {
            Form::Four => {
                // SAFETY: the caller's promise.
                let key = unsafe { Number::<u32>::read(key) };
                // SAFETY: the same.
                unsafe { self.act(&key, hash, action) }
            }
            Form::Eight => {
                // SAFETY: the caller's promise.
                let key = unsafe { Number::<u64>::read(key) };
                // SAFETY: the same.
                unsafe { self.act(&key, hash, action) }
            }
            // SAFETY: the caller's promise.
            Form::Other => unsafe { self.act(&Other { table: self, key }, hash, action) },
        }
    }

    /// # Safety
    /// See above.
    #[inline]
    unsafe fn act(&self, key: &impl Key, hash: u32, action: HASHACTION) -> Result<Found> {
        let enters = matches!(action, HASH_ENTER | HASH_ENTER_NULL);
        if enters && self.is_full() {
            self.split()?;
        }
        // SAFETY: the caller's promise.
        let (link, found) = unsafe { self.link_to(key, hash)? };
        let there = |entry, was_there| Ok(Found { entry, was_there });
        match (action, found) {
            (HASH_FIND | HASH_ENTER | HASH_ENTER_NULL, Some(element)) => {
                there(entry_of(element), true)
            }
            (HASH_FIND | HASH_REMOVE, None) => there(ptr::null_mut(), false),
            (HASH_REMOVE, Some(element)) => {
                self.with_list(self.list_of(hash), |list| {
                    list.count(-1);
                    link.set(element.link.get());
                    element.link.set(list.free.get());
                    list.free.set(ptr::from_ref(element).cast_mut());
                })?;
                there(entry_of(element), true)
            }
            (HASH_ENTER | HASH_ENTER_NULL, None) => {
                // SAFETY: the caller's promise.
                let entry = unsafe { self.enter(link, key, hash, action == HASH_ENTER_NULL)? };
                there(entry, false)
            }
            _ => Err(unknown(action)),
        }
    }

    /// Whether there are more entries than buckets, and buckets may be split now.
    fn is_full(&self) -> bool {
        !self.is_partitioned()
            && self.used() > i64::from(self.header().max_bucket.get())
            && !self.is_frozen.get()
            && !scans::are_any(self.id())
    }

    /// A new entry, at the end of its bucket; null if there is no memory and this is allowed.
    ///
    /// # Safety
    /// See above.
    #[inline]
    unsafe fn enter(
        &self,
        link: &Bucket,
        key: &impl Key,
        hash: u32,
        may_fail: bool,
    ) -> Result<*mut c_void> {
        if self.is_frozen.get() {
            return Err(refused(self, "cannot insert into frozen"));
        }
        let taken = self.take(self.list_of(hash))?;
        // SAFETY: an element of the table, if any.
        let Some(element) = (unsafe { taken.as_ref() }) else {
            return if may_fail { Ok(ptr::null_mut()) } else { Err(self.no_room()) };
        };
        link.set(taken);
        element.link.set(ptr::null_mut());
        element.hash.set(hash);
        // SAFETY: the caller's promise.
        unsafe { key.copy(entry_of(element))? };
        Ok(entry_of(element))
    }

    #[cold]
    fn no_room(&self) -> crate::error::Raised {
        let what = if self.is_shared { "out of shared memory" } else { "out of memory" };
        Report::error(SqlState::OUT_OF_MEMORY, what).into()
    }

    /// A free element of a list, made or from another list if it has none; null: no memory.
    #[inline]
    fn take(&self, list: usize) -> Result<*mut Element> {
        let mut taken = self.pop(list)?;
        if taken.is_null() {
            taken = self.make(list)?;
        }
        if !taken.is_null() {
            self.with_list(list, |list| list.count(1))?;
        }
        Ok(taken)
    }

    #[cold]
    fn make(&self, list: usize) -> Result<*mut Element> {
        while self.add_elements(self.more(), list)? {
            let taken = self.pop(list)?;
            if !taken.is_null() {
                return Ok(taken);
            }
        }
        let others = if self.is_partitioned() { LISTS } else { 1 };
        for other in 1..others {
            let taken = self.pop((list + other) % LISTS)?;
            if !taken.is_null() {
                return Ok(taken);
            }
        }
        Ok(ptr::null_mut())
    }

    /// Takes the first free element of a list; null: there is none.
    #[inline]
    fn pop(&self, list: usize) -> Result<*mut Element> {
        self.with_list(list, |list| {
            let first = list.free.get();
            // SAFETY: an element of the table, if any.
            if let Some(element) = unsafe { first.as_ref() } {
                list.free.set(element.link.get());
            }
            first
        })
    }

    /// `hash_update_hash_key`: whether no other entry has the new key.
    ///
    /// # Safety
    /// See above; `entry` is one of a table.
    ///
    /// # Errors
    /// It is not one of this table, or that is frozen; what a function of the caller raised.
    pub(crate) unsafe fn change_key(&self, entry: *mut c_void, key: *const c_void) -> Result<bool> {
        if self.is_frozen.get() {
            return Err(refused(self, "cannot update in frozen"));
        }
        let element: *mut Element = entry.cast::<Element>().wrapping_sub(1);
        // SAFETY: an entry is behind its element.
        let own = unsafe { &*element };
        let old = self.bucket_of(own.hash.get());
        let mut link = self.bucket(old)?;
        while !ptr::eq(link.get(), element) {
            // SAFETY: the elements of a bucket.
            let Some(next) = (unsafe { link.get().as_ref() }) else {
                return Err(refused(self, "hash_update_hash_key argument is not in"));
            };
            link = &next.link;
        }
        // SAFETY: the caller's promise.
        let hash = unsafe { self.hash(key)? };
        let key = Other { table: self, key };
        // SAFETY: the caller's promise.
        let (last, None) = (unsafe { self.link_to(&key, hash)? }) else { return Ok(false) };
        if self.bucket_of(hash) != old {
            link.set(own.link.get());
            last.set(element);
            own.link.set(ptr::null_mut());
        }
        own.hash.set(hash);
        // SAFETY: the caller's promise.
        unsafe { key.copy(entry)? };
        Ok(true)
    }

    /// `hash_freeze`.
    ///
    /// # Errors
    /// It is shared, or is gone through.
    pub(crate) fn freeze(&self) -> Result<()> {
        let name = self.name();
        let message = if self.is_shared {
            format!("cannot freeze shared hashtable \"{name}\"")
        } else if !self.is_frozen.get() && scans::are_any(self.id()) {
            format!("cannot freeze hashtable \"{name}\" because it has active scans")
        } else {
            self.is_frozen.set(true);
            return Ok(());
        };
        Err(Report::error(SqlState::INTERNAL_ERROR, message).into())
    }

    /// `hash_seq_init`, at a nest level of transactions.
    ///
    /// # Errors
    /// Too many tables are gone through.
    pub(crate) fn begin_scan(&self, level: i32) -> Result<HASH_SEQ_STATUS> {
        if !self.is_frozen.get() {
            scans::begin(self.id(), level, &self.name())?;
        }
        let table = ptr::from_ref(self).cast_mut().cast();
        Ok(HASH_SEQ_STATUS { hashp: table, curBucket: 0, curEntry: ptr::null_mut() })
    }

    /// `hash_seq_search`; null at the end, which ends the scan.
    ///
    /// # Safety
    /// See above; the scan is of this table.
    ///
    /// # Errors
    /// As [`Self::end_scan`].
    pub(crate) unsafe fn next(&self, scan: &mut HASH_SEQ_STATUS) -> Result<*mut c_void> {
        let mut at: *mut Element = scan.curEntry.cast();
        while at.is_null() {
            if scan.curBucket > self.header().max_bucket.get() {
                self.end_scan()?;
                return Ok(ptr::null_mut());
            }
            at = self.bucket(scan.curBucket)?.get();
            if at.is_null() {
                scan.curBucket += 1;
            }
        }
        // SAFETY: an element of the table.
        let following = unsafe { &*at }.link.get();
        scan.curEntry = following.cast();
        if following.is_null() {
            scan.curBucket += 1;
        }
        Ok(entry_of(at))
    }

    /// `hash_seq_term`.
    ///
    /// # Errors
    /// The table is not gone through.
    pub(crate) fn end_scan(&self) -> Result<()> {
        if self.is_frozen.get() { Ok(()) } else { scans::end(self.id(), &self.name()) }
    }
}

/// `hash_destroy`.
///
/// # Safety
/// Nobody uses the table any more.
///
/// # Errors
/// It is shared; what a callback of its memory raised.
pub(crate) unsafe fn destroy(table: *mut Table) -> Result<()> {
    // SAFETY: live, if any.
    let Some(table) = (unsafe { table.as_ref() }) else { return Ok(()) };
    if table.context.is_null() {
        return Err(refused(table, "cannot destroy shared"));
    }
    // SAFETY: the table's own.
    unsafe { memory::delete(table.context) }
}
