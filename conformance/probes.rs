//! What is run on both sides: modules of c_tests/modules, and what is done to them from outside.
//! Runs in: tests.

use nix::sys::signal::Signal;

use crate::sides::Side;

/// Which lines have an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Those of one process, and what the postmaster says of one worker.
    EachWorker,
    /// The postmaster's, too, but for workers' ends.
    Starts,
    /// Several workers do things at once: none.
    None,
}

/// A module with a scenario.
pub(crate) struct Probe {
    /// The section of the semantics that it is about.
    pub(crate) section: &'static str,
    pub(crate) module: &'static str,
    pub(crate) scenario: &'static str,
    /// Lines of the configuration.
    pub(crate) settings: &'static str,
    pub(crate) order: Order,
    /// It has the settings `scenario` and `output`.
    pub(crate) writes_facts: bool,
    /// Its workers connect to a database.
    pub(crate) database: bool,
    /// Waits, signals, changes settings; what was seen by then is compared.
    pub(crate) script: fn(&mut Side),
}

impl Probe {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.module, self.scenario).trim_end().to_owned()
    }

    /// Its place in the list.
    pub(crate) fn place(&self) -> usize {
        PROBES.iter().position(|other| core::ptr::eq(other, self)).unwrap_or(usize::MAX)
    }
}

/// A probe that writes facts, whose last one is `done`.
const fn facts(section: &'static str, module: &'static str, scenario: &'static str) -> Probe {
    Probe {
        section,
        module,
        scenario,
        settings: "",
        order: Order::EachWorker,
        writes_facts: true,
        database: false,
        script: to_its_end,
    }
}

const fn together(probe: Probe) -> Probe {
    Probe { order: Order::None, ..probe }
}

/// A worker's end: way, restart time, flags; the script waits for what the log says of it.
const fn end(scenario: &'static str, script: fn(&mut Side)) -> Probe {
    Probe { script, ..facts("end and restart", "exits", scenario) }
}

/// A module that connects to a database and logs what it finds.
const fn database(module: &'static str) -> Probe {
    Probe {
        section: "databases",
        module,
        scenario: "",
        // Below LOG the server talks of its own work in the worker's name.
        settings: "log_min_messages = log",
        order: Order::EachWorker,
        writes_facts: false,
        database: true,
        script: to_the_end_of_a_log,
    }
}

/// The module says when it is done; then the server is stopped.
fn to_its_end(side: &mut Side) {
    side.wait_for("done", 1);
    stop(side);
}

fn to_the_end_of_a_log(side: &mut Side) {
    side.wait_for(": done\n", 1);
    stop(side);
}

/// The worker's error ends it after it has said what it does.
fn ended_by_its_error(side: &mut Side) {
    side.wait_for("background worker \"spi_exit\" (PID", 1);
    stop(side);
}

fn stop(side: &mut Side) {
    side.signal(Signal::SIGINT);
    side.wait();
}

/// The one worker ends once, for good.
fn once(side: &mut Side) {
    side.wait_for("unregistering background worker \"name\"", 1);
    side.wait_for("background worker \"type\" (PID", 1);
    stop(side);
}

/// The end of the one worker is a crash of all.
fn crash(side: &mut Side) {
    side.wait_for_new_start();
    side.wait_for("unregistering background worker \"name\"", 1);
    stop(side);
}

/// The worker waits to be terminated.
fn terminated(side: &mut Side) {
    side.signal_worker(Signal::SIGTERM);
    once(side);
}

fn told_refusals(side: &mut Side) {
    for name in ["interval_largest", "interval_never", "parallel", "early"] {
        side.wait_for(&format!("ran {name}"), 1);
        side.wait_for(&format!("background worker \"{name}\" (PID"), 1);
    }
    stop(side);
}

fn told_names(side: &mut Side) {
    for name in ["typeless", "nameless", "odd", "long"] {
        side.wait_for(&format!("{name} told"), 1);
    }
    stop(side);
}

fn ended_by_an_error(side: &mut Side) {
    side.wait_for("background worker \"type\" (PID", 1);
    stop(side);
}

fn told_entries(side: &mut Side) {
    for name in ["plain", "database", "misnotified", "dynamic"] {
        side.wait_for(&format!("{name} told"), 1);
    }
    stop(side);
}

fn smart(side: &mut Side) {
    side.wait_for("starting background worker process \"idle\"", 1);
    side.signal(Signal::SIGTERM);
    side.wait();
}

fn fast(side: &mut Side) {
    side.wait_for("starting background worker process \"idle\"", 1);
    stop(side);
}

fn immediate(side: &mut Side) {
    side.wait_for("starting background worker process \"idle\"", 1);
    side.signal(Signal::SIGQUIT);
    side.wait();
}

/// A good change, then a bad one.
fn reloads(side: &mut Side) {
    side.wait_for("reloads: 1 none", 1);
    side.append_conf("reloads.number = 5\nreloads.word = 'five'");
    side.signal(Signal::SIGHUP);
    side.wait_for("reloads: 5 five", 1);
    side.append_conf("reloads.number = 501\nreloads.word = 'six'");
    side.signal(Signal::SIGHUP);
    side.wait_for("reloads: 5 six", 1);
    side.append_conf("reloads.number = 'x y'\nreloads.word = nothing quoted");
    side.signal(Signal::SIGHUP);
    side.wait_for("contains errors", 2);
    side.wait_for("reloads: 5 six", 2);
    stop(side);
}

/// Several workers count; the last one says so before all of them have ended.
fn counted(side: &mut Side) {
    for number in 0..4 {
        side.wait_for(&format!("background worker \"counter {number}\" (PID"), 1);
    }
    stop(side);
}

fn the_postmaster_dies(side: &mut Side) {
    side.wait_for("done", 1);
    side.wait();
}

fn refuses_to_start(side: &mut Side) {
    side.wait();
}

pub(crate) const PROBES: &[Probe] = &[
    together(Probe { script: told_refusals, ..facts("registration", "refused", "static") }),
    together(Probe { script: told_refusals, ..facts("registration", "refused", "dynamic") }),
    together(Probe { script: told_names, ..facts("registration", "names", "") }),
    together(Probe { script: told_names, ..facts("registration", "names", "dynamic") }),
    together(facts("registration", "missing", "")),
    Probe { script: refuses_to_start, ..facts("registration", "hooks", "startup") },
    together(Probe { script: told_entries, ..facts("start", "entry", "") }),
    Probe { order: Order::Starts, ..facts("start", "order", "") },
    end("return -1", once),
    end("exit_0 -1", once),
    end("exit_1 -1", once),
    end("error -1", once),
    end("fatal -1", once),
    end("panic -1", crash),
    end("abort -1", crash),
    end("segv -1", crash),
    end("kill -1", crash),
    end("quit -1", crash),
    end("proc_exit_2 -1", crash),
    end("exit_3 -1", crash),
    end("_exit_0 -1", crash),
    end("_exit_1 -1", crash),
    end("proc_exit_0 0", once),
    facts("end and restart", "restart", "delay"),
    facts("end and restart", "restart", "terminate"),
    end("default_waiting -1", terminated),
    end("die -1", terminated),
    end("callbacks -1", once),
    end("callbacks_exit -1", once),
    end("callbacks_error -1", once),
    end("callback_raises -1", once),
    facts("handles", "handles", "running"),
    facts("handles", "handles", "ended"),
    facts("handles", "handles", "terminated before"),
    facts("handles", "handles", "not looked at"),
    facts("handles", "handles", "not dead yet"),
    facts("handles", "handles", "never again"),
    Probe { settings: "max_worker_processes = 2", ..facts("handles", "handles", "stale") },
    Probe {
        script: the_postmaster_dies,
        ..facts("postmaster death", "handles", "postmaster dies")
    },
    Probe {
        script: the_postmaster_dies,
        ..facts("postmaster death", "handles", "postmaster dies, shutdown")
    },
    facts("notification", "notify", ""),
    Probe { script: smart, writes_facts: false, ..facts("shutdown", "idle", "") },
    Probe { script: fast, writes_facts: false, ..facts("shutdown", "idle", "fast") },
    Probe { script: immediate, writes_facts: false, ..facts("shutdown", "idle", "immediate") },
    Probe { script: reloads, writes_facts: false, ..facts("settings", "reloads", "") },
    Probe {
        script: refuses_to_start,
        writes_facts: false,
        settings: "settings.number = 15",
        ..facts("settings", "settings", "raises")
    },
    Probe {
        script: counted,
        writes_facts: false,
        settings: "counter.workers = 4\ncounter.rounds = 1000",
        ..together(facts("shared memory", "counter", ""))
    },
    facts("latches", "sets", ""),
    facts("latches", "waits", ""),
    together(facts("locks", "locks", "")),
    Probe { settings: "deadlock_timeout = 200ms", ..together(facts("locks", "heavy", "")) },
    together(facts("locks", "heavy_ends", "")),
    Probe { settings: "lock_timeout = 300ms", ..together(facts("locks", "heavy_ends", "timeout")) },
    facts("memory", "contexts", ""),
    facts("memory", "aligned", ""),
    facts("memory", "owners", ""),
    Probe { script: ended_by_an_error, ..facts("errors", "errors", "levels") },
    facts("errors", "errors", "parts"),
    facts("errors", "errors", "caught"),
    facts("errors", "errors", "thrown again"),
    facts("errors", "errors", "context"),
    facts("errors", "levels", ""),
    facts("errors", "reports", ""),
    facts("functions", "lists", ""),
    facts("functions", "chains", ""),
    facts("functions", "strings", ""),
    facts("functions", "texts", ""),
    facts("functions", "splits", ""),
    facts("functions", "closer", ""),
    facts("functions", "systems", ""),
    facts("functions", "virtual", ""),
    facts("functions", "times", ""),
    facts("functions", "dates", ""),
    facts("functions", "timeouts", ""),
    facts("functions", "files", ""),
    together(facts("functions", "others", "")),
    facts("functions", "toc", ""),
    facts("functions", "hashes", ""),
    facts("functions", "tables", ""),
    facts("dynamic shared memory", "dynamic", ""),
    Probe {
        settings: "min_dynamic_shared_memory = 1MB",
        ..facts("dynamic shared memory", "dynamic", "set aside")
    },
    facts("dynamic shared memory", "areas", ""),
    facts("dynamic shared memory", "shared_tables", ""),
    Probe {
        settings: "max_worker_processes = 20",
        ..together(facts("dynamic shared memory", "named", ""))
    },
    facts("functions", "queues", ""),
    together(facts("functions", "barriers", "")),
    together(facts("functions", "posts", "")),
    database("arrays"),
    database("catalogs"),
    database("functions"),
    database("portals"),
    database("records"),
    database("spans"),
    database("spi"),
    database("spi_cursors"),
    database("spi_dest"),
    Probe { script: ended_by_its_error, ..database("spi_exit") },
    database("spi_plans"),
    database("spi_reports"),
    database("spi_rows"),
    database("spi_transactions"),
    database("tuples"),
    database("types"),
];
