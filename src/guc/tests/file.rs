//! Settings from the file, at the start and at a reload.
//! Runs in: tests.

use std::fs::write;

use super::*;

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
    assert!(!said.is_empty() && said.iter().all(|line| line.starts_with("DEBUG:  ")), "{said:?}");
}
