//! Settings as a whole: contexts, sources, placeholders.
//! Runs in: tests.

mod file;
mod hooks;
mod nest;

use core::ffi::{c_char, c_int, c_void};
use std::borrow::Cow;
use std::ffi::CString;
use std::fs::write;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, Ordering};

use super::nest::Action;
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
            action: Action::Set,
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
