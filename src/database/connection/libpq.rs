//! libpq, opened at run time, and its connections and results as values that own them. Only calls
//! of libpq 14.
//! Runs in: worker; monitor.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem;
use core::ptr::{self, NonNull};
use std::ffi::CString;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::abi::c::Oid;

use crate::database::reports::Source;

mod target;

pub(in crate::database) use crate::database::answer::{Answer, Field, Outcome};
pub(in crate::database) use target::Host;
use target::PQconninfoOption;

/// A connection of libpq.
#[repr(C)]
pub(in crate::database) struct PGconn([u8; 0]);
/// A result of libpq.
#[repr(C)]
pub(in crate::database) struct PGresult([u8; 0]);
/// What a cancellation takes.
#[repr(C)]
pub(in crate::database) struct PGcancel([u8; 0]);

type Receiver = extern "C" fn(*mut c_void, *const PGresult);

/// The library, as the dynamic linker is asked for it.
const LIBRARY: &CStr = c"libpq.so.5";

/// Declares the calls, and the function that looks them up.
macro_rules! calls {
    ($(fn $name:ident($($arg:ty),*) $(-> $ret:ty)?;)*) => {
        #[expect(non_snake_case, reason = "libpq's names")]
        pub(in crate::database) struct Api {
            $(pub(in crate::database) $name: unsafe extern "C" fn($($arg),*) $(-> $ret)?,)*
        }

        impl Api {
            /// The calls of an opened library; `Err` names the first that it lacks.
            fn of(handle: NonNull<c_void>) -> Result<Self, String> {
                Ok(Self {
                    $($name: {
                        let call = look_up(handle, concat!(stringify!($name), "\0"))?;
                        // SAFETY: libpq-fe.h declares the function of that name like this.
                        unsafe {
                            mem::transmute::<
                                NonNull<c_void>,
                                unsafe extern "C" fn($($arg),*) $(-> $ret)?,
                            >(call)
                        }
                    },)*
                })
            }
        }
    };
}

calls! {
    fn PQconnectStartParams(*const *const c_char, *const *const c_char, c_int) -> *mut PGconn;
    fn PQconnectPoll(*mut PGconn) -> c_int;
    fn PQfinish(*mut PGconn);
    fn PQstatus(*const PGconn) -> c_int;
    fn PQsocket(*const PGconn) -> c_int;
    fn PQerrorMessage(*const PGconn) -> *const c_char;
    fn PQconninfo(*mut PGconn) -> *mut PQconninfoOption;
    fn PQconninfoFree(*mut PQconninfoOption);
    fn PQhost(*const PGconn) -> *const c_char;
    fn PQport(*const PGconn) -> *const c_char;
    fn PQhostaddr(*const PGconn) -> *const c_char;
    fn PQparameterStatus(*const PGconn, *const c_char) -> *const c_char;
    fn PQsetErrorVerbosity(*mut PGconn, c_int) -> c_int;
    fn PQsetNoticeReceiver(*mut PGconn, Option<Receiver>, *mut c_void) -> Option<Receiver>;
    fn PQsetnonblocking(*mut PGconn, c_int) -> c_int;
    fn PQsendQuery(*mut PGconn, *const c_char) -> c_int;
    fn PQsendQueryParams(
        *mut PGconn,
        *const c_char,
        c_int,
        *const Oid,
        *const *const c_char,
        *const c_int,
        *const c_int,
        c_int
    ) -> c_int;
    fn PQsendPrepare(*mut PGconn, *const c_char, *const c_char, c_int, *const Oid) -> c_int;
    fn PQsendQueryPrepared(
        *mut PGconn,
        *const c_char,
        c_int,
        *const *const c_char,
        *const c_int,
        *const c_int,
        c_int
    ) -> c_int;
    fn PQsendDescribePrepared(*mut PGconn, *const c_char) -> c_int;
    fn PQsendDescribePortal(*mut PGconn, *const c_char) -> c_int;
    fn PQenterPipelineMode(*mut PGconn) -> c_int;
    fn PQexitPipelineMode(*mut PGconn) -> c_int;
    fn PQpipelineSync(*mut PGconn) -> c_int;
    fn PQtransactionStatus(*const PGconn) -> c_int;
    fn PQflush(*mut PGconn) -> c_int;
    fn PQconsumeInput(*mut PGconn) -> c_int;
    fn PQisBusy(*mut PGconn) -> c_int;
    fn PQgetResult(*mut PGconn) -> *mut PGresult;
    fn PQclear(*mut PGresult);
    fn PQresultStatus(*const PGresult) -> c_int;
    fn PQresultErrorField(*const PGresult, c_int) -> *const c_char;
    fn PQcmdStatus(*mut PGresult) -> *const c_char;
    fn PQcmdTuples(*mut PGresult) -> *const c_char;
    fn PQntuples(*const PGresult) -> c_int;
    fn PQnfields(*const PGresult) -> c_int;
    fn PQfname(*const PGresult, c_int) -> *const c_char;
    fn PQftype(*const PGresult, c_int) -> Oid;
    fn PQfmod(*const PGresult, c_int) -> c_int;
    fn PQgetisnull(*const PGresult, c_int, c_int) -> c_int;
    fn PQgetlength(*const PGresult, c_int, c_int) -> c_int;
    fn PQgetvalue(*const PGresult, c_int, c_int) -> *const c_char;
    fn PQgetCancel(*mut PGconn) -> *mut PGcancel;
    fn PQcancel(*mut PGcancel, *mut c_char, c_int) -> c_int;
    fn PQfreeCancel(*mut PGcancel);
}

fn look_up(handle: NonNull<c_void>, name: &'static str) -> Result<NonNull<c_void>, String> {
    // SAFETY: an opened library, and a name with its NUL.
    let found = unsafe { libc::dlsym(handle.as_ptr(), name.as_ptr().cast()) };
    NonNull::new(found).ok_or_else(|| format!("libpq.so.5 has no {}", name.trim_end_matches('\0')))
}

/// The library, opened when it is first asked for; why it is not there.
fn api() -> Result<&'static Api, String> {
    static API: OnceLock<Result<Api, String>> = OnceLock::new();
    let api = API.get_or_init(|| {
        // SAFETY: libpq's initializers do not touch what is ours.
        let handle = unsafe { libc::dlopen(LIBRARY.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        Api::of(NonNull::new(handle).ok_or_else(linker_words)?)
    });
    api.as_ref().map_err(Clone::clone)
}

/// What the dynamic linker says of its last failure.
fn linker_words() -> String {
    // SAFETY: the message, if any, stays until the next call.
    let words = unsafe { libc::dlerror() };
    // SAFETY: the same.
    String::from_utf8_lossy(unsafe { bytes(words) }).into_owned()
}

/// A C string's bytes, none for NULL.
///
/// # Safety
/// `text` is null or a string that lives as long as the bytes.
pub(in crate::database) unsafe fn bytes<'a>(text: *const c_char) -> &'a [u8] {
    if text.is_null() {
        return b"";
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// What a connection that is being made needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::database) enum Poll {
    Readable,
    Writable,
    Done,
    Failed,
}

/// What the server said besides results.
#[derive(Clone, Debug)]
pub(in crate::database) struct Notice {
    pub(in crate::database) severity: Vec<u8>,
    pub(in crate::database) sqlstate: Vec<u8>,
    pub(in crate::database) message: Vec<u8>,
    pub(in crate::database) detail: Option<Vec<u8>>,
    pub(in crate::database) hint: Option<Vec<u8>>,
    pub(in crate::database) context: Option<Vec<u8>>,
    /// Names of the schema, table, column, data type and constraint that it is about.
    pub(in crate::database) objects: [Option<Vec<u8>>; 5],
}

/// Notices that nobody has reported yet: libpq hands them over in the middle of its own work.
static NOTICES: Mutex<Vec<Notice>> = Mutex::new(Vec::new());

/// The notices since the last call have this line of context, too.
pub(in crate::database) fn add_context(source: Source<'_>) {
    for notice in &mut *NOTICES.lock().unwrap_or_else(PoisonError::into_inner) {
        let line = source.line();
        notice.context = Some(match notice.context.take() {
            Some(inner) => [&*inner, b"\n", &line].concat(),
            None => line,
        });
    }
}

/// The notices since the last call.
pub(in crate::database) fn take_notices() -> Vec<Notice> {
    mem::take(&mut *NOTICES.lock().unwrap_or_else(PoisonError::into_inner))
}

extern "C" fn receive(_arg: *mut c_void, result: *const PGresult) {
    let Ok(api) = api() else { return };
    let field = |field: Field| {
        // SAFETY: the result is libpq's and lives during this call.
        let text = unsafe { (api.PQresultErrorField)(result, field as c_int) };
        // SAFETY: null, or a part of the result.
        (!text.is_null()).then(|| unsafe { bytes(text) }.to_vec())
    };
    let notice = Notice {
        severity: field(Field::Severity).unwrap_or_default(),
        sqlstate: field(Field::SqlState).unwrap_or_default(),
        message: field(Field::Message).unwrap_or_default(),
        detail: field(Field::Detail),
        hint: field(Field::Hint),
        context: field(Field::Context),
        objects: Field::OBJECTS.map(field),
    };
    NOTICES.lock().unwrap_or_else(PoisonError::into_inner).push(notice);
}

/// A parameter: its type, 0 where the server finds out, and its text, none for NULL.
pub(crate) type Parameter = (Oid, Option<CString>);

/// What the server is asked to do.
#[derive(Clone, Copy, Debug)]
pub(in crate::database) enum Command<'a> {
    /// Run a statement of our own, which is cheaper where it is sent alone.
    Own(&'a CStr),
    /// Run a statement.
    Text(&'a CStr, &'a [Parameter]),
    /// Keep a statement under a name.
    Prepare { name: &'a CStr, text: &'a CStr, types: &'a [Oid] },
    /// Run the statement of that name.
    Prepared(&'a CStr, &'a [Parameter]),
    /// Tell what the statement of that name returns.
    DescribePrepared(&'a CStr),
    /// Tell what the cursor of that name returns.
    DescribePortal(&'a CStr),
}

/// The texts, null for NULL; they live as long as the parameters.
fn values(parameters: &[Parameter]) -> Vec<*const c_char> {
    let values = parameters.iter().map(|(_, value)| value.as_deref());
    values.map(|value| value.map_or(ptr::null(), CStr::as_ptr)).collect()
}

/// A connection, closed when it is dropped.
pub(in crate::database) struct Connection {
    api: &'static Api,
    at: NonNull<PGconn>,
    is_pipelined: bool,
}

// SAFETY: libpq lets any thread use a connection, one at a time.
unsafe impl Send for Connection {}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: live, and nobody else's.
        unsafe { (self.api.PQfinish)(self.at.as_ptr()) }
    }
}

impl Connection {
    /// Starts to connect, with libpq's keywords and their values.
    ///
    /// # Errors
    /// Why libpq cannot be used.
    pub(in crate::database) fn start(options: &[(&CStr, CString)]) -> Result<Self, String> {
        let api = api()?;
        let end = [ptr::null()];
        let keys = options.iter().map(|(key, _)| key.as_ptr()).chain(end);
        let keys: Vec<*const c_char> = keys.collect();
        let values = options.iter().map(|(_, value)| value.as_ptr()).chain(end);
        let values: Vec<*const c_char> = values.collect();
        // SAFETY: two lists of strings of one length that end in NULL.
        let at = unsafe { (api.PQconnectStartParams)(keys.as_ptr(), values.as_ptr(), 1) };
        let at = NonNull::new(at).ok_or("out of memory")?;
        let this = Self { api, at, is_pipelined: false };
        const VERBOSE: c_int = 2;
        // SAFETY: live. The words of a refusal have their SQLSTATE in them then.
        unsafe { (api.PQsetErrorVerbosity)(at.as_ptr(), VERBOSE) };
        // SAFETY: live; the receiver takes no argument.
        unsafe { (api.PQsetNoticeReceiver)(at.as_ptr(), Some(receive), ptr::null_mut()) };
        Ok(this)
    }

    fn number(&self, call: unsafe extern "C" fn(*const PGconn) -> c_int) -> c_int {
        // SAFETY: live; the call only looks.
        unsafe { call(self.at.as_ptr()) }
    }

    fn act(&mut self, call: unsafe extern "C" fn(*mut PGconn) -> c_int) -> c_int {
        // SAFETY: live.
        unsafe { call(self.at.as_ptr()) }
    }

    fn text(&self, call: unsafe extern "C" fn(*const PGconn) -> *const c_char) -> Vec<u8> {
        // SAFETY: live; the call only looks.
        let text = unsafe { call(self.at.as_ptr()) };
        // SAFETY: null, or a part of the connection.
        unsafe { bytes(text) }.to_vec()
    }

    /// A setting of the session that the server reports, none if it does not.
    pub(in crate::database) fn setting(&self, name: &CStr) -> Option<&[u8]> {
        // SAFETY: live; the call only looks.
        let text = unsafe { (self.api.PQparameterStatus)(self.at.as_ptr(), name.as_ptr()) };
        // SAFETY: null, or a part of the connection, which is not changed as long as it is lent.
        (!text.is_null()).then(|| unsafe { bytes(text) })
    }

    /// Goes on with connecting.
    pub(in crate::database) fn poll(&mut self) -> Poll {
        match self.act(self.api.PQconnectPoll) {
            1 => Poll::Readable,
            2 => Poll::Writable,
            3 => Poll::Done,
            _ => Poll::Failed,
        }
    }

    /// Whether the connection is lost, or never was.
    pub(in crate::database) fn is_bad(&self) -> bool {
        self.number(self.api.PQstatus) == 1
    }

    pub(in crate::database) fn socket(&self) -> c_int {
        self.number(self.api.PQsocket)
    }

    /// libpq's words for what went wrong last.
    pub(in crate::database) fn error_message(&self) -> Vec<u8> {
        self.text(self.api.PQerrorMessage)
    }

    /// Has nothing block that is sent.
    pub(in crate::database) fn set_nonblocking(&mut self) -> bool {
        // SAFETY: live.
        unsafe { (self.api.PQsetnonblocking)(self.at.as_ptr(), 1) == 0 }
    }

    /// Sends a command; its results come as texts. False: [`Self::error_message`].
    pub(in crate::database) fn send(&mut self, command: &Command<'_>) -> bool {
        let (api, at) = (self.api, self.at.as_ptr());
        let sent = match command {
            // SAFETY: live.
            Command::Own(text) if !self.is_pipelined => unsafe {
                (api.PQsendQuery)(at, text.as_ptr())
            },
            Command::Own(text) => return self.send(&Command::Text(text, &[])),
            Command::Text(text, parameters) => {
                let Ok(count) = c_int::try_from(parameters.len()) else { return false };
                let types: Vec<Oid> = parameters.iter().map(|(of, _)| *of).collect();
                let (none, values) = (ptr::null(), values(parameters));
                let (types, values) = (types.as_ptr(), values.as_ptr());
                // SAFETY: live; so many types and values, all of them texts.
                unsafe {
                    (api.PQsendQueryParams)(at, text.as_ptr(), count, types, values, none, none, 0)
                }
            }
            Command::Prepare { name, text, types } => {
                let Ok(count) = c_int::try_from(types.len()) else { return false };
                let (name, text) = (name.as_ptr(), text.as_ptr());
                // SAFETY: live; so many types.
                unsafe { (api.PQsendPrepare)(at, name, text, count, types.as_ptr()) }
            }
            Command::Prepared(name, parameters) => {
                let Ok(count) = c_int::try_from(parameters.len()) else { return false };
                let (none, values) = (ptr::null(), values(parameters));
                let (name, values) = (name.as_ptr(), values.as_ptr());
                // SAFETY: live; so many values, all of them texts.
                unsafe { (api.PQsendQueryPrepared)(at, name, count, values, none, none, 0) }
            }
            // SAFETY: live.
            Command::DescribePortal(name) => unsafe {
                (api.PQsendDescribePortal)(at, name.as_ptr())
            },
            // SAFETY: live.
            Command::DescribePrepared(name) => unsafe {
                (api.PQsendDescribePrepared)(at, name.as_ptr())
            },
        };
        sent == 1
    }

    /// From now on, what is sent is run without waiting for results, up to a [`Self::sync`].
    pub(in crate::database) fn enter_pipeline(&mut self) -> bool {
        self.is_pipelined = self.act(self.api.PQenterPipelineMode) == 1;
        self.is_pipelined
    }

    /// The pipeline's end: what follows a failure is left out up to here.
    pub(in crate::database) fn sync(&mut self) -> bool {
        self.act(self.api.PQpipelineSync) == 1
    }

    /// Back to one command at a time, once all results have come.
    pub(in crate::database) fn exit_pipeline(&mut self) -> bool {
        self.is_pipelined = self.act(self.api.PQexitPipelineMode) != 1;
        !self.is_pipelined
    }

    /// Whether the server's transaction has failed, and it takes nothing but its end.
    pub(in crate::database) fn is_aborted(&self) -> bool {
        const IN_ERROR: c_int = 3;
        self.number(self.api.PQtransactionStatus) == IN_ERROR
    }

    /// Sends what is left; true if some is left still. `None`: it cannot be sent.
    pub(in crate::database) fn flush(&mut self) -> Option<bool> {
        match self.act(self.api.PQflush) {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// Reads what has come. False: it cannot be read.
    pub(in crate::database) fn consume(&mut self) -> bool {
        self.act(self.api.PQconsumeInput) == 1
    }

    /// Whether the next result would have to be waited for.
    pub(in crate::database) fn is_busy(&mut self) -> bool {
        self.act(self.api.PQisBusy) == 1
    }

    /// The next result of what was sent, none if there is no more.
    pub(in crate::database) fn result(&mut self) -> Option<Answer> {
        // SAFETY: live.
        let at = unsafe { (self.api.PQgetResult)(self.at.as_ptr()) };
        Some(Answer::new(self.api, NonNull::new(at)?))
    }

    /// Asks the server to cancel what runs; false: it could not be asked.
    pub(in crate::database) fn cancel(&mut self) -> bool {
        // SAFETY: live.
        let cancel = unsafe { (self.api.PQgetCancel)(self.at.as_ptr()) };
        if cancel.is_null() {
            return false;
        }
        let mut words: [c_char; 256] = [0; 256];
        // SAFETY: just made, and room for so many bytes.
        let asked = unsafe { (self.api.PQcancel)(cancel, words.as_mut_ptr(), 256) };
        // SAFETY: just made, and not used any more.
        unsafe { (self.api.PQfreeCancel)(cancel) };
        asked == 1
    }
}
