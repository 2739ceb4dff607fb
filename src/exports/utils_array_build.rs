//! `utils/array.h`: arrays that are built member by member.
//! Runs in: any process.

use core::ffi::c_int;
use core::mem::size_of;
use core::ptr::NonNull;

use crate::abi::array::ArrayBuildState;
use crate::abi::c::{Datum, Oid};
use crate::abi::memnodes::MemoryContext;
use crate::abi::variables::CurrentMemoryContext;
use crate::database::types;
use crate::datum::types::Form;
use crate::datum::{array, content};
use crate::error::{Report, Result, SqlState};
use crate::memory::{self, arrays};

/// Room for members at first, in a context of its own and in another.
const ALONE: c_int = 64;
const TOGETHER: c_int = 8;

fn count(number: c_int) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// An array to be built, of members of that type.
fn init(
    element: Oid,
    outer: MemoryContext,
    is_private: bool,
    room: c_int,
) -> Result<NonNull<ArrayBuildState>> {
    let known = types::known(element)?;
    let context =
        if is_private { memory::create(outer, c"accumArrayResult".as_ptr())? } else { outer };
    let values = memory::alloc(context, memory::multiply(count(room), size_of::<Datum>())?)?;
    let nulls = memory::alloc(context, count(room))?;
    let state = memory::alloc(context, size_of::<ArrayBuildState>())?.cast();
    let fresh = ArrayBuildState {
        mcontext: context,
        dvalues: values.cast().as_ptr(),
        dnulls: nulls.cast().as_ptr(),
        alen: room,
        nelems: 0,
        element_type: element,
        typlen: known.form.len,
        typbyval: known.form.by_value,
        typalign: core::ffi::c_char::from_ne_bytes([known.align]),
        private_cxt: is_private,
    };
    // SAFETY: room for it.
    unsafe { state.write(fresh) };
    Ok(state)
}

fn form(state: &ArrayBuildState) -> Form {
    let [align] = state.typalign.to_ne_bytes();
    Form { len: state.typlen, by_value: state.typbyval, align: Form::alignment(align) }
}

/// Another member.
///
/// # Safety
/// The state is live; the value is of the members' type.
unsafe fn add(state: &mut ArrayBuildState, value: Option<Datum>) -> Result<()> {
    if state.nelems >= state.alen {
        let room = state.alen.checked_mul(2).ok_or_else(too_large)?;
        let size = memory::multiply(count(room), size_of::<Datum>())?;
        let values = NonNull::new(state.dvalues.cast()).unwrap_or(NonNull::dangling());
        // SAFETY: a chunk of `init`.
        state.dvalues = unsafe { memory::realloc(values, size) }?.cast().as_ptr();
        let nulls = NonNull::new(state.dnulls.cast()).unwrap_or(NonNull::dangling());
        // SAFETY: the same.
        state.dnulls = unsafe { memory::realloc(nulls, count(room)) }?.cast().as_ptr();
        state.alen = room;
    }
    let copy = match value {
        Some(value) if !state.typbyval => {
            let before = CurrentMemoryContext.replace(state.mcontext);
            // SAFETY: the caller's promise.
            let copy = unsafe { content::of(value, form(state)) };
            let copy = copy.and_then(|content| content::place(&content, form(state)));
            CurrentMemoryContext.set(before);
            copy?
        }
        Some(value) => value,
        None => 0,
    };
    // SAFETY: below the room.
    let place = unsafe { state.dvalues.add(count(state.nelems)) };
    // SAFETY: the same.
    unsafe { place.write(copy) };
    // SAFETY: the same.
    let place = unsafe { state.dnulls.add(count(state.nelems)) };
    // SAFETY: the same.
    unsafe { place.write(value.is_none()) };
    state.nelems += 1;
    Ok(())
}

fn too_large() -> Report {
    let message = "array size exceeds the maximum allowed (134217727)";
    Report::error(SqlState::PROGRAM_LIMIT_EXCEEDED, message)
}

/// The array, in `context`.
///
/// # Safety
/// The state is live.
unsafe fn make(
    state: *mut ArrayBuildState,
    dimensions: &[(i32, i32)],
    context: MemoryContext,
    release: bool,
) -> Result<Datum> {
    // SAFETY: the caller's promise.
    let state = unsafe { state.read() };
    // SAFETY: so many members are there.
    let values = unsafe { arrays::read(state.dvalues, count(state.nelems)) };
    // SAFETY: the same.
    let nulls = unsafe { arrays::read(state.dnulls, count(state.nelems)) };
    let members = values.iter().zip(nulls).map(|(value, is_null)| (!is_null).then_some(*value));
    let members: Vec<Option<Datum>> = members.collect();
    let before = CurrentMemoryContext.replace(context);
    let made = array::build_with(&members, dimensions, state.element_type, form(&state));
    CurrentMemoryContext.set(before);
    let made = made?.expose_provenance();
    if release && state.private_cxt {
        // SAFETY: the state's own context, which nobody uses any more.
        unsafe { memory::delete(state.mcontext) }?;
    }
    Ok(made)
}

throwing! {
    /// An array to be built, in a context of its own or in that one.
    fn initArrayResult(
        element_type: Oid,
        rcontext: MemoryContext,
        subcontext: bool,
    ) -> *mut ArrayBuildState {
        let room = if subcontext { ALONE } else { TOGETHER };
        Ok(init(element_type, rcontext, subcontext, room)?.as_ptr())
    }

    /// The same with room for so many members.
    fn initArrayResultWithSize(
        element_type: Oid,
        rcontext: MemoryContext,
        subcontext: bool,
        initsize: c_int,
    ) -> *mut ArrayBuildState {
        Ok(init(element_type, rcontext, subcontext, initsize.max(1))?.as_ptr())
    }

    /// Another member, of which a copy is made; NULL as state: the first one.
    fn accumArrayResult(
        astate: *mut ArrayBuildState,
        dvalue: Datum,
        disnull: bool,
        element_type: Oid,
        rcontext: MemoryContext,
    ) -> *mut ArrayBuildState {
        let state = match NonNull::new(astate) {
            Some(state) => state,
            None => init(element_type, rcontext, true, ALONE)?,
        };
        // SAFETY: the caller's state.
        let place = unsafe { &mut *state.as_ptr() };
        // SAFETY: a value of its members' type.
        unsafe { add(place, (!disnull).then_some(dvalue)) }?;
        Ok(state.as_ptr())
    }

    /// The array, of one dimension; the state is gone if it had a context of its own.
    fn makeArrayResult(astate: *mut ArrayBuildState, rcontext: MemoryContext) -> Datum {
        // SAFETY: the header's prototype.
        let members = unsafe { (*astate).nelems };
        let dimensions = [(members, 1)];
        let dimensions = if members > 0 { &dimensions[..] } else { &[] };
        // SAFETY: the same.
        unsafe { make(astate, dimensions, rcontext, true) }
    }

    /// The array, of these dimensions.
    fn makeMdArrayResult(
        astate: *mut ArrayBuildState,
        ndims: c_int,
        dims: *mut c_int,
        lbs: *mut c_int,
        rcontext: MemoryContext,
        release: bool,
    ) -> Datum {
        // SAFETY: the caller has so many of both.
        let lengths = unsafe { arrays::read(dims, count(ndims)) };
        // SAFETY: the same.
        let lowers = unsafe { arrays::read(lbs, count(ndims)) };
        let dimensions: Vec<(i32, i32)> = lengths.iter().copied().zip(lowers.iter().copied()).collect();
        let has_members = array::items(lengths)? > 0;
        let dimensions = if has_members { &*dimensions } else { &[] };
        // SAFETY: the header's prototype.
        unsafe { make(astate, dimensions, rcontext, release) }
    }
}
