//! What contexts take, for people: PostgreSQL's lines.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};
use std::io::Write as _;

use crate::abi::memnodes::{MemoryContext, MemoryContextCounters, MemoryContextData};
use crate::abi::variables::TopMemoryContext;
use crate::error::{self, Level, Report};

use super::{chunk, tree};

/// Bytes of an identifier that are shown.
const MAX_IDENT_SHOWN: usize = 100;

/// Levels, and children of each context, that are shown unless somebody says otherwise.
pub(crate) const LIMIT: c_int = 100;

/// Where the lines go.
#[derive(Clone, Copy)]
struct Output {
    to_stderr: bool,
}

impl Output {
    /// One line about something `level` levels below the context that was asked for.
    fn line(self, level: usize, text: &[u8]) {
        if self.to_stderr {
            self.write(&"  ".repeat(level), text);
        } else {
            self.write(&format!("level: {level}; "), text);
        }
    }

    fn write(self, before: &str, text: &[u8]) {
        let mut line = [before.as_bytes(), text].concat();
        if self.to_stderr {
            line.push(b'\n');
            // Nobody is there to be told that it cannot be told.
            let _written = std::io::stderr().write_all(&line);
        } else {
            error::emit(&Report::new(Level::Log, line));
        }
    }
}

/// Prints a context and `max_level` levels below it, `max_children` of each, on standard error or
/// in the log.
///
/// # Safety
/// `context` is live.
pub(crate) unsafe fn print(
    context: MemoryContext,
    max_level: c_int,
    max_children: c_int,
    to_stderr: bool,
) {
    let limit = |n| usize::try_from(n).unwrap_or(0);
    let output = Output { to_stderr };
    // SAFETY: the caller's promise.
    unsafe { print_tree(output, context, 0, limit(max_level), limit(max_children)) };
    // SAFETY: the same.
    let total = unsafe { consumed(context) };
    output.write("", format!("Grand total: {}", in_words(&total, " bytes")).as_bytes());
}

/// [`print`] of all contexts on standard error, as far as PostgreSQL goes.
///
/// # Safety
/// `TopMemoryContext` is live or null.
pub(crate) unsafe fn print_all() {
    let top = TopMemoryContext.get();
    if !top.is_null() {
        // SAFETY: the caller's promise.
        unsafe { print(top, LIMIT, LIMIT, true) };
    }
}

/// Prints a context and what is below it.
///
/// # Safety
/// `context` is live.
unsafe fn print_tree(
    output: Output,
    context: MemoryContext,
    level: usize,
    max_level: usize,
    max_children: usize,
) {
    // SAFETY: the caller's promise.
    let (name, identifier) = unsafe { title(context) };
    // SAFETY: the same.
    let counters = unsafe { one(context) };
    let text = [&name[..], b": ", in_words(&counters, " total").as_bytes(), &identifier].concat();
    output.line(level, &text);
    // SAFETY: the same.
    let mut child = unsafe { (*context).firstchild };
    let mut shown = 0;
    while !child.is_null() && level < max_level && shown < max_children {
        // SAFETY: in the tree, so live.
        unsafe { print_tree(output, child, level + 1, max_level, max_children) };
        // SAFETY: the same.
        child = unsafe { (*child).nextchild };
        shown += 1;
    }
    let mut rest = MemoryContextCounters::default();
    let mut count = 0;
    while !child.is_null() {
        // SAFETY: the same.
        add(&mut rest, &unsafe { one(child) });
        count += 1;
        // SAFETY: the same.
        child = unsafe { tree::next(child, context) };
    }
    if count > 0 {
        let sums = in_words(&rest, " total");
        let text = format!("{count} more child contexts containing {sums}");
        // The log names the level of the parent, as in PostgreSQL.
        output.line(if output.to_stderr { level + 1 } else { level }, text.as_bytes());
    }
}

/// What a context takes with all below it.
///
/// # Safety
/// `context` is live.
pub(crate) unsafe fn consumed(context: MemoryContext) -> MemoryContextCounters {
    let mut sum = MemoryContextCounters::default();
    let mut next = context;
    while !next.is_null() {
        // SAFETY: the caller's context or one below it.
        add(&mut sum, &unsafe { one(next) });
        // SAFETY: the same.
        next = unsafe { tree::next(next, context) };
    }
    sum
}

/// What a context takes itself: a chunk is a block, and free chunks are malloc's affair.
///
/// # Safety
/// `context` is live.
unsafe fn one(context: MemoryContext) -> MemoryContextCounters {
    // SAFETY: every context is a `Context`.
    let nblocks = unsafe { chunk::count(context.cast()) };
    // SAFETY: the caller's promise.
    let totalspace = unsafe { (*context).mem_allocated };
    MemoryContextCounters { nblocks, totalspace, ..MemoryContextCounters::default() }
}

fn add(sum: &mut MemoryContextCounters, other: &MemoryContextCounters) {
    sum.nblocks += other.nblocks;
    sum.freechunks += other.freechunks;
    sum.totalspace += other.totalspace;
    sum.freespace += other.freespace;
}

fn in_words(counters: &MemoryContextCounters, unit: &str) -> String {
    let MemoryContextCounters { nblocks, freechunks, totalspace, freespace } = counters;
    let used = totalspace - freespace;
    format!(
        "{totalspace}{unit} in {nblocks} blocks; {freespace} free ({freechunks} chunks); {used} used"
    )
}

/// A context's name, and what follows the numbers.
///
/// # Safety
/// `context` is live.
unsafe fn title(context: MemoryContext) -> (Vec<u8>, Vec<u8>) {
    // SAFETY: the caller's promise.
    let MemoryContextData { name, ident, .. } = unsafe { context.read() };
    // SAFETY: a NUL-terminated string.
    let name = unsafe { bytes(name) };
    // SAFETY: the same, or null.
    let ident = unsafe { bytes(ident) };
    match ident {
        None => (name.unwrap_or_default(), Vec::new()),
        // All hash tables have that name.
        Some(ident) if name.as_deref() == Some(b"dynahash") => (ident, Vec::new()),
        Some(ident) => (name.unwrap_or_default(), shortened(&ident)),
    }
}

fn shortened(ident: &[u8]) -> Vec<u8> {
    let mut end = ident.len().min(MAX_IDENT_SHOWN);
    if end < ident.len() {
        // Not within a character.
        while end > 0 && ident.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
            end -= 1;
        }
    }
    let shown = ident.iter().take(end).map(|&byte| if byte < b' ' { b' ' } else { byte });
    let dots: &[u8] = if end < ident.len() { b"..." } else { b"" };
    b": ".iter().copied().chain(shown).chain(dots.iter().copied()).collect()
}

/// Copies a string.
///
/// # Safety
/// `text` is null or a NUL-terminated string.
unsafe fn bytes(text: *const c_char) -> Option<Vec<u8>> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes().to_vec())
}
