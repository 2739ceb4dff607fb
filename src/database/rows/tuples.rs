//! Rows: made from the server's texts, and read again, in PostgreSQL's form.
//! Runs in: worker.
//!
//! Behind the columns that a row is said to have it may have more: the server's texts of values
//! whose texts depend on settings of the session, or on what its catalogs have. Who copies a row
//! copies them, too.

use core::ffi::c_char;
use core::mem;
use core::ops::Range;
use core::ptr::{self, NonNull};
use std::collections::HashMap;
use std::ffi::CString;

use crate::abi::c::{Datum, NAMEDATALEN, NameData, Oid};
use crate::abi::htup::HeapTuple;
use crate::abi::spi::SPITupleTable;
use crate::abi::tupdesc::{FormData_pg_attribute, TupleDesc, TupleDescData};
use crate::abi::variables::CurrentMemoryContext;
use crate::datum::row::{self, Field, View};
use crate::datum::types::Form;
use crate::datum::{self, content};
use crate::error::{Raised, Report, Result, SqlState};
use crate::memory;
use crate::memory::owned::Owned;

use crate::database::libpq::Answer;
use crate::database::session::type_name;
use crate::database::transaction;
use crate::database::types::{self, Codec, Known};

pub(crate) use crate::datum::row::attributes;

/// The type of rows that have no type of their own.
pub(crate) const RECORD: Oid = 2249;
/// Numbers by their names.
type Numbers = HashMap<Vec<u8>, Oid>;

/// Makes SPI_tuptable of some of a result's rows, in `context`.
///
/// # Errors
/// Out of memory; a value that is none of its type.
pub(in crate::database) fn table(
    answer: &Answer,
    wanted: Range<usize>,
    context: &Owned,
) -> Result<*mut SPITupleTable> {
    let before = CurrentMemoryContext.replace(context.get());
    let made = fill_table(answer, wanted, context);
    CurrentMemoryContext.set(before);
    made
}

/// A column of a result.
struct Column {
    codec: Codec,
    field: Field,
    keeps_text: bool,
    delimiter: u8,
    /// The numbers of the names in this column.
    numbers: Numbers,
}

fn fill_table(
    answer: &Answer,
    wanted: Range<usize>,
    context: &Owned,
) -> Result<*mut SPITupleTable> {
    let count = wanted.len();
    let tupdesc = describe(answer)?;
    // SAFETY: just made.
    let attributes = unsafe { attributes(tupdesc) };
    let columns: Vec<Column> = attributes
        .iter()
        .enumerate()
        .map(|(i, attribute)| column(answer, i, attribute, &wanted))
        .collect::<Result<_>>()?;
    let rows = allocate::<HeapTuple>(count.max(1))?;
    for row in 0..count {
        let texts: Vec<_> =
            (0..columns.len()).map(|column| answer.value(wanted.start + row, column)).collect();
        let tuple = form(&columns, &texts)?;
        // SAFETY: below `count`.
        let place = unsafe { rows.add(row) };
        // SAFETY: room for it.
        unsafe { place.write(tuple) };
    }
    let numvals = u64::try_from(count).unwrap_or(0);
    let table = allocate::<SPITupleTable>(1)?;
    // SAFETY: room for it.
    unsafe {
        table.write(SPITupleTable {
            tupdesc,
            vals: rows.as_ptr(),
            numvals,
            alloced: numvals.max(1),
            tuptabcxt: context.get(),
            next: ptr::null_mut(),
            subid: transaction::subtransaction(),
        });
    }
    Ok(table.as_ptr())
}

/// Room for so many in the current context.
pub(crate) fn allocate<T>(count: usize) -> Result<NonNull<T>> {
    let size = memory::multiply(size_of::<T>(), count)?;
    Ok(memory::alloc(CurrentMemoryContext.get(), size)?.cast())
}

/// A result's description, in the current context.
///
/// # Errors
/// Out of memory; the server's, of a type that is not known yet.
pub(in crate::database) fn describe(answer: &Answer) -> Result<TupleDesc> {
    let columns = (0..answer.columns()).map(|column| {
        let (name, number, modifier) = answer.column(column);
        Ok(attribute(name, &*types::known(number)?, modifier, column))
    });
    description(&columns.collect::<Result<Vec<_>>>()?)
}

/// A description of rows with these columns, in the current context.
///
/// # Errors
/// Out of memory.
pub(crate) fn description(columns: &[FormData_pg_attribute]) -> Result<TupleDesc> {
    let count = columns.len();
    let size = size_of::<TupleDescData>() + size_of_val(columns);
    let at: NonNull<TupleDescData> = memory::alloc(CurrentMemoryContext.get(), size)?.cast();
    let head = TupleDescData {
        natts: i32::try_from(count).unwrap_or(0),
        tdtypeid: RECORD,
        tdtypmod: -1,
        tdrefcount: -1,
        constr: ptr::null_mut(),
        attrs: [],
    };
    // SAFETY: room for it.
    unsafe { at.write(head) };
    // SAFETY: the columns follow the head.
    let attributes = unsafe { at.add(1) }.cast::<FormData_pg_attribute>();
    // SAFETY: room for all of them, just allocated.
    unsafe { attributes.copy_from_nonoverlapping(NonNull::from(columns).cast(), count) };
    Ok(at.as_ptr())
}

/// A column of this type, counted from 0.
pub(crate) fn attribute(
    name: &[u8],
    of: &Known,
    modifier: i32,
    column: usize,
) -> FormData_pg_attribute {
    let letter = |byte: u8| c_char::from_ne_bytes([byte]);
    // SAFETY: integers.
    let mut attribute: FormData_pg_attribute = unsafe { mem::zeroed() };
    attribute.attname = name_data(name);
    attribute.atttypid = of.oid;
    (attribute.attlen, attribute.attbyval) = (of.form.len, of.form.by_value);
    attribute.attnum = i16::try_from(column + 1).unwrap_or(0);
    (attribute.attcacheoff, attribute.atttypmod) = (-1, modifier);
    attribute.attalign = letter(of.align);
    attribute.attstorage = letter(of.storage);
    attribute.attislocal = true;
    attribute.attcollation = of.collation;
    attribute
}

/// A name as `name` has it.
pub(crate) fn name_data(text: &[u8]) -> NameData {
    let mut name = NameData { data: [0; NAMEDATALEN] };
    let text = text.iter().take(NAMEDATALEN - 1);
    for (to, &from) in name.data.iter_mut().zip(text) {
        *to = c_char::from_ne_bytes([from]);
    }
    name
}

fn column(
    answer: &Answer,
    index: usize,
    attribute: &FormData_pg_attribute,
    rows: &Range<usize>,
) -> Result<Column> {
    let known = types::known(attribute.atttypid)?;
    let codec = known.codec()?;
    let field = Field::of(attribute);
    let mut column = Column {
        codec,
        field,
        keeps_text: keeps_text(codec, field.form),
        delimiter: known.delimiter,
        numbers: Numbers::new(),
    };
    if matches!(codec, Codec::Registered(_) | Codec::Label(_)) {
        let texts = rows.clone().filter_map(|row| answer.value(row, index));
        column.resolve(&texts.collect::<Vec<_>>())?;
    }
    Ok(column)
}

/// Whether the server's text cannot be told from the value: it is kept beside it.
fn keeps_text(codec: Codec, form: Form) -> bool {
    match codec {
        Codec::Own(of) => of.base.depends_on_settings(),
        Codec::Registered(_) | Codec::Label(_) => true,
        // What has a variable length is stored as its text.
        Codec::Foreign => form.len != -1,
    }
}

impl Column {
    /// Asks the server for the numbers of the names in these texts.
    fn resolve(&mut self, texts: &[&[u8]]) -> Result<()> {
        let (Codec::Registered(of) | Codec::Label(of)) = self.codec else { return Ok(()) };
        let mut names: Vec<Vec<u8>> = Vec::new();
        for text in texts {
            if of.is_array {
                datum::read_array(0, Form::VARIABLE, self.delimiter, text, |name| {
                    names.push(name.to_vec());
                    Ok(Vec::new())
                })?;
            } else {
                names.push(text.to_vec());
            }
        }
        names.sort_unstable();
        names.dedup();
        let numbers = types::numbers(self.codec, &names)?;
        let pairs = names.into_iter().zip(numbers);
        self.numbers = pairs.filter_map(|(name, number)| Some((name, number?))).collect();
        Ok(())
    }

    /// What is stored for a text.
    fn content(&self, text: &[u8]) -> Result<Vec<u8>> {
        let number = |name: &[u8]| {
            let number = self.numbers.get(name).copied().unwrap_or(0);
            Ok(number.to_ne_bytes().to_vec())
        };
        match self.codec {
            Codec::Own(of) => datum::content_of_text(of, text),
            Codec::Registered(of) | Codec::Label(of) if of.is_array => {
                let form = Form { len: 4, by_value: true, align: 4 };
                datum::read_array(of.oid, form, self.delimiter, text, number)
            }
            Codec::Registered(_) | Codec::Label(_) => number(text),
            Codec::Foreign => match usize::try_from(self.field.form.len) {
                Ok(len) => Ok(vec![0; len]),
                Err(_) => Ok(text.to_vec()),
            },
        }
    }
}

/// How texts that are kept lie in a row.
const KEPT: Field = Field { form: Form::VARIABLE, may_be_short: true };

/// A row with these values, None for NULL, in the current context.
fn form(columns: &[Column], texts: &[Option<&[u8]>]) -> Result<HeapTuple> {
    let contents: Vec<Option<Vec<u8>>> = columns
        .iter()
        .zip(texts)
        .map(|(column, text)| text.map(|text| column.content(text)).transpose())
        .collect::<Result<_>>()?;
    if contents.len() > row::MAX_COLUMNS {
        return Err(row::too_many_columns(contents.len()).into());
    }
    let own = columns.iter().zip(&contents);
    let mut values: Vec<(Field, Option<&[u8]>)> =
        own.map(|(column, content)| (column.field, content.as_deref())).collect();
    let kept = columns.iter().zip(texts).filter(|(column, _)| column.keeps_text);
    // A row cannot have more: the last columns' texts are then made from their values.
    let room = row::MAX_COLUMNS - values.len();
    values.extend(kept.take(room).map(|(_, text)| (KEPT, *text)));
    row::pack(&values)?.place(RECORD, -1)
}

/// A row and its description, as a module hands them in.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    view: View<'static>,
    tupdesc: TupleDesc,
}

impl Row {
    /// # Safety
    /// Both are live as long as this is used.
    pub(crate) unsafe fn new(tuple: HeapTuple, tupdesc: TupleDesc) -> Self {
        // SAFETY: the caller's promise.
        Self { view: unsafe { View::new(tuple) }, tupdesc }
    }

    /// # Safety
    /// As [`Self::new`], of a row's bytes.
    pub(crate) unsafe fn of_view(view: View<'static>, tupdesc: TupleDesc) -> Self {
        Self { view, tupdesc }
    }

    /// The columns that the row is said to have.
    pub(crate) fn attributes(self) -> &'static [FormData_pg_attribute] {
        // SAFETY: `new` was promised that it is live.
        unsafe { attributes(self.tupdesc) }
    }

    /// The bytes of a column counted from 0, or of a text behind the columns; None is NULL.
    fn bytes(self, wanted: usize) -> Option<(&'static [u8], Form)> {
        let own = self.attributes().iter().map(|attribute| Field::of(attribute).form);
        let forms = own.chain(core::iter::repeat(Form::VARIABLE)).take(wanted + 1);
        let forms: Vec<Form> = forms.collect();
        let form = *forms.last()?;
        Some((self.view.values(forms.into_iter()).pop()??, form))
    }

    /// What a value is, as its bytes say.
    fn content(bytes: &[u8], form: Form) -> Result<Vec<u8>> {
        // SAFETY: bytes of a row, from where a value of this form begins.
        unsafe { content::of(row::datum(bytes, form), form) }
    }

    fn codec(self, column: usize) -> Result<Codec> {
        let number = self.attributes().get(column).map_or(0, |column| column.atttypid);
        types::known(number)?.codec()
    }

    /// The value of a column counted from 0; None is NULL.
    ///
    /// # Errors
    /// Values of this type have no form here (0A000).
    pub(crate) fn value(self, column: usize) -> Result<Option<Datum>> {
        let Some((bytes, form)) = self.bytes(column) else { return Ok(None) };
        self.check(column, bytes)?;
        Ok(Some(row::datum(bytes, form)))
    }

    /// Refuses what is not the type's own form.
    fn check(self, column: usize, bytes: &[u8]) -> Result<()> {
        let Some(attribute) = self.attributes().get(column) else { return Ok(()) };
        // What is by heart needs no look into pg_type.
        let is_unknown = match self.codec(column)? {
            Codec::Own(_) | Codec::Label(_) => false,
            Codec::Foreign => true,
            // A name that the server did not know any more, or that is several functions'.
            Codec::Registered(of) => {
                !of.is_array
                    && bytes.starts_with(&[0; 4])
                    && self.kept(column)?.is_some_and(|text| text != b"-")
            }
        };
        if is_unknown { Err(no_form(attribute.atttypid)) } else { Ok(()) }
    }

    /// All values; None is NULL.
    ///
    /// # Errors
    /// As [`Self::value`].
    pub(crate) fn values(self) -> Result<Vec<Option<Datum>>> {
        let forms: Vec<Form> = self.attributes().iter().map(|a| Field::of(a).form).collect();
        let all = self.view.values(forms.iter().copied());
        let all = all.into_iter().zip(forms).enumerate();
        all.map(|(column, (bytes, form))| {
            bytes
                .map(|bytes| {
                    self.check(column, bytes)?;
                    Ok(row::datum(bytes, form))
                })
                .transpose()
        })
        .collect()
    }

    /// The text of a column counted from 0, as the server wrote it; None is NULL.
    ///
    /// # Errors
    /// The value is stored in a form that cannot be read here.
    pub(crate) fn text(self, column: usize) -> Result<Option<Vec<u8>>> {
        let Some((bytes, form)) = self.bytes(column) else { return Ok(None) };
        if let Some(text) = self.kept(column)? {
            return Ok(Some(text));
        }
        let number = self.attributes().get(column).map_or(0, |column| column.atttypid);
        text_of(number, &Self::content(bytes, form)?).map(Some)
    }

    /// The text that is kept for such a column.
    fn kept(self, column: usize) -> Result<Option<Vec<u8>>> {
        let attributes = self.attributes();
        if self.view.count() <= attributes.len() {
            return Ok(None);
        }
        let mut before = 0;
        for (i, attribute) in attributes.iter().enumerate().take(column + 1) {
            let keeps = keeps_text(self.codec(i)?, Field::of(attribute).form);
            if i == column && !keeps {
                return Ok(None);
            }
            before += usize::from(keeps && i < column);
        }
        let found = self.bytes(attributes.len() + before);
        found.map(|(bytes, form)| Self::content(bytes, form)).transpose()
    }
}

/// The text of a value of that type with this content.
///
/// # Errors
/// Values of this type have no form here (0A000).
pub(crate) fn text_of(number: Oid, content: &[u8]) -> Result<Vec<u8>> {
    let known = types::known(number)?;
    let codec = known.codec()?;
    let name = |content: &[u8]| {
        let number = content.first_chunk().map_or(0, |four| Oid::from_ne_bytes(*four));
        types::name(codec, number)
    };
    match codec {
        Codec::Own(of) => datum::text_of_content(of, content),
        Codec::Registered(of) | Codec::Label(of) if of.is_array => {
            let form = Form { len: 4, by_value: true, align: 4 };
            datum::write_array(form, known.delimiter, content, name)
        }
        Codec::Registered(_) | Codec::Label(_) => name(content),
        Codec::Foreign if known.form.len == -1 => Ok(content.to_vec()),
        Codec::Foreign => Err(no_form(number)),
    }
}

/// The value of that type that the server's text stands for, in the current context.
///
/// # Errors
/// Values of this type have no form here (0A000); the server's.
pub(crate) fn value_of(number: Oid, text: &[u8]) -> Result<Datum> {
    let known = types::known(number)?;
    let codec = known.codec()?;
    let mut column = Column {
        codec,
        field: Field { form: known.form, may_be_short: false },
        keeps_text: false,
        delimiter: known.delimiter,
        numbers: Numbers::new(),
    };
    match codec {
        Codec::Foreign => return Err(no_form(number)),
        Codec::Own(_) => {}
        Codec::Registered(_) | Codec::Label(_) => column.resolve(&[text])?,
    }
    content::place(&column.content(text)?, known.form)
}

/// The ERROR for a type whose values have no form here.
pub(crate) fn no_form(number: Oid) -> Raised {
    let name = type_name(number).unwrap_or_else(|_| number.to_string().into_bytes());
    let message = [b"values of type ", &*name, b" are not available outside PostgreSQL"].concat();
    let hint = "Have the server convert it, or use SPI_getvalue, which gives its text.";
    Report::error(SqlState::FEATURE_NOT_SUPPORTED, message).with_hint(hint).into()
}

/// The text of a parameter for the server.
///
/// # Safety
/// `value` is of that type and, where it is a pointer, live.
///
/// # Errors
/// Values of this type have no form here (0A000).
pub(crate) unsafe fn parameter(number: Oid, value: Datum) -> Result<CString> {
    const MONEY: Oid = 790;
    let known = types::known(number)?;
    // Whoever has a Datum of a foreign type has it from elsewhere; `money` depends on a locale.
    if matches!(known.codec()?, Codec::Foreign) || number == MONEY {
        return Err(no_form(number));
    }
    // SAFETY: the caller's promise.
    let content = unsafe { content::of(value, known.form) }?;
    let text = datum::in_neutral_style(|| text_of(number, &content))?;
    CString::new(text).map_err(|_| {
        Report::error(SqlState::new(*b"22021"), "a parameter has a zero byte in it").into()
    })
}

/// A copy of a value, in the current memory context: `datumCopy`.
///
/// # Safety
/// `value` is of that type and, where it is a pointer, live.
///
/// # Errors
/// Out of memory; there is no such type.
pub(crate) unsafe fn copy(number: Oid, value: Datum) -> Result<Datum> {
    let known = types::known(number)?;
    if known.form.by_value {
        return Ok(value);
    }
    // SAFETY: the caller's promise.
    content::place(&unsafe { content::of(value, known.form) }?, known.form)
}
