#![forbid(unsafe_code)]
//! Plans: statements that the server knows under names.
//! Runs in: worker.
//!
//! A plan is known to extensions by an address that nothing lies at but a number: only what is in the
//! table here is a plan.

use core::ffi::c_int;
use std::collections::HashMap;
use std::ffi::CString;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::abi::c::Oid;
use crate::abi::spi::{SPI_ERROR_ARGUMENT, SPI_ERROR_UNCONNECTED};
use crate::abi::variables::SPI_result;
use crate::error::{Raised, Report, Result, SqlState};

use crate::database::libpq::{Answer, Command};
use crate::database::spi::{self, Request};
use crate::database::statement::{self, Place, Statement};
use crate::database::{block, levels, transaction};

/// A plan's number, which is the address that extensions know it by.
pub(crate) type PlanId = usize;

/// What is kept of a plan.
pub(crate) struct Plan {
    /// What the number is the address of.
    _place: Box<u64>,
    text: Vec<u8>,
    pub(crate) types: Vec<Oid>,
    options: c_int,
    parts: Vec<Part>,
}

/// One of a plan's statements.
struct Part {
    place: Place,
    /// What the server knows it by; none: it is to be told again.
    name: Mutex<Option<CString>>,
    /// It has a result.
    has_rows: bool,
}

/// A plan, and whether it outlives its level.
struct Kept {
    plan: Arc<Plan>,
    is_saved: bool,
}

struct Plans {
    table: Option<HashMap<PlanId, Kept>>,
    /// How many names were given.
    names: u64,
}

// Never contended: server functions belong to the main thread. A Mutex only makes it a static.
static PLANS: Mutex<Plans> = Mutex::new(Plans { table: None, names: 0 });

fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn table<T>(look: impl FnOnce(&mut HashMap<PlanId, Kept>) -> T) -> T {
    look(open(&PLANS).table.get_or_insert_default())
}

/// A name that no other statement has had.
fn next_name() -> CString {
    let mut plans = open(&PLANS);
    plans.names += 1;
    CString::new(format!("pgbgw_plan_{}", plans.names)).unwrap_or_default()
}

/// The plan of that number.
pub(crate) fn get(id: PlanId) -> Option<Arc<Plan>> {
    table(|table| table.get(&id).map(|kept| Arc::clone(&kept.plan)))
}

impl Plan {
    /// What it was made of.
    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    /// `CURSOR_OPT_*`.
    pub(crate) fn options(&self) -> c_int {
        self.options
    }

    fn statement(&self, part: &Part) -> Statement<'_> {
        part.place.of(&self.text)
    }

    /// Whether the server knows all of its statements as they are.
    pub(crate) fn is_valid(&self) -> bool {
        self.parts.iter().all(|part| open(&part.name).is_some())
    }

    /// An error of ours while it was run.
    pub(crate) fn in_statement(&self, raised: Raised) -> Raised {
        spi::in_statement(&self.text, raised)
    }

    /// `SPI_is_cursor_plan`.
    pub(crate) fn has_one_result(&self) -> bool {
        matches!(self.parts.as_slice(), [part] if part.has_rows)
    }

    /// What the server knows a part by; it is told if it does not know it.
    fn name(&self, part: &Part) -> Result<CString> {
        if let Some(name) = &*open(&part.name) {
            return Ok(name.clone());
        }
        let (name, _) = tell(&self.text, self.statement(part), &self.types)?;
        *open(&part.name) = Some(name.clone());
        Ok(name)
    }

    /// The server does not know it by its names any more.
    fn lose_names(&self) {
        for part in &self.parts {
            open(&part.name).take();
        }
    }

    /// The server shall not know it by its names any more.
    fn forget_names(&self) {
        for part in &self.parts {
            open(&part.name).take().map(block::deallocate).unwrap_or_default();
        }
    }
}

/// The server has forgotten all statements: plans are told anew.
pub(in crate::database) fn forget_all_names() {
    block::forget_statements();
    table(|table| table.values().for_each(|kept| kept.plan.lose_names()));
}

/// Tells the server of a statement: its name, and what it returns.
fn tell(text: &[u8], statement: Statement<'_>, types: &[Oid]) -> Result<(CString, Answer)> {
    spi::check_parameters(text, statement, types.len())?;
    let name = next_name();
    let sent = spi::behind("", statement.text);
    let commands =
        [Command::Prepare { name: &name, text: &sent, types }, Command::DescribePrepared(&name)];
    let mut answers = block::run(&commands, Some(spi::source(text, statement, 0)), false)?;
    let missing = || {
        let message = "the server did not describe a statement";
        Report::error(SqlState::INTERNAL_ERROR, message)
    };
    let described = answers.pop().ok_or_else(missing)?;
    Ok((name, described))
}

/// What a statement returns, which the server forgets again.
///
/// # Errors
/// The server's.
pub(in crate::database) fn describe(
    text: &[u8],
    statement: Statement<'_>,
    types: &[Oid],
) -> Result<Answer> {
    let (name, described) = tell(text, statement, types)?;
    block::deallocate(name);
    Ok(described)
}

/// A part that the server was told of.
fn part(text: &[u8], statement: Statement<'_>, types: &[Oid]) -> Result<Part> {
    let (name, described) = tell(text, statement, types)?;
    Ok(Part {
        place: statement.place(),
        name: Mutex::new(Some(name)),
        has_rows: described.columns() > 0,
    })
}

/// `SPI_prepare` and its kin: a plan of the innermost level. None: SPI_result says why.
///
/// # Errors
/// The server's.
pub(crate) fn prepare(text: &[u8], types: &[Oid], options: c_int) -> Result<Option<PlanId>> {
    if !levels::is_connected() {
        SPI_result.set(SPI_ERROR_UNCONNECTED);
        return Ok(None);
    }
    SPI_result.set(0);
    transaction::check()?;
    let mut parts = Vec::new();
    for statement in statement::split(text) {
        let part = part(text, statement, types);
        parts.push(part.map_err(|raised| spi::in_statement(text, raised))?);
    }
    levels::enter();
    Ok(Some(insert(text, types, options, parts, false)))
}

fn insert(text: &[u8], types: &[Oid], options: c_int, parts: Vec<Part>, is_saved: bool) -> PlanId {
    let place = Box::new(0);
    let id = (&raw const *place).expose_provenance();
    let (text, types) = (text.to_vec(), types.to_vec());
    let plan = Arc::new(Plan { _place: place, text, types, options, parts });
    table(|table| table.insert(id, Kept { plan, is_saved }));
    if !is_saved {
        levels::keep_plan(id);
    }
    id
}

/// `SPI_keepplan`: it outlives its level.
pub(crate) fn keep(id: PlanId) -> c_int {
    let kept = table(|table| match table.get_mut(&id) {
        Some(kept) if !kept.is_saved => {
            kept.is_saved = true;
            true
        }
        _ => false,
    });
    if !kept {
        return SPI_ERROR_ARGUMENT;
    }
    levels::give_plan(id);
    0
}

/// `SPI_saveplan`: a copy that outlives its level. None: SPI_result says why.
///
/// # Errors
/// The server's.
pub(crate) fn save(id: PlanId) -> Result<Option<PlanId>> {
    let Some(plan) = get(id) else {
        SPI_result.set(SPI_ERROR_ARGUMENT);
        return Ok(None);
    };
    if !levels::is_connected() {
        SPI_result.set(SPI_ERROR_UNCONNECTED);
        return Ok(None);
    }
    SPI_result.set(0);
    let parts = plan.parts.iter().map(|old| part(&plan.text, plan.statement(old), &plan.types));
    let parts = parts.collect::<Result<Vec<Part>>>()?;
    Ok(Some(insert(&plan.text, &plan.types, plan.options, parts, true)))
}

/// `SPI_freeplan`; the server forgets it before the next statement.
pub(crate) fn free(id: PlanId) -> c_int {
    let Some(kept) = table(|table| table.remove(&id)) else { return SPI_ERROR_ARGUMENT };
    kept.plan.forget_names();
    levels::give_plan(id);
    0
}

/// Runs a plan: what [`spi::execute`] does with a text. The request's text is not looked at.
///
/// # Errors
/// The server's.
pub(crate) fn execute(plan: &Plan, request: Request<'_>) -> Result<c_int> {
    if !levels::is_connected() {
        return Ok(SPI_ERROR_UNCONNECTED);
    }
    let mut named = Vec::with_capacity(plan.parts.len());
    for part in &plan.parts {
        let name = plan.name(part).map_err(|raised| spi::in_statement(&plan.text, raised))?;
        named.push((plan.statement(part), name));
    }
    let request = Request { text: &plan.text, ..request };
    let statements = named.iter().map(|(statement, name)| (*statement, Some(name.as_c_str())));
    spi::execute_all(&request, statements).map_err(|raised| {
        let report = raised.into_report();
        let is_stale = report.message == b"cached plan must not change result type";
        if is_stale && report.sqlstate == SqlState::FEATURE_NOT_SUPPORTED {
            // What it returns is another thing now: the next time it is told anew.
            plan.forget_names();
        }
        report.into()
    })
}
