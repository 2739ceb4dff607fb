#![expect(unsafe_code, reason = "hooks as an extension has them")]
//! Settings as a whole: contexts, sources, placeholders, hooks, the file.

use core::ffi::{c_char, c_int, c_void};
use std::borrow::Cow;
use std::ffi::CString;
use std::fs::write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, Ordering};

use super::registry::{Outcome, Registry, Request};
use super::reload::Reading;
use super::types::{EnumOption, Kind};
use super::variable::{Calls, Hooks, Slot, TextVariable, set_check_errcode};
use super::{Context, Definition, Source};
use crate::abi::guc::{GUC_LIST_QUOTE, GUC_UNIT_KB, GUC_UNIT_MS};
use crate::abi::variable::Variable;
use crate::abi::variables;
use crate::error::{Level, Report, Result};

/// Settings of its own for each test, so that tests can run side by side.
struct World {
    registry: Registry,
    dir: tempfile::TempDir,
    size: &'static Variable<c_int>,
    said: Vec<String>,
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn definition(name: &str, context: Context, flags: i32, kind: Kind, slot: Slot) -> Definition {
    Definition {
        name: CString::new(name).unwrap(),
        context,
        flags,
        short_desc: None,
        kind,
        slot,
        hooks: Hooks::NONE,
    }
}

fn int(boot: i32, max: i32) -> Kind {
    Kind::Int { boot, min: 0, max }
}

fn text(boot: Option<&str>) -> Kind {
    Kind::Text { boot: boot.map(|text| CString::new(text).unwrap()) }
}

impl World {
    fn new() -> Self {
        let size = leak(Variable::new(0));
        let mut world = Self {
            registry: Registry::new(),
            dir: tempfile::tempdir().unwrap(),
            size,
            said: Vec::new(),
        };
        // Something in the table keeps the built-in settings, which all tests would share, out.
        world.registry.bare();
        world.int("size", Context::Sighup, GUC_UNIT_KB, int(4096, 1 << 20), size);
        world.int("fixed", Context::Postmaster, 0, int(8, 100), leak(Variable::new(0)));
        world.int("inner", Context::Internal, 0, int(1, 2), leak(Variable::new(0)));
        let slot = Slot::of_text(leak(TextVariable::new()));
        world.define(definition("word", Context::Sighup, 0, text(Some("")), slot)).unwrap();
        world
    }

    fn int(
        &mut self,
        name: &str,
        context: Context,
        flags: i32,
        kind: Kind,
        at: &'static Variable<c_int>,
    ) {
        self.define(definition(name, context, flags, kind, Slot::of_int(at))).unwrap();
    }

    fn define(&mut self, definition: Definition) -> Result<()> {
        let said = &mut self.said;
        self.registry.define(definition, true, &mut |report| said.push(told(&report)))
    }

    fn set(&self, name: &str, value: &str, context: Context, source: Source) -> Result2 {
        let request = Request {
            name: name.as_bytes(),
            value: Some(value.as_bytes()),
            context,
            source,
            in_child: false,
        };
        self.registry.set(&request).map_err(|error| told(&error.into_report()))
    }

    fn read(&mut self, conf: &str, context: Context) -> core::result::Result<(), String> {
        write(self.conf(), conf).unwrap();
        self.reread(context, false)
    }

    fn reread(&mut self, context: Context, in_child: bool) -> core::result::Result<(), String> {
        let (path, said) = (self.conf(), &mut self.said);
        let reading = Reading { context, in_child };
        self.registry
            .process_file(&path, reading, &mut |report| said.push(told(&report)))
            .map_err(|raised| told(raised.report()))
    }

    fn conf(&self) -> PathBuf {
        self.dir.path().join("pgbgw.conf")
    }

    /// What was reported since the last call, with the path of the file shortened.
    fn said(&mut self) -> Vec<String> {
        let path = self.conf().display().to_string();
        self.said.drain(..).map(|line| line.replace(&path, "FILE")).collect()
    }

    fn value(&self, name: &str) -> String {
        String::from_utf8(self.registry.text(name.as_bytes()).unwrap()).unwrap()
    }
}

type Result2 = core::result::Result<Outcome, String>;

fn told(report: &Report) -> String {
    let mut line = report.to_string();
    for part in [&report.detail, &report.hint].into_iter().flatten() {
        line.push('|');
        line.push_str(&String::from_utf8_lossy(part));
    }
    line
}

#[test]
fn values_are_refused_in_postgresqls_words() {
    let world = World::new();
    let file = |name, value| world.set(name, value, Context::Postmaster, Source::File);
    let cases = [
        (
            "size",
            "1xB",
            "ERROR:  invalid value for parameter \"size\": \"1xB\"|Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\".",
        ),
        (
            "Size",
            "2TB",
            "ERROR:  invalid value for parameter \"Size\": \"2TB\"|Value exceeds integer range.",
        ),
        (
            "Size",
            "2GB",
            "ERROR:  2097152 kB is outside the valid range for parameter \"Size\" (0 kB .. 1048576 kB)",
        ),
        (
            "fixed",
            "101",
            "ERROR:  101 is outside the valid range for parameter \"fixed\" (0 .. 100)",
        ),
        ("fixed", "1MB", "ERROR:  invalid value for parameter \"fixed\": \"1MB\""),
        ("inner", "1", "ERROR:  parameter \"inner\" cannot be changed"),
        ("nosuch", "1", "ERROR:  unrecognized configuration parameter \"nosuch\""),
        (
            "a.1b",
            "1",
            "ERROR:  invalid configuration parameter name \"a.1b\"|Custom parameter names must be two or more simple identifiers separated by dots.",
        ),
    ];
    for (name, value, expected) in cases {
        assert_eq!(file(name, value).unwrap_err(), expected);
    }
    assert_eq!(world.value("size"), "4096");
    assert_eq!(file("SIZE", "2MB"), Ok(Outcome::Changed));
    assert_eq!(world.size.get(), 2048);
}

#[test]
fn context_decides_when_and_source_who_wins() {
    let world = World::new();
    let set = |name, value, context, source| world.set(name, value, context, source);
    assert_eq!(
        set("size", "5", Context::Userset, Source::Session).unwrap_err(),
        "ERROR:  parameter \"size\" cannot be changed now"
    );
    assert_eq!(
        set("fixed", "5", Context::Userset, Source::Session).unwrap_err(),
        "ERROR:  parameter \"fixed\" cannot be changed without restarting the server"
    );
    assert_eq!(set("size", "5", Context::Postmaster, Source::Argv), Ok(Outcome::Changed));
    assert_eq!(set("size", "6", Context::Postmaster, Source::File), Ok(Outcome::Kept));
    assert!(set("size", "x", Context::Postmaster, Source::File).is_err());
    assert_eq!(world.value("size"), "5");
    assert_eq!(set("size", "7", Context::Postmaster, Source::Argv), Ok(Outcome::Changed));
    assert_eq!(world.value("size"), "7");
}

#[test]
fn a_placeholder_hands_its_value_to_the_definition() {
    let mut world = World::new();
    let file = |world: &World, name, value| {
        world.set(name, value, Context::Postmaster, Source::File).unwrap();
    };
    file(&world, "Ext.port", "42");
    file(&world, "ext.bad", "x");
    file(&world, "ext.far", "7000");
    file(&world, "ext.word", "it");
    assert_eq!(world.value("ext.port"), "42");
    let port = leak(Variable::new(0));
    world.int("ext.port", Context::Postmaster, 0, int(1, 100), port);
    assert_eq!(port.get(), 42);
    assert!(world.said().is_empty());
    let bad = leak(Variable::new(0));
    world.int("ext.bad", Context::Sighup, GUC_UNIT_MS, int(3, 100), bad);
    world.int("ext.far", Context::Sighup, GUC_UNIT_MS, int(4, 500), leak(Variable::new(0)));
    assert_eq!(bad.get(), 3);
    assert_eq!(
        world.said(),
        [
            "WARNING:  invalid value for parameter \"ext.bad\": \"x\"",
            "WARNING:  7000 ms is outside the valid range for parameter \"ext.far\" (0 ms .. 500 ms)"
        ]
    );
    let word = leak(TextVariable::new());
    world
        .define(definition("ext.word", Context::Sighup, 0, text(None), Slot::of_text(word)))
        .unwrap();
    assert_eq!(word.get().as_deref(), Some(b"it".as_slice()));
}

#[test]
fn definitions_are_checked() {
    let mut world = World::new();
    let at = || Slot::of_int(leak(Variable::new(0)));
    let again = definition("SIZE", Context::Sighup, 0, int(1, 2), at());
    let raised = world.define(again).unwrap_err();
    assert_eq!(told(raised.report()), "ERROR:  attempt to redefine parameter \"SIZE\"");
    let list = definition("a.b", Context::Sighup, GUC_LIST_QUOTE, int(1, 2), at());
    let raised = world.define(list).unwrap_err();
    let text = "FATAL:  extensions cannot define GUC_LIST_QUOTE variables";
    assert_eq!(told(raised.report()), text);
    let late = definition("a.b", Context::Postmaster, 0, int(1, 2), at());
    let raised = world.registry.define(late, false, &mut |_| {}).unwrap_err();
    let text = "FATAL:  cannot create PGC_POSTMASTER variables after startup";
    assert_eq!(told(raised.report()), text);
}

#[test]
fn a_reserved_prefix_takes_no_other_settings() {
    let mut world = World::new();
    world.set("ext.typo", "1", Context::Postmaster, Source::File).unwrap();
    world.set("extra.ok", "1", Context::Postmaster, Source::File).unwrap();
    let said = &mut world.said;
    world.registry.reserve(b"Ext", &mut |report| said.push(told(&report)));
    assert_eq!(
        world.said(),
        [
            "WARNING:  invalid configuration parameter name \"ext.typo\", removing it|\"Ext\" is now a reserved prefix."
        ]
    );
    assert_eq!(world.value("extra.ok"), "1");
    assert_eq!(
        world.set("ext.typo", "1", Context::Postmaster, Source::File).unwrap_err(),
        "ERROR:  invalid configuration parameter name \"ext.typo\"|\"ext\" is a reserved prefix."
    );
}

#[test]
fn at_start_every_error_is_told_and_fatal() {
    let mut world = World::new();
    let fatal = "FATAL:  configuration file \"FILE\" contains errors";
    let start = |world: &mut World, conf: &str| {
        let path = world.conf().display().to_string();
        world.read(conf, Context::Postmaster).map_err(|text| text.replace(&path, "FILE"))
    };
    assert_eq!(start(&mut world, "size = 1 2\nword").unwrap_err(), fatal);
    assert_eq!(
        world.said(),
        [
            "LOG:  syntax error in file \"FILE\" line 1, near token \"2\"",
            "LOG:  syntax error in file \"FILE\" line 2, near end of line"
        ]
    );
    assert_eq!(start(&mut world, "nosuch = 1\nsize=x\nother=2").unwrap_err(), fatal);
    assert_eq!(
        world.said(),
        [
            "LOG:  unrecognized configuration parameter \"nosuch\" in file \"FILE\" line 1",
            "LOG:  unrecognized configuration parameter \"other\" in file \"FILE\" line 3"
        ]
    );
    assert_eq!(start(&mut world, "fixed = x\nsize=x\n").unwrap_err(), fatal);
    assert_eq!(world.said().len(), 2);
    assert_eq!(start(&mut world, "fixed = 9\nsize=x\nSize=1\nx.y = 'z'"), Ok(()));
    assert_eq!(world.said(), Vec::<String>::new());
    assert_eq!((world.value("fixed"), world.value("size")), ("9".into(), "1".into()));
    let table = world.registry.lock();
    assert_eq!(table.settings[b"x.y".as_slice()].place.as_ref().unwrap().line, 4);
}

#[test]
fn a_reload_applies_what_is_good() {
    let mut world = World::new();
    world.set("word", "argv", Context::Postmaster, Source::Argv).unwrap();
    world.read("fixed = 9\nsize=1MB\nx.y=1\nword=file", Context::Postmaster).unwrap();
    assert_eq!(world.value("word"), "argv");
    world.said();

    world.read("fixed = 10\nsize='2 MB'\nx.y=1\nword=file", Context::Sighup).unwrap();
    assert_eq!(
        world.said(),
        [
            "LOG:  parameter \"fixed\" cannot be changed without restarting the server",
            "LOG:  parameter \"size\" changed to \"2 MB\"",
            "LOG:  configuration file \"FILE\" contains errors; unaffected changes were applied"
        ]
    );
    assert!(world.registry.lock().settings[b"fixed".as_slice()].pending_restart);

    world.read("fixed = 9\nsize=x\nx.y=1", Context::Sighup).unwrap();
    assert_eq!(world.said().len(), 2);
    assert_eq!(world.value("size"), "2048");
    assert!(!world.registry.lock().settings[b"fixed".as_slice()].pending_restart);

    world.read("fixed = 9\nsize=3MB\nnosuch=1", Context::Sighup).unwrap();
    assert_eq!(
        world.said(),
        [
            "LOG:  unrecognized configuration parameter \"nosuch\" in file \"FILE\" line 3",
            "LOG:  configuration file \"FILE\" contains errors; no changes were applied"
        ]
    );
    assert_eq!(world.value("size"), "2048");

    world.read("", Context::Sighup).unwrap();
    assert_eq!(
        world.said(),
        [
            "LOG:  parameter \"fixed\" cannot be changed without restarting the server",
            "LOG:  parameter \"size\" removed from configuration file, reset to default",
            "LOG:  parameter \"x.y\" removed from configuration file, reset to default",
            "LOG:  configuration file \"FILE\" contains errors; unaffected changes were applied"
        ]
    );
    assert_eq!((world.value("size"), world.value("x.y")), ("4096".into(), String::new()));
}

#[test]
fn all_settings_are_shown_with_their_sources() {
    let mut world = World::new();
    world.set("word", "argv", Context::Postmaster, Source::Argv).unwrap();
    world.read("\nsize = 2048\nfixed=9", Context::Postmaster).unwrap();
    world.read("\nsize = 2048\nfixed=10", Context::Sighup).unwrap();
    let all = world.registry.all().unwrap();
    let text: Vec<String> = all
        .iter()
        .map(|s| {
            let name = s.name.to_str().unwrap();
            let value = String::from_utf8_lossy(&s.value);
            let line = s.place.as_ref().map_or(0, |place| place.line);
            format!("{name}={value} {} {line} {}", s.source.word(), s.pending_restart)
        })
        .collect();
    assert_eq!(
        text,
        [
            "fixed=9 configuration file 3 true",
            "inner=1 default 0 false",
            "size=2MB configuration file 2 false",
            "word=argv command line 0 false"
        ]
    );
}

#[test]
fn a_worker_that_reads_the_file_keeps_quiet() {
    let mut world = World::new();
    world.read("size=1", Context::Postmaster).unwrap();
    write(world.conf(), "size=2\nword=x\nfixed=9").unwrap();
    world.reread(Context::Sighup, true).unwrap();
    assert_eq!(world.value("size"), "2");
    let said = world.said();
    assert!(!said.is_empty() && said.iter().all(|line| line.starts_with("DEBUG2:  ")), "{said:?}");
}

/// Check hooks share the variables in which they leave their texts.
static HOOKS: Mutex<()> = Mutex::new(());
static ASSIGNED: AtomicI32 = AtomicI32::new(0);

/// # Safety
/// As `GucIntCheckHook`.
unsafe extern "C" fn check_int(value: *mut c_int, extra: *mut *mut c_void, _source: u32) -> bool {
    // SAFETY: the settings pass a valid pointer.
    let number = unsafe { value.read() };
    match number {
        13 => {
            set_check_errcode(crate::error::SqlState::SYNTAX_ERROR.0);
            variables::GUC_check_errmsg_string.set(c"no thirteen".as_ptr().cast_mut());
            variables::GUC_check_errdetail_string.set(c"det".as_ptr().cast_mut());
            variables::GUC_check_errhint_string.set(c"hin".as_ptr().cast_mut());
            false
        }
        14 => false,
        _ => {
            // SAFETY: the settings pass a valid pointer.
            unsafe { value.write(number + 100) };
            // SAFETY: malloc has no precondition.
            let block = unsafe { libc::malloc(4) };
            // SAFETY: four bytes were allocated; memory is not short in a test.
            unsafe { block.cast::<c_int>().write(number) };
            // SAFETY: the settings pass a valid pointer.
            unsafe { extra.write(block) };
            true
        }
    }
}

/// # Safety
/// As `GucIntAssignHook`.
unsafe extern "C" fn assign_int(value: c_int, extra: *mut c_void) {
    // SAFETY: what `check_int` left.
    let number = unsafe { extra.cast::<c_int>().read() };
    assert_eq!(value, number + 100);
    ASSIGNED.store(value, Ordering::Relaxed);
}

/// # Safety
/// As `GucStringCheckHook`.
unsafe extern "C" fn check_text(
    value: *mut *mut c_char,
    _extra: *mut *mut c_void,
    _source: u32,
) -> bool {
    // SAFETY: the settings pass a valid pointer.
    let old = unsafe { value.read() };
    if old.is_null() {
        return true;
    }
    // SAFETY: a C string by the settings' promise.
    let text = unsafe { std::ffi::CStr::from_ptr(old) };
    if text == c"bad" {
        return false;
    }
    // SAFETY: both are C strings.
    let new = unsafe { libc::strdup(c"changed".as_ptr()) };
    // SAFETY: the settings made it with malloc, and forget it.
    unsafe { libc::free(old.cast()) };
    // SAFETY: the settings pass a valid pointer.
    unsafe { value.write(new) };
    true
}

#[test]
fn hooks_check_change_and_are_told() {
    let _serial = HOOKS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut world = World::new();
    let at = leak(Variable::new(0));
    let mut hooked = definition("ext.i", Context::Sighup, 0, int(1, 200), Slot::of_int(at));
    // SAFETY: the functions above follow the contracts.
    hooked.hooks = unsafe { Hooks::new(Calls::Int(Some(check_int), Some(assign_int)), None) };
    world.define(hooked).unwrap();
    assert_eq!((at.get(), ASSIGNED.load(Ordering::Relaxed)), (101, 101));
    let set = |world: &World, name, value| {
        world.set(name, value, Context::Sighup, Source::File).map(drop)
    };
    set(&world, "ext.i", "5").unwrap();
    assert_eq!((at.get(), ASSIGNED.load(Ordering::Relaxed)), (105, 105));
    assert_eq!(set(&world, "ext.i", "13").unwrap_err(), "ERROR:  no thirteen|det|hin");
    let usual = "ERROR:  invalid value for parameter \"ext.i\": 14";
    assert_eq!(set(&world, "ext.i", "14").unwrap_err(), usual);
    assert_eq!(at.get(), 105);

    let word = leak(TextVariable::new());
    let mut hooked = definition("ext.s", Context::Sighup, 0, text(None), Slot::of_text(word));
    // SAFETY: the function above follows the contract.
    hooked.hooks = unsafe { Hooks::new(Calls::Text(Some(check_text), None), None) };
    world.define(hooked).unwrap();
    assert_eq!(word.get(), None);
    set(&world, "ext.s", "any").unwrap();
    assert_eq!(word.get().as_deref(), Some(b"changed".as_slice()));
    let usual = "ERROR:  invalid value for parameter \"ext.s\": \"bad\"";
    assert_eq!(set(&world, "ext.s", "bad").unwrap_err(), usual);
}

#[test]
fn a_bad_default_is_fatal() {
    let _serial = HOOKS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut world = World::new();
    let at = Slot::of_int(leak(Variable::new(0)));
    let mut hooked = definition("ext.i", Context::Sighup, 0, int(13, 200), at);
    // SAFETY: the functions above follow the contracts.
    hooked.hooks = unsafe { Hooks::new(Calls::Int(Some(check_int), None), None) };
    let raised = world.define(hooked).unwrap_err();
    assert_eq!(told(raised.report()), "FATAL:  failed to initialize ext.i to 13");
    assert_eq!(raised.report().level, Level::Fatal);
    assert_eq!(world.said(), ["LOG:  no thirteen|det|hin"]);
}

#[test]
fn enums_take_words() {
    let mut world = World::new();
    let at = leak(Variable::new(0));
    let options = Cow::Owned(vec![
        EnumOption::shown(c"one", 1),
        EnumOption::shown(c"Two", 2),
        EnumOption::hidden(c"hid", 3),
    ]);
    let kind = Kind::Enum { boot: 1, options };
    world.define(definition("ext.e", Context::Sighup, 0, kind, Slot::of_enum(at))).unwrap();
    let set = |value| world.set("ext.e", value, Context::Sighup, Source::File);
    assert_eq!(
        set("three").unwrap_err(),
        "ERROR:  invalid value for parameter \"ext.e\": \"three\"|Available values: one, Two."
    );
    assert_eq!(set("HID"), Ok(Outcome::Changed));
    assert_eq!((at.get(), world.value("ext.e").as_str()), (3, "hid"));
}
