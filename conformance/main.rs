//! Conformance: the same module, the same binary, in PostgreSQL 17 and in pgbgw; what both did is compared.
//! Runs in: tests.
//!
//! `probes` is the list of what is run, `sides` the two servers, `trace` what they did in a form that
//! can be compared, `differences` what may differ and which line of docs/FIDELITY.md says so, `report`
//! the table. `conformance/run` fetches what this needs and shows the table.
#![cfg(test)]

#[path = "../tests/common/mod.rs"]
mod common;
mod differences;
mod probes;
mod report;
mod sides;
mod trace;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::host::compiled;
use common::{cc, needs};
use probes::{PROBES, Probe};
use report::Compared;
use sides::Side;

/// Probes at a time: they mostly wait.
const AT_A_TIME: usize = 4;

/// The headers that the binaries are compiled with: PostgreSQL's own, where they are.
fn include() -> std::path::PathBuf {
    cc::genuine_include().unwrap_or_else(cc::our_include)
}

/// Runs one probe on one side; what it did.
fn run(probe: &Probe, mut side: Side) -> Result<Vec<String>, String> {
    side.start();
    (probe.script)(&mut side);
    if let Some(what) = side.in_vain() {
        // Also where both did: then the probe is wrong.
        return Err(format!("{}: {what}", side.name()));
    }
    Ok(trace::of(&side, probe.order))
}

fn compare(probe: &Probe, installed: &Path) -> Compared {
    let module = compiled(probe.module, &include());
    let theirs = run(probe, Side::postgresql(probe, &module, installed));
    let ours = run(probe, Side::pgbgw(probe, &module, installed));
    match (theirs, ours) {
        (Ok(theirs), Ok(ours)) => Compared::new(probe, &theirs, &ours),
        (Err(why), _) | (Ok(_), Err(why)) => Compared::failed(probe, why),
    }
}

#[test]
fn the_same_binaries_do_the_same() {
    let Some(installed) = needs::postgres17() else { return };
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(probe) = PROBES.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let compared = compare(probe, &installed);
                    all.lock().unwrap().push((probe.place(), compared));
                }
            });
        }
    });
    let mut all = all.into_inner().unwrap();
    all.sort_by_key(|(place, _)| *place);
    let all: Vec<Compared> = all.into_iter().map(|(_, compared)| compared).collect();
    report::write(&all);
    let wrong: Vec<String> = all.iter().filter_map(Compared::failure).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_difference_has_its_line_in_fidelity() {
    let text = std::fs::read_to_string(cc::root().join("docs/FIDELITY.md")).unwrap();
    for difference in differences::ALL {
        assert!(
            text.contains(difference.line),
            "docs/FIDELITY.md does not say {:?}",
            difference.line
        );
    }
}
