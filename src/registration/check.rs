#![forbid(unsafe_code)]
//! What every registration is held to, with PostgreSQL's texts.
//! Runs in: postmaster (static), worker (dynamic).

use crate::abi::bgworker::{
    BGW_NEVER_RESTART, BGWORKER_BACKEND_DATABASE_CONNECTION, BGWORKER_CLASS_PARALLEL,
    BGWORKER_SHMEM_ACCESS, BackgroundWorker, BgWorkerStart_PostmasterStart,
};
use crate::error::{Level, Report, SqlState};

use super::text::{self, Field};

/// Upper limit of bgw_restart_time: a day in milliseconds, although the value is in seconds.
const MAX_RESTART_TIME: i32 = 86_400_000;

/// `background worker "NAME": WHAT`, as an invalid parameter.
pub(super) fn refusal(level: Level, name: &[u8], what: &str) -> Report {
    let mut message = b"background worker \"".to_vec();
    message.extend_from_slice(name);
    message.extend_from_slice(b"\": ");
    message.extend_from_slice(what.as_bytes());
    Report::new(level, message).with_sqlstate(SqlState::INVALID_PARAMETER_VALUE)
}

/// Checks a registration; an empty type becomes the name. What is wrong is reported at `level`,
/// which is all that differs between static and dynamic registrations.
pub(crate) fn check(worker: &mut BackgroundWorker, level: Level) -> Result<(), Report> {
    let flags = worker.bgw_flags;
    let database = flags & BGWORKER_BACKEND_DATABASE_CONNECTION != 0;
    let parallel = flags & BGWORKER_CLASS_PARALLEL != 0;
    let restart = worker.bgw_restart_time;
    let wrong = if flags & BGWORKER_SHMEM_ACCESS == 0 {
        Some("background workers without shared memory access are not supported")
    } else if database && worker.bgw_start_time == BgWorkerStart_PostmasterStart {
        Some("cannot request database access if starting at postmaster start")
    } else if (restart < 0 && restart != BGW_NEVER_RESTART) || restart > MAX_RESTART_TIME {
        Some("invalid restart interval")
    } else if parallel && restart != BGW_NEVER_RESTART {
        Some("parallel workers may not be configured for restart")
    } else {
        None
    };
    if let Some(what) = wrong {
        return Err(refusal(level, text::unbounded(worker, Field::Name), what));
    }
    if text::unbounded(worker, Field::Type).is_empty() {
        let name = text::unbounded(worker, Field::Name).to_vec();
        text::set(worker, Field::Type, &name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::bgworker::BgWorkerStart_RecoveryFinished;

    fn worker() -> BackgroundWorker {
        let mut worker = BackgroundWorker::ZEROED;
        text::set(&mut worker, Field::Name, b"w");
        worker.bgw_flags = BGWORKER_SHMEM_ACCESS;
        worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
        worker.bgw_restart_time = BGW_NEVER_RESTART;
        worker
    }

    fn refused(change: impl FnOnce(&mut BackgroundWorker)) -> String {
        let mut worker = worker();
        change(&mut worker);
        match check(&mut worker, Level::Error) {
            Ok(()) => "accepted".into(),
            Err(report) => {
                assert_eq!(report.sqlstate, SqlState::INVALID_PARAMETER_VALUE);
                String::from_utf8(report.message).expect("ASCII")
            }
        }
    }

    #[test]
    fn each_refusal_has_postgresqls_text() {
        let prefix = |what: &str| format!("background worker \"w\": {what}");
        let no_access = prefix("background workers without shared memory access are not supported");
        assert_eq!(refused(|w| w.bgw_flags = 0), no_access);
        assert_eq!(refused(|w| w.bgw_flags = BGWORKER_BACKEND_DATABASE_CONNECTION), no_access);
        let early = refused(|w| {
            w.bgw_flags |= BGWORKER_BACKEND_DATABASE_CONNECTION;
            w.bgw_start_time = BgWorkerStart_PostmasterStart;
        });
        let text = "cannot request database access if starting at postmaster start";
        assert_eq!(early, prefix(text));
        for interval in [-2, i32::MIN, 86_400_001] {
            let text = refused(|w| w.bgw_restart_time = interval);
            assert_eq!(text, prefix("invalid restart interval"));
        }
        let parallel = refused(|w| {
            w.bgw_flags |= BGWORKER_CLASS_PARALLEL;
            w.bgw_restart_time = 0;
        });
        assert_eq!(parallel, prefix("parallel workers may not be configured for restart"));
    }

    #[test]
    fn what_postgresql_accepts_is_accepted() {
        for interval in [-1, 0, 86_400_000] {
            assert_eq!(refused(|w| w.bgw_restart_time = interval), "accepted");
        }
        assert_eq!(refused(|w| w.bgw_start_time = 99), "accepted");
        assert_eq!(refused(|w| w.bgw_flags |= BGWORKER_CLASS_PARALLEL), "accepted");
    }

    #[test]
    fn an_empty_type_is_the_name() {
        let mut worker = worker();
        check(&mut worker, Level::Log).expect("valid");
        assert_eq!(text::bounded(&worker, Field::Type), b"w");
    }
}
