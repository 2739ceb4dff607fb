//! Nest levels.
//! Runs in: tests.

use super::*;

impl World {
    fn act(&self, name: &str, value: &str, action: Action) {
        let request = Request {
            name: name.as_bytes(),
            value: Some(value.as_bytes()),
            context: Context::Sighup,
            source: Source::Session,
            in_child: true,
            action,
        };
        self.registry.set(&request).unwrap();
    }
}

#[test]
fn values_last_as_long_as_was_asked_for() {
    let world = World::new();
    let close = |commit, level| world.registry.close_levels(commit, level).unwrap();
    world.registry.first_level();
    assert_eq!(world.registry.open_level(), 2);
    world.act("word", "set", Action::Set);
    world.act("word", "local", Action::Local);
    world.act("size", "1", Action::Save);
    world.act("size", "2", Action::Try);
    assert_eq!((world.value("word"), world.value("size")), ("local".into(), "1".into()));
    close(true, 2);
    assert_eq!((world.value("word"), world.value("size")), ("local".into(), "4096".into()));
    close(true, 1);
    assert_eq!(world.value("word"), "set");
    world.registry.first_level();
    world.act("word", "lost", Action::Set);
    close(false, 1);
    assert_eq!(world.value("word"), "set");
    world.registry.reset_all().unwrap();
    // Only what a user may set is reset.
    assert_eq!(world.value("word"), "set");
}

#[test]
fn the_line_of_the_file_is_shown_again_with_its_value() {
    let mut world = World::new();
    world.read("word = here", Context::Postmaster).unwrap();
    let line = |world: &World| {
        world.registry.show(b"word").unwrap().unwrap().place.map(|place| place.line)
    };
    assert_eq!(line(&world), Some(1));
    world.registry.first_level();
    world.act("word", "there", Action::Local);
    assert_eq!(line(&world), None);
    world.registry.close_levels(true, 1).unwrap();
    assert_eq!((world.value("word").as_str(), line(&world)), ("here", Some(1)));
}
