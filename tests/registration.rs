//! Asking for a worker: what is refused, what is accepted, what becomes of names (semantics 1).
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::probe::{Probe, in_order, of};
use nix::sys::signal::Signal;

/// What PostgreSQL says of each registration that it refuses.
const REFUSALS: [(&str, &str); 6] = [
    ("no_access", "background workers without shared memory access are not supported"),
    ("database_alone", "background workers without shared memory access are not supported"),
    ("database_early", "cannot request database access if starting at postmaster start"),
    ("interval_below", "invalid restart interval"),
    ("interval_beyond", "invalid restart interval"),
    ("parallel_restart", "parallel workers may not be configured for restart"),
];

/// Acceptable registrations that start.
const ACCEPTED: [&str; 4] = ["interval_largest", "interval_never", "parallel", "early"];

#[test]
fn static_refusals_are_logged_and_the_others_go_on() {
    for include in cc::includes() {
        let probe = Probe::start("refused", &include, "static", "");
        let ran = |name: &str| format!("ran {name}");
        let facts = probe.wait_for_facts("all accepted workers", |facts| facts.len() >= 4);
        for name in ACCEPTED {
            assert!(facts.contains(&ran(name)), "{facts:?}");
        }
        assert_eq!(facts.len(), 4, "nobody else runs: {facts:?}");
        let notified = "only dynamic background workers can request notification";
        for (name, what) in REFUSALS.into_iter().chain([("notified", notified)]) {
            let registering = format!("DEBUG:  registering background worker \"{name}\"");
            let refused = format!("LOG:  background worker \"{name}\": {what}");
            probe.wait_for_lines(&[&registering, &refused]);
            assert!(probe.worker(name).is_none(), "{name} is dropped");
        }
    }
}

#[test]
fn a_static_worker_with_an_unknown_start_time_is_accepted_and_never_started() {
    for include in cc::includes() {
        let probe = Probe::start("refused", &include, "static", "");
        probe.wait_for_facts("all accepted workers", |facts| facts.len() >= 4);
        let row = probe.worker("start_unknown").expect("accepted");
        assert_eq!(row["state"], "waiting");
        let log = probe.log();
        assert_eq!(log.matches("start_unknown").count(), 1, "registering, no more:\n{log}");
    }
}

#[test]
fn dynamic_refusals_are_errors_22023_that_leave_the_handle_alone() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("refused", &include, "dynamic");
        for (name, what) in REFUSALS {
            let refused = format!("22023 background worker \"{name}\": {what}");
            assert_eq!(of(&facts, &format!("{name}:")), [refused]);
        }
    }
}

#[test]
fn dynamic_edge_values_are_accepted() {
    for include in cc::includes() {
        let (probe, facts) = Probe::run("refused", &include, "dynamic");
        for name in ACCEPTED.into_iter().chain(["notified"]) {
            assert_eq!(of(&facts, &format!("{name}:")), ["accepted"]);
            probe.wait_for_fact(&format!("ran {name}"));
        }
    }
}

#[test]
fn a_dynamic_worker_with_an_unknown_start_time_waits_until_it_is_terminated() {
    for include in cc::includes() {
        let (probe, facts) = Probe::run("refused", &include, "dynamic");
        assert_eq!(of(&facts, "start_unknown:"), ["accepted", "NOT_YET_STARTED", "STOPPED"]);
        assert!(!probe.has_line("DEBUG:  starting background worker process \"start_unknown\""));
        assert!(probe.worker("start_unknown").is_none(), "the slot is free");
    }
}

#[test]
fn a_notify_pid_that_is_no_child_is_told_at_debug1() {
    for include in cc::includes() {
        let (probe, _facts) = Probe::run("refused", &include, "dynamic");
        probe.wait_for_lines(&[
            "DEBUG:  worker notification PID 1 is not valid",
            "DEBUG:  registering background worker \"notified\"",
        ]);
        probe.wait_for_fact("ran notified");
    }
}

/// What ASCII and other bytes of a name look like when `escaped` has printed them.
const KEPT: &str = r"a\011b\012c\033d\177e\303\251f";
const REPLACED: &str = r"a\011b\012c?d\177e??f";

fn told(module_scenario: &str, include: &std::path::Path) -> (Probe, Vec<String>) {
    let probe = Probe::start("names", include, module_scenario, "");
    let facts = probe.wait_for_facts("all four workers", |facts| {
        facts.iter().filter(|fact| fact.ends_with(" told")).count() == 4
    });
    (probe, facts)
}

#[test]
fn an_empty_type_is_the_name() {
    for include in cc::includes() {
        for scenario in ["static", "dynamic"] {
            let (_probe, facts) = told(scenario, &include);
            assert_eq!(of(&facts, "typeless")[..2], ["name=typeless", "type=typeless"]);
        }
    }
}

#[test]
fn an_empty_name_stays_empty() {
    for include in cc::includes() {
        for scenario in ["static", "dynamic"] {
            let (probe, facts) = told(scenario, &include);
            assert_eq!(of(&facts, "nameless")[..2], ["name=", "type="]);
            probe.wait_for_lines(&[
                "DEBUG:  registering background worker \"\"",
                "DEBUG:  starting background worker process \"\"",
                "DEBUG:  unregistering background worker \"\"",
                "DEBUG:  background worker \"\" (PID *) exited with exit code 0",
            ]);
        }
    }
}

#[test]
fn static_names_keep_control_characters() {
    for include in cc::includes() {
        let (probe, facts) = told("static", &include);
        let of_odd = of(&facts, "odd");
        assert_eq!(of_odd[..2], [format!("name={KEPT}"), format!("type={KEPT}")]);
        assert!(of_odd[2].starts_with(&format!("title=postgres: {KEPT}")), "{of_odd:?}");
        // The log indents what follows a newline.
        probe.wait_for_log("registering background worker \"a\tb\n\tc\x1bd\x7feéf\"\n");
    }
}

#[test]
fn dynamic_names_have_control_characters_replaced() {
    for include in cc::includes() {
        let (probe, facts) = told("dynamic", &include);
        let of_odd = of(&facts, "odd");
        assert_eq!(of_odd[..2], [format!("name={REPLACED}"), format!("type={REPLACED}")]);
        assert!(of_odd[2].starts_with(&format!("title=postgres: {REPLACED}")), "{of_odd:?}");
        probe.wait_for_log("registering background worker \"a\tb\n\tc?d\x7fe??f\"\n");
    }
}

#[test]
fn a_static_name_without_an_end_reads_on() {
    for include in cc::includes() {
        let (_probe, facts) = told("static", &include);
        let (n, t) = ("n".repeat(96), "t".repeat(96));
        let of_long = of(&facts, "long");
        // What follows the type is bgw_flags, which is 1.
        assert_eq!(of_long[..2], [format!(r"name={n}{t}\001"), format!(r"type={t}\001")]);
        assert!(of_long[2].starts_with(&format!("title=postgres: {n}t")), "{of_long:?}");
    }
}

#[test]
fn a_dynamic_name_without_an_end_is_cut() {
    for include in cc::includes() {
        let (_probe, facts) = told("dynamic", &include);
        let (n, t) = ("n".repeat(95), "t".repeat(95));
        let of_long = of(&facts, "long");
        assert_eq!(of_long[..2], [format!("name={n}"), format!("type={t}")]);
        assert_eq!(of_long[2].trim_end(), format!("title=postgres: {n}"));
    }
}

#[test]
fn a_library_or_function_that_is_not_there_is_an_error_of_the_started_worker() {
    for include in cc::includes() {
        let (probe, facts) = Probe::run("missing", &include, "");
        let file = probe.modules().join("missing.so");
        let no_function = |function: &str| {
            let file = file.display();
            format!("ERROR:  could not find function \"{function}\" in file \"{file}\"")
        };
        let no_library = "ERROR:  could not access file \"no_such_library\": \
                          No such file or directory";
        for (case, error) in [
            ("no library", no_library),
            ("no function", &no_function("no_such_function")),
            ("empty function", &no_function("")),
        ] {
            assert_eq!(of(&facts, &format!("dynamic {case}:")), ["STARTED STOPPED"]);
            for kind in ["static", "dynamic"] {
                let worker = format!("\"{kind} {case}\"");
                probe.wait_for_lines(&[
                    &format!("DEBUG:  starting background worker process {worker}"),
                    &format!("LOG:  background worker {worker} (PID *) exited with exit code 1"),
                ]);
            }
            probe.wait_for_lines(&[error, error]);
        }
    }
}

#[test]
fn a_running_worker_cannot_register_a_static_one() {
    for include in cc::includes() {
        let probe = Probe::start("late", &include, "", "");
        probe.wait_for_fact("went on");
        probe.wait_for_lines(&[
            "LOG:  background worker \"latecomer\": must be registered in \
             \"shared_preload_libraries\"",
            "DEBUG:  background worker \"late\" (PID *) exited with exit code 0",
        ]);
        assert!(probe.worker("latecomer").is_none());
    }
}

#[test]
fn a_library_that_a_worker_loads_cannot_register_a_static_one() {
    for include in cc::includes() {
        let mut probe = Probe::new("runs", &include, "loaded loaded_main", "");
        probe.add_module("loaded", &include);
        probe.start();
        probe.wait_for_lines(&[
            "DEBUG:  starting background worker process \"worker\"",
            "LOG:  _PG_init runs",
            "LOG:  background worker \"latecomer\": must be registered in \
             \"shared_preload_libraries\"",
            "LOG:  main runs",
            "DEBUG:  background worker \"worker\" (PID *) exited with exit code 0",
        ]);
    }
}

#[test]
fn a_worker_registered_in_shmem_request_hook_runs() {
    for include in cc::includes() {
        let probe = Probe::start("hooks", &include, "request", "");
        probe.wait_for_fact("ran requested");
    }
}

#[test]
fn a_worker_registered_in_shmem_startup_hook_stops_the_start() {
    for include in cc::includes() {
        let mut probe = Probe::new("hooks", &include, "startup", "");
        probe.spawn();
        assert_eq!(probe.wait().code(), Some(1));
        assert!(
            probe.has_line(
                "FATAL:  cannot register background worker \"too late\" after shmem init"
            ),
            "{}",
            probe.log()
        );
    }
}

#[test]
fn dynamic_registration_in_the_postmaster_finds_no_room_and_logs_nothing() {
    for include in cc::includes() {
        let probe = Probe::start("hooks", &include, "", "");
        let no_room = ["_PG_init", "shmem_request_hook", "shmem_startup_hook"]
            .map(|place| format!("dynamic in {place}: no room"));
        assert_eq!(probe.facts(), no_room);
        assert!(!probe.log().contains("\"dynamic\""), "{}", probe.log());
    }
}

#[test]
fn too_many_static_workers_are_dropped_in_the_plural_and_in_the_singular() {
    for include in cc::includes() {
        for (room, workers) in [(2, "workers"), (1, "worker")] {
            let probe =
                Probe::start("many", &include, "3", &format!("max_worker_processes = {room}"));
            for n in 1..=room {
                probe.wait_for_fact(&format!("ran {n}"));
            }
            let detail = format!(
                "DETAIL:  Up to {room} background {workers} can be registered with the current \
                 settings."
            );
            let refusal = [
                "DEBUG:  registering background worker \"3\"",
                "LOG:  too many background workers",
                &detail,
                "HINT:  Consider increasing the configuration parameter \"max_worker_processes\".",
            ];
            assert!(in_order(&probe.log(), &refusal), "{}", probe.log());
            assert_eq!(probe.log().matches("too many").count(), 3 - room);
            assert_eq!(probe.ps().len(), room);
        }
    }
}

#[test]
fn dynamic_workers_fill_what_is_left_of_the_slots_and_empty_them_at_once() {
    for include in cc::includes() {
        let probe = Probe::start("full", &include, "", "max_worker_processes = 8");
        let facts = probe.wait_for_fact("done");
        // One is the driver's. PostgreSQL's launcher of logical replication takes another.
        assert_eq!(of(&facts, "accepted"), ["7", "7"], "{facts:?}");
        assert!(!probe.log().contains("too many"), "no room is no log line");
    }
}

#[test]
fn parallel_workers_have_a_limit_of_their_own() {
    for include in cc::includes() {
        for (conf, limit) in [("", "8"), ("max_parallel_workers = 3", "3")] {
            let conf = format!("max_worker_processes = 64\n{conf}");
            let probe = Probe::start("full", &include, "parallel", &conf);
            let facts = probe.wait_for_fact("done");
            assert_eq!(of(&facts, "accepted"), [limit, limit], "{facts:?}");
        }
    }
}

#[test]
fn nobody_needs_a_handle() {
    for include in cc::includes() {
        let (probe, facts) = Probe::run("full", &include, "");
        assert_eq!(of(&facts, "without a handle:"), ["1"]);
        probe.running("handleless");
    }
}

#[test]
fn rubbish_in_a_registration_does_no_harm() {
    for include in cc::includes() {
        let mut probe = Probe::start("garbage", &include, "", "");
        probe.wait_for_fact("static type=static arg=7 extra=a5");
        probe.wait_for_fact("dynamic type=dynamic arg=7 extra=a5");
        assert_eq!(probe.stop(Signal::SIGINT), Some(0));
    }
}
