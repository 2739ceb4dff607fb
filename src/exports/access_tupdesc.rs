//! `access/tupdesc.h`: descriptions of rows.
//! Runs in: any process.

use core::ffi::{CStr, c_char, c_int};

use crate::abi::c::Oid;
use crate::abi::tupdesc::{FormData_pg_attribute, TupleDesc, TupleDescData};
use crate::database::tuples::{attribute, description};
use crate::database::types;
use crate::datum::{heap, row};
use crate::error::{Report, Result, SqlState};

/// A column's place from its number from 1.
///
/// # Safety
/// The description is live, and nobody else's for the moment.
unsafe fn place<'a>(
    desc: TupleDesc,
    number: i16,
) -> Result<(usize, &'a mut FormData_pg_attribute)> {
    // SAFETY: the caller's promise.
    let count = usize::try_from(unsafe { (*desc).natts }).unwrap_or(0);
    let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    let Some(index) = index.filter(|index| *index < count) else {
        let message = format!("invalid attribute number {number}");
        return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
    };
    // SAFETY: the columns follow the head.
    let first = unsafe { desc.add(1) }.cast::<FormData_pg_attribute>();
    // SAFETY: below their number.
    let at = unsafe { first.add(index) };
    // SAFETY: the caller's promise.
    Ok((index, unsafe { &mut *at }))
}

/// # Safety
/// The description is live; `name` is null or a string.
unsafe fn init(
    desc: TupleDesc,
    number: i16,
    name: *const c_char,
    of: &types::Known,
    modifier: i32,
    dimensions: c_int,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let (index, place) = unsafe { place(desc, number) }?;
    // Without a name the column keeps the one that it has.
    let before = place.attname;
    let text = if name.is_null() {
        &[][..]
    } else {
        // SAFETY: the caller's promise.
        unsafe { CStr::from_ptr(name) }.to_bytes()
    };
    *place = attribute(text, of, modifier, index);
    place.attndims = i16::try_from(dimensions).unwrap_or(0);
    if core::ptr::eq(name, before.data.as_ptr()) {
        place.attname = before;
    }
    Ok(())
}

/// A copy of a description.
pub(super) fn copy(like: TupleDesc) -> Result<TupleDesc> {
    // SAFETY: the caller's description.
    let columns = unsafe { row::attributes(like) };
    let columns: Vec<FormData_pg_attribute> = columns.iter().map(|column| plain(*column)).collect();
    let made = description(&columns)?;
    name_type(made, like);
    Ok(made)
}

/// Gives a description that was just made the type of another one.
fn name_type(made: TupleDesc, like: TupleDesc) {
    // SAFETY: the caller's description.
    let like = unsafe { like.read() };
    // SAFETY: just made.
    let made = unsafe { &mut *made };
    (made.tdtypeid, made.tdtypmod) = (like.tdtypeid, like.tdtypmod);
}

/// A column without what belongs to its table: constraints and defaults.
fn plain(column: FormData_pg_attribute) -> FormData_pg_attribute {
    FormData_pg_attribute {
        attnotnull: false,
        atthasdef: false,
        atthasmissing: false,
        attidentity: 0,
        attgenerated: 0,
        ..column
    }
}

/// Whether two columns are of rows of one type; `all`: also what else they say.
fn is_alike(a: &FormData_pg_attribute, b: &FormData_pg_attribute, all: bool) -> bool {
    let is_type = a.attname.data == b.attname.data
        && a.atttypid == b.atttypid
        && a.atttypmod == b.atttypmod
        && a.attcollation == b.attcollation
        && a.attisdropped == b.attisdropped
        && a.attlen == b.attlen
        && a.attalign == b.attalign;
    let is_rest = a.attndims == b.attndims
        && a.attbyval == b.attbyval
        && a.attstorage == b.attstorage
        && a.attcompression == b.attcompression
        && a.attnotnull == b.attnotnull
        && a.atthasdef == b.atthasdef
        && a.attidentity == b.attidentity
        && a.attgenerated == b.attgenerated
        && a.attislocal == b.attislocal
        && a.attinhcount == b.attinhcount;
    is_type && (!all || is_rest)
}

/// # Safety
/// Both are live.
unsafe fn equal(one: TupleDesc, other: TupleDesc, all: bool) -> bool {
    // SAFETY: the caller's promise.
    let a = unsafe { one.read() };
    // SAFETY: the same.
    let b = unsafe { other.read() };
    let heads = a.natts == b.natts && a.tdtypeid == b.tdtypeid;
    // SAFETY: the same.
    let a = unsafe { row::attributes(one) };
    // SAFETY: the same.
    let b = unsafe { row::attributes(other) };
    heads && a.iter().zip(b).all(|(a, b)| is_alike(a, b, all))
}

throwing! {
    /// A description with so many columns, which are not filled in yet.
    fn CreateTemplateTupleDesc(natts: c_int) -> TupleDesc {
        // SAFETY: integers.
        let empty: FormData_pg_attribute = unsafe { core::mem::zeroed() };
        description(&vec![empty; usize::try_from(natts).unwrap_or(0)])
    }

    /// A description with copies of these columns.
    fn CreateTupleDesc(natts: c_int, attrs: *mut *mut FormData_pg_attribute) -> TupleDesc {
        let count = usize::try_from(natts).unwrap_or(0);
        let mut columns = Vec::with_capacity(count);
        for i in 0..count {
            // SAFETY: the caller has so many.
            let at = unsafe { attrs.add(i) };
            // SAFETY: the same.
            let column = unsafe { at.read() };
            // SAFETY: the same.
            columns.push(unsafe { column.read() });
        }
        description(&columns)
    }

    /// A copy, without constraints and defaults.
    fn CreateTupleDescCopy(tupdesc: TupleDesc) -> TupleDesc {
        copy(tupdesc)
    }

    /// A copy with constraints and defaults; none here has any.
    fn CreateTupleDescCopyConstr(tupdesc: TupleDesc) -> TupleDesc {
        // SAFETY: the header's prototype.
        if unsafe { !(*tupdesc).constr.is_null() } {
            let message = "constraints of a row description cannot be copied outside PostgreSQL";
            return Err(Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).into());
        }
        // SAFETY: the header's prototype.
        let made = description(unsafe { row::attributes(tupdesc) })?;
        name_type(made, tupdesc);
        Ok(made)
    }

    /// Copies a column, without constraints and defaults, and with the number that it gets.
    fn TupleDescCopyEntry(dst: TupleDesc, dstAttno: i16, src: TupleDesc, srcAttno: i16) {
        // SAFETY: the header's prototype.
        let (_, from) = unsafe { place(src, srcAttno) }?;
        let column = plain(*from);
        // SAFETY: the same.
        let (_, to) = unsafe { place(dst, dstAttno) }?;
        *to = FormData_pg_attribute { attnum: dstAttno, attcacheoff: -1, ..column };
        Ok(())
    }

    /// Fills in a column; pg_type says what the type is like.
    fn TupleDescInitEntry(
        desc: TupleDesc,
        attributeNumber: i16,
        attributeName: *const c_char,
        oidtypeid: Oid,
        typmod: i32,
        attdim: c_int,
    ) {
        let known = types::known(oidtypeid)?;
        // SAFETY: the header's prototype.
        unsafe { init(desc, attributeNumber, attributeName, &known, typmod, attdim) }
    }

    /// The same of a type that the server knows by heart.
    fn TupleDescInitBuiltinEntry(
        desc: TupleDesc,
        attributeNumber: i16,
        attributeName: *const c_char,
        oidtypeid: Oid,
        typmod: i32,
        attdim: c_int,
    ) {
        if !matches!(oidtypeid, 16 | 20 | 23 | 25 | 26 | 1009) {
            let message = format!("unsupported type {oidtypeid}");
            return Err(Report::error(SqlState::INTERNAL_ERROR, message).into());
        }
        let known = types::known(oidtypeid)?;
        // SAFETY: the header's prototype.
        unsafe { init(desc, attributeNumber, attributeName, &known, typmod, attdim) }
    }
}

plain! {
    /// Copies a description over one with as many columns.
    fn TupleDescCopy(dst: TupleDesc, src: TupleDesc) {
        // SAFETY: the header's prototype.
        let columns = unsafe { row::attributes(src) };
        // SAFETY: the same.
        let head = unsafe { src.read() };
        let head = TupleDescData { tdrefcount: -1, constr: core::ptr::null_mut(), ..head };
        // SAFETY: the same.
        unsafe { dst.write(head) };
        // SAFETY: the columns follow the head.
        let first = unsafe { dst.add(1) }.cast::<FormData_pg_attribute>();
        for (i, column) in columns.iter().enumerate() {
            // SAFETY: it has as many.
            let place = unsafe { first.add(i) };
            // SAFETY: the same.
            unsafe { place.write(plain(*column)) };
        }
    }

    /// Frees a description that nobody counts the users of.
    fn FreeTupleDesc(tupdesc: TupleDesc) {
        // SAFETY: the header's prototype.
        unsafe { heap::free(tupdesc) };
    }

    /// One more user; only of a description whose users are counted.
    fn IncrTupleDescRefCount(tupdesc: TupleDesc) {
        // SAFETY: the header's prototype.
        let description = unsafe { &mut *tupdesc };
        description.tdrefcount += 1;
    }

    /// One user less; frees the description behind the last one.
    fn DecrTupleDescRefCount(tupdesc: TupleDesc) {
        // SAFETY: the header's prototype.
        let description = unsafe { &mut *tupdesc };
        description.tdrefcount -= 1;
        if description.tdrefcount == 0 {
            // SAFETY: nobody uses it any more.
            unsafe { heap::free(tupdesc) };
        }
    }

    /// Whether two descriptions say the same.
    fn equalTupleDescs(tupdesc1: TupleDesc, tupdesc2: TupleDesc) -> bool {
        // SAFETY: the header's prototype.
        unsafe { equal(tupdesc1, tupdesc2, true) }
    }

    /// Whether two descriptions are of rows of one type.
    fn equalRowTypes(tupdesc1: TupleDesc, tupdesc2: TupleDesc) -> bool {
        // SAFETY: the header's prototype.
        unsafe { equal(tupdesc1, tupdesc2, false) }
    }

    /// Gives a column another collation.
    fn TupleDescInitEntryCollation(desc: TupleDesc, attributeNumber: i16, collationid: Oid) {
        // SAFETY: the header's prototype.
        if let Ok((_, column)) = unsafe { place(desc, attributeNumber) } {
            column.attcollation = collationid;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::datum::builtin;

    #[test]
    fn types_known_by_heart_are_built_in() {
        for oid in [16, 20, 23, 25, 26, 1009] {
            assert!(builtin::facts(oid).is_some(), "{oid}");
        }
    }
}
