//! Small objects: blocks of pages, each full of objects of one class.
//! Runs in: any process, under the area's lock.
//!
//! A free object that was used before holds the number of the next such one; those that were never
//! used are counted. Blocks with free objects are in their class's list, full ones in none. A
//! block of free objects only is given back, but for the last one of its class.

use core::sync::atomic::AtomicU64;
use core::sync::atomic::Ordering::Relaxed;

use super::control::PAGE;
use super::runs::{self, Page};
use super::{Area, Pointer, no_object, page_pointer, parts};
use crate::dynamic::area::classes;
use crate::dynamic::under_lock::UnderLock as _;
use crate::error::Result;

/// Bytes of a page.
const PAGE_SIZE: u32 = 1 << PAGE.trailing_zeros();
/// No object.
const NONE: u16 = u16::MAX;

/// A block: its first page's number and description.
#[derive(Clone, Copy)]
struct Block<'a> {
    segment: usize,
    start: u32,
    page: &'a Page,
}

/// Objects of a block of a class.
fn objects(class: usize) -> u16 {
    let bytes = classes::pages(class).wrapping_mul(PAGE_SIZE);
    u16::try_from(bytes / u32::try_from(classes::size(class)).unwrap_or(1).max(1)).unwrap_or(0)
}

impl Block<'_> {
    fn pointer(&self) -> Pointer {
        page_pointer(self.segment, self.start)
    }

    fn class(&self) -> usize {
        usize::from(self.page.class.load(Relaxed)).min(classes::COUNT - 1)
    }

    fn object(&self, number: u16) -> Pointer {
        let place = usize::from(number) * classes::size(self.class());
        self.pointer() + u64::try_from(place).unwrap_or(0)
    }
}

impl Area {
    fn list(&self, class: usize) -> Option<&AtomicU64> {
        self.control().classes.get(class)
    }

    /// The block at a pointer; none for no pointer.
    fn block(&self, at: Pointer) -> Result<Option<Block<'_>>> {
        if at == 0 {
            return Ok(None);
        }
        let (segment, offset) = parts(at);
        let start = u32::try_from(offset / PAGE).unwrap_or(u32::MAX);
        let page = self.runs(segment)?.page(start);
        Ok(page.map(|page| Block { segment, start, page }))
    }

    /// The number of the next free object, in the memory of one.
    fn next_of(&self, object: Pointer) -> Result<*mut u16> {
        let (segment, offset) = parts(object);
        Ok(self.base(segment)?.as_ptr().wrapping_add(offset).cast())
    }

    /// Puts a block at the head of its class's list.
    fn link(&self, block: Block<'_>) -> Result<()> {
        let Some(list) = self.list(block.class()) else { return Ok(()) };
        let next = list.put(block.pointer());
        block.page.before.store(0, Relaxed);
        block.page.after.store(next, Relaxed);
        if let Some(next) = self.block(next)? {
            next.page.before.store(block.pointer(), Relaxed);
        }
        Ok(())
    }

    fn unlink(&self, block: Block<'_>) -> Result<()> {
        let (before, after) = (block.page.before.load(Relaxed), block.page.after.load(Relaxed));
        if let Some(next) = self.block(after)? {
            next.page.before.store(before, Relaxed);
        }
        match self.block(before)? {
            Some(previous) => previous.page.after.store(after, Relaxed),
            None => {
                if let Some(list) = self.list(block.class()) {
                    list.store(after, Relaxed);
                }
            }
        }
        Ok(())
    }

    /// A new block of a class, in its list; false: there is no memory.
    fn add_block(&self, class: usize) -> Result<bool> {
        let pages = classes::pages(class);
        let Some((segment, start)) = self.take_pages(pages)? else { return Ok(false) };
        let runs = self.runs(segment)?;
        for number in 1..pages {
            if let Some(page) = runs.page(start + number) {
                page.len.store(number, Relaxed);
                page.kind.store(runs::BLOCK_PART, Relaxed);
            }
        }
        let Some(page) = runs.page(start) else { return Ok(false) };
        page.class.store(u16::try_from(class).unwrap_or(0), Relaxed);
        page.free.store(objects(class), Relaxed);
        page.first.store(NONE, Relaxed);
        page.used.store(0, Relaxed);
        page.kind.store(runs::BLOCK, Relaxed);
        self.link(Block { segment, start, page })?;
        Ok(true)
    }

    /// Gives the pages of a block back that is in its class's list.
    fn remove_block(&self, block: Block<'_>) -> Result<()> {
        self.unlink(block)?;
        let runs = self.runs(block.segment)?;
        for number in 1..classes::pages(block.class()) {
            if let Some(page) = runs.page(block.start + number) {
                page.kind.store(runs::INSIDE, Relaxed);
            }
        }
        self.give_pages(block.segment, block.start)
    }

    /// An object of a class; none: there is no memory.
    ///
    /// # Errors
    /// A segment is not to be had.
    pub(super) fn allocate_small(&self, class: usize) -> Result<Option<Pointer>> {
        let Some(list) = self.list(class) else { return Ok(None) };
        if list.load(Relaxed) == 0 && !self.add_block(class)? {
            return Ok(None);
        }
        let Some(block) = self.block(list.load(Relaxed))? else { return Ok(None) };
        let page = block.page;
        let first = page.first.load(Relaxed);
        let number = if first == NONE { page.used.raise(1) } else { first };
        let object = block.object(number);
        if first != NONE {
            // SAFETY: a free object's memory, which is nobody else's.
            page.first.store(unsafe { self.next_of(object)?.read() }, Relaxed);
        }
        if page.free.lower(1) == 1 {
            self.unlink(block)?;
        }
        Ok(Some(object))
    }

    /// Frees the object at a place in a segment, of the block that begins at a page.
    ///
    /// # Errors
    /// There is none; a segment is not to be had.
    pub(super) fn free_small(&self, segment: usize, start: u32, offset: usize) -> Result<()> {
        let object = super::pointer(segment, offset);
        let Some(block) = self.block(page_pointer(segment, start))? else {
            return Err(no_object(object));
        };
        let (class, page) = (block.class(), block.page);
        // In 32 bits, of which a division takes a fraction of the time.
        let place = u32::try_from(object.wrapping_sub(block.pointer())).unwrap_or(u32::MAX);
        let size = u32::try_from(classes::size(class)).unwrap_or(1).max(1);
        let number = u16::try_from(place / size).unwrap_or(NONE);
        if !place.is_multiple_of(size) || number >= page.used.load(Relaxed) {
            return Err(no_object(object));
        }
        let first = page.first.put(number);
        // SAFETY: the object is nobody's any more.
        unsafe { self.next_of(object)?.write(first) };
        let free = page.free.raise(1).wrapping_add(1);
        if free == 1 {
            return self.link(block);
        }
        let (before, after) = (page.before.load(Relaxed), page.after.load(Relaxed));
        if (before, after) != (0, 0) && free == objects(class) {
            return self.remove_block(block);
        }
        Ok(())
    }

    /// `dsa_trim`: gives the blocks back of which nothing is in use.
    ///
    /// # Errors
    /// The lock or a segment is not to be had.
    pub(crate) fn trim(&self) -> Result<()> {
        let _guard = self.locked()?;
        for class in 0..classes::COUNT {
            let mut next = self.list(class).map_or(0, |list| list.load(Relaxed));
            while let Some(block) = self.block(next)? {
                next = block.page.after.load(Relaxed);
                if block.page.free.load(Relaxed) == objects(class) {
                    self.remove_block(block)?;
                }
            }
        }
        Ok(())
    }

    /// Blocks of a class with free objects, and these; under the lock.
    ///
    /// # Errors
    /// A segment is not to be had.
    pub(super) fn count_free(&self, class: usize) -> Result<(u64, u64)> {
        let (mut blocks, mut free) = (0, 0);
        let mut next = self.list(class).map_or(0, |list| list.load(Relaxed));
        while let Some(block) = self.block(next)? {
            blocks += 1;
            free += u64::from(block.page.free.load(Relaxed));
            next = block.page.after.load(Relaxed);
        }
        Ok((blocks, free))
    }
}
