/*
 * Background workers: asking for them, waiting for them, ending them.
 *
 * Made from src/abi/bgworker.rs and src/exports/postmaster_bgworker.rs by cbindgen:
 * change that, then run PGBGW_BLESS=1 cargo test --test headers
 */
#ifndef BGWORKER_H
#define BGWORKER_H

#include "postgres.h"

/* The point of the server's start at which a worker starts. */
typedef enum
{
    BgWorkerStart_PostmasterStart,
    BgWorkerStart_ConsistentState,
    BgWorkerStart_RecoveryFinished,
} BgWorkerStartTime;

/* What became of a worker. */
typedef enum BgwHandleStatus
{
    BGWH_STARTED,
    BGWH_NOT_YET_STARTED,
    BGWH_STOPPED,
    BGWH_POSTMASTER_DIED,
} BgwHandleStatus;

/* Names one registration. */
typedef struct BackgroundWorkerHandle BackgroundWorkerHandle;


/* The worker uses shared memory; every worker must say so. */
#define BGWORKER_SHMEM_ACCESS 1

/* The worker will connect to a database; needs BGWORKER_SHMEM_ACCESS. */
#define BGWORKER_BACKEND_DATABASE_CONNECTION 2

/* The worker belongs to a parallel query; not for extensions. */
#define BGWORKER_CLASS_PARALLEL 16

/* A usual bgw_restart_time, in seconds. */
#define BGW_DEFAULT_RESTART_INTERVAL 60

/* bgw_restart_time of a worker that is not started again. */
#define BGW_NEVER_RESTART -1

/* Bytes of a worker's name and type, the NUL included. */
#define BGW_MAXLEN 96

/* Bytes of bgw_extra. */
#define BGW_EXTRALEN 128

/* Connect even where the database forbids connections. */
#define BGWORKER_BYPASS_ALLOWCONN 1

/* Connect even where the role may not log in. */
#define BGWORKER_BYPASS_ROLELOGINCHECK 2

/* A worker, as it is asked for. Names end in NUL. */
typedef struct BackgroundWorker {
    /* Name: process title and messages about starting. */
    char bgw_name[BGW_MAXLEN];
    /* Kind: pg_stat_activity and messages about ends; empty means the name. */
    char bgw_type[BGW_MAXLEN];
    /* BGWORKER_* bits. */
    int bgw_flags;
    /* When it may start. */
    BgWorkerStartTime bgw_start_time;
    /* Seconds until it is started again, or BGW_NEVER_RESTART. */
    int bgw_restart_time;
    /* The library, or "postgres". */
    char bgw_library_name[MAXPGPATH];
    /* Its main function. */
    char bgw_function_name[BGW_MAXLEN];
    /* Argument of the main function. */
    Datum bgw_main_arg;
    /* Anything, for the worker. */
    char bgw_extra[BGW_EXTRALEN];
    /* Gets SIGUSR1 when the worker starts and ends; 0 is nobody. */
    pid_t bgw_notify_pid;
} BackgroundWorker;

/* A worker's main function; it gets bgw_main_arg. */
typedef void (*bgworker_main_type)(Datum main_arg);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* Registers a worker while shared_preload_libraries are loaded; the struct is copied. */
extern void RegisterBackgroundWorker(struct BackgroundWorker *worker);

/* Asks for a worker; false: no room. The handle, if wanted, is allocated with palloc. */
extern bool RegisterDynamicBackgroundWorker(struct BackgroundWorker *worker,
                                     BackgroundWorkerHandle **handle);

/* Waits until a worker has started (*pidp is its pid then) or is over. */
extern BgwHandleStatus WaitForBackgroundWorkerStartup(BackgroundWorkerHandle *handle, pid_t *pidp);

/* Waits until a worker does not run. */
extern BgwHandleStatus WaitForBackgroundWorkerShutdown(BackgroundWorkerHandle *handle);

/* Connects this worker to a database as a user; NULL: those of the connection string. */
extern void BackgroundWorkerInitializeConnection(const char *dbname,
                                          const char *username,
                                          uint32_t flags);

/* The same by their numbers; 0 is none. */
extern void BackgroundWorkerInitializeConnectionByOid(Oid dboid, Oid useroid, uint32_t flags);

/* Whether a worker has started; *pidp is its pid if it runs. */
extern BgwHandleStatus GetBackgroundWorkerPid(BackgroundWorkerHandle *handle, pid_t *pidp);

/* Ends a worker for good: SIGTERM if it runs, and no restart. */
extern void TerminateBackgroundWorker(BackgroundWorkerHandle *handle);

/* The bgw_type of the worker that runs as pid, or NULL. */
extern const char *GetBackgroundWorkerTypeByPid(pid_t pid);

/* Blocks signals, as they are at entry to a worker's main. */
extern void BackgroundWorkerBlockSignals(void);

/* Unblocks signals. */
extern void BackgroundWorkerUnblockSignals(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus


PGBGW_BEGIN_DECLS

/* The registration of this process, in a worker. */
extern PGDLLIMPORT BackgroundWorker *MyBgworkerEntry;

PGBGW_END_DECLS

#endif /* BGWORKER_H */
